/*
 * order_list.c - orders by what people ask for, however many there are.
 *
 * Each question is answered from the index of the narrowest thing it names;
 * the rest is compared, row by row.  A page ends after as many rows as it
 * shows, so what counts is how many are looked at in vain: of words that many
 * orders have, but none together, a page gives up after some, and says where to
 * go on.
 */
#include "cloud/order.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "base/when.h"
#include "cloud/order_word.h"
#include "cloud/zone.h"
#include "db/db.h"
#include "gen/sql.h"
#include "queue/row.h"

enum { IDS_FIRST = 200, IDS_MORE = 5 };

const char *const due_words[] = {
	[DUE_ANY] = "any",
	[DUE_LATE] = "late",
	[DUE_TODAY] = "today",
	[DUE_TOMORROW] = "tomorrow",
	[DUE_LATER] = "later",
	[DUE_NONE] = "none",
	[DUE_MANAGED] = "managed",
	NULL,
};

struct range {
	int64_t from, below;
};

void
order_due_range(const struct cx *cx, const struct zone *z, enum due due,
    int64_t *from, int64_t *below)
{
	const struct zone *zone = z ? z : &zones[0];
	int64_t day = zone_day(zone, cx->now);
	int64_t tomorrow = zone_instant(zone, day + 1, 0);
	int64_t after = zone_instant(zone, day + 2, 0);
	const struct range ranges[] = {
		[DUE_ANY] = { -1, 0 },
		[DUE_LATE] = { 1, cx->now },
		[DUE_TODAY] = { cx->now, tomorrow },
		[DUE_TOMORROW] = { tomorrow, after },
		[DUE_LATER] = { after, INT64_MAX },
		[DUE_NONE] = { 0, 1 },
		[DUE_MANAGED] = { -1, 0 },
	};

	*from = ranges[due].from;
	*below = ranges[due].below;
}

bool
order_list_is_by_date(const struct order_filter *f)
{
	return f->due != DUE_ANY && f->due != DUE_MANAGED &&
	    text_is_empty(f->q);
}

static enum err
by_date(struct cx *cx, const struct order_filter *f, const struct range *r,
    struct order_page *out)
{
	return db_list(cx, SQL_ORDER_LIST_DUE, order_fields, &out->list,
	    &out->n, V(f->after_date), V(f->channel), V(f->status), V(f->state),
	    V(r->from), V(r->below), V(f->after_id), V(f->limit));
}

/* Few orders are in error or on their way, and most are synced. */
static const struct sql *
narrowest(const struct order_filter *f)
{
	if (f->state != NULL && !text_equal(f->state, "synced"))
		return &SQL_ORDER_LIST_STATE;
	if (f->due == DUE_MANAGED)
		return &SQL_ORDER_LIST_MANAGED;
	if (text_equal(f->status, "partial"))
		return &SQL_ORDER_LIST_STATUS;
	if (f->channel != 0)
		return &SQL_ORDER_LIST_CHANNEL;
	return f->status ? &SQL_ORDER_LIST_STATUS : NULL;
}

/* --- with words --- */

static enum err
newest(struct cx *cx, const struct order_filter *f, const struct order_query *q,
    const struct range *r, int64_t from, struct order_page *out)
{
	return db_list(cx, SQL_ORDER_LIST, order_fields, &out->list, &out->n,
	    V(f->before), V(f->channel), V(f->status), V(f->state), V(r->from),
	    V(r->below), V(f->due == DUE_MANAGED), V(f->limit), V(q->from[0]),
	    V(q->below[0]), V(q->from[1]), V(q->below[1]), V(q->from[2]),
	    V(q->below[2]), V(from));
}

/* A window of ids, below which the next page goes on. */
static enum err
from_newest(struct cx *cx, struct order_filter *f, const struct order_query *q,
    const struct range *r, struct order_page *out)
{
	struct number last;
	int64_t from;
	enum err e;

	e = db_one(cx, SQL_ORDER_LAST, number_field, &last);
	if (e != OK)
		return e;
	if (f->before > last.n)
		f->before = last.n + 1;
	from = f->before - ORDER_LOOK;
	out->rest = from > 1 ? from : 0;
	return newest(cx, f, q, r, from, out);
}

