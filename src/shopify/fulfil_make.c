/*
 * fulfil_make.c - look, plan, and make one fulfilment a location.
 *
 * Between our look and our call the store may hold, move or fulfil what we
 * looked at; its refusal then sends us to look again, a few times.
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

enum {
	LOOKS_MAX = 3,
	ROUTING_MS = 10 * MINUTE_MS,  /* an order without fulfilment orders */
	SPLITTING_MS = 2 * MINUTE_MS, /* some of its lines have none */
	ROUTED_WAIT_MS = 3 * SECOND_MS
};

/* --- rows --- */

static enum err
plan_body(struct cx *cx, void *arg)
{
	struct work *w = arg;

	return db_exec(cx, SQL_FULFIL_DROP, V(w->ship.id));
}

struct row {
	int64_t id;
};
static const struct field id_field[] = {
	F_INT(struct row, id, 1, INT64_MAX),
	F_END,
};

static const char *
pieces_json(struct cx *cx, const struct parcel_plan *p)
{
	struct fulfil_line *l = arena_alloc(cx->mem, (p->n + 1) * sizeof(*l));
	size_t i, k, n = 0;

	for (i = 0; i < p->n; i++) {
		for (k = 0; k < n; k++) {
			if (text_equal(l[k].id, p->pieces[i].line))
				break;
		}
		if (k == n)
			l[n++].id = p->pieces[i].line;
		l[k].quantity += p->pieces[i].quantity;
	}
	return fulfil_lines_json(cx, l, n);
}

static const char *
numbers_text(struct cx *cx, const struct work *w)
{
	const char **list =
	    arena_alloc(cx->mem, (w->nnumbers + 1) * sizeof(*list));
	size_t i;

	for (i = 0; i < w->nnumbers; i++)
		list[i] = w->numbers[i].number;
	return fulfil_texts_json(cx, list, w->nnumbers);
}

struct flight {
	struct work *w;
	const struct parcel_plan *plan;
	int64_t id; /* of the row */
	int64_t at; /* ms; when the call began */
	struct fulfil_answer a;
	const char *state; /* what becomes of the row */
};

/* The row, and that the lease is ours, in one: a call that begins is known to
   whoever comes after us. */
static enum err
air_body(struct cx *cx, void *arg)
{
	struct flight *f = arg;
	struct work *w = f->w;
	int64_t ours;
	struct row row;
	enum err e;

	e = db_change(cx, SQL_FULFIL_RENEW, &ours, V(w->lease.shop),
	    V(w->lease.order), V(w->lease.owner), V(f->at + FULFIL_LEASE_MS));
	if (e == OK && ours != 1)
		e = cx_fail_code(cx, ERR_BUSY, "busy", "the lease is lost");
	if (e != OK)
		return e;
	e = db_one(cx, SQL_FULFIL_INSERT, id_field, &row, V(w->ship.id),
	    V(f->plan->location), V(pieces_json(cx, f->plan)), V("planned"),
	    V((const char *)NULL), V(0));
	if (e != OK)
		return e;
	f->id = row.id;
	return db_exec(cx, SQL_FULFIL_AIR, V(row.id), V(f->at),
	    V(f->at + FULFIL_AIR_MS), V(w->ship.revision),
	    V(numbers_text(cx, w)));
}

static enum err
land_body(struct cx *cx, void *arg)
{
	struct flight *f = arg;
	enum err e;

	e = db_exec(cx, SQL_FULFIL_LAND, V(f->id), V(f->at), V(f->state),
	    V(f->a.id));
	if (e != OK || !text_equal(f->state, "made"))
		return e;
	return fulfil_note(cx, f->w,
	    &(struct note){
		.level = "info",
		.step = "shipment.fulfilled",
		.text = arena_printf(cx->mem,
		    "Shipment %s: fulfilment %s was made in the store%s%s.",
		    f->w->shipment, f->a.id,
		    f->plan->location ? ", at location " : "",
		    f->plan->location ? f->plan->location : ""),
	    });
}

/* --- the call --- */

/* The failure that took us here is what is answered. */
static enum err
land_failed(struct cx *cx, struct flight *f, enum err why)
{
	struct cx side;

	if (f->a.maybe)
		return why; /* stays in the air until it is read back */
	f->state = "planned";
	cx_child(&side, cx);
	(void)db_tx(&side, land_body, f);
	cx_done(&side);
	return why;
}

