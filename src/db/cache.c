/*
 * cache.c - an open-addressed table that doubles when half full.
 */
#include "db/cache.h"

#include <stdint.h>

#include "base/arena.h"

enum { ROOM_FIRST = 256 };

static struct cache_slot *
slot_of(const struct cache *c, const struct sql *sql)
{
	uint64_t h = (uint64_t)(uintptr_t)sql * UINT64_C(0x9e3779b97f4a7c15);
	size_t i = (size_t)(h >> 32) & (c->room - 1);

	while (c->slots[i].sql != NULL && c->slots[i].sql != sql)
		i = (i + 1) & (c->room - 1);
	return &c->slots[i];
}

static void
grow(struct cache *c)
{
	struct cache old = *c;
	size_t i;

	c->room = old.room == 0 ? ROOM_FIRST : 2 * old.room;
	c->slots = mem_new(c->room * sizeof(*c->slots));
	for (i = 0; i < old.room; i++)
		if (old.slots[i].sql != NULL)
			*slot_of(c, old.slots[i].sql) = old.slots[i];
	mem_free(old.slots);
}

void *
cache_find(const struct cache *c, const struct sql *sql)
{
	return c->room == 0 ? NULL : slot_of(c, sql)->p;
}

void
cache_add(struct cache *c, const struct sql *sql, void *p)
{
	if (2 * c->used >= c->room)
		grow(c);
	*slot_of(c, sql) = (struct cache_slot){ sql, p };
	c->used++;
}

void
cache_clear(struct cache *c, void (*drop)(void *))
{
	size_t i;

	for (i = 0; i < c->room; i++)
		if (c->slots[i].sql != NULL)
			drop(c->slots[i].p);
	mem_free(c->slots);
	*c = (struct cache){ 0 };
}
