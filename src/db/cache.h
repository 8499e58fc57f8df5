/*
 * cache.h - what a connection has prepared, found by the statement's address.
 *
 * Statements are constants, so an address is a name, and comparing it is all
 * a look-up costs.  Nothing is ever dropped but everything at once.
 */
#ifndef DB_CACHE_H
#define DB_CACHE_H

#include "db/sql.h"

#include <stddef.h>

struct cache_slot {
	const struct sql *sql; /* NULL: free */
	void *p;
};

struct cache {
	struct cache_slot *slots;
	size_t room; /* a power of two, or 0 */
	size_t used;
};

void *cache_find(const struct cache *, const struct sql *); /* or NULL */
void cache_add(struct cache *, const struct sql *, void *);
/* Calls drop on each and is empty again. */
void cache_clear(struct cache *, void (*drop)(void *));

#endif
