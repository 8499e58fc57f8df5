/*
 * idtoken.h - who speaks from the Shopify admin: the ID token (session token).
 *
 * A JWT, HS256 with the client secret, lives 60 s.  shopify.dev, "Session
 * tokens"; RFC 7519, RFC 8725.  Never stored.  Pure.
 */
#ifndef SHOPIFY_IDTOKEN_H
#define SHOPIFY_IDTOKEN_H

#include "base/cx.h"

enum { IDTOKEN_LEEWAY_S = 10 };

struct idtoken {
	const char *shop;   /* "name.myshopify.com" */
	const char *user;   /* the store's id of the person */
	int64_t issued_at;  /* ms, Shopify's clock; its nbf */
	int64_t expires_at; /* ms */
};

/* Every secret is tried (rotation).  ERR_AUTH, code "bad_id_token": the words
   say what is wrong without quoting it.  Checked: alg exactly HS256, no
   crit/jku/…, signature, exp and nbf within 10 s, aud, iss and dest of the
   same shop, the shop's form. */
enum err idtoken_check(struct cx *, const char *token, const char *client_id,
    const char *const *secrets, size_t nsecrets, struct idtoken *);

/* ^[a-z0-9][a-z0-9-]*\.myshopify\.com$, at most 255 bytes, exactly. */
bool shop_domain_is_valid(const char *);

#endif
