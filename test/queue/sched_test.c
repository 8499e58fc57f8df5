/*
 * sched_test.c - what runs by itself, and when.
 */
#include "rig.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/env.h"

enum { HOUR = 3600, HOUR_IN_MS = 3600000 };

static struct sched
one(struct cx *cx, int64_t tenant)
{
	struct sched *rows;
	size_t n;

	must(cx, sched_list(cx, tenant, &rows, &n));
	assert_int_equal(n, 1);
	return rows[0];
}

static int64_t
fire(struct cx *cx)
{
	int64_t fired;

	must(cx, sched_step(cx, &fired));
	return fired;
}

/* Until just past the slot of tenant 1, on either engine. */
static void
go_to_slot(struct cx *cx)
{
	time_passes(cx, one(cx, 1).next_at - shared_now(cx) + 1);
}

static void
slots_are_multiples_of_the_interval(struct cx *cx)
{
	static const int64_t every[] = { 1, 60, 300, HOUR, 86400, 2678400 };
	int64_t now, next;
	size_t i;

	for (i = 0; i < COUNT_OF(every); i++) {
		now = shared_now(cx);
		must(cx, sched_set(cx, 1, "work", every[i]));
		next = one(cx, 1).next_at;
		assert_int_equal(next % (every[i] * 1000), 0);
		assert_true(next > now);
		assert_true(next <= shared_now(cx) + every[i] * 1000);
	}
}

static void
an_interval_has_limits(struct cx *cx)
{
	must_fail(cx, ERR_INPUT, sched_set(cx, 1, "work", -1));
	must_fail(cx, ERR_INPUT, sched_set(cx, 1, "work", 2678401));
	must(cx, sched_set(cx, 1, "work", 0));
	assert_int_equal(one(cx, 1).next_at, 0);
	assert_int_equal(fire(cx), 0);
}

/* A program that is restarted every hour still does what is due daily. */
static void
set_to_what_it_is_a_schedule_keeps_its_slot(struct cx *cx)
{
	must(cx, sched_set(cx, 1, "work", HOUR));
	exec(cx, "UPDATE sched SET next_at = 7");
	must(cx, sched_set(cx, 1, "work", HOUR));
	assert_int_equal(one(cx, 1).next_at, 7);
	must(cx, sched_set(cx, 1, "work", 60));
	assert_true(one(cx, 1).next_at > 7);
}

static void
a_slot_adds_its_job_and_sets_the_next(struct cx *cx)
{
	struct sched before, after;
	struct job job;

	must(cx, sched_set(cx, 1, "work", HOUR));
	assert_int_equal(fire(cx), 0);
	go_to_slot(cx);
	before = one(cx, 1);
	assert_int_equal(fire(cx), 1);
	after = one(cx, 1);
	assert_true(after.next_at > shared_now(cx));
	assert_true(after.next_at > before.next_at);
	assert_true(after.last_at > 0);
	job = job_now(cx, after.last_job);
	assert_string_equal(job.kind, "work");
	assert_int_equal(job.tenant, 1);
	assert_string_equal(job.once, "work:1");
	assert_string_equal(job.key, "work:1");
	assert_string_equal(sched_once(cx, "work", 1), "work:1");
	assert_int_equal(fire(cx), 0);
}

static void
missed_slots_are_one(struct cx *cx)
{
	must(cx, sched_set(cx, 1, "work", HOUR));
	time_passes(cx, 100 * (int64_t)HOUR_IN_MS);
	assert_int_equal(fire(cx), 1);
	assert_int_equal(fire(cx), 0);
	assert_int_equal(db_count(cx, "job"), 1);
}

static void
a_slot_meets_the_job_that_waits_or_runs(struct cx *cx)
{
	struct job_ref ref = ADD(cx, .tenant = 1, .once = "work:1");

	must(cx, sched_set(cx, 1, "work", HOUR));
	go_to_slot(cx);
	assert_int_equal(fire(cx), 1);
	assert_string_equal(one(cx, 1).last_job, ref.uuid);
	exec(cx, "UPDATE job SET state = 'running', lease_owner = 'x'");
	go_to_slot(cx);
	assert_int_equal(fire(cx), 1);
	assert_string_equal(one(cx, 1).last_job, ref.uuid);
	assert_int_equal(db_count(cx, "job"), 1);
}

