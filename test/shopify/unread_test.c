/*
 * unread_test.c - orders that are not kept, and that Shopify does not give.
 */
#include "rig.h"

#include <string.h>

#include "base/arena.h"
#include "base/json.h"

#define T(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

static void
cannot_be_read(struct rig *r, struct sim_order *o)
{
	struct shop shop = rig_shop(r);
	struct cx *cx = rig_cx(r);

	o->unreadable = true;
	must(cx, ledger_must_read(cx, &shop, rig_row(r, o).order_id));
}

/* Those that wait longest are not kept, and Shopify fails to read them out:
   more than go at a time, and a person waits for one of them. */
static void
orders_that_cannot_be_read_hold_up_no_other(void **state)
{
	struct rig *r = *state;
	struct sim_order *bad[40], *good;
	size_t i;

	r->cloud.mood = CLOUD_AWAY;
	for (i = 0; i < COUNT_OF(bad); i++) {
		bad[i] = sim_order_place(r->store, 0);
		rig_settle(r);
		sim_advance(&r->sim, 2000);
	}
	good = sim_order_place(r->store, 0);
	rig_send_by_hand(r, bad[5]);
	rig_settle(r);
	assert_int_equal(rig_row(r, bad[5]).manual, 1);
	for (i = 0; i < COUNT_OF(bad); i++)
		cannot_be_read(r, bad[i]);
	r->cloud.mood = CLOUD_WELL;
	rig_run(r, 5 * MINUTE_MS);
	assert_int_equal(rig_times_sent(r, good), 1);
	rig_run(r, HOUR_MS);
	good = sim_order_place(r->store, 0);
	rig_run(r, LEDGER_DEFER_MS + 5000);
	assert_int_equal(rig_times_sent(r, good), 1);
	for (i = 0; i < COUNT_OF(bad); i++) {
		assert_int_equal(rig_times_sent(r, bad[i]), 0);
		bad[i]->unreadable = false;
	}
	rig_run(r, 10 * MINUTE_MS);
	for (i = 0; i < COUNT_OF(bad); i++)
		assert_int_equal(rig_times_sent(r, bad[i]), 1);
}

/* Out of points: the first must be read, those behind it are kept. */
static void
what_is_kept_goes_while_nothing_can_be_read(void **state)
{
	struct rig *r = *state;
	struct sim_order *first, *kept[5];
	size_t i;

	r->cloud.mood = CLOUD_AWAY;
	first = sim_order_place(r->store, 0);
	rig_settle(r);
	for (i = 0; i < COUNT_OF(kept); i++) {
		sim_advance(&r->sim, 2000);
		kept[i] = sim_order_place(r->store, 0);
		rig_settle(r);
	}
	cannot_be_read(r, first);
	r->sim.weather.throttle = 1000;
	r->cloud.mood = CLOUD_WELL;
	rig_run(r, 6 * MINUTE_MS);
	for (i = 0; i < COUNT_OF(kept); i++)
		assert_int_equal(rig_times_sent(r, kept[i]), 1);
	assert_state(r, first, "waiting");
}

/* What the Cloud App is told of the order's ledger. */
static const char *
looked_up(struct rig *r, const struct sim_order *o)
{
	struct cx *cx = rig_cx(r);
	struct sim_reply out;
	struct json *j;

	rig_call(r, RIG_TOKEN, POST, "/orders/lookup",
	    arena_printf(cx->mem, "{\"id\":\"%lld\"}", (long long)o->id), &out);
	assert_int_equal(out.status, 200);
	must(cx, json_parse(cx, out.body, strlen(out.body), &j));
	return json_get_text(json_at(json_get(j, "orders"), 0), "ledger");
}

static void
what_a_person_asked_for_is_looked_up_as_under_way(void **state)
{
	struct rig *r = *state;
	struct sim_order *o;

	r->cloud.mood = CLOUD_AUTO_OFF;
	o = sim_order_place(r->store, 0);
	rig_settle(r);
	assert_string_equal(looked_up(r, o), "waiting");
	cannot_be_read(r, o);
	rig_send_by_hand(r, o);
	assert_state(r, o, "waiting");
	assert_string_equal(looked_up(r, o), "sending");
	o->unreadable = false;
	rig_run(r, MINUTE_MS);
	assert_int_equal(rig_times_sent(r, o), 1);
}

