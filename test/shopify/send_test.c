/*
 * send_test.c - orders on their way to a Cloud App that is not always well.
 */
#include "rig.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/text.h"
#include "db/db.h"
#include "queue/sched.h"
#include "shopify/jobs.h"

#define T(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

static void
no_call_holds_more_than_ten(void **state)
{
	struct rig *r = *state;
	size_t i;

	r->cloud.mood = CLOUD_AWAY;
	for (i = 0; i < 33; i++)
		(void)sim_order_place(r->store, 0);
	rig_settle(r);
	r->cloud.mood = CLOUD_WELL;
	rig_run(r, 10 * MINUTE_MS);
	assert_int_equal(r->cloud.nseen, 33);
	assert_true(r->cloud.biggest <= 10);
}

/* A fault of the link is none of the orders. */
static void
while_its_address_is_refused_orders_wait(void **state)
{
	struct rig *r = *state;
	struct sim_order *o;

	r->cloud.mood = CLOUD_PRIVATE;
	o = sim_order_place(r->store, 0);
	rig_settle(r);
	assert_string_equal(rig_row(r, o).state, "waiting");
	r->cloud.mood = CLOUD_WELL;
	rig_run(r, 10 * MINUTE_MS);
	assert_int_equal(r->cloud.nseen, 1);
}

static void
while_the_cloud_app_is_away_orders_wait(void **state)
{
	struct rig *r = *state;
	struct sim_order *o;
	int calls;

	r->cloud.mood = CLOUD_AWAY;
	o = sim_order_place(r->store, 0);
	rig_settle(r);
	assert_state(r, o, "waiting");
	rig_run(r, HOUR_MS);
	calls = r->cloud.calls;
	rig_run(r, 6 * HOUR_MS);
	assert_state(r, o, "waiting");
	assert_tags(r, o, "logivery-no-sync");
	/* at most one probe in five minutes, give or take the jitter */
	assert_true(r->cloud.calls - calls <= 6 * 60 / 5 * 4);
	r->cloud.mood = CLOUD_WELL;
	rig_run(r, 6 * MINUTE_MS);
	assert_true(rig_times_sent(r, o) == 1);
	assert_true(rig_row(r, o).job != NULL);
}

static void
a_lost_answer_loses_and_doubles_nothing(void **state)
{
	struct rig *r = *state;
	struct sim_order *o;

	r->cloud.mood = CLOUD_LOST;
	o = sim_order_place(r->store, 0);
	rig_settle(r);
	assert_state(r, o, "waiting");
	r->cloud.mood = CLOUD_WELL;
	rig_run(r, 10 * MINUTE_MS);
	assert_state(r, o, "done");
}

static struct json *
pull(struct rig *r, const char *batch)
{
	struct cx *cx = rig_cx(r);
	struct sim_reply out;
	struct json *j;

	rig_call(r, RIG_TOKEN, POST, "/orders/pull",
	    arena_printf(cx->mem, "{\"limit\":5,\"batch\":\"%s\"}", batch),
	    &out);
	assert_int_equal(out.status, 200);
	must(cx, json_parse(cx, out.body, strlen(out.body), &j));
	return j;
}

static void
switch_on(struct rig *r)
{
	struct sim_reply out;

	rig_call(r, RIG_TOKEN, POST, "/settings",
	    "{\"automatic\":true,\"label\":\"Tea\",\"notify_customer\":true,"
	    "\"every_step\":false}",
	    &out);
	assert_int_equal(out.status, 200);
}

/* A new order, and what happens while it is in the air: it goes once, and so
   many questions are asked. */
static void
sent_once_while(struct rig *r, void (*what)(struct rig *), int questions)
{
	struct sim_order *o;

	r->cloud.meanwhile = what;
	o = sim_order_place(r->store, 0);
	rig_settle(r);
	assert_null(r->cloud.meanwhile);
	assert_int_equal(r->cloud.statuses, questions);
	assert_int_equal(rig_times_sent(r, o), 1);
}

