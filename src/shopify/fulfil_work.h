/*
 * fulfil_work.h - one run over a shipment, as the files of fulfil share it.
 */
#ifndef SHOPIFY_FULFIL_WORK_H
#define SHOPIFY_FULFIL_WORK_H

#include "shopify/fulfil_call.h"
#include "shopify/fulfil_row.h"

struct note;

struct work {
	const struct shop *shop;
	const char *shipment;
	struct fulfil_lease lease;
	int64_t started; /* ms, monotonic */
	struct fulfil_ship ship;
	struct fulfil_line *lines; /* of the shipment */
	size_t nlines;
	struct fulfil_number *numbers;
	size_t nnumbers;
	struct fulfil *parts; /* its fulfilments */
	size_t nparts;
	struct fulfil_seen *seen; /* what the store shows, once looked */
	size_t nseen;
	bool looked;
	/* what is in the way */
	enum fulfil_cause cause;
	const char *detail;
	int64_t later_ms; /* > 0: worth trying again by itself after that */
	bool not_ready;   /* because the store has not routed the order yet */
};

/* Before a call: the lease is ours for its length, the token is good for it,
   and somebody still waits for our answer.  ERR_BUSY: the last is not so;
   later_ms is set. */
enum err fulfil_go_on(struct cx *, struct work *);
/* Remember the first thing in the way. */
void fulfil_blocked(struct work *, enum fulfil_cause, const char *detail);
/* Come back later: ERR_BUSY, unless the rest can be done now. */
enum err fulfil_later(struct cx *, struct work *, int64_t ms, const char *why);
/* In our Logs, under the order. */
enum err fulfil_note(struct cx *, const struct work *, const struct note *);
/* Read the shipment's fulfilments again. */
enum err fulfil_reload(struct cx *, struct work *);
/* What no fulfilment has yet. */
void fulfil_need(struct cx *, const struct work *, struct fulfil_line **,
    size_t *n);

/* --- fulfil_make.c --- */
/* Make what is missing; what is in the way is in `w`. */
enum err fulfil_make(struct cx *, struct work *);

/* --- fulfil_back.c --- */
/* What an earlier run left in the air; ERR_BUSY: it may still be there. */
enum err fulfil_settle(struct cx *, struct work *);
/* Take what somebody else has fulfilled for these lines. */
enum err fulfil_adopt(struct cx *, struct work *, const struct shortfall *,
    size_t n);
/* Bring the tracking of what was made to the shipment's revision. */
enum err fulfil_correct(struct cx *, struct work *);

#endif
