/*
 * bulk.c - operations and their lines, and when one is worth it.
 *
 * Worth it is what costs more than a full bucket and ten seconds of points: by
 * single calls that takes longer than an operation does.  After one that
 * Shopify would not have, single calls go on for a while.
 */
#include "shopify/bulk.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/text.h"
#include "base/when.h"
#include "db/db.h"
#include "gen/sql.h"
#include "queue/row.h"
#include "shopify/budget.h"
#include "shopify/jobs.h"
#include "shopify/shop.h"

enum {
	PAUSE_MS = 10 * MINUTE_MS, /* after one that came to nothing */
	KEEP_DAYS = 7,
	COST_TAGS = 10,
	COST_READ = 68
};

static const struct field bulk_fields[] = {
	F_INT(struct bulk, id, 1, INT64_MAX),
	F_INT(struct bulk, shop, 1, INT64_MAX),
	F_INT(struct bulk, generation, 0, INT64_MAX),
	F_TEXT(struct bulk, lane, 1, 8),
	F_TEXT(struct bulk, verb, 1, 8),
	F_TEXT(struct bulk, mark, 36, 36),
	F_TEXT(struct bulk, state, 1, 16),
	F_WHEN(struct bulk, state_at),
	F_WHEN(struct bulk, begun_at),
	F_INT(struct bulk, fill_at, 0, INT64_MAX),
	F_TEXT_OPT(struct bulk, path, 1024),
	F_WHEN(struct bulk, called_at),
	F_TEXT_OPT(struct bulk, gid, 128),
	F_WHEN(struct bulk, made_at),
	F_INT(struct bulk, cancelled, 0, 1),
	F_INT(struct bulk, read_at, 0, INT64_MAX),
	F_INT(struct bulk, failures, 0, INT64_MAX),
	F_INT(struct bulk, lines, 0, INT64_MAX),
	F_INT(struct bulk, taken, 0, INT64_MAX),
	F_INT(struct bulk, told, 0, INT64_MAX),
	F_TEXT_OPT(struct bulk, code, 48),
	F_END,
};

static const struct field line_fields[] = {
	F_INT(struct bulk_line, ledger, 1, INT64_MAX),
	F_INT(struct bulk_line, line, 0, INT64_MAX),
	F_TEXT_OPT(struct bulk_line, tags, 1000),
	F_INT(struct bulk_line, picture, 0, 15),
	F_TEXT_OPT(struct bulk_line, order_id, 19),
	F_WHEN(struct bulk_line, updated_at),
	F_END,
};

/* --- operations --- */

enum err
bulk_find(struct cx *cx, int64_t shop, const char *lane, struct bulk *b)
{
	memset(b, 0, sizeof(*b));
	return db_one(cx, SQL_BULK_OP_LIVE, bulk_fields, b, V(shop), V(lane));
}

/* One that is there already is as good. */
static enum err
begin(struct cx *cx, const struct shop *shop, const char *lane)
{
	char mark[37];

	env_uuid(cx->env, mark);
	return db_exec(cx, SQL_BULK_OP_INSERT, V(shop->id), V(shop->generation),
	    V(lane), V(lane), V((char *)mark), V(cx->now));
}

enum err
bulk_set(struct cx *cx, const struct bulk *b)
{
	return db_exec(cx, SQL_BULK_OP_SET, V(b->id), V(b->state),
	    V(b->state_at), V(b->fill_at), V(b->path), V(b->called_at),
	    V(b->gid), V(b->made_at), V(b->cancelled), V(b->read_at),
	    V(b->failures), V(b->lines), V(b->taken), V(b->told), V(b->code),
	    V(b->verb));
}

enum err
bulk_move(struct cx *cx, struct bulk *b, const char *state)
{
	b->state = state;
	b->state_at = env_wall(cx->env);
	b->failures = 0;
	return bulk_set(cx, b);
}

enum err
bulk_trim(struct cx *cx, int64_t shop)
{
	return db_exec(cx, SQL_BULK_OP_TRIM, V(shop),
	    V(cx->now - KEEP_DAYS * DAY_MS));
}

/* --- lines --- */

enum err
bulk_holds(struct cx *cx, int64_t ledger, const char *lane, bool *yes)
{
	struct number n = { 0 };
	enum err e;

	e = db_one(cx, SQL_BULK_LINE_FIND, number_field, &n, V(ledger),
	    V(lane));
	*yes = n.n > 0;
	return e;
}

enum err
bulk_add_line(struct cx *cx, struct bulk *b, const struct bulk_line *l)
{
	int64_t fresh;
	enum err e;

	e = db_change(cx, SQL_BULK_LINE_INSERT, &fresh, V(l->ledger),
	    V(b->lane), V(b->id), V(b->lines), V(l->tags), V(l->picture));
	if (e == OK && fresh > 0)
		b->lines++;
	return e;
}

enum err
bulk_lines(struct cx *cx, const struct bulk *b, int64_t after,
    struct bulk_line **lines, size_t *n)
{
	return db_list(cx, SQL_BULK_LINE_LIST, line_fields, lines, n, V(b->id),
	    V(after), V(BULK_SLICE));
}

enum err
bulk_line_at(struct cx *cx, const struct bulk *b, int64_t line,
    struct bulk_line *l)
{
	memset(l, 0, sizeof(*l));
	return db_one(cx, SQL_BULK_LINE_AT, line_fields, l, V(b->id), V(line));
}

enum err
bulk_line_of(struct cx *cx, const struct bulk *b, const char *order_id,
    struct bulk_line *l)
{
	memset(l, 0, sizeof(*l));
	return db_one(cx, SQL_BULK_LINE_OF_ORDER, line_fields, l, V(b->shop),
	    V(order_id), V(b->id));
}

