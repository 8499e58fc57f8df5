/*
 * sweep.h - each step of the store fails once: all or nothing is left.
 *
 * An operation is run again and again, and its first, second, third … begin,
 * statement or commit fails, until it gets through without.  Each time it must
 * say that it was the store, nothing may have changed in any table, and the
 * same operation must then succeed and be true.
 */
#ifndef TEST_SWEEP_H
#define TEST_SWEEP_H

#include "lib/test.h"

struct sweep {
	const char *name;
	/* Makes the start, each time the same; NULL: it is as it is. */
	void (*before)(struct cx *, void *world);
	enum err (*run)(struct cx *, void *world);
	/* What is true once it succeeded; it may change nothing. */
	void (*after)(struct cx *, void *world);
	/* Several transactions, each for itself: what those before the failure
	   did stays, and the repeat does the rest. */
	bool parts;
};

/* How many steps it took without a failure. */
int sweep(struct cx *, const struct sweep *, void *world);

#endif
