/*
 * job_bulk.c - an operation, step by step: what is stored says which is next.
 *
 * A start that was not answered may have been made: then the list of our
 * operations is asked, once it must be in there, and only if it is not is
 * another made.  An operation that takes too long is stopped, and one of which
 * nothing is heard any more counts as lost; either way its orders are read
 * back, or go their own way.
 */
#include <string.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/text.h"
#include "base/when.h"
#include "shopify/bulk_call.h"
#include "shopify/gql.h"
#include "shopify/jobs.h"
#include "shopify/note.h"
#include "shopify/shop.h"

enum {
	STEPS_MAX = 400,
	FAILURES_MAX = 5,
	POLL_FIRST_MS = SECOND_MS,
	POLL_LAST_MS = 30 * SECOND_MS
};

struct work {
	const struct bulk_lane *lane;
	struct shop shop;
	struct bulk b;
};

/* --- telling --- */

static enum err
tell(struct cx *cx, const struct work *w, const char *step, const char *text)
{
	return note_add(cx, &w->shop, NULL,
	    &(struct note){ .level = "info", .step = step, .text = text });
}

static enum err
refuse(struct cx *cx, struct work *w, const char *code, const char *why)
{
	enum err e;

	w->b.code =
	    text_cut(cx->mem, text_is_empty(code) ? "refused" : code, 40);
	why =
	    text_cut(cx->mem, why != NULL ? why : "Shopify did not say.", 300);
	if ((e = bulk_move(cx, &w->b, "dropping")) != OK)
		return e;
	return note_add(cx, &w->shop, NULL,
	    &(struct note){
		.level = "warn",
		.step = "bulk.refused",
		.text = "Shopify does not take the orders at once.",
		.code = w->b.code,
		.why = why,
		.next = "Nothing to do: they are worked off one by one.",
	    });
}

/* It cannot go on: before Shopify was asked to begin, its orders are let go;
   after that, they are looked at. */
static enum err
give_up(struct cx *cx, struct work *w)
{
	static const char *const before[] = { "filling", "filled", "staged" };
	size_t i;

	for (i = 0; i < sizeof(before) / sizeof(before[0]); i++) {
		if (text_equal(w->b.state, before[i]))
			return refuse(cx, w, arena_text(cx->mem, cx->code),
			    arena_text(cx->mem, cx->why));
	}
	w->b.code = "given_up";
	return bulk_move(cx, &w->b, "checking");
}

/* What Shopify or the storage never takes from us stops no order. */
static bool
is_hopeless(const struct cx *cx, const struct work *w, enum err e)
{
	if (text_equal(w->b.state, "checking") ||
	    text_equal(w->b.state, "dropping"))
		return false;
	return e == ERR_BUG || e == ERR_INPUT || e == ERR_MISSING ||
	    (e == ERR_DENIED && text_equal(cx->code, "access_denied"));
}

/* Some failures in a row are forgiven; *e is what to say then. */
static bool
forgives(struct cx *cx, struct work *w, enum err *e)
{
	char *code = arena_text(cx->mem, cx->code);
	char *why = arena_text(cx->mem, cx->why);
	enum err stored;

	if (*e != ERR_UPSTREAM || ++w->b.failures > FAILURES_MAX)
		return false;
	if ((stored = bulk_set(cx, &w->b)) != OK)
		*e = stored;
	else
		cx_fail_code(cx, *e, code, "%s", why);
	return true;
}

/* --- before it runs --- */

static enum err
step_filling(struct cx *cx, struct work *w)
{
	bool more;
	enum err e;

	if ((e = w->lane->fill(cx, &w->shop, &w->b, &more)) != OK || more)
		return e;
	if (w->b.lines == 0)
		return bulk_move(cx, &w->b, "done");
	e = tell(cx, w, "bulk.begun",
	    arena_printf(cx->mem, w->lane->begun, (long long)w->b.lines));
	if (e != OK)
		return e;
	return bulk_move(cx, &w->b,
	    w->lane->file != NULL ? "filled" : "staged");
}

static enum err
step_filled(struct cx *cx, struct work *w)
{
	struct bytes file;
	enum err e;

	if ((e = w->lane->file(cx, &w->b, &file)) != OK)
		return e;
	e = bulk_put(cx, &w->shop, file, &w->b.path);
	if (e == OK)
		return bulk_move(cx, &w->b, "staged");
	if (e != ERR_UPSTREAM || forgives(cx, w, &e))
		return e;
	return give_up(cx, w);
}

