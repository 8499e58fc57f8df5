/*
 * order_import.c - a stored document becomes an order, once.
 *
 * Shops repeat themselves: one order may reach us by webhook, by pull and by
 * hand at the same moment.  The unique name (channel, external_id) decides
 * which import makes it; the others find it and compare revisions.  Order,
 * lines, log line, what the store is to know and the job that tells it are one
 * transaction with the end of the waiting document.
 */
#include "cloud/order.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/text.h"
#include "base/when.h"
#include "cloud/order_sync.h"
#include "cloud/order_word.h"
#include "cloud/ship_rule.h"
#include "cloud/shipment_order.h"
#include "db/db.h"
#include "gen/sql.h"
#include "queue/event.h"

struct head { /* what we hold of it */
	int64_t id, updated_at, cancelled_at, redacted_at;
	const char *digest;
};
static const struct field head_fields[] = {
	F_INT(struct head, id, 1, INT64_MAX),
	F_WHEN(struct head, updated_at),
	F_TEXT(struct head, digest, 64, 64),
	F_WHEN(struct head, cancelled_at),
	F_WHEN(struct head, redacted_at),
	F_END,
};

struct redacted {
	int64_t at;
};
static const struct field redacted_fields[] = {
	F_WHEN(struct redacted, at),
	F_END,
};

/* The document, read into what the row holds. */
struct shape {
	const char *currency, *total, *country, *destination, *preference;
	const char *flags, *customer, *search, *lines;
	int64_t nlines, placed_at, created_at, cancelled_at;
};

struct import {
	int64_t incoming;
	struct incoming in;
	const struct json *doc;
	struct shape s;
	int64_t ship_by; /* ms it must have left by; 0: no date */
	enum import_end end;
};

static const char *
joined(struct cx *cx, const char *const *parts, size_t n, const char *sep)
{
	struct buf b = buf_new(cx->mem);
	size_t i;

	for (i = 0; i < n; i++) {
		if (text_is_empty(parts[i]))
			continue;
		if (b.n > 0)
			buf_text(&b, sep);
		buf_text(&b, parts[i]);
	}
	return b.n > 0 ? b.p : NULL;
}

/* "Giulia Rossi, 10121 Torino" */
static const char *
destination(struct cx *cx, const struct json *address)
{
	const char *place[] = { json_get_text(address, "zip"),
		json_get_text(address, "city") };
	const char *all[] = { json_get_text(address, "name"),
		joined(cx, place, 2, " ") };
	const char *text = joined(cx, all, 2, ", ");

	return text == NULL ? NULL : text_cut(cx->mem, text, 500);
}

/* What a person may type to find it, lower case, one a line. */
static const char *
search(struct cx *cx, const struct json *doc)
{
	const struct json *a = json_get(doc, "shipping_address");
	const struct json *lines = json_get(doc, "lines");
	const char *parts[] = { json_get_text(doc, "name"),
		json_get_text(doc, "id"), json_get_text(doc, "email"),
		json_get_text(a, "name"), json_get_text(a, "city"),
		json_get_text(json_get(doc, "customer"), "first_name"),
		json_get_text(json_get(doc, "customer"), "last_name") };
	struct buf b = buf_new(cx->mem);
	const char *sku;
	size_t i;

	buf_text(&b, joined(cx, parts, sizeof(parts) / sizeof(*parts), "\n"));
	for (i = 0; i < json_count(lines); i++) {
		sku = json_get_text(json_at(lines, i), "sku");
		if (sku != NULL)
			buf_printf(&b, "\n%s", sku);
	}
	return text_lower_ascii(cx->mem, b.p);
}

static const char *
barcode(const struct json *doc, const char *line)
{
	const struct json *list = json_path(doc, "enrichment.lines");
	size_t i;

	for (i = 0; i < json_count(list); i++) {
		if (text_equal(json_get_text(json_at(list, i), "id"), line))
			return json_get_text(json_at(list, i), "barcode");
	}
	return NULL;
}

