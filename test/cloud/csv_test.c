/*
 * csv_test.c - records read one by one, cells written safely.
 */
#include "lib/test.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "cloud/csv.h"

/* Fields are joined by '|', records by '/'; a bad one is "!LINE". */
static const struct {
	const char *in, *out;
	char sep;
} cases[] = {
	{ "a,b\nc,d\n", "a|b/c|d", ',' },
	{ "a,b\r\nc,d", "a|b/c|d", ',' },
	{ "a,b\rc,d\r", "a|b/c|d", ',' },
	{ "\xef\xbb\xbf"
	  "a,b\n",
	    "a|b", ',' },
	{ "", "", ',' },
	{ "\n\r\n\n", "", ',' },
	{ "a,,\n,,b\n", "a||/||b", ',' },
	{ "\"a,b\",\"c\"\"d\"\n", "a,b|c\"d", ',' },
	{ "\"a\nb\",c\nd,e\n", "a\nb|c/d|e", ',' },
	{ "a;b\tc;d\n", "a|b\tc|d", ';' },
	{ "  a  , b\n", "a|b", ',' },
	{ "\"a\"x,b\nc,d\n", "!1/c|d", ',' },
	{ "a,b\n\"open,c\nd,e\n", "a|b/!2/d|e", ',' },
	{ "a\"b,c\n", "a\"b|c", ',' },
	{ "\"\",\n", "|", ',' },
	{ "\xff\xfe,b\nc,d\n", "!1/c|d", ',' },
	{ "'=SUM(A1),b\n", "=SUM(A1)|b", ',' },
	{ "'tis,b\n", "'tis|b", ',' },
};

static char *
read_all(struct cx *cx, const char *in, char sep)
{
	struct buf b = buf_new(cx->mem);
	struct csv_record r;
	struct csv c;
	size_t i;

	csv_start(&c, in, strlen(in), sep);
	while (csv_next(&c, cx->mem, &r)) {
		if (b.n > 0)
			buf_char(&b, '/');
		if (r.bad != NULL) {
			buf_printf(&b, "!%d", (int)r.line);
			continue;
		}
		for (i = 0; i < r.nfields; i++)
			buf_printf(&b, "%s%s", i > 0 ? "|" : "", r.fields[i]);
	}
	return b.p;
}

static void
records_are_read_as_rfc_4180_says(void **state)
{
	struct cx *cx = *state;
	size_t i;

	for (i = 0; i < COUNT_OF(cases); i++)
		assert_string_equal(read_all(cx, cases[i].in, cases[i].sep),
		    cases[i].out);
}

static void
passing_over_ends_records_where_reading_does(void **state)
{
	struct cx *cx = *state;
	struct csv a, b;
	struct csv_record r;
	size_t i;
	bool more;

	for (i = 0; i < COUNT_OF(cases); i++) {
		csv_start(&a, cases[i].in, strlen(cases[i].in), cases[i].sep);
		b = a;
		do {
			more = csv_next(&a, cx->mem, &r);
			assert_int_equal(csv_next(&b, NULL, &r), more);
			assert_int_equal(a.at, b.at);
			assert_int_equal(a.line, b.line);
		} while (more);
	}
}

static void
a_field_without_end_does_not_swallow_the_file(void **state)
{
	struct cx *cx = *state;
	struct buf b = buf_new(cx->mem);
	struct csv_record r;
	struct csv c;
	int i, n = 0, bad = 0;

	buf_text(&b, "\"never closed,1\n");
	for (i = 0; i < 1000; i++)
		buf_printf(&b, "a%d,b\n", i);
	csv_start(&c, b.p, b.n, ',');
	while (csv_next(&c, cx->mem, &r)) {
		bad += r.bad != NULL;
		n++;
	}
	assert_int_equal(n, 1001);
	assert_int_equal(bad, 1);
	assert_int_equal(c.line, 1002);
}

static void
line_numbers_count_lines_in_quotes(void **state)
{
	struct cx *cx = *state;
	static const char text[] = "a\n\"b\nb\r\nb\",c\n\n\nd\n";
	struct csv_record r;
	struct csv c;

	csv_start(&c, text, strlen(text), ',');
	assert_true(csv_next(&c, cx->mem, &r));
	assert_int_equal(r.line, 1);
	assert_true(csv_next(&c, cx->mem, &r));
	assert_int_equal(r.line, 2);
	assert_true(csv_next(&c, cx->mem, &r));
	assert_int_equal(r.line, 7);
	assert_false(csv_next(&c, cx->mem, &r));
}

static void
a_cell_that_would_be_a_formula_is_text(void **state)
{
	static const struct {
		const char *in, *out;
	} cells[] = {
		{ "plain", "plain," },
		{ NULL, "," },
		{ "", "," },
		{ "a,b", "\"a,b\"," },
		{ "a\"b", "\"a\"\"b\"," },
		{ "=1+1", "\"'=1+1\"," },
		{ "+39", "\"'+39\"," },
		{ "-1", "\"'-1\"," },
		{ "@x", "\"'@x\"," },
		{ "\tx", "\"'\tx\"," },
		{ "#1001", "#1001," },
	};
	struct cx *cx = *state;
	struct buf b;
	size_t i;

	for (i = 0; i < COUNT_OF(cells); i++) {
		b = buf_new(cx->mem);
		csv_cell(&b, cells[i].in, false);
		assert_string_equal(b.p, cells[i].out);
	}
	b = buf_new(cx->mem);
	csv_cell(&b, "x", true);
	assert_string_equal(b.p, "x\r\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(records_are_read_as_rfc_4180_says),
		TEST(passing_over_ends_records_where_reading_does),
		TEST(a_field_without_end_does_not_swallow_the_file),
		TEST(line_numbers_count_lines_in_quotes),
		TEST(a_cell_that_would_be_a_formula_is_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
