/*
 * env.c - the machine's own world.
 *
 * Waiting time is CLOCK_BOOTTIME, since a lease must also run out while a
 * machine sleeps.  Conditions cannot wait on that clock; a deadline is turned
 * into one on CLOCK_MONOTONIC by the difference at the start of the wait.
 */
#include "base/env.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <time.h>

#include "base/arena.h"

struct thread {
	pthread_t t;
	void (*run)(void *);
	void *arg;
	char name[16]; /* what Linux takes */
};

static int64_t
clock_ms(clockid_t clock)
{
	struct timespec ts;

	if (clock_gettime(clock, &ts) != 0)
		abort();
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static int64_t
real_wall(struct env *env)
{
	(void)env;
	return clock_ms(CLOCK_REALTIME);
}

static int64_t
real_mono(struct env *env)
{
	(void)env;
	return clock_ms(CLOCK_BOOTTIME);
}

static void
real_random(struct env *env, void *p, size_t n)
{
	unsigned char *at = p;
	ssize_t got;

	(void)env;
	while (n > 0) {
		got = getrandom(at, n, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			abort(); /* no keys or tokens without it */
		at += got;
		n -= (size_t)got;
	}
}

static void *
thread_main(void *arg)
{
	struct thread *t = arg;

	pthread_setname_np(pthread_self(), t->name);
	t->run(t->arg);
	return NULL;
}

/* Signals go to the main thread: it alone knows how to stop. */
static struct thread *
real_start(struct env *env, const char *name, void (*run)(void *), void *arg)
{
	struct thread *t = mem_new(sizeof(*t));
	sigset_t all, before;
	int rc;

	(void)env;
	t->run = run;
	t->arg = arg;
	snprintf(t->name, sizeof(t->name), "%s", name);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(&t->t, NULL, thread_main, t);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (rc != 0) {
		fprintf(stderr, "thread %s: %s\n", name, strerror(rc));
		abort();
	}
	return t;
}

static void
real_join(struct env *env, struct thread *t)
{
	(void)env;
	if (pthread_join(t->t, NULL) != 0)
		abort();
	mem_free(t);
}

static void
real_wait(struct env *env, struct signal *s, struct lock *l, int64_t until_ms)
{
	struct timespec ts;
	int64_t at;

	if (until_ms == INT64_MAX) {
		pthread_cond_wait(&s->c, &l->m);
		return;
	}
	at = until_ms - real_mono(env);
	at = clock_ms(CLOCK_MONOTONIC) + (at > 0 ? at : 0);
	ts.tv_sec = (time_t)(at / 1000);
	ts.tv_nsec = (long)(at % 1000) * 1000000;
	pthread_cond_timedwait(&s->c, &l->m, &ts);
}

enum { NICENESS = 10 }; /* a tenth of a thread's share, by Linux's table */

/* On Linux a niceness is a thread's own, whatever POSIX says. */
void
env_step_back(void)
{
	(void)setpriority(PRIO_PROCESS, 0, NICENESS);
}

/* malloc gives each thread an arena, and each keeps what a burst used. */
enum { MALLOC_ARENAS = 2 };

struct env
env_real(void)
{
	(void)mallopt(M_ARENA_MAX, MALLOC_ARENAS);
	return (struct env){
		.wall_ms = real_wall,
		.mono_ms = real_mono,
		.random = real_random,
		.start = real_start,
		.join = real_join,
		.wait = real_wait,
	};
}

/* A lock that fails is a broken invariant: used before open, after close. */
static void
must_be_zero(int rc)
{
	if (rc != 0)
		abort();
}

void
lock_open(struct lock *l)
{
	must_be_zero(pthread_mutex_init(&l->m, NULL));
}

void
lock_close(struct lock *l)
{
	must_be_zero(pthread_mutex_destroy(&l->m));
}

void
lock_take(struct lock *l)
{
	must_be_zero(pthread_mutex_lock(&l->m));
}

void
lock_drop(struct lock *l)
{
	must_be_zero(pthread_mutex_unlock(&l->m));
}

void
signal_open(struct signal *s)
{
	pthread_condattr_t attr;

	must_be_zero(pthread_condattr_init(&attr));
	must_be_zero(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC));
	must_be_zero(pthread_cond_init(&s->c, &attr));
	pthread_condattr_destroy(&attr);
}

void
signal_close(struct signal *s)
{
	must_be_zero(pthread_cond_destroy(&s->c));
}

void
signal_one(struct signal *s)
{
	must_be_zero(pthread_cond_signal(&s->c));
}

void
signal_all(struct signal *s)
{
	must_be_zero(pthread_cond_broadcast(&s->c));
}

int64_t
env_wall(struct env *env)
{
	return env->wall_ms(env);
}

int64_t
env_mono(struct env *env)
{
	return env->mono_ms(env);
}

void
env_random(struct env *env, void *p, size_t n)
{
	env->random(env, p, n);
}

uint64_t
env_below(struct env *env, uint64_t limit)
{
	uint64_t uneven, x;

	assert(limit > 0);
	uneven = (UINT64_MAX % limit + 1) % limit; /* 2^64 mod limit */
	do {
		env_random(env, &x, sizeof(x));
	} while (x < uneven);
	return x % limit;
}

void
env_uuid(struct env *env, char out[37])
{
	static const char hex[] = "0123456789abcdef";
	unsigned char b[16];
	uint64_t ms = (uint64_t)env_wall(env);
	int i, at = 0;

	env_random(env, b, sizeof(b));
	for (i = 0; i < 6; i++)
		b[i] = (unsigned char)(ms >> (40 - 8 * i));
	b[6] = (unsigned char)(0x70 | (b[6] & 0x0f)); /* RFC 9562 5.7 */
	b[8] = (unsigned char)(0x80 | (b[8] & 0x3f));
	for (i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			out[at++] = '-';
		out[at++] = hex[b[i] >> 4];
		out[at++] = hex[b[i] & 15];
	}
	out[at] = '\0';
}
