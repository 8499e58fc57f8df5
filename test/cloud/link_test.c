/*
 * link_test.c - pairing: every way it can end, and what holds afterwards.
 */
#include "cloud_rig.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "base/when.h"
#include "cloud/api_token.h"
#include "cloud/jobs.h"
#include "cloud/link.h"
#include "queue/job.h"

#define OTHER "another-shop.myshopify.com"

static const char *
body_of(struct cx *cx, const char *shop, const char *more)
{
	return arena_printf(cx->mem,
	    "{\"shop\":\"%s\",\"callback_url\":\"" CALLBACK "\","
	    "\"app_version\":\"1.0.0\"%s}",
	    shop, more);
}

static struct asked
post_link(struct cx *cx, const struct connector_secret *s, const char *body)
{
	struct ask how = { .token = s->token };

	return ask(cx, POST,
	    arena_printf(cx->mem, "/c/%s/link", s->connector.public_id), &how,
	    body);
}

/* A connector that serves the shop. */
static struct connector_secret
tea(struct cx *cx)
{
	struct connector_secret s;

	rig(cx);
	s = connector_new(cx, "Tea");
	post_link(cx, &s, body_of(cx, SHOP, ""));
	run_jobs(cx);
	return s;
}

static bool
flag(const struct asked *a, const char *name)
{
	assert_int_equal(a->status, 200);
	return json_bool(json_get(a->body, name), false);
}

static void
linking_pings_the_app_first_and_stores_after(struct cx *cx)
{
	struct connector_secret s;
	struct asked a;

	rig(cx);
	s = connector_new(cx, "Tea");
	app.secret = s.token;
	a = post_link(cx, &s, body_of(cx, SHOP, ",\"verify\":true"));
	assert_false(flag(&a, "linked"));
	assert_int_equal(db_count(cx, "channel"), 0);
	a = post_link(cx, &s, body_of(cx, SHOP, ""));
	assert_true(flag(&a, "linked"));
	assert_false(flag(&a, "replaced"));
	assert_int_equal(app.pings, 2);
	assert_int_equal(db_count(cx, "channel"), 1);
	a = post_link(cx, &s, body_of(cx, SHOP, "")); /* again: no error */
	assert_true(flag(&a, "linked"));
	assert_int_equal(db_count(cx, "channel"), 1);
}

struct refusal {
	const char *name;
	int app_status;
	enum err app_fails;
	const char *app_shop, *app_secret, *body;
	int status;
	const char *code;
};

static void
every_refusal_has_its_code_and_stores_nothing(struct cx *cx)
{
	static const char good[] = "{\"shop\":\"" SHOP "\","
				   "\"callback_url\":\"" CALLBACK "\","
				   "\"app_version\":\"1\"}";
	static const struct refusal table[] = {
		{ "another shop answers", 0, OK, OTHER, NULL, good, 502,
		    "callback_failed" },
		{ "the app holds another token", 0, OK, SHOP, "lgv_other", good,
		    502, "callback_failed" },
		{ "no answer", 0, ERR_UPSTREAM, SHOP, NULL, good, 502,
		    "callback_failed" },
		{ "an odd answer", 500, OK, SHOP, NULL, good, 502,
		    "callback_failed" },
		{ "a private address", 0, ERR_INPUT, SHOP, NULL, good, 422,
		    "callback_url_refused" },
		{ "http", 0, OK, SHOP, NULL,
		    "{\"shop\":\"" SHOP "\",\"callback_url\":\"http://a.b/c\","
		    "\"app_version\":\"1\"}",
		    422, "callback_url_refused" },
		{ "a final slash", 0, OK, SHOP, NULL,
		    "{\"shop\":\"" SHOP "\",\"callback_url\":"
		    "\"https://a.example/c/\",\"app_version\":\"1\"}",
		    422, "callback_url_refused" },
		{ "no shop", 0, OK, SHOP, NULL,
		    "{\"callback_url\":\"" CALLBACK "\",\"app_version\":\"1\"}",
		    422, "bad_input" },
		{ "an odd shop", 0, OK, SHOP, NULL,
		    "{\"shop\":\"Tea Shop\",\"callback_url\":\"" CALLBACK
		    "\",\"app_version\":\"1\"}",
		    422, "bad_input" },
		{ "an unknown member", 0, OK, SHOP, NULL,
		    "{\"shop\":\"" SHOP "\",\"callback_url\":\"" CALLBACK
		    "\",\"app_version\":\"1\",\"admin\":true}",
		    422, "bad_input" },
		{ "no JSON", 0, OK, SHOP, NULL, "{", 400, "bad_json" },
	};
	struct connector_secret s;
	struct asked a;
	size_t i;

	rig(cx);
	s = connector_new(cx, "Tea");
	for (i = 0; i < COUNT_OF(table); i++) {
		app.status = table[i].app_status;
		app.fails = table[i].app_fails;
		app.shop = table[i].app_shop;
		app.secret = table[i].app_secret;
		a = post_link(cx, &s, table[i].body);
		if (a.status != table[i].status)
			print_error("%s: %d %s\n", table[i].name, a.status,
			    a.text);
		assert_int_equal(a.status, table[i].status);
		assert_string_equal(asked_code(&a), table[i].code);
		assert_non_null(json_get_text(a.body, "next"));
		assert_int_equal(db_count(cx, "channel"), 0);
	}
}

