/*
 * orderdoc_test.c - the order document: one whole, its digest, what is refused,
 * what is cut, pages of lines.
 */
#include "lib/test.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/crypt.h"
#include "base/json.h"
#include "gen/gql.h"
#include "orderdoc_sample.h"

static const struct change same = { 0 };

static const char *
without_digest(struct cx *cx, const char *text)
{
	struct json *doc;

	must(cx, json_parse(cx, text, strlen(text), &doc));
	json_drop(doc, "digest");
	return json_canonical(cx, doc);
}

static void
a_webhook_gives_the_whole_document(void **state)
{
	struct cx *cx = *state;
	struct orderdoc doc;

	must(cx, sample_from_hook(cx, same, &doc));
	assert_string_equal(without_digest(cx, doc.text),
	    json_canonical(cx, sample_json(cx, sample_document)));
}

static void
graphql_gives_the_same_document_to_the_byte(void **state)
{
	struct cx *cx = *state;
	struct orderdoc hook, gql;

	must(cx, sample_from_hook(cx, same, &hook));
	must(cx, sample_from_gql(cx, same, &gql));
	assert_string_equal(hook.text, gql.text);
}

static void
the_digest_of_a_known_order_never_changes(void **state)
{
	struct cx *cx = *state;
	struct orderdoc doc;

	must(cx, sample_from_hook(cx, same, &doc));
	assert_string_equal(doc.digest, sample_digest);
}

static void
the_ledger_gets_what_it_needs(void **state)
{
	struct cx *cx = *state;
	struct orderdoc doc;

	must(cx, sample_from_hook(cx, same, &doc));
	assert_string_equal(doc.id, "820982911946154508");
	assert_string_equal(doc.gid, "gid://shopify/Order/820982911946154508");
	assert_string_equal(doc.name, "#1001");
	assert_int_equal(doc.created_at, INT64_C(1795168800000));
	assert_int_equal(doc.updated_at, INT64_C(1795168809000));
	assert_int_equal(doc.cancelled_at, 0);
	assert_true(doc.confirmed);
	assert_true(doc.complete);
	assert_string_equal(doc.customer, "115310627314723954");
	assert_int_equal(doc.ntags, 3);
	assert_string_equal(doc.tags[1], "Logivery-No-Sync");
}

/* Members outside the digest, and one inside. */
static void
only_content_changes_the_digest(void **state)
{
	struct cx *cx = *state;
	struct orderdoc first, doc;
	static const struct {
		const char *change;
		bool same;
	} t[] = {
		{ "{'updated_at':'2026-11-21T10:00:00Z'}", true },
		{ "{'tags':''}", true },
		{ "{'tags':'logivery-synced, other'}", true },
		{ "{'company':{'id':1}}", true }, /* a flag only */
		{ "{'token':'x','landing_site':'/'}", true },
		{ "{'note':'Ring thrice'}", false },
		{ "{'closed_at':'2026-11-20T11:00:00Z'}", false },
		{ "{'financial_status':'refunded'}", false },
		{ "{'billing_address':null}", false },
	};
	size_t i;

	must(cx, sample_from_hook(cx, same, &first));
	for (i = 0; i < COUNT_OF(t); i++) {
		must(cx,
		    sample_from_hook(cx, (struct change){ t[i].change }, &doc));
		if ((strcmp(doc.digest, first.digest) == 0) != t[i].same)
			fail_msg("%s", t[i].change);
	}
}

static void
what_was_stored_reads_back_the_same(void **state)
{
	struct cx *cx = *state;
	struct orderdoc doc, read;

	must(cx, sample_from_gql(cx, same, &doc));
	must(cx, orderdoc_read(cx, doc.text, &read));
	assert_string_equal(read.text, doc.text);
	assert_string_equal(read.digest, doc.digest);
	assert_string_equal(read.id, doc.id);
	assert_string_equal(read.gid, doc.gid);
	assert_string_equal(read.name, doc.name);
	assert_string_equal(read.customer, doc.customer);
	assert_int_equal(read.created_at, doc.created_at);
	assert_int_equal(read.updated_at, doc.updated_at);
	assert_int_equal(read.cancelled_at, doc.cancelled_at);
	assert_true(read.confirmed && read.complete);
	assert_int_equal(read.ntags, 2); /* ours are not in it */
	assert_string_equal(read.tags[1], "a b");
}

