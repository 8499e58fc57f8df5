/*
 * jobs.c - adding the Shopify app's work to the queue.
 *
 * Everything is added once: what runs reads what is true then, so a second one
 * that waits would find nothing to do.
 */
#include "shopify/jobs.h"

#include <inttypes.h>

#include "base/arena.h"
#include "db/db.h"
#include "gen/sql.h"
#include "queue/row.h"

static enum err
add_shop(struct cx *cx, const char *kind, int64_t shop, int64_t prio,
    int64_t run_at)
{
	struct job_new j = {
		.kind = kind,
		.tenant = shop,
		.key = kind,
		.once = kind,
		.subject = shop,
		.prio = prio,
		.run_at = run_at,
	};

	return job_add(cx, &j, NULL);
}

enum err
jobs_add_shop_at(struct cx *cx, const char *kind, int64_t shop, int64_t run_at)
{
	return add_shop(cx, kind, shop, 0, run_at);
}

enum err
jobs_add_shop(struct cx *cx, const char *kind, int64_t shop)
{
	return add_shop(cx, kind, shop, 0, 0);
}

enum err
jobs_add_shop_now(struct cx *cx, const char *kind, int64_t shop)
{
	return add_shop(cx, kind, shop, -1, 0);
}

enum err
jobs_add_order(struct cx *cx, const char *kind, int64_t shop, int64_t ledger)
{
	struct job_new j = {
		.kind = kind,
		.tenant = shop,
		.key = arena_printf(cx->mem, "%s:%" PRId64, kind, ledger),
		.subject = ledger,
	};

	j.once = j.key;
	return job_add(cx, &j, NULL);
}

enum err
jobs_waiting(struct cx *cx, int64_t shop, int64_t most, int64_t *n)
{
	struct number count;
	enum err e;

	e = db_one(cx, SQL_JOBS_WAITING, number_field, &count, V(shop),
	    V(most));
	if (e == OK)
		*n = count.n;
	return e;
}
