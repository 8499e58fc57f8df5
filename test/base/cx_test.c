/* cx_test.c - how a unit of work fails. */
#include "lib/test.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"

static void
a_failure_says_why(void **state)
{
	struct cx *cx = *state;

	assert_int_equal(cx_fail_code(cx, ERR_CONFLICT, "automatic_off",
			     "order %d: moved on", 7),
	    ERR_CONFLICT);
	assert_string_equal(cx->why, "order 7: moved on");
	assert_string_equal(cx->code, "automatic_off");
	assert_int_equal(cx_fail(cx, ERR_STORE, "disk full"), ERR_STORE);
	assert_string_equal(cx->why, "disk full");
	assert_string_equal(cx->code, "");
}

static void
words_come_before_the_reason(void **state)
{
	struct cx *cx = *state;
	enum err e = cx_fail_code(cx, ERR_INPUT, "stale", "too old");

	assert_int_equal(cx_in(cx, e, "order %d: ", 12), ERR_INPUT);
	assert_string_equal(cx->why, "order 12: too old");
	assert_string_equal(cx->code, "stale");
}

static void
a_reason_may_quote_the_one_before(void **state)
{
	struct cx *cx = *state;

	cx_fail(cx, ERR_STORE, "disk full");
	cx_fail(cx, ERR_UPSTREAM, "sync: %s", cx->why);
	assert_string_equal(cx->why, "sync: disk full");
}

static void
a_long_reason_is_cut_between_code_points(void **state)
{
	struct cx *cx = *state;
	char many[1000];
	size_t skip, i;

	for (i = 0; i + 3 < sizeof(many); i += 3)
		memcpy(many + i, "\xe2\x82\xac", 4);
	for (skip = 0; skip < 3; skip++) {
		cx_fail(cx, ERR_BUG, "%.*s%s", (int)skip, "abc", many);
		assert_true(text_is_utf8(cx->why, strlen(cx->why)));
		assert_true(strlen(cx->why) > sizeof(cx->why) - 4);
		cx_in(cx, ERR_BUG, "x");
		assert_true(text_is_utf8(cx->why, strlen(cx->why)));
		assert_true(strlen(cx->why) > sizeof(cx->why) - 5);
	}
}

static void
only_busy_keeps_the_time_to_wait(void **state)
{
	struct cx *cx = *state;

	cx->wait_ms = 500;
	cx_fail(cx, ERR_BUSY, "locked");
	assert_int_equal(cx->wait_ms, 500);
	cx_fail(cx, ERR_STORE, "disk full");
	assert_int_equal(cx->wait_ms, 0);
}

static void
every_error_has_its_row(void **state)
{
	enum err e;

	(void)state;
	for (e = OK; e < ERR_COUNT; e++) {
		assert_non_null(err_row(e)->name);
		assert_non_null(err_row(e)->code);
		assert_non_null(err_row(e)->title);
		assert_in_range(err_row(e)->http, 200, 599);
	}
	assert_string_equal(err_row(ERR_BUG)->name, "ERR_BUG");
	assert_true(err_row(ERR_UPSTREAM)->again);
	assert_false(err_row(ERR_INPUT)->again);
}

static void
a_child_shares_the_world_and_nothing_else(void **state)
{
	struct cx *cx = *state, child;

	cx_fail(cx, ERR_BUG, "parent's");
	strcpy(cx->tag, " job=1");
	test_clock_advance(cx, 5);
	cx_child(&child, cx);
	assert_ptr_equal(child.env, cx->env);
	assert_ptr_equal(child.keys, cx->keys);
	assert_ptr_not_equal(child.mem, cx->mem);
	assert_int_equal(child.now, TEST_NOW + 5);
	assert_string_equal(child.why, "");
	assert_string_equal(child.tag, "");
	arena_text(child.mem, "gone with the child");
	cx_done(&child);
}

static void
it_stops_when_told(void **state)
{
	struct cx *cx = *state;
	int stop = 0;

	assert_false(cx_stopped(cx));
	cx->stop = &stop;
	assert_false(cx_stopped(cx));
	stop = 1;
	assert_true(cx_stopped(cx));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_failure_says_why),
		TEST(words_come_before_the_reason),
		TEST(a_reason_may_quote_the_one_before),
		TEST(a_long_reason_is_cut_between_code_points),
		TEST(only_busy_keeps_the_time_to_wait),
		TEST(every_error_has_its_row),
		TEST(a_child_shares_the_world_and_nothing_else),
		TEST(it_stops_when_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
