/*
 * fulfil.c - one run over a shipment: settle what is in the air, make what is
 * missing, correct the tracking, answer.
 *
 * It runs inside the Cloud App's call, whose patience is 15 s.  What is not
 * done by then is in rows; the Cloud App asks again and finds it going on.
 */
#include "shopify/fulfil.h"

#include <string.h>

#include "base/arena.h"
#include "base/crashpoint.h"
#include "base/env.h"
#include "base/text.h"
#include "base/when.h"
#include "db/db.h"
#include "gen/sql.h"
#include "queue/row.h"
#include "shopify/fulfil_work.h"
#include "shopify/ledger.h"
#include "shopify/note.h"
#include "shopify/shop.h"
#include "shopify/token.h"

enum { PATIENCE_MS = 8 * SECOND_MS }; /* no call begins after it */

/* --- shared by the files of fulfil --- */

enum err
fulfil_later(struct cx *cx, struct work *w, int64_t ms, const char *why)
{
	if (w->later_ms < ms)
		w->later_ms = ms;
	return cx_busy(cx, w->later_ms, "shipment %s: %s", w->shipment, why);
}

enum err
fulfil_go_on(struct cx *cx, struct work *w)
{
	struct token token;
	enum err e;

	if (env_mono(cx->env) - w->started > PATIENCE_MS)
		return fulfil_later(cx, w, SECOND_MS,
		    "it takes long, and goes on when asked again");
	if ((e = token_get(cx, w->shop, &token)) != OK)
		return e;
	return fulfil_lease_renew(cx, &w->lease);
}

void
fulfil_blocked(struct work *w, enum fulfil_cause cause, const char *detail)
{
	if (w->cause != CAUSE_NONE)
		return;
	w->cause = cause;
	w->detail = detail;
}

enum err
fulfil_note(struct cx *cx, const struct work *w, const struct note *n)
{
	struct ledger row;
	enum err e;

	e = ledger_find(cx, w->shop->id, w->lease.order, &row);
	if (e != OK && e != ERR_MISSING)
		return e;
	return note_add(cx, w->shop, e == OK ? &row : NULL, n);
}

enum err
fulfil_reload(struct cx *cx, struct work *w)
{
	return fulfil_list(cx, w->ship.id, &w->parts, &w->nparts);
}

static bool
counts(const struct fulfil *f)
{
	return text_equal(f->state, "made") || text_equal(f->state, "air");
}

/* Pieces of the line that are in a fulfilment, or may be. */
static int64_t
pieces_had(const struct work *w, const char *line)
{
	const struct fulfil *f;
	int64_t had = 0;
	size_t i, k;

	for (i = 0; i < w->nparts; i++) {
		f = &w->parts[i];
		for (k = 0; counts(f) && k < f->nlines; k++) {
			if (text_equal(f->line[k].id, line))
				had += f->line[k].quantity;
		}
	}
	return had;
}

void
fulfil_need(struct cx *cx, const struct work *w, struct fulfil_line **out,
    size_t *n)
{
	struct fulfil_line *need =
	    arena_alloc(cx->mem, (w->nlines + 1) * sizeof(*need));
	int64_t q;
	size_t i;

	*n = 0;
	for (i = 0; i < w->nlines; i++) {
		q = w->lines[i].quantity - pieces_had(w, w->lines[i].id);
		if (q > 0)
			need[(*n)++] =
			    (struct fulfil_line){ w->lines[i].id, q };
	}
	*out = need;
}

/* --- the answer --- */

static void
answer_made(struct cx *cx, const struct work *w, struct fulfil_out *out)
{
	const struct fulfil *f;
	size_t i;

	out->made = arena_alloc(cx->mem, (w->nparts + 1) * sizeof(*out->made));
	out->nmade = 0;
	for (i = 0; i < w->nparts; i++) {
		f = &w->parts[i];
		if (!text_equal(f->state, "made"))
			continue;
		out->made[out->nmade++] = (struct fulfil_made){
			.id = f->external,
			.location = f->location,
			.adopted = f->adopted,
			.lines = f->line,
			.nlines = f->nlines,
		};
	}
}

