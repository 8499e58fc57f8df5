/*
 * server_test.c - what a client sees of the server.
 */
#include "lib/test.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/env.h"
#include "rig.h"

#define H "Host: a\r\n"
#define HELLO "GET /hello HTTP/1.1\r\n" H "\r\n"

static void
a_request_is_answered_with_the_security_headers(void **state)
{
	struct rig rig;
	char *reply;

	(void)state;
	rig_start(&rig, &(struct server_conf){ 0 });
	assert_int_equal(rig_ask(&rig, HELLO, &reply), 200);
	assert_contains(reply, "\r\n\r\nhello");
	assert_contains(reply, "X-Content-Type-Options: nosniff");
	assert_contains(reply, "Referrer-Policy: no-referrer");
	assert_contains(reply, "Cache-Control: no-store");
	assert_contains(reply, "default-src 'none'; frame-ancestors 'none'");
	assert_null(strstr(reply, "Strict-Transport-Security"));
	mem_free(reply);
	rig_stop(&rig, 1000);
}

static void
a_request_may_come_byte_by_byte(void **state)
{
	static const char text[] =
	    "POST /echo HTTP/1.1\r\n" H
	    "X-A:   b\t c  \r\nContent-Length: 3\r\n\r\nabc" HELLO;
	struct rig rig;
	char *reply;
	size_t i;
	int fd;

	(void)state;
	rig_start(&rig, &(struct server_conf){ 0 });
	fd = raw_connect(rig.port);
	for (i = 0; i < sizeof(text) - 1; i++)
		raw_send(fd, text + i, 1);
	reply = raw_reply(fd);
	assert_int_equal(raw_status(reply), 200);
	assert_contains(reply, "abc");
	mem_free(reply);
	close(fd);
	rig_stop(&rig, 1000);
}

/* --- limits --- */

static void
a_body_over_the_limit_is_refused_before_it_is_read(void **state)
{
	char head[200];
	struct rig rig;
	char *reply;
	static const char *const paths[] = { "/echo", "/echo-direct" };
	size_t i;

	(void)state;
	rig_start(&rig, &(struct server_conf){ 0 });
	for (i = 0; i < COUNT_OF(paths); i++) {
		snprintf(head, sizeof(head),
		    "POST %s HTTP/1.1\r\n" H "Content-Length: %d\r\n\r\n",
		    paths[i], RIG_BODY_MAX + 1);
		assert_int_equal(rig_ask(&rig, head, &reply), 413);
		assert_contains(reply, "body_too_large");
		assert_contains(reply, "Connection: close");
		mem_free(reply);
	}
	assert_int_equal(rig_ask(&rig,
			     "POST /nowhere HTTP/1.1\r\n" H
			     "Content-Length: 1048577\r\n\r\n",
			     NULL),
	    413);
	rig_stop(&rig, 1000);
}

/* A chunked body of `chunks` times 1 KiB. */
static int
send_chunks(struct rig *rig, const char *path, int chunks)
{
	char block[1024 + 7] = "400\r\n";
	char head[200];
	char *reply;
	int i, status, fd = raw_connect(rig->port);

	memset(block + 5, 'x', 1024);
	memcpy(block + 5 + 1024, "\r\n", 2);
	snprintf(head, sizeof(head),
	    "POST %s HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n",
	    path);
	raw_text(fd, head);
	for (i = 0; i < chunks; i++)
		raw_send(fd, block, sizeof(block));
	raw_text(fd, "0\r\n\r\n");
	reply = raw_reply(fd);
	status = raw_status(reply);
	mem_free(reply);
	close(fd);
	return status;
}

static void
a_chunked_body_is_held_to_the_same_limit(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &(struct server_conf){ 0 });
	assert_int_equal(send_chunks(&rig, "/echo", 64), 200);
	assert_int_equal(send_chunks(&rig, "/echo", 65), 413);
	assert_int_equal(send_chunks(&rig, "/echo-direct", 65), 413);
	assert_int_equal(send_chunks(&rig, "/echo", 1000), 413);
	/* who sends on and on is hung up on */
	assert_int_equal(send_chunks(&rig, "/echo", 20000), 0);
	assert_int_equal(rig_ask(&rig, HELLO, NULL), 200);
	rig_stop(&rig, 1000);
}

