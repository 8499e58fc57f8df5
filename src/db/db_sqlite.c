/*
 * db_sqlite.c - SQLite: one connection that writes, some that read.
 *
 * Debian's SQLite (3.40, and 13's 3.46) has the WAL-reset race: two
 * connections that write or checkpoint at the same instant can lose pages.
 * So exactly one may, it checkpoints inline, readers are opened read-only and
 * never checkpoint, and PATH.lock keeps other processes out.  The file is not
 * opened by us again, since closing any descriptor of it would drop SQLite's
 * POSIX locks.
 *
 * What a reader has not read after READ_MS is cut: while it lasts, the log of
 * writes cannot be folded back into the file and grows.
 */
#include "db/engine.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/text.h"
#include "db/cache.h"
#include "db/conns.h"
#include "db/file.h"
#include "db/lite.h"

enum {
	READERS_DEFAULT = 4,
	READ_MS = 30 * 1000,
	READ_STEPS = 1000 /* of SQLite's machine, between looks at the clock */
};

struct conn {
	sqlite3 *h;
	bool writes;
	bool broken; /* an I/O error: close it, open it again */
	struct env *env;
	int64_t until; /* a reader's statement is cut then, mono */
	struct cache cache;
	sqlite3_stmt *controls[CONTROL_COUNT];
};

struct stmt {
	sqlite3_stmt *s;
	int nparams;
	unsigned char number[PARAMS_MAX]; /* $3, by SQLite's index - 1 */
};

struct lite {
	char *path;
	int lock_fd;
	struct conn writer;
	struct conns pool; /* of readers */
	struct conn *readers;
	size_t nreaders;
};

/* What SQLite's code means to us; else ERR_STORE. */
static const struct {
	int code; /* extended, or primary for all of its kind */
	enum err e;
} meanings[] = {
	{ SQLITE_CONSTRAINT_UNIQUE, ERR_CONFLICT },
	{ SQLITE_CONSTRAINT_PRIMARYKEY, ERR_CONFLICT },
	{ SQLITE_CONSTRAINT_ROWID, ERR_CONFLICT },
	/* the row it points to has gone meanwhile, or is pointed to */
	{ SQLITE_CONSTRAINT_FOREIGNKEY, ERR_CONFLICT },
	{ SQLITE_CONSTRAINT, ERR_BUG },
	{ SQLITE_BUSY, ERR_BUSY },
	{ SQLITE_LOCKED, ERR_BUSY },
	{ SQLITE_INTERRUPT, ERR_BUSY }, /* a reader was cut */
	{ SQLITE_ERROR, ERR_BUG },
	{ SQLITE_MISMATCH, ERR_BUG },
	{ SQLITE_MISUSE, ERR_BUG },
	{ SQLITE_RANGE, ERR_BUG },
	{ SQLITE_TOOBIG, ERR_BUG },
};

static enum err
failed(struct cx *cx, struct conn *c, const char *what)
{
	int code = sqlite3_extended_errcode(c->h);
	enum err e = ERR_STORE;
	size_t i;

	for (i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++)
		if (meanings[i].code == code ||
		    meanings[i].code == (code & 0xff)) {
			e = meanings[i].e;
			break;
		}
	if ((code & 0xff) == SQLITE_IOERR)
		c->broken = true;
	if (code == SQLITE_NOTADB)
		what = "not a database, or a damaged one: restore a backup";
	return cx_fail(cx, e, "%s: %s (SQLite %d)", what, sqlite3_errmsg(c->h),
	    code);
}

static void
drop_stmt(void *p)
{
	struct stmt *st = p;

	sqlite3_finalize(st->s);
	mem_free(st);
}

static void
conn_close(struct conn *c)
{
	int i;

	cache_clear(&c->cache, drop_stmt);
	for (i = 0; i < CONTROL_COUNT; i++)
		sqlite3_finalize(c->controls[i]);
	if (c->broken) /* nothing of it may reach the file any more */
		sqlite3_db_config(c->h, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1,
		    (int *)NULL);
	if (sqlite3_close(c->h) != SQLITE_OK)
		abort(); /* a statement was forgotten */
	*c = (struct conn){ 0 };
}

static enum err
pragma_check(struct cx *cx, struct conn *c, const struct pragma *p)
{
	sqlite3_stmt *s = NULL;
	const char *is = "";
	enum err e = OK;

	if (sqlite3_exec(c->h, p->set, NULL, NULL, NULL) != SQLITE_OK)
		return failed(cx, c, p->set);
	if (sqlite3_prepare_v2(c->h, p->ask, -1, &s, NULL) != SQLITE_OK)
		return failed(cx, c, p->ask);
	if (sqlite3_step(s) == SQLITE_ROW)
		is = (const char *)sqlite3_column_text(s, 0);
	if (is == NULL || strcmp(is, p->want) != 0)
		e = cx_fail(cx, ERR_STORE, "%s is \"%s\", not \"%s\"", p->ask,
		    is == NULL ? "" : is, p->want);
	sqlite3_finalize(s);
	return e;
}