static enum err
started(struct cx *cx, struct work *w, const struct bulk_start *s)
{
	w->b.gid = s->gid;
	w->b.made_at = s->made_at;
	return bulk_move(cx, &w->b, "running");
}

/* It was made in an installation that has ended: its lines were planned for
   another life of the store. */
static bool
is_stale(const struct work *w)
{
	return w->b.generation != w->shop.generation;
}

/* Shopify has not heard of it: the reason stays what it is. */
static enum err
unsaid(struct cx *cx, struct work *w, enum err e)
{
	struct cx side;

	cx_part(&side, cx);
	(void)bulk_move(&side, &w->b, "staged"); /* or it is looked for */
	cx_done(&side);
	return e;
}

static enum err
step_staged(struct cx *cx, struct work *w)
{
	struct bulk_start s;
	const char *text;
	enum err e;

	if (is_stale(w))
		return bulk_move(cx, &w->b, "checking");
	if ((e = w->lane->document(cx, &w->b, &text)) != OK)
		return e;
	w->b.called_at = env_wall(cx->env);
	if ((e = bulk_move(cx, &w->b, "called")) != OK)
		return e;
	e = bulk_run(cx, &w->shop, &w->b, text, &s);
	if (e == OK && s.gid != NULL)
		return started(cx, w, &s);
	if (e == OK)
		return refuse(cx, w, s.code, s.why);
	if (s.sent)
		return cx_busy(cx, BULK_AIR_MS,
		    "it is not known whether Shopify began");
	return unsaid(cx, w, e);
}

static int64_t
age_ms(struct cx *cx, const struct work *w)
{
	return env_wall(cx->env) - w->b.called_at;
}

static enum err
step_called(struct cx *cx, struct work *w)
{
	int64_t age = age_ms(cx, w);
	struct bulk_start s;
	enum err e;

	if (age >= 0 && age < BULK_AIR_MS)
		return cx_busy(cx, BULK_AIR_MS - age,
		    "it is not known whether Shopify began");
	if ((e = bulk_seek(cx, &w->shop, &w->b, &s)) != OK)
		return e;
	if (s.gid != NULL)
		return started(cx, w, &s);
	return bulk_move(cx, &w->b, "staged");
}

/* --- while it runs --- */

static enum err
tell_progress(struct cx *cx, struct work *w, int64_t done)
{
	enum err e;

	if (done <= w->b.told)
		return OK;
	w->b.told = done;
	e = tell(cx, w, "bulk.progress",
	    arena_printf(cx->mem, "%lld of %lld orders are through.",
		(long long)(done < w->b.lines ? done : w->b.lines),
		(long long)w->b.lines));
	return e == OK ? bulk_set(cx, &w->b) : e;
}

static enum err
watch(struct cx *cx, struct work *w, const struct bulk_word *word)
{
	int64_t age = age_ms(cx, w);
	int64_t wait = age / 4;
	enum err e;

	if ((e = tell_progress(cx, w, word->objects)) != OK)
		return e;
	if (age > w->lane->despair_ms)
		return bulk_move(cx, &w->b, "checking");
	if (age > w->lane->patience_ms && !w->b.cancelled) {
		if ((e = bulk_cancel(cx, &w->shop, &w->b)) != OK)
			return e;
		w->b.cancelled = 1;
		if ((e = bulk_set(cx, &w->b)) != OK)
			return e;
	}
	if (wait < POLL_FIRST_MS)
		wait = POLL_FIRST_MS;
	return cx_busy(cx, wait < POLL_LAST_MS ? wait : POLL_LAST_MS,
	    "Shopify works on it");
}

static bool
is_under_way(const struct bulk_word *word)
{
	static const char *const words[] = { "CREATED", "RUNNING",
		"CANCELING" };
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (text_equal(word->status, words[i]))
			return true;
	}
	return false;
}

/* NULL: it went well. */
static const char *
trouble(struct cx *cx, const struct bulk_word *word)
{
	const char *name = word->error != NULL ? word->error : word->status;

	if (text_equal(word->status, "COMPLETED"))
		return NULL;
	if (name == NULL)
		return "lost";
	return text_lower_ascii(cx->mem, text_cut(cx->mem, name, 40));
}

static enum err
step_running(struct cx *cx, struct work *w)
{
	struct bulk_word word;
	enum err e;

	if ((e = bulk_ask(cx, &w->shop, &w->b, &word)) != OK)
		return e;
	if (is_under_way(&word))
		return watch(cx, w, &word);
	w->b.code = trouble(cx, &word);
	return bulk_move(cx, &w->b, word.url != NULL ? "reading" : "checking");
}

