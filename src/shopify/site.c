/*
 * site.c - who asks, for every route that is not open.
 *
 * Two kinds of callers.  /api/... is called from the Shopify admin with an ID
 * token as bearer: a valid one of a shop we do not know is how an installation
 * begins.  /callback/... is called by the shop's Cloud App and signed with the
 * Authorization token, as Standard Webhooks does.  The shop comes from the
 * verified token or the signed address, never from anything else.
 */
#include "shopify/site.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/crypt.h"
#include "base/text.h"
#include "base/when.h"
#include "db/db.h"
#include "gen/sql.h"
#include "shopify/api_edge.h"
#include "shopify/idtoken.h"
#include "shopify/opt.h"
#include "shopify/token.h"

enum { SKEW_S = 300, CALL_ID_MAX = 64, SIGNATURES_MAX = 8 };

/* --- a person in the admin --- */

static enum err
by_id_token(struct cx *cx, struct request *rq)
{
	const char *bearer = header_get(rq, "authorization");
	struct who *who = arena_alloc(cx->mem, sizeof(*who));
	struct idtoken id;
	struct secrets s;
	enum err e;

	if (header_count(rq, "authorization") != 1 ||
	    !text_starts(bearer, "Bearer "))
		return cx_fail_code(cx, ERR_AUTH, "bad_id_token",
		    "The call carries no ID token.");
	if ((e = opt_secrets(cx, &s)) != OK)
		return e;
	bearer += strlen("Bearer ");
	e = idtoken_check(cx, bearer, opt_text(cx, "client-id"), s.secret, s.n,
	    &id);
	if (e != OK)
		return e;
	e = token_install(cx, id.shop, bearer, id.issued_at, &who->shop);
	if (e != OK)
		return e;
	who->user = id.user;
	who->id_token = bearer;
	who->issued_at = id.issued_at;
	rq->who = who;
	return OK;
}

/* --- the Cloud App --- */

struct signature {
	const char *id;
	const char *at;
	int64_t at_s;
	const char *list;
};

static bool
is_call_id(const char *s)
{
	size_t n = strspn(s,
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuv"
	    "wxyz0123456789._-");

	return n >= 1 && n <= CALL_ID_MAX && s[n] == '\0';
}

static enum err
unsigned_call(struct cx *cx)
{
	return cx_fail_code(cx, ERR_AUTH, "not_authorized",
	    "The call is not signed with this connector's token.");
}

static enum err
read_signature(struct cx *cx, const struct request *rq, struct signature *g)
{
	g->id = header_get(rq, "webhook-id");
	g->at = header_get(rq, "webhook-timestamp");
	g->list = header_get(rq, "webhook-signature");
	if (header_count(rq, "webhook-id") != 1 ||
	    header_count(rq, "webhook-timestamp") != 1 ||
	    header_count(rq, "webhook-signature") != 1 || !is_call_id(g->id) ||
	    !text_to_int(g->at, 0, INT64_C(99999999999), &g->at_s))
		return unsigned_call(cx);
	return OK;
}

/* All of them are compared, whatever the first says. */
static bool
fits(struct cx *cx, const struct request *rq, const struct signature *g,
    const char *token)
{
	unsigned char want[DIGEST_BYTES];
	struct buf b = buf_new(cx->mem);
	struct bytes got;
	char **list;
	size_t i, n;
	bool same = false;

	if (token == NULL)
		return false;
	buf_printf(&b, "%s.%s.", g->id, g->at);
	buf_add(&b, rq->body.p, rq->body.n);
	hmac_sha256((struct bytes){ (const unsigned char *)token,
			strlen(token) },
	    (struct bytes){ (const unsigned char *)b.p, b.n }, want);
	n = text_split(cx->mem, g->list, ' ', &list);
	for (i = 0; i < n && i < SIGNATURES_MAX; i++) {
		if (text_starts(list[i], "v1,") &&
		    base64_decode(cx->mem, list[i] + 3, &got) &&
		    got.n == DIGEST_BYTES)
			same |= crypt_same(want, got.p, DIGEST_BYTES);
	}
	return same;
}

static enum err
not_replayed(struct cx *cx, const struct signature *g, int64_t shop)
{
	int64_t fresh;
	enum err e;

	if (g->at_s < cx->now / SECOND_MS - SKEW_S ||
	    g->at_s > cx->now / SECOND_MS + SKEW_S)
		return cx_fail_code(cx, ERR_AUTH, "signature_expired",
		    "webhook-timestamp differs from this program's clock by "
		    "more than 5 minutes.");
	e = db_change(cx, SQL_HEARD_INSERT, &fresh, V(shop), V(g->id),
	    V(cx->now));
	if (e != OK || fresh == 1)
		return e;
	return cx_fail_code(cx, ERR_AUTH, "signature_replayed",
	    "The webhook-id %s was seen already.", g->id);
}

static enum err
by_signature(struct cx *cx, struct request *rq)
{
	struct who *who = arena_alloc(cx->mem, sizeof(*who));
	struct shop_secret secret;
	struct signature g;
	bool good;
	enum err e;

	if ((e = read_signature(cx, rq, &g)) != OK)
		return e;
	e = shop_find_public(cx, path_text(rq, "shop"), &who->shop);
	if (e == ERR_MISSING)
		return unsigned_call(cx);
	if (e != OK || (e = shop_secret(cx, who->shop.id, &secret)) != OK)
		return e;
	good = fits(cx, rq, &g, secret.token);
	good |= fits(cx, rq, &g, secret.trial);
	if (!good || text_equal(who->shop.state, "uninstalled"))
		return unsigned_call(cx);
	if ((e = not_replayed(cx, &g, who->shop.id)) != OK)
		return e;
	who->user = NULL;
	rq->who = who;
	return OK;
}

