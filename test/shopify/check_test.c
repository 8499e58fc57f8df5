/*
 * check_test.c - Check names what it tried: each point when it is well, when it
 * is not, and when it could not be tried.
 */
#include "rig.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/text.h"
#include "base/when.h"
#include "shopify/scopes.h"

static const char right[] =
    "{\"app_url\":\"" RIG_APP_URL "\",\"token\":\"" RIG_TOKEN "\"}";

#define T(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

static struct json *
check(struct rig *r, const char *body, int status)
{
	struct cx *cx = rig_cx(r);
	struct sim_reply out;
	struct json *j;

	rig_ask(r, POST, "/api/connection/check", body, &out);
	assert_int_equal(out.status, status);
	must(cx, json_parse(cx, out.body, strlen(out.body), &j));
	assert_int_equal(json_count(json_get(j, "checks")), 11);
	return j;
}

static const struct json *
point(const struct json *answer, const char *name)
{
	const struct json *all = json_get(answer, "checks");
	size_t i;

	for (i = 0; i < json_count(all); i++) {
		if (text_equal(json_get_text(json_at(all, i), "name"), name))
			return json_at(all, i);
	}
	fail_msg("no point %s", name);
	return NULL;
}

/* Who fails also says what to do. */
static void
assert_point(const struct json *answer, const char *name, const char *want)
{
	const struct json *p = point(answer, name);
	const char *state = json_get_text(p, "state");
	const char *code = json_get_text(p, "code");

	if (strcspn(want, " ") != strlen(state) ||
	    strncmp(want, state, strlen(state)) != 0 ||
	    strcmp(strchr(want, ' ') + 1, code) != 0)
		fail_msg("%s is %s %s, not %s", name, state, code, want);
	assert_true(strlen(json_get_text(p, "detail")) > 10);
	if (strcmp(state, "failed") == 0)
		assert_true(strlen(json_get_text(p, "next")) > 10);
}

static const char *const cloud_points[] = { "address", "reach", "tls", "clock",
	"token", "store", "back" };

/* The rest of the Cloud App's points, up to `until`, are as they say. */
static void
assert_not_tried(const struct json *answer, size_t from)
{
	for (; from < COUNT_OF(cloud_points); from++)
		assert_point(answer, cloud_points[from], "unknown not_tried");
}

/* --- all is well --- */

static void
a_store_that_works_has_every_point_good(void **state)
{
	struct rig *r = *state;
	struct json *j;

	(void)sim_order_place(r->store, 0);
	rig_settle(r);
	j = check(r, right, 200);
	assert_true(json_bool(json_get(j, "established"), false));
	assert_point(j, "address", "ok address_good");
	assert_point(j, "reach", "ok reached");
	assert_point(j, "tls", "ok tls_good");
	assert_point(j, "clock", "ok clock_good");
	assert_point(j, "token", "ok token_good");
	assert_point(j, "store", "ok store_free");
	assert_point(j, "back", "ok called_back");
	assert_point(j, "scopes", "ok scopes_good");
	assert_point(j, "protected_data", "ok personal_good");
	assert_point(j, "window", "ok window_60_days");
	assert_point(j, "webhooks", "ok webhook_came");
	assert_non_null(json_get_text(point(j, "webhooks"), "at"));
}

static void
without_a_token_the_saved_one_is_tried_at_its_own_address_only(void **state)
{
	struct rig *r = *state;
	struct json *j;
	int calls = r->cloud.calls;

	j = check(r, "{\"app_url\":\"https://cloud.example/c/other\"}", 422);
	assert_point(j, "token", "failed bad_token");
	assert_point(j, "address", "ok address_written");
	assert_int_equal(r->cloud.calls, calls);
	j = check(r, "{\"app_url\":\"" RIG_APP_URL "/\"}", 200);
	assert_point(j, "back", "ok called_back");
}

/* --- the Cloud App --- */

static void
an_address_that_is_none_is_not_called(void **state)
{
	struct rig *r = *state;
	struct json *j;
	int calls = r->cloud.calls;

	j = check(r,
	    "{\"app_url\":\"http://cloud.example/c/abc\",\"token\":\"" RIG_TOKEN
	    "\"}",
	    422);
	assert_string_equal(json_get_text(j, "code"), "bad_url");
	assert_point(j, "address", "failed bad_url");
	assert_not_tried(j, 1);
	assert_int_equal(r->cloud.calls, calls);
	assert_point(j, "scopes", "ok scopes_good");
}

