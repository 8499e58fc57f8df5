/*
 * limit_store.c - the least that makes a batch of webhooks durable.
 *
 * No dedupe beyond a unique index, no job, no sealing: what a program that
 * does more is held against.
 */
#include "limit.h"

#include <fcntl.h>
#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

enum { BATCH_MAX = 256 };

static void
need(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "limit: %s failed\n", what);
	exit(2);
}

/* --- a file --- */

static int file_fd;

static void
file_open(const char *where)
{
	file_fd = open(where, O_CREAT | O_WRONLY | O_APPEND, 0600);
	need(file_fd >= 0, where);
}

static void
file_keep(const struct item *i, size_t n)
{
	struct iovec v[2 * BATCH_MAX];
	size_t k = 0, all = 0;

	for (; i != NULL && n-- > 0; i = i->next) {
		v[k++] =
		    (struct iovec){ (void *)(uintptr_t)i->id, sizeof(i->id) };
		v[k++] =
		    (struct iovec){ (void *)(uintptr_t)i->body.p, i->body.n };
		all += sizeof(i->id) + i->body.n;
	}
	need(writev(file_fd, v, (int)k) == (ssize_t)all, "writev");
	need(fdatasync(file_fd) == 0, "fdatasync");
}

/* --- SQLite --- */

static sqlite3 *lite;
static sqlite3_stmt *lite_insert, *lite_begin, *lite_commit;

static const char lite_schema[] =
    "PRAGMA page_size=16384; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
    "PRAGMA wal_autocheckpoint=4000; PRAGMA cache_size=-8192;"
    "CREATE TABLE hook (id INTEGER PRIMARY KEY, hook_id TEXT NOT NULL UNIQUE,"
    " topic TEXT NOT NULL, shop TEXT NOT NULL, at INTEGER NOT NULL,"
    " state TEXT NOT NULL, body BLOB NOT NULL) STRICT;"
    "CREATE INDEX hook_new ON hook (id) WHERE state = 'new';";

static void
lite_prepare(const char *sql, sqlite3_stmt **s)
{
	need(sqlite3_prepare_v3(lite, sql, -1, SQLITE_PREPARE_PERSISTENT, s,
		 NULL) == SQLITE_OK,
	    sql);
}

static void
lite_open(const char *where)
{
	need(sqlite3_open(where, &lite) == SQLITE_OK, where);
	need(sqlite3_exec(lite, lite_schema, NULL, NULL, NULL) == SQLITE_OK,
	    "the schema");
	lite_prepare("INSERT INTO hook (hook_id, topic, shop, at, state, body)"
		     " VALUES (?, 'orders/create', 'bench', 1, 'new', ?)"
		     " ON CONFLICT DO NOTHING",
	    &lite_insert);
	lite_prepare("BEGIN IMMEDIATE", &lite_begin);
	lite_prepare("COMMIT", &lite_commit);
}

static void
lite_step(sqlite3_stmt *s)
{
	need(sqlite3_step(s) == SQLITE_DONE, sqlite3_sql(s));
	sqlite3_reset(s);
}

static void
lite_keep(const struct item *i, size_t n)
{
	lite_step(lite_begin);
	for (; i != NULL && n-- > 0; i = i->next) {
		sqlite3_bind_text(lite_insert, 1, i->id, -1, SQLITE_STATIC);
		sqlite3_bind_blob(lite_insert, 2, i->body.p, (int)i->body.n,
		    SQLITE_STATIC);
		lite_step(lite_insert);
	}
	lite_step(lite_commit);
}

/* --- PostgreSQL: BEGIN, n times INSERT, COMMIT in one pipeline --- */

static PGconn *pg;

static void
pg_open(const char *where)
{
	PGresult *r;

	pg = PQconnectdb(where);
	need(PQstatus(pg) == CONNECTION_OK, "connecting");
	r = PQexec(pg,
	    "SET client_min_messages = warning;"
	    "DROP TABLE IF EXISTS hook;"
	    "CREATE TABLE hook (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY"
	    " KEY, hook_id text NOT NULL UNIQUE, topic text NOT NULL,"
	    " shop text NOT NULL, at bigint NOT NULL, state text NOT NULL,"
	    " body bytea COMPRESSION lz4 NOT NULL);"
	    "CREATE INDEX hook_new ON hook (id) WHERE state = 'new'");
	need(PQresultStatus(r) == PGRES_COMMAND_OK, "the schema");
	PQclear(r);
	r = PQprepare(pg, "in",
	    "INSERT INTO hook (hook_id, topic, shop, at, state, body)"
	    " VALUES ($1, 'orders/create', 'bench', 1, 'new', $2::bytea)"
	    " ON CONFLICT DO NOTHING",
	    2, NULL);
	need(PQresultStatus(r) == PGRES_COMMAND_OK, "prepare");
	PQclear(r);
	need(PQenterPipelineMode(pg), "pipeline");
}

static void
pg_keep(const struct item *i, size_t n)
{
	PGresult *r;
	size_t sent = 2;
	int nothing = 0;

	need(PQsendQueryParams(pg, "BEGIN", 0, NULL, NULL, NULL, NULL, 0),
	    "BEGIN");
	for (; i != NULL && n-- > 0; i = i->next, sent++) {
		const char *v[] = { i->id, (const char *)i->body.p };
		int len[] = { 0, (int)i->body.n }, format[] = { 0, 1 };

		need(PQsendQueryPrepared(pg, "in", 2, v, len, format, 0), "in");
	}
	need(PQsendQueryParams(pg, "COMMIT", 0, NULL, NULL, NULL, NULL, 0),
	    "COMMIT");
	need(PQpipelineSync(pg), "sync");
	while (sent > 0 || nothing == 0) {
		r = PQgetResult(pg);
		if (r == NULL)
			continue;
		if (PQresultStatus(r) == PGRES_PIPELINE_SYNC) {
			nothing = 1;
		} else {
			need(PQresultStatus(r) == PGRES_COMMAND_OK,
			    PQresultErrorMessage(r));
			sent--;
		}
		PQclear(r);
	}
}

const struct limit_store limit_file = { "file", file_open, file_keep };
const struct limit_store limit_sqlite = { "sqlite", lite_open, lite_keep };
const struct limit_store limit_pg = { "pg", pg_open, pg_keep };
