/*
 * claim.c - see claim.h.
 *
 * A claim is part of one transaction: gate, the jobs' rows, their tenants'
 * turns, "started" in the log.  Fence and attempts rise before the work
 * starts.  The rules of who may run are in job_claim.sql.
 */
#include "queue/claim.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "db/db.h"
#include "gen/sql.h"
#include "queue/row.h"

static int
by_line(const void *a, const void *b)
{
	const struct job *j = a, *k = b;

	if (j->tenant != k->tenant)
		return j->tenant < k->tenant ? -1 : 1;
	if (j->prio != k->prio)
		return j->prio < k->prio ? -1 : 1;
	return j->id < k->id ? -1 : j->id > k->id;
}

/* A job and its place among its tenant's of this claim. */
struct placed {
	int64_t place;
	struct job job;
};

static int
by_place(const void *a, const void *b)
{
	const struct placed *p = a, *q = b;

	if (p->place != q->place)
		return p->place < q->place ? -1 : 1;
	return p->job.id < q->job.id ? -1 : p->job.id > q->job.id;
}

/* The statement answers in no order: everybody's first, then the seconds. */
static void
deal(struct cx *cx, struct job *jobs, size_t n)
{
	struct placed *all;
	size_t i;

	if (n < 2)
		return;
	qsort(jobs, n, sizeof(*jobs), by_line);
	all = arena_alloc(cx->mem, n * sizeof(*all));
	for (i = 0; i < n; i++) {
		all[i].job = jobs[i];
		if (i > 0 && jobs[i].tenant == jobs[i - 1].tenant)
			all[i].place = all[i - 1].place + 1;
	}
	qsort(all, n, sizeof(*all), by_place);
	for (i = 0; i < n; i++)
		jobs[i] = all[i].job;
}

struct want {
	int64_t most; /* of a tenant */
	int64_t limit;
	const char *kinds;
	int64_t started_at;
};

static enum err
take(struct cx *cx, const struct claim *c, const struct want *w,
    struct job **jobs, size_t *n)
{
	const struct desk *desk = c->desk;
	enum err e;

	e = db_list(cx, SQL_JOB_CLAIM, job_fields, jobs, n, V(w->started_at),
	    V((const char *)desk->owner), V(cx->now + JOB_LEASE_MS),
	    V((const char *)desk->kinds), V(w->most), V(w->limit), V(w->kinds),
	    V(JOB_TENANT_MAX_RUNNING));
	if (e == OK)
		deal(cx, *jobs, *n);
	return e;
}

static enum err
take_suspect(struct cx *cx, struct claim *c)
{
	struct job *job = arena_alloc(cx->mem, sizeof(*job));
	enum err e;

	e = db_one(cx, SQL_JOB_CLAIM_SUSPECT, job_fields, job, V(cx->now),
	    V((const char *)c->desk->owner), V(cx->now + JOB_LEASE_MS),
	    V((const char *)c->desk->kinds));
	if (e == ERR_MISSING)
		return OK;
	if (e != OK)
		return e;
	c->jobs = job;
	c->n = 1;
	db_ring(cx, "job"); /* other nodes held back for it */
	return OK;
}

static enum err
take_ahead(struct cx *cx, struct claim *c)
{
	struct want w = { c->ahead, c->ahead, c->quick, 0 };
	struct job *more, *all;
	size_t n;
	enum err e;

	if ((e = take(cx, c, &w, &more, &n)) != OK || n == 0)
		return e;
	all = arena_alloc(cx->mem, (c->n + n) * sizeof(*all));
	if (c->n > 0)
		memcpy(all, c->jobs, c->n * sizeof(*all));
	memcpy(all + c->n, more, n * sizeof(*all));
	c->jobs = all;
	c->n += n;
	c->nahead = n;
	return OK;
}

static enum err
take_all(struct cx *cx, struct claim *c)
{
	struct want now = { JOB_TENANT_MAX_RUNNING, c->free, c->desk->kinds,
		cx->now };
	enum err e;

	c->n = c->nahead = 0;
	if ((e = take(cx, c, &now, &c->jobs, &c->n)) != OK)
		return e;
	if (c->n == 0 && c->idle && (e = take_suspect(cx, c)) != OK)
		return e;
	if (c->ahead == 0 || (c->n == 1 && c->jobs[0].suspect))
		return OK;
	return take_ahead(cx, c);
}

static int
by_number(const void *a, const void *b)
{
	const int64_t *n = a, *m = b;

	return *n < *m ? -1 : *n > *m;
}

/* Each tenant once, or PostgreSQL would refuse it. */
static enum err
turn(struct cx *cx, const struct claim *c)
{
	struct buf b = buf_new(cx->mem);
	int64_t *tenants = arena_alloc(cx->mem, c->n * sizeof(*tenants));
	size_t i;

	for (i = 0; i < c->n; i++)
		tenants[i] = c->jobs[i].tenant;
	qsort(tenants, c->n, sizeof(*tenants), by_number);
	for (i = 0; i < c->n; i++) {
		if (i == 0 || tenants[i] != tenants[i - 1])
			buf_printf(&b, "%c%" PRId64, i == 0 ? '[' : ',',
			    tenants[i]);
	}
	buf_char(&b, ']');
	return db_exec(cx, SQL_JOB_TURN, V((const char *)b.p));
}

enum err
claim_take(struct cx *cx, struct claim *c)
{
	struct number gate;
	size_t i;
	enum err e;

	if ((e = db_one(cx, SQL_JOB_GATE, number_field, &gate)) != OK)
		return e;
	if ((e = db_now(cx, &cx->now)) != OK)
		return e;
	if ((e = take_all(cx, c)) != OK || c->n == 0)
		return e;
	if ((e = turn(cx, c)) != OK || c->desk->conf.tell == NULL)
		return e;
	for (i = 0; i < c->n - c->nahead && e == OK; i++)
		e = c->desk->conf.tell(cx, &c->jobs[i], "started", OK, NULL);
	return e;
}

static enum err
next_body(struct cx *cx, void *arg)
{
	struct claim *c = arg;
	enum err e;

	if ((e = claim_take(cx, c)) != OK)
		return e;
	return c->n > 0 ? OK : cx_fail(cx, ERR_MISSING, "no job is due");
}

enum err
claim_next(struct cx *cx, const struct desk *desk, struct run *run)
{
	struct claim c = { .desk = desk, .free = 1, .idle = true };
	enum err e;

	if ((e = db_tx(cx, next_body, &c)) != OK)
		return e;
	*run = (struct run){ .job = c.jobs[0], .desk = desk, .unit = cx };
	run->kind = desk_kind(desk, run->job.kind);
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

enum err
claim_beat(struct cx *cx, const struct desk *desk, const char *ids,
    struct job **jobs, size_t *n)
{
	int64_t now;
	enum err e;

	if ((e = db_now(cx, &now)) != OK)
		return e;
	return db_list(cx, SQL_JOB_BEAT, job_fields, jobs, n,
	    V((const char *)desk->owner), V(now + JOB_LEASE_MS), V(ids));
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
