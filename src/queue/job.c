/*
 * job.c - jobs as rows: adding, finding, moving by hand.
 *
 * An add that meets a waiting job relies on it: that job must see what the
 * adding transaction wrote.  So the met row is held until the commit, and
 * claims pass it over (job_claim.pg.sql); if it was claimed between our insert
 * and our look, we insert again.
 */
#include "queue/job.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/text.h"
#include "base/when.h"
#include "db/db.h"
#include "gen/sql.h"
#include "queue/row.h"

enum {
	MEET_TRIES = 10,
	CLOCKS_DIFFER_MS = MINUTE_MS /* of two machines, at most */
};

const struct field job_fields[] = {
	F_INT(struct job, id, 1, INT64_MAX),
	F_TEXT(struct job, uuid, 36, 36),
	F_TEXT(struct job, kind, 1, 64),
	F_INT(struct job, tenant, 0, INT64_MAX),
	F_TEXT_OPT(struct job, key, 200),
	F_TEXT_OPT(struct job, once, 200),
	F_INT(struct job, subject, 0, INT64_MAX),
	F_JSON(struct job, args),
	F_TEXT(struct job, state, 1, 16),
	F_INT(struct job, prio, INT64_MIN, INT64_MAX),
	F_WHEN(struct job, run_at),
	F_INT(struct job, attempts, 0, INT64_MAX),
	F_INT(struct job, crashes, 0, INT64_MAX),
	F_INT(struct job, suspect, 0, 1),
	F_INT(struct job, fence, 0, INT64_MAX),
	F_WHEN(struct job, effect_until),
	F_WHEN(struct job, created_at),
	F_WHEN(struct job, started_at),
	F_WHEN(struct job, finished_at),
	F_TEXT_OPT(struct job, code, 48),
	F_TEXT_OPT(struct job, reason, 512),
	F_TEXT_OPT(struct job, result, 512),
	F_END,
};

const struct field job_out_fields[] = {
	F_TEXT(struct job, uuid, 36, 36),
	F_TEXT(struct job, kind, 1, 64),
	F_TEXT(struct job, state, 1, 16),
	F_INT(struct job, attempts, 0, INT64_MAX),
	F_INT(struct job, crashes, 0, INT64_MAX),
	F_WHEN(struct job, created_at),
	F_WHEN(struct job, run_at),
	F_WHEN(struct job, started_at),
	F_WHEN(struct job, finished_at),
	F_TEXT_OPT(struct job, code, 48),
	F_TEXT_OPT(struct job, reason, 512),
	F_TEXT_OPT(struct job, result, 512),
	F_END,
};

struct adding {
	const struct job_new *in;
	char uuid[37]; /* "": not made yet */
	bool meets_running;
	struct job_ref *ref;
};

static const struct field met_fields[] = {
	F_INT(struct job, id, 1, INT64_MAX),
	F_TEXT(struct job, uuid, 36, 36),
	F_INT(struct job, prio, INT64_MIN, INT64_MAX),
	F_WHEN(struct job, created_at),
	F_WHEN(struct job, started_at),
	F_END,
};

static void
answer(struct adding *a, const struct job *job, bool fresh)
{
	if (a->ref == NULL)
		return;
	memcpy(a->ref->uuid, job->uuid, sizeof(a->ref->uuid));
	a->ref->fresh = fresh;
}

static enum err
insert(struct cx *cx, struct adding *a)
{
	const struct job_new *in = a->in;
	bool later = in->run_at > cx->now;
	struct job job;
	enum err e;

	if (a->uuid[0] == '\0')
		env_uuid(cx->env, a->uuid);
	e = db_one(cx, SQL_JOB_INSERT, met_fields, &job, V(a->uuid),
	    V(in->kind), V(in->tenant), V(in->key), V(in->once), V(in->subject),
	    V(in->args), V(in->prio), V(later ? in->run_at : cx->now), V(later),
	    V(cx->now));
	if (e == OK)
		answer(a, &job, true);
	return e;
}

/* Written at a time that has not come: the clock was put back since, and when
   it was to run again was said by that clock.  (The unit's own time may be long
   past.) */
static bool
is_ahead(const struct cx *cx, const struct job *job)
{
	int64_t latest = env_wall(cx->env) + CLOCKS_DIFFER_MS;

	return job->created_at > latest || job->started_at > latest;
}

static enum err
meet(struct cx *cx, struct adding *a)
{
	const struct job_new *in = a->in;
	struct job job;
	int64_t prio;
	enum err e;

	e = db_one(cx, SQL_JOB_MEET, met_fields, &job, V(in->tenant),
	    V(in->once));
	if (e != OK)
		return e;
	answer(a, &job, false);
	db_ring(cx, "job"); /* claims passed it over while we held it */
	prio = in->prio < job.prio ? in->prio : job.prio;
	if (in->prio < 0 || is_ahead(cx, &job))
		return db_exec(cx, SQL_JOB_HASTEN, V(job.id), V(prio),
		    V(cx->now), V(in->tenant), V(in->key));
	if (prio == job.prio)
		return OK;
	return db_exec(cx, SQL_JOB_SET_PRIO, V(job.id), V(prio));
}

static enum err
meet_running(struct cx *cx, struct adding *a)
{
	struct job job;
	enum err e;

	e = db_one(cx, SQL_JOB_MEET_RUNNING, met_fields, &job, V(a->in->tenant),
	    V(a->in->once));
	if (e == OK)
		answer(a, &job, false);
	return e;
}

