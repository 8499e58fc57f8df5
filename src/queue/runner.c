/*
 * runner.c - opens and closes a runner; its workers.
 *
 * Four kinds of thread.  Workers run what is ready, and nothing else: no job
 * waits for another's commit.  One clerk stores how runs ended and claims what
 * is next (clerk.c), one clock and one beat watch (watch.c).
 *
 * `look` says that a claim may find something: a bell rang, a time came, a job
 * ended.  A claim that finds nothing leaves it down, and all is quiet.
 */
#include "queue/runner.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/log.h"
#include "db/db.h"
#include "queue/claim.h"
#include "queue/recover.h"
#include "queue/runner_own.h"
#include "queue/sched.h"
#include "queue/settle.h"

enum { WORKERS = 4 };

void
runner_look(struct runner *r)
{
	lock_take(&r->lock);
	r->look = true;
	clerk_call(r);
	lock_drop(&r->lock);
}

/* "job": a claim may find something. */
static void
heard_job(void *arg)
{
	runner_look(arg);
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

void
runner_log_down(struct cx *cx, const char *what)
{
	log_line(cx, LEVEL_ERROR, "queue.down", "at=%s why=\"%s\"", what,
	    cx->why);
}

/* --- workers --- */

static void
tag(struct cx *cx, const struct job *job)
{
	snprintf(cx->tag, sizeof(cx->tag), " job=%s kind=%.32s", job->uuid,
	    job->kind);
}

/* On the worker's thread: the clerk waits for no reading. */
static void
name_failed(struct run *run)
{
	const struct runner_conf *conf = &run->desk->conf;
	enum err e = run->end.e;

	if (e != OK && e != ERR_BUSY && conf->whose != NULL)
		run->whose = conf->whose(&run->cx, &run->job);
}

static void
worker_main(void *arg)
{
	struct runner *r = arg;
	struct env *env = r->base.env;
	struct run *run;

	env_step_back(); /* answers first: a job is patient by nature */
	lock_take(&r->lock);
	while (!r->closing) {
		run = stock_take(&r->stock);
		/* What was lost is over; what was rung for while this one was
		   in stock may be for another worker. */
		clerk_call(r);
		if (run == NULL) {
			env->wait(env, &r->work, &r->lock, INT64_MAX);
			continue;
		}
		lock_drop(&r->lock);
		tag(&run->cx, &run->job);
		settle_decide(run, run_try(run));
		name_failed(run);
		lock_take(&r->lock);
		stock_over(&r->stock, run);
		clerk_call(r);
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
	r->clerk = env->start(env, "job-clerk", clerk_main, r);
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
	if ((e = recover_wrecks(cx, &r->desk, &found)) != OK) {
		mem_free(r->desk.kinds);
		mem_free(r);
		return e;
	}
	log_line(cx, LEVEL_INFO, "queue.open", "owner=%s", r->desk.owner);
	stock_open(&r->stock, &r->base, &r->desk);
	lock_open(&r->lock);
	signal_open(&r->work);
	signal_open(&r->office);
	signal_open(&r->down);
	signal_open(&r->tick);
	signal_open(&r->beat);
	signal_open(&r->idle);
	if (cx->env->start != NULL)
		start(r);
	*out = r;
	return OK;
}

/* What is ready goes back at once, what runs has its grace. */
static void
stop_runs(struct runner *r, int64_t grace_ms)
{
	struct env *env = r->base.env;
	int64_t until = env_mono(env) + grace_ms;
	int i, closing = STOP_CLOSING;

	lock_take(&r->lock);
	r->closing = true;
	stock_turn_back(&r->stock, true);
	signal_all(&r->work);
	signal_all(&r->tick);
	signal_one(&r->office);
	while (r->stock.n > 0 && env_mono(env) < until)
		env->wait(env, &r->idle, &r->lock, until);
	for (i = 0; i < r->stock.ninhand; i++)
		__atomic_store(&r->stock.inhand[i]->stop, &closing,
		    __ATOMIC_RELAXED);
	lock_drop(&r->lock);
}

static void
stop(struct runner *r, int64_t grace_ms)
{
	struct env *env = r->base.env;
	int i;

	stop_runs(r, grace_ms);
	for (i = 0; i < r->desk.conf.workers; i++)
		env->join(env, r->workers[i]);
	lock_take(&r->lock);
	r->last = true;
	signal_one(&r->office);
	signal_all(&r->down);
	lock_drop(&r->lock);
	env->join(env, r->clerk);
	lock_take(&r->lock);
	r->gone = true;
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
	signal_close(&r->office);
	signal_close(&r->work);
	stock_close(&r->stock);
	lock_close(&r->lock);
	mem_free(r->desk.kinds);
	mem_free(r);
}

static enum err
step(struct runner *r, struct cx *cx, bool *ran)
{
	struct run *run = arena_alloc(cx->mem, sizeof(*run));
	int64_t did;
	enum err e;

	if (r->unsettled && (e = recover_orphans(cx, &r->desk)) != OK)
		return e;
	r->unsettled = false;
	if ((e = clock_fire(r, cx, &did)) != OK)
		return e;
	e = claim_next(cx, &r->desk, run);
	if (e == ERR_MISSING)
		return OK;
	if ((r->unsettled = e != OK))
		return e;
	*ran = true;
	tag(cx, &run->job);
	settle_decide(run, run_try(run));
	e = settle_one(cx, run);
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
	e = cx_from(cx, step(r, &unit, &did), &unit);
	if (e == OK)
		*ran = did;
	cx_done(&unit);
	return e;
}

enum err
runner_next(struct runner *r, struct cx *cx, int64_t *at)
{
	return claim_due(cx, &r->desk, at);
}