/* Double quotes are for names only: else a misspelt column is a string. */
static const struct {
	int option;
	int on;
} options[] = {
	{ SQLITE_DBCONFIG_DEFENSIVE, 1 },
	{ SQLITE_DBCONFIG_DQS_DML, 0 },
	{ SQLITE_DBCONFIG_DQS_DDL, 0 },
};

static enum err
conn_set_up(struct cx *cx, struct conn *c)
{
	const struct pragma *p;
	size_t i;
	enum err e;

	sqlite3_extended_result_codes(c->h, 1);
	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (sqlite3_db_config(c->h, options[i].option, options[i].on,
			(int *)NULL) != SQLITE_OK)
			return failed(cx, c, "sqlite3_db_config");
	if (!c->writes)
		sqlite3_db_config(c->h, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1,
		    (int *)NULL);
	for (p = lite_pragmas; p->set != NULL; p++) {
		if (p->writer && !c->writes)
			continue;
		if ((e = pragma_check(cx, c, p)) != OK)
			return e;
	}
	return OK;
}

/* Asked by SQLite in the middle of a statement: not 0 ends it. */
static int
took_long(void *arg)
{
	const struct conn *c = arg;

	return env_mono(c->env) > c->until;
}

static enum err
conn_open(struct cx *cx, const char *path, bool writes, struct conn *c)
{
	int flags = SQLITE_OPEN_NOMUTEX;
	enum err e;

	*c = (struct conn){ .writes = writes };
	flags |= writes ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
	if (sqlite3_open_v2(path, &c->h, flags, NULL) != SQLITE_OK)
		e = failed(cx, c, path);
	else
		e = conn_set_up(cx, c);
	if (e == OK)
		return OK;
	cx_in(cx, e, "%s: ", path);
	conn_close(c);
	return e;
}

/* --- statements --- */

static enum err
number_params(struct cx *cx, const struct sql *sql, struct stmt *st)
{
	const char *name;
	int64_t number, most = 0;
	int i;

	st->nparams = sqlite3_bind_parameter_count(st->s);
	if (st->nparams > PARAMS_MAX)
		return cx_fail(cx, ERR_BUG, "%s: too many values", sql->name);
	for (i = 0; i < st->nparams; i++) {
		name = sqlite3_bind_parameter_name(st->s, i + 1);
		if (name == NULL || name[0] != '$' ||
		    !text_to_int(name + 1, 1, PARAMS_MAX, &number))
			return cx_fail(cx, ERR_BUG, "%s: bad parameter %s",
			    sql->name, name == NULL ? "?" : name);
		st->number[i] = (unsigned char)(number - 1);
		most = number > most ? number : most;
	}
	if (most != sql->params)
		return cx_fail(cx, ERR_BUG, "%s: has %d parameters, says %d",
		    sql->name, (int)most, sql->params);
	return OK;
}

static enum err
stmt_check(struct cx *cx, const struct sql *sql, struct stmt *st)
{
	if (st->s == NULL)
		return cx_fail(cx, ERR_BUG, "%s: empty", sql->name);
	if (sqlite3_stmt_readonly(st->s) == (sql->writes != 0))
		return cx_fail(cx, ERR_BUG, "%s: %s", sql->name,
		    sql->writes ? "does not write" : "writes unannounced");
	return number_params(cx, sql, st);
}

static enum err
stmt_new(struct cx *cx, struct conn *c, const struct sql *sql, bool once,
    struct stmt **out)
{
	struct stmt *st = mem_new(sizeof(*st));
	enum err e;

	if (sqlite3_prepare_v3(c->h, sql->text[DB_SQLITE], -1,
		once ? 0 : SQLITE_PREPARE_PERSISTENT, &st->s,
		NULL) != SQLITE_OK)
		e = failed(cx, c, sql->name);
	else
		e = stmt_check(cx, sql, st);
	if (e != OK) {
		drop_stmt(st);
		return e;
	}
	*out = st;
	return OK;
}

static enum err
stmt_find(struct cx *cx, struct conn *c, const struct query *q,
    struct stmt **out)
{
	enum err e;

	if (q->once)
		return stmt_new(cx, c, q->sql, true, out);
	if ((*out = cache_find(&c->cache, q->sql)) != NULL)
		return OK;
	if ((e = stmt_new(cx, c, q->sql, false, out)) == OK)
		cache_add(&c->cache, q->sql, *out);
	return e;
}

