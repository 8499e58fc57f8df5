/*
 * api_order.c - orders (doc/openapi.yaml).
 */
#include "cloud/api_edge.h"

#include <inttypes.h>

#include "base/arena.h"
#include "base/text.h"
#include "cloud/api_shipment.h"
#include "cloud/connector.h"
#include "cloud/cursor.h"
#include "cloud/order.h"
#include "cloud/summary.h"
#include "cloud/zone.h"
#include "queue/event.h"

enum { TIMELINE_MAX = 200 };

static const char *const statuses[] = { "placed", "partial", "total", NULL };
static const char *const states[] = { "syncing", "synced", "error", NULL };

struct json *
order_json(struct cx *cx, const struct order *o)
{
	struct json *j = json_new_object(cx);

	json_set_id(cx, j, "id", o->id);
	json_set_text(cx, j, "external_id", o->external_id);
	json_set_text(cx, j, "number", o->name);
	json_set_text(cx, j, "connector", o->connector_public);
	json_set_id(cx, j, "channel", o->channel);
	json_set_text(cx, j, "status", o->status);
	json_set_text(cx, j, "state", o->sync_state);
	json_set_text(cx, j, "code", o->sync_code);
	json_set_text(cx, j, "reason", o->sync_reason);
	json_set_text(cx, j, "job", o->job);
	json_set_bool(cx, j, "changed_in_store", o->changed);
	json_set_bool(cx, j, "cancelled", o->cancelled_at != 0);
	json_set_raw(cx, j, "flags", o->flags);
	json_set_when(cx, j, "placed_at", o->placed_at);
	json_set_when(cx, j, "imported_at", o->imported_at);
	json_set_when(cx, j, "updated_at", o->updated_at);
	json_set_when(cx, j, "latest_shipping_date", o->ship_by);
	json_set_text(cx, j, "country", o->country);
	json_set_text(cx, j, "destination", o->destination);
	json_set_text(cx, j, "currency", o->currency);
	json_set_text(cx, j, "total", o->total);
	json_set_int(cx, j, "lines_count", o->nlines);
	return j;
}

/* Whose days "today" and "tomorrow" are. */
static enum err
zone_read(struct cx *cx, const struct request *rq, const struct zone **z)
{
	const char *name = query_get(rq, "zone");

	*z = name ? zone_find(name) : &zones[0];
	if (*z == NULL)
		return cx_fail_code(cx, ERR_INPUT, "bad_input",
		    "query zone: not one of the zones doc/openapi.yaml names");
	return OK;
}

static enum err
filter_read(struct cx *cx, const struct request *rq, struct order_filter *f)
{
	const char *due = NULL;
	struct connector c;
	enum err e;

	*f = (struct order_filter){ .q = query_get(rq, "q") };
	if ((e = query_word(cx, rq, "due", due_words + 1, &due)) != OK ||
	    (e = zone_read(cx, rq, &f->zone)) != OK ||
	    (e = query_word(cx, rq, "status", statuses, &f->status)) != OK ||
	    (e = query_word(cx, rq, "state", states, &f->state)) != OK ||
	    (e = query_connector(cx, rq, &c)) != OK)
		return e;
	if (f->q != NULL && text_count(f->q) > 100)
		return cx_fail_code(cx, ERR_INPUT, "bad_input",
		    "query q: longer than 100 characters");
	f->channel = c.id == 0 ? 0 : c.channel ? c.channel : -1;
	while (due != NULL && !text_equal(due_words[f->due], due))
		f->due++;
	if (order_list_is_by_date(f))
		return cursor_read_pair(cx, query_get(rq, "cursor"),
		    &f->after_date, &f->after_id);
	return cursor_read_id(cx, query_get(rq, "cursor"), &f->before);
}

static enum err
get_orders(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct json *items = json_new_array(cx);
	struct order_filter f;
	struct order_page page;
	const struct order *last;
	const char *next = NULL;
	int64_t limit;
	size_t i;
	enum err e;

	if ((e = page_limit(cx, rq, &limit)) != OK ||
	    (e = filter_read(cx, rq, &f)) != OK)
		return e;
	f.limit = limit;
	if ((e = order_list(cx, &f, &page)) != OK)
		return e;
	for (i = 0; i < page.n; i++)
		json_push(items, order_json(cx, &page.list[i]));
	if (page.rest > 0 && order_list_is_by_date(&f)) {
		last = &page.list[page.n - 1];
		next = cursor_write_pair(cx, last->ship_by, last->id);
	} else if (page.rest > 0) {
		next = cursor_write_id(cx, page.rest);
	}
	reply_page(cx, rp, items, next);
	return OK;
}

static struct json *
line_json(struct cx *cx, const struct order_line *l)
{
	struct json *o = json_new_object(cx);

	json_set_id(cx, o, "id", l->id);
	json_set_text(cx, o, "external_id", l->external_id);
	json_set_text(cx, o, "sku", l->sku);
	json_set_text(cx, o, "gtin", l->gtin);
	json_set_text(cx, o, "title", l->title);
	json_set_int(cx, o, "quantity", l->quantity);
	json_set_int(cx, o, "current_quantity", l->current_quantity);
	json_set_bool(cx, o, "requires_shipping", l->requires_shipping);
	json_set_text(cx, o, "unit_value", l->unit_value);
	return o;
}

static enum err
lines_json(struct cx *cx, int64_t id, struct json **out)
{
	struct order_line *lines;
	size_t n, i;
	enum err e;

	if ((e = order_lines(cx, id, &lines, &n)) != OK)
		return e;
	*out = json_new_array(cx);
	for (i = 0; i < n; i++)
		json_push(*out, line_json(cx, &lines[i]));
	return OK;
}

