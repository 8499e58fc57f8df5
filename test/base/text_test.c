/* text_test.c - UTF-8, numbers, blanks, URLs. */
#include "lib/test.h"

#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/text.h"

struct utf8_case {
	const char *what;
	const char *s;
	size_t n;
	bool good;
};

/* clang-format off */
static const struct utf8_case utf8_cases[] = {
	{ "nothing", "", 0, true },
	{ "ASCII", "tea", 3, true },
	{ "U+007F", "\x7f", 1, true },
	{ "U+0080", "\xc2\x80", 2, true },
	{ "U+07FF", "\xdf\xbf", 2, true },
	{ "U+0800", "\xe0\xa0\x80", 3, true },
	{ "U+D7FF", "\xed\x9f\xbf", 3, true },
	{ "U+E000", "\xee\x80\x80", 3, true },
	{ "U+FFFF", "\xef\xbf\xbf", 3, true },
	{ "U+10000", "\xf0\x90\x80\x80", 4, true },
	{ "U+10FFFF", "\xf4\x8f\xbf\xbf", 4, true },
	{ "NUL", "a\0b", 3, false },
	{ "a trail byte alone", "\x80", 1, false },
	{ "/ in two bytes", "\xc0\xaf", 2, false },
	{ "NUL in two bytes", "\xc0\x80", 2, false },
	{ "U+007F in two bytes", "\xc1\xbf", 2, false },
	{ "U+07FF in three bytes", "\xe0\x9f\xbf", 3, false },
	{ "U+FFFF in four bytes", "\xf0\x8f\xbf\xbf", 4, false },
	{ "U+D800", "\xed\xa0\x80", 3, false },
	{ "U+DFFF", "\xed\xbf\xbf", 3, false },
	{ "U+110000", "\xf4\x90\x80\x80", 4, false },
	{ "F5", "\xf5\x80\x80\x80", 4, false },
	{ "FF", "\xff", 1, false },
	{ "two bytes cut", "\xc3", 1, false },
	{ "three bytes cut", "\xe2\x82", 2, false },
	{ "four bytes cut", "\xf0\x9f\x98", 3, false },
	{ "a lead byte for a trail", "\xe2\x82\xc3", 3, false },
	{ "a letter for a trail", "\xe2" "a\x82", 3, false },
	{ "bad after good", "tea\xc3\xa9\xff", 6, false },
};
/* clang-format on */

static void
utf8_is_known_from_other_bytes(void **state)
{
	const struct utf8_case *c;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(utf8_cases); i++) {
		c = &utf8_cases[i];
		if (text_is_utf8(c->s, c->n) != c->good)
			fail_msg("%s", c->what);
	}
}

struct int_case {
	const char *s;
	int64_t min, max;
	bool good;
	int64_t n;
};

static const struct int_case int_cases[] = {
	{ "0", 0, 10, true, 0 },
	{ "10", 0, 10, true, 10 },
	{ "007", 0, 10, true, 7 },
	{ "-5", -5, 0, true, -5 },
	{ "-0", 0, 0, true, 0 },
	{ "9223372036854775807", 0, INT64_MAX, true, INT64_MAX },
	{ "-9223372036854775808", INT64_MIN, 0, true, INT64_MIN },
	{ "9223372036854775808", INT64_MIN, INT64_MAX, false },
	{ "-9223372036854775809", INT64_MIN, INT64_MAX, false },
	{ "99999999999999999999999999", INT64_MIN, INT64_MAX, false },
	{ "11", 0, 10, false },
	{ "-1", 0, 10, false },
	{ "", 0, 10, false },
	{ "-", -10, 10, false },
	{ "+1", 0, 10, false },
	{ " 1", 0, 10, false },
	{ "1 ", 0, 10, false },
	{ "1.0", 0, 10, false },
	{ "0x1", 0, 10, false },
	{ "1e1", 0, 10, false },
	{ "--1", -10, 10, false },
	{ NULL, 0, 10, false },
};

static void
a_number_is_whole_and_within_limits(void **state)
{
	const struct int_case *c;
	int64_t n;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(int_cases); i++) {
		c = &int_cases[i];
		n = 4711;
		if (text_to_int(c->s, c->min, c->max, &n) != c->good)
			fail_msg("%s", c->s);
		assert_int_equal(n, c->good ? c->n : 4711);
	}
}

static void
questions_are_answered(void **state)
{
	(void)state;
	assert_true(text_equal("a", "a"));
	assert_true(text_equal(NULL, NULL));
	assert_false(text_equal("a", NULL));
	assert_false(text_equal(NULL, ""));
	assert_false(text_equal("a", "A"));
	assert_true(text_equal_ascii_case("Content-TYPE", "content-type"));
	assert_false(text_equal_ascii_case("a", "ab"));
	assert_false(text_equal_ascii_case("ab", "a"));
	assert_false(text_equal_ascii_case("\xc3\x89", "\xc3\xa9"));
	assert_false(text_equal_ascii_case("@", "`")); /* 32 apart */
	assert_true(text_equal_ascii_case(NULL, NULL));
	assert_false(text_equal_ascii_case(NULL, ""));
	assert_true(text_starts("gid://shopify", "gid://"));
	assert_true(text_starts("x", ""));
	assert_false(text_starts("gi", "gid"));
	assert_false(text_starts(NULL, "gid"));
	assert_true(text_is_empty(NULL));
	assert_true(text_is_empty(""));
	assert_false(text_is_empty(" "));
	assert_int_equal(text_count("\xc3\xa9t\xc3\xa9"), 3);
	assert_int_equal(text_count("\xf0\x9f\x98\x80"), 1);
	assert_int_equal(text_count(NULL), 0);
}

struct pair {
	const char *in;
	const char *out;
};

