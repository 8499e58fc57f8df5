/*
 * shipment_csv_row.c - what one line of a CSV file says, made so.
 *
 * Everything that can be refused is, before anything of the line is written:
 * a line never counts in part.
 */
#include "cloud/shipment_csv.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "base/when.h"
#include "cloud/courier.h"
#include "cloud/csv.h"
#include "cloud/shipment_row.h"
#include "db/db.h"
#include "gen/sql.h"
#include "queue/row.h"

const char *const csv_column_names[CSV_COLUMNS] = {
	[CSV_ORDER] = "order number",
	[CSV_SHIPMENT] = "shipment",
	[CSV_COURIER] = "courier",
	[CSV_TRACKING] = "tracking",
	[CSV_SHIPPED_AT] = "shipped_at",
	[CSV_DELIVERED_AT] = "delivered_at",
	[CSV_SHOP] = "shop",
	[CSV_IGNORED] = "",
};

static const struct {
	const char *name;
	enum csv_column column;
} also[] = {
	{ "order", CSV_ORDER },
	{ "order_number", CSV_ORDER },
	{ "numero ordine", CSV_ORDER },
	{ "corriere", CSV_COURIER },
	{ "tracking number", CSV_TRACKING },
	{ "tracking_number", CSV_TRACKING },
	{ "tracking numbers", CSV_TRACKING },
	{ "tracking_numbers", CSV_TRACKING },
	{ "shipped at", CSV_SHIPPED_AT },
	{ "delivered at", CSV_DELIVERED_AT },
	{ "state", CSV_IGNORED },
	{ "store", CSV_IGNORED },
};

enum csv_column
csv_column_read(struct cx *cx, const char *name)
{
	const char *key = text_lower_ascii(cx->mem, name);
	size_t i;

	for (i = 0; i < CSV_IGNORED; i++) {
		if (text_equal(key, csv_column_names[i]))
			return (enum csv_column)i;
	}
	for (i = 0; i < sizeof(also) / sizeof(also[0]); i++) {
		if (text_equal(key, also[i].name))
			return also[i].column;
	}
	return CSV_COLUMNS;
}

/* A line, read. */
struct row {
	const char *order, *shipment, *courier, *shop;
	const char **numbers;
	size_t nnumbers;
	int64_t shipped_at, delivered_at; /* ms; 0: not said */
	struct shipment *target;          /* NULL: to be made */
	int64_t order_id;
};

static enum err
time_read(struct cx *cx, const char *name, const char *text, int64_t *ms)
{
	if (text_is_empty(text))
		return OK;
	if (!when_read(text, ms) || *ms <= 0)
		return cx_fail_code(cx, ERR_INPUT, "bad_time",
		    "%s: not a time with date, hour and zone, like "
		    "2026-11-23T10:00:00+01:00",
		    name);
	return past_check(cx, name, *ms);
}

static size_t
numbers_read(struct cx *cx, const char *text, const char ***out)
{
	char *copy = arena_text(cx->mem, text), *p, **pieces;
	size_t n, i;

	for (p = copy; *p != '\0'; p++) {
		if (strchr(",;|\t\r\n", *p) != NULL)
			*p = ' ';
	}
	n = text_split(cx->mem, copy, ' ', &pieces);
	*out = arena_alloc(cx->mem, (n + 1) * sizeof(**out));
	for (i = 0; i < n; i++)
		(*out)[i] = pieces[i];
	return n;
}

static const char *
field(const struct csv_record *r, const enum csv_column *columns, size_t n,
    enum csv_column which)
{
	size_t i;

	for (i = 0; i < n && i < r->nfields; i++) {
		if (columns[i] == which && !text_is_empty(r->fields[i]))
			return r->fields[i];
	}
	return NULL;
}

