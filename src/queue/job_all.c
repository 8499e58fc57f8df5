/*
 * job_all.c - many jobs added at once: see job.h.
 *
 * One statement inserts them all.  Those that met a waiting job left no row:
 * each of them is added as if it came alone, after the others.
 */
#include "queue/job.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/env.h"
#include "db/db.h"
#include "gen/sql.h"
#include "queue/row.h"

struct adding_all {
	const struct job_new *in;
	size_t n;
	struct job_ref *refs; /* n of them */
};

static const struct field added_fields[] = {
	F_INT(struct job, id, 1, INT64_MAX),
	F_TEXT(struct job, uuid, 36, 36),
	F_END,
};

static void
write_one(struct cx *cx, struct buf *b, const struct job_new *in,
    const char *uuid)
{
	bool later = in->run_at > cx->now;

	buf_printf(b, "%s[\"%s\",", b->n > 1 ? "," : "", uuid);
	list_text(cx, b, in->kind);
	buf_printf(b, ",%" PRId64 ",", in->tenant);
	list_text(cx, b, in->key);
	buf_char(b, ',');
	list_text(cx, b, in->once);
	buf_printf(b, ",%" PRId64 ",", in->subject);
	list_text(cx, b, in->args);
	buf_printf(b, ",%" PRId64 ",%" PRId64 ",%d]", in->prio,
	    later ? in->run_at : cx->now, later);
}

/* Whose UUID came back?  They come in order, but for those left out. */
static void
mark_fresh(struct adding_all *a, const struct job *added, size_t nadded)
{
	size_t i, k = 0;

	for (i = 0; i < a->n; i++) {
		a->refs[i].fresh =
		    k < nadded && strcmp(added[k].uuid, a->refs[i].uuid) == 0;
		k += a->refs[i].fresh;
	}
}

static int
by_id(const void *a, const void *b)
{
	const struct job *j = a, *k = b;

	return (j->id > k->id) - (j->id < k->id);
}

static enum err
insert_all(struct cx *cx, struct adding_all *a)
{
	struct buf b = buf_new(cx->mem);
	struct job *added;
	size_t i, nadded;
	enum err e;

	buf_char(&b, '[');
	for (i = 0; i < a->n; i++) {
		env_uuid(cx->env, a->refs[i].uuid);
		write_one(cx, &b, &a->in[i], a->refs[i].uuid);
		db_ring(cx, a->in[i].run_at > cx->now ? "due" : "job");
	}
	buf_char(&b, ']');
	e = db_list(cx, SQL_JOB_INSERT_ALL, added_fields, &added, &nadded,
	    V((const char *)b.p), V(cx->now));
	if (e != OK)
		return e;
	qsort(added, nadded, sizeof(*added), by_id);
	mark_fresh(a, added, nadded);
	return OK;
}

static enum err
add_body(struct cx *cx, void *arg)
{
	struct adding_all *a = arg;
	size_t i;
	enum err e;

	if ((e = insert_all(cx, a)) != OK)
		return e;
	for (i = 0; i < a->n && e == OK; i++)
		if (!a->refs[i].fresh)
			e = job_add(cx, &a->in[i], &a->refs[i]);
	return e;
}

enum err
job_add_all(struct cx *cx, const struct job_new *in, size_t n,
    struct job_ref *refs)
{
	struct adding_all a = { in, n, refs };

	if (n == 0)
		return OK;
	if (refs == NULL)
		a.refs = arena_alloc(cx->mem, n * sizeof(*a.refs));
	return tx_join(cx, add_body, &a);
}
