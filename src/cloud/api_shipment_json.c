/*
 * api_shipment_json.c - a shipment, and an order's conflict, as JSON.
 */
#include "cloud/api_shipment.h"

#include <string.h>

#include "base/text.h"
#include "cloud/api_edge.h"
#include "cloud/carrier_event.h"
#include "cloud/courier.h"
#include "cloud/shipment.h"
#include "cloud/shipment_order.h"

enum { EVENTS_MAX = 200 };

static struct json *
courier_json(struct cx *cx, const struct shipment *s)
{
	struct json *o;

	if (s->courier == 0)
		return json_new_null(cx);
	o = json_new_object(cx);
	json_set_text(cx, o, "code", s->courier_code);
	json_set_text(cx, o, "name", s->courier_name);
	return o;
}

static struct json *
tracking_json(struct cx *cx, const struct shipment *s)
{
	struct json *list = json_new_array(cx), *o;
	size_t i;

	for (i = 0; i < s->nnumbers; i++) {
		o = json_new_object(cx);
		json_set_text(cx, o, "number", s->numbers[i]);
		json_set_text(cx, o, "url",
		    courier_page(cx, s->courier_url, s->numbers[i]));
		json_push(list, o);
	}
	return list;
}

static struct json *
store_json(struct cx *cx, const struct shipment *s)
{
	struct json *o = json_new_object(cx);

	json_set_text(cx, o, "state", s->store_state);
	json_set_int(cx, o, "revision", s->revision);
	json_set_int(cx, o, "sent_revision", s->sent_revision);
	json_set_when(cx, o, "at", s->store_at);
	json_set_text(cx, o, "code", s->store_code);
	json_set_text(cx, o, "reason", s->store_reason);
	json_set_text(cx, o, "next", s->store_next);
	json_set_when(cx, o, "retry_at", s->store_retry_at);
	return o;
}

struct json *
shipment_json(struct cx *cx, const struct shipment *s)
{
	struct json *j = json_new_object(cx), *order = json_new_object(cx);

	json_set_id(cx, order, "id", s->order_id);
	json_set_text(cx, order, "external_id", s->order_external);
	json_set_text(cx, order, "number", s->order_name);
	json_set_text(cx, j, "id", s->public_id);
	json_set(j, "order", order);
	json_set_text(cx, j, "connector", s->connector_public);
	json_set_id(cx, j, "channel", s->channel);
	json_set_text(cx, j, "state", s->state);
	json_set_bool(cx, j, "on_hold", s->hold);
	json_set(j, "courier", courier_json(cx, s));
	json_set(j, "tracking", tracking_json(cx, s));
	json_set_bool(cx, j, "notify_customer", s->notify_customer);
	json_set_when(cx, j, "created_at", s->created_at);
	json_set_when(cx, j, "shipped_at", s->shipped_at);
	json_set_when(cx, j, "delivered_at", s->delivered_at);
	json_set(j, "store", store_json(cx, s));
	return j;
}

static enum err
lines_json(struct cx *cx, const struct shipment *s, struct json *into)
{
	struct json *list = json_new_array(cx), *o;
	struct ship_line *lines;
	size_t n, i;
	enum err e;

	if ((e = shipment_lines(cx, s->id, &lines, &n)) != OK)
		return e;
	for (i = 0; i < n; i++) {
		o = json_new_object(cx);
		json_set_id(cx, o, "line_id", lines[i].id);
		json_set_text(cx, o, "external_id", lines[i].external_id);
		json_set_text(cx, o, "sku", lines[i].sku);
		json_set_text(cx, o, "title", lines[i].title);
		json_set_int(cx, o, "quantity", lines[i].quantity);
		json_push(list, o);
	}
	json_set(into, "lines", list);
	return OK;
}

static enum err
fulfillments_json(struct cx *cx, const struct shipment *s, struct json *store)
{
	struct json *list = json_new_array(cx), *o;
	struct ship_fulfillment *f;
	size_t n, i;
	enum err e;

	if ((e = shipment_fulfillments(cx, s->id, &f, &n)) != OK)
		return e;
	for (i = 0; i < n; i++) {
		o = json_new_object(cx);
		json_set_text(cx, o, "id", f[i].external_id);
		json_set_text(cx, o, "location", f[i].location);
		json_set_bool(cx, o, "adopted", f[i].adopted);
		json_set_when(cx, o, "at", f[i].made_at);
		json_set_raw(cx, o, "lines", f[i].lines);
		json_push(list, o);
	}
	json_set(store, "fulfillments", list);
	return OK;
}

