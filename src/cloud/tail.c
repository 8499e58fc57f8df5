/*
 * tail.c - the live log.
 *
 * A round reads, for each stream, what is new under the stream's own filter, so
 * that a slow reader delays nobody.  PostgreSQL gives ids before the commit: 12
 * may show before 11.  So a round begins some ids before the end of the last
 * one, and each stream knows which of those it was given.  The end is that of
 * the log and not of what fitted the filter: a filter that fits nothing must
 * not read everything again at each line.  Streams that want the same lines at
 * the same place share one reading.  Nothing is read while the lock is held.
 *
 * A stream outlives its request, so whether its reader may still read is asked
 * again, at most once a second.
 */
#include "cloud/tail.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/when.h"
#include "base/text.h"
#include "cloud/account.h"
#include "cloud/api_edge.h"
#include "cloud/connector.h"
#include "db/db.h"
#include "net/server.h"

enum {
	STREAMS_MAX = 2048,
	ROUND_MAX = 200,
	LOOK_BACK = 256, /* ids */
	KEEP_MS = 15 * SECOND_MS,
	ASK_MS = SECOND_MS
};

struct reader {
	struct stream *stream;
	struct who who;          /* its ids only */
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
	int64_t kept_at;  /* mono ms of the last comment */
	int64_t asked_at; /* … and of asking who may read */
	struct reader *readers[STREAMS_MAX]; /* the first n */
	size_t n;
};

/* What one reader was given in this round: the next may want the same. */
struct reading {
	const struct event_filter *f; /* NULL: nothing read yet */
	int64_t after;
	struct event *list;
	const char **text; /* as it goes out; NULL: not written yet */
	size_t n;
};

struct round {
	struct cx *cx;
	int64_t newest;
	const struct connector_name *names;
	size_t nnames;
	struct reading last;
};

