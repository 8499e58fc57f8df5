/*
 * job_test.c - jobs as rows: adding, meeting, moving by hand.
 */
#include "rig.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/json.h"

static void
a_job_is_found_as_it_was_added(struct cx *cx)
{
	struct job_ref ref = ADD(cx, .tenant = 7, .key = "order:1",
	    .once = "w:1", .subject = 42, .args = "{\"a\":1}", .prio = 2);
	struct job job = job_now(cx, ref.uuid);

	assert_true(ref.fresh);
	assert_int_equal(strlen(ref.uuid), 36);
	assert_string_equal(job.kind, "work");
	assert_int_equal(job.tenant, 7);
	assert_string_equal(job.key, "order:1");
	assert_string_equal(job.once, "w:1");
	assert_int_equal(job.subject, 42);
	assert_string_equal(job.args, "{\"a\":1}");
	assert_string_equal(job.state, "waiting");
	assert_int_equal(job.prio, 2);
	assert_int_equal(job.created_at, cx->now);
	assert_int_equal(job.run_at, cx->now);
	assert_int_equal(job.attempts, 0);
	assert_null(job.reason);
}

static void
an_unknown_uuid_is_missing(struct cx *cx)
{
	struct job job;

	must_fail(cx, ERR_MISSING,
	    job_find(cx, "01982f00-0000-7000-8000-000000000000", &job));
	must_fail(cx, ERR_MISSING,
	    job_redrive(cx, "01982f00-0000-7000-8000-000000000000"));
}

static void
adding_once_again_answers_with_the_waiting_one(struct cx *cx)
{
	struct job_ref a = ADD(cx, .tenant = 1, .once = "sync");
	struct job_ref b = ADD(cx, .tenant = 1, .once = "sync");

	assert_false(b.fresh);
	assert_string_equal(a.uuid, b.uuid);
	assert_int_equal(db_count(cx, "job"), 1);
}

static void
another_tenants_once_is_another(struct cx *cx)
{
	struct job_ref a = ADD(cx, .tenant = 1, .once = "sync");
	struct job_ref b = ADD(cx, .tenant = 2, .once = "sync");

	assert_true(b.fresh);
	assert_string_not_equal(a.uuid, b.uuid);
}

static void
without_once_every_add_is_a_job(struct cx *cx)
{
	ADD(cx, .tenant = 1);
	ADD(cx, .tenant = 1);
	assert_int_equal(db_count(cx, "job"), 2);
}

static void
a_running_job_is_met_only_by_run_now(struct cx *cx)
{
	struct job_ref a = ADD(cx, .tenant = 1, .once = "sync"), b, c, d;
	struct job_new in = { .kind = "work", .tenant = 1, .once = "sync" };

	exec(cx, "UPDATE job SET state = 'running', lease_owner = 'x'");
	must(cx, job_add_or_running(cx, &in, &b));
	assert_false(b.fresh);
	assert_string_equal(a.uuid, b.uuid);
	must(cx, job_add(cx, &in, &c));
	assert_true(c.fresh);
	must(cx, job_add_or_running(cx, &in, &d));
	assert_string_equal(d.uuid, a.uuid);
}

static void
a_done_job_is_met_by_nobody(struct cx *cx)
{
	struct job_new in = { .kind = "work", .tenant = 1, .once = "sync" };
	struct job_ref ref;

	ADD(cx, .tenant = 1, .once = "sync");
	exec(cx, "UPDATE job SET state = 'done'");
	must(cx, job_add_or_running(cx, &in, &ref));
	assert_true(ref.fresh);
}

static void
by_hand_a_retry_goes_at_once(struct cx *cx)
{
	struct job_ref a = ADD(cx, .tenant = 1, .once = "sync",
	    .run_at = shared_now(cx) + 3600000);

	ADD(cx, .tenant = 1, .once = "sync");
	assert_int_equal(number(cx, "SELECT asleep AS n FROM job"), 1);
	ADD(cx, .tenant = 1, .once = "sync", .prio = -1);
	assert_int_equal(number(cx, "SELECT asleep AS n FROM job"), 0);
	assert_int_equal(job_now(cx, a.uuid).prio, -1);
	assert_int_equal(job_now(cx, a.uuid).run_at, cx->now);
}

