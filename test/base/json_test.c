/* json_test.c - JSON in and out. */
#include "lib/test.h"

#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/text.h"

static struct json *
parse(struct cx *cx, const char *text)
{
	struct json *j = NULL;

	must(cx, json_parse(cx, text, strlen(text), &j));
	return j;
}

struct parse_case {
	const char *in;
	const char *out; /* written again; NULL: refused */
	bool repaired;
};

/* clang-format off */
static const struct parse_case cases[] = {
	{ "{}", "{}" },
	{ " [ 1 , 2 ] ", "[1,2]" },
	{ "null", "null" },
	{ "\"tea\"", "\"tea\"" },
	{ "\"\\u00e9\\/\\n\"", "\"\xc3\xa9/\\n\"" },
	{ "{\"b\":1,\"a\":2}", "{\"b\":1,\"a\":2}" },
	/* ids of 64 bits, whole */
	{ "9223372036854775807", "9223372036854775807" },
	{ "-9223372036854775808", "-9223372036854775808" },
	{ "[6832000001001,9007199254740993]",
	    "[6832000001001,9007199254740993]" },
	{ "9223372036854775808", NULL },
	{ "1e999", NULL },
	{ "0.1", "0.1" },
	/* surrogates */
	{ "\"\\ud83d\\ude00\"", "\"\xf0\x9f\x98\x80\"" },
	{ "\"\\uD83D\\uDE00\"", "\"\xf0\x9f\x98\x80\"" },
	{ "\"a\\ud83d\"", "\"a\xef\xbf\xbd\"", true },
	{ "\"\\ud83dx\"", "\"\xef\xbf\xbdx\"", true },
	{ "\"\\ude00\"", "\"\xef\xbf\xbd\"", true },
	{ "\"\\ude00\\ud83d\"", "\"\xef\xbf\xbd\xef\xbf\xbd\"", true },
	{ "\"\\ud83d\\ud83d\\ude00\"", "\"\xef\xbf\xbd\xf0\x9f\x98\x80\"",
	    true },
	{ "\"\\ud83d\\n\"", "\"\xef\xbf\xbd\\n\"", true },
	{ "{\"\\udfff\":1}", "{\"\xef\xbf\xbd\":1}", true },
	{ "\"\\\\ud83d\"", "\"\\\\ud83d\"" }, /* an escaped backslash */
	{ "\"\\\\\\ud83d\"", "\"\\\\\xef\xbf\xbd\"", true },
	{ "\"\\\"\\ud83d\"", "\"\\\"\xef\xbf\xbd\"", true },
	/* NUL */
	{ "\"a\\u0000b\"", "\"a\xef\xbf\xbd" "b\"", true },
	{ "{\"a\\u0000\":1}", "{\"a\xef\xbf\xbd\":1}", true },
	{ "\"\\u0001\"", "\"\\u0001\"" },
	/* what is not JSON */
	{ "", NULL },
	{ " ", NULL },
	{ "{", NULL },
	{ "[1,]", NULL },
	{ "{\"a\":1,}", NULL },
	{ "{\"a\":1}x", NULL },
	{ "{} {}", NULL },
	{ "{'a':1}", NULL },
	{ "{a:1}", NULL },
	{ "[01]", NULL },
	{ "[+1]", NULL },
	{ "[.5]", NULL },
	{ "[NaN]", NULL },
	{ "nul", NULL },
	{ "\"\\x41\"", NULL },
	{ "\"\\u12\"", NULL },
	{ "\"\\ud83d", NULL, true },
	{ "\"\\", NULL },
	{ "\"\n\"", NULL },
	{ "\"\xff\"", NULL },
	{ "\"\xed\xa0\x80\"", NULL },
	{ "\xef\xbb\xbf{}", NULL },
	{ "]", NULL },
	{ "// x\n1", NULL },
	/* duplicate names, also those that a repair makes */
	{ "{\"a\":1,\"a\":1}", NULL },
	{ "{\"a\":1,\"\\u0061\":2}", NULL },
	{ "{\"\\ud800\":1,\"\\u0000\":2}", NULL, true },
};
/* clang-format on */

static void
text_is_read_strictly_and_written_compactly(void **state)
{
	struct cx *cx = *state;
	const struct parse_case *c;
	struct json *j;
	size_t i;
	enum err e;

	for (i = 0; i < COUNT_OF(cases); i++) {
		c = &cases[i];
		j = NULL;
		e = json_parse(cx, c->in, strlen(c->in), &j);
		if ((e == OK) != (c->out != NULL))
			fail_msg("%s: %s", c->in, cx->why);
		if (json_repaired(cx, c->in, strlen(c->in)) != c->repaired)
			fail_msg("%s: repaired?", c->in);
		if (e == OK) {
			assert_string_equal(json_write(cx, j), c->out);
			continue;
		}
		assert_int_equal(e, ERR_INPUT);
		assert_string_equal(cx->code, "bad_json");
		assert_null(j);
	}
}

