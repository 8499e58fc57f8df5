/*
 * batch_test.c - many jobs in one claim, many ends in one commit, and nothing
 * of the laws lost by it.
 *
 * A runner learns that a kind is quick from some hundred runs; on the test's
 * clock, which stands, every run is.  warm() teaches it.
 */
#include "rig.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/env.h"
#include "queue/stock.h"

enum { WARM = 200, CROWD = 100000, FEW = 8, BAD = 7, TOLD = 300 };

static struct {
	int crowded; /* more than two of a tenant were */
	int beside;  /* something was beside a suspect */
	int crowd;   /* runs of tenant 1 */
	int ran;
} seen;

/* --- what the runs do --- */

static enum err
pass(struct cx *cx, const struct job *job)
{
	(void)cx;
	count(&seen.ran, 1);
	if (job->tenant == 1)
		count(&seen.crowd, 1);
	return OK;
}

/* Only one tenant's jobs are there. */
static enum err
in_pairs(struct cx *cx, const struct job *job)
{
	(void)cx;
	(void)job;
	if (count(&hand.inside, 1) > JOB_TENANT_MAX_RUNNING)
		count(&seen.crowded, 1);
	count(&hand.inside, -1);
	return OK;
}

static enum err
alone(struct cx *cx, const struct job *job)
{
	int n = count(&hand.inside, 1);

	(void)cx;
	if (job->suspect && n != 1)
		count(&seen.beside, 1);
	if (job->suspect)
		usleep(1000);
	if (job->suspect && get(&hand.inside) != 1)
		count(&seen.beside, 1);
	count(&hand.inside, -1);
	return OK;
}

/* Learns as fast as it can, and then does as the test says. */
static enum err (*then)(struct cx *, const struct job *);

static enum err
learn(struct cx *cx, const struct job *job)
{
	if (job->subject == 0)
		return OK;
	return then(cx, job);
}

/* --- a runner that has learnt --- */

static enum err
refuse_one(struct cx *cx, const struct job *job, const char *step, enum err e,
    const char *words)
{
	(void)e;
	(void)words;
	if (job->subject == BAD && strcmp(step, "done") == 0)
		return cx_fail(cx, ERR_BUG, "this one cannot be told");
	return event_add(cx,
	    &(struct event){ .level = "info",
		.step = step,
		.job = job->uuid,
		.text = "Told.",
		.origin = "cloud" });
}

static enum err
add_tx(struct cx *cx, void *arg)
{
	const struct job_new *in = arg;
	struct job_new one = *in;
	int64_t i;
	enum err e = OK;

	for (i = 0; i < in->subject && e == OK; i++) {
		one.tenant = in->tenant < 0 ? 1 + i % -in->tenant : in->tenant;
		one.subject = in->prio == 0 ? 1 + i : 0;
		e = job_add(cx, &one, NULL);
	}
	return e;
}

/* `n` jobs of one tenant, or of -tenant ones; in one transaction. */
static void
add_many(struct cx *cx, int64_t n, int64_t tenant)
{
	struct job_new in = { .kind = "work", .tenant = tenant, .subject = n };

	must(cx, db_tx(cx, add_tx, &in));
}

static struct runner *
warm(struct cx *cx, int workers,
    enum err (*hook)(struct cx *, const struct job *))
{
	struct runner_conf conf = { .kinds = kinds,
		.workers = workers,
		.tell = refuse_one };
	struct job_new in = { .kind = "work", .tenant = -20, .subject = WARM };
	struct runner *r;

	memset(&script, 0, sizeof(script));
	memset(&seen, 0, sizeof(seen));
	memset(&hand, 0, sizeof(hand));
	then = hook;
	script.hook = learn;
	in.prio = -1; /* subject 0: they only teach */
	must(cx, db_tx(cx, add_tx, &in));
	must(cx, runner_open(cx, &conf, &r));
	await(in_state(cx, "done") == WARM);
	exec(cx, "DELETE FROM job WHERE state = 'done'");
	exec(cx, "DELETE FROM event");
	return r;
}

/* --- the tests --- */

static void
many_quick_jobs_share_a_commit(struct cx *cx)
{
	struct runner *r = warm(cx, 4, pass);
	int64_t before = db_commits(cx->db);

	add_many(cx, 1000, -20);
	await(in_state(cx, "done") == 1000);
	assert_int_equal(get(&seen.ran), 1000);
	assert_true(db_commits(cx->db) - before < 250);
	assert_int_equal(number(cx,
			     "SELECT count(*) AS n FROM job WHERE "
			     "attempts <> 1 OR fence <> 1 OR started_at = 0 "
			     "OR finished_at = 0 OR lease_owner IS NOT NULL"),
	    0);
	runner_close(r, 0);
}

