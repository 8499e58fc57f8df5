/*
 * shipment.c - shipments read, and made from an order's lines.
 *
 * All checks come before the first write, so that a caller that works off
 * many in one transaction (CSV) can note a refusal and go on.
 */
#include "cloud/shipment_row.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/crypt.h"
#include "base/text.h"
#include "cloud/connector.h"
#include "cloud/courier.h"
#include "cloud/order.h"
#include "cloud/shipment_order.h"
#include "db/db.h"
#include "gen/sql.h"

enum { PUBLIC_ID = 16 };

struct number_row {
	const char *number;
};
static const struct field number_row_fields[] = {
	F_TEXT(struct number_row, number, 0, 400),
	F_END,
};

static const struct field line_fields[] = {
	F_INT(struct ship_line, id, 1, INT64_MAX),
	F_TEXT(struct ship_line, external_id, 1, 19),
	F_TEXT_OPT(struct ship_line, sku, 255),
	F_TEXT(struct ship_line, title, 0, 2048),
	F_INT(struct ship_line, quantity, 1, INT64_MAX),
	F_END,
};

static const struct field fulfillment_fields[] = {
	F_TEXT(struct ship_fulfillment, external_id, 1, 64),
	F_TEXT_OPT(struct ship_fulfillment, location, 64),
	F_INT(struct ship_fulfillment, adopted, 0, 1),
	F_JSON(struct ship_fulfillment, lines),
	F_WHEN(struct ship_fulfillment, made_at),
	F_END,
};

/* --- reading --- */

/* A pattern for LIKE that finds `q` anywhere; '!' escapes. */
static const char *
pattern(struct cx *cx, const char *q)
{
	struct buf b = buf_new(cx->mem);
	const char *p;

	if (text_is_empty(q))
		return NULL;
	buf_char(&b, '%');
	for (p = text_lower_ascii(cx->mem, q); *p != '\0'; p++) {
		if (*p == '%' || *p == '_' || *p == '!')
			buf_char(&b, '!');
		buf_char(&b, *p);
	}
	buf_char(&b, '%');
	return b.p;
}

enum err
shipment_list(struct cx *cx, const struct shipment_filter *f,
    struct shipment **list, size_t *n)
{
	int64_t before = f->before > 0 ? f->before : INT64_MAX;

	return db_list(cx, SQL_SHIPMENT_LIST, shipment_fields, list, n,
	    V(before), V(f->channel), V(f->state), V(f->store_state),
	    V(pattern(cx, f->q)), V(f->limit));
}

enum err
shipment_of_order(struct cx *cx, int64_t order, struct shipment **list,
    size_t *n)
{
	return db_list(cx, SQL_SHIPMENT_LIST_ORDER, shipment_fields, list, n,
	    V(order));
}

enum err
shipment_numbers(struct cx *cx, struct shipment *s)
{
	struct number_row *rows;
	size_t n, i;
	enum err e;

	e = db_list(cx, SQL_PARCEL_LIST, number_row_fields, &rows, &n,
	    V(s->id));
	if (e != OK)
		return e;
	s->numbers = arena_alloc(cx->mem, (n + 1) * sizeof(*s->numbers));
	s->nnumbers = n;
	for (i = 0; i < n; i++)
		s->numbers[i] = rows[i].number;
	return OK;
}

enum err
shipment_lines(struct cx *cx, int64_t id, struct ship_line **list, size_t *n)
{
	return db_list(cx, SQL_SHIPMENT_LINE_LIST, line_fields, list, n, V(id));
}

enum err
shipment_fulfillments(struct cx *cx, int64_t id, struct ship_fulfillment **list,
    size_t *n)
{
	return db_list(cx, SQL_SHIPMENT_FULFILLMENT_LIST, fulfillment_fields,
	    list, n, V(id));
}

/* --- making --- */

struct pick { /* what goes into it */
	int64_t line, quantity;
};

struct add {
	const struct shipment_in *in;
	struct order order;
	struct courier courier;
	struct left *left;
	size_t nleft;
	struct pick *picks;
	size_t npicks;
	struct shipment *out;
	bool fresh;
};

static int64_t
rest(const struct left *l)
{
	return l->planned < l->current_quantity
	    ? l->current_quantity - l->planned
	    : 0;
}

static enum err
pick_all(struct cx *cx, struct add *a)
{
	size_t i;

	for (i = 0; i < a->nleft; i++) {
		if (!a->left[i].requires_shipping || rest(&a->left[i]) == 0)
			continue;
		a->picks[a->npicks++] =
		    (struct pick){ a->left[i].id, rest(&a->left[i]) };
	}
	if (a->npicks > 0)
		return OK;
	return cx_fail_code(cx, ERR_CONFLICT, "nothing_left",
	    "Every line of order %s that is to be sent is in a shipment",
	    a->order.name);
}

static enum err
pick_one(struct cx *cx, struct add *a, size_t i)
{
	const struct ship_line_in *in = &a->in->lines[i];
	struct left *l = NULL;
	int64_t id = 0;
	size_t j;

	text_to_int(in->line_id, 1, INT64_MAX, &id);
	for (j = 0; j < a->nleft && l == NULL; j++) {
		if (a->left[j].id == id)
			l = &a->left[j];
	}
	if (l == NULL)
		return cx_fail_code(cx, ERR_INPUT, "line_not_in_order",
		    "lines[%zu].line_id: %.20s is not a line of order %s", i,
		    in->line_id, a->order.name);
	for (j = 0; j < a->npicks; j++) {
		if (a->picks[j].line == id)
			return cx_fail_code(cx, ERR_INPUT, "bad_input",
			    "lines[%zu].line_id: it is there twice", i);
	}
	if (in->quantity > rest(l))
		return cx_fail_code(cx, ERR_INPUT, "quantity_over_left",
		    "lines[%zu].quantity: %" PRId64 " wanted, but of line "
		    "%" PRId64 " (%.100s) %" PRId64 " of %" PRId64 " is left",
		    i, in->quantity, id, l->title, rest(l),
		    l->current_quantity);
	a->picks[a->npicks++] = (struct pick){ id, in->quantity };
	return OK;
}

