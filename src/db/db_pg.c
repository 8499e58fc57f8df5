/*
 * db_pg.c - PostgreSQL: a pool, a committer's connection, a listener.
 *
 * A value travels as text, bytes in binary; the server infers each
 * parameter's type from the statement, so one text serves both engines.
 * A connection that broke is thrown away and made again by the next one who
 * needs it, with growing pauses while the server is away, so that nobody
 * waits long for a server that is not there.
 */
#include "db/engine.h"

#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "db/cache.h"
#include "db/ears.h"
#include "db/pg_value.h"
#include "db/pg_why.h"
#include "db/conns.h"

enum {
	POOL_DEFAULT = 4,
	/* More at once, and both sides may wait for the other to read. */
	PIPE_STATEMENTS = 128,
	PIPE_BYTES = 1024 * 1024
};

struct conn {
	PGconn *h;  /* NULL: not connected */
	bool raced; /* the last failure was 40001 or 40P01 */
	bool stale; /* its prepared statements no longer fit the schema */
	int piped;  /* statements sent whose results were not read */
	const struct sql *sent[PIPE_STATEMENTS];
	size_t piped_bytes;
	unsigned nprepared;
	struct cache cache; /* to the name on the server */
};

struct pg {
	char *url;
	struct conns pool;
	struct conn *conns;
	size_t nconns;
	struct conn committer;
	struct pause pause;
	struct ears *ears;
};

static const char set_up[] =
    "SET client_encoding = 'UTF8'; SET synchronous_commit = on;"
    "SET default_transaction_isolation = 'read committed';"
    "SET statement_timeout = '30s'; SET lock_timeout = '5s';"
    /* who waits for what a hung node has locked gets it before giving up */
    "SET idle_in_transaction_session_timeout = '4s'; SET bytea_output = 'hex';"
    /* a table just grown looks small: none is read whole, nor compiled for */
    "SET enable_seqscan = off; SET jit = off; SET timezone = 'UTC';"
    "SET standard_conforming_strings = on; SET client_min_messages = warning";

static const char *const controls[CONTROL_COUNT] = {
	[CONTROL_BEGIN] = "BEGIN",
	[CONTROL_COMMIT] = "COMMIT",
	[CONTROL_ROLLBACK] = "ROLLBACK",
	[CONTROL_SAVE] = "SAVEPOINT unit",
	[CONTROL_RELEASE] = "RELEASE unit",
	[CONTROL_BACK] = "ROLLBACK TO unit; RELEASE unit",
};

/* --- failures --- */

static enum err
lost(struct cx *cx, PGconn *h, const char *what)
{
	return pg_why_lost(cx, what, PQerrorMessage(h));
}

static enum err
failed(struct cx *cx, struct conn *c, const PGresult *r, const char *what)
{
	const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
	const char *why = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);

	if (state == NULL)
		return lost(cx, c->h, what);
	c->raced = strcmp(state, "40001") == 0 || strcmp(state, "40P01") == 0;
	/* "cached plan must not change result type", "does not exist" */
	if (strcmp(state, "0A000") == 0 || strcmp(state, "26000") == 0)
		c->stale = true;
	return pg_why_failed(cx, state, why, what);
}

static enum err
check(struct cx *cx, struct conn *c, const PGresult *r, const char *what)
{
	ExecStatusType is = PQresultStatus(r);

	c->raced = false;
	if (is == PGRES_COMMAND_OK || is == PGRES_TUPLES_OK)
		return OK;
	return failed(cx, c, r, what);
}

/* --- connections --- */

static void
ignore(void *arg, const PGresult *r)
{
	(void)arg;
	(void)r;
}

/* It has let us in: what fails now is no fault of the URL. */
static enum err
greet(struct cx *cx, PGconn *h)
{
	const char *code = PQparameterStatus(h, "server_encoding");
	PGresult *r;
	enum err e;

	if ((e = pg_why_unfit(cx, PQserverVersion(h), code)) != OK)
		return e;
	r = PQexec(h, set_up);
	if (PQresultStatus(r) != PGRES_COMMAND_OK)
		e = lost(cx, h, "connect");
	PQclear(r);
	return e;
}

static enum err
connect_to(struct cx *cx, const struct pg *pg, PGconn **out)
{
	/* The URL's own options win over those before it. */
	const char *const words[] = { "connect_timeout", "keepalives_idle",
		"keepalives_interval", "keepalives_count",
		"fallback_application_name", "dbname", NULL };
	const char *const values[] = { "5", "30", "10", "3", "logivery",
		pg->url, NULL };
	PGconn *h = PQconnectdbParams(words, values, 1);
	enum err e;

	PQsetNoticeReceiver(h, ignore, NULL);
	if (PQstatus(h) == CONNECTION_OK)
		e = greet(cx, h);
	else
		e = pg_why_refused(cx, pg->url, PQerrorMessage(h));
	if (e != OK) {
		PQfinish(h);
		return e;
	}
	/* Twice as fast as pglz; not every server has it. */
	PQclear(PQexec(h, "SET default_toast_compression = 'lz4'"));
	*out = h;
	return OK;
}

