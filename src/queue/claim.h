/*
 * claim.h - which job is next, and whose jobs are nobody's any more.
 */
#ifndef QUEUE_CLAIM_H
#define QUEUE_CLAIM_H

#include "queue/run.h"

/*
 * Take the next job, tell "started".  `idle`: this runner runs nothing, so a
 * suspect may start.  ERR_MISSING: there is none for us now.
 */
enum err claim_next(struct cx *, const struct desk *, bool idle, struct run *);

/* Sleepers whose time has come may be claimed; *woken counts. */
enum err claim_wake(struct cx *, int64_t *woken);

/*
 * Jobs that died with their program wait again as suspects, or are buried.
 * PostgreSQL: those whose lease has ended.  SQLite: all that run, which is
 * right only at start, when the lock on the file says that nobody else is
 * there.  May be repeated; *found counts.
 */
enum err claim_recover(struct cx *, const struct desk *, int64_t *found);

/* Our own jobs whose end could not be stored wait again.  Only while none of
   ours runs. */
enum err claim_orphans(struct cx *, const struct desk *);

/* Extend our leases; the jobs (id, fence) that still are ours. */
enum err claim_beat(struct cx *, const struct desk *, struct job **, size_t *n);

/* When something falls due; see runner_next. */
enum err claim_due(struct cx *, const struct desk *, int64_t *at);

#endif
