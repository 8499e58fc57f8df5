/*
 * fulfil_event.c - a carrier's words, each once to each fulfilment.
 *
 * fulfillmentEventCreate appends, so a row is in the air before each call, as
 * with fulfilments.  Shopify follows some couriers by itself: before DELIVERED
 * is said, one read of 4 points asks for all fulfilments whether they know.
 */
#include <string.h>

#include "base/arena.h"
#include "base/crashpoint.h"
#include "base/env.h"
#include "base/text.h"
#include "base/when.h"
#include "db/db.h"
#include "gen/sql.h"
#include "shopify/fulfil_work.h"
#include "shopify/note.h"
#include "shopify/shop.h"

enum { EVENTS_FEW = 2, EVENTS_MANY = 100, MANY_IDS = 250 };

const char *
fulfil_status(const char *status)
{
	static const char *const rows[][2] = {
		{ "attempted_delivery", "ATTEMPTED_DELIVERY" },
		{ "carrier_picked_up", "CARRIER_PICKED_UP" },
		{ "confirmed", "CONFIRMED" },
		{ "delayed", "DELAYED" },
		{ "delivered", "DELIVERED" },
		{ "failure", "FAILURE" },
		{ "in_transit", "IN_TRANSIT" },
		{ "label_printed", "LABEL_PRINTED" },
		{ "label_purchased", "LABEL_PURCHASED" },
		{ "out_for_delivery", "OUT_FOR_DELIVERY" },
		{ "ready_for_pickup", "READY_FOR_PICKUP" },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (text_equal(rows[i][0], status))
			return rows[i][1];
	}
	return NULL;
}

struct saying {
	struct work w;
	const struct fulfil_event_in *in;
	const char *status; /* Shopify's word */
	struct fulfil_event *rows;
	size_t n;
	struct fulfil_said *said; /* by row; NULL: not asked */
};

/* --- rows --- */

static enum err
rows_body(struct cx *cx, void *arg)
{
	struct saying *s = arg;
	const struct fulfil *f;
	size_t i;
	enum err e = OK;

	for (i = 0; e == OK && i < s->w.nparts; i++) {
		f = &s->w.parts[i];
		if (text_equal(f->state, "made"))
			e = db_exec(cx, SQL_FULFIL_EVENT_INSERT,
			    V(s->w.ship.id), V(s->in->id), V(f->external),
			    V(s->status), V(s->in->happened_at));
	}
	return e;
}

static enum err
reload(struct cx *cx, struct saying *s)
{
	return fulfil_event_list(cx, s->w.ship.id, s->in->id, &s->rows, &s->n);
}

struct turn {
	struct saying *s;
	struct fulfil_event *row;
	int64_t at; /* ms; the call began */
	const char *state, *code, *reason;
	bool there; /* the store knew */
};

static enum err
air_body(struct cx *cx, void *arg)
{
	struct turn *t = arg;
	struct work *w = &t->s->w;
	int64_t ours;
	enum err e;

	e = db_change(cx, SQL_FULFIL_RENEW, &ours, V(w->lease.shop),
	    V(w->lease.order), V(w->lease.owner), V(t->at + FULFIL_LEASE_MS));
	if (e == OK && ours != 1)
		e = cx_fail_code(cx, ERR_BUSY, "busy", "the lease is lost");
	if (e != OK)
		return e;
	return db_exec(cx, SQL_FULFIL_EVENT_AIR, V(t->row->id), V(t->at),
	    V(t->at + FULFIL_AIR_MS));
}

/* Whole sentences: the pages know them again in other languages. */
static const char *
told(struct cx *cx, const struct turn *t, bool made)
{
	const struct saying *s = t->s;
	const char *form = !made
	    ? "Shipment %s: fulfilment %s could not be marked %s (%s)."
	    : t->there
	    ? "Shipment %s: fulfilment %s was already marked %s (%s)."
	    : "Shipment %s: fulfilment %s is marked %s (%s).";

	return arena_printf(cx->mem, form, s->w.shipment, t->row->external,
	    s->status, when_write(cx->mem, s->in->happened_at));
}

static enum err
set_body(struct cx *cx, void *arg)
{
	struct turn *t = arg;
	struct saying *s = t->s;
	bool made = text_equal(t->state, "made");
	enum err e;

	e = db_exec(cx, SQL_FULFIL_EVENT_SET, V(t->row->id), V(t->at),
	    V(t->state), V(t->code), V(t->reason));
	if (e != OK || text_equal(t->state, "planned"))
		return e;
	return fulfil_note(cx, &s->w,
	    &(struct note){
		.level = made ? "info" : "warn",
		.step = made ? "shipment.event" : "shipment.event_held",
		.text = told(cx, t, made),
		.code = t->code,
		.why = t->reason,
	    });
}

static enum err
set(struct cx *cx, struct turn *t, const char *state)
{
	t->state = state;
	CRASH_POINT("fulfil.before_event_set");
	return db_tx(cx, set_body, t);
}

/* --- one fulfilment --- */

static enum err
say(struct cx *cx, struct turn *t)
{
	struct saying *s = t->s;
	struct fulfil_saying what = { t->row->external, s->status,
		s->in->happened_at, s->in->message };
	struct fulfil_answer a;
	struct cx side;
	enum err e;

	if ((e = fulfil_go_on(cx, &s->w)) != OK)
		return e;
	t->at = s->w.lease.now;
	CRASH_POINT("fulfil.before_event_air");
	if ((e = db_tx(cx, air_body, t)) != OK)
		return e;
	e = fulfil_say(cx, s->w.shop, &what, &a);
	if (e == OK && a.refusal == NULL)
		return set(cx, t, "made");
	if (e == OK) {
		t->code = "store_refused";
		t->reason = text_cut(cx->mem, a.refusal, 300);
		return set(cx, t, "held");
	}
	if (a.maybe)
		return e; /* stays in the air until it is read back */
	cx_child(&side, cx);
	(void)set(&side, t, "planned");
	cx_done(&side);
	return e;
}

