/*
 * fulfil_test.c - shipments on their way into a store: what is made of them,
 * what cannot be, and what it costs.
 */
#include "rig.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "db/db.h"
#include "lib/sim_fulfil.h"
#include "shopify/fulfil.h"

enum {
	HERE = 71000000001,
	THERE = 71000000002,
	TEA = 15300000000001,
	CUP = 15300000000002
};

struct bench {
	struct rig *r;
	struct store *s;
	struct sim_reply out;
	struct json *j; /* the answer */
};

static int
setup(void **state)
{
	static struct bench b;

	b.r = rig_open();
	b.s = store_open(&b.r->shopify);
	*state = &b;
	return 0;
}

static int
teardown(void **state)
{
	struct bench *b = *state;

	store_close(b->s);
	rig_close(b->r);
	return 0;
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static struct store_fo *
plain(struct bench *b)
{
	struct store_fo *fo = store_fo_add(b->s, HERE);

	store_line_add(fo, TEA, 2);
	return fo;
}

struct say {
	int revision;                          /* 0: 1 */
	const char *id;                        /* NULL: "sh1" */
	const char *courier, *numbers, *lines; /* JSON; NULL: usual */
};

static const char *
body(struct bench *b, const struct say *s)
{
	return arena_printf(rig_cx(b->r)->mem,
	    "{\"id\":\"%s\",\"order\":\"" STORE_ORDER
	    "\",\"state\":\"SHIPPED\","
	    "\"revision\":%d,\"shipped_at\":\"2026-11-21T15:30:00Z\","
	    "\"courier\":%s,\"tracking\":%s,\"notify_customer\":true,"
	    "\"lines\":%s}",
	    s->id ? s->id : "sh1", s->revision ? s->revision : 1,
	    s->courier
		? s->courier
		: "{\"code\":\"brt\",\"name\":\"BRT\",\"company\":\"BRT\"}",
	    s->numbers ? s->numbers : "[{\"number\":\"N1\",\"url\":null}]",
	    s->lines ? s->lines
		     : "[{\"id\":\"15300000000001\",\"quantity\":2}]");
}

static int
post(struct bench *b, const char *path, const char *text)
{
	struct cx *cx = rig_cx(b->r);

	rig_call(b->r, RIG_TOKEN, POST, path, text, &b->out);
	b->j = NULL;
	(void)json_parse(cx, b->out.body, strlen(b->out.body), &b->j);
	return b->out.status;
}

static int
ship(struct bench *b, const struct say *s)
{
	return post(b, "/shipments", body(b, s));
}

static const char *
state(const struct bench *b)
{
	return json_get_text(b->j, "state");
}

static void
assert_shipped(struct bench *b, const struct say *s, const char *want)
{
	if (ship(b, s) != 200)
		fail_msg("%d %s", b->out.status, b->out.body);
	if (strcmp(state(b), want) != 0)
		fail_msg("%s, not %s", b->out.body, want);
}

static int
event(struct bench *b, const char *id, const char *status, const char *at)
{
	return post(b, "/shipments/sh1/events",
	    arena_printf(rig_cx(b->r)->mem,
		"{\"id\":\"%s\",\"order\":\"" STORE_ORDER
		"\",\"status\":\"%s\","
		"\"happened_at\":\"%s\",\"message\":null,"
		"\"fulfillments\":[\"1\"]}",
		id, status, at));
}

static void
assert_event(struct bench *b, const char *id, const char *status)
{
	if (event(b, id, status, "2026-11-23T09:00:00Z") != 200 ||
	    strcmp(state(b), "done") != 0)
		fail_msg("%d %s", b->out.status, b->out.body);
}

static const char *
made(const struct bench *b, size_t i, const char *key)
{
	return json_get_text(json_at(json_get(b->j, "fulfillments"), i), key);
}

/* --- the usual --- */

static void
one_shipment_is_one_read_and_one_write_of_30_points(void **arg)
{
	struct bench *b = *arg;

	plain(b);
	assert_shipped(b, &(struct say){ 0 }, "done");
	assert_int_equal(b->s->points, 30);
	assert_int_equal(b->s->nmade, 1);
	assert_string_equal(b->s->made[0].numbers[0], "N1");
	assert_string_equal(b->s->made[0].company, "BRT");
	assert_true(b->s->made[0].notified);
	assert_string_equal(made(b, 0, "id"), "5900000000002");
	assert_string_equal(made(b, 0, "location"), "71000000001");
}

static void
the_same_again_asks_nothing_and_answers_the_same(void **arg)
{
	struct bench *b = *arg;
	const char *first;

	plain(b);
	assert_shipped(b, &(struct say){ 0 }, "done");
	first = arena_text(rig_cx(b->r)->mem, b->out.body);
	assert_shipped(b, &(struct say){ 0 }, "done");
	assert_string_equal(b->out.body, first);
	assert_int_equal(b->s->points, 30);
}

static void
a_newer_revision_corrects_the_tracking_and_an_older_one_nothing(void **arg)
{
	struct bench *b = *arg;
	struct say two = { 2,
		.numbers = "[{\"number\":\"N2\",\"url\":null},"
			   "{\"number\":\"N3\",\"url\":null}]" };

	plain(b);
	assert_shipped(b, &(struct say){ 0 }, "done");
	assert_shipped(b, &two, "done");
	assert_int_equal(b->s->nmade, 1);
	assert_int_equal(b->s->made[0].nnumbers, 2);
	assert_string_equal(b->s->made[0].numbers[1], "N3");
	assert_int_equal(b->s->tracks, 1);
	assert_shipped(b, &(struct say){ 0 }, "done");
	assert_shipped(b, &two, "done");
	assert_int_equal(b->s->tracks, 1);
	assert_string_equal(b->s->made[0].numbers[0], "N2");
}

static void
parts_of_a_line_spread_over_fulfilment_orders(void **arg)
{
	struct bench *b = *arg;
	struct store_fo *fo = store_fo_add(b->s, HERE);

	store_line_add(fo, TEA, 2);
	store_line_add(fo, CUP, 1);
	fo = store_fo_add(b->s, HERE);
	store_line_add(fo, TEA, 3);
	assert_shipped(b,
	    &(struct say){
		.lines = "[{\"id\":\"15300000000001\",\"quantity\":4}]" },
	    "done");
	assert_int_equal(b->s->creates, 1);
	assert_int_equal(store_shipped(b->s, TEA), 4);
	assert_int_equal(
	    json_int(json_path(json_at(json_get(json_at(json_get(b->j,
							    "fulfillments"),
						    0),
					   "lines"),
				   0),
			 "quantity"),
		0),
	    4);
	assert_shipped(b,
	    &(struct say){ .id = "sh2",
		.lines = "[{\"id\":\"15300000000001\",\"quantity\":1},"
			 "{\"id\":\"15300000000002\",\"quantity\":1}]" },
	    "done");
	assert_int_equal(store_shipped(b->s, TEA), 5);
	assert_int_equal(store_shipped(b->s, CUP), 1);
	assert_int_equal(b->s->nmade, 2);
}

static void
two_locations_are_two_fulfilments_and_one_read(void **arg)
{
	struct bench *b = *arg;

	plain(b);
	store_line_add(store_fo_add(b->s, THERE), CUP, 1);
	assert_shipped(b,
	    &(struct say){ .lines =
			       "[{\"id\":\"15300000000001\",\"quantity\":2},"
			       "{\"id\":\"15300000000002\",\"quantity\":1}]" },
	    "done");
	assert_int_equal(b->s->nmade, 2);
	assert_int_equal(b->s->points, 40);
	assert_string_equal(made(b, 0, "location"), "71000000001");
	assert_string_equal(made(b, 1, "location"), "71000000002");
}

static void
more_than_two_fulfilment_orders_are_read_again_wider(void **arg)
{
	struct bench *b = *arg;

	store_line_add(store_fo_add(b->s, HERE), CUP, 1);
	store_line_add(store_fo_add(b->s, THERE), CUP, 1);
	plain(b);
	assert_shipped(b, &(struct say){ 0 }, "done");
	assert_int_equal(b->s->reads, 2);
	assert_int_equal(store_shipped(b->s, TEA), 2);
}

static void
a_courier_shopify_does_not_know_goes_with_its_pages(void **arg)
{
	struct bench *b = *arg;

	plain(b);
	assert_shipped(b,
	    &(struct say){
		.courier =
		    "{\"code\":\"x\",\"name\":\"Mario\",\"company\":null}",
		.numbers =
		    "[{\"number\":\"M1\",\"url\":\"https://m.example/1\"}]",
	    },
	    "done");
	assert_string_equal(b->s->made[0].company, "Mario");
	assert_shipped(b,
	    &(struct say){ 2, .courier = "null", .numbers = "[]" }, "done");
}

/* --- what cannot be made --- */

static const struct {
	const char *status, *code;
} blocked[] = {
	{ "ON_HOLD", "on_hold" },
	{ "SCHEDULED", "scheduled" },
	{ "INCOMPLETE", "incomplete" },
	{ "CANCELLED", "cancelled" },
	{ "OPEN", "other_service" },
};

static void
what_blocks_is_said_in_words_and_settled_it_goes_on(void **arg)
{
	struct bench *b = *arg;
	struct store_fo *fo = plain(b);
	size_t i;

	fo->can = false;
	for (i = 0; i < COUNT_OF(blocked); i++) {
		snprintf(fo->status, sizeof(fo->status), "%s",
		    blocked[i].status);
		assert_shipped(b, &(struct say){ 0 }, "held");
		assert_string_equal(json_get_text(b->j, "code"),
		    blocked[i].code);
		assert_non_null(json_get_text(b->j, "reason"));
		assert_non_null(json_get_text(b->j, "next"));
	}
	assert_int_equal(b->s->creates, 0);
	snprintf(fo->status, sizeof(fo->status), "OPEN");
	fo->can = true;
	assert_shipped(b, &(struct say){ 0 }, "done");
	assert_int_equal(store_shipped(b->s, TEA), 2);
}

static void
one_location_blocked_stops_not_the_other(void **arg)
{
	struct bench *b = *arg;
	struct store_fo *fo;
	struct say s = { .lines =
			     "[{\"id\":\"15300000000001\",\"quantity\":2},"
			     "{\"id\":\"15300000000002\",\"quantity\":1}]" };

	plain(b);
	fo = store_fo_add(b->s, THERE);
	store_line_add(fo, CUP, 1);
	fo->can = false;
	snprintf(fo->status, sizeof(fo->status), "ON_HOLD");
	assert_shipped(b, &s, "held");
	assert_contains(json_get_text(b->j, "reason"), "Awaiting payment");
	assert_int_equal(b->s->nmade, 1);
	assert_string_equal(made(b, 0, "id"), "5900000000003");
	fo->can = true;
	snprintf(fo->status, sizeof(fo->status), "OPEN");
	assert_shipped(b, &s, "done");
	assert_int_equal(b->s->nmade, 2);
	assert_int_equal(store_shipped(b->s, TEA), 2);
}

static void
a_foreign_service_refuses_and_that_is_said(void **arg)
{
	struct bench *b = *arg;

	plain(b);
	snprintf(b->s->refuse, sizeof(b->s->refuse),
	    "The api_client does not have access to the fulfillment order.");
	assert_shipped(b, &(struct say){ 0 }, "held");
	assert_string_equal(json_get_text(b->j, "code"), "other_service");
	assert_int_equal(b->s->creates, 1);
}

static void
an_unknown_refusal_is_passed_on_in_its_own_words(void **arg)
{
	struct bench *b = *arg;

	plain(b);
	snprintf(b->s->refuse, sizeof(b->s->refuse), "It rains.");
	assert_shipped(b, &(struct say){ 0 }, "held");
	assert_string_equal(json_get_text(b->j, "code"), "store_refused");
	assert_contains(json_get_text(b->j, "reason"), "It rains.");
}

static void
move(struct store *s)
{
	struct store_fo *to = store_fo_add(s, THERE);

	to->lines[0] = s->fos[0].lines[0];
	to->nlines = 1;
	s->fos[0].lines[0].left = 0;
	s->fos[0].can = false;
	snprintf(s->fos[0].status, sizeof(s->fos[0].status), "CLOSED");
}

static void
moved_between_look_and_call_it_is_looked_at_again(void **arg)
{
	struct bench *b = *arg;

	plain(b);
	b->s->before_write = move;
	assert_shipped(b, &(struct say){ 0 }, "done");
	assert_int_equal(b->s->nmade, 1);
	assert_int_equal(b->s->made[0].location, THERE);
	assert_int_equal(b->s->creates, 2);
}

static void
by_hand(struct store *s)
{
	store_ship_by_hand(s, &s->fos[0], NULL);
}

static void
fulfilled_in_the_very_moment_it_is_adopted(void **arg)
{
	struct bench *b = *arg;

	plain(b);
	b->s->before_write = by_hand;
	assert_shipped(b, &(struct say){ 0 }, "done");
	assert_int_equal(b->s->nmade, 1);
	assert_int_equal(store_shipped(b->s, TEA), 2);
	assert_string_equal(b->s->made[0].numbers[0], "N1");
}

static void
an_order_that_is_not_routed_yet_is_waited_for(void **arg)
{
	struct bench *b = *arg;

	b->s->created_at = b->r->sim.now_ms;
	assert_shipped(b, &(struct say){ 0 }, "partial");
	assert_string_equal(json_get_text(b->j, "code"), "not_ready");
	plain(b);
	sim_advance(&b->r->sim, 5 * SECOND_MS);
	assert_shipped(b, &(struct say){ 0 }, "done");
	assert_int_equal(b->s->nmade, 1);
}

static void
an_order_without_fulfilment_orders_for_us_is_said_so(void **arg)
{
	struct bench *b = *arg;

	assert_shipped(b, &(struct say){ 0 }, "held");
	assert_string_equal(json_get_text(b->j, "code"),
	    "no_fulfillment_order");
	b->s->gone = true;
	assert_shipped(b, &(struct say){ 0 }, "held");
	assert_string_equal(json_get_text(b->j, "code"), "not_visible");
}

/* --- fulfilled elsewhere --- */

static void
fulfilled_elsewhere_is_adopted_and_gets_the_tracking(void **arg)
{
	struct bench *b = *arg;
	struct store_fo *fo = plain(b);

	store_ship_by_hand(b->s, fo, NULL);
	assert_shipped(b, &(struct say){ 0 }, "done");
	assert_string_equal(json_get_text(b->j, "code"), "adopted");
	assert_int_equal(b->s->creates, 0);
	assert_int_equal(b->s->made[0].nnumbers, 1);
	assert_string_equal(b->s->made[0].numbers[0], "N1");
	assert_true(
	    json_bool(json_get(json_at(json_get(b->j, "fulfillments"), 0),
			  "adopted"),
		false));
	assert_shipped(b, &(struct say){ 0 }, "done");
	assert_int_equal(b->s->tracks, 1);
}

static void
others_numbers_stay_beside_ours(void **arg)
{
	struct bench *b = *arg;
	struct store_fo *fo = plain(b);

	store_ship_by_hand(b->s, fo, "X9");
	assert_shipped(b, &(struct say){ 0 }, "done");
	assert_int_equal(b->s->made[0].nnumbers, 2);
	assert_shipped(b,
	    &(struct say){ 2, .numbers = "[{\"number\":\"N2\",\"url\":null}]" },
	    "done");
	assert_int_equal(b->s->made[0].nnumbers, 2);
	assert_string_equal(b->s->made[0].numbers[0], "X9");
	assert_string_equal(b->s->made[0].numbers[1], "N2");
}

static void
one_fulfilment_by_hand_serves_two_shipments(void **arg)
{
	struct bench *b = *arg;
	struct store_fo *fo = plain(b);
	struct say one = { .lines =
			       "[{\"id\":\"15300000000001\",\"quantity\":1}]" };
	struct say two = { .id = "sh2",
		.numbers = "[{\"number\":\"N2\",\"url\":null}]",
		.lines = "[{\"id\":\"15300000000001\",\"quantity\":1}]" };
	struct say three = { .id = "sh3",
		.lines = "[{\"id\":\"15300000000001\",\"quantity\":1}]" };

	store_ship_by_hand(b->s, fo, NULL);
	assert_shipped(b, &one, "done");
	assert_shipped(b, &two, "done");
	assert_int_equal(b->s->made[0].nnumbers, 2);
	assert_shipped(b, &three, "held");
	assert_string_equal(json_get_text(b->j, "code"), "quantity_over_left");
	assert_int_equal(b->s->creates, 0);
}

static void
a_cancelled_fulfilment_is_not_adopted(void **arg)
{
	struct bench *b = *arg;
	struct store_fo *fo = plain(b);

	store_ship_by_hand(b->s, fo, NULL)->cancelled = true;
	fo->lines[0].left = 2;
	fo->can = true;
	snprintf(fo->status, sizeof(fo->status), "OPEN");
	assert_shipped(b, &(struct say){ 0 }, "done");
	assert_int_equal(b->s->creates, 1);
}

/* --- lost answers --- */

static void
a_lost_answer_is_read_back_once_the_call_is_over(void **arg)
{
	struct bench *b = *arg;

	plain(b);
	b->s->lose = 1;
	assert_int_equal(ship(b, &(struct say){ 0 }), 502);
	assert_int_equal(ship(b, &(struct say){ 0 }), 503);
	assert_non_null(sim_reply_header(&b->out, "retry-after"));
	assert_int_equal(b->s->creates, 1);
	sim_advance(&b->r->sim, 21 * SECOND_MS);
	assert_shipped(b, &(struct say){ 0 }, "done");
	assert_int_equal(b->s->creates, 1);
	assert_int_equal(b->s->nmade, 1);
	assert_int_equal(b->s->looks, 1);
}

static void
a_call_that_never_arrived_is_made_again(void **arg)
{
	struct bench *b = *arg;

	plain(b);
	b->s->lose_both = 1;
	assert_int_equal(ship(b, &(struct say){ 0 }), 502);
	sim_advance(&b->r->sim, 21 * SECOND_MS);
	assert_shipped(b, &(struct say){ 0 }, "done");
	assert_int_equal(b->s->nmade, 1);
	assert_int_equal(b->s->creates, 1);
}

static void
a_correction_meets_an_answer_that_was_lost(void **arg)
{
	struct bench *b = *arg;
	struct say two = { 2, .numbers = "[{\"number\":\"N2\",\"url\":null}]" };

	plain(b);
	b->s->lose = 1;
	assert_int_equal(ship(b, &(struct say){ 0 }), 502);
	sim_advance(&b->r->sim, 21 * SECOND_MS);
	assert_shipped(b, &two, "done");
	assert_int_equal(b->s->nmade, 1);
	assert_string_equal(b->s->made[0].numbers[0], "N2");
}

/* Same lines, same location, no numbers: told apart by being claimed. */
static void
twins_are_not_taken_for_each_other(void **arg)
{
	struct bench *b = *arg;
	struct store_fo *fo = store_fo_add(b->s, HERE);
	struct say one = { .numbers = "[]",
		.lines = "[{\"id\":\"15300000000001\",\"quantity\":1}]" };
	struct say two = { .id = "sh2",
		.numbers = "[]",
		.lines = "[{\"id\":\"15300000000001\",\"quantity\":1}]" };

	store_line_add(fo, TEA, 3);
	b->s->lose_both = 1;
	assert_int_equal(ship(b, &one), 502);
	assert_shipped(b, &two, "done");
	sim_advance(&b->r->sim, 21 * SECOND_MS);
	assert_shipped(b, &one, "done");
	assert_int_equal(b->s->nmade, 2);
	assert_int_equal(store_shipped(b->s, TEA), 2);
}

static void
a_lost_correction_is_read_back(void **arg)
{
	struct bench *b = *arg;
	struct say two = { 2, .numbers = "[{\"number\":\"N2\",\"url\":null}]" };

	plain(b);
	assert_shipped(b, &(struct say){ 0 }, "done");
	b->s->lose = 1;
	assert_int_equal(ship(b, &two), 502);
	sim_advance(&b->r->sim, 21 * SECOND_MS);
	assert_shipped(b, &two, "done");
	assert_int_equal(b->s->tracks, 1);
}

/* --- events --- */

static void
delivered_is_said_once_for_14_points(void **arg)
{
	struct bench *b = *arg;

	plain(b);
	assert_shipped(b, &(struct say){ 0 }, "done");
	b->s->points = 0;
	assert_event(b, "e1", "delivered");
	assert_int_equal(b->s->points, 14);
	assert_event(b, "e1", "delivered");
	assert_event(b, "e2", "delivered");
	assert_int_equal(store_events(b->s, "DELIVERED"), 1);
	assert_int_equal(b->s->points, 18);
}

static void
all_eleven_words_are_told_with_their_time(void **arg)
{
	static const char *const words[] = { "label_purchased", "label_printed",
		"ready_for_pickup", "confirmed", "carrier_picked_up",
		"in_transit", "delayed", "out_for_delivery",
		"attempted_delivery", "failure", "delivered" };
	struct bench *b = *arg;
	size_t i;

	plain(b);
	assert_shipped(b, &(struct say){ 0 }, "done");
	b->s->points = 0;
	for (i = 0; i < COUNT_OF(words); i++)
		assert_event(b, words[i], words[i]);
	assert_int_equal(b->s->made[0].nevents, 11);
	assert_int_equal(b->s->points, 11 * 10 + 4);
	assert_int_equal(b->s->made[0].events[5].happened_at,
	    TEST_NOW - HOUR_MS);
	assert_int_equal(event(b, "x", "eaten", "2026-11-23T09:00:00Z"), 422);
	assert_int_equal(event(b, "x", "delivered", "yesterday"), 422);
}

static void
an_event_of_two_locations_reaches_both_with_one_read(void **arg)
{
	struct bench *b = *arg;

	plain(b);
	store_line_add(store_fo_add(b->s, THERE), CUP, 1);
	assert_shipped(b,
	    &(struct say){ .lines =
			       "[{\"id\":\"15300000000001\",\"quantity\":2},"
			       "{\"id\":\"15300000000002\",\"quantity\":1}]" },
	    "done");
	b->s->points = 0;
	assert_event(b, "e1", "delivered");
	assert_int_equal(store_events(b->s, "DELIVERED"), 2);
	assert_int_equal(b->s->points, 24);
}

static void
a_lost_event_is_read_back(void **arg)
{
	struct bench *b = *arg;

	plain(b);
	assert_shipped(b, &(struct say){ 0 }, "done");
	b->s->lose = 1;
	assert_int_equal(event(b, "e1", "in_transit", "2026-11-23T09:00:00Z"),
	    502);
	assert_int_equal(event(b, "e1", "in_transit", "2026-11-23T09:00:00Z"),
	    503);
	sim_advance(&b->r->sim, 21 * SECOND_MS);
	assert_event(b, "e1", "in_transit");
	b->s->lose_both = 1;
	assert_int_equal(event(b, "e2", "delayed", "2026-11-23T09:00:00Z"),
	    502);
	sim_advance(&b->r->sim, 21 * SECOND_MS);
	assert_event(b, "e2", "delayed");
	assert_int_equal(b->s->made[0].nevents, 2);
}

static void
what_the_carrier_said_itself_is_not_said_again(void **arg)
{
	struct bench *b = *arg;
	struct store_made *m;

	plain(b);
	assert_shipped(b, &(struct say){ 0 }, "done");
	m = &b->s->made[0];
	snprintf(m->events[0].status, 24, "DELIVERED");
	m->events[0].happened_at = b->r->sim.now_ms;
	m->nevents = 1;
	assert_event(b, "e1", "delivered");
	assert_string_equal(made(b, 0, "code"), "already_delivered");
	assert_int_equal(b->s->says, 0);
	m->cancelled = true;
	assert_int_equal(event(b, "e2", "delivered", "2026-11-23T09:00:00Z"),
	    200);
	assert_string_equal(state(b), "held");
	assert_string_equal(json_get_text(b->j, "code"),
	    "fulfillment_cancelled");
}

static void
an_event_before_its_shipment_is_held(void **arg)
{
	struct bench *b = *arg;

	plain(b);
	assert_int_equal(event(b, "e1", "delivered", "2026-11-23T09:00:00Z"),
	    200);
	assert_string_equal(state(b), "held");
	assert_string_equal(json_get_text(b->j, "code"), "not_fulfilled");
}

/* --- bad input --- */

static void
bad_shipments_are_refused_with_the_member_named(void **arg)
{
	static const struct {
		struct say say;
		const char *part;
	} bad[] = {
		{ { .lines = "[]" }, "lines" },
		{ { .lines = "[{\"id\":\"1\",\"quantity\":0}]" }, "quantity" },
		{ { .lines = "[{\"id\":\"x\",\"quantity\":1}]" }, "lines[0]" },
		{ { .lines = "[{\"id\":\"1\",\"quantity\":1},"
			     "{\"id\":\"1\",\"quantity\":1}]" },
		    "lines[1]" },
		{ { .courier = "{\"colour\":\"red\"}" }, "colour" },
		{ { .courier = "7" }, "courier" },
		{ { .numbers = "[{\"number\":\"\",\"url\":null}]" }, "number" },
		{ { .revision = -1 }, "revision" },
	};
	struct bench *b = *arg;
	size_t i;

	for (i = 0; i < COUNT_OF(bad); i++) {
		if (ship(b, &bad[i].say) != 422)
			fail_msg("%zu: %s", i, b->out.body);
		assert_contains(b->out.body, bad[i].part);
	}
	assert_int_equal(b->s->points, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(one_shipment_is_one_read_and_one_write_of_30_points),
		T(the_same_again_asks_nothing_and_answers_the_same),
		T(a_newer_revision_corrects_the_tracking_and_an_older_one_nothing),
		T(parts_of_a_line_spread_over_fulfilment_orders),
		T(two_locations_are_two_fulfilments_and_one_read),
		T(more_than_two_fulfilment_orders_are_read_again_wider),
		T(a_courier_shopify_does_not_know_goes_with_its_pages),
		T(what_blocks_is_said_in_words_and_settled_it_goes_on),
		T(one_location_blocked_stops_not_the_other),
		T(a_foreign_service_refuses_and_that_is_said),
		T(an_unknown_refusal_is_passed_on_in_its_own_words),
		T(moved_between_look_and_call_it_is_looked_at_again),
		T(fulfilled_in_the_very_moment_it_is_adopted),
		T(an_order_that_is_not_routed_yet_is_waited_for),
		T(an_order_without_fulfilment_orders_for_us_is_said_so),
		T(fulfilled_elsewhere_is_adopted_and_gets_the_tracking),
		T(others_numbers_stay_beside_ours),
		T(one_fulfilment_by_hand_serves_two_shipments),
		T(a_cancelled_fulfilment_is_not_adopted),
		T(a_lost_answer_is_read_back_once_the_call_is_over),
		T(a_call_that_never_arrived_is_made_again),
		T(a_correction_meets_an_answer_that_was_lost),
		T(twins_are_not_taken_for_each_other),
		T(a_lost_correction_is_read_back),
		T(delivered_is_said_once_for_14_points),
		T(all_eleven_words_are_told_with_their_time),
		T(an_event_of_two_locations_reaches_both_with_one_read),
		T(a_lost_event_is_read_back),
		T(what_the_carrier_said_itself_is_not_said_again),
		T(an_event_before_its_shipment_is_held),
		T(bad_shipments_are_refused_with_the_member_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
