/*
 * thread_test.c - the runner's threads: bells, beats, turns, ends.
 *
 * Nothing here waits for time to pass; await() asks until something is so.
 */
#include "rig.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/env.h"

enum { JOBS = 10000, TENANTS = 10, KEYS = 50 };

/* Seen by all runs of a test. */
static struct {
	int tenant[TENANTS + 1];
	int too_many; /* of one tenant at once */
	int times[JOBS + 1];
	int64_t last[KEYS];
	int disorder;
	int beside; /* ran beside a suspect */
} seen;

static struct runner *
watched(struct cx *cx, int workers,
    enum err (*hook)(struct cx *, const struct job *))
{
	memset(&seen, 0, sizeof(seen));
	return threads(cx, workers, hook);
}

/* --- each once, in order, in turn --- */

static enum err
mark(struct cx *cx, const struct job *job)
{
	int64_t *last = &seen.last[job->subject % KEYS];

	(void)cx;
	if (count(&seen.tenant[job->tenant], 1) > JOB_TENANT_MAX_RUNNING)
		count(&seen.too_many, 1);
	count(&seen.times[job->subject], 1);
	if (__atomic_exchange_n(last, job->subject, __ATOMIC_SEQ_CST) >
	    job->subject)
		count(&seen.disorder, 1);
	count(&seen.tenant[job->tenant], -1);
	return OK;
}

/* In slices: one transaction of 10,000 would hold the writer. */
static enum err
add_some(struct cx *cx, void *arg)
{
	int64_t *from = arg, i;
	struct job_new in = { .kind = "work" };
	char key[32];
	enum err e = OK;

	for (i = *from; i < *from + 100 && e == OK; i++) {
		snprintf(key, sizeof(key), "k%d", (int)(i % KEYS));
		in.tenant = 1 + i % KEYS % TENANTS;
		in.key = key;
		in.subject = i;
		e = job_add(cx, &in, NULL);
	}
	return e;
}

/* A machine that stands still for 4 s loses the transaction, whole. */
static void
add_slice(struct cx *cx, int64_t from)
{
	enum err e = ERR_STORE;
	int tries;

	for (tries = 0; e == ERR_STORE && tries < 3; tries++)
		e = db_tx(cx, add_some, &from);
	must(cx, e);
}

static void
ten_thousand_jobs_are_each_done_once(struct cx *cx)
{
	struct runner *r = watched(cx, 8, mark), *other;
	struct runner_conf conf = { .kinds = kinds, .workers = 8 };
	int64_t i;

	must(cx, runner_open(cx, &conf, &other)); /* a second node */
	for (i = 0; i < JOBS; i += 100)
		add_slice(cx, i);
	await(in_state(cx, "done") == JOBS);
	runner_close(r, 0);
	runner_close(other, 0);
	for (i = 0; i < JOBS; i++)
		assert_int_equal(seen.times[i], 1);
	assert_int_equal(seen.too_many, 0);
	assert_int_equal(seen.disorder, 0);
	assert_int_equal(number(cx, "SELECT max(attempts) AS n FROM job"), 1);
}

/* --- bells --- */

static void
an_added_job_runs_at_once(struct cx *cx)
{
	struct runner *r = threads(cx, 2, NULL);
	struct job_ref ref;
	int i;

	for (i = 0; i < 50; i++) {
		ref = ADD(cx, .tenant = i % 3);
		await(strcmp(job_now(cx, ref.uuid).state, "done") == 0);
	}
	runner_close(r, 0);
}

/* A bell that rings while a claimed job waits for its worker is not lost. */
static void
jobs_added_at_once_begin_at_once(struct cx *cx)
{
	struct runner *r = threads(cx, 4, hold);
	int i;

	for (i = 1; i <= 50; i++) {
		__atomic_store_n(&hand.held, 1, __ATOMIC_SEQ_CST);
		ADD(cx, .tenant = 1);
		ADD(cx, .tenant = 2);
		ADD(cx, .tenant = 3);
		await(get(&hand.inside) == 3);
		__atomic_store_n(&hand.held, 0, __ATOMIC_SEQ_CST);
		await(in_state(cx, "done") == 3 * i);
	}
	runner_close(r, 0);
}

