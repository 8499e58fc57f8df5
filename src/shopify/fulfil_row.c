/*
 * fulfil_row.c - leases and rows of shipments and fulfilments.
 */
#include "shopify/fulfil_row.h"

#include <string.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/json.h"
#include "base/text.h"
#include "base/when.h"
#include "db/db.h"
#include "gen/sql.h"
#include "shopify/shop.h"

enum { JSON_MAX = 1000000, WAIT_MS = 2000, KEEP_DAYS = 90 };

/* --- the lease --- */

static enum err
busy(struct cx *cx, const char *order)
{
	return cx_busy(cx, WAIT_MS,
	    "order %s: another shipment of it is being told to the store",
	    order);
}

enum err
fulfil_lease_take(struct cx *cx, struct fulfil_lease *l)
{
	char uuid[37];
	int64_t ours;
	enum err e;

	env_uuid(cx->env, uuid);
	l->owner = arena_text(cx->mem, uuid);
	if ((e = db_now(cx, &l->now)) != OK)
		return e;
	e = db_change(cx, SQL_FULFIL_LEASE, &ours, V(l->shop), V(l->order),
	    V(l->owner), V(l->now + FULFIL_LEASE_MS), V(l->now));
	if (e != OK || ours == 1)
		return e;
	return busy(cx, l->order);
}

enum err
fulfil_lease_renew(struct cx *cx, struct fulfil_lease *l)
{
	int64_t ours;
	enum err e;

	if ((e = db_now(cx, &l->now)) != OK)
		return e;
	e = db_change(cx, SQL_FULFIL_RENEW, &ours, V(l->shop), V(l->order),
	    V(l->owner), V(l->now + FULFIL_LEASE_MS));
	if (e != OK || ours == 1)
		return e;
	return busy(cx, l->order);
}

/* Failing is no harm: it ends by itself. */
void
fulfil_lease_drop(struct cx *cx, const struct fulfil_lease *l)
{
	struct cx side;

	cx_child(&side, cx);
	(void)db_exec(&side, SQL_FULFIL_RENEW, V(l->shop), V(l->order),
	    V(l->owner), V(0));
	cx_done(&side);
}

/* --- lists in columns --- */

const char *
fulfil_lines_json(struct cx *cx, const struct fulfil_line *lines, size_t n)
{
	struct json *list = json_new_array(cx), *o;
	size_t i;

	for (i = 0; i < n; i++) {
		o = json_new_object(cx);
		json_set_text(cx, o, "id", lines[i].id);
		json_set_int(cx, o, "quantity", lines[i].quantity);
		json_push(list, o);
	}
	return json_write(cx, list);
}

const char *
fulfil_texts_json(struct cx *cx, const char *const *texts, size_t n)
{
	struct json *list = json_new_array(cx);
	size_t i;

	for (i = 0; i < n; i++)
		json_push(list, json_new_text(cx, texts[i]));
	return json_write(cx, list);
}

static const char *
numbers_json(struct cx *cx, const struct fulfil_in *in)
{
	struct json *list = json_new_array(cx), *o;
	size_t i;

	for (i = 0; i < in->nnumbers; i++) {
		o = json_new_object(cx);
		json_set_text(cx, o, "number", in->numbers[i].number);
		json_set_text(cx, o, "url", in->numbers[i].url);
		json_push(list, o);
	}
	return json_write(cx, list);
}

static enum err
list_read(struct cx *cx, const char *text, struct json **out)
{
	if (json_parse(cx, text, strlen(text), out) == OK)
		return OK;
	return cx_fail(cx, ERR_BUG, "a list of ours cannot be read");
}

static enum err
lines_read(struct cx *cx, const char *text, struct fulfil_line **out, size_t *n)
{
	struct json *list, *o;
	struct fulfil_line *lines;
	size_t i;
	enum err e;

	if ((e = list_read(cx, text, &list)) != OK)
		return e;
	*n = json_count(list);
	lines = arena_alloc(cx->mem, (*n + 1) * sizeof(*lines));
	for (i = 0; i < *n; i++) {
		o = json_at(list, i);
		lines[i].id = json_get_text(o, "id");
		lines[i].quantity = json_int(json_get(o, "quantity"), 0);
	}
	*out = lines;
	return OK;
}

