/*
 * orderdoc_cell_test.c - amounts, rates, ids and texts in their normal form.
 */
#include "lib/test.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/json.h"
#include "base/text.h"
#include "shopify/docpart_cell.h"

#define BAD "\xef\xbf\xbd"

static const struct {
	const char *text;
	const char *amount; /* NULL: refused */
	const char *rate;
} amounts[] = {
	{ "0", "0.00", "0" },
	{ "0.0", "0.00", "0" },
	{ "-0", "0.00", "0" },
	{ "-0.00", "0.00", "0" },
	{ "+1", "1.00", "1" },
	{ "120", "120.00", "120" },
	{ "120.0", "120.00", "120" },
	{ "120.00", "120.00", "120" },
	{ "1.250", "1.25", "1.25" },
	{ "1.2345", "1.2345", "1.2345" },
	{ "0.005", "0.005", "0.005" },
	{ "0.1", "0.10", "0.1" },
	{ "00012.50", "12.50", "12.5" },
	{ "-12.5", "-12.50", NULL },
	{ "-0.125", "-0.125", NULL },
	{ "-0.001", "-0.001", NULL },
	{ "0.000001", "0.000001", "0.000001" },
	{ "0.0000004", "0.00", "0" },
	{ "0.0000005", "0.000001", "0.000001" },
	{ "-0.0000005", "-0.000001", NULL },
	{ "-0.0000004", "0.00", "0" },
	{ "0.99999949999", "0.999999", "0.999999" },
	{ "0.9999995", "1.00", "1" },
	{ "9.99999999", "10.00", "10" },
	{ "-9.99999999", "-10.00", NULL },
	{ "9999.999999", "9999.999999", "9999.999999" },
	{ "9999.9999996", "10000.00", NULL },
	{ "10000", "10000.00", NULL },
	{ "999999999999999", "999999999999999.00", NULL },
	{ "999999999999999.999999", "999999999999999.999999", NULL },
	{ "-999999999999999.99", "-999999999999999.99", NULL },
	{ "000000000000000000001", "1.00", "1" },
	{ "999999999999999.9999999", NULL, NULL },
	{ "1000000000000000", NULL, NULL },
	{ "99999999999999999999999999", NULL, NULL },
	{ "", NULL, NULL },
	{ "-", NULL, NULL },
	{ ".", NULL, NULL },
	{ ".5", NULL, NULL },
	{ "5.", NULL, NULL },
	{ "1.2.3", NULL, NULL },
	{ "1,5", NULL, NULL },
	{ "1 000", NULL, NULL },
	{ " 1", NULL, NULL },
	{ "1 ", NULL, NULL },
	{ "--1", NULL, NULL },
	{ "1e3", NULL, NULL },
	{ "0x10", NULL, NULL },
	{ "NaN", NULL, NULL },
	{ "Infinity", NULL, NULL },
	{ "\xd9\xa1", NULL, NULL }, /* a digit, but not ours */
	{ NULL, NULL, NULL },
};

static void
amounts_have_one_normal_form(void **state)
{
	struct cx *cx = *state;
	struct amount a;
	size_t i;

	for (i = 0; i < COUNT_OF(amounts); i++) {
		if (amount_read(amounts[i].text, &a) !=
		    (amounts[i].amount != NULL))
			fail_msg("%s", amounts[i].text);
		if (amounts[i].amount == NULL)
			continue;
		assert_string_equal(amount_write(cx, a), amounts[i].amount);
		if (!text_equal(amount_write_rate(cx, a), amounts[i].rate))
			fail_msg("rate of %s", amounts[i].text);
	}
}

/* Against 128-bit integers, on numbers of all sizes and signs. */
static void
sums_are_exact(void **state)
{
	struct cx *cx = *state;
	struct amount sum = { 0 }, a;
	__int128 want = 0, got;
	const char *text;
	int i;

	for (i = 0; i < 20000; i++) {
		int64_t whole = (int64_t)env_below(cx->env, 10000000000);
		int64_t micro = (int64_t)env_below(cx->env, 1000000);
		bool minus = env_below(cx->env, 2) != 0;

		text = arena_printf(cx->mem, "%s%" PRId64 ".%06" PRId64,
		    minus ? "-" : "", whole, micro);
		assert_true(amount_read(text, &a));
		assert_true(amount_add(&sum, a));
		want += (minus ? -1 : 1) * ((__int128)whole * 1000000 + micro);
		got = (__int128)sum.whole * 1000000 + sum.micro;
		assert_true(got == want);
		assert_false(sum.whole > 0 && sum.micro < 0);
		assert_false(sum.whole < 0 && sum.micro > 0);
		assert_true(amount_read(amount_write(cx, sum), &a));
		assert_true(a.whole == sum.whole && a.micro == sum.micro);
	}
}