/* A job sleeps until they are due again; a person wakes it before that, and it
   has nothing to come back for. */
static void
what_was_put_behind_comes_back_though_its_job_is_over(void **state)
{
	struct rig *r = *state;
	struct sim_order *behind, *other;

	r->cloud.mood = CLOUD_AWAY;
	behind = sim_order_place(r->store, 0);
	rig_settle(r);
	cannot_be_read(r, behind);
	r->cloud.mood = CLOUD_WELL;
	rig_send_by_hand(r, behind);
	rig_run(r, 1000);
	behind->unreadable = false;
	other = sim_order_place(r->store, 0);
	rig_send_by_hand(r, other);
	rig_settle(r);
	assert_int_equal(rig_times_sent(r, other), 1);
	assert_int_equal(rig_times_sent(r, behind), 0);
	rig_run(r, LEDGER_DEFER_MS + 1000);
	assert_int_equal(rig_times_sent(r, behind), 1);
}

static void
what_is_kept_behind_a_whole_call_of_unread_ones_goes_at_once(void **state)
{
	struct rig *r = *state;
	struct sim_order *bad[10], *kept[12];
	size_t i;

	r->cloud.mood = CLOUD_AWAY;
	for (i = 0; i < COUNT_OF(bad); i++)
		bad[i] = sim_order_place(r->store, 0);
	rig_settle(r);
	sim_advance(&r->sim, 2000);
	for (i = 0; i < COUNT_OF(kept); i++)
		kept[i] = sim_order_place(r->store, 0);
	rig_settle(r);
	for (i = 0; i < COUNT_OF(bad); i++)
		cannot_be_read(r, bad[i]);
	r->cloud.mood = CLOUD_WELL;
	while (rig_row(r, bad[0]).next_at == 0)
		rig_run(r, 100);
	rig_run(r, 1000);
	for (i = 0; i < COUNT_OF(kept); i++)
		assert_int_equal(rig_times_sent(r, kept[i]), 1);
}

/* The Cloud App was away when it came: it is not sent, and cannot be read. */
static struct sim_order *
one_unread(struct rig *r)
{
	struct sim_order *o;

	r->cloud.mood = CLOUD_AWAY;
	o = sim_order_place(r->store, 0);
	rig_settle(r);
	cannot_be_read(r, o);
	r->cloud.mood = CLOUD_WELL;
	return o;
}

/* As if the programs had been off in between; before and after that, long
   enough for whatever backs off. */
static void
pass_time(struct rig *r, int64_t ms)
{
	rig_run(r, 10 * MINUTE_MS);
	sim_advance(&r->sim, ms - 20 * MINUTE_MS);
	rig_run(r, 10 * MINUTE_MS);
}

static void
what_cannot_be_read_for_a_day_has_failed_and_is_tried_again(void **state)
{
	struct rig *r = *state;
	struct sim_order *o = one_unread(r);

	pass_time(r, DAY_MS - HOUR_MS);
	assert_state(r, o, "waiting");
	pass_time(r, 2 * HOUR_MS);
	assert_state(r, o, "failed");
	assert_string_equal(rig_row(r, o).code, "unreadable");
	assert_tags(r, o, "logivery-error");
	o->unreadable = false;
	rig_run(r, HOUR_MS);
	assert_int_equal(rig_times_sent(r, o), 1);
}

static void
what_waited_for_days_is_not_given_up_for_one_vain_read(void **state)
{
	struct rig *r = *state;
	struct sim_order *o;

	r->cloud.mood = CLOUD_AUTO_OFF;
	o = sim_order_place(r->store, 0);
	rig_settle(r);
	pass_time(r, 26 * HOUR_MS);
	cannot_be_read(r, o);
	rig_send_by_hand(r, o);
	assert_state(r, o, "waiting");
	o->unreadable = false;
	rig_run(r, MINUTE_MS);
	assert_int_equal(rig_times_sent(r, o), 1);
}

