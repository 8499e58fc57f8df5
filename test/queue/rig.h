/*
 * rig.h - what the queue's tests share: kinds that do as they are told, a
 * runner without threads, time that passes on both engines.
 */
#ifndef TEST_QUEUE_RIG_H
#define TEST_QUEUE_RIG_H

#include <unistd.h>

#include "lib/db_test.h"

#include "base/log.h"

#include "gen/sql.h"
#include "queue/event.h"
#include "queue/run.h"
#include "queue/runner.h"
#include "queue/sched.h"

enum { TOLD_MAX = 512, AWAIT_MS = 60000 };

/* What "work" and "parks" do, and what was seen.  One test at a time. */
struct script {
	enum err e;       /* every try answers this */
	const char *code; /* with this code, or NULL */
	int64_t wait_ms;
	enum err (*hook)(struct cx *, const struct job *); /* instead of e */
	enum err buried_e; /* buried() answers this */
	enum err tell_e;   /* tell() answers this */

	int ran;                 /* tries begun */
	int64_t order[TOLD_MAX]; /* subjects, as they ran */
	int buried;
	enum err buried_for;
	int told;
	char steps[TOLD_MAX]; /* first letters of the steps told: "sd" */
	struct job last;      /* as told last; texts are gone */
	char words[256];      /* told last */
};
extern struct script script;

/* "work": 3 attempts, back-off 10 … 60 s, buried is counted.  "parks": the
   same and parks.  "ever": tries for ever. */
extern const struct job_kind *const kinds[];

#define CASES(fn) TEST_BOTH(fn, queue_lists)
extern const struct migration *const queue_lists[1];

/* Begin a test: the script is empty, threads are off. */
void calm(struct cx *);
/* A runner without threads, with `tell` if wanted. */
struct runner *runner_new(struct cx *);
/* Both: a test begins. */
struct runner *begin(struct cx *);
/* One with its threads; whose runs do what the hook does.  A test begins. */
struct runner *threads(struct cx *, int workers,
    enum err (*hook)(struct cx *, const struct job *));
/* The same, as `conf` has it. */
struct runner *threads_as(struct cx *, const struct runner_conf *conf,
    enum err (*hook)(struct cx *, const struct job *));
/* Who claims for a runner, without one. */
struct desk desk_new(struct cx *);
/* Run jobs until there is none due; how many ran. */
int run_all(struct cx *, struct runner *);
/* Run one; fails the test if none is due. */
void run_one(struct cx *, struct runner *);

/* Add a job of kind "work" for tenant 1 with a subject; set others by hand. */
struct job_ref add(struct cx *, const struct job_new *);
#define ADD(cx, ...) add(cx, &(struct job_new){ .kind = "work", __VA_ARGS__ })

/* The shared clock and all that waits for it: `ms` pass. */
void time_passes(struct cx *, int64_t ms);
int64_t shared_now(struct cx *);
/* Statements of the test's own, the same on both engines. */
void exec(struct cx *, const char *sql);
int64_t number(struct cx *, const char *sql);
struct job job_now(struct cx *, const char *uuid);
int64_t in_state(struct cx *, const char *state);
void assert_state(struct cx *, const char *uuid, const char *state);

/* Counters that threads share. */
int get(const int *);
int count(int *, int by);

/* The runs in hand of a test. */
struct hand {
	int held;    /* hold() lets runs go when this is 0 */
	int inside;  /* runs in hand */
	int stopped; /* hold() was told to stop */
};
extern struct hand hand;
/* A hook: in hand until let go, or told to stop. */
enum err hold(struct cx *, const struct job *);

/* From here on cx logs into a file: its path. */
const char *log_begin(struct cx *, enum level least);
void log_end(struct cx *);

/* Ask until it is so. */
#define await(cond)                                                            \
	do {                                                                   \
		int await_ms = 0;                                              \
		while (!(cond) && await_ms++ < AWAIT_MS)                       \
			usleep(1000);                                          \
		if (!(cond))                                                   \
			fail_msg("never so: %s", #cond);                       \
	} while (0)

#endif
