/*
 * arena.h - memory that dies with its unit of work.
 *
 * Never returns NULL: input is bounded first, and out of memory aborts (the
 * queue is durable).  Memory is zeroed.  Not for two threads at once.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *); /* runs what was deferred, last first */

void *arena_alloc(struct arena *, size_t n);
void *arena_copy(struct arena *, const void *p, size_t n);
char *arena_text(struct arena *, const char *);          /* NULL gives NULL */
char *arena_textn(struct arena *, const char *, size_t); /* NUL added */
char *arena_printf(struct arena *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *, const char *fmt, va_list);

/* Call fn(arg) when the arena ends: closes foreign handles, wipes secrets. */
void arena_defer(struct arena *, void (*fn)(void *), void *arg);

/* malloc for machinery that outlives a unit; aborts instead of NULL.  The
   only door to malloc and free outside arena.c. */
void *mem_new(size_t n); /* zeroed */
void *mem_raw(size_t n); /* as it comes */
void *mem_grow(void *, size_t n);
char *mem_text(const char *);
void mem_free(void *);
/* Work has come to rest: free memory goes back to the system.  About 1 ms. */
void mem_rest(void);

#endif