static enum err
authenticate(struct cx *cx, struct request *rq)
{
	if (text_starts(rq->path, "/callback/"))
		return by_signature(cx, rq);
	return by_id_token(cx, rq);
}

/* --- every reply --- */

/* Admin extensions call from Shopify's own origin; the bearer token is all the
   authority there is, so any origin may ask.  shopify.dev, "Network features
   of admin UI extensions". */
static void
dress(struct cx *cx, const struct request *rq, struct reply *rp)
{
	if (!text_starts(rq->path, "/api/"))
		return;
	reply_header(cx, rp, "Access-Control-Allow-Origin", "*");
	reply_header(cx, rp, "Access-Control-Allow-Headers",
	    "Authorization, Content-Type");
	reply_header(cx, rp, "Access-Control-Allow-Methods",
	    "GET, POST, PUT, DELETE, OPTIONS");
	if (rq->method == OPTIONS) {
		rp->status = 204;
		rp->body = (struct bytes){ NULL, 0 };
		reply_header(cx, rp, "Access-Control-Max-Age", "7200");
	}
	reply_header(cx, rp, "Access-Control-Expose-Headers",
	    "X-Shopify-Retry-Invalid-Session-Request");
	if (rp->status == 401)
		reply_header(cx, rp, "X-Shopify-Retry-Invalid-Session-Request",
		    "1");
}

static const struct route *const tables[] = { hook_routes, callback_routes,
	shipment_routes, connection_routes, action_routes, log_routes,
	page_routes, health_routes, NULL };

const struct site shopify_site = {
	.tables = tables,
	.authenticate = authenticate,
	.dress = dress,
};

static const struct hint hints[] = {
	{ "no_such_path",
	    "Open Logivery under Apps in the Shopify admin; its REST interface "
	    "is the Cloud App's.",
	    404 },
	{ "bad_hmac",
	    "Sign the raw body with the app's client secret; see that both "
	    "sides use the same one.",
	    401 },
	{ "bad_id_token",
	    "Reload the page in the Shopify admin, so that it gets a fresh "
	    "token.",
	    401 },
	{ "not_authorized",
	    "In the Shopify app save the connector's current Authorization "
	    "token.",
	    401 },
	{ "signature_expired",
	    "Set the clocks of both machines, for example with NTP, and send "
	    "a newly signed call.",
	    401 },
	{ "signature_replayed",
	    "Sign every attempt anew, with a webhook-id of its own.", 401 },
	{ "token_refused",
	    "Copy the Authorization token and the Logivery App URL from the "
	    "connector's page again.",
	    422 },
	{ "too_many_tries",
	    "Wait as long as Retry-After says, at most an hour; meanwhile "
	    "compare URL and token with the connector's page.",
	    429 },
	{ "too_many_orders", "Choose 10 orders or fewer.", 422 },
	{ "no_orders", "Choose at least one order.", 422 },
	{ "bad_input", "Correct what is named and send the call again.", 422 },
	{ "bad_token",
	    "Copy the Authorization token from the connector's page again.",
	    422 },
	{ "bad_url", "Copy the Logivery App URL from the Cloud App again.",
	    422 },
	{ "address_refused", "Give the Cloud App's public https address.",
	    422 },
	{ "not_linked",
	    "In the app's settings save a connector's Authorization token and "
	    "Logivery App URL.",
	    409 },
	{ "disconnected",
	    "Copy the connector's Authorization token and Logivery App URL "
	    "from the Cloud App and save both in this app.",
	    409 },
	{ "connector_already_linked",
	    "In the Cloud App choose Connectors > Add Connector, and copy the "
	    "new connector's token and URL into this app.",
	    409 },
	{ "store_already_linked",
	    "To move it with its orders and open shipments, agree to replace "
	    "the old connector.",
	    409 },
	{ "store_linked_elsewhere",
	    "If the store is to move to this app, delete its other connector "
	    "in the Cloud App first: the orders stay.",
	    409 },
	{ "callback_failed",
	    "See that this app can be reached from the Cloud App, then check "
	    "again.",
	    502 },
	{ "callback_url_refused",
	    "Start this app with a public https --public-url.", 422 },
	{ "unreachable", "See that the Cloud App runs and can be reached.",
	    502 },
	{ "timeout", "See that the Cloud App runs and can be reached.", 502 },
	{ "tls", "See that the Cloud App's certificate is valid.", 502 },
	{ "no_cloud_app",
	    "Copy the Logivery App URL from the connector's page in the Cloud "
	    "App: it has /c/ and a name of its own at its end.",
	    502 },
	{ "upstream_failed", "Try again in a moment.", 502 },
	{ "reconnect", "Open the app once in the Shopify admin.", 409 },
	{ "shop_closed",
	    "The store is frozen or closed; settle that in the Shopify "
	    "admin.",
	    409 },
	{ "busy", "Try again in a moment.", 503 },
	{ "not_found", "Check the id.", 404 },
	{ NULL },
};

void
shopify_hints_add(void)
{
	router_hints(hints);
}
