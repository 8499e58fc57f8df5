/*
 * sim_fulfil.c - fulfilment orders, fulfilments and events of one order.
 */
#include "lib/sim_fulfil.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/text.h"
#include "base/when.h"
#include "lib/test.h"

/* --- what people do --- */

struct store_fo *
store_fo_add(struct store *s, int64_t location)
{
	struct store_fo *fo = &s->fos[s->nfos++];

	assert_true(s->nfos <= STORE_FOS);
	memset(fo, 0, sizeof(*fo));
	fo->id = s->next_id++;
	snprintf(fo->status, sizeof(fo->status), "OPEN");
	fo->can = true;
	fo->location = location;
	return fo;
}

void
store_line_add(struct store_fo *fo, int64_t id, int quantity)
{
	assert_true(fo->nlines < STORE_LINES);
	fo->lines[fo->nlines++] = (struct store_line){ id, quantity, quantity };
}

static void
close_fo(struct store_fo *fo)
{
	int left = 0;
	size_t i;

	for (i = 0; i < fo->nlines; i++)
		left += fo->lines[i].left;
	snprintf(fo->status, sizeof(fo->status), "%s",
	    left > 0 ? "IN_PROGRESS" : "CLOSED");
	fo->can = left > 0;
}

static struct store_made *
make(struct store *s, int64_t location)
{
	struct store_made *m = &s->made[s->nmade++];

	assert_true(s->nmade <= STORE_MADE);
	memset(m, 0, sizeof(*m));
	m->id = s->next_id++;
	m->location = location;
	m->created_at = s->sim->now_ms / 1000 * 1000;
	return m;
}

struct store_made *
store_ship_by_hand(struct store *s, struct store_fo *fo, const char *number)
{
	struct store_made *m = make(s, fo->location);
	size_t i;

	for (i = 0; i < fo->nlines; i++) {
		m->lines[m->nlines++] = (struct store_line){ fo->lines[i].id,
			fo->lines[i].left, 0 };
		fo->lines[i].left = 0;
	}
	if (number != NULL)
		snprintf(m->numbers[m->nnumbers++], 40, "%s", number);
	close_fo(fo);
	return m;
}

/* --- what is asked --- */

int
store_shipped(const struct store *s, int64_t line)
{
	int n = 0;
	size_t i, k;

	for (i = 0; i < s->nmade; i++) {
		if (s->made[i].cancelled)
			continue;
		for (k = 0; k < s->made[i].nlines; k++)
			if (s->made[i].lines[k].id == line)
				n += s->made[i].lines[k].left;
	}
	return n;
}

int
store_events(const struct store *s, const char *status)
{
	int n = 0;
	size_t i, k;

	for (i = 0; i < s->nmade; i++)
		for (k = 0; k < s->made[i].nevents; k++)
			n += strcmp(s->made[i].events[k].status, status) == 0;
	return n;
}

/* --- reading --- */

static struct json *
gid(struct cx *cx, const char *kind, int64_t id)
{
	struct json *j = json_new_object(cx);

	json_set_text(cx, j, "id",
	    arena_printf(cx->mem, "gid://shopify/%s/%" PRId64, kind, id));
	return j;
}

static struct json *
connection(struct cx *cx, struct json *nodes, bool more)
{
	struct json *c = json_new_object(cx), *info = json_new_object(cx);

	json_set_bool(cx, info, "hasNextPage", more);
	json_set(c, "pageInfo", info);
	json_set(c, "nodes", nodes);
	return c;
}

static struct json *
under(struct cx *cx, const char *key, struct json *value)
{
	struct json *j = json_new_object(cx);

	json_set(j, key, value);
	return j;
}