static void
a_sum_that_does_not_fit_is_told(void **state)
{
	struct amount sum, a;

	(void)state;
	assert_true(amount_read("999999999999999.99", &sum));
	assert_true(amount_read("0.01", &a));
	assert_false(amount_add(&sum, a));
	assert_true(amount_read("-999999999999999.99", &sum));
	assert_true(amount_read("-999999999999999.99", &a));
	assert_false(amount_add(&sum, a));
}

static void
ids_are_digits_and_nothing_else(void **state)
{
	static const char *const t[][2] = {
		{ "1", "1" },
		{ "9223372036854775807", "9223372036854775807" },
		{ "\"42\"", "42" },
		{ "\"gid://shopify/LineItem/42\"", "42" },
		{ "\"gid://shopify/LineItem/9223372036854775807\"",
		    "9223372036854775807" },
		{ "0", NULL },
		{ "-1", NULL },
		{ "1.0", NULL },
		{ "\"\"", NULL },
		{ "\"042\"", NULL },
		{ "\"42 \"", NULL },
		{ "\"+42\"", NULL },
		{ "\"9223372036854775808\"", NULL },
		{ "\"gid://shopify/LineItem/\"", NULL },
		{ "\"gid://shopify/LineItem/x\"", NULL },
		{ "\"gid://shopify/LineItem/1?a=2\"", NULL },
		{ "\"https://a.example/42\"", NULL },
		{ "null", NULL },
		{ "true", NULL },
		{ "[42]", NULL },
	};
	struct cx *cx = *state;
	struct json *j;
	size_t i;

	for (i = 0; i < COUNT_OF(t); i++) {
		must(cx, json_parse(cx, t[i][0], strlen(t[i][0]), &j));
		if (!text_equal(cell_id(cx, j), t[i][1]))
			fail_msg("%s", t[i][0]);
	}
	assert_null(cell_id(cx, NULL));
}

static void
texts_are_cut_by_code_points_and_cleaned(void **state)
{
	static const struct {
		const char *text;
		size_t max;
		const char *want;
		bool repaired;
	} t[] = {
		{ "", 3, "", false },
		{ "abc", 3, "abc", false },
		{ "abcd", 3, "abc", true },
		{ "\xc3\xa4\xe2\x82\xac\xf0\x9f\x8e\x81", 3,
		    "\xc3\xa4\xe2\x82\xac\xf0\x9f\x8e\x81", false },
		{ "\xc3\xa4\xe2\x82\xac\xf0\x9f\x8e\x81", 2,
		    "\xc3\xa4\xe2\x82\xac", true },
		{ "\xf0\x9f\x8e\x81\xf0\x9f\x8e\x81", 1, "\xf0\x9f\x8e\x81",
		    true },
		{ "a\tb\r\nc", 9, "a\tb\r\nc", false },
		{ "\x01", 9, BAD, true },
		{ "a\x1b[0m\x7f", 9, "a" BAD "[0m" BAD, true },
		{ "a\xc2\x80\xc2\x9f\xc2\xa0", 9, "a" BAD BAD "\xc2\xa0",
		    true },
		{ "a" BAD, 9, "a" BAD, true },
		{ "\x01\x02\x03", 2, BAD BAD, true },
		{ "a\x01z", 2, "a" BAD, true },
		{ "a\x01z", 3, "a" BAD "z", true },
		{ "\xe2\x80\xa8\xef\xbf\xbe", 9, "\xe2\x80\xa8\xef\xbf\xbe",
		    false },
	};
	struct cx *cx = *state;
	bool repaired;
	size_t i;

	for (i = 0; i < COUNT_OF(t); i++) {
		repaired = false;
		assert_string_equal(cell_text(cx, t[i].text, t[i].max,
					&repaired),
		    t[i].want);
		assert_int_equal(repaired, t[i].repaired);
	}
}

static void
words_are_lower_snake_case(void **state)
{
	struct cx *cx = *state;

	assert_string_equal(cell_word(cx, "PARTIALLY_PAID", 64),
	    "partially_paid");
	assert_string_equal(cell_word(cx, "Paid in full", 64), "paid_in_full");
	assert_string_equal(cell_word(cx, "caf\xc3\xa9", 64), "caf__");
	assert_string_equal(cell_word(cx, "ABCDE", 3), "abc");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(amounts_have_one_normal_form),
		TEST(sums_are_exact),
		TEST(a_sum_that_does_not_fit_is_told),
		TEST(ids_are_digits_and_nothing_else),
		TEST(texts_are_cut_by_code_points_and_cleaned),
		TEST(words_are_lower_snake_case),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
