/*
 * order.h - an order, once per (sales channel, the store's order id).
 *
 * Importing is an upsert.  Its revision is (updated_at, digest): same digest:
 * nothing happens; older: refused as stale; same second, other digest: the
 * later import wins only with a document read after (the app sees to that).
 * Data is replaced; status and shipments are never touched.
 */
#ifndef CLOUD_ORDER_H
#define CLOUD_ORDER_H

#include "base/cx.h"
#include "base/field.h"

struct order {
	int64_t id;
	const char *public_id;
	int64_t channel;
	int64_t connector;       /* that brought it last */
	const char *external_id; /* the store's id */
	const char *name;        /* "#1001" */
	const char *status;      /* placed, partial_shipment_generated,
	                            total_shipment_generated */
	const char *currency, *total;      /* decimal text */
	const char *country, *destination; /* "IT"; name and town, for lists */
	const char *flags;       /* JSON array */
	int64_t nlines;
	int64_t placed_at;       /* when it entered the Cloud App, ms */
	int64_t created_at, updated_at, cancelled_at; /* the store's, ms */
	const char *digest;
	int64_t changed;         /* 1: changed in the store after import */
	const char *sync_state;  /* syncing, synced, error */
	const char *sync_code, *sync_reason;
	const char *job;         /* UUID of its last import */
};
extern const struct field order_fields[];     /* rows */
extern const struct field order_out_fields[]; /* REST list */

/* How an import ended for one order. */
enum import_end {
	IMPORT_NEW,
	IMPORT_UPDATED,
	IMPORT_UNCHANGED,
	IMPORT_STALE
};

struct order_taken {
	const char *id;    /* the store's id */
	const char *state; /* syncing, synced, error */
	const char *code, *reason;
	const char *job;   /* UUID */
};
extern const struct field order_taken_fields[];

struct connector;
struct json;

/*
 * Take documents from a connector: store each with its import job, durably,
 * in one transaction.  The same content while its job lives meets that job.
 * A bad document is answered with state error and its code; it stops no other.
 * `mode`: automatic, manual, pull.
 */
enum err order_take(struct cx *, const struct connector *, const char *mode,
    const struct json *documents, struct order_taken **, size_t *n);

/* Import one stored document (the import job's work): order, lines, event,
   confirmation owed to the store, in one transaction. */
enum err order_import(struct cx *, int64_t incoming, enum import_end *);

enum err order_find(struct cx *, const char *public_id, struct order *);
/* What the connector protocol's /orders/status answers; unknown ids too. */
enum err order_states(struct cx *, const struct connector *,
    const char *const *ids, size_t n, struct order_taken **);

#endif
