/*
 * lite.h - the words for SQLite: what each connection is told, transactions.
 *
 * Debian's default for synchronous is FULL, other builds' is NORMAL, which
 * loses commits: what matters is set, and then asked for.
 */
#ifndef DB_LITE_H
#define DB_LITE_H

#include "db/engine.h"

struct pragma {
	const char *set;
	const char *ask;
	const char *want;
	bool writer; /* only there */
};

extern const struct pragma lite_pragmas[]; /* set NULL ends */
extern const char *const lite_controls[CONTROL_COUNT];

#endif
