/*
 * shipment_order.c - what to do when the store changes an order we are packing.
 *
 * Basis and present are one canonical JSON text each, so that "is it still
 * what it was" is one comparison.  The address is in it as a hash only: the
 * text is kept and shown, and must not hold personal data.
 */
#include "cloud/shipment_order.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/crypt.h"
#include "base/json.h"
#include "base/text.h"
#include "cloud/carrier_event.h"
#include "cloud/order.h"
#include "cloud/shipment_row.h"
#include "db/db.h"
#include "gen/sql.h"

static const struct field conflict_fields[] = {
	F_INT(struct conflict, order_id, 1, INT64_MAX),
	F_TEXT(struct conflict, basis, 2, INT64_MAX),
	F_TEXT_OPT(struct conflict, theirs, INT64_MAX),
	F_TEXT_OPT(struct conflict, what, 500),
	F_WHEN(struct conflict, since),
	F_TEXT_OPT(struct conflict, choice, 16),
	F_WHEN(struct conflict, chosen_at),
	F_END,
};

struct change {
	struct order o;
	struct conflict c;
	const char *now;       /* the order, as a basis */
	struct shipment *list; /* not yet shipped, newest first */
	size_t n;
};

/* --- what the order is now --- */

static enum err
address_of(struct cx *cx, int64_t order, const char **hash)
{
	const char *text, *address;
	struct json *doc;
	char hex[65];
	enum err e;

	if ((e = order_document(cx, order, &text)) != OK ||
	    (e = json_parse(cx, text, strlen(text), &doc)) != OK)
		return e;
	*hash = NULL;
	if (!json_is_object(json_get(doc, "shipping_address")))
		return OK;
	address = json_canonical(cx, json_get(doc, "shipping_address"));
	sha256_hex(address, strlen(address), hex);
	*hash = arena_textn(cx->mem, hex, 16);
	return OK;
}

/* Quantity by line; titles and places may change, that is no conflict. */
static struct json *
lines_of(struct cx *cx, const struct left *left, size_t n)
{
	struct json *o = json_new_object(cx);
	size_t i;

	for (i = 0; i < n; i++) {
		if (left[i].current_quantity == 0)
			continue; /* gone is gone, whether it was ever there */
		json_set_int(cx, o,
		    arena_printf(cx->mem, "%" PRId64, left[i].id),
		    left[i].current_quantity);
	}
	return o;
}

static enum err
present(struct cx *cx, const struct order *o, const char **text)
{
	struct json *j = json_new_object(cx);
	const char *address;
	struct left *left;
	size_t n;
	enum err e;

	if ((e = address_of(cx, o->id, &address)) != OK ||
	    (e = shipment_left(cx, o->id, &left, &n)) != OK)
		return e;
	json_set_bool(cx, j, "cancelled", o->cancelled_at != 0);
	json_set_text(cx, j, "address", address);
	json_set(j, "lines", lines_of(cx, left, n));
	*text = json_canonical(cx, j);
	return OK;
}

/* --- the difference in words --- */

static void
word(struct buf *b, const char *text)
{
	if (b->n > 0)
		buf_text(b, "; ");
	buf_text(b, text);
}

static void
line_word(struct cx *cx, struct buf *b, const struct left *l,
    const struct json *const side[2])
{
	const char *id = arena_printf(cx->mem, "%" PRId64, l->id);
	int64_t was = json_int(json_get(json_get(side[0], "lines"), id), 0);
	int64_t now = json_int(json_get(json_get(side[1], "lines"), id), 0);

	if (was != now && b->n < 300)
		word(b,
		    arena_printf(cx->mem,
			"%.60s: %" PRId64 " instead of %" PRId64, l->title, now,
			was));
}

static enum err
difference(struct cx *cx, const struct change *ch, const char **words)
{
	const struct json *side[2];
	struct json *a, *b;
	struct left *left;
	struct buf out = buf_new(cx->mem);
	size_t n, i;
	enum err e;

	if ((e = json_parse(cx, ch->c.basis, strlen(ch->c.basis), &a)) != OK ||
	    (e = json_parse(cx, ch->now, strlen(ch->now), &b)) != OK ||
	    (e = shipment_left(cx, ch->o.id, &left, &n)) != OK)
		return e;
	side[0] = a;
	side[1] = b;
	if (json_bool(json_get(b, "cancelled"), false) !=
	    json_bool(json_get(a, "cancelled"), false))
		word(&out, "the order was cancelled in the store");
	if (!text_equal(json_get_text(a, "address"),
		json_get_text(b, "address")))
		word(&out, "the delivery address is another one");
	for (i = 0; i < n; i++)
		line_word(cx, &out, &left[i], side);
	*words = text_cut(cx->mem, out.p, 500);
	return OK;
}

/* --- holding --- */

