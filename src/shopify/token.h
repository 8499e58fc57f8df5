/*
 * token.h - a shop's expiring offline tokens.
 *
 * shopify.dev, "Offline access tokens": an access token lives an hour, its
 * refresh token 90 days and is used up by a refresh.  Exchange and refresh
 * take one lease, so that one of them runs at a time on all nodes; a pair is
 * stored, sealed, in one commit before it is used.
 */
#ifndef SHOPIFY_TOKEN_H
#define SHOPIFY_TOKEN_H

#include "base/cx.h"

struct shop;

struct token {
	const char *access; /* in the caller's arena */
	int64_t pair;       /* names it */
	int64_t until;      /* ms: it lives until then, if not refused */
};

/* The access token, refreshed if it has under 5 minutes.  ERR_BUSY: another is
   getting one; ERR_DENIED, code "reconnect": the pair is dead, the app must be
   opened once. */
enum err token_get(struct cx *, const struct shop *, struct token *);
/* Shopify refuses it: the next token_get gets another one. */
enum err token_refused(struct cx *, const struct shop *, const struct token *);
/* … and the other one as well.  ERR_DENIED, code "reconnect": the app must be
   opened, and that is noted; ERR_BUSY: it only ended on its way, or another has
   got a newer one. */
enum err token_refused_again(struct cx *, const struct shop *,
    const struct token *);
/* Refresh even if it is young: keeps the refresh token of an idle shop alive.
   Nothing happens if it was refreshed within `idle_ms`. */
enum err token_keep_alive(struct cx *, const struct shop *, int64_t idle_ms);

/*
 * The first valid ID token of a shop that is not installed, or whose pair is
 * dead: exchange it, and begin the installation in the commit that stores the
 * pair.  An installed shop: only found.  May be repeated.  `issued_at` is the
 * ID token's, ms.
 */
enum err token_install(struct cx *, const char *domain, const char *id_token,
    int64_t issued_at, struct shop *);
/*
 * A person opens the app of an installed shop.  It may have been uninstalled
 * and installed again without our hearing of it yet: an ID token newer than the
 * one exchanged last is exchanged, so that the pair is of this installation.
 * If that fails, the pair stays as it was, and that it was opened is kept; not
 * if Shopify refuses the ID token.
 */
enum err token_renew(struct cx *, const struct shop *, const char *id_token,
    int64_t issued_at);

#endif
