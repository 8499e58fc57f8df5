/*
 * run.h - one claimed job on its way: what runner, claim and run share.
 *
 * Life: claim_next fills it, run_try runs it, run_settle stores how it ended.
 * It lives in the arena of its cx, whose guard and stop point to it.
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

struct run {
	struct job job; /* as claimed; after the settling as settled */
	const struct job_kind *kind;
	const struct desk *desk;
	const char *result; /* job_result, or NULL */
	int stop;           /* atomic; the cx's stop */

	/* The runner's, under its lock. */
	struct run *next;
	int64_t beats;       /* of the runner when it was entered */
	int64_t lease_until; /* ms, mono: ours until then for all we know */
	bool settling;       /* its row may be ours no more, in order */
};

/* Run the kind once.  Answers what it answered. */
enum err run_try(struct cx *, struct run *);

/*
 * Store the end of a run that answered `e`, and tell.  OK also if the lease
 * was lost: then nothing is ours to store.  ERR_STORE, ERR_BUSY: nothing is
 * stored, call again.
 */
enum err run_settle(struct cx *, struct run *, enum err e);

/* The row of a kind, or NULL. */
const struct job_kind *desk_kind(const struct desk *, const char *name);

#endif
