/*
 * fulfil_back.c - what the store has already: answers that were lost, and what
 * others have fulfilled.
 *
 * A lost answer is found by what was sent: location, lines, numbers, and not
 * made before the call.  A fulfilment belongs to one row of ours, by its id;
 * only an adopted one may serve several shipments, each with its own pieces.
 */
#include <string.h>

#include "base/arena.h"
#include "base/crashpoint.h"
#include "base/text.h"
#include "base/when.h"
#include "db/db.h"
#include "gen/sql.h"
#include "shopify/fulfil_work.h"
#include "shopify/note.h"
#include "shopify/shop.h"

enum { SKEW_MS = 5 * MINUTE_MS }; /* their clock and ours */

static enum err
look(struct cx *cx, struct work *w)
{
	enum err e;

	if (w->looked)
		return OK;
	if ((e = fulfil_go_on(cx, w)) != OK)
		return e;
	e = fulfil_read_made(cx, w->shop, w->ship.order_id, &w->seen,
	    &w->nseen);
	if (e == ERR_INPUT) {
		fulfil_blocked(w, CAUSE_TOO_MANY, NULL);
		w->nseen = 0;
		e = OK;
	}
	w->looked = e == OK;
	return e;
}

/* --- comparing --- */

static int64_t
pieces(const struct fulfil_line *lines, size_t n, const char *id)
{
	int64_t sum = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		if (text_equal(lines[i].id, id))
			sum += lines[i].quantity;
	}
	return sum;
}

static bool
same_lines(const struct fulfil *f, const struct fulfil_seen *s)
{
	size_t i;

	for (i = 0; i < s->nlines; i++) {
		if (pieces(f->line, f->nlines, s->lines[i].id) !=
		    pieces(s->lines, s->nlines, s->lines[i].id))
			return false;
	}
	for (i = 0; i < f->nlines; i++) {
		if (pieces(s->lines, s->nlines, f->line[i].id) !=
		    f->line[i].quantity)
			return false;
	}
	return true;
}

static bool
has(const char *const *list, size_t n, const char *text)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (text_equal(list[i], text))
			return true;
	}
	return false;
}

static bool
same_numbers(const char *const *a, size_t na, const char *const *b, size_t nb)
{
	size_t i;

	for (i = 0; i < na; i++) {
		if (!has(b, nb, a[i]))
			return false;
	}
	for (i = 0; i < nb; i++) {
		if (!has(a, na, b[i]))
			return false;
	}
	return true;
}

static bool
is_claimed(const struct fulfil *all, size_t n, const char *id)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (text_equal(all[i].external, id))
			return true;
	}
	return false;
}

/* It is there: one that was cancelled, or failed, ships nothing. */
static bool
is_good(const struct fulfil_seen *s)
{
	return !text_equal(s->status, "CANCELLED") &&
	    !text_equal(s->status, "ERROR") &&
	    !text_equal(s->status, "FAILURE");
}

/* --- lost answers --- */

static const struct fulfil_seen *
match(const struct work *w, const struct fulfil *f, const struct fulfil *all,
    size_t n)
{
	const struct fulfil_seen *s;
	size_t i;

	for (i = 0; i < w->nseen; i++) {
		s = &w->seen[i];
		if (is_good(s) && s->created_at >= f->aired_at - SKEW_MS &&
		    (s->location == NULL || f->location == NULL ||
			text_equal(s->location, f->location)) &&
		    same_lines(f, s) &&
		    same_numbers(f->number, f->nnumbers, s->numbers,
			s->nnumbers) &&
		    !is_claimed(all, n, s->id))
			return s;
	}
	return NULL;
}

struct landing {
	struct work *w;
	const struct fulfil *f;
	const struct fulfil_seen *s; /* NULL: it did not take place */
};