static void
a_lone_surrogate_becomes_a_replacement_character(void **state)
{
	struct cx *cx = *state;
	struct json *j = parse(cx, "{\"note\":\"smile \\ud83d!\"}");

	assert_string_equal(json_get_text(j, "note"), "smile \xef\xbf\xbd!");
}

static void
a_nul_byte_ends_no_text_early(void **state)
{
	struct cx *cx = *state;
	struct json *j;

	must_fail(cx, ERR_INPUT, json_parse(cx, "{}\0", 3, &j));
	must_fail(cx, ERR_INPUT, json_parse(cx, "\"a\0b\"", 5, &j));
	must(cx, json_parse(cx, "[1]garbage", 3, &j));
}

static char *
nested(struct cx *cx, size_t depth)
{
	char *s = arena_alloc(cx->mem, 2 * depth + 1);

	memset(s, '[', depth);
	memset(s + depth, ']', depth);
	return s;
}

static void
depth_is_limited(void **state)
{
	struct cx *cx = *state;
	struct json *j;
	char *s;

	parse(cx, nested(cx, JSON_DEPTH_MAX));
	s = nested(cx, JSON_DEPTH_MAX + 1);
	must_fail(cx, ERR_INPUT, json_parse(cx, s, strlen(s), &j));
	assert_contains(cx->why, "nested deeper than 64");
	s = nested(cx, 1000000);
	must_fail(cx, ERR_INPUT, json_parse(cx, s, 1000000, &j));
	/* brackets in strings are not depth, nor are those that close first */
	s = arena_printf(cx->mem, "[\"%s\\\"%s\"]", nested(cx, 100),
	    nested(cx, 100));
	parse(cx, s);
	parse(cx, "[[],[],[]]");
}

static char *
repeated(struct cx *cx, const char *what, int times)
{
	char *s = arena_alloc(cx->mem, strlen(what) * (size_t)times + 4);
	char *p = s;
	int i;

	*p++ = '[';
	for (i = 0; i < times; i++, p += strlen(what))
		memcpy(p, what, strlen(what));
	memcpy(p, "0]", 2);
	return s;
}

static void
what_is_nearly_all_brackets_is_refused(void **state)
{
	struct cx *cx = *state;
	struct json *j;
	char *s = repeated(cx, "[],", 350000);

	must_fail(cx, ERR_INPUT, json_parse(cx, s, strlen(s), &j));
	assert_contains(cx->why, "too many values for its size");
	parse(cx, repeated(cx, "[],", 3000));
	parse(cx, repeated(cx, "123456,", 100000));
}

static void
a_reason_says_where_and_quotes_nothing(void **state)
{
	struct cx *cx = *state;
	const char *s = "{\n \"name\": Rossi}";
	struct json *j;

	must_fail(cx, ERR_INPUT, json_parse(cx, s, strlen(s), &j));
	assert_contains(cx->why, "line 2");
	assert_null(strstr(cx->why, "Rossi"));
	s = "{\"Rossi\":1,\"Rossi\":2}";
	must_fail(cx, ERR_INPUT, json_parse(cx, s, strlen(s), &j));
	assert_contains(cx->why, "the same name twice");
	assert_null(strstr(cx->why, "Rossi"));
}

static void
getters_are_calm(void **state)
{
	struct cx *cx = *state;
	struct json *j = parse(cx,
	    "{\"a\":{\"b\":{\"c\":7}},\"t\":true,\"n\":null,\"l\":[1,\"x\"],"
	    "\"r\":1.5,\"d.e\":1}");

	assert_int_equal(json_int(json_path(j, "a.b.c"), 0), 7);
	assert_int_equal(json_count(json_path(j, "a")), 1);
	assert_null(json_path(j, "a.x.c"));
	assert_null(json_path(j, "a.b.c.d"));
	assert_null(json_path(j, "l.0"));
	assert_null(json_path(NULL, "a"));
	assert_null(json_get(NULL, "a"));
	assert_null(json_get(json_get(j, "l"), "a"));
	assert_null(json_at(j, 0));
	assert_null(json_at(json_get(j, "l"), 2));
	assert_string_equal(json_text(json_at(json_get(j, "l"), 1)), "x");
	assert_null(json_text(json_at(json_get(j, "l"), 0)));
	assert_null(json_text(NULL));
	assert_int_equal(json_int(json_get(j, "r"), -1), -1);
	assert_int_equal(json_int(NULL, -1), -1);
	assert_true(json_bool(json_get(j, "t"), false));
	assert_true(json_bool(json_get(j, "n"), true));
	assert_false(json_bool(NULL, false));
	assert_true(json_is_null(json_get(j, "n")));
	assert_true(json_is_null(json_get(j, "absent")));
	assert_false(json_is_null(j));
	assert_true(json_is_object(j));
	assert_false(json_is_object(json_get(j, "l")));
	assert_true(json_is_array(json_get(j, "l")));
	assert_false(json_is_array(NULL));
	assert_int_equal(json_count(j), 6);
	assert_int_equal(json_count(json_get(j, "l")), 2);
	assert_int_equal(json_count(json_get(j, "t")), 0);
	assert_int_equal(json_count(NULL), 0);
}

