/*
 * steps_run_test.c - what a runner asks of the store, each step failing once:
 * all or nothing is left, and tried again it is done.
 */
#include "ops.h"

#include "base/arena.h"
#include "queue/recover.h"
#include "queue/settle.h"

/* claiming */

static void
one_due(struct cx *cx, struct world *w)
{
	w->ref = ADD(cx, .tenant = 1, .key = "k");
}

static void
one_suspect(struct cx *cx, struct world *w)
{
	one_due(cx, w);
	exec(cx, "UPDATE job SET suspect = 1");
}

static enum err
claim(struct cx *cx, struct world *w)
{
	return claim_next(cx, &w->desk, &w->run);
}

static void
it_is_claimed(struct cx *cx, struct world *w)
{
	struct job job = job_now(cx, w->ref.uuid);

	assert_string_equal(job.state, "running");
	assert_int_equal(job.attempts, 1);
	assert_int_equal(job.fence, 1);
	assert_int_equal(told(cx, "job.started"), 1);
	assert_string_equal(w->run.job.uuid, w->ref.uuid);
}

static void
three_due(struct cx *cx, struct world *w)
{
	int i;

	one_due(cx, w);
	for (i = 0; i < 2; i++)
		(void)ADD(cx, .tenant = 1 + i);
}

static enum err
ahead_body(struct cx *cx, void *arg)
{
	struct world *w = arg;
	struct claim c = { .desk = &w->desk,
		.free = 1,
		.ahead = 8,
		.quick = ",work," };
	enum err e = claim_take(cx, &c);

	if (e == OK)
		w->n = (int64_t)(10 * c.n + c.nahead);
	return e;
}

static enum err
claim_ahead(struct cx *cx, struct world *w)
{
	return db_tx(cx, ahead_body, w);
}

/* Of those for later nobody says yet that they began. */
static void
three_are_claimed(struct cx *cx, struct world *w)
{
	assert_jobs(cx, "running", 3);
	assert_int_equal(w->n, 32);
	assert_int_equal(told(cx, "job.started"), 1);
}

static void
one_asleep(struct cx *cx, struct world *w)
{
	w->ref = ADD(cx, .tenant = 1, .run_at = cx->now + HOUR);
	exec(cx, "UPDATE job SET run_at = 1");
}

static enum err
wake(struct cx *cx, struct world *w)
{
	return claim_wake(cx, &w->n);
}

static void
it_is_awake(struct cx *cx, struct world *w)
{
	assert_int_equal(w->n, 1);
	assert_int_equal(number(cx, "SELECT asleep AS n FROM job"), 0);
}

static void
one_running(struct cx *cx, struct world *w)
{
	one_due(cx, w);
	must(cx, claim_next(cx, &w->desk, &w->run));
}

static enum err
beat(struct cx *cx, struct world *w)
{
	const char *ids = arena_printf(cx->mem, "[%d]", (int)w->run.job.id);
	struct job *jobs;
	size_t n;
	enum err e = claim_beat(cx, &w->desk, ids, &jobs, &n);

	if (e == OK)
		w->n = (int64_t)n;
	return e;
}

static void
it_is_ours_still(struct cx *cx, struct world *w)
{
	assert_int_equal(w->n, 1);
	assert_state(cx, w->ref.uuid, "running");
}

/* One of another node, whose lease ends in a minute; ours is for later. */
static void
one_elsewhere(struct cx *cx, struct world *w)
{
	one_running(cx, w);
	exec(cx,
	    arena_printf(cx->mem,
		"UPDATE job SET lease_owner = 'x', lease_until = %lld",
		(long long)shared_now(cx) + 60000));
	(void)ADD(cx, .tenant = 1, .run_at = shared_now(cx) + HOUR);
}

static enum err
due(struct cx *cx, struct world *w)
{
	return claim_due(cx, &w->desk, &w->n);
}

static void
the_first_is_named(struct cx *cx, struct world *w)
{
	int64_t ms = w->n - shared_now(cx);

	if (db_engine(cx->db) == DB_PG)
		assert_in_range(ms, 1, 60001); /* when its lease is over */
	else
		assert_in_range(ms, 60002, HOUR); /* no other node is there */
}

/* ending */

static void
end_as(struct cx *cx, struct world *w, enum err e, const char *code)
{
	if (e != OK)
		cx_fail_code(cx, e, code, "as told");
	settle_decide(&w->run, e);
}

static void
ends_done(struct cx *cx, struct world *w)
{
	one_running(cx, w);
	end_as(cx, w, OK, NULL);
}

static void
ends_dead(struct cx *cx, struct world *w)
{
	one_running(cx, w);
	end_as(cx, w, ERR_INPUT, "bad");
}

static void
ends_ahead(struct cx *cx, struct world *w)
{
	one_running(cx, w);
	exec(cx, "DELETE FROM event");
	exec(cx, "UPDATE job SET started_at = 0");
	w->run.ahead = true;
	w->run.job.started_at = 0;
	end_as(cx, w, ERR_UPSTREAM, "away");
}

static void
ends_unbegun(struct cx *cx, struct world *w)
{
	one_running(cx, w);
	w->run.unbegun = true;
}

static enum err
settle(struct cx *cx, struct world *w)
{
	return settle_one(cx, &w->run);
}

static void
it_is_done(struct cx *cx, struct world *w)
{
	assert_state(cx, w->ref.uuid, "done");
	assert_int_equal(told(cx, "job.done"), 1);
}

static void
it_is_buried(struct cx *cx, struct world *w)
{
	assert_state(cx, w->ref.uuid, "dead");
	assert_string_equal(job_now(cx, w->ref.uuid).code, "bad");
	assert_int_equal(told(cx, "job.dead"), 1);
	assert_int_equal(told(cx, "buried"), 1);
}

