/*
 * job_status.c - ask the Cloud App about orders we have not heard of.
 *
 * It tells us by itself; this is for when its word was lost.  An order without
 * a job is asked about soon, since our own call may never have got there.
 */
#include "base/arena.h"
#include "base/conf.h"
#include "base/when.h"
#include "db/db.h"
#include "gen/sql.h"
#include "shopify/jobs.h"
#include "shopify/ledger.h"
#include "shopify/send.h"
#include "shopify/shop.h"

enum {
	NO_JOB_MS = 20 * SECOND_MS,
	WITH_JOB_MS = 2 * MINUTE_MS,
	SWEEP_USUAL_S = 300
};

/* Sweeping faster than usual, everything waits as much less. */
static int64_t
scaled(const struct cx *cx, int64_t ms)
{
	int64_t s = cx->conf == NULL ? SWEEP_USUAL_S
				     : conf_int(cx->conf, "sweep-seconds");

	return s < SWEEP_USUAL_S ? ms * s / SWEEP_USUAL_S : ms;
}

static enum err
run(struct cx *cx, const struct job *job)
{
	struct shop shop;
	struct ledger *rows;
	int64_t no_job = cx->now - scaled(cx, NO_JOB_MS);
	size_t n;
	enum err e;

	if ((e = shop_find_id(cx, job->tenant, &shop)) != OK)
		return e;
	if (!shop_is_linked(&shop))
		return OK;
	e = db_list(cx, SQL_LEDGER_ASKING, ledger_fields, &rows, &n, V(shop.id),
	    V(no_job), V(cx->now - scaled(cx, WITH_JOB_MS)));
	if (e != OK || n == 0)
		return e;
	if ((e = send_ask(cx, &shop, false, rows, n)) != OK)
		return e;
	job_result(cx, job, "%zu orders asked about", n);
	return OK;
}

const struct job_kind job_status = {
	.name = JOB_STATUS,
	.title = "Ask for the state of sent orders",
	.run = run,
	.attempts = 5,
	.backoff_s = 5,
	.backoff_max_s = 300,
	.parks = true,
};
