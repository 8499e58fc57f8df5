/*
 * runner_fail_test.c - what follows when a job fails, loses its lease, or does
 * not hear what became of its call; one thread, step by step.
 */
#include "rig.h"

#include <string.h>

#include "base/env.h"

/* --- failing --- */

static void
failures_are_answered_by_class(struct cx *cx)
{
	static const struct {
		enum err e;
		const char *state;
	} rows[] = {
		{ ERR_INPUT, "dead" },
		{ ERR_AUTH, "dead" },
		{ ERR_DENIED, "dead" },
		{ ERR_MISSING, "dead" },
		{ ERR_CONFLICT, "dead" },
		{ ERR_BUSY, "waiting" },
		{ ERR_UPSTREAM, "waiting" },
		{ ERR_STORE, "waiting" },
		{ ERR_BUG, "dead" },
	};
	struct runner *r = begin(cx);
	struct job_ref ref;
	struct job job;
	size_t i;

	for (i = 0; i < COUNT_OF(rows); i++) {
		ref = ADD(cx, .tenant = 1);
		script.e = rows[i].e;
		script.buried = 0;
		run_one(cx, r);
		job = job_now(cx, ref.uuid);
		assert_string_equal(job.state, rows[i].state);
		assert_string_equal(job.code, err_row(rows[i].e)->code);
		assert_string_equal(job.reason, "as told");
		assert_int_equal(script.buried,
		    strcmp(rows[i].state, "dead") == 0);
		exec(cx, "DELETE FROM job");
	}
	runner_close(r, 0);
}

static void
retries_wait_longer_and_end(struct cx *cx)
{
	struct runner *r = begin(cx);
	struct job_ref ref = ADD(cx, .tenant = 1);
	int64_t delay, top;
	int i;

	script.e = ERR_UPSTREAM;
	for (i = 1, top = 10000; i < 3; i++, top *= 2) {
		run_one(cx, r);
		delay = job_now(cx, ref.uuid).run_at - shared_now(cx);
		assert_true(delay <= top);
		assert_int_equal(script.buried, 0);
		assert_int_equal(run_all(cx, r), 0);
		time_passes(cx, top);
	}
	run_one(cx, r);
	assert_state(cx, ref.uuid, "dead");
	assert_int_equal(script.buried, 1);
	assert_int_equal(script.buried_for, ERR_UPSTREAM);
	assert_string_equal(script.steps, "sasasd");
	must(cx, job_redrive(cx, ref.uuid));
	script.e = OK;
	run_one(cx, r);
	assert_state(cx, ref.uuid, "done");
	runner_close(r, 0);
}

static void
without_a_limit_it_is_tried_for_ever(struct cx *cx)
{
	struct runner *r = begin(cx);
	struct job_ref ref = add(cx, &(struct job_new){ .kind = "ever" });
	int i;

	script.e = ERR_UPSTREAM;
	for (i = 0; i < 20; i++) {
		run_one(cx, r);
		assert_true(
		    job_now(cx, ref.uuid).run_at - shared_now(cx) <= 300000);
		time_passes(cx, 300000);
	}
	assert_int_equal(job_now(cx, ref.uuid).attempts, 20);
	runner_close(r, 0);
}

static void
back_off_is_within_its_bounds(struct cx *cx)
{
	static const struct {
		int64_t base, cap, n, top;
	} rows[] = {
		{ 1000, 300000, 1, 1000 },
		{ 1000, 300000, 2, 2000 },
		{ 1000, 300000, 9, 256000 },
		{ 1000, 300000, 10, 300000 },
		{ 1000, 300000, INT64_MAX, 300000 },
		{ 1, 1, 5, 1 },
		{ 0, 300000, 5, 1 },
		{ 500, 100, 1, 100 },
		{ 3, INT64_MAX, 80, INT64_MAX },
	};
	int64_t ms, least, most;
	size_t i;
	int k;

	for (i = 0; i < COUNT_OF(rows); i++) {
		least = INT64_MAX;
		most = 0;
		for (k = 0; k < 2000; k++) {
			ms = backoff_ms(cx->env, rows[i].base, rows[i].cap,
			    rows[i].n);
			least = ms < least ? ms : least;
			most = ms > most ? ms : most;
		}
		assert_true(least >= 1 && most <= rows[i].top);
		/* full jitter: all of it is used */
		assert_true(least <= rows[i].top / 100 + 1);
		assert_true(most >= rows[i].top - rows[i].top / 50);
	}
}

