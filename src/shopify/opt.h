/*
 * opt.h - what the program was told at its start, as the domain asks for it.
 *
 * Secrets are read from their file at every use, so that a rotated one works
 * without a restart: a line each, the current one first.
 */
#ifndef SHOPIFY_OPT_H
#define SHOPIFY_OPT_H

#include "base/cx.h"

enum { SECRETS_MAX = 8 };

#define APP_VERSION "0.1.0"

/* Where Shopify shows an app's id and secret. */
#define OPT_DASHBOARD "Dev Dashboard (Apps, your app, Settings)"

/* Of NULL conf: NULL, and false. */
const char *opt_text(const struct cx *, const char *name);
bool opt_is(const struct cx *, const char *name);

struct secrets {
	const char *secret[SECRETS_MAX];
	size_t n;
};
/* ERR_INPUT: the file is missing or empty; names it. */
enum err opt_secrets(struct cx *, struct secrets *);

/* ERR_INPUT: others than its owner and group may read it, or group may write
   it.  A warning: containers are given theirs with any mode. */
enum err opt_secrets_mode(struct cx *);

/* --shopify-url with the shop in its place, and a path behind it. */
const char *opt_shopify_url(struct cx *, const char *domain, const char *path);
/* --public-url with a path behind it. */
const char *opt_public_url(struct cx *, const char *path);

#endif
