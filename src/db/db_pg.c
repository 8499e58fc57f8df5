/*
 * db_pg.c - PostgreSQL: not yet.
 */
#include "db/engine.h"

static enum err
pg_open(struct cx *cx, const struct db_conf *conf, struct db *db)
{
	(void)conf;
	(void)db;
	return cx_fail(cx, ERR_STORE, "PostgreSQL is not there yet");
}

const struct engine engine_pg = {
	.id = DB_PG,
	.open = pg_open,
};
