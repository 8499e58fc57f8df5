/*
 * check.h - what a check of the connection tried, one point each, and what came
 * of it.
 *
 * A point is ok or failed only if it was really tried at this moment, or what
 * happened proves it (a webhook that came); else it is unknown, and says why.
 * Each outcome is a row of one table: its code, its words, what to do next.
 */
#ifndef SHOPIFY_CHECK_H
#define SHOPIFY_CHECK_H

#include "base/cx.h"

struct json;
struct pairing;
struct shop;

enum check_point {
	CHECK_ADDRESS,  /* the Logivery App URL is well written and public */
	CHECK_REACH,    /* we reach the Cloud App there */
	CHECK_TLS,      /* its certificate is valid */
	CHECK_CLOCK,    /* its clock is ours */
	CHECK_TOKEN,    /* it knows the token */
	CHECK_STORE,    /* the connector is free for this store */
	CHECK_BACK,     /* it reaches us, and its signature is right */
	CHECK_SCOPES,   /* Shopify granted all that is needed */
	CHECK_PERSONAL, /* protected customer data are not withheld */
	CHECK_WINDOW,   /* orders of the last 60 days can be read */
	CHECK_WEBHOOK,  /* what happens in the store comes here */
	CHECK_POINTS
};

struct check {
	const char *code;    /* of the outcome; "not_tried" at first */
	const char *words;   /* NULL: those of the code */
	int64_t at;          /* ms; the instant the words are about; 0: none */
	int64_t seconds;     /* by which clocks differ; -1: not about that */
	const char *missing; /* scopes, or NULL */
};
struct check_list {
	struct check points[CHECK_POINTS];
};

void check_begin(struct check_list *);
/* The outcome of a point; its code must be one of the point's.  Answers the
   point, for what else there is to say of it. */
struct check *check_set(struct check_list *, enum check_point,
    const char *code);
/* The same after a failure, with cx->why as its words. */
void check_fail(struct cx *, struct check_list *, enum check_point,
    const char *code);

/* The points the Cloud App is asked for, CHECK_ADDRESS to CHECK_BACK: first
   what its connector says of itself, then POST /link, which claims nothing.
   OK: the connection is established, *label is the connector's.  Else why it
   is not, as pairing_link. */
enum err check_cloud(struct cx *, const struct shop *, struct pairing *,
    struct check_list *, const char **label);

/* The points Shopify is asked for, CHECK_SCOPES to CHECK_WEBHOOK.  Only
   ERR_STORE and ERR_BUG are failures; what Shopify refuses is an outcome. */
enum err check_shopify(struct cx *, const struct shop *, struct check_list *);

/* [{name, state, code, detail, next, at, seconds, missing}] */
struct json *check_json(struct cx *, const struct check_list *);

#endif
