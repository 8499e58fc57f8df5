/*
 * shipment_export.h - what the store is to know of shipments.
 *
 * The outbox: a change that concerns the store adds the shipment's job ("ship")
 * in its own transaction while automatic processes are on; else the export
 * jobs, or a person's retry, add it.  A shipment's calls follow one another
 * (job key), and each may be repeated: the app knows (shipment, revision) and
 * event ids.  `due` says which effects are wanted, so that "Export Shipped
 * Orders" does not tell of deliveries.
 *
 * store_state: none (nothing to tell), owed, sent, partial (goes on by
 * itself), held (the store cannot take it now), refused (our call was wrong,
 * or was given up).
 */
#ifndef CLOUD_SHIPMENT_EXPORT_H
#define CLOUD_SHIPMENT_EXPORT_H

#include "cloud/carrier_event.h"
#include "cloud/shipment.h"

struct job_ref;

bool shipment_is_automatic(const struct shipment *);

/* Add or meet the shipment's job; inside the change's transaction. */
enum err shipment_export_add(struct cx *, const struct shipment *, int64_t prio,
    struct job_ref *);

/* Send what is owed now, automatic or not, events that were held too.
   ERR_CONFLICT: "nothing_to_send", "not_linked". */
enum err shipment_retry(struct cx *, const char *public_id, struct shipment *,
    struct job_ref *);

/* Mark what is owed of `what` as due and add jobs; `all`: also what the store
   held lately.  *n: how many, *later: how many are left for a later try. */
enum err shipment_export_all(struct cx *, int64_t channel, int what, bool all,
    int64_t *n, int64_t *later);

enum err shipment_find_id(struct cx *, int64_t id, struct shipment *);

/* The app's answer, stored and told. */
struct ship_answer {
	const char *state;                /* done, partial, held, refused */
	const char *code, *reason, *next; /* or NULL */
	const struct json *fulfillments;  /* list, or NULL */
};
enum err shipment_export_told(struct cx *, int64_t id, int64_t revision,
    const struct ship_answer *);
enum err shipment_export_event_told(struct cx *, const struct carrier_event *,
    const struct ship_answer *);
/* No event waits any more. */
enum err shipment_export_events_done(struct cx *, int64_t id);

#endif
