/*
 * gql_test.c - what Shopify may answer, and what becomes of each answer.
 *
 * Shopify is the small one of the rig, until a script speaks in its place.
 */
#include "rig.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/log.h"
#include "db/db.h"
#include "gen/gql.h"
#include "net/client.h"
#include "shopify/gql.h"
#include "shopify/jobs.h"
#include "shopify/token.h"

/* What is said instead, to calls that hold `to`. */
struct script {
	struct rig *r;
	const char *to; /* NULL: to none */
	int status;
	int64_t retry_after_s;
	const char *body, *version;      /* body NULL: what Shopify says */
	int64_t takes_ms;                /* until it is heard */
	void (*meanwhile)(struct rig *); /* NULL: nothing */
	int calls;
};

static struct script script;

static enum err
speak(void *self, struct cx *cx, const struct call *c, struct answer *out)
{
	struct script *s = self;
	enum err e;

	if (s->to == NULL ||
	    memmem(c->body.p, c->body.n, s->to, strlen(s->to)) == NULL)
		return sim_shopify_serve(&s->r->shopify, cx, c, out);
	s->calls++;
	e = s->body == NULL ? sim_shopify_serve(&s->r->shopify, cx, c, out)
			    : OK;
	sim_advance(&s->r->sim, s->takes_ms);
	if (s->meanwhile != NULL)
		s->meanwhile(s->r);
	if (s->body == NULL)
		return e;
	out->status = s->status;
	out->retry_after_s = s->retry_after_s;
	out->content_type = "application/json";
	out->api_version = s->version;
	out->body =
	    (struct bytes){ (const unsigned char *)s->body, strlen(s->body) };
	return OK;
}

static int
setup(void **state)
{
	struct rig *r = rig_open();
	size_t i;

	script = (struct script){ .r = r, .version = SHOPIFY_API_VERSION };
	for (i = 0; i < r->sim.nhosts; i++) {
		if (r->sim.hosts[i].serve != sim_shopify_serve)
			continue;
		r->sim.hosts[i].serve = speak;
		r->sim.hosts[i].self = &script;
	}
	*state = r;
	return 0;
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, rig_teardown)

static void
say(const char *to, int status, const char *body)
{
	script.to = to;
	script.status = status;
	script.retry_after_s = -1;
	script.body = body;
}

static enum err
ask(struct rig *r, struct gql_answer *a)
{
	struct cx *cx = rig_cx(r);
	struct shop shop = rig_shop(r);
	struct json *vars = json_new_object(cx);
	struct gql_call call = { .document = GQL_ORDERS_BY_IDS,
		.operation = "OrdersByIds",
		.variables = vars,
		.cost = 1,
		.urgency = GQL_PERSON };

	json_set(vars, "ids", json_new_array(cx));
	return gql_run(cx, &shop, &call, a);
}

#define ERRORS_OF(code)                                                        \
	"\"errors\":[{\"message\":\"m\",\"extensions\":{\"code\":\"" code      \
	"\"}}]"
#define ERROR_OF(code) "{" ERRORS_OF(code) "}"