static void
a_job_for_later_wakes_the_clock(struct cx *cx)
{
	struct runner *r = threads(cx, 2, NULL);
	int64_t now = shared_now(cx);

	ADD(cx, .tenant = 1, .run_at = now + 3600000);
	ADD(cx, .tenant = 1, .run_at = now + 60000);
	must(cx, sched_set(cx, 1, "work", 86400 * 31));
	time_passes(cx, 60001);
	/* PostgreSQL's clock was not turned, the rows were */
	if (db_engine(cx->db) == DB_PG)
		must(cx, job_unpark(cx, 9)); /* rings "due" */
	await(in_state(cx, "done") == 1);
	assert_int_equal(in_state(cx, "waiting"), 1);
	runner_close(r, 0);
}

/* --- waiting, counted --- */

static int waits;

static void
wait_counted(struct env *env, struct signal *s, struct lock *l, int64_t until)
{
	env_real().wait(env, s, l, until);
	count(&waits, 1);
}

/* On the machine's clock: the test's wakes its waiters all the time. */
static void
an_idle_runner_sleeps(struct cx *test)
{
	struct env env = env_real();
	struct cx *cx = &(struct cx){ .env = &env, .mem = test->mem };
	struct runner *r;
	int64_t commits;
	int before;

	env.wait = wait_counted;
	cx->db = test->db;
	cx->now = env_wall(&env);
	r = threads(cx, 4, NULL);
	ADD(cx, .tenant = 1);
	ADD(cx, .tenant = 1, .run_at = cx->now + 200);
	await(in_state(cx, "done") == 2);
	usleep(100000); /* the end of that run */
	before = get(&waits);
	commits = db_commits(cx->db);
	usleep(300000); /* not for something to happen, but for nothing to */
	assert_int_equal(get(&waits), before);
	assert_int_equal(db_commits(cx->db), commits);
	runner_close(r, 0);
}

/* --- another node stands still in a transaction (PostgreSQL) --- */

static struct job_ref held_ref, free_ref;
static struct runner *beside;

static enum err
meet_and_stand_still(struct cx *cx, void *arg)
{
	struct cx *others = arg;
	struct job_new in = { .kind = "work", .tenant = 1, .once = "held" };
	int64_t commits;
	enum err e;

	if ((e = job_add(cx, &in, NULL)) != OK) /* holds what it met */
		return e;
	/* Not before: it would take what is to be held. */
	beside = threads(others, 2, NULL);
	must(others, job_unpark(others, 9)); /* rings "due" */
	await(strcmp(job_now(others, free_ref.uuid).state, "done") == 0);
	commits = db_commits(others->db);
	usleep(100000); /* not for something to happen, but for little to */
	assert_in_range(db_commits(others->db) - commits, 0, 5);
	assert_state(others, held_ref.uuid, "waiting");
	return OK;
}

static void
who_stands_still_with_a_sleeper_holds_up_no_other(struct cx *cx)
{
	int64_t now = shared_now(cx);
	struct cx node;

	cx_child(&node, cx);
	must(cx, db_open(cx, test_db_conf(cx), &node.db));
	held_ref =
	    ADD(cx, .tenant = 1, .once = "held", .run_at = now + 3600000);
	free_ref = ADD(cx, .tenant = 2, .run_at = now + 3600000);
	exec(cx, "UPDATE job SET run_at = 1");
	must(&node, db_tx(&node, meet_and_stand_still, cx));
	test_clock_advance(cx, 1000); /* the clock looks again */
	await(in_state(cx, "done") == 2);
	runner_close(beside, 0);
	db_close(node.db);
	cx_done(&node);
}

/* --- leases --- */

static int64_t
lease(struct cx *cx)
{
	return number(cx, "SELECT max(lease_until) AS n FROM job");
}

static void
a_beat_extends_the_lease(struct cx *cx)
{
	struct runner *r = threads(cx, 2, hold);
	int64_t first;
	int i;

	__atomic_store_n(&hand.held, 1, __ATOMIC_SEQ_CST);
	ADD(cx, .tenant = 1);
	await(get(&hand.inside) == 1);
	first = lease(cx);
	for (i = 0; i < 5; i++) {
		test_clock_advance(cx, JOB_BEAT_MS);
		await(lease(cx) > first);
		first = lease(cx);
	}
	__atomic_store_n(&hand.held, 0, __ATOMIC_SEQ_CST);
	await(in_state(cx, "done") == 1);
	assert_int_equal(hand.stopped, 0);
	runner_close(r, 0);
}

