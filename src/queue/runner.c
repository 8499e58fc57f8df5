/*
 * runner.c - threads around claim and run.
 *
 * Three kinds of thread.  Workers claim (one at a time, so that one bell is
 * one claim and not eight), run and settle.  The clock sleeps until the next
 * sleeper or slot and then lets the workers look.  The beat extends the leases
 * while something runs, and tells a run that has lost its own.
 *
 * `look` says that a claim may find something: a bell rang, a time came, a job
 * ended.  A claim that finds nothing leaves it down, and all is quiet.  The
 * clock has a bell of its own ("due", rung where a time is set), so that ten
 * thousand jobs for now do not make it ask ten thousand times.
 *
 * On PostgreSQL the clock also wakes every REAP_MS: nodes die without ringing.
 * On SQLite nobody can, and nothing wakes an idle runner.
 */
#include "queue/runner.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/crashpoint.h"
#include "base/env.h"
#include "base/log.h"
#include "db/db.h"
#include "queue/claim.h"
#include "queue/sched.h"

enum {
	WORKERS = 4,
	WORKERS_MAX = 64,
	REAP_MS = 5 * 1000,
	DOWN_MS = 1000 /* between tries while the database fails */
};

struct runner {
	struct desk desk;
	struct cx base; /* env, db, log, conf, keys for the units */
	bool unsettled; /* runner_step: an end could not be stored */

	struct lock lock;   /* guards what follows */
	struct signal work; /* workers: look, or closing */
	struct signal down; /* workers that wait for the database */
	struct signal tick; /* the clock: rung, or closing */
	struct signal beat; /* the beat: something runs, or over */
	struct signal idle; /* runner_close: nothing runs any more */
	struct run *running;
	int nrunning;
	int64_t beats; /* begun so far */
	bool look;
	bool claiming; /* a worker is at it */
	bool alone;    /* a suspect runs */
	bool rung;     /* what is due next may have changed */
	bool closing;  /* no new claims */
	bool over;     /* nothing runs and nothing will */
	struct thread *workers[WORKERS_MAX];
	struct thread *clock;
	struct thread *beater;
};

/* "job": a claim may find something. */
static void
heard_job(void *arg)
{
	struct runner *r = arg;

	lock_take(&r->lock);
	r->look = true;
	signal_one(&r->work);
	lock_drop(&r->lock);
}

/* "due": a time was set, perhaps an earlier one than the clock sleeps for. */
static void
heard_due(void *arg)
{
	struct runner *r = arg;

	lock_take(&r->lock);
	r->rung = true;
	signal_one(&r->tick);
	lock_drop(&r->lock);
}

/* A unit that failed for the database: say so. */
static void
log_down(struct cx *cx, const char *what)
{
	log_line(cx, LEVEL_ERROR, "queue.down", "at=%s why=\"%s\"", what,
	    cx->why);
}

/* Wait a little, or until closing; the lock is held. */
static void
wait_down(struct runner *r)
{
	struct env *env = r->base.env;

	env->wait(env, &r->down, &r->lock, env_mono(env) + DOWN_MS);
}

/* --- workers --- */

static void
enter(struct runner *r, struct run *run, int64_t since)
{
	run->beats = r->beats;
	run->lease_until = since + JOB_LEASE_MS;
	run->next = r->running;
	r->running = run;
	r->nrunning++;
	r->alone = run->job.suspect != 0;
	r->look = true; /* there may be more */
	signal_one(&r->work);
	signal_one(&r->beat);
}

static void
leave(struct runner *r, struct run *run)
{
	struct run **at = &r->running;

	while (*at != run)
		at = &(*at)->next;
	*at = run->next;
	r->nrunning--;
	if (run->job.suspect)
		r->alone = false;
	r->look = true; /* this worker looks again, and calls others */
	if (r->nrunning == 0)
		signal_all(&r->idle);
}

/* Nothing may stay "running" that does not run, so the end is stored however
   long the database is away; only closing gives up (the next start recovers).
 */
static void
settle(struct runner *r, struct cx *cx, struct run *run, enum err answered)
{
	char code[sizeof(cx->code)], why[sizeof(cx->why)];
	int64_t wait_ms = cx->wait_ms;

	memcpy(code, cx->code, sizeof(code));
	memcpy(why, cx->why, sizeof(why));
	lock_take(&r->lock);
	run->settling = true;
	lock_drop(&r->lock);
	while (run_settle(cx, run, answered) != OK) {
		log_down(cx, "settle");
		lock_take(&r->lock);
		if (__atomic_load_n(&run->stop, __ATOMIC_RELAXED) ==
		    STOP_CLOSING) {
			lock_drop(&r->lock);
			return;
		}
		wait_down(r);
		lock_drop(&r->lock);
		memcpy(cx->code, code, sizeof(code));
		memcpy(cx->why, why, sizeof(why));
		cx->wait_ms = wait_ms;
	}
}

static void
tag(struct cx *cx, const struct run *run)
{
	snprintf(cx->tag, sizeof(cx->tag), " job=%s kind=%.32s", run->job.uuid,
	    run->job.kind);
}

