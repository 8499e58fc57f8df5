/*
 * arena.c - chunks, handed out front to back, all freed at once.
 *
 * Chunks come zeroed from calloc and are used once, so nothing is cleared
 * twice.  Large pieces get a chunk of their own, behind the current one, so
 * they do not waste what is left of it.  Under ASan every piece is followed by
 * a red zone: an overflow inside an arena is seen like one on the heap.
 */
#include "base/arena.h"

#include <assert.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#endif

#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
enum { RED_ZONE = 16 };
#else
#define ASAN_POISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
enum { RED_ZONE = 0 };
#endif

enum { ALIGN = 16, CHUNK_FIRST = 4 * 1024, CHUNK_MOST = 64 * 1024 };

struct chunk {
	struct chunk *next;
	size_t room; /* bytes after the header */
	size_t used;
	size_t pad; /* keeps the header a multiple of ALIGN */
};

struct deferred {
	struct deferred *next;
	void (*fn)(void *);
	void *arg;
};

struct arena {
	struct chunk *chunks; /* the first is being filled */
	struct deferred *deferred;
	size_t next_room;
};

_Static_assert(sizeof(struct chunk) % ALIGN == 0, "pieces must be aligned");

static void
die_of_memory(void)
{
	static const char words[] = "out of memory\n";

	fputs(words, stderr);
	abort();
}

void *
mem_new(size_t n)
{
	void *p = calloc(1, n > 0 ? n : 1);

	if (p == NULL)
		die_of_memory();
	return p;
}

void *
mem_raw(size_t n)
{
	void *p = malloc(n > 0 ? n : 1);

	if (p == NULL)
		die_of_memory();
	return p;
}

void *
mem_grow(void *p, size_t n)
{
	if ((p = realloc(p, n > 0 ? n : 1)) == NULL)
		die_of_memory();
	return p;
}

char *
mem_text(const char *s)
{
	size_t n = strlen(s) + 1;

	return memcpy(mem_new(n), s, n);
}

void
mem_free(void *p)
{
	free(p);
}

void
mem_rest(void)
{
	(void)malloc_trim(0);
}

static unsigned char *
chunk_start(struct chunk *c)
{
	return (unsigned char *)(c + 1);
}

static struct chunk *
chunk_new(size_t room)
{
	struct chunk *c;

	if (room > SIZE_MAX - sizeof(*c))
		die_of_memory();
	c = mem_new(sizeof(*c) + room);
	c->room = room;
	ASAN_POISON_MEMORY_REGION(chunk_start(c), room);
	return c;
}

static struct chunk *
chunk_with(struct arena *a, size_t n)
{
	struct chunk *c = a->chunks;

	if (c != NULL && c->room - c->used >= n)
		return c;
	if (c != NULL && n > a->next_room / 4) {
		c = chunk_new(n);
		c->next = a->chunks->next;
		a->chunks->next = c;
		return c;
	}
	c = chunk_new(n > a->next_room ? n : a->next_room);
	c->next = a->chunks;
	a->chunks = c;
	if (a->next_room < CHUNK_MOST)
		a->next_room *= 2;
	return c;
}

struct arena *
arena_new(void)
{
	struct arena *a = mem_new(sizeof(*a));

	a->next_room = CHUNK_FIRST;
	return a;
}

void
arena_free(struct arena *a)
{
	struct deferred *d;
	struct chunk *c;

	if (a == NULL)
		return;
	while ((d = a->deferred) != NULL) {
		a->deferred = d->next; /* fn may defer more */
		d->fn(d->arg);
	}
	while ((c = a->chunks) != NULL) {
		a->chunks = c->next;
		ASAN_UNPOISON_MEMORY_REGION(chunk_start(c), c->room);
		free(c);
	}
	free(a);
}

void *
arena_alloc(struct arena *a, size_t n)
{
	struct chunk *c;
	unsigned char *p;
	size_t whole;

	if (n > SIZE_MAX / 2)
		die_of_memory();
	whole = ((n > 0 ? n : 1) + RED_ZONE + ALIGN - 1) / ALIGN * ALIGN;
	c = chunk_with(a, whole);
	p = chunk_start(c) + c->used;
	c->used += whole;
	ASAN_UNPOISON_MEMORY_REGION(p, n);
	return p;
}

void *
arena_copy(struct arena *a, const void *p, size_t n)
{
	void *copy = arena_alloc(a, n);

	if (n > 0)
		memcpy(copy, p, n);
	return copy;
}

char *
arena_textn(struct arena *a, const char *s, size_t n)
{
	char *copy = arena_alloc(a, n + 1);

	if (n > 0)
		memcpy(copy, s, n);
	return copy;
}

char *
arena_text(struct arena *a, const char *s)
{
	return s == NULL ? NULL : arena_textn(a, s, strlen(s));
}

char *
arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	va_list again;
	char *s;
	int n;

	assert(fmt != NULL);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	if (n < 0) /* a bad format, or 2 GB of text */
		abort();
	s = arena_alloc(a, (size_t)n + 1);
	vsnprintf(s, (size_t)n + 1, fmt, again);
	va_end(again);
	if (strstr(fmt, "%.") != NULL)
		text_mend(s); /* cut at a byte */
	return s;
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return s;
}

void
arena_defer(struct arena *a, void (*fn)(void *), void *arg)
{
	struct deferred *d = arena_alloc(a, sizeof(*d));

	d->fn = fn;
	d->arg = arg;
	d->next = a->deferred;
	a->deferred = d;
}
