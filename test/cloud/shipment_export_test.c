/*
 * shipment_export_test.c - the store hears of each shipment, once, or the
 * shipment says why not.
 */
#include "shipment_rig.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "cloud/jobs.h"
#include "queue/event.h"
#include "queue/job.h"
#include "queue/sched.h"

/* Press "Run a job immediately". */
static void
run_now(struct cx *cx, const struct connector *c, const char *kind)
{
	const char *name = sched_once(cx, kind, c->id);

	must(cx,
	    job_add(cx,
		&(struct job_new){ .kind = kind,
		    .tenant = c->id,
		    .key = name,
		    .once = name,
		    .prio = -1 },
		NULL));
	run_jobs(cx);
}

static void
later(struct cx *cx, int64_t ms)
{
	test_clock_advance(cx, ms);
	if (db_engine(cx->db) == DB_PG)
		exec(cx,
		    arena_printf(cx->mem,
			"UPDATE job SET run_at = run_at - %" PRId64, ms));
	run_jobs(cx);
}

static void
a_shipped_shipment_reaches_the_store_by_itself(struct cx *cx)
{
	static const char *const members[] = { "id", "order", "state",
		"revision", "shipped_at", "courier", "tracking",
		"notify_customer", "lines" };
	struct connector c = ship_rig(cx, true);
	const char *id = ship_all(cx, ship_order(cx, &c, 1001, 2)).public_id;
	struct ship_fulfillment *f;
	struct shipment s;
	struct json *j;
	size_t n, i;

	run_jobs(cx);
	assert_int_equal(store.calls, 0); /* not shipped: nothing to tell */
	ship_it(cx, id, "brt", "T1");
	assert_string_equal(ship_now(cx, id).store_state, "owed");
	run_jobs(cx);
	s = ship_now(cx, id);
	assert_string_equal(s.store_state, "sent");
	assert_int_equal(s.sent_revision, 1);
	assert_int_equal(s.due, 0);
	must(cx, shipment_fulfillments(cx, s.id, &f, &n));
	assert_int_equal(n, 1);
	assert_string_equal(f[0].external_id, "5900000000001");
	must(cx, json_parse(cx, store.last[3], strlen(store.last[3]), &j));
	assert_int_equal(json_count(j), COUNT_OF(members));
	for (i = 0; i < COUNT_OF(members); i++)
		assert_non_null(json_get(j, members[i]));
	assert_string_equal(json_get_text(j, "id"), id);
	assert_string_equal(json_get_text(j, "order"), "1001");
	assert_string_equal(json_text(json_path(j, "courier.company")), "BRT");
	assert_int_equal(json_count(json_get(j, "lines")), 2);
	assert_true(
	    json_is_null(json_get(json_at(json_get(j, "tracking"), 0), "url")));
	assert_int_equal(told(cx, "shipment.sent"), 1);
	run_jobs(cx);
	assert_int_equal(store.calls, 1);
}

static void
a_courier_the_store_does_not_know_gets_a_url(struct cx *cx)
{
	struct connector c = ship_rig(cx, true);
	const char *id = ship_all(cx, ship_order(cx, &c, 1001, 1)).public_id;

	ship_it(cx, id, "sda", "A/1");
	run_jobs(cx);
	assert_contains(store.last[3], "\"company\":null");
	assert_contains(store.last[3], "letteraVettura=A%2F1\"");
}

static void
a_lost_answer_is_asked_again_with_the_same_call(struct cx *cx)
{
	static const enum store_answer script[] = { STORE_LOST, STORE_DOWN,
		STORE_DONE };
	struct connector c = ship_rig(cx, true);
	const char *id = ship_all(cx, ship_order(cx, &c, 1001, 1)).public_id;

	store.script = script;
	store.nscript = COUNT_OF(script);
	ship_it(cx, id, "brt", "T1");
	run_jobs(cx);
	later(cx, 10000);
	later(cx, 10000);
	assert_int_equal(store.calls, 3);
	assert_string_equal(store.last[3], store.last[1]);
	assert_int_equal(store.fulfilled, 1);
	assert_string_equal(ship_now(cx, id).store_state, "sent");
}

