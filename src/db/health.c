/*
 * health.c - does the disk still take what is committed?
 *
 * After a failed fsync nobody knows what is on the disk: the kernel may have
 * dropped what it could not write, and tell so once.  The commit failed, and
 * whoever asks is told that we are not well, until one that wrote something got
 * through.  After REFUSALS_MAX in a row we do not go on trying: the disk is
 * lost, the program ends, and whoever starts it again reads what is there.
 */
#include "db/engine.h"

enum { REFUSALS_MAX = 5 };

void
health_taken(struct db *db)
{
	atomic_store(&db->refusals, 0);
}

void
health_refused(struct db *db)
{
	if (atomic_fetch_add(&db->refusals, 1) + 1 != REFUSALS_MAX)
		return;
	lock_take(&db->bell_lock);
	if (db->disk_lost != NULL)
		db->disk_lost(db->disk_lost_arg);
	lock_drop(&db->bell_lock);
}

void
db_on_disk_lost(struct db *db, void (*fn)(void *), void *arg)
{
	lock_take(&db->bell_lock);
	db->disk_lost = fn;
	db->disk_lost_arg = arg;
	if (fn != NULL && atomic_load(&db->refusals) >= REFUSALS_MAX)
		fn(arg);
	lock_drop(&db->bell_lock);
}

/* Changes nothing, and is written all the same. */
static enum err
touch(struct cx *cx, void *arg)
{
	(void)arg;
	cx->tx->wrote = true;
	return cx->db->engine->text(cx, cx->tx->conn,
	    "PRAGMA user_version = 0");
}

enum err
db_well(struct cx *cx)
{
	if (atomic_load(&cx->db->refusals) == 0)
		return OK;
	return db_tx(cx, touch, NULL);
}
