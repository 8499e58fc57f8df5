/*
 * where.h - where is my order?  In words: where it is, why, and what to do.
 *
 * Any number, id, tracking number or name leads to orders we hold, or that we
 * know of without holding them.  What we have never seen the store is asked
 * for, since it may be there and only not have been sent.
 */
#ifndef CLOUD_WHERE_H
#define CLOUD_WHERE_H

#include "base/cx.h"

struct connector;
struct json;
struct order;

/* What a person can do about it, as a button. */
enum where_act {
	ACT_NONE,      /* nothing: wait, or it is right so */
	ACT_OPEN,      /* open the order */
	ACT_SHIP,      /* make a shipment */
	ACT_RESOLVE,   /* choose: keep, cancel, adapt */
	ACT_RETRY,     /* tell the store again */
	ACT_SEND,      /* have the store send it */
	ACT_REDRIVE,   /* queue its job again */
	ACT_SWITCH_ON, /* enable automatic processes */
	ACT_LINK,      /* link the store */
	ACT_ASK        /* ask the store */
};
const char *where_act_name(enum where_act);

struct where {
	const struct order *order; /* NULL: not held here */
	const char *external_id;   /* the store's, or NULL */
	const char *number;        /* or NULL: not known */
	const char *connector;     /* public id, or NULL */
	const char *job;           /* UUID, or NULL */
	const char *code;          /* stable */
	const char *words;         /* where it is and why */
	const char *next;          /* what to do, or NULL */
	enum where_act act;
};

/* At most `limit` answers, held orders first. */
enum err where_find(struct cx *, const char *q, int64_t limit, struct where **,
    size_t *n);

/* What the store says of it.  ERR_CONFLICT, code "not_linked"; ERR_UPSTREAM,
   code "disconnected" or "upstream_failed". */
struct store_says {
	bool found;
	int64_t order;           /* our id; 0: not held here */
	const char *external_id; /* or NULL */
	const char *number;      /* or NULL */
	const char *code, *words, *next;
	enum where_act act;
	int64_t others; /* more orders bear this number */
};
enum err where_ask(struct cx *, const struct connector *, const char *q,
    struct store_says *);

/* Have the store send orders, 1 to 10 by its ids, as its staff would; the
   store's words for each, in its answer.  Errors as where_ask, and ERR_BUSY. */
enum { SEND_IDS_MAX = 10 };
enum err where_send(struct cx *, const struct connector *,
    const char *const *ids, size_t n, struct json **orders);

#endif