/* One claim and, if it found a job, its run.  The lock is held around. */
static void
work_once(struct runner *r)
{
	bool idle = r->nrunning == 0;
	int64_t since = env_mono(r->base.env);
	struct run *run;
	struct cx cx;
	enum err e;

	r->look = false;
	r->claiming = true;
	lock_drop(&r->lock);
	cx_child(&cx, &r->base);
	run = arena_alloc(cx.mem, sizeof(*run));
	e = claim_next(&cx, &r->desk, idle, run);
	if (e != OK && e != ERR_MISSING)
		log_down(&cx, "claim");
	lock_take(&r->lock);
	r->claiming = false;
	if (e == OK) {
		enter(r, run, since);
		lock_drop(&r->lock);
		tag(&cx, run);
		settle(r, &cx, run, run_try(&cx, run));
		lock_take(&r->lock);
		leave(r, run);
	} else if (e != ERR_MISSING) {
		wait_down(r);
		r->look = true;
	} else if (r->look) {
		signal_one(&r->work);
	}
	lock_drop(&r->lock);
	cx_done(&cx);
	lock_take(&r->lock);
}

static void
worker_main(void *arg)
{
	struct runner *r = arg;
	struct env *env = r->base.env;

	env_step_back(); /* answers first: a job is patient by nature */
	lock_take(&r->lock);
	while (!r->closing) {
		if (r->look && !r->claiming && !r->alone)
			work_once(r);
		else
			env->wait(env, &r->work, &r->lock, INT64_MAX);
	}
	lock_drop(&r->lock);
}

/* --- the clock --- */

/* Schedules fire, sleepers wake, on PostgreSQL the dead are found. */
static enum err
fire(struct runner *r, struct cx *cx)
{
	int64_t n;
	enum err e;

	if (db_engine(cx->db) == DB_PG &&
	    (e = claim_recover(cx, &r->desk, &n)) != OK)
		return e;
	if ((e = sched_step(cx, &n)) != OK)
		return e;
	return claim_wake(cx, &n);
}

/* Do what is due; *until: how long to sleep then, mono. */
static enum err
tick(struct runner *r, struct cx *cx, int64_t *until)
{
	bool pg = db_engine(cx->db) == DB_PG;
	int64_t at, now, mono = env_mono(cx->env);
	enum err e;

	if ((e = claim_due(cx, &r->desk, &at)) != OK)
		return e;
	if ((e = db_now(cx, &now)) != OK)
		return e;
	if (at <= now) {
		if ((e = fire(r, cx)) != OK)
			return e;
		heard_job(r);
		if ((e = claim_due(cx, &r->desk, &at)) != OK)
			return e;
	}
	*until = at == INT64_MAX ? at : mono + (at > now ? at - now : 0);
	if (pg && *until > mono + REAP_MS)
		*until = mono + REAP_MS;
	return OK;
}

static void
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
			log_down(&cx, "clock");
			until = env_mono(env) + DOWN_MS;
		}
		cx_done(&cx);
		lock_take(&r->lock);
		while (!r->closing && !r->rung && env_mono(env) < until)
			env->wait(env, &r->tick, &r->lock, until);
		if (!r->rung && db_engine(r->base.db) == DB_PG) {
			r->look = true; /* a ring may have been lost */
			signal_one(&r->work);
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

	if (run->settling || run->beats == r->beats || fault_on("fence"))
		return; /* ending, or claimed after the beat began */
	if (jobs != NULL && still_ours(run, jobs, n))
		run->lease_until = since + JOB_LEASE_MS;
	else if (jobs != NULL || env_mono(r->base.env) > run->lease_until)
		__atomic_store(&run->stop, &lost, __ATOMIC_RELAXED);
}

static void
beat_once(struct runner *r)
{
	int64_t since = env_mono(r->base.env);
	struct job none = { 0 }, *jobs = &none;
	struct run *run;
	struct cx cx;
	size_t n = 0;

	r->beats++;
	lock_drop(&r->lock);
	cx_child(&cx, &r->base);
	if (claim_beat(&cx, &r->desk, &jobs, &n) != OK) {
		log_down(&cx, "beat");
		jobs = NULL;
	} else if (n == 0) {
		jobs = &none;
	}
	lock_take(&r->lock);
	for (run = r->running; run != NULL; run = run->next)
		judge(r, run, jobs, n, since);
	lock_drop(&r->lock);
	cx_done(&cx);
	lock_take(&r->lock);
}

static void
beat_main(void *arg)
{
	struct runner *r = arg;
	struct env *env = r->base.env;
	int64_t next = 0, now;

	lock_take(&r->lock);
	while (!r->over) {
		if (r->nrunning == 0 && next != 0) {
			next = 0;
			lock_drop(&r->lock);
			mem_rest(); /* the burst is over */
			lock_take(&r->lock);
			continue;
		}
		if (r->nrunning == 0) {
			env->wait(env, &r->beat, &r->lock, INT64_MAX);
			continue;
		}
		now = env_mono(env);
		if (next == 0)
			next = now + JOB_BEAT_MS;
		if (now >= next) {
			next = now + JOB_BEAT_MS;
			beat_once(r);
		} else {
			env->wait(env, &r->beat, &r->lock, next);
		}
	}
	lock_drop(&r->lock);
}