static enum err
land_body(struct cx *cx, void *arg)
{
	struct landing *l = arg;
	enum err e;

	e = db_exec(cx, SQL_FULFIL_LAND, V(l->f->id), V(l->f->aired_at),
	    V(l->s ? "made" : "planned"), V(l->s ? l->s->id : NULL));
	if (e != OK || l->s == NULL)
		return e;
	return fulfil_note(cx, l->w,
	    &(struct note){
		.level = "info",
		.step = "shipment.read_back",
		.text = arena_printf(cx->mem,
		    "Shipment %s: the answer was lost, but the store shows "
		    "fulfilment %s: it was made.",
		    l->w->shipment, l->s->id),
	    });
}

static enum err
settle_one(struct cx *cx, struct work *w, const struct fulfil *f)
{
	struct landing l = { .w = w, .f = f };
	struct fulfil *all;
	size_t n;
	enum err e;

	if (fault_on("readback"))
		return db_tx(cx, land_body, &l);
	if ((e = look(cx, w)) != OK)
		return e;
	if (w->cause == CAUSE_TOO_MANY)
		return OK;
	e = fulfil_list_order(cx, w->shop->id, w->ship.order_id, &all, &n);
	if (e != OK)
		return e;
	l.s = match(w, f, all, n);
	CRASH_POINT("fulfil.read_back");
	return db_tx(cx, land_body, &l);
}

static int64_t
air_ends(const struct fulfil *f)
{
	if (f->air_until > f->tracking_until)
		return f->air_until;
	return f->tracking_until;
}

enum err
fulfil_settle(struct cx *cx, struct work *w)
{
	int64_t until;
	size_t i;
	enum err e;

	for (i = 0; i < w->nparts; i++) {
		until = air_ends(&w->parts[i]);
		if (until > w->lease.now)
			return fulfil_later(cx, w, until - w->lease.now,
			    "an answer of the store was lost just now: it is "
			    "read back once the call is surely over");
	}
	for (i = 0; i < w->nparts; i++) {
		if (!text_equal(w->parts[i].state, "air"))
			continue;
		if ((e = settle_one(cx, w, &w->parts[i])) != OK)
			return e;
	}
	return fulfil_reload(cx, w);
}

/* --- what others fulfilled --- */

/* Pieces of the line in it that no row of ours has. */
static int64_t
free_of(const struct fulfil_seen *s, const struct fulfil *all, size_t n,
    const char *line)
{
	int64_t left = pieces(s->lines, s->nlines, line);
	size_t i;

	for (i = 0; i < n; i++) {
		if (text_equal(all[i].external, s->id))
			left -= pieces(all[i].line, all[i].nlines, line);
	}
	return left;
}

struct adopting {
	struct work *w;
	const struct fulfil_seen *s;
	struct fulfil_line *lines;
	size_t n;
};

static enum err
adopt_body(struct cx *cx, void *arg)
{
	struct adopting *a = arg;
	struct fulfil row;
	static const struct field id_field[] = {
		F_INT(struct fulfil, id, 1, INT64_MAX),
		F_END,
	};
	enum err e;

	e = db_one(cx, SQL_FULFIL_INSERT, id_field, &row, V(a->w->ship.id),
	    V(a->s->location), V(fulfil_lines_json(cx, a->lines, a->n)),
	    V("made"), V(a->s->id), V(1));
	if (e != OK)
		return e;
	return fulfil_note(cx, a->w,
	    &(struct note){
		.level = "info",
		.step = "shipment.adopted",
		.text = arena_printf(cx->mem,
		    "Shipment %s: the store had fulfilled it already, as "
		    "fulfilment %s; it is taken over.",
		    a->w->shipment, a->s->id),
	    });
}

/* What of `left` this fulfilment has for us; `left` is lowered. */
static enum err
adopt_one(struct cx *cx, struct work *w, const struct fulfil_seen *s,
    struct fulfil_line *left, size_t n)
{
	struct adopting a = { .w = w, .s = s };
	struct fulfil *all;
	size_t nall, i;
	int64_t q;
	enum err e;

