/*
 * privacy_test.c - what is erased is gone, from every byte of the database.
 */
#include "cloud_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"

static const char *const canaries[] = { "canary-note", "canary-first",
	"canary-last", "canary@example.com", "canary-street", "canary-town",
	"canary-zip", "canary-phone", "canary-prop", "canary-attr",
	"canary-code", "canary-tag" };

static struct json *
personal(struct cx *cx, int64_t id)
{
	struct json *doc = document(cx, id, 0, "canary-note");
	struct json *who = json_get(doc, "customer"), *a, *pair, *line;
	static const char *const places[] = { "shipping_address",
		"billing_address" };
	size_t i;

	json_set_text(cx, doc, "email", "canary@example.com");
	json_set_text(cx, who, "first_name", "canary-first");
	json_set_text(cx, who, "last_name", "canary-last");
	json_set_text(cx, who, "email", "canary@example.com");
	for (i = 0; i < 2; i++) {
		a = json_get(doc, places[i]);
		json_set_text(cx, a, "name", "canary-first canary-last");
		json_set_text(cx, a, "first_name", "canary-first");
		json_set_text(cx, a, "last_name", "canary-last");
		json_set_text(cx, a, "address1", "canary-street");
		json_set_text(cx, a, "city", "canary-town");
		json_set_text(cx, a, "zip", "canary-zip");
		json_set_text(cx, a, "phone", "canary-phone");
	}
	pair = json_at(json_get(doc, "custom_attributes"), 0);
	json_set_text(cx, pair, "value", "canary-attr");
	line = json_at(json_get(doc, "lines"), 0);
	pair = json_new_object(cx);
	json_set_text(cx, pair, "key", "engraving");
	json_set_text(cx, pair, "value", "canary-prop");
	json_push(json_get(line, "properties"), pair);
	json_set(doc, "discount_codes",
	    list_of(cx, json_new_text(cx, "canary-code")));
	json_set(doc, "tags", list_of(cx, json_new_text(cx, "canary-tag")));
	digest_set(cx, doc);
	return doc;
}

static struct asked
request(struct cx *cx, const struct connector *c, const char *kind,
    const char *customer, const char *orders, const char *id)
{
	struct connector_secret s;

	must(cx, connector_rotate(cx, "test", c->id, 1, &s));
	return ask(cx, POST,
	    arena_printf(cx->mem, "/c/%s/privacy", c->public_id),
	    &(struct ask){ .token = s.token },
	    arena_printf(cx->mem,
		"{\"kind\":\"%s\",\"shop\":\"" SHOP "\",%s\"orders\":[%s],"
		"\"request_id\":\"%s\"}",
		kind, customer, orders, id));
}

static struct asked
post(struct cx *cx, const struct connector *c, const char *kind,
    const char *customer, const char *orders, const char *id)
{
	struct asked a = request(cx, c, kind, customer, orders, id);

	run_jobs(cx);
	return a;
}

#define GIULIA "\"customer\":\"8100000000042\","

static int64_t
rows_with(struct cx *cx, const char *word)
{
	const char *text = arena_printf(cx->mem,
	    "SELECT (SELECT count(*) FROM orders WHERE document LIKE "
	    "'%%%s%%' OR search LIKE '%%%s%%' OR destination LIKE '%%%s%%') + "
	    "(SELECT count(*) FROM incoming WHERE document LIKE '%%%s%%') + "
	    "(SELECT count(*) FROM event WHERE text LIKE '%%%s%%') AS n",
	    word, word, word, word, word);

	return number(cx, text);
}

/* The database's own files, byte by byte; PostgreSQL keeps old pages until it
   vacuums, which is its operator's business. */
static void
assert_not_in_files(struct cx *cx)
{
	const char *path = test_db_conf(cx)->path;
	size_t i, n;
	char *bytes;
	FILE *f;

	if (path == NULL)
		return;
	path = arena_printf(cx->mem, "%s.copy", path);
	must(cx, db_copy_to(cx, path));
	f = fopen(path, "rb");
	assert_non_null(f);
	fseek(f, 0, SEEK_END);
	n = (size_t)ftell(f);
	rewind(f);
	bytes = arena_alloc(cx->mem, n);
	assert_int_equal(fread(bytes, 1, n, f), n);
	fclose(f);
	for (i = 0; i < COUNT_OF(canaries); i++) {
		if (memmem(bytes, n, canaries[i], strlen(canaries[i])))
			print_error("%s is still there\n", canaries[i]);
		assert_null(memmem(bytes, n, canaries[i], strlen(canaries[i])));
	}
}

static void
a_request_outlives_its_connector(struct cx *cx)
{
	struct connector c;
	struct asked a;
	size_t i;

	rig(cx);
	c = linked(cx, "Tea", SHOP);
	(void)import(cx, &c, personal(cx, 1001));
	a = request(cx, &c, "shop_redact", "", "", "r");
	assert_int_equal(a.status, 202);
	must(cx, connector_drop(cx, "test", c.id));
	assert_true(rows_with(cx, canaries[0]) > 0);
	run_jobs(cx);
	for (i = 0; i < COUNT_OF(canaries); i++)
		assert_int_equal(rows_with(cx, canaries[i]), 0);
	assert_int_equal(number(cx,
			     "SELECT count(*) AS n FROM privacy_request "
			     "WHERE done_at = 0"),
	    0);
}