static void
who_lost_the_lease_is_stopped(struct cx *cx)
{
	struct runner *r = threads(cx, 2, hold);
	struct job_ref ref;

	__atomic_store_n(&hand.held, 1, __ATOMIC_SEQ_CST);
	ref = ADD(cx, .tenant = 1);
	await(get(&hand.inside) == 1);
	exec(cx,
	    "UPDATE job SET fence = fence + 1, lease_owner = 'thief', "
	    "lease_until = 9000000000000");
	test_clock_advance(cx, JOB_BEAT_MS);
	await(get(&hand.stopped) == 1);
	await(get(&hand.inside) == 0);
	runner_close(r, 0);
	assert_state(cx, ref.uuid, "running"); /* the thief's */
	assert_int_equal(job_now(cx, ref.uuid).fence, 2);
}

static void
without_a_database_the_lease_runs_out(struct cx *cx)
{
	struct runner *r = threads(cx, 1, hold);
	int i;

	__atomic_store_n(&hand.held, 1, __ATOMIC_SEQ_CST);
	ADD(cx, .tenant = 1);
	await(get(&hand.inside) == 1);
	for (i = 0; i < 60 && get(&hand.stopped) == 0; i++) {
		db_fail_at(cx->db, 1); /* the beat's begin, or db_now's */
		test_clock_advance(cx, JOB_BEAT_MS + 1);
		usleep(100000);
	}
	db_fail_at(cx->db, 0);
	await(get(&hand.inside) == 0);
	assert_int_equal(hand.stopped, 1);
	await(in_state(cx, "waiting") == 1);
	runner_close(r, 0);
}

/* --- suspects --- */

static enum err
be_alone(struct cx *cx, const struct job *job)
{
	int n = count(&hand.inside, 1);

	if (job->suspect && n != 1)
		count(&seen.beside, 1);
	usleep(2000);
	if (job->suspect && get(&hand.inside) != 1)
		count(&seen.beside, 1);
	(void)cx;
	count(&hand.inside, -1);
	return OK;
}

static void
a_suspect_runs_alone(struct cx *cx)
{
	struct runner *r;
	int i;

	for (i = 1; i <= 60; i++)
		ADD(cx, .tenant = i % 7, .subject = i);
	exec(cx, "UPDATE job SET suspect = 1 WHERE id % 10 = 0");
	r = watched(cx, 8, be_alone);
	await(in_state(cx, "done") == 60);
	assert_int_equal(seen.beside, 0);
	assert_int_equal(number(cx, "SELECT max(suspect) AS n FROM job"), 0);
	runner_close(r, 0);
}

/* --- the end --- */

static void
closing_stops_what_runs_and_it_waits_again(struct cx *cx)
{
	struct runner *r = threads(cx, 2, hold);
	struct job_ref ref;
	struct job job;

	__atomic_store_n(&hand.held, 1, __ATOMIC_SEQ_CST);
	ref = ADD(cx, .tenant = 1);
	ADD(cx, .tenant = 1, .key = "b");
	ADD(cx, .tenant = 1, .key = "c");
	await(get(&hand.inside) == 2);
	runner_close(r, 0);
	assert_int_equal(hand.stopped, 2);
	job = job_now(cx, ref.uuid);
	assert_string_equal(job.state, "waiting");
	assert_int_equal(job.attempts, 0);
	assert_int_equal(in_state(cx, "waiting"), 3);
}

static enum err
take_a_moment(struct cx *cx, const struct job *job)
{
	(void)job;
	count(&hand.inside, 1);
	usleep(100000);
	return cx_stopped(cx) ? cx_fail(cx, ERR_UPSTREAM, "stopped") : OK;
}

static void
grace_lets_what_runs_end(struct cx *cx)
{
	struct runner *r = threads(cx, 2, take_a_moment);

	ADD(cx, .tenant = 1);
	await(get(&hand.inside) == 1);
	runner_close(r, 10000);
	assert_int_equal(in_state(cx, "done"), 1);
}

static void
a_database_that_fails_now_and_then_loses_nothing(struct cx *cx)
{
	struct runner *r = watched(cx, 4, mark);
	int64_t i;

	for (i = 0; i < 200; i += 100)
		must(cx, db_tx(cx, add_some, &i));
	for (i = 1; in_state(cx, "done") < 200 && i < AWAIT_MS; i++) {
		if (i % 5 == 0)
			db_fail_at(cx->db, 1 + (int)(i / 5 % 7));
		test_clock_advance(cx, 500);
		usleep(1000);
		db_fail_at(cx->db, 0);
	}
	assert_int_equal(in_state(cx, "done"), 200);
	assert_int_equal(seen.disorder, 0);
	runner_close(r, 0);
}

static int fail_step; /* counted from the end of the job on */
static int over;

static enum err
then_the_store_fails(struct cx *cx, const struct job *job)
{
	(void)job;
	db_fail_at(cx->db, fail_step);
	__atomic_add_fetch(&over, 1, __ATOMIC_SEQ_CST);
	return OK;
}

