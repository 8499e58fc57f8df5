/*
 * where_test.c - where is my order: each place it may be has its words and its
 * button; what is not here the store is asked for; and its story in both
 * programs.
 */
#include "shipment_rig.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "base/when.h"
#include "cloud/api_token.h"
#include "cloud/report.h"
#include "queue/event.h"
#include "queue/job.h"

static struct ask operator_;

static struct connector
enter(struct cx *cx)
{
	struct connector c = ship_rig(cx, true);
	char secret[TOKEN_TEXT_MAX];
	struct api_token t;

	must(cx, api_token_add(cx, "test", "test", "operator", secret, &t));
	operator_ = (struct ask){ .token = arena_text(cx->mem, secret) };
	return c;
}

/* "code action" of each answer, a blank between. */
static const char *
find(struct cx *cx, const char *q)
{
	struct asked a = ask(cx, GET,
	    arena_printf(cx->mem, "/api/v1/find?q=%s", q), &operator_, NULL);
	const struct json *list = json_get(a.body, "answers"), *w;
	const char *text = "";
	size_t i;

	if (a.status != 200)
		print_error("%s: %d %s\n", q, a.status, a.text);
	assert_int_equal(a.status, 200);
	for (i = 0; i < json_count(list); i++) {
		w = json_at(list, i);
		assert_non_null(json_get_text(w, "where"));
		text = arena_printf(cx->mem, "%s%s%s %s", text, i ? " " : "",
		    json_get_text(w, "code"), json_get_text(w, "action"));
	}
	return text;
}

static void
an_order_we_hold_is_found_wherever_it_is(struct cx *cx)
{
	struct connector c = enter(cx);
	int64_t order = ship_order(cx, &c, 1001, 2);
	struct shipment s;

	assert_string_equal(find(cx, "%231001"), "placed ship");
	assert_string_equal(find(cx, "giulia"), "placed ship");
	s = ship_some(cx, order, 0, 1);
	assert_string_equal(find(cx, "1001"), "partial ship");
	ship_all(cx, order);
	assert_string_equal(find(cx, "1001"), "prepared open");
	ship_it(cx, s.public_id, "brt", "T0826");
	assert_string_equal(find(cx, s.public_id), "prepared open");
	assert_string_equal(find(cx, "t082"), "prepared open");
	exec(cx, "UPDATE shipment SET shipped_at = 1");
	assert_string_equal(find(cx, "1001"), "shipped open");
	exec(cx, "UPDATE shipment SET delivered_at = 2");
	assert_string_equal(find(cx, "1001"), "delivered open");
	exec(cx,
	    "UPDATE shipment SET store_state = 'held', store_reason = "
	    "'On hold.'");
	assert_string_equal(find(cx, "1001"), "store_refused retry");
	exec(cx, "UPDATE order_sync SET state = 'error', reason = 'Bad.'");
	exec(cx, "UPDATE shipment SET store_state = 'sent'");
	assert_string_equal(find(cx, "1001"), "error send");
	exec(cx, "UPDATE order_sync SET state = 'syncing'");
	assert_string_equal(find(cx, "1001"), "updating open");
	exec(cx, "UPDATE orders SET cancelled_at = 1");
	assert_string_equal(find(cx, "1001"), "cancelled open");
	exec(cx, "UPDATE shipment SET hold = 1");
	assert_string_equal(find(cx, "1001"), "conflict resolve");
}

static void
an_order_that_was_not_taken_says_why(struct cx *cx)
{
	struct connector c = enter(cx);
	struct json *bad = document(cx, 6832000001003, 0, "ring");
	struct asked a;

	take(cx, &c, "manual", document(cx, 6832000001002, 0, "ring"));
	assert_string_equal(find(cx, "6832000001002"), "importing none");
	assert_string_equal(find(cx, "%231002"), "importing none");
	assert_string_equal(find(cx, "1002"), "importing none");
	exec(cx, "UPDATE incoming SET document = 'xx'"); /* not JSON */
	run_jobs(cx);
	assert_string_equal(find(cx, "1002"), "import_failed redrive");
	json_drop(bad, "gid");
	take(cx, &c, "manual", bad);
	assert_string_equal(find(cx, "6832000001003"), "bad_document send");
	assert_string_equal(find(cx, "%239999"), "");
	a = ask(cx, GET, "/api/v1/find?q=", &operator_, NULL);
	assert_string_equal(asked_code(&a), "bad_input");
}