static void
the_clock_sends_too(struct rig *r)
{
	struct cx *cx = rig_cx(r);
	int64_t shop = rig_shop(r).id;
	struct job_new in = { .kind = JOB_SEND, .tenant = shop };

	in.once = in.key = sched_once(cx, JOB_SEND, shop);
	must(cx, job_add(cx, &in, NULL));
	rig_work(r);
}

/* It would say, and truly, that it has never seen it. */
static void
nobody_asks_about_what_another_run_has_in_the_air(void **state)
{
	sent_once_while(*state, the_clock_sends_too, 0);
}

static void
half_a_minute_passes(struct rig *r)
{
	sim_advance(&r->sim, 30 * SECOND_MS);
	must(rig_cx(r), jobs_add_shop(&r->cx, JOB_STATUS, rig_shop(r).id));
	rig_work(r);
}

static void
nor_does_the_clock_however_long_it_takes(void **state)
{
	sent_once_while(*state, half_a_minute_passes, 0);
}

static void
update_status(struct rig *r, const struct sim_order *o, struct sim_reply *out)
{
	struct cx *cx = rig_cx(r);

	rig_ask(r, POST, "/api/actions/update-status",
	    arena_printf(cx->mem, "{\"orderId\":\"gid://shopify/Order/%lld\"}",
		(long long)o->id),
	    out);
	assert_int_equal(out->status, 200);
}

static void
a_person_asks(struct rig *r)
{
	struct sim_reply out;

	update_status(r, &r->store->orders[0], &out);
	assert_contains(out.body, "\"state\":\"syncing\"");
}

static void
nor_does_a_person(void **state)
{
	sent_once_while(*state, a_person_asks, 0);
}

static void
what_was_pulled_is_asked_about_while_others_are_sent(void **state)
{
	struct rig *r = *state;
	struct sim_order *pulled;

	r->cloud.mood = CLOUD_AUTO_OFF;
	pulled = sim_order_place(r->store, 0);
	rig_settle(r);
	(void)pull(r, "01982f70-2b40-7a11-9c55-6d7e8f901122");
	r->cloud.mood = CLOUD_WELL;
	switch_on(r);
	sent_once_while(r, half_a_minute_passes, 1);
	assert_non_null(rig_row(r, pulled).job);
}

static void
a_token_that_is_refused_disconnects_and_a_new_one_goes_on(void **state)
{
	struct rig *r = *state;
	struct sim_reply out;
	struct sim_order *o, *later;
	int calls;

	r->cloud.mood = CLOUD_STRANGER;
	o = sim_order_place(r->store, 0);
	rig_settle(r);
	assert_string_equal(rig_shop(r).link_state, "disconnected");
	assert_state(r, o, "waiting");
	calls = r->cloud.calls;
	later = sim_order_place(r->store, 0);
	rig_run(r, HOUR_MS);
	assert_int_equal(r->cloud.calls, calls); /* no hammering */
	assert_state(r, later, "waiting");
	rig_ask(r, GET, "/api/connection", NULL, &out);
	assert_contains(out.body, "\"state\":\"disconnected\"");
	rig_ask(r, POST, "/api/actions/send-orders", "{}", &out);
	assert_int_equal(out.status, 409);
	r->cloud.mood = CLOUD_WELL;
	r->cloud.token = RIG_TOKEN_2;
	rig_pair(r, RIG_TOKEN_2);
	rig_settle(r);
	assert_int_equal(rig_times_sent(r, o), 1);
	assert_int_equal(rig_times_sent(r, later), 1);
}

static void
switched_off_orders_wait_until_it_is_on(void **state)
{
	struct rig *r = *state;
	struct sim_order *o;

	r->cloud.mood = CLOUD_AUTO_OFF;
	o = sim_order_place(r->store, 0);
	rig_settle(r);
	assert_state(r, o, "waiting");
	assert_int_equal(rig_shop(r).automatic, 0);
	rig_run(r, HOUR_MS);
	assert_int_equal(r->cloud.posts, 1);
	r->cloud.mood = CLOUD_WELL;
	switch_on(r);
	rig_settle(r);
	assert_int_equal(rig_times_sent(r, o), 1);
}