static struct json *
fo_json(struct cx *cx, const struct store_fo *fo, size_t first)
{
	struct json *j = gid(cx, "FulfillmentOrder", fo->id), *n;
	struct json *nodes = json_new_array(cx), *list = json_new_array(cx);
	size_t i;

	for (i = 0; i < fo->nlines && i < first; i++) {
		n = gid(cx, "FulfillmentOrderLineItem",
		    fo->id * 100 + (int64_t)i);
		json_set_int(cx, n, "remainingQuantity", fo->lines[i].left);
		json_set(n, "lineItem", gid(cx, "LineItem", fo->lines[i].id));
		json_push(nodes, n);
	}
	json_set_text(cx, j, "status", fo->status);
	json_set_text(cx, j, "requestStatus", "UNSUBMITTED");
	json_set_text(cx, j, "fulfillAt", "2026-12-24T10:00:00Z");
	if (fo->can)
		json_push(list,
		    under(cx, "action",
			json_new_text(cx, "CREATE_FULFILLMENT")));
	json_set(j, "supportedActions", list);
	list = json_new_array(cx);
	if (strcmp(fo->status, "ON_HOLD") == 0)
		json_push(list,
		    under(cx, "displayReason",
			json_new_text(cx, "Awaiting payment")));
	json_set(j, "fulfillmentHolds", list);
	json_set(j, "assignedLocation",
	    under(cx, "location", gid(cx, "Location", fo->location)));
	json_set(j, "lineItems", connection(cx, nodes, i < fo->nlines));
	return j;
}

static struct json *
read_orders(struct store *s, struct cx *cx, const struct json *v, int64_t *cost)
{
	size_t orders = (size_t)json_int(json_get(v, "orders"), 0), i;
	size_t lines = (size_t)json_int(json_get(v, "lines"), 0);
	struct json *o, *nodes = json_new_array(cx);

	s->reads++;
	*cost = orders == 2 ? 20 : 87;
	if (s->gone)
		return under(cx, "order", json_new_null(cx));
	for (i = 0; i < s->nfos && i < orders; i++)
		json_push(nodes, fo_json(cx, &s->fos[i], lines));
	o = gid(cx, "Order", 1);
	json_set_text(cx, o, "createdAt", when_write(cx->mem, s->created_at));
	json_set_text(cx, o, "cancelledAt",
	    s->cancelled_at ? when_write(cx->mem, s->cancelled_at) : NULL);
	json_set(o, "fulfillmentOrders", connection(cx, nodes, i < s->nfos));
	return under(cx, "order", o);
}

static struct json *
made_json(struct cx *cx, const struct store_made *m)
{
	struct json *j = gid(cx, "Fulfillment", m->id), *n;
	struct json *nodes = json_new_array(cx), *t = json_new_array(cx);
	size_t i;

	for (i = 0; i < m->nnumbers; i++)
		json_push(t,
		    under(cx, "number", json_new_text(cx, m->numbers[i])));
	for (i = 0; i < m->nlines; i++) {
		n = json_new_object(cx);
		json_set_int(cx, n, "quantity", m->lines[i].left);
		json_set(n, "lineItem", gid(cx, "LineItem", m->lines[i].id));
		json_push(nodes, n);
	}
	json_set_text(cx, j, "status", m->cancelled ? "CANCELLED" : "SUCCESS");
	json_set_text(cx, j, "createdAt", when_write(cx->mem, m->created_at));
	json_set(j, "location", gid(cx, "Location", m->location));
	json_set(j, "trackingInfo", t);
	json_set(j, "fulfillmentLineItems", connection(cx, nodes, false));
	return j;
}

static struct json *
read_made(struct store *s, struct cx *cx, int64_t *cost)
{
	struct json *o = gid(cx, "Order", 1), *list = json_new_array(cx);
	size_t i;

	s->looks++;
	*cost = 20;
	for (i = 0; i < s->nmade; i++)
		json_push(list, made_json(cx, &s->made[i]));
	json_set(o, "fulfillments", list);
	return under(cx, "order", o);
}

static int64_t
id_of(const char *gid_text)
{
	const char *at = gid_text == NULL ? NULL : strrchr(gid_text, '/');

	return at == NULL ? 0 : strtoll(at + 1, NULL, 10);
}

static struct store_made *
find_made(struct store *s, const char *gid_text)
{
	size_t i;

	for (i = 0; i < s->nmade; i++)
		if (s->made[i].id == id_of(gid_text))
			return &s->made[i];
	return NULL;
}

