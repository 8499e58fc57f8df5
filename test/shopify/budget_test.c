/* budget_test.c - arithmetic of a shop's bucket. */
#include "lib/test.h"

#include "shopify/budget.h"

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(points_come_back_up_to_the_ceiling),
		cmocka_unit_test(who_asks_for_more_than_is_left_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