static void
a_correction_is_the_next_revision(struct cx *cx)
{
	struct connector c = ship_rig(cx, true);
	const char *id = ship_all(cx, ship_order(cx, &c, 1001, 1)).public_id;

	ship_it(cx, id, "gls", "T0");
	run_jobs(cx);
	must(cx, ship_try(cx, id, VERB_TRACK)); /* brt T1 */
	run_jobs(cx);
	assert_int_equal(store.shipments, 2);
	assert_int_equal(store.updated, 1);
	assert_contains(store.last[3], "\"revision\":2");
	assert_string_equal(store.tracking, "T1 ");
	must(cx, ship_try(cx, id, VERB_TRACK)); /* the same: nothing */
	run_jobs(cx);
	assert_int_equal(store.calls, 2);
	assert_int_equal(ship_now(cx, id).sent_revision, 2);
}

static const char *in_hand;

static void
correct_it(struct cx *cx)
{
	struct cx other; /* somebody else, not the job */

	cx_child(&other, cx);
	must(&other, ship_try(&other, in_hand, VERB_TRACK)); /* brt T1 */
	cx_done(&other);
}

static void
a_correction_during_the_call_is_sent_after_it(struct cx *cx)
{
	struct connector c = ship_rig(cx, true);

	in_hand = ship_all(cx, ship_order(cx, &c, 1001, 1)).public_id;
	ship_it(cx, in_hand, "gls", "T0");
	store.during = correct_it;
	run_jobs(cx);
	assert_int_equal(store.shipments, 2);
	assert_contains(store.last[2], "\"revision\":1");
	assert_contains(store.last[3], "\"revision\":2");
	assert_int_equal(ship_now(cx, in_hand).sent_revision, 2);
	assert_string_equal(ship_now(cx, in_hand).store_state, "sent");
}

static void
a_delivery_is_told_once_with_its_time(struct cx *cx)
{
	struct connector c = ship_rig(cx, true);
	const char *id = ship_all(cx, ship_order(cx, &c, 1001, 1)).public_id;
	struct ship_act a = { .id = id, .verb = VERB_DELIVER };
	struct shipment s;
	struct json *j;
	bool changed;

	ship_it(cx, id, "brt", "T1");
	test_clock_advance(cx, 3600000);
	a.at = cx->now - 60000;
	must(cx, shipment_act(cx, &a, &s, &changed));
	run_jobs(cx);
	assert_int_equal(store.shipments, 1);
	assert_int_equal(store.events, 1);
	must(cx, json_parse(cx, store.last[3], strlen(store.last[3]), &j));
	assert_string_equal(json_get_text(j, "status"), "delivered");
	assert_string_equal(json_get_text(j, "happened_at"),
	    "2026-11-23T10:59:00Z");
	assert_int_equal(json_count(json_get(j, "fulfillments")), 1);
	must(cx, shipment_act(cx, &a, &s, &changed));
	assert_false(changed);
	run_now(cx, &c, JOB_EXPORT_DELIVERED);
	assert_int_equal(store.calls, 2);
}

static void
what_the_store_holds_is_said_and_tried_again_by_hand(struct cx *cx)
{
	static const enum store_answer script[] = { STORE_HELD, STORE_HELD };
	struct connector c = ship_rig(cx, true);
	const char *id = ship_all(cx, ship_order(cx, &c, 1001, 1)).public_id;
	struct shipment s;
	struct job_ref ref;

	store.script = script;
	store.nscript = COUNT_OF(script);
	ship_it(cx, id, "brt", "T1");
	run_jobs(cx);
	s = ship_now(cx, id);
	assert_string_equal(s.store_state, "held");
	assert_string_equal(s.store_code, "on_hold");
	assert_contains(s.store_reason, "on hold");
	assert_true(s.store_retry_at > cx->now);
	assert_int_equal(told(cx, "shipment.send_held"), 1);
	assert_int_equal(number(cx,
			     "SELECT count(*) AS n FROM event WHERE step = "
			     "'shipment.send_held' AND next IS NOT NULL"),
	    1);
	must(cx, shipment_retry(cx, id, &s, &ref));
	run_jobs(cx);
	assert_int_equal(ship_now(cx, id).store_tries, 2);
	run_now(cx, &c, JOB_EXPORT_SHIPPED);
	s = ship_now(cx, id);
	assert_string_equal(s.store_state, "sent");
	assert_int_equal(s.store_tries, 0);
	assert_null(s.store_reason);
	must_fail(cx, ERR_CONFLICT, shipment_retry(cx, id, &s, &ref));
	assert_string_equal(cx->code, "nothing_to_send");
}

