/*
 * bulk_killed_test.c - the program dies while an operation has its orders.
 */
#include "bulk_rig.h"

#include <stdlib.h>

#include "db/db.h"

enum {
	STEPS = 1201, /* of the statements killed at: there are 16,600 */
	CALLS = 3     /* likewise: 26 */
};

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

/* LOGIVERY_EVERY_STEP: at each. */
static int
stride_of(int usual)
{
	return getenv("LOGIVERY_EVERY_STEP") != NULL ? 1 : usual;
}

static void
killed_at_any_statement_it_goes_on(void **state)
{
	int stride = stride_of(STEPS), step;

	for (step = 1; killed(state, step, 0, false); step += stride)
		again(state);
	assert_true(step > 10 * STEPS);
}

static void
killed_before_an_answer_it_goes_on(void **state)
{
	int stride = stride_of(CALLS), call;

	for (call = 1; killed(state, 0, call, false); call += stride)
		again(state);
	assert_true(call > 7); /* a file, a start, looks, a result */
}

static void
killed_after_any_answer_it_goes_on(void **state)
{
	int stride = stride_of(CALLS), call;

	for (call = 1; killed(state, 0, call, true); call += stride)
		again(state);
	assert_true(call > 7); /* likewise */
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		T(killed_at_any_statement_it_goes_on),
		T(killed_before_an_answer_it_goes_on),
		T(killed_after_any_answer_it_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
