/*
 * job_dead.c - dead jobs, many at once.
 *
 * In slices, each a transaction: ten thousand jobs must not hold the writer.
 * What dies meanwhile again has been passed, so this ends.
 */
#include "queue/job.h"

#include "db/db.h"
#include "gen/sql.h"

enum { SLICE = 100 };

enum err
job_list_dead(struct cx *cx, const struct job_dead *d, struct job **list,
    size_t *n)
{
	return db_list(cx, SQL_JOB_LIST_DEAD, job_fields, list, n, V(d->tenant),
	    V(d->kind), V(d->before > 0 ? d->before : INT64_MAX), V(d->limit));
}

struct dead {
	int64_t id;
	const char *uuid;
};
static const struct field dead_fields[] = {
	F_INT(struct dead, id, 1, INT64_MAX),
	F_TEXT(struct dead, uuid, 36, 36),
	F_END,
};

struct redriving {
	int64_t tenant, after;
	const char *kind;
	int64_t seen, queued;
};

static enum err
slice(struct cx *cx, void *arg)
{
	struct redriving *r = arg;
	int64_t queued = 0;
	struct dead *list;
	size_t n, i;
	enum err e;

	e = db_list(cx, SQL_JOB_DEAD_LIST, dead_fields, &list, &n, V(r->tenant),
	    V(r->kind), V(r->after), V(SLICE));
	for (i = 0; e == OK && i < n; i++) {
		e = job_redrive(cx, list[i].uuid);
		if (e == OK)
			queued++;
		else if (e == ERR_CONFLICT) /* somebody was faster */
			e = OK;
	}
	if (e != OK)
		return e;
	r->seen = (int64_t)n;
	r->queued = queued;
	if (n > 0)
		r->after = list[n - 1].id;
	return OK;
}

enum err
job_redrive_all(struct cx *cx, int64_t tenant, const char *kind, int64_t *n)
{
	struct redriving r = { .tenant = tenant, .kind = kind };
	int64_t all = 0;
	enum err e;

	do {
		if ((e = db_tx(cx, slice, &r)) != OK)
			return e;
		all += r.queued;
	} while (r.seen == SLICE && !cx_stopped(cx));
	*n = all;
	return OK;
}
