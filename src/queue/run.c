/*
 * run.c - one try of a job, fenced, and how it ends.
 *
 * The guard is the fence: every transaction of the run first asks whether the
 * job is still ours, and on PostgreSQL keeps it so until the commit.  What a
 * failure means is one decision (decide), how it is stored one statement.
 */
#include "queue/run.h"

#include <assert.h>
#include <inttypes.h>
#ifdef FAULTS
#include <poll.h>
#endif
#include <stdarg.h>
#include <stdio.h>

#include "base/arena.h"
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

static enum err
guard(struct cx *cx, void *arg)
{
	struct run *run = arg;
	struct number row;
	enum err e;

	if (fault_on("fence"))
		return OK;
	e = db_one(cx, SQL_JOB_GUARD, number_field, &row, V(run->job.id),
	    V(run->job.fence), V((const char *)run->desk->owner));
	if (e != ERR_MISSING)
		return e;
	__atomic_store_n(&run->stop, STOP_LOST, __ATOMIC_RELAXED);
	return cx_fail_code(cx, ERR_CONFLICT, "lease_lost",
	    "job %s: it was taken over", run->job.uuid);
}

static struct run *
run_of(const struct cx *cx)
{
	return cx->guard == guard ? cx->guard_arg : NULL;
}

const struct job *
job_of(const struct cx *cx)
{
	struct run *run = run_of(cx);

	return run == NULL ? NULL : &run->job;
}

/* Without a run (a kind called by a test) the words go nowhere. */
void
job_result(struct cx *cx, const struct job *job, const char *fmt, ...)
{
	struct run *run = run_of(cx);
	va_list ap;

	if (run == NULL || job->id != run->job.id)
		return;
	va_start(ap, fmt);
	run->result = arena_vprintf(cx->mem, fmt, ap);
	va_end(ap);
}

struct airing {
	const struct job *job;
	int64_t until;
};

static enum err
air_body(struct cx *cx, void *arg)
{
	struct airing *a = arg;

	return db_exec(cx, SQL_JOB_AIR, V(a->job->id), V(a->job->fence),
	    V(a->until));
}

enum err
job_air(struct cx *cx, const struct job *job, int64_t deadline_ms)
{
	return tx_join(cx, air_body, &(struct airing){ job, deadline_ms });
}

enum err
job_air_end(struct cx *cx, const struct job *job)
{
	return tx_join(cx, air_body, &(struct airing){ job, 0 });
}

bool
job_was_in_air(struct cx *cx, const struct job *job)
{
	(void)cx;
	return job->effect_until != 0;
}

#ifdef FAULTS
static enum err
take_over(struct cx *cx, void *arg)
{
	const struct job *job = arg;

	db_ring(cx, "job");
	return db_exec(cx, SQL_JOB_STALL, V(job->id), V(job->fence));
}

void
job_stall(struct cx *cx, const char *name)
{
	struct run *run = run_of(cx);
	int ms = stall_ms(name);
	struct cx side;

	if (run == NULL || ms == 0)
		return;
	cx_child(&side, cx);
	side.guard = NULL;
	(void)db_tx(&side, take_over, &run->job);
	cx_done(&side);
	poll(NULL, 0, ms);
}
#endif

const struct job_kind *
desk_kind(const struct desk *desk, const char *name)
{
	size_t i;

	for (i = 0; desk->conf.kinds[i] != NULL; i++)
		if (text_equal(desk->conf.kinds[i]->name, name))
			return desk->conf.kinds[i];
	return NULL;
}

enum err
run_try(struct cx *cx, struct run *run)
{
	enum err e;

	cx->guard = guard;
	cx->guard_arg = run;
	cx->stop = &run->stop;
	cx->wait_ms = 0;
	cx->code[0] = cx->why[0] = '\0';
	CRASH_POINT("job.claimed");
	e = run->kind->run(cx, &run->job);
	CRASH_POINT("job.ran");
	return e;
}

/* How a run ends. */
struct end {
	struct run *run;
	enum err e;        /* what it answered */
	const char *state; /* that follows */
	const char *step;  /* for tell */
	int64_t delay_ms;
	int64_t uncount; /* 1: this try does not count */
	const char *code;
	const char *words; /* result or reason */
	bool bare;         /* without tell and buried: they failed */
};

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