/* --- asking the store --- */

static const char *
lookup(struct cx *cx, const struct connector *c, const char *answer)
{
	struct asked a;

	app.status = 200;
	app.body = answer;
	a = ask(cx, POST,
	    arena_printf(cx->mem, "/api/v1/connectors/%s/lookup", c->public_id),
	    &operator_, "{\"q\":\"#1001\"}");
	if (a.status != 200)
		return asked_code(&a);
	assert_non_null(json_get_text(a.body, "reason"));
	return arena_printf(cx->mem, "%s %s", json_get_text(a.body, "code"),
	    json_get_text(a.body, "action"));
}

/* One order, as the app answers it. */
static const char *
one(struct cx *cx, const char *tags, const char *ledger, const char *code,
    const char *created)
{
	return arena_printf(cx->mem,
	    "{\"orders\":[{\"id\":\"6832000001001\",\"name\":\"#1001\","
	    "\"created_at\":\"%s\",\"tags\":[%s],\"ledger\":%s,\"code\":%s,"
	    "\"reason\":\"As it is.\",\"next\":null}],\"code\":null,"
	    "\"reason\":null,\"next\":null}",
	    created, tags, ledger, code);
}

static void
the_store_says_why_an_order_is_not_here(struct cx *cx)
{
	static const char new[] = "2026-11-20T09:14:05Z";
	static const char tag[] = "\"logivery-no-sync\"";
	struct connector c = enter(cx), off;
	struct asked a;

	assert_string_equal(lookup(cx, &c, "{\"orders\":[]}"),
	    "not_visible none");
	assert_string_equal(lookup(cx, &c,
				one(cx, "\"vip\"", "null", "null", new)),
	    "no_tag send");
	assert_string_equal(lookup(cx, &c, one(cx, tag, "null", "null", new)),
	    "never_seen send");
	assert_string_equal(lookup(cx, &c,
				one(cx, tag, "\"waiting\"", "null", new)),
	    "waiting_for_turn send");
	off = c;
	must(cx,
	    connector_set(cx, &off,
		&(struct connector_change){ NULL, 0, -1, -1 }));
	assert_string_equal(lookup(cx, &off,
				one(cx, tag, "\"waiting\"", "null", new)),
	    "automatic_off switch_on");
	/* We refused it because of the switch, of which the app did not know.
	 */
	assert_string_equal(lookup(cx, &off,
				one(cx, tag, "\"waiting\"", "\"automatic_off\"",
				    new)),
	    "automatic_off switch_on");
	assert_string_equal(lookup(cx, &c,
				one(cx, tag, "\"sending\"", "null", new)),
	    "sending none");
	assert_string_equal(lookup(cx, &c,
				one(cx, tag, "\"failed\"", "\"bad_order\"",
				    new)),
	    "refused send");
	assert_string_equal(lookup(cx, &c,
				one(cx, tag, "\"skipped\"", "null", new)),
	    "skipped send");
	assert_string_equal(lookup(cx, &c,
				one(cx, tag, "\"done\"", "null", new)),
	    "not_held send");
	assert_string_equal(lookup(cx, &c,
				one(cx, tag, "null", "\"not_importable\"",
				    new)),
	    "not_importable none");
	assert_string_equal(lookup(cx, &c,
				one(cx, tag, "null", "null",
				    "2026-08-20T09:14:05Z")),
	    "too_old none");
	app.status = 0;
	import(cx, &c, document(cx, 6832000001001, 0, "ring"));
	assert_string_equal(lookup(cx, &c,
				one(cx, tag, "\"done\"", "null", new)),
	    "held open");
	assert_string_equal(lookup(cx, &c, "{\"orders\":[{}]}"),
	    "upstream_failed");
	app.status = 429;
	a = ask(cx, POST,
	    arena_printf(cx->mem, "/api/v1/connectors/%s/lookup", c.public_id),
	    &operator_, "{\"q\":\"6832000001001\"}");
	assert_string_equal(json_get_text(a.body, "code"),
	    "waiting_for_budget");
	assert_string_equal(app.last, "{\"id\":\"6832000001001\"}");
}

