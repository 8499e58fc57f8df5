/*
 * fulfil.h - one shipment of the Cloud App becomes fulfilments in the store.
 *
 *   planned -> air -> made
 *                `--> refused    taken up again by the next call
 *
 * A fulfilment is what leaves one location.  Its row is "air", with a
 * deadline, before the call that makes it: fulfillmentCreate is not
 * idempotent, so whoever finds such a row waits past the deadline, reads back
 * what the store shows, and only then acts.  An order is worked on by one at a
 * time (fulfil_row.h).
 *
 * What the store cannot take now is an answer, "held", with code, reason and
 * next step, and no error; the same call later tries it anew.  ERR_BUSY with
 * wait_ms: somebody else is at it, an answer was lost just now, or the store
 * has not routed the order yet.
 */
#ifndef SHOPIFY_FULFIL_H
#define SHOPIFY_FULFIL_H

#include "base/cx.h"

struct shop;

enum {
	FULFIL_LINES_MAX = 1000, /* of one shipment */
	FULFIL_NUMBERS_MAX = 100,
	FULFIL_MADE_MAX = 100 /* fulfilments of one order */
};

struct fulfil_line {
	const char *id; /* of the order's line, the store's number */
	int64_t quantity;
};

struct fulfil_number {
	const char *number, *url; /* url NULL: none */
};

/* What is to be known of a shipment. */
struct fulfil_in {
	const char *id;      /* the Cloud App's */
	const char *order;   /* the store's number */
	int64_t revision;    /* of courier and tracking: 1, 2, … */
	const char *company; /* Shopify's spelling, or any name; NULL: none */
	struct fulfil_number *numbers;
	size_t nnumbers;
	bool notify; /* the buyer hears of it */
	struct fulfil_line *lines;
	size_t nlines;
};

struct fulfil_made {
	const char *id;       /* of the fulfilment */
	const char *location; /* or NULL */
	bool adopted;         /* fulfilled elsewhere before */
	const char *code;     /* events: why not taken; or NULL */
	const struct fulfil_line *lines;
	size_t nlines;
};

struct fulfil_out {
	const char *state; /* done, partial (goes on when asked again), held */
	const char *code, *reason, *next; /* or NULL */
	struct fulfil_made *made;
	size_t nmade;
};

/*
 * Make them.  Idempotent by (shop, id, revision); an older revision changes
 * nothing and answers how things are.  A newer one corrects the tracking of
 * what was made.  ERR_INPUT: the shipment was of another order.
 */
enum err fulfil_ship(struct cx *, const struct shop *, const struct fulfil_in *,
    struct fulfil_out *);

/* A carrier's word. */
struct fulfil_event_in {
	const char *shipment, *order;
	const char *id;      /* told once by it */
	const char *status;  /* "delivered", … as the protocol spells it */
	int64_t happened_at; /* ms */
	const char *message; /* or NULL */
};

/* Shopify's word for it; NULL: none. */
const char *fulfil_status(const char *status);

/*
 * Tell it to each fulfilment of the shipment, once; DELIVERED not where the
 * store knows already.  "held" where nothing was made of the shipment yet.
 */
enum err fulfil_event(struct cx *, const struct shop *,
    const struct fulfil_event_in *, struct fulfil_out *);

/* Drop what nobody will ask for again. */
enum err fulfil_trim(struct cx *, int64_t shop);

#endif
