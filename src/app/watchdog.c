/*
 * watchdog.c - see watchdog.h.
 */
#include "app/watchdog.h"

#include "app/supervisor.h"
#include "base/arena.h"
#include "base/env.h"
#include "base/log.h"
#include "db/db.h"

enum { TIMES = 3 }; /* told in the time that we are given */

struct watchdog {
	struct cx base;
	const struct server *server; /* NULL: nothing listens */
	int64_t every_ms;
	struct thread *thread;
	struct lock lock; /* guards what follows */
	struct signal change;
	bool asking;
	bool resting;
	bool closing;
};

static enum err
nothing(struct cx *cx, void *arg)
{
	(void)cx;
	(void)arg;
	return OK;
}

/* False: no answer in time.  A thread that hangs holds us here, which says the
   same. */
static bool
works(const struct watchdog *w)
{
	struct cx cx;

	if (w->server != NULL && !server_answers(w->server, (int)w->every_ms))
		return false;
	if (db_engine(w->base.db) == DB_PG)
		return true;
	cx_child(&cx, &w->base);
	(void)db_tx(&cx, nothing, NULL); /* that it came back is enough */
	cx_done(&cx);
	return true;
}

static void
watch(void *arg)
{
	struct watchdog *w = arg;
	struct env *env = w->base.env;
	int64_t until;
	bool resting;

	lock_take(&w->lock);
	while (!w->closing) {
		resting = w->resting;
		w->asking = !resting;
		lock_drop(&w->lock);
		if (resting || works(w))
			supervisor_tell("WATCHDOG=1");
		else
			log_line(&w->base, LEVEL_ERROR, "watchdog.silent",
			    "why=\"the server does not answer\"");
		lock_take(&w->lock);
		w->asking = false;
		signal_all(&w->change);
		until = env_mono(env) + w->every_ms;
		while (!w->closing && env_mono(env) < until)
			env->wait(env, &w->change, &w->lock, until);
	}
	lock_drop(&w->lock);
}

struct watchdog *
watchdog_open(struct cx *cx, const struct server *server)
{
	int64_t limit_ms = supervisor_watchdog_ms();
	struct watchdog *w;

	if (limit_ms < TIMES)
		return NULL;
	w = mem_new(sizeof(*w));
	w->base = (struct cx){ .env = cx->env, .db = cx->db, .log = cx->log };
	w->server = server;
	w->every_ms = limit_ms / TIMES;
	lock_open(&w->lock);
	signal_open(&w->change);
	w->thread = cx->env->start(cx->env, "watchdog", watch, w);
	return w;
}

void
watchdog_rest(struct watchdog *w)
{
	if (w == NULL)
		return;
	lock_take(&w->lock);
	w->resting = true;
	while (w->asking) /* whom it asks is about to go */
		w->base.env->wait(w->base.env, &w->change, &w->lock, INT64_MAX);
	lock_drop(&w->lock);
}

void
watchdog_close(struct watchdog *w)
{
	struct env *env;

	if (w == NULL)
		return;
	env = w->base.env;
	lock_take(&w->lock);
	w->closing = true;
	signal_all(&w->change);
	lock_drop(&w->lock);
	env->join(env, w->thread);
	signal_close(&w->change);
	lock_close(&w->lock);
	mem_free(w);
}
