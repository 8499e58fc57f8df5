/*
 * settle.c - see settle.h.
 *
 * Most runs are done, and many end while a commit is under way: those are one
 * statement.  All others are a statement each, in the same transaction.
 *
 * What is told of a run is told as if by itself: job_of answers its job.
 */
#include "queue/settle.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/crashpoint.h"
#include "base/env.h"
#include "base/log.h"
#include "base/text.h"
#include "db/db.h"
#include "gen/sql.h"
#include "queue/row.h"

enum { RETRY_BASE_MS = 1000, BACKOFF_MAX_S = 300, SETTLE_TRIES = 4 };

int64_t
backoff_ms(struct env *env, int64_t base_ms, int64_t cap_ms, int64_t n)
{
	int64_t top = base_ms < cap_ms ? base_ms : cap_ms;

	for (; n > 1 && top < cap_ms; n--)
		top = top > cap_ms / 2 ? cap_ms : 2 * top;
	return 1 + (int64_t)env_below(env, (uint64_t)(top > 1 ? top : 1));
}

/* --- deciding --- */

static int64_t
retry_delay(struct cx *cx, const struct run *run)
{
	const struct job_kind *k = run->kind;
	int64_t second = run->desk->conf.retry_base_ms;
	int64_t base = k->backoff_s > 0 ? k->backoff_s : 1;
	int64_t cap = k->backoff_max_s > 0 ? k->backoff_max_s : BACKOFF_MAX_S;

	if (second <= 0)
		second = RETRY_BASE_MS;
	return backoff_ms(cx->env, base * second, cap * second,
	    run->job.attempts);
}

static bool
parks(const struct cx *cx, const struct run *run, enum err e)
{
	return run->kind->parks && (e == ERR_AUTH || e == ERR_DENIED) &&
	    text_equal(cx->code, "disconnected");
}

void
settle_decide(struct run *run, enum err e)
{
	struct cx *cx = run->unit;
	const struct job_kind *k = run->kind;
	struct end *end = &run->end;

	*end = (struct end){ .e = e, .state = "waiting", .step = "again" };
	if (e == OK) {
		end->state = end->step = "done";
		end->words = run->result;
		return;
	}
	end->words = arena_text(cx->mem, cx->why);
	end->code = arena_text(cx->mem,
	    cx->code[0] != '\0' ? cx->code : err_row(e)->code);
	if (parks(cx, run, e)) {
		end->state = end->step = "parked";
	} else if (err_row(e)->again &&
	    __atomic_load_n(&run->stop, __ATOMIC_RELAXED) == STOP_CLOSING) {
		end->uncount = 1;
	} else if (e == ERR_BUSY && cx->wait_ms > 0) {
		end->delay_ms = cx->wait_ms;
		end->uncount = 1;
	} else if (err_row(e)->again &&
	    (k->attempts == 0 || run->job.attempts < k->attempts)) {
		end->delay_ms = retry_delay(cx, run);
	} else {
		end->state = end->step = "dead";
	}
}

/* --- storing --- */

/* A claim ahead does not say when the job starts; its end does. */
static int64_t
started_at(const struct cx *cx, const struct run *run)
{
	return run->job.started_at != 0 ? run->job.started_at : cx->now;
}

static enum err
tell_end(struct cx *cx, struct run *run, const struct job *job)
{
	const struct runner_conf *conf = &run->desk->conf;
	const struct end *end = &run->end;
	enum err e;

	if (end->bare)
		return OK;
	if (text_equal(end->state, "dead") && run->kind->buried != NULL &&
	    (e = run->kind->buried(cx, job, end->e)) != OK)
		return e;
	if (conf->tell == NULL)
		return OK;
	if (run->ahead &&
	    (e = conf->tell(cx, &run->job, "started", OK, NULL)) != OK)
		return e;
	return conf->tell(cx, job, end->step, end->e, end->words);
}

static enum err
tell(struct cx *cx, struct run *run, const struct job *job)
{
	enum err (*guard)(struct cx *, void *) = cx->guard;
	void *guard_arg = cx->guard_arg;
	enum err e;

	run_lend(cx, run);
	e = tell_end(cx, run, job);
	cx->guard = guard;
	cx->guard_arg = guard_arg;
	CRASH_POINT("job.before_done");
	return e;
}

/* The job as its row will be; run_at aside. */
static struct job
job_after(const struct cx *cx, const struct run *run)
{
	const struct end *end = &run->end;
	struct job job = run->job;

	job.state = end->state;
	job.attempts -= end->uncount;
	job.started_at = started_at(cx, run);
	job.code = end->code;
	job.reason = end->e == OK ? NULL : end->words;
	job.result = end->e == OK ? end->words : NULL;
	job.finished_at =
	    end->e == OK || text_equal(end->state, "dead") ? cx->now : 0;
	return job;
}

