/*
 * watch.c - the runner's clock and its beat.
 *
 * The clock sleeps until the next sleeper or slot and then lets the clerk
 * look.  It has a bell of its own ("due", rung where a time is set), so that
 * ten thousand jobs for now do not make it ask ten thousand times.  On
 * PostgreSQL it also wakes every REAP_MS: nodes die without ringing.  On SQLite
 * nobody can, and nothing wakes an idle runner.
 *
 * The beat extends the leases while something runs, tells a run that has lost
 * its own, and hands back what was claimed ahead and cannot begin.
 */
#include "queue/runner_own.h"

#include <inttypes.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/crashpoint.h"
#include "db/db.h"
#include "queue/claim.h"
#include "queue/recover.h"
#include "queue/sched.h"

enum {
	REAP_MS = 5 * 1000,
	HELD_MS = 200,      /* what is due is in another transaction's hands */
	FRESH_MS = 2 * 1000 /* below JOB_BEAT_MS: the next beat sees to it */
};

/* --- the clock --- */

enum err
clock_fire(struct runner *r, struct cx *cx, int64_t *did)
{
	int64_t wrecks = 0, slots, woken;
	enum err e;

	if (db_engine(cx->db) == DB_PG &&
	    (e = recover_wrecks(cx, &r->desk, &wrecks)) != OK)
		return e;
	if ((e = sched_step(cx, &slots)) != OK)
		return e;
	if ((e = claim_wake(cx, &woken)) == OK)
		*did = wrecks + slots + woken;
	return e;
}

/* When something is due next, and what time it is: the shared clock's. */
static enum err
look_ahead(struct runner *r, struct cx *cx, int64_t *at, int64_t *now)
{
	enum err e = claim_due(cx, &r->desk, at);

	return e == OK ? db_now(cx, now) : e;
}

/* Do what is due; *until: how long to sleep then, mono. */
static enum err
tick(struct runner *r, struct cx *cx, int64_t *until)
{
	bool pg = db_engine(cx->db) == DB_PG;
	int64_t at = 0, now = 0, did, mono = env_mono(cx->env);
	enum err e = look_ahead(r, cx, &at, &now);

	if (e == OK && at <= now && (e = clock_fire(r, cx, &did)) == OK) {
		runner_look(r);
		e = look_ahead(r, cx, &at, &now);
		if (at <= now && did == 0)
			at = now + HELD_MS;
	}
	if (e != OK)
		return e;
	*until = at == INT64_MAX ? at : mono + (at > now ? at - now : 0);
	if (pg && *until > mono + REAP_MS)
		*until = mono + REAP_MS;
	return OK;
}

void
clock_main(void *arg)
{
	struct runner *r = arg;
	struct env *env = r->base.env;
	int64_t until;
	struct cx cx;

	lock_take(&r->lock);
	while (!r->closing) {
		r->rung = false;
		lock_drop(&r->lock);
		cx_child(&cx, &r->base);
		if (tick(r, &cx, &until) != OK) {
			runner_log_down(&cx, "clock");
			until = env_mono(env) + DOWN_MS;
		}
		cx_done(&cx);
		lock_take(&r->lock);
		while (!r->closing && !r->rung && env_mono(env) < until)
			env->wait(env, &r->tick, &r->lock, until);
		if (!r->rung && db_engine(r->base.db) == DB_PG) {
			r->look = true; /* a ring may have been lost */
			clerk_call(r);
		}
	}
	lock_drop(&r->lock);
}

/* --- the beat --- */

static bool
still_ours(const struct run *run, const struct job *jobs, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (jobs[i].id == run->job.id &&
		    jobs[i].fence == run->job.fence)
			return true;
	return false;
}

/* Judge a run by a beat that began at `since`; the lock is held. */
static void
judge(struct runner *r, struct run *run, const struct job *jobs, size_t n,
    int64_t since)
{
	int lost = STOP_LOST;

	if (!run->asked || run->over || fault_on("fence"))
		return;
	if (jobs != NULL && still_ours(run, jobs, n))
		run->lease_until = since + JOB_LEASE_MS;
	else if (jobs != NULL || env_mono(r->base.env) > run->lease_until)
		__atomic_store(&run->stop, &lost, __ATOMIC_RELAXED);
}

/* The ids of those whose lease is not fresh, as JSON: most others will be over
   before the next beat, and their rows are better left alone meanwhile. */
static const char *
list_asked(struct runner *r, struct cx *cx, int64_t since)
{
	struct buf b = buf_new(cx->mem);
	struct run *run;

	buf_char(&b, '[');
	for (run = r->stock.all; run != NULL; run = run->next) {
		run->asked = !run->over && since - run->since >= FRESH_MS;
		if (run->asked)
			buf_printf(&b, "%s%" PRId64, b.n > 1 ? "," : "",
			    run->job.id);
	}
	buf_char(&b, ']');
	return b.n > 2 ? b.p : NULL;
}

static void
ask(struct runner *r, struct cx *cx, const char *ids, int64_t since)
{
	struct job *jobs = NULL;
	struct run *run;
	size_t n = 0;

	lock_drop(&r->lock);
	if (claim_beat(cx, &r->desk, ids, &jobs, &n) != OK)
		runner_log_down(cx, "beat");
	lock_take(&r->lock);
	for (run = r->stock.all; run != NULL; run = run->next)
		judge(r, run, jobs, n, since);
}

static void
beat_once(struct runner *r)
{
	int64_t since = env_mono(r->base.env);
	const char *ids;
	struct cx cx;

	cx_child(&cx, &r->base);
	if ((ids = list_asked(r, &cx, since)) != NULL)
		ask(r, &cx, ids, since);
	lock_drop(&r->lock);
	cx_done(&cx);
	lock_take(&r->lock);
}

/* Sleep until then, or until called; the lock is held. */
static void
sleep_until(struct runner *r, int64_t until)
{
	struct env *env = r->base.env;

	r->beat_at = until;
	env->wait(env, &r->beat, &r->lock, until);
	r->beat_at = 0;
}

/* Hand back in time what nobody begins; until when to sleep then. */
static int64_t
look_after(struct runner *r, int64_t next)
{
	int64_t stale;

	if (stock_turn_back(&r->stock, false))
		clerk_call(r);
	stale = stock_stale_at(&r->stock);
	return stale < next ? stale : next;
}

void
beat_main(void *arg)
{
	struct runner *r = arg;
	int64_t next = 0, now;

	lock_take(&r->lock);
	while (!r->gone) {
		if (r->stock.n == 0 && next != 0) {
			next = 0;
			lock_drop(&r->lock);
			mem_rest(); /* the burst is over */
			lock_take(&r->lock);
			continue;
		}
		if (r->stock.n == 0) {
			sleep_until(r, INT64_MAX);
			continue;
		}
		now = env_mono(r->base.env);
		if (next == 0)
			next = stock_since(&r->stock) + JOB_BEAT_MS;
		if (now >= next) {
			next = now + JOB_BEAT_MS;
			beat_once(r);
		} else {
			sleep_until(r, look_after(r, next));
		}
	}
	lock_drop(&r->lock);
}
