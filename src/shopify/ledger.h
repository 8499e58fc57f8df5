/*
 * ledger.h - each order's sync state: the truth whose picture the tags are.
 *
 *   waiting -> sending -> done
 *      ^          |`----> failed     with reason; taken again later
 *      |          `-----> waiting    the Cloud App could not be reached
 *      `-- done, failed, skipped     a person tags or sends it again
 *
 * One row per (shop, order id).  Every change is one function here, one
 * transaction, with its event row and the jobs that must follow (tag writer,
 * sender): nothing changes a row but this file.
 */
#ifndef SHOPIFY_LEDGER_H
#define SHOPIFY_LEDGER_H

#include "base/cx.h"
#include "base/field.h"
#include "shopify/orderdoc.h"
#include "shopify/tags.h"

struct shop;

struct ledger {
	int64_t id;
	int64_t shop;
	const char *order_id; /* the store's number */
	const char *name;     /* "#1001" */
	const char *state;    /* enum ledger_state by name */
	int64_t created_at;   /* of the order, ms */
	int64_t updated_at;   /* newest revision we know of, ms */
	const char *digest;   /* of that revision's document, or NULL */
	const char *sent_digest; /* of what the Cloud App last took */
	int64_t must_read;    /* 1: something changed that we have no body of:
	                         read by id before sending */
	int64_t picture;      /* our tags as we last wrote or saw them (set) */
	int64_t tagged_by_hand; /* 1: an older order, tagged by staff */
	int64_t manual;       /* 1: this send was asked for by a person */
	int64_t again;        /* 1: send again after the one in hand */
	int64_t attempts;     /* of this request; a new request begins anew */
	int64_t next_at;      /* ms: not tried before */
	int64_t cancelled_at; /* ms; 0: not */
	const char *batch;    /* pull batch or send it is in, or NULL */
	const char *job;      /* the Cloud App's UUID of it, or NULL */
	const char *code;     /* why failed, waiting or not importable */
	const char *reason;   /* in words */
};
extern const struct field ledger_fields[];     /* rows */
extern const struct field ledger_out_fields[]; /* {id, state, code, reason,
                                                  job} for people */

/* Where news of an order came from. */
enum news {
	NEWS_CREATE,  /* orders/create */
	NEWS_UPDATE,  /* orders/updated, orders/cancelled */
	NEWS_READ     /* read by id, or a sweep's page with the body */
};

/*
 * An order as the store shows it now: make or update its row, decide by
 * tags_move, keep the body if it is newer (same second and other digest: must
 * be read by id), queue what follows.  Older than what we know: only noted.
 * Our own echo: nothing.  May be repeated.
 */
enum err ledger_see(struct cx *, const struct shop *, enum news,
    const struct orderdoc *);

/* Something changed, body unknown (orders/edited, a sweep's hit). */
enum err ledger_must_read(struct cx *, const struct shop *,
    const char *order_id, int64_t updated_at);

enum err ledger_find(struct cx *, int64_t shop, const char *order_id,
    struct ledger *);

/* Due now, waiting ones first, then at most `retries` failed ones whose
   back-off has passed; oldest first; at most `limit`. */
enum err ledger_due(struct cx *, int64_t shop, int64_t limit,
    int64_t retries, struct ledger **, size_t *n);

/* A person asks for these (already read by id): waiting or whatever ->
   waiting, manual, attempts anew; sending stays, and is answered with its
   job. */
enum err ledger_ask(struct cx *, const struct shop *, const char *order_id);

/* waiting/failed -> sending, under `batch`. ERR_CONFLICT: not due any more. */
enum err ledger_take(struct cx *, struct ledger *, const char *batch);
/* What the Cloud App (or its absence) said of a taken order. */
enum err ledger_accepted(struct cx *, int64_t shop, const char *order_id,
    const char *digest, const char *job);
enum err ledger_done(struct cx *, int64_t shop, const char *order_id,
    const char *job);
enum err ledger_failed(struct cx *, int64_t shop, const char *order_id,
    const char *code, const char *reason, const char *job);
enum err ledger_back(struct cx *, int64_t shop, const char *order_id,
    const char *code, const char *reason); /* sending -> waiting */

/* What the store shows after our write (read back). */
enum err ledger_seen_tags(struct cx *, int64_t id, char *const *tags,
    size_t n);

/* The newest body we hold, decrypted; ERR_MISSING: none, or must_read. */
enum err ledger_body(struct cx *, const struct ledger *, const char **text);

#endif
