/*
 * send.h - orders on their way to the Cloud App.
 *
 * The automatic sender, a person's send and the answer to a pull share this:
 * documents are gathered (from what we hold, or read by id), the orders taken
 * in the ledger under a batch, and what the Cloud App says of each recorded.
 */
#ifndef SHOPIFY_SEND_H
#define SHOPIFY_SEND_H

#include "base/cx.h"
#include "shopify/gql.h"
#include "shopify/ledger.h"

struct job;
struct json;
struct shop;

enum {
	SEND_MAX = 10,
	SEND_BYTES_MAX = 1024 * 1024 /* of a call's body */
};

struct parcel {
	struct ledger row;
	const char *text; /* the document; NULL: it could not be had */
	const char *digest;
	bool taken;
};

struct reading {
	enum gql_urgency urgency;
	bool kept_only; /* nothing is read this time */
};

/* Documents of these rows.  What cannot be read for good fails in the ledger,
   and so does what could not be read for a day; what cannot be read now is put
   behind the others (*busy says that, and the first one's reason is in cx), and
   holds up none that is kept.  A retry that cannot be read is one more attempt
   of it. */
enum err send_gather(struct cx *, const struct shop *, const struct reading *,
    struct parcel *, size_t n, bool *busy);
/* The batch of all that one try of a job takes, UUID/FENCE: while that try runs
   its orders may be in the air (ledger_orphans.sql and others read it). */
const char *send_run_name(struct cx *, const struct job *);

/* waiting -> sending for those with a document; others got there first:
   taken stays false. */
enum err send_take(struct cx *, const struct shop *, const char *batch,
    const char *via, struct parcel *, size_t n);

/* A person wants this order, read by id just now, to be sent: noted in the
   ledger.  *code NULL: noted, and *row is so now; else why not, in words. */
struct refusal {
	const char *code, *reason;
};
enum err send_wish(struct cx *, const struct shop *, const struct sight *,
    struct ledger *row, struct refusal *);

/* POST /orders for those taken, in as many calls as their size asks, and its
   words into the ledger.  `uuid` makes their Idempotency-Keys.  On ERR_UPSTREAM
   and ERR_BUSY they wait again. */
enum err send_post(struct cx *, const struct shop *, const char *uuid,
    bool person, struct parcel *, size_t n);

/* POST /orders/status for these rows, and its words into the ledger. */
enum err send_ask(struct cx *, const struct shop *, bool person,
    const struct ledger *rows, size_t n);

/* After failures: does the Cloud App answer again?  Asked before orders are
   taken, so that they do not go back and forth while it is away. */
enum err send_probe(struct cx *, const struct shop *);

#endif