static void
a_stored_document_that_was_changed_is_refused(void **state)
{
	struct cx *cx = *state;
	struct orderdoc doc, read;
	struct json *tree;

	must(cx, sample_from_hook(cx, same, &doc));
	must(cx, json_parse(cx, doc.text, strlen(doc.text), &tree));
	json_set_text(cx, tree, "note", "Another");
	must_fail(cx, ERR_INPUT,
	    orderdoc_read(cx, json_write(cx, tree), &read));
	assert_string_equal(cx->code, "digest_mismatch");
	json_set_int(cx, tree, "version", 2);
	must_fail(cx, ERR_INPUT,
	    orderdoc_read(cx, json_write(cx, tree), &read));
	assert_string_equal(cx->code, "bad_order");
	must_fail(cx, ERR_INPUT, orderdoc_read(cx, "{", &read));
	must_fail(cx, ERR_INPUT, orderdoc_read(cx, "[]", &read));
	must_fail(cx, ERR_INPUT, orderdoc_read(cx, "", &read));
}

/* --- what is refused --- */

static const struct {
	struct change change;
	const char *why;
} bad_hooks[] = {
	{ { "{'id':null}" }, "id: not an id" },
	{ { "{'id':0}" }, "id: not an id" },
	{ { "{'id':-5}" }, "id: not an id" },
	{ { "{'id':1.5}" }, "id: not an id" },
	{ { "{'id':'012'}" }, "id: not an id" },
	{ { "{'id':7}" }, "gid: another order's" },
	{ { "{'admin_graphql_api_id':'gid://shopify/Product/1'}" },
	    "gid: the global id of something else" },
	{ { "{'name':''}" }, "name: missing" },
	{ { "{'order_number':null}" }, "number: not a whole number" },
	{ { "{'order_number':-1}" }, "number: not a whole number" },
	{ { "{'order_number':2147483648}" }, "number: not a whole number" },
	{ { "{'created_at':null}" }, "created_at: not a time" },
	{ { "{'created_at':'2026-11-20'}" }, "created_at: not a time" },
	{ { "{'created_at':'2026-11-20T10:00:00'}" },
	    "created_at: not a time" },
	{ { "{'updated_at':''}" }, "updated_at: not a time" },
	{ { "{'cancelled_at':'yesterday'}" }, "cancelled_at: not a time" },
	{ { "{'currency':'euro'}" }, "currency: not a currency" },
	{ { "{'currency':'eur'}" }, "currency: not a currency" },
	{ { "{'presentment_currency':'US'}" },
	    "presentment_currency: not a currency" },
	{ { "{'total_tip_received':'a lot'}" }, "totals.tip: not an amount" },
	{ { "{'total_tip_received':'1e3'}" }, "totals.tip: not an amount" },
	{ { "{'total_price_set':{'shop_money':{'amount':'1,50'}}}" },
	    "totals.total: not an amount" },
	{ { "{'line_items':null}" }, "lines: missing" },
	{ { "{'line_items':{}}" }, "lines: missing" },
	{ { .line = "{'id':null}" }, "lines[0].id: not an id" },
	{ { .line = "{'quantity':-1}" }, "lines[0].quantity: not a whole" },
	{ { .line = "{'quantity':1.5}" }, "lines[0].quantity: not a whole" },
	{ { .line = "{'quantity':1000001}" }, "lines[0].quantity: not" },
	{ { .line = "{'price_set':{'shop_money':{'amount':[]}}}" },
	    "lines[0].unit_price: not an amount" },
	{ { .line = "{'tax_lines':[{'price_set':{'shop_money':"
		    "{'amount':'x'}}}]}" },
	    "lines[0].taxes[0].price: not an amount" },
	{ { .line = "{'discount_allocations':[{'amount_set':{'shop_money':"
		    "{'amount':'1000000000000000'}}}]}" },
	    "lines[0].discount_total: not an amount" },
};

