/*
 * who.h - who asks: a person in the Shopify admin, or a shop's Cloud App.
 *
 * Made by site.c from a verified ID token or signature, and by nothing else;
 * everything that touches a shop's things gets the shop from here.
 */
#ifndef SHOPIFY_WHO_H
#define SHOPIFY_WHO_H

#include "shopify/shop.h"

struct who {
	struct shop shop;
	const char *user;     /* the store's id of the person; NULL: the Cloud
				 App */
	const char *id_token; /* the person's; NULL: the Cloud App */
	int64_t issued_at;    /* ms, Shopify's clock: when it was made */
};

#endif
