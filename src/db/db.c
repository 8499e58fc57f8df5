/*
 * db.c - statements to the right connection, rows into structs.
 *
 * In a transaction everything runs on its connection.  Outside, a statement
 * that reads takes a connection for a moment, and one that writes is a
 * transaction of its own.  All rows are read before a call returns: no open
 * statement ever keeps SQLite's log from being checkpointed.
 */
#include "db/engine.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "db/group.h"

enum { ROWS_FIRST = 8 };

/* Rows on their way into structs. */
struct landing {
	struct sink sink; /* first */
	const struct field *fields;
	const char *name; /* of the statement */
	const struct field *to[COLUMNS_MAX];
	size_t ncols;
	struct cell first[COLUMNS_MAX]; /* db_one: the row, until it counts */
	bool one;
	unsigned char *rows; /* db_list */
	size_t size;
	size_t nrows;
	size_t room;
};

static enum err
head(struct cx *cx, struct sink *sink, const char *const *names, size_t n)
{
	struct landing *l = (struct landing *)sink;
	size_t i;

	if (n > COLUMNS_MAX)
		return cx_fail(cx, ERR_BUG, "%s: too many columns", l->name);
	for (i = 0; i < n; i++) {
		l->to[i] = field_named(l->fields, names[i]);
		if (l->to[i] == NULL)
			return cx_fail(cx, ERR_BUG,
			    "%s: no field for column %s", l->name, names[i]);
	}
	l->ncols = n;
	l->nrows = 0; /* a transaction may run twice */
	l->sink.enough = false;
	return OK;
}

/* Can this cell be that field?  Reads decimal text as the integer it is:
   PostgreSQL's sum() of integers is a numeric. */
static bool
fits(struct cell *c, const struct field *f)
{
	if (c->type == CELL_NULL)
		return true;
	switch (f->type) {
	case FIELD_INT:
	case FIELD_WHEN:
	case FIELD_BOOL:
		if (c->type == CELL_TEXT &&
		    text_to_int(c->p, INT64_MIN, INT64_MAX, &c->i))
			c->type = CELL_INT;
		return c->type == CELL_INT;
	case FIELD_TEXT:
	case FIELD_JSON:
		return c->type == CELL_TEXT;
	case FIELD_BYTES:
		return c->type == CELL_BYTES || c->type == CELL_TEXT;
	default:
		return false;
	}
}

/* A cell that outlives its row. */
static enum err
keep(struct cx *cx, const struct landing *l, size_t i, struct cell *c)
{
	if (!fits(c, l->to[i]))
		return cx_fail(cx, ERR_BUG, "%s: %s is of another type",
		    l->name, l->to[i]->name);
	if ((c->type == CELL_TEXT || c->type == CELL_BYTES) && !c->kept)
		c->p = arena_textn(cx->mem, c->p, c->n);
	return OK;
}

static void
land(const struct cell *c, const struct field *f, void *row)
{
	unsigned char *at = (unsigned char *)row + f->off;
	bool null = c->type == CELL_NULL;
	struct bytes bytes = { 0 };

	switch (f->type) {
	case FIELD_INT:
	case FIELD_WHEN:
		*(int64_t *)(void *)at = null ? 0 : c->i;
		break;
	case FIELD_BOOL:
		*(bool *)at = !null && c->i != 0;
		break;
	case FIELD_TEXT:
	case FIELD_JSON:
		*(const char **)(void *)at = null ? NULL : c->p;
		break;
	default:
		if (!null)
			bytes = (struct bytes){ c->p, c->n };
		memcpy(at, &bytes, sizeof(bytes));
	}
}

static enum err
row_of_one(struct cx *cx, struct sink *sink, const struct cell *cells)
{
	struct landing *l = (struct landing *)sink;
	size_t i;
	enum err e;

	for (i = 0; i < l->ncols; i++) {
		l->first[i] = cells[i];
		if ((e = keep(cx, l, i, &l->first[i])) != OK)
			return e;
	}
	l->nrows = 1;
	l->sink.enough = true;
	return OK;
}