/* As the protocol says it. */
static const char *
state_word(const struct work *w)
{
	if (text_equal(w->ship.state, "done"))
		return "done";
	return text_equal(w->ship.state, "held") ? "held" : "partial";
}

static bool
any_adopted(const struct fulfil_out *out)
{
	size_t i;

	for (i = 0; i < out->nmade; i++) {
		if (out->made[i].adopted)
			return true;
	}
	return false;
}

static void
answer(struct cx *cx, const struct work *w, struct fulfil_out *out)
{
	memset(out, 0, sizeof(*out));
	answer_made(cx, w, out);
	out->state = state_word(w);
	out->code = w->ship.code;
	out->reason = w->ship.reason;
	out->next = w->ship.next;
	if (text_equal(out->state, "done") && any_adopted(out))
		out->code = "adopted";
	if (!text_equal(out->state, "partial") || !w->not_ready)
		return;
	out->code = "not_ready";
	out->reason = "The store makes an order's fulfillment orders a moment "
		      "after it, and has not made those of this one yet.";
	out->next = "Nothing to do: it is tried again by itself.";
}

/* --- how it ends --- */

static bool
is_complete(struct cx *cx, const struct work *w)
{
	struct fulfil_line *need;
	size_t n, i;

	fulfil_need(cx, w, &need, &n);
	for (i = 0; i < w->nparts; i++) {
		if (text_equal(w->parts[i].state, "air") ||
		    (text_equal(w->parts[i].state, "made") &&
			w->parts[i].revision < w->ship.revision))
			return false;
	}
	return n == 0;
}

struct ending {
	struct work *w;
	const char *state;
	struct fulfil_word word;
};

static enum err
end_body(struct cx *cx, void *arg)
{
	struct ending *n = arg;
	struct work *w = n->w;
	bool news = text_equal(n->state, "held") &&
	    (!text_equal(w->ship.state, "held") ||
		!text_equal(w->ship.reason, n->word.reason));
	enum err e;

	e = db_exec(cx, SQL_FULFIL_DROP, V(w->ship.id));
	if (e == OK)
		e = db_exec(cx, SQL_FULFIL_SHIP_STATE, V(w->ship.id),
		    V(n->state), V(n->word.code), V(n->word.reason),
		    V(n->word.next), V(cx->now));
	if (e != OK || !news)
		return e;
	return fulfil_note(cx, w,
	    &(struct note){
		.level = "warn",
		.step = "shipment.held",
		.text = arena_printf(cx->mem,
		    "Shipment %s: the store cannot take it now.", w->shipment),
		.code = n->word.code,
		.why = n->word.reason,
		.next = n->word.next,
	    });
}

static enum err
end(struct cx *cx, struct work *w)
{
	struct ending n = { .w = w, .state = "going" };
	enum err e;

	if (is_complete(cx, w)) {
		n.state = "done";
	} else if (w->cause != CAUSE_NONE && w->later_ms == 0) {
		n.state = "held";
		n.word = fulfil_word(cx, w->cause, w->detail);
	}
	CRASH_POINT("fulfil.before_end");
	if ((e = db_tx(cx, end_body, &n)) != OK)
		return e;
	CRASH_POINT("fulfil.after_end");
	w->ship.state = n.state;
	w->ship.code = n.word.code;
	w->ship.reason = n.word.reason;
	w->ship.next = n.word.next;
	return OK;
}

/* --- the run --- */

static enum err
begin(struct cx *cx, struct work *w, const struct fulfil_in *in)
{
	bool any = false;
	size_t i;
	enum err e;

	e = fulfil_ship_find(cx, w->shop->id, in->id, &w->ship);
	if (e == OK && (e = fulfil_reload(cx, w)) != OK)
		return e;
	if (e != OK && e != ERR_MISSING)
		return e;
	for (i = 0; i < w->nparts; i++)
		any |= counts(&w->parts[i]);
	e = fulfil_ship_take(cx, w->shop, in, any, &w->ship);
	if (e == OK)
		e = fulfil_ship_lines(cx, &w->ship, &w->lines, &w->nlines);
	if (e == OK)
		e = fulfil_ship_numbers(cx, &w->ship, &w->numbers,
		    &w->nnumbers);
	if (e == OK)
		e = fulfil_reload(cx, w);
	return e;
}