static void
clocks_that_differ_are_not_taken_for_another_token(struct cx *cx)
{
	struct connector_secret s;
	struct asked a;

	rig(cx);
	s = connector_new(cx, "Tea");
	app.status = 401;
	app.body = "{\"code\":\"signature_expired\",\"detail\":\"too old\"}";
	a = post_link(cx, &s, body_of(cx, SHOP, ""));
	assert_string_equal(asked_code(&a), "callback_failed");
	assert_contains(a.text, "clocks");
}

static void
a_second_store_on_one_connector_is_refused(struct cx *cx)
{
	struct connector_secret s;
	struct asked a;

	rig(cx);
	s = connector_new(cx, "Tea");
	post_link(cx, &s, body_of(cx, SHOP, ""));
	a = post_link(cx, &s, body_of(cx, OTHER, ",\"replace\":true"));
	assert_int_equal(a.status, 409);
	assert_string_equal(asked_code(&a), "connector_already_linked");
	assert_contains(a.text, SHOP);
}

static void
a_replaced_connector_doubles_nothing(struct cx *cx)
{
	struct connector_secret one, two;
	char secret[TOKEN_TEXT_MAX];
	struct api_token t;
	struct connector c;
	struct asked a;

	rig(cx);
	one = connector_new(cx, "Old link");
	two = connector_new(cx, "New link");
	post_link(cx, &one, body_of(cx, SHOP, ""));
	must(cx, connector_find_id(cx, one.connector.id, &c));
	import(cx, &c, document(cx, 1001, 0, "ring"));
	take(cx, &c, "manual", document(cx, 1002, 0, "on its way"));
	a = post_link(cx, &two, body_of(cx, SHOP, ""));
	assert_string_equal(asked_code(&a), "store_already_linked");
	assert_contains(a.text, "Old link");
	a = post_link(cx, &two,
	    body_of(cx, SHOP, ",\"verify\":true,\"replace\":true"));
	assert_false(flag(&a, "linked"));
	a = post_link(cx, &two, body_of(cx, SHOP, ",\"replace\":true"));
	assert_true(flag(&a, "replaced"));
	must(cx, connector_find_id(cx, two.connector.id, &c));
	run_jobs(cx); /* 1002 goes on under the new one */
	import(cx, &c, document(cx, 1001, 0, "ring"));
	assert_int_equal(db_count(cx, "channel"), 1);
	assert_int_equal(db_count(cx, "orders"), 2);
	assert_string_equal(state_of(cx, &c, "1001").code, "unchanged");
	must(cx, api_token_add(cx, "test", "t", "viewer", secret, &t));
	a = ask(cx, GET, "/api/v1/orders/1", &(struct ask){ .token = secret },
	    NULL); /* its story goes on, and begins where it began */
	assert_contains(a.text, "\"order.imported\"");
	assert_contains(a.text, "\"order.unchanged\"");
	a = ask(cx, POST,
	    arena_printf(cx->mem, "/c/%s/orders/status",
		one.connector.public_id),
	    &(struct ask){ .token = one.token }, "{\"ids\":[\"1001\"]}");
	assert_string_equal(asked_code(&a), "not_linked");
}

