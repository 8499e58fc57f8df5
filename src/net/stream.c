/*
 * stream.c - server-sent events between a feeder and a connection.
 *
 * A reader that says "nothing yet" without sleeping would spin a core, and a
 * sleeping one notices no disconnect: the feeder's heartbeat wakes it, the
 * write fails, the stream is gone.  A browser that takes its events too slowly
 * is cut off rather than fed from ever more memory; it comes back by itself and
 * says which event it saw last.
 */
#include "net/stream.h"

#include <string.h>
#include <sys/socket.h>

#include "base/arena.h"
#include "base/env.h"

enum { STREAM_LAG_MAX = 256 * 1024 };

struct stream {
	struct lock lock;
	int refs;
	struct stream_wire wire; /* conn NULL: not attached, or not any more */
	char *p;                 /* unsent: n bytes from p + from */
	size_t from, n, room;
	bool asleep;
	bool ended; /* nothing more will come */
	bool gone;  /* nobody reads */
};

static void
unref(struct stream *st)
{
	bool last;

	lock_take(&st->lock);
	last = --st->refs == 0;
	lock_drop(&st->lock);
	if (!last)
		return;
	lock_close(&st->lock);
	mem_free(st->p);
	mem_free(st);
}

/* With the lock held. */
static void
wake(struct stream *st)
{
	if (st->asleep && st->wire.conn != NULL)
		st->wire.wake(st->wire.conn);
	st->asleep = false;
}

static void
request_is_over(void *arg)
{
	stream_detach(arg);
	unref(arg);
}

struct stream *
stream_new(struct cx *cx)
{
	struct stream *st = mem_new(sizeof(*st));

	lock_open(&st->lock);
	st->refs = 2;
	arena_defer(cx->mem, request_is_over, st);
	return st;
}

static void
append(struct stream *st, const char *text, size_t n)
{
	if (st->from > 0 && st->from + st->n + n > st->room) {
		memmove(st->p, st->p + st->from, st->n);
		st->from = 0;
	}
	if (st->n + n > st->room) {
		st->room = 2 * (st->n + n);
		st->p = mem_grow(st->p, st->room);
	}
	memcpy(st->p + st->from + st->n, text, n);
	st->n += n;
}

bool
stream_push(struct stream *st, const char *text)
{
	size_t n = strlen(text);
	bool there;

	lock_take(&st->lock);
	if (!st->gone && st->n + n > STREAM_LAG_MAX) {
		st->gone = true;
		if (st->wire.conn != NULL)
			shutdown(st->wire.fd, SHUT_RDWR);
		wake(st);
	}
	there = !st->gone && !st->ended;
	if (there && n > 0) {
		append(st, text, n);
		wake(st);
	}
	lock_drop(&st->lock);
	return there;
}

void
stream_finish(struct stream *st)
{
	lock_take(&st->lock);
	st->ended = true;
	wake(st);
	lock_drop(&st->lock);
}

void
stream_drop(struct stream *st)
{
	stream_finish(st);
	unref(st);
}

void
stream_attach(struct stream *st, const struct stream_wire *wire)
{
	lock_take(&st->lock);
	st->wire = *wire;
	lock_drop(&st->lock);
}

void
stream_detach(struct stream *st)
{
	lock_take(&st->lock);
	st->wire.conn = NULL;
	st->gone = true;
	lock_drop(&st->lock);
}

ssize_t
stream_read(struct stream *st, char *to, size_t max)
{
	ssize_t n = -1;

	lock_take(&st->lock);
	if (!st->gone && st->n > 0) {
		n = (ssize_t)(st->n < max ? st->n : max);
		memcpy(to, st->p + st->from, (size_t)n);
		st->n -= (size_t)n;
		st->from = st->n == 0 ? 0 : st->from + (size_t)n;
	} else if (!st->gone && !st->ended) {
		n = 0;
		st->asleep = true;
		st->wire.sleep(st->wire.conn);
	}
	lock_drop(&st->lock);
	return n;
}
