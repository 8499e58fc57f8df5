/*
 * fulfil_found_test.c - shipments that are in the store already, when they are
 * looked for: somebody else made them, or we did and never heard the answer.
 */
#include "fulfil_rig.h"

#include <stdio.h>

/* --- by somebody else --- */

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

/* What is read back must be there still. */
static void
a_lost_fulfilment_that_was_cancelled_is_made_again(void **arg)
{
	struct bench *b = *arg;
	struct store_fo *fo = plain(b);

	b->s->lose = 1;
	assert_int_equal(ship(b, &(struct say){ 0 }), 502);
	b->s->made[0].cancelled = true;
	fo->lines[0].left = 2;
	fo->can = true;
	snprintf(fo->status, sizeof(fo->status), "OPEN");
	sim_advance(&b->r->sim, 21 * SECOND_MS);
	assert_shipped(b, &(struct say){ 0 }, "done");
	assert_int_equal(b->s->creates, 2);
	assert_int_equal(b->s->nmade, 2);
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(fulfilled_elsewhere_is_adopted_and_gets_the_tracking),
		T(fulfilled_in_the_very_moment_it_is_adopted),
		T(others_numbers_stay_beside_ours),
		T(one_fulfilment_by_hand_serves_two_shipments),
		T(a_cancelled_fulfilment_is_not_adopted),
		T(what_the_carrier_said_itself_is_not_said_again),
		T(a_lost_answer_is_read_back_once_the_call_is_over),
		T(a_lost_fulfilment_that_was_cancelled_is_made_again),
		T(a_call_that_never_arrived_is_made_again),
		T(a_correction_meets_an_answer_that_was_lost),
		T(twins_are_not_taken_for_each_other),
		T(a_lost_correction_is_read_back),
		T(a_lost_event_is_read_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