static void
a_customer_redacted_is_in_no_byte_and_cannot_come_back(struct cx *cx)
{
	struct connector c;
	struct asked a;
	size_t i;

	rig(cx);
	c = linked(cx, "Tea", SHOP);
	import(cx, &c, personal(cx, 1001));
	import(cx, &c, personal(cx, 1002)); /* not named: found by customer */
	take(cx, &c, "automatic", personal(cx, 1003)); /* waits */
	a = post(cx, &c, "customer_redact", GIULIA, "\"1001\",\"1003\"", "r1");
	assert_int_equal(a.status, 202);
	for (i = 0; i < COUNT_OF(canaries); i++)
		assert_int_equal(rows_with(cx, canaries[i]), 0);
	assert_not_in_files(cx);
	assert_int_equal(db_count(cx, "orders"), 2);
	import(cx, &c, personal(cx, 1001));
	import(cx, &c, personal(cx, 1004)); /* of before, by that customer */
	assert_string_equal(state_of(cx, &c, "1001").code, "redacted");
	assert_string_equal(state_of(cx, &c, "1004").code, "redacted");
	for (i = 0; i < COUNT_OF(canaries); i++)
		assert_int_equal(rows_with(cx, canaries[i]), 0);
}

static void
what_is_left_of_an_order_still_ships(struct cx *cx)
{
	struct order_line *lines;
	struct connector c;
	struct order o;
	size_t n;

	rig(cx);
	c = linked(cx, "Tea", SHOP);
	import(cx, &c, personal(cx, 1001));
	post(cx, &c, "customer_redact", GIULIA, "\"1001\"", "r1");
	must(cx, order_find(cx, 1, &o));
	assert_null(o.destination);
	assert_string_equal(o.total, "41.00");
	assert_string_equal(o.country, "IT");
	must(cx, order_lines(cx, 1, &lines, &n));
	assert_int_equal(n, 1);
	assert_string_equal(lines[0].sku, "TEA-GREEN-100");
}

static void
a_store_redacted_loses_all_and_only_its_own(struct cx *cx)
{
	struct connector c, other;
	size_t i;
	int k;

	rig(cx);
	c = linked(cx, "Tea", SHOP);
	other = linked(cx, "Other", "another-shop.myshopify.com");
	for (k = 0; k < 45; k++) /* more than two slices */
		import(cx, &c, personal(cx, 1001 + k));
	import(cx, &other, document(cx, 1001, 0, "stays here"));
	post(cx, &c, "shop_redact", "", "", "r1");
	for (i = 0; i < COUNT_OF(canaries); i++)
		assert_int_equal(rows_with(cx, canaries[i]), 0);
	assert_int_equal(rows_with(cx, "stays here"), 1);
	assert_not_in_files(cx);
}

static void
the_same_request_twice_is_one(struct cx *cx)
{
	struct connector c;
	struct asked a, b;

	rig(cx);
	c = linked(cx, "Tea", SHOP);
	import(cx, &c, personal(cx, 1001));
	a = post(cx, &c, "customer_redact", GIULIA, "\"1001\"", "r1");
	b = post(cx, &c, "customer_redact", GIULIA, "\"1001\"", "r1");
	assert_string_equal(json_get_text(a.body, "job"),
	    json_get_text(b.body, "job"));
	assert_int_equal(db_count(cx, "privacy_request"), 1);
	assert_int_equal(
	    number(cx, "SELECT count(*) AS n FROM job WHERE kind = 'privacy'"),
	    1);
}

static void
a_data_request_tells_the_manager_in_words(struct cx *cx)
{
	struct connector c;
	struct asked a;

	rig(cx);
	c = linked(cx, "Tea", SHOP);
	import(cx, &c, personal(cx, 1001));
	a = post(cx, &c, "customer_data_request", GIULIA, "\"1001\"", "r1");
	assert_int_equal(a.status, 202);
	assert_int_equal(number(cx,
			     "SELECT count(*) AS n FROM event WHERE "
			     "step = 'privacy.customer_data_request' "
			     "AND text LIKE '%#1001%'"),
	    1);
	assert_int_equal(rows_with(cx, "canary-note"), 1); /* kept */
}

static void
uninstalled_unlinks(struct cx *cx)
{
	struct connector c;

	rig(cx);
	c = linked(cx, "Tea", SHOP);
	post(cx, &c, "uninstalled", "", "", "r1");
	must(cx, connector_find_id(cx, c.id, &c));
	assert_false(connector_is_linked(&c));
}

static void
odd_requests_are_named(struct cx *cx)
{
	struct connector c;
	struct asked a;

	rig(cx);
	c = linked(cx, "Tea", SHOP);
	a = post(cx, &c, "erase_all", "", "", "r1");
	assert_string_equal(asked_code(&a), "bad_input");
	a = post(cx, &c, "customer_redact", "", "", "r1");
	assert_contains(a.text, "customer: missing");
	a = post(cx, &c, "shop_redact", GIULIA, "", "r1");
	assert_int_equal(a.status, 422);
	assert_int_equal(db_count(cx, "privacy_request"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASES(a_request_outlives_its_connector),
		CASES(a_customer_redacted_is_in_no_byte_and_cannot_come_back),
		CASES(what_is_left_of_an_order_still_ships),
		CASES(a_store_redacted_loses_all_and_only_its_own),
		CASES(the_same_request_twice_is_one),
		CASES(a_data_request_tells_the_manager_in_words),
		CASES(uninstalled_unlinks),
		CASES(odd_requests_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