static void
reader_drop(struct reader *r)
{
	stream_drop(r->stream);
	mem_free((void *)(uintptr_t)r->f.job);
	mem_free((void *)(uintptr_t)r->f.level);
	mem_free((void *)(uintptr_t)r->f.q);
	mem_free(r);
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

static const char *
line_text(const struct round *d, size_t i)
{
	const struct event *ev = &d->last.list[i];
	const char **text = &d->last.text[i];

	if (*text == NULL)
		*text = arena_printf(d->cx->mem,
		    "id: %" PRId64 "\nevent: log\ndata: %s\n\n", ev->id,
		    json_write(d->cx,
			log_line_json(d->cx, ev, d->names, d->nnames)));
	return *text;
}

static bool
push_line(const struct round *d, struct reader *r, size_t i)
{
	int64_t id = d->last.list[i].id;

	if (r->sent[id % LOOK_BACK] == id)
		return true;
	r->sent[id % LOOK_BACK] = id;
	return stream_push(r->stream, line_text(d, i));
}

static int64_t
later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static bool
wants_the_same(const struct event_filter *a, const struct event_filter *b)
{
	return a->tenant == b->tenant && text_equal(a->job, b->job) &&
	    text_equal(a->level, b->level) && text_equal(a->q, b->q);
}

static enum err
read_lines(struct round *d, const struct reader *r, int64_t after)
{
	struct event_filter f = r->f;
	struct reading *last = &d->last;
	enum err e;

	if (last->f != NULL && last->after == after &&
	    wants_the_same(last->f, &r->f))
		return OK;
	f.after = after;
	*last = (struct reading){ 0 };
	if ((e = event_list(d->cx, &f, &last->list, &last->n)) != OK)
		return e;
	last->f = &r->f;
	last->after = after;
	last->text =
	    arena_alloc(d->cx->mem, (last->n + 1) * sizeof(*last->text));
	return OK;
}

/* False: the reader is gone.  A failing database is tried again next time. */
static bool
feed(struct round *d, struct reader *r)
{
	int64_t after = later(r->f.after, r->end - LOOK_BACK);
	bool newest_first;
	size_t i, k, n;

	do {
		if (read_lines(d, r, after) != OK)
			return true;
		newest_first = after == 0; /* the log was empty */
		n = d->last.n;
		for (i = 0; i < n; i++) {
			k = newest_first ? n - 1 - i : i;
			if (!push_line(d, r, k))
				return false;
			after = d->last.list[k].id;
			r->end = later(r->end, after);
		}
	} while (n == ROUND_MAX);
	r->end = later(r->end, d->newest);
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

/* A database that fails now throws nobody out. */
static bool
may_read_on(struct cx *cx, const struct reader *r)
{
	bool lives;

	return who_lives(cx, &r->who, &lives) != OK || lives;
}

static void
take_out(struct tail *t, struct reader *r)
{
	size_t i = 0;

	lock_take(&t->lock);
	while (t->readers[i] != r)
		i++;
	t->readers[i] = t->readers[--t->n];
	lock_drop(&t->lock);
	reader_drop(r);
}

/* Only this thread takes readers out, so those in the copy stay. */
static size_t
readers_now(struct tail *t, struct cx *cx, struct reader ***out)
{
	struct reader **copy;
	size_t n;

	lock_take(&t->lock);
	n = t->n;
	copy = arena_alloc(cx->mem, (n + 1) * sizeof(*copy));
	memcpy(copy, t->readers, n * sizeof(*copy));
	lock_drop(&t->lock);
	*out = copy;
	return n;
}

static void
round_run(struct tail *t, bool keep)
{
	struct connector_name *names = NULL;
	struct reader **readers;
	struct round d = { 0 };
	size_t i, n;
	struct cx cx;
	bool ask = env_mono(t->env) >= t->asked_at + ASK_MS;
	bool lives;

	if (ask)
		t->asked_at = env_mono(t->env);
	cx_child(&cx, &t->cx);
	d.cx = &cx;
	d.newest = newest_id(&cx); /* before the streams look */
	if (connector_names(&cx, &names, &d.nnames) != OK)
		d.nnames = 0;
	d.names = names;
	n = readers_now(t, &cx, &readers);
	for (i = 0; i < n; i++) {
		lives = (!ask || may_read_on(&cx, readers[i])) &&
		    feed(&d, readers[i]);
		if (lives && keep)
			lives = stream_push(readers[i]->stream, ":\n\n");
		if (lives)
			continue;
		d.last.f = NULL; /* it may be this one's */
		take_out(t, readers[i]);
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
	for (i = 0; i < t->n; i++)
		reader_drop(t->readers[i]);
	signal_close(&t->rung);
	lock_close(&t->lock);
	mem_free(t);
}

static char *
kept(const char *s)
{
	return s == NULL ? NULL : mem_text(s);
}

static struct reader *
reader_new(const struct event_filter *f, const struct who *w, struct stream *st)
{
	struct reader *r = mem_new(sizeof(*r));

	r->who.session = w->session;
	r->who.api_token = w->api_token;
	r->f = *f;
	r->f.job = kept(f->job);
	r->f.level = kept(f->level);
	r->f.q = kept(f->q);
	r->f.order_id = NULL;
	r->f.limit = ROUND_MAX;
	r->end = f->after;
	r->stream = st;
	return r;
}

enum err
tail_add(struct cx *cx, struct tail *t, const struct event_filter *f,
    const struct who *w, struct stream *st)
{
	lock_take(&t->lock);
	if (t->stop || t->n == STREAMS_MAX) {
		lock_drop(&t->lock);
		return cx_fail(cx, ERR_BUSY,
		    "%d live logs are open, which is the most", STREAMS_MAX);
	}
	if (t->n == 0)
		t->kept_at = env_mono(t->env);
	t->readers[t->n++] = reader_new(f, w, st);
	t->bell = true; /* what came since the caller looked */
	signal_all(&t->rung);
	lock_drop(&t->lock);
	return OK;
}
