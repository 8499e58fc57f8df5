/*
 * privacy.h - compliance requests: done here, and passed on until delivered.
 */
#ifndef SHOPIFY_PRIVACY_H
#define SHOPIFY_PRIVACY_H

#include "base/cx.h"
#include "base/field.h"

struct json;
struct shop;

/* One of the three compliance topics; once by `hook_id`.  ERR_INPUT: the
   payload is not what it should be. */
enum err privacy_take(struct cx *, const struct shop *, const char *topic,
    const char *hook_id, const struct json *payload);
/* app/scopes_update. */
enum err privacy_scopes(struct cx *, const struct shop *,
    const struct json *current);

struct privacy_out {
	int64_t id;
	const char *kind;
	const char *request_id;
	const char *customer; /* or NULL */
	const char *orders;   /* JSON array */
};
/* What has not been passed on, with an id above `after`; at most
   PRIVACY_PAGE, in the order of their ids. */
enum { PRIVACY_PAGE = 50 /* as in privacy_out_list.sql */ };
enum err privacy_list(struct cx *, int64_t shop, int64_t after,
    struct privacy_out **, size_t *n);
enum err privacy_done(struct cx *, int64_t id);

#endif