static void
conn_close(struct conn *c)
{
	cache_clear(&c->cache, mem_free);
	PQfinish(c->h);
	*c = (struct conn){ 0 };
}

/* Has the server hung up meanwhile?  Then its last words are there to read. */
static bool
is_alive(struct conn *c)
{
	struct pollfd p = { .fd = PQsocket(c->h), .events = POLLIN };

	if (c->stale || PQtransactionStatus(c->h) != PQTRANS_IDLE)
		return false;
	while (poll(&p, 1, 0) > 0)
		if (!PQconsumeInput(c->h) || PQstatus(c->h) != CONNECTION_OK)
			return false;
	return true;
}

static enum err
conn_ready(struct cx *cx, struct pg *pg, struct conn *c)
{
	enum err e;

	if (c->h != NULL && is_alive(c))
		return OK;
	conn_close(c);
	if ((e = pause_check(cx, &pg->pause)) != OK)
		return e;
	e = connect_to(cx, pg, &c->h);
	pause_note(cx, &pg->pause, e == OK);
	return e;
}

static void
pg_give(struct db *db, struct conn *c)
{
	conns_give(&((struct pg *)db->own)->pool, c);
}

static enum err
pg_take(struct cx *cx, struct db *db, struct conn **out)
{
	struct pg *pg = db->own;
	struct conn *c;
	enum err e;

	if ((e = conns_take(cx, &pg->pool, &c)) != OK)
		return e;
	if ((e = conn_ready(cx, pg, c)) == OK)
		*out = c;
	else
		pg_give(db, c);
	return e;
}

static enum err
pg_writer(struct cx *cx, struct db *db, struct conn **out)
{
	struct pg *pg = db->own;
	enum err e;

	if ((e = conn_ready(cx, pg, &pg->committer)) == OK)
		*out = &pg->committer;
	return e;
}

/* --- statements --- */

static void
read_cell(struct cx *cx, const PGresult *r, int row, int i, struct cell *cell)
{
	const char *text = PQgetvalue(r, row, i);

	*cell = (struct cell){ .type = CELL_NULL };
	if (PQgetisnull(r, row, i))
		return;
	cell->n = (size_t)PQgetlength(r, row, i);
	switch (PQftype(r, i)) {
	case OID_BOOL:
		cell->type = CELL_INT;
		cell->i = text[0] == 't';
		break;
	case OID_INT2:
	case OID_INT4:
	case OID_INT8:
		cell->type = CELL_INT;
		cell->i = strtoll(text, NULL, 10);
		break;
	case OID_BYTEA:
		pg_read_bytes(cx, text, cell);
		break;
	default:
		cell->type = CELL_TEXT;
		cell->p = text;
	}
}

static enum err
give_head(struct cx *cx, const PGresult *r, const struct query *q)
{
	const char *names[COLUMNS_MAX];
	int i, n = PQnfields(r);

	if (n > COLUMNS_MAX)
		return cx_fail(cx, ERR_BUG, "%s: %d columns", q->sql->name, n);
	for (i = 0; i < n; i++)
		names[i] = PQfname(r, i);
	return q->sink->head(cx, q->sink, names, (size_t)n);
}

static enum err
give_rows(struct cx *cx, const PGresult *r, const struct query *q)
{
	struct cell cells[COLUMNS_MAX];
	int row, i, n = PQnfields(r);
	enum err e;

	if ((e = give_head(cx, r, q)) != OK)
		return e;
	for (row = 0; row < PQntuples(r) && !q->sink->enough; row++) {
		for (i = 0; i < n; i++)
			read_cell(cx, r, row, i, &cells[i]);
		if ((e = q->sink->row(cx, q->sink, cells)) != OK)
			return e;
	}
	return OK;
}

