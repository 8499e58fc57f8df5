/* json_field_test.c - structs to JSON and back. */
#include "lib/test.h"

#include <string.h>

#include "base/buf.h"
#include "base/json.h"

struct line {
	const char *sku;
	int64_t qty;
};

struct order {
	int64_t id;
	bool test;
	const char *note;
	int64_t weight;
	struct bytes token;
	const char *secret;
	int64_t paid_at;
	const char *extra;
	const char **tags;
	size_t ntags;
	struct line *lines;
	size_t nlines;
	int64_t not_in_table;
};

static const struct field line_fields[] = {
	F_TEXT(struct line, sku, 1, 5),
	F_INT(struct line, qty, 1, 99),
	F_END,
};

static const struct field order_fields[] = {
	F_INT(struct order, id, 1, INT64_MAX),
	F_BOOL(struct order, test),
	F_TEXT_OPT(struct order, note, 10),
	F_INT_OPT(struct order, weight, 1, 10),
	F_BYTES(struct order, token),
	{ "secret", FIELD_TEXT, offsetof(struct order, secret), 0, 0, 10, 0,
	    FIELD_OPTIONAL | FIELD_SECRET },
	F_WHEN(struct order, paid_at),
	F_JSON(struct order, extra),
	F_TEXTS(struct order, tags, ntags, 0, 2, 3),
	F_LIST(struct order, lines, nlines, line_fields, 1, 2),
	F_END,
};

#define REST "\"tags\":[],\"lines\":[{\"sku\":\"tea\",\"qty\":1}]"

static const char full[] =
    "{\"id\":6832000001001,\"test\":true,\"note\":\"caf\xc3\xa9\","
    "\"weight\":3,\"paid_at\":\"2026-11-23T10:00:00Z\","
    "\"extra\":{\"k\":[1,\"v\"]},\"tags\":[\"a\",\"b\"],"
    "\"lines\":[{\"sku\":\"tea\",\"qty\":1},{\"sku\":\"mug\",\"qty\":2}]}";

static struct json *
parse(struct cx *cx, const char *text)
{
	struct json *j = NULL;

	must(cx, json_parse(cx, text, strlen(text), &j));
	return j;
}

static void
what_is_read_is_written_back(void **state)
{
	struct cx *cx = *state;
	struct order o = { .not_in_table = 7 };
	struct json *j;

	must(cx, json_fill(cx, parse(cx, full), order_fields, &o));
	assert_int_equal(o.id, INT64_C(6832000001001));
	assert_true(o.test);
	assert_string_equal(o.note, "caf\xc3\xa9");
	assert_int_equal(o.paid_at, TEST_NOW);
	assert_string_equal(o.extra, "{\"k\":[1,\"v\"]}");
	assert_int_equal(o.ntags, 2);
	assert_string_equal(o.tags[1], "b");
	assert_int_equal(o.nlines, 2);
	assert_string_equal(o.lines[1].sku, "mug");
	assert_int_equal(o.lines[1].qty, 2);
	assert_int_equal(o.not_in_table, 7);
	o.secret = "hush";
	o.token = (struct bytes){ (const unsigned char *)"x", 1 };
	j = json_of(cx, order_fields, &o);
	assert_string_equal(json_write(cx, j), full);
}

static void
what_is_optional_keeps_its_value(void **state)
{
	struct cx *cx = *state;
	struct order o = { .note = "kept", .weight = 9, .paid_at = 1 };

	must(cx,
	    json_fill(cx,
		parse(cx, "{\"id\":1,\"test\":false,\"note\":null," REST "}"),
		order_fields, &o));
	assert_string_equal(o.note, "kept");
	assert_int_equal(o.weight, 9);
	assert_int_equal(o.paid_at, 1);
	o.weight = 0; /* not given, though 1 is the least */
	must(cx,
	    json_fill(cx, parse(cx, "{\"id\":1,\"test\":false," REST "}"),
		order_fields, &o));
	assert_int_equal(o.weight, 0);
}

static void
what_is_empty_is_null(void **state)
{
	struct cx *cx = *state;
	struct order o = { .extra = "{broken" };

	assert_string_equal(json_write(cx, json_of(cx, order_fields, &o)),
	    "{\"id\":0,\"test\":false,\"note\":null,\"weight\":0,"
	    "\"paid_at\":null,\"extra\":null,\"tags\":[],\"lines\":[]}");
}

struct bad_case {
	const char *in;
	const char *why;
};

#define B "{\"id\":1,\"test\":true,"

