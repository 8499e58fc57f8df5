/*
 * bulk_meanwhile_test.c - what people do while an operation has their orders,
 * and programs that die then.
 */
#include "bulk_rig.h"

#include <stdlib.h>

#include "db/db.h"
#include "shopify/bulk.h"
#include "shopify/restored.h"

enum {
	STRIDE = 61 /* of statements killed at: there are 1,700 */
};

/* --- what people do meanwhile --- */

/* An order that the operation has tagged and not ended with. */
static struct sim_order *
tagged_in_the_air(struct rig *r, size_t from)
{
	struct cx *cx = rig_cx(r);
	bool held;
	size_t i;

	for (i = from; i < r->store->norders; i++) {
		must(cx,
		    bulk_holds(cx, rig_row(r, &r->store->orders[i]).id,
			BULK_TAGS, &held));
		if (held)
			return &r->store->orders[i];
	}
	fail_msg("no order is in the air");
	return NULL;
}

static void
what_people_do_to_tags_meanwhile_counts(void **state)
{
	struct rig *r = *state;
	struct sim_order *off, *asks, *edited;

	r->shopify.bulk.stuck = true;
	place(r, MANY);
	run_until_started(r);
	rig_run(r, 20 * SECOND_MS); /* all lines are through, it is not over */
	off = tagged_in_the_air(r, 0);
	asks = tagged_in_the_air(r, (size_t)(off - r->store->orders) + 1);
	edited = tagged_in_the_air(r, (size_t)(asks - r->store->orders) + 1);
	sim_order_untag(off, "logivery-no-sync");
	sim_order_tag(asks, "logivery-error");
	sim_order_edit(edited);
	rig_settle(r);
	r->shopify.bulk.stuck = false;
	rig_run(r, 3 * MINUTE_MS);
	assert_state(r, off, "skipped");
	assert_tags(r, off, "");
	assert_state(r, asks, "waiting");
	assert_tags(r, asks, "logivery-no-sync");
	assert_state(r, edited, "waiting");
	assert_tags(r, edited, "logivery-no-sync");
	assert_int_equal(db_count(rig_cx(r), "bulk_line"), 0);
}

static void
an_order_that_moved_on_meanwhile_shows_where_it_is(void **state)
{
	struct rig *r = *state;
	size_t i;

	r->shopify.bulk.stuck = true;
	place(r, MANY);
	run_until_started(r);
	rig_run(r, 10 * SECOND_MS);
	let_all_go(r);
	rig_run(r, MINUTE_MS);
	r->shopify.bulk.stuck = false;
	rig_run(r, 15 * MINUTE_MS);
	for (i = 0; i < MANY; i++) {
		assert_state(r, &r->store->orders[i], "done");
		assert_tags(r, &r->store->orders[i], "logivery-synced");
	}
	assert_int_equal(r->cloud.nseen, MANY); /* nobody was sent twice */
}

static void
uninstalled_meanwhile_and_installed_again(void **state)
{
	struct rig *r = *state;
	struct sim_reply out;

	r->shopify.bulk.stuck = true;
	place(r, MANY);
	run_until_started(r);
	assert_int_equal(rig_hook(r,
			     &(struct rig_hook){ .topic = "app/uninstalled",
				 .id = "gone-1" },
			     "{\"id\":1}"),
	    200);
	rig_settle(r);
	assert_string_equal(rig_shop(r).state, "uninstalled");
	rig_run(r, MINUTE_MS);
	assert_true(db_count(rig_cx(r), "bulk_line") > 0);
	rig_ask(r, GET, "/api/connection", NULL, &out);
	assert_int_equal(out.status, 200);
	r->shopify.bulk.stuck = false;
	rig_run(r, 12 * MINUTE_MS);
	assert_string_equal(rig_shop(r).state, "installed");
	assert_settled(r);
	assert_once_each(r);
}

static void
after_a_restore_none_goes_on(void **state)
{
	struct rig *r = *state;

	r->shopify.bulk.stuck = true;
	place(r, MANY);
	run_until_started(r);
	rig_run(r, 20 * SECOND_MS);
	must(rig_cx(r), restored_careful(rig_cx(r)));
	assert_int_equal(db_count(rig_cx(r), "bulk_line"), 0);
	r->shopify.bulk.stuck = false;
	rig_run(r, 15 * MINUTE_MS);
	assert_settled(r);
}

/* --- killed --- */

static enum sim_caller
caller(void *arg, struct cx *cx)
{
	struct sim_node *n = arg;

	if (cx->db == NULL || cx->db != n->cx.db)
		return CALLER_LIVES;
	return sim_node_calls(n);
}

static void
die(void *arg, struct cx *cx)
{
	(void)cx;
	sim_node_doom_step(arg, 1);
}

/* Did it die?  Either way all is well in the end. */
static bool
killed(void **state, int step, int call, bool answered)
{
	struct rig *r = *state;
	bool died;

	r->sim.caller = caller;
	r->sim.die = die;
	r->sim.caller_arg = &r->app;
	place(r, MANY);
	rig_settle(r);
	if (call > 0)
		sim_node_doom_call(&r->app, call, answered);
	else
		sim_node_doom_step(&r->app, step);
	rig_run(r, 9 * MINUTE_MS);
	died = r->app.doom == 0 && db_fail_left(r->app.cx.db) == 0;
	if (!died)
		sim_node_spare(&r->app);
	cx_done(&r->cx); /* of the program that died */
	cx_child(&r->cx, &r->app.cx);
	assert_settled(r);
	return died;
}

static void
again(void **state)
{
	rig_teardown(state);
	bulk_setup(state);
}

static void
killed_at_any_statement_it_goes_on(void **state)
{
	int stride = getenv("LOGIVERY_EVERY_STEP") != NULL ? 1 : STRIDE;
	int step;

	for (step = 1; killed(state, step, 0, false); step += stride)
		again(state);
	assert_true(step > 20 * STRIDE);
}

static void
killed_at_any_call_it_goes_on(void **state)
{
	int call;

	for (call = 1; killed(state, 0, call, false); call++)
		again(state);
	assert_true(call > 7); /* a file, a start, looks, a result */
	again(state);
	for (call = 2; killed(state, 0, call, true); call++)
		again(state);
	assert_true(call > 7); /* a file, a start, looks, a result */
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		T(what_people_do_to_tags_meanwhile_counts),
		T(an_order_that_moved_on_meanwhile_shows_where_it_is),
		T(uninstalled_meanwhile_and_installed_again),
		T(after_a_restore_none_goes_on),
		T(killed_at_any_statement_it_goes_on),
		T(killed_at_any_call_it_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
