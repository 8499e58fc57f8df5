/*
 * stock.h - a runner's runs between their claim and their end.
 *
 * A run is ready, then in a worker's hand, then over (its end waits to be
 * stored), then gone; one that never begins goes from ready to over.  All of
 * this is under the runner's lock, which the caller holds.
 *
 * How many may be claimed ahead of their turn follows from how long jobs of a
 * kind took of late: only such that the stock is worked off within
 * STOCK_MS, so that nobody's job waits here for long while another node, or an
 * urgent one, could go.  A kind that nothing is known of is taken for slow.
 */
#ifndef QUEUE_STOCK_H
#define QUEUE_STOCK_H

#include "queue/run.h"

enum {
	STOCK_MS = 5,     /* of work, claimed ahead */
	STOCK_MAX = 1024, /* jobs, claimed ahead at once */
	STALE_MS = 200,   /* what was not begun by then is handed back */
	WORKERS_MAX = 64
};

/* Runs at one stage, first in, first out. */
struct line {
	struct run *head;
	struct run **tail;
	size_t n;
};

struct stock {
	struct cx *base; /* of the runner: for units and time */
	const struct desk *desk;
	struct run *all;
	size_t n; /* of all */
	struct line ready;
	struct line over;
	struct run *inhand[WORKERS_MAX];
	int ninhand;
	int64_t *pace_us; /* by kind: how long a run takes, about */
	bool alone;       /* a suspect is ready or in hand */
};

void stock_open(struct stock *, struct cx *base, const struct desk *);
void stock_close(struct stock *); /* what is left is dropped */

/* A claimed job; `since`: mono, before the claim. */
void stock_enter(struct stock *, const struct job *, int64_t since,
    int64_t now);
/* The next to run, now in hand; NULL: none that may run beside the others. */
struct run *stock_take(struct stock *);
/* Could stock_take give one? */
bool stock_has(struct stock *);
/* It ran, and how it ended is decided. */
void stock_over(struct stock *, struct run *);
/* It is stored how it ended. */
void stock_drop(struct stock *, struct run *);

/* What was claimed ahead and not begun within STALE_MS (or all) goes from ready
   to over, not begun: what keeps it from running is slow.  Any? */
bool stock_turn_back(struct stock *, bool all);
/* When that is to be asked next: mono; INT64_MAX: nothing waits for it. */
int64_t stock_stale_at(const struct stock *);

/* When the first of all was claimed: mono; INT64_MAX: there is none. */
int64_t stock_since(const struct stock *);

/* How many to claim ahead for `free` workers, and of which kinds. */
int64_t stock_ahead(struct stock *, struct cx *, int64_t free,
    const char **quick);

#endif