static int
bind_one(sqlite3_stmt *s, int i, const struct val *v)
{
	switch (v->type) {
	case VAL_INT:
		return sqlite3_bind_int64(s, i, v->i);
	case VAL_TEXT:
		return sqlite3_bind_text(s, i, v->t, -1, SQLITE_STATIC);
	default:
		return sqlite3_bind_blob64(s, i, v->b.p, v->b.n, SQLITE_STATIC);
	}
}

static void
read_cell(sqlite3_stmt *s, int i, struct cell *cell)
{
	switch (sqlite3_column_type(s, i)) {
	case SQLITE_NULL:
		*cell = (struct cell){ .type = CELL_NULL };
		break;
	case SQLITE_INTEGER:
		*cell = (struct cell){ .type = CELL_INT,
			.i = sqlite3_column_int64(s, i) };
		break;
	case SQLITE_BLOB:
		*cell = (struct cell){ .type = CELL_BYTES,
			.p = sqlite3_column_blob(s, i),
			.n = (size_t)sqlite3_column_bytes(s, i) };
		if (cell->p == NULL)
			cell->p = ""; /* empty is not NULL */
		break;
	default:
		*cell = (struct cell){ .type = CELL_TEXT,
			.p = sqlite3_column_text(s, i),
			.n = (size_t)sqlite3_column_bytes(s, i) };
	}
}

static enum err
give_head(struct cx *cx, struct stmt *st, struct query *q)
{
	const char *names[COLUMNS_MAX];
	int i, n = sqlite3_column_count(st->s);

	if (n > COLUMNS_MAX)
		return cx_fail(cx, ERR_BUG, "%s: %d columns", q->sql->name, n);
	for (i = 0; i < n; i++)
		names[i] = sqlite3_column_name(st->s, i);
	return q->sink->head(cx, q->sink, names, (size_t)n);
}

static enum err
step_all(struct cx *cx, struct conn *c, struct stmt *st, struct query *q)
{
	struct cell cells[COLUMNS_MAX];
	int i, rc, n = sqlite3_column_count(st->s);
	enum err e;

	while ((rc = sqlite3_step(st->s)) == SQLITE_ROW) {
		if (q->sink == NULL)
			continue;
		for (i = 0; i < n; i++)
			read_cell(st->s, i, &cells[i]);
		if ((e = q->sink->row(cx, q->sink, cells)) != OK)
			return e;
		if (q->sink->enough)
			return OK;
	}
	if (rc != SQLITE_DONE)
		return failed(cx, c, q->sql->name);
	if (q->sql->writes)
		q->changed = sqlite3_changes64(c->h);
	return OK;
}

static void
limit(struct cx *cx, struct conn *c)
{
	c->env = cx->env;
	c->until = env_mono(cx->env) + READ_MS;
	sqlite3_progress_handler(c->h, READ_STEPS, took_long, c);
}

static enum err
lite_run(struct cx *cx, struct conn *c, struct query *q)
{
	struct stmt *st;
	int i;
	enum err e;

	/* SQLite ends a transaction by itself on some errors; what came after
	   would be committed statement by statement. */
	if (c->writes && sqlite3_get_autocommit(c->h))
		return cx_fail(cx, ERR_STORE, "%s: the transaction is over",
		    q->sql->name);
	if ((e = stmt_find(cx, c, q, &st)) != OK)
		return e;
	if (!c->writes)
		limit(cx, c);
	for (i = 0; i < st->nparams && e == OK; i++)
		if (bind_one(st->s, i + 1, &q->vals[st->number[i]]) !=
		    SQLITE_OK)
			e = failed(cx, c, q->sql->name);
	if (e == OK && q->sink != NULL)
		e = give_head(cx, st, q);
	if (e == OK)
		e = step_all(cx, c, st, q);
	sqlite3_reset(st->s);
	sqlite3_clear_bindings(st->s);
	if (q->once)
		drop_stmt(st);
	return e;
}

static enum err
lite_text(struct cx *cx, struct conn *c, const char *text)
{
	if (sqlite3_get_autocommit(c->h))
		return cx_fail(cx, ERR_STORE, "the transaction is over");
	if (sqlite3_exec(c->h, text, NULL, NULL, NULL) != SQLITE_OK)
		return failed(cx, c, "statements");
	return OK;
}

static enum err
lite_prepare(struct cx *cx, struct conn *c, struct query *q)
{
	struct stmt *st;
	enum err e;

	if ((e = stmt_new(cx, c, q->sql, true, &st)) != OK)
		return e;
	e = give_head(cx, st, q);
	drop_stmt(st);
	return e;
}

/* --- transactions --- */

