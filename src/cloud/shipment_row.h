/*
 * shipment_row.h - what the files of shipments share.
 */
#ifndef CLOUD_SHIPMENT_ROW_H
#define CLOUD_SHIPMENT_ROW_H

#include "cloud/shipment.h"

struct courier;

extern const struct field shipment_fields[]; /* rows: shipment_view */
extern const struct field ship_id_field[];   /* rows: id */

struct row_id {
	int64_t id;
};

struct left { /* a line, and how much of it is in shipments */
	int64_t id;
	const char *external_id, *title;
	int64_t requires_shipping, current_quantity, planned;
};
enum err shipment_left(struct cx *, int64_t order, struct left **, size_t *n);

/* Hold the order's row; ERR_MISSING. */
enum err shipment_lock(struct cx *, int64_t order);
/* Find, hold the order's row, read what is true then, with numbers. */
enum err shipment_take(struct cx *, const char *public_id, struct shipment *);
/* Write all that may change, but not what the store said. */
enum err shipment_store(struct cx *, struct shipment *);
enum err shipment_follow(struct cx *, int64_t order); /* the order's status */

/* A line of the Queue Log about a shipment. */
struct ship_word {
	const char *level, *step, *text, *reason, *next;
};
enum err shipment_tell(struct cx *, const struct shipment *,
    const struct ship_word *);
/* "Shipment abc… of order #1001" */
const char *shipment_called(struct cx *, const struct shipment *);

/* Courier and numbers as they are to be from `at` on.  Older than what is
   there: nothing.  *changed: something is different now; after shipping a new
   revision is owed.  `key` decides between two of one time. */
struct tracking {
	const struct courier *courier; /* NULL: as it is */
	const char *const *numbers;    /* n 0: as they are */
	size_t n;
	int64_t at;
	const char *key;
};
enum err shipment_set_tracking(struct cx *, struct shipment *,
    const struct tracking *, bool *changed);

/* Is `at` no more than a day before the order was placed?  0: not said.
   ERR_INPUT, code "shipped_before_order". */
enum err shipped_check(struct cx *, int64_t order, int64_t at);

/* Into SHIPPED at `at`: times, the first revision, the log.  Not stored. */
enum err shipment_set_shipped(struct cx *, struct shipment *, int64_t at);

#endif
