/*
 * import_test.c - an order is there once, whatever comes how often.
 */
#include "cloud_rig.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/text.h"
#include "cloud/document.h"
#include "cloud/jobs.h"
#include "cloud/kinds.h"
#include "lib/pg_cut.h"
#include "queue/job.h"
#include "queue/runner.h"

static void
the_same_order_twice_is_one_order(struct cx *cx)
{
	struct order_sync a, b, s;
	struct connector c;

	rig(cx);
	c = linked(cx, "Tea", SHOP);
	a = import(cx, &c, document(cx, 1001, 0, "ring"));
	assert_string_equal(a.state, "syncing");
	b = import(cx, &c, document(cx, 1001, 0, "ring"));
	assert_string_not_equal(a.job, b.job);
	assert_int_equal(db_count(cx, "orders"), 1);
	assert_int_equal(db_count(cx, "order_line"), 1);
	assert_int_equal(db_count(cx, "incoming"), 0);
	s = state_of(cx, &c, "1001");
	assert_string_equal(s.state, "synced");
	assert_string_equal(s.code, "unchanged");
	assert_string_equal(s.job, b.job);
}

static void
the_same_content_meets_the_same_live_job(struct cx *cx)
{
	struct order_sync a, b;
	struct connector c;

	rig(cx);
	c = linked(cx, "Tea", SHOP);
	a = take(cx, &c, "automatic", document(cx, 1001, 0, "ring"));
	b = take(cx, &c, "manual", document(cx, 1001, 0, "ring"));
	assert_string_equal(a.job, b.job);
	assert_int_equal(db_count(cx, "incoming"), 1);
	assert_int_equal(
	    number(cx, "SELECT count(*) AS n FROM job WHERE kind = 'import'"),
	    1);
}

static void
newer_content_joins_the_live_job_and_older_does_not(struct cx *cx)
{
	struct order_sync a, b, old;
	struct connector c;
	struct order_page page;
	const char *text;

	rig(cx);
	c = linked(cx, "Tea", SHOP);
	a = take(cx, &c, "manual", document(cx, 1001, 5, "five"));
	b = take(cx, &c, "manual", document(cx, 1001, 9, "nine"));
	old = take(cx, &c, "manual", document(cx, 1001, 1, "one"));
	assert_string_equal(a.job, b.job);
	assert_string_equal(old.job, a.job);
	assert_string_equal(old.code, "stale");
	run_jobs(cx);
	must(cx, order_list(cx, &(struct order_filter){ .limit = 10 }, &page));
	assert_int_equal(page.n, 1);
	must(cx, order_document(cx, page.list[0].id, &text));
	assert_contains(text, "\"nine\"");
}

static void
newer_content_updates_and_older_is_refused(struct cx *cx)
{
	struct connector c;
	struct order_page page;
	const char *text;

	rig(cx);
	c = linked(cx, "Tea", SHOP);
	import(cx, &c, document(cx, 1001, 5, "five"));
	exec(cx, "UPDATE orders SET status = 'partial'");
	import(cx, &c, document(cx, 1001, 9, "nine"));
	assert_null(state_of(cx, &c, "1001").code);
	import(cx, &c, document(cx, 1001, 7, "seven"));
	assert_string_equal(state_of(cx, &c, "1001").code, "stale");
	assert_string_equal(state_of(cx, &c, "1001").state, "synced");
	must(cx, order_list(cx, &(struct order_filter){ .limit = 10 }, &page));
	assert_int_equal(page.n, 1);
	assert_string_equal(page.list[0].status, "partial"); /* never touched */
	must(cx, order_document(cx, page.list[0].id, &text));
	assert_contains(text, "\"nine\"");
}

static void
the_same_content_later_moves_the_revision(struct cx *cx)
{
	struct connector c;

	rig(cx);
	c = linked(cx, "Tea", SHOP);
	import(cx, &c, document(cx, 1001, 0, "ring"));
	import(cx, &c, document(cx, 1001, 9, "ring"));
	assert_string_equal(state_of(cx, &c, "1001").code, "unchanged");
	/* of the time between: must not pass for newer */
	import(cx, &c, document(cx, 1001, 5, "other"));
	assert_string_equal(state_of(cx, &c, "1001").code, "stale");
}

static void
in_the_same_second_the_later_to_arrive_wins(struct cx *cx)
{
	struct connector c;

	rig(cx);
	c = linked(cx, "Tea", SHOP);
	import(cx, &c, document(cx, 1001, 0, "first"));
	import(cx, &c, document(cx, 1001, 0, "second"));
	assert_null(state_of(cx, &c, "1001").code);
	assert_int_equal(number(cx,
			     "SELECT count(*) AS n FROM orders WHERE document "
			     "LIKE "
			     "'%second%'"),
	    1);
}

