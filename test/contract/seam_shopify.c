/*
 * seam_shopify.c - the Shopify app as the simulation holds it.
 */
#include "base/arena.h"
#include "gen/sql.h"
#include "lib/sim_both.h"
#include "shopify/jobs.h"
#include "shopify/ledger.h"
#include "shopify/orderdoc.h"
#include "shopify/shop.h"
#include "shopify/site.h"

static const char *const options[] = {
	"public-url",
	SIM_APP_URL,
	"client-id",
	SIM_CLIENT_ID,
	"shopify-url",
	"https://{shop}",
	"sweep-seconds",
	"300",
	"retry-base-ms",
	"1000",
	"cloud-url",
	SIM_CLOUD_URL,
	NULL,
};

static const struct migration *const lists[] = { schema_queue, schema_shopify };

static void
serve(struct cx *cx, struct request *rq, struct reply *rp)
{
	shopify_hints_add();
	router_run(cx, &shopify_site, rq, rp);
}

const struct sim_program sim_shopify_program = {
	.name = "app",
	.conf = options,
	.lists = lists,
	.nlists = sizeof(lists) / sizeof(lists[0]),
	.kinds = shopify_kinds,
	.tell = kinds_tell,
	.serve = serve,
};

static enum err
ledger(struct cx *cx, const char *domain, const char *order,
    struct sim_ledger *out)
{
	struct ledger l = { 0 };
	struct shop shop = { 0 };
	enum tag tag;
	enum err e;

	if ((e = shop_find(cx, domain, &shop)) != OK ||
	    (e = ledger_find(cx, shop.id, order, &l)) != OK)
		return e;
	tag = ledger_shows(&l);
	*out = (struct sim_ledger){
		.state = l.state,
		.shows = tag == TAG_NONE ? NULL : tag_name(tag),
		.code = l.code,
		.reason = l.reason,
		.digest = l.digest,
		.sent_digest = l.sent_digest,
		.next_at = l.next_at,
		.attempts = l.attempts,
		.manual = l.manual != 0,
	};
	return OK;
}

static enum err
callback_path(struct cx *cx, const char *domain, const char **path)
{
	struct shop shop = { 0 };
	enum err e;

	if ((e = shop_find(cx, domain, &shop)) == OK)
		*path = arena_printf(cx->mem, "/callback/%s", shop.public_id);
	return e;
}

static enum err
set_trial(struct cx *cx, const char *domain, const char *token)
{
	struct shop shop = { 0 };
	enum err e;

	if ((e = shop_find(cx, domain, &shop)) != OK)
		return e;
	return shop_set_trial(cx, shop.id, token);
}

static enum err
from_hook(struct cx *cx, struct bytes body, const char **text)
{
	struct orderdoc d = { 0 };
	enum err e;

	if ((e = orderdoc_from_hook(cx, body, &d)) == OK)
		*text = d.text;
	return e;
}

static enum err
from_gql(struct cx *cx, const struct json *order, const char **text)
{
	struct orderdoc d = { 0 };
	enum err e;

	if ((e = orderdoc_from_gql(cx, order, NULL, 0, &d)) == OK)
		*text = d.text;
	return e;
}

const struct sim_app sim_app_domain = {
	.ledger = ledger,
	.callback_path = callback_path,
	.set_trial = set_trial,
	.from_hook = from_hook,
	.from_gql = from_gql,
};
