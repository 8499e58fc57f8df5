/*
 * sched.h - what runs by itself, and when.
 *
 * A schedule is a row (tenant, kind): every so many seconds, or off.  Slots
 * are multiples of the interval; a slot runs once whatever the number of
 * nodes; missed ones collapse into one.  The runner fires them: a slot adds
 * the job and stores the next, in one transaction.
 *
 * The job of a slot has sched_once() as `once` and as `key`, and meets a
 * running one (job_add_or_running).  Run-now adds with the same two texts, so
 * both meet and never run side by side.
 */
#ifndef QUEUE_SCHED_H
#define QUEUE_SCHED_H

#include "queue/job.h"

struct sched {
	int64_t tenant;
	const char *kind;
	int64_t every_s;      /* 0: off */
	int64_t next_at;      /* ms; 0 when off */
	int64_t last_at;      /* ms; 0: never */
	const char *last_job; /* UUID, or NULL */
};

extern const struct field sched_fields[];

/* `once` and `key` of a scheduled kind's job: "KIND:TENANT". */
const char *sched_once(struct cx *, const char *kind, int64_t tenant);

/* Add or change; next_at is the next slot.  every_s 0 or 1 … 31 days. */
enum err sched_set(struct cx *, int64_t tenant, const char *kind,
    int64_t every_s);
enum err sched_list(struct cx *, int64_t tenant, struct sched **, size_t *n);
enum err sched_drop_tenant(struct cx *, int64_t tenant);
/* While paused, a tenant's schedules do not fire (automatic off), those set
   meanwhile included.  Slots that passed then are not made up for. */
enum err sched_pause(struct cx *, int64_t tenant, bool paused);

/* Fire what is due now; *fired counts.  The runner calls it. */
enum err sched_step(struct cx *, int64_t *fired);

#endif
