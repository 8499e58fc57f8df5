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
 * sender): nothing changes a row but ledger*.c.
 */
#ifndef SHOPIFY_LEDGER_H
#define SHOPIFY_LEDGER_H

#include "base/cx.h"
#include "base/field.h"
#include "shopify/orderdoc.h"
#include "shopify/tags.h"

struct shop;
struct tags_answer;

/* next_at of what is not taken again by itself. */
#define LEDGER_NEVER INT64_C(9000000000000000)

/* For what could not be read; nothing else that waits is held back, and nothing
   for longer. */
enum { LEDGER_DEFER_MS = 15 * 1000 };

/* Why an order is sent once more in the end. */
enum {
	AGAIN_ASKED = 1, /* a person asked for it while it was on its way */
	AGAIN_UNSURE = 2 /* other content was handed over before, and nobody
			    knows how that ended: a word may be of that */
};

struct ledger {
	int64_t id;
	int64_t shop;
	int64_t generation;   /* of the installation that saw it last */
	const char *order_id; /* the store's number */
	const char *name;     /* "#1001" */
	const char *state;    /* enum ledger_state by name */
	int64_t state_at;     /* ms; since when */
	int64_t created_at;   /* of the order, ms */
	int64_t updated_at;   /* newest revision we know of, ms */
	int64_t tagged_at;    /* ms; the revision our last tag write made */
	int64_t wrote_at;     /* ms, our clock; when we heard of that write */
	const char *digest;   /* of that revision's document, or NULL */
	const char *sent_digest;  /* of what the Cloud App last took */
	const char *taken_digest; /* of what was handed to it, and of which it
				     has not said how it ended */
	int64_t must_read; /* 1: something changed that we have no body of:
			      read by id before sending; 2: only its tags */
	int64_t picture;   /* our tags as we last wrote or saw them (set) */
	const char *ours;  /* the same as spelled, parted by commas */
	int64_t echo;      /* tags our last write passed through (set) */
	int64_t airing;    /* 1: a write of tags is in the air */
	int64_t hidden;    /* 1: shows no tag, on purpose */
	int64_t owed;      /* logivery-syncing was not shown of this send: 1
			      show it while points are plenty, 2 always */
	int64_t tagged_by_hand; /* 1: an older order, tagged by staff */
	int64_t manual;         /* 1: this send was asked for by a person */
	int64_t again; /* set of AGAIN_*: send again after the one in hand */
	int64_t confirmed;    /* 0: the store has not confirmed it yet */
	int64_t redacted;     /* 1: its personal data were erased */
	int64_t attempts;     /* of this request; a new request begins anew */
	int64_t next_at;      /* ms: not tried before */
	int64_t unread_since; /* ms; of this request, 0: it could be read */
	int64_t cancelled_at; /* ms; 0: not */
	const char *batch;    /* pull, send or run that took it, or NULL */
	const char *via;      /* automatic, manual, pull; or NULL */
	const char *job;      /* the Cloud App's UUID of it, or NULL */
	const char *done_job; /* … of the last send that got there, or NULL */
	const char *code;     /* why failed, waiting or not importable */
	const char *reason;   /* in words */
	const char *customer; /* the store's id, or NULL */
	int64_t asked_at;     /* ms; last asked the Cloud App */
};
extern const struct field ledger_fields[]; /* rows */

/* What people and the Cloud App are told of an order. */
struct ledger_word {
	const char *id;    /* as they gave it: gid or number */
	const char *state; /* waiting, syncing, synced, error, or NULL */
	const char *code;
	const char *reason;
	const char *job;
};
extern const struct field ledger_word_fields[];
struct ledger_word ledger_word(const struct ledger *, const char *id);

/* Where news of an order came from. */
enum news {
	NEWS_CREATE, /* orders/create */
	NEWS_UPDATE, /* orders/updated, orders/cancelled */
	NEWS_READ    /* read by id: what is true now */
};

/*
 * An order as the store shows it now: make or update its row, decide by
 * tags_move, keep the body if it is newer (same second and other digest: must
 * be read by id), queue what follows.  Older than what we know: only noted.
 * Our own echo: nothing.  May be repeated.
 */
enum err ledger_see(struct cx *, const struct shop *, enum news,
    const struct orderdoc *);

/* The same without a body: an order read by id just now (orders_by_ids), or
   an answer of our own tag write.  Newer than what we know: it must be read. */
struct sight {
	const char *id; /* the store's number */
	const char *name;
	int64_t created_at, updated_at, cancelled_at; /* ms */
	bool confirmed;
	char **tags; /* all of them */
	size_t ntags;
	int64_t asked_at; /* ms, our clock; when the read began, 0: no read */
};
enum err ledger_look(struct cx *, const struct shop *, const struct sight *);
/* The same from a webhook whose body cannot be used as a document: it may be
   old, and the order must be read. */
enum err ledger_glimpse(struct cx *, const struct shop *, const struct sight *);

/* Something changed, body unknown (orders/edited). */
enum err ledger_must_read(struct cx *, const struct shop *,
    const char *order_id);
/* It could not be read: in `ms` (LEDGER_DEFER_MS; 0 if it was not its turn to
   be tried) it is due again, behind all that can be sent.  May be repeated. */