enum err
bulk_end_line(struct cx *cx, struct bulk *b, const struct bulk_line *l,
    bool taken)
{
	b->taken += taken;
	return db_exec(cx, SQL_BULK_LINE_DROP, V(l->ledger), V(b->lane));
}

bool
bulk_line_cut(struct bytes part, bool last, struct bytes *line)
{
	const unsigned char *end = NULL;

	if (part.n > 0)
		end = memchr(part.p, '\n', part.n);
	if (end == NULL && (!last || part.n == 0))
		return false;
	line->p = part.p;
	line->n = end != NULL ? (size_t)(end - part.p) + 1 : part.n;
	return true;
}

/* --- slices --- */

static enum err
slice_body(struct cx *cx, void *arg)
{
	const struct bulk_slice *s = arg;
	struct bulk b = *s->b; /* the body may run twice */
	size_t i;
	enum err e;

	for (i = 0; i < s->n; i++) {
		if ((e = s->each(cx, s, &b, i)) != OK)
			return e;
	}
	b.read_at += (int64_t)s->bytes;
	if ((e = bulk_set(cx, &b)) == OK)
		*s->b = b;
	return e;
}

enum err
bulk_slice_run(struct cx *cx, const struct bulk_slice *s)
{
	struct bulk_slice own = *s;

	return db_tx(cx, slice_body, &own);
}

enum err
bulk_slice_fill(struct cx *cx, const struct bulk_slice *s,
    const struct sql *list, int64_t since, bool *more)
{
	struct bulk_slice own = *s;
	struct number *ids;
	enum err e;

	e = db_list(cx, *list, number_field, &ids, &own.n, V(s->shop->id),
	    V(s->b->fill_at), V(BULK_SLICE), V(since));
	if (e != OK)
		return e;
	own.items = ids;
	*more =
	    own.n == BULK_SLICE && s->b->lines + BULK_SLICE < BULK_LINES_MAX;
	return bulk_slice_run(cx, &own);
}

enum err
bulk_slice_lines(struct cx *cx, const struct bulk_slice *s, bool *more)
{
	struct bulk_slice own = *s;
	struct bulk_line *lines;
	enum err e;

	if ((e = bulk_lines(cx, s->b, -1, &lines, &own.n)) != OK)
		return e;
	own.items = lines;
	*more = own.n == BULK_SLICE;
	return bulk_slice_run(cx, &own);
}

/* --- when --- */

/* At the head of the store's work: what it spares is worth more. */
static enum err
add_job(struct cx *cx, int64_t shop, const char *lane)
{
	return jobs_add_shop_now(cx,
	    text_equal(lane, BULK_TAGS) ? JOB_BULK_TAGS : JOB_BULK_READ, shop);
}

/* One is under way, or Shopify would not have the last one a while ago. */
static enum err
is_kept(struct cx *cx, int64_t shop, const char *lane, bool *yes)
{
	struct bulk last;
	enum err e;

	memset(&last, 0, sizeof(last));
	e = db_one(cx, SQL_BULK_OP_LAST, bulk_fields, &last, V(shop), V(lane));
	*yes = e == OK &&
	    (!text_equal(last.state, "done") ||
		(last.code != NULL && last.state_at + PAUSE_MS > cx->now));
	return e == ERR_MISSING ? OK : e;
}

static enum err
count(struct cx *cx, int64_t shop, const char *lane, int64_t limit, int64_t *n)
{
	struct number found = { 0 };
	enum err e;

	if (text_equal(lane, BULK_TAGS))
		e = db_one(cx, SQL_BULK_COUNT_TAGS, number_field, &found,
		    V(shop), V(limit), V(cx->now - BULK_REST_MS));
	else
		e = db_one(cx, SQL_BULK_COUNT_READ, number_field, &found,
		    V(shop), V(limit), V(cx->now - SHOP_DAYS_VISIBLE * DAY_MS));
	*n = found.n;
	return e;
}

static enum err
offer(struct cx *cx, const struct shop *shop, const char *lane)
{
	int64_t cost = text_equal(lane, BULK_TAGS) ? COST_TAGS : COST_READ;
	int64_t worth, n;
	bool kept;
	enum err e;

	if ((e = is_kept(cx, shop->id, lane, &kept)) != OK || kept)
		return e;
	if ((e = budget_soon(cx, shop->id, cost, &worth)) != OK)
		return e;
	if ((e = count(cx, shop->id, lane, worth + 1, &n)) != OK || n <= worth)
		return e;
	if ((e = begin(cx, shop, lane)) != OK)
		return e;
	return add_job(cx, shop->id, lane);
}

/* In a unit of its own: the caller's reason to wait is kept. */
enum err
bulk_offer(struct cx *cx, const struct shop *shop, const char *lane)
{
	struct cx side;
	enum err e;

	cx_part(&side, cx);
	e = offer(&side, shop, lane);
	cx_done(&side);
	return e;
}

enum err
bulk_resume(struct cx *cx, int64_t shop)
{
	struct bulk *live;
	size_t i, n;
	enum err e;

	e = db_list(cx, SQL_BULK_OP_LIVE_ALL, bulk_fields, &live, &n, V(shop));
	for (i = 0; e == OK && i < n; i++)
		e = add_job(cx, shop, live[i].lane);
	return e;
}

enum err
bulk_over(struct cx *cx, const struct shop *shop, const char *gid)
{
	struct bulk *live;
	size_t i, n;
	enum err e;

	e = db_list(cx, SQL_BULK_OP_LIVE_ALL, bulk_fields, &live, &n,
	    V(shop->id));
	for (i = 0; e == OK && i < n; i++) {
		if (text_equal(live[i].gid, gid))
			e = add_job(cx, shop->id, live[i].lane);
	}
	return e;
}