static enum err
some(struct cx *cx, const struct order_filter *f, const struct order_query *q,
    const struct range *r, const struct order_ids *ids, struct order_page *out)
{
	const char *none = NULL;
	int64_t room = f->limit - (int64_t)out->n;
	struct order *list;
	size_t n;
	enum err e;

	e = db_list(cx, SQL_ORDER_LIST_IDS, order_fields, &list, &n,
	    V(f->before), V(f->channel), V(f->status), V(f->state), V(r->from),
	    V(r->below), V(f->due == DUE_MANAGED), V(room), V(none), V(none),
	    V(q->from[1]), V(q->below[1]), V(q->from[2]), V(q->below[2]),
	    V(ids->text));
	if (e != OK)
		return e;
	if (n > 0)
		memcpy(out->list + out->n, list, n * sizeof(*list));
	out->n += n;
	return OK;
}

/* Slices of the entries, each larger than the one before: most pages are full
   after the first, and filters that let nothing through end soon, too. */
static enum err
from_entries(struct cx *cx, const struct order_filter *f,
    const struct order_query *q, const struct range *r, struct order_page *out)
{
	struct order_ids ids = { .before = f->before, .limit = IDS_FIRST };
	int64_t left = ORDER_LOOK;
	enum err e;

	out->list =
	    arena_alloc(cx->mem, (size_t)(f->limit + 1) * sizeof(*out->list));
	for (; left > 0 && (int64_t)out->n < f->limit; left -= ids.limit) {
		ids.limit =
		    left == ORDER_LOOK ? IDS_FIRST : ids.limit * IDS_MORE;
		if (ids.limit > left)
			ids.limit = left;
		if ((e = order_query_ids(cx, q, &ids)) != OK)
			return e;
		if (ids.n > 0 && (e = some(cx, f, q, r, &ids, out)) != OK)
			return e;
		if ((int64_t)ids.n < ids.limit) {
			out->rest = 0;
			return OK;
		}
		out->rest = ids.before = ids.last;
	}
	return OK;
}

static enum err
by_words(struct cx *cx, struct order_filter *f, struct order_query *q,
    const struct range *r, struct order_page *out)
{
	bool common;
	enum err e;

	if ((e = order_query_sort(cx, q, &common)) != OK)
		return e;
	return common ? from_newest(cx, f, q, r, out)
		      : from_entries(cx, f, q, r, out);
}

static enum err
find(struct cx *cx, struct order_filter *f, struct order_page *out)
{
	struct order_query q;
	const struct sql *sql;
	struct range r;

	if (f->before <= 0)
		f->before = INT64_MAX;
	order_due_range(cx, f->zone, f->due, &r.from, &r.below);
	if (order_list_is_by_date(f))
		return by_date(cx, f, &r, out);
	order_query_read(cx, f->q ? f->q : "", &q);
	if (q.from[0] != NULL)
		return by_words(cx, f, &q, &r, out);
	if ((sql = narrowest(f)) == NULL)
		return newest(cx, f, &q, &r, 0, out);
	return db_list(cx, *sql, order_fields, &out->list, &out->n,
	    V(f->before), V(f->channel), V(f->status), V(f->state), V(r.from),
	    V(r.below), V(f->due == DUE_MANAGED), V(f->limit));
}

enum err
order_list(struct cx *cx, const struct order_filter *asked,
    struct order_page *out)
{
	struct order_filter f = *asked;
	size_t limit =
	    (size_t)f.limit++; /* one more tells that there is more */
	enum err e;

	*out = (struct order_page){ .list = NULL };
	if ((e = find(cx, &f, out)) != OK)
		return e;
	if (out->n > limit) {
		out->n = limit;
		out->rest = out->list[limit - 1].id;
	}
	return OK;
}