static void
an_object_is_walked_in_its_order(void **state)
{
	struct cx *cx = *state;
	struct json *j = parse(cx, "{\"z\":1,\"a\":2,\"m\":3}"), *v = NULL;

	assert_string_equal(json_key(j, 0, &v), "z");
	assert_int_equal(json_int(v, 0), 1);
	assert_string_equal(json_key(j, 2, &v), "m");
	assert_int_equal(json_int(v, 0), 3);
	assert_string_equal(json_key(j, 1, NULL), "a");
	assert_null(json_key(j, 3, &v));
	assert_null(json_key(NULL, 0, &v));
	assert_null(json_key(parse(cx, "[1]"), 0, &v));
}

struct decimal_case {
	const char *json;
	const char *decimal;
};

static const struct decimal_case decimals[] = {
	{ "\"12.50\"", "12.50" },
	{ "12", "12" },
	{ "-9223372036854775808", "-9223372036854775808" },
	{ "12.5", "12.5" },
	{ "12.0", "12" },
	{ "100.0", "100" },
	{ "0.1", "0.1" },
	{ "1e3", "1000" },
	{ "1.5E-3", "0.0015" },
	{ "1e-9", "0" },
	{ "-1e-9", "0" },
	{ "-0.0", "0" },
	{ "19.99", "19.99" },
	{ "1e21", "1000000000000000000000" },
	{ "0.1234567", "0.123457" },
	{ "true", NULL },
	{ "null", NULL },
	{ "[1]", NULL },
};

static void
a_decimal_has_no_exponent_and_no_zeros_behind(void **state)
{
	struct cx *cx = *state;
	const char *s;
	size_t i;

	for (i = 0; i < COUNT_OF(decimals); i++) {
		s = json_decimal(cx, parse(cx, decimals[i].json));
		if (!text_equal(s, decimals[i].decimal))
			fail_msg("%s: %s", decimals[i].json, s);
	}
	assert_null(json_decimal(cx, NULL));
}

static void
a_tree_is_built_and_written(void **state)
{
	struct cx *cx = *state;
	struct json *o = json_new_object(cx), *a = json_new_array(cx);

	json_set_text(cx, o, "t", "caf\xc3\xa9 \"x\"\n");
	json_set_text(cx, o, "none", NULL);
	json_set_int(cx, o, "id", INT64_MAX);
	json_set_bool(cx, o, "b", true);
	json_set(o, "absent", NULL);
	json_set(o, "list", a);
	json_push(a, json_new_int(cx, 1)); /* also after it was set */
	json_push(a, json_new_null(cx));
	json_push(a, json_new_bool(cx, false));
	json_push(a, NULL);
	json_set_int(cx, o, "gone", 1);
	json_drop(o, "gone");
	json_drop(o, "never there");
	assert_string_equal(json_write(cx, o),
	    "{\"t\":\"caf\xc3\xa9 \\\"x\\\"\\n\",\"none\":null,"
	    "\"id\":9223372036854775807,\"b\":true,\"absent\":null,"
	    "\"list\":[1,null,false,null]}");
	assert_string_equal(json_write(cx, NULL), "null");
}

static void
one_node_may_be_in_two_places(void **state)
{
	struct cx *cx = *state;
	struct json *shared = json_new_object(cx), *a = json_new_array(cx);

	json_push(a, shared);
	json_push(a, shared);
	json_set_int(cx, shared, "x", 1);
	assert_string_equal(json_write(cx, a), "[{\"x\":1},{\"x\":1}]");
}

static void
a_node_outlives_the_unit_that_made_it_inside_another(void **state)
{
	struct cx *cx = *state, child;
	struct json *a = json_new_array(cx);

	cx_child(&child, cx);
	json_push(a, json_new_text(&child, "kept"));
	cx_done(&child);
	assert_string_equal(json_write(cx, a), "[\"kept\"]");
}

static void
canonical_text_has_sorted_names(void **state)
{
	struct cx *cx = *state;
	struct json *j = parse(cx, "{\"b\":{\"d\":1,\"c\":2},\"a\":[2,1]}");

	assert_string_equal(json_canonical(cx, j),
	    "{\"a\":[2,1],\"b\":{\"c\":2,\"d\":1}}");
	assert_string_equal(json_write(cx, j),
	    "{\"b\":{\"d\":1,\"c\":2},\"a\":[2,1]}");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(text_is_read_strictly_and_written_compactly),
		TEST(a_lone_surrogate_becomes_a_replacement_character),
		TEST(a_nul_byte_ends_no_text_early),
		TEST(depth_is_limited),
		TEST(what_is_nearly_all_brackets_is_refused),
		TEST(a_reason_says_where_and_quotes_nothing),
		TEST(getters_are_calm),
		TEST(an_object_is_walked_in_its_order),
		TEST(a_decimal_has_no_exponent_and_no_zeros_behind),
		TEST(a_tree_is_built_and_written),
		TEST(one_node_may_be_in_two_places),
		TEST(a_node_outlives_the_unit_that_made_it_inside_another),
		TEST(canonical_text_has_sorted_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