static enum err
row_read(struct cx *cx, const struct csv_record *r, const enum csv_column *cs,
    size_t n, struct row *row)
{
	struct courier courier;
	enum err e;

	if (r->bad != NULL)
		return cx_fail_code(cx, ERR_INPUT, "csv_line", "The line: %s",
		    r->bad);
	if (r->nfields > n)
		return cx_fail_code(cx, ERR_INPUT, "csv_line",
		    "The line: %zu fields, but the first line names %zu "
		    "columns",
		    r->nfields, n);
	row->order = field(r, cs, n, CSV_ORDER);
	row->shipment = field(r, cs, n, CSV_SHIPMENT);
	row->courier = field(r, cs, n, CSV_COURIER);
	row->shop = field(r, cs, n, CSV_SHOP);
	if (field(r, cs, n, CSV_TRACKING) != NULL)
		row->nnumbers = numbers_read(cx, field(r, cs, n, CSV_TRACKING),
		    &row->numbers);
	if ((e = time_read(cx, "shipped_at", field(r, cs, n, CSV_SHIPPED_AT),
		 &row->shipped_at)) != OK ||
	    (e = time_read(cx, "delivered_at",
		 field(r, cs, n, CSV_DELIVERED_AT), &row->delivered_at)) !=
		OK ||
	    (e = tracking_check(cx, row->numbers, row->nnumbers)) != OK)
		return e;
	return row->courier ? courier_find(cx, row->courier, &courier) : OK;
}

static enum err
row_check(struct cx *cx, const struct row *row)
{
	if (row->order == NULL && row->shipment == NULL)
		return cx_fail_code(cx, ERR_INPUT, "csv_line",
		    "order number: empty");
	if (row->shipped_at == 0 && row->delivered_at == 0 &&
	    row->courier == NULL && row->nnumbers == 0)
		return cx_fail_code(cx, ERR_INPUT, "csv_line",
		    "The line says nothing of the order: no courier, tracking, "
		    "shipped_at or delivered_at");
	if (row->shipped_at != 0 && row->delivered_at != 0 &&
	    row->delivered_at < row->shipped_at)
		return cx_fail_code(cx, ERR_INPUT, "delivered_before_shipped",
		    "delivered_at: it is before shipped_at");
	return OK;
}

/* --- which shipment --- */

static enum err
shops_called(struct cx *cx, const char *shop, struct number **ids, size_t *n)
{
	return db_list(cx, SQL_CHANNEL_CALLED, number_field, ids, n,
	    V(text_lower_ascii(cx->mem, text_trim(cx->mem, shop))));
}

static enum err
shop_find(struct cx *cx, const char *shop, int64_t *channel)
{
	struct number *ids;
	size_t n;
	enum err e;

	if ((e = shops_called(cx, shop, &ids, &n)) != OK)
		return e;
	if (n == 0)
		return cx_fail_code(cx, ERR_INPUT, "unknown_shop",
		    "shop: there is no store %.100s; give a connector's label "
		    "or a shop's domain",
		    shop);
	if (n > 1)
		return cx_fail_code(cx, ERR_INPUT, "shop_ambiguous",
		    "shop: several stores are called %.100s; give the shop's "
		    "domain",
		    shop);
	*channel = ids[0].n;
	return OK;
}

static enum err
order_of_shop(struct cx *cx, struct row *row)
{
	struct number *ids;
	int64_t channel;
	size_t n;
	enum err e;

	if ((e = shop_find(cx, row->shop, &channel)) != OK)
		return e;
	e = db_list(cx, SQL_SHIPMENT_ORDER_IN, number_field, &ids, &n,
	    V(channel), V(row->order),
	    V(arena_printf(cx->mem, "#%s", row->order)));
	if (e != OK)
		return e;
	if (n == 0)
		return cx_fail_code(cx, ERR_INPUT, "unknown_order",
		    "order number: the store %.100s has no order %.40s",
		    row->shop, row->order);
	if (n > 1)
		return cx_fail_code(cx, ERR_INPUT, "shipment_ambiguous",
		    "order number: the store %.100s has several orders %.40s; "
		    "name the shipment in a column \"shipment\"",
		    row->shop, row->order);
	row->order_id = ids[0].n;
	return OK;
}