/* A token opens one connector; it is no proof of whose a store is. */
static void
another_app_takes_no_store_from_the_one_that_has_it(struct cx *cx)
{
	static const char theirs[] =
	    "{\"shop\":\"" SHOP "\",\"app_version\":\"1\",\"replace\":true,"
	    "\"callback_url\":\"https://ppa.example/callback/9d4tq6zr2hvk\"}";
	struct connector_secret one, two;
	struct connector c;
	struct asked a;
	int i;

	rig(cx);
	one = connector_new(cx, "Tea");
	two = connector_new(cx, "Somebody else");
	post_link(cx, &one, body_of(cx, SHOP, ""));
	for (i = 0; i < 2; i++) { /* linked, and let go */
		a = post_link(cx, &two, theirs);
		assert_int_equal(a.status, 409);
		assert_string_equal(asked_code(&a), "store_linked_elsewhere");
		assert_null(strstr(a.text, "Tea"));
		must(cx, connector_find_id(cx, one.connector.id, &c));
		must(cx, link_drop(cx, &c));
	}
	post_link(cx, &one, body_of(cx, SHOP, ""));
	must(cx, connector_drop(cx, "test", c.id)); /* a manager's word */
	a = post_link(cx, &two, theirs);
	assert_true(flag(&a, "linked"));
}

static void
letting_go_parks_and_linking_again_goes_on(struct cx *cx)
{
	struct connector_secret s;
	struct connector c;
	struct ask how;
	int64_t parked;
	const char *path;
	struct asked a;

	rig(cx);
	s = connector_new(cx, "Tea");
	how = (struct ask){ .token = s.token };
	post_link(cx, &s, body_of(cx, SHOP, ""));
	run_jobs(cx);
	must(cx, connector_find_id(cx, s.connector.id, &c));
	take(cx, &c, "manual", document(cx, 1001, 0, "ring"));
	path = arena_printf(cx->mem, "/c/%s/link", c.public_id);
	a = ask(cx, DELETE, path, &how, NULL);
	assert_false(flag(&a, "linked"));
	a = ask(cx, DELETE, path, &how, NULL);
	assert_false(flag(&a, "linked"));
	run_jobs(cx); /* imports all the same; tells nobody */
	assert_int_equal(app.syncs, 0);
	assert_int_equal(db_count(cx, "orders"), 1);
	must(cx, job_count(cx, c.id, "parked", &parked));
	post_link(cx, &s, body_of(cx, SHOP, ""));
	run_jobs(cx);
	assert_int_equal(app.syncs, 1);
	must(cx, job_count(cx, c.id, "parked", &parked));
	assert_int_equal(parked, 0);
}

/* How often the log says that a job waits for a link. */
static int64_t
park(struct cx *cx, int64_t tenant, const char *key)
{
	must(cx,
	    job_add(cx,
		&(struct job_new){
		    .kind = JOB_IMPORT_ORDERS,
		    .tenant = tenant,
		    .key = key,
		},
		NULL));
	run_jobs(cx);
	return number(cx,
	    "SELECT count(*) AS n FROM event WHERE "
	    "text = 'Import orders waits until the store is linked.'");
}

static void
what_waits_for_the_first_link_is_not_in_the_log(struct cx *cx)
{
	struct connector_secret s;
	struct connector c;
	int64_t parked;

	rig(cx);
	s = connector_new(cx, "Tea");
	assert_int_equal(park(cx, s.connector.id, "first"), 0);
	must(cx, job_count(cx, s.connector.id, "parked", &parked));
	assert_true(parked >= 1);
	post_link(cx, &s, body_of(cx, SHOP, ""));
	run_jobs(cx);
	must(cx, connector_find_id(cx, s.connector.id, &c));
	must(cx, link_drop(cx, &c));
	assert_int_equal(park(cx, c.id, "second"), 1);
}

static void
an_app_that_refuses_is_disconnected_and_recovers(struct cx *cx)
{
	struct connector_secret s;
	struct connector c;
	int64_t parked;

	s = tea(cx);
	must(cx, connector_find_id(cx, s.connector.id, &c));
	app.secret = "lgv_another";
	import(cx, &c, document(cx, 1001, 0, "ring"));
	must(cx, connector_find_id(cx, s.connector.id, &c));
	assert_string_equal(c.link_state, "disconnected");
	must(cx, job_count(cx, c.id, "parked", &parked));
	assert_true(parked >= 1);
	app.secret = s.token;
	post_link(cx, &s, body_of(cx, SHOP, ""));
	run_jobs(cx);
	assert_int_equal(app.syncs, 1);
	must(cx, job_count(cx, c.id, "parked", &parked));
	assert_int_equal(parked, 0);
}

static struct connector
shown_of(struct cx *cx, const struct connector_secret *s)
{
	struct connector c;

	must(cx, connector_find_id(cx, s->connector.id, &c));
	return c;
}

static struct connector
call_app(struct cx *cx, const struct connector_secret *s)
{
	struct connector c = shown_of(cx, s);

	must(cx, connector_tell_settings(cx, &c));
	test_clock_advance(cx, DAY_MS);
	run_jobs(cx);
	return shown_of(cx, s);
}

