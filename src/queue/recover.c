/*
 * recover.c - see recover.h.
 *
 * A job that was claimed ahead of its turn may have begun when its program
 * died, or not.  It is not blamed: no crash, no try.  But it runs alone until
 * it has shown itself, like one that had begun for sure.
 */
#include "queue/recover.h"

#include <string.h>

#include "base/log.h"
#include "db/db.h"
#include "gen/sql.h"
#include "queue/row.h"

enum {
	EXPIRED_SLICE = 64 /* as in job_expired.sql */
};

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

/* Claimed ahead: whether it had begun is not known. */
static bool
is_doubtful(const struct job *job)
{
	return job->started_at == 0 && !job->suspect;
}

/* What becomes of it. */
static struct job
job_after(const struct cx *cx, const struct wreck *w)
{
	struct job job = w->job;
	bool dead = job.suspect && job.crashes + 1 >= JOB_CRASHES_MAX;

	job.state = dead ? "dead" : "waiting";
	if (!dead)
		job.run_at =
		    job.effect_until > cx->now ? job.effect_until : cx->now;
	if (is_doubtful(&w->job)) {
		job.attempts--;
	} else {
		job.code = dead ? "poison" : "crashed";
		job.reason = dead ? "The program ended again and again while "
				    "this job ran, at last with nothing else "
				    "beside it."
				  : "The program ended while this job ran.";
		job.crashes++;
	}
	job.suspect = 1;
	job.finished_at = dead ? cx->now : 0;
	return job;
}

static enum err
crash_body(struct cx *cx, void *arg)
{
	struct wreck *w = arg;
	bool begun = !is_doubtful(&w->job);
	struct job job;
	int64_t changed;
	enum err e;

	if ((e = db_now(cx, &cx->now)) != OK)
		return e;
	job = job_after(cx, w);
	e = db_change(cx, SQL_JOB_CRASH, &changed, V(job.id), V(job.fence),
	    V(job.state), V(cx->now), V(w->over), V(job.code), V(job.reason),
	    V(job.finished_at), V(begun));
	w->ours = e == OK && changed == 1;
	if (!w->ours)
		return e;
	db_ring(cx, job.run_at > cx->now ? "due" : "job");
	return begun ? mourn(cx, w, &job) : OK;
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
		log_line(cx, LEVEL_WARN,
		    is_doubtful(&w->job) ? "job.returned" : "job.crashed",
		    "job=%s kind=%s", w->job.uuid, w->job.kind);
	return e;
}

enum err
recover_wrecks(struct cx *cx, const struct desk *desk, int64_t *found)
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

enum err
recover_unheard(struct cx *cx, const struct desk *desk, const char *held)
{
	db_ring(cx, "job"); /* others held back for them */
	return db_exec(cx, SQL_JOB_ORPHAN, V((const char *)desk->owner),
	    V(cx->now), V(held), V(1));
}

static enum err
orphans_body(struct cx *cx, void *arg)
{
	const struct desk *desk = arg;
	int64_t now;
	enum err e;

	if ((e = db_now(cx, &now)) != OK)
		return e;
	return db_exec(cx, SQL_JOB_ORPHAN, V((const char *)desk->owner), V(now),
	    V(","), V(0));
}

enum err
recover_orphans(struct cx *cx, const struct desk *desk)
{
	struct desk same = *desk;

	return db_tx(cx, orphans_body, &same);
}
