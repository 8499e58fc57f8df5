/*
 * runner.h - claims jobs and runs them.
 *
 * Only the runner retries, backs off, times out, buries.  Worker threads run
 * kinds; one thread beats the leases; nobody polls: claims follow the "job"
 * bell and the next run_at.  At start, jobs that ran when the program died
 * (SQLite: all running ones) are suspects: crash counted, waiting again, alone.
 * On PostgreSQL that is so for every job whose lease has ended, at any time.
 *
 * Alone means in its program: what a suspect would take with it is the process
 * it runs in.  Jobs of kinds not in the table wait for a program that has them.
 */
#ifndef QUEUE_RUNNER_H
#define QUEUE_RUNNER_H

#include "queue/job.h"

struct runner;

struct runner_conf {
	const struct job_kind *const *kinds; /* NULL ends */
	int workers;                         /* threads; 0: 4 */
	int64_t retry_base_ms; /* scales back-off (1,000 usual; option
				  --retry-base-ms); 0: 1,000 */
	/* Told in the transaction of each step, for the Queue Log: "started",
	   "done", "again", "dead", "parked".  `words`: the result of a done
	   job, else why; NULL at the start.  job->run_at tells when "again"
	   is.  May be NULL. */
	enum err (*tell)(struct cx *, const struct job *, const char *step,
	    enum err, const char *words);
	/* Whose work failed, for the operator's log: "shop=… order=…", no
	   personal data; it may read.  NULL: nothing is known. */
	const char *(*whose)(struct cx *, const struct job *);
};

/* Recovers suspects, then starts threads (none if env->start is NULL). */
enum err runner_open(struct cx *, const struct runner_conf *, struct runner **);
/* No new claims; running jobs get `grace_ms`, then lose their right (stop) and
   wait again if they fail for it.  To be called before db_close. */
void runner_close(struct runner *, int64_t grace_ms);

/* Claim and run one job on this thread; *ran says whether there was one due.
   For tests and the simulation. */
enum err runner_step(struct runner *, struct cx *, bool *ran);
/* When the next job or schedule falls due, ms (shared clock); INT64_MAX: none.
   What is due already is for runner_step: ask after it had nothing to do. */
enum err runner_next(struct runner *, struct cx *, int64_t *at);

/* Back-off with full jitter: 1 … min(cap, base·2^(n-1)) in ms. */
int64_t backoff_ms(struct env *, int64_t base_ms, int64_t cap_ms, int64_t n);

#endif
