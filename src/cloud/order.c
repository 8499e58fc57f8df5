/*
 * order.c - reading orders.
 */
#include "cloud/order.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "base/when.h"
#include "cloud/shipment_order.h"
#include "db/db.h"
#include "gen/sql.h"
#include "queue/event.h"

const struct field order_fields[] = {
	F_INT(struct order, id, 1, INT64_MAX),
	F_INT(struct order, channel, 1, INT64_MAX),
	F_INT(struct order, connector, 0, INT64_MAX),
	F_TEXT_OPT(struct order, connector_public, 32),
	F_TEXT(struct order, external_id, 1, 19),
	F_TEXT(struct order, name, 1, 255),
	F_TEXT(struct order, status, 1, 32),
	F_TEXT(struct order, currency, 3, 3),
	F_TEXT(struct order, total, 1, 23),
	F_TEXT_OPT(struct order, country, 2),
	F_TEXT_OPT(struct order, destination, 500),
	F_TEXT_OPT(struct order, shipping_preference, 255),
	F_TEXT(struct order, flags, 2, 1000),
	F_INT(struct order, nlines, 0, 1000),
	F_WHEN(struct order, placed_at),
	F_WHEN(struct order, created_at),
	F_WHEN(struct order, updated_at),
	F_WHEN(struct order, cancelled_at),
	F_WHEN(struct order, imported_at),
	F_WHEN(struct order, ship_by),
	F_TEXT(struct order, digest, 64, 64),
	F_INT(struct order, changed, 0, 1),
	F_TEXT_OPT(struct order, changed_what, 500),
	F_TEXT_OPT(struct order, sync_state, 16),
	F_TEXT_OPT(struct order, sync_code, 48),
	F_TEXT_OPT(struct order, sync_reason, 500),
	F_TEXT_OPT(struct order, job, 36),
	F_END,
};

static const struct field line_fields[] = {
	F_INT(struct order_line, id, 1, INT64_MAX),
	F_TEXT(struct order_line, external_id, 1, 19),
	F_TEXT_OPT(struct order_line, sku, 255),
	F_TEXT_OPT(struct order_line, gtin, 255),
	F_TEXT(struct order_line, title, 0, 2048),
	F_INT(struct order_line, quantity, 0, 1000000),
	F_INT(struct order_line, current_quantity, 0, 1000000),
	F_INT(struct order_line, requires_shipping, 0, 1),
	F_TEXT(struct order_line, unit_value, 1, 23),
	F_END,
};

struct named {
	int64_t id;
	const char *name;
};
static const struct field named_fields[] = {
	F_INT(struct named, id, 1, INT64_MAX),
	F_TEXT(struct named, name, 1, 255),
	F_END,
};

struct whole {
	const char *document;
};
static const struct field whole_fields[] = {
	F_TEXT(struct whole, document, 2, INT64_MAX),
	F_END,
};

enum err
order_find(struct cx *cx, int64_t id, struct order *o)
{
	enum err e;

	*o = (struct order){ 0 };
	e = db_one(cx, SQL_ORDER_FIND, order_fields, o, V(id));
	if (e == ERR_MISSING)
		return cx_fail(cx, e, "There is no such order");
	return e;
}

enum err
order_lines(struct cx *cx, int64_t id, struct order_line **lines, size_t *n)
{
	return db_list(cx, SQL_ORDER_LINE_LIST, line_fields, lines, n, V(id));
}

enum err
order_document(struct cx *cx, int64_t id, const char **text)
{
	struct whole w;
	enum err e;

	if ((e = db_one(cx, SQL_ORDER_DOCUMENT, whole_fields, &w, V(id))) == OK)
		*text = w.document;
	return e;
}

enum err
order_named(struct cx *cx, int64_t channel, const char *external_id,
    int64_t *id, const char **name)
{
	struct named r = { 0 };
	enum err e;

	e = db_one(cx, SQL_ORDER_NAME_FIND, named_fields, &r, V(channel),
	    V(external_id));
	if (e != OK && e != ERR_MISSING)
		return e;
	*id = r.id;
	*name = r.name;
	return OK;
}

struct dating {
	const struct order *o;
	int64_t ship_by;
};

static enum err
set_ship_by(struct cx *cx, void *arg)
{
	const struct dating *d = arg;
	enum err e;

	e = db_exec(cx, SQL_ORDER_SET_SHIP_BY, V(d->o->id), V(d->ship_by));
	if (e != OK)
		return e;
	return event_add(cx,
	    &(struct event){
		.tenant = d->o->connector,
		.level = "info",
		.step = "order.ship_by",
		.order_id = d->o->external_id,
		.order_name = d->o->name,
		.text = d->ship_by == 0
		    ? "The latest shipping date was taken away."
		    : arena_printf(cx->mem,
			  "The latest shipping date was set: %s.",
			  when_write(cx->mem, d->ship_by)),
		.origin = "cloud",
	    });
}

enum err
order_set_ship_by(struct cx *cx, struct order *o, int64_t ship_by)
{
	struct dating d = { o, ship_by };
	enum err e;

	if ((e = db_tx(cx, set_ship_by, &d)) == OK)
		o->ship_by = ship_by;
	return e;
}

enum err
order_mark(struct cx *cx, int64_t channel, const char *external_id,
    const char *step, const char *what)
{
	const char *name;
	int64_t id;
	enum err e;

	if (text_equal(step, "order.changed"))
		return db_exec(cx, SQL_ORDER_MARK_CHANGED, V(channel),
		    V(external_id), V(what));
	if (!text_equal(step, "order.cancelled"))
		return OK;
	e = db_exec(cx, SQL_ORDER_MARK_CANCELLED, V(channel), V(external_id),
	    V(cx->now));
	if (e != OK ||
	    (e = order_named(cx, channel, external_id, &id, &name)) != OK)
		return e;
	return id == 0 ? OK : shipment_order_changed(cx, id);
}