static void
poison_orders_do_not_starve_new_ones(void **state)
{
	struct rig *r = *state;
	struct sim_order *bad[10], *good;
	char poison[200] = "";
	size_t i;

	for (i = 0; i < 10; i++) {
		bad[i] = sim_order_place(r->store, 0);
		snprintf(poison + strlen(poison),
		    sizeof(poison) - strlen(poison), "#%d ", bad[i]->number);
	}
	r->cloud.poison = poison;
	rig_settle(r);
	for (i = 0; i < 10; i++) {
		assert_state(r, bad[i], "failed");
		assert_tags(r, bad[i], "logivery-error");
		assert_string_equal(rig_row(r, bad[i]).code, "bad_document");
	}
	for (i = 0; i < 12; i++) {
		rig_run(r, 5 * MINUTE_MS);
		good = sim_order_place(r->store, 0);
		rig_settle(r);
		assert_int_equal(rig_times_sent(r, good), 1);
	}
	/* an hour: tried again a few times each, later and later */
	for (i = 0; i < 10; i++)
		assert_in_range(rig_times_sent(r, bad[i]), 2, 12);
	r->cloud.poison = NULL;
	rig_run(r, 30 * HOUR_MS);
	for (i = 0; i < 10; i++)
		assert_true(rig_row(r, bad[i]).job != NULL);
}

static void
the_same_pull_answers_the_same_orders(void **state)
{
	static const char one[] = "01982f70-2b40-7a11-9c55-6d7e8f901122";
	static const char two[] = "01982f70-2b40-7a11-9c55-6d7e8f901123";
	struct rig *r = *state;
	struct cx *cx = rig_cx(r);
	struct sim_reply out;
	struct json *a, *b;
	const char *id;
	size_t i;

	r->cloud.mood = CLOUD_AUTO_OFF;
	for (i = 0; i < 7; i++)
		(void)sim_order_place(r->store, 0);
	rig_settle(r);
	a = pull(r, one);
	assert_int_equal(json_count(json_get(a, "orders")), 5);
	assert_true(json_bool(json_get(a, "more"), false));
	b = pull(r, one);
	assert_int_equal(json_count(json_get(b, "orders")), 5);
	for (i = 0; i < 5; i++)
		assert_string_equal(json_get_text(json_at(json_get(a, "orders"),
						      i),
					"id"),
		    json_get_text(json_at(json_get(b, "orders"), i), "id"));
	id = json_get_text(json_at(json_get(a, "orders"), 0), "id");
	rig_call(r, RIG_TOKEN, POST, "/orders/sync",
	    arena_printf(cx->mem,
		"{\"orders\":[{\"id\":\"%s\",\"state\":\"synced\",\"code\":"
		"null,"
		"\"reason\":null,\"job\":null},{\"id\":\"99\",\"state\":"
		"\"synced\",\"code\":null,\"reason\":null,\"job\":null}]}",
		id),
	    &out);
	assert_int_equal(out.status, 200);
	assert_contains(out.body, "\"accepted\":true");
	assert_contains(out.body, "unknown_order");
	b = pull(r, one);
	assert_int_equal(json_count(json_get(b, "orders")), 4);
	b = pull(r, two);
	assert_int_equal(json_count(json_get(b, "orders")), 2);
	assert_false(json_bool(json_get(b, "more"), true));
}

/* --- by hand --- */

static const char *
ids(struct rig *r, struct sim_order *const *o, size_t n, const char *more)
{
	struct cx *cx = rig_cx(r);
	char *text = arena_text(cx->mem, "");
	size_t i;

	for (i = 0; i < n; i++)
		text = arena_printf(cx->mem, "%s%s\"gid://shopify/Order/%lld\"",
		    text, i > 0 ? "," : "", (long long)o[i]->id);
	return arena_printf(cx->mem, "{\"orderIds\":[%s%s%s]}", text,
	    n > 0 && more[0] != '\0' ? "," : "", more);
}

