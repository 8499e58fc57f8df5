/*
 * pairing.h - what staff paste to pair the store, and the calls that try it.
 *
 * While our call to /link is open the Cloud App pings us, signed with the very
 * token that is being tried: it is kept for a minute beside the saved one.
 */
#ifndef SHOPIFY_PAIRING_H
#define SHOPIFY_PAIRING_H

#include "base/cx.h"
#include "base/field.h"

struct json;
struct shop;

struct pairing {
	const char *app_url;
	const char *token; /* NULL: the saved one, at the saved address */
	bool replace;      /* the old connector, if another holds the store */
};
extern const struct field pairing_fields[];

/* Without what people paste around it.  ERR_INPUT, code "bad_url" or
   "bad_token": one of them cannot be right; also without a token where none is
   saved for this address.  A saved token is never sent elsewhere. */
enum err pairing_tidy(struct cx *, const struct shop *, struct pairing *);

/* Before the calls below, once for each check or save that a person asks for:
   60 an hour for a store, over all nodes, so that nobody searches a network by
   us.  ERR_BUSY, code "too_many_tries": there were as many; cx->wait_ms is what
   is left of the hour. */
enum err pairing_count_try(struct cx *, const struct shop *);

/* GET the Logivery App URL: what the connector says of itself, its time among
   it.  Tries address, TLS, clock and token; claims nothing. */
enum err pairing_look(struct cx *, const struct shop *, const struct pairing *,
    struct json **about);

/* POST /link; with `verify` nothing is claimed.  Both directions.  Said yes to,
   the token stays on trial until it is saved: the Cloud App may call us with it
   before that.  Of both: ERR_INPUT, code "token_refused"; else as cloud_call.
 */
enum err pairing_link(struct cx *, const struct shop *, const struct pairing *,
    bool verify, struct json **answer);

#endif