static void
large_heads_are_431(void **state)
{
	static char text[64 * 1024];
	struct rig rig;
	size_t n;
	int i;

	(void)state;
	rig_start(&rig, &(struct server_conf){ 0 });
	n = (size_t)sprintf(text, "GET /hello HTTP/1.1\r\n" H);
	for (i = 0; i < 63; i++)
		n += (size_t)sprintf(text + n, "X-%d: v\r\n", i);
	strcpy(text + n, "\r\n");
	assert_int_equal(rig_ask(&rig, text, NULL), 200);
	strcpy(text + n, "X-64: v\r\n\r\n");
	assert_int_equal(rig_ask(&rig, text, NULL), 431);
	for (i = 15; i <= 60; i += 5) {
		n = (size_t)sprintf(text, "GET /hello HTTP/1.1\r\n" H "X-A: ");
		memset(text + n, 'a', (size_t)i * 1000);
		strcpy(text + n + i * 1000, "\r\n\r\n");
		assert_int_equal(rig_ask(&rig, text, NULL),
		    i == 15 ? 200 : 431);
	}
	rig_stop(&rig, 1000);
}

static void
slow_bodies_are_hung_up_on(void **state)
{
	struct rig rig;
	char *got;
	bool closed;
	int64_t start;
	int fd;

	(void)state;
	rig_start(&rig, &(struct server_conf){ .headers_ms = 300 });
	fd = raw_connect(rig.port);
	raw_text(fd,
	    "POST /echo HTTP/1.1\r\n" H "Content-Length: 9999\r\n\r\n");
	start = env_mono(&rig.env);
	do {
		raw_text(fd, "a");
		got = raw_read(fd, 20, &closed);
		mem_free(got);
	} while (!closed && env_mono(&rig.env) < start + 5000);
	assert_true(closed);
	close(fd);
	rig_stop(&rig, 1000);
}

/* What came fast is no credit for coming slowly, or a few clients with much in
   hand would keep everybody's room for bodies for hours. */
static void
a_body_that_stops_is_hung_up_on_however_fast_it_was(void **state)
{
	static char block[60 * 1024];
	struct rig rig;
	bool closed;
	int64_t began;
	int fd;

	(void)state;
	memset(block, 'a', sizeof(block));
	rig_start(&rig, &(struct server_conf){ .headers_ms = 300 });
	fd = raw_connect(rig.port);
	raw_text(fd,
	    "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 65000\r\n\r\n");
	raw_send(fd, block, sizeof(block));
	began = env_mono(&rig.env);
	mem_free(raw_read(fd, 5000, &closed));
	assert_true(closed);
	assert_in_range(env_mono(&rig.env) - began, 100, 2000);
	close(fd);
	rig_stop(&rig, 1000);
}

static void
slow_heads_and_idle_connections_are_hung_up_on(void **state)
{
	struct rig rig;
	char *got;
	bool closed;
	int64_t start;
	int fd, drips = 0;

	(void)state;
	rig_start(&rig,
	    &(struct server_conf){ .headers_ms = 300, .idle_ms = 300 });
	fd = raw_connect(rig.port); /* says nothing */
	got = raw_read(fd, 5000, &closed);
	assert_true(closed);
	assert_string_equal(got, "");
	mem_free(got);
	close(fd);
	fd = raw_connect(rig.port); /* drips: never silent, never done */
	raw_text(fd, "GET /hello HTTP/1.1\r\n");
	start = env_mono(&rig.env);
	do {
		raw_text(fd, "X-A: b\r\n");
		got = raw_read(fd, 20, &closed);
		mem_free(got);
		drips++;
	} while (!closed && env_mono(&rig.env) < start + 5000);
	assert_true(closed);
	assert_true(drips > 3);
	close(fd);
	fd = raw_connect(rig.port); /* one request, then nothing */
	raw_text(fd, HELLO);
	got = raw_read(fd, 5000, &closed);
	assert_int_equal(raw_status(got), 200);
	assert_true(closed);
	mem_free(got);
	close(fd);
	rig_stop(&rig, 1000);
}

