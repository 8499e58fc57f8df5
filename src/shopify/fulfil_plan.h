/*
 * fulfil_plan.h - which lines leave from which fulfilment orders, and why the
 * others do not.  Nothing is asked or stored here.
 */
#ifndef SHOPIFY_FULFIL_PLAN_H
#define SHOPIFY_FULFIL_PLAN_H

#include "shopify/fulfil.h"

/* Why something cannot be shipped; also what the store refuses with. */
enum fulfil_cause {
	CAUSE_NONE,
	CAUSE_SHIPPED,   /* nothing of it is left: fulfilled elsewhere? */
	CAUSE_NOT_SHOWN, /* in no fulfilment order that we are shown */
	CAUSE_ON_HOLD,
	CAUSE_SCHEDULED,
	CAUSE_INCOMPLETE,
	CAUSE_CANCELLED, /* this part of the order */
	CAUSE_ORDER_CANCELLED,
	CAUSE_FOREIGN, /* another app's fulfilment service has it */
	CAUSE_MOVED,   /* changed between our look and our call */
	CAUSE_GONE,    /* the order is not in the store, or too old */
	CAUSE_TOO_MANY,
	CAUSE_REFUSED, /* for a reason we do not know */
	CAUSES
};

/* Codes as doc/connector-protocol.md lists them. */
struct fulfil_word {
	const char *code, *reason, *next;
};
/* In words; `detail` may be NULL. */
struct fulfil_word fulfil_word(struct cx *, enum fulfil_cause,
    const char *detail);
/* What a refusal's text means. */
enum fulfil_cause fulfil_cause_read(const char *message);

/* What the store shows. */
struct fo_line {
	const char *gid;  /* of the fulfilment order's line */
	const char *line; /* of the order's, number */
	int64_t left;     /* pieces */
};
struct fo {
	const char *gid, *status, *request;
	const char *location; /* number, or NULL */
	const char *detail;   /* the hold's reason, the planned day, or NULL */
	bool can;             /* CREATE_FULFILLMENT is supported */
	struct fo_line *lines;
	size_t nlines;
};
struct fo_list {
	bool found;           /* the order is in the store */
	int64_t created_at;   /* ms, of the order */
	int64_t cancelled_at; /* ms; 0: not */
	struct fo *list;
	size_t n;
};

/* What is to be done. */
struct piece {
	const char *fo, *item; /* fulfilment order and its line, gids */
	const char *line;
	int64_t quantity;
};
struct parcel_plan { /* of one location */
	const char *location;
	struct piece *pieces;
	size_t n;
};
struct shortfall {
	const char *line;
	int64_t quantity;
	enum fulfil_cause cause;
	const char *detail; /* or NULL */
};
struct fulfil_plan {
	struct parcel_plan *parts;
	size_t n;
	struct shortfall *short_of;
	size_t nshort;
};

/* `need` is what is still to be shipped.  A fulfilment order that has all of a
   line goes before several that have it together. */
void fulfil_plan(struct cx *, const struct fo_list *,
    const struct fulfil_line *need, size_t n, struct fulfil_plan *);

#endif
