/*
 * fulfil_row.h - the rows behind fulfil.h: the lease on an order, shipments,
 * their fulfilments, carriers' words.
 *
 * The lease is short and renewed before every call; what may be in the air
 * outlives it by its own deadline.  A call whose lease is gone does not begin,
 * and its answer is stored only while the row is still of that call.
 */
#ifndef SHOPIFY_FULFIL_ROW_H
#define SHOPIFY_FULFIL_ROW_H

#include "base/field.h"
#include "shopify/fulfil.h"

struct shop;

enum {
	FULFIL_LEASE_MS = 20 * 1000,
	FULFIL_AIR_MS = 20 * 1000 /* a call gives up after 15 s */
};

struct fulfil_lease {
	int64_t shop;
	const char *order;
	const char *owner;
	int64_t now; /* ms, shared clock, when last asked */
};

/* ERR_BUSY: somebody else works on the order. */
enum err fulfil_lease_take(struct cx *, struct fulfil_lease *);
/* For FULFIL_LEASE_MS from now; ERR_BUSY: it is lost. */
enum err fulfil_lease_renew(struct cx *, struct fulfil_lease *);
/* The reason of an earlier failure is kept. */
void fulfil_lease_drop(struct cx *, const struct fulfil_lease *);

struct fulfil_ship {
	int64_t id;
	int64_t shop;
	const char *shipment, *order_id;
	int64_t revision;
	const char *lines;    /* JSON */
	const char *company;  /* or NULL */
	const char *tracking; /* JSON */
	int64_t notify;
	const char *state; /* going done held */
	const char *code, *reason, *next;
};

enum err fulfil_ship_find(struct cx *, int64_t shop, const char *shipment,
    struct fulfil_ship *);
/* Make it, or bring it to a newer revision.  `any`: something was made, or may
   be in the air, so its lines stay. */
enum err fulfil_ship_take(struct cx *, const struct shop *,
    const struct fulfil_in *, bool any, struct fulfil_ship *);
enum err fulfil_ship_lines(struct cx *, const struct fulfil_ship *,
    struct fulfil_line **, size_t *n);
enum err fulfil_ship_numbers(struct cx *, const struct fulfil_ship *,
    struct fulfil_number **, size_t *n);

struct fulfil {
	int64_t id;
	int64_t ship;
	const char *location; /* or NULL */
	const char *lines;    /* JSON */
	const char *state;    /* planned air made refused */
	const char *external; /* the store's number, once made */
	int64_t adopted;
	int64_t revision;       /* whose tracking the store has */
	const char *numbers;    /* JSON; ours that the store has */
	int64_t tracking_until; /* ms; its tracking is in the air; 0: not */
	int64_t aired_at, air_until;
	/* read from the JSON */
	struct fulfil_line *line;
	size_t nlines;
	const char **number;
	size_t nnumbers;
};

enum err fulfil_list(struct cx *, int64_t ship, struct fulfil **, size_t *n);
enum err fulfil_list_order(struct cx *, int64_t shop, const char *order,
    struct fulfil **, size_t *n);
const char *fulfil_lines_json(struct cx *, const struct fulfil_line *,
    size_t n);
const char *fulfil_texts_json(struct cx *, const char *const *, size_t n);

struct fulfil_event {
	int64_t id;
	int64_t ship;
	const char *event, *external, *status;
	int64_t happened_at;
	const char *state; /* planned air made held */
	const char *code, *reason;
	int64_t aired_at, air_until;
};

enum err fulfil_event_list(struct cx *, int64_t ship, const char *event,
    struct fulfil_event **, size_t *n);

#endif
