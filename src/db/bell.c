/*
 * bell.c - who listens, and letting them hear.
 *
 * Listeners run under one lock, so that after db_off_ring nobody is inside
 * one.  They must not ring, listen or open a transaction themselves.
 */
#include "db/engine.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"

void
bell_sound(struct db *db, const char *bell)
{
	struct listener *l;
	size_t i;

	lock_take(&db->bell_lock);
	for (i = 0; i < db->nlisteners; i++) {
		l = &db->listeners[i];
		if (bell == NULL || strcmp(l->bell, bell) == 0)
			l->fn(l->arg);
	}
	lock_drop(&db->bell_lock);
}

void
db_on_ring(struct db *db, const char *bell, void (*fn)(void *), void *arg)
{
	struct listener l = { .fn = fn, .arg = arg };

	assert(strlen(bell) < sizeof(l.bell));
	memcpy(l.bell, bell, strlen(bell) + 1);
	lock_take(&db->bell_lock);
	db->listeners = mem_grow(db->listeners,
	    (db->nlisteners + 1) * sizeof(*db->listeners));
	db->listeners[db->nlisteners++] = l;
	lock_drop(&db->bell_lock);
	if (db->engine->listen != NULL)
		db->engine->listen(db);
}

void
db_off_ring(struct db *db, void (*fn)(void *), void *arg)
{
	size_t i, kept = 0;

	lock_take(&db->bell_lock);
	for (i = 0; i < db->nlisteners; i++)
		if (db->listeners[i].fn != fn || db->listeners[i].arg != arg)
			db->listeners[kept++] = db->listeners[i];
	db->nlisteners = kept;
	lock_drop(&db->bell_lock);
}

static void
tx_ring(struct tx *tx, const char *bell)
{
	size_t i;

	assert(strlen(bell) < BELL_SIZE);
	for (i = 0; i < tx->nrung; i++)
		if (strcmp(tx->rung[i], bell) == 0)
			return;
	assert(tx->nrung < BELLS_MAX);
	memcpy(tx->rung[tx->nrung++], bell, strlen(bell) + 1);
}

void
tx_ring_all(struct tx *tx, const struct tx *rung)
{
	size_t i;

	for (i = 0; i < rung->nrung; i++)
		tx_ring(tx, rung->rung[i]);
}

void
db_ring(struct cx *cx, const char *bell)
{
	struct db *db = cx->db;
	struct conn *conn;

	if (cx->tx != NULL) {
		tx_ring(cx->tx, bell);
		return;
	}
	bell_sound(db, bell);
	if (db->engine->notify == NULL)
		return;
	/* The other nodes look by themselves in a while, should this fail. */
	if (db->engine->take(cx, db, &conn) != OK)
		return;
	(void)db->engine->notify(cx, conn, bell);
	db->engine->give(db, conn);
}

void
tx_sound(struct db *db, const struct tx *tx)
{
	size_t i;

	for (i = 0; i < tx->nrung; i++)
		bell_sound(db, tx->rung[i]);
}