static void
a_wait_is_not_a_try(struct cx *cx)
{
	struct runner *r = begin(cx);
	struct job_ref ref = ADD(cx, .tenant = 1);
	struct job job;
	int64_t wait;
	int i;

	script.e = ERR_BUSY;
	script.wait_ms = 70000;
	for (i = 0; i < 10; i++) {
		run_one(cx, r);
		job = job_now(cx, ref.uuid);
		wait = job.run_at - shared_now(cx);
		assert_string_equal(job.state, "waiting");
		assert_int_equal(job.attempts, 0);
		assert_true(wait > 60000 && wait <= 70000);
		assert_int_equal(job.fence, i + 1);
		time_passes(cx, 70000);
	}
	runner_close(r, 0);
}

static void
a_disconnected_kind_parks_and_comes_back(struct cx *cx)
{
	struct runner *r = begin(cx);
	struct job_ref ref =
	    add(cx, &(struct job_new){ .kind = "parks", .tenant = 3 });
	struct job_ref dead = ADD(cx, .tenant = 3);

	script.e = ERR_DENIED;
	script.code = "disconnected";
	assert_int_equal(run_all(cx, r), 2);
	assert_state(cx, ref.uuid, "parked");
	assert_state(cx, dead.uuid, "dead"); /* its kind does not park */
	assert_string_equal(job_now(cx, ref.uuid).code, "disconnected");
	assert_int_equal(run_all(cx, r), 0);
	script.e = OK;
	must(cx, job_unpark(cx, 3));
	assert_int_equal(run_all(cx, r), 1);
	assert_state(cx, ref.uuid, "done");
	runner_close(r, 0);
}

static void
another_denial_does_not_park(struct cx *cx)
{
	struct runner *r = begin(cx);
	struct job_ref ref = add(cx, &(struct job_new){ .kind = "parks" });

	script.e = ERR_DENIED;
	script.code = "wrong_store";
	run_all(cx, r);
	assert_state(cx, ref.uuid, "dead");
	runner_close(r, 0);
}

static enum err
fail_after_an_add(struct cx *cx, const struct job *job)
{
	ADD(cx, .tenant = job->tenant, .once = job->once);
	return cx_fail(cx, ERR_UPSTREAM, "later");
}

static void
a_retry_leaves_its_once_to_the_one_that_waits(struct cx *cx)
{
	struct runner *r = begin(cx);
	struct job_ref ref = ADD(cx, .tenant = 1, .once = "x");

	script.hook = fail_after_an_add;
	run_one(cx, r);
	assert_state(cx, ref.uuid, "waiting");
	assert_null(job_now(cx, ref.uuid).once);
	assert_int_equal(number(cx,
			     "SELECT count(*) AS n FROM job WHERE "
			     "state = 'waiting'"),
	    2);
	runner_close(r, 0);
}

static enum err
wait_an_hour_after_an_add(struct cx *cx, const struct job *job)
{
	if (script.ran == 1)
		ADD(cx, .tenant = job->tenant, .key = job->key,
		    .once = job->once);
	return cx_busy(cx, 3600000, "later");
}

/* What came while it ran would wait behind it for an hour. */
static void
a_retry_goes_at_once_for_the_one_that_came_meanwhile(struct cx *cx)
{
	struct runner *r = begin(cx);

	ADD(cx, .tenant = 1, .key = "k", .once = "x");
	script.hook = wait_an_hour_after_an_add;
	run_one(cx, r);
	run_one(cx, r);
	assert_int_equal(run_all(cx, r), 0); /* once is enough */
	runner_close(r, 0);
}

static void
what_cannot_be_told_ends_all_the_same(struct cx *cx)
{
	struct runner *r = begin(cx);
	struct job_ref ref = ADD(cx, .tenant = 1);

	script.e = ERR_INPUT;
	script.buried_e = ERR_BUG;
	run_one(cx, r);
	assert_state(cx, ref.uuid, "dead");
	assert_int_equal(script.buried, 1);
	runner_close(r, 0);
}

/* --- fence --- */

static enum err
late_write(struct cx *cx, void *arg)
{
	(void)arg;
	return event_add(cx,
	    &(struct event){ .level = "info",
		.step = "late",
		.text = "I was late.",
		.origin = "cloud" });
}