static void
how_far_it_came_is_told(void **state)
{
	static const struct {
		enum cloud_mood mood;
		int status;
		const char *code, *address, *reach, *tls, *token;
	} cases[] = {
		{ CLOUD_PRIVATE, 422, "address_refused",
		    "failed address_refused", "unknown not_tried",
		    "unknown not_tried", "unknown not_tried" },
		{ CLOUD_AWAY, 502, "unreachable", "ok address_written",
		    "failed no_answer", "unknown not_tried",
		    "unknown not_tried" },
		{ CLOUD_NO_TLS, 502, "tls", "ok address_good",
		    "unknown not_tried", "failed tls", "unknown not_tried" },
		{ CLOUD_OTHER, 502, "no_cloud_app", "ok address_good",
		    "failed no_cloud_app", "ok tls_good", "unknown not_tried" },
		{ CLOUD_STRANGER, 422, "token_refused", "ok address_good",
		    "ok reached", "ok tls_good", "failed token_refused" },
	};
	struct rig *r = *state;
	struct json *j;
	size_t i;

	for (i = 0; i < COUNT_OF(cases); i++) {
		r->cloud.mood = cases[i].mood;
		j = check(r, right, cases[i].status);
		assert_string_equal(json_get_text(j, "code"), cases[i].code);
		assert_point(j, "address", cases[i].address);
		assert_point(j, "reach", cases[i].reach);
		assert_point(j, "tls", cases[i].tls);
		assert_point(j, "token", cases[i].token);
		assert_point(j, "clock", "unknown not_tried");
		assert_point(j, "store", "unknown not_tried");
		assert_point(j, "back", "unknown not_tried");
	}
	r->cloud.mood = CLOUD_WELL;
	assert_string_equal(rig_shop(r).link_state, "linked");
}

static void
clocks_that_differ_are_told_before_calls_are_refused(void **state)
{
	static const struct {
		int64_t ahead_ms;
		int64_t seconds;
		const char *want;
	} cases[] = {
		{ 0, 0, "ok clock_good" },
		{ 60 * 1000, 60, "ok clock_good" },
		{ 200 * 1000, 200, "failed clock_differs" },
		{ -400 * 1000, 400, "failed clock_differs" },
	};
	struct rig *r = *state;
	struct json *j;
	size_t i;

	for (i = 0; i < COUNT_OF(cases); i++) {
		r->cloud.ahead_ms = cases[i].ahead_ms;
		j = check(r, right, 200);
		assert_point(j, "clock", cases[i].want);
		assert_in_range(json_int(json_get(point(j, "clock"), "seconds"),
				    -1),
		    cases[i].seconds > 0 ? cases[i].seconds - 1 : 0,
		    cases[i].seconds + 1); /* it says whole seconds */
	}
	r->cloud.timeless = true;
	j = check(r, right, 200);
	assert_point(j, "clock", "unknown no_time");
	assert_true(json_is_null(json_get(point(j, "clock"), "seconds")));
}

static void
a_connector_that_is_taken_is_told_from_the_way_back(void **state)
{
	static const char *const codes[] = { "connector_already_linked",
		"store_already_linked", "store_linked_elsewhere" };
	struct rig *r = *state;
	struct cx *cx = rig_cx(r);
	struct json *j;
	size_t i;

	for (i = 0; i < COUNT_OF(codes); i++) {
		r->cloud.taken = codes[i];
		j = check(r, right, 409);
		assert_point(j, "store",
		    arena_printf(cx->mem, "failed %s", codes[i]));
		assert_point(j, "back", "unknown not_tried");
		assert_point(j, "token", "ok token_good");
	}
	r->cloud.taken = NULL;
	r->cloud.deaf = true;
	j = check(r, right, 502);
	assert_point(j, "store", "ok store_free");
	assert_point(j, "back", "failed callback_failed");
}

/* --- Shopify --- */