static void
a_thousand_lines_are_a_thousand_lines(struct cx *cx)
{
	struct json *doc, *lines, *line;
	struct order_sync s;
	struct connector c;
	const char *text;
	int i;

	rig(cx);
	c = linked(cx, "Tea", SHOP);
	doc = document(cx, 1001, 0, "many");
	text = json_write(cx, json_at(json_get(doc, "lines"), 0));
	lines = json_new_array(cx);
	for (i = 0; i < 1000; i++) {
		must(cx, json_parse(cx, text, strlen(text), &line));
		json_set_text(cx, line, "id",
		    arena_printf(cx->mem, "%d", 5000 + i));
		json_set_text(cx, line, "gid",
		    arena_printf(cx->mem, "gid://shopify/LineItem/%d",
			5000 + i));
		json_push(lines, line);
	}
	json_set(doc, "lines", lines);
	digest_set(cx, doc);
	import(cx, &c, doc);
	assert_string_equal(state_of(cx, &c, "1001").state, "synced");
	assert_int_equal(db_count(cx, "order_line"), 1000);
	assert_int_equal(number(cx,
			     "SELECT pos AS n FROM order_line WHERE "
			     "external_id = "
			     "'5999'"),
	    999);
	must(cx, json_parse(cx, text, strlen(text), &line));
	json_push(lines, line);
	digest_set(cx, doc);
	s = take(cx, &c, "manual", doc);
	assert_string_equal(s.code, "too_many_lines");
}

static void
a_line_gone_in_the_store_stays_with_nothing_left(struct cx *cx)
{
	struct json *doc, *line;
	struct connector c;

	rig(cx);
	c = linked(cx, "Tea", SHOP);
	doc = document(cx, 1001, 0, "one");
	import(cx, &c, doc);
	line = json_at(json_get(doc, "lines"), 0);
	json_set_text(cx, line, "id", "777");
	json_set_text(cx, line, "gid", "gid://shopify/LineItem/777");
	json_set_text(cx, doc, "updated_at", "2026-11-21T00:00:00Z");
	digest_set(cx, doc);
	import(cx, &c, doc);
	assert_int_equal(db_count(cx, "order_line"), 2);
	assert_int_equal(number(cx,
			     "SELECT sum(current_quantity) AS n FROM "
			     "order_line"),
	    2);
}

static void
a_cancellation_is_told_once(struct cx *cx)
{
	struct connector c;
	struct json *doc;

	rig(cx);
	c = linked(cx, "Tea", SHOP);
	import(cx, &c, document(cx, 1001, 0, "ring"));
	doc = document(cx, 1001, 60, "ring");
	json_set_text(cx, doc, "cancelled_at", "2026-11-20T09:15:09Z");
	json_set_text(cx, doc, "cancel_reason", "customer");
	digest_set(cx, doc);
	import(cx, &c, doc);
	import(cx, &c, doc);
	assert_int_equal(number(cx,
			     "SELECT count(*) AS n FROM event WHERE "
			     "step = 'order.cancelled'"),
	    1);
	assert_int_equal(number(cx,
			     "SELECT count(*) AS n FROM orders WHERE "
			     "cancelled_at > "
			     "0"),
	    1);
}

static void
money_keeps_the_digits_of_its_currency(struct cx *cx)
{
	struct connector c;
	struct json *doc;

	rig(cx);
	c = linked(cx, "Tea", SHOP);
	doc = document(cx, 1001, 0, "dinar");
	json_set_text(cx, doc, "currency", "KWD");
	json_set_text(cx, json_path(doc, "totals.total"), "shop",
	    "123456789012345.125");
	digest_set(cx, doc);
	import(cx, &c, doc);
	assert_int_equal(number(cx,
			     "SELECT count(*) AS n FROM orders WHERE total = "
			     "'123456789012345.125' AND currency = 'KWD'"),
	    1);
}

/* --- at the same moment --- */

enum { CROWD = 50 };

struct sender {
	struct cx *from;
	const struct connector *c;
	const char *text;
	char job[37];
	enum err e;
};

static void
send(void *arg)
{
	struct sender *s = arg;
	struct order_call call = { .connector = s->c, .mode = "manual" };
	struct order_sync *list;
	struct json *doc;
	struct cx cx;
	bool repeated;
	size_t n;

	cx_child(&cx, s->from);
	s->e = json_parse(&cx, s->text, strlen(s->text), &doc);
	call.documents = list_of(&cx, doc);
	do {
		s->e = order_take(&cx, &call, &list, &n, &repeated);
	} while (s->e == ERR_BUSY);
	if (s->e == OK)
		memcpy(s->job, list[0].job, sizeof(s->job));
	cx_done(&cx);
}

