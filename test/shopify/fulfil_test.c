/*
 * fulfil_test.c - shipments on their way into a store: what is made of them,
 * what cannot be, and what it costs.
 */
#include "fulfil_rig.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"

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
		T(an_order_that_is_not_routed_yet_is_waited_for),
		T(an_order_without_fulfilment_orders_for_us_is_said_so),
		T(delivered_is_said_once_for_14_points),
		T(all_eleven_words_are_told_with_their_time),
		T(an_event_of_two_locations_reaches_both_with_one_read),
		T(an_event_before_its_shipment_is_held),
		T(bad_shipments_are_refused_with_the_member_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
