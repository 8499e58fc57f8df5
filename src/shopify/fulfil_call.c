/*
 * fulfil_call.c - fulfilment orders, fulfilments and events by GraphQL.
 *
 * Every read begins slim.  Connections are priced by what they may hold, not
 * by what they hold, so most orders are read for a fifth of what the largest
 * would cost (shopify-facts.md, 2.3).
 */
#include "shopify/fulfil_call.h"

#include <string.h>

#include "base/arena.h"
#include "base/crashpoint.h"
#include "base/json.h"
#include "base/text.h"
#include "base/when.h"
#include "gen/gql.h"
#include "shopify/gql.h"
#include "shopify/orderdoc.h"

enum { COST_WRITE = 10, COST_TRACK = 50 };

struct size {
	int64_t orders, lines, cost;
};
static const struct size sizes[] = {
	{ 2, 20, 20 },
	{ 10, 50, 87 },
	{ 25, 250, 177 },
};
static const struct size made_sizes[] = {
	{ 0, 50, 20 },
	{ 0, 250, 28 },
};
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* --- small things --- */

/* "gid://shopify/Fulfillment/12?x=1" -> "12"; NULL: it is none. */
static const char *
number_of(struct cx *cx, const struct json *j, const char *key)
{
	const char *gid = json_get_text(j, key), *at;
	int64_t n;

	if (gid == NULL || (at = strrchr(gid, '/')) == NULL)
		return NULL;
	at = arena_textn(cx->mem, at + 1, strcspn(at + 1, "?"));
	return text_to_int(at, 1, INT64_MAX, &n) ? at : NULL;
}

static const char *
gid_of(struct cx *cx, const char *id)
{
	return arena_printf(cx->mem, "gid://shopify/Fulfillment/%s", id);
}

static int64_t
when(const struct json *j, const char *key)
{
	const char *text = json_get_text(j, key);
	int64_t ms = 0;

	if (text != NULL)
		(void)when_read(text, &ms);
	return ms;
}

static bool
has_more(const struct json *connection)
{
	return json_bool(json_path(connection, "pageInfo.hasNextPage"), false);
}

static enum err
nonsense(struct cx *cx, const char *what)
{
	return cx_fail_code(cx, ERR_UPSTREAM, "upstream_failed",
	    "Shopify's answer on %s is not as it should be", what);
}

static enum err
too_many(struct cx *cx)
{
	return cx_fail_code(cx, ERR_INPUT, "too_many_lines",
	    "more fulfilment orders or lines than can be read");
}

/* --- what may be shipped --- */

static bool
can_create(const struct json *fo)
{
	const struct json *list = json_get(fo, "supportedActions");
	size_t i;

	for (i = 0; i < json_count(list); i++) {
		if (text_equal(json_get_text(json_at(list, i), "action"),
			"CREATE_FULFILLMENT"))
			return true;
	}
	return false;
}

static bool
read_fo(struct cx *cx, const struct json *j, struct fo *fo)
{
	const struct json *nodes = json_path(j, "lineItems.nodes"), *l;
	size_t i;

	fo->gid = json_get_text(j, "id");
	fo->status = json_get_text(j, "status");
	fo->request = json_get_text(j, "requestStatus");
	fo->location =
	    number_of(cx, json_path(j, "assignedLocation.location"), "id");
	fo->can = can_create(j);
	fo->detail = json_get_text(json_at(json_get(j, "fulfillmentHolds"), 0),
	    "displayReason");
	if (text_equal(fo->status, "SCHEDULED"))
		fo->detail = json_get_text(j, "fulfillAt");
	fo->nlines = json_count(nodes);
	fo->lines = arena_alloc(cx->mem, (fo->nlines + 1) * sizeof(*fo->lines));
	for (i = 0; i < fo->nlines; i++) {
		l = json_at(nodes, i);
		fo->lines[i].gid = json_get_text(l, "id");
		fo->lines[i].line =
		    number_of(cx, json_get(l, "lineItem"), "id");
		fo->lines[i].left =
		    json_int(json_get(l, "remainingQuantity"), 0);
		if (fo->lines[i].gid == NULL)
			return false;
	}
	return fo->gid != NULL && fo->status != NULL && json_is_array(nodes);
}