/* Hold what is not yet shipped, or let it go. */
static enum err
hold(struct cx *cx, struct shipment *list, size_t n, bool held)
{
	size_t i;
	enum err e = OK;

	for (i = 0; e == OK && i < n; i++) {
		list[i].hold = held;
		if ((e = shipment_numbers(cx, &list[i])) != OK)
			return e;
		if (!held) /* what happened meanwhile counts now */
			e = carrier_event_settle(cx, &list[i]);
		if (e == OK)
			e = shipment_store(cx, &list[i]);
	}
	return e;
}

static enum err
unshipped(struct cx *cx, int64_t order, struct shipment **list, size_t *n)
{
	return db_list(cx, SQL_SHIPMENT_LIST_HELD, shipment_fields, list, n,
	    V(order));
}

static enum err
basis_store(struct cx *cx, int64_t order, const char *text)
{
	enum err e;

	if ((e = db_exec(cx, SQL_ORDER_BASIS_SET, V(order), V(text))) != OK)
		return e;
	return shipment_follow(cx, order);
}

static enum err
open_conflict(struct cx *cx, struct change *ch)
{
	const char *what;
	enum err e;

	if ((e = difference(cx, ch, &what)) != OK ||
	    (e = db_exec(cx, SQL_ORDER_BASIS_CONFLICT, V(ch->o.id), V(ch->now),
		 V(what), V(cx->now))) != OK ||
	    (e = hold(cx, ch->list, ch->n, true)) != OK)
		return e;
	return shipment_tell(cx, &ch->list[0],
	    &(struct ship_word){
		.level = "warn",
		.step = "shipment.conflict",
		.text = arena_printf(cx->mem,
		    "Order %s was changed in the store after %zu shipment%s "
		    "of it, not yet shipped, %s made: held.",
		    ch->o.name, ch->n, ch->n == 1 ? "" : "s",
		    ch->n == 1 ? "was" : "were"),
		.reason = what,
		.next = "Open the order and choose: keep the shipments, "
			"cancel them, or adapt them to the order.",
	    });
}

static enum err
back_again(struct cx *cx, struct change *ch)
{
	enum err e;

	if ((e = basis_store(cx, ch->o.id, ch->now)) != OK ||
	    (e = hold(cx, ch->list, ch->n, false)) != OK || ch->n == 0)
		return e;
	return shipment_tell(cx, &ch->list[0],
	    &(struct ship_word){
		.level = "info",
		.step = "shipment.conflict_gone",
		.text = arena_printf(cx->mem,
		    "Order %s is in the store again as its shipments were "
		    "made: they are not held any more.",
		    ch->o.name),
	    });
}

enum err
shipment_order_changed(struct cx *cx, int64_t order)
{
	struct change ch = { 0 };
	enum err e;

	e = shipment_conflict_find(cx, order, &ch.c);
	if (e == ERR_MISSING)
		return OK; /* it has no shipments */
	if (e != OK || (e = shipment_lock(cx, order)) != OK ||
	    (e = order_find(cx, order, &ch.o)) != OK ||
	    (e = present(cx, &ch.o, &ch.now)) != OK ||
	    (e = unshipped(cx, order, &ch.list, &ch.n)) != OK)
		return e;
	if (text_equal(ch.now, ch.c.basis))
		return ch.c.since == 0 ? OK : back_again(cx, &ch);
	if (ch.n == 0) /* nothing to hold: it is as the store says */
		return basis_store(cx, order, ch.now);
	if (text_equal(ch.now, ch.c.theirs))
		return OK;
	return open_conflict(cx, &ch);
}

enum err
shipment_basis_set(struct cx *cx, int64_t order)
{
	const char *text;
	struct order o;
	enum err e;

	if ((e = order_find(cx, order, &o)) != OK ||
	    (e = present(cx, &o, &text)) != OK)
		return e;
	return db_exec(cx, SQL_ORDER_BASIS_SET, V(order), V(text));
}

enum err
shipment_conflict_find(struct cx *cx, int64_t order, struct conflict *c)
{
	*c = (struct conflict){ 0 };
	return db_one(cx, SQL_ORDER_BASIS_FIND, conflict_fields, c, V(order));
}

enum err
shipment_conflict_check(struct cx *cx, int64_t order, const char *name)
{
	struct conflict c;
	enum err e;

	e = shipment_conflict_find(cx, order, &c);
	if (e == ERR_MISSING)
		return OK;
	if (e == OK && c.since != 0)
		return cx_fail_code(cx, ERR_CONFLICT, "order_conflict",
		    "Order %s was changed in the store after it had shipments "
		    "(%.200s)",
		    name, c.what);
	return e;
}

/* --- choosing --- */

/* Take `over` pieces of a line out of a shipment. */
static enum err
cut_line(struct cx *cx, const struct shipment *s, const struct ship_line *l,
    int64_t *over)
{
	int64_t less = *over < l->quantity ? *over : l->quantity;

	*over -= less;
	if (less == l->quantity)
		return db_exec(cx, SQL_SHIPMENT_LINE_DROP, V(s->id), V(l->id));
	return db_exec(cx, SQL_SHIPMENT_LINE_SET, V(s->id), V(l->id),
	    V(l->quantity - less));
}