static void
what_is_no_order_is_refused_by_the_name_of_what_is_wrong(void **state)
{
	struct cx *cx = *state;
	struct orderdoc doc = { .name = "untouched" };
	enum err e;
	size_t i;

	for (i = 0; i < COUNT_OF(bad_hooks); i++) {
		e = sample_from_hook(cx, bad_hooks[i].change, &doc);
		if (e != ERR_INPUT || strstr(cx->why, bad_hooks[i].why) == NULL)
			fail_msg("%s: %s", bad_hooks[i].why,
			    e == OK ? "OK" : cx->why);
		assert_string_equal(cx->code, "bad_order");
		assert_string_equal(doc.name, "untouched");
	}
}

static void
bodies_that_are_no_order_are_refused(void **state)
{
	static const char *const bodies[] = {
		"",
		"null",
		"[]",
		"\"order\"",
		"{}",
		"{\"id\":820982911946154508}", /* orders/delete */
		"{\"id\":1,\"id\":2}",
		"{\"id\":9223372036854775808}",
		"{\"order_edit\":{\"id\":1}}",
		"{\"note\":\"\xff\"}",
		"{\"id\":1",
		"{\"id\":1} x",
	};
	struct cx *cx = *state;
	struct orderdoc doc;
	struct bytes b;
	size_t i;

	for (i = 0; i < COUNT_OF(bodies); i++) {
		b.p = (const unsigned char *)bodies[i];
		b.n = strlen(bodies[i]);
		must_fail(cx, ERR_INPUT, orderdoc_from_hook(cx, b, &doc));
		assert_string_equal(cx->code, "bad_order");
	}
}

static void
an_order_that_graphql_does_not_show_is_refused(void **state)
{
	struct cx *cx = *state;
	struct orderdoc doc;

	must_fail(cx, ERR_INPUT, orderdoc_from_gql(cx, NULL, NULL, 0, &doc));
	must_fail(cx, ERR_INPUT,
	    orderdoc_from_gql(cx, sample_json(cx, "null"), NULL, 0, &doc));
	must_fail(cx, ERR_INPUT,
	    sample_from_gql(cx, (struct change){ "{'lineItems':null}" }, &doc));
	assert_string_equal(cx->code, "bad_order");
}

/* --- many lines, pages --- */

/* n lines with ids from `first` on, downwards if it is negative. */
static struct json *
many(struct cx *cx, struct json *one, int64_t first, size_t n)
{
	struct json *list = json_new_array(cx), *line, *value;
	const char *key;
	size_t i, k;

	for (i = 0; i < n; i++) {
		line = json_new_object(cx);
		for (k = 0; (key = json_key(one, k, &value)) != NULL; k++)
			json_set(line, key, value);
		json_set_text(cx, line, "id",
		    arena_printf(cx->mem, "gid://shopify/LineItem/%d",
			(int)(first < 0 ? -first - (int)i : first + (int)i)));
		json_drop(line, "admin_graphql_api_id");
		json_push(list, line);
	}
	return list;
}

static struct json *
page_of(struct cx *cx, struct json *nodes, bool more)
{
	struct json *page = json_new_object(cx), *info = json_new_object(cx);

	json_set_bool(cx, info, "hasNextPage", more);
	json_set(page, "pageInfo", info);
	json_set(page, "nodes", nodes);
	return page;
}

static size_t
line_count(struct cx *cx, const struct orderdoc *doc)
{
	struct json *tree;

	must(cx, json_parse(cx, doc->text, strlen(doc->text), &tree));
	return json_count(json_get(tree, "lines"));
}