static void
fifty_at_once_are_one_order_and_one_job(struct cx *cx)
{
	struct sender s[CROWD];
	struct thread *t[CROWD];
	struct connector c;
	const char *text;
	int i;

	rig(cx);
	c = linked(cx, "Tea", SHOP);
	text = json_write(cx, document(cx, 1001, 0, "ring"));
	for (i = 0; i < CROWD; i++) {
		s[i] = (struct sender){ .from = cx, .c = &c, .text = text };
		t[i] = cx->env->start(cx->env, "sender", send, &s[i]);
	}
	for (i = 0; i < CROWD; i++)
		cx->env->join(cx->env, t[i]);
	for (i = 0; i < CROWD; i++) {
		assert_int_equal(s[i].e, OK);
		assert_string_equal(s[i].job, s[0].job);
	}
	assert_int_equal(
	    number(cx, "SELECT count(*) AS n FROM job WHERE kind = 'import'"),
	    1);
	run_jobs(cx);
	assert_int_equal(db_count(cx, "orders"), 1);
}

/* --- a commit whose answer is lost (PostgreSQL) --- */

enum { CUTS = 10 };

/* As a shop does that was answered 503: again, until it is told. */
static int
send_until_told(struct cx *cx, const struct connector *c, struct json *doc)
{
	struct order_call call = { .connector = c,
		.mode = "manual",
		.documents = list_of(cx, doc) };
	struct order_sync *list;
	bool repeated;
	size_t n;
	int times = 1;

	while (order_take(cx, &call, &list, &n, &repeated) != OK)
		assert_true(++times < 4);
	return times;
}

static void
run_until_imported(struct cx *cx)
{
	struct runner_conf conf = { .kinds = cloud_kinds,
		.tell = kinds_tell,
		.retry_base_ms = 1 };
	struct runner *r;
	int i;
	bool ran;

	must(cx, runner_open(cx, &conf, &r));
	for (i = 0; i < 2000 && db_count(cx, "incoming") > 0; i++) {
		(void)runner_step(r, cx, &ran);
		usleep(500);
	}
	runner_close(r, 0);
	assert_int_equal(db_count(cx, "incoming"), 0);
}

static void
assert_each_once(struct cx *cx, int n)
{
	assert_int_equal(db_count(cx, "orders"), n);
	assert_int_equal(db_count(cx, "order_line"), n);
	assert_int_equal(
	    number(cx, "SELECT count(*) AS n FROM job WHERE kind = 'import'"),
	    n);
	assert_int_equal(number(cx,
			     "SELECT count(*) AS n FROM event "
			     "WHERE step = 'order.imported'"),
	    n);
}

/* Whichever commit it is: of the taking, the claim, the import, its end. */
static void
an_answer_that_is_lost_makes_no_second_order(struct cx *cx)
{
	struct pg_cut *cut = pg_cut_open(cx, test_db_conf(cx)->url);
	struct db *own = cx->db;
	struct connector c;
	int i, again = 0;

	rig(cx);
	c = linked(cx, "Tea", SHOP);
	cx->env->start = NULL;
	must(cx,
	    db_open(cx,
		&(struct db_conf){ .url = pg_cut_url(cut), .readers = 2 },
		&cx->db));
	for (i = 1; i <= CUTS; i++) {
		pg_cut_at(cut, i);
		again +=
		    send_until_told(cx, &c, document(cx, 1000 + i, 0, "ring")) -
		    1;
		run_until_imported(cx);
		assert_each_once(cx, i);
	}
	print_message("%d answers lost\n", pg_cut_done(cut));
	assert_int_equal(again, 1);
	assert_true(pg_cut_done(cut) >= 4);
	db_close(cx->db);
	cx->db = own;
	pg_cut_close(cut);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASES(the_same_order_twice_is_one_order),
		CASES(the_same_content_meets_the_same_live_job),
		CASES(newer_content_joins_the_live_job_and_older_does_not),
		CASES(newer_content_updates_and_older_is_refused),
		CASES(the_same_content_later_moves_the_revision),
		CASES(in_the_same_second_the_later_to_arrive_wins),
		CASES(a_thousand_lines_are_a_thousand_lines),
		CASES(a_line_gone_in_the_store_stays_with_nothing_left),
		CASES(a_cancellation_is_told_once),
		CASES(money_keeps_the_digits_of_its_currency),
		CASES(fifty_at_once_are_one_order_and_one_job),
		TEST_PG(an_answer_that_is_lost_makes_no_second_order,
		    cloud_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
