/*
 * clerk_test.c - rounds that fail: one end that is refused among many, a
 * database that goes away in the middle, a claim that is refused.
 */
#include "rig.h"

#include <string.h>

#include "base/arena.h"
#include "base/env.h"
#include "queue/runner_own.h"

enum { MANY = 5, FIRST = 1, BAD = 3 };

/* What is told in a round: of FIRST it waits there until it is time, and BAD's
   end is answered so, one after the other. */
static struct {
	struct runner *r;
	const char *at; /* the step of FIRST that waits */
	bool (*is_time)(struct runner *);
	int telling;           /* it is being told */
	enum err first_answer; /* then */
	enum err answers[4];   /* OK from the first OK on */
	int asked;             /* for BAD's */
} ends;

static bool
are_all_over(struct runner *r)
{
	return r->stock.over.n == MANY;
}

static bool
have_workers_gone(struct runner *r)
{
	return r->last;
}

static bool
is_closing(struct runner *r)
{
	return r->closing;
}

/* The beat asks for those that run, and not for FIRST. */
static bool
has_beaten(struct runner *r)
{
	struct run *run;
	bool asked = false;

	for (run = r->stock.all; run != NULL; run = run->next) {
		asked |= run->asked;
		assert_false(run->asked && run->job.subject == FIRST);
	}
	return asked;
}

static bool
is_time(void)
{
	struct runner *r = __atomic_load_n(&ends.r, __ATOMIC_SEQ_CST);
	bool yes;

	if (r == NULL)
		return false; /* it is being opened */
	lock_take(&r->lock);
	yes = ends.is_time(r);
	lock_drop(&r->lock);
	return yes;
}

static enum err
tell_end(struct cx *cx, const struct job *job, const char *step, enum err e,
    const char *words)
{
	(void)words;
	e = OK;
	if (job->subject == FIRST && strcmp(step, ends.at) == 0 &&
	    count(&ends.telling, 1) == 1) {
		if (ends.is_time == has_beaten)
			test_clock_advance(cx, JOB_BEAT_MS);
		await(is_time());
		e = ends.first_answer;
	} else if (job->subject == BAD && strcmp(step, "done") == 0 &&
	    ends.answers[get(&ends.asked)] != OK) {
		e = ends.answers[count(&ends.asked, 1) - 1];
	}
	return e == OK ? OK : cx_fail(cx, e, "job %s: not now", job->uuid);
}

/* FIRST goes at once, the others when it is being told. */
static enum err
after_the_first(struct cx *cx, const struct job *job)
{
	(void)cx;
	count(&hand.inside, 1);
	await(job->subject == FIRST ? get(&hand.inside) == MANY
				    : get(&ends.telling) > 0);
	return OK;
}

static struct runner *
clerk(struct cx *cx, enum err (*hook)(struct cx *, const struct job *),
    const char *at, bool (*until)(struct runner *))
{
	struct runner_conf conf = { .kinds = kinds,
		.workers = MANY,
		.tell = tell_end };
	struct runner *r;

	memset(&ends, 0, sizeof(ends));
	ends.at = at;
	ends.is_time = until;
	r = threads_as(cx, &conf, hook);
	__atomic_store_n(&ends.r, r, __ATOMIC_SEQ_CST);
	return r;
}

/* Until then the clerk tries again every DOWN_MS. */
static void
await_done(struct cx *cx, int64_t n)
{
	int i;

	for (i = 0; i < AWAIT_MS && in_state(cx, "done") < n; i++) {
		test_clock_advance(cx, 10);
		usleep(1000);
	}
	assert_int_equal(in_state(cx, "done"), n);
}

/* The first is stored while the others end, and those in one round: BAD's end
   answers as told. */
static void
end_together(struct cx *cx, const enum err *answers, int n)
{
	struct runner *r = clerk(cx, after_the_first, "done", are_all_over);
	int64_t i;

	memcpy(ends.answers, answers, (size_t)n * sizeof(*answers));
	for (i = FIRST; i <= MANY; i++)
		ADD(cx, .tenant = i, .subject = i);
	await_done(cx, MANY);
	runner_close(r, 0);
	assert_int_equal(ends.asked, n);
	assert_int_equal(number(cx, "SELECT max(attempts) AS n FROM job"), 1);
	exec(cx, "DELETE FROM job");
}

/* Refused among all, in a half of them, and in a half of that. */
static void
an_end_that_is_refused_keeps_no_neighbour_from_its_own(struct cx *cx)
{
	static const enum err refused[] = { ERR_BUG, ERR_BUG, ERR_BUG };
	int n;

	for (n = 1; n <= 3; n++)
		end_together(cx, refused, n);
}

static void
a_database_that_goes_away_meanwhile_is_waited_for(struct cx *cx)
{
	end_together(cx, (enum err[]){ ERR_BUG, ERR_STORE }, 2);
	end_together(cx, (enum err[]){ ERR_BUG, ERR_BUSY }, 2);
	end_together(cx, (enum err[]){ ERR_BUSY }, 1); /* the whole round */
}

/* Nobody waits for a database that is away when all others have gone. */
static void
the_last_round_is_tried_once(struct cx *cx)
{
	struct job_ref ref;
	struct runner *r = clerk(cx, NULL, "done", have_workers_gone);

	ends.first_answer = ERR_STORE;
	ref = ADD(cx, .tenant = 1, .subject = FIRST);
	await(get(&ends.telling) == 1);
	runner_close(r, 0);
	assert_state(cx, ref.uuid, "running"); /* the next start finds it */
	assert_int_equal(ends.telling, 1);
}