static enum err
one(struct cx *cx, struct saying *s, size_t i)
{
	struct fulfil_event *row = &s->rows[i];
	struct turn t = { .s = s, .row = row, .at = row->aired_at };
	const struct fulfil_said *said = s->said ? &s->said[i] : NULL;
	bool delivered = text_equal(s->status, "DELIVERED");

	if (text_equal(row->state, "made"))
		return OK;
	if (said != NULL && !said->found) {
		t.code = "fulfillment_gone";
		t.reason = "The store has no such fulfilment any more.";
		return set(cx, &t, "held");
	}
	if (said != NULL && text_equal(said->status, "CANCELLED")) {
		t.code = "fulfillment_cancelled";
		t.reason = "The fulfilment was cancelled in the store.";
		return set(cx, &t, "held");
	}
	if (said != NULL &&
	    ((delivered && said->delivered_at != 0) ||
		(text_equal(row->state, "air") &&
		    fulfil_said_has(said, s->status, row->happened_at)))) {
		t.there = true;
		if (delivered && !text_equal(row->state, "air"))
			t.code = "already_delivered"; /* not by us */
		return set(cx, &t, "made");
	}
	return say(cx, &t);
}

/* --- all of them --- */

/* Asked where something may have been said: by the carrier, or by us. */
static enum err
ask(struct cx *cx, struct saying *s)
{
	const char **ids = arena_alloc(cx->mem, (s->n + 1) * sizeof(*ids));
	bool delivered = text_equal(s->status, "DELIVERED");
	bool lost = false, open = false;
	size_t i;
	enum err e;

	for (i = 0; i < s->n; i++) {
		ids[i] = s->rows[i].external;
		lost |= text_equal(s->rows[i].state, "air");
		open |= !text_equal(s->rows[i].state, "made");
	}
	if (fault_on("readback") || !open || (!lost && !delivered))
		return OK;
	if ((e = fulfil_go_on(cx, &s->w)) != OK)
		return e;
	s->said = arena_alloc(cx->mem, (s->n + 1) * sizeof(*s->said));
	return fulfil_read_events(cx, s->w.shop, ids, s->n,
	    lost && !delivered ? EVENTS_MANY : EVENTS_FEW, s->said);
}

static enum err
in_the_air(struct cx *cx, struct saying *s)
{
	size_t i;

	for (i = 0; i < s->n; i++) {
		if (text_equal(s->rows[i].state, "air") &&
		    s->rows[i].air_until > s->w.lease.now)
			return fulfil_later(cx, &s->w,
			    s->rows[i].air_until - s->w.lease.now,
			    "an answer of the store was lost just now: it is "
			    "read back once the call is surely over");
	}
	return OK;
}

static enum err
run(struct cx *cx, struct saying *s)
{
	size_t i;
	enum err e;

	if ((e = db_tx(cx, rows_body, s)) != OK || (e = reload(cx, s)) != OK ||
	    (e = in_the_air(cx, s)) != OK || (e = ask(cx, s)) != OK)
		return e;
	for (i = 0; e == OK && i < s->n; i++)
		e = one(cx, s, i);
	if (e != OK)
		return e;
	return reload(cx, s);
}

static void
answer(struct cx *cx, const struct saying *s, struct fulfil_out *out)
{
	size_t i;

	memset(out, 0, sizeof(*out));
	out->state = "done";
	out->made = arena_alloc(cx->mem, (s->n + 1) * sizeof(*out->made));
	out->nmade = s->n;
	for (i = 0; i < s->n; i++) {
		out->made[i].id = s->rows[i].external;
		out->made[i].code = s->rows[i].code;
		if (text_equal(s->rows[i].state, "made"))
			continue;
		out->state = "held";
		out->code = s->rows[i].code;
		out->reason = s->rows[i].reason;
		out->next = "See the fulfilment in the Shopify admin; then "
			    "retry.";
	}
}

static void
not_made(struct fulfil_out *out)
{
	*out = (struct fulfil_out){
		.state = "held",
		.code = "not_fulfilled",
		.reason = "Nothing of the shipment is in the store yet.",
		.next = "Send the shipment first, then its events.",
	};
}

static bool
any_made(const struct work *w)
{
	size_t i;

	for (i = 0; i < w->nparts; i++) {
		if (text_equal(w->parts[i].state, "made"))
			return true;
	}
	return false;
}

enum err
fulfil_event(struct cx *cx, const struct shop *shop,
    const struct fulfil_event_in *in, struct fulfil_out *out)
{
	struct saying s = { .in = in, .status = fulfil_status(in->status) };
	enum err e;

	s.w.shop = shop;
	s.w.shipment = in->shipment;
	s.w.started = env_mono(cx->env);
	e = fulfil_ship_find(cx, shop->id, in->shipment, &s.w.ship);
	if (e == OK)
		e = fulfil_reload(cx, &s.w);
	if (e == ERR_MISSING || (e == OK && !any_made(&s.w))) {
		not_made(out);
		return OK;
	}
	if (e != OK)
		return e;
	s.w.lease.shop = shop->id;
	s.w.lease.order = s.w.ship.order_id;
	if ((e = fulfil_lease_take(cx, &s.w.lease)) != OK)
		return e;
	e = run(cx, &s);
	fulfil_lease_drop(cx, &s.w.lease);
	if (e == OK)
		answer(cx, &s, out);
	return e;
}