static int
about(struct cx *cx, const struct connector *c, const char *token)
{
	return ask(cx, GET, arena_printf(cx->mem, "/c/%s/", c->public_id),
	    &(struct ask){ .token = token }, NULL)
	    .status;
}

/* The app calls us, and so it is called. */
static void
app_calls(struct cx *cx, const struct connector *c, const char *token)
{
	test_clock_advance(cx, MINUTE_MS);
	assert_int_equal(about(cx, c, token), 200);
	run_jobs(cx);
}

/* `status` 0: no answer at all. */
static void
fails_and_recovers(struct cx *cx, const struct connector_secret *s, int status,
    int64_t order)
{
	struct connector c = shown_of(cx, s);
	int64_t began = cx->now;

	app.fails = status == 0 ? ERR_UPSTREAM : OK;
	app.status = status;
	import(cx, &c, document(cx, order, 0, "ring"));
	c = shown_of(cx, s);
	assert_true(c.failing_since >= began);
	began = c.failing_since;
	test_clock_advance(cx, HOUR_MS);
	must(cx, connector_tell_settings(cx, &c));
	run_jobs(cx);
	assert_int_equal(shown_of(cx, s).failing_since, began);
	app.fails = OK;
	app.status = 0;
	test_clock_advance(cx, DAY_MS);
	import(cx, &c, document(cx, order + 1, 0, "ring"));
	c = shown_of(cx, s);
	assert_int_equal(c.failing_since, 0);
	assert_string_equal(c.link_state, "linked");
}

static void
since_when_an_app_gives_no_answer_is_known_until_it_does(struct cx *cx)
{
	struct connector_secret s;

	s = tea(cx);
	fails_and_recovers(cx, &s, 0, 1001);
	fails_and_recovers(cx, &s, 502, 1003); /* a proxy's */
	fails_and_recovers(cx, &s, 503, 1005);
}

/* Its own failure, which it tells, is an answer: Shopify's, say. */
static void
an_app_that_says_why_it_fails_does_answer(struct cx *cx)
{
	struct connector_secret s;

	s = tea(cx);
	app.status = 502;
	app.body = "{\"code\":\"upstream_failed\"}";
	assert_int_equal(call_app(cx, &s).failing_since, 0);
	app.body = NULL;
	assert_int_not_equal(call_app(cx, &s).failing_since, 0);
}

static void
an_app_that_did_not_answer_is_called_when_it_calls(struct cx *cx)
{
	struct connector_secret s;
	struct connector c, stale;

	s = tea(cx);
	stale = shown_of(cx, &s);
	connector_note_call(cx, &stale, false);
	connector_note_call(cx, &stale, true); /* begun before */
	c = shown_of(cx, &s);
	assert_int_not_equal(c.failing_since, 0);
	app_calls(cx, &c, s.token);
	assert_int_equal(shown_of(cx, &s).failing_since, 0);
	connector_note_call(cx, &c, false); /* failing, as it was then */
	assert_int_not_equal(shown_of(cx, &s).failing_since, 0);
}

static void
an_app_that_calls_again_is_tried_again(struct cx *cx)
{
	struct connector_secret s;
	struct connector c;

	s = tea(cx);
	must(cx, connector_find_id(cx, s.connector.id, &c));
	app.status = 404; /* a proxy, while the app starts */
	import(cx, &c, document(cx, 1001, 0, "ring"));
	must(cx, connector_find_id(cx, c.id, &c));
	assert_string_equal(c.link_state, "disconnected");
	app.status = 0;
	app_calls(cx, &c, s.token);
	assert_int_equal(app.syncs, 1);
	must(cx, connector_find_id(cx, c.id, &c));
	assert_string_equal(c.link_state, "linked");
}

/* --- tokens --- */

static void
a_rotated_token_overlaps_and_then_ends(struct cx *cx)
{
	struct connector_secret s, r;

	rig(cx);
	s = connector_new(cx, "Tea");
	post_link(cx, &s, body_of(cx, SHOP, ""));
	must(cx, connector_rotate(cx, "test", s.connector.id, 24, &r));
	assert_string_not_equal(s.token, r.token);
	assert_int_equal(about(cx, &s.connector, s.token), 200);
	assert_int_equal(about(cx, &s.connector, r.token), 200);
	app.secret = s.token; /* the app has only the old one yet */
	run_jobs(cx);
	assert_int_equal(app.signatures, 2);
	assert_int_equal(app.settings, 1);
	test_clock_advance(cx, 24 * HOUR_MS + 1);
	assert_int_equal(about(cx, &s.connector, s.token), 401);
	assert_int_equal(about(cx, &s.connector, r.token), 200);
	must(cx, connector_rotate(cx, "test", s.connector.id, 0, &s));
	assert_int_equal(about(cx, &s.connector, r.token), 401);
}