/* Rows: an answer, the class it has, the code, and how long is waited. */
static void
each_answer_has_its_class(void **state)
{
	static const struct {
		int status;
		const char *body;
		enum err e;
		const char *code;
		int64_t retry_after_s, wait_ms; /* 0: none, any */
	} rows[] = {
		{ 200, "{\"data\":{\"nodes\":[]}}", OK, "", -1, 0 },
		{ 200,
		    "{\"data\":{\"nodes\":null}," ERRORS_OF(
			"ACCESS_DENIED") "}",
		    OK, "", -1, 0 },
		{ 200,
		    "{\"data\":{\"nodes\":[]}," ERRORS_OF(
			"INTERNAL_SERVER_ERROR") "}",
		    ERR_UPSTREAM, "upstream_failed", -1, 0 },
		{ 200,
		    "{\"data\":{\"nodes\":[]},\"errors\":[{\"message\":\"m\"}]"
		    "}",
		    ERR_UPSTREAM, "upstream_failed", -1, 0 },
		{ 200, "<html>Be right back</html>", ERR_UPSTREAM,
		    "upstream_failed", -1, 0 },
		{ 200, "", ERR_UPSTREAM, "upstream_failed", -1, 0 },
		{ 200, "{\"data\":{\"nodes\":[]}", ERR_UPSTREAM,
		    "upstream_failed", -1, 0 },
		{ 200, "{}", ERR_UPSTREAM, "upstream_failed", -1, 0 },
		{ 200, "[]", ERR_UPSTREAM, "upstream_failed", -1, 0 },
		{ 200, "7", ERR_UPSTREAM, "upstream_failed", -1, 0 },
		{ 200, "{\"data\":null}", ERR_UPSTREAM, "upstream_failed", -1,
		    0 },
		{ 200, "{\"data\":[1]}", ERR_UPSTREAM, "upstream_failed", -1,
		    0 },
		{ 200, "{\"data\":null,\"errors\":[]}", ERR_UPSTREAM,
		    "upstream_failed", -1, 0 },
		{ 200, "{\"data\":null,\"errors\":\"x\"}", ERR_UPSTREAM,
		    "upstream_failed", -1, 0 },
		{ 200, "{\"data\":null,\"errors\":[{\"message\":\"m\"}]}",
		    ERR_UPSTREAM, "upstream_failed", -1, 0 },
		{ 200, ERROR_OF("INTERNAL_SERVER_ERROR"), ERR_UPSTREAM,
		    "upstream_failed", -1, 0 },
		{ 200, ERROR_OF("TIMEOUT"), ERR_UPSTREAM, "upstream_failed", -1,
		    0 },
		{ 200, ERROR_OF("THROTTLED"), ERR_BUSY, "busy", -1, 1000 },
		{ 200,
		    "{\"errors\":[{\"extensions\":{\"code\":\"THROTTLED\"}}],"
		    "\"extensions\":{\"cost\":{\"requestedQueryCost\":120,"
		    "\"throttleStatus\":{\"maximumAvailable\":1000.0,"
		    "\"currentlyAvailable\":20,\"restoreRate\":50.0}}}}",
		    ERR_BUSY, "busy", -1, 2001 },
		{ 200, ERROR_OF("ACCESS_DENIED"), ERR_DENIED, "access_denied",
		    -1, 0 },
		{ 200, ERROR_OF("undefinedField"), ERR_BUG, "", -1, 0 },
		{ 429, "", ERR_BUSY, "busy", -1, 1000 },
		{ 429, "{}", ERR_BUSY, "busy", 7, 7000 },
		{ 402, "", ERR_DENIED, "shop_closed", -1, 0 },
		{ 403, "", ERR_DENIED, "shop_closed", -1, 0 },
		{ 423, "", ERR_DENIED, "shop_closed", -1, 0 },
		{ 430, "", ERR_DENIED, "shop_closed", -1, 0 },
		{ 500, "oops", ERR_UPSTREAM, "upstream_failed", -1, 0 },
		{ 502, "", ERR_UPSTREAM, "upstream_failed", -1, 0 },
		{ 503, "{\"data\":{}}", ERR_UPSTREAM, "upstream_failed", -1,
		    0 },
		{ 504, "", ERR_UPSTREAM, "upstream_failed", -1, 0 },
		{ 302, "", ERR_BUG, "", -1, 0 },
		{ 404, "", ERR_BUG, "", -1, 0 },
	};
	struct rig *r = *state;
	struct gql_answer a;
	size_t i;
	enum err e;

	for (i = 0; i < COUNT_OF(rows); i++) {
		say("OrdersByIds", rows[i].status, rows[i].body);
		script.retry_after_s = rows[i].retry_after_s;
		e = ask(r, &a);
		if (e != rows[i].e)
			fail_msg("row %zu: %d %s: %d %s", i, rows[i].status,
			    rows[i].body, e, r->cx.why);
		if (e != OK && rows[i].code[0] != '\0')
			assert_string_equal(r->cx.code, rows[i].code);
		if (rows[i].wait_ms > 0)
			assert_int_equal(r->cx.wait_ms, rows[i].wait_ms);
		if (e == OK)
			assert_non_null(a.data);
		sim_advance(&r->sim, MINUTE_MS); /* points come back */
	}
}