/* Another runner takes the job over while we run; then we write. */
static enum err
be_late(struct cx *cx, const struct job *job)
{
	enum err e;

	assert_false(cx_stopped(cx));
	e = db_tx(cx, late_write, NULL);
	assert_int_equal(e, OK); /* still ours */
	cx->guard = NULL;
	exec(cx, "UPDATE job SET fence = fence + 1, lease_owner = 'thief'");
	assert_int_equal(job->id, 1);
	return OK;
}

static enum err (*guard_kept)(struct cx *, void *);

static enum err
write_late(struct cx *cx, const struct job *job)
{
	enum err e;

	guard_kept = cx->guard;
	be_late(cx, job);
	cx->guard = guard_kept;
	e = db_tx(cx, late_write, NULL);
	assert_int_equal(e, ERR_CONFLICT);
	assert_string_equal(cx->code, "lease_lost");
	assert_true(cx_stopped(cx));
	return OK;
}

static void
a_late_worker_cannot_write(struct cx *cx)
{
	struct runner *r = begin(cx);
	struct job_ref ref = ADD(cx, .tenant = 1);

	script.hook = write_late;
	run_one(cx, r);
	assert_state(cx, ref.uuid, "running"); /* the thief's */
	assert_string_equal(script.steps, "s");
	assert_int_equal(number(cx,
			     "SELECT count(*) AS n FROM event WHERE "
			     "step = 'late'"),
	    1);
	runner_close(r, 0);
}

/* --- in the air --- */

static int64_t air_until;

static enum err
call_and_lose(struct cx *cx, const struct job *job)
{
	enum err e;

	assert_false(job_was_in_air(cx, job));
	if ((e = job_air(cx, job, air_until)) != OK)
		return e;
	return cx_fail(cx, ERR_UPSTREAM, "no answer");
}

static enum err
read_back(struct cx *cx, const struct job *job)
{
	assert_true(job_was_in_air(cx, job));
	return job_air_end(cx, job);
}

static void
a_call_in_the_air_is_waited_for_and_told(struct cx *cx)
{
	struct runner *r = begin(cx);
	struct job_ref ref = ADD(cx, .tenant = 1);

	air_until = shared_now(cx) + 100000;
	script.hook = call_and_lose;
	run_one(cx, r);
	assert_int_equal(job_now(cx, ref.uuid).run_at, air_until);
	time_passes(cx, 90000); /* its back-off is over */
	assert_int_equal(run_all(cx, r), 0);
	time_passes(cx, 10000);
	script.hook = read_back;
	run_one(cx, r);
	assert_state(cx, ref.uuid, "done");
	assert_int_equal(job_now(cx, ref.uuid).effect_until, 0);
	runner_close(r, 0);
}

static enum err
call_and_end(struct cx *cx, const struct job *job)
{
	enum err e;

	if ((e = job_air(cx, job, air_until)) != OK)
		return e;
	if ((e = job_air_end(cx, job)) != OK)
		return e;
	return cx_fail(cx, ERR_UPSTREAM, "something else");
}

static void
an_answered_call_is_not_waited_for(struct cx *cx)
{
	struct runner *r = begin(cx);
	struct job_ref ref = ADD(cx, .tenant = 1);

	air_until = shared_now(cx) + 100000;
	script.hook = call_and_end;
	run_one(cx, r);
	assert_true(job_now(cx, ref.uuid).run_at < air_until);
	assert_int_equal(job_now(cx, ref.uuid).effect_until, 0);
	runner_close(r, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASES(failures_are_answered_by_class),
		CASES(retries_wait_longer_and_end),
		CASES(without_a_limit_it_is_tried_for_ever),
		CASES(back_off_is_within_its_bounds),
		CASES(a_wait_is_not_a_try),
		CASES(a_disconnected_kind_parks_and_comes_back),
		CASES(another_denial_does_not_park),
		CASES(a_retry_leaves_its_once_to_the_one_that_waits),
		CASES(a_retry_goes_at_once_for_the_one_that_came_meanwhile),
		CASES(what_cannot_be_told_ends_all_the_same),
		CASES(a_late_worker_cannot_write),
		CASES(a_call_in_the_air_is_waited_for_and_told),
		CASES(an_answered_call_is_not_waited_for),
	};

	return cmocka_run_group_tests_name("runner, failing", tests, NULL,
	    NULL);
}