/* The one it meets waits behind an earlier of its key. */
static void
by_hand_those_in_front_go_at_once_too(struct cx *cx)
{
	int64_t later = shared_now(cx) + 3600000;
	struct job_ref first =
	    ADD(cx, .tenant = 1, .key = "k", .run_at = later);
	struct job_ref other =
	    ADD(cx, .tenant = 2, .key = "k", .run_at = later);
	struct job_ref met = ADD(cx, .tenant = 1, .key = "k", .once = "sync");
	struct job_ref behind =
	    ADD(cx, .tenant = 1, .key = "k", .run_at = later);

	ADD(cx, .tenant = 1, .key = "k", .once = "sync", .prio = -1);
	assert_int_equal(job_now(cx, first.uuid).run_at, cx->now);
	assert_int_equal(job_now(cx, met.uuid).prio, -1);
	assert_int_equal(job_now(cx, other.uuid).run_at, later);
	assert_int_equal(job_now(cx, behind.uuid).run_at, later);
}

/* Nobody says at what time it should have run: it goes. */
static void
one_that_sleeps_by_a_clock_that_was_put_back_goes_when_met(struct cx *cx)
{
	static const char *const written[] = { "created_at", "started_at" };
	int64_t hour = 3600000, later = shared_now(cx) + hour;
	struct job_ref a;
	size_t i;

	for (i = 0; i < COUNT_OF(written); i++) {
		exec(cx, "DELETE FROM job");
		a = ADD(cx, .tenant = 1, .once = "sync", .run_at = later);
		exec(cx,
		    arena_printf(cx->mem, "UPDATE job SET %s = run_at - 15000",
			written[i]));
		ADD(cx, .tenant = 1, .once = "sync", .prio = 1);
		assert_int_equal(number(cx, "SELECT asleep AS n FROM job"), 0);
		assert_int_equal(job_now(cx, a.uuid).run_at, cx->now);
		assert_int_equal(job_now(cx, a.uuid).prio, 0);
	}
}

/* A unit's own time is that of its beginning. */
static void
one_that_was_added_while_another_worked_sleeps_on_when_met(struct cx *cx)
{
	int64_t later = shared_now(cx) + 3600000;

	ADD(cx, .tenant = 1, .once = "sync", .run_at = later);
	cx->now -= 600000;
	ADD(cx, .tenant = 1, .once = "sync");
	assert_int_equal(number(cx, "SELECT asleep AS n FROM job"), 1);
}

static void
by_hand_a_call_in_the_air_is_waited_for(struct cx *cx)
{
	ADD(cx, .tenant = 1, .once = "sync",
	    .run_at = shared_now(cx) + 3600000);
	exec(cx, "UPDATE job SET effect_until = run_at");
	ADD(cx, .tenant = 1, .once = "sync", .prio = -1);
	assert_int_equal(number(cx, "SELECT asleep AS n FROM job"), 1);
}

static void
the_more_urgent_of_two_counts(struct cx *cx)
{
	struct job_ref a = ADD(cx, .tenant = 1, .once = "x", .prio = 5);

	ADD(cx, .tenant = 1, .once = "x", .prio = 9);
	assert_int_equal(job_now(cx, a.uuid).prio, 5);
	ADD(cx, .tenant = 1, .once = "x", .prio = 2);
	assert_int_equal(job_now(cx, a.uuid).prio, 2);
}

struct race {
	struct cx *cx;
	struct lock lock;
	struct signal go;
	bool gone;
	struct job_ref refs[50];
	int next;
	int failed;
};

static void
racer(void *arg)
{
	struct race *race = arg;
	struct job_new in = { .kind = "work", .tenant = 1, .once = "sync" };
	struct cx cx;
	int i;

	cx_child(&cx, race->cx);
	lock_take(&race->lock);
	i = race->next++;
	while (!race->gone)
		cx.env->wait(cx.env, &race->go, &race->lock, INT64_MAX);
	lock_drop(&race->lock);
	if (job_add(&cx, &in, &race->refs[i]) != OK) {
		print_error("%s\n", cx.why);
		__atomic_add_fetch(&race->failed, 1, __ATOMIC_SEQ_CST);
	}
	cx_done(&cx);
}

