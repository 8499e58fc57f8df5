/*
 * tail.c - the live log.
 *
 * A round reads, for each stream, what is new under the stream's own filter, so
 * that a slow reader delays nobody.  PostgreSQL gives ids before the commit: 12
 * may show before 11.  So a round begins some ids before the end of the last
 * one, and each stream knows which of those it was given.  The end is that of
 * the log and not of what fitted the filter: a filter that fits nothing must
 * not read everything again at each line.  Nothing is read while the lock is
 * held.
 */
#include "cloud/tail.h"

#include <inttypes.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/when.h"
#include "cloud/api_edge.h"
#include "cloud/connector.h"
#include "db/db.h"
#include "net/server.h"

enum {
	STREAMS_MAX = 64,
	ROUND_MAX = 200,
	LOOK_BACK = 256, /* ids */
	KEEP_MS = 15 * SECOND_MS
};

struct reader {
	struct stream *stream;   /* NULL: free */
	struct event_filter f;   /* texts are mem_text; after: never before */
	int64_t end;             /* of what was read; an id */
	int64_t sent[LOOK_BACK]; /* ids, by their remainder */
};

struct tail {
	struct env *env;
	struct cx cx; /* what units are made from */
	struct lock lock;
	struct signal rung;
	struct thread *thread;
	bool bell, stop;
	int64_t kept_at; /* mono ms of the last comment */
	struct reader readers[STREAMS_MAX];
	size_t n;
};

static void
reader_drop(struct reader *r)
{
	stream_drop(r->stream);
	mem_free((void *)(uintptr_t)r->f.job);
	mem_free((void *)(uintptr_t)r->f.level);
	mem_free((void *)(uintptr_t)r->f.q);
	*r = (struct reader){ 0 };
}

static void
rung(void *arg)
{
	struct tail *t = arg;

	lock_take(&t->lock);
	t->bell = true;
	signal_all(&t->rung);
	lock_drop(&t->lock);
}

static bool
push_line(struct cx *cx, struct reader *r, const struct event *ev,
    const struct connector_name *names, size_t n)
{
	const char *text =
	    arena_printf(cx->mem, "id: %" PRId64 "\nevent: log\ndata: %s\n\n",
		ev->id, json_write(cx, log_line_json(cx, ev, names, n)));

	r->sent[ev->id % LOOK_BACK] = ev->id;
	return stream_push(r->stream, text);
}

static int64_t
later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* False: the reader is gone.  A failing database is tried again next time. */
static bool
feed(struct cx *cx, struct reader *r, int64_t newest,
    const struct connector_name *names, size_t nnames)
{
	struct event_filter f = r->f;
	const struct event *ev;
	struct event *list;
	bool newest_first;
	size_t n, i;

	f.after = later(f.after, r->end - LOOK_BACK);
	do {
		if (event_list(cx, &f, &list, &n) != OK)
			return true;
		newest_first = f.after == 0; /* the log was empty */
		for (i = 0; i < n; i++) {
			ev = &list[newest_first ? n - 1 - i : i];
			if (r->sent[ev->id % LOOK_BACK] != ev->id &&
			    !push_line(cx, r, ev, names, nnames))
				return false;
			f.after = ev->id;
			r->end = later(r->end, ev->id);
		}
	} while (n == ROUND_MAX);
	r->end = later(r->end, newest);
	return true;
}

/* The id of the last line; 0: none, or not known now. */
static int64_t
newest_id(struct cx *cx)
{
	const struct event_filter one = { .limit = 1 };
	struct event *list;
	size_t n = 0;

	return event_list(cx, &one, &list, &n) == OK && n > 0 ? list[0].id : 0;
}

static bool
in_use(struct tail *t, size_t i)
{
	bool used;

	lock_take(&t->lock);
	used = t->readers[i].stream != NULL;
	lock_drop(&t->lock);
	return used;
}

/* Only this thread takes readers out, so slots in use stay as they are while
   the lock is open. */
