/*
 * tail_test.c - the live log, without a browser: a stream is read as its
 * connection would read it.
 */
#include "cloud_rig.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "cloud/tail.h"
#include "db/db.h"
#include "net/stream.h"
#include "queue/event.h"

static void
stay(void *conn)
{
	(void)conn;
}

struct ear {
	struct cx cx; /* the request's */
	struct stream *stream;
	char heard[16384];
	size_t n;
};

static const struct who nobody; /* of whom nothing is asked */

static void
ear_open_as(struct cx *cx, struct tail *t, const struct event_filter *f,
    const struct who *who, struct ear *e)
{
	static int conn;
	struct stream_wire wire = { &conn, -1, stay, stay };

	memset(e, 0, sizeof(*e));
	cx_child(&e->cx, cx);
	e->stream = stream_new(&e->cx);
	stream_attach(e->stream, &wire);
	must(cx, tail_add(cx, t, f, who, e->stream));
}

static void
ear_open(struct cx *cx, struct tail *t, const struct event_filter *f,
    struct ear *e)
{
	ear_open_as(cx, t, f, &nobody, e);
}

static void
ear_hear(struct ear *e)
{
	ssize_t n;

	while ((n = stream_read(e->stream, e->heard + e->n,
		    sizeof(e->heard) - 1 - e->n)) > 0)
		e->n += (size_t)n;
	e->heard[e->n] = '\0';
}

static void
ear_wait(struct ear *e, const char *text)
{
	int i;

	for (i = 0; i < 5000; i++) {
		ear_hear(e);
		if (strstr(e->heard, text) != NULL)
			return;
		usleep(1000);
	}
	fail_msg("\"%s\" did not come; heard: %s", text, e->heard);
}

static size_t
times(const char *s, const char *text)
{
	size_t n = 0;

	for (; (s = strstr(s, text)) != NULL; s++)
		n++;
	return n;
}

static void
say(struct cx *cx, int64_t id, const char *text)
{
	exec(cx,
	    arena_printf(cx->mem,
		"INSERT INTO event (id, at, tenant, level, step, text, origin) "
		"VALUES (%d, 1, 0, 'info', 'a.b', '%s', 'cloud')",
		(int)id, text));
	db_ring(cx, "event");
}

/* PostgreSQL gives ids before the commit. */
static void
a_line_that_is_committed_late_comes(struct cx *cx)
{
	const struct event_filter all = { .after = 10, .level = "info" };
	struct tail *t;
	struct ear e;
	int i;

	say(cx, 10, "before");
	must(cx, tail_open(cx, &t));
	ear_open(cx, t, &all, &e);
	say(cx, 12, "twelfth");
	ear_wait(&e, "twelfth");
	say(cx, 11, "eleventh");
	ear_wait(&e, "eleventh");
	for (i = 13; i < 1013; i++)
		exec(cx,
		    arena_printf(cx->mem,
			"INSERT INTO event (id, at, tenant, level, step, "
			"text, origin) VALUES (%d, 1, 0, 'debug', 'a.b', "
			"'x', 'cloud')",
			i));
	say(cx, 1014, "last");
	ear_wait(&e, "last");
	say(cx, 1013, "late");
	ear_wait(&e, "late");
	tail_close(t);
	cx_done(&e.cx);
}

static void
each_line_comes_once_and_none_of_before(struct cx *cx)
{
	const struct event_filter all = { .after = 10 };
	struct tail *t;
	struct ear e;
	int i;

	say(cx, 9, "before");
	say(cx, 10, "before");
	must(cx, tail_open(cx, &t));
	ear_open(cx, t, &all, &e);
	for (i = 0; i < 20; i++) {
		say(cx, 13 + 2 * i, "line");
		say(cx, 12 + 2 * i, "line");
	}
	say(cx, 900, "the end");
	ear_wait(&e, "the end");
	usleep(50000);
	ear_hear(&e);
	assert_int_equal(times(e.heard, "line"), 40);
	assert_int_equal(times(e.heard, "before"), 0);
	assert_int_equal(times(e.heard, "the end"), 1);
	tail_close(t);
	cx_done(&e.cx);
}

/* Streams with the same wish share a reading; others are not mixed up. */
static void
many_listen_and_each_hears_what_it_wished(struct cx *cx)
{
	const struct event_filter all = { .after = 10 };
	const struct event_filter some = { .after = 10, .q = "second" };
	struct ear *e = mem_new(100 * sizeof(*e));
	struct tail *t;
	int i;

	say(cx, 10, "before");
	must(cx, tail_open(cx, &t));
	for (i = 0; i < 100; i++)
		ear_open(cx, t, i % 3 == 0 ? &some : &all, &e[i]);
	say(cx, 11, "first");
	say(cx, 12, "second");
	for (i = 0; i < 100; i++) {
		ear_wait(&e[i], "second");
		assert_int_equal(times(e[i].heard, "second"), 1);
		assert_int_equal(times(e[i].heard, "first"), i % 3 != 0);
	}
	tail_close(t);
	for (i = 0; i < 100; i++)
		cx_done(&e[i].cx);
	mem_free(e);
}

static void
who_was_signed_out_hears_no_more(struct cx *cx)
{
	const struct event_filter all = { .after = 10 };
	const struct who person = { .session = 7 };
	struct tail *t;
	struct ear in, other;

	exec(cx,
	    arena_printf(cx->mem,
		"INSERT INTO app_session (id, user_id, hash, created_at, "
		"seen_at) VALUES (7, 3, %s, %" PRId64 ", %" PRId64 ")",
		db_engine(cx->db) == DB_SQLITE ? "x'00'" : "'\\x00'", cx->now,
		cx->now));
	say(cx, 10, "before");
	must(cx, tail_open(cx, &t));
	ear_open_as(cx, t, &all, &person, &in);
	ear_open(cx, t, &all, &other);
	say(cx, 11, "first");
	ear_wait(&in, "first");
	exec(cx, "DELETE FROM app_session WHERE id = 7");
	test_clock_advance(cx, 1100); /* asked once a second */
	say(cx, 12, "between");
	ear_wait(&other, "between"); /* a round that began before is over */
	say(cx, 13, "second");
	ear_wait(&other, "second");
	ear_hear(&in);
	assert_null(strstr(in.heard, "second"));
	tail_close(t);
	cx_done(&in.cx);
	cx_done(&other.cx);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASES(a_line_that_is_committed_late_comes),
		CASES(each_line_comes_once_and_none_of_before),
		CASES(who_was_signed_out_hears_no_more),
		CASES(many_listen_and_each_hears_what_it_wished),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
