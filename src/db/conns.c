/*
 * conns.c - a stack of connections, and a doubling pause.
 */
#include "db/conns.h"

#include <time.h>

#include "base/arena.h"

enum { WAIT_MS = 5000, PAUSE_MIN_MS = 100, PAUSE_MAX_MS = 10000 };

void
conns_open(struct conns *p, size_t most)
{
	*p = (struct conns){ .idle = mem_new(most * sizeof(struct conn *)) };
	lock_open(&p->lock);
	signal_open(&p->freed);
}

void
conns_close(struct conns *p)
{
	signal_close(&p->freed);
	lock_close(&p->lock);
	mem_free(p->idle);
}

void
conns_give(struct conns *p, struct conn *c)
{
	lock_take(&p->lock);
	p->idle[p->nidle++] = c;
	signal_one(&p->freed);
	lock_drop(&p->lock);
}

enum err
conns_take(struct cx *cx, struct conns *p, struct conn **out)
{
	int64_t until = env_mono(cx->env) + WAIT_MS;
	enum err e = OK;

	lock_take(&p->lock);
	while (p->nidle == 0 && env_mono(cx->env) < until)
		cx->env->wait(cx->env, &p->freed, &p->lock, until);
	if (p->nidle > 0)
		*out = p->idle[--p->nidle];
	else
		e = cx_fail(cx, ERR_BUSY,
		    "all connections to the database are in use");
	lock_drop(&p->lock);
	return e;
}

static int64_t
machine_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

void
pause_open(struct pause *p)
{
	*p = (struct pause){ 0 };
	lock_open(&p->lock);
}

void
pause_close(struct pause *p)
{
	lock_close(&p->lock);
}

enum err
pause_check(struct cx *cx, struct pause *p)
{
	int64_t left;

	lock_take(&p->lock);
	left = p->ms == 0 ? 0 : p->next_ms - machine_ms();
	lock_drop(&p->lock);
	if (left <= 0)
		return OK;
	return cx_fail(cx, ERR_STORE,
	    "the database is away; the next try is in %lld ms",
	    (long long)left);
}

void
pause_note(struct cx *cx, struct pause *p, bool well)
{
	lock_take(&p->lock);
	p->ms = well ? 0 : 2 * p->ms;
	if (!well && p->ms < PAUSE_MIN_MS)
		p->ms = PAUSE_MIN_MS;
	if (p->ms > PAUSE_MAX_MS)
		p->ms = PAUSE_MAX_MS;
	if (!well)
		p->next_ms = machine_ms() + p->ms / 2 +
		    (int64_t)env_below(cx->env, (uint64_t)p->ms);
	lock_drop(&p->lock);
}
