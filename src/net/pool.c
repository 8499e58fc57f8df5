/*
 * pool.c - a ring under one lock; threads sleep until there is work.
 */
#include "net/pool.h"

#include <assert.h>

#include "base/arena.h"

struct work {
	void (*run)(void *);
	void *arg;
};

struct pool {
	struct env *env;
	struct lock lock;
	struct signal more;
	struct thread **threads;
	int nthreads;
	struct work *ring;
	size_t places;
	size_t reserved; /* queued ones included */
	size_t first, queued;
	bool closing;
};

static bool
take(struct pool *p, struct work *w)
{
	lock_take(&p->lock);
	while (p->queued == 0 && !p->closing)
		p->env->wait(p->env, &p->more, &p->lock, INT64_MAX);
	if (p->queued == 0) {
		lock_drop(&p->lock);
		return false;
	}
	*w = p->ring[p->first];
	p->first = (p->first + 1) % p->places;
	p->queued--;
	p->reserved--;
	lock_drop(&p->lock);
	return true;
}

static void
work(void *arg)
{
	struct pool *p = arg;
	struct work w;

	while (take(p, &w))
		w.run(w.arg);
}

struct pool *
pool_open(struct env *env, int threads, size_t places)
{
	struct pool *p = mem_new(sizeof(*p));
	int i;

	p->env = env;
	lock_open(&p->lock);
	signal_open(&p->more);
	p->places = places;
	p->ring = mem_new(places * sizeof(*p->ring));
	p->nthreads = threads;
	p->threads = mem_new((size_t)threads * sizeof(struct thread *));
	for (i = 0; i < threads; i++)
		p->threads[i] = env->start(env, "http", work, p);
	return p;
}

bool
pool_reserve(struct pool *p)
{
	bool room;

	lock_take(&p->lock);
	room = p->reserved < p->places && !p->closing;
	p->reserved += room;
	lock_drop(&p->lock);
	return room;
}

void
pool_unreserve(struct pool *p)
{
	lock_take(&p->lock);
	p->reserved--;
	lock_drop(&p->lock);
}

void
pool_put(struct pool *p, void (*run)(void *), void *arg)
{
	lock_take(&p->lock);
	assert(p->queued < p->reserved);
	p->ring[(p->first + p->queued) % p->places] =
	    (struct work){ .run = run, .arg = arg };
	p->queued++;
	signal_one(&p->more);
	lock_drop(&p->lock);
}

void
pool_close(struct pool *p)
{
	int i;

	lock_take(&p->lock);
	p->closing = true;
	signal_all(&p->more);
	lock_drop(&p->lock);
	for (i = 0; i < p->nthreads; i++)
		p->env->join(p->env, p->threads[i]);
	signal_close(&p->more);
	lock_close(&p->lock);
	mem_free(p->threads);
	mem_free(p->ring);
	mem_free(p);
}