static enum err
read_list(struct cx *cx, const struct json *order, struct fo_list *l,
    bool *whole)
{
	const struct json *c = json_get(order, "fulfillmentOrders");
	const struct json *nodes = json_get(c, "nodes");
	size_t i;

	if (!json_is_array(nodes))
		return nonsense(cx, "fulfilment orders");
	*whole = !has_more(c);
	l->found = true;
	l->created_at = when(order, "createdAt");
	l->cancelled_at = when(order, "cancelledAt");
	l->n = json_count(nodes);
	l->list = arena_alloc(cx->mem, (l->n + 1) * sizeof(*l->list));
	for (i = 0; i < l->n; i++) {
		if (!read_fo(cx, json_at(nodes, i), &l->list[i]))
			return nonsense(cx, "a fulfilment order");
		*whole &= !has_more(json_get(json_at(nodes, i), "lineItems"));
	}
	return OK;
}

static enum err
read_size(struct cx *cx, const struct shop *shop, const char *order,
    const struct size *s, struct json **out)
{
	struct json *vars = json_new_object(cx);
	struct gql_call call = {
		.document = GQL_FULFILLMENT_ORDERS,
		.operation = "FulfillmentOrders",
		.variables = vars,
		.cost = s->cost,
		.urgency = GQL_BACKGROUND,
	};
	struct gql_answer a;
	enum err e;

	if (s->orders == 0) {
		call.document = GQL_ORDER_FULFILLMENTS;
		call.operation = "OrderFulfillments";
	} else {
		json_set_int(cx, vars, "orders", s->orders);
	}
	json_set_text(cx, vars, "id", order_gid_of_id(cx, order));
	json_set_int(cx, vars, "lines", s->lines);
	if ((e = gql_run(cx, shop, &call, &a)) != OK)
		return e;
	*out = json_get(a.data, "order");
	if (!json_is_object(*out) && a.partial)
		return nonsense(cx, "an order");
	return OK;
}

enum err
fulfil_read_orders(struct cx *cx, const struct shop *shop, const char *order,
    size_t nlines, struct fo_list *l)
{
	struct json *j;
	bool whole = false;
	size_t i;
	enum err e;

	memset(l, 0, sizeof(*l));
	for (i = 0; i < COUNT(sizes) && !whole; i++) {
		if (i + 1 < COUNT(sizes) && nlines > (size_t)sizes[i].lines)
			continue;
		if ((e = read_size(cx, shop, order, &sizes[i], &j)) != OK)
			return e;
		if (!json_is_object(j))
			return OK; /* not found */
		if ((e = read_list(cx, j, l, &whole)) != OK)
			return e;
	}
	return whole ? OK : too_many(cx);
}

/* --- what was shipped --- */

static enum err
read_seen(struct cx *cx, const struct json *j, struct fulfil_seen *f)
{
	const struct json *t = json_get(j, "trackingInfo");
	const struct json *nodes = json_path(j, "fulfillmentLineItems.nodes");
	size_t i;

	memset(f, 0, sizeof(*f));
	f->id = number_of(cx, j, "id");
	f->status = json_get_text(j, "status");
	f->location = number_of(cx, json_get(j, "location"), "id");
	f->created_at = when(j, "createdAt");
	f->numbers = arena_alloc(cx->mem, (json_count(t) + 1) * sizeof(char *));
	for (i = 0; i < json_count(t); i++) {
		f->numbers[f->nnumbers] =
		    json_get_text(json_at(t, i), "number");
		f->nnumbers += f->numbers[f->nnumbers] != NULL;
	}
	f->nlines = json_count(nodes);
	f->lines = arena_alloc(cx->mem, (f->nlines + 1) * sizeof(*f->lines));
	for (i = 0; i < f->nlines; i++) {
		f->lines[i].id = number_of(cx,
		    json_get(json_at(nodes, i), "lineItem"), "id");
		f->lines[i].quantity =
		    json_int(json_get(json_at(nodes, i), "quantity"), 0);
	}
	return f->id != NULL && json_is_array(nodes)
	    ? OK
	    : nonsense(cx, "a fulfilment");
}

