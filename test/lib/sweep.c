/*
 * sweep.c - see sweep.h.
 *
 * "Nothing has changed" is not asked of some columns: a picture has every row
 * of every table, with what is in it.
 */
#include "lib/sweep.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "db/db.h"

enum { STEPS_MAX = 200 };

struct column {
	const char *of; /* its table */
	const char *name;
};

static const struct field column_fields[] = {
	F_TEXT(struct column, of, 1, 64),
	F_TEXT(struct column, name, 1, 64),
	F_END,
};

/* A table and all it holds. */
struct held {
	const char *name;
	const char *rows;
};

static const struct field held_fields[] = {
	F_TEXT(struct held, name, 1, 64),
	F_TEXT(struct held, rows, 0, INT64_MAX),
	F_END,
};

struct picture {
	struct held *tables;
	size_t n;
};

static const struct sql columns_sql = {
	.name = "columns",
	.text = {
	    [DB_SQLITE] = "SELECT m.name AS of, c.name AS name "
			  "FROM sqlite_master m, pragma_table_info(m.name) c "
			  "WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' "
			  "ORDER BY m.name, c.cid",
	    [DB_PG] = "SELECT CAST(table_name AS TEXT) AS of, "
		      "CAST(column_name AS TEXT) AS name "
		      "FROM information_schema.columns "
		      "WHERE table_schema = 'public' "
		      "ORDER BY table_name, ordinal_position",
	},
	.area = "test",
};

/* All rows as one text, and a column as text. */
static const char *const sums[] = {
	[DB_SQLITE] = "group_concat(r, char(10))",
	[DB_PG] = "string_agg(r, chr(10) ORDER BY r)",
};
static const char *const cells[] = {
	[DB_SQLITE] = "%squote(\"%s\")",
	[DB_PG] = "%squote_nullable(CAST(\"%s\" AS TEXT))",
};

static void
write_table(struct buf *b, enum db_engine engine, const struct column *c,
    size_t n)
{
	size_t i;

	if (b->n > 0)
		buf_text(b, " UNION ALL ");
	buf_printf(b,
	    "SELECT '%s' AS name, coalesce(%s, '') AS rows FROM (SELECT ",
	    c->of, sums[engine]);
	for (i = 0; i < n; i++)
		buf_printf(b, cells[engine], i == 0 ? "" : " || ',' || ",
		    c[i].name);
	buf_printf(b, " AS r FROM \"%s\" ORDER BY 1) AS t", c->of);
}

static const struct sql *
picture_sql(struct cx *cx)
{
	struct sql *sql = arena_alloc(cx->mem, sizeof(*sql));
	struct buf b = buf_new(cx->mem);
	struct column *c;
	size_t i, k, n;

	must(cx, db_list(cx, columns_sql, column_fields, &c, &n));
	assert_true(n > 0);
	for (i = 0; i < n; i = k) {
		for (k = i; k < n && strcmp(c[k].of, c[i].of) == 0; k++)
			;
		write_table(&b, db_engine(cx->db), &c[i], k - i);
	}
	buf_text(&b, " ORDER BY name");
	*sql = (struct sql){ "picture", { b.p, b.p }, 0, 0, "test" };
	return sql;
}

static struct picture
take_picture(struct cx *cx, const struct sql *sql)
{
	struct picture p;

	must(cx, db_list(cx, *sql, held_fields, &p.tables, &p.n));
	return p;
}

static void
assert_same(const struct sweep *s, int step, const struct picture *was,
    const struct picture *is)
{
	size_t i;

	assert_int_equal(was->n, is->n);
	for (i = 0; i < was->n; i++)
		if (strcmp(was->tables[i].rows, is->tables[i].rows) != 0)
			fail_msg("%s: step %d failed, and left of %s:\n%s\n"
				 "which was:\n%s",
			    s->name, step, was->tables[i].name,
			    is->tables[i].rows, was->tables[i].rows);
}

static void
assert_said(struct cx *cx, const struct sweep *s, int step, enum err e)
{
	if (e != ERR_STORE)
		fail_msg("%s: step %d failed, and it answered %s (%s)", s->name,
		    step, e == OK ? "OK" : err_row(e)->code, cx->why);
	assert_contains(cx->why, "on purpose");
}

/* Make `step` fail; true: it did. */
static bool
break_off(struct cx *cx, const struct sweep *s, void *world, int step)
{
	bool failed;
	enum err e;

	cx->why[0] = '\0';
	db_fail_at(cx->db, step);
	e = s->run(cx, world);
	failed = db_fail_left(cx->db) == 0;
	db_fail_at(cx->db, 0);
	if (failed)
		assert_said(cx, s, step, e);
	else
		must(cx, e);
	return failed;
}

int
sweep(struct cx *cx, const struct sweep *s, void *world)
{
	const struct sql *sql = picture_sql(cx);
	struct picture was, is;
	bool failed = true;
	int step;

	for (step = 1; failed; step++) {
		if (step > STEPS_MAX)
			fail_msg("%s: no end of steps", s->name);
		if (s->before != NULL)
			s->before(cx, world);
		was = take_picture(cx, sql);
		failed = break_off(cx, s, world, step);
		if (failed && !s->parts) {
			is = take_picture(cx, sql);
			assert_same(s, step, &was, &is);
		}
		if (failed)
			must(cx, s->run(cx, world));
		s->after(cx, world);
	}
	return step - 2;
}
