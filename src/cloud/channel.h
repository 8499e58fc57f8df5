/*
 * channel.h - a sales channel: the store orders come from.
 *
 * Made with the first link of its store, never by hand; outlives connectors.
 */
#ifndef CLOUD_CHANNEL_H
#define CLOUD_CHANNEL_H

#include "base/cx.h"

struct channel {
	int64_t id;
	const char *technology; /* "shopify" */
	const char *shop;       /* permanent host name */
	const char *name;
	int64_t created_at;    /* ms */
	const char *connector; /* public id of today's, or NULL; lists only */
	int64_t orders;        /* lists only */
};

/* ERR_MISSING: the store was never linked here. */
enum err channel_find_shop(struct cx *, const char *technology,
    const char *shop, struct channel *);
/* The same, made if missing. */
enum err channel_ensure(struct cx *, const char *technology, const char *shop,
    const char *name, struct channel *);
/* Of all: id and shop. */
enum err channel_shops(struct cx *, struct channel **, size_t *n);
/* By name, behind (name, id). */
enum err channel_list(struct cx *, const char *after_name, int64_t after_id,
    int64_t limit, struct channel **, size_t *n);

#endif