static enum err
read_made(struct cx *cx, const struct json *list, struct fulfil_seen **out,
    size_t *n, bool *whole)
{
	enum err e = OK;
	size_t i;

	if (!json_is_array(list))
		return nonsense(cx, "fulfilments");
	*n = json_count(list);
	*out = arena_alloc(cx->mem, (*n + 1) * sizeof(**out));
	*whole = true;
	for (i = 0; e == OK && i < *n; i++) {
		e = read_seen(cx, json_at(list, i), &(*out)[i]);
		*whole &= !has_more(
		    json_get(json_at(list, i), "fulfillmentLineItems"));
	}
	return e;
}

enum err
fulfil_read_made(struct cx *cx, const struct shop *shop, const char *order,
    struct fulfil_seen **out, size_t *n)
{
	struct json *j;
	bool whole = false;
	size_t i;
	enum err e;

	*n = 0;
	for (i = 0; i < COUNT(made_sizes) && !whole; i++) {
		e = read_size(cx, shop, order, &made_sizes[i], &j);
		if (e != OK || !json_is_object(j))
			return e;
		e = read_made(cx, json_get(j, "fulfillments"), out, n, &whole);
		if (e != OK)
			return e;
	}
	return whole && *n < FULFIL_MADE_MAX ? OK : too_many(cx);
}

/* --- writing --- */

/* Payload `field` holds `node` and userErrors. */
static enum err
write_once(struct cx *cx, const struct shop *shop, struct gql_call *call,
    const char *field, const char *node, struct fulfil_answer *out)
{
	struct gql_answer a;
	const struct json *j;
	enum err e;

	memset(out, 0, sizeof(*out));
	call->urgency = GQL_BACKGROUND;
	CRASH_POINT("fulfil.before_call");
	e = gql_run(cx, shop, call, &a);
	CRASH_POINT("fulfil.after_call");
	if (e != OK) {
		out->maybe = e == ERR_UPSTREAM && a.sent;
		return e;
	}
	j = json_get(a.data, field);
	out->refusal =
	    json_get_text(json_at(json_get(j, "userErrors"), 0), "message");
	out->id = number_of(cx, json_get(j, node), "id");
	if (out->refusal != NULL || out->id != NULL)
		return OK;
	out->maybe = true;
	return nonsense(cx, call->operation);
}

/* Addresses go by place beside the numbers: all of them or none. */
static struct json *
tracking_json(struct cx *cx, const struct fulfil_tracking *t)
{
	struct json *j = json_new_object(cx), *numbers = json_new_array(cx);
	struct json *urls = json_new_array(cx);
	bool all = t->n > 0;
	size_t i;

	for (i = 0; i < t->n; i++) {
		json_push(numbers, json_new_text(cx, t->numbers[i].number));
		all = all && t->numbers[i].url != NULL;
		if (all)
			json_push(urls, json_new_text(cx, t->numbers[i].url));
	}
	if (t->company != NULL)
		json_set_text(cx, j, "company", t->company);
	if (t->n > 0)
		json_set(j, "numbers", numbers);
	if (all)
		json_set(j, "urls", urls);
	return j;
}

/* The pieces of one fulfilment order, taken off the list. */
static struct json *
entry(struct cx *cx, const struct parcel_plan *p, size_t from, bool *done)
{
	struct json *j = json_new_object(cx), *lines = json_new_array(cx), *o;
	size_t i;

	for (i = from; i < p->n; i++) {
		if (!text_equal(p->pieces[i].fo, p->pieces[from].fo))
			continue;
		done[i] = true;
		o = json_new_object(cx);
		json_set_text(cx, o, "id", p->pieces[i].item);
		json_set_int(cx, o, "quantity", p->pieces[i].quantity);
		json_push(lines, o);
	}
	json_set_text(cx, j, "fulfillmentOrderId", p->pieces[from].fo);
	json_set(j, "fulfillmentOrderLineItems", lines);
	return j;
}

enum err
fulfil_create(struct cx *cx, const struct shop *shop,
    const struct parcel_plan *p, const struct fulfil_tracking *t,
    struct fulfil_answer *out)
{
	struct json *vars = json_new_object(cx), *in = json_new_object(cx);
	struct json *list = json_new_array(cx);
	struct gql_call call = {
		.document = GQL_FULFILLMENT_CREATE,
		.operation = "FulfillmentCreate",
		.variables = vars,
		.cost = COST_WRITE,
	};
	bool *done = arena_alloc(cx->mem, (p->n + 1) * sizeof(*done));
	size_t i;

