/*
 * job_keepalive.c - a refresh token dies after 90 days: an idle shop's is used
 * after 30.
 */
#include "base/when.h"
#include "shopify/gql.h"
#include "shopify/jobs.h"
#include "shopify/shop.h"
#include "shopify/token.h"

enum { IDLE_DAYS = 30 };

static enum err
run(struct cx *cx, const struct job *job)
{
	struct shop shop;
	enum err e;

	if ((e = shop_find_id(cx, job->tenant, &shop)) != OK)
		return e;
	if (!shop_is_installed(&shop))
		return OK;
	return gql_rest(cx, token_keep_alive(cx, &shop, IDLE_DAYS * DAY_MS));
}

const struct job_kind job_keepalive = {
	.name = JOB_KEEPALIVE,
	.title = "Keep the store's tokens alive",
	.run = run,
	.attempts = 0,
	.backoff_s = 60,
	.backoff_max_s = 3600,
};
