/*
 * settle.h - how runs end, and how that is stored.
 *
 * What an answer means is decided once, when the run is over (settle_decide).
 * It is stored with many others in one transaction (settle_all), or alone
 * (settle_one) where a neighbour's failure must not undo it.
 */
#ifndef QUEUE_SETTLE_H
#define QUEUE_SETTLE_H

#include "queue/run.h"

/* The run answered `e`. */
void settle_decide(struct run *, enum err e);

/* In the caller's transaction, cx->now set: store the ends of all, and tell.
   Those whose job is no longer ours become `lost`; nothing is stored of
   them. */
enum err settle_all(struct cx *, struct run **, size_t n);

/*
 * One, in a transaction of its own, and logged.  OK also if the lease was
 * lost.  ERR_STORE, ERR_BUSY: nothing is stored, call again.
 */
enum err settle_one(struct cx *, struct run *);

/* What is stored is committed: say so in the operator's log. */
void settle_log(struct run *);

#endif