static enum err
store(struct cx *cx, struct run *run)
{
	const struct end *end = &run->end;
	struct job job = job_after(cx, run);
	struct number row;
	enum err e;

	e = db_one(cx, SQL_JOB_SETTLE, number_field, &row, V(job.id),
	    V(job.fence), V(end->state), V(cx->now + end->delay_ms),
	    V(end->delay_ms > 0), V(end->uncount), V(end->code), V(job.reason),
	    V(job.result), V(job.finished_at), V(job.started_at));
	run->lost = e == ERR_MISSING;
	if (run->lost)
		return OK;
	if (e != OK)
		return e;
	job.run_at = row.n;
	if (job.suspect || end->uncount) /* others waited, or may have it */
		db_ring(cx, "job");
	db_ring(cx, "due"); /* it waits, or goes as soon as who came behind */
	return tell(cx, run, &job);
}

static bool
is_done(const struct run *run)
{
	return !run->unbegun && run->end.e == OK;
}

static void
add_done(struct cx *cx, struct buf *b, const struct run *run)
{
	buf_printf(b, "%s[%" PRId64 ",%" PRId64 ",%" PRId64 ",",
	    b->n > 1 ? "," : "", run->job.id, run->job.fence,
	    started_at(cx, run));
	list_text(cx, b, run->end.words);
	buf_char(b, ']');
}

/* Which of the done ones came back? */
static void
mark_lost(struct run **runs, size_t n, const struct number *kept, size_t nkept)
{
	size_t i, k;

	for (i = 0; i < n; i++) {
		for (k = 0; k < nkept && kept[k].n != runs[i]->job.id; k++)
			;
		runs[i]->lost = is_done(runs[i]) && k == nkept;
	}
}

static enum err
store_done(struct cx *cx, struct run **runs, size_t n)
{
	struct buf b = buf_new(cx->mem);
	struct number *kept;
	size_t i, nkept, ndone = 0;
	enum err e;

	buf_char(&b, '[');
	for (i = 0; i < n; i++) {
		runs[i]->lost = false;
		if (is_done(runs[i])) {
			add_done(cx, &b, runs[i]);
			ndone++;
		}
	}
	buf_char(&b, ']');
	if (ndone == 0)
		return OK;
	e = db_list(cx, SQL_JOB_DONE, number_field, &kept, &nkept,
	    V((const char *)b.p), V(cx->now));
	if (e == OK && nkept < ndone)
		mark_lost(runs, n, kept, nkept);
	return e;
}

/* What never began waits again; others may take it. */
static enum err
store_back(struct cx *cx, struct run **runs, size_t n)
{
	struct buf b = buf_new(cx->mem);
	size_t i;

	buf_char(&b, '[');
	for (i = 0; i < n; i++) {
		if (runs[i]->unbegun)
			buf_printf(&b, "%s[%" PRId64 ",%" PRId64 "]",
			    b.n > 1 ? "," : "", runs[i]->job.id,
			    runs[i]->job.fence);
	}
	buf_char(&b, ']');
	if (b.n == 2)
		return OK;
	db_ring(cx, "job");
	return db_exec(cx, SQL_JOB_BACK, V((const char *)b.p));
}

enum err
settle_all(struct cx *cx, struct run **runs, size_t n)
{
	struct job job;
	size_t i;
	enum err e;

	if ((e = store_done(cx, runs, n)) != OK)
		return e;
	if ((e = store_back(cx, runs, n)) != OK)
		return e;
	for (i = 0; i < n && e == OK; i++) {
		if (is_done(runs[i]) && !runs[i]->lost) {
			job = job_after(cx, runs[i]);
			e = tell(cx, runs[i], &job);
		} else if (!is_done(runs[i]) && !runs[i]->unbegun) {
			e = store(cx, runs[i]);
		}
	}
	return e;
}

/* --- one --- */

static enum err
one_body(struct cx *cx, void *arg)
{
	struct run *run = arg;
	enum err e;

	if ((e = db_now(cx, &cx->now)) != OK)
		return e;
	return run->unbegun ? store_back(cx, &run, 1) : store(cx, run);
}

void
settle_log(struct run *run)
{
	const struct end *end = &run->end;
	struct cx *cx = run->unit;
	char event[32];

	if (run->unbegun)
		return;
	if (run->lost) {
		log_line(cx, LEVEL_WARN, "job.lost", NULL);
		return;
	}
	CRASH_POINT("job.after_done");
	snprintf(event, sizeof(event), "job.%s", end->step);
	/* Not its words: they may quote the store. */
	log_line(cx, end->e == OK ? LEVEL_INFO : err_row(end->e)->level, event,
	    "try=%" PRId64 " code=%s%s%s", run->job.attempts,
	    end->code == NULL ? "ok" : end->code, run->whose != NULL ? " " : "",
	    run->whose != NULL ? run->whose : "");
}

enum err
settle_one(struct cx *cx, struct run *run)
{
	enum err e = OK;
	int i;

	for (i = 0; i < SETTLE_TRIES; i++) {
		e = db_tx(cx, one_body, run);
		if (e != OK && text_equal(cx->code, "lease_lost")) {
			run->lost = true;
			e = OK;
		}
		if (e == OK)
			settle_log(run);
		if (e == OK || e == ERR_STORE || e == ERR_BUSY)
			return e;
		/* A race for the once is won next time.  A tell or buried that
		   cannot must not keep the job from ending. */
		log_line(run->unit, LEVEL_ERROR, "job.unsettled", "why=\"%s\"",
		    cx->why);
		run->end.bare = e != ERR_CONFLICT || i > 0;
	}
	return e;
}