static void
a_store_that_cannot_be_asked_says_so(struct cx *cx)
{
	struct connector c = enter(cx);
	struct connector_secret s = connector_new(cx, "Not linked");
	struct asked a;

	a = ask(cx, POST,
	    arena_printf(cx->mem, "/api/v1/connectors/%s/lookup",
		s.connector.public_id),
	    &operator_, "{\"q\":\"#1001\"}");
	assert_string_equal(asked_code(&a), "not_linked");
	app.status = 401;
	a = ask(cx, POST,
	    arena_printf(cx->mem, "/api/v1/connectors/%s/lookup", c.public_id),
	    &operator_, "{\"q\":\"#1001\"}");
	assert_int_equal(a.status, 502);
	assert_string_equal(asked_code(&a), "disconnected");
	assert_contains(json_get_text(a.body, "next"),
	    "current Authorization token");
	a = ask(cx, POST,
	    arena_printf(cx->mem, "/api/v1/connectors/%s/send", c.public_id),
	    &operator_, "{\"orders\":[\"1\"]}");
	assert_string_equal(asked_code(&a), "disconnected");
	app.status = 0;
	a = ask(cx, POST, "/api/v1/connectors/aaaaaaaaaaaa/lookup", &operator_,
	    "{\"q\":\"#1001\"}");
	assert_int_equal(a.status, 404);
}

static void
the_store_is_told_to_send(struct cx *cx)
{
	struct connector c = enter(cx);
	const char *path =
	    arena_printf(cx->mem, "/api/v1/connectors/%s/send", c.public_id);
	const struct json *items;
	struct asked a;

	import(cx, &c, document(cx, 6832000001001, 0, "ring"));
	app.status = 200;
	app.body = "{\"orders\":[{\"id\":\"6832000001001\",\"state\":"
		   "\"waiting\",\"code\":null,\"reason\":null,\"job\":null}]}";
	a = ask(cx, POST, "/api/v1/orders/1/refresh", &operator_, "{}");
	assert_int_equal(a.status, 202);
	assert_string_equal(app.last, "{\"ids\":[\"6832000001001\"]}");
	assert_string_equal(json_get_text(a.body, "state"), "waiting");
	a = ask(cx, POST, "/api/v1/orders/999/refresh", &operator_, "{}");
	assert_int_equal(a.status, 404);
	a = ask(cx, POST, path, &operator_, "{\"orders\":[\"6832000001001\"]}");
	items = json_get(a.body, "results");
	assert_int_equal(a.status, 202);
	assert_int_equal(json_count(items), 1);
	a = ask(cx, POST, path, &operator_, "{\"orders\":[]}");
	assert_string_equal(asked_code(&a), "bad_input");
	a = ask(cx, POST, path, &operator_,
	    "{\"orders\":[\"6832000001001\",\"6832000001002\"]}");
	assert_string_equal(asked_code(&a), "upstream_failed");
}

/* --- the story --- */

