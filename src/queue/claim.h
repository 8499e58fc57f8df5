/*
 * claim.h - which jobs are next.
 */
#ifndef QUEUE_CLAIM_H
#define QUEUE_CLAIM_H

#include "queue/run.h"

/* What is wanted, and what was got. */
struct claim {
	const struct desk *desk;
	int64_t free;      /* so many can begin at once */
	int64_t ahead;     /* so many more, if their kind is one of `quick` */
	const char *quick; /* ",a,b," */
	bool idle;         /* this runner runs nothing: a suspect may start */

	struct job *jobs; /* those that can begin first */
	size_t n;
	size_t nahead; /* the last of them are for later */
};

/*
 * In the caller's transaction: take the next jobs and tell "started" of those
 * that begin.  Of those for later the row says so (started_at 0): should the
 * program die, nobody knows whether they had begun.  OK also if there is none.
 */
enum err claim_take(struct cx *, struct claim *);

/* The next one, in a transaction of its own.  ERR_MISSING: there is none. */
enum err claim_next(struct cx *, const struct desk *, struct run *);

/* Sleepers whose time has come may be claimed; *woken counts. */
enum err claim_wake(struct cx *, int64_t *woken);

/* Extend the leases of these jobs (a JSON list of ids); those (id, fence) that
   still are ours. */
enum err claim_beat(struct cx *, const struct desk *, const char *ids,
    struct job **, size_t *n);

/* When something falls due; see runner_next. */
enum err claim_due(struct cx *, const struct desk *, int64_t *at);

#endif