static struct json *
line_of(struct cx *cx, const struct json *doc, const struct json *line)
{
	struct json *o = json_new_object(cx);
	const char *id = json_get_text(line, "id");

	json_set_text(cx, o, "id", id);
	json_set_text(cx, o, "sku", json_get_text(line, "sku"));
	json_set_text(cx, o, "gtin", barcode(doc, id));
	json_set_text(cx, o, "title", json_get_text(line, "name"));
	json_set_int(cx, o, "quantity",
	    json_int(json_get(line, "quantity"), 0));
	json_set_int(cx, o, "current_quantity",
	    json_int(json_get(line, "current_quantity"), 0));
	json_set_int(cx, o, "requires_shipping",
	    json_bool(json_get(line, "requires_shipping"), false));
	json_set_text(cx, o, "unit_value",
	    json_get_text(json_get(line, "unit_price"), "shop"));
	return o;
}

/* All lines as one JSON text: one statement stores them, 1,000 too. */
static const char *
lines_text(struct cx *cx, const struct json *doc)
{
	const struct json *lines = json_get(doc, "lines");
	struct json *out = json_new_array(cx);
	size_t i;

	for (i = 0; i < json_count(lines); i++)
		json_push(out, line_of(cx, doc, json_at(lines, i)));
	return json_write(cx, out);
}

static int64_t
instant(const struct json *doc, const char *name)
{
	const char *s = json_get_text(doc, name);
	int64_t ms = 0;

	return s != NULL && when_read(s, &ms) ? ms : 0;
}

static struct shape
shape_of(struct cx *cx, const struct json *doc)
{
	const struct json *a = json_get(doc, "shipping_address");
	const struct json *way = json_at(json_get(doc, "shipping_lines"), 0);

	return (struct shape){
		.currency = json_get_text(doc, "currency"),
		.total = json_text(json_path(doc, "totals.total.shop")),
		.country = json_get_text(a, "country_code"),
		.destination = destination(cx, a),
		.preference = json_get_text(way, "title"),
		.flags = json_write(cx, json_get(doc, "flags")),
		.customer = json_text(json_path(doc, "customer.id")),
		.search = search(cx, doc),
		.lines = lines_text(cx, doc),
		.nlines = (int64_t)json_count(json_get(doc, "lines")),
		.placed_at = instant(doc, "processed_at"),
		.created_at = instant(doc, "created_at"),
		.cancelled_at = instant(doc, "cancelled_at"),
	};
}

/* --- the ends of an import --- */

static enum err
tell(struct cx *cx, const struct import *im, const char *step, const char *text)
{
	return event_add(cx,
	    &(struct event){
		.tenant = im->in.connector,
		.level = "info",
		.step = step,
		.job = im->in.job,
		.order_id = im->in.external_id,
		.order_name = im->in.name,
		.text = text,
		.origin = "cloud",
	    });
}

/* The store is to know; the document waits no longer. */
static enum err
settle(struct cx *cx, struct import *im, const struct order_sync *how,
    enum import_end end)
{
	struct order_sync s = *how;
	enum err e;

	s.id = im->in.external_id;
	s.job = im->in.job;
	im->end = end;
	if ((e = order_sync_set(cx, im->in.channel, &s, true)) != OK ||
	    (e = order_sync_owe(cx, im->in.channel)) != OK)
		return e;
	return db_exec(cx, SQL_INCOMING_DROP, V(im->in.id));
}

static enum err
lines_set(struct cx *cx, const struct import *im, int64_t order)
{
	enum err e;

	if ((e = db_exec(cx, SQL_ORDER_LINE_RESET, V(order))) != OK)
		return e;
	return db_exec(cx, SQL_ORDER_LINE_SET_ALL, V(order), V(im->s.lines));
}

