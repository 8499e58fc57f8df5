/*
 * sweep_test.c - every begin, statement and commit fails once; all or nothing
 * is left, and the work gets done all the same.
 */
#include "rig.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/env.h"

enum { STEPS_MAX = 100 };

static void
an_add_is_all_or_nothing(struct cx *cx)
{
	struct job_new in = { .kind = "work", .tenant = 1, .once = "x" };
	struct job_ref ref;
	int step;

	for (step = 1; step < STEPS_MAX; step++) {
		db_fail_at(cx->db, step);
		if (job_add(cx, &in, &ref) == OK)
			break;
		db_fail_at(cx->db, 0);
		assert_int_equal(db_count(cx, "job"), 0);
	}
	assert_int_equal(step, 4); /* begin, insert, commit */
	db_fail_at(cx->db, 0);
	assert_int_equal(db_count(cx, "job"), 1);
}

static void
adding_many_is_all_or_nothing(struct cx *cx)
{
	struct job_new in[] = {
		{ .kind = "work", .tenant = 1 },
		{ .kind = "work", .tenant = 1, .once = "x" },
		{ .kind = "work", .tenant = 1, .once = "x" },
	};
	int step;

	for (step = 1; step < STEPS_MAX; step++) {
		db_fail_at(cx->db, step);
		if (job_add_all(cx, in, COUNT_OF(in), NULL) == OK)
			break;
		db_fail_at(cx->db, 0);
		assert_int_equal(db_count(cx, "job"), 0);
	}
	assert_int_equal(step, 6); /* begin, all, insert, meet, commit */
	db_fail_at(cx->db, 0);
	assert_int_equal(db_count(cx, "job"), 2);
}

static void
meeting_is_all_or_nothing(struct cx *cx)
{
	struct job_new in = { .kind = "work",
		.tenant = 1,
		.once = "x",
		.prio = -1 };
	struct job_ref ref = ADD(cx, .tenant = 1, .once = "x"), met;
	int step;

	for (step = 1; step < STEPS_MAX; step++) {
		db_fail_at(cx->db, step);
		if (job_add_or_running(cx, &in, &met) == OK)
			break;
		db_fail_at(cx->db, 0);
		assert_int_equal(job_now(cx, ref.uuid).prio, 0);
	}
	db_fail_at(cx->db, 0);
	assert_int_equal(step, 7); /* begin, running, insert, meet, hasten,
				      commit */
	assert_string_equal(met.uuid, ref.uuid);
	assert_int_equal(db_count(cx, "job"), 1);
}

/* What each state has told so far. */
static void
assert_told(struct cx *cx, const char *uuid)
{
	struct job job = job_now(cx, uuid);
	struct event_filter f = { .job = uuid, .limit = 100 };
	struct event *rows;
	size_t n, i, started = 0, ended = 0;

	must(cx, event_list(cx, &f, &rows, &n));
	for (i = 0; i < n; i++) {
		started += strcmp(rows[i].step, "job.started") == 0;
		ended += strcmp(rows[i].step, "job.done") == 0 ||
		    strcmp(rows[i].step, "job.dead") == 0;
	}
	assert_int_equal(started, job.attempts);
	assert_int_equal(ended, job.finished_at != 0);
	assert_int_equal(number(cx,
			     "SELECT count(*) AS n FROM event WHERE "
			     "step = 'buried'"),
	    number(cx,
		"SELECT count(*) AS n FROM job WHERE "
		"state = 'dead'"));
}

static void
sweep_run(struct cx *cx, enum err e, const char *state)
{
	struct runner *r;
	struct job_ref ref;
	bool ran;
	int step;
	enum err got;

	calm(cx);
	script.e = e;
	r = runner_new(cx);
	for (step = 1; step < STEPS_MAX; step++) {
		exec(cx, "DELETE FROM job");
		exec(cx, "DELETE FROM event");
		ref = ADD(cx, .tenant = 1, .key = "k");
		db_fail_at(cx->db, step);
		ran = false;
		got = runner_step(r, cx, &ran);
		db_fail_at(cx->db, 0);
		assert_told(cx, ref.uuid);
		if (got == OK)
			break;
		assert_false(ran);
		assert_contains(cx->why, "on purpose");
		run_all(cx, r);
		assert_state(cx, ref.uuid, state);
		assert_told(cx, ref.uuid);
	}
	assert_true(ran);
	assert_state(cx, ref.uuid, state);
	/* SQLite: slots; wake 3; claim: begin, gate, claim, turn, told,
	   commit; settle: begin, guard, settle, told, commit */
	if (db_engine(cx->db) == DB_SQLITE)
		assert_int_equal(step, (e == OK ? 15 : 16) + 1);
	runner_close(r, 0);
}

static void
a_run_is_all_or_nothing(struct cx *cx)
{
	sweep_run(cx, OK, "done");
}

static void
giving_up_is_all_or_nothing(struct cx *cx)
{
	sweep_run(cx, ERR_INPUT, "dead");
}

static void
a_slot_is_all_or_nothing(struct cx *cx)
{
	struct sched *rows;
	int64_t fired = 0, was;
	size_t n;
	int step;

	must(cx, sched_set(cx, 1, "work", 60));
	time_passes(cx, 60000);
	must(cx, sched_list(cx, 1, &rows, &n));
	was = rows[0].next_at;
	for (step = 1; step < STEPS_MAX; step++) {
		db_fail_at(cx->db, step);
		if (sched_step(cx, &fired) == OK)
			break;
		db_fail_at(cx->db, 0);
		must(cx, sched_list(cx, 1, &rows, &n));
		assert_int_equal(rows[0].next_at, was);
		assert_int_equal(rows[0].last_at, 0);
		assert_int_equal(db_count(cx, "job"), 0);
	}
	db_fail_at(cx->db, 0);
	assert_int_equal(step, 8); /* due, begin, fire, running, insert,
				      fired, commit */
	assert_int_equal(fired, 1);
	assert_int_equal(db_count(cx, "job"), 1);
}

static void
recovering_is_all_or_nothing(struct cx *cx)
{
	struct runner_conf conf = { .kinds = kinds };
	struct job_ref ref = ADD(cx, .tenant = 1);
	struct runner *r;
	struct job job;
	int step;

	calm(cx);
	exec(cx,
	    "UPDATE job SET state = 'running', lease_owner = 'x', "
	    "suspect = 1, crashes = 2");
	for (step = 1; step < STEPS_MAX; step++) {
		db_fail_at(cx->db, step);
		if (runner_open(cx, &conf, &r) == OK)
			break;
		db_fail_at(cx->db, 0);
		assert_state(cx, ref.uuid, "running");
		assert_int_equal(db_count(cx, "event"), 0);
	}
	db_fail_at(cx->db, 0);
	assert_int_equal(step, 6); /* running, begin, crash, buried, commit */
	job = job_now(cx, ref.uuid);
	assert_string_equal(job.state, "dead");
	assert_string_equal(job.code, "poison");
	assert_int_equal(job.crashes, 3);
	assert_int_equal(db_count(cx, "event"), 1);
	runner_close(r, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASES(an_add_is_all_or_nothing),
		CASES(adding_many_is_all_or_nothing),
		CASES(meeting_is_all_or_nothing),
		CASES(a_run_is_all_or_nothing),
		CASES(giving_up_is_all_or_nothing),
		CASES(a_slot_is_all_or_nothing),
		CASES(recovering_is_all_or_nothing),
	};

	return cmocka_run_group_tests_name("sweep", tests, NULL, NULL);
}