	e = fulfil_list_order(cx, w->shop->id, w->ship.order_id, &all, &nall);
	if (e != OK)
		return e;
	a.lines = arena_alloc(cx->mem, (n + 1) * sizeof(*a.lines));
	for (i = 0; i < n; i++) {
		q = free_of(s, all, nall, left[i].id);
		if (q > left[i].quantity)
			q = left[i].quantity;
		if (q <= 0)
			continue;
		a.lines[a.n++] = (struct fulfil_line){ left[i].id, q };
		left[i].quantity -= q;
	}
	return a.n == 0 ? OK : db_tx(cx, adopt_body, &a);
}

static bool
has_our_numbers(const struct work *w, const struct fulfil_seen *s)
{
	size_t i;

	for (i = 0; i < w->nnumbers; i++) {
		if (!has(s->numbers, s->nnumbers, w->numbers[i].number))
			return false;
	}
	return w->nnumbers > 0;
}

enum err
fulfil_adopt(struct cx *cx, struct work *w, const struct shortfall *s, size_t n)
{
	struct fulfil_line *left =
	    arena_alloc(cx->mem, (n + 1) * sizeof(*left));
	size_t nleft = 0, i;
	int pass;
	enum err e;

	for (i = 0; i < n; i++) {
		if (s[i].cause == CAUSE_SHIPPED ||
		    s[i].cause == CAUSE_NOT_SHOWN)
			left[nleft++] =
			    (struct fulfil_line){ s[i].line, s[i].quantity };
	}
	if (nleft == 0)
		return OK;
	w->looked = false; /* it may be newer than our last look */
	if ((e = look(cx, w)) != OK)
		return e;
	for (pass = 0; pass < 2; pass++) { /* those with our numbers first */
		for (i = 0; i < w->nseen; i++) {
			if (!is_good(&w->seen[i]) ||
			    has_our_numbers(w, &w->seen[i]) != (pass == 0))
				continue;
			e = adopt_one(cx, w, &w->seen[i], left, nleft);
			if (e != OK)
				return e;
		}
	}
	return fulfil_reload(cx, w);
}

/* --- tracking --- */

struct telling {
	struct work *w;
	const struct fulfil *f;
	int64_t until;
	bool said; /* a call was made for it */
};

static enum err
track_air_body(struct cx *cx, void *arg)
{
	struct telling *t = arg;
	struct work *w = t->w;
	int64_t ours;
	enum err e;

	e = db_change(cx, SQL_FULFIL_RENEW, &ours, V(w->lease.shop),
	    V(w->lease.order), V(w->lease.owner),
	    V(w->lease.now + FULFIL_LEASE_MS));
	if (e == OK && ours != 1)
		e = cx_fail_code(cx, ERR_BUSY, "busy", "the lease is lost");
	if (e != OK)
		return e;
	return db_exec(cx, SQL_FULFIL_TRACK_AIR, V(t->f->id), V(t->until));
}

static enum err
track_set_body(struct cx *cx, void *arg)
{
	struct telling *t = arg;
	struct work *w = t->w;
	const char **list =
	    arena_alloc(cx->mem, (w->nnumbers + 1) * sizeof(*list));
	size_t i;
	enum err e;

	for (i = 0; i < w->nnumbers; i++)
		list[i] = w->numbers[i].number;
	e = db_exec(cx, SQL_FULFIL_TRACK_SET, V(t->f->id), V(w->ship.revision),
	    V(fulfil_texts_json(cx, list, w->nnumbers)));
	if (e != OK || !t->said)
		return e;
	return fulfil_note(cx, w,
	    &(struct note){
		.level = "info",
		.step = "shipment.tracking",
		.text = arena_printf(cx->mem,
		    "Shipment %s: fulfilment %s has the courier and numbers "
		    "of revision %lld.",
		    w->shipment, t->f->external, (long long)w->ship.revision),
	    });
}