/* Read what the pipelined statements answered; the first failure counts. */
static enum err
settle(struct cx *cx, struct conn *c)
{
	ExecStatusType is = PGRES_COMMAND_OK;
	const char *what = "pipeline";
	PGresult *r;
	int i = 0;
	enum err e = OK;

	if (c->piped == 0)
		return OK;
	if (PQpipelineSync(c->h) != 1)
		e = lost(cx, c->h, "pipeline");
	while (is != PGRES_PIPELINE_SYNC && PQstatus(c->h) == CONNECTION_OK) {
		if ((r = PQgetResult(c->h)) == NULL)
			continue; /* the end of one statement's answer */
		is = PQresultStatus(r);
		if (i < c->piped)
			what = c->sent[i++]->name;
		if (is != PGRES_PIPELINE_SYNC && e == OK)
			e = check(cx, c, r, what);
		PQclear(r);
	}
	if (e == OK && is != PGRES_PIPELINE_SYNC)
		e = lost(cx, c->h, "pipeline");
	c->piped = 0;
	c->piped_bytes = 0;
	PQexitPipelineMode(c->h);
	return e;
}

static enum err
find_name(struct cx *cx, struct conn *c, const struct sql *sql,
    const char **out)
{
	char name[64];
	PGresult *r;
	enum err e;

	if ((*out = cache_find(&c->cache, sql)) != NULL)
		return OK;
	if ((e = settle(cx, c)) != OK)
		return e;
	snprintf(name, sizeof(name), "%.48s_%u", sql->name, ++c->nprepared);
	r = PQprepare(c->h, name, sql->text[DB_PG], 0, NULL);
	if ((e = check(cx, c, r, sql->name)) == OK) {
		cache_add(&c->cache, sql, mem_text(name));
		*out = cache_find(&c->cache, sql);
	}
	PQclear(r);
	return e;
}

/* Send it and go on; how it went is known when the pipeline settles. */
static enum err
send_on(struct cx *cx, struct conn *c, const struct sql *sql, const char *name,
    const struct pg_params *p)
{
	if (c->piped == 0 && PQenterPipelineMode(c->h) != 1)
		return lost(cx, c->h, name);
	c->sent[c->piped++] = sql;
	c->piped_bytes += p->bytes;
	if (PQsendQueryPrepared(c->h, name, p->n, p->values, p->lengths,
		p->formats, 0) != 1)
		return lost(cx, c->h, name);
	if (c->piped >= PIPE_STATEMENTS || c->piped_bytes >= PIPE_BYTES)
		return settle(cx, c);
	return OK;
}

static enum err
run_now(struct cx *cx, struct conn *c, struct query *q, const char *name,
    const struct pg_params *p)
{
	PGresult *r;
	enum err e;

	if ((e = settle(cx, c)) != OK)
		return e;
	if (name == NULL)
		r = PQexecParams(c->h, q->sql->text[DB_PG], p->n, NULL,
		    p->values, p->lengths, p->formats, 0);
	else
		r = PQexecPrepared(c->h, name, p->n, p->values, p->lengths,
		    p->formats, 0);
	if ((e = check(cx, c, r, q->sql->name)) == OK) {
		q->changed = strtoll(PQcmdTuples(r), NULL, 10);
		if (q->sink != NULL)
			e = give_rows(cx, r, q);
	}
	PQclear(r);
	return e;
}

static enum err
pg_run(struct cx *cx, struct conn *c, struct query *q)
{
	struct pg_params p;
	const char *name = NULL;
	enum err e;

	pg_fill(&p, q->vals, q->n);
	if (!q->once && (e = find_name(cx, c, q->sql, &name)) != OK)
		return e;
	if (q->lazy && name != NULL)
		return send_on(cx, c, q->sql, name, &p);
	return run_now(cx, c, q, name, &p);
}

static enum err
pg_text(struct cx *cx, struct conn *c, const char *text)
{
	PGresult *r;
	enum err e;

	if ((e = settle(cx, c)) != OK)
		return e;
	r = PQexec(c->h, text);
	e = check(cx, c, r, "statements");
	PQclear(r);
	return e;
}

static enum err
pg_prepare(struct cx *cx, struct conn *c, struct query *q)
{
	const char *name;
	PGresult *r;
	enum err e;

	if ((e = find_name(cx, c, q->sql, &name)) != OK)
		return e;
	r = PQdescribePrepared(c->h, name);
	if ((e = check(cx, c, r, "describe")) == OK)
		e = give_head(cx, r, q);
	if (e == OK && PQnparams(r) != q->sql->params)
		e = cx_fail(cx, ERR_BUG, "has %d parameters, says %d",
		    PQnparams(r), q->sql->params);
	PQclear(r);
	return e;
}

static enum err
pg_control(struct cx *cx, struct conn *c, enum control what)
{
	PGresult *r;
	enum err e;

	e = settle(cx, c);
	if (e != OK && what != CONTROL_ROLLBACK && what != CONTROL_BACK)
		return e;
	r = PQexec(c->h, controls[what]);
	e = check(cx, c, r, controls[what]);
	/* COMMIT of a failed transaction succeeds, and does not commit. */
	if (e == OK && what == CONTROL_COMMIT &&
	    strcmp(PQcmdStatus(r), "COMMIT") != 0)
		e = cx_fail(cx, ERR_STORE, "COMMIT: PostgreSQL rolled back");
	else if (e != OK && what == CONTROL_COMMIT && PQstatus(c->h) != 0)
		cx_in(cx, e, "whether it was committed is not known: ");
	PQclear(r);
	return e;
}

