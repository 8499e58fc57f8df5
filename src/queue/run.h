/*
 * run.h - one claimed job on its way: what the runner's files share.
 *
 * Life: a claim fills it, run_try runs it, settle.h stores how it ended.  The
 * guard and the stop of its cx point to it.
 */
#ifndef QUEUE_RUN_H
#define QUEUE_RUN_H

#include "queue/runner.h"

/* Who claims: the part of a runner that is the same for all its runs. */
struct desk {
	struct runner_conf conf;
	char owner[37]; /* random; the lease_owner of its jobs */
	char *kinds;    /* ",a,b,": those it may claim */
};

enum {
	STOP_LOST = 1,   /* the lease is gone */
	STOP_CLOSING = 2 /* the program ends and grace is over */
};

/* How a run ends. */
struct end {
	enum err e;        /* what it answered */
	const char *state; /* that follows */
	const char *step;  /* for tell */
	int64_t delay_ms;
	int64_t uncount; /* 1: this try does not count */
	const char *code;
	const char *words; /* result or reason */
	bool bare;         /* without tell and buried: they failed */
};

struct run {
	struct job job; /* as claimed */
	const struct job_kind *kind;
	const struct desk *desk;
	const char *result; /* job_result, or NULL */
	int stop;           /* atomic; the cx's stop */
	bool ahead;         /* claimed before a worker was free for it */
	bool unbegun;       /* it never began: it waits again */
	bool lost;          /* the row was not ours when it ended */
	const char *whose;  /* for the log, if it failed; or NULL */
	struct end end;
	struct cx *unit; /* what it runs with */

	/* The runner's, under its lock (stock.c). */
	struct cx cx;
	struct run *next, **here; /* of all; what points to it */
	struct run *then;         /* of those at the same stage */
	int64_t since;            /* ms, mono: before it was claimed */
	int64_t lease_until; /* ms, mono: ours until then for all we know */
	int64_t at;          /* ms, mono: when it came to its stage */
	bool asked;          /* by the beat under way: is it ours still? */
	bool over;           /* its row may be ours no more, in order */
};

/* Run the kind once.  Answers what it answered. */
enum err run_try(struct run *);

/* From here on the cx is this run's, for job_of and job_result, and for its
   guard in transactions to come. */
void run_lend(struct cx *, struct run *);

/* The row of a kind, or NULL. */
const struct job_kind *desk_kind(const struct desk *, const char *name);

#endif