/* Read between, while the Cloud App is away: it waits on. */
static void
a_day_begins_anew_with_every_read(void **state)
{
	struct rig *r = *state;
	struct sim_order *o = one_unread(r);

	pass_time(r, 20 * HOUR_MS);
	assert_true(rig_row(r, o).unread_since > 0);
	r->cloud.mood = CLOUD_AWAY;
	o->unreadable = false;
	rig_run(r, HOUR_MS);
	assert_int_equal(rig_row(r, o).unread_since, 0);
	cannot_be_read(r, o);
	r->cloud.mood = CLOUD_WELL;
	pass_time(r, 20 * HOUR_MS);
	assert_state(r, o, "waiting");
	pass_time(r, 5 * HOUR_MS);
	assert_state(r, o, "failed");
}

/* Automatic processes are off: who asked is the only one to have it sent. */
static void
what_a_person_asked_for_is_told_as_unreadable_and_sent_in_the_end(void **state)
{
	struct rig *r = *state;
	struct sim_order *o;

	r->cloud.mood = CLOUD_AUTO_OFF;
	o = sim_order_place(r->store, 0);
	rig_settle(r);
	cannot_be_read(r, o);
	rig_send_by_hand(r, o);
	pass_time(r, DAY_MS + HOUR_MS);
	assert_state(r, o, "failed");
	assert_string_equal(rig_row(r, o).code, "unreadable");
	assert_tags(r, o, "logivery-error");
	o->unreadable = false;
	rig_run(r, HOUR_MS);
	assert_int_equal(rig_times_sent(r, o), 1);
	assert_state(r, o, "done");
}

/* Calls in an hour: a sweep makes three in five minutes, and whatever must be
   read is tried by a job of its own, each five minutes at the latest. */
static void
what_failed_and_cannot_be_read_is_read_later_and_later(void **state)
{
	struct rig *r = *state;
	struct sim_order *o = one_unread(r);
	int64_t calls;

	pass_time(r, DAY_MS + HOUR_MS);
	rig_run(r, 4 * HOUR_MS);
	assert_state(r, o, "failed");
	calls = r->sim.ncalls;
	rig_run(r, HOUR_MS);
	assert_true(r->sim.ncalls - calls < 80);
	assert_true(rig_row(r, o).attempts > 3);
	assert_true(rig_row(r, o).attempts < 20);
	o->unreadable = false;
	rig_run(r, 6 * MINUTE_MS); /* then it goes at once */
	assert_int_equal(rig_times_sent(r, o), 1);
}

/* It is in the Cloud App, and a person wants that to know of its end. */
static void
what_was_sent_and_cancelled_goes_at_once_when_read(void **state)
{
	struct rig *r = *state;
	struct sim_order *o = sim_order_place(r->store, 0);

	rig_run(r, 5 * MINUTE_MS);
	assert_state(r, o, "done");
	sim_order_cancel(o);
	rig_run(r, 5 * MINUTE_MS);
	cannot_be_read(r, o);
	rig_send_by_hand(r, o);
	pass_time(r, DAY_MS + HOUR_MS);
	assert_state(r, o, "failed");
	assert_string_equal(rig_row(r, o).code, "unreadable");
	pass_time(r, 4 * HOUR_MS); /* its next try is not near */
	o->unreadable = false;
	rig_run(r, 10 * MINUTE_MS);
	assert_state(r, o, "done");
}

/* It was never sent: there is nothing to end. */
static void
what_was_cancelled_before_it_could_be_read_is_not_sent(void **state)
{
	struct rig *r = *state;
	struct sim_order *o = one_unread(r);

	pass_time(r, DAY_MS + HOUR_MS);
	assert_string_equal(rig_row(r, o).code, "unreadable");
	o->unreadable = false;
	sim_order_cancel(o);
	rig_run(r, HOUR_MS);
	assert_state(r, o, "failed");
	assert_string_equal(rig_row(r, o).code, "not_importable");
	assert_tags(r, o, "logivery-error");
	assert_int_equal(rig_times_sent(r, o), 0);
}