static const struct fulfil_seen *
seen_of(const struct work *w, const struct fulfil *f)
{
	size_t i;

	for (i = 0; i < w->nseen; i++) {
		if (text_equal(w->seen[i].id, f->external))
			return &w->seen[i];
	}
	return NULL;
}

/* Others' numbers on what we adopted stay beside ours. */
static void
merge(struct cx *cx, const struct work *w, const struct fulfil *f,
    struct fulfil_tracking *t)
{
	const struct fulfil_seen *s = seen_of(w, f);
	size_t room = w->nnumbers + (s ? s->nnumbers : 0) + 1, i, n = 0;
	struct fulfil_number *list = arena_alloc(cx->mem, room * sizeof(*list));

	for (i = 0; f->adopted && s != NULL && i < s->nnumbers; i++) {
		if (!has(f->number, f->nnumbers, s->numbers[i]))
			list[n++].number = s->numbers[i];
	}
	for (i = 0; i < w->nnumbers; i++) {
		size_t k;

		for (k = 0; k < n; k++) {
			if (text_equal(list[k].number, w->numbers[i].number))
				break;
		}
		list[k] = w->numbers[i];
		n += k == n;
	}
	t->numbers = list;
	t->n = n;
}

static bool
is_there(struct cx *cx, const struct work *w, const struct fulfil *f,
    const struct fulfil_tracking *t)
{
	const struct fulfil_seen *s = seen_of(w, f);
	const char **list = arena_alloc(cx->mem, (t->n + 1) * sizeof(*list));
	size_t i;

	for (i = 0; i < t->n; i++)
		list[i] = t->numbers[i].number;
	return s != NULL && same_numbers(s->numbers, s->nnumbers, list, t->n);
}

static enum err
say(struct cx *cx, struct telling *t, const struct fulfil_tracking *tracking)
{
	struct work *w = t->w;
	struct fulfil_answer a;
	struct cx side;
	enum err e;

	if ((e = fulfil_go_on(cx, w)) != OK)
		return e;
	t->until = w->lease.now + FULFIL_AIR_MS;
	if ((e = db_tx(cx, track_air_body, t)) != OK)
		return e;
	e = fulfil_track(cx, w->shop, t->f->external, tracking, &a);
	if (e == OK && a.refusal == NULL) {
		t->said = true;
		return OK;
	}
	if (e == OK)
		fulfil_blocked(w, CAUSE_REFUSED, a.refusal);
	if (a.maybe)
		return e;
	t->until = 0;
	cx_child(&side, cx);
	(void)db_tx(&side, track_air_body, t);
	cx_done(&side);
	return e;
}

/* Where we cannot know what the store has, it is read first. */
static enum err
correct(struct cx *cx, struct work *w, const struct fulfil *f)
{
	struct telling t = { .w = w, .f = f };
	struct fulfil_tracking tracking = { .company = w->ship.company,
		.notify = w->ship.notify };
	bool unsure = f->adopted || f->tracking_until != 0, is_news;
	enum err e;

	if (unsure && !fault_on("readback") && (e = look(cx, w)) != OK)
		return e;
	merge(cx, w, f, &tracking);
	is_news = (w->nnumbers > 0 || w->ship.company != NULL) &&
	    !(unsure && is_there(cx, w, f, &tracking));
	if (is_news && (e = say(cx, &t, &tracking)) != OK)
		return e;
	if (is_news && !t.said)
		return OK; /* refused */
	CRASH_POINT("fulfil.before_tracked");
	return db_tx(cx, track_set_body, &t);
}

enum err
fulfil_correct(struct cx *cx, struct work *w)
{
	enum err e = OK;
	size_t i;

	for (i = 0; e == OK && i < w->nparts; i++) {
		if (text_equal(w->parts[i].state, "made") &&
		    w->parts[i].revision < w->ship.revision)
			e = correct(cx, w, &w->parts[i]);
	}
	return e == OK ? fulfil_reload(cx, w) : e;
}
