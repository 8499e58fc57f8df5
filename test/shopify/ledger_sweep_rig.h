/*
 * ledger_sweep_rig.h - moves of the ledger, each of their steps failing once:
 * the row, what is told and the jobs that follow come together or not at all,
 * and the move is made when it is tried again.
 */
#ifndef TEST_SHOPIFY_LEDGER_SWEEP_RIG_H
#define TEST_SHOPIFY_LEDGER_SWEEP_RIG_H

#include "ledger_rig.h"

struct scene {
	const char *name;
	void (*start)(struct cx *, struct world *);
	enum err (*move)(struct cx *, struct world *);
	/* What is so then. */
	const char *state; /* of the row; NULL: there is none */
	const char *code;
	const char *told; /* steps of the events, in order */
	const char *jobs; /* that follow, by name */
	void (*check)(struct cx *, struct world *, const struct ledger *);
};

void sweep_scenes(struct cx *, const struct scene *, size_t n);

/* What both tests look at. */
void is_never_taken_again(struct cx *, struct world *, const struct ledger *);
void is_hidden(struct cx *, struct world *, const struct ledger *);

#endif