static enum err
steps(struct cx *cx, struct work *w)
{
	enum err e;

	if ((e = fulfil_settle(cx, w)) != OK || (e = fulfil_make(cx, w)) != OK)
		return e;
	return fulfil_correct(cx, w);
}

/* The store denies us all: that is an answer, too. */
static bool
is_denied(struct cx *cx, enum err e, struct fulfil_out *out)
{
	static const struct fulfil_word rows[] = {
		{ "reconnect", "The app's access to the store has ended.",
		    "Open the app once in the Shopify admin, then retry." },
		{ "shop_closed", "The store is frozen or closed to apps.",
		    "Settle that in the Shopify admin, then retry." },
		{ "access_denied",
		    "The app lacks a permission for fulfilments.",
		    "Open the app in the Shopify admin and agree to its "
		    "permissions, then retry." },
	};
	size_t i;

	for (i = 0; e == ERR_DENIED && i < sizeof(rows) / sizeof(rows[0]);
	     i++) {
		if (!text_equal(cx->code, rows[i].code))
			continue;
		out->state = "held";
		out->code = rows[i].code;
		out->reason = rows[i].reason;
		out->next = rows[i].next;
		return true;
	}
	return false;
}

static enum err
run(struct cx *cx, struct work *w, const struct fulfil_in *in,
    struct fulfil_out *out)
{
	enum err e, why;

	if ((e = begin(cx, w, in)) != OK)
		return e;
	if (text_equal(w->ship.state, "done")) {
		answer(cx, w, out);
		return OK;
	}
	why = steps(cx, w);
	if (why == ERR_DENIED) {
		memset(out, 0, sizeof(*out));
		if (fulfil_reload(cx, w) == OK)
			answer_made(cx, w, out);
		return is_denied(cx, why, out) ? OK : why;
	}
	if (why != OK && w->later_ms == 0)
		return why;
	if ((e = fulfil_reload(cx, w)) != OK)
		return e;
	answer(cx, w, out);
	if (why != OK && out->nmade == 0 && !w->not_ready)
		return fulfil_later(cx, w, w->later_ms, "not yet");
	if ((e = end(cx, w)) != OK)
		return e;
	answer(cx, w, out);
	return OK;
}

/* Nothing changed since: answered without lease or call. */
static enum err
known(struct cx *cx, struct work *w, const struct fulfil_in *in,
    struct fulfil_out *out, bool *done)
{
	enum err e = fulfil_ship_find(cx, w->shop->id, in->id, &w->ship);

	*done = false;
	if (e == ERR_MISSING)
		return OK;
	if (e != OK)
		return e;
	if (!text_equal(w->ship.order_id, in->order))
		return cx_fail_code(cx, ERR_INPUT, "bad_input",
		    "order: the shipment was of another order before");
	if (!text_equal(w->ship.state, "done") ||
	    in->revision > w->ship.revision)
		return OK;
	if ((e = fulfil_reload(cx, w)) != OK)
		return e;
	answer(cx, w, out);
	*done = true;
	return OK;
}

enum err
fulfil_ship(struct cx *cx, const struct shop *shop, const struct fulfil_in *in,
    struct fulfil_out *out)
{
	struct work w = { .shop = shop, .shipment = in->id };
	bool done;
	enum err e;

	w.started = env_mono(cx->env);
	w.lease.shop = shop->id;
	w.lease.order = in->order;
	e = known(cx, &w, in, out, &done);
	if (e != OK || done)
		return e;
	if ((e = fulfil_lease_take(cx, &w.lease)) != OK)
		return e;
	e = run(cx, &w, in, out);
	fulfil_lease_drop(cx, &w.lease);
	return e;
}
