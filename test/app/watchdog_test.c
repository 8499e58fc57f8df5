/*
 * watchdog_test.c - a supervisor hears that a program works, until it hangs.
 */
#include "lib/program.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/env.h"

enum { HANGS_MS = 3000, LIMIT_MS = 600, PATIENCE_MS = 30000 };

static const char hook[] = "{\"id\":1}";

struct watched {
	pid_t pid;
	int ear, port, socket;
};

static void
watched_start(struct cx *cx, struct watched *w, const char *stall)
{
	char *path = arena_printf(cx->mem, "%s/ear", test_dir(cx));
	char *secret = arena_printf(cx->mem, "%s/secret", test_dir(cx));
	struct given g;

	test_write_file(secret, "hush\n", 0600);
	w->ear = program_ear(path);
	w->socket = program_listening(&w->port);
	g = (struct given){ .socket = w->socket,
		.env = (const char *const[]){
		    arena_printf(cx->mem, "NOTIFY_SOCKET=%s", path),
		    arena_printf(cx->mem, "WATCHDOG_USEC=%d", LIMIT_MS * 1000),
		    arena_printf(cx->mem, "LOGIVERY_STALL=%s", stall), NULL } };
	w->pid = program_start(cx, SHOPIFY_PROGRAM,
	    arena_printf(cx->mem,
		"serve --data %s --public-url http://a.example "
		"--allow-private-hosts --client-id id --client-secret-file %s",
		program_folder(cx), secret),
	    &g);
	program_until(cx, w->ear, "READY=1");
}

static void
watched_stop(struct watched *w)
{
	kill(w->pid, SIGTERM);
	assert_int_equal(program_ended(w->pid), 0);
	close(w->ear);
	close(w->socket);
}

/* How long until it says that it works, in ms. */
static int64_t
silence(struct watched *w)
{
	struct pollfd p = { .fd = w->ear, .events = POLLIN };
	struct env real = env_real();
	int64_t since = env_mono(&real);
	char said[100];
	ssize_t n;

	do {
		assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
		n = recv(w->ear, said, sizeof(said) - 1, 0);
		assert_true(n > 0);
		said[n] = '\0';
	} while (strcmp(said, "WATCHDOG=1") != 0);
	return env_mono(&real) - since;
}

/* A webhook; who sends it does not wait for the answer. */
static int
deliver(struct cx *cx, struct watched *w)
{
	const char *mac = program_shell(cx,
	    arena_printf(cx->mem,
		"printf '%%s' '%s' | openssl dgst -sha256 -hmac hush -binary "
		"| base64 | tr -d '\\n'",
		hook));

	const char *text = arena_printf(cx->mem,
	    "POST /webhooks HTTP/1.1\r\nHost: a.example\r\n"
	    "Content-Type: application/json\r\n"
	    "X-Shopify-Topic: orders/create\r\n"
	    "X-Shopify-Shop-Domain: a.myshopify.com\r\n"
	    "X-Shopify-Webhook-Id: 1\r\n"
	    "X-Shopify-Hmac-Sha256: %s\r\nContent-Length: %zu\r\n\r\n%s",
	    mac, strlen(hook), hook);
	int fd = program_dial(w->port);

	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	return fd;
}

static void
who_works_says_so_again_and_again(void **state)
{
	struct cx *cx = *state;
	struct watched w;
	int i;

	watched_start(cx, &w, "");
	for (i = 0; i < 5; i++)
		(void)silence(&w);
	watched_stop(&w);
}

/* The one thread that writes stands still: all who write would wait for it. */
static void
who_hangs_says_nothing_until_it_goes_on(void **state)
{
	struct cx *cx = *state;
	struct watched w;
	int64_t ms, most = 0;
	int fd;

#ifndef FAULTS
	printf("skip: nothing stands still without -Dfaults=true\n");
	skip();
#endif
	watched_start(cx, &w, "hook.after_commit:1:3000");
	(void)silence(&w);
	fd = deliver(cx, &w);
	while (most < HANGS_MS / 2) {
		ms = silence(&w);
		most = ms > most ? ms : most;
	}
	(void)silence(&w);
	close(fd);
	watched_stop(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(who_works_says_so_again_and_again),
		TEST(who_hangs_says_nothing_until_it_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
