/*
 * event.h - what happened, in words: the Queue Log and the app's Logs.
 *
 * Rows are added in the transaction of what they tell.  No secret and no
 * personal data: order numbers and ids only.  Every row says what happened;
 * one that tells of trouble says why and what to do next.
 */
#ifndef QUEUE_EVENT_H
#define QUEUE_EVENT_H

#include "base/cx.h"
#include "base/field.h"

struct event {
	int64_t id;
	int64_t at;             /* ms */
	int64_t tenant;         /* connector or shop; 0: none */
	const char *level;      /* debug info warn error */
	const char *step;       /* dotted: "order.imported" */
	const char *job;        /* UUID, or NULL */
	const char *order_id;   /* the store's id, or NULL */
	const char *order_name; /* "#1001", or NULL */
	const char *text;       /* what happened */
	const char *reason;     /* why, or NULL */
	const char *next;       /* what to do, or NULL */
	const char *origin;     /* "cloud" or "shopify": which program saw it */
	const char *ext_id;     /* the sender's id of it, or NULL: told once */
};

extern const struct field event_fields[];     /* rows */
extern const struct field event_out_fields[]; /* JSON */

/* `at` 0 means cx->now.  With ext_id: a second one is dropped silently.
   Rings "event". */
enum err event_add(struct cx *, const struct event *);

struct event_filter {
	int64_t tenant;    /* 0: any */
	const char *job;   /* or NULL */
	const char *level; /* at least this, or NULL */
	const char *order_id;
	const char *q;  /* part of text, order name or reason; or NULL */
	int64_t before; /* id; newest first; 0: from the top */
	int64_t after;  /* id; oldest first when set.  Live: PostgreSQL gives
			   ids before the commit, so 12 may show before 11;
			   look back some ids and drop what was seen */
	int64_t from;   /* lowest id; 0: any */
	int64_t limit;  /* 1 … 200 */
};
enum err event_list(struct cx *, const struct event_filter *, struct event **,
    size_t *n);
/* The same for who goes on page after page: *rest is the id before which to go
   on, 0: that was all.  A search, or a level, is looked for among EVENT_LOOK
   lines and no more, however many there are: a page may then hold less than
   `limit`, or nothing, though *rest is not 0. */
enum { EVENT_LOOK = 8000 };
enum err event_page(struct cx *, const struct event_filter *, struct event **,
    size_t *n, int64_t *rest);

/* What happened to an order in both programs, with what the jobs it names tell
   of themselves: newest first by when it happened, before (at, id); at 0: from
   the top. */
struct event_story {
	const char *order_id;
	int64_t at, id;
	int64_t limit; /* 1 … 200 */
};
enum err event_list_story(struct cx *, const struct event_story *,
    struct event **, size_t *n);

/* A name for the lines of an order that were told before it had one here. */
enum err event_name_order(struct cx *, int64_t tenant, const char *order_id,
    const char *name);

/* Drop what is older than `age_ms` or beyond `rows`; in slices. */
enum err event_trim(struct cx *, int64_t age_ms, int64_t rows);

#endif