enum err ledger_defer(struct cx *, const struct ledger *, int64_t ms);
/* Shopify has not given it for a day: it fails, so that people hear of it, and
   is tried again, later and later.  A person's request for it is kept: while
   automatic processes are off, nothing else would have it sent.  Of what has
   failed already, for whatever reason, it was one more attempt. */
enum err ledger_unreadable(struct cx *, const struct shop *,
    const char *order_id);
/* Read by id: the store shows it to us no more (older than 60 days, gone). */
enum err ledger_not_visible(struct cx *, const struct shop *,
    const char *order_id);

enum err ledger_find(struct cx *, int64_t shop, const char *order_id,
    struct ledger *);
enum err ledger_find_id(struct cx *, int64_t id, struct ledger *);
/* Inside a transaction: nobody else changes it until that ends. */
enum err ledger_lock_id(struct cx *, int64_t id, struct ledger *);

/* Due now, waiting ones first, then at most `retries` failed ones whose
   back-off has passed; oldest first; at most `limit`. */
struct due {
	int64_t limit;
	int64_t retries;
	bool manual_only; /* automatic processes are off */
};
enum err ledger_due(struct cx *, int64_t shop, const struct due *,
    struct ledger **, size_t *n);

/* When the first of those that wait and are not due yet will be; LEDGER_NEVER
   if none will. */
enum err ledger_next_due(struct cx *, int64_t shop, bool manual_only,
    int64_t *at);

/* A person asks for one (read by id just now): waiting or whatever ->
   waiting, manual, attempts anew; sending stays, and so does what was sent as
   it is since the unit began (cx->now).  *out is the row then. */
enum err ledger_ask(struct cx *, const struct shop *, const struct sight *,
    struct ledger *out);

/* waiting/failed -> sending, under `batch`, with the document of `digest`.
   Where the answer to other content was lost, only an answer to this very send
   settles it (AGAIN_UNSURE).  ERR_CONFLICT: not due any more. */
struct taking {
	const char *batch;
	const char *via; /* automatic, manual, pull */
	const char *digest;
};
enum err ledger_take(struct cx *, const struct shop *, struct ledger *,
    const struct taking *);

/* It is on its way, and now with this document: the same pull comes again, or a
   person sends what a pull or another person has taken, and no answer has come.
   With other content only the answer to a person's own send settles it
   (AGAIN_UNSURE). */
enum err ledger_take_again(struct cx *, const struct shop *,
    const char *order_id, const char *digest, bool person);

/* How the Cloud App came to speak of an order. */
enum said_how {
	SAID_UNASKED,  /* by itself */
	SAID_ANSWERED, /* to what we sent */
	SAID_ASKED     /* when we asked how it stands */
};

/* What the Cloud App said of a taken order: {state, code, reason, job}.
 *code says whether it was news to us: NULL, "stale", "unknown_order". */
struct said {
	const char *state; /* syncing, synced, error; NULL: unknown there */
	const char *code;
	const char *reason;
	const char *job;
	const char *digest; /* of the content that this answers; NULL: not
			       known, since it is no answer */
	const char *asked;  /* the row's job when we asked how it stands; NULL:
			       we did not ask, or it had none */
	const char *batch;  /* the row's then, likewise */
	enum said_how how;
};
enum err ledger_said(struct cx *, const struct shop *, const char *order_id,
    const struct said *, const char **code);

/* It could not be asked: sending -> waiting, unless it was taken by another or
   with other content since: `taken` is the row as it was taken. */
enum err ledger_back(struct cx *, const struct shop *,
    const struct ledger *taken, const char *code, const char *reason);
/* Given up by us, before the Cloud App saw it. */
enum err ledger_failed(struct cx *, const struct shop *, const char *order_id,
    const char *code, const char *reason);

/* About to write tags: those that the order passes through.  ERR_CONFLICT, code
   "in_bulk": a bulk operation has it. */
enum err ledger_write_tags(struct cx *, int64_t id, unsigned add);
/* A step of a send that is over is not shown any more, unless a person waits
   for it.  May be repeated. */
enum err ledger_forgo_step(struct cx *, int64_t id);
/* It never went out. */
enum err ledger_kept_tags(struct cx *, const struct shop *, int64_t id);
/* What the store shows after our write (read back); updated_at 0: not said.
   A tag that nobody of us put there is a request and treated as one. */
enum err ledger_wrote_tags(struct cx *, const struct shop *, int64_t id,
    char *const *tags, size_t n, int64_t updated_at);
/* The same of a write that was planned while the picture was `picture`, and may
   be heard of long after: what the order has become since is looked at. */
enum err ledger_wrote_late(struct cx *, const struct shop *, int64_t id,
    unsigned picture, const struct tags_answer *);
/* The store does not let us (order gone, tags full): show none, no loop. */
enum err ledger_cannot_tag(struct cx *, const struct shop *, int64_t id,
    const char *code, const char *why);
/* The tag that the store should show of this row. */
enum tag ledger_shows(const struct ledger *);

/* The newest body we hold, decrypted; ERR_MISSING: none, or must be read. */
enum err ledger_body(struct cx *, const struct ledger *, const char **text);

/* Erased on request: body, customer, and it gets no body any more. */
enum err ledger_redact(struct cx *, const struct shop *, const char *order_id);
/* Everything of installations before this one. */
enum err ledger_redact_old(struct cx *, const struct shop *,
    int64_t generation);

#endif
