/*
 * token.c - getting pairs of tokens, one at a time.
 *
 * A refresh whose answer is lost leaves the old pair here, and Shopify takes
 * the old refresh token again until the new one is used: so it is simply tried
 * again.  The lease ends by itself if its holder dies.
 */
#include "shopify/token.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/crashpoint.h"
#include "base/crypt.h"
#include "base/env.h"
#include "base/json.h"
#include "base/text.h"
#include "base/when.h"
#include "db/db.h"
#include "gen/sql.h"
#include "net/client.h"
#include "queue/row.h"
#include "shopify/opt.h"
#include "shopify/shop.h"

enum {
	EARLY_MS = 5 * MINUTE_MS, /* refreshed before the end */
	LEASE_MS = 30 * SECOND_MS,
	BUSY_MS = 300, /* another is at it: look again */
	ANSWER_MAX = 64 * 1024,
	REFRESH_USUAL_S = 90 * 24 * 3600,
	LIFE_MAX_S = 366 * 24 * 3600 /* more is no token's life */
};

struct pair {
	int64_t pair;
	struct bytes access;
	int64_t access_until;
	struct bytes refresh;
	int64_t refresh_until;
	int64_t refreshed_at;
	int64_t lease_until;
};

static const struct field pair_fields[] = {
	F_INT(struct pair, pair, 0, INT64_MAX),
	F_BYTES(struct pair, access),
	F_INT(struct pair, access_until, 0, INT64_MAX),
	F_BYTES(struct pair, refresh),
	F_INT(struct pair, refresh_until, 0, INT64_MAX),
	F_INT(struct pair, refreshed_at, 0, INT64_MAX),
	F_INT(struct pair, lease_until, 0, INT64_MAX),
	F_END,
};

/* What Shopify answered. */
struct fresh {
	int64_t asked_at; /* ms: the lives below began after it */
	const char *access;
	int64_t access_s;
	const char *refresh;
	int64_t refresh_s;
	const char *scope;
};

static const char *
place(struct cx *cx, const char *what, int64_t shop, int64_t pair)
{
	return arena_printf(cx->mem, "shop.%s:%" PRId64 ":%" PRId64, what, shop,
	    pair);
}

static enum err
load(struct cx *cx, int64_t shop, struct pair *p)
{
	memset(p, 0, sizeof(*p));
	return db_one(cx, SQL_SHOP_TOKEN_FIND, pair_fields, p, V(shop));
}

static enum err
dead(struct cx *cx, const struct shop *shop)
{
	return cx_fail_code(cx, ERR_DENIED, "reconnect",
	    "%s: the app must be opened once in the Shopify admin",
	    shop->domain);
}

/* --- the lease --- */

static enum err
lease(struct cx *cx, int64_t shop, char owner[37])
{
	int64_t got, now;
	enum err e;

	env_uuid(cx->env, owner);
	if ((e = db_now(cx, &now)) != OK)
		return e;
	if ((e = db_exec(cx, SQL_SHOP_TOKEN_ADD, V(shop))) != OK)
		return e;
	e = db_change(cx, SQL_SHOP_TOKEN_LEASE, &got, V(shop), V(owner),
	    V(now + LEASE_MS), V(now));
	if (e != OK || got == 1)
		return e;
	return cx_busy(cx, BUSY_MS,
	    "another worker is getting the store's tokens");
}

/* Keeps the reason of the failure that brought us here. */
static enum err
unlease(struct cx *cx, int64_t shop, const char *owner, enum err why)
{
	struct cx side;

	cx_child(&side, cx);
	(void)db_exec(&side, SQL_SHOP_TOKEN_UNLEASE, V(shop), V(owner));
	cx_done(&side);
	return why;
}

/* --- the call --- */

static int64_t
seconds(const struct json *j, const char *name, int64_t usual)
{
	int64_t s = json_int(json_get(j, name), usual);

	return s < LIFE_MAX_S ? s : LIFE_MAX_S;
}

