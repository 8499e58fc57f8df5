/*
 * shipment_fault_test.c - what is done with a shipment is all or nothing: each
 * step fails once, and the store hears of each effect once.
 */
#include "shipment_rig.h"

#include <string.h>

#include "base/arena.h"
#include "cloud/jobs.h"
#include "queue/job.h"

enum { STEPS_MAX = 300 };

static void
wipe(struct cx *cx)
{
	static const char *const tables[] = { "shipment", "shipment_line",
		"parcel", "carrier_event", "shipment_fulfillment", "job",
		"event", "order_basis" };
	size_t i;

	for (i = 0; i < COUNT_OF(tables); i++)
		exec(cx, arena_printf(cx->mem, "DELETE FROM %s", tables[i]));
	exec(cx, "UPDATE orders SET status = 'placed'");
	memset(&store, 0, sizeof(store));
}

static void
making_and_shipping_are_all_or_nothing(struct cx *cx)
{
	const char *numbers[] = { "T1", "T2" };
	struct connector c = ship_rig(cx, true);
	struct shipment_in in = { .courier = "brt",
		.tracking_numbers = numbers,
		.ntracking_numbers = 2,
		.notify = -1 };
	struct shipment s;
	bool fresh;
	int step;

	in.order = ship_order(cx, &c, 1001, 2);
	wipe(cx);
	for (step = 1; step < STEPS_MAX; step++) {
		db_fail_at(cx->db, step);
		if (shipment_add(cx, &in, &s, &fresh) == OK)
			break;
		db_fail_at(cx->db, 0);
		assert_int_equal(db_count(cx, "shipment"), 0);
		assert_int_equal(db_count(cx, "parcel"), 0);
		assert_int_equal(db_count(cx, "order_basis"), 0);
		assert_int_equal(db_count(cx, "event"), 0);
		assert_string_equal(status_of(cx, in.order), "placed");
	}
	assert_true(step > 15 && step < STEPS_MAX);
	db_fail_at(cx->db, 0);
	assert_string_equal(status_of(cx, in.order), "total");
	assert_string_equal(ship_now(cx, s.public_id).state, "CONFIRMED");
	for (step = 1; step < STEPS_MAX; step++) {
		db_fail_at(cx->db, step);
		if (ship_try(cx, s.public_id, VERB_SHIP) == OK)
			break;
		db_fail_at(cx->db, 0);
		assert_int_equal(db_count(cx, "job"), 0);
		assert_string_equal(ship_now(cx, s.public_id).state,
		    "CONFIRMED");
	}
	assert_true(step > 5 && step < STEPS_MAX);
	db_fail_at(cx->db, 0);
	assert_int_equal(db_count(cx, "job"), 1); /* the outbox */
}

static enum err
one_event(struct cx *cx, const char *id, const char *kind, const char *at)
{
	struct carrier_event_in in = { .id = kind,
		.shipment = id,
		.kind = kind,
		.happened_at = at };
	struct carrier_result *out;

	return carrier_event_take(cx, "test", &in, 1, &out);
}

static void
an_event_is_all_or_nothing(struct cx *cx)
{
	struct connector c = ship_rig(cx, true);
	int64_t order = ship_order(cx, &c, 1001, 1);
	const char *id;
	int step;

	wipe(cx);
	id = ship_all(cx, order).public_id;
	must(cx, one_event(cx, id, "DELIVERED", "2026-11-23T08:30:00Z"));
	for (step = 1; step < STEPS_MAX; step++) {
		db_fail_at(cx->db, step);
		if (one_event(cx, id, "SHIPPED", "2026-11-23T08:10:00Z") == OK)
			break;
		db_fail_at(cx->db, 0);
		assert_string_equal(ship_now(cx, id).state, "CREATED");
		assert_int_equal(db_count(cx, "carrier_event"), 1);
		assert_int_equal(db_count(cx, "job"), 0);
	}
	assert_true(step > 10 && step < STEPS_MAX);
	db_fail_at(cx->db, 0);
	assert_string_equal(ship_now(cx, id).state, "DELIVERED");
	assert_int_equal(db_count(cx, "job"), 1);
}

/* Each step of the job fails once; the store has each effect once. */
static void
the_job_tells_each_effect_once_whatever_fails(struct cx *cx)
{
	struct connector c = ship_rig(cx, true);
	int64_t order = ship_order(cx, &c, 1001, 1);
	const char *id;
	struct job job = { .tenant = c.id, .kind = JOB_SHIP };
	extern const struct job_kind cloud_kind_ship;
	int step;
	enum err e;

	for (step = 1; step < STEPS_MAX; step++) {
		wipe(cx);
		id = ship_all(cx, order).public_id;
		ship_it(cx, id, "brt", "T1");
		must(cx, ship_try(cx, id, VERB_DELIVER));
		job.subject = ship_now(cx, id).id;
		db_fail_at(cx->db, step);
		e = cloud_kind_ship.run(cx, &job);
		db_fail_at(cx->db, 0);
		if (e != OK)
			must(cx, cloud_kind_ship.run(cx, &job));
		assert_int_equal(store.fulfilled, 1);
		assert_int_equal(store.told, 1);
		assert_string_equal(ship_now(cx, id).store_state, "sent");
		assert_int_equal(told(cx, "shipment.sent"), 1);
		assert_int_equal(told(cx, "shipment.event_sent"), 1);
		if (e == OK)
			break;
	}
	assert_true(step > 15 && step < STEPS_MAX);
}

static void
a_choice_is_all_or_nothing(struct cx *cx)
{
	struct connector c = ship_rig(cx, false);
	int64_t order = ship_order(cx, &c, 1001, 1);
	struct json *doc = ship_document(cx, 1001, 60, 1);
	struct shipment s = ship_all(cx, order);
	int step;

	line_quantity(cx, doc, 0, 1);
	import(cx, &c, doc);
	for (step = 1; step < STEPS_MAX; step++) {
		db_fail_at(cx->db, step);
		if (shipment_conflict_choose(cx, order, "adapt") == OK)
			break;
		db_fail_at(cx->db, 0);
		assert_int_equal(ship_now(cx, s.public_id).hold, 1);
		assert_int_equal(number(cx,
				     "SELECT sum(quantity) AS n FROM "
				     "shipment_line"),
		    3);
	}
	assert_true(step > 10 && step < STEPS_MAX);
	db_fail_at(cx->db, 0);
	assert_int_equal(ship_now(cx, s.public_id).hold, 0);
	assert_int_equal(number(cx,
			     "SELECT sum(quantity) AS n FROM shipment_line"),
	    1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SQLITE_CASE(making_and_shipping_are_all_or_nothing),
		SQLITE_CASE(an_event_is_all_or_nothing),
		SQLITE_CASE(the_job_tells_each_effect_once_whatever_fails),
		SQLITE_CASE(a_choice_is_all_or_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
