/*
 * targets.h - every parser of bytes that come from outside, as one call.
 *
 * A target takes anything and must end: no crash, no leak, and what its own
 * asserts say.  test/fuzz/corpus/NAME/ holds where to start from.
 */
#ifndef TEST_FUZZ_TARGETS_H
#define TEST_FUZZ_TARGETS_H

#include "base/cx.h"

struct target {
	const char *name; /* NULL ends */
	void (*run)(struct cx *, const char *text, size_t n);
};

extern const struct target fuzz_targets[];

/* One input in a unit of work of its own.  `text` need not end with NUL. */
void fuzz_one(const struct target *, const void *p, size_t n);
const struct target *fuzz_find(const char *name); /* or NULL */

#endif
