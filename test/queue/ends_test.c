/*
 * ends_test.c - what a run says and how it ends, though the row, the store or
 * whoever is told will not have it.
 */
#include "ops.h"

#include <stdlib.h>
#include <string.h>

#include "base/env.h"
#include "base/json.h"
#include "queue/row.h"
#include "queue/settle.h"
#include "queue/stock.h"

/* --- a run and its words --- */

/* A job that does so, in one run. */
static struct job_ref
ran(struct cx *cx, enum err (*hook)(struct cx *, const struct job *))
{
	struct job_ref ref;
	struct runner *r;

	calm(cx);
	r = runner_new(cx);
	script.hook = hook;
	ref = ADD(cx, .tenant = 1);
	run_one(cx, r);
	runner_close(r, 0);
	return ref;
}

static enum err
speaks_for_another(struct cx *cx, const struct job *job)
{
	struct job other = *job;

	other.id++;
	job_result(cx, &other, "not mine");
	return OK;
}

static void
words_of_another_job_are_not_its_result(struct cx *cx)
{
	struct job_ref ref = ran(cx, speaks_for_another);

	assert_state(cx, ref.uuid, "done");
	assert_null(job_now(cx, ref.uuid).result);
}

/* A kind that a test calls by itself. */
static void
without_a_run_words_go_nowhere(struct cx *cx)
{
	struct job job = { .id = 1 };

	job_result(cx, &job, "heard by nobody");
	assert_null(job_of(cx));
}

#ifdef FAULTS
static enum err
nothing(struct cx *cx, void *arg)
{
	(void)cx;
	(void)arg;
	return OK;
}

static enum err
stands_still(struct cx *cx, const struct job *job)
{
	(void)job;
	STALL_POINT(cx, "seldom");
	return db_tx(cx, nothing, NULL);
}

/* It wakes, and the job is another's: it writes nothing. */
static void
who_stood_still_has_lost_the_job(struct cx *cx)
{
	struct job_ref ref;
	struct runner *r;

	calm(cx);
	r = runner_new(cx);
	script.hook = stands_still;
	ref = ADD(cx, .tenant = 1);
	setenv("LOGIVERY_STALL", "seldom:1:1", 1);
	STALL_POINT(cx, "seldom"); /* no run: nobody loses anything */
	run_one(cx, r);
	unsetenv("LOGIVERY_STALL");
	assert_state(cx, ref.uuid, "waiting");
	assert_int_equal(script.told, 1); /* that it started */
	run_one(cx, r);
	runner_close(r, 0);
	assert_state(cx, ref.uuid, "done");
}
#endif

static void
any_words_come_through_a_list(struct cx *cx)
{
	static const char *const words[] = { "plain", "a \"b\"", "a\\b",
		"a\nb" };
	struct buf b;
	struct json *j;
	size_t i;

	for (i = 0; i < COUNT_OF(words); i++) {
		b = buf_new(cx->mem);
		buf_char(&b, '[');
		list_text(cx, &b, words[i]);
		buf_char(&b, ']');
		must(cx, json_parse(cx, b.p, b.n, &j));
		assert_string_equal(json_text(json_at(j, 0)), words[i]);
	}
}

/* --- a run ends --- */

static struct end
ended(struct cx *cx, const char *kind, enum err e, const char *code)
{
	struct desk desk = desk_new(cx);
	struct run run = {
		.job = { .attempts = 1 },
		.desk = &desk,
		.kind = desk_kind(&desk, kind),
		.unit = cx,
	};

	desk.conf.retry_base_ms = 2;
	cx_fail_code(cx, e, code, "as told");
	cx->wait_ms = 0;
	settle_decide(&run, e);
	return run.end;
}

static void
only_a_lost_link_parks(struct cx *cx)
{
	calm(cx);
	assert_string_equal(ended(cx, "parks", ERR_AUTH, "disconnected").state,
	    "parked");
	assert_string_equal(ended(cx, "parks", ERR_DENIED, "disconnected")
				.state,
	    "parked");
	assert_string_equal(ended(cx, "parks", ERR_DENIED, "no").state, "dead");
	assert_string_equal(ended(cx, "parks", ERR_INPUT, "disconnected").state,
	    "dead");
	assert_string_equal(ended(cx, "work", ERR_DENIED, "disconnected").state,
	    "dead");
}

static void
the_back_off_is_counted_in_the_base_asked_for(struct cx *cx)
{
	struct end end;

	calm(cx);
	end = ended(cx, "work", ERR_UPSTREAM, "away");
	assert_string_equal(end.state, "waiting");
	assert_in_range(end.delay_ms, 1, 10 * 2);
}

/* --- the store fails, and fails again --- */