static enum err
read_fresh(struct cx *cx, const struct answer *a, struct fresh *f)
{
	struct json *j;

	if (json_parse(cx, (const char *)a->body.p, a->body.n, &j) != OK)
		return cx_fail(cx, ERR_UPSTREAM,
		    "Shopify's answer about tokens is not JSON");
	f->access = json_get_text(j, "access_token");
	f->access_s = seconds(j, "expires_in", 0);
	f->refresh = json_get_text(j, "refresh_token");
	f->refresh_s = seconds(j, "refresh_token_expires_in", REFRESH_USUAL_S);
	f->scope = json_get_text(j, "scope");
	if (f->access == NULL || f->refresh == NULL || f->access_s <= 0)
		return cx_fail(cx, ERR_UPSTREAM,
		    "Shopify's answer about tokens lacks a member");
	return OK;
}

/* What we showed is not good (any more), or the store is closed to apps. */
static enum err
ask_refused(struct cx *cx, const struct shop *shop, int status)
{
	switch (status) {
	case 400:
	case 401:
		return cx_fail_code(cx, ERR_DENIED, "token_refused",
		    "Shopify refused (%d) to give tokens for %s", status,
		    shop->domain);
	case 402:
	case 403:
	case 404: /* no such store, any more or for the moment */
	case 423:
	case 430:
		return cx_fail_code(cx, ERR_DENIED, "shop_closed",
		    "Shopify answers %d for %s: the store is closed to apps",
		    status, shop->domain);
	default:
		return cx_fail(cx, ERR_UPSTREAM,
		    "Shopify answered %d when asked for tokens", status);
	}
}

static enum err
ask(struct cx *cx, const struct shop *shop, struct json *body, struct fresh *f)
{
	struct call call = {
		.method = POST,
		.url = opt_shopify_url(cx, shop->domain,
		    "/admin/oauth/access_token"),
		.trusted = true,
		.max_bytes = ANSWER_MAX,
	};
	struct answer a = { .status = 0 };
	const char *text = json_write(cx, body);
	enum err e;

	call_header(&call, "Content-Type", "application/json");
	call_header(&call, "Accept", "application/json");
	call.body = (struct bytes){ (const unsigned char *)text, strlen(text) };
	if ((e = db_now(cx, &f->asked_at)) != OK)
		return e;
	CRASH_POINT("token.before_call");
	if ((e = cx->env->call(cx, &call, &a)) != OK)
		return e;
	CRASH_POINT("token.after_call");
	if (a.status == 200)
		return read_fresh(cx, &a, f);
	return ask_refused(cx, shop, a.status);
}

static enum err
with_app(struct cx *cx, struct json **body)
{
	struct secrets s;
	struct json *j = json_new_object(cx);
	enum err e;

	if ((e = opt_secrets(cx, &s)) != OK)
		return e;
	json_set_text(cx, j, "client_id", opt_text(cx, "client-id"));
	json_set_text(cx, j, "client_secret", s.secret[0]);
	*body = j;
	return OK;
}

/* --- storing --- */

struct storing {
	const struct shop *shop;
	const char *owner;
	const struct fresh *fresh;
	int64_t issued_at; /* ms, of the ID token exchanged; 0: a refresh */
	bool begins;       /* an installation */
};

static enum err
store_body(struct cx *cx, void *arg)
{
	const struct storing *s = arg;
	const struct fresh *f = s->fresh;
	struct pair old;
	int64_t n, changed;
	enum err e;

	if ((e = load(cx, s->shop->id, &old)) != OK)
		return e;
	n = old.pair + 1;
	e = db_change(cx, SQL_SHOP_TOKEN_SET, &changed, V(s->shop->id),
	    V(s->owner), V(n),
	    V(crypt_seal_text(cx, place(cx, "access", s->shop->id, n),
		f->access)),
	    V(f->asked_at + f->access_s * SECOND_MS),
	    V(crypt_seal_text(cx, place(cx, "refresh", s->shop->id, n),
		f->refresh)),
	    V(f->asked_at + f->refresh_s * SECOND_MS), V(f->asked_at));
	if (e != OK)
		return e;
	if (changed != 1)
		return cx_fail(cx, ERR_BUSY, "%s: the lease of tokens was lost",
		    s->shop->domain);
	if (s->begins)
		return shop_begin(cx, s->shop, f->scope, s->issued_at);
	if (s->issued_at != 0)
		return shop_exchanged(cx, s->shop, f->scope, s->issued_at);
	return OK;
}

