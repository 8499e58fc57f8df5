/*
 * job_trim.c - drop what is not needed any more, and say so of orders that
 * grew too old while they waited.
 */
#include <string.h>

#include "base/arena.h"
#include "base/when.h"
#include "db/db.h"
#include "gen/sql.h"
#include "queue/event.h"
#include "queue/job.h"
#include "shopify/bulk.h"
#include "shopify/fulfil.h"
#include "shopify/hook.h"
#include "shopify/jobs.h"
#include "shopify/ledger.h"
#include "shopify/shop.h"

enum {
	BODY_DAYS = 7,
	NOTE_DAYS = 7,
	EVENT_DAYS = 90,
	EVENT_ROWS = 1000000,
	JOB_DAYS = 30,
	HEARD_MS = 15 * MINUTE_MS
};

static enum err
trim_inbox(struct cx *cx, int64_t shop)
{
	return db_exec(cx, SQL_INBOX_TRIM, V(shop),
	    V(cx->now - HOOK_KEEP_DAYS * DAY_MS),
	    V(cx->now - HOOK_DEAD_DAYS * DAY_MS));
}

static enum err
trim_rows(struct cx *cx, int64_t shop)
{
	const struct {
		const struct sql *sql;
		int64_t age_ms;
	} rows[] = {
		{ &SQL_ORDERBODY_TRIM, BODY_DAYS * DAY_MS },
		{ &SQL_OUTNOTE_TRIM, NOTE_DAYS * DAY_MS },
		{ &SQL_PULLED_TRIM, BODY_DAYS * DAY_MS },
		{ &SQL_HEARD_TRIM, HEARD_MS },
	};
	size_t i;
	enum err e;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		e = db_exec(cx, *rows[i].sql, V(shop),
		    V(cx->now - rows[i].age_ms));
		if (e != OK)
			return e;
	}
	e = trim_inbox(cx, shop);
	if (e == OK)
		e = trim_inbox(cx, 0); /* of shops we do not know */
	return e;
}

static enum err
too_old(struct cx *cx, const struct shop *shop)
{
	struct ledger *rows;
	size_t i, n;
	enum err e;

	e = db_list(cx, SQL_LEDGER_TOO_OLD, ledger_fields, &rows, &n,
	    V(shop->id), V(cx->now - SHOP_DAYS_VISIBLE * DAY_MS));
	for (i = 0; e == OK && i < n; i++)
		e = ledger_not_visible(cx, shop, rows[i].order_id);
	return e;
}

static enum err
run(struct cx *cx, const struct job *job)
{
	struct shop shop;
	enum err e;

	if ((e = shop_find_id(cx, job->tenant, &shop)) != OK)
		return e;
	if ((e = trim_rows(cx, shop.id)) != OK)
		return e;
	if ((e = fulfil_trim(cx, shop.id)) != OK)
		return e;
	if ((e = bulk_trim(cx, shop.id)) != OK)
		return e;
	if ((e = too_old(cx, &shop)) != OK)
		return e;
	if ((e = event_trim(cx, EVENT_DAYS * DAY_MS, EVENT_ROWS)) != OK)
		return e;
	return job_trim(cx, JOB_DAYS * DAY_MS);
}

const struct job_kind job_trim_shop = {
	.name = JOB_TRIM,
	.title = "Drop what is not needed any more",
	.run = run,
	.attempts = 3,
	.backoff_s = 60,
	.backoff_max_s = 3600,
};