static struct end
decide(struct cx *cx, struct run *run, enum err e)
{
	const struct job_kind *k = run->kind;
	struct end end = { .run = run, .e = e, .state = "waiting" };

	end.step = "again";
	if (e == OK) {
		end.state = end.step = "done";
		end.words = run->result;
		return end;
	}
	end.words = arena_text(cx->mem, cx->why);
	end.code = arena_text(cx->mem,
	    cx->code[0] != '\0' ? cx->code : err_row(e)->code);
	if (parks(cx, run, e)) {
		end.state = end.step = "parked";
	} else if (err_row(e)->again &&
	    __atomic_load_n(&run->stop, __ATOMIC_RELAXED) == STOP_CLOSING) {
		end.uncount = 1;
	} else if (e == ERR_BUSY && cx->wait_ms > 0) {
		end.delay_ms = cx->wait_ms;
		end.uncount = 1;
	} else if (err_row(e)->again &&
	    (k->attempts == 0 || run->job.attempts < k->attempts)) {
		end.delay_ms = retry_delay(cx, run);
	} else {
		end.state = end.step = "dead";
	}
	return end;
}

static enum err
store(struct cx *cx, struct end *end, struct job *job)
{
	bool over = end->e == OK || text_equal(end->state, "dead");
	struct number row;
	enum err e;

	if ((e = db_now(cx, &cx->now)) != OK)
		return e;
	e = db_one(cx, SQL_JOB_SETTLE, number_field, &row, V(job->id),
	    V(job->fence), V(end->state), V(cx->now + end->delay_ms),
	    V(end->delay_ms > 0), V(end->uncount), V(end->code),
	    V(end->e == OK ? NULL : end->words),
	    V(end->e == OK ? end->words : NULL), V(over ? cx->now : 0));
	if (e == ERR_MISSING)
		return cx_fail_code(cx, ERR_CONFLICT, "lease_lost",
		    "job %s: it was taken over", job->uuid);
	if (e != OK)
		return e;
	job->state = end->state;
	job->run_at = row.n;
	job->attempts -= end->uncount;
	job->code = end->code;
	job->reason = end->e == OK ? NULL : end->words;
	job->result = end->e == OK ? end->words : NULL;
	job->finished_at = over ? cx->now : 0;
	return OK;
}

static enum err
settle_body(struct cx *cx, void *arg)
{
	struct end *end = arg;
	const struct run *run = end->run;
	struct job job = run->job;
	enum err e;

	if ((e = store(cx, end, &job)) != OK)
		return e;
	if (job.suspect || end->uncount) /* others waited, or may have it */
		db_ring(cx, "job");
	if (job.run_at > cx->now)
		db_ring(cx, "due");
	if (!end->bare && text_equal(end->state, "dead") &&
	    run->kind->buried != NULL &&
	    (e = run->kind->buried(cx, &job, end->e)) != OK)
		return e;
	if (!end->bare && run->desk->conf.tell != NULL)
		e = run->desk->conf.tell(cx, &job, end->step, end->e,
		    end->words);
	CRASH_POINT("job.before_done");
	return e;
}

static void
log_end(struct cx *cx, const struct end *end)
{
	char event[32];

	snprintf(event, sizeof(event), "job.%s", end->step);
	log_line(cx, end->e == OK ? LEVEL_INFO : err_row(end->e)->level, event,
	    "try=%" PRId64 " code=%s", end->run->job.attempts,
	    end->code == NULL ? "ok" : end->code);
}

enum err
run_settle(struct cx *cx, struct run *run, enum err answered)
{
	struct end end = decide(cx, run, answered);
	enum err e = OK;
	int i;

	for (i = 0; i < SETTLE_TRIES; i++) {
		if ((e = db_tx(cx, settle_body, &end)) == OK) {
			CRASH_POINT("job.after_done");
			log_end(cx, &end);
			return OK;
		}
		if (text_equal(cx->code, "lease_lost")) {
			log_line(cx, LEVEL_WARN, "job.lost", NULL);
			return OK;
		}
		if (e == ERR_STORE || e == ERR_BUSY)
			return e;
		/* A race for the once is won next time.  A tell or buried that
		   cannot must not keep the job from ending. */
		log_line(cx, LEVEL_ERROR, "job.unsettled", "why=\"%s\"",
		    cx->why);
		end.bare = e != ERR_CONFLICT || i > 0;
	}
	return e;
}
