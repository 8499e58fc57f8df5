/*
 * job_sweep_tag.c - orders that ask by their tag, found by searching.
 *
 * The search index lags and matches loosely, so a hit is only a candidate: it
 * is read by its id, and the ledger decides.
 *
 * A pass that runs out of points begins anew, so it waits until there are
 * enough for all of it, as far as it has seen: else it would spend again and
 * again what it waited for, and never end.
 */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "base/when.h"
#include "gen/gql.h"
#include "shopify/jobs.h"
#include "shopify/ledger.h"
#include "shopify/read.h"
#include "shopify/shop.h"
#include "shopify/sweep.h"

enum { PAGES_MAX = 10 };

static const char operation[] = "OrdersByTag";

/* *pages: how many were begun. */
static enum err
sweep(struct cx *cx, const struct shop *shop, enum tag tag, int64_t *pages)
{
	struct search s = {
		.document = GQL_ORDERS_BY_TAG,
		.operation = operation,
	};
	const char *cursor = NULL;
	struct sight *hits;
	size_t n;
	int page;
	enum err e;

	s.query = arena_printf(cx->mem, "tag:%s AND created_at:>=%s",
	    read_quote(cx, tag_name(tag)),
	    read_quote(cx,
		when_write(cx->mem, cx->now - SHOP_DAYS_VISIBLE * DAY_MS)));
	for (page = 0; page < PAGES_MAX; page++) {
		++*pages;
		e = read_search(cx, shop, &s, &cursor, &hits, &n);
		if (e == OK)
			e = sweep_look(cx, shop, hits, n);
		if (e != OK || cursor == NULL)
			return e;
	}
	return OK;
}

static enum err
pass(struct cx *cx, const struct shop *shop)
{
	int64_t wait, pages = 0;
	enum err e;

	if ((e = read_room(cx, shop, operation, 2)) != OK)
		return e;
	e = sweep(cx, shop, TAG_NO_SYNC, &pages);
	if (e == OK)
		e = sweep(cx, shop, TAG_ERROR, &pages);
	if (e != ERR_BUSY)
		return e;
	wait = cx->wait_ms;
	e = read_room(cx, shop, operation, pages + 1);
	if (e == OK) {
		cx->wait_ms = wait;
		e = ERR_BUSY;
	}
	return e;
}

static enum err
run(struct cx *cx, const struct job *job)
{
	struct shop shop;
	enum err e;

	if ((e = shop_find_id(cx, job->tenant, &shop)) != OK)
		return e;
	if (!shop_is_installed(&shop))
		return OK;
	return gql_rest(cx, pass(cx, &shop));
}

const struct job_kind job_sweep_tag = {
	.name = JOB_SWEEP_TAG,
	.title = "Look for tagged orders",
	.run = run,
	.attempts = 3,
	.backoff_s = 5,
	.backoff_max_s = 60,
};