static void
a_scope_that_is_missing_is_named_and_kept_for_the_banner(void **state)
{
	struct rig *r = *state;
	struct sim_reply out;
	struct json *j;

	r->store->scopes = "write_orders,read_products,read_locations,"
			   "write_merchant_managed_fulfillment_orders,"
			   "write_fulfillments";
	(void)sim_order_place(r->store, 0);
	rig_settle(r);
	j = check(r, right, 200);
	assert_point(j, "scopes", "failed scopes_missing");
	assert_string_equal(json_get_text(point(j, "scopes"), "missing"),
	    "read_customers");
	assert_point(j, "protected_data", "unknown scopes_first");
	assert_point(j, "window", "ok window_60_days");
	rig_ask(r, GET, "/api/connection", NULL, &out);
	assert_contains(out.body, "\"missing_scopes\":\"read_customers\"");
	r->store->scopes = NULL;
	j = check(r, right, 200);
	assert_point(j, "scopes", "ok scopes_good");
	rig_ask(r, GET, "/api/connection", NULL, &out);
	assert_contains(out.body, "\"missing_scopes\":null");
}

static void
protected_data_that_are_withheld_show_on_the_newest_order(void **state)
{
	struct rig *r = *state;
	struct json *j;

	r->store->withholds = true;
	j = check(r, right, 200);
	assert_point(j, "protected_data", "unknown no_order");
	(void)sim_order_place(r->store, 0);
	rig_settle(r);
	j = check(r, right, 200);
	assert_point(j, "protected_data", "failed personal_withheld");
	assert_point(j, "scopes", "ok scopes_good");
}

static void
orders_that_may_not_be_read_are_told(void **state)
{
	struct rig *r = *state;
	struct json *j;

	r->store->scopes = "read_products";
	j = check(r, right, 200);
	assert_point(j, "window", "failed orders_denied");
	assert_point(j, "protected_data", "unknown scopes_first");
	r->store->scopes = "read_all_orders,write_orders,read_customers";
	j = check(r, right, 200);
	assert_point(j, "window", "ok window_all");
}

static void
a_webhook_that_did_not_come_is_missed_after_a_while(void **state)
{
	struct rig *r = *state;
	struct json *j;

	j = check(r, right, 200);
	assert_point(j, "webhooks", "unknown nothing_happened");
	r->sim.weather.drop = 1000;
	(void)sim_order_place(r->store, 0);
	j = check(r, right, 200);
	assert_point(j, "webhooks", "unknown webhook_due");
	sim_advance(&r->sim, 11 * MINUTE_MS);
	j = check(r, right, 200);
	assert_point(j, "webhooks", "failed webhook_missing");
	sim_advance(&r->sim, 8 * DAY_MS);
	j = check(r, right, 200);
	assert_point(j, "webhooks", "unknown no_record");
	r->sim.weather.drop = 0;
	(void)sim_order_place(r->store, 0);
	rig_settle(r);
	j = check(r, right, 200);
	assert_point(j, "webhooks", "ok webhook_came");
}

static void
an_order_from_before_the_app_proves_nothing(void **state)
{
	struct rig *r = *state;
	struct json *j;

	(void)sim_order_place(r->store, 30 * DAY_MS);
	j = check(r, right, 200);
	assert_point(j, "webhooks", "unknown nothing_happened");
	assert_point(j, "protected_data", "ok personal_good");
}

static void
while_shopify_is_silent_its_points_are_unknown(void **state)
{
	struct rig *r = *state;
	struct json *j;

	r->store->silent = true;
	j = check(r, right, 200);
	assert_point(j, "back", "ok called_back");
	assert_point(j, "scopes", "unknown shopify_silent");
	assert_point(j, "protected_data", "unknown shopify_silent");
	assert_point(j, "window", "unknown shopify_silent");
	assert_point(j, "webhooks", "unknown shopify_silent");
	r->store->silent = false;
	(void)sim_order_place(r->store, 0);
	rig_settle(r);
	r->store->silent = true;
	j = check(r, right, 200);
	assert_point(j, "webhooks", "ok webhook_came"); /* we saw it */
}

/* --- scopes --- */

static void
scopes_are_those_that_the_app_asks_for(void **state)
{
	struct rig *r = *state;
	struct cx *cx = rig_cx(r);
	const char *toml = test_read_file(cx, SOURCE_ROOT "/shopify.app.toml");
	const char *at = strstr(toml, "\nscopes = \"");
	char **list;
	size_t n, i;

	assert_non_null(at);
	at += strlen("\nscopes = \"");
	n = text_split(cx->mem, arena_textn(cx->mem, at, strcspn(at, "\"")),
	    ',', &list);
	for (i = 0; i < n; i++)
		assert_string_equal(list[i], scopes_needed[i]);
	assert_null(scopes_needed[n]);
}

