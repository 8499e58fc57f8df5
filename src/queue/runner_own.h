/*
 * runner_own.h - the inside of a runner, for the files that are its threads.
 *
 * Workers (runner.c) run what is ready.  The clerk (clerk.c) stores how runs
 * ended and claims what is next.  The clock and the beat (watch.c) see to what
 * falls due, and to the leases.
 */
#ifndef QUEUE_RUNNER_OWN_H
#define QUEUE_RUNNER_OWN_H

#include "base/env.h"
#include "queue/stock.h"

enum { DOWN_MS = 1000 /* between tries while the database fails */ };

struct runner {
	struct desk desk;
	struct cx base; /* env, db, log, conf, keys for the units */
	bool unsettled; /* runner_step: a claim or an end failed */

	struct lock lock;     /* guards what follows */
	struct signal work;   /* workers: something is ready, or closing */
	struct signal office; /* the clerk: look, an end to store, or last */
	struct signal down;   /* the clerk, waiting for the database */
	struct signal tick;   /* the clock: rung, or closing */
	struct signal beat;   /* the beat: something runs, or last */
	struct signal idle;   /* runner_close: nothing runs any more */
	struct stock stock;
	int64_t office_at; /* mono, when the clerk wakes; 0: it is awake */
	int64_t beat_at;   /* the same of the beat */
	bool look;         /* a claim may find something */
	bool doubt;        /* a claim failed, and may be there all the same */
	bool rung;         /* what is due next may have changed */
	bool closing;      /* no new claims */
	bool last;         /* the workers have gone */
	bool gone;         /* so has the clerk: nothing runs, nothing will */
	struct thread *workers[WORKERS_MAX];
	struct thread *clerk;
	struct thread *clock;
	struct thread *beater;
};

/* A unit that failed for the database: say so. */
void runner_log_down(struct cx *, const char *what);
/* A claim may find something; the lock is not held. */
void runner_look(struct runner *);

void clerk_main(void *);
/* The lock is held: a run is over, a worker is free, or `look` was set.  Is it
   time for a round? */
void clerk_call(struct runner *);

void clock_main(void *);
void beat_main(void *);
/* Schedules fire, sleepers wake, on PostgreSQL the dead are found; *did counts
   them. */
enum err clock_fire(struct runner *, struct cx *, int64_t *did);

#endif