/* Is a line of that tenant about this order?  The order's own connector, one
   that served its store before (replaced or deleted since), but none that
   serves another store: ids are unique within a store only. */
static enum err
is_of(struct cx *cx, const struct order *o, int64_t tenant, bool *yes)
{
	struct connector c;
	enum err e;

	*yes = true;
	if (tenant == o->connector)
		return OK;
	e = connector_find_id(cx, tenant, &c);
	if (e == OK)
		*yes = c.channel == 0 || c.channel == o->channel;
	return e == ERR_MISSING ? OK : e;
}

struct story {
	const struct order *order;
	int64_t at, id; /* before this; 0: from the top */
	int64_t limit;  /* lines */
	struct json *items;
	const char *next; /* cursor, or NULL */
};

/* The lines of both programs about it, newest first. */
static enum err
story_read(struct cx *cx, struct story *s)
{
	struct event_story f = { s->order->external_id, s->at, s->id,
		s->limit + 1 };
	struct connector_name *names;
	struct event *list;
	int64_t tenant = -1;
	size_t n, nnames, i;
	bool ours = false;
	enum err e;

	s->items = json_new_array(cx);
	if ((e = connector_names(cx, &names, &nnames)) != OK ||
	    (e = event_list_story(cx, &f, &list, &n)) != OK)
		return e;
	for (i = 0; i < n && i < (size_t)s->limit; i++) {
		if (list[i].tenant != tenant) {
			tenant = list[i].tenant;
			e = is_of(cx, s->order, tenant, &ours);
			if (e != OK)
				return e;
		}
		if (ours)
			json_push(s->items,
			    log_line_json(cx, &list[i], names, nnames));
	}
	if (n > (size_t)s->limit)
		s->next = cursor_write_pair(cx, list[s->limit - 1].at,
		    list[s->limit - 1].id);
	return OK;
}

static enum err
get_timeline(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct order o;
	struct story s = { .order = &o };
	enum err e;

	if ((e = page_limit(cx, rq, &s.limit)) != OK ||
	    (e = cursor_read_pair(cx, query_get(rq, "cursor"), &s.at, &s.id)) !=
		OK ||
	    (e = order_find(cx, path_int(rq, "id"), &o)) != OK ||
	    (e = story_read(cx, &s)) != OK)
		return e;
	reply_page(cx, rp, s.items, s.next);
	return OK;
}

/* The newest of them, oldest first. */
static enum err
timeline_json(struct cx *cx, const struct order *o, struct json **out)
{
	struct story s = { .order = o, .limit = TIMELINE_MAX };
	size_t i;
	enum err e;

	if ((e = story_read(cx, &s)) != OK)
		return e;
	*out = json_new_array(cx);
	for (i = json_count(s.items); i-- > 0;)
		json_push(*out, json_at(s.items, i));
	return OK;
}

static enum err
get_order(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct json *j, *lines, *timeline;
	const char *document;
	struct order o;
	enum err e;

	if ((e = order_find(cx, path_int(rq, "id"), &o)) != OK ||
	    (e = order_document(cx, o.id, &document)) != OK ||
	    (e = lines_json(cx, o.id, &lines)) != OK ||
	    (e = timeline_json(cx, &o, &timeline)) != OK)
		return e;
	j = order_json(cx, &o);
	json_set_text(cx, j, "shipping_preference", o.shipping_preference);
	json_set(j, "lines", lines);
	json_set_raw(cx, j, "document", document);
	json_set(j, "timeline", timeline);
	if ((e = order_shipments_json(cx, o.id, j)) != OK)
		return e;
	reply_json(cx, rp, j);
	return OK;
}

static struct json *
hours_json(struct cx *cx, const struct summary *s)
{
	struct json *list = json_new_array(cx), *o;
	int i;

	for (i = 0; i < SUMMARY_HOURS; i++) {
		o = json_new_object(cx);
		json_set_when(cx, o, "at", s->hours[i].at);
		json_set_int(cx, o, "imported", s->hours[i].imported);
		json_set_int(cx, o, "shipped", s->hours[i].shipped);
		json_push(list, o);
	}
	return list;
}

static enum err
get_summary(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct json *j = json_new_object(cx), *due = json_new_object(cx);
	const struct zone *zone;
	struct summary s;
	enum err e;

	if ((e = zone_read(cx, rq, &zone)) != OK ||
	    (e = summary_read(cx, zone, &s)) != OK)
		return e;
	json_set_int(cx, due, "late", s.late);
	json_set_int(cx, due, "today", s.today);
	json_set_int(cx, due, "tomorrow", s.tomorrow);
	json_set_int(cx, due, "later", s.later);
	json_set_int(cx, due, "none", s.none);
	json_set_int(cx, due, "managed", s.managed);
	json_set(j, "due", due);
	json_set_int(cx, j, "errors", s.errors);
	json_set_int(cx, j, "held", s.held);
	json_set_int(cx, j, "refused", s.refused);
	json_set_int(cx, j, "dead", s.dead);
	json_set_int(cx, j, "disconnected", s.disconnected);
	json_set(j, "hours", hours_json(cx, &s));
	reply_json(cx, rp, j);
	return OK;
}

const struct route cloud_order_routes[] = {
	{ GET, "/api/v1/summary", "viewer", get_summary },
	{ GET, "/api/v1/orders", "viewer", get_orders },
	{ GET, "/api/v1/orders/{id}", "viewer", get_order },
	{ GET, "/api/v1/orders/{id}/timeline", "viewer", get_timeline },
	{ 0 },
};