static void
an_end_is_stored_though_any_statement_of_it_fails_once(struct cx *cx)
{
	struct runner *r = threads(cx, 1, then_the_store_fails);
	int i;

	over = 0;
	for (fail_step = 1; fail_step <= 8; fail_step++) {
		ADD(cx, .tenant = 1);
		await(get(&over) >= fail_step);
		for (i = 0; i < AWAIT_MS && db_fail_left(cx->db) > 0; i++) {
			test_clock_advance(cx, 10);
			usleep(1000);
		}
		assert_int_equal(db_fail_left(cx->db), 0);
		for (i = 0; i < AWAIT_MS && in_state(cx, "done") < fail_step;
		     i++) {
			test_clock_advance(cx, 10);
			usleep(1000);
		}
		assert_int_equal(in_state(cx, "done"), fail_step);
	}
	runner_close(r, 0);
	assert_int_equal(over, 8); /* none ran twice */
}

/* The store is gone for good while the program ends: it ends all the same, and
   the next start finds what it could not say. */
static void
closing_without_a_store_leaves_the_rest_to_the_next_start(struct cx *cx)
{
	struct runner *r = threads(cx, 1, hold);
	struct job_ref ref;

	hand.held = 1;
	ref = ADD(cx, .tenant = 1);
	await(get(&hand.inside) == 1);
	db_fail_from(cx->db, 1);
	__atomic_store_n(&hand.held, 0, __ATOMIC_SEQ_CST);
	await(get(&hand.inside) == 0);
	runner_close(r, 0);
	db_fail_at(cx->db, 0);
	assert_state(cx, ref.uuid, "running");
	exec(cx, "UPDATE job SET lease_until = 1");
	r = threads(cx, 1, NULL);
	await(strcmp(job_now(cx, ref.uuid).state, "done") == 0);
	runner_close(r, 0);
	assert_int_equal(job_now(cx, ref.uuid).crashes, 1);
}

static enum err
away(struct cx *cx, const struct job *job)
{
	return cx_fail(cx, job->subject == 7 ? ERR_UPSTREAM : ERR_BUSY,
	    "it said: \"no a@b.example\"");
}

static const char *
of_tea(struct cx *cx, const struct job *job)
{
	return arena_printf(cx->mem, "shop=tea order=%d", (int)job->subject);
}

static void
the_log_says_whose_job_failed_and_not_in_whose_words(struct cx *cx)
{
	const char *path = log_begin(cx, LEVEL_DEBUG), *said;
	struct runner_conf conf = { .kinds = kinds,
		.workers = 1,
		.whose = of_tea };
	struct runner *r = threads_as(cx, &conf, away);

	ADD(cx, .tenant = 1, .subject = 7);
	await(strstr(test_read_file(cx, path), "upstream_failed") != NULL);
	ADD(cx, .tenant = 2, .subject = 8); /* busy: nothing is read for it */
	await(strstr(test_read_file(cx, path), "code=busy") != NULL);
	runner_close(r, 0);
	said = test_read_file(cx, path);
	assert_contains(said, "warn ");
	assert_contains(said,
	    " job.again try=1 code=upstream_failed shop=tea order=7 job=");
	assert_null(strstr(said, "b.example"));
	assert_null(strstr(said, "order=8"));
	assert_contains(said, " kind=work\n");
	log_end(cx);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASES(ten_thousand_jobs_are_each_done_once),
		CASES(an_added_job_runs_at_once),
		CASES(jobs_added_at_once_begin_at_once),
		CASES(a_job_for_later_wakes_the_clock),
		TEST_SQLITE(an_idle_runner_sleeps, queue_lists),
		TEST_PG(who_stands_still_with_a_sleeper_holds_up_no_other,
		    queue_lists),
		CASES(a_beat_extends_the_lease),
		CASES(who_lost_the_lease_is_stopped),
		CASES(without_a_database_the_lease_runs_out),
		CASES(a_suspect_runs_alone),
		CASES(closing_stops_what_runs_and_it_waits_again),
		CASES(grace_lets_what_runs_end),
		CASES(a_database_that_fails_now_and_then_loses_nothing),
		CASES(an_end_is_stored_though_any_statement_of_it_fails_once),
		CASES(
		    closing_without_a_store_leaves_the_rest_to_the_next_start),
		CASES(the_log_says_whose_job_failed_and_not_in_whose_words),
	};

	return cmocka_run_group_tests_name("threads", tests, NULL, NULL);
}
