/*
 * stock_test.c - runs between their claim and their end: which begin, which
 * never do, and how many are claimed ahead.
 */
#include "rig.h"

#include "base/env.h"
#include "queue/stock.h"

struct shelf {
	struct desk desk;
	struct stock stock;
	struct job job;
};

static void
shelf_open(struct cx *cx, struct shelf *s)
{
	calm(cx);
	*s = (struct shelf){ .desk = desk_new(cx) };
	s->job = (struct job){ .id = 1, .kind = "work", .tenant = 1 };
	stock_open(&s->stock, cx, &s->desk);
}

static void
shelf_fill(struct cx *cx, struct shelf *s, int n)
{
	for (; n > 0; n--, s->job.id++)
		stock_enter(&s->stock, &s->job, env_mono(cx->env), cx->now);
}

static void
whose_lease_ended_in_stock_never_begins(struct cx *cx)
{
	struct shelf s;

	shelf_open(cx, &s);
	shelf_fill(cx, &s, 1);
	test_clock_advance(cx, JOB_LEASE_MS + 1);
	assert_null(stock_take(&s.stock));
	assert_int_equal(s.stock.over.n, 1);
	assert_true(s.stock.over.head->unbegun);
	stock_close(&s.stock);
}

static void
what_was_taken_over_in_stock_never_begins(struct cx *cx)
{
	struct shelf s;
	struct run *run;

	shelf_open(cx, &s);
	shelf_fill(cx, &s, 2);
	s.stock.ready.head->stop = STOP_LOST;
	run = stock_take(&s.stock);
	assert_non_null(run);
	assert_int_equal(run->job.id, 2);
	assert_int_equal(s.stock.over.head->job.id, 1);
	assert_true(s.stock.over.head->unbegun);
	stock_over(&s.stock, run);
	stock_close(&s.stock);
}

static void
whichever_end_is_stored_first_leaves_the_others(struct cx *cx)
{
	struct shelf s;

	shelf_open(cx, &s);
	shelf_fill(cx, &s, 3);
	assert_true(stock_turn_back(&s.stock, true));
	assert_int_equal(s.stock.over.n, 3);
	stock_drop(&s.stock, s.stock.over.head->then);
	assert_int_equal(s.stock.over.n, 2);
	assert_int_equal(s.stock.n, 2);
	assert_int_equal(s.stock.over.head->job.id, 1);
	assert_int_equal(s.stock.over.head->then->job.id, 3);
	stock_close(&s.stock);
}

/* As many as the slowest of the quick kinds lets through in time. */
static void
the_slowest_of_the_quick_says_how_many_go_ahead(struct cx *cx)
{
	const char *quick;
	struct shelf s;

	shelf_open(cx, &s);
	assert_int_equal(stock_ahead(&s.stock, cx, 2, &quick), 0);
	s.stock.pace_us[0] = 1000;
	s.stock.pace_us[1] = 500;
	assert_int_equal(stock_ahead(&s.stock, cx, 2, &quick), 10);
	assert_string_equal(quick, ",work,parks,");
	s.stock.pace_us[0] = 500;
	assert_int_equal(stock_ahead(&s.stock, cx, 2, &quick), 20);
	s.stock.pace_us[0] = 0;
	s.stock.pace_us[1] = 0;
	assert_int_equal(stock_ahead(&s.stock, cx, 2, &quick), STOCK_MAX);
	stock_close(&s.stock);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASES(whose_lease_ended_in_stock_never_begins),
		CASES(what_was_taken_over_in_stock_never_begins),
		CASES(whichever_end_is_stored_first_leaves_the_others),
		CASES(the_slowest_of_the_quick_says_how_many_go_ahead),
	};

	return cmocka_run_group_tests_name("stock", tests, NULL, NULL);
}