/* --- and then --- */

/* One part a run: its memory is gone before the next. */
static enum err
step_reading(struct cx *cx, struct work *w)
{
	int64_t before = w->b.read_at;
	struct bulk_word word;
	struct bytes part;
	bool last;
	enum err e;

	if ((e = bulk_ask(cx, &w->shop, &w->b, &word)) != OK)
		return e;
	if (word.url == NULL)
		return bulk_move(cx, &w->b, "checking");
	e = bulk_fetch(cx, &w->b, &word, &part, &last);
	if (e == OK)
		w->b.failures = 0;
	if (e == OK)
		e = w->lane->take(cx, &w->shop, &w->b, part, last);
	if (e == OK && (last || w->b.read_at == before))
		return bulk_move(cx, &w->b, "checking");
	if (e == OK)
		return cx_busy(cx, 1, "more of the result follows");
	if (e != ERR_UPSTREAM || forgives(cx, w, &e))
		return e;
	return give_up(cx, w);
}

/* The last step: what follows is worth another one perhaps. */
static enum err
over(struct cx *cx, struct work *w)
{
	enum err e;

	if ((e = bulk_move(cx, &w->b, "done")) != OK)
		return e;
	e = tell(cx, w, "bulk.done",
	    arena_printf(cx->mem, w->lane->over, (long long)w->b.lines,
		(long long)w->b.taken));
	return e == OK ? bulk_offer(cx, &w->shop, w->lane->name) : e;
}

static enum err
step_checking(struct cx *cx, struct work *w)
{
	bool more;
	enum err e;

	if ((e = w->lane->check(cx, &w->shop, &w->b, &more)) != OK || more)
		return e;
	return over(cx, w);
}

static enum err
step_dropping(struct cx *cx, struct work *w)
{
	bool more;
	enum err e;

	if ((e = w->lane->drop(cx, &w->shop, &w->b, &more)) != OK || more)
		return e;
	return bulk_move(cx, &w->b, "done");
}

static const struct {
	const char *state;
	enum err (*step)(struct cx *, struct work *);
} steps[] = {
	{ "filling", step_filling },
	{ "filled", step_filled },
	{ "staged", step_staged },
	{ "called", step_called },
	{ "running", step_running },
	{ "reading", step_reading },
	{ "checking", step_checking },
	{ "dropping", step_dropping },
};

static enum err
step(struct cx *cx, struct work *w)
{
	size_t i;

	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		if (text_equal(steps[i].state, w->b.state))
			return steps[i].step(cx, w);
	}
	return cx_fail(cx, ERR_BUG, "a bulk operation is %s", w->b.state);
}

static enum err
go_on(struct cx *cx, struct work *w)
{
	int i;
	enum err e;

	e = bulk_find(cx, w->shop.id, w->lane->name, &w->b);
	if (e == ERR_MISSING)
		return OK; /* it is over */
	for (i = 0; e == OK && i < STEPS_MAX; i++) {
		if (text_equal(w->b.state, "done"))
			return OK;
		if (cx_stopped(cx))
			return cx_fail(cx, ERR_BUSY, "the program is stopping");
		if ((e = step(cx, w)) != OK && is_hopeless(cx, w, e))
			e = give_up(cx, w);
	}
	return e == OK ? cx_busy(cx, 1, "there is more of it") : e;
}

static enum err
run(struct cx *cx, const struct job *job, const struct bulk_lane *lane)
{
	struct work *w = arena_alloc(cx->mem, sizeof(*w));
	enum err e;

	w->lane = lane;
	if ((e = shop_find_id(cx, job->tenant, &w->shop)) != OK)
		return e;
	if (!shop_is_installed(&w->shop))
		return OK; /* queued again once the app is opened */
	return gql_rest(cx, go_on(cx, w));
}

static enum err
run_tags(struct cx *cx, const struct job *job)
{
	return run(cx, job, &bulk_lane_tags);
}

static enum err
run_read(struct cx *cx, const struct job *job)
{
	return run(cx, job, &bulk_lane_read);
}

const struct job_kind job_bulk_tags = {
	.name = JOB_BULK_TAGS,
	.title = "Hand tags over to Shopify at once",
	.run = run_tags,
	.attempts = 0,
	.backoff_s = 1,
	.backoff_max_s = 60,
};

const struct job_kind job_bulk_read = {
	.name = JOB_BULK_READ,
	.title = "Ask Shopify for orders at once",
	.run = run_read,
	.attempts = 0,
	.backoff_s = 1,
	.backoff_max_s = 60,
};
