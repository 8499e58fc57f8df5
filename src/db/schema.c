/*
 * schema.c - bring the tables up to date, step by step.
 *
 * Each step is one transaction together with the row that records it, so a
 * crash leaves it done or not begun.  On PostgreSQL the transaction first
 * takes an advisory lock: of two nodes that start at once one waits, and then
 * finds the step done.
 */
#include "db/engine.h"

#include <string.h>

#include "base/arena.h"

/* Here and not in sql/: it must exist before the first schema does. */
static const char make_schema_step[] =
    "CREATE TABLE IF NOT EXISTS schema_step ("
    "area TEXT NOT NULL, number BIGINT NOT NULL, name TEXT NOT NULL, "
    "applied_at BIGINT NOT NULL, PRIMARY KEY (area, number))";

static const struct sql find_newest = {
	.name = "schema_step_newest",
	.text = { "SELECT area, max(number) AS number FROM schema_step "
		  "GROUP BY area ORDER BY area",
	    "SELECT area, max(number) AS number FROM schema_step "
	    "GROUP BY area ORDER BY area" },
};

/* SQLite reads every page; PostgreSQL has checksums of its own. */
static const struct sql find_damage = {
	.name = "schema_damage",
	.text = { "PRAGMA integrity_check(1)",
	    "SELECT 'ok' AS integrity_check" },
};

static const struct sql find_step = {
	.name = "schema_step_find",
	.text = { "SELECT area, number FROM schema_step "
		  "WHERE area = $1 AND number = $2",
	    "SELECT area, number FROM schema_step "
	    "WHERE area = $1 AND number = $2" },
	.params = 2,
};

static const struct sql insert_step = {
	.name = "schema_step_insert",
	.text = { "INSERT INTO schema_step (area, number, name, applied_at) "
		  "VALUES ($1, $2, $3, $4)",
	    "INSERT INTO schema_step (area, number, name, applied_at) "
	    "VALUES ($1, $2, $3, $4)" },
	.params = 4,
	.writes = 1,
};

struct step_row {
	const char *area;
	int64_t number;
};

static const struct field step_fields[] = {
	F_TEXT(struct step_row, area, 1, 64),
	F_INT(struct step_row, number, 1, INT64_MAX),
	F_END,
};

struct lists {
	const struct migration *const *list;
	size_t n;
};

static enum err
run_text(struct cx *cx, const char *what, const char *text)
{
	enum err e;

	if ((e = db_chance(cx, cx->db, what)) != OK)
		return e;
	if ((e = cx->db->engine->text(cx, cx->tx->conn, text)) != OK)
		return cx_in(cx, e, "%s: ", what);
	return OK;
}

static enum err
take_lock(struct cx *cx)
{
	const char *lock = cx->db->engine->step_lock;

	return lock == NULL ? OK : run_text(cx, "schema lock", lock);
}

static enum err
check_area(struct cx *cx, const struct lists *ls, const struct step_row *row)
{
	const struct migration *m;
	size_t i;

	for (i = 0; i < ls->n; i++) {
		m = ls->list[i];
		if (m->number == 0 || strcmp(m->area, row->area) != 0)
			continue;
		while (m[1].number != 0)
			m++;
		if (row->number <= m->number)
			return OK;
	}
	return cx_fail_code(cx, ERR_CONFLICT, "schema_newer",
	    "the database was made by a newer or another program (%s step "
	    "%lld): nothing was changed",
	    row->area, (long long)row->number);
}

static enum err
check_newer(struct cx *cx, void *arg)
{
	const struct lists *ls = arg;
	struct step_row *rows;
	size_t i, n;
	enum err e;

	if ((e = take_lock(cx)) != OK)
		return e;
	if ((e = run_text(cx, "schema_step", make_schema_step)) != OK)
		return e;
	if ((e = db_list(cx, find_newest, step_fields, &rows, &n)) != OK)
		return e;
	for (i = 0; i < n; i++)
		if ((e = check_area(cx, ls, &rows[i])) != OK)
			return e;
	return OK;
}

struct step {
	const struct migration *m;
};

static enum err
apply(struct cx *cx, void *arg)
{
	const struct migration *m = ((const struct step *)arg)->m;
	struct step_row row;
	enum err e;

	if ((e = take_lock(cx)) != OK)
		return e;
	e = db_one(cx, find_step, step_fields, &row, V(m->area), V(m->number));
	if (e != ERR_MISSING)
		return e; /* done already, or failed */
	e = run_text(cx, m->name, m->text[cx->db->engine->id]);
	if (e != OK)
		return e;
	return db_exec(cx, insert_step, V(m->area), V(m->number), V(m->name),
	    V(cx->now));
}

enum err
db_migrate(struct cx *cx, const struct migration *const *list, size_t n)
{
	struct lists ls = { list, n };
	const struct migration *m;
	size_t i;
	enum err e;

	if ((e = db_tx(cx, check_newer, &ls)) != OK)
		return e;
	for (i = 0; i < n; i++)
		for (m = list[i]; m->number != 0; m++) {
			e = db_tx(cx, apply, &(struct step){ m });
			if (e != OK)
				return cx_in(cx, e, "schema %s %d: ", m->area,
				    m->number);
		}
	return OK;
}

/* --- looking --- */

struct damage_row {
	const char *integrity_check;
};

static const struct field damage_fields[] = {
	F_TEXT(struct damage_row, integrity_check, 0, 4096),
	F_END,
};

static enum err
check_damage(struct cx *cx)
{
	struct damage_row row;
	char *what, *c;
	enum err e;

	if ((e = db_one(cx, find_damage, damage_fields, &row)) != OK)
		return e;
	if (strcmp(row.integrity_check, "ok") == 0)
		return OK;
	what = arena_text(cx->mem, row.integrity_check);
	for (c = what; *c != '\0'; c++)
		*c = *c == '\n' ? ' ' : *c;
	return cx_fail(cx, ERR_STORE,
	    "the database is damaged (%s): restore a backup", what);
}

static enum err
check_older(struct cx *cx, const struct migration *m,
    const struct step_row *rows, size_t n)
{
	size_t i;

	if (m->number == 0)
		return OK;
	while (m[1].number != 0)
		m++;
	for (i = 0; i < n; i++) {
		if (strcmp(rows[i].area, m->area) == 0 &&
		    rows[i].number >= m->number)
			return OK;
	}
	return cx_fail_code(cx, ERR_CONFLICT, "schema_older",
	    "the schema is not up to date (%s): run migrate, or serve",
	    m->area);
}

enum err
db_check(struct cx *cx, const struct migration *const *list, size_t n)
{
	struct lists ls = { list, n };
	struct step_row *rows;
	size_t i, nrows;
	enum err e;

	if ((e = check_damage(cx)) != OK)
		return e;
	e = db_list(cx, find_newest, step_fields, &rows, &nrows);
	if (e != OK)
		return cx_in(cx, e, "no schema; run migrate, or serve: ");
	for (i = 0; i < nrows; i++)
		if ((e = check_area(cx, &ls, &rows[i])) != OK)
			return e;
	for (i = 0; i < n; i++)
		if ((e = check_older(cx, list[i], rows, nrows)) != OK)
			return e;
	return OK;
}
