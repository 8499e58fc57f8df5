/*
 * job_sweep_updated.c - what webhooks missed: everything changed since the last
 * full pass, with ten minutes of overlap.
 *
 * Pages are sorted by updated_at.  How far a pass came is stored after each
 * page, so that one that breaks off, for want of points or for anything else,
 * goes on there: it ends however slow it is.  By the cursor, since of one
 * second there may be more orders than a page holds; by the time alone if
 * Shopify will not have the cursor.  What it began with counts as seen only
 * after its last page.
 */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "base/when.h"
#include "db/db.h"
#include "gen/gql.h"
#include "gen/sql.h"
#include "shopify/bulk.h"
#include "shopify/jobs.h"
#include "shopify/ledger.h"
#include "shopify/read.h"
#include "shopify/shop.h"
#include "shopify/sweep.h"

enum {
	OVERLAP_MS = 10 * MINUTE_MS,
	LAG_MS = MINUTE_MS, /* of the search's index, and more */
	PAGES_MAX = 200
};

static const char operation[] = "OrdersChanged";

static const char *
query(struct cx *cx, const struct shop *shop)
{
	int64_t since = shop->sweep_began != 0 ? shop->sweep_at
					       : shop->swept_at - OVERLAP_MS;

	return arena_printf(cx->mem, "updated_at:>=%s AND created_at:>=%s",
	    read_quote(cx, when_write(cx->mem, since)),
	    read_quote(cx,
		when_write(cx->mem, cx->now - SHOP_DAYS_VISIBLE * DAY_MS)));
}

/* Up to where all is seen now. */
static int64_t
mark(struct cx *cx, const struct shop *shop, int64_t newest)
{
	int64_t began = shop->sweep_began != 0 ? shop->sweep_began : cx->now;
	int64_t seen =
	    newest != 0 ? newest + OVERLAP_MS - LAG_MS : shop->swept_at;

	return seen < began ? seen : began;
}

/* *over: that was the last one; else how far it came is stored. */
static enum err
page(struct cx *cx, const struct shop *shop, const struct search *s,
    const char **cursor, int64_t *newest, bool *over)
{
	int64_t began = shop->sweep_began != 0 ? shop->sweep_began : cx->now;
	struct sight *hits;
	size_t n;
	enum err e;

	if ((e = read_room(cx, shop, operation, 1)) != OK)
		return e;
	if ((e = read_search(cx, shop, s, cursor, &hits, &n)) != OK)
		return e;
	if ((e = sweep_look(cx, shop, hits, n)) != OK)
		return e;
	if (n > 0)
		*newest = hits[n - 1].updated_at;
	*over = *cursor == NULL;
	if (*over)
		return db_exec(cx, SQL_SHOP_SET_SWEPT, V(shop->id),
		    V(mark(cx, shop, *newest)));
	if (n == 0)
		return OK;
	return db_exec(cx, SQL_SHOP_SET_SWEEP, V(shop->id), V(began),
	    V(*newest), V(*cursor));
}

/* A cursor that is refused is forgotten; the next try goes on by the time. */
static enum err
forget_cursor(struct cx *cx, const struct shop *shop, enum err why)
{
	struct cx side;
	enum err e;

	if (shop->sweep_cursor == NULL || why != ERR_BUG)
		return why;
	cx_child(&side, cx);
	e = db_exec(&side, SQL_SHOP_SET_SWEEP, V(shop->id),
	    V(shop->sweep_began), V(shop->sweep_at), V((const char *)NULL));
	cx_done(&side);
	return e != OK ? e
		       : cx_fail_code(cx, ERR_UPSTREAM, "cursor_refused",
			     "Shopify does not know the place in its list any "
			     "more; the search goes on by the time");
}

static enum err
pass(struct cx *cx, const struct shop *shop, bool *over)
{
	struct search s = {
		.document = GQL_ORDERS_CHANGED,
		.operation = operation,
		.query = query(cx, shop),
	};
	int64_t newest = shop->sweep_began != 0 ? shop->sweep_at : 0;
	const char *cursor = shop->sweep_cursor;
	int i;
	enum err e;

	*over = false;
	for (i = 0; i < PAGES_MAX && !*over && !cx_stopped(cx); i++) {
		e = page(cx, shop, &s, &cursor, &newest, over);
		if (e != OK)
			return i == 0 ? forget_cursor(cx, shop, e) : e;
	}
	return OK;
}

/* Rows whose reading or writing job was lost, if such a thing can be. */
static enum err
mend(struct cx *cx, const struct shop *shop)
{
	static const struct field id_field[] = {
		F_INT(struct ledger, id, 1, INT64_MAX),
		F_END,
	};
	struct ledger *rows;
	size_t i, n;
	enum err e;

	e = db_list(cx, SQL_LEDGER_UNREAD, ledger_fields, &rows, &n,
	    V(shop->id));
	for (i = 0; e == OK && i < n; i++)
		e = jobs_add_order(cx, JOB_READ, shop->id, rows[i].id);
	if (e == OK)
		e = db_list(cx, SQL_LEDGER_UNSHOWN, id_field, &rows, &n,
		    V(shop->id));
	for (i = 0; e == OK && i < n; i++)
		e = jobs_add_order(cx, JOB_TAGS, shop->id, rows[i].id);
	return e == OK ? bulk_resume(cx, shop->id) : e;
}

static enum err
run(struct cx *cx, const struct job *job)
{
	struct shop shop;
	bool over = false;
	enum err e;

	if ((e = shop_find_id(cx, job->tenant, &shop)) != OK)
		return e;
	if (!shop_is_installed(&shop))
		return OK;
	e = pass(cx, &shop, &over);
	if (e == OK && over)
		e = mend(cx, &shop);
	else if (e == OK)
		e = jobs_add_shop(cx, JOB_SWEEP_UPDATED, shop.id);
	return gql_rest(cx, e);
}

const struct job_kind job_sweep_updated = {
	.name = JOB_SWEEP_UPDATED,
	.title = "Look for changed orders",
	.run = run,
	.attempts = 3,
	.backoff_s = 5,
	.backoff_max_s = 60,
};
