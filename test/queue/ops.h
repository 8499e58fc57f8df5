/*
 * ops.h - operations of the queue, swept (lib/sweep.h) from a fresh start each.
 */
#ifndef TEST_QUEUE_OPS_H
#define TEST_QUEUE_OPS_H

#include "rig.h"

#include "queue/claim.h"

enum { HOUR = 3600 * 1000 };

struct world {
	const struct op *op;
	struct desk desk; /* who claims */
	struct job_ref ref, other;
	struct run run, runs[3];
	int64_t n; /* what was answered */
};

struct op {
	const char *name;
	void (*start)(struct cx *, struct world *);
	enum err (*run)(struct cx *, struct world *);
	void (*check)(struct cx *, struct world *); /* what is true then */
	bool parts;                                 /* see sweep.h */
};

/* Sweep each. */
void sweep_ops(struct cx *, const struct op *, size_t n);

void assert_jobs(struct cx *, const char *state, int64_t n);
/* How often the log tells of that step. */
int64_t told(struct cx *, const char *step);
/* A check: w->ref waits. */
void it_waits(struct cx *, struct world *);

#endif