/* How many jobs have told it; none of them twice. */
static int64_t
told(struct cx *cx, const char *step)
{
	const char *where =
	    arena_printf(cx->mem, "FROM event WHERE step = '%s'", step);
	int64_t jobs = number(cx,
	    arena_printf(cx->mem, "SELECT count(DISTINCT job) AS n %s", where));

	assert_int_equal(jobs,
	    number(cx,
		arena_printf(cx->mem, "SELECT count(*) AS n %s", where)));
	return jobs;
}

static void
each_is_told_started_and_done_once(struct cx *cx)
{
	struct runner *r = warm(cx, 4, pass);

	add_many(cx, TOLD, -3);
	await(in_state(cx, "done") == TOLD);
	/* But for one that refuses to be, and its neighbours do not suffer. */
	assert_int_equal(told(cx, "done"), TOLD - 1);
	assert_true(told(cx, "started") >= TOLD - 1);
	runner_close(r, 0);
}

static void
of_one_tenant_two_run_however_many_are_claimed(struct cx *cx)
{
	struct runner *r = warm(cx, 8, in_pairs);
	int64_t before = db_commits(cx->db);

	add_many(cx, 1000, 1);
	await(in_state(cx, "done") == 1000);
	assert_int_equal(seen.crowded, 0);
	assert_true(db_commits(cx->db) - before < 250);
	runner_close(r, 0);
}

/* What waits has not been blamed for anything. */
static void
assert_untouched(struct cx *cx)
{
	assert_int_equal(number(cx,
			     "SELECT count(*) AS n FROM job WHERE "
			     "state = 'waiting' AND (attempts <> 0 OR "
			     "crashes <> 0 OR suspect <> 0 OR asleep <> 0 OR "
			     "lease_owner IS NOT NULL OR code IS NOT NULL)"),
	    0);
}

/* Two jobs hold both workers, more are claimed. */
static struct runner *
stuck(struct cx *cx)
{
	struct runner *r = warm(cx, 2, hold);

	__atomic_store_n(&hand.held, 1, __ATOMIC_SEQ_CST);
	add_many(cx, 50, -5);
	await(get(&hand.inside) == 2);
	assert_true(in_state(cx, "running") > 10);
	return r;
}

static void
a_slow_job_does_not_hold_what_was_claimed(struct cx *cx)
{
	struct runner *r = stuck(cx);

	test_clock_advance(cx, STALE_MS);
	await(in_state(cx, "running") == 2);
	assert_int_equal(in_state(cx, "waiting"), 48);
	assert_untouched(cx);
	/* And the kind is no longer taken for quick. */
	__atomic_store_n(&hand.held, 0, __ATOMIC_SEQ_CST);
	await(in_state(cx, "done") == 50);
	runner_close(r, 0);
}

static void
another_node_takes_what_a_slow_job_held(struct cx *cx)
{
	struct runner *r = stuck(cx), *other;
	struct runner_conf conf = { .kinds = kinds, .workers = 2 };

	test_clock_advance(cx, STALE_MS);
	await(in_state(cx, "running") == 2);
	then = pass; /* for those that begin now */
	must(cx, runner_open(cx, &conf, &other));
	await(in_state(cx, "done") == 48);
	assert_int_equal(get(&hand.inside), 2);
	__atomic_store_n(&hand.held, 0, __ATOMIC_SEQ_CST);
	await(in_state(cx, "done") == 50);
	runner_close(other, 0);
	runner_close(r, 0);
}

static void
closing_hands_back_what_had_not_begun(struct cx *cx)
{
	struct runner *r = stuck(cx);

	runner_close(r, 0);
	assert_int_equal(in_state(cx, "waiting"), 50);
	assert_int_equal(in_state(cx, "running"), 0);
	assert_int_equal(number(cx, "SELECT max(attempts) AS n FROM job"), 0);
	assert_int_equal(number(cx,
			     "SELECT count(*) AS n FROM event "
			     "WHERE step = 'started'"),
	    2);
}

static void
what_another_took_over_is_not_handed_back(struct cx *cx)
{
	struct runner *r = stuck(cx);

	exec(cx,
	    "UPDATE job SET fence = fence + 1, lease_owner = 'thief', "
	    "lease_until = 9000000000000 "
	    "WHERE state = 'running' AND started_at = 0");
	test_clock_advance(cx, STALE_MS);
	__atomic_store_n(&hand.held, 0, __ATOMIC_SEQ_CST);
	await(in_state(cx, "waiting") == 0);
	runner_close(r, 60000);
	assert_true(in_state(cx, "running") > 5);
	assert_int_equal(number(cx,
			     "SELECT count(*) AS n FROM job WHERE "
			     "state = 'running' AND (lease_owner <> 'thief' "
			     "OR fence <> 2)"),
	    0);
}

