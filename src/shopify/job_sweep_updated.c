/*
 * job_sweep_updated.c - what webhooks missed: everything changed since the last
 * full pass, with ten minutes of overlap.
 *
 * Pages are sorted by updated_at.  How far we are is stored only after the last
 * page: a pass that breaks off, for a cursor that Shopify does not take any
 * more or for anything else, begins again.
 */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "base/when.h"
#include "db/db.h"
#include "gen/gql.h"
#include "gen/sql.h"
#include "shopify/jobs.h"
#include "shopify/ledger.h"
#include "shopify/read.h"
#include "shopify/shop.h"
#include "shopify/sweep.h"

enum { OVERLAP_MS = 10 * MINUTE_MS, PAGES_MAX = 200 };

static enum err
pass(struct cx *cx, const struct shop *shop, size_t *found)
{
	int64_t since = shop->swept_at - OVERLAP_MS;
	struct search s = {
		.document = GQL_ORDERS_CHANGED,
		.operation = "OrdersChanged",
	};
	const char *cursor = NULL;
	struct sight *hits;
	size_t n;
	int page;
	enum err e;

	s.query = arena_printf(cx->mem, "updated_at:>=%s AND created_at:>=%s",
	    read_quote(cx, when_write(cx->mem, since)),
	    read_quote(cx,
		when_write(cx->mem, cx->now - SHOP_DAYS_VISIBLE * DAY_MS)));
	for (page = 0; page < PAGES_MAX; page++) {
		e = read_search(cx, shop, &s, &cursor, &hits, &n);
		if (e == OK)
			e = sweep_look(cx, shop, hits, n);
		if (e != OK)
			return e;
		*found += n;
		if (cursor == NULL)
			break;
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
	return e;
}

static enum err
run(struct cx *cx, const struct job *job)
{
	int64_t began = cx->now;
	struct shop shop;
	size_t found = 0;
	enum err e;

	if ((e = shop_find_id(cx, job->tenant, &shop)) != OK)
		return e;
	if (!shop_is_installed(&shop))
		return OK;
	e = pass(cx, &shop, &found);
	if (e == OK)
		e = db_exec(cx, SQL_SHOP_SET_SWEPT, V(shop.id), V(began));
	if (e == OK)
		e = mend(cx, &shop);
	if (e == OK)
		job_result(cx, job, "%zu orders changed lately", found);
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
