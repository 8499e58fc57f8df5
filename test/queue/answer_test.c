/*
 * answer_test.c - a COMMIT went through, and its answer was lost (PostgreSQL).
 *
 * The runner cannot know whether it claimed, or stored how a run ended.  It
 * asks by owner and by fence before anything is done again: each job runs once.
 */
#include "rig.h"

#include <stdio.h>

#include "lib/pg_cut.h"

enum { JOBS = 6, CUTS = 8 };

static int times[JOBS + 1];

static enum err
mark(struct cx *cx, const struct job *job)
{
	(void)cx;
	count(&times[job->subject], 1);
	return OK;
}

static void
start(struct cx *cx)
{
	int i;

	exec(cx, "DELETE FROM job");
	for (i = 1; i <= JOBS; i++) {
		times[i] = 0;
		ADD(cx, .tenant = i % 3, .key = i % 2 == 0 ? "k" : NULL,
		    .subject = i);
	}
}

static void
assert_once(struct cx *cx, int cut)
{
	int i;

	for (i = 1; i <= JOBS; i++)
		if (get(&times[i]) != 1)
			fail_msg("cut %d: job %d ran %d times", cut, i,
			    get(&times[i]));
	assert_int_equal(
	    number(cx, "SELECT max(attempts) + max(crashes) AS n FROM job"), 1);
}

/* The pauses of a runner whose database is away go by on the test's clock. */
static void
until_done(struct cx *cx, int cut)
{
	int ms;

	for (ms = 0; ms < 4000 && in_state(cx, "done") < JOBS; ms++) {
		test_clock_advance(cx, 5);
		usleep(1000);
	}
	if (in_state(cx, "done") < JOBS)
		fail_msg("cut %d: %d are done, %d run", cut,
		    (int)in_state(cx, "done"), (int)in_state(cx, "running"));
}

static void
whatever_answer_is_lost_each_job_runs_once(struct cx *cx)
{
	struct runner_conf conf = { .kinds = kinds, .workers = 2 };
	struct runner *r;
	struct cx node;
	struct pg_cut *cut = pg_cut_node(cx, 0, &node);
	int i, done = 0;

	script = (struct script){ .hook = mark };
	for (i = 1; i <= CUTS; i++) {
		start(cx);
		pg_cut_at(cut, i);
		must(&node, runner_open(&node, &conf, &r));
		until_done(cx, i);
		runner_close(r, 1000);
		assert_once(cx, i);
		if (pg_cut_done(cut) == done)
			break; /* there were not so many commits */
		done = pg_cut_done(cut);
	}
	print_message("%d commits lost their answer\n", done);
	assert_true(done >= 3);
	pg_cut_node_close(cut, &node);
}

/* The same of a runner without threads. */
static void
whatever_answer_is_lost_each_step_goes_on(struct cx *cx)
{
	struct runner_conf conf = { .kinds = kinds };
	struct pg_cut *cut = pg_cut_open(cx, test_db_conf(cx)->url);
	struct runner *r;
	struct cx node;
	int i, n;
	bool ran;

	calm(cx);
	script.hook = mark;
	cx_child(&node, cx);
	must(&node,
	    db_open(&node, &(struct db_conf){ .url = pg_cut_url(cut) },
		&node.db));
	must(&node, runner_open(&node, &conf, &r));
	for (i = 1; i <= CUTS; i++) {
		start(cx);
		pg_cut_at(cut, i);
		for (n = 0; n < 100 && in_state(cx, "done") < JOBS; n++)
			(void)runner_step(r, &node, &ran);
		assert_int_equal(in_state(cx, "done"), JOBS);
		assert_int_equal(number(cx,
				     "SELECT max(crashes) AS n FROM job"),
		    0);
		assert_int_equal(pg_cut_done(cut), i);
	}
	runner_close(r, 0);
	pg_cut_node_close(cut, &node);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_PG(whatever_answer_is_lost_each_job_runs_once,
		    queue_lists),
		TEST_PG(whatever_answer_is_lost_each_step_goes_on, queue_lists),
	};

	return cmocka_run_group_tests_name("lost answers", tests, NULL, NULL);
}
