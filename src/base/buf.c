/*
 * buf.c - grows by doubling; what is outgrown stays in the arena.
 */
#include "base/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"

enum { ROOM_FIRST = 64 };

static void
make_room(struct buf *b, size_t more)
{
	size_t room = b->room;
	char *p;

	assert(more < SIZE_MAX / 4 && b->n < SIZE_MAX / 4);
	if (b->n + more < room)
		return;
	while (room <= b->n + more)
		room *= 2;
	p = arena_alloc(b->mem, room);
	memcpy(p, b->p, b->n);
	b->p = p;
	b->room = room;
}

struct buf
buf_new(struct arena *mem)
{
	struct buf b = { .mem = mem, .room = ROOM_FIRST };

	b.p = arena_alloc(mem, ROOM_FIRST);
	return b;
}

void
buf_add(struct buf *b, const void *p, size_t n)
{
	make_room(b, n);
	if (n > 0)
		memcpy(b->p + b->n, p, n);
	b->n += n;
	b->p[b->n] = '\0';
}

void
buf_text(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void
buf_char(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(b->p + b->n, b->room - b->n, fmt, ap);
	va_end(ap);
	assert(n >= 0);
	if ((size_t)n >= b->room - b->n) {
		make_room(b, (size_t)n);
		va_start(ap, fmt);
		vsnprintf(b->p + b->n, b->room - b->n, fmt, ap);
		va_end(ap);
	}
	b->n += (size_t)n;
}
