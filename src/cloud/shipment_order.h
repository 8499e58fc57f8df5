/*
 * shipment_order.h - an order changed in the store after it has shipments.
 *
 * With an order's first shipment we note what it was made on: the quantities
 * of its lines, the address (as a hash), whether it was cancelled.  When the
 * store's order is no longer that, what is not yet shipped is held, and both
 * sides are shown with a choice.  Nothing is changed by itself.
 *
 *   keep    ship as planned
 *   cancel  cancel what is not yet shipped
 *   adapt   cut what is not yet shipped down to what the store still wants
 */
#ifndef CLOUD_SHIPMENT_ORDER_H
#define CLOUD_SHIPMENT_ORDER_H

#include "base/cx.h"

/*
 * The order's content, or that it is cancelled, may have changed.  Inside the
 * transaction that stores it; no shipments: nothing happens.  Holds and tells,
 * lets go again if the store is back at what we have.
 */
enum err shipment_order_changed(struct cx *, int64_t order);

/* Shipments are made on what the order is now; no conflict is open. */
enum err shipment_basis_set(struct cx *, int64_t order);

/* ERR_CONFLICT, code "order_conflict": one is open. */
enum err shipment_conflict_check(struct cx *, int64_t order, const char *name);

struct conflict {
	int64_t order_id;
	const char *basis;  /* JSON: our side */
	const char *theirs; /* JSON: the store's side; NULL: no conflict */
	const char *what;   /* in words, or NULL */
	int64_t since;      /* ms; 0: no conflict */
	const char *choice; /* made last, or NULL */
	int64_t chosen_at;  /* ms; 0: never */
};
/* ERR_MISSING: the order never had shipments. */
enum err shipment_conflict_find(struct cx *, int64_t order, struct conflict *);

/* ERR_INPUT: no such choice; ERR_CONFLICT, code "no_conflict"; ERR_MISSING. */
enum err shipment_conflict_choose(struct cx *, int64_t order,
    const char *choice);

#endif
