/*
 * pg_value.h - values as PostgreSQL's protocol has them.
 */
#ifndef DB_PG_VALUE_H
#define DB_PG_VALUE_H

#include "db/engine.h"

/* pg_type.dat; libpq has no header for them. */
enum {
	OID_BOOL = 16,
	OID_BYTEA = 17,
	OID_INT8 = 20,
	OID_INT2 = 21,
	OID_INT4 = 23
};

struct pg_params {
	int n;
	size_t bytes; /* about how much there is to send */
	const char *values[PARAMS_MAX];
	int lengths[PARAMS_MAX];
	int formats[PARAMS_MAX];
	char ints[PARAMS_MAX][24];
};

/* Points into the values: good as long as they are. */
void pg_fill(struct pg_params *, const struct val *, size_t n);
/* cell->n characters of "\\x6162" become bytes in the arena. */
void pg_read_bytes(struct cx *, const char *hex, struct cell *);

#endif
