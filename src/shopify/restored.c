/*
 * restored.c - a database that is older than the world.
 *
 * A sweep queues the read of an order before the write of its tags, and both
 * have one key: so for one cycle all is read before it is written.
 */
#include "shopify/restored.h"

#include "db/db.h"
#include "gen/sql.h"

static enum err
forget(struct cx *cx, void *arg)
{
	enum err e;

	(void)arg;
	if ((e = db_exec(cx, SQL_RESTORED_LEDGER)) != OK ||
	    (e = db_exec(cx, SQL_RESTORED_JOB)) != OK ||
	    (e = db_exec(cx, SQL_RESTORED_BULK)) != OK ||
	    (e = db_exec(cx, SQL_RESTORED_BULK_OP)) != OK ||
	    (e = db_exec(cx, SQL_RESTORED_BUDGET)) != OK)
		return e;
	return db_exec(cx, SQL_RESTORED_SHOP);
}

enum err
restored_careful(struct cx *cx)
{
	return db_tx(cx, forget, NULL);
}
