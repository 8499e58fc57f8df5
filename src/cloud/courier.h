/*
 * courier.h - who carries parcels, and how the store calls them.
 *
 * A courier has a code (REST, CSV), a name (people), Shopify's exact spelling
 * if it knows the courier (the store then makes tracking links and follows the
 * parcel itself), else a tracking page with {number} in it.  The usual ones of
 * an Italian warehouse are there from the start; users add their own.
 */
#ifndef CLOUD_COURIER_H
#define CLOUD_COURIER_H

#include "base/cx.h"
#include "base/field.h"

struct courier {
	int64_t id;
	const char *code;
	const char *name;
	const char *shopify_name; /* or NULL */
	const char *url;          /* with {number}, or NULL */
	int64_t custom;           /* 1: added by a user */
};

struct courier_in {
	const char *code, *name, *shopify_name, *tracking_url;
};
extern const struct field courier_in_fields[];

/* By code or name, letters' case aside.  ERR_INPUT, code "unknown_courier". */
enum err courier_find(struct cx *, const char *code_or_name, struct courier *);
enum err courier_find_id(struct cx *, int64_t id, struct courier *);
/* By name, behind `after` ("" from the start). */
enum err courier_list(struct cx *, const char *after, int64_t limit,
    struct courier **, size_t *n);
/* ERR_INPUT: what is wrong.  ERR_CONFLICT, code "courier_taken". */
enum err courier_add(struct cx *, const struct courier_in *, struct courier *);
/* ERR_MISSING; ERR_CONFLICT, code "courier_in_use" or "courier_built_in". */
enum err courier_drop(struct cx *, const char *code);

/* The key of a list's order: the name in lower case. */
const char *courier_key(struct cx *, const struct courier *);
/* The tracking page of a number, or NULL; `url` holds {number}. */
const char *courier_page(struct cx *, const char *url, const char *number);

#endif
