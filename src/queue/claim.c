/*
 * claim.c - see claim.h.
 *
 * A claim is one transaction: gate, the job's row, the tenant's turn, "started"
 * in the log.  Fence and attempts rise before the work starts.  The rules of
 * who may run are in job_claim.sql.
 */
#include "queue/claim.h"

#include <string.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/log.h"
#include "db/db.h"
#include "gen/sql.h"
#include "queue/row.h"

enum {
	EXPIRED_SLICE = 64 /* as in job_expired.sql */
};

struct claiming {
	const struct desk *desk;
	bool idle;
	struct job job;
};

static enum err
take(struct cx *cx, struct claiming *c)
{
	const char *owner = c->desk->owner;
	const char *kinds = c->desk->kinds;
	enum err e;

	e = db_one(cx, SQL_JOB_CLAIM, job_fields, &c->job, V(cx->now), V(owner),
	    V(cx->now + JOB_LEASE_MS), V(kinds), V(JOB_TENANT_MAX_RUNNING));
	if (e != ERR_MISSING || !c->idle)
		return e;
	e = db_one(cx, SQL_JOB_CLAIM_SUSPECT, job_fields, &c->job, V(cx->now),
	    V(owner), V(cx->now + JOB_LEASE_MS), V(kinds));
	if (e == OK) /* other nodes held back for it */
		db_ring(cx, "job");
	return e;
}

static enum err
claim_body(struct cx *cx, void *arg)
{
	struct claiming *c = arg;
	struct number gate;
	enum err e;

	if ((e = db_one(cx, SQL_JOB_GATE, number_field, &gate)) != OK)
		return e;
	if ((e = db_now(cx, &cx->now)) != OK)
		return e;
	if ((e = take(cx, c)) != OK)
		return e;
	if ((e = db_exec(cx, SQL_JOB_TURN, V(c->job.tenant))) != OK)
		return e;
	if (c->desk->conf.tell == NULL)
		return OK;
	return c->desk->conf.tell(cx, &c->job, "started", OK, NULL);
}

enum err
claim_next(struct cx *cx, const struct desk *desk, bool idle, struct run *run)
{
	struct claiming c = { .desk = desk, .idle = idle };
	enum err e;

	if ((e = db_tx(cx, claim_body, &c)) != OK)
		return e;
	*run = (struct run){ .job = c.job, .desk = desk };
	run->kind = desk_kind(desk, c.job.kind);
	return OK;
}

enum err
claim_wake(struct cx *cx, int64_t *woken)
{
	int64_t now;
	enum err e;

	if ((e = db_now(cx, &now)) != OK)
		return e;
	return db_change(cx, SQL_JOB_WAKE, woken, V(now));
}

/* A job whose program died. */
struct wreck {
	const struct desk *desk;
	struct job job;
	int64_t over; /* leases before this are over */
	bool bare;    /* without tell and buried: they failed */
	bool ours;    /* nobody else was faster */
};

static enum err
mourn(struct cx *cx, const struct wreck *w, const struct job *job)
{
	const struct job_kind *kind = desk_kind(w->desk, job->kind);
	bool dead = strcmp(job->state, "dead") == 0;
	enum err e;

	if (w->bare)
		return OK;
	if (dead && kind != NULL && kind->buried != NULL &&
	    (e = kind->buried(cx, job, ERR_BUG)) != OK)
		return e;
	if (w->desk->conf.tell == NULL)
		return OK;
	return w->desk->conf.tell(cx, job, dead ? "dead" : "again", ERR_BUG,
	    job->reason);
}

