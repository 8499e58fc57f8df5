/* pairing.c - the calls that pair a store with a connector. */
#include "shopify/pairing.h"

#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/text.h"
#include "base/when.h"
#include "db/db.h"
#include "gen/sql.h"
#include "net/url.h"
#include "queue/row.h"
#include "shopify/cloudcall.h"
#include "shopify/opt.h"
#include "shopify/shop.h"

enum { TOKEN_MIN = 8, TOKEN_MAX = 256, TRIES_MAX = 60 };

const struct field pairing_fields[] = {
	F_TEXT(struct pairing, app_url, 1, 2048),
	F_TEXT_OPT(struct pairing, token, TOKEN_MAX),
	F_BOOL_OPT(struct pairing, replace),
	F_END,
};

/* --- what people paste: blanks around, a slash at the end --- */

static enum err
tidy_url(struct cx *cx, struct pairing *in)
{
	char *url = text_trim(cx->mem, in->app_url);
	struct url u;
	size_t n;
	enum err e;

	for (n = strlen(url); n > 0 && url[n - 1] == '/'; n--)
		url[n - 1] = '\0';
	in->app_url = url;
	e = url_read(cx, url, opt_is(cx, "allow-private-hosts"), &u);
	if (e == ERR_INPUT || (e == OK && u.query != NULL))
		return cx_fail_code(cx, ERR_INPUT, "bad_url",
		    "This is no address: a Logivery App URL begins with "
		    "https:// and is copied whole from the connector's page.");
	return e;
}

static enum err
saved_token(struct cx *cx, const struct shop *shop, struct pairing *in)
{
	struct shop_secret secret;
	enum err e;

	if ((e = shop_secret(cx, shop->id, &secret)) != OK)
		return e;
	if (secret.token == NULL || !text_equal(shop->app_url, in->app_url))
		return cx_fail_code(cx, ERR_INPUT, "bad_token",
		    "No Authorization token is saved for this address.");
	in->token = secret.token;
	return OK;
}

static enum err
tidy_token(struct cx *cx, struct pairing *in)
{
	static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "abcdefghijklmnopqrstuvwxyz0123456789._-";

	in->token = text_trim(cx->mem, in->token);
	if (strlen(in->token) < TOKEN_MIN)
		return cx_fail_code(cx, ERR_INPUT, "bad_token",
		    "This is shorter than any Authorization token.");
	if (strspn(in->token, set) != strlen(in->token))
		return cx_fail_code(cx, ERR_INPUT, "bad_token",
		    "This holds characters that no Authorization token "
		    "holds.");
	return OK;
}

enum err
pairing_tidy(struct cx *cx, const struct shop *shop, struct pairing *in)
{
	enum err e;

	if ((e = tidy_url(cx, in)) != OK)
		return e;
	if (in->token == NULL)
		return saved_token(cx, shop, in);
	return tidy_token(cx, in);
}

/* --- how often --- */

enum err
pairing_count_try(struct cx *cx, const struct shop *shop)
{
	struct number from;
	int64_t counted, left;
	enum err e;

	e = db_change(cx, SQL_SHOP_TRY, &counted, V(shop->id), V(cx->now),
	    V(cx->now - HOUR_MS), V(TRIES_MAX));
	if (e != OK || counted != 0)
		return e;
	e = db_one(cx, SQL_SHOP_TRIES_FROM, number_field, &from, V(shop->id));
	if (e != OK)
		return e;
	e = cx_fail_code(cx, ERR_BUSY, "too_many_tries",
	    "This store was checked or connected %d times within an hour.",
	    TRIES_MAX);
	left = from.n + HOUR_MS - cx->now;
	cx->wait_ms = left < SECOND_MS ? SECOND_MS : left;
	return e;
}

/* --- the calls --- */

static enum err
ask(struct cx *cx, const struct shop *shop, const struct pairing *in,
    struct cloud_call *call, struct json **answer)
{
	enum err e;

	call->person = true;
	call->app_url = in->app_url;
	call->token = in->token;
	e = cloud_call(cx, shop, call, answer);
	if (e == ERR_DENIED && strcmp(cx->code, "disconnected") == 0)
		return cx_fail_code(cx, ERR_INPUT, "token_refused",
		    "The Cloud App does not know this token at this URL.");
	return e;
}

enum err
pairing_look(struct cx *cx, const struct shop *shop, const struct pairing *in,
    struct json **about)
{
	struct cloud_call call = { .method = "GET", .path = "/" };

	return ask(cx, shop, in, &call, about);
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

static const char *
link_body(struct cx *cx, const struct shop *shop, const struct pairing *in,
    bool verify)
{
	struct json *body = json_new_object(cx);

	json_set_text(cx, body, "shop", shop->domain);
	json_set_text(cx, body, "callback_url",
	    opt_public_url(cx,
		arena_printf(cx->mem, "/callback/%s", shop->public_id)));
	json_set_text(cx, body, "app_version", APP_VERSION);
	if (verify)
		json_set_bool(cx, body, "verify", true);
	if (in->replace)
		json_set_bool(cx, body, "replace", true);
	return json_write(cx, body);
}

enum err
pairing_link(struct cx *cx, const struct shop *shop, const struct pairing *in,
    bool verify, struct json **answer)
{
	struct cloud_call call = {
		.method = "POST",
		.path = "/link",
		.text = link_body(cx, shop, in, verify),
	};
	enum err e;

	if ((e = shop_set_trial(cx, shop->id, in->token)) != OK)
		return e;
	e = ask(cx, shop, in, &call, answer);
	if (e != OK || verify)
		end_trial(cx, shop);
	return e;
}