static enum err
add_body(struct cx *cx, void *arg)
{
	struct adding *a = arg;
	enum err e;
	int i;

	db_ring(cx, a->in->run_at > cx->now ? "due" : "job");
	if (a->meets_running && (e = meet_running(cx, a)) != ERR_MISSING)
		return e;
	for (i = 0; i < MEET_TRIES; i++) {
		if ((e = insert(cx, a)) != ERR_MISSING)
			return e;
		if ((e = meet(cx, a)) != ERR_MISSING)
			return e;
	}
	return cx_fail(cx, ERR_BUSY, "job %s: others are faster", a->in->kind);
}

static enum err
add(struct cx *cx, struct adding *a)
{
	return tx_join(cx, add_body, a);
}

enum err
job_add(struct cx *cx, const struct job_new *in, struct job_ref *ref)
{
	return add(cx, &(struct adding){ .in = in, .ref = ref });
}

enum err
job_add_or_running(struct cx *cx, const struct job_new *in, struct job_ref *ref)
{
	return add(cx,
	    &(struct adding){
		.in = in,
		.ref = ref,
		.meets_running = in->once != NULL,
	    });
}

enum err
job_find(struct cx *cx, const char *uuid, struct job *job)
{
	enum err e;

	e = db_one(cx, SQL_JOB_FIND, job_fields, job, V(uuid));
	if (e == ERR_MISSING)
		return cx_fail(cx, e, "job %s: there is none", uuid);
	return e;
}

enum err
job_list(struct cx *cx, int64_t tenant, const char *state, int64_t before,
    int64_t limit, struct job **jobs, size_t *n)
{
	if (before <= 0)
		before = INT64_MAX;
	if (state == NULL && tenant == 0)
		return db_list(cx, SQL_JOB_LIST, job_fields, jobs, n, V(before),
		    V(limit));
	if (state == NULL)
		return db_list(cx, SQL_JOB_LIST_TENANT, job_fields, jobs, n,
		    V(tenant), V(before), V(limit));
	if (text_equal(state, "done"))
		return db_list(cx, SQL_JOB_LIST_DONE, job_fields, jobs, n,
		    V(tenant), V(before), V(limit));
	if (tenant == 0)
		return db_list(cx, SQL_JOB_LIST_STATE, job_fields, jobs, n,
		    V(state), V(before), V(limit));
	return db_list(cx, SQL_JOB_LIST_TENANT_STATE, job_fields, jobs, n,
	    V(tenant), V(state), V(before), V(limit));
}

enum err
job_count(struct cx *cx, int64_t tenant, const char *state, int64_t *n)
{
	struct number count;
	enum err e;

	if (text_equal(state, "done"))
		e = db_one(cx, SQL_JOB_COUNT_DONE, number_field, &count,
		    V(tenant));
	else
		e = db_one(cx, SQL_JOB_COUNT, number_field, &count, V(tenant),
		    V(state));
	if (e == OK)
		*n = count.n;
	return e;
}

static enum err
redrive_body(struct cx *cx, void *arg)
{
	const char *uuid = arg;
	struct job job;
	int64_t changed;
	enum err e;

	db_ring(cx, "job");
	db_ring(cx, "due"); /* a call in the air may make it wait */
	e = db_change(cx, SQL_JOB_REDRIVE, &changed, V(uuid), V(cx->now));
	if (e != OK || changed == 1)
		return e;
	if ((e = job_find(cx, uuid, &job)) != OK)
		return e;
	return cx_fail_code(cx, ERR_CONFLICT, "not_dead",
	    "job %s: it is %s, not dead", uuid, job.state);
}

enum err
job_redrive(struct cx *cx, const char *uuid)
{
	return tx_join(cx, redrive_body, arena_text(cx->mem, uuid));
}

struct parking {
	int64_t tenant;
	const struct job_kind *const *kinds;
	const char *code;
	const char *reason;
};

static enum err
park_body(struct cx *cx, void *arg)
{
	struct parking *p = arg;
	size_t i;
	enum err e;

	for (i = 0; p->kinds[i] != NULL; i++) {
		if (!p->kinds[i]->parks)
			continue;
		e = db_exec(cx, SQL_JOB_PARK, V(p->tenant),
		    V(p->kinds[i]->name), V(p->code), V(p->reason));
		if (e != OK)
			return e;
	}
	return OK;
}

enum err
job_park(struct cx *cx, int64_t tenant, const struct job_kind *const *kinds,
    const char *code, const char *reason)
{
	return tx_join(cx, park_body,
	    &(struct parking){ tenant, kinds, code, reason });
}

static enum err
unpark_body(struct cx *cx, void *arg)
{
	int64_t *tenant = arg;

	db_ring(cx, "job");
	db_ring(cx, "due");
	return db_exec(cx, SQL_JOB_UNPARK, V(*tenant), V(cx->now));
}

enum err
job_unpark(struct cx *cx, int64_t tenant)
{
	return tx_join(cx, unpark_body, &tenant);
}

static enum err
drop_body(struct cx *cx, void *arg)
{
	int64_t *tenant = arg;
	enum err e;

	if ((e = db_exec(cx, SQL_JOB_DROP_TENANT, V(*tenant))) != OK)
		return e;
	return db_exec(cx, SQL_JOB_DROP_TURN, V(*tenant));
}

enum err
job_drop_tenant(struct cx *cx, int64_t tenant)
{
	return tx_join(cx, drop_body, &tenant);
}

enum err
job_trim(struct cx *cx, int64_t age_ms)
{
	enum err e;

	if ((e = trim_slices(cx, &SQL_JOB_TRIM, cx->now - age_ms)) != OK)
		return e;
	return trim_slices(cx, &SQL_JOB_TRIM_DEAD, cx->now - age_ms);
}
