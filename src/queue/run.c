/*
 * run.c - one try of a job, fenced.
 *
 * The guard is the fence: every transaction of the run first asks whether the
 * job is still ours, and on PostgreSQL keeps it so until the commit.
 */
#include "queue/run.h"

#ifdef FAULTS
#include <poll.h>
#endif
#include <inttypes.h>
#include <stdarg.h>

#include "base/arena.h"
#include "base/crashpoint.h"
#include "base/log.h"
#include "base/text.h"
#include "db/db.h"
#include "gen/sql.h"
#include "queue/row.h"

static enum err
check_fence(struct cx *cx, struct run *run)
{
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

/* While it holds the job nobody takes it over: in the order of these lines no
   fence of a job is lower than one before (test/fault/history.mjs). */
static enum err
guard(struct cx *cx, void *arg)
{
	struct run *run = arg;
	enum err e = check_fence(cx, run);

	if (history_on() && e == OK)
		log_line(cx, LEVEL_INFO, "job.writes", "job=%s fence=%" PRId64,
		    run->job.uuid, run->job.fence);
	return e;
}

void
run_lend(struct cx *cx, struct run *run)
{
	cx->guard = guard;
	cx->guard_arg = run;
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
run_try(struct run *run)
{
	struct cx *cx = run->unit;
	enum err e;

	run_lend(cx, run);
	cx->stop = &run->stop;
	cx->wait_ms = 0;
	cx->code[0] = cx->why[0] = '\0';
	CRASH_POINT("job.claimed");
	e = run->kind->run(cx, &run->job);
	CRASH_POINT("job.ran");
	return e;
}