static void
round_run(struct tail *t, bool keep)
{
	struct connector_name *names = NULL;
	size_t nnames = 0, i;
	int64_t newest;
	struct cx cx;
	bool lives;

	cx_child(&cx, &t->cx);
	newest = newest_id(&cx); /* before the streams look */
	if (connector_names(&cx, &names, &nnames) != OK)
		nnames = 0;
	for (i = 0; i < STREAMS_MAX; i++) {
		if (!in_use(t, i))
			continue;
		lives = feed(&cx, &t->readers[i], newest, names, nnames);
		if (lives && keep)
			lives = stream_push(t->readers[i].stream, ":\n\n");
		if (lives)
			continue;
		lock_take(&t->lock);
		reader_drop(&t->readers[i]);
		t->n--;
		lock_drop(&t->lock);
	}
	cx_done(&cx);
}

static void
run(void *arg)
{
	struct tail *t = arg;
	bool keep;

	lock_take(&t->lock);
	while (!t->stop) {
		if (!t->bell || t->n == 0)
			t->env->wait(t->env, &t->rung, &t->lock,
			    t->n == 0 ? INT64_MAX : t->kept_at + KEEP_MS);
		keep = env_mono(t->env) >= t->kept_at + KEEP_MS;
		if (t->stop || t->n == 0 || (!t->bell && !keep))
			continue;
		if (keep)
			t->kept_at = env_mono(t->env);
		t->bell = false;
		lock_drop(&t->lock);
		round_run(t, keep);
		lock_take(&t->lock);
	}
	lock_drop(&t->lock);
}

enum err
tail_open(struct cx *cx, struct tail **out)
{
	struct tail *t;

	if (cx->env->start == NULL)
		return cx_fail(cx, ERR_BUSY, "the log is not live here");
	t = mem_new(sizeof(*t));
	t->env = cx->env;
	t->cx = *cx;
	lock_open(&t->lock);
	signal_open(&t->rung);
	db_on_ring(cx->db, "event", rung, t);
	t->thread = t->env->start(t->env, "tail", run, t);
	*out = t;
	return OK;
}

void
tail_close(struct tail *t)
{
	size_t i;

	if (t == NULL)
		return;
	db_off_ring(t->cx.db, rung, t);
	lock_take(&t->lock);
	t->stop = true;
	signal_all(&t->rung);
	lock_drop(&t->lock);
	t->env->join(t->env, t->thread);
	for (i = 0; i < STREAMS_MAX; i++) {
		if (t->readers[i].stream != NULL)
			reader_drop(&t->readers[i]);
	}
	signal_close(&t->rung);
	lock_close(&t->lock);
	mem_free(t);
}

static struct reader *
free_slot(struct tail *t)
{
	size_t i;

	for (i = 0; i < STREAMS_MAX; i++) {
		if (t->readers[i].stream == NULL)
			return &t->readers[i];
	}
	return NULL;
}

static char *
kept(const char *s)
{
	return s == NULL ? NULL : mem_text(s);
}

enum err
tail_add(struct cx *cx, struct tail *t, const struct event_filter *f,
    struct stream *st)
{
	struct reader *r;

	lock_take(&t->lock);
	if (t->stop || (r = free_slot(t)) == NULL) {
		lock_drop(&t->lock);
		return cx_fail(cx, ERR_BUSY,
		    "%d live logs are open, which is the most", STREAMS_MAX);
	}
	r->f = *f;
	r->f.job = kept(f->job);
	r->f.level = kept(f->level);
	r->f.q = kept(f->q);
	r->f.order_id = NULL;
	r->f.limit = ROUND_MAX;
	r->end = f->after;
	if (t->n++ == 0)
		t->kept_at = env_mono(t->env);
	t->bell = true; /* what came since the caller looked */
	r->stream = st;
	signal_all(&t->rung);
	lock_drop(&t->lock);
	return OK;
}
