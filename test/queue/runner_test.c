/*
 * runner_test.c - who runs when; one thread, step by step.
 */
#include "rig.h"

#include <stdio.h>

#include "base/arena.h"

static void
assert_order(const char *want)
{
	char got[TOLD_MAX * 4] = "";
	size_t at = 0;
	int i;

	for (i = 0; i < script.ran; i++)
		at += (size_t)snprintf(got + at, sizeof(got) - at, "%s%d",
		    i == 0 ? "" : " ", (int)script.order[i]);
	assert_string_equal(got, want);
}

static void
a_job_runs_once_and_is_done(struct cx *cx)
{
	struct runner *r = begin(cx);
	struct job_ref ref = ADD(cx, .tenant = 1, .subject = 5);
	struct job job;

	assert_int_equal(run_all(cx, r), 1);
	job = job_now(cx, ref.uuid);
	assert_string_equal(job.state, "done");
	assert_int_equal(job.attempts, 1);
	assert_int_equal(job.fence, 1);
	assert_true(job.finished_at > 0 && job.started_at > 0);
	assert_string_equal(script.steps, "sd");
	assert_int_equal(run_all(cx, r), 0);
	runner_close(r, 0);
}

static enum err
say(struct cx *cx, const struct job *job)
{
	assert_ptr_equal(job_of(cx), job);
	job_result(cx, job, "%d orders taken", 5);
	return OK;
}

static void
a_done_job_says_what_it_did(struct cx *cx)
{
	struct runner *r = begin(cx);
	struct job_ref ref = ADD(cx, .tenant = 1);

	script.hook = say;
	run_all(cx, r);
	assert_string_equal(job_now(cx, ref.uuid).result, "5 orders taken");
	assert_string_equal(script.words, "5 orders taken");
	assert_null(job_of(cx));
	runner_close(r, 0);
}

static void
of_one_key_only_the_oldest_runs(struct cx *cx)
{
	struct runner *r = begin(cx);

	ADD(cx, .tenant = 1, .key = "a", .subject = 1);
	ADD(cx, .tenant = 1, .key = "a", .subject = 2, .prio = -1);
	ADD(cx, .tenant = 1, .key = "b", .subject = 3);
	ADD(cx, .tenant = 1, .key = "a", .subject = 4);
	assert_int_equal(run_all(cx, r), 4);
	assert_order("1 2 3 4"); /* 2 is urgent, but not before 1 */
	runner_close(r, 0);
}

static void
a_key_waits_for_the_retry_of_its_oldest(struct cx *cx)
{
	struct runner *r = begin(cx);

	ADD(cx, .tenant = 1, .key = "a", .subject = 1);
	ADD(cx, .tenant = 1, .key = "a", .subject = 2);
	ADD(cx, .tenant = 2, .key = "a", .subject = 3);
	script.e = ERR_UPSTREAM;
	run_one(cx, r);
	script.e = OK;
	assert_int_equal(run_all(cx, r), 1); /* the other tenant's */
	assert_order("1 3");
	time_passes(cx, 60000);
	assert_int_equal(run_all(cx, r), 2);
	assert_order("1 3 1 2");
	runner_close(r, 0);
}

static void
a_key_waits_for_what_is_parked_or_running(struct cx *cx)
{
	static const char *const states[] = { "parked", "running" };
	struct runner *r = begin(cx);
	size_t i;

	ADD(cx, .tenant = 1, .key = "a");
	ADD(cx, .tenant = 1, .key = "a");
	for (i = 0; i < COUNT_OF(states); i++) {
		exec(cx,
		    arena_printf(cx->mem,
			"UPDATE job SET state = '%s', lease_owner = 'x', "
			"lease_until = 9000000000000 WHERE id = 1",
			states[i]));
		assert_int_equal(run_all(cx, r), 0);
	}
	/* Added earlier, committed later: not beside the one that runs. */
	exec(cx,
	    "UPDATE job SET state = 'waiting', lease_owner = NULL "
	    "WHERE id = 1");
	exec(cx,
	    "UPDATE job SET state = 'running', lease_owner = 'x', "
	    "lease_until = 9000000000000 WHERE id = 2");
	assert_int_equal(run_all(cx, r), 0);
	exec(cx, "UPDATE job SET state = 'dead' WHERE id = 2");
	assert_int_equal(run_all(cx, r), 1);
	runner_close(r, 0);
}