static enum err
order_find_named(struct cx *cx, struct row *row)
{
	struct number *ids;
	size_t n;
	enum err e;

	if (row->shop != NULL)
		return order_of_shop(cx, row);
	e = db_list(cx, SQL_SHIPMENT_ORDER_NAMED, number_field, &ids, &n,
	    V(row->order), V(arena_printf(cx->mem, "#%s", row->order)));
	if (e != OK)
		return e;
	if (n == 0)
		return cx_fail_code(cx, ERR_INPUT, "unknown_order",
		    "order number: there is no order %.40s", row->order);
	if (n > 1)
		return cx_fail_code(cx, ERR_INPUT, "order_ambiguous",
		    "order number: several stores have an order %.40s; name "
		    "the store in a column \"shop\"",
		    row->order);
	row->order_id = ids[0].n;
	return OK;
}

static bool
is_open(const struct shipment *s)
{
	enum ship_state state = ship_state_read(s->state);

	return state == SHIP_CREATED || state == SHIP_CONFIRMED;
}

static bool
shares_number(const struct row *row, const struct shipment *s)
{
	size_t i, j;

	for (i = 0; i < row->nnumbers; i++) {
		for (j = 0; j < s->nnumbers; j++) {
			if (text_equal(row->numbers[i], s->numbers[j]))
				return true;
		}
	}
	return false;
}

struct found {
	struct shipment *with_number, *open, *any;
	size_t nwith, nopen, nany;
};

static enum err
look(struct cx *cx, const struct row *row, struct found *f)
{
	struct shipment *list;
	size_t n, i;
	enum err e;

	e = shipment_of_order(cx, row->order_id, &list, &n);
	for (i = 0; e == OK && i < n; i++) {
		if (ship_state_read(list[i].state) == SHIP_CANCELLED)
			continue;
		if ((e = shipment_numbers(cx, &list[i])) != OK)
			return e;
		f->any = &list[i];
		f->nany++;
		if (shares_number(row, &list[i])) {
			f->with_number = &list[i];
			f->nwith++;
		}
		if (is_open(&list[i])) {
			f->open = &list[i];
			f->nopen++;
		}
	}
	return e;
}

static enum err
ambiguous(struct cx *cx, const struct row *row)
{
	return cx_fail_code(cx, ERR_INPUT, "shipment_ambiguous",
	    "Order %.40s has several shipments this could mean; name one in a "
	    "column \"shipment\"",
	    row->order);
}

static enum err
target_find(struct cx *cx, struct row *row)
{
	struct found f = { 0 };
	enum err e;

	if ((e = look(cx, row, &f)) != OK)
		return e;
	if (f.nwith > 1 || (f.nwith == 0 && f.nopen > 1))
		return ambiguous(cx, row);
	row->target = f.nwith == 1 ? f.with_number : f.open;
	if (row->target != NULL)
		return OK;
	if (row->nnumbers == 0 && f.nany > 1)
		return ambiguous(cx, row);
	if (row->nnumbers == 0 && f.nany == 1)
		row->target = f.any;
	if (row->target != NULL || row->shipped_at != 0 ||
	    row->delivered_at == 0)
		return OK;
	return cx_fail_code(cx, ERR_CONFLICT, "not_shipped",
	    "Order %.40s has no shipment%s that could be delivered", row->order,
	    row->nnumbers > 0 ? " with this tracking number" : "");
}

/* A shop that is not known says nothing against it. */
static enum err
shop_check(struct cx *cx, const struct row *row, const struct shipment *s)
{
	struct number *ids;
	size_t n, i;
	enum err e;

	if (row->shop == NULL)
		return OK;
	if ((e = shops_called(cx, row->shop, &ids, &n)) != OK || n == 0)
		return e;
	for (i = 0; i < n; i++) {
		if (ids[i].n == s->channel)
			return OK;
	}
	return cx_fail_code(cx, ERR_INPUT, "shipment_of_another_shop",
	    "shipment: it belongs to a store that is not %.100s", row->shop);
}

