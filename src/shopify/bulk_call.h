/*
 * bulk_call.h - the calls of a bulk operation: to Shopify, and to the storage
 * where files are put and results lie.
 *
 * The storage is another host than the store's.  Its addresses come from
 * Shopify's answers, are used at once and stored nowhere (who has one needs no
 * token), and are held to the rules of any address from outside.
 */
#ifndef SHOPIFY_BULK_CALL_H
#define SHOPIFY_BULK_CALL_H

#include "shopify/bulk.h"

enum {
	BULK_AIR_MS = 30 * 1000, /* a start may be under way so long */
	BULK_PART_BYTES = 4 * 1024 * 1024, /* of a result, fetched at once */
	BULK_RESULT_MAX = 256 * 1024 * 1024
};

/* Put a file where Shopify finds it; *path is how it is named then.
   ERR_INPUT: the address is not allowed, or the file was refused. */
enum err bulk_put(struct cx *, const struct shop *, struct bytes file,
    const char **path);

struct bulk_start {
	const char *gid;        /* NULL: none began */
	int64_t made_at;        /* ms */
	const char *code, *why; /* refused */
	bool sent; /* on failure: one may have begun all the same */
};
enum err bulk_run(struct cx *, const struct shop *, const struct bulk *,
    const char *document, struct bulk_start *);
/* One whose start was not answered, by its mark. */
enum err bulk_seek(struct cx *, const struct shop *, const struct bulk *,
    struct bulk_start *);

struct bulk_word {
	const char *status; /* NULL: Shopify knows it not */
	const char *error;  /* or NULL */
	const char *url;    /* of the result, or of a part; NULL: none */
	int64_t objects;    /* done so far */
	int64_t size;       /* bytes; 0: not said */
};
enum err bulk_ask(struct cx *, const struct shop *, const struct bulk *,
    struct bulk_word *);
enum err bulk_cancel(struct cx *, const struct shop *, const struct bulk *);

/* A part of the result from b->read_at on; *last: nothing follows it.
   ERR_MISSING: it is not there any more.  ERR_INPUT: its address is not
   allowed, or it is larger than we take. */
enum err bulk_fetch(struct cx *, const struct bulk *, const struct bulk_word *,
    struct bytes *, bool *last);

#endif
