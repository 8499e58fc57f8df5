/*
 * calls.c - outgoing calls a second, by our client and by bare libcurl.
 *
 *	calls ours|bare URL SECONDS
 *
 * Eight threads call URL (POST, 1 KB, keep-alive) again and again.  One JSON
 * object: calls a second, and microseconds of processor time for each.
 */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "base/arena.h"
#include "base/crypt.h"
#include "base/env.h"
#include "net/client.h"

enum { THREADS = 8, BODY = 1024 };

static struct {
	struct env env;
	struct cx cx;
	const char *url;
	double until;
	char body[BODY + 1];
	int64_t calls;
} w;

static double
seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void
count(bool ok)
{
	if (!ok) {
		fprintf(stderr, "calls: a call failed\n");
		exit(2);
	}
	__atomic_add_fetch(&w.calls, 1, __ATOMIC_RELAXED);
}

static void
by_ours(void *arg)
{
	struct answer a;
	struct cx cx;

	(void)arg;
	while (seconds() < w.until) {
		struct call c = { .method = POST,
			.url = w.url,
			.body = { (unsigned char *)w.body, BODY } };

		cx_child(&cx, &w.cx);
		call_header(&c, "Content-Type", "application/json");
		count(client_call(&cx, &c, &a) == OK && a.status == 200);
		cx_done(&cx);
	}
}

static size_t
drop(char *p, size_t size, size_t n, void *arg)
{
	(void)p;
	(void)arg;
	return size * n;
}

static void
by_curl(void *arg)
{
	CURL *h = curl_easy_init();
	struct curl_slist *headers;

	(void)arg;
	headers = curl_slist_append(NULL, "Content-Type: application/json");
	curl_easy_setopt(h, CURLOPT_URL, w.url);
	curl_easy_setopt(h, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(h, CURLOPT_POSTFIELDS, w.body);
	curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE, (long)BODY);
	curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, drop);
	while (seconds() < w.until)
		count(curl_easy_perform(h) == CURLE_OK);
	curl_slist_free_all(headers);
	curl_easy_cleanup(h);
}

int
main(int argc, char **argv)
{
	struct thread *t[THREADS];
	struct client *client;
	struct rusage u;
	double began, cpu;
	int i;

	if (argc != 4)
		return 2;
	crypt_start();
	w.env = env_real();
	cx_child(&w.cx, &(struct cx){ .env = &w.env });
	if (client_open(&w.cx, true, &client) != OK)
		return 2;
	w.env.net = client;
	w.env.call = client_real;
	w.url = argv[2];
	memset(w.body, 'x', BODY);
	began = seconds();
	w.until = began + (double)strtol(argv[3], NULL, 10);
	for (i = 0; i < THREADS; i++)
		t[i] = w.env.start(&w.env, "caller",
		    strcmp(argv[1], "ours") == 0 ? by_ours : by_curl, NULL);
	for (i = 0; i < THREADS; i++)
		w.env.join(&w.env, t[i]);
	getrusage(RUSAGE_SELF, &u);
	cpu = (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	    (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
	printf("{\"rate\":%.0f,\"cpu\":%.1f}\n",
	    (double)w.calls / (seconds() - began), cpu * 1e6 / (double)w.calls);
	client_close(client);
	return 0;
}