static enum err
control_run(struct cx *cx, struct conn *c, enum control what)
{
	sqlite3_stmt **s = &c->controls[what];
	enum err e = OK;

	if (*s == NULL &&
	    sqlite3_prepare_v3(c->h, lite_controls[what], -1,
		SQLITE_PREPARE_PERSISTENT, s, NULL) != SQLITE_OK)
		return failed(cx, c, lite_controls[what]);
	if (sqlite3_step(*s) != SQLITE_DONE)
		e = failed(cx, c, lite_controls[what]);
	sqlite3_reset(*s);
	return e;
}

static enum err
lite_control(struct cx *cx, struct conn *c, enum control what)
{
	enum err e = control_run(cx, c, what);

	if (e == OK && what == CONTROL_BACK) /* it undoes, but stays open */
		e = control_run(cx, c, CONTROL_RELEASE);
	return e;
}

static bool
lite_in_tx(struct conn *c)
{
	return !sqlite3_get_autocommit(c->h);
}

static bool
lite_unsynced(struct conn *c)
{
	int code = sqlite3_extended_errcode(c->h);

	return code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC;
}

static enum err
lite_writer(struct cx *cx, struct db *db, struct conn **out)
{
	struct lite *l = db->own;
	enum err e;

	if (l->writer.broken)
		conn_close(&l->writer);
	if (l->writer.h == NULL &&
	    (e = conn_open(cx, l->path, true, &l->writer)) != OK)
		return e;
	*out = &l->writer;
	return OK;
}

static enum err
lite_take(struct cx *cx, struct db *db, struct conn **out)
{
	return conns_take(cx, &((struct lite *)db->own)->pool, out);
}

static void
lite_give(struct db *db, struct conn *c)
{
	conns_give(&((struct lite *)db->own)->pool, c);
}

/* --- files --- */

static void
lite_close(struct db *db)
{
	struct lite *l = db->own;
	size_t i;

	for (i = 0; i < l->nreaders; i++)
		if (l->readers[i].h != NULL)
			conn_close(&l->readers[i]);
	if (l->writer.h != NULL)
		conn_close(&l->writer); /* last: checkpoints */
	if (l->lock_fd >= 0)
		close(l->lock_fd);
	conns_close(&l->pool);
	mem_free(l->readers);
	mem_free(l->path);
	mem_free(l);
	db->own = NULL;
}

static enum err
open_all(struct cx *cx, struct db *db)
{
	struct lite *l = db->own;
	struct conn *c;
	size_t i;
	enum err e;

	if ((e = file_lock(cx, l->path, &l->lock_fd)) != OK)
		return e;
	if ((e = file_make(cx, l->path, false)) != OK)
		return e;
	if ((e = lite_writer(cx, db, &c)) != OK)
		return e;
	for (i = 0; i < l->nreaders; i++) {
		e = conn_open(cx, l->path, false, &l->readers[i]);
		if (e != OK)
			return e;
		conns_give(&l->pool, &l->readers[i]);
	}
	return OK;
}

static enum err
lite_open(struct cx *cx, const struct db_conf *conf, struct db *db)
{
	struct lite *l = mem_new(sizeof(*l));
	enum err e;

	db->own = l;
	l->path = mem_text(conf->path);
	l->lock_fd = -1;
	l->nreaders =
	    conf->readers > 0 ? (size_t)conf->readers : READERS_DEFAULT;
	l->readers = mem_new(l->nreaders * sizeof(*l->readers));
	conns_open(&l->pool, l->nreaders);
	if ((e = open_all(cx, db)) != OK)
		lite_close(db);
	return e;
}

static enum err
vacuum_into(struct cx *cx, struct conn *c, const char *path)
{
	char *text = sqlite3_mprintf("VACUUM INTO %Q", path);
	enum err e = OK;

	if (sqlite3_exec(c->h, text, NULL, NULL, NULL) != SQLITE_OK)
		e = failed(cx, c, path);
	sqlite3_free(text);
	return e;
}

/* On a connection of its own that only reads: the writer goes on meanwhile,
   and the log grows by what it writes. */
static enum err
lite_copy(struct cx *cx, const char *path)
{
	struct lite *l = cx->db->own;
	struct conn c;
	enum err e;

	if ((e = file_make(cx, path, true)) != OK)
		return e;
	if ((e = conn_open(cx, l->path, false, &c)) == OK) {
		e = vacuum_into(cx, &c, path);
		conn_close(&c);
	}
	if (e == OK)
		e = file_sync(cx, path);
	if (e != OK)
		unlink(path);
	return e;
}

const struct engine engine_sqlite = {
	.id = DB_SQLITE,
	.open = lite_open,
	.close = lite_close,
	.take = lite_take,
	.give = lite_give,
	.writer = lite_writer,
	.control = lite_control,
	.in_tx = lite_in_tx,
	.unsynced = lite_unsynced,
	.run = lite_run,
	.text = lite_text,
	.prepare = lite_prepare,
	.copy = lite_copy,
};