static struct json *
read_events(struct store *s, struct cx *cx, const struct json *v, int64_t *cost)
{
	const struct json *ids = json_get(v, "ids");
	size_t first = (size_t)json_int(json_get(v, "events"), 0), i, k;
	struct json *nodes = json_new_array(cx), *j, *events, *e;
	const struct store_made *m;
	int64_t delivered;

	s->asks++;
	*cost = first == 2 ? 4 : 12;
	for (i = 0; i < json_count(ids); i++) {
		m = find_made(s, json_text(json_at(ids, i)));
		if (m == NULL) {
			json_push(nodes, json_new_null(cx));
			continue;
		}
		events = json_new_array(cx);
		delivered = 0;
		for (k = m->nevents; k-- > 0;) {
			if (strcmp(m->events[k].status, "DELIVERED") == 0)
				delivered = m->events[k].happened_at;
			if (json_count(events) == first)
				continue;
			e = json_new_object(cx);
			json_set_text(cx, e, "status", m->events[k].status);
			json_set_text(cx, e, "happenedAt",
			    when_write(cx->mem, m->events[k].happened_at));
			json_push(events, e);
		}
		j = gid(cx, "Fulfillment", m->id);
		json_set_text(cx, j, "status",
		    m->cancelled ? "CANCELLED" : "SUCCESS");
		json_set_text(cx, j, "deliveredAt",
		    delivered ? when_write(cx->mem, delivered) : NULL);
		json_set(j, "events", under(cx, "nodes", events));
		json_push(nodes, j);
	}
	return under(cx, "nodes", nodes);
}

/* --- writing --- */

static struct json *
payload(struct cx *cx, const char *field, const char *node, struct json *made,
    const char *refusal)
{
	struct json *p = json_new_object(cx), *errors = json_new_array(cx);

	if (refusal != NULL)
		json_push(errors,
		    under(cx, "message", json_new_text(cx, refusal)));
	json_set(p, node, made ? made : json_new_null(cx));
	json_set(p, "userErrors", errors);
	return under(cx, field, p);
}

static void
set_tracking(struct store_made *m, const struct json *t)
{
	const struct json *n = json_get(t, "numbers");
	const char *company = json_get_text(t, "company");
	size_t i;

	m->nnumbers = json_count(n);
	assert_true(m->nnumbers <= STORE_NUMBERS);
	for (i = 0; i < m->nnumbers; i++)
		snprintf(m->numbers[i], 40, "%s", json_text(json_at(n, i)));
	snprintf(m->company, sizeof(m->company), "%s", company ? company : "");
}

static struct store_fo *
find_fo(struct store *s, int64_t id)
{
	size_t i;

	for (i = 0; i < s->nfos; i++)
		if (s->fos[i].id == id)
			return &s->fos[i];
	return NULL;
}

/* As recorded; NULL: it may be made. */
static const char *
refusal(struct store *s, struct cx *cx, const struct json *list)
{
	const struct store_fo *fo;
	const struct json *lines;
	int64_t location = 0, item;
	size_t i, k;

	for (i = 0; i < json_count(list); i++) {
		fo = find_fo(s,
		    id_of(
			json_get_text(json_at(list, i), "fulfillmentOrderId")));
		if (fo == NULL)
			return "Fulfillment order does not exist.";
		if (location != 0 && location != fo->location)
			return "All fulfillment orders must be assigned to a "
			       "single location.";
		location = fo->location;
		if (!fo->can)
			return arena_printf(cx->mem,
			    "Fulfillment order %" PRId64
			    " has an unfulfillable status= %s.",
			    fo->id, text_lower_ascii(cx->mem, fo->status));
		lines = json_get(json_at(list, i), "fulfillmentOrderLineItems");
		for (k = 0; k < json_count(lines); k++) {
			item = id_of(json_get_text(json_at(lines, k), "id")) -
			    fo->id * 100;
			assert_true(item >= 0 && item < (int64_t)fo->nlines);
			if (json_int(json_get(json_at(lines, k), "quantity"),
				0) > fo->lines[item].left)
				return "Invalid fulfillment order line item "
				       "quantity requested.";
		}
	}
	return NULL;
}

static void
take(struct store_made *m, struct store_fo *fo, const struct json *lines)
{
	struct store_line *l;
	size_t k;
	int q;

	for (k = 0; k < json_count(lines); k++) {
		l = &fo->lines[id_of(json_get_text(json_at(lines, k), "id")) -
		    fo->id * 100];
		q = (int)json_int(json_get(json_at(lines, k), "quantity"), 0);
		l->left -= q;
		assert_true(m->nlines < STORE_LINES);
		m->lines[m->nlines++] = (struct store_line){ l->id, q, 0 };
	}
	close_fo(fo);
}