static enum err
insert(struct cx *cx, struct import *im, struct head *h)
{
	const struct incoming *in = &im->in;
	const struct shape *s = &im->s;
	enum err e;

	e = ship_rule_date(cx, in->connector, s->placed_at, &im->ship_by);
	if (e != OK)
		return e;
	return db_one(cx, SQL_ORDER_INSERT, head_fields, h, V(in->channel),
	    V(in->external_id), V(in->connector), V(in->name), V(s->currency),
	    V(s->total), V(s->country), V(s->destination), V(s->preference),
	    V(s->flags), V(s->nlines), V(s->customer), V(s->placed_at),
	    V(s->created_at), V(in->updated_at), V(s->cancelled_at), V(cx->now),
	    V(in->digest), V(im->ship_by), V(s->search), V(in->document));
}

static enum err
imported(struct cx *cx, struct import *im, const struct head *h)
{
	enum err e;

	if ((e = lines_set(cx, im, h->id)) != OK ||
	    (e = order_word_set(cx, h->id, im->s.search)) != OK ||
	    (e = event_name_order(cx, im->in.connector, im->in.external_id,
		 im->in.name)) != OK)
		return e;
	e = tell(cx, im, "order.imported",
	    arena_printf(cx->mem,
		"Order %s is in the Cloud App: %" PRId64 " line%s, %s %s.",
		im->in.name, im->s.nlines, im->s.nlines == 1 ? "" : "s",
		im->s.total, im->s.currency));
	if (e != OK)
		return e;
	return settle(cx, im, &(struct order_sync){ .state = "synced" },
	    IMPORT_NEW);
}

static enum err
cancelled_tell(struct cx *cx, const struct import *im, const struct head *h)
{
	if (im->s.cancelled_at == 0 || h->cancelled_at != 0)
		return OK;
	return tell(cx, im, "order.cancelled",
	    arena_printf(cx->mem,
		"Order %s was cancelled in the store: what is not yet "
		"shipped is held.",
		im->in.name));
}

static enum err
updated(struct cx *cx, struct import *im, const struct head *h)
{
	const struct incoming *in = &im->in;
	const struct shape *s = &im->s;
	enum err e;

	e = db_exec(cx, SQL_ORDER_SET, V(h->id), V(in->connector), V(in->name),
	    V(s->currency), V(s->total), V(s->country), V(s->destination),
	    V(s->preference), V(s->flags), V(s->nlines), V(s->customer),
	    V(s->placed_at), V(s->created_at), V(in->updated_at),
	    V(s->cancelled_at), V(in->digest), V(s->search), V(in->document));
	if (e != OK || (e = lines_set(cx, im, h->id)) != OK ||
	    (e = order_word_set(cx, h->id, s->search)) != OK ||
	    (e = cancelled_tell(cx, im, h)) != OK ||
	    (e = shipment_order_changed(cx, h->id)) != OK)
		return e;
	e = tell(cx, im, "order.updated",
	    arena_printf(cx->mem,
		"Order %s was updated: %" PRId64 " line%s, %s %s.", in->name,
		s->nlines, s->nlines == 1 ? "" : "s", s->total, s->currency));
	if (e != OK)
		return e;
	return settle(cx, im, &(struct order_sync){ .state = "synced" },
	    IMPORT_UPDATED);
}

static enum err
unchanged(struct cx *cx, struct import *im, const struct head *h)
{
	enum err e;

	/* The revision moves on, or a late document of the time between would
	   pass for newer. */
	e = db_exec(cx, SQL_ORDER_TOUCH, V(h->id), V(im->in.updated_at));
	if (e != OK)
		return e;
	e = tell(cx, im, "order.unchanged",
	    arena_printf(cx->mem,
		"Order %s came again with the same content: nothing changed.",
		im->in.name));
	if (e != OK)
		return e;
	return settle(cx, im,
	    &(struct order_sync){
		.state = "synced",
		.code = "unchanged",
		.reason = "The Cloud App holds the order with the same "
			  "content already.",
	    },
	    IMPORT_UNCHANGED);
}

