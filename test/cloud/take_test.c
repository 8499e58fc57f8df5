/*
 * take_test.c - POST /orders: what is taken, what is refused, and repeats.
 */
#include "cloud_rig.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "base/when.h"
#include "cloud/kinds.h"
#include "queue/job.h"

static struct connector_secret
store(struct cx *cx, struct connector *c)
{
	struct connector_secret s;

	*c = linked(cx, "Tea", SHOP);
	must(cx, connector_rotate(cx, "test", c->id, 0, &s));
	return s;
}

static struct asked
send(struct cx *cx, const struct connector_secret *s, const char *key,
    const char *body)
{
	return ask(cx, POST,
	    arena_printf(cx->mem, "/c/%s/orders", s->connector.public_id),
	    &(struct ask){ .token = s->token, .key = key }, body);
}

static const char *
call_of(struct cx *cx, const char *mode, struct json *documents)
{
	struct json *o = json_new_object(cx);

	json_set_text(cx, o, "mode", mode);
	json_set(o, "orders", documents);
	return json_write(cx, o);
}

static const char *
item(const struct asked *a, size_t i, const char *name)
{
	const char *s =
	    json_get_text(json_at(json_get(a->body, "orders"), i), name);

	return s ? s : "";
}

static void
one_bad_document_of_ten_stops_no_other(struct cx *cx)
{
	struct json *list = json_new_array(cx), *bad;
	struct connector_secret s;
	struct connector c;
	struct asked a;
	int i;

	rig(cx);
	s = store(cx, &c);
	for (i = 0; i < 10; i++)
		json_push(list, document(cx, 1000 + i, 0, "ring"));
	bad = json_at(list, 4);
	json_drop(bad, "gid");
	a = send(cx, &s, "k", call_of(cx, "manual", list));
	assert_int_equal(a.status, 202);
	for (i = 0; i < 10; i++)
		assert_string_equal(item(&a, (size_t)i, "state"),
		    i == 4 ? "error" : "syncing");
	assert_string_equal(item(&a, 4, "code"), "bad_document");
	assert_contains(item(&a, 4, "reason"), "gid: missing");
	assert_string_equal(item(&a, 4, "id"), "1004");
	assert_int_equal(db_count(cx, "incoming"), 9);
	run_jobs(cx);
	assert_int_equal(db_count(cx, "orders"), 9);
	assert_string_equal(state_of(cx, &c, "1004").code, "bad_document");
}

struct fault {
	const char *what, *path, *value; /* JSON to put there; NULL: drop */
	const char *code, *reason;
};

static void
put(struct cx *cx, struct json *doc, const struct fault *f)
{
	char *path = arena_text(cx->mem, f->path);
	char *dot = strrchr(path, '.');
	struct json *where = doc, *v;

	if (dot != NULL) {
		*dot = '\0';
		where = strcmp(path, "line") == 0
		    ? json_at(json_get(doc, "lines"), 0)
		    : json_path(doc, path);
		path = dot + 1;
	}
	if (f->value == NULL) {
		json_drop(where, path);
		return;
	}
	must(cx, json_parse(cx, f->value, strlen(f->value), &v));
	json_set(where, path, v);
}

