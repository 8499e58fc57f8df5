/*
 * bulk.h - loads that Shopify works off by itself: its bulk operations.
 *
 * A backlog that the store's points would pay for minutes is handed over in one
 * piece: tags as a file of lines, each one write; orders to read as one query.
 * Two lanes a store, one operation a lane at a time:
 *
 *   filling -> filled -> staged -> called -> running -> reading -> checking
 *                                     `-> dropping                    |
 *                                              `-----------> done <---'
 *
 * Each step is stored before the next, so a killed program goes on where it
 * was.  An order in a line belongs to the operation: nobody else writes its
 * tags (or reads it) until the line is gone.  A line goes with its outcome, in
 * one transaction, and an outcome is taken into the ledger just as that of a
 * single write; what has none in the end is read back (checking).  What never
 * ran is let go (dropping): then each order goes its own way, as it would
 * without all this.
 */
#ifndef SHOPIFY_BULK_H
#define SHOPIFY_BULK_H

#include "base/cx.h"
#include "base/field.h"

struct shop;
struct sql;

#define BULK_TAGS "tags"
#define BULK_READ "read"

enum {
	BULK_LINES_MAX = 5000,
	BULK_SLICE = 50,         /* lines in one transaction */
	BULK_REST_MS = 10 * 1000 /* an order that waits, or is on its way, shows
				    it at once only if it has so long */
};

struct bulk {
	int64_t id;
	int64_t shop;
	int64_t generation;
	const char *lane;
	const char *verb; /* add, remove, read */
	const char *mark; /* in its document */
	const char *state;
	int64_t state_at, begun_at; /* ms */
	int64_t fill_at;            /* ledger.id looked at last */
	const char *path;           /* of its file */
	int64_t called_at;          /* ms, our clock */
	const char *gid;            /* Shopify's id */
	int64_t made_at;            /* ms, Shopify's clock, whole seconds */
	int64_t cancelled;          /* 1: by us */
	int64_t read_at;            /* bytes of its result taken */
	int64_t failures;           /* of putting or fetching, in a row */
	int64_t lines, taken;
	int64_t told;     /* progress, as last told */
	const char *code; /* why it came to nothing; NULL: it did not */
};

struct bulk_line {
	int64_t ledger;
	int64_t line;
	const char *tags;
	int64_t picture;
	const char *order_id; /* NULL: the row was erased meanwhile */
	int64_t updated_at;   /* of the row, ms */
};

/* There is more of a lane's work than points pay for soon, and nothing keeps
   it from Shopify: an operation begins.  For whoever has run out of points. */
enum err bulk_offer(struct cx *, const struct shop *, const char *lane);
/* Queue what is under way, after a pause. */
enum err bulk_resume(struct cx *, int64_t shop);
/* Shopify says that one is over (bulk_operations/finish): look at once. */
enum err bulk_over(struct cx *, const struct shop *, const char *gid);
/* Is the order in the hands of an operation? */
enum err bulk_holds(struct cx *, int64_t ledger, const char *lane, bool *yes);

/* --- for bulk*.c and their jobs --- */
enum err bulk_find(struct cx *, int64_t shop, const char *lane, struct bulk *);
enum err bulk_set(struct cx *, const struct bulk *);
enum err bulk_move(struct cx *, struct bulk *, const char *state);
enum err bulk_add_line(struct cx *, struct bulk *, const struct bulk_line *);
/* Lines behind `after`, in their order. */
enum err bulk_lines(struct cx *, const struct bulk *, int64_t after,
    struct bulk_line **, size_t *n);
/* ERR_MISSING: no such line, or its outcome is known already. */
enum err bulk_line_at(struct cx *, const struct bulk *, int64_t line,
    struct bulk_line *);
enum err bulk_line_of(struct cx *, const struct bulk *, const char *order_id,
    struct bulk_line *);
enum err bulk_end_line(struct cx *, struct bulk *, const struct bulk_line *,
    bool taken);
/* The next whole line of a result, its end included; `last`: the rest is one,
   too.  False: none. */
bool bulk_line_cut(struct bytes, bool last, struct bytes *line);
enum err bulk_trim(struct cx *, int64_t shop);

/* `each` of some items in one transaction, with how far the operation came and
   the `bytes` of the result they stood in. */
struct bulk_slice {
	const struct shop *shop;
	struct bulk *b;
	enum err (*each)(struct cx *, const struct bulk_slice *, struct bulk *,
	    size_t i);
	const void *items; /* whatever `each` knows */
	size_t n;
	size_t bytes;
};
enum err bulk_slice_run(struct cx *, const struct bulk_slice *);
/* The next candidates that `list` finds; items are struct number, ledger.id.
   $1 shop, $2 the last one looked at, $3 how many, $4 `since`. */
enum err bulk_slice_fill(struct cx *, const struct bulk_slice *,
    const struct sql *list, int64_t since, bool *more);
/* The next lines there are; `each` ends them. */
enum err bulk_slice_lines(struct cx *, const struct bulk_slice *, bool *more);

/* What the two lanes do differently.  Each works on one slice, in a
   transaction with how far it came. */
struct bulk_lane {
	const char *name;
	/* More orders into lines; *more: there may be others. */
	enum err (
	    *fill)(struct cx *, const struct shop *, struct bulk *, bool *more);
	/* The document Shopify is to run. */
	enum err (*document)(struct cx *, const struct bulk *, const char **);
	/* The file of its lines; NULL: it has none. */
	enum err (*file)(struct cx *, const struct bulk *, struct bytes *);
	/* Outcomes from the result, whole lines only; b->read_at grows by what
	   was taken.  `last`: nothing follows these bytes. */
	enum err (*take)(struct cx *, const struct shop *, struct bulk *,
	    struct bytes, bool last);
	/* Lines that have no outcome. */
	enum err (*check)(struct cx *, const struct shop *, struct bulk *,
	    bool *more);
	/* Lines of what never ran. */
	enum err (
	    *drop)(struct cx *, const struct shop *, struct bulk *, bool *more);
	int64_t patience_ms;      /* then it is cancelled */
	int64_t despair_ms;       /* then it counts as lost */
	const char *begun, *over; /* in words, %lld orders */
};
extern const struct bulk_lane bulk_lane_tags, bulk_lane_read;

#endif