static struct json *
create(struct store *s, struct cx *cx, const struct json *v)
{
	const struct json *in = json_get(v, "fulfillment");
	const struct json *list = json_get(in, "lineItemsByFulfillmentOrder");
	const char *no;
	struct store_made *m;
	struct store_fo *fo;
	size_t i;

	s->creates++;
	no = s->refuse[0] ? arena_text(cx->mem, s->refuse)
			  : refusal(s, cx, list);
	s->refuse[0] = '\0';
	if (no != NULL)
		return payload(cx, "fulfillmentCreate", "fulfillment", NULL,
		    no);
	fo = find_fo(s,
	    id_of(json_get_text(json_at(list, 0), "fulfillmentOrderId")));
	m = make(s, fo->location);
	m->notified = json_bool(json_get(in, "notifyCustomer"), false);
	set_tracking(m, json_get(in, "trackingInfo"));
	for (i = 0; i < json_count(list); i++) {
		fo = find_fo(s,
		    id_of(
			json_get_text(json_at(list, i), "fulfillmentOrderId")));
		take(m, fo,
		    json_get(json_at(list, i), "fulfillmentOrderLineItems"));
	}
	return payload(cx, "fulfillmentCreate", "fulfillment",
	    gid(cx, "Fulfillment", m->id), NULL);
}

static struct json *
track(struct store *s, struct cx *cx, const struct json *v)
{
	struct store_made *m = find_made(s, json_get_text(v, "id"));

	s->tracks++;
	if (m == NULL)
		return payload(cx, "fulfillmentTrackingInfoUpdate",
		    "fulfillment", NULL, "Fulfillment does not exist.");
	set_tracking(m, json_get(v, "tracking"));
	return payload(cx, "fulfillmentTrackingInfoUpdate", "fulfillment",
	    gid(cx, "Fulfillment", m->id), NULL);
}

static struct json *
say(struct store *s, struct cx *cx, const struct json *v)
{
	const struct json *in = json_get(v, "event");
	struct store_made *m = find_made(s, json_get_text(in, "fulfillmentId"));
	struct store_event *e;

	s->says++;
	if (m == NULL)
		return payload(cx, "fulfillmentEventCreate", "fulfillmentEvent",
		    NULL, "Fulfillment does not exist.");
	assert_true(m->nevents < STORE_EVENTS);
	e = &m->events[m->nevents++];
	snprintf(e->status, sizeof(e->status), "%s",
	    json_get_text(in, "status"));
	assert_true(
	    when_read(json_get_text(in, "happenedAt"), &e->happened_at));
	return payload(cx, "fulfillmentEventCreate", "fulfillmentEvent",
	    gid(cx, "FulfillmentEvent", s->next_id++), NULL);
}

static struct json *
write_it(struct store *s, struct cx *cx, const char *name, const struct json *v,
    int64_t *cost)
{
	void (*before)(struct store *) = s->before_write;
	bool lost = s->lose > 0 && --s->lose == 0;
	bool never = s->lose_both > 0 && --s->lose_both == 0;

	s->before_write = NULL;
	if (before != NULL)
		before(s);
	s->shopify->cut_next = lost || never;
	*cost = strcmp(name, "FulfillmentTracking") == 0 ? 50 : 10;
	if (never)
		return json_new_object(cx);
	if (strcmp(name, "FulfillmentCreate") == 0)
		return create(s, cx, v);
	if (strcmp(name, "FulfillmentTracking") == 0)
		return track(s, cx, v);
	assert_string_equal(name, "FulfillmentEvent");
	return say(s, cx, v);
}

static struct json *
answer(void *self, struct cx *cx, const char *name, const struct json *v,
    int64_t *cost)
{
	struct store *s = self;
	struct json *j;

	if (strcmp(name, "FulfillmentOrders") == 0)
		j = read_orders(s, cx, v, cost);
	else if (strcmp(name, "OrderFulfillments") == 0)
		j = read_made(s, cx, cost);
	else if (strcmp(name, "FulfillmentEvents") == 0)
		j = read_events(s, cx, v, cost);
	else
		j = write_it(s, cx, name, v, cost);
	s->points += *cost;
	return j;
}

struct store *
store_open(struct sim_shopify *sh)
{
	struct store *s = mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	assert_true(s != MAP_FAILED);
	s->sim = sh->sim;
	s->shopify = sh;
	s->next_id = 5900000000001;
	s->created_at = sh->sim->now_ms - HOUR_MS;
	sh->other = answer;
	sh->other_arg = s;
	return s;
}

void
store_close(struct store *s)
{
	s->shopify->other = NULL;
	munmap(s, sizeof(*s));
}
