/*
 * stream_test.c - server-sent events, rest, and the end.
 */
#include "lib/test.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/env.h"
#include "rig.h"

#define H "Host: a\r\n"
#define HELLO "GET /hello HTTP/1.1\r\n" H "\r\n"
#define GATE "GET /gate HTTP/1.1\r\n" H "\r\n"
#define LATER "GET /later HTTP/1.1\r\n" H "\r\n"

/* --- streams --- */

#define EVENTS "GET /events HTTP/1.1\r\nConnection: close\r\n" H "\r\n"

static void
events_reach_fifty_browsers_in_order(void **state)
{
	struct rig rig;
	int fds[50], i, n;
	char *got;
	bool closed;

	(void)state;
	rig_start(&rig, &(struct server_conf){ 0 });
	for (i = 0; i < 50; i++) {
		fds[i] = raw_connect(rig.port);
		raw_text(fds[i], EVENTS);
	}
	rig_await(&rig, &rig.nstreams, 50);
	for (n = 0; n < 20; n++) {
		char text[32];

		snprintf(text, sizeof(text), "data: n%d\n\n", n);
		for (i = 0; i < 50; i++)
			assert_true(stream_push(rig.streams[i], text));
	}
	for (i = 0; i < 50; i++)
		stream_drop(rig.streams[i]);
	for (i = 0; i < 50; i++) {
		got = raw_read(fds[i], 5000, &closed);
		assert_contains(got, "Content-Type: text/event-stream\r\n");
		assert_contains(got, "data: n0\n\n");
		assert_contains(got, "data: n19\n\n");
		assert_int_equal(raw_count(got, "data: n"), 20);
		assert_contains(got, "\r\n0\r\n"); /* it has an end */
		mem_free(got);
		close(fds[i]);
	}
	rig_stop(&rig, 1000);
}

static void
a_browser_that_does_not_take_its_events_is_cut_off(void **state)
{
	static char text[4097];
	struct rig rig;
	int fds[2], i, pushed[2] = { 0, 0 };
	char *got;
	bool closed;

	(void)state;
	memset(text, ':', 4096);
	text[4095] = '\n';
	rig_start(&rig, &(struct server_conf){ 0 });
	for (i = 0; i < 2; i++) {
		fds[i] = raw_connect(rig.port);
		raw_text(fds[i], EVENTS);
		rig_await(&rig, &rig.nstreams, i + 1);
	}
	/* kernel buffers hold some megabytes before we notice */
	while (pushed[0] < 100000 && stream_push(rig.streams[0], text))
		pushed[0]++;
	assert_in_range(pushed[0], 60, 99999);
	assert_false(stream_push(rig.streams[0], ":\n\n"));
	assert_true(stream_push(rig.streams[1], "data: fine\n\n"));
	stream_drop(rig.streams[0]);
	got = raw_read(fds[0], 5000, &closed);
	assert_true(closed);
	mem_free(got);
	stream_drop(rig.streams[1]);
	got = raw_read(fds[1], 5000, &closed);
	assert_contains(got, "data: fine\n\n");
	mem_free(got);
	close(fds[0]);
	close(fds[1]);
	rig_stop(&rig, 1000);
}

static void
a_feeder_learns_that_the_browser_left(void **state)
{
	struct rig rig;
	int fd, pushes = 0;
	int64_t until;

	(void)state;
	rig_start(&rig, &(struct server_conf){ 0 });
	fd = raw_connect(rig.port);
	raw_text(fd, EVENTS);
	rig_await(&rig, &rig.nstreams, 1);
	close(fd);
	until = env_mono(&rig.env) + 5000;
	while (stream_push(rig.streams[0], ":\n\n") &&
	    env_mono(&rig.env) < until) {
		pushes++;
		usleep(1000);
	}
	assert_false(stream_push(rig.streams[0], ":\n\n"));
	stream_drop(rig.streams[0]);
	rig_stop(&rig, 1000);
}

