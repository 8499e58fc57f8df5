/*
 * fulfil_plan.c - spreading lines over fulfilment orders.
 *
 * All of a call's fulfilment orders must be of one location (recorded refusal:
 * "must be assigned to a single location"), so there is one part a location.
 */
#include "shopify/fulfil_plan.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"

/* --- words --- */

static const struct fulfil_word words[CAUSES] = {
	[CAUSE_SHIPPED] = { "quantity_over_left",
	    "The store has nothing left to ship of these lines, and no "
	    "fulfilment of them either: they were removed or refunded.",
	    "Compare the order in the Shopify admin with the shipment." },
	[CAUSE_NOT_SHOWN] = { "no_fulfillment_order",
	    "The store shows us no fulfilment order for these lines: they are "
	    "another app's to ship, or need no shipping.",
	    "In the Shopify admin see who fulfils them; move them to a "
	    "location of your own, then retry." },
	[CAUSE_ON_HOLD] = { "on_hold", "The store holds the order back",
	    "Release the hold in the Shopify admin; then retry, or wait: it is "
	    "tried again by itself." },
	[CAUSE_SCHEDULED] = { "scheduled",
	    "The store has planned these lines for later",
	    "Wait for the day, or choose \"Fulfil early\" in the Shopify "
	    "admin; then retry." },
	[CAUSE_INCOMPLETE] = { "incomplete",
	    "The fulfilment order was closed incomplete.",
	    "See in the Shopify admin what became of it; fulfil the rest "
	    "there." },
	[CAUSE_CANCELLED] = { "cancelled",
	    "This part of the order was cancelled in the store.",
	    "Stop the parcel, or settle it with the buyer; nothing is sent to "
	    "the store." },
	[CAUSE_ORDER_CANCELLED] = { "order_cancelled",
	    "The order was cancelled in the store.",
	    "Stop the parcel, or settle it with the buyer; nothing is sent to "
	    "the store." },
	[CAUSE_FOREIGN] = { "other_service",
	    "The lines are assigned to a fulfilment service that is not ours.",
	    "In the Shopify admin move them to a location of your own, then "
	    "retry." },
	[CAUSE_MOVED] = { "moved",
	    "The store changed the fulfilment order in the very moment.",
	    "Nothing to do: it is tried again by itself." },
	[CAUSE_GONE] = { "not_visible",
	    "The order is older than 60 days, or not in this store.",
	    "Look for it in the Shopify admin: fulfil it there; if it was "
	    "deleted, stop the parcel." },
	[CAUSE_TOO_MANY] = { "too_many_lines",
	    "The order has more fulfilment orders or lines than can be read.",
	    "Fulfil it in the Shopify admin; it is then adopted." },
	[CAUSE_REFUSED] = { "store_refused", "The store refuses it",
	    "Settle in the Shopify admin what the reason names, then retry." },
};

struct fulfil_word
fulfil_word(struct cx *cx, enum fulfil_cause cause, const char *detail)
{
	struct fulfil_word w = words[cause];
	size_t n = w.reason != NULL ? strlen(w.reason) : 0;

	if (n == 0 || w.reason[n - 1] == '.')
		return w;
	w.reason = text_is_empty(detail)
	    ? arena_printf(cx->mem, "%s.", w.reason)
	    : arena_printf(cx->mem, "%s: %s", w.reason,
		  text_cut(cx->mem, detail, 300));
	return w;
}

/* As recorded, except the first, which the vendor's partners report. */
enum fulfil_cause
fulfil_cause_read(const char *message)
{
	static const struct {
		const char *part;
		enum fulfil_cause cause;
	} rows[] = {
		{ "api_client does not have access", CAUSE_FOREIGN },
		{ "unfulfillable status=", CAUSE_MOVED },
		{ "does not exist", CAUSE_MOVED },
		{ "Invalid fulfillment order line item quantity", CAUSE_MOVED },
		{ "assigned to a single location", CAUSE_MOVED },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strstr(message, rows[i].part) != NULL)
			return rows[i].cause;
	}
	return CAUSE_REFUSED;
}

/* --- what blocks a fulfilment order --- */