static void
urgent_before_old_within_a_tenant(struct cx *cx)
{
	struct runner *r = begin(cx);

	ADD(cx, .tenant = 1, .subject = 1, .prio = 1);
	ADD(cx, .tenant = 1, .subject = 2);
	ADD(cx, .tenant = 1, .subject = 3, .prio = -1);
	ADD(cx, .tenant = 1, .subject = 4);
	run_all(cx, r);
	assert_order("3 2 4 1");
	runner_close(r, 0);
}

static void
tenants_take_turns(struct cx *cx)
{
	struct runner *r = begin(cx);
	int i;

	for (i = 1; i <= 3; i++)
		ADD(cx, .tenant = 1, .subject = i);
	for (i = 11; i <= 13; i++)
		ADD(cx, .tenant = 2, .subject = i, .prio = -1);
	run_all(cx, r);
	assert_order("1 11 2 12 3 13");
	runner_close(r, 0);
}

static void
three_jobs_do_not_wait_for_a_thousand(struct cx *cx)
{
	struct runner *r = begin(cx);
	int i;

	for (i = 0; i < 1000; i++)
		ADD(cx, .tenant = 1, .subject = 1);
	for (i = 0; i < 3; i++)
		ADD(cx, .tenant = 2, .subject = 2);
	for (i = 0; i < 6; i++)
		run_one(cx, r);
	assert_order("1 2 1 2 1 2");
	runner_close(r, 0);
}

static void
at_most_two_of_a_tenant_run(struct cx *cx)
{
	struct runner *r = begin(cx);

	ADD(cx, .tenant = 1);
	ADD(cx, .tenant = 1);
	ADD(cx, .tenant = 1);
	ADD(cx, .tenant = 2);
	exec(cx,
	    "UPDATE job SET state = 'running', lease_owner = 'x', "
	    "lease_until = 9000000000000 WHERE id <= 2");
	assert_int_equal(run_all(cx, r), 1);
	assert_int_equal(number(cx,
			     "SELECT tenant AS n FROM job WHERE "
			     "state = 'done'"),
	    2);
	exec(cx, "UPDATE job SET state = 'done' WHERE id = 1");
	assert_int_equal(run_all(cx, r), 1);
	runner_close(r, 0);
}

static void
a_job_for_later_runs_later(struct cx *cx)
{
	struct runner *r = begin(cx);
	int64_t at, due = shared_now(cx) + 60000;

	must(cx, runner_next(r, cx, &at));
	assert_int_equal(at, INT64_MAX);
	ADD(cx, .tenant = 1, .run_at = due);
	assert_int_equal(run_all(cx, r), 0);
	must(cx, runner_next(r, cx, &at));
	assert_int_equal(at, due);
	time_passes(cx, 60000);
	assert_int_equal(run_all(cx, r), 1);
	runner_close(r, 0);
}

static void
a_kind_nobody_knows_waits(struct cx *cx)
{
	struct runner *r = begin(cx);
	struct job_ref ref = add(cx, &(struct job_new){ .kind = "wor" });

	add(cx, &(struct job_new){ .kind = "ork" });
	ADD(cx, .tenant = 0);
	assert_int_equal(run_all(cx, r), 1);
	assert_state(cx, ref.uuid, "waiting");
	runner_close(r, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASES(a_job_runs_once_and_is_done),
		CASES(a_done_job_says_what_it_did),
		CASES(of_one_key_only_the_oldest_runs),
		CASES(a_key_waits_for_the_retry_of_its_oldest),
		CASES(a_key_waits_for_what_is_parked_or_running),
		CASES(urgent_before_old_within_a_tenant),
		CASES(tenants_take_turns),
		CASES(three_jobs_do_not_wait_for_a_thousand),
		CASES(at_most_two_of_a_tenant_run),
		CASES(a_job_for_later_runs_later),
		CASES(a_kind_nobody_knows_waits),
	};

	return cmocka_run_group_tests_name("runner", tests, NULL, NULL);
}