static struct json *
send(struct rig *r, const char *body, int status)
{
	struct cx *cx = rig_cx(r);
	struct sim_reply out;
	struct json *j;

	rig_ask(r, POST, "/api/actions/send-orders", body, &out);
	if (out.status != status)
		fail_msg("%d: %s", out.status, out.body);
	must(cx, json_parse(cx, out.body, strlen(out.body), &j));
	return j;
}

static const char *
member(const struct json *j, size_t i, const char *name)
{
	return json_get_text(json_at(json_get(j, "orders"), i), name);
}

static void
every_order_sent_by_hand_is_answered(void **state)
{
	struct rig *r = *state;
	struct sim_order *good, *old, *sending, *list[6];
	struct json *j;
	size_t i, n = 0;

	sending = sim_order_place(r->store, 0);
	rig_settle(r);
	good = sim_order_place(r->store, 3 * DAY_MS);
	old = sim_order_place(r->store, 70 * DAY_MS);
	list[n++] = good;
	list[n++] = old;
	list[n++] = sending;
	list[n++] = good;
	list[n++] = good;
	j = send(r,
	    ids(r, list, n,
		"\"gid://shopify/Order/7\",\"gid://shopify/Product/1\","
		"\"nonsense\""),
	    200);
	assert_int_equal(json_count(json_get(j, "orders")), 6);
	assert_string_equal(member(j, 0, "state"), "syncing");
	assert_non_null(member(j, 0, "job"));
	assert_string_equal(member(j, 1, "code"), "not_visible");
	assert_string_equal(member(j, 2, "state"), "syncing");
	assert_string_equal(member(j, 2, "job"), rig_row(r, sending).job);
	assert_string_equal(member(j, 3, "code"), "not_visible");
	assert_string_equal(member(j, 4, "code"), "bad_id");
	assert_string_equal(member(j, 5, "code"), "bad_id");
	assert_string_equal(r->cloud.mode, "manual");
	for (i = 0; i < 6; i++)
		assert_true(member(j, i, "state") != NULL);
	rig_settle(r);
	assert_tags(r, good, "logivery-syncing");
}

static void
eleven_at_once_are_refused_and_ten_is_said(void **state)
{
	struct rig *r = *state;
	struct sim_order *list[11];
	struct json *j;
	size_t i;

	for (i = 0; i < 11; i++)
		list[i] = sim_order_place(r->store, 3 * DAY_MS);
	rig_settle(r);
	j = send(r, ids(r, list, 11, ""), 422);
	assert_string_equal(json_get_text(j, "code"), "too_many_orders");
	assert_contains(json_get_text(j, "detail"), "10");
	assert_int_equal(r->cloud.nseen, 0);
	j = send(r, ids(r, list, 10, ""), 200);
	assert_int_equal(json_count(json_get(j, "orders")), 10);
	assert_int_equal(r->cloud.nseen, 10);
	(void)send(r, "{\"orderIds\":[]}", 422);
	(void)send(r, "{\"orderIds\":[1]}", 422);
	(void)send(r, "{\"orders\":[]}", 422);
}

static void
without_a_list_the_waiting_ones_go(void **state)
{
	struct rig *r = *state;
	struct json *j;
	size_t i;

	r->cloud.mood = CLOUD_AUTO_OFF;
	for (i = 0; i < 12; i++)
		(void)sim_order_place(r->store, 0);
	rig_settle(r);
	j = send(r, "{}", 200);
	assert_int_equal(json_count(json_get(j, "orders")), 10);
	assert_string_equal(member(j, 9, "state"), "syncing");
}

static void
two_people_get_the_same_job(void **state)
{
	struct rig *r = *state;
	struct sim_order *o = sim_order_place(r->store, 3 * DAY_MS);
	struct json *a, *b;

	rig_settle(r);
	a = send(r, ids(r, &o, 1, ""), 200);
	b = send(r, ids(r, &o, 1, ""), 200);
	assert_string_equal(member(a, 0, "job"), member(b, 0, "job"));
	assert_int_equal(r->cloud.nseen, 1);
}

