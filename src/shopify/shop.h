/*
 * shop.h - a store that has installed the app, and its link to a Cloud App.
 *
 * An installation begins with the first valid ID token of an unknown shop and
 * ends with app/uninstalled.  Installing again is a new generation, so that a
 * late uninstall or redact of the old one cannot hit it.
 */
#ifndef SHOPIFY_SHOP_H
#define SHOPIFY_SHOP_H

#include "base/cx.h"
#include "base/field.h"

struct shop {
	int64_t id;         /* the tenant of its jobs and events */
	const char *domain; /* "name.myshopify.com" */
	int64_t generation; /* 1, 2, … */
	const char *state;  /* installed, uninstalled, reconnect (its tokens
	                       are dead: the app must be opened once) */
	int64_t installed_at, uninstalled_at; /* ms */
	const char *scopes;
	/* the link; app_url NULL: never paired */
	const char *app_url;    /* Logivery App URL */
	const char *link_state; /* none, linked, disconnected */
	const char *link_reason; /* why disconnected, in words, or NULL */
	const char *label;      /* the connector's, as it says */
	int64_t automatic;      /* 1: "Enable automatic processes" is on */
	int64_t every_step;     /* 1: show every tag step */
};
extern const struct field shop_fields[];

enum err shop_find(struct cx *, const char *domain, struct shop *);
enum err shop_find_id(struct cx *, int64_t id, struct shop *);
enum err shop_list(struct cx *, struct shop **, size_t *n); /* installed */

/* First valid ID token of an unknown or uninstalled shop: exchange it for
   tokens, store the installation (new generation), set its schedules.  An
   installed shop with good tokens: only found.  May be repeated. */
enum err shop_install(struct cx *, const char *domain, const char *id_token,
    struct shop *);
/* app/uninstalled of `triggered_at`: older than this installation: ignored.
   One transaction: state, tokens wiped, jobs dropped, Cloud App told. */
enum err shop_uninstall(struct cx *, const char *domain,
    int64_t triggered_at);

#endif
