/*
 * api_connection.c - pairing the store with a connector of a Cloud App: saved
 * only when the Cloud App says yes.
 */
#include "shopify/api_edge.h"

#include "base/json.h"
#include "base/text.h"
#include "shopify/check.h"
#include "shopify/cloudcall.h"
#include "shopify/opt.h"
#include "shopify/pairing.h"
#include "shopify/scopes.h"
#include "shopify/token.h"

static void
reply_state(struct cx *cx, struct reply *rp, const struct shop *shop)
{
	struct json *j = json_new_object(cx);

	json_set_text(cx, j, "shop", shop->domain);
	json_set_text(cx, j, "state", shop->link_state);
	json_set_text(cx, j, "reason", shop->link_reason);
	json_set_text(cx, j, "reason_code", shop->link_code);
	json_set_text(cx, j, "app_url", shop->app_url);
	json_set_text(cx, j, "label", shop->label);
	json_set_bool(cx, j, "automatic", shop->automatic != 0);
	json_set_bool(cx, j, "token_saved", shop->app_url != NULL);
	json_set_text(cx, j, "cloud_url", opt_text(cx, "cloud-url"));
	json_set_text(cx, j, "missing_scopes",
	    shop->scopes != NULL ? scopes_missing(cx, shop->scopes) : NULL);
	reply_json(cx, rp, j);
}

static enum err
get_connection(struct cx *cx, const struct request *rq, struct reply *rp)
{
	const struct who *who = rq->who;
	struct shop now; /* a new pair comes with what is granted now */
	enum err e;

	e = token_renew(cx, &who->shop, who->id_token, who->issued_at);
	if (e == OK)
		e = shop_find_id(cx, who->shop.id, &now);
	if (e != OK)
		return e;
	reply_state(cx, rp, &now);
	return OK;
}

/* Shopify is asked first, and whatever the Cloud App will say: its points are
   their own.  Not established is a problem, with the points in it. */
static enum err
check(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct pairing in = { .app_url = NULL };
	struct json *j = json_new_object(cx);
	const char *label = NULL;
	struct check_list list;
	enum err e;

	if ((e = body_read(cx, rq, pairing_fields, &in)) != OK)
		return e;
	if ((e = pairing_count_try(cx, &rq->who->shop)) != OK)
		return e;
	check_begin(&list);
	if ((e = check_shopify(cx, &rq->who->shop, &list)) != OK)
		return e;
	e = check_cloud(cx, &rq->who->shop, &in, &list, &label);
	if (e != OK) {
		reply_problem_with(cx, rp, e, "checks", check_json(cx, &list));
		return OK;
	}
	json_set_bool(cx, j, "established", true);
	json_set_text(cx, j, "label", label);
	json_set_text(cx, j, "message", "Connection established");
	json_set(j, "checks", check_json(cx, &list));
	reply_json(cx, rp, j);
	return OK;
}

/* The last word to a connector that is not ours any more; it may be deaf. */
static void
let_go(struct cx *cx, const struct shop *shop, const char *token)
{
	struct cloud_call call = {
		.method = "DELETE",
		.path = "/link",
		.person = true,
		.app_url = shop->app_url,
		.token = token,
	};
	struct cx side;

	if (shop->app_url == NULL || token == NULL)
		return;
	cx_child(&side, cx);
	(void)cloud_call(&side, shop, &call, NULL);
	cx_done(&side);
}

static enum err
put_connection(struct cx *cx, const struct request *rq, struct reply *rp)
{
	const struct shop *shop = &rq->who->shop;
	struct pairing in = { .app_url = NULL };
	struct shop_secret old;
	struct shop_link link;
	struct shop now;
	struct json *answer;
	enum err e;

	if ((e = body_read(cx, rq, pairing_fields, &in)) != OK)
		return e;
	if ((e = pairing_tidy(cx, shop, &in)) != OK)
		return e;
	if ((e = pairing_count_try(cx, shop)) != OK)
		return e;
	if ((e = shop_secret(cx, shop->id, &old)) != OK)
		return e;
	if ((e = pairing_link(cx, shop, &in, false, &answer)) != OK)
		return e;
	link.app_url = in.app_url;
	link.token = in.token;
	link.label = json_get_text(answer, "label");
	link.automatic = json_bool(json_get(answer, "automatic"), true);
	if ((e = shop_link(cx, shop, &link)) != OK)
		return e;
	if (shop->app_url != NULL && !text_equal(shop->app_url, in.app_url) &&
	    shop_is_linked(shop))
		let_go(cx, shop, old.token);
	if ((e = shop_find_id(cx, shop->id, &now)) != OK)
		return e;
	reply_state(cx, rp, &now);
	return OK;
}

static enum err
delete_connection(struct cx *cx, const struct request *rq, struct reply *rp)
{
	const struct shop *shop = &rq->who->shop;
	struct shop_secret old;
	struct shop now;
	enum err e;

	if ((e = shop_secret(cx, shop->id, &old)) != OK)
		return e;
	if ((e = shop_unlink(cx, shop)) != OK)
		return e;
	let_go(cx, shop, old.token);
	if ((e = shop_find_id(cx, shop->id, &now)) != OK)
		return e;
	reply_state(cx, rp, &now);
	return OK;
}

const struct route connection_routes[] = {
	{ GET, "/api/connection", NULL, get_connection },
	{ PUT, "/api/connection", NULL, put_connection },
	{ DELETE, "/api/connection", NULL, delete_connection },
	{ POST, "/api/connection/check", NULL, check },
	{ 0 },
};