static void
bad_documents_are_named(struct cx *cx)
{
	static const struct fault table[] = {
		{ "no digest", "digest", NULL, "bad_document", "digest" },
		{ "another digest", "digest",
		    "\"00000000000000000000000000000000000000000000000000000000"
		    "00000000\"",
		    "digest_mismatch", "digest" },
		{ "a wrong type", "test", "\"no\"", "bad_document", "test" },
		{ "an unknown member", "admin", "true", "bad_document", "" },
		{ "bad money", "totals.total",
		    "{\"shop\":\"1e3\",\"presentment\":\"1.00\"}",
		    "bad_document", "totals.total.shop" },
		{ "money as number", "totals.tip", "5", "bad_document",
		    "totals.tip" },
		{ "a bad line", "line.quantity", "-1", "bad_document",
		    "lines[0].quantity" },
		{ "a bad gid", "gid", "\"gid://shopify/Product/1\"",
		    "bad_document", "gid" },
		{ "an id with a zero", "id", "\"007\"", "bad_document", "id" },
		{ "a huge id", "id", "\"9223372036854775808\"", "bad_document",
		    "id" },
		{ "a bad time", "updated_at", "\"yesterday\"", "bad_document",
		    "updated_at" },
		{ "a flag of nobody's", "flags", "[\"funny\"]", "bad_document",
		    "flags" },
		{ "version 2", "version", "2", "bad_document", "version" },
		{ "not confirmed", "confirmed", "false", "not_importable",
		    "confirmed" },
		{ "cancelled before", "cancelled_at",
		    "\"2026-11-20T10:00:00Z\"", "not_importable", "cancelled" },
	};
	struct order_sync s;
	struct connector c;
	struct json *doc;
	size_t i;

	rig(cx);
	c = linked(cx, "Tea", SHOP);
	for (i = 0; i < COUNT_OF(table); i++) {
		doc = document(cx, 1001, 0, "ring");
		put(cx, doc, &table[i]);
		if (strcmp(table[i].path, "digest") != 0)
			digest_set(cx, doc);
		s = take(cx, &c, "manual", doc);
		if (!text_equal(s.code, table[i].code))
			print_error("%s: %s %s\n", table[i].what, s.code,
			    s.reason);
		assert_string_equal(s.code, table[i].code);
		assert_contains(s.reason, table[i].reason);
		assert_null(s.job);
	}
	assert_int_equal(db_count(cx, "incoming"), 0);
}

static void
texts_of_every_kind_come_through(struct cx *cx)
{
	static const char note[] = "\xe5\xb0\x8f\xe7\xb1\xb3 \xf0\x9f\x8d\xb5 "
				   "\"quoted\" \\ \xef\xbf\xbd\n\ttab";
	struct connector c;
	struct json *doc;
	const char *text;

	rig(cx);
	c = linked(cx, "Tea", SHOP);
	import(cx, &c, document(cx, INT64_MAX, 0, note));
	assert_string_equal(state_of(cx, &c, "9223372036854775807").state,
	    "synced");
	must(cx, order_document(cx, 1, &text));
	must(cx, json_parse(cx, text, strlen(text), &doc));
	assert_string_equal(json_get_text(doc, "note"), note);
}

static void
the_same_key_gets_the_same_answer_and_does_nothing(struct cx *cx)
{
	struct connector_secret s;
	const char *body, *other;
	struct connector c;
	struct asked a, b;

	rig(cx);
	s = store(cx, &c);
	body =
	    call_of(cx, "manual", list_of(cx, document(cx, 1001, 0, "ring")));
	other =
	    call_of(cx, "manual", list_of(cx, document(cx, 1002, 0, "ring")));
	a = send(cx, &s, "key-1", body);
	run_jobs(cx);
	b = send(cx, &s, "key-1", body);
	assert_int_equal(b.status, 202);
	assert_string_equal(a.text, b.text);
	assert_int_equal(
	    number(cx, "SELECT count(*) AS n FROM job WHERE kind = 'import'"),
	    1);
	b = send(cx, &s, "key-1", other);
	assert_int_equal(b.status, 422);
	assert_string_equal(asked_code(&b), "idempotency_key_reused");
	assert_int_equal(db_count(cx, "orders"), 1);
	test_clock_advance(cx, (int64_t)7 * 24 * 3600 * 1000 + 1);
	must(cx, order_take_trim(cx));
	assert_int_equal(db_count(cx, "idempotency"), 0);
}

struct refused {
	const char *what, *key, *body;
	int status;
	const char *code;
};