/* --- open, close, step --- */

static char *
kinds_text(struct cx *cx, const struct job_kind *const *kinds)
{
	struct buf b = buf_new(cx->mem);

	buf_char(&b, ',');
	for (; *kinds != NULL; kinds++)
		buf_printf(&b, "%s,", (*kinds)->name);
	return mem_text(b.p);
}

static void
start(struct runner *r)
{
	struct env *env = r->base.env;
	char name[16];
	int i;

	db_on_ring(r->base.db, "job", heard_job, r);
	db_on_ring(r->base.db, "due", heard_due, r);
	for (i = 0; i < r->desk.conf.workers; i++) {
		snprintf(name, sizeof(name), "job-%d", i % 100);
		r->workers[i] = env->start(env, name, worker_main, r);
	}
	r->clock = env->start(env, "job-clock", clock_main, r);
	r->beater = env->start(env, "job-beat", beat_main, r);
}

enum err
runner_open(struct cx *cx, const struct runner_conf *conf, struct runner **out)
{
	struct runner *r = mem_new(sizeof(*r));
	int64_t found;
	enum err e;

	r->desk.conf = *conf;
	if (r->desk.conf.workers <= 0)
		r->desk.conf.workers = WORKERS;
	if (r->desk.conf.workers > WORKERS_MAX)
		r->desk.conf.workers = WORKERS_MAX;
	env_uuid(cx->env, r->desk.owner);
	r->desk.kinds = kinds_text(cx, conf->kinds);
	r->base = (struct cx){ .env = cx->env,
		.db = cx->db,
		.log = cx->log,
		.conf = cx->conf,
		.keys = cx->keys };
	r->look = true;
	if ((e = claim_recover(cx, &r->desk, &found)) != OK) {
		mem_free(r->desk.kinds);
		mem_free(r);
		return e;
	}
	log_line(cx, LEVEL_INFO, "queue.open", "owner=%s", r->desk.owner);
	lock_open(&r->lock);
	signal_open(&r->work);
	signal_open(&r->down);
	signal_open(&r->tick);
	signal_open(&r->beat);
	signal_open(&r->idle);
	if (cx->env->start != NULL)
		start(r);
	*out = r;
	return OK;
}

static void
stop(struct runner *r, int64_t grace_ms)
{
	struct env *env = r->base.env;
	int64_t until = env_mono(env) + grace_ms;
	struct run *run;
	int i, closing = STOP_CLOSING;

	lock_take(&r->lock);
	r->closing = true;
	signal_all(&r->work);
	signal_all(&r->tick);
	while (r->nrunning > 0 && env_mono(env) < until)
		env->wait(env, &r->idle, &r->lock, until);
	for (run = r->running; run != NULL; run = run->next)
		__atomic_store(&run->stop, &closing, __ATOMIC_RELAXED);
	signal_all(&r->down);
	lock_drop(&r->lock);
	for (i = 0; i < r->desk.conf.workers; i++)
		env->join(env, r->workers[i]);
	lock_take(&r->lock);
	r->over = true;
	signal_all(&r->beat);
	lock_drop(&r->lock);
	env->join(env, r->beater);
	env->join(env, r->clock);
	db_off_ring(r->base.db, heard_job, r);
	db_off_ring(r->base.db, heard_due, r);
}

void
runner_close(struct runner *r, int64_t grace_ms)
{
	struct cx cx;

	if (r->clock != NULL)
		stop(r, grace_ms);
	cx_child(&cx, &r->base);
	db_ring(&cx, "job"); /* what we did not begin is for the others */
	cx_done(&cx);
	signal_close(&r->idle);
	signal_close(&r->beat);
	signal_close(&r->tick);
	signal_close(&r->down);
	signal_close(&r->work);
	lock_close(&r->lock);
	mem_free(r->desk.kinds);
	mem_free(r);
}

static enum err
step(struct runner *r, struct cx *cx, bool *ran)
{
	struct run *run = arena_alloc(cx->mem, sizeof(*run));
	enum err e;

	if (r->unsettled && (e = claim_orphans(cx, &r->desk)) != OK)
		return e;
	r->unsettled = false;
	if ((e = fire(r, cx)) != OK)
		return e;
	e = claim_next(cx, &r->desk, true, run);
	if (e != OK)
		return e == ERR_MISSING ? OK : e;
	*ran = true;
	tag(cx, run);
	e = run_settle(cx, run, run_try(cx, run));
	r->unsettled = e != OK;
	return e;
}

enum err
runner_step(struct runner *r, struct cx *cx, bool *ran)
{
	bool did = false;
	struct cx unit;
	enum err e;

	cx_child(&unit, &r->base);
	if ((e = step(r, &unit, &did)) != OK)
		cx_fail_code(cx, e, unit.code, "%s", unit.why);
	else
		*ran = did;
	cx_done(&unit);
	return e;
}

enum err
runner_next(struct runner *r, struct cx *cx, int64_t *at)
{
	return claim_due(cx, &r->desk, at);
}
