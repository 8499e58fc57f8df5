/*
 * shipment_rig.h - what the tests of shipments share: orders with lines, short
 * ways to move, an app that answers shipments from a script.
 */
#ifndef TEST_SHIPMENT_RIG_H
#define TEST_SHIPMENT_RIG_H

#include "cloud_rig.h"

#include "cloud/carrier_event.h"
#include "cloud/shipment.h"
#include "cloud/shipment_export.h"
#include "cloud/shipment_order.h"

#define DAY_MS_ INT64_C(86400000)

/* The store's side of shipments. */
enum store_answer {
	STORE_DONE,
	STORE_ADOPTED,
	STORE_HELD,
	STORE_PARTIAL,
	STORE_LOST,    /* done, but the answer gets lost */
	STORE_REFUSED, /* 422 */
	STORE_DOWN     /* 503, nothing done */
};
struct store {
	const enum store_answer *script; /* one a call; then STORE_DONE */
	size_t nscript;
	int calls, shipments, events;
	/* Effects, as an app that knows (shipment, revision) and event ids
	   makes them. */
	int fulfilled, updated, told;
	char seen[8192];    /* "shipment:revision " and "event " */
	char last[4][4096]; /* bodies, the latest last */
	char tracking[256]; /* numbers the store shows now */
	char delivered_at[64];
	void (*during)(struct cx *); /* once, while a call is in the air */
};
extern struct store store;

/* rig(), a linked connector, automatic or not, and the store's script. */
struct connector ship_rig(struct cx *, bool automatic);

/* An imported order with `nlines` lines of 3 pieces; its id here. */
struct json *ship_document(struct cx *, int64_t id, int64_t later_s,
    int nlines);
int64_t ship_order(struct cx *, const struct connector *, int64_t id,
    int nlines);
void line_quantity(struct cx *, struct json *doc, int line, int64_t now);
int64_t line_id(struct cx *, int64_t order, int line);
const char *status_of(struct cx *, int64_t order);

struct shipment ship_all(struct cx *, int64_t order);
/* Pieces of one line. */
struct shipment ship_some(struct cx *, int64_t order, int line,
    int64_t quantity);
enum err ship_try(struct cx *, const char *id, enum ship_verb);
struct shipment ship_now(struct cx *, const char *id);
void ship_it(struct cx *, const char *id, const char *courier,
    const char *number);

/* One event; its result. */
struct carrier_result event_in(struct cx *, const char *shipment,
    const char *id, const char *kind, int minute, const char *number);

/* How often the step was told. */
int64_t told(struct cx *, const char *step);

#endif
