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

struct zone;

struct order {
	int64_t id;
	int64_t channel;
	int64_t connector;            /* that serves the channel now; 0: none */
	const char *connector_public; /* or NULL */
	const char *external_id;      /* the store's id */
	const char *name;             /* "#1001" */
	const char *status;           /* placed, partial, total */
	const char *currency, *total; /* decimal text */
	const char *country, *destination; /* "IT"; name and town, for lists */
	const char *shipping_preference;   /* "Standard", or NULL */
	const char *flags;                 /* JSON array */
	int64_t nlines;
	int64_t placed_at;                            /* by the buyer, ms */
	int64_t created_at, updated_at, cancelled_at; /* the store's, ms */
	int64_t imported_at; /* when it entered the Cloud App, ms */
	int64_t ship_by;     /* latest shipping date, ms; 0: none */
	const char *digest;
	int64_t changed;          /* 1: changed in the store after import */
	const char *changed_what; /* in words, or NULL */
	const char *sync_state;   /* syncing, synced, error */
	const char *sync_code, *sync_reason; /* or NULL */
	const char *job;                     /* UUID of its last import */
};

extern const struct field order_fields[]; /* rows of order_view */

struct order_line {
	int64_t id;
	const char *external_id; /* the store's id of the line */
	const char *sku, *gtin;  /* or NULL */
	const char *title;
	int64_t quantity, current_quantity; /* pieces */
	int64_t requires_shipping;
	const char *unit_value; /* decimal text, in the order's currency */
};

/* Orders to be managed by when they must leave, and the rest. */
enum due {
	DUE_ANY,
	DUE_LATE,
	DUE_TODAY,
	DUE_TOMORROW,
	DUE_LATER,
	DUE_NONE,   /* no date */
	DUE_MANAGED /* all in shipments, or cancelled */
};
extern const char *const due_words[]; /* by enum due; NULL ends */

struct order_filter {
	int64_t channel;    /* 0: any */
	const char *status; /* NULL: any */
	const char *state;  /* sync state; NULL: any */
	const char *q;      /* beginnings of words; NULL: any */
	enum due due;
	const struct zone *zone; /* with due: whose days; NULL: the usual */
	int64_t before;          /* id; newest first; 0: from the top */
	int64_t after_date, after_id; /* where order_list_is_by_date */
	int64_t limit;
};

/* From and before when, for a tab; DUE_ANY and DUE_MANAGED: *from -1. */
void order_due_range(const struct cx *, const struct zone *, enum due,
    int64_t *from, int64_t *below);
/* The most urgent first instead of the newest? */
bool order_list_is_by_date(const struct order_filter *);

enum err order_find(struct cx *, int64_t id, struct order *);
/* At most `limit` orders.  Words are looked for among ORDER_LOOK of the orders
   that may have them, and no more, however many there are: a page may then hold
   less, or nothing, though there is a rest. */
enum { ORDER_LOOK = 3000 };
struct order_page {
	struct order *list;
	size_t n;
	int64_t rest; /* the id before which to go on (behind the last one where
			 order_list_is_by_date); 0: that was all */
};
enum err order_list(struct cx *, const struct order_filter *,
    struct order_page *);
enum err order_lines(struct cx *, int64_t id, struct order_line **, size_t *n);
/* The whole order document, JSON text. */
enum err order_document(struct cx *, int64_t id, const char **);
/* The id of an order held, 0: not held; *name its number, or NULL. */
enum err order_named(struct cx *, int64_t channel, const char *external_id,
    int64_t *id, const char **name);
/* By when it must leave, set by a person; 0: no date. */
enum err order_set_ship_by(struct cx *, struct order *, int64_t ship_by);
/* The store's side says it changed or was cancelled after import. */
enum err order_mark(struct cx *, int64_t channel, const char *external_id,
    const char *step, const char *what);

/* --- taking --- */

struct connector;
struct json;
struct order_sync;

struct order_call {
	const struct connector *connector;
	const char *mode;             /* automatic, manual, pull */
	const struct json *documents; /* list of 1 to 10 */
	const char *key;              /* Idempotency-Key, or NULL: none */
	struct bytes body;            /* with key: what it stands for */
};

/*
 * Take documents from a connector: store each with its import job, durably,
 * in one transaction.  The same content while its job lives meets that job,
 * newer content joins it.  A bad document is answered with state error and its
 * code; it stops no other.  With a key that came before: the answer given then
 * (*repeated), or ERR_INPUT, code "idempotency_key_reused".
 */
enum err order_take(struct cx *, const struct order_call *,
    struct order_sync **, size_t *n, bool *repeated);

/* Drop keys over 7 days. */
enum err order_take_trim(struct cx *);

/* --- importing --- */

/* How an import ended for one order. */
enum import_end {
	IMPORT_NEW,
	IMPORT_UPDATED,
	IMPORT_UNCHANGED,
	IMPORT_STALE,
	IMPORT_REDACTED,
	IMPORT_GONE /* nothing waits: imported or dropped before */
};

/* Import one stored document (the import job's work): order, lines, event,
   confirmation owed to the store, in one transaction. */
enum err order_import(struct cx *, int64_t incoming, enum import_end *);
/* The import was given up: the store is to know. */
enum err order_import_failed(struct cx *, int64_t incoming, const char *why);

struct incoming {
	int64_t id, channel, connector;
	const char *external_id, *name, *mode;
	int64_t updated_at; /* ms, the store's */
	const char *digest, *document;
	const char *job; /* UUID, or NULL */
};
extern const struct field incoming_fields[]; /* rows */

#endif