static enum err
create(struct cx *cx, struct work *w, const struct parcel_plan *plan,
    bool *moved)
{
	struct fulfil_tracking t = { w->ship.company, w->numbers, w->nnumbers,
		w->ship.notify };
	struct flight f = { .w = w, .plan = plan };
	enum fulfil_cause cause;
	enum err e;

	if ((e = fulfil_go_on(cx, w)) != OK)
		return e;
	f.at = w->lease.now;
	CRASH_POINT("fulfil.before_air");
	if ((e = db_tx(cx, air_body, &f)) != OK)
		return e;
	CRASH_POINT("fulfil.in_air");
	e = fulfil_create(cx, w->shop, plan, &t, &f.a);
	if (e != OK)
		return land_failed(cx, &f, e);
	f.state = f.a.refusal != NULL ? "refused" : "made";
	CRASH_POINT("fulfil.before_land");
	if ((e = db_tx(cx, land_body, &f)) != OK)
		return e;
	CRASH_POINT("fulfil.landed");
	if (f.a.refusal == NULL)
		return OK;
	cause = fulfil_cause_read(f.a.refusal);
	*moved |= cause == CAUSE_MOVED;
	if (cause != CAUSE_MOVED)
		fulfil_blocked(w, cause, f.a.refusal);
	return OK;
}

static enum err
create_all(struct cx *cx, struct work *w, const struct fulfil_plan *p,
    bool *moved)
{
	size_t i;
	enum err e = OK;

	*moved = false;
	if ((e = db_tx(cx, plan_body, w)) != OK)
		return e;
	for (i = 0; e == OK && i < p->n; i++)
		e = create(cx, w, &p->parts[i], moved);
	return e == OK ? fulfil_reload(cx, w) : e;
}

/* --- what cannot be made --- */

static bool
is_young(struct cx *cx, const struct fo_list *l, int64_t ms)
{
	return l->cancelled_at == 0 && l->created_at > cx->now - ms;
}

/* Routing makes fulfilment orders a moment after the order. */
static bool
is_being_routed(struct cx *cx, const struct fo_list *l,
    const struct fulfil_plan *p)
{
	size_t i;

	if (l->n == 0)
		return is_young(cx, l, ROUTING_MS);
	for (i = 0; i < p->nshort; i++) {
		if (p->short_of[i].cause == CAUSE_NOT_SHOWN)
			return is_young(cx, l, SPLITTING_MS);
	}
	return false;
}

static bool
is_needed(const struct fulfil_line *need, size_t n, const char *line)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (text_equal(need[i].id, line))
			return true;
	}
	return false;
}

static enum err
rest(struct cx *cx, struct work *w, const struct fo_list *l,
    const struct fulfil_plan *p)
{
	struct fulfil_line *need;
	size_t n, i;
	enum err e;

	if (p->nshort == 0)
		return OK;
	w->not_ready = is_being_routed(cx, l, p);
	if (w->not_ready)
		return fulfil_later(cx, w, ROUTED_WAIT_MS,
		    "the store has not routed the order yet");
	if ((e = fulfil_adopt(cx, w, p->short_of, p->nshort)) != OK)
		return e;
	fulfil_need(cx, w, &need, &n);
	for (i = 0; i < p->nshort; i++) {
		if (is_needed(need, n, p->short_of[i].line))
			fulfil_blocked(w, p->short_of[i].cause,
			    p->short_of[i].detail);
	}
	return OK;
}

/* *again: the store changed under our hands. */
static enum err
look_and_make(struct cx *cx, struct work *w, bool *again)
{
	struct fulfil_line *need;
	struct fulfil_plan plan;
	struct fo_list orders;
	size_t n;
	enum err e;

	*again = false;
	fulfil_need(cx, w, &need, &n);
	if (n == 0)
		return OK;
	if ((e = fulfil_go_on(cx, w)) != OK)
		return e;
	e = fulfil_read_orders(cx, w->shop, w->ship.order_id, w->nlines,
	    &orders);
	if (e == ERR_INPUT)
		fulfil_blocked(w, CAUSE_TOO_MANY, NULL);
	else if (e == OK && !orders.found)
		fulfil_blocked(w, CAUSE_GONE, NULL);
	if (w->cause != CAUSE_NONE)
		return OK;
	if (e != OK)
		return e;
	fulfil_plan(cx, &orders, need, n, &plan);
	e = create_all(cx, w, &plan, again);
	if (e != OK || *again)
		return e;
	return rest(cx, w, &orders, &plan);
}

enum err
fulfil_make(struct cx *cx, struct work *w)
{
	bool again = true;
	int i;
	enum err e;

	for (i = 0; i < LOOKS_MAX && again; i++) {
		if ((e = look_and_make(cx, w, &again)) != OK)
			return e;
	}
	if (again)
		fulfil_blocked(w, CAUSE_MOVED, NULL);
	return OK;
}