/* clang-format off */
static const struct bad_case bad[] = {
	{ "[]", "not an object" },
	{ "null", "not an object" },
	{ "{}", "id: missing" },
	{ "{\"id\":null}", "id: missing" },
	{ "{\"id\":\"1\"}", "id: not a whole number" },
	{ "{\"id\":1.0}", "id: not a whole number" },
	{ "{\"id\":0}", "id: less than 1" },
	{ "{\"id\":1,\"test\":1}", "test: neither true nor false" },
	{ B "\"note\":5," REST "}", "note: not text" },
	{ B "\"note\":\"12345678901\"," REST "}", "note: longer than 10" },
	{ B "\"weight\":0," REST "}", "weight: less than 1" },
	{ B "\"paid_at\":\"today\"," REST "}",
	    "paid_at: not a time as RFC 3339 writes it" },
	{ B "\"paid_at\":5," REST "}",
	    "paid_at: not a time as RFC 3339 writes it" },
	{ B "\"tags\":{}}", "tags: not an array" },
	{ B "\"tags\":[1]}", "tags[0]: not text" },
	{ B "\"tags\":[\"a\",null]}", "tags[1]: not text" },
	{ B "\"tags\":[\"a\",\"abcd\"],\"lines\":[{\"sku\":\"tea\",\"qty\":1}]}",
	    "tags[1]: longer than 3" },
	{ B "\"tags\":[\"a\",\"b\",\"c\"]}", "tags: more than 2 entries" },
	{ B "\"tags\":[],\"lines\":[]}", "lines: fewer than 1 entries" },
	{ B "\"tags\":[],\"lines\":[1]}", "lines[0]: not an object" },
	{ B "\"tags\":[],\"lines\":[{\"sku\":\"tea\",\"qty\":1},{}]}",
	    "lines[1].sku: missing" },
	{ B "\"tags\":[],\"lines\":[{\"sku\":\"tea\",\"qty\":100}]}",
	    "lines[0].qty: more than 99" },
	{ B "\"tags\":[],\"lines\":[{\"sku\":\"teapot\",\"qty\":1}]}",
	    "lines[0].sku: longer than 5" },
	{ B "\"tags\":[],\"lines\":[{\"sku\":\"tea\",\"qty\":1,\"x\":1}]}",
	    "lines[0].x: unknown" },
	{ B REST ",\"colour\":1}", "colour: unknown" },
	{ "{\"colour\":1," "\"id\":1,\"test\":true," REST "}",
	    "colour: unknown" },
	{ B REST ",\"token\":\"x\"}", "token: unknown" },
	{ B REST ",\"\":1}", "\"\": unknown" },
};
/* clang-format on */

static void
what_does_not_fit_is_named_and_nothing_is_written(void **state)
{
	struct cx *cx = *state;
	struct order o, before;
	size_t i;
	enum err e;

	memset(&before, 0, sizeof(before)); /* padding too: it is compared */
	before.id = 5;
	before.note = "kept";
	before.not_in_table = 7;
	for (i = 0; i < COUNT_OF(bad); i++) {
		o = before;
		e = json_fill(cx, parse(cx, bad[i].in), order_fields, &o);
		assert_int_equal(e, ERR_INPUT);
		assert_string_equal(cx->why, bad[i].why);
		assert_string_equal(cx->code, "bad_input");
		assert_memory_equal(&o, &before, sizeof(o));
	}
}

static void
a_long_unknown_name_is_cut(void **state)
{
	struct cx *cx = *state;
	struct buf b = buf_new(cx->mem);
	struct order o = { 0 };

	buf_printf(&b, B REST ",\"%0400d\":1}", 7);
	must_fail(cx, ERR_INPUT,
	    json_fill(cx, parse(cx, b.p), order_fields, &o));
	assert_int_equal(strlen(cx->why), 64 + strlen(": unknown"));
}

/* A hostile object must not cost its square: found within seconds, or the
   test runs into its time limit. */
static void
a_hostile_object_is_not_walked_to_its_end(void **state)
{
	struct cx *cx = *state;
	struct buf b = buf_new(cx->mem);
	struct order o = { 0 };
	int i;

	buf_text(&b, B REST);
	for (i = 0; i < 200000; i++)
		buf_printf(&b, ",\"x%d\":1", i);
	buf_char(&b, '}');
	must_fail(cx, ERR_INPUT,
	    json_fill(cx, parse(cx, b.p), order_fields, &o));
	assert_string_equal(cx->why, "x0: unknown");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_read_is_written_back),
		TEST(what_is_optional_keeps_its_value),
		TEST(what_is_empty_is_null),
		TEST(what_does_not_fit_is_named_and_nothing_is_written),
		TEST(a_long_unknown_name_is_cut),
		TEST(a_hostile_object_is_not_walked_to_its_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