static enum err
cancel(struct cx *cx, const struct shipment *s)
{
	struct ship_act act = { .id = s->public_id, .verb = VERB_CANCEL };
	struct shipment out;
	bool changed;

	return shipment_act_in(cx, &act, &out, &changed);
}

/* The newest shipments give first. */
static enum err
cut_shipment(struct cx *cx, const struct shipment *s, struct left *left,
    size_t n)
{
	struct ship_line *lines;
	size_t nlines, i, j;
	int64_t over, was;
	enum err e;

	if ((e = shipment_lines(cx, s->id, &lines, &nlines)) != OK)
		return e;
	for (i = 0; i < nlines; i++) {
		for (j = 0; j < n && left[j].id != lines[i].id; j++)
			;
		if (j == n || left[j].planned <= left[j].current_quantity)
			continue;
		was = over = left[j].planned - left[j].current_quantity;
		if ((e = cut_line(cx, s, &lines[i], &over)) != OK)
			return e;
		left[j].planned -= was - over;
	}
	if ((e = shipment_lines(cx, s->id, &lines, &nlines)) != OK)
		return e;
	return nlines == 0 ? cancel(cx, s) : OK;
}

static enum err
do_keep(struct cx *cx, struct change *ch)
{
	(void)cx;
	(void)ch;
	return OK;
}

static enum err
do_cancel(struct cx *cx, struct change *ch)
{
	size_t i;
	enum err e = OK;

	for (i = 0; e == OK && i < ch->n; i++)
		e = cancel(cx, &ch->list[i]);
	return e;
}

static enum err
do_adapt(struct cx *cx, struct change *ch)
{
	struct left *left;
	size_t n, i;
	enum err e;

	if (ch->o.cancelled_at != 0)
		return do_cancel(cx, ch);
	e = shipment_left(cx, ch->o.id, &left, &n);
	for (i = 0; e == OK && i < ch->n; i++)
		e = cut_shipment(cx, &ch->list[i], left, n);
	return e;
}

static const struct {
	const char *name;
	enum err (*act)(struct cx *, struct change *);
	const char *words;
} choices[] = {
	{ "keep", do_keep, "its shipments stay as they are" },
	{ "cancel", do_cancel, "what was not yet shipped is cancelled" },
	{ "adapt", do_adapt, "what was not yet shipped fits the order now" },
};

struct choose {
	int64_t order;
	size_t row; /* of choices */
};

static enum err
chosen(struct cx *cx, struct change *ch, size_t row)
{
	struct shipment first = ch->list[0];
	enum err e;

	if ((e = choices[row].act(cx, ch)) != OK ||
	    (e = present(cx, &ch->o, &ch->now)) != OK ||
	    (e = db_exec(cx, SQL_ORDER_BASIS_CHOSEN, V(ch->o.id), V(ch->now),
		 V(choices[row].name), V(cx->now))) != OK ||
	    (e = unshipped(cx, ch->o.id, &ch->list, &ch->n)) != OK ||
	    (e = hold(cx, ch->list, ch->n, false)) != OK ||
	    (e = shipment_follow(cx, ch->o.id)) != OK)
		return e;
	return shipment_tell(cx, &first,
	    &(struct ship_word){
		.level = "info",
		.step = "shipment.conflict_resolved",
		.text = arena_printf(cx->mem,
		    "The change of order %s in the store was settled: %s.",
		    ch->o.name, choices[row].words),
	    });
}

static enum err
choose(struct cx *cx, void *arg)
{
	struct choose *c = arg;
	struct change ch = { 0 };
	enum err e;

	if ((e = shipment_lock(cx, c->order)) != OK ||
	    (e = order_find(cx, c->order, &ch.o)) != OK)
		return e;
	e = shipment_conflict_find(cx, c->order, &ch.c);
	if (e == ERR_MISSING || (e == OK && ch.c.since == 0))
		return cx_fail_code(cx, ERR_CONFLICT, "no_conflict",
		    "Order %s has no conflict", ch.o.name);
	if (e != OK || (e = unshipped(cx, c->order, &ch.list, &ch.n)) != OK)
		return e;
	if (ch.n == 0) /* all were cancelled one by one */
		return basis_store(cx, c->order, ch.c.theirs);
	return chosen(cx, &ch, c->row);
}

enum err
shipment_conflict_choose(struct cx *cx, int64_t order, const char *choice)
{
	struct choose c = { .order = order };
	size_t n = sizeof(choices) / sizeof(choices[0]);

	while (c.row < n && !text_equal(choices[c.row].name, choice))
		c.row++;
	if (c.row == n)
		return cx_fail_code(cx, ERR_INPUT, "bad_input",
		    "choice: keep, cancel or adapt");
	return db_tx(cx, choose, &c);
}