static enum err
stale(struct cx *cx, struct import *im)
{
	enum err e;

	e = tell(cx, im, "order.stale",
	    arena_printf(cx->mem,
		"Order %s came with older content than what we hold: it was "
		"not taken.",
		im->in.name));
	if (e != OK)
		return e;
	return settle(cx, im,
	    &(struct order_sync){
		.state = "synced",
		.code = "stale",
		.reason = "The content sent was older than what the Cloud App "
			  "holds, so it was not taken.",
	    },
	    IMPORT_STALE);
}

static enum err
refused(struct cx *cx, struct import *im)
{
	enum err e;

	e = tell(cx, im, "order.redacted",
	    arena_printf(cx->mem,
		"Order %s was not taken: its personal data were erased on "
		"request.",
		im->in.name));
	if (e != OK)
		return e;
	return settle(cx, im,
	    &(struct order_sync){
		.state = "error",
		.code = "redacted",
		.reason = "The order's personal data were erased on request; "
			  "it cannot come back.",
	    },
	    IMPORT_REDACTED);
}

/* --- deciding --- */

static enum err
is_redacted(struct cx *cx, const struct import *im, bool *yes)
{
	const char *customer = im->s.customer;
	struct redacted r;
	enum err e;

	e = db_one(cx, SQL_REDACTED_FIND, redacted_fields, &r,
	    V(im->in.channel),
	    V(arena_printf(cx->mem, "order:%s", im->in.external_id)),
	    V(arena_printf(cx->mem, "customer:%s", customer ? customer : "")),
	    V(im->s.created_at));
	if (e != OK && e != ERR_MISSING)
		return e;
	*yes = e == OK;
	return OK;
}

static enum err
decide(struct cx *cx, struct import *im)
{
	struct head h = { 0 };
	bool gone;
	enum err e;

	if ((e = is_redacted(cx, im, &gone)) != OK)
		return e;
	if (gone)
		return refused(cx, im);
	e = db_one(cx, SQL_ORDER_HEAD, head_fields, &h, V(im->in.channel),
	    V(im->in.external_id));
	if (e == ERR_MISSING) {
		e = insert(cx, im, &h);
		if (e == OK)
			return imported(cx, im, &h);
		if (e == ERR_MISSING) /* another import was first */
			e = db_one(cx, SQL_ORDER_HEAD, head_fields, &h,
			    V(im->in.channel), V(im->in.external_id));
	}
	if (e != OK)
		return e;
	if (im->in.updated_at < h.updated_at)
		return stale(cx, im);
	if (text_equal(im->in.digest, h.digest))
		return unchanged(cx, im, &h);
	return updated(cx, im, &h);
}

static enum err
import(struct cx *cx, void *arg)
{
	struct import *im = arg;
	struct json *doc;
	enum err e;

	im->in = (struct incoming){ 0 };
	e = db_one(cx, SQL_INCOMING_FIND, incoming_fields, &im->in,
	    V(im->incoming));
	if (e == ERR_MISSING) {
		im->end = IMPORT_GONE;
		return OK;
	}
	if (e != OK)
		return e;
	e = json_parse(cx, im->in.document, strlen(im->in.document), &doc);
	if (e != OK)
		return e;
	im->doc = doc;
	im->s = shape_of(cx, doc);
	return decide(cx, im);
}

enum err
order_import(struct cx *cx, int64_t incoming, enum import_end *end)
{
	struct import im = { .incoming = incoming };
	enum err e;

	if ((e = db_tx(cx, import, &im)) == OK)
		*end = im.end;
	return e;
}

enum err
order_import_failed(struct cx *cx, int64_t incoming, const char *why)
{
	struct incoming in = { 0 };
	enum err e;

	e = db_one(cx, SQL_INCOMING_FIND, incoming_fields, &in, V(incoming));
	if (e == ERR_MISSING)
		return OK;
	if (e != OK)
		return e;
	/* The document stays: redrive wants it, newer content replaces it. */
	e = order_sync_set(cx, in.channel,
	    &(struct order_sync){
		.id = in.external_id,
		.state = "error",
		.code = "import_failed",
		.reason = why,
		.job = in.job,
	    },
	    true);
	if (e != OK)
		return e;
	return order_sync_owe(cx, in.channel);
}