static void
a_schedule_leaves_alone_what_was_held_lately(struct cx *cx)
{
	static const enum store_answer script[] = { STORE_HELD };
	struct connector c = ship_rig(cx, true);
	const char *id = ship_all(cx, ship_order(cx, &c, 1001, 1)).public_id;
	int64_t n, rest;

	store.script = script;
	store.nscript = 1;
	ship_it(cx, id, "brt", "T1");
	run_jobs(cx);
	must(cx,
	    shipment_export_all(cx, c.channel, SHIP_DUE_FULFILLMENT, false, &n,
		&rest));
	assert_int_equal(n, 0);
	assert_int_equal(rest, 1);
	test_clock_advance(cx, 5 * 60 * 1000);
	must(cx,
	    shipment_export_all(cx, c.channel, SHIP_DUE_FULFILLMENT, false, &n,
		&rest));
	assert_int_equal(n, 1);
	run_jobs(cx);
	assert_string_equal(ship_now(cx, id).store_state, "sent");
}

static void
a_refused_call_stops_no_other(struct cx *cx)
{
	static const enum store_answer script[] = { STORE_REFUSED };
	struct connector c = ship_rig(cx, true);
	const char *a = ship_all(cx, ship_order(cx, &c, 1001, 1)).public_id;
	const char *b = ship_all(cx, ship_order(cx, &c, 1002, 1)).public_id;

	store.script = script;
	store.nscript = 1;
	ship_it(cx, a, "brt", "T1");
	ship_it(cx, b, "brt", "T2");
	run_jobs(cx);
	assert_string_equal(ship_now(cx, a).store_state, "refused");
	assert_non_null(ship_now(cx, a).store_reason);
	assert_string_equal(ship_now(cx, b).store_state, "sent");
}

static void
what_was_fulfilled_elsewhere_is_adopted(struct cx *cx)
{
	static const enum store_answer script[] = { STORE_ADOPTED };
	struct connector c = ship_rig(cx, true);
	const char *id = ship_all(cx, ship_order(cx, &c, 1001, 1)).public_id;
	struct ship_fulfillment *f;
	size_t n;

	store.script = script;
	store.nscript = 1;
	ship_it(cx, id, "brt", "T1");
	run_jobs(cx);
	must(cx, shipment_fulfillments(cx, ship_now(cx, id).id, &f, &n));
	assert_int_equal(f[0].adopted, 1);
	assert_int_equal(number(cx,
			     "SELECT count(*) AS n FROM event WHERE text LIKE "
			     "'%fulfilled elsewhere%'"),
	    1);
}

static void
a_partial_answer_is_called_again(struct cx *cx)
{
	static const enum store_answer script[] = { STORE_PARTIAL };
	struct connector c = ship_rig(cx, true);
	const char *id = ship_all(cx, ship_order(cx, &c, 1001, 1)).public_id;

	store.script = script;
	store.nscript = 1;
	ship_it(cx, id, "brt", "T1");
	run_jobs(cx);
	later(cx, 10000);
	assert_int_equal(store.calls, 2);
	assert_string_equal(ship_now(cx, id).store_state, "sent");
}

static void
while_automatic_is_off_only_the_jobs_send(struct cx *cx)
{
	struct connector c = ship_rig(cx, false);
	const char *id = ship_all(cx, ship_order(cx, &c, 1001, 1)).public_id;

	ship_it(cx, id, "brt", "T1");
	must(cx, ship_try(cx, id, VERB_DELIVER));
	run_jobs(cx);
	assert_int_equal(store.calls, 0);
	run_now(cx, &c, JOB_EXPORT_SHIPPED);
	assert_int_equal(store.shipments, 1);
	assert_int_equal(store.events, 0); /* deliveries have their own job */
	run_now(cx, &c, JOB_EXPORT_DELIVERED);
	assert_int_equal(store.events, 1);
	assert_int_equal(store.calls, 2);
	assert_int_equal(number(cx,
			     "SELECT count(*) AS n FROM job WHERE result LIKE "
			     "'The shipping of 1 shipment goes%'"),
	    1);
	run_now(cx, &c, JOB_EXPORT_SHIPPED);
	run_now(cx, &c, JOB_EXPORT_DELIVERED);
	assert_int_equal(store.calls, 2);
}