static void
waiting_costs_nothing(void **state)
{
	struct rig rig;
	struct rusage before, after;
	int fds[20], i;

	(void)state;
	rig_start(&rig, &(struct server_conf){ 0 });
	for (i = 0; i < 20; i++) {
		fds[i] = raw_connect(rig.port);
		raw_text(fds[i], i < 10 ? EVENTS : HELLO);
	}
	rig_await(&rig, &rig.nstreams, 10);
	for (i = 10; i < 20; i++)
		mem_free(raw_reply(fds[i]));
	usleep(300000); /* let them come to rest */
	getrusage(RUSAGE_SELF, &before);
	usleep(1000000);
	getrusage(RUSAGE_SELF, &after);
	/* a loop would do hundreds; sanitizers do ten of their own */
	assert_in_range(after.ru_nvcsw - before.ru_nvcsw, 0, 15);
	for (i = 0; i < 10; i++)
		stream_drop(rig.streams[i]);
	for (i = 0; i < 20; i++)
		close(fds[i]);
	rig_stop(&rig, 1000);
}

/* --- the end --- */

static void
closing_ends_everything_and_nobody_waits_for_nothing(void **state)
{
	static const char *const requests[] = { GATE, LATER, EVENTS, HELLO, "",
		"GET /hel" };
	static const int want[] = { 503, 503, 200, 200, 0, 0 };
	struct rig rig;
	struct pollfd p = { .events = POLLIN };
	int fds[COUNT_OF(requests)];
	size_t i;
	int64_t start;
	char *got;
	bool closed;

	(void)state;
	rig_start(&rig, &(struct server_conf){ 0 });
	for (i = 0; i < COUNT_OF(requests); i++) {
		fds[i] = raw_connect(rig.port);
		raw_text(fds[i], requests[i]);
	}
	rig_await(&rig, &rig.inside, 1);
	rig_await(&rig, &rig.nlater, 1);
	rig_await(&rig, &rig.nstreams, 1);
	p.fd = fds[3]; /* its reply is there, but not read */
	assert_int_equal(poll(&p, 1, 20000), 1);
	start = env_mono(&rig.env);
	server_close(rig.sv, 300);
	assert_true(env_mono(&rig.env) - start < 3000);
	for (i = 0; i < COUNT_OF(requests); i++) {
		got = raw_read(fds[i], 5000, &closed);
		assert_true(closed);
		assert_int_equal(raw_status(got), want[i]);
		mem_free(got);
		close(fds[i]);
	}
	reply_now(rig.later[0], 200, "text/plain", "too late by far");
	assert_false(stream_push(rig.streams[0], "data: x\n\n"));
	stream_drop(rig.streams[0]);
	signal_close(&rig.change);
	lock_close(&rig.lock);
	cx_done(&rig.cx);
}

static void
open_the_gate_soon(void *arg)
{
	struct rig *rig = arg;

	usleep(100000);
	rig_open_gate(rig);
}

static void
a_request_under_way_may_end_within_the_grace(void **state)
{
	struct rig rig;
	struct thread *t;
	char *got;
	int fd;

	(void)state;
	rig_start(&rig, &(struct server_conf){ 0 });
	fd = raw_connect(rig.port);
	raw_text(fd, GATE);
	rig_await(&rig, &rig.inside, 1);
	t = rig.env.start(&rig.env, "opener", open_the_gate_soon, &rig);
	server_close(rig.sv, 10000);
	got = raw_reply(fd);
	assert_int_equal(raw_status(got), 200);
	assert_contains(got, "Connection: close");
	mem_free(got);
	close(fd);
	rig.env.join(&rig.env, t);
	signal_close(&rig.change);
	lock_close(&rig.lock);
	cx_done(&rig.cx);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(events_reach_fifty_browsers_in_order),
		cmocka_unit_test(
		    a_browser_that_does_not_take_its_events_is_cut_off),
		cmocka_unit_test(a_feeder_learns_that_the_browser_left),
		cmocka_unit_test(waiting_costs_nothing),
		cmocka_unit_test(
		    closing_ends_everything_and_nobody_waits_for_nothing),
		cmocka_unit_test(a_request_under_way_may_end_within_the_grace),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