static enum err
events_json(struct cx *cx, const struct shipment *s, struct json *into)
{
	struct json *list = json_new_array(cx), *o;
	struct carrier_event *ev;
	size_t n, i;
	enum err e;

	if ((e = carrier_event_list(cx, s->id, EVENTS_MAX, &ev, &n)) != OK)
		return e;
	for (i = 0; i < n; i++) {
		o = json_new_object(cx);
		json_set_text(cx, o, "id", ev[i].ext_id);
		json_set_text(cx, o, "source", ev[i].source);
		json_set_text(cx, o, "kind", ev[i].kind);
		json_set_when(cx, o, "happened_at", ev[i].happened_at);
		json_set_text(cx, o, "message", ev[i].message);
		json_set_text(cx, o, "state", ev[i].state);
		json_set_text(cx, o, "code", ev[i].code);
		json_set_text(cx, o, "reason", ev[i].reason);
		json_set_text(cx, o, "next", ev[i].next);
		json_set_when(cx, o, "sent_at", ev[i].sent_at);
		json_push(list, o);
	}
	json_set(into, "events", list);
	return OK;
}

enum err
shipment_full_json(struct cx *cx, struct shipment *s, struct json **out)
{
	struct json *j;
	enum err e;

	if ((e = shipment_numbers(cx, s)) != OK)
		return e;
	j = shipment_json(cx, s);
	if ((e = lines_json(cx, s, j)) != OK ||
	    (e = fulfillments_json(cx, s, json_get(j, "store"))) != OK ||
	    (e = events_json(cx, s, j)) != OK)
		return e;
	*out = j;
	return OK;
}

/* --- the order's side --- */

static struct json *
side_json(struct cx *cx, const char *text)
{
	struct json *j = NULL, *out = json_new_object(cx), *lines, *o, *q;
	const char *id;
	size_t i;

	if (text == NULL || json_parse(cx, text, strlen(text), &j) != OK)
		return json_new_null(cx);
	lines = json_new_array(cx);
	json_set(out, "cancelled", json_get(j, "cancelled"));
	for (i = 0; (id = json_key(json_get(j, "lines"), i, &q)) != NULL; i++) {
		o = json_new_object(cx);
		json_set_text(cx, o, "line_id", id);
		json_set(o, "quantity", q);
		json_push(lines, o);
	}
	json_set(out, "lines", lines);
	return out;
}

static struct json *
conflict_json(struct cx *cx, const struct conflict *c)
{
	static const char *const names[] = { "keep", "cancel", "adapt" };
	struct json *o = json_new_object(cx), *list = json_new_array(cx);
	size_t i;

	for (i = 0; i < 3; i++)
		json_push(list, json_new_text(cx, names[i]));
	json_set_when(cx, o, "since", c->since);
	json_set_text(cx, o, "what", c->what);
	json_set(o, "ours", side_json(cx, c->basis));
	json_set(o, "theirs", side_json(cx, c->theirs));
	json_set(o, "choices", list);
	return o;
}

enum err
order_shipments_json(struct cx *cx, int64_t order, struct json *into)
{
	struct json *list = json_new_array(cx), *o;
	struct conflict c;
	struct shipment *s;
	size_t n, i;
	enum err e;

	if ((e = shipment_of_order(cx, order, &s, &n)) != OK)
		return e;
	for (i = 0; i < n; i++) {
		if ((e = shipment_full_json(cx, &s[i], &o)) != OK)
			return e;
		json_push(list, o);
	}
	json_set(into, "shipments", list);
	e = shipment_conflict_find(cx, order, &c);
	if (e != OK && e != ERR_MISSING)
		return e;
	json_set(into, "conflict",
	    e == OK && c.since != 0 ? conflict_json(cx, &c)
				    : json_new_null(cx));
	return OK;
}