static enum err
row_of_list(struct cx *cx, struct sink *sink, const struct cell *cells)
{
	struct landing *l = (struct landing *)sink;
	struct cell c;
	unsigned char *bigger;
	size_t i;
	enum err e;

	if (l->nrows == l->room) {
		l->room = l->room == 0 ? ROWS_FIRST : 2 * l->room;
		bigger = arena_alloc(cx->mem, l->room * l->size);
		if (l->nrows > 0)
			memcpy(bigger, l->rows, l->nrows * l->size);
		l->rows = bigger;
	}
	for (i = 0; i < l->ncols; i++) {
		c = cells[i];
		if ((e = keep(cx, l, i, &c)) != OK)
			return e;
		land(&c, l->to[i], l->rows + l->nrows * l->size);
	}
	l->nrows++;
	return OK;
}

enum err
db_query(struct cx *cx, struct query *q)
{
	struct tx *tx = cx->tx;
	struct db *db = cx->db;
	enum err e;

	if (tx->failed != OK)
		return cx_fail(cx, ERR_BUG,
		    "%s: the transaction has failed: %s", q->sql->name,
		    cx->why);
	q->lazy = q->lazy && tx->lazy;
	if ((e = db_chance(cx, db, q->sql->name)) == OK)
		e = db->engine->run(cx, tx->conn, q);
	tx->wrote |= q->changed > 0;
	if (e != OK) {
		tx->failed = e;
		tx->again =
		    db->engine->raced != NULL && db->engine->raced(tx->conn);
	}
	return e;
}

static enum err
query_body(struct cx *cx, void *arg)
{
	return db_query(cx, arg);
}

static enum err
query_anywhere(struct cx *cx, struct query *q)
{
	struct db *db = cx->db;
	struct conn *conn;
	enum err e;

	if (q->n != (size_t)q->sql->params)
		return cx_fail(cx, ERR_BUG, "%s takes %d values, not %zu",
		    q->sql->name, q->sql->params, q->n);
	if (cx->tx != NULL)
		return db_query(cx, q);
	if (q->sql->writes)
		return db_tx(cx, query_body, q);
	if ((e = db_chance(cx, db, q->sql->name)) != OK)
		return e;
	if ((e = db->engine->take(cx, db, &conn)) != OK)
		return e;
	e = db->engine->run(cx, conn, q);
	db->engine->give(db, conn);
	return e;
}

enum err
db_exec_vals(struct cx *cx, const struct sql *sql, int64_t *changed,
    const struct val *vals, size_t n)
{
	struct query q = { .sql = sql,
		.vals = vals,
		.n = n,
		.lazy = changed == NULL };
	enum err e;

	e = query_anywhere(cx, &q);
	if (e == OK && changed != NULL)
		*changed = q.changed;
	return e;
}

static struct landing
one_landing(const struct sql *sql, const struct field *fields)
{
	return (struct landing){
		.sink = { .head = head, .row = row_of_one },
		.fields = fields,
		.name = sql->name,
	};
}

enum err
db_at_best(enum err e)
{
	return e == ERR_STORE || e == ERR_BUSY ? OK : e;
}

enum err
db_one_vals(struct cx *cx, const struct sql *sql, const struct field *fields,
    void *out, const struct val *vals, size_t n)
{
	struct landing l = one_landing(sql, fields);
	struct query q = { .sql = sql, .vals = vals, .n = n, .sink = &l.sink };
	size_t i;
	enum err e;

	if ((e = query_anywhere(cx, &q)) != OK)
		return e;
	if (l.nrows == 0)
		return cx_fail(cx, ERR_MISSING, "%s: no row", sql->name);
	for (i = 0; i < l.ncols; i++)
		land(&l.first[i], l.to[i], out);
	return OK;
}

enum err
db_list_vals(struct cx *cx, const struct sql *sql, const struct field *fields,
    size_t size, void **rows, size_t *nrows, const struct val *vals, size_t n)
{
	struct landing l = {
		.sink = { .head = head, .row = row_of_list },
		.fields = fields,
		.name = sql->name,
		.size = size,
	};
	struct query q = { .sql = sql, .vals = vals, .n = n, .sink = &l.sink };
	enum err e;

	if ((e = query_anywhere(cx, &q)) != OK)
		return e;
	*rows = l.rows != NULL ? l.rows : arena_alloc(cx->mem, size);
	*nrows = l.nrows;
	return OK;
}

struct counted {
	int64_t n;
};

static const struct field counted_fields[] = {
	F_INT(struct counted, n, 0, INT64_MAX),
	F_END,
};