static enum err
crash_body(struct cx *cx, void *arg)
{
	struct wreck *w = arg;
	struct job job = w->job;
	bool dead = job.suspect && job.crashes + 1 >= JOB_CRASHES_MAX;
	int64_t changed;
	enum err e;

	if ((e = db_now(cx, &cx->now)) != OK)
		return e;
	job.state = dead ? "dead" : "waiting";
	job.code = dead ? "poison" : "crashed";
	job.reason = dead ? "The program ended again and again while this "
			    "job ran, at last with nothing else beside it."
			  : "The program ended while this job ran.";
	job.crashes++;
	job.suspect = 1;
	job.finished_at = dead ? cx->now : 0;
	if (!dead)
		job.run_at =
		    job.effect_until > cx->now ? job.effect_until : cx->now;
	e = db_change(cx, SQL_JOB_CRASH, &changed, V(job.id), V(job.fence),
	    V(job.state), V(cx->now), V(w->over), V(job.code), V(job.reason),
	    V(job.finished_at));
	w->ours = e == OK && changed == 1;
	if (!w->ours)
		return e;
	db_ring(cx, job.run_at > cx->now ? "due" : "job");
	return mourn(cx, w, &job);
}

static enum err
bury(struct cx *cx, struct wreck *w)
{
	enum err e = db_tx(cx, crash_body, w);

	if (e != OK && e != ERR_STORE && e != ERR_BUSY) {
		log_line(cx, LEVEL_ERROR, "job.unsettled", "job=%s why=\"%s\"",
		    w->job.uuid, cx->why);
		w->bare = e != ERR_CONFLICT;
		e = db_tx(cx, crash_body, w);
	}
	if (e == OK && w->ours)
		log_line(cx, LEVEL_WARN, "job.crashed", "job=%s kind=%s",
		    w->job.uuid, w->job.kind);
	return e;
}

enum err
claim_recover(struct cx *cx, const struct desk *desk, int64_t *found)
{
	bool pg = db_engine(cx->db) == DB_PG;
	int64_t over = INT64_MAX, count = 0;
	struct wreck w;
	struct job *jobs;
	size_t i, n;
	enum err e;

	if (pg && (e = db_now(cx, &over)) != OK)
		return e;
	do {
		if (pg)
			e = db_list(cx, SQL_JOB_EXPIRED, job_fields, &jobs, &n,
			    V(over));
		else
			e = db_list(cx, SQL_JOB_RUNNING, job_fields, &jobs, &n);
		for (i = 0; e == OK && i < n; i++, count++) {
			w = (struct wreck){ desk, jobs[i], over };
			e = bury(cx, &w);
		}
	} while (e == OK && pg && n == EXPIRED_SLICE);
	if (e == OK)
		*found = count;
	return e;
}

static enum err
orphans_body(struct cx *cx, void *arg)
{
	const struct desk *desk = arg;
	int64_t now;
	enum err e;

	if ((e = db_now(cx, &now)) != OK)
		return e;
	return db_exec(cx, SQL_JOB_ORPHAN, V((const char *)desk->owner),
	    V(now));
}

enum err
claim_orphans(struct cx *cx, const struct desk *desk)
{
	struct desk same = *desk;

	return db_tx(cx, orphans_body, &same);
}

enum err
claim_beat(struct cx *cx, const struct desk *desk, struct job **jobs, size_t *n)
{
	int64_t now;
	enum err e;

	if ((e = db_now(cx, &now)) != OK)
		return e;
	return db_list(cx, SQL_JOB_BEAT, job_fields, jobs, n,
	    V((const char *)desk->owner), V(now + JOB_LEASE_MS));
}

enum err
claim_due(struct cx *cx, const struct desk *desk, int64_t *at)
{
	struct number due, lease;
	int64_t now;
	enum err e;

	if ((e = db_now(cx, &now)) != OK)
		return e;
	e = db_one(cx, SQL_JOB_NEXT, number_field, &due, V(now));
	if (e != OK)
		return e;
	if (db_engine(cx->db) == DB_PG) {
		e = db_one(cx, SQL_JOB_LEASE_NEXT, number_field, &lease,
		    V((const char *)desk->owner));
		if (e == OK && lease.n + 1 < due.n)
			due.n = lease.n + 1; /* over when it is past */
		if (e != OK && e != ERR_MISSING)
			return e;
	}
	*at = due.n;
	return OK;
}