static void
by_hand_while_the_cloud_app_is_away_it_goes_later(void **state)
{
	struct rig *r = *state;
	struct sim_order *o = sim_order_place(r->store, 3 * DAY_MS);
	struct json *j;

	rig_settle(r);
	r->cloud.mood = CLOUD_AWAY;
	j = send(r, ids(r, &o, 1, ""), 200);
	assert_string_equal(member(j, 0, "state"), "waiting");
	assert_string_equal(member(j, 0, "code"), "unreachable");
	r->cloud.mood = CLOUD_WELL;
	rig_run(r, 10 * MINUTE_MS);
	assert_int_equal(rig_times_sent(r, o), 1);
	assert_string_equal(r->cloud.mode, "manual");
}

static void
update_status_a_hundred_times_asks_once(void **state)
{
	struct rig *r = *state;
	struct sim_order *o = sim_order_place(r->store, 0);
	struct sim_reply out;
	int i;

	rig_settle(r);
	r->cloud.knows = true;
	for (i = 0; i < 100; i++)
		update_status(r, o, &out);
	assert_int_equal(r->cloud.statuses, 1);
	assert_contains(out.body, "\"state\":\"synced\"");
	rig_settle(r);
	assert_tags(r, o, "logivery-synced");
}

static void
a_forged_or_repeated_callback_is_refused(void **state)
{
	struct rig *r = *state;
	struct sim_reply out;

	rig_call(r, RIG_TOKEN, GET, "/ping", NULL, &out);
	assert_int_equal(out.status, 200);
	rig_call(r, RIG_TOKEN_2, GET, "/ping", NULL, &out);
	assert_int_equal(out.status, 401);
	assert_contains(out.body, "not_authorized");
}

static void
a_check_saves_nothing(void **state)
{
	struct rig *r = *state;
	struct sim_reply out;

	r->cloud.token = RIG_TOKEN_2;
	rig_ask(r, POST, "/api/connection/check",
	    "{\"app_url\":\"" RIG_APP_URL "\",\"token\":\"" RIG_TOKEN_2 "\"}",
	    &out);
	assert_int_equal(out.status, 200);
	assert_contains(out.body, "Connection established");
	rig_call(r, RIG_TOKEN, GET, "/ping", NULL, &out);
	assert_int_equal(out.status, 200);
	rig_call(r, RIG_TOKEN_2, GET, "/ping", NULL, &out);
	assert_int_equal(out.status, 401);
	rig_ask(r, POST, "/api/connection/check",
	    "{\"app_url\":\"http://cloud.example/c/abc\",\"token\":\"" RIG_TOKEN
	    "\"}",
	    &out);
	assert_int_equal(out.status, 422);
	rig_ask(r, POST, "/api/connection/check",
	    "{\"app_url\":\"" RIG_APP_URL "\",\"token\":\"" RIG_TOKEN "\"}",
	    &out);
	assert_int_equal(out.status, 422);
	assert_contains(out.body, "token_refused");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(no_call_holds_more_than_ten),
		T(while_its_address_is_refused_orders_wait),
		T(while_the_cloud_app_is_away_orders_wait),
		T(a_lost_answer_loses_and_doubles_nothing),
		T(nobody_asks_about_what_another_run_has_in_the_air),
		T(nor_does_the_clock_however_long_it_takes),
		T(nor_does_a_person),
		T(what_was_pulled_is_asked_about_while_others_are_sent),
		T(a_token_that_is_refused_disconnects_and_a_new_one_goes_on),
		T(switched_off_orders_wait_until_it_is_on),
		T(poison_orders_do_not_starve_new_ones),
		T(the_same_pull_answers_the_same_orders),
		T(every_order_sent_by_hand_is_answered),
		T(eleven_at_once_are_refused_and_ten_is_said),
		T(without_a_list_the_waiting_ones_go),
		T(two_people_get_the_same_job),
		T(by_hand_while_the_cloud_app_is_away_it_goes_later),
		T(update_status_a_hundred_times_asks_once),
		T(a_forged_or_repeated_callback_is_refused),
		T(a_check_saves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