/* --- many at once --- */

struct asker {
	struct rig *rig;
	int good;
};

static void
ask_a_thousand_times(void *arg)
{
	struct asker *a = arg;
	int i, fd = raw_connect(a->rig->port);
	char *got;

	for (i = 0; i < 1000; i++) {
		raw_text(fd,
		    i % 3 == 0       ? "GET /direct HTTP/1.1\r\n" H "\r\n"
			: i % 3 == 1 ? HELLO
				     : "POST /echo HTTP/1.1\r\n" H
				       "Content-Length: 5\r\n\r\nhello");
		got = raw_reply(fd);
		a->good += raw_status(got) == 200 &&
		    strstr(got, "\r\n\r\nhello") != NULL;
		mem_free(got);
	}
	close(fd);
}

static void
sixteen_clients_are_served_a_thousand_times_each(void **state)
{
	struct rig rig;
	struct asker askers[16] = { 0 };
	struct thread *threads[16];
	int i;

	(void)state;
	rig_start(&rig, &(struct server_conf){ 0 });
	for (i = 0; i < 16; i++) {
		askers[i].rig = &rig;
		threads[i] = rig.env.start(&rig.env, "asker",
		    ask_a_thousand_times, &askers[i]);
	}
	for (i = 0; i < 16; i++) {
		rig.env.join(&rig.env, threads[i]);
		assert_int_equal(askers[i].good, 1000);
	}
	rig_stop(&rig, 1000);
}

#define GATE "GET /gate HTTP/1.1\r\n" H "\r\n"

static void
a_handler_that_waits_does_not_stall_the_others(void **state)
{
	struct rig rig;
	int fds[6], i;
	char *got;

	(void)state;
	rig_start(&rig, &(struct server_conf){ .workers = 8 });
	for (i = 0; i < 6; i++) {
		fds[i] = raw_connect(rig.port);
		raw_text(fds[i], GATE);
	}
	rig_await(&rig, &rig.inside, 6);
	for (i = 0; i < 50; i++)
		assert_int_equal(rig_ask(&rig, HELLO, NULL), 200);
	assert_int_equal(rig.served, 0);
	rig_open_gate(&rig);
	for (i = 0; i < 6; i++) {
		got = raw_reply(fds[i]);
		assert_int_equal(raw_status(got), 200);
		mem_free(got);
		close(fds[i]);
	}
	rig_stop(&rig, 1000);
}

/* How many of them have something to read. */
static int
readable(struct pollfd *p, nfds_t n)
{
	int got = poll(p, n, 20000);

	assert_true(got > 0);
	return got;
}

static void
who_finds_no_place_is_told_to_come_back(void **state)
{
	enum { PLACES = 64, MORE = 5, ALL = PLACES + MORE };
	struct pollfd p[ALL];
	struct rig rig;
	int gate, i, refused = 0;
	char *got;

	(void)state;
	rig_start(&rig, &(struct server_conf){ .workers = 1 });
	gate = raw_connect(rig.port);
	raw_text(gate, GATE);
	rig_await(&rig, &rig.inside, 1);
	for (i = 0; i < ALL; i++) {
		p[i] = (struct pollfd){ raw_connect(rig.port), POLLIN, 0 };
		raw_text(p[i].fd, HELLO);
	}
	while (readable(p, ALL) < MORE)
		continue;
	assert_int_equal(rig_ask(&rig, "GET /direct HTTP/1.1\r\n" H "\r\n",
			     NULL),
	    200);
	rig_open_gate(&rig);
	for (i = 0; i < ALL; i++) {
		got = raw_reply(p[i].fd);
		if (raw_status(got) == 503) {
			assert_contains(got, "Retry-After: 1");
			assert_contains(got, "overloaded");
			refused++;
		}
		mem_free(got);
		close(p[i].fd);
	}
	assert_int_equal(refused, MORE);
	close(gate);
	rig_stop(&rig, 1000);
}