static enum fulfil_cause
cause_of(const struct fo *fo)
{
	static const struct {
		const char *status;
		enum fulfil_cause cause;
	} rows[] = {
		{ "ON_HOLD", CAUSE_ON_HOLD },
		{ "SCHEDULED", CAUSE_SCHEDULED },
		{ "INCOMPLETE", CAUSE_INCOMPLETE },
		{ "CANCELLED", CAUSE_CANCELLED },
		{ "CLOSED", CAUSE_SHIPPED },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (text_equal(fo->status, rows[i].status))
			return rows[i].cause;
	}
	return CAUSE_FOREIGN; /* open, but not for us */
}

static struct shortfall
look_why(const struct fo_list *l, const struct fulfil_line *need)
{
	struct shortfall s = { need->id, need->quantity, CAUSE_NOT_SHOWN,
		NULL };
	const struct fo *fo;
	size_t i, k;

	for (i = 0; i < l->n; i++) {
		fo = &l->list[i];
		for (k = 0; k < fo->nlines; k++) {
			if (!text_equal(fo->lines[k].line, need->id))
				continue;
			if (!fo->can && fo->lines[k].left > 0) {
				s.cause = cause_of(fo);
				s.detail = fo->detail;
				return s;
			}
			s.cause = CAUSE_SHIPPED;
		}
	}
	return s;
}

static struct shortfall
why(const struct fo_list *l, const struct fulfil_line *need)
{
	struct shortfall s = look_why(l, need);

	if (l->cancelled_at != 0 &&
	    (s.cause == CAUSE_NOT_SHOWN || s.cause == CAUSE_CANCELLED))
		s.cause = CAUSE_ORDER_CANCELLED;
	return s;
}

/* --- spreading --- */

static struct parcel_plan *
part_of(struct cx *cx, struct fulfil_plan *p, const char *location, size_t room)
{
	struct parcel_plan *part;
	size_t i;

	for (i = 0; i < p->n; i++) {
		if (text_equal(p->parts[i].location, location))
			return &p->parts[i];
	}
	part = &p->parts[p->n++];
	part->location = location;
	part->pieces = arena_alloc(cx->mem, room * sizeof(*part->pieces));
	part->n = 0;
	return part;
}

struct spread {
	const struct fo_list *orders;
	struct fulfil_plan *plan;
	size_t room; /* pieces there can be */
};

static void
put(struct cx *cx, struct spread *s, const struct fo *fo, struct fo_line *l,
    struct fulfil_line *need)
{
	struct parcel_plan *part = part_of(cx, s->plan, fo->location, s->room);
	int64_t n = l->left < need->quantity ? l->left : need->quantity;

	part->pieces[part->n++] = (struct piece){ fo->gid, l->gid, l->line, n };
	l->left -= n;
	need->quantity -= n;
}

/* `least`: what a fulfilment order must have of the line. */
static void
spread(struct cx *cx, struct spread *s, struct fulfil_line *need, int64_t least)
{
	struct fo_line *l;
	size_t i, k;

	for (i = 0; i < s->orders->n; i++) {
		if (!s->orders->list[i].can)
			continue;
		for (k = 0; k < s->orders->list[i].nlines; k++) {
			l = &s->orders->list[i].lines[k];
			if (need->quantity > 0 && l->left >= least &&
			    text_equal(l->line, need->id))
				put(cx, s, &s->orders->list[i], l, need);
		}
	}
}

void
fulfil_plan(struct cx *cx, const struct fo_list *orders,
    const struct fulfil_line *need, size_t n, struct fulfil_plan *p)
{
	struct spread s = { .orders = orders, .plan = p };
	struct fulfil_line left;
	size_t i;

	for (i = 0; i < orders->n; i++)
		s.room += orders->list[i].nlines;
	p->parts = arena_alloc(cx->mem, (orders->n + 1) * sizeof(*p->parts));
	p->short_of = arena_alloc(cx->mem, (n + 1) * sizeof(*p->short_of));
	p->n = p->nshort = 0;
	for (i = 0; i < n; i++) {
		left = need[i];
		spread(cx, &s, &left, left.quantity);
		spread(cx, &s, &left, 1);
		if (left.quantity > 0)
			p->short_of[p->nshort++] = why(orders, &left);
	}
}