static enum err
store(struct cx *cx, struct storing *s)
{
	enum err e;

	CRASH_POINT("token.before_store");
	e = tx_join(cx, store_body, s);
	CRASH_POINT("token.after_store");
	return e;
}

/* --- refresh --- */

static enum err
refresh_leased(struct cx *cx, const struct shop *shop, const char *owner)
{
	struct fresh f;
	struct pair p;
	struct json *body;
	const char *token;
	enum err e;

	if ((e = load(cx, shop->id, &p)) != OK)
		return e;
	if (p.refresh.p == NULL || p.refresh_until < cx->now)
		return dead(cx, shop);
	e = crypt_open_text(cx, place(cx, "refresh", shop->id, p.pair),
	    p.refresh, &token);
	if (e != OK || (e = with_app(cx, &body)) != OK)
		return e;
	json_set_text(cx, body, "grant_type", "refresh_token");
	json_set_text(cx, body, "refresh_token", token);
	e = ask(cx, shop, body, &f);
	if (e == ERR_DENIED && strcmp(cx->code, "token_refused") == 0)
		return dead(cx, shop);
	if (e != OK)
		return e;
	return store(cx,
	    &(struct storing){ .shop = shop, .owner = owner, .fresh = &f });
}

static enum err
refresh(struct cx *cx, const struct shop *shop)
{
	char owner[37];
	enum err e;

	if ((e = lease(cx, shop->id, owner)) != OK)
		return e;
	if ((e = refresh_leased(cx, shop, owner)) == OK)
		return OK;
	/* Under the lease: who gets another pair after us keeps it. */
	if (e == ERR_DENIED && strcmp(cx->code, "reconnect") == 0 &&
	    (e = shop_set_reconnect(cx, shop,
		 "The refresh token has expired or was revoked.")) == OK)
		e = dead(cx, shop);
	return unlease(cx, shop->id, owner, e);
}

static enum err
open_access(struct cx *cx, const struct shop *shop, const struct pair *p,
    struct token *t)
{
	t->pair = p->pair;
	t->until = p->access_until;
	return crypt_open_text(cx, place(cx, "access", shop->id, p->pair),
	    p->access, &t->access);
}

enum err
token_get(struct cx *cx, const struct shop *shop, struct token *t)
{
	struct pair p;
	int64_t now;
	enum err e;

	if (!shop_is_installed(shop))
		return dead(cx, shop);
	if ((e = db_now(cx, &now)) != OK)
		return e;
	if ((e = load(cx, shop->id, &p)) != OK)
		return e == ERR_MISSING ? dead(cx, shop) : e;
	if (p.access.p != NULL && p.access_until - now > EARLY_MS)
		return open_access(cx, shop, &p, t);
	e = refresh(cx, shop);
	/* Another is at it, or Shopify is: the old one does for now. */
	if ((e == ERR_BUSY || e == ERR_UPSTREAM) && p.access.p != NULL &&
	    p.access_until - now > CALL_TIMEOUT_MS)
		return open_access(cx, shop, &p, t);
	if (e != OK)
		return e;
	if ((e = load(cx, shop->id, &p)) != OK)
		return e;
	return open_access(cx, shop, &p, t);
}

enum err
token_refused(struct cx *cx, const struct shop *shop, const struct token *t)
{
	return db_exec(cx, SQL_SHOP_TOKEN_STALE, V(shop->id), V(t->pair));
}

struct refusal {
	const struct shop *shop;
	const struct token *token;
};

static enum err
refused_again_body(struct cx *cx, void *arg)
{
	const struct refusal *r = arg;
	int64_t now, newest;
	enum err e;

	if ((e = db_now(cx, &now)) != OK)
		return e;
	/* It also holds the row: no pair comes in between. */
	e = db_change(cx, SQL_SHOP_TOKEN_STALE, &newest, V(r->shop->id),
	    V(r->token->pair));
	if (e != OK)
		return e;
	if (newest == 0 || r->token->until <= now)
		return cx_busy(cx, BUSY_MS,
		    "the store's access token ended on its way");
	return shop_set_reconnect(cx, r->shop,
	    "Shopify refuses even a token it has just given.");
}

