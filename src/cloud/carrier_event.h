/*
 * carrier_event.h - what carriers and warehouse systems say, in any order.
 *
 * An event has an id of its source and counts once.  It is stored first and
 * applied by its own time, not by when it came: of two trackings the later
 * one holds, a delivery that comes before its shipping is kept until then.  So
 * every order of arrival ends in the same state.
 *
 *   kept -> applied             changed the shipment; nothing for the store
 *      |--> owed -> sent        the store is told, once
 *      |       '--> held        the store could not take it (and why)
 *      |--> superseded          a second delivery
 *      '--> refused             cannot be true, or the shipment is cancelled
 */
#ifndef CLOUD_CARRIER_EVENT_H
#define CLOUD_CARRIER_EVENT_H

#include "base/cx.h"
#include "base/field.h"

struct shipment;

enum { CARRIER_BATCH_MAX = 1000 };

struct carrier_event {
	int64_t id, shipment;
	const char *public_id; /* of the shipment */
	const char *source, *ext_id;
	const char *kind; /* SHIPPED, TRACKING, or as Shopify calls them */
	int64_t happened_at;
	const char *message; /* or NULL */
	int64_t courier;     /* 0: none */
	const char *numbers; /* JSON array, or NULL */
	const char *state;
	const char *code, *reason, *next; /* or NULL */
	int64_t sent_at, received_at;
};

/* One of a batch; times are read by us so that a bad one costs its item
   only. */
struct carrier_event_in {
	const char *id, *shipment, *kind, *happened_at, *message, *courier;
	const char **tracking_numbers;
	size_t ntracking_numbers;
};
extern const struct field carrier_event_in_fields[];

struct carrier_result {
	const char *id;
	const char *result;        /* applied, kept, repeated, error */
	const char *state;         /* of the shipment then, or NULL */
	const char *code, *reason; /* or NULL */
};

/* Take a batch: a result per item, in its order.  Fails as a whole only if
   the database does; then some may be taken, and repeating is safe. */
enum err carrier_event_take(struct cx *, const char *source,
    const struct carrier_event_in *, size_t n, struct carrier_result **);

/* What is kept for a shipment and may count now changes *s.  The caller stores
   it.  Inside a transaction. */
enum err carrier_event_settle(struct cx *, struct shipment *s);

/* An event of our own (the verbs deliver and fail), settled. */
enum err carrier_event_own(struct cx *, struct shipment *s, const char *kind,
    int64_t at);

enum err carrier_event_list(struct cx *, int64_t shipment, int64_t limit,
    struct carrier_event **, size_t *n);
/* The next one the store is to be told; ERR_MISSING: none. */
enum err carrier_event_next(struct cx *, int64_t shipment,
    struct carrier_event *);
/* What became of it. */
enum err carrier_event_set(struct cx *, const struct carrier_event *);

#endif
