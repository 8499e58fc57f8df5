/*
 * event.c - see event.h.
 *
 * A filter may name anything; the rows are found by the index of the narrowest
 * thing it names (job, order, tenant), the rest is compared.  What is new, for
 * who follows live, is a short walk behind an id.  What is compared has no
 * index, and may be rare among millions: pages of it look a window at a time.
 */
#include "queue/event.h"

#include <assert.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/text.h"
#include "db/db.h"
#include "gen/sql.h"
#include "queue/row.h"

const struct field event_fields[] = {
	F_INT(struct event, id, 1, INT64_MAX),
	F_WHEN(struct event, at),
	F_INT(struct event, tenant, 0, INT64_MAX),
	F_TEXT(struct event, level, 4, 5),
	F_TEXT(struct event, step, 1, 64),
	F_TEXT_OPT(struct event, job, 36),
	F_TEXT_OPT(struct event, order_id, 64),
	F_TEXT_OPT(struct event, order_name, 64),
	F_TEXT(struct event, text, 1, 1000),
	F_TEXT_OPT(struct event, reason, 1000),
	F_TEXT_OPT(struct event, next, 1000),
	F_TEXT(struct event, origin, 1, 16),
	F_TEXT_OPT(struct event, ext_id, 128),
	F_END,
};

const struct field event_out_fields[] = {
	F_INT(struct event, id, 1, INT64_MAX),
	F_WHEN(struct event, at),
	F_TEXT(struct event, level, 4, 5),
	F_TEXT(struct event, step, 1, 64),
	F_TEXT_OPT(struct event, job, 36),
	F_TEXT_OPT(struct event, order_id, 64),
	F_TEXT_OPT(struct event, order_name, 64),
	F_TEXT(struct event, text, 1, 1000),
	F_TEXT_OPT(struct event, reason, 1000),
	F_TEXT_OPT(struct event, next, 1000),
	F_TEXT(struct event, origin, 1, 16),
	F_END,
};

static enum err
add_body(struct cx *cx, void *arg)
{
	const struct event *ev = arg;

	db_ring(cx, "event");
	return db_exec(cx, SQL_EVENT_INSERT, V(ev->at), V(ev->tenant),
	    V(ev->level), V(ev->step), V(ev->job), V(ev->order_id),
	    V(ev->order_name), V(ev->text), V(ev->reason), V(ev->next),
	    V(ev->origin), V(ev->ext_id));
}

enum err
event_add(struct cx *cx, const struct event *ev)
{
	struct event copy = *ev;

	if (copy.at == 0)
		copy.at = cx->now;
	return tx_join(cx, add_body, &copy);
}

/* A LIKE pattern for "contains": what it means is meant literally. */
static const char *
pattern(struct cx *cx, const char *q)
{
	struct buf b = buf_new(cx->mem);

	if (text_is_empty(q))
		return NULL;
	buf_char(&b, '%');
	for (; *q != '\0'; q++) {
		if (*q == '%' || *q == '_' || *q == '!')
			buf_char(&b, '!');
		buf_char(&b, *q);
	}
	buf_char(&b, '%');
	return b.p;
}

/* The statements count levels as log.h does. */
static int64_t
rank(const char *level)
{
	int i;

	for (i = LEVEL_DEBUG; level != NULL && i <= LEVEL_ERROR; i++)
		if (text_equal(level, level_name((enum level)i)))
			return i;
	return LEVEL_DEBUG;
}

static const struct sql *
narrowest(const struct event_filter *f)
{
	if (f->after > 0)
		return &SQL_EVENT_LIST_AFTER;
	if (f->job != NULL)
		return &SQL_EVENT_LIST_JOB;
	if (f->order_id != NULL)
		return &SQL_EVENT_LIST_ORDER;
	return f->tenant != 0 ? &SQL_EVENT_LIST_TENANT : &SQL_EVENT_LIST;
}

enum err
event_list(struct cx *cx, const struct event_filter *f, struct event **rows,
    size_t *n)
{
	int64_t id = f->before > 0 ? f->before : INT64_MAX;

	if (f->after > 0)
		id = f->after;
	return db_list(cx, *narrowest(f), event_fields, rows, n, V(f->tenant),
	    V(f->job), V(f->order_id), V(rank(f->level)), V(id),
	    V(pattern(cx, f->q)), V(f->limit), V(f->from));
}

struct ends {
	int64_t first, last;
};
static const struct field ends_fields[] = {
	F_INT(struct ends, first, 0, INT64_MAX),
	F_INT(struct ends, last, 0, INT64_MAX),
	F_END,
};

/* Of a job or an order there are few. */
static bool
is_walk(const struct event_filter *f)
{
	return f->job == NULL && f->order_id == NULL &&
	    (!text_is_empty(f->q) || rank(f->level) > LEVEL_DEBUG);
}

/* The window below f->before; *rest: where the next one begins. */
static enum err
window(struct cx *cx, struct event_filter *f, int64_t *rest)
{
	struct ends ends;
	enum err e;

	*rest = 0;
	if (!is_walk(f))
		return OK;
	e = db_one(cx, SQL_EVENT_ENDS, ends_fields, &ends);
	if (e != OK)
		return e;
	if (f->before <= 0 || f->before > ends.last)
		f->before = ends.last + 1;
	f->from = f->before - EVENT_LOOK;
	*rest = f->from > ends.first ? f->from : 0;
	return OK;
}

enum err
event_page(struct cx *cx, const struct event_filter *asked, struct event **rows,
    size_t *n, int64_t *rest)
{
	struct event_filter f = *asked;
	size_t limit =
	    (size_t)f.limit++; /* one more tells that there is more */
	enum err e;

	if ((e = window(cx, &f, rest)) != OK ||
	    (e = event_list(cx, &f, rows, n)) != OK)
		return e;
	if (*n > limit) {
		*n = limit;
		*rest = (*rows)[limit - 1].id;
	}
	return OK;
}

enum err
event_list_story(struct cx *cx, const struct event_story *s,
    struct event **rows, size_t *n)
{
	return db_list(cx, SQL_EVENT_LIST_STORY, event_fields, rows, n,
	    V(s->order_id), V(s->at > 0 ? s->at : INT64_MAX), V(s->id),
	    V(s->limit));
}

enum err
event_name_order(struct cx *cx, int64_t tenant, const char *order_id,
    const char *name)
{
	return db_exec(cx, SQL_EVENT_NAME_ORDER, V(tenant), V(order_id),
	    V(name));
}

enum err
event_trim(struct cx *cx, int64_t age_ms, int64_t rows)
{
	struct number last;
	enum err e;

	e = trim_slices(cx, &SQL_EVENT_TRIM_OLD, cx->now - age_ms);
	if (e != OK)
		return e;
	e = db_one(cx, SQL_EVENT_NTH, number_field, &last, V(rows));
	if (e != OK)
		return e == ERR_MISSING ? OK : e;
	return trim_slices(cx, &SQL_EVENT_TRIM_ROWS, last.n);
}