static void
fifty_adds_at_once_are_one_job(struct cx *cx)
{
	struct race race = { .cx = cx };
	struct thread *t[50];
	int i, fresh = 0;

	lock_open(&race.lock);
	signal_open(&race.go);
	for (i = 0; i < 50; i++)
		t[i] = cx->env->start(cx->env, "racer", racer, &race);
	lock_take(&race.lock);
	race.gone = true;
	signal_all(&race.go);
	lock_drop(&race.lock);
	for (i = 0; i < 50; i++)
		cx->env->join(cx->env, t[i]);
	assert_int_equal(race.failed, 0);
	for (i = 0; i < 50; i++) {
		fresh += race.refs[i].fresh;
		assert_string_equal(race.refs[i].uuid, race.refs[0].uuid);
	}
	assert_int_equal(fresh, 1);
	assert_int_equal(db_count(cx, "job"), 1);
	signal_close(&race.go);
	lock_close(&race.lock);
}

static void
only_the_dead_are_redriven(struct cx *cx)
{
	static const char *const states[] = { "waiting", "running", "done",
		"parked" };
	struct job_ref ref = ADD(cx, .tenant = 1);
	struct job job;
	size_t i;

	for (i = 0; i < COUNT_OF(states); i++) {
		exec(cx,
		    arena_printf(cx->mem, "UPDATE job SET state = '%s'",
			states[i]));
		must_fail(cx, ERR_CONFLICT, job_redrive(cx, ref.uuid));
		assert_contains(cx->why, states[i]);
		assert_string_equal(cx->code, "not_dead");
	}
	exec(cx,
	    "UPDATE job SET state = 'dead', attempts = 3, crashes = 3, "
	    "suspect = 1, finished_at = 5");
	must(cx, job_redrive(cx, ref.uuid));
	job = job_now(cx, ref.uuid);
	assert_string_equal(job.state, "waiting");
	assert_int_equal(job.attempts + job.crashes + job.suspect, 0);
	assert_int_equal(job.finished_at, 0);
}

static void
a_redriven_job_leaves_its_once_to_the_one_that_waits(struct cx *cx)
{
	struct job_ref a = ADD(cx, .tenant = 1, .once = "x"), b;

	exec(cx, "UPDATE job SET state = 'dead'");
	b = ADD(cx, .tenant = 1, .once = "x");
	assert_true(b.fresh);
	must(cx, job_redrive(cx, a.uuid));
	assert_state(cx, a.uuid, "waiting");
	assert_null(job_now(cx, a.uuid).once);
	assert_string_equal(ADD(cx, .tenant = 1, .once = "x").uuid, b.uuid);
}

static void
parking_takes_kinds_that_park_of_one_tenant(struct cx *cx)
{
	struct job_ref other = ADD(cx, .tenant = 1);
	struct job_ref mine = add(cx,
	    &(struct job_new){ .kind = "parks", .tenant = 1, .once = "p" });
	struct job_ref theirs =
	    add(cx, &(struct job_new){ .kind = "parks", .tenant = 2 });

	must(cx, job_park(cx, 1, kinds, "disconnected", "No store."));
	assert_state(cx, other.uuid, "waiting");
	assert_state(cx, theirs.uuid, "waiting");
	assert_state(cx, mine.uuid, "parked");
	assert_string_equal(job_now(cx, mine.uuid).code, "disconnected");
	assert_string_equal(job_now(cx, mine.uuid).reason, "No store.");
	assert_string_equal(add(cx,
				&(struct job_new){ .kind = "parks",
				    .tenant = 1,
				    .once = "p" })
				.uuid,
	    mine.uuid);
	must(cx, job_unpark(cx, 1));
	assert_state(cx, mine.uuid, "waiting");
}

static void
dropping_a_tenant_leaves_what_runs_and_what_is_over(struct cx *cx)
{
	struct job_ref run = ADD(cx, .tenant = 1), done, theirs;

	exec(cx, "UPDATE job SET state = 'running'");
	done = ADD(cx, .tenant = 1);
	exec(cx, "UPDATE job SET state = 'done' WHERE state = 'waiting'");
	ADD(cx, .tenant = 1);
	ADD(cx, .tenant = 1);
	exec(cx, "UPDATE job SET state = 'parked' WHERE id = 4");
	theirs = ADD(cx, .tenant = 2);
	must(cx, job_drop_tenant(cx, 1));
	assert_int_equal(db_count(cx, "job"), 3);
	assert_state(cx, run.uuid, "running");
	assert_state(cx, done.uuid, "done");
	assert_state(cx, theirs.uuid, "waiting");
}