static void
export_delivered_alone_brings_the_shipping_too(struct cx *cx)
{
	struct connector c = ship_rig(cx, false);
	const char *id = ship_all(cx, ship_order(cx, &c, 1001, 1)).public_id;

	ship_it(cx, id, "brt", "T1");
	must(cx, ship_try(cx, id, VERB_DELIVER));
	run_now(cx, &c, JOB_EXPORT_DELIVERED);
	assert_int_equal(store.shipments, 1);
	assert_int_equal(store.events, 1);
}

static void
all_eleven_events_are_told_with_their_times(struct cx *cx)
{
	static const char *const kinds[] = { "ATTEMPTED_DELIVERY",
		"CARRIER_PICKED_UP", "CONFIRMED", "DELAYED", "DELIVERED",
		"FAILURE", "IN_TRANSIT", "LABEL_PRINTED", "LABEL_PURCHASED",
		"OUT_FOR_DELIVERY", "READY_FOR_PICKUP" };
	struct connector c = ship_rig(cx, true);
	const char *id = ship_all(cx, ship_order(cx, &c, 1001, 1)).public_id;
	int i;

	event_in(cx, id, "s", "SHIPPED", 1, "T1");
	for (i = 0; i < 11; i++)
		event_in(cx, id, kinds[i], kinds[i], 10 + i, NULL);
	run_jobs(cx);
	assert_int_equal(store.shipments, 1);
	assert_int_equal(store.told, 11);
	assert_contains(store.last[3], "\"ready_for_pickup\"");
	assert_int_equal(number(cx,
			     "SELECT count(*) AS n FROM carrier_event WHERE "
			     "state = 'sent' AND sent_at > 0"),
	    11);
}

static void
an_event_the_store_cannot_take_stops_no_other(struct cx *cx)
{
	static const enum store_answer script[] = { STORE_DONE, STORE_HELD };
	struct connector c = ship_rig(cx, true);
	const char *id = ship_all(cx, ship_order(cx, &c, 1001, 1)).public_id;
	struct job_ref ref;
	struct shipment s;

	store.script = script;
	store.nscript = COUNT_OF(script);
	event_in(cx, id, "s", "SHIPPED", 1, "T1");
	event_in(cx, id, "a", "IN_TRANSIT", 10, NULL);
	event_in(cx, id, "b", "DELIVERED", 20, NULL);
	run_jobs(cx);
	assert_int_equal(store.told, 1);
	assert_int_equal(told(cx, "shipment.event_held"), 1);
	must(cx, shipment_retry(cx, id, &s, &ref));
	run_jobs(cx);
	assert_int_equal(store.told, 2);
}

static void
without_a_linked_store_it_stays_owed(struct cx *cx)
{
	struct connector c = ship_rig(cx, true);
	const char *id = ship_all(cx, ship_order(cx, &c, 1001, 1)).public_id;
	struct job_ref ref;
	struct shipment s;

	must(cx, connector_drop(cx, "test", c.id));
	ship_it(cx, id, "brt", "T1");
	run_jobs(cx);
	assert_string_equal(ship_now(cx, id).store_state, "owed");
	must_fail(cx, ERR_CONFLICT, shipment_retry(cx, id, &s, &ref));
	assert_string_equal(cx->code, "not_linked");
	c = linked(cx, "New", SHOP);
	exec(cx, "DELETE FROM sched");
	run_now(cx, &c, JOB_EXPORT_SHIPPED);
	assert_string_equal(ship_now(cx, id).store_state, "sent");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASES(a_shipped_shipment_reaches_the_store_by_itself),
		CASES(a_courier_the_store_does_not_know_gets_a_url),
		SQLITE_CASE(a_lost_answer_is_asked_again_with_the_same_call),
		CASES(a_correction_is_the_next_revision),
		CASES(a_correction_during_the_call_is_sent_after_it),
		SQLITE_CASE(a_delivery_is_told_once_with_its_time),
		CASES(what_the_store_holds_is_said_and_tried_again_by_hand),
		SQLITE_CASE(a_schedule_leaves_alone_what_was_held_lately),
		CASES(a_refused_call_stops_no_other),
		CASES(what_was_fulfilled_elsewhere_is_adopted),
		SQLITE_CASE(a_partial_answer_is_called_again),
		CASES(while_automatic_is_off_only_the_jobs_send),
		CASES(export_delivered_alone_brings_the_shipping_too),
		CASES(all_eleven_events_are_told_with_their_times),
		CASES(an_event_the_store_cannot_take_stops_no_other),
		CASES(without_a_linked_store_it_stays_owed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
