/*
 * load.c - asks an HTTP server as fast as it answers, or at a steady rate, and
 * says how long the answers took.
 *
 *	load --to 127.0.0.1:PORT [--path /webhooks] [--connections 64]
 *	    [--seconds 5 | --count 10000] [--rate 500]
 *	    [--bodies FILE --secret TEXT --shop DOMAIN --topic orders/create]
 *	    [--header "Name: value"] [--get]
 *
 * FILE holds one body a line; each request has an X-Shopify-Webhook-Id of its
 * own.  Without --rate a connection asks again when it has its answer, and a
 * time runs from writing the request.  With it requests fall due on a clock,
 * and a time runs from when one was due: a server that stalls is not excused.
 * One JSON object on stdout; exit status 1 if anything but 200 came.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/crypt.h"

enum {
	BODIES_MAX = 1024,
	HEAD_MAX = 1024,
	ANSWER_MAX = 256 * 1024,
	RECONNECTS_MAX = 10000,
	TIMES_MAX = 16 * 1024 * 1024
};

struct order {
	char *text;
	size_t n;
	char hmac[45];
};

struct peer {
	int fd;
	bool busy;
	int64_t since; /* ns */
	char head[HEAD_MAX];
	size_t head_n;
	const struct order *order;
	size_t sent; /* of head and body */
	char *answer;
	size_t got;
};

static struct {
	const char *to, *path, *secret, *shop, *topic, *header, *bodies;
	int64_t connections, seconds, count, rate;
	bool get;
	struct order order[BODIES_MAX];
	size_t norders;
	uint64_t run; /* random: makes ids of this run its own */
	int ep;
	int64_t begun, sent, answered, failed, reconnects;
	uint32_t *times; /* us */
	struct sockaddr_in addr;
} l = { .path = "/webhooks",
	.shop = "bench.myshopify.com",
	.topic = "orders/create",
	.header = "X-Bench: 1",
	.connections = 64,
	.seconds = 5 };

static void
die(const char *what)
{
	fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
	exit(2);
}

static int64_t
now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * INT64_C(1000000000) + ts.tv_nsec;
}

static void
sign(struct order *o, struct arena *mem)
{
	unsigned char mac[DIGEST_BYTES];
	struct bytes key = { (const unsigned char *)l.secret,
		strlen(l.secret) };

	hmac_sha256(key, (struct bytes){ (unsigned char *)o->text, o->n }, mac);
	snprintf(o->hmac, sizeof(o->hmac), "%s",
	    base64_encode(mem, (struct bytes){ mac, sizeof(mac) }));
}

static void
read_bodies(struct arena *mem)
{
	FILE *f;
	char *line = NULL;
	size_t room = 0;
	ssize_t n;

	if (l.bodies == NULL) {
		l.order[l.norders++] = (struct order){ .text = "" };
		return;
	}
	if ((f = fopen(l.bodies, "r")) == NULL)
		die(l.bodies);
	while (l.norders < BODIES_MAX && (n = getline(&line, &room, f)) > 1) {
		l.order[l.norders] =
		    (struct order){ .text = line, .n = (size_t)n - 1 };
		sign(&l.order[l.norders++], mem);
		line = NULL;
		room = 0;
	}
	fclose(f);
}

/* --- one connection --- */

static void
prepare(struct peer *p)
{
	const struct order *o = &l.order[(size_t)l.sent % l.norders];
	int n;

	if (l.bodies == NULL)
		n = snprintf(p->head, HEAD_MAX,
		    "%s %s HTTP/1.1\r\nHost: %s\r\n%s\r\n%s\r\n",
		    l.get ? "GET" : "POST", l.path, l.to, l.header,
		    l.get ? "" : "Content-Length: 0\r\n");
	else
		n = snprintf(p->head, HEAD_MAX,
		    "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: "
		    "application/json\r\nContent-Length: %zu\r\n"
		    "X-Shopify-Topic: %s\r\nX-Shopify-Shop-Domain: %s\r\n"
		    "X-Shopify-Hmac-Sha256: %s\r\n"
		    "X-Shopify-Api-Version: 2026-10\r\n"
		    "X-Shopify-Webhook-Id: "
		    "%08" PRIx64 "-b0b0-4c0c-8d0d-%012" PRIx64 "\r\n"
		    "X-Shopify-Triggered-At: 2026-11-01T10:00:00.000000Z\r\n"
		    "%s\r\n\r\n",
		    l.path, l.to, o->n, l.topic, l.shop, o->hmac,
		    l.run & 0xffffffff,
		    (uint64_t)l.sent * UINT64_C(0x9e3779b97f4a7c15) &
			UINT64_C(0xffffffffffff),
		    l.header);
	p->order = o;
	p->head_n = (size_t)n;
	p->sent = p->got = 0;
	p->busy = true;
	l.sent++;
}

