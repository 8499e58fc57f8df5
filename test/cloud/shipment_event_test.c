/*
 * shipment_event_test.c - what carriers say, in every order.
 */
#include "shipment_rig.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "base/when.h"

/* --- every permutation of what follows a shipment's making --- */

enum { STEPS = 5 };

static const struct {
	const char *id, *kind;
	int minute;
	const char *number;
} said[STEPS] = {
	{ "shipped", "SHIPPED", 10, "T1" },
	{ "corrected", "TRACKING", 20, "T2" },
	{ "moving", "IN_TRANSIT", 25, NULL },
	{ "arrived", "DELIVERED", 30, NULL },
	{ "shipped", "SHIPPED", 10, "T1" }, /* once more */
};

static void
assert_end(struct cx *cx, const char *id)
{
	struct shipment s = ship_now(cx, id);
	int64_t at = 0;

	assert_string_equal(s.state, "DELIVERED");
	assert_int_equal(s.nnumbers, 1);
	assert_string_equal(s.numbers[0], "T2");
	assert_string_equal(s.courier_code, "brt");
	assert_true(when_read("2026-11-23T08:10:00Z", &at));
	assert_int_equal(s.shipped_at, at);
	assert_true(when_read("2026-11-23T08:30:00Z", &at));
	assert_int_equal(s.delivered_at, at);
	assert_string_equal(s.store_state, "sent");
	/* the store: one fulfilment, its last tracking, each event once */
	assert_int_equal(store.fulfilled, 1);
	assert_string_equal(store.tracking, "T2 ");
	assert_string_equal(store.delivered_at, "2026-11-23T08:30:00Z");
	assert_int_equal(store.told, 2);
	assert_int_equal(number(cx,
			     "SELECT count(*) AS n FROM carrier_event "
			     "WHERE state IN ('kept', 'owed')"),
	    0);
}

static void
fresh_shipment(struct cx *cx)
{
	exec(cx, "DELETE FROM carrier_event");
	exec(cx, "DELETE FROM parcel");
	exec(cx, "DELETE FROM shipment_fulfillment");
	exec(cx,
	    "UPDATE shipment SET state = 'CREATED', courier = NULL, "
	    "shipped_at = 0, delivered_at = 0, tracking_at = 0, "
	    "tracking_key = '', state_at = 0, revision = 0, "
	    "sent_revision = 0, due = 0, store_state = 'none'");
}

static void
permute(struct cx *cx, const char *id, int *order, int n, int *count,
    bool jobs_between)
{
	static const enum store_answer lost[] = { STORE_LOST };
	int i, j, t;

	if (n < STEPS) {
		for (i = n; i < STEPS; i++) {
			t = order[n], order[n] = order[i], order[i] = t;
			permute(cx, id, order, n + 1, count, jobs_between);
			t = order[n], order[n] = order[i], order[i] = t;
		}
		return;
	}
	++*count;
	fresh_shipment(cx);
	memset(&store, 0, sizeof(store));
	if (jobs_between) { /* and the first answer is lost */
		store.script = lost;
		store.nscript = 1;
	}
	for (i = 0; i < STEPS; i++) {
		j = order[i];
		assert_string_not_equal(event_in(cx, id, said[j].id,
					    said[j].kind, said[j].minute,
					    said[j].number)
					    .result,
		    "error");
		if (jobs_between)
			run_jobs(cx);
	}
	test_clock_advance(cx, 10000);
	run_jobs(cx);
	assert_end(cx, id);
}

static void
every_order_of_arrival(struct cx *cx, bool jobs_between)
{
	struct connector c = ship_rig(cx, true);
	const char *id = ship_all(cx, ship_order(cx, &c, 1001, 1)).public_id;
	int order[STEPS] = { 0, 1, 2, 3, 4 }, count = 0;

	permute(cx, id, order, 0, &count, jobs_between);
	assert_int_equal(count, 120);
}

static void
every_order_of_arrival_ends_in_one_state(struct cx *cx)
{
	every_order_of_arrival(cx, false);
}

static void
so_it_does_with_calls_between_and_a_lost_answer(struct cx *cx)
{
	every_order_of_arrival(cx, true);
}