/* Well-formed, but nothing of what was asked for. */
static void
data_of_the_wrong_shape_is_no_order_and_no_crash(void **state)
{
	static const char *const bodies[] = {
		"{\"data\":{}}",
		"{\"data\":{\"order\":7,\"nodes\":7,\"orders\":7}}",
		"{\"data\":{\"order\":[],\"nodes\":{},\"orders\":[]}}",
		"{\"data\":{\"order\":{},\"nodes\":[{}],\"orders\":{}}}",
		"{\"data\":{\"order\":{\"id\":7},\"nodes\":[7,null,\"x\"],"
		"\"orders\":{\"nodes\":[{\"id\":7,\"tags\":\"x\"}],"
		"\"pageInfo\":7}}}",
		"{\"data\":{\"orders\":{\"nodes\":[],\"pageInfo\":"
		"{\"hasNextPage\":true,\"endCursor\":null}}}}",
		"{\"data\":{\"tagsAdd\":{\"node\":{\"tags\":7},"
		"\"userErrors\":[]}}}",
		"{\"data\":{\"tagsAdd\":{\"node\":{\"tags\":[7,null]},"
		"\"userErrors\":7}}}",
	};
	struct rig *r = *state;
	struct sim_order *o;
	size_t i;

	r->cloud.mood = CLOUD_AUTO_OFF;
	for (i = 0; i < COUNT_OF(bodies); i++) {
		say("query", 200, bodies[i]);
		o = sim_order_place(r->store, 0);
		rig_settle(r);
		must(rig_cx(r),
		    jobs_add_shop(rig_cx(r), JOB_SWEEP_TAG, rig_shop(r).id));
		must(rig_cx(r),
		    jobs_add_shop(rig_cx(r), JOB_SWEEP_UPDATED,
			rig_shop(r).id));
		rig_run(r, 10 * MINUTE_MS);
		assert_true(script.calls > 0);
		assert_state(r, o, "waiting"); /* from its webhook */
	}
	script.to = NULL;
	r->cloud.mood = CLOUD_WELL;
	rig_run(r, 2 * HOUR_MS);
	assert_state(r, o, "waiting");
	assert_tags(r, o, "logivery-no-sync");
}

static void
shopify_away_for_two_hours_is_waited_for(void **state)
{
	struct rig *r = *state;
	struct sim_order *o[5];
	size_t i;

	say("", 503, "");
	for (i = 0; i < COUNT_OF(o); i++)
		o[i] = sim_order_place(r->store, 0);
	rig_run(r, 2 * HOUR_MS);
	for (i = 0; i < COUNT_OF(o); i++)
		assert_tags(r, o[i], "");
	/* Five orders and two sweeps; each waits up to five minutes, by chance,
	   two and a half on average. */
	assert_in_range(script.calls, 7 * 10, 7 * 75);
	script.to = NULL;
	rig_run(r, 15 * MINUTE_MS);
	for (i = 0; i < COUNT_OF(o); i++)
		assert_tags(r, o[i], "logivery-synced");
}