static void
writing_gives_reading_and_not_the_other_way_round(void **state)
{
	struct rig *r = *state;
	struct cx *cx = rig_cx(r);

	assert_null(scopes_missing(cx,
	    "write_orders,read_customers,read_products,read_locations,"
	    "write_merchant_managed_fulfillment_orders,write_fulfillments"));
	assert_string_equal(scopes_missing(cx,
				"read_orders,read_customers,read_products,"
				"read_locations,"
				"write_merchant_managed_fulfillment_orders,"
				"read_fulfillments"),
	    "write_orders, write_fulfillments");
}

/* --- why a store is disconnected --- */

static void
why_it_is_disconnected_has_a_code(void **state)
{
	static const struct {
		enum cloud_mood mood;
		const char *want;
	} cases[] = {
		{ CLOUD_STRANGER, "\"reason_code\":\"not_authorized\"" },
		{ CLOUD_UNLINKED, "\"reason_code\":\"not_linked\"" },
	};
	struct rig *r = *state;
	struct sim_reply out;
	size_t i;

	for (i = 0; i < COUNT_OF(cases); i++) {
		r->cloud.mood = cases[i].mood;
		(void)sim_order_place(r->store, 0);
		rig_settle(r);
		rig_ask(r, GET, "/api/connection", NULL, &out);
		assert_contains(out.body, "\"state\":\"disconnected\"");
		assert_contains(out.body, cases[i].want);
		r->cloud.mood = CLOUD_WELL;
		rig_ask(r, PUT, "/api/connection",
		    "{\"app_url\":\"" RIG_APP_URL "\"}", &out); /* as saved */
		assert_int_equal(out.status, 200);
		assert_contains(out.body, "\"reason_code\":null");
		rig_settle(r);
	}
}

/* --- how often --- */

enum { TRIES_MAX = 60 };

/* A check and a save in turn: both call where a person says. */
static int
try(struct rig *r, int i, struct sim_reply *out)
{
	rig_ask(r, i % 2 ? PUT : POST,
	    i % 2 ? "/api/connection" : "/api/connection/check", right, out);
	return out->status;
}

static void
a_store_calls_where_a_person_says_sixty_times_an_hour(void **state)
{
	struct rig *r = *state;
	struct sim_reply out;
	int64_t after;
	int i, calls;

	sim_advance(&r->sim, HOUR_MS); /* it was paired before */
	for (i = 0; i < TRIES_MAX; i++) {
		assert_int_equal(try(r, i, &out), 200);
		sim_advance(&r->sim, SECOND_MS);
	}
	calls = r->cloud.calls;
	for (i = 0; i < 2; i++) {
		assert_int_equal(try(r, i, &out), 429);
		assert_contains(out.body, "\"code\":\"too_many_tries\"");
		assert_contains(out.body, "Wait as long as Retry-After says");
		after = atoi(sim_reply_header(&out, "Retry-After"));
		assert_in_range(after, 3480, 3540); /* calls take time */
	}
	assert_int_equal(r->cloud.calls, calls);
	rig_ask(r, GET, "/api/connection", NULL, &out);
	assert_int_equal(out.status, 200);
	sim_advance(&r->sim, (after - 2) * SECOND_MS);
	assert_int_equal(try(r, 0, &out), 429);
	sim_advance(&r->sim, 2 * SECOND_MS);
	assert_int_equal(try(r, 0, &out), 200);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_store_that_works_has_every_point_good),
		T(without_a_token_the_saved_one_is_tried_at_its_own_address_only),
		T(an_address_that_is_none_is_not_called),
		T(how_far_it_came_is_told),
		T(clocks_that_differ_are_told_before_calls_are_refused),
		T(a_connector_that_is_taken_is_told_from_the_way_back),
		T(a_scope_that_is_missing_is_named_and_kept_for_the_banner),
		T(protected_data_that_are_withheld_show_on_the_newest_order),
		T(orders_that_may_not_be_read_are_told),
		T(a_webhook_that_did_not_come_is_missed_after_a_while),
		T(an_order_from_before_the_app_proves_nothing),
		T(while_shopify_is_silent_its_points_are_unknown),
		T(scopes_are_those_that_the_app_asks_for),
		T(writing_gives_reading_and_not_the_other_way_round),
		T(why_it_is_disconnected_has_a_code),
		T(a_store_calls_where_a_person_says_sixty_times_an_hour),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