static void
a_refused_call_takes_nothing(struct cx *cx)
{
	static const struct refused table[] = {
		{ "no key", NULL, "{\"mode\":\"manual\",\"orders\":[{}]}", 400,
		    "idempotency_key_missing" },
		{ "an odd key", "a b", "{\"mode\":\"manual\",\"orders\":[{}]}",
		    422, "bad_input" },
		{ "no orders", "k", "{\"mode\":\"manual\",\"orders\":[]}", 422,
		    "no_orders" },
		{ "eleven", "k",
		    "{\"mode\":\"manual\",\"orders\":[1,1,1,1,1,1,1,1,1,1,1]}",
		    422, "too_many_orders" },
		{ "odd mode", "k", "{\"mode\":\"fast\",\"orders\":[{}]}", 422,
		    "bad_input" },
		{ "no list", "k", "{\"mode\":\"manual\",\"orders\":{}}", 422,
		    "bad_input" },
		{ "a list", "k", "[]", 422, "bad_input" },
		{ "another member", "k",
		    "{\"mode\":\"manual\",\"orders\":[{}],\"x\":1}", 422,
		    "bad_input" },
		{ "half JSON", "k", "{\"mode\":", 400, "bad_json" },
		{ "automatic while off", "k",
		    "{\"mode\":\"automatic\",\"orders\":[{}]}", 409,
		    "automatic_off" },
	};
	const struct connector_change off = { NULL, 0, -1, -1 };
	struct connector_secret s;
	struct connector c;
	struct asked a;
	size_t i;

	rig(cx);
	s = store(cx, &c);
	must(cx, connector_set(cx, &c, &off));
	for (i = 0; i < COUNT_OF(table); i++) {
		a = send(cx, &s, table[i].key, table[i].body);
		if (a.status != table[i].status)
			print_error("%s: %s\n", table[i].what, a.text);
		assert_int_equal(a.status, table[i].status);
		assert_string_equal(asked_code(&a), table[i].code);
		assert_non_null(json_get_text(a.body, "next"));
	}
	assert_int_equal(db_count(cx, "idempotency"), 0);
	assert_int_equal(db_count(cx, "order_sync"), 0);
}

static void
import_orders_pulls_five_and_goes_on_while_there_are_more(struct cx *cx)
{
	const struct connector_change off = { NULL, 0, -1, -1 };
	struct json *page = json_new_object(cx), *list = json_new_array(cx);
	struct connector c;
	int i;

	rig(cx);
	c = linked(cx, "Tea", SHOP);
	must(cx, connector_set(cx, &c, &off)); /* works all the same */
	run_jobs(cx);
	for (i = 0; i < 5; i++)
		json_push(list, document(cx, 1000 + i, 0, "ring"));
	json_drop(json_at(list, 2), "gid");
	json_set_text(cx, page, "batch", "b");
	json_set(page, "orders", list);
	json_set_bool(cx, page, "more", true);
	app.pull[0] = json_write(cx, page);
	app.pull[1] = "{\"batch\":\"b\",\"orders\":[],\"more\":false}";
	must(cx,
	    job_add(cx,
		&(struct job_new){ .kind = "import_orders", .tenant = c.id },
		NULL));
	run_jobs(cx);
	assert_int_equal(app.pulls, 2);
	assert_int_equal(db_count(cx, "orders"), 4);
	/* also the bad one is told, or the batch would never end */
	assert_int_equal(number(cx,
			     "SELECT count(*) AS n FROM order_sync "
			     "WHERE owed = 1"),
	    0);
	assert_int_equal(number(cx, "SELECT count(*) AS n FROM order_sync"), 5);
}

static void
a_lost_confirmation_is_told_again(struct cx *cx)
{
	struct connector c;

	rig(cx);
	c = linked(cx, "Tea", SHOP);
	run_jobs(cx);
	app.fails = ERR_UPSTREAM;
	import(cx, &c, document(cx, 1001, 0, "ring"));
	assert_int_equal(number(cx,
			     "SELECT count(*) AS n FROM order_sync "
			     "WHERE owed = 1"),
	    1);
	app.fails = OK;
	test_clock_advance(cx, 11000);
	exec(cx, "DELETE FROM job WHERE kind = 'confirm'"); /* lost, say */
	must(cx,
	    job_add(cx, &(struct job_new){ .kind = "sync", .tenant = c.id },
		NULL));
	run_jobs(cx);
	assert_int_equal(number(cx,
			     "SELECT count(*) AS n FROM order_sync "
			     "WHERE owed = 1"),
	    0);
	assert_int_equal(app.syncs, 1);
}