static int64_t
told(struct rig *r, const char *reason)
{
	static const struct sql sql = { "t",
		{ "SELECT count(*) AS n FROM event WHERE reason LIKE $1",
		    "SELECT count(*) AS n FROM event WHERE reason LIKE $1" },
		1, 0, "test" };
	static const struct field fields[] = {
		F_INT(
		    struct { int64_t n; }, n, 0, INT64_MAX),
		F_END,
	};
	struct cx *cx = rig_cx(r);
	struct {
		int64_t n;
	} row;

	must(cx,
	    db_one(cx, sql, fields, &row,
		V(arena_printf(cx->mem, "%%%s%%", reason))));
	return row.n;
}

static void
a_tag_that_cannot_be_added_is_said_and_ends(void **state)
{
	struct rig *r = *state;
	struct sim_order *o;
	int calls;

	say("tagsAdd", 200,
	    "{\"data\":{\"tagsAdd\":{\"node\":{\"tags\":[],\"updatedAt\":"
	    "\"2026-11-23T10:00:00Z\"},\"userErrors\":[{\"field\":null,"
	    "\"message\":\"Order tags: 250 is the limit\"}]}}}");
	o = sim_order_place(r->store, 0);
	rig_settle(r);
	rig_run(r, 10 * MINUTE_MS);
	assert_state(r, o, "done");
	assert_int_equal(r->cloud.nseen, 1);
	assert_in_range(told(r, "250 is the limit"), 1, 4);
	calls = script.calls;
	assert_in_range(calls, 1, 6);
	rig_run(r, 6 * HOUR_MS);
	assert_int_equal(script.calls, calls);
}

static void
another_version_is_warned_of_and_taken(void **state)
{
	struct rig *r = *state;
	struct cx *cx = rig_cx(r);
	struct log *log;
	struct gql_answer a;
	FILE *f = tmpfile();
	char line[400] = "";

	assert_non_null(f);
	log = log_open(fileno(f), LEVEL_WARN);
	cx->log = log;
	say("OrdersByIds", 200, "{\"data\":{\"nodes\":[]}}");
	script.version = "2027-01";
	must(cx, ask(r, &a));
	log_close(log);
	cx->log = NULL;
	rewind(f);
	assert_true(fread(line, 1, sizeof(line) - 1, f) > 0);
	assert_contains(line, "shopify.version got=2027-01 want=2026-10");
	fclose(f);
}

/* Rows: what is answered to who wants fresh tokens. */
static void
only_a_refusal_of_the_tokens_ends_them(void **state)
{
	static const struct {
		int status;
		enum err e;
		const char *code;
	} rows[] = {
		{ 402, ERR_DENIED, "shop_closed" },
		{ 403, ERR_DENIED, "shop_closed" },
		{ 423, ERR_DENIED, "shop_closed" },
		{ 430, ERR_DENIED, "shop_closed" },
		{ 302, ERR_UPSTREAM, "" },
		{ 404, ERR_DENIED, "shop_closed" },
		{ 408, ERR_UPSTREAM, "" },
		{ 429, ERR_UPSTREAM, "" },
		{ 503, ERR_UPSTREAM, "" },
		{ 400, ERR_DENIED, "reconnect" },
	};
	struct rig *r = *state;
	struct gql_answer a;
	size_t i;

	for (i = 0; i < COUNT_OF(rows); i++) {
		script.to = NULL;
		must(rig_cx(r), ask(r, &a)); /* whatever was said before */
		sim_advance(&r->sim, HOUR_MS);
		say("refresh_token", rows[i].status, "{}");
		must_fail(rig_cx(r), rows[i].e, ask(r, &a));
		if (rows[i].code[0] != '\0')
			assert_string_equal(r->cx.code, rows[i].code);
	}
	script.to = NULL;
	must_fail(rig_cx(r), ERR_DENIED, ask(r, &a));
}

/* A newer pair than the one in the caller's hand. */
static void
another_gets_a_pair(struct rig *r)
{
	struct shop shop = rig_shop(r);
	struct cx side;

	cx_child(&side, &r->cx);
	must(&side, token_keep_alive(&side, &shop, -1));
	cx_done(&side);
}