static void
wrong_tokens_unknown_and_deleted_connectors_look_the_same(struct cx *cx)
{
	struct connector_secret s, gone;
	struct asked a, b, d;
	struct ask how;

	rig(cx);
	s = connector_new(cx, "Tea");
	gone = connector_new(cx, "Gone");
	must(cx, connector_drop(cx, "test", gone.connector.id));
	how = (struct ask){ .token = gone.token };
	a = ask(cx, GET, "/c/aaaaaaaaaaaa/", &how, NULL);
	b = ask(cx, GET, arena_printf(cx->mem, "/c/%s/", s.connector.public_id),
	    &how, NULL);
	d = ask(cx, GET,
	    arena_printf(cx->mem, "/c/%s/", gone.connector.public_id), &how,
	    NULL);
	assert_int_equal(a.status, 401);
	assert_string_equal(a.text, b.text);
	assert_string_equal(a.text, d.text);
}

static void
deleting_a_connector_ends_all_but_orders_and_channel(struct cx *cx)
{
	struct connector_secret s;
	struct connector c;
	int64_t n;

	s = tea(cx);
	must(cx, connector_find_id(cx, s.connector.id, &c));
	import(cx, &c, document(cx, 1001, 0, "ring"));
	take(cx, &c, "manual", document(cx, 1002, 0, "on its way"));
	must(cx, connector_drop(cx, "test", c.id));
	assert_int_equal(db_count(cx, "orders"), 1);
	assert_int_equal(db_count(cx, "channel"), 1);
	assert_int_equal(db_count(cx, "incoming"), 0);
	assert_int_equal(number(cx, "SELECT count(*) AS n FROM sched"), 0);
	must(cx, job_count(cx, c.id, "waiting", &n));
	assert_int_equal(n, 0);
	/* a new one for the same store: 1001 is one order, 1002 comes again */
	s = connector_new(cx, "Tea");
	post_link(cx, &s, body_of(cx, SHOP, ""));
	must(cx, connector_find_id(cx, s.connector.id, &c));
	assert_string_equal(state_of(cx, &c, "1002").code, "import_failed");
	import(cx, &c, document(cx, 1002, 0, "on its way"));
	import(cx, &c, document(cx, 1001, 0, "ring"));
	assert_int_equal(db_count(cx, "orders"), 2);
	assert_int_equal(db_count(cx, "channel"), 1);
}

static void
a_token_copied_to_another_row_opens_nothing(struct cx *cx)
{
	struct connector_secret a, b;
	const char *secrets[2];
	size_t n;

	rig(cx);
	a = connector_new(cx, "A");
	b = connector_new(cx, "B");
	exec(cx,
	    "UPDATE connector SET token = (SELECT token FROM connector "
	    "WHERE label = 'A') WHERE label = 'B'");
	must(cx, connector_secrets(cx, a.connector.id, secrets, &n));
	assert_string_equal(secrets[0], a.token);
	must_fail(cx, ERR_STORE,
	    connector_secrets(cx, b.connector.id, secrets, &n));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASES(linking_pings_the_app_first_and_stores_after),
		CASES(every_refusal_has_its_code_and_stores_nothing),
		CASES(clocks_that_differ_are_not_taken_for_another_token),
		CASES(a_second_store_on_one_connector_is_refused),
		CASES(a_replaced_connector_doubles_nothing),
		CASES(another_app_takes_no_store_from_the_one_that_has_it),
		CASES(letting_go_parks_and_linking_again_goes_on),
		CASES(what_waits_for_the_first_link_is_not_in_the_log),
		CASES(an_app_that_refuses_is_disconnected_and_recovers),
		CASES(since_when_an_app_gives_no_answer_is_known_until_it_does),
		SQLITE_CASE(an_app_that_says_why_it_fails_does_answer),
		SQLITE_CASE(an_app_that_did_not_answer_is_called_when_it_calls),
		SQLITE_CASE(an_app_that_calls_again_is_tried_again),
		SQLITE_CASE(a_rotated_token_overlaps_and_then_ends),
		CASES(
		    wrong_tokens_unknown_and_deleted_connectors_look_the_same),
		CASES(deleting_a_connector_ends_all_but_orders_and_channel),
		CASES(a_token_copied_to_another_row_opens_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
