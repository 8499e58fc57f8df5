/*
 * things.h - tables and statements to try a database with.
 */
#ifndef TEST_DB_THINGS_H
#define TEST_DB_THINGS_H

#include "lib/db_test.h"

#define BOTH(s)                                                                \
	{                                                                      \
		s, s                                                           \
	} /* one text for both engines */

struct thing {
	int64_t id;
	const char *name;
	int64_t n;
	struct bytes body;
	const char *note;
};

extern const struct migration schema_things[];
extern const struct migration *const thing_lists[1];
extern const struct field thing_fields[];
extern const struct sql thing_insert; /* name, n, body, note: id */
extern const struct sql thing_offer;  /* name: id unless it is there */
extern const struct sql thing_find;   /* name */
extern const struct sql thing_list;   /* least n: name, n */
extern const struct sql thing_add;    /* name, how much to n */
extern const struct sql thing_total;  /* the sum of n */
extern const struct sql mark_insert;  /* thing, n */

enum err thing_new(struct cx *, const char *name, int64_t n);

#endif
