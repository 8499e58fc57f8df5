/* field_test.c - limits by table. */
#include "lib/test.h"

#include "base/field.h"

struct line {
	const char *sku;
	int64_t qty;
};

struct order {
	const char *number;
	const char *note;
	int64_t total;
	int64_t weight; /* optional */
	const char **tags;
	size_t ntags;
	struct line *lines;
	size_t nlines;
};

static const struct field line_fields[] = {
	F_TEXT(struct line, sku, 1, 5),
	F_INT(struct line, qty, 1, 99),
	F_END,
};

static const struct field order_fields[] = {
	F_TEXT(struct order, number, 2, 4),
	F_TEXT_OPT(struct order, note, 3),
	F_INT(struct order, total, 0, 1000),
	F_INT_OPT(struct order, weight, 5, 10),
	F_TEXTS(struct order, tags, ntags, 0, 2, 3),
	F_LIST(struct order, lines, nlines, line_fields, 1, 2),
	F_END,
};

static struct line two_lines[] = { { "tea", 1 }, { "mug", 99 }, { "pot", 1 } };
static struct line bad_line[] = { { "tea", 1 }, { "teapot", 1 } };
static struct line no_sku[] = { { NULL, 1 } };
static struct line no_qty[] = { { "tea", 0 } };
static const char *tags[] = { "a", "abc", "x" };
static const char *bad_tags[] = { "a", "abcd" };
static const char *no_tag[] = { NULL };

struct check_case {
	const char *why; /* NULL: it holds */
	struct order o;
};

#define L2 .lines = two_lines, .nlines = 2

/* clang-format off */
static const struct check_case cases[] = {
	{ NULL, { "12", NULL, 0, 0, NULL, 0, L2 } },
	{ NULL, { "1234", "abc", 1000, 5, tags, 2, two_lines, 1 } },
	{ NULL, { "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", "", 1, 10, NULL, 0, L2 } },
	{ "number: missing", { NULL, L2 } },
	{ "number: empty", { "", L2 } },
	{ "number: shorter than 2", { "1", L2 } },
	{ "number: longer than 4", { "12345", L2 } },
	{ "note: longer than 3", { "12", "abcd", L2 } },
	{ "total: less than 0", { "12", NULL, -1, L2 } },
	{ "total: more than 1000", { "12", NULL, 1001, L2 } },
	{ "weight: less than 5", { "12", NULL, 0, 4, L2 } },
	{ "weight: more than 10", { "12", NULL, 0, 11, L2 } },
	{ "tags: more than 2 entries", { "12", NULL, 0, 0, tags, 3, L2 } },
	{ "tags[1]: longer than 3", { "12", NULL, 0, 0, bad_tags, 2, L2 } },
	{ "tags[0]: missing", { "12", NULL, 0, 0, no_tag, 1, L2 } },
	{ "lines: fewer than 1 entries", { "12" } },
	{ "lines: more than 2 entries",
	    { "12", NULL, 0, 0, NULL, 0, two_lines, 3 } },
	{ "lines[1].sku: longer than 5",
	    { "12", NULL, 0, 0, NULL, 0, bad_line, 2 } },
	{ "lines[0].sku: missing",
	    { "12", NULL, 0, 0, NULL, 0, no_sku, 1 } },
	{ "lines[0].qty: less than 1",
	    { "12", NULL, 0, 0, NULL, 0, no_qty, 1 } },
};
/* clang-format on */

static void
a_broken_limit_names_its_path(void **state)
{
	struct cx *cx = *state;
	const struct check_case *c;
	size_t i;

	for (i = 0; i < COUNT_OF(cases); i++) {
		c = &cases[i];
		if (c->why == NULL) {
			must(cx, field_check(cx, order_fields, &c->o));
			continue;
		}
		must_fail(cx, ERR_INPUT, field_check(cx, order_fields, &c->o));
		assert_string_equal(cx->why, c->why);
		assert_string_equal(cx->code, "bad_input");
	}
}

static void
a_row_is_found_by_name(void **state)
{
	(void)state;
	assert_ptr_equal(field_named(order_fields, "total"), &order_fields[2]);
	assert_null(field_named(order_fields, "tot"));
	assert_null(field_named(order_fields, ""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_broken_limit_names_its_path),
		TEST(a_row_is_found_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
