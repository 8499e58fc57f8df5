/*
 * event_test.c - the log: told once, found by what it says, kept within bounds.
 */
#include "rig.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/env.h"

static const struct event samples[] = {
	{ .tenant = 1,
	    .level = "debug",
	    .step = "job.started",
	    .job = "J1",
	    .text = "Begun",
	    .origin = "cloud" },
	{ .tenant = 1,
	    .level = "info",
	    .step = "order.imported",
	    .job = "J1",
	    .order_id = "77",
	    .order_name = "#1001",
	    .text = "Taken over",
	    .origin = "cloud" },
	{ .tenant = 1,
	    .level = "warn",
	    .step = "order.late",
	    .order_id = "77",
	    .order_name = "#1001",
	    .text = "Late",
	    .reason = "100% full_up!",
	    .next = "Wait.",
	    .origin = "shopify" },
	{ .tenant = 2,
	    .level = "error",
	    .step = "job.dead",
	    .job = "J2",
	    .order_id = "78",
	    .order_name = "#1002",
	    .text = "Gave up",
	    .reason = "No answer.",
	    .next = "Redrive.",
	    .origin = "cloud" },
	{ .tenant = 0,
	    .level = "info",
	    .step = "started",
	    .text = "Hello",
	    .origin = "cloud" },
};

static void
tell_all(struct cx *cx)
{
	size_t i;

	for (i = 0; i < COUNT_OF(samples); i++)
		must(cx, event_add(cx, &samples[i]));
}

static void
an_event_is_listed_as_it_was_told(struct cx *cx)
{
	struct event_filter f = { .tenant = 1, .level = "warn", .limit = 10 };
	struct event *rows;
	size_t n;

	tell_all(cx);
	must(cx, event_list(cx, &f, &rows, &n));
	assert_int_equal(n, 1);
	assert_int_equal(rows[0].id, 3);
	assert_int_equal(rows[0].at, cx->now);
	assert_string_equal(rows[0].step, "order.late");
	assert_string_equal(rows[0].order_name, "#1001");
	assert_string_equal(rows[0].reason, "100% full_up!");
	assert_string_equal(rows[0].next, "Wait.");
	assert_string_equal(rows[0].origin, "shopify");
	assert_null(rows[0].job);
	assert_null(rows[0].ext_id);
}

static void
filters_find_what_they_name(struct cx *cx)
{
	static const struct {
		struct event_filter f;
		const char *ids;
	} rows[] = {
		{ { .limit = 10 }, "5 4 3 2 1" },
		{ { .limit = 2 }, "5 4" },
		{ { .before = 4, .limit = 2 }, "3 2" },
		{ { .after = 2, .limit = 2 }, "3 4" },
		{ { .after = 5, .limit = 2 }, "" },
		{ { .tenant = 1, .limit = 10 }, "3 2 1" },
		{ { .tenant = 1, .before = 3, .limit = 1 }, "2" },
		{ { .tenant = 1, .after = 1, .limit = 9 }, "2 3" },
		{ { .tenant = 3, .limit = 10 }, "" },
		{ { .job = "J1", .limit = 10 }, "2 1" },
		{ { .job = "J1", .tenant = 2, .limit = 10 }, "" },
		{ { .job = "J1", .after = 1, .limit = 10 }, "2" },
		{ { .job = "J1", .order_id = "77", .limit = 10 }, "2" },
		{ { .order_id = "77", .limit = 10 }, "3 2" },
		{ { .order_id = "77", .level = "warn", .limit = 10 }, "3" },
		{ { .order_id = "77", .tenant = 2, .limit = 10 }, "" },
		{ { .level = "debug", .limit = 10 }, "5 4 3 2 1" },
		{ { .level = "info", .limit = 10 }, "5 4 3 2" },
		{ { .level = "warn", .limit = 10 }, "4 3" },
		{ { .level = "error", .limit = 10 }, "4" },
		{ { .q = "gAVE", .limit = 10 }, "4" },
		{ { .q = "#1001", .limit = 10 }, "3 2" },
		{ { .q = "answer", .limit = 10 }, "4" },
		{ { .q = "", .limit = 10 }, "5 4 3 2 1" },
		{ { .q = "%", .limit = 10 }, "3" },
		{ { .q = "_", .limit = 10 }, "3" },
		{ { .q = "!", .limit = 10 }, "3" },
		{ { .q = "0% F", .limit = 10 }, "3" },
		{ { .q = "l_o", .limit = 10 }, "" },
		{ { .q = "\\", .limit = 10 }, "" },
		{ { .q = "'", .limit = 10 }, "" },
		{ { .q = "e", .tenant = 1, .level = "info", .limit = 9 },
		    "3 2" },
	};
	struct event *found;
	char ids[64];
	size_t i, k, n, at;

	tell_all(cx);
	for (i = 0; i < COUNT_OF(rows); i++) {
		must(cx, event_list(cx, &rows[i].f, &found, &n));
		ids[0] = '\0';
		for (k = 0, at = 0; k < n; k++)
			at += (size_t)snprintf(ids + at, sizeof(ids) - at,
			    "%s%d", k == 0 ? "" : " ", (int)found[k].id);
		if (strcmp(ids, rows[i].ids) != 0)
			print_error("row %zu\n", i);
		assert_string_equal(ids, rows[i].ids);
	}
}