enum err
fulfil_ship_lines(struct cx *cx, const struct fulfil_ship *s,
    struct fulfil_line **out, size_t *n)
{
	return lines_read(cx, s->lines, out, n);
}

enum err
fulfil_ship_numbers(struct cx *cx, const struct fulfil_ship *s,
    struct fulfil_number **out, size_t *n)
{
	struct json *list;
	struct fulfil_number *numbers;
	size_t i;
	enum err e;

	if ((e = list_read(cx, s->tracking, &list)) != OK)
		return e;
	*n = json_count(list);
	numbers = arena_alloc(cx->mem, (*n + 1) * sizeof(*numbers));
	for (i = 0; i < *n; i++) {
		numbers[i].number = json_get_text(json_at(list, i), "number");
		numbers[i].url = json_get_text(json_at(list, i), "url");
	}
	*out = numbers;
	return OK;
}

/* --- shipments --- */

static const struct field ship_fields[] = {
	F_INT(struct fulfil_ship, id, 1, INT64_MAX),
	F_INT(struct fulfil_ship, shop, 1, INT64_MAX),
	F_TEXT(struct fulfil_ship, shipment, 1, 64),
	F_TEXT(struct fulfil_ship, order_id, 1, 19),
	F_INT(struct fulfil_ship, revision, 1, INT64_MAX),
	F_TEXT(struct fulfil_ship, lines, 2, JSON_MAX),
	F_TEXT_OPT(struct fulfil_ship, company, 255),
	F_TEXT(struct fulfil_ship, tracking, 2, JSON_MAX),
	F_INT(struct fulfil_ship, notify, 0, 1),
	F_TEXT(struct fulfil_ship, state, 1, 16),
	F_TEXT_OPT(struct fulfil_ship, code, 48),
	F_TEXT_OPT(struct fulfil_ship, reason, 500),
	F_TEXT_OPT(struct fulfil_ship, next, 500),
	F_END,
};

enum err
fulfil_ship_find(struct cx *cx, int64_t shop, const char *shipment,
    struct fulfil_ship *s)
{
	memset(s, 0, sizeof(*s));
	return db_one(cx, SQL_FULFIL_SHIP_FIND, ship_fields, s, V(shop),
	    V(shipment));
}

static enum err
correct(struct cx *cx, const struct fulfil_in *in, bool any,
    const struct fulfil_ship *s)
{
	const char *lines =
	    any ? s->lines : fulfil_lines_json(cx, in->lines, in->nlines);

	if (in->revision <= s->revision)
		return OK;
	return db_exec(cx, SQL_FULFIL_SHIP_SET, V(s->id), V(in->revision),
	    V(lines), V(in->company), V(numbers_json(cx, in)), V(in->notify),
	    V(cx->now));
}

struct taking {
	const struct shop *shop;
	const struct fulfil_in *in;
	bool any;
	struct fulfil_ship *out;
};

static enum err
take(struct cx *cx, void *arg)
{
	struct taking *t = arg;
	const struct fulfil_in *in = t->in;
	enum err e;

	e = db_exec(cx, SQL_FULFIL_SHIP_INSERT, V(t->shop->id), V(in->id),
	    V(in->order), V(in->revision),
	    V(fulfil_lines_json(cx, in->lines, in->nlines)), V(in->company),
	    V(numbers_json(cx, in)), V(in->notify), V(cx->now));
	if (e == OK)
		e = fulfil_ship_find(cx, t->shop->id, in->id, t->out);
	if (e == OK)
		e = correct(cx, in, t->any, t->out);
	if (e == OK)
		e = fulfil_ship_find(cx, t->shop->id, in->id, t->out);
	return e;
}

enum err
fulfil_ship_take(struct cx *cx, const struct shop *shop,
    const struct fulfil_in *in, bool any, struct fulfil_ship *out)
{
	struct taking t = { shop, in, any, out };

	return db_tx(cx, take, &t);
}

/* --- fulfilments --- */

