/*
 * api_metrics.c - numbers for Prometheus, on an address of their own.
 */
#include "shopify/api_edge.h"

#include "base/arena.h"
#include "base/buf.h"
#include "queue/job.h"
#include "shopify/site.h"

static enum err
jobs(struct cx *cx, struct buf *b)
{
	static const char *const states[] = { "waiting", "running", "parked",
		"dead" };
	int64_t n;
	size_t i;
	enum err e;

	buf_text(b, "# TYPE logivery_shopify_jobs gauge\n");
	for (i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		if ((e = job_count(cx, 0, states[i], &n)) != OK)
			return e;
		buf_printf(b, "logivery_shopify_jobs{state=\"%s\"} %lld\n",
		    states[i], (long long)n);
	}
	return OK;
}

static enum err
shops(struct cx *cx, struct buf *b)
{
	struct shop *rows;
	size_t n;
	enum err e;

	if ((e = shop_list(cx, &rows, &n)) != OK)
		return e;
	buf_printf(b,
	    "# TYPE logivery_shopify_shops gauge\n"
	    "logivery_shopify_shops %zu\n",
	    n);
	return OK;
}

static enum err
metrics(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct buf b = buf_new(cx->mem);
	enum err e;

	(void)rq;
	if ((e = jobs(cx, &b)) != OK || (e = shops(cx, &b)) != OK)
		return e;
	reply_text(rp, "text/plain; version=0.0.4", b.p);
	return OK;
}

static const struct route routes[] = {
	{ GET, "/metrics", NULL, metrics, ROUTE_OPEN },
	{ 0 },
};

static const struct route *const tables[] = { routes, NULL };

const struct site shopify_metrics_site = { .tables = tables };