/* Rows: what passes between a token and Shopify's refusal of it. */
static void
only_a_young_token_that_is_refused_says_that_the_pair_is_dead(void **state)
{
	static const struct {
		int64_t takes_ms;
		void (*meanwhile)(struct rig *);
		enum err e;
		const char *state;
	} rows[] = {
		{ HOUR_MS, NULL, ERR_BUSY, "installed" },
		{ 0, another_gets_a_pair, ERR_BUSY, "installed" },
		{ 0, NULL, ERR_DENIED, "reconnect" },
	};
	struct rig *r = *state;
	struct gql_answer a;
	size_t i;

	for (i = 0; i < COUNT_OF(rows); i++) {
		say("OrdersByIds", 401, "{}");
		script.takes_ms = rows[i].takes_ms;
		script.meanwhile = rows[i].meanwhile;
		must_fail(rig_cx(r), rows[i].e, ask(r, &a));
		assert_int_equal(script.calls, 2 * (i + 1));
		assert_string_equal(rig_shop(r).state, rows[i].state);
	}
}

/* As when the machine stands still between the answer and its commit. */
static void
a_token_lives_from_when_it_was_asked_for(void **state)
{
	struct rig *r = *state;
	struct gql_answer a;
	int pair = r->store->pair;

	sim_advance(&r->sim, HOUR_MS);
	say("refresh_token", 0, NULL);
	script.takes_ms = 56 * MINUTE_MS;
	must(rig_cx(r), ask(r, &a));
	script.takes_ms = 0;
	assert_int_equal(r->store->pair, pair + 1);
	must(rig_cx(r), ask(r, &a));
	assert_int_equal(r->store->pair, pair + 2);
}

/* Rows: what is answered to who exchanges an ID token, and what that is. */
static void
a_closed_store_is_no_fault_of_the_id_token(void **state)
{
	static const struct {
		int status;
		enum err e;
		const char *code;
	} rows[] = {
		{ 400, ERR_AUTH, "bad_id_token" },
		{ 401, ERR_AUTH, "bad_id_token" },
		{ 402, ERR_DENIED, "shop_closed" },
		{ 404, ERR_DENIED, "shop_closed" },
	};
	struct rig *r = *state;
	struct shop shop;
	size_t i;

	for (i = 0; i < COUNT_OF(rows); i++) {
		say("token-exchange", rows[i].status, "{}");
		must_fail(rig_cx(r), rows[i].e,
		    token_install(rig_cx(r), "another.myshopify.com", "x",
			r->cx.now, &shop));
		assert_string_equal(r->cx.code, rows[i].code);
	}
}

/* The small Shopify fails the test when it is asked with a dead one. */
static void
an_idle_store_keeps_its_tokens_for_half_a_year(void **state)
{
	static const struct sql others = { "t",
		{ "DELETE FROM sched WHERE kind <> 'keepalive'",
		    "DELETE FROM sched WHERE kind <> 'keepalive'" },
		0, 1, "test" };
	struct rig *r = *state;
	int pair = r->store->pair;

	must(rig_cx(r), db_exec(rig_cx(r), others));
	rig_run(r, 180 * DAY_MS);
	assert_in_range(r->store->pair - pair, 5, 12);
	assert_string_equal(rig_shop(r).state, "installed");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(each_answer_has_its_class),
		T(data_of_the_wrong_shape_is_no_order_and_no_crash),
		T(shopify_away_for_two_hours_is_waited_for),
		T(a_tag_that_cannot_be_added_is_said_and_ends),
		T(another_version_is_warned_of_and_taken),
		T(only_a_refusal_of_the_tokens_ends_them),
		T(only_a_young_token_that_is_refused_says_that_the_pair_is_dead),
		T(a_token_lives_from_when_it_was_asked_for),
		T(a_closed_store_is_no_fault_of_the_id_token),
		T(an_idle_store_keeps_its_tokens_for_half_a_year),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