static void
want(struct peer *p, uint32_t events, int op)
{
	struct epoll_event ev = { .events = events, .data.ptr = p };

	if (epoll_ctl(l.ep, op, p->fd, &ev) != 0)
		die("epoll_ctl");
}

static void
write_on(struct peer *p)
{
	struct iovec v[2];
	size_t body = p->sent > p->head_n ? p->sent - p->head_n : 0;
	size_t head = p->sent < p->head_n ? p->sent : p->head_n;
	ssize_t n;

	v[0] = (struct iovec){ p->head + head, p->head_n - head };
	v[1] = (struct iovec){ p->order->text + body, p->order->n - body };
	n = writev(p->fd, v, 2);
	if (n < 0 && errno != EAGAIN)
		return; /* it has hung up: the end is there to be read */
	if (n > 0)
		p->sent += (size_t)n;
	if (p->sent < p->head_n + p->order->n)
		want(p, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
}

static void
ask(struct peer *p, int64_t since)
{
	prepare(p);
	p->since = since;
	write_on(p);
}

static void
done(struct peer *p)
{
	int64_t us = (now_ns() - p->since) / 1000;

	if (strncmp(p->answer, "HTTP/1.1 200", 12) != 0 && l.failed++ == 0)
		fprintf(stderr, "load: %.200s\n", p->answer);
	if (l.answered < TIMES_MAX)
		l.times[l.answered] =
		    us > UINT32_MAX ? UINT32_MAX : (uint32_t)us;
	l.answered++;
	p->busy = false;
}

static void
connect_one(struct peer *p)
{
	int on = 1;

	p->fd = socket(AF_INET, SOCK_STREAM, 0);
	if (p->fd < 0 ||
	    connect(p->fd, (struct sockaddr *)&l.addr, sizeof(l.addr)) != 0)
		die(l.to);
	setsockopt(p->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	fcntl(p->fd, F_SETFL, O_NONBLOCK);
	want(p, EPOLLIN, EPOLL_CTL_ADD);
}

/* The server hung up, as servers do with idle connections: a client would try
   again, and so do we; the time runs on. */
static void
again(struct peer *p)
{
	close(p->fd);
	if (++l.reconnects > RECONNECTS_MAX)
		die("the server hangs up all the time");
	connect_one(p);
	p->sent = p->got = 0;
	if (p->busy)
		write_on(p);
}

/* True: the whole answer is there. */
static bool
read_on(struct peer *p)
{
	ssize_t n = read(p->fd, p->answer + p->got, ANSWER_MAX - 1 - p->got);
	const char *end, *length;

	if (n < 0 && errno == EAGAIN)
		return false;
	if (n <= 0) {
		again(p);
		return false;
	}
	p->got += (size_t)n;
	p->answer[p->got] = '\0';
	if ((end = strstr(p->answer, "\r\n\r\n")) == NULL)
		return false;
	length = strcasestr(p->answer, "\r\nContent-Length:");
	if (length == NULL || length > end)
		return true;
	return p->got >=
	    (size_t)(end + 4 - p->answer) + strtoul(length + 17, NULL, 10);
}

static struct peer *
connect_all(void)
{
	struct peer *all = mem_new((size_t)l.connections * sizeof(*all));
	int64_t i;

	for (i = 0; i < l.connections; i++) {
		all[i].answer = mem_new(ANSWER_MAX);
		connect_one(&all[i]);
	}
	return all;
}

/* --- the run --- */

static bool
goes_on(void)
{
	if (l.count > 0)
		return l.sent < l.count;
	return now_ns() - l.begun < l.seconds * INT64_C(1000000000);
}

static int64_t
due_at(int64_t n)
{
	return l.begun + n * INT64_C(1000000000) / l.rate;
}

/* What has fallen due goes to who is free. */
static void
feed(struct peer *all)
{
	int64_t i;

	for (i = 0; i < l.connections && goes_on(); i++) {
		if (all[i].busy)
			continue;
		if (due_at(l.sent) > now_ns())
			return;
		ask(&all[i], due_at(l.sent));
	}
}

static void
serve(struct epoll_event *ev)
{
	struct peer *p = ev->data.ptr;

	if ((ev->events & EPOLLOUT) && p->busy) {
		want(p, EPOLLIN, EPOLL_CTL_MOD);
		write_on(p);
	}
	if (!(ev->events & (EPOLLIN | EPOLLHUP | EPOLLERR)) || !read_on(p))
		return;
	done(p);
	if (l.rate == 0 && goes_on())
		ask(p, now_ns());
}

static void
run(struct peer *all)
{
	struct epoll_event ev[128];
	int64_t i;
	int n, k;

	l.begun = now_ns();
	for (i = 0; l.rate == 0 && i < l.connections && goes_on(); i++)
		ask(&all[i], now_ns());
	while (goes_on() || l.answered < l.sent) {
		if (l.rate > 0)
			feed(all);
		n = epoll_wait(l.ep, ev, 128, l.rate > 0 ? 1 : 100);
		for (k = 0; k < n; k++)
			serve(&ev[k]);
	}
}

static int
by_size(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static void
report(int64_t ns)
{
	size_t n = l.answered < TIMES_MAX ? (size_t)l.answered : TIMES_MAX;

	if (n == 0)
		die("no answer at all");
	qsort(l.times, n, sizeof(*l.times), by_size);
	printf("{\"requests\":%" PRId64 ",\"failed\":%" PRId64
	       ",\"seconds\":%.3f,\"rate\":%.1f,\"p50_ms\":%.3f,"
	       "\"p99_ms\":%.3f,\"max_ms\":%.3f}\n",
	    l.answered, l.failed, (double)ns / 1e9,
	    (double)l.answered * 1e9 / (double)ns, l.times[n / 2] / 1e3,
	    l.times[n * 99 / 100] / 1e3, l.times[n - 1] / 1e3);
}

/* --- options --- */

static const struct {
	const char *name;
	const char **text;
	int64_t *number;
} options[] = {
	{ "--to", &l.to, NULL },
	{ "--path", &l.path, NULL },
	{ "--bodies", &l.bodies, NULL },
	{ "--secret", &l.secret, NULL },
	{ "--shop", &l.shop, NULL },
	{ "--topic", &l.topic, NULL },
	{ "--header", &l.header, NULL },
	{ "--connections", NULL, &l.connections },
	{ "--seconds", NULL, &l.seconds },
	{ "--count", NULL, &l.count },
	{ "--rate", NULL, &l.rate },
};

static bool
read_option(const char *name, const char *value)
{
	size_t i;

	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		if (strcmp(options[i].name, name) != 0)
			continue;
		if (options[i].text != NULL)
			*options[i].text = value;
		else
			*options[i].number = strtol(value, NULL, 10);
		return true;
	}
	return false;
}

static void
read_options(char **argv)
{
	const char *colon;
	char host[64] = "";

	while (*++argv != NULL) {
		if (strcmp(*argv, "--get") == 0)
			l.get = true;
		else if (argv[1] == NULL || !read_option(argv[0], argv[1]))
			die(*argv);
		else
			argv++;
	}
	colon = l.to == NULL ? NULL : strrchr(l.to, ':');
	if (colon == NULL || (l.bodies != NULL && l.secret == NULL))
		die("--to HOST:PORT, and --secret with --bodies, are needed");
	snprintf(host, sizeof(host), "%.*s", (int)(colon - l.to), l.to);
	l.addr.sin_family = AF_INET;
	l.addr.sin_port = htons((uint16_t)strtol(colon + 1, NULL, 10));
	if (inet_pton(AF_INET, host, &l.addr.sin_addr) != 1)
		die(host);
}

int
main(int argc, char **argv)
{
	struct arena *mem = arena_new();
	struct peer *all;

	(void)argc;
	crypt_start();
	read_options(argv);
	read_bodies(mem);
	if (getrandom(&l.run, sizeof(l.run), 0) != sizeof(l.run))
		die("getrandom");
	l.times = mem_new(TIMES_MAX * sizeof(*l.times));
	l.ep = epoll_create1(0);
	all = connect_all();
	run(all);
	report(now_ns() - l.begun);
	return l.failed > 0;
}