static void
an_end_that_is_refused_alone_is_told_again(struct cx *cx)
{
	struct runner *r = clerk(cx, NULL, "done", NULL);
	struct job_ref ref;

	ends.answers[0] = ERR_BUG;
	ref = ADD(cx, .tenant = 1, .subject = BAD);
	await_done(cx, 1);
	runner_close(r, 0);
	assert_int_equal(ends.asked, 1);
	assert_int_equal(job_now(cx, ref.uuid).attempts, 1);
}

/* It was being claimed when the program began to end. */
static void
what_is_claimed_too_late_goes_back(struct cx *cx)
{
	struct job_ref ref = ADD(cx, .tenant = 1, .subject = FIRST);
	struct runner *r = clerk(cx, NULL, "started", is_closing);

	await(get(&ends.telling) == 1);
	runner_close(r, 0);
	assert_state(cx, ref.uuid, "waiting");
	assert_int_equal(job_now(cx, ref.uuid).attempts, 0);
	assert_int_equal(script.ran, 0);
}

static enum err
hold_but_first(struct cx *cx, const struct job *job)
{
	return job->subject == FIRST ? OK : hold(cx, job);
}

static void
who_is_over_is_not_asked_for(struct cx *cx)
{
	struct runner *r = clerk(cx, hold_but_first, "done", has_beaten);

	hand.held = 1;
	ADD(cx, .tenant = 2, .subject = 2);
	await(get(&hand.inside) == 1);
	ADD(cx, .tenant = 1, .subject = FIRST);
	await_done(cx, 1);
	__atomic_store_n(&hand.held, 0, __ATOMIC_SEQ_CST);
	await_done(cx, 2);
	runner_close(r, 0);
	assert_int_equal(hand.stopped, 0);
}

static void
a_claim_that_is_refused_is_made_again(struct cx *cx)
{
	const char *path = log_begin(cx, LEVEL_WARN);
	struct runner *r;

	exec(cx,
	    "CREATE TRIGGER no BEFORE UPDATE ON job "
	    "WHEN NEW.state = 'running' BEGIN SELECT RAISE(ABORT, 'no'); END");
	r = clerk(cx, NULL, "done", NULL);
	ADD(cx, .tenant = 1);
	await(strstr(test_read_file(cx, path), "round") != NULL);
	exec(cx, "DROP TRIGGER no");
	await_done(cx, 1);
	runner_close(r, 0);
	assert_int_equal(number(cx, "SELECT max(attempts) AS n FROM job"), 1);
	log_end(cx);
}

/* A claim was carried out and its answer lost, so a job is ours that we do not
   hold; and it cannot be given back yet. */
static void
what_cannot_be_given_back_yet_is_tried_again(struct cx *cx)
{
	const char *path = log_begin(cx, LEVEL_WARN);
	struct runner *r;

	exec(cx,
	    "CREATE TRIGGER no BEFORE UPDATE ON job "
	    "WHEN NEW.state = 'running' BEGIN SELECT RAISE(ABORT, 'no'); END");
	exec(cx,
	    "CREATE TRIGGER stay BEFORE UPDATE ON job WHEN OLD.state = "
	    "'running' BEGIN SELECT RAISE(ABORT, 'it stays'); END");
	r = clerk(cx, NULL, "done", NULL);
	ADD(cx, .tenant = 1);
	await(strstr(test_read_file(cx, path), "round") != NULL);
	exec(cx, "CREATE TABLE ghost AS SELECT * FROM job");
	exec(cx,
	    arena_printf(cx->mem,
		"UPDATE ghost SET id = id + 1, uuid = 'ghost', tenant = 2, "
		"state = 'running', lease_owner = '%s'",
		r->desk.owner));
	exec(cx, "INSERT INTO job SELECT * FROM ghost");
	await(strstr(test_read_file(cx, path), "it stays") != NULL);
	exec(cx, "DROP TRIGGER stay");
	exec(cx, "DROP TRIGGER no");
	await_done(cx, 2);
	runner_close(r, 0);
	log_end(cx);
}

static void
what_cannot_be_stored_even_alone_is_tried_until_it_can(struct cx *cx)
{
	struct runner *r;
	int64_t i;

	exec(cx,
	    "CREATE TRIGGER no BEFORE UPDATE ON job WHEN OLD.subject = 4 AND "
	    "NEW.state <> 'running' BEGIN SELECT RAISE(ABORT, 'no'); END");
	r = clerk(cx, after_the_first, "done", are_all_over);
	for (i = FIRST; i <= MANY; i++)
		ADD(cx, .tenant = i, .subject = i);
	await_done(cx, MANY - 1);
	exec(cx, "DROP TRIGGER no");
	await_done(cx, MANY);
	runner_close(r, 0);
	assert_int_equal(number(cx, "SELECT max(attempts) AS n FROM job"), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASES(an_end_that_is_refused_keeps_no_neighbour_from_its_own),
		CASES(a_database_that_goes_away_meanwhile_is_waited_for),
		CASES(an_end_that_is_refused_alone_is_told_again),
		CASES(the_last_round_is_tried_once),
		CASES(what_is_claimed_too_late_goes_back),
		CASES(who_is_over_is_not_asked_for),
		TEST_SQLITE(a_claim_that_is_refused_is_made_again, queue_lists),
		TEST_SQLITE(
		    what_cannot_be_stored_even_alone_is_tried_until_it_can,
		    queue_lists),
		TEST_SQLITE(what_cannot_be_given_back_yet_is_tried_again,
		    queue_lists),
	};

	return cmocka_run_group_tests_name("clerk", tests, NULL, NULL);
}