enum err
token_refused_again(struct cx *cx, const struct shop *shop,
    const struct token *t)
{
	enum err e;

	e = tx_join(cx, refused_again_body, &(struct refusal){ shop, t });
	return e == OK ? dead(cx, shop) : e;
}

enum err
token_keep_alive(struct cx *cx, const struct shop *shop, int64_t idle_ms)
{
	struct pair p;
	enum err e;

	if ((e = load(cx, shop->id, &p)) != OK)
		return e == ERR_MISSING ? OK : e;
	if (p.refresh.p == NULL || p.refreshed_at > cx->now - idle_ms)
		return OK;
	return refresh(cx, shop);
}

/* --- install --- */

static enum err
exchange_leased(struct cx *cx, const char *id_token, struct storing *s)
{
	static const char grant[] =
	    "urn:ietf:params:oauth:grant-type:token-exchange";
	static const char subject[] =
	    "urn:ietf:params:oauth:token-type:id_token";
	static const char wanted[] =
	    "urn:shopify:params:oauth:token-type:offline-access-token";
	struct fresh f;
	struct json *body;
	enum err e;

	if ((e = with_app(cx, &body)) != OK)
		return e;
	json_set_text(cx, body, "grant_type", grant);
	json_set_text(cx, body, "subject_token", id_token);
	json_set_text(cx, body, "subject_token_type", subject);
	json_set_text(cx, body, "requested_token_type", wanted);
	json_set_text(cx, body, "expiring", "1");
	if ((e = ask(cx, s->shop, body, &f)) != OK)
		return e;
	s->fresh = &f;
	return store(cx, s);
}

enum err
token_install(struct cx *cx, const char *domain, const char *id_token,
    int64_t issued_at, struct shop *shop)
{
	char owner[37];
	enum err e;

	if ((e = shop_ensure(cx, domain, shop)) != OK)
		return e;
	if (shop_is_installed(shop))
		return OK;
	if ((e = lease(cx, shop->id, owner)) != OK)
		return e;
	/* Whoever had the lease before us may have installed it. */
	if ((e = shop_find_id(cx, shop->id, shop)) == OK &&
	    shop_is_installed(shop))
		return unlease(cx, shop->id, owner, OK);
	if (e == OK)
		e = exchange_leased(cx, id_token,
		    &(struct storing){
			.shop = shop,
			.owner = owner,
			.issued_at = issued_at,
			.begins = true,
		    });
	if (e == ERR_DENIED && strcmp(cx->code, "token_refused") == 0)
		e = cx_fail_code(cx, ERR_AUTH, "bad_id_token",
		    "Shopify does not take the ID token of %s", domain);
	if (e != OK)
		return unlease(cx, shop->id, owner, e);
	return shop_find_id(cx, shop->id, shop);
}

static enum err
renew(struct cx *cx, const struct shop *shop, const char *id_token,
    int64_t issued_at)
{
	char owner[37];
	enum err e;

	if ((e = lease(cx, shop->id, owner)) != OK)
		return e;
	e = exchange_leased(cx, id_token,
	    &(struct storing){
		.shop = shop,
		.owner = owner,
		.issued_at = issued_at,
	    });
	return e == OK ? OK : unlease(cx, shop->id, owner, e);
}

enum err
token_renew(struct cx *cx, const struct shop *shop, const char *id_token,
    int64_t issued_at)
{
	struct cx side;
	enum err e;

	if (issued_at <= shop->exchanged_at)
		return OK;
	cx_child(&side, cx);
	e = renew(&side, shop, id_token, issued_at);
	cx_done(&side);
	if (e == ERR_BUG)
		return e;
	if (e == OK || e == ERR_DENIED) /* refused, it proves nothing */
		return OK;
	return db_at_best(shop_opened(cx, shop, issued_at));
}
