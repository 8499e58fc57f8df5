/*
 * document_test.c - our tables of the order document against its schema.
 */
#include "cloud_rig.h"

#include <string.h>

#include "base/text.h"
#include "cloud/document.h"
#include "cloud/document_parts.h"

static struct json *schema;

/* "#/$defs/money" and what stands there. */
static const struct json *
deref(const struct json *s)
{
	const char *ref = json_get_text(s, "$ref");
	const struct json *any = json_get(s, "anyOf");

	if (any != NULL)
		return deref(json_at(any, 0));
	if (ref == NULL)
		return s;
	assert_true(text_starts(ref, "#/$defs/"));
	return json_get(json_get(schema, "$defs"), ref + 8);
}

static bool
may_be_null(const struct json *s)
{
	const struct json *type = json_get(deref(s), "type");

	return json_get(s, "anyOf") != NULL || json_is_array(type);
}

static bool
is_required(const struct json *object, const char *name)
{
	const struct json *list = json_get(object, "required");
	size_t i;

	for (i = 0; i < json_count(list); i++) {
		if (text_equal(json_text(json_at(list, i)), name))
			return true;
	}
	return false;
}

static void
compare(const struct part *parts, const struct json *object)
{
	const struct json *props = json_get(object, "properties"), *s, *d;
	const struct part *p;
	size_t n = 0;

	assert_false(json_bool(json_get(object, "additionalProperties"), true));
	for (p = parts; p->name != NULL; p++, n++) {
		s = json_get(props, p->name);
		if (s == NULL)
			print_error("%s is not in the schema\n", p->name);
		assert_non_null(s);
		d = deref(s);
		assert_int_equal(is_required(object, p->name),
		    !(p->flags & OPTIONAL));
		assert_int_equal(may_be_null(s), !!(p->flags & NULLABLE));
		if (p->want == OBJECT)
			compare(p->sub, d);
		if (p->want == LIST)
			compare(p->sub, deref(json_get(d, "items")));
		if (p->want == LIST || p->want == TEXTS || p->want == FLAGS)
			assert_int_equal(json_int(json_get(d, "maxItems"), -1),
			    p->max);
		if (p->want == TEXT)
			assert_int_equal(json_int(json_get(d, "maxLength"), -1),
			    p->max);
	}
	assert_int_equal(n, json_count(props));
}

static void
the_tables_say_what_the_schema_says(void **state)
{
	struct cx *cx = *state;
	const char *text = source_file(cx, "doc/order.schema.json");
	const struct json *flags;
	size_t i;

	must(cx, json_parse(cx, text, strlen(text), &schema));
	compare(document_parts, schema);
	flags = json_path(schema, "properties.flags.items.enum");
	for (i = 0; flag_words[i] != NULL; i++)
		assert_string_equal(json_text(json_at(flags, i)),
		    flag_words[i]);
	assert_int_equal(json_count(flags), i);
}

static void
the_sample_is_a_good_document(void **state)
{
	struct cx *cx = *state;
	struct document d;

	must(cx, document_read(cx, document(cx, 1001, 0, "x"), &d));
	assert_string_equal(d.id, "1001");
	assert_string_equal(d.name, "#1001");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_tables_say_what_the_schema_says),
		TEST(the_sample_is_a_good_document),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