static void
an_order_has_at_most_1000_lines(void **state)
{
	struct cx *cx = *state;
	struct json *order = sample_hook(cx, same);
	struct json *one = json_at(json_get(order, "line_items"), 0);
	struct orderdoc doc;

	json_set(order, "line_items", many(cx, one, 1, 1000));
	must(cx, hook_of_json(cx, order, &doc));
	assert_int_equal(line_count(cx, &doc), 1000);
	assert_string_equal(sample_value(cx, &doc, "flags"),
	    "[\"many_lines\"]");
	json_set(order, "line_items", many(cx, one, 1, 1001));
	must_fail(cx, ERR_INPUT, hook_of_json(cx, order, &doc));
	assert_string_equal(cx->code, "too_many_lines");
	json_set(order, "line_items", many(cx, one, 1, 250));
	must(cx, hook_of_json(cx, order, &doc));
	assert_string_equal(sample_value(cx, &doc, "flags"), "[]");
}

static void
pages_make_one_order_and_a_missing_one_is_told(void **state)
{
	struct cx *cx = *state;
	struct json *order = sample_gql(cx, same);
	struct json *one = json_at(json_path(order, "lineItems.nodes"), 0);
	const struct json *pages[2];
	struct orderdoc doc, whole;

	json_set(order, "lineItems", page_of(cx, many(cx, one, 1, 250), true));
	pages[0] = page_of(cx, many(cx, one, 251, 250), true);
	pages[1] = page_of(cx, many(cx, one, 501, 3), false);
	must(cx, orderdoc_from_gql(cx, order, NULL, 0, &doc));
	assert_false(doc.complete);
	must(cx, orderdoc_from_gql(cx, order, pages, 1, &doc));
	assert_false(doc.complete);
	must(cx, orderdoc_from_gql(cx, order, pages, 2, &doc));
	assert_true(doc.complete);
	assert_int_equal(line_count(cx, &doc), 503);
	json_set(order, "lineItems",
	    page_of(cx, many(cx, one, -503, 503), false));
	must(cx, orderdoc_from_gql(cx, order, NULL, 0, &whole));
	assert_string_equal(doc.text, whole.text);
}

static void
one_line_on_two_pages_is_not_two_lines(void **state)
{
	struct cx *cx = *state;
	struct json *order = sample_gql(cx, same);
	struct json *one = json_at(json_path(order, "lineItems.nodes"), 0);
	const struct json *pages[1];
	struct orderdoc doc;

	json_set(order, "lineItems", page_of(cx, many(cx, one, 1, 3), true));
	pages[0] = page_of(cx, many(cx, one, 3, 3), false);
	must_fail(cx, ERR_INPUT, orderdoc_from_gql(cx, order, pages, 1, &doc));
	assert_string_equal(cx->code, "bad_order");
	pages[0] = json_new_null(cx);
	must_fail(cx, ERR_INPUT, orderdoc_from_gql(cx, order, pages, 1, &doc));
	assert_string_equal(cx->code, "bad_order");
}

static void
both_documents_ask_the_same_of_a_line(void **state)
{
	(void)state;
	assert_non_null(strstr(GQL_ORDER_FULL, "fragment Money"));
	assert_non_null(strstr(GQL_ORDER_LINES_PAGE, "fragment Money"));
	assert_string_equal(strstr(GQL_ORDER_FULL, "fragment Money"),
	    strstr(GQL_ORDER_LINES_PAGE, "fragment Money"));
}

/* --- lists that are cut --- */

static struct json *
repeated(struct cx *cx, const char *one, size_t n)
{
	struct json *list = json_new_array(cx);

	while (n-- > 0)
		json_push(list, sample_json(cx, one));
	return list;
}

