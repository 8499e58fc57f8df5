/*
 * buf.h - text or bytes that grow, in an arena.
 *
 * Always NUL-terminated: buf->p is a C string at any time.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/cx.h"

struct buf {
	struct arena *mem;
	char *p;     /* n bytes, then NUL */
	size_t n;    /* bytes used */
	size_t room; /* bytes there, NUL included */
};

struct buf buf_new(struct arena *);
void buf_add(struct buf *, const void *p, size_t n);
void buf_text(struct buf *, const char *);
void buf_char(struct buf *, char);
void buf_printf(struct buf *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