static bool
pg_in_tx(struct conn *c)
{
	PGTransactionStatusType is = PQtransactionStatus(c->h);

	return is == PQTRANS_INTRANS || is == PQTRANS_INERROR ||
	    (is == PQTRANS_ACTIVE && c->piped > 0);
}

static bool
pg_raced(struct conn *c)
{
	return c->raced;
}

/* --- bells --- */

static const struct sql notify_sql = {
	.name = "notify",
	.text = { "", "SELECT pg_notify('logivery', $1)" },
	.params = 1,
};

static enum err
pg_notify(struct cx *cx, struct conn *c, const char *bell)
{
	const struct pg *pg = cx->db->own;
	char text[EARS_TEXT_SIZE];
	struct val v = val_text(text);
	struct query q = { .sql = &notify_sql, .vals = &v, .n = 1 };

	q.lazy = cx->tx != NULL && cx->tx->lazy;
	ears_text(pg->ears, bell, text);
	return pg_run(cx, c, &q);
}

/* What ears.c needs of libpq. */
static enum err
ear_open(struct cx *cx, struct db *db, struct ear *ear)
{
	struct conn c = { 0 };
	enum err e;

	if ((e = connect_to(cx, db->own, &c.h)) != OK)
		return e;
	if ((e = pg_text(cx, &c, "LISTEN logivery")) == OK)
		*ear = (struct ear){ c.h, PQsocket(c.h) };
	else
		PQfinish(c.h);
	return e;
}

static bool
ear_hear(struct db *db, struct ear *ear)
{
	PGnotify *n;

	if (!PQconsumeInput(ear->own) || PQstatus(ear->own) != CONNECTION_OK)
		return false;
	while ((n = PQnotifies(ear->own)) != NULL) {
		ears_heard(((struct pg *)db->own)->ears, n->extra);
		PQfreemem(n);
	}
	return true;
}

static void
ear_close(struct ear *ear)
{
	PQfinish(ear->own);
}

static void
pg_listen(struct db *db)
{
	ears_start(((struct pg *)db->own)->ears);
}

static void
pg_close(struct db *db)
{
	struct pg *pg = db->own;
	size_t i;

	ears_close(pg->ears);
	for (i = 0; i < pg->nconns; i++)
		conn_close(&pg->conns[i]);
	conn_close(&pg->committer);
	pause_close(&pg->pause);
	conns_close(&pg->pool);
	mem_free(pg->conns);
	mem_free(pg->url);
	mem_free(pg);
	db->own = NULL;
}

static enum err
pg_open(struct cx *cx, const struct db_conf *conf, struct db *db)
{
	struct pg *pg = mem_new(sizeof(*pg));
	static const struct ear_ops ear = { ear_open, ear_hear, ear_close };
	size_t i;
	enum err e;

	db->own = pg;
	pg->url = mem_text(conf->url);
	pause_open(&pg->pause);
	pg->nconns = conf->readers > 0 ? (size_t)conf->readers : POOL_DEFAULT;
	pg->conns = mem_new(pg->nconns * sizeof(*pg->conns));
	conns_open(&pg->pool, pg->nconns);
	for (i = 0; i < pg->nconns; i++)
		conns_give(&pg->pool, &pg->conns[i]);
	pg->ears = ears_open(db, &ear);
	if ((e = conn_ready(cx, pg, &pg->conns[pg->nconns - 1])) != OK)
		pg_close(db);
	return e;
}

const struct engine engine_pg = {
	.id = DB_PG,
	.own_tx = true,
	.hopes = true,
	.step_lock = "SET LOCAL statement_timeout = 0;"
		     "SET LOCAL lock_timeout = '60s';"
		     "SELECT pg_advisory_xact_lock(7305460182)",
	.open = pg_open,
	.close = pg_close,
	.take = pg_take,
	.give = pg_give,
	.writer = pg_writer,
	.control = pg_control,
	.in_tx = pg_in_tx,
	.raced = pg_raced,
	.run = pg_run,
	.text = pg_text,
	.prepare = pg_prepare,
	.notify = pg_notify,
	.listen = pg_listen,
	.now = {
	    .name = "now",
	    .text = { "", "SELECT floor(extract(epoch FROM clock_timestamp()) "
			  "* 1000)::bigint AS n" },
	},
};