static void
lists_are_newest_first_and_paged(struct cx *cx)
{
	struct job *jobs;
	size_t n, i;

	for (i = 0; i < 7; i++)
		ADD(cx, .tenant = 1 + (int64_t)i % 2, .subject = (int64_t)i);
	exec(cx, "UPDATE job SET state = 'done' WHERE subject IN (0, 1, 2)");
	exec(cx, "UPDATE job SET state = 'dead' WHERE subject = 3");
	must(cx, job_list(cx, 0, NULL, 0, 3, &jobs, &n));
	assert_int_equal(n, 3);
	assert_int_equal(jobs[0].subject, 6);
	must(cx, job_list(cx, 0, NULL, jobs[2].id, 10, &jobs, &n));
	assert_int_equal(n, 4);
	assert_int_equal(jobs[0].subject, 3);
	must(cx, job_list(cx, 1, NULL, 0, 10, &jobs, &n));
	assert_int_equal(n, 4);
	must(cx, job_list(cx, 1, "done", 0, 10, &jobs, &n));
	assert_int_equal(n, 2);
	assert_int_equal(jobs[0].subject, 2);
	must(cx, job_list(cx, 0, "done", 0, 10, &jobs, &n));
	assert_int_equal(n, 3);
	must(cx, job_list(cx, 0, "waiting", 0, 10, &jobs, &n));
	assert_int_equal(n, 3);
	must(cx, job_list(cx, 2, "dead", 0, 10, &jobs, &n));
	assert_int_equal(n, 1);
	must(cx, job_list(cx, 1, "dead", 0, 10, &jobs, &n));
	assert_int_equal(n, 0);
}

static void
counts_are_by_tenant_and_state(struct cx *cx)
{
	static const struct {
		int64_t tenant;
		const char *state;
		int64_t n;
	} rows[] = {
		{ 0, "waiting", 3 },
		{ 1, "waiting", 1 },
		{ 2, "waiting", 2 },
		{ 0, "done", 2 },
		{ 1, "done", 2 },
		{ 2, "done", 0 },
		{ 0, "dead", 1 },
		{ 2, "parked", 0 },
	};
	int64_t n;
	size_t i;

	for (i = 0; i < 4; i++)
		ADD(cx, .tenant = 1);
	ADD(cx, .tenant = 2);
	ADD(cx, .tenant = 2);
	exec(cx, "UPDATE job SET state = 'done' WHERE id <= 2");
	exec(cx, "UPDATE job SET state = 'dead' WHERE id = 3");
	for (i = 0; i < COUNT_OF(rows); i++) {
		must(cx, job_count(cx, rows[i].tenant, rows[i].state, &n));
		assert_int_equal(n, rows[i].n);
	}
}

static void
trimming_drops_what_is_over_for_long(struct cx *cx)
{
	int i;

	for (i = 0; i < 1203; i++)
		ADD(cx, .tenant = 1);
	exec(cx,
	    arena_printf(cx->mem,
		"UPDATE job SET state = CASE WHEN id %% 2 = 0 THEN 'done' "
		"ELSE 'dead' END, finished_at = %lld WHERE id <= 1200",
		(long long)cx->now - 1000));
	must(cx, job_trim(cx, 1000));
	assert_int_equal(db_count(cx, "job"), 1203);
	must(cx, job_trim(cx, 999));
	assert_int_equal(db_count(cx, "job"), 3);
}

static void
people_see_a_job_as_json(struct cx *cx)
{
	struct job_ref ref = ADD(cx, .tenant = 1, .args = "{}");
	struct job job = job_now(cx, ref.uuid);
	const char *text = json_write(cx, json_of(cx, job_out_fields, &job));

	assert_contains(text, "\"state\":\"waiting\"");
	assert_contains(text, "\"created_at\":\"2026-11-23T10:00:00Z\"");
	assert_contains(text, "\"finished_at\":null");
	assert_contains(text, "\"reason\":null");
	assert_null(strstr(text, "lease"));
	assert_null(strstr(text, "args"));
}

