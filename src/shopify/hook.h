/*
 * hook.h - webhooks: known to be Shopify's, stored before they are answered.
 *
 * Nothing is parsed at the door: the HMAC over the raw bytes says that the
 * body is Shopify's, and a row keeps it until a job reads it.
 */
#ifndef SHOPIFY_HOOK_H
#define SHOPIFY_HOOK_H

#include "base/cx.h"
#include "base/field.h"

struct secrets;

enum {
	HOOK_BODY_MAX = 8 * 1024 * 1024,
	HOOK_KEEP_DAYS = 7,
	HOOK_DEAD_DAYS = 30
};

struct hook {
	const char *id;    /* X-Shopify-Webhook-Id: of the delivery */
	const char *topic; /* "orders/create" */
	const char *domain;
	int64_t triggered_at; /* ms; 0: not said */
	struct bytes body;
};

/* Base64 decoded strictly, compared in constant time with every secret. */
bool hook_is_signed(struct cx *, const struct secrets *, struct bytes body,
    const char *hmac);

/* Ready to be stored: sealed, in memory of the caller's cx. */
struct hook_row {
	struct hook hook;
	struct bytes sealed;
	int64_t received_at; /* ms */
	bool fresh;          /* out: not a repeat */
};
void hook_seal(struct cx *, const struct hook *, struct hook_row *);
/* The body of a transaction: row and job, or nothing for a repeat.  A hook of
   a shop we do not know is kept as a dead letter. */
enum err hook_store(struct cx *, void *hook_row);
/* The same for many at once, whose shops must be known: `fresh` is not told,
   and a shop's job is added once.  ERR_MISSING: one is not known; store each
   by itself. */
enum err hook_store_many(struct cx *, struct hook_row **, size_t n);

/* --- for the job that reads them --- */
struct inbox {
	int64_t id;
	const char *hook_id;
	const char *topic;
	int64_t triggered_at, received_at; /* ms */
	struct bytes body;                 /* sealed */
};
enum err inbox_list(struct cx *, int64_t shop, int64_t after, int64_t limit,
    struct inbox **, size_t *n);
enum err inbox_open(struct cx *, const char *domain, const struct inbox *,
    struct bytes *body);
enum err inbox_done(struct cx *, int64_t id);
struct shop;
enum err inbox_dead(struct cx *, const struct shop *, const struct inbox *,
    const char *why);

#endif
