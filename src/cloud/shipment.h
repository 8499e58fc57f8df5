/*
 * shipment.h - lines of one order in one parcel or more, on their way.
 *
 *   CREATED -> CONFIRMED -> SHIPPED -> DELIVERED -> CLOSED
 *      |           |          ^ |
 *      '-> CANCELLED <'       | '-> TRACKING_FAILED (and back, or DELIVERED)
 *
 * What verb is allowed in what state is one table (shipment_state.c).  The
 * order's status follows from its shipments in the same transaction.  All
 * changes of an order's shipments follow one another: they hold its row.
 * What the store is to know is owed with the change (shipment_export.h).
 */
#ifndef CLOUD_SHIPMENT_H
#define CLOUD_SHIPMENT_H

#include "base/cx.h"
#include "base/field.h"

enum ship_state {
	SHIP_CREATED,
	SHIP_CONFIRMED,
	SHIP_SHIPPED,
	SHIP_DELIVERED,
	SHIP_CLOSED,
	SHIP_TRACKING_FAILED,
	SHIP_CANCELLED,
	SHIP_STATES
};

enum ship_verb {
	VERB_TRACK, /* courier and numbers known, or corrected */
	VERB_SHIP,
	VERB_DELIVER,
	VERB_FAIL, /* the carrier could not deliver */
	VERB_CANCEL,
	VERB_CLOSE,
	SHIP_VERBS
};

enum {
	TRACKING_MAX = 20,            /* numbers of one shipment */
	TRACKING_TEXT_MAX = 100,      /* characters of one */
	CLOCK_SKEW_MS = 5 * 60 * 1000 /* "in the future" begins here */
};

struct shipment {
	int64_t id;
	const char *public_id;
	int64_t order_id;
	const char *order_name, *order_external;
	int64_t order_cancelled_at; /* ms, in the store; 0: not */
	int64_t channel;
	int64_t connector;            /* that serves the channel now; 0: none */
	const char *connector_public; /* or NULL */
	int64_t automatic;            /* of that connector */
	const char *link_state;       /* of that connector */
	const char *state;
	int64_t courier; /* 0: none */
	const char *courier_code, *courier_name, *courier_shopify, *courier_url;
	int64_t notify_customer, hold;
	int64_t shipped_at, delivered_at; /* ms; 0: not yet */
	int64_t tracking_at;              /* ms; older changes nothing */
	const char *tracking_key;
	int64_t state_at;                /* ms of the carrier's last word */
	int64_t revision, sent_revision; /* of tracking: wanted, in the store */
	int64_t due;                     /* SHIP_DUE_… */
	const char *store_state; /* none owed sent partial held refused */
	const char *store_code, *store_reason, *store_next; /* or NULL */
	int64_t store_at, store_tries, store_retry_at;
	const char *search;
	int64_t created_at;
	const char **numbers; /* tracking; where a function says so */
	size_t nnumbers;
	int owes; /* SHIP_DUE_… that changed in this transaction */
};

/* What the store is to be told. */
enum { SHIP_DUE_FULFILLMENT = 1, SHIP_DUE_EVENTS = 2 };

struct ship_line {
	int64_t id;
	const char *external_id, *sku, *title;
	int64_t quantity; /* pieces in the shipment */
};

struct ship_fulfillment {
	const char *external_id, *location; /* the store's; location or NULL */
	int64_t adopted;
	const char *lines; /* JSON */
	int64_t made_at;
};

enum ship_state ship_state_read(const char *); /* SHIP_STATES: none */
const char *ship_state_name(enum ship_state);
const char *ship_verb_word(enum ship_verb); /* "shipped" */

/* What a verb does in a state. */
enum ship_move {
	MOVE_NO,
	MOVE_GO,
	MOVE_SAME /* allowed if nothing changes: a repeat */
};
enum ship_move ship_move(enum ship_state, enum ship_verb, enum ship_state *to);
/* What is to be done instead, in words. */
const char *ship_next(enum ship_state);

/* --- reading --- */

enum err shipment_find(struct cx *, const char *public_id, struct shipment *);
struct shipment_filter {
	int64_t channel;         /* 0: any */
	const char *state;       /* NULL: any */
	const char *store_state; /* NULL: any */
	const char *q;           /* order, courier, number; NULL: any */
	int64_t before, limit;
};
enum err shipment_list(struct cx *, const struct shipment_filter *,
    struct shipment **, size_t *n); /* without numbers */
enum err shipment_of_order(struct cx *, int64_t order, struct shipment **,
    size_t *n);
enum err shipment_numbers(struct cx *, struct shipment *);
enum err shipment_lines(struct cx *, int64_t id, struct ship_line **,
    size_t *n);
enum err shipment_fulfillments(struct cx *, int64_t id,
    struct ship_fulfillment **, size_t *n);

/* --- making --- */

struct ship_line_in {
	const char *line_id;
	int64_t quantity;
};

struct shipment_in {
	struct ship_line_in *lines; /* none: all that is left */
	size_t nlines;
	const char *courier; /* code or name, or NULL */
	const char **tracking_numbers;
	size_t ntracking_numbers;
	int64_t notify; /* 1, 0, or -1: as the connector says */
	int64_t order;
	const char *key; /* Idempotency-Key, or NULL */
};

/*
 * From an order's lines.  ERR_INPUT: "line_not_in_order", "quantity_over_left"
 * name the line; ERR_CONFLICT: "nothing_left", "order_cancelled",
 * "order_conflict".  With a key that came before: the shipment of then, and
 * *fresh is false.
 */
enum err shipment_add(struct cx *, const struct shipment_in *,
    struct shipment *, bool *fresh);
/* The same inside the caller's transaction; fails before it writes. */
enum err shipment_add_in(struct cx *, const struct shipment_in *,
    struct shipment *, bool *fresh);

/* --- moving --- */

struct ship_act {
	const char *id; /* public */
	enum ship_verb verb;
	const char *courier;  /* code or name; NULL: as it is */
	const char **numbers; /* tracking; n 0: as they are */
	size_t nnumbers;
	int64_t at; /* ms: shipped_at, delivered_at; 0: now, or as it is */
};

/* Do it.  *changed false: a repeat, nothing happened.  ERR_CONFLICT:
   "wrong_state", "not_shipped", "shipment_on_hold"; ERR_INPUT:
   "unknown_courier", "in_the_future", "shipped_before_order",
   "delivered_before_shipped". */
enum err shipment_act(struct cx *, const struct ship_act *, struct shipment *,
    bool *changed);
/* Inside the caller's transaction; fails before it writes. */
enum err shipment_act_in(struct cx *, const struct ship_act *,
    struct shipment *, bool *changed);

/* 1 … TRACKING_MAX numbers of 1 … TRACKING_TEXT_MAX characters, none twice. */
enum err tracking_check(struct cx *, const char *const *numbers, size_t n);
/* `name` is the member: "shipped_at". */
enum err past_check(struct cx *, const char *name, int64_t at);

#endif
