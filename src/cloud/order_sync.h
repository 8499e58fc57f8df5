/*
 * order_sync.h - what the store is to know of each order it sent.
 *
 * One row per (channel, the store's order id), for orders taken and for those
 * refused.  A change the store has not heard of yet is owed: the confirm job
 * tells it and notes what was acknowledged, by the row's seq, so that a state
 * that changed meanwhile stays owed.
 */
#ifndef CLOUD_ORDER_SYNC_H
#define CLOUD_ORDER_SYNC_H

#include "base/cx.h"
#include "base/field.h"

struct order_sync {
	const char *id;            /* the store's id; NULL: none was readable */
	const char *state;         /* syncing, synced, error; NULL: unknown */
	const char *code, *reason; /* or NULL */
	const char *job;           /* UUID of its latest import, or NULL */
	int64_t seq;
};
/* JSON, as the connector protocol shows it: id state code reason job. */
extern const struct field order_sync_out_fields[];

enum err order_sync_set(struct cx *, int64_t channel, const struct order_sync *,
    bool owed);
/* ERR_MISSING: never sent. */
enum err order_sync_find(struct cx *, int64_t channel, const char *id,
    struct order_sync *);
/* Owed ones that changed not after `before` (ms), oldest first. */
enum err order_sync_owed(struct cx *, int64_t channel, int64_t before,
    int64_t limit, struct order_sync **, size_t *n);
enum err order_sync_told(struct cx *, int64_t channel,
    const struct order_sync *);
/* Something is owed: add the confirm job of the channel's connector, once. */
enum err order_sync_owe(struct cx *, int64_t channel);

/* What POST /orders/status answers, in the order asked; unknown ids too. */
enum err order_sync_list(struct cx *, int64_t channel, const char *const *ids,
    size_t n, struct order_sync **);

#endif