static void
lists_over_their_limit_are_cut_and_flagged(void **state)
{
	static const struct {
		const char *hook, *entry, *member;
		size_t max;
	} t[] = {
		{ "note_attributes", "{'name':'a','value':'b'}",
		    "custom_attributes", 100 },
		{ "payment_gateway_names", "'manual'", "payment_gateways", 50 },
		{ "discount_codes", "{'code':'TEN'}", "discount_codes", 100 },
		{ "tax_lines", "{'title':'IVA'}", "taxes", 50 },
		{ "shipping_lines", "{'title':'Post'}", "shipping_lines", 5 },
	};
	struct cx *cx = *state;
	struct orderdoc doc;
	struct json *order, *tree;
	const char *flags;
	size_t i, n;

	for (i = 0; i < COUNT_OF(t); i++) {
		for (n = t[i].max; n <= t[i].max + 1; n++) {
			order = sample_hook(cx, same);
			json_set(order, t[i].hook, repeated(cx, t[i].entry, n));
			must(cx, hook_of_json(cx, order, &doc));
			must(cx,
			    json_parse(cx, doc.text, strlen(doc.text), &tree));
			assert_int_equal(json_count(
					     json_get(tree, t[i].member)),
			    t[i].max);
			flags = n > t[i].max && t[i].max > 5
			    ? "[\"text_repaired\"]"
			    : "[]";
			assert_string_equal(sample_value(cx, &doc, "flags"),
			    flags);
		}
	}
}

static void
tags_are_cut_in_the_document_and_whole_for_us(void **state)
{
	struct cx *cx = *state;
	struct json *order = sample_hook(cx, same), *tree;
	struct buf tags = buf_new(cx->mem);
	struct orderdoc doc;
	int i;

	for (i = 0; i < 251; i++)
		buf_printf(&tags, "t%d, ", i);
	buf_text(&tags, "LOGIVERY-synced");
	json_set_text(cx, order, "tags", tags.p);
	must(cx, hook_of_json(cx, order, &doc));
	must(cx, json_parse(cx, doc.text, strlen(doc.text), &tree));
	assert_int_equal(json_count(json_get(tree, "tags")), 250);
	assert_string_equal(sample_value(cx, &doc, "flags"),
	    "[\"text_repaired\"]");
	assert_int_equal(doc.ntags, 252);
	assert_string_equal(doc.tags[251], "LOGIVERY-synced");
}

static void
ids_and_global_ids_go_there_and_back(void **state)
{
	static const char *const wrong[] = { NULL, "", "0", "01", "-1", "1 ",
		" 1", "1.0", "9223372036854775808", "12345678901234567890", "x",
		"gid://shopify/Order/1" };
	struct cx *cx = *state;
	size_t i;

	assert_string_equal(order_gid_of_id(cx, "9223372036854775807"),
	    "gid://shopify/Order/9223372036854775807");
	assert_string_equal(order_id_of_gid(cx,
				"gid://shopify/Order/9223372036854775807"),
	    "9223372036854775807");
	for (i = 0; i < COUNT_OF(wrong); i++) {
		assert_null(order_gid_of_id(cx, wrong[i]));
		if (wrong[i] == NULL)
			continue;
		assert_null(order_id_of_gid(cx,
		    arena_printf(cx->mem, "gid://shopify/Order/%s", wrong[i])));
	}
	assert_null(order_id_of_gid(cx, NULL));
	assert_null(order_id_of_gid(cx, "1"));
	assert_null(order_id_of_gid(cx, "gid://shopify/LineItem/1"));
	assert_null(order_id_of_gid(cx, "GID://shopify/Order/1"));
	assert_null(order_id_of_gid(cx, "gid://shopify/Order/1?x=1"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_webhook_gives_the_whole_document),
		TEST(graphql_gives_the_same_document_to_the_byte),
		TEST(the_digest_of_a_known_order_never_changes),
		TEST(the_ledger_gets_what_it_needs),
		TEST(only_content_changes_the_digest),
		TEST(what_was_stored_reads_back_the_same),
		TEST(a_stored_document_that_was_changed_is_refused),
		TEST(what_is_no_order_is_refused_by_the_name_of_what_is_wrong),
		TEST(bodies_that_are_no_order_are_refused),
		TEST(an_order_that_graphql_does_not_show_is_refused),
		TEST(an_order_has_at_most_1000_lines),
		TEST(pages_make_one_order_and_a_missing_one_is_told),
		TEST(one_line_on_two_pages_is_not_two_lines),
		TEST(both_documents_ask_the_same_of_a_line),
		TEST(lists_over_their_limit_are_cut_and_flagged),
		TEST(tags_are_cut_in_the_document_and_whole_for_us),
		TEST(ids_and_global_ids_go_there_and_back),
	};

	crypt_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