static enum err
target_named(struct cx *cx, struct row *row)
{
	struct shipment *s = arena_alloc(cx->mem, sizeof(*s));
	enum err e;

	if ((e = shipment_find(cx, row->shipment, s)) != OK ||
	    (e = shipment_numbers(cx, s)) != OK)
		return e;
	if (row->order != NULL && !text_equal(row->order, s->order_name) &&
	    !text_equal(row->order, s->order_name + 1))
		return cx_fail_code(cx, ERR_INPUT, "shipment_of_another_order",
		    "shipment: it belongs to order %s", s->order_name);
	if ((e = shop_check(cx, row, s)) != OK)
		return e;
	row->target = s;
	return OK;
}

/* --- making it so --- */

static enum err
act(struct cx *cx, const struct row *row, enum ship_verb verb, bool *changed)
{
	struct ship_act a = { .id = row->target->public_id, .verb = verb };
	struct shipment s;
	bool did;
	enum err e;

	if (verb != VERB_DELIVER) {
		a.courier = row->courier;
		a.numbers = row->numbers;
		a.nnumbers = row->nnumbers;
	}
	if (verb == VERB_SHIP)
		a.at = row->shipped_at;
	if (verb == VERB_DELIVER)
		a.at = row->delivered_at;
	if ((e = shipment_act_in(cx, &a, &s, &did)) == OK)
		*changed |= did;
	return e;
}

/* Deliver must not be refused once the verb before it was done. */
static enum err
deliver_check(struct cx *cx, const struct row *row)
{
	enum ship_state to, from = ship_state_read(row->target->state);

	if (row->delivered_at == 0 || (is_open(row->target) && row->shipped_at))
		return OK;
	if (ship_move(from, VERB_DELIVER, &to) == MOVE_NO)
		return cx_fail_code(cx, ERR_CONFLICT,
		    is_open(row->target) ? "not_shipped" : "wrong_state",
		    "%s is %s: it cannot be delivered. %s",
		    shipment_called(cx, row->target), row->target->state,
		    ship_next(from));
	if (row->delivered_at < row->target->shipped_at)
		return cx_fail_code(cx, ERR_INPUT, "delivered_before_shipped",
		    "delivered_at: it is before the shipment was shipped, %s",
		    when_write(cx->mem, row->target->shipped_at));
	return OK;
}

static enum err
make(struct cx *cx, struct row *row, bool *changed)
{
	struct shipment_in in = { .order = row->order_id,
		.courier = row->courier,
		.tracking_numbers = row->numbers,
		.ntracking_numbers = row->nnumbers,
		.notify = -1 };
	struct shipment *s = arena_alloc(cx->mem, sizeof(*s));
	bool fresh;
	enum err e;

	if ((e = shipped_check(cx, row->order_id, row->shipped_at)) != OK ||
	    (e = shipment_add_in(cx, &in, s, &fresh)) != OK)
		return e;
	*changed = true;
	row->target = s;
	return OK;
}

enum err
shipment_csv_row(struct cx *cx, const struct csv_record *r,
    const enum csv_column *columns, size_t n, bool *changed)
{
	struct row row = { 0 };
	enum err e;

	*changed = false;
	if ((e = row_read(cx, r, columns, n, &row)) != OK ||
	    (e = row_check(cx, &row)) != OK)
		return e;
	if (row.shipment != NULL)
		e = target_named(cx, &row);
	else if ((e = order_find_named(cx, &row)) == OK)
		e = target_find(cx, &row);
	if (e != OK)
		return e;
	if (row.target == NULL)
		e = make(cx, &row, changed);
	else
		e = deliver_check(cx, &row);
	if (e == OK && row.shipped_at != 0)
		e = act(cx, &row, VERB_SHIP, changed);
	else if (e == OK && (row.courier != NULL || row.nnumbers > 0))
		e = act(cx, &row, VERB_TRACK, changed);
	if (e == OK && row.delivered_at != 0)
		e = act(cx, &row, VERB_DELIVER, changed);
	return e;
}