/* Failures and recoveries too: the latest word holds. */
static void
the_carriers_latest_word_holds_in_every_order(struct cx *cx)
{
	static const struct {
		const char *kind;
		int minute;
	} all[3] = { { "FAILURE", 20 }, { "OUT_FOR_DELIVERY", 30 },
		{ "FAILURE", 40 } };
	static const int orders[6][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
		{ 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
	struct connector c = ship_rig(cx, false);
	const char *id = ship_all(cx, ship_order(cx, &c, 1001, 1)).public_id;
	char name[32];
	int i, j, last;

	for (i = 0; i < 6; i++) {
		fresh_shipment(cx);
		event_in(cx, id, "s", "SHIPPED", 10, "T1");
		for (j = 0; j < 3; j++) {
			last = orders[i][j];
			snprintf(name, sizeof(name), "e%d", last);
			event_in(cx, id, name, all[last].kind, all[last].minute,
			    NULL);
		}
		assert_string_equal(ship_now(cx, id).state, "TRACKING_FAILED");
		event_in(cx, id, "back", "IN_TRANSIT", 50, NULL);
		assert_string_equal(ship_now(cx, id).state, "SHIPPED");
	}
}

/* Of one time the correction holds, of two corrections one and the same. */
static void
of_one_time_the_same_tracking_holds_in_every_order(struct cx *cx)
{
	static const struct {
		const char *id, *kind, *number;
	} all[3] = { { "z", "SHIPPED", "T1" }, { "a", "TRACKING", "T2" },
		{ "b", "TRACKING", "T3" } };
	static const int orders[6][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
		{ 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
	struct connector c = ship_rig(cx, false);
	const char *id = ship_all(cx, ship_order(cx, &c, 1001, 1)).public_id;
	int i, j, n;

	for (i = 0; i < 6; i++) {
		fresh_shipment(cx);
		for (j = 0; j < 3; j++) {
			n = orders[i][j];
			event_in(cx, id, all[n].id, all[n].kind, 10,
			    all[n].number);
		}
		assert_string_equal(ship_now(cx, id).numbers[0], "T3");
	}
}

static void
what_a_carrier_says_is_newer_than_what_it_was_made_with(struct cx *cx)
{
	const char *number = "T0";
	struct connector c = ship_rig(cx, false);
	struct shipment_in in = { .courier = "gls",
		.tracking_numbers = &number,
		.ntracking_numbers = 1,
		.notify = -1 };
	struct shipment s;
	bool fresh;

	in.order = ship_order(cx, &c, 1001, 1);
	must(cx, shipment_add(cx, &in, &s, &fresh));
	event_in(cx, s.public_id, "t", "TRACKING", 10, "T2");
	assert_string_equal(ship_now(cx, s.public_id).numbers[0], "T2");
}

/* --- one by one --- */

static void
early_events_are_kept_until_their_time(struct cx *cx)
{
	struct connector c = ship_rig(cx, false);
	const char *id = ship_all(cx, ship_order(cx, &c, 1001, 1)).public_id;
	struct carrier_result r;

	r = event_in(cx, id, "d", "DELIVERED", 30, NULL);
	assert_string_equal(r.result, "kept");
	assert_string_equal(r.code, "too_early");
	r = event_in(cx, id, "d", "DELIVERED", 30, NULL);
	assert_string_equal(r.result, "repeated");
	assert_string_equal(ship_now(cx, id).state, "CREATED");
	must_fail(cx, ERR_CONFLICT, ship_try(cx, id, VERB_DELIVER));
	assert_string_equal(cx->code, "not_shipped");
	r = event_in(cx, id, "s", "SHIPPED", 10, "T1");
	assert_string_equal(r.result, "applied");
	assert_string_equal(r.state, "DELIVERED");
}

static void
an_early_delivery_counts_when_a_person_ships(struct cx *cx)
{
	struct connector c = ship_rig(cx, false);
	const char *id = ship_all(cx, ship_order(cx, &c, 1001, 1)).public_id;
	struct ship_act a = { .id = id, .verb = VERB_SHIP };
	struct shipment s;
	bool changed;

	event_in(cx, id, "d", "DELIVERED", 30, NULL);
	a.at = cx->now - 3 * 3600 * 1000;
	must(cx, shipment_act(cx, &a, &s, &changed));
	assert_string_equal(ship_now(cx, id).state, "DELIVERED");
}

static void
a_delivery_before_the_shipping_is_refused_whenever_it_comes(struct cx *cx)
{
	struct connector c = ship_rig(cx, false);
	const char *a = ship_all(cx, ship_order(cx, &c, 1001, 1)).public_id;
	const char *b = ship_all(cx, ship_order(cx, &c, 1002, 1)).public_id;

	event_in(cx, a, "as", "SHIPPED", 10, "T1");
	assert_string_equal(event_in(cx, a, "ad", "DELIVERED", 5, NULL).code,
	    "delivered_before_shipped");
	event_in(cx, b, "bd", "DELIVERED", 5, NULL);
	event_in(cx, b, "bs", "SHIPPED", 10, "T1");
	assert_string_equal(ship_now(cx, a).state, "SHIPPED");
	assert_string_equal(ship_now(cx, b).state, "SHIPPED");
	assert_int_equal(number(cx,
			     "SELECT count(*) AS n FROM carrier_event WHERE "
			     "state = 'refused' AND code = "
			     "'delivered_before_shipped'"),
	    1);
}

static void
two_deliveries_are_told_once_and_the_earlier_counts(struct cx *cx)
{
	struct connector c = ship_rig(cx, false);
	const char *id = ship_all(cx, ship_order(cx, &c, 1001, 1)).public_id;
	int64_t at = 0;

	event_in(cx, id, "s", "SHIPPED", 10, "T1");
	event_in(cx, id, "d2", "DELIVERED", 40, NULL);
	event_in(cx, id, "d1", "DELIVERED", 30, NULL);
	event_in(cx, id, "d3", "DELIVERED", 50, NULL);
	assert_true(when_read("2026-11-23T08:30:00Z", &at));
	assert_int_equal(ship_now(cx, id).delivered_at, at);
	assert_int_equal(number(cx,
			     "SELECT count(*) AS n FROM carrier_event WHERE "
			     "state = 'superseded'"),
	    2);
}

static const struct {
	struct carrier_event_in in; /* shipment NULL: a good one */
	const char *code;
} bad[] = {
	{ { "", NULL, "DELIVERED", "2026-11-23T08:00:00Z" }, "bad_input" },
	{ { "a b", NULL, "DELIVERED", "2026-11-23T08:00:00Z" }, "bad_input" },
	{ { "e1", NULL, "LOST", "2026-11-23T08:00:00Z" }, "unknown_kind" },
	{ { "e1", NULL, "delivered", "2026-11-23T08:00:00Z" }, "unknown_kind" },
	{ { "e1", NULL, "DELIVERED", "2026-11-23T08:00:00" }, "bad_time" },
	{ { "e1", NULL, "DELIVERED", "yesterday" }, "bad_time" },
	{ { "e1", NULL, "DELIVERED", "2026-11-23T11:00:00Z" },
	    "in_the_future" },
	{ { "e1", NULL, "SHIPPED", "2001-01-01T08:00:00Z" },
	    "shipped_before_order" },
	{ { "e1", "nosuchshipmentxx", "DELIVERED", "2026-11-23T08:00:00Z" },
	    "unknown_shipment" },
	{ { "e1", NULL, "TRACKING", "2026-11-23T08:00:00Z" }, "bad_input" },
	{ { "e1", NULL, "SHIPPED", "2026-11-23T08:00:00Z", NULL, "Pony" },
	    "unknown_courier" },
	{ { "e1", NULL, "DELIVERED", "2026-11-23T08:00:00Z", NULL, "brt" },
	    "bad_input" },
	{ { "s", NULL, "SHIPPED", "2026-11-23T08:00:01Z" }, "event_id_reused" },
};

static void
a_bad_item_costs_no_other(struct cx *cx)
{
	enum { N = COUNT_OF(bad) };
	struct connector c = ship_rig(cx, false);
	const char *id = ship_all(cx, ship_order(cx, &c, 1001, 1)).public_id;
	struct carrier_event_in in[N + 1];
	struct carrier_result *out;
	size_t i;

	event_in(cx, id, "s", "SHIPPED", 10, "T1");
	for (i = 0; i < N; i++) {
		in[i] = bad[i].in;
		in[i].shipment = in[i].shipment ? in[i].shipment : id;
	}
	in[N] = (struct carrier_event_in){ "good", id, "DELIVERED",
		"2026-11-23T08:30:00Z" };
	must(cx, carrier_event_take(cx, "test", in, N + 1, &out));
	for (i = 0; i < N; i++) {
		if (strcmp(out[i].result, "error") != 0 ||
		    strcmp(out[i].code, bad[i].code) != 0)
			print_error("item %zu: %s %s\n", i, out[i].result,
			    out[i].code);
		assert_string_equal(out[i].result, "error");
		assert_string_equal(out[i].code, bad[i].code);
		assert_true(strlen(out[i].reason) > 10);
	}
	assert_string_equal(out[N].result, "applied");
	assert_string_equal(ship_now(cx, id).state, "DELIVERED");
}

static void
a_thousand_events_are_one_call(struct cx *cx)
{
	struct connector c = ship_rig(cx, false);
	const char *id = ship_all(cx, ship_order(cx, &c, 1001, 1)).public_id;
	struct carrier_event_in in[1000];
	struct carrier_result *out;
	int i;

	for (i = 0; i < 1000; i++) {
		in[i] = (struct carrier_event_in){
			.id = arena_printf(cx->mem, "e%d", i),
			.shipment = id,
			.kind = i == 999 ? "SHIPPED" : "IN_TRANSIT",
			.happened_at = arena_printf(cx->mem,
			    "2026-11-22T08:%02d:%02dZ", i / 60, i % 60),
		};
	}
	must(cx, carrier_event_take(cx, "", in, 1000, &out));
	assert_string_equal(out[0].result, "kept");
	assert_string_equal(out[999].result, "applied");
	assert_int_equal(number(cx,
			     "SELECT count(*) AS n FROM carrier_event WHERE "
			     "state = 'owed'"),
	    999);
	must(cx, carrier_event_take(cx, "", in, 1000, &out));
	for (i = 0; i < 1000; i++)
		assert_string_equal(out[i].result, "repeated");
}

static void
a_shipping_on_hold_waits_for_the_choice(struct cx *cx)
{
	struct connector c = ship_rig(cx, false);
	int64_t order = ship_order(cx, &c, 1001, 1);
	const char *id = ship_all(cx, order).public_id;
	struct json *doc = ship_document(cx, 1001, 60, 1);
	struct carrier_result r;

	line_quantity(cx, doc, 0, 2);
	import(cx, &c, doc);
	r = event_in(cx, id, "s", "SHIPPED", 10, "T1");
	assert_string_equal(r.result, "kept");
	assert_string_equal(r.code, "shipment_on_hold");
	event_in(cx, id, "d", "DELIVERED", 20, NULL);
	assert_string_equal(ship_now(cx, id).state, "CREATED");
	must(cx, shipment_conflict_choose(cx, order, "keep"));
	assert_string_equal(ship_now(cx, id).state, "DELIVERED");
}

static void
a_cancelled_shipment_hears_nothing_more(struct cx *cx)
{
	struct connector c = ship_rig(cx, false);
	const char *id = ship_all(cx, ship_order(cx, &c, 1001, 1)).public_id;

	event_in(cx, id, "d", "DELIVERED", 20, NULL);
	must(cx, ship_try(cx, id, VERB_CANCEL));
	assert_string_equal(event_in(cx, id, "s", "SHIPPED", 10, "T1").code,
	    "shipment_cancelled");
	assert_int_equal(number(cx,
			     "SELECT count(*) AS n FROM carrier_event WHERE "
			     "state = 'kept'"),
	    0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SQLITE_CASE(every_order_of_arrival_ends_in_one_state),
		SQLITE_CASE(so_it_does_with_calls_between_and_a_lost_answer),
		CASES(the_carriers_latest_word_holds_in_every_order),
		CASES(of_one_time_the_same_tracking_holds_in_every_order),
		CASES(what_a_carrier_says_is_newer_than_what_it_was_made_with),
		CASES(early_events_are_kept_until_their_time),
		CASES(an_early_delivery_counts_when_a_person_ships),
		CASES(
		    a_delivery_before_the_shipping_is_refused_whenever_it_comes),
		CASES(two_deliveries_are_told_once_and_the_earlier_counts),
		CASES(a_bad_item_costs_no_other),
		CASES(a_thousand_events_are_one_call),
		CASES(a_shipping_on_hold_waits_for_the_choice),
		CASES(a_cancelled_shipment_hears_nothing_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