static enum err
pick(struct cx *cx, struct add *a)
{
	size_t i;
	enum err e;

	e = shipment_left(cx, a->order.id, &a->left, &a->nleft);
	if (e != OK)
		return e;
	a->npicks = 0;
	a->picks = arena_alloc(cx->mem,
	    (a->nleft + a->in->nlines + 1) * sizeof(*a->picks));
	if (a->in->nlines == 0)
		return pick_all(cx, a);
	for (i = 0; i < a->in->nlines; i++) {
		if ((e = pick_one(cx, a, i)) != OK)
			return e;
	}
	return OK;
}

/* All that can be wrong, before anything is written. */
static enum err
check(struct cx *cx, struct add *a)
{
	const struct shipment_in *in = a->in;
	enum err e;

	e = tracking_check(cx, in->tracking_numbers, in->ntracking_numbers);
	if (e != OK)
		return e;
	if (in->courier != NULL &&
	    (e = courier_find(cx, in->courier, &a->courier)) != OK)
		return e;
	if (a->order.cancelled_at != 0)
		return cx_fail_code(cx, ERR_CONFLICT, "order_cancelled",
		    "Order %s was cancelled in the store", a->order.name);
	if ((e = shipment_conflict_check(cx, a->order.id, a->order.name)) != OK)
		return e;
	return pick(cx, a);
}

static enum err
insert(struct cx *cx, struct add *a, bool notify)
{
	struct row_id row;
	char id[27];
	size_t i;
	enum err e;

	id_new(cx, id);
	id[PUBLIC_ID] = '\0';
	e = db_one(cx, SQL_SHIPMENT_INSERT, ship_id_field, &row,
	    V((const char *)id), V(a->order.id), V(a->order.channel), V(notify),
	    V(a->in->key), V(cx->now));
	for (i = 0; e == OK && i < a->npicks; i++)
		e = db_exec(cx, SQL_SHIPMENT_LINE_INSERT, V(row.id),
		    V(a->picks[i].line), V(a->picks[i].quantity));
	if (e != OK)
		return e;
	*a->out = (struct shipment){ 0 };
	return db_one(cx, SQL_SHIPMENT_FIND_ID, shipment_fields, a->out,
	    V(row.id));
}

static enum err
notifies(struct cx *cx, const struct add *a, bool *notify)
{
	struct connector c;
	enum err e;

	*notify = a->in->notify > 0;
	if (a->in->notify >= 0 || a->order.connector == 0)
		return OK;
	e = connector_find_id(cx, a->order.connector, &c);
	if (e == OK)
		*notify = c.notify_customer;
	return e;
}

static enum err
made(struct cx *cx, struct add *a)
{
	struct tracking t = { .numbers = a->in->tracking_numbers,
		.n = a->in->ntracking_numbers,
		.at = cx->now,
		.key = "" };
	int64_t pieces = 0;
	bool changed;
	size_t i;
	enum err e;

	if (a->in->courier != NULL)
		t.courier = &a->courier;
	for (i = 0; i < a->npicks; i++)
		pieces += a->picks[i].quantity;
	if ((e = shipment_set_tracking(cx, a->out, &t, &changed)) != OK)
		return e;
	/* What carriers say is ordered by its own time: this is no news. */
	a->out->tracking_at = 0;
	if ((e = shipment_store(cx, a->out)) != OK ||
	    (e = shipment_basis_set(cx, a->order.id)) != OK ||
	    (e = shipment_follow(cx, a->order.id)) != OK)
		return e;
	return shipment_tell(cx, a->out,
	    &(struct ship_word){
		.level = "info",
		.step = "shipment.created",
		.text = arena_printf(cx->mem,
		    "%s was made: %" PRId64 " piece%s of %zu line%s.",
		    shipment_called(cx, a->out), pieces, pieces == 1 ? "" : "s",
		    a->npicks, a->npicks == 1 ? "" : "s"),
	    });
}

enum err
shipment_add_in(struct cx *cx, const struct shipment_in *in,
    struct shipment *out, bool *fresh)
{
	struct add a = { .in = in, .out = out };
	bool notify = false;
	enum err e;

	*fresh = false;
	if ((e = shipment_lock(cx, in->order)) != OK ||
	    (e = order_find(cx, in->order, &a.order)) != OK)
		return e;
	if (in->key != NULL) {
		*out = (struct shipment){ 0 };
		e = db_one(cx, SQL_SHIPMENT_FIND_KEY, shipment_fields, out,
		    V(in->order), V(in->key));
		if (e != ERR_MISSING)
			return e == OK ? shipment_numbers(cx, out) : e;
	}
	if ((e = check(cx, &a)) != OK ||
	    (e = notifies(cx, &a, &notify)) != OK ||
	    (e = insert(cx, &a, notify)) != OK || (e = made(cx, &a)) != OK)
		return e;
	*fresh = true;
	return OK;
}

static enum err
add_body(struct cx *cx, void *arg)
{
	struct add *a = arg;

	return shipment_add_in(cx, a->in, a->out, &a->fresh);
}

enum err
shipment_add(struct cx *cx, const struct shipment_in *in, struct shipment *out,
    bool *fresh)
{
	struct shipment s;
	struct add a = { .in = in, .out = &s };
	enum err e;

	if ((e = db_tx(cx, add_body, &a)) != OK)
		return e;
	*out = s;
	*fresh = a.fresh;
	return OK;
}