static const struct pair trims[] = {
	{ "", "" },
	{ "tea", "tea" },
	{ "  tea\t\r\n", "tea" },
	{ "\xc2\xa0tea pot\xc2\xa0 ", "tea pot" },
	{ " \xc2\xa0\t ", "" },
	{ "\xc3\xa0", "\xc3\xa0" }, /* ends in A0 */
	{ "\xe0\xa0\x82\xc2\xa0", "\xe0\xa0\x82" },
	{ "\xc2\xa0", "" },
};

static void
blanks_go_at_both_ends(void **state)
{
	struct cx *cx = *state;
	size_t i;

	for (i = 0; i < COUNT_OF(trims); i++)
		assert_string_equal(text_trim(cx->mem, trims[i].in),
		    trims[i].out);
}

static void
a_cut_never_splits_a_code_point(void **state)
{
	struct cx *cx = *state;
	const char *s = "a\xe2\x82\xac"
			"b"; /* a, euro, b */
	static const char *const cuts[] = { "", "a", "a", "a", "a\xe2\x82\xac",
		"a\xe2\x82\xac"
		"b",
		"a\xe2\x82\xac"
		"b" };
	size_t n;

	for (n = 0; n < COUNT_OF(cuts); n++)
		assert_string_equal(text_cut(cx->mem, s, n), cuts[n]);
}

static void
ascii_is_lowered_and_the_rest_kept(void **state)
{
	struct cx *cx = *state;

	assert_string_equal(text_lower_ascii(cx->mem, "My-SHOP.\xc3\x89"),
	    "my-shop.\xc3\x89");
	assert_null(text_lower_ascii(cx->mem, NULL));
}

static void
pieces_are_trimmed_and_never_empty(void **state)
{
	struct cx *cx = *state;
	char **p;

	assert_int_equal(text_split(cx->mem, " a, b c ,,\t, d", ',', &p), 3);
	assert_string_equal(p[0], "a");
	assert_string_equal(p[1], "b c");
	assert_string_equal(p[2], "d");
	assert_int_equal(text_split(cx->mem, "", ',', &p), 0);
	assert_int_equal(text_split(cx->mem, " , ", ',', &p), 0);
	assert_int_equal(text_split(cx->mem, "a", ',', &p), 1);
}

static void
any_text_survives_a_url(void **state)
{
	struct cx *cx = *state;
	char all[256], *encoded, *back;
	int i;

	for (i = 1; i < 128; i++)
		all[i - 1] = (char)i;
	strcpy(all + 127, "\xc3\xa9\xf0\x9f\x98\x80");
	encoded = text_url_encode(cx->mem, all);
	assert_true(
	    text_url_decode(cx->mem, encoded, strlen(encoded), true, &back));
	assert_string_equal(back, all);
	assert_string_equal(text_url_encode(cx->mem, "a b/\xc3\xa9~+%"),
	    "a%20b%2F%C3%A9~%2B%25");
}

struct url_case {
	const char *in;
	bool plus;
	const char *out; /* NULL: refused */
};

static const struct url_case url_cases[] = {
	{ "", false, "" },
	{ "a+b", true, "a b" },
	{ "a+b", false, "a+b" },
	{ "%2b%2B", true, "++" },
	{ "%c3%A9", false, "\xc3\xa9" },
	{ "%", false, NULL },
	{ "%4", false, NULL },
	{ "a%4", false, NULL },
	{ "%4g", false, NULL },
	{ "%g4", false, NULL },
	{ "%%41", false, NULL },
	{ "%00", false, NULL },
	{ "%ff", false, NULL },
	{ "%c3", false, NULL },
};

static void
a_bad_escape_is_refused(void **state)
{
	struct cx *cx = *state;
	const struct url_case *c;
	char untouched[] = "untouched", *out;
	size_t i;

	for (i = 0; i < COUNT_OF(url_cases); i++) {
		c = &url_cases[i];
		out = untouched;
		if (text_url_decode(cx->mem, c->in, strlen(c->in), c->plus,
			&out) != (c->out != NULL))
			fail_msg("%s", c->in);
		assert_string_equal(out, c->out != NULL ? c->out : "untouched");
	}
}

static void
what_a_format_cut_is_mended(void **state)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ "", "" },
		{ "caf\xc3\xa9", "caf\xc3\xa9" },
		{ "caf\xc3", "caf" },
		{ "a\xc3...b", "a...b" },
		{ "\xf0\x9f\x93: x\xa9", ": x" },
		{ "\xff\xfe", "" },
	};
	struct cx *cx = *state;
	char text[32];
	size_t i;

	for (i = 0; i < COUNT_OF(rows); i++) {
		strcpy(text, rows[i].in);
		text_mend(text);
		assert_string_equal(text, rows[i].out);
	}
	assert_string_equal(arena_printf(cx->mem, "\"%.4s\" is long",
				"caf\xc3\xa9s"),
	    "\"caf\" is long");
	(void)cx_fail(cx, ERR_INPUT, "mode %.4s: unknown", "caf\xc3\xa9s");
	assert_string_equal(cx->why, "mode caf: unknown");
	assert_string_equal(json_text(json_new_text(cx, "a\xc3...")), "a...");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(utf8_is_known_from_other_bytes),
		TEST(a_number_is_whole_and_within_limits),
		TEST(questions_are_answered),
		TEST(blanks_go_at_both_ends),
		TEST(a_cut_never_splits_a_code_point),
		TEST(ascii_is_lowered_and_the_rest_kept),
		TEST(pieces_are_trimmed_and_never_empty),
		TEST(any_text_survives_a_url),
		TEST(a_bad_escape_is_refused),
		TEST(what_a_format_cut_is_mended),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