static const struct field part_fields[] = {
	F_INT(struct fulfil, id, 1, INT64_MAX),
	F_INT(struct fulfil, ship, 1, INT64_MAX),
	F_TEXT_OPT(struct fulfil, location, 19),
	F_TEXT(struct fulfil, lines, 2, JSON_MAX),
	F_TEXT(struct fulfil, state, 1, 16),
	F_TEXT_OPT(struct fulfil, external, 19),
	F_INT(struct fulfil, adopted, 0, 1),
	F_INT(struct fulfil, revision, 0, INT64_MAX),
	F_TEXT(struct fulfil, numbers, 2, JSON_MAX),
	F_INT(struct fulfil, tracking_until, 0, INT64_MAX),
	F_INT(struct fulfil, aired_at, 0, INT64_MAX),
	F_INT(struct fulfil, air_until, 0, INT64_MAX),
	F_END,
};

static enum err
part_read(struct cx *cx, struct fulfil *f)
{
	struct json *list;
	size_t i;
	enum err e;

	if ((e = lines_read(cx, f->lines, &f->line, &f->nlines)) != OK ||
	    (e = list_read(cx, f->numbers, &list)) != OK)
		return e;
	f->nnumbers = json_count(list);
	f->number = arena_alloc(cx->mem, (f->nnumbers + 1) * sizeof(char *));
	for (i = 0; i < f->nnumbers; i++)
		f->number[i] = json_text(json_at(list, i));
	return OK;
}

static enum err
parts_read(struct cx *cx, struct fulfil *list, size_t n)
{
	enum err e = OK;
	size_t i;

	for (i = 0; e == OK && i < n; i++)
		e = part_read(cx, &list[i]);
	return e;
}

enum err
fulfil_list(struct cx *cx, int64_t ship, struct fulfil **list, size_t *n)
{
	enum err e =
	    db_list(cx, SQL_FULFIL_LIST, part_fields, list, n, V(ship));

	return e == OK ? parts_read(cx, *list, *n) : e;
}

enum err
fulfil_list_order(struct cx *cx, int64_t shop, const char *order,
    struct fulfil **list, size_t *n)
{
	enum err e = db_list(cx, SQL_FULFIL_LIST_ORDER, part_fields, list, n,
	    V(shop), V(order));

	return e == OK ? parts_read(cx, *list, *n) : e;
}

/* --- carriers' words --- */

enum err
fulfil_event_list(struct cx *cx, int64_t ship, const char *event,
    struct fulfil_event **list, size_t *n)
{
	static const struct field fields[] = {
		F_INT(struct fulfil_event, id, 1, INT64_MAX),
		F_INT(struct fulfil_event, ship, 1, INT64_MAX),
		F_TEXT(struct fulfil_event, event, 1, 64),
		F_TEXT(struct fulfil_event, external, 1, 19),
		F_TEXT(struct fulfil_event, status, 1, 32),
		F_INT(struct fulfil_event, happened_at, 0, INT64_MAX),
		F_TEXT(struct fulfil_event, state, 1, 16),
		F_TEXT_OPT(struct fulfil_event, code, 48),
		F_TEXT_OPT(struct fulfil_event, reason, 500),
		F_INT(struct fulfil_event, aired_at, 0, INT64_MAX),
		F_INT(struct fulfil_event, air_until, 0, INT64_MAX),
		F_END,
	};

	return db_list(cx, SQL_FULFIL_EVENT_LIST, fields, list, n, V(ship),
	    V(event));
}

/* --- the end --- */

enum err
fulfil_trim(struct cx *cx, int64_t shop)
{
	int64_t old = cx->now - KEEP_DAYS * DAY_MS;
	enum err e;

	e = db_exec(cx, SQL_FULFIL_SHIP_TRIM, V(shop), V(old));
	if (e == OK)
		e = db_exec(cx, SQL_FULFIL_TRIM);
	if (e == OK)
		e = db_exec(cx, SQL_FULFIL_EVENT_TRIM);
	if (e == OK)
		e = db_exec(cx, SQL_FULFIL_LEASE_TRIM, V(shop), V(old));
	return e;
}
