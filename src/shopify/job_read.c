/*
 * job_read.c - read an order by its id, because what we hold may not be true.
 *
 * Only its tags are in doubt: one point; else the whole of it.
 */
#include "base/arena.h"
#include "shopify/bulk.h"
#include "shopify/gql.h"
#include "shopify/jobs.h"
#include "shopify/ledger.h"
#include "shopify/read.h"
#include "shopify/shop.h"

static enum err
look(struct cx *cx, const struct shop *shop, const struct ledger *row)
{
	const char *id = row->order_id;
	struct sight seen;
	enum err e;

	e = read_sights(cx, shop, &id, 1, GQL_BACKGROUND, &seen);
	if (e != OK)
		return e;
	if (seen.id == NULL)
		return ledger_not_visible(cx, shop, id);
	return ledger_look(cx, shop, &seen);
}

/* Unless an operation reads it. */
static enum err
read_whole(struct cx *cx, const struct shop *shop, const struct ledger *row)
{
	struct orderdoc doc;
	bool held;
	enum err e;

	if ((e = bulk_holds(cx, row->id, BULK_READ, &held)) != OK || held)
		return e;
	e = read_to_ledger(cx, shop, row->order_id, GQL_BACKGROUND, &doc);
	if (e == ERR_BUSY)
		(void)bulk_offer(cx, shop, BULK_READ); /* or the next one */
	return e;
}

static enum err
run(struct cx *cx, const struct job *job)
{
	struct shop shop;
	struct ledger row;
	enum err e;

	if ((e = shop_find_id(cx, job->tenant, &shop)) != OK)
		return e;
	if (!shop_is_installed(&shop))
		return OK; /* found again by the next sweep */
	e = ledger_find_id(cx, job->subject, &row);
	if (e == ERR_MISSING || (e == OK && row.must_read == 0))
		return OK;
	if (e != OK)
		return e;
	e = row.must_read == 2 ? look(cx, &shop, &row)
			       : read_whole(cx, &shop, &row);
	if (e == ERR_MISSING || e == ERR_INPUT)
		return OK; /* the ledger knows */
	return gql_rest(cx, e);
}

const struct job_kind job_read = {
	.name = JOB_READ,
	.title = "Read an order from the store",
	.run = run,
	.attempts = 0,
	.backoff_s = 1,
	.backoff_max_s = 300,
};
