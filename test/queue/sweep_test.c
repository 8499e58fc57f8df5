/*
 * sweep_test.c - every begin, statement and commit of a run fails once; all or
 * nothing is left, and the work gets done all the same.
 */
#include "rig.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/env.h"

enum { STEPS_MAX = 100 };

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
	/* SQLite: slots 2; wake 4; claim: begin, gate, now, claim, turn, told,
	   commit; settle: begin, guard, now, settle, told, commit */
	if (db_engine(cx->db) == DB_SQLITE)
		assert_int_equal(step, (e == OK ? 19 : 20) + 1);
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
a_runner_that_cannot_look_for_wrecks_does_not_open(struct cx *cx)
{
	struct runner_conf conf = { .kinds = kinds };
	struct job_ref ref = ADD(cx, .tenant = 1);
	struct runner *r;
	int step;

	calm(cx);
	exec(cx, "UPDATE job SET state = 'running', lease_owner = 'x'");
	for (step = 1; step < STEPS_MAX; step++) {
		db_fail_at(cx->db, step);
		if (runner_open(cx, &conf, &r) == OK)
			break;
		db_fail_at(cx->db, 0);
		assert_contains(cx->why, "on purpose");
		assert_state(cx, ref.uuid, "running");
	}
	db_fail_at(cx->db, 0);
	assert_true(step > 3);
	assert_state(cx, ref.uuid, "waiting");
	runner_close(r, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASES(a_run_is_all_or_nothing),
		CASES(giving_up_is_all_or_nothing),
		CASES(a_runner_that_cannot_look_for_wrecks_does_not_open),
	};

	return cmocka_run_group_tests_name("sweep", tests, NULL, NULL);
}