static void
every_attempt_has_an_id_of_its_own(struct cx *cx)
{
	struct connector c;
	char **ids;
	size_t n, i, j;

	rig(cx);
	c = linked(cx, "Tea", SHOP);
	app.status = 500;
	import(cx, &c, document(cx, 1001, 0, "ring"));
	app.status = 0;
	test_clock_advance(cx, 70000);
	run_jobs(cx);
	n = text_split(cx->mem, app.ids, ' ', &ids);
	assert_true(n >= 3);
	for (i = 0; i < n; i++) {
		for (j = 0; j < i; j++)
			assert_string_not_equal(ids[i], ids[j]);
	}
}

/* The program died between the import and the end of its job: that job waits
   again, and the document it was for is gone. */
static void
what_comes_behind_an_import_that_died_is_imported(struct cx *cx)
{
	struct connector c;
	enum import_end end;

	rig(cx);
	(void)store(cx, &c);
	(void)take(cx, &c, "automatic", document(cx, 1001, 0, "ring"));
	(void)take(cx, &c, "automatic", document(cx, 1002, 0, "ring"));
	must(cx,
	    order_import(cx,
		number(cx,
		    "SELECT id AS n FROM incoming WHERE external_id = '1001'"),
		&end));
	assert_int_equal(end, IMPORT_NEW);
	(void)take(cx, &c, "manual", document(cx, 1001, 60, "knock"));
	run_jobs(cx);
	assert_int_equal(db_count(cx, "incoming"), 0);
	assert_string_equal(state_of(cx, &c, "1001").state, "synced");
	assert_string_equal(state_of(cx, &c, "1002").state, "synced");
}

struct sealed_row {
	const char *key;
	int64_t n;
};

static const struct field sealed_row_fields[] = {
	F_TEXT(struct sealed_row, key, 1, 16),
	F_INT(struct sealed_row, n, 1, INT64_MAX),
	F_END,
};

static void
a_seal_says_which_key_it_needs(struct cx *cx)
{
	struct connector_secret s;
	struct sealed_row *rows;
	struct connector c;
	size_t n;

	rig(cx);
	(void)store(cx, &c);
	must(cx, connector_rotate(cx, "test", c.id, 1, &s));
	must(cx,
	    db_list(cx, SQL_CONNECTOR_SEALED, sealed_row_fields, &rows, &n,
		V(cx->now)));
	assert_int_equal(n, 1);
	assert_string_equal(rows[0].key, "fixed");
	assert_int_equal(rows[0].n, 2); /* the old one still opens doors */
	must(cx,
	    db_list(cx, SQL_CONNECTOR_SEALED, sealed_row_fields, &rows, &n,
		V(cx->now + 2 * HOUR_MS)));
	assert_int_equal(rows[0].n, 1);
}

static void
a_job_that_fails_is_known_by_its_connector_and_order(struct cx *cx)
{
	struct connector c;
	struct job job = { .kind = JOB_IMPORT, .key = "order:1:6832000001001" };

	rig(cx);
	assert_null(kinds_whose(cx, &job));
	(void)store(cx, &c);
	job.tenant = c.id;
	assert_string_equal(kinds_whose(cx, &job),
	    arena_printf(cx->mem, "connector=%s order=6832000001001",
		c.public_id));
	job.kind = JOB_TRIM;
	assert_string_equal(kinds_whose(cx, &job),
	    arena_printf(cx->mem, "connector=%s", c.public_id));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASES(one_bad_document_of_ten_stops_no_other),
		CASES(bad_documents_are_named),
		CASES(what_comes_behind_an_import_that_died_is_imported),
		CASES(texts_of_every_kind_come_through),
		CASES(the_same_key_gets_the_same_answer_and_does_nothing),
		CASES(a_refused_call_takes_nothing),
		CASES(
		    import_orders_pulls_five_and_goes_on_while_there_are_more),
		SQLITE_CASE(a_lost_confirmation_is_told_again),
		SQLITE_CASE(every_attempt_has_an_id_of_its_own),
		CASES(a_seal_says_which_key_it_needs),
		CASES(a_job_that_fails_is_known_by_its_connector_and_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