int64_t
db_count(struct cx *cx, const char *table)
{
	struct counted c = { 0 };
	struct sql sql = { .name = table };
	struct landing l = one_landing(&sql, counted_fields);
	struct query q = { .sql = &sql, .sink = &l.sink, .once = true };
	const char *p;

	for (p = table; *p != '\0'; p++)
		assert(islower((unsigned char)*p) || *p == '_');
	sql.text[0] = sql.text[1] =
	    arena_printf(cx->mem, "SELECT count(*) AS n FROM %s", table);
	if (query_anywhere(cx, &q) != OK)
		return -1;
	land(&l.first[0], l.to[0], &c);
	return c.n;
}

static enum err
check_names(struct cx *cx, struct sink *sink, const char *const *names,
    size_t n)
{
	size_t i, k;

	(void)sink;
	for (i = 0; i < n; i++)
		for (k = 0; k < i; k++)
			if (strcmp(names[i], names[k]) == 0)
				return cx_fail(cx, ERR_BUG,
				    "two columns are named %s", names[i]);
	return OK;
}

static enum err
prepare_body(struct cx *cx, void *arg)
{
	return cx->db->engine->prepare(cx, cx->tx->conn, arg);
}

enum err
db_prepare(struct cx *cx, const struct sql *sql)
{
	struct sink sink = { .head = check_names };
	struct query q = { .sql = sql, .sink = &sink };
	struct db *db = cx->db;
	struct conn *conn;
	enum err e;

	if (sql->writes) {
		e = db_tx(cx, prepare_body, &q);
	} else if ((e = db->engine->take(cx, db, &conn)) == OK) {
		e = db->engine->prepare(cx, conn, &q);
		db->engine->give(db, conn);
	}
	return e == OK ? OK : cx_in(cx, e, "%s: ", sql->name);
}

/* A step of db_fail_at also where no statement asks for it: both engines have
   as many. */
enum err
db_now(struct cx *cx, int64_t *ms)
{
	struct db *db = cx->db;
	const struct sql *sql = &db->engine->now;
	struct landing l = one_landing(sql, counted_fields);
	struct query q = { .sql = sql, .sink = &l.sink };
	enum err e;

	if (sql->name == NULL) {
		if ((e = db_chance(cx, db, "now")) == OK)
			*ms = env_wall(cx->env);
		return e;
	}
	if ((e = query_anywhere(cx, &q)) == OK)
		*ms = l.first[0].i;
	return e;
}

enum err
db_copy_to(struct cx *cx, const char *path)
{
	if (cx->db->engine->copy == NULL)
		return cx_fail(cx, ERR_INPUT,
		    "PostgreSQL is copied with its own pg_dump");
	return cx->db->engine->copy(cx, path);
}

void
db_fail_at(struct db *db, int n)
{
	atomic_store(&db->fail_on, false);
	atomic_store(&db->fail_at, n);
}

void
db_fail_from(struct db *db, int n)
{
	atomic_store(&db->fail_on, n != 0);
	atomic_store(&db->fail_at, n == 1 ? -1 : n);
}

int
db_fail_left(const struct db *db)
{
	return atomic_load(&db->fail_at);
}

int64_t
db_commits(const struct db *db)
{
	return atomic_load(&db->commits);
}

enum db_engine
db_engine(const struct db *db)
{
	return db->engine->id;
}

enum err
db_open(struct cx *cx, const struct db_conf *conf, struct db **out)
{
	struct db *db = mem_new(sizeof(*db));
	struct cx own;
	enum err e;

	db->engine = conf->url != NULL ? &engine_pg : &engine_sqlite;
	db->env = cx->env;
	lock_open(&db->bell_lock);
	if ((e = db->engine->open(cx, conf, db)) != OK) {
		lock_close(&db->bell_lock);
		mem_free(db);
		return e;
	}
	cx_child(&own, cx);
	own.db = db;
	db->group = group_open(&own, db, conf->inline_writer);
	cx_done(&own);
	*out = db;
	return OK;
}

void
db_close(struct db *db)
{
	if (db == NULL)
		return;
	group_close(db->group);
	db->engine->close(db);
	lock_close(&db->bell_lock);
	mem_free(db->listeners);
	mem_free(db);
}