/* Pages of a search until there is no rest: how many, and the ids found. */
static int
walk(struct cx *cx, struct event_filter f, const char **ids)
{
	struct event *found;
	size_t i, n;
	int pages = 0;

	*ids = "";
	do {
		must(cx, event_page(cx, &f, &found, &n, &f.before));
		for (i = 0; i < n; i++)
			*ids = arena_printf(cx->mem, "%s %d", *ids,
			    (int)found[i].id);
		pages++;
	} while (f.before > 0 && pages < 20);
	return pages;
}

static void
a_page_looks_at_some_lines_and_says_where_to_go_on(struct cx *cx)
{
	static const struct {
		struct event_filter f;
		const char *ids;
		int pages;
	} rows[] = {
		{ { .limit = 2 }, " 20001 4 3 2 1", 3 },
		{ { .limit = 5 }, " 20001 4 3 2 1", 1 },
		{ { .q = "gave", .limit = 5 }, " 4", 3 },
		{ { .level = "error", .limit = 5 }, " 4", 3 },
		{ { .level = "warn", .limit = 1 }, " 4 3", 4 },
		{ { .q = "nothing", .limit = 5 }, "", 3 },
		{ { .q = "nothing", .before = 4, .limit = 5 }, "", 1 },
		{ { .q = "gave", .tenant = 2, .limit = 5 }, " 4", 3 },
		{ { .job = "J1", .level = "info", .limit = 1 }, " 2", 1 },
		{ { .job = "J1", .q = "zzz", .limit = 1 }, "", 1 },
		{ { .order_id = "none", .q = "gave", .limit = 5 }, "", 1 },
		{ { .q = "gave", .before = 99999, .limit = 5 }, " 4", 3 },
		{ { .level = "loud", .limit = 5 }, " 20001 4 3 2 1", 1 },
	};
	const char *ids;
	size_t i;
	int pages;

	tell_all(cx);
	/* two and a half times EVENT_LOOK */
	exec(cx, "UPDATE event SET id = 20001 WHERE id = 5");
	for (i = 0; i < COUNT_OF(rows); i++) {
		pages = walk(cx, rows[i].f, &ids);
		if (pages != rows[i].pages)
			print_error("row %zu\n", i);
		assert_string_equal(ids, rows[i].ids);
		assert_int_equal(pages, rows[i].pages);
	}
}

static void
nothing_to_look_at_is_no_page_more(struct cx *cx)
{
	struct event_filter f = { .q = "x", .limit = 5 };
	const char *ids;

	assert_int_equal(walk(cx, f, &ids), 1);
	assert_string_equal(ids, "");
}

static void
a_senders_id_is_told_once_per_tenant(struct cx *cx)
{
	struct event ev = { .tenant = 1,
		.level = "info",
		.step = "x",
		.text = "X",
		.origin = "shopify",
		.ext_id = "e1" };

	must(cx, event_add(cx, &ev));
	must(cx, event_add(cx, &ev));
	assert_int_equal(db_count(cx, "event"), 1);
	ev.tenant = 2;
	must(cx, event_add(cx, &ev));
	assert_int_equal(db_count(cx, "event"), 2);
}

static void
heard(void *arg)
{
	__atomic_add_fetch((int *)arg, 1, __ATOMIC_SEQ_CST);
}

static enum err
add_and_fail(struct cx *cx, void *arg)
{
	event_add(cx, &samples[0]);
	return cx_fail(cx, ERR_INPUT, "no %p", arg);
}

static void
an_event_rings_when_it_is_durable(struct cx *cx)
{
	int rings = 0;

	db_on_ring(cx->db, "event", heard, &rings);
	must_fail(cx, ERR_INPUT, db_tx(cx, add_and_fail, NULL));
	assert_int_equal(db_count(cx, "event"), 0);
	assert_int_equal(__atomic_load_n(&rings, __ATOMIC_SEQ_CST), 0);
	must(cx, event_add(cx, &samples[0]));
	assert_int_equal(__atomic_load_n(&rings, __ATOMIC_SEQ_CST), 1);
	db_off_ring(cx->db, heard, &rings);
}

static enum err
add_many(struct cx *cx, void *arg)
{
	int i, *n = arg;
	enum err e = OK;

	for (i = 0; i < *n && e == OK; i++)
		e = event_add(cx, &samples[1]);
	return e;
}

static void
the_log_is_kept_by_age_and_by_size(struct cx *cx)
{
	int many = 1300;
	int64_t oldest;

	must(cx, db_tx(cx, add_many, &many));
	test_clock_advance(cx, 10000);
	must(cx, db_tx(cx, add_many, &many));
	must(cx, event_trim(cx, 10000, 5000));
	assert_int_equal(db_count(cx, "event"), 2600);
	must(cx, event_trim(cx, 10000, 2600));
	assert_int_equal(db_count(cx, "event"), 2600);
	must(cx, event_trim(cx, 9999, 5000));
	assert_int_equal(db_count(cx, "event"), 1300);
	must(cx, event_trim(cx, 9999, 100));
	assert_int_equal(db_count(cx, "event"), 100);
	oldest = number(cx, "SELECT min(id) AS n FROM event");
	assert_int_equal(oldest, 2501);
	must(cx, event_trim(cx, 9999, 0));
	assert_int_equal(db_count(cx, "event"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASES(an_event_is_listed_as_it_was_told),
		CASES(filters_find_what_they_name),
		CASES(a_page_looks_at_some_lines_and_says_where_to_go_on),
		CASES(nothing_to_look_at_is_no_page_more),
		CASES(a_senders_id_is_told_once_per_tenant),
		CASES(an_event_rings_when_it_is_durable),
		CASES(the_log_is_kept_by_age_and_by_size),
	};

	return cmocka_run_group_tests_name("event", tests, NULL, NULL);
}
