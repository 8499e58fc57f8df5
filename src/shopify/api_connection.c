/*
 * api_connection.c - pairing the store with a connector of a Cloud App.
 *
 * While our call to /link is open the Cloud App pings us, signed with the very
 * token that is being tried: it is kept for a minute beside the saved one, and
 * saved only when the Cloud App says yes.
 */
#include "shopify/api_edge.h"

#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/text.h"
#include "net/url.h"
#include "shopify/cloudcall.h"
#include "shopify/opt.h"
#include "shopify/token.h"

enum { TOKEN_MIN = 8, TOKEN_MAX = 256 };

struct connection_in {
	const char *app_url;
	const char *token;
	bool replace;
};

static const struct field check_fields[] = {
	F_TEXT(struct connection_in, app_url, 1, 2048),
	F_TEXT(struct connection_in, token, TOKEN_MIN, TOKEN_MAX),
	F_END,
};

static const struct field put_fields[] = {
	F_TEXT(struct connection_in, app_url, 1, 2048),
	F_TEXT(struct connection_in, token, TOKEN_MIN, TOKEN_MAX),
	F_BOOL_OPT(struct connection_in, replace),
	F_END,
};

static void
reply_state(struct cx *cx, struct reply *rp, const struct shop *shop)
{
	struct json *j = json_new_object(cx);

	json_set_text(cx, j, "shop", shop->domain);
	json_set_text(cx, j, "state", shop->link_state);
	json_set_text(cx, j, "reason", shop->link_reason);
	json_set_text(cx, j, "app_url", shop->app_url);
	json_set_text(cx, j, "label", shop->label);
	json_set_bool(cx, j, "automatic", shop->automatic != 0);
	json_set_bool(cx, j, "token_saved", shop->app_url != NULL);
	json_set_text(cx, j, "cloud_url", opt_text(cx, "cloud-url"));
	reply_json(cx, rp, j);
}

static enum err
get_connection(struct cx *cx, const struct request *rq, struct reply *rp)
{
	const struct who *who = rq->who;
	enum err e;

	e = token_renew(cx, &who->shop, who->id_token, who->issued_at);
	if (e != OK)
		return e;
	reply_state(cx, rp, &rq->who->shop);
	return OK;
}

/* What people paste: blanks around, a slash at the end. */
static enum err
read_in(struct cx *cx, const struct request *rq, const struct field *fields,
    struct connection_in *in)
{
	struct url u;
	char *url;
	size_t n;
	enum err e;

	if ((e = body_read(cx, rq, fields, in)) != OK)
		return e;
	in->token = text_trim(cx->mem, in->token);
	if (strspn(in->token,
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrs"
		"tuvwxyz0123456789._-") != strlen(in->token))
		return cx_fail_code(cx, ERR_INPUT, "bad_input",
		    "token: holds characters that no token holds");
	url = text_trim(cx->mem, in->app_url);
	for (n = strlen(url); n > 0 && url[n - 1] == '/'; n--)
		url[n - 1] = '\0';
	in->app_url = url;
	if ((e = url_read(cx, url, opt_is(cx, "allow-private-hosts"), &u)) !=
	    OK)
		return e;
	if (u.query != NULL)
		return cx_fail_code(cx, ERR_INPUT, "bad_url",
		    "app_url: has a query; a Logivery App URL has none");
	return OK;
}

/* Keeps the reason of the failure that brought us here. */
static void
end_trial(struct cx *cx, const struct shop *shop)
{
	struct cx side;

	cx_child(&side, cx);
	(void)shop_set_trial(&side, shop->id, NULL);
	cx_done(&side);
}

/* Said yes to, the token stays on trial until it is saved: the Cloud App may
   call us with it before that. */
static enum err
call_link(struct cx *cx, const struct shop *shop,
    const struct connection_in *in, bool verify, struct json **answer)
{
	struct json *body = json_new_object(cx);
	struct cloud_call call = {
		.method = "POST",
		.path = "/link",
		.person = true,
		.app_url = in->app_url,
		.token = in->token,
	};
	enum err e;

	json_set_text(cx, body, "shop", shop->domain);
	json_set_text(cx, body, "callback_url",
	    opt_public_url(cx,
		arena_printf(cx->mem, "/callback/%s", shop->public_id)));
	json_set_text(cx, body, "app_version", APP_VERSION);
	if (verify)
		json_set_bool(cx, body, "verify", true);
	if (in->replace)
		json_set_bool(cx, body, "replace", true);
	call.text = json_write(cx, body);
	if ((e = shop_set_trial(cx, shop->id, in->token)) != OK)
		return e;
	e = cloud_call(cx, shop, &call, answer);
	if (e != OK || verify)
		end_trial(cx, shop);
	if (e == ERR_DENIED && strcmp(cx->code, "disconnected") == 0)
		return cx_fail_code(cx, ERR_INPUT, "token_refused",
		    "The Cloud App does not know this token at this URL.");
	return e;
}

static enum err
check(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct connection_in in = { .app_url = NULL };
	struct json *answer, *j = json_new_object(cx);
	enum err e;

	if ((e = read_in(cx, rq, check_fields, &in)) != OK)
		return e;
	if ((e = call_link(cx, &rq->who->shop, &in, true, &answer)) != OK)
		return e;
	json_set_bool(cx, j, "established", true);
	json_set_text(cx, j, "label", json_get_text(answer, "label"));
	json_set_text(cx, j, "message", "Connection established");
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
	struct connection_in in = { .app_url = NULL };
	struct shop_secret old;
	struct shop_link link;
	struct shop now;
	struct json *answer;
	enum err e;

	if ((e = read_in(cx, rq, put_fields, &in)) != OK)
		return e;
	if ((e = shop_secret(cx, shop->id, &old)) != OK)
		return e;
	if ((e = call_link(cx, shop, &in, false, &answer)) != OK)
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