static void
the_timeline_joins_both_programs(struct cx *cx)
{
	struct connector c = enter(cx), other;
	struct order_sync s;
	const struct json *items;
	const char *steps = "", *cursor;
	struct asked a;
	size_t i;

	other = linked(cx, "Other", "another-shop.myshopify.com");
	must(cx,
	    event_add(cx,
		&(struct event){
		    .at = cx->now - 5000,
		    .tenant = c.id,
		    .level = "info",
		    .step = "order.waiting",
		    .order_id = "6832000001001",
		    .text = "Webhook received.",
		    .origin = "shopify",
		}));
	must(cx,
	    event_add(cx,
		&(struct event){
		    .tenant = other.id,
		    .level = "info",
		    .step = "order.waiting",
		    .order_id = "6832000001001",
		    .text = "Another store's order of the same id.",
		    .origin = "shopify",
		}));
	s = import(cx, &c, document(cx, 6832000001001, 0, "ring"));
	must(cx,
	    event_add(cx,
		&(struct event){
		    .at = cx->now + 5000,
		    .tenant = c.id,
		    .level = "error",
		    .step = "job.again",
		    .job = s.job,
		    .text = "The job of it, without its number.",
		    .origin = "cloud",
		}));
	a = ask(cx, GET, "/api/v1/orders/1/timeline", &operator_, NULL);
	assert_int_equal(a.status, 200);
	items = json_get(a.body, "items");
	for (i = json_count(items); i-- > 0;)
		steps = arena_printf(cx->mem, "%s %s:%s", steps,
		    json_get_text(json_at(items, i), "program"),
		    json_get_text(json_at(items, i), "step"));
	if (db_engine(cx->db) == DB_SQLITE) /* one clock for all */
		assert_string_equal(steps,
		    " shopify:order.waiting cloud:order.received "
		    "cloud:order.imported cloud:job.again");
	assert_int_equal(json_count(items), 4);
	assert_int_equal(number(cx,
			     "SELECT count(*) AS n FROM event WHERE step = "
			     "'order.waiting' AND order_name IS NOT NULL"),
	    1); /* this store's has the number it came before */
	a = ask(cx, GET, "/api/v1/orders/1/timeline?limit=1", &operator_, NULL);
	cursor = json_get_text(a.body, "next_cursor");
	assert_non_null(cursor);
	a = ask(cx, GET,
	    arena_printf(cx->mem,
		"/api/v1/orders/1/timeline?limit=50&cursor=%s", cursor),
	    &operator_, NULL);
	assert_int_equal(json_count(json_get(a.body, "items")), 3);
	a = ask(cx, GET, "/api/v1/orders/2/timeline", &operator_, NULL);
	assert_int_equal(a.status, 404);
}

static void
dead_jobs_are_queued_again_by_filter(struct cx *cx)
{
	struct connector c = enter(cx), other;
	struct asked a;
	int i;

	other = linked(cx, "Other", "another-shop.myshopify.com");
	for (i = 0; i < 3; i++)
		take(cx, i < 2 ? &c : &other, "manual",
		    document(cx, 1001 + i, 0, "ring"));
	exec(cx, "UPDATE incoming SET document = 'xx'"); /* not JSON */
	run_jobs(cx);
	assert_int_equal(
	    number(cx, "SELECT count(*) AS n FROM job WHERE state = 'dead'"),
	    3);
	a = ask(cx, GET, "/api/v1/jobs?state=dead&kind=import", &operator_,
	    NULL);
	assert_int_equal(json_count(json_get(a.body, "items")), 3);
	a = ask(cx, GET, "/api/v1/jobs?state=dead&kind=ship", &operator_, NULL);
	assert_int_equal(json_count(json_get(a.body, "items")), 0);
	a = ask(cx, GET, "/api/v1/jobs?kind=import", &operator_, NULL);
	assert_string_equal(asked_code(&a), "bad_input");
	a = ask(cx, POST, "/api/v1/jobs/redrive", &operator_,
	    "{\"kind\":\"ship\"}");
	assert_int_equal(json_int(json_get(a.body, "queued"), -1), 0);
	a = ask(cx, POST, "/api/v1/jobs/redrive", &operator_,
	    arena_printf(cx->mem, "{\"connector\":\"%s\",\"kind\":\"import\"}",
		c.public_id));
	assert_int_equal(a.status, 202);
	assert_int_equal(json_int(json_get(a.body, "queued"), -1), 2);
	a = ask(cx, POST, "/api/v1/jobs/redrive", &operator_, "{}");
	assert_int_equal(json_int(json_get(a.body, "queued"), -1), 1);
	a = ask(cx, POST, "/api/v1/jobs/redrive", &operator_,
	    "{\"connector\":\"aaaaaaaaaaaa\"}");
	assert_int_equal(a.status, 404);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASES(an_order_we_hold_is_found_wherever_it_is),
		CASES(an_order_that_was_not_taken_says_why),
		CASES(the_store_says_why_an_order_is_not_here),
		SQLITE_CASE(a_store_that_cannot_be_asked_says_so),
		SQLITE_CASE(the_store_is_told_to_send),
		CASES(the_timeline_joins_both_programs),
		CASES(dead_jobs_are_queued_again_by_filter),
	};

	return cmocka_run_group_tests_name("where", tests, NULL, NULL);
}
