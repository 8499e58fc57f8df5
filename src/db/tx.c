/*
 * tx.c - one unit of work in a transaction.
 *
 * On SQLite the committer runs it (group.c); on PostgreSQL it has a
 * connection of its own, and is run again when it lost a race.
 *
 * A statement that failed ends the transaction on both engines, as PostgreSQL
 * has it: what works on one must work on the other.
 */
#include "db/engine.h"

#include <time.h>

#include "db/group.h"

enum {
	NAP_MS = 10 /* doubled each time, with jitter */
};

enum err
db_chance(struct cx *cx, struct db *db, const char *what)
{
	int n = atomic_load_explicit(&db->fail_at, memory_order_relaxed);

	if (n == 0)
		return OK;
	if (n > 0 && atomic_fetch_sub(&db->fail_at, 1) > 1)
		return OK;
	if (atomic_load_explicit(&db->fail_on, memory_order_relaxed))
		atomic_store(&db->fail_at, -1);
	return cx_fail(cx, ERR_STORE, "%s: fails on purpose", what);
}

/* The machine's own clock: only PostgreSQL makes us wait, and a simulation
   has none. */
void
db_nap(int64_t ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&ts, NULL);
}

static enum err
notify(struct cx *cx, struct tx *tx)
{
	const struct engine *en = cx->db->engine;
	enum err e = OK;
	size_t i;

	if (en->notify == NULL)
		return OK;
	for (i = 0; i < tx->nrung && e == OK; i++)
		e = en->notify(cx, tx->conn, tx->rung[i]);
	return e;
}

enum err
tx_run(struct cx *cx, struct tx *tx, enum err (*body)(struct cx *, void *),
    void *arg)
{
	enum err e = OK;

	cx->tx = tx;
	if (cx->guard != NULL)
		e = cx->guard(cx, cx->guard_arg);
	if (e == OK)
		e = body(cx, arg);
	if (e == OK && tx->failed != OK)
		e = cx_fail(cx, ERR_BUG,
		    "a transaction went on after a statement failed: %s",
		    cx->why);
	if (e == OK)
		e = notify(cx, tx);
	cx->tx = NULL;
	return e;
}

struct work {
	enum err (*body)(struct cx *, void *);
	void *arg;
};

static enum err
run_on(struct cx *cx, struct tx *tx, const struct work *w)
{
	struct db *db = cx->db;
	const struct engine *en = db->engine;
	enum err e;

	if ((e = db_chance(cx, db, "begin")) != OK)
		return e;
	if ((e = en->control(cx, tx->conn, CONTROL_BEGIN)) != OK)
		return e;
	e = tx_run(cx, tx, w->body, w->arg);
	if (e == OK && (e = db_chance(cx, db, "commit")) == OK) {
		e = en->control(cx, tx->conn, CONTROL_COMMIT);
		if (e != OK)
			tx->again = en->raced(tx->conn);
	}
	if (e == OK)
		atomic_fetch_add(&db->commits, 1);
	else if (en->in_tx(tx->conn))
		en->control(&(struct cx){ .env = cx->env, .db = db }, tx->conn,
		    CONTROL_ROLLBACK); /* cx keeps the first reason */
	return e;
}

static enum err
run_alone(struct cx *cx, const struct work *w)
{
	struct db *db = cx->db;
	struct tx tx;
	int tries;
	enum err e;

	for (tries = 1;; tries++) {
		tx = (struct tx){ 0 };
		if ((e = db->engine->take(cx, db, &tx.conn)) != OK)
			return e;
		e = run_on(cx, &tx, w);
		db->engine->give(db, tx.conn);
		if (e == OK)
			tx_sound(db, &tx);
		if (e == OK || !tx.again || tries == RETRIES_MAX)
			return e;
		db_nap(
		    1 + (int64_t)env_below(cx->env, (uint64_t)NAP_MS << tries));
	}
}

bool
db_in_tx(const struct cx *cx)
{
	return cx->tx != NULL;
}

enum err
db_tx(struct cx *cx, enum err (*body)(struct cx *, void *), void *arg)
{
	struct work w = { body, arg };

	if (cx->tx != NULL)
		return cx_fail(cx, ERR_BUG, "a transaction in a transaction");
	if (cx->db->engine->own_tx)
		return run_alone(cx, &w);
	return group_run(cx, cx->db->group, body, arg);
}

enum err
db_post(struct cx *cx, const struct db_unit *unit)
{
	return group_post(cx, cx->db->group, unit);
}
