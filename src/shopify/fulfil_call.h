/*
 * fulfil_call.h - what is asked of Shopify for shipments, one function a call.
 *
 * A refusal (userErrors) is an answer, not a failure.  On failure *maybe says
 * that the call may have taken place all the same.
 */
#ifndef SHOPIFY_FULFIL_CALL_H
#define SHOPIFY_FULFIL_CALL_H

#include "shopify/fulfil_plan.h"

struct shop;

/* 20 points; more for orders of more than 2 fulfilment orders or 20 lines.
   ERR_INPUT, code "too_many_lines": more than can be read. */
enum err fulfil_read_orders(struct cx *, const struct shop *, const char *order,
    size_t nlines, struct fo_list *);

/* A fulfilment that the store shows. */
struct fulfil_seen {
	const char *id; /* number */
	const char *status;
	const char *location; /* number, or NULL */
	int64_t created_at;   /* ms */
	const char **numbers;
	size_t nnumbers;
	struct fulfil_line *lines;
	size_t nlines;
};
/* All of an order: 20 points or a little more. */
enum err fulfil_read_made(struct cx *, const struct shop *, const char *order,
    struct fulfil_seen **, size_t *n);

struct fulfil_answer {
	const char *id;      /* number of what was made */
	const char *refusal; /* or NULL */
	bool maybe;          /* on failure: it may have been applied */
};

struct fulfil_tracking {
	const char *company; /* or NULL */
	const struct fulfil_number *numbers;
	size_t n;
	bool notify;
};
enum err fulfil_create(struct cx *, const struct shop *,
    const struct parcel_plan *, const struct fulfil_tracking *,
    struct fulfil_answer *);
enum err fulfil_track(struct cx *, const struct shop *, const char *id,
    const struct fulfil_tracking *, struct fulfil_answer *);

struct fulfil_said { /* what the store knows of one fulfilment */
	bool found;
	const char *status;
	int64_t delivered_at; /* ms; 0: not */
	const struct json *events;
};
/* 4 points for all of them with 2 events each; seen[i] in the same order. */
enum err fulfil_read_events(struct cx *, const struct shop *,
    const char *const *ids, size_t n, int64_t events, struct fulfil_said *);
bool fulfil_said_has(const struct fulfil_said *, const char *status,
    int64_t happened_at);

struct fulfil_saying {
	const char *id; /* of the fulfilment */
	const char *status;
	int64_t happened_at; /* ms */
	const char *message; /* or NULL */
};
enum err fulfil_say(struct cx *, const struct shop *,
    const struct fulfil_saying *, struct fulfil_answer *);

#endif
