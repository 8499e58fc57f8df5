/*
 * limit.h - the stores behind the bare intake server: a file, SQLite, libpq.
 *
 * A store takes a batch and returns when all of it is durable.
 */
#ifndef BENCH_LIMIT_H
#define BENCH_LIMIT_H

#include <stddef.h>

#include "base/cx.h"

struct item {
	struct item *next;
	void *conn;
	char id[64];
	struct bytes body; /* headers stay behind: topic and shop are fixed */
};

struct limit_store {
	const char *name;
	void (*open)(const char *where);
	void (*keep)(const struct item *, size_t n);
};
extern const struct limit_store limit_file, limit_sqlite, limit_pg;

#endif
