/* budget_test.c - arithmetic of a shop's bucket. */
#include "lib/db_test.h"

#include "gen/sql.h"
#include "shopify/budget.h"

static const struct migration *const lists[] = { schema_queue, schema_shopify };

static void
points_come_back_up_to_the_ceiling(void **state)
{
	static const struct {
		int64_t left, passed_ms, want;
	} rows[] = {
		{ 0, 0, 0 }, { 0, 1000, 100 }, { 0, 999, 99 },
		{ 1950, 1000, 2000 }, { -500, 5000, 0 }, { 0, 100000, 2000 },
		{ 0, INT64_C(90000000000), 2000 },
		{ 7, -5000, 7 }, /* a clock that went back */
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(rows); i++) {
		struct budget b = { 2000, 100, rows[i].left, 1000000 };

		assert_int_equal(budget_left(&b, 1000000 + rows[i].passed_ms),
		    rows[i].want);
	}
}

static void
who_asks_for_more_than_is_left_waits(void **state)
{
	static const struct {
		int64_t left, cost, keep, want;
	} rows[] = {
		{ 2000, 92, 400, 0 }, { 491, 92, 400, 10 }, { 491, 92, 0, 0 },
		{ 0, 92, 0, 920 },
		{ 0, 5000, 0, 20000 }, /* never more than the bucket */
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(rows); i++) {
		struct budget b = { 2000, 100, rows[i].left, 0 };

		assert_int_equal(budget_wait(&b, 0, rows[i].cost, rows[i].keep),
		    rows[i].want);
	}
}

/* Nobody waits a day for points because the clock was a day ahead. */
static void
what_was_reckoned_tomorrow_counts_from_now(struct cx *cx)
{
	int64_t now, taken;

	must(cx, db_now(cx, &now));
	must(cx,
	    db_exec(cx, SQL_BUDGET_SET, V(1), V(1000), V(100), V(0),
		V(now + INT64_C(86400000)), V(0), V(now), V(0)));
	must_fail(cx, ERR_BUSY, budget_take(cx, 1, "Orders", 50, true, &taken));
	assert_int_equal(cx->wait_ms, 500);
	test_clock_advance(cx, 1000);
	must(cx, budget_take(cx, 1, "Orders", 50, true, &taken));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(points_come_back_up_to_the_ceiling),
		cmocka_unit_test(who_asks_for_more_than_is_left_waits),
		TEST_SQLITE(what_was_reckoned_tomorrow_counts_from_now, lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