static void
a_suspect_runs_alone_among_quick_ones(struct cx *cx)
{
	struct runner *r = warm(cx, 8, alone);

	exec(cx,
	    "INSERT INTO job (uuid, kind, tenant, subject, state, prio, "
	    "run_at, asleep, created_at, suspect) "
	    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
	    "WHERE i < 400) SELECT 'made by the test, number ' || (10000 + i), "
	    "'work', i % 7, i, 'waiting', 0, 0, 0, 0, "
	    "CASE WHEN i % 40 = 0 THEN 1 ELSE 0 END FROM n");
	must(cx, job_unpark(cx, 9)); /* rings */
	await(in_state(cx, "done") == 400);
	assert_int_equal(seen.beside, 0);
	runner_close(r, 0);
}

static void
few_jobs_do_not_wait_for_a_hundred_thousand(struct cx *cx)
{
	struct runner *r;
	struct job_ref ref;
	int i, before, late = 0;

	r = warm(cx, 4, pass);
	exec(cx,
	    "INSERT INTO job (uuid, kind, tenant, subject, state, prio, "
	    "run_at, asleep, created_at) "
	    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
	    "WHERE i < 100000) SELECT 'made by the test, number ' || i, "
	    "'work', 1, i, 'waiting', 0, 0, 0, 0 FROM n");
	must(cx, job_unpark(cx, 9)); /* rings */
	await(get(&seen.crowd) > 0);
	for (i = 0; i < FEW; i++) {
		before = get(&seen.crowd);
		ref = ADD(cx, .tenant = 2, .subject = 2);
		await(strcmp(job_now(cx, ref.uuid).state, "done") == 0);
		/* what was claimed, one round more, and our looking */
		assert_true(get(&seen.crowd) - before < 20 * STOCK_MAX);
		late += get(&seen.crowd) - before > 3 * STOCK_MAX;
	}
	assert_true(late < FEW / 2); /* a busy machine may look late */
	assert_true(get(&seen.crowd) < CROWD);
	runner_close(r, 0);
	assert_untouched(cx);
}

/* As they are when a program died with a stock. */
static void
what_may_not_have_begun_is_not_blamed(struct cx *cx)
{
	struct runner *r;
	struct job job;
	struct job_ref ahead = ADD(cx, .tenant = 1, .subject = 1);
	struct job_ref begun = ADD(cx, .tenant = 1, .subject = 2);

	calm(cx);
	exec(cx,
	    "UPDATE job SET state = 'running', lease_owner = 'x', "
	    "attempts = 1, fence = 1, started_at = id - 1, code = NULL");
	r = runner_new(cx);
	if (db_engine(cx->db) == DB_PG)
		time_passes(cx, JOB_LEASE_MS + 1);
	run_one(cx, r); /* the oldest, alone */
	job = job_now(cx, ahead.uuid);
	assert_string_equal(job.state, "done");
	assert_int_equal(job.crashes, 0);
	assert_int_equal(job.attempts, 1);
	assert_int_equal(job.fence, 2);
	job = job_now(cx, begun.uuid);
	assert_string_equal(job.state, "waiting");
	assert_int_equal(job.crashes, 1);
	assert_int_equal(job.attempts, 1);
	assert_int_equal(job.suspect, 1);
	/* told of the one that crashed: "again"; then started and done */
	assert_string_equal(script.steps, "asd");
	assert_int_equal(run_all(cx, r), 1);
	runner_close(r, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASES(many_quick_jobs_share_a_commit),
		CASES(each_is_told_started_and_done_once),
		CASES(of_one_tenant_two_run_however_many_are_claimed),
		CASES(a_slow_job_does_not_hold_what_was_claimed),
		TEST_PG(another_node_takes_what_a_slow_job_held, queue_lists),
		CASES(closing_hands_back_what_had_not_begun),
		CASES(what_another_took_over_is_not_handed_back),
		CASES(a_suspect_runs_alone_among_quick_ones),
		CASES(few_jobs_do_not_wait_for_a_hundred_thousand),
		CASES(what_may_not_have_begun_is_not_blamed),
	};

	return cmocka_run_group_tests_name("batch", tests, NULL, NULL);
}