/* --- later --- */

#define LATER "GET /later HTTP/1.1\r\n" H "\r\n"

static void
answer_all(void *arg)
{
	struct rig *rig = arg;
	int i;

	for (i = 0; i < 32; i++) {
		rig_await(rig, &rig->nlater, i + 1);
		reply_now(rig->later[i], 202, "text/plain", "at last");
	}
}

static void
a_reply_may_come_later_from_another_thread(void **state)
{
	struct rig rig;
	struct thread *t;
	char *got;
	int i;

	(void)state;
	rig_start(&rig, &(struct server_conf){ 0 });
	t = rig.env.start(&rig.env, "answerer", answer_all, &rig);
	for (i = 0; i < 32; i++) {
		assert_int_equal(rig_ask(&rig, LATER, &got), 202);
		assert_contains(got, "\r\n\r\nat last");
		assert_contains(got, "X-Kept: yes");
		assert_contains(got, "nosniff");
		mem_free(got);
	}
	rig.env.join(&rig.env, t);
	rig_stop(&rig, 1000);
}

static void
who_waits_too_long_is_answered_503(void **state)
{
	struct rig rig;
	char *got;

	(void)state;
	rig_start(&rig, &(struct server_conf){ .answer_ms = 200 });
	assert_int_equal(rig_ask(&rig, LATER, &got), 503);
	assert_contains(got, "too_slow");
	assert_contains(got, "nosniff");
	mem_free(got);
	assert_int_equal(rig_ask(&rig, GATE, &got), 503);
	assert_contains(got, "too_slow");
	mem_free(got);
	rig_open_gate(&rig);
	rig_await(&rig, &rig.served, 1);
	reply_now(rig.later[0], 200, "text/plain", "nobody listens");
	assert_int_equal(rig_ask(&rig, GATE, NULL), 200);
	rig_stop(&rig, 1000);
}

static void
clients_may_leave_while_we_work_for_them(void **state)
{
	struct rig rig;
	int i, fd;

	(void)state;
	rig_start(&rig, &(struct server_conf){ .workers = 8 });
	for (i = 0; i < 6; i++) {
		fd = raw_connect(rig.port);
		raw_text(fd, GATE);
		rig_await(&rig, &rig.inside, i + 1);
		close(fd);
		fd = raw_connect(rig.port);
		raw_text(fd, LATER);
		rig_await(&rig, &rig.nlater, i + 1);
		close(fd);
		fd = raw_connect(rig.port);
		raw_text(fd,
		    "POST /echo HTTP/1.1\r\n" H
		    "Content-Length: 50\r\n\r\nhalf");
		close(fd);
	}
	rig_open_gate(&rig);
	rig_await(&rig, &rig.served, 6);
	for (i = 0; i < 6; i++)
		reply_now(rig.later[i], 200, "text/plain", "gone");
	assert_int_equal(rig_ask(&rig, HELLO, NULL), 200);
	rig_stop(&rig, 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_request_is_answered_with_the_security_headers),
		cmocka_unit_test(a_request_may_come_byte_by_byte),
		cmocka_unit_test(
		    a_body_over_the_limit_is_refused_before_it_is_read),
		cmocka_unit_test(a_chunked_body_is_held_to_the_same_limit),
		cmocka_unit_test(large_heads_are_431),
		cmocka_unit_test(slow_bodies_are_hung_up_on),
		cmocka_unit_test(
		    a_body_that_stops_is_hung_up_on_however_fast_it_was),
		cmocka_unit_test(
		    slow_heads_and_idle_connections_are_hung_up_on),
		cmocka_unit_test(
		    sixteen_clients_are_served_a_thousand_times_each),
		cmocka_unit_test(
		    a_handler_that_waits_does_not_stall_the_others),
		cmocka_unit_test(who_finds_no_place_is_told_to_come_back),
		cmocka_unit_test(a_reply_may_come_later_from_another_thread),
		cmocka_unit_test(who_waits_too_long_is_answered_503),
		cmocka_unit_test(clients_may_leave_while_we_work_for_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