/* --- many --- */

static void
many_are_added_as_each_would_be(struct cx *cx)
{
	struct job_ref waits = ADD(cx, .tenant = 2, .once = "w");
	struct job_new in[] = {
		{ .kind = "work", .tenant = 1, .key = "a\"b\\c\n\303\251" },
		{ .kind = "work", .tenant = 2, .once = "w", .prio = -1 },
		{ .kind = "work", .tenant = 3, .once = "x", .subject = 9 },
		{ .kind = "work", .tenant = 3, .once = "x" },
		{ .kind = "work", .args = "{\"a\":1}", .prio = 2 },
		{ .kind = "work", .run_at = cx->now + 5000 },
	};
	struct job_ref refs[COUNT_OF(in)];
	struct job job;
	size_t i;

	must(cx, job_add_all(cx, in, COUNT_OF(in), refs));
	assert_int_equal(db_count(cx, "job"), 5);
	for (i = 0; i < COUNT_OF(in); i++)
		assert_int_equal(refs[i].fresh, i != 1 && i != 3);
	assert_string_equal(job_now(cx, refs[0].uuid).key, in[0].key);
	assert_null(job_now(cx, refs[0].uuid).once);
	assert_string_equal(refs[1].uuid, waits.uuid);
	assert_int_equal(job_now(cx, refs[1].uuid).prio, -1);
	assert_string_equal(refs[3].uuid, refs[2].uuid);
	assert_int_equal(job_now(cx, refs[3].uuid).subject, 9);
	job = job_now(cx, refs[4].uuid);
	assert_string_equal(job.args, "{\"a\":1}");
	assert_int_equal(job.prio, 2);
	assert_int_equal(job.run_at, cx->now);
	assert_int_equal(job_now(cx, refs[5].uuid).run_at, cx->now + 5000);
	assert_int_equal(number(cx, "SELECT sum(asleep) AS n FROM job"), 1);
}

static void
many_are_added_in_their_order(struct cx *cx)
{
	enum { MANY = 200 };
	struct job_new *in = arena_alloc(cx->mem, MANY * sizeof(*in));
	int i;

	for (i = 0; i < MANY; i++)
		in[i] = (struct job_new){ .kind = "work", .subject = i };
	must(cx, job_add_all(cx, in, MANY, NULL));
	must(cx, job_add_all(cx, in, 0, NULL));
	assert_int_equal(db_count(cx, "job"), MANY);
	assert_int_equal(number(cx,
			     "SELECT max(id - subject) - min(id - subject) "
			     "AS n FROM job"),
	    0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASES(a_job_is_found_as_it_was_added),
		CASES(an_unknown_uuid_is_missing),
		CASES(adding_once_again_answers_with_the_waiting_one),
		CASES(another_tenants_once_is_another),
		CASES(without_once_every_add_is_a_job),
		CASES(a_running_job_is_met_only_by_run_now),
		CASES(a_done_job_is_met_by_nobody),
		CASES(by_hand_a_retry_goes_at_once),
		CASES(by_hand_those_in_front_go_at_once_too),
		CASES(
		    one_that_sleeps_by_a_clock_that_was_put_back_goes_when_met),
		CASES(
		    one_that_was_added_while_another_worked_sleeps_on_when_met),
		CASES(by_hand_a_call_in_the_air_is_waited_for),
		CASES(the_more_urgent_of_two_counts),
		CASES(fifty_adds_at_once_are_one_job),
		CASES(only_the_dead_are_redriven),
		CASES(a_redriven_job_leaves_its_once_to_the_one_that_waits),
		CASES(parking_takes_kinds_that_park_of_one_tenant),
		CASES(dropping_a_tenant_leaves_what_runs_and_what_is_over),
		CASES(lists_are_newest_first_and_paged),
		CASES(counts_are_by_tenant_and_state),
		CASES(trimming_drops_what_is_over_for_long),
		CASES(people_see_a_job_as_json),
		CASES(many_are_added_as_each_would_be),
		CASES(many_are_added_in_their_order),
	};

	return cmocka_run_group_tests_name("job", tests, NULL, NULL);
}