	for (i = 0; i < p->n; i++) {
		if (!done[i])
			json_push(list, entry(cx, p, i, done));
	}
	json_set(in, "lineItemsByFulfillmentOrder", list);
	json_set_bool(cx, in, "notifyCustomer", t->notify);
	if (t->n > 0 || t->company != NULL)
		json_set(in, "trackingInfo", tracking_json(cx, t));
	json_set(vars, "fulfillment", in);
	return write_once(cx, shop, &call, "fulfillmentCreate", "fulfillment",
	    out);
}

enum err
fulfil_track(struct cx *cx, const struct shop *shop, const char *id,
    const struct fulfil_tracking *t, struct fulfil_answer *out)
{
	struct json *vars = json_new_object(cx);
	struct gql_call call = {
		.document = GQL_FULFILLMENT_TRACKING,
		.operation = "FulfillmentTracking",
		.variables = vars,
		.cost = COST_TRACK,
	};

	json_set_text(cx, vars, "id", gid_of(cx, id));
	json_set(vars, "tracking", tracking_json(cx, t));
	json_set_bool(cx, vars, "notify", t->notify);
	return write_once(cx, shop, &call, "fulfillmentTrackingInfoUpdate",
	    "fulfillment", out);
}

/* --- carriers' words --- */

enum err
fulfil_read_events(struct cx *cx, const struct shop *shop,
    const char *const *ids, size_t n, int64_t events, struct fulfil_said *seen)
{
	struct json *vars = json_new_object(cx), *list = json_new_array(cx);
	struct gql_call call = {
		.document = GQL_FULFILLMENT_EVENTS,
		.operation = "FulfillmentEvents",
		.variables = vars,
		.cost = events > 2 ? 12 : 4,
		.urgency = GQL_BACKGROUND,
	};
	struct gql_answer a;
	const struct json *nodes, *j;
	size_t i;
	enum err e;

	for (i = 0; i < n; i++)
		json_push(list, json_new_text(cx, gid_of(cx, ids[i])));
	json_set(vars, "ids", list);
	json_set_int(cx, vars, "events", events);
	if ((e = gql_run(cx, shop, &call, &a)) != OK)
		return e;
	nodes = json_get(a.data, "nodes");
	if (!json_is_array(nodes) || json_count(nodes) != n)
		return nonsense(cx, "events");
	for (i = 0; i < n; i++) {
		j = json_at(nodes, i);
		seen[i].found = json_is_object(j);
		seen[i].status = json_get_text(j, "status");
		seen[i].delivered_at = when(j, "deliveredAt");
		seen[i].events = json_path(j, "events.nodes");
		if (!seen[i].found && a.partial)
			return nonsense(cx, "events");
	}
	return OK;
}

/* Times count in seconds there. */
bool
fulfil_said_has(const struct fulfil_said *s, const char *status,
    int64_t happened_at)
{
	const struct json *j;
	size_t i;

	for (i = 0; i < json_count(s->events); i++) {
		j = json_at(s->events, i);
		if (text_equal(json_get_text(j, "status"), status) &&
		    when(j, "happenedAt") / SECOND_MS ==
			happened_at / SECOND_MS)
			return true;
	}
	return false;
}

enum err
fulfil_say(struct cx *cx, const struct shop *shop,
    const struct fulfil_saying *s, struct fulfil_answer *out)
{
	struct json *vars = json_new_object(cx), *in = json_new_object(cx);
	struct gql_call call = {
		.document = GQL_FULFILLMENT_EVENT,
		.operation = "FulfillmentEvent",
		.variables = vars,
		.cost = COST_WRITE,
	};

	json_set_text(cx, in, "fulfillmentId", gid_of(cx, s->id));
	json_set_text(cx, in, "status", s->status);
	json_set_text(cx, in, "happenedAt",
	    when_write(cx->mem, s->happened_at));
	if (!text_is_empty(s->message))
		json_set_text(cx, in, "message", s->message);
	json_set(vars, "event", in);
	return write_once(cx, shop, &call, "fulfillmentEventCreate",
	    "fulfillmentEvent", out);
}