static void
it_goes_again(struct cx *cx, struct world *w)
{
	assert_state(cx, w->ref.uuid, "waiting");
	assert_int_equal(told(cx, "job.started"), 1);
	assert_int_equal(told(cx, "job.again"), 1);
	assert_true(job_now(cx, w->ref.uuid).started_at > 0);
}

static void
it_was_no_try(struct cx *cx, struct world *w)
{
	assert_state(cx, w->ref.uuid, "waiting");
	assert_int_equal(job_now(cx, w->ref.uuid).attempts, 0);
}

/* One is done, one was taken over meanwhile, one never began. */
static void
three_ends(struct cx *cx, struct world *w)
{
	int i;

	for (i = 0; i < 3; i++) {
		w->ref = ADD(cx, .tenant = 2 + i);
		must(cx, claim_next(cx, &w->desk, &w->runs[i]));
		settle_decide(&w->runs[i], OK);
	}
	exec(cx,
	    arena_printf(cx->mem,
		"UPDATE job SET fence = fence + 1 WHERE id = %d",
		(int)w->runs[1].job.id));
	w->runs[2].unbegun = true;
}

static enum err
all_body(struct cx *cx, void *arg)
{
	struct world *w = arg;
	struct run *runs[] = { &w->runs[0], &w->runs[1], &w->runs[2] };

	return settle_all(cx, runs, COUNT_OF(runs));
}

static enum err
settle_three(struct cx *cx, struct world *w)
{
	return db_tx(cx, all_body, w);
}

static void
each_ended_its_way(struct cx *cx, struct world *w)
{
	assert_state(cx, w->runs[0].job.uuid, "done");
	assert_state(cx, w->runs[1].job.uuid, "running"); /* the other's */
	assert_state(cx, w->runs[2].job.uuid, "waiting");
	assert_false(w->runs[0].lost);
	assert_true(w->runs[1].lost);
	assert_int_equal(told(cx, "job.done"), 1);
}

/* dying */

static void
one_wreck(struct cx *cx, struct world *w)
{
	one_running(cx, w);
	exec(cx, "UPDATE job SET lease_owner = 'x', lease_until = 1");
}

static void
one_fatal(struct cx *cx, struct world *w)
{
	one_wreck(cx, w);
	exec(cx, "UPDATE job SET suspect = 1, crashes = 2");
}

static enum err
recover(struct cx *cx, struct world *w)
{
	return recover_wrecks(cx, &w->desk, &w->n);
}

static void
it_is_suspect(struct cx *cx, struct world *w)
{
	struct job job = job_now(cx, w->ref.uuid);

	assert_int_equal(w->n, 1);
	assert_string_equal(job.state, "waiting");
	assert_string_equal(job.code, "crashed");
	assert_int_equal(job.suspect, 1);
	assert_int_equal(job.crashes, 1);
	assert_int_equal(told(cx, "job.again"), 1);
}

static void
it_is_poison(struct cx *cx, struct world *w)
{
	struct job job = job_now(cx, w->ref.uuid);

	assert_string_equal(job.state, "dead");
	assert_string_equal(job.code, "poison");
	assert_int_equal(job.crashes, 3);
	assert_int_equal(told(cx, "buried"), 1);
	assert_int_equal(told(cx, "job.dead"), 1);
}

static enum err
take_back(struct cx *cx, struct world *w)
{
	return recover_orphans(cx, &w->desk);
}

/* in the air */

static enum err
air(struct cx *cx, struct world *w)
{
	return job_air(cx, &w->run.job, 12345);
}

static void
it_is_in_the_air(struct cx *cx, struct world *w)
{
	assert_int_equal(job_now(cx, w->ref.uuid).effect_until, 12345);
}

static void
one_in_the_air(struct cx *cx, struct world *w)
{
	one_running(cx, w);
	must(cx, air(cx, w));
}

static enum err
land(struct cx *cx, struct world *w)
{
	return job_air_end(cx, &w->run.job);
}

static void
it_has_landed(struct cx *cx, struct world *w)
{
	assert_int_equal(job_now(cx, w->ref.uuid).effect_until, 0);
}

static const struct op ops[] = {
	{ "claim", one_due, claim, it_is_claimed },
	{ "claim_suspect", one_suspect, claim, it_is_claimed },
	{ "claim_ahead", three_due, claim_ahead, three_are_claimed },
	{ "wake", one_asleep, wake, it_is_awake },
	{ "beat", one_running, beat, it_is_ours_still },
	{ "due", one_elsewhere, due, the_first_is_named },
	{ "end_done", ends_done, settle, it_is_done },
	{ "end_dead", ends_dead, settle, it_is_buried },
	{ "end_ahead", ends_ahead, settle, it_goes_again },
	{ "end_unbegun", ends_unbegun, settle, it_was_no_try },
	{ "end_three", three_ends, settle_three, each_ended_its_way },
	{ "recover", one_wreck, recover, it_is_suspect },
	{ "recover_dead", one_fatal, recover, it_is_poison },
	{ "take_back", one_running, take_back, it_waits },
	{ "air", one_running, air, it_is_in_the_air },
	{ "land", one_in_the_air, land, it_has_landed },
};

static void
every_step_of_a_run_is_all_or_nothing(struct cx *cx)
{
	sweep_ops(cx, ops, COUNT_OF(ops));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASES(every_step_of_a_run_is_all_or_nothing),
	};

	return cmocka_run_group_tests_name("steps of a run", tests, NULL, NULL);
}
