/*
 * app.h - what the Shopify app serves: who asks, and its routes.
 */
#ifndef SHOPIFY_APP_H
#define SHOPIFY_APP_H

#include "net/http.h"
#include "shopify/shop.h"

/* Who asks: made by site.c from a verified ID token or signature only. */
struct who {
	struct shop shop;
	const char *user; /* the store's id of the person, or NULL: the Cloud
			     App */
};

extern const struct route hook_routes[], callback_routes[], connection_routes[],
    action_routes[], log_routes[], page_routes[];

/* The whole site; `self` is not used. */
extern const struct site shopify_site;
/* What to do next, by code. */
extern const struct hint shopify_hints[];

#endif
