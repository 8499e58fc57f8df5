/*
 * env.h - the world outside: clock, randomness, network, threads, waits.
 *
 * Everything that makes two runs differ goes through this struct, so that a
 * simulation can put its own world in place: virtual time, one seed, a
 * scripted network.  env_real() is the machine's own.
 */
#ifndef BASE_ENV_H
#define BASE_ENV_H

#include <pthread.h>

#include "base/cx.h"

struct answer;
struct call;
struct thread;

/* Locks and conditions are the machine's own; waits go through env. */
struct lock {
	pthread_mutex_t m;
};
struct signal {
	pthread_cond_t c;
};

struct env {
	int64_t (*wall_ms)(struct env *); /* since 1970 UTC: for showing */
	int64_t (*mono_ms)(struct env *); /* CLOCK_BOOTTIME: for waiting */
	void (*random)(struct env *, void *p, size_t n);
	/* Make one HTTP call; see net/client.h.  NULL until main sets it. */
	enum err (*call)(struct cx *, const struct call *, struct answer *);
	void *net; /* belongs to `call` */
	/* NULL where threads are not to be had (simulation).  Signals are
	   blocked in the thread; aborts if there cannot be another. */
	struct thread *(*start)(struct env *, const char *name,
	    void (*run)(void *), void *arg);
	void (*join)(struct env *, struct thread *); /* frees it */
	/* Wait for the signal with the lock held, until mono time `until_ms`
	   (INT64_MAX: for ever).  May wake for nothing. */
	void (*wait)(struct env *, struct signal *, struct lock *,
	    int64_t until_ms);
};

struct env env_real(void);

/* The calling thread's work can wait: where processors are short, others of
   this program go first.  For good; refused by the system, it does nothing. */
void env_step_back(void);

void lock_open(struct lock *);
void lock_close(struct lock *);
void lock_take(struct lock *);
void lock_drop(struct lock *);
void signal_open(struct signal *); /* on CLOCK_MONOTONIC */
void signal_close(struct signal *);
void signal_one(struct signal *);
void signal_all(struct signal *);

int64_t env_wall(struct env *);
int64_t env_mono(struct env *);
void env_random(struct env *, void *p, size_t n);
uint64_t env_below(struct env *, uint64_t limit); /* uniform, limit > 0 */
void env_uuid(struct env *, char out[37]);        /* RFC 9562 version 7 */

#endif