/* What the Cloud App said of it stands. */
static void
a_vain_read_does_not_change_why_an_order_failed(void **state)
{
	struct rig *r = *state;
	struct shop shop = rig_shop(r);
	struct sim_order *o;
	struct cx *cx = rig_cx(r);

	r->cloud.mood = CLOUD_AWAY;
	o = sim_order_place(r->store, 0);
	rig_settle(r);
	must(cx,
	    ledger_failed(cx, &shop, rig_row(r, o).order_id, "import_failed",
		"No."));
	cannot_be_read(r, o);
	r->cloud.mood = CLOUD_WELL;
	rig_run(r, 4 * HOUR_MS);
	assert_state(r, o, "failed");
	assert_string_equal(rig_row(r, o).code, "import_failed");
	assert_true(rig_row(r, o).attempts > 3);
	assert_true(rig_row(r, o).attempts < 30);
}

/* Reads take their time: a run's own time is that of its beginning. */
static void
what_was_put_behind_is_not_due_to_a_run_that_began_before(void **state)
{
	struct rig *r = *state;
	struct due due = { .limit = 10 };
	struct cx *cx = rig_cx(r);
	struct sim_order *o;
	struct ledger l, *rows;
	size_t n;

	r->cloud.mood = CLOUD_AUTO_OFF;
	o = sim_order_place(r->store, 0);
	rig_settle(r);
	l = rig_row(r, o);
	must(cx, ledger_defer(cx, &l, LEDGER_DEFER_MS));
	cx->now -= 5000;
	must(cx, ledger_due(cx, l.shop, &due, &rows, &n));
	assert_int_equal(n, 0);
}

static void
work_hours_ahead(struct rig *r)
{
	sim_clock_wrong(&r->sim, 6 * HOUR_MS, 10 * 1000);
	rig_work(r);
	sim_advance(&r->sim, 11 * 1000);
}

/* Put behind while the clock was six hours ahead, and so the job that would
   come back for it. */
static void
after_the_clock_was_put_back_what_was_put_behind_goes(void **state)
{
	struct rig *r = *state;
	struct sim_order *behind = one_unread(r), *other;

	work_hours_ahead(r);
	assert_true(rig_row(r, behind).next_at > r->sim.now_ms + 5 * HOUR_MS);
	behind->unreadable = false;
	other = sim_order_place(r->store, 0);
	rig_run(r, MINUTE_MS);
	assert_int_equal(rig_times_sent(r, other), 1);
	assert_int_equal(rig_times_sent(r, behind), 1);
}

/* It cannot be read still: that is counted from now on. */
static void
after_the_clock_was_put_back_what_cannot_be_read_waits_as_ever(void **state)
{
	struct rig *r = *state;
	struct sim_order *o = one_unread(r);

	work_hours_ahead(r);
	rig_run(r, 5 * MINUTE_MS);
	assert_true(rig_row(r, o).next_at <= r->sim.now_ms + LEDGER_DEFER_MS);
	assert_true(rig_row(r, o).unread_since <= r->sim.now_ms);
	pass_time(r, DAY_MS);
	assert_state(r, o, "failed");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(orders_that_cannot_be_read_hold_up_no_other),
		T(what_is_kept_goes_while_nothing_can_be_read),
		T(what_a_person_asked_for_is_looked_up_as_under_way),
		T(what_was_put_behind_comes_back_though_its_job_is_over),
		T(what_is_kept_behind_a_whole_call_of_unread_ones_goes_at_once),
		T(what_cannot_be_read_for_a_day_has_failed_and_is_tried_again),
		T(what_waited_for_days_is_not_given_up_for_one_vain_read),
		T(a_day_begins_anew_with_every_read),
		T(what_a_person_asked_for_is_told_as_unreadable_and_sent_in_the_end),
		T(what_failed_and_cannot_be_read_is_read_later_and_later),
		T(what_was_sent_and_cancelled_goes_at_once_when_read),
		T(what_was_cancelled_before_it_could_be_read_is_not_sent),
		T(a_vain_read_does_not_change_why_an_order_failed),
		T(what_was_put_behind_is_not_due_to_a_run_that_began_before),
		T(after_the_clock_was_put_back_what_was_put_behind_goes),
		T(after_the_clock_was_put_back_what_cannot_be_read_waits_as_ever),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
