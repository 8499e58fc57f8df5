/*
 * disk_test.c - fsync fails and goes on failing (nosync.c): the program says
 * that it is not ready, and ends, so that a supervisor starts it again.
 */
#include "rig.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"

enum { TIMES = 50 };

static struct program
serve_on(struct cx *cx, int i, const char *dir, const char *log)
{
	struct given g = { .log = log,
		.env = (const char *const[]){ "LD_PRELOAD=" NOSYNC,
		    "ASAN_OPTIONS=verify_asan_link_order=0",
		    arena_printf(cx->mem, "NOSYNC_FILE=%s.nosync", dir),
		    NULL } };

	return program_serve(cx, programs[i].path,
	    serving(cx, i, dir, "--listen 127.0.0.1:0"), &g, false);
}

/* What it answers, or "": nobody listens any more. */
static const char *
ask(struct cx *cx, int port, const char *head, const char *body)
{
	return program_shell(cx,
	    arena_printf(cx->mem,
		"bash -c 'exec 3<>/dev/tcp/127.0.0.1/%d && printf "
		"\"%s\\r\\nHost: a.example\\r\\nConnection: close\\r\\n"
		"Content-Type: application/json\\r\\n"
		"Content-Length: %zu\\r\\n\\r\\n\" >&3 && "
		"printf %%s \"$0\" >&3 && cat <&3' '%s' 2>/dev/null",
		port, head, strlen(body), body));
}

static const char *
ready(struct cx *cx, int port)
{
	return ask(cx, port, "GET /readyz HTTP/1.1", "");
}

/* Something that each has to store: a wrong password, a webhook. */
static const char *
write_to(struct cx *cx, int i, int port)
{
	const char *mac;

	if (i == CLOUD)
		return ask(cx, port, "POST /api/v1/session HTTP/1.1",
		    "{\"email\":\"a@b.example\",\"password\":\"wrong\"}");
	mac = program_shell(cx,
	    "printf 1 | openssl dgst -sha256 -hmac hush -binary | base64 | "
	    "tr -d '\\n'");
	return ask(cx, port,
	    arena_printf(cx->mem,
		"POST /webhooks HTTP/1.1\\r\\nX-Shopify-Topic: orders/create"
		"\\r\\nX-Shopify-Shop-Domain: a.myshopify.com\\r\\n"
		"X-Shopify-Webhook-Id: 1\\r\\nX-Shopify-Hmac-Sha256: %s",
		mac),
	    "1");
}

static void
assert_answer(const char *answer, const char *status)
{
	if (strstr(answer, status) == NULL)
		fail_msg("not%sbut: %.200s", status, answer);
}

static void
a_disk_that_takes_nothing_ends_the_program(void **state)
{
	struct cx *cx = *state;
	const char *log = in(cx, test_dir(cx), "log"), *dir, *answer;
	struct program p;
	int i, n;

	for (i = CLOUD; i < BOTH; i++) {
		dir = in(cx, test_dir(cx), "served");
		p = serve_on(cx, i, dir, log);
		assert_answer(ready(cx, p.port), " 200 ");
		test_write_file(arena_printf(cx->mem, "%s.nosync", dir), "",
		    0600);
		assert_answer(write_to(cx, i, p.port), " 503 ");
		assert_answer(ready(cx, p.port), " 503 ");
		for (n = 0; n < TIMES && *(answer = ready(cx, p.port)) != '\0';
		     n++)
			assert_answer(answer, " 503 ");
		assert_true(n < TIMES);
		assert_int_equal(program_stop(&p, 0), 1);
		assert_contains(test_read_file(cx, log), "disk.lost");
	}
}

/* Once is no end: the commit failed, the next one is tried. */
static void
a_disk_that_failed_once_is_used_again(void **state)
{
	struct cx *cx = *state;
	const char *log = in(cx, test_dir(cx), "log"), *dir, *file;
	struct program p;
	int i;

	for (i = CLOUD; i < BOTH; i++) {
		dir = in(cx, test_dir(cx), "served");
		file = arena_printf(cx->mem, "%s.nosync", dir);
		p = serve_on(cx, i, dir, log);
		test_write_file(file, "", 0600);
		assert_answer(write_to(cx, i, p.port), " 503 ");
		unlink(file);
		assert_answer(ready(cx, p.port), " 200 ");
		assert_answer(write_to(cx, i, p.port),
		    i == CLOUD ? " 401 " : " 200 ");
		assert_int_equal(program_stop(&p, SIGTERM), 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_disk_that_takes_nothing_ends_the_program),
		TEST(a_disk_that_failed_once_is_used_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