static enum err
loses_the_store(struct cx *cx, const struct job *job)
{
	(void)job;
	db_fail_at(cx->db, 1);
	return OK;
}

static void
an_end_that_cannot_be_stored_is_found_when_the_store_is_back(struct cx *cx)
{
	struct job_ref ref;
	struct runner *r;
	bool ran = false;

	calm(cx);
	r = runner_new(cx);
	ref = ADD(cx, .tenant = 1);
	script.hook = loses_the_store;
	must_fail(cx, ERR_STORE, runner_step(r, cx, &ran));
	script.hook = NULL;
	db_fail_at(cx->db, 1);
	must_fail(cx, ERR_STORE, runner_step(r, cx, &ran));
	assert_state(cx, ref.uuid, "running");
	run_one(cx, r);
	runner_close(r, 0);
	assert_state(cx, ref.uuid, "done");
	assert_int_equal(script.ran, 2);
}

static enum err told_then;

static enum err
cannot_be_told(struct cx *cx, const struct job *job)
{
	(void)cx;
	(void)job;
	script.tell_e = told_then;
	return OK;
}

/* A conflict may be gone the next time; after that it ends without a word. */
static void
an_end_whose_words_conflict_is_told_twice(struct cx *cx)
{
	struct job_ref ref;

	told_then = ERR_CONFLICT;
	ref = ran(cx, cannot_be_told);
	assert_state(cx, ref.uuid, "done");
	assert_int_equal(script.told, 3); /* and that it started */
}

static void
an_end_that_finds_the_store_busy_is_left_for_later(struct cx *cx)
{
	struct job_ref ref;
	struct runner *r;
	bool ran = false;

	calm(cx);
	r = runner_new(cx);
	script.hook = cannot_be_told;
	told_then = ERR_BUSY;
	ref = ADD(cx, .tenant = 1);
	must_fail(cx, ERR_BUSY, runner_step(r, cx, &ran));
	assert_state(cx, ref.uuid, "running");
	script.hook = NULL;
	script.tell_e = OK;
	run_one(cx, r);
	runner_close(r, 0);
	assert_state(cx, ref.uuid, "done");
}

/* The row refuses each of its tries; that is no reason to forget the job. */
static void
an_end_that_is_refused_is_tried_and_then_left(struct cx *cx)
{
	struct job_ref ref;
	struct runner *r;
	bool ran = false;

	calm(cx);
	r = runner_new(cx);
	ref = ADD(cx, .tenant = 1);
	exec(cx,
	    "CREATE TRIGGER no BEFORE UPDATE ON job "
	    "WHEN OLD.state = 'running' AND NEW.state = 'done' "
	    "BEGIN SELECT RAISE(ABORT, 'no'); END");
	must_fail(cx, ERR_BUG, runner_step(r, cx, &ran));
	assert_state(cx, ref.uuid, "running");
	exec(cx, "DROP TRIGGER no");
	run_one(cx, r);
	runner_close(r, 0);
	assert_state(cx, ref.uuid, "done");
}

/* --- threads --- */

static struct {
	struct thread *(
	    *start)(struct env *, const char *, void (*)(void *), void *);
	int workers;
} real;

static struct thread *
count_workers(struct env *env, const char *name, void (*fn)(void *), void *arg)
{
	real.workers +=
	    strncmp(name, "job-", 4) == 0 && name[4] >= '0' && name[4] <= '9';
	return real.start(env, name, fn, arg);
}

static void
there_are_never_more_workers_than_the_stock_has_hands(struct cx *cx)
{
	struct runner_conf conf = { .kinds = kinds, .workers = 1000 };
	struct runner *r;

	memset(&script, 0, sizeof(script));
	real.start = cx->env->start;
	real.workers = 0;
	cx->env->start = count_workers;
	must(cx, runner_open(cx, &conf, &r));
	runner_close(r, 1000);
	cx->env->start = real.start;
	assert_int_equal(real.workers, WORKERS_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASES(words_of_another_job_are_not_its_result),
		CASES(without_a_run_words_go_nowhere),
#ifdef FAULTS
		CASES(who_stood_still_has_lost_the_job),
#endif
		CASES(any_words_come_through_a_list),
		CASES(only_a_lost_link_parks),
		CASES(the_back_off_is_counted_in_the_base_asked_for),
		CASES(
		    an_end_that_cannot_be_stored_is_found_when_the_store_is_back),
		CASES(there_are_never_more_workers_than_the_stock_has_hands),
		CASES(an_end_whose_words_conflict_is_told_twice),
		CASES(an_end_that_finds_the_store_busy_is_left_for_later),
		TEST_SQLITE(an_end_that_is_refused_is_tried_and_then_left,
		    queue_lists),
	};

	return cmocka_run_group_tests_name("ends", tests, NULL, NULL);
}