static void
a_paused_tenant_does_not_fire(struct cx *cx)
{
	struct runner *r;
	int64_t at;

	calm(cx);
	r = runner_new(cx);
	must(cx, sched_pause(cx, 1, true));
	must(cx, sched_pause(cx, 1, true));
	must(cx, sched_set(cx, 1, "work", HOUR)); /* set meanwhile */
	must(cx, sched_set(cx, 2, "work", HOUR));
	time_passes(cx, 2 * HOUR_IN_MS);
	assert_int_equal(fire(cx), 1);
	assert_int_equal(number(cx, "SELECT max(tenant) AS n FROM job"), 2);
	must(cx, sched_pause(cx, 1, false));
	assert_int_equal(fire(cx), 0); /* not made up for */
	must(cx, sched_pause(cx, 2, true));
	must(cx, runner_next(r, cx, &at));
	assert_int_equal(at, one(cx, 1).next_at);
	go_to_slot(cx);
	assert_int_equal(fire(cx), 1);
	runner_close(r, 0);
}

static void
resuming_what_was_not_paused_skips_nothing(struct cx *cx)
{
	must(cx, sched_set(cx, 1, "work", HOUR));
	go_to_slot(cx);
	must(cx, sched_pause(cx, 1, false));
	assert_int_equal(fire(cx), 1);
}

static void
a_clock_set_back_does_not_stop_a_schedule(struct cx *cx)
{
	must(cx, sched_set(cx, 1, "work", HOUR));
	exec(cx, "UPDATE sched SET next_at = next_at + 86400000");
	assert_int_equal(fire(cx), 1);
	assert_true(one(cx, 1).next_at <= shared_now(cx) + HOUR_IN_MS);
}

static void
a_dropped_tenant_has_no_schedules(struct cx *cx)
{
	struct sched *rows;
	size_t n;

	must(cx, sched_set(cx, 1, "work", HOUR));
	must(cx, sched_set(cx, 1, "ever", HOUR));
	must(cx, sched_pause(cx, 1, true));
	must(cx, sched_list(cx, 1, &rows, &n));
	assert_int_equal(n, 2);
	assert_string_equal(rows[0].kind, "ever");
	must(cx, sched_drop_tenant(cx, 1));
	must(cx, sched_list(cx, 1, &rows, &n));
	assert_int_equal(n, 0);
	assert_int_equal(db_count(cx, "sched_off"), 0);
}

struct node {
	struct cx *cx;
	int64_t fired;
	enum err e;
};

static void
node_main(void *arg)
{
	struct node *node = arg;
	struct cx cx;

	cx_child(&cx, node->cx);
	node->e = sched_step(&cx, &node->fired);
	cx_done(&cx);
}

static void
many_nodes_fire_a_slot_once(struct cx *cx)
{
	struct node nodes[8];
	struct thread *t[8];
	int64_t fired;
	int round, i;

	must(cx, sched_set(cx, 1, "work", HOUR));
	must(cx, sched_set(cx, 2, "work", HOUR));
	for (round = 1; round <= 5; round++) {
		time_passes(cx, HOUR_IN_MS);
		for (i = 0; i < 8; i++) {
			nodes[i] = (struct node){ cx, 0, OK };
			t[i] = cx->env->start(cx->env, "node", node_main,
			    &nodes[i]);
		}
		for (i = 0, fired = 0; i < 8; i++) {
			cx->env->join(cx->env, t[i]);
			assert_int_equal(nodes[i].e, OK);
			fired += nodes[i].fired;
		}
		assert_int_equal(fired, 2);
		exec(cx, "UPDATE job SET state = 'done'");
		assert_int_equal(db_count(cx, "job"), 2 * round);
	}
}

static void
the_runner_fires_and_runs(struct cx *cx)
{
	struct runner *r;

	calm(cx);
	r = runner_new(cx);
	must(cx, sched_set(cx, 1, "work", HOUR));
	assert_int_equal(run_all(cx, r), 0);
	go_to_slot(cx);
	assert_int_equal(run_all(cx, r), 1);
	assert_state(cx, one(cx, 1).last_job, "done");
	runner_close(r, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASES(slots_are_multiples_of_the_interval),
		CASES(an_interval_has_limits),
		CASES(set_to_what_it_is_a_schedule_keeps_its_slot),
		CASES(a_slot_adds_its_job_and_sets_the_next),
		CASES(missed_slots_are_one),
		CASES(a_slot_meets_the_job_that_waits_or_runs),
		CASES(a_paused_tenant_does_not_fire),
		CASES(resuming_what_was_not_paused_skips_nothing),
		CASES(a_clock_set_back_does_not_stop_a_schedule),
		CASES(a_dropped_tenant_has_no_schedules),
		CASES(many_nodes_fire_a_slot_once),
		CASES(the_runner_fires_and_runs),
	};

	return cmocka_run_group_tests_name("sched", tests, NULL, NULL);
}
