/*
 * shipment_rig.c - see shipment_rig.h.
 */
#include "shipment_rig.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/when.h"
#include "net/client.h"

struct store store;

static enum err (*before)(struct cx *, const struct call *, struct answer *);

static bool
seen_before(const char *what)
{
	char key[200];

	snprintf(key, sizeof(key), "%s ", what);
	if (strstr(store.seen, key) != NULL)
		return true;
	strncat(store.seen, key, sizeof(store.seen) - strlen(store.seen) - 1);
	return false;
}

static void
do_shipment(struct cx *cx, const struct json *in)
{
	const struct json *list = json_get(in, "tracking");
	char key[100];
	size_t i;

	snprintf(key, sizeof(key), "%s:%d", json_get_text(in, "id"),
	    (int)json_int(json_get(in, "revision"), 0));
	(void)cx;
	if (seen_before(key))
		return;
	if (seen_before(json_get_text(in, "id")))
		store.updated++;
	else
		store.fulfilled++;
	store.tracking[0] = '\0';
	for (i = 0; i < json_count(list); i++) {
		strcat(store.tracking,
		    json_get_text(json_at(list, i), "number"));
		strcat(store.tracking, " ");
	}
}

static void
do_event(struct cx *cx, const struct json *in)
{
	(void)cx;
	if (seen_before(json_get_text(in, "id")))
		return;
	store.told++;
	if (strcmp(json_get_text(in, "status"), "delivered") == 0)
		snprintf(store.delivered_at, sizeof(store.delivered_at), "%s",
		    json_get_text(in, "happened_at"));
}

static const char *
answer_text(struct cx *cx, const char *id, enum store_answer how, bool event)
{
	const char *state = how == STORE_HELD ? "held"
	    : how == STORE_PARTIAL            ? "partial"
					      : "done";
	bool held = how == STORE_HELD;

	return arena_printf(cx->mem,
	    "{\"id\":\"%s\",\"state\":\"%s\",\"code\":%s,\"reason\":%s,"
	    "\"next\":null,\"fulfillments\":[%s]}",
	    id, state, held ? "\"on_hold\"" : "null",
	    held ? "\"The order is on hold in the store.\"" : "null",
	    held        ? ""
		: event ? "{\"id\":\"5900000000001\",\"code\":null}"
		: how == STORE_ADOPTED
		? "{\"id\":\"5900000000001\",\"location\":\"7\","
		  "\"adopted\":true,\"lines\":[]}"
		: "{\"id\":\"5900000000001\",\"location\":\"7\","
		  "\"adopted\":false,\"lines\":[]}");
}

static enum err
store_call(struct cx *cx, const struct call *call, struct answer *a)
{
	const char *path = strstr(call->url, "/shipments"), *text, *id;
	enum store_answer how = STORE_DONE;
	bool event;
	struct json *in;

	if (path == NULL)
		return before(cx, call, a);
	assert_false(db_in_tx(cx));
	if (store.during != NULL) {
		void (*during)(struct cx *) = store.during;

		store.during = NULL;
		during(cx);
	}
	if ((size_t)store.calls < store.nscript)
		how = store.script[store.calls];
	store.calls++;
	event = strstr(path, "/events") != NULL;
	store.events += event;
	store.shipments += !event;
	memmove(store.last[0], store.last[1], 3 * sizeof(store.last[0]));
	snprintf(store.last[3], sizeof(store.last[3]), "%.*s",
	    (int)call->body.n, (const char *)call->body.p);
	a->status = how == STORE_REFUSED ? 422 : how == STORE_DOWN ? 503 : 200;
	a->retry_after_s = 1;
	a->body = (struct bytes){ (const unsigned char *)"{}", 2 };
	if (a->status != 200)
		return OK;
	must(cx, json_parse(cx, (const char *)call->body.p, call->body.n, &in));
	if (how != STORE_HELD)
		event ? do_event(cx, in) : do_shipment(cx, in);
	if (how == STORE_LOST)
		return cx_fail_code(cx, ERR_UPSTREAM, "timeout", "no answer");
	id = json_get_text(in, "id");
	if (event) {
		id = strstr(path, "/shipments/") + 11;
		id = arena_textn(cx->mem, id, strcspn(id, "/"));
	}
	text = answer_text(cx, id, how, event);
	a->body = (struct bytes){ (const unsigned char *)text, strlen(text) };
	return OK;
}

struct connector
ship_rig(struct cx *cx, bool automatic)
{
	struct connector_change change = { .automatic = automatic,
		.notify_customer = -1,
		.every_step = -1 };
	struct connector c;

	rig(cx);
	memset(&store, 0, sizeof(store));
	before = cx->env->call;
	cx->env->call = store_call;
	c = linked(cx, "Tea", SHOP);
	must(cx, connector_set(cx, &c, &change));
	exec(cx, "DELETE FROM sched"); /* only what a test asks for */
	run_jobs(cx);
	return c;
}

void
line_quantity(struct cx *cx, struct json *doc, int line, int64_t now)
{
	json_set_int(cx, json_at(json_get(doc, "lines"), (size_t)line),
	    "current_quantity", now);
	digest_set(cx, doc);
}

struct json *
ship_document(struct cx *cx, int64_t id, int64_t later_s, int nlines)
{
	struct json *doc = document(cx, id, later_s, NULL), *lines, *l;
	const char *text = json_write(cx, json_at(json_get(doc, "lines"), 0));
	int i;

	lines = json_new_array(cx);
	for (i = 0; i < nlines; i++) {
		must(cx, json_parse(cx, text, strlen(text), &l));
		json_set_text(cx, l, "id",
		    arena_printf(cx->mem, "%d", 15300 + i));
		json_set_text(cx, l, "gid",
		    arena_printf(cx->mem, "gid://shopify/LineItem/%d",
			15300 + i));
		json_set_int(cx, l, "quantity", 3);
		json_set_int(cx, l, "current_quantity", 3);
		json_push(lines, l);
	}
	json_set(doc, "lines", lines);
	digest_set(cx, doc);
	return doc;
}

int64_t
ship_order(struct cx *cx, const struct connector *c, int64_t id, int nlines)
{
	const char *name;
	int64_t order = 0;

	import(cx, c, ship_document(cx, id, 0, nlines));
	must(cx,
	    order_named(cx, c->channel, arena_printf(cx->mem, "%" PRId64, id),
		&order, &name));
	assert_true(order > 0);
	return order;
}

int64_t
line_id(struct cx *cx, int64_t order, int line)
{
	struct order_line *lines;
	size_t n;

	must(cx, order_lines(cx, order, &lines, &n));
	assert_true((size_t)line < n);
	return lines[line].id;
}

const char *
status_of(struct cx *cx, int64_t order)
{
	struct order o;

	must(cx, order_find(cx, order, &o));
	return o.status;
}

struct shipment
ship_all(struct cx *cx, int64_t order)
{
	struct shipment_in in = { .order = order, .notify = -1 };
	struct shipment s;
	bool fresh;

	must(cx, shipment_add(cx, &in, &s, &fresh));
	return s;
}

struct shipment
ship_some(struct cx *cx, int64_t order, int line, int64_t quantity)
{
	struct ship_line_in l = { arena_printf(cx->mem, "%" PRId64,
				      line_id(cx, order, line)),
		quantity };
	struct shipment_in in = { .order = order,
		.lines = &l,
		.nlines = 1,
		.notify = -1 };
	struct shipment s;
	bool fresh;

	must(cx, shipment_add(cx, &in, &s, &fresh));
	return s;
}

enum err
ship_try(struct cx *cx, const char *id, enum ship_verb verb)
{
	const char *number = "T1";
	struct ship_act a = { .id = id, .verb = verb };
	struct shipment s;
	bool changed;

	if (verb == VERB_TRACK) {
		a.courier = "brt";
		a.numbers = &number;
		a.nnumbers = 1;
	}
	return shipment_act(cx, &a, &s, &changed);
}

struct shipment
ship_now(struct cx *cx, const char *id)
{
	struct shipment s;

	must(cx, shipment_find(cx, id, &s));
	must(cx, shipment_numbers(cx, &s));
	return s;
}

void
ship_it(struct cx *cx, const char *id, const char *courier, const char *number)
{
	struct ship_act a = { .id = id,
		.verb = VERB_SHIP,
		.courier = courier,
		.numbers = &number,
		.nnumbers = number != NULL };
	struct shipment s;
	bool changed;

	must(cx, shipment_act(cx, &a, &s, &changed));
	assert_true(changed);
}

struct carrier_result
event_in(struct cx *cx, const char *shipment, const char *id, const char *kind,
    int minute, const char *number)
{
	struct carrier_event_in in = {
		.id = id,
		.shipment = shipment,
		.kind = kind,
		.happened_at =
		    arena_printf(cx->mem, "2026-11-23T08:%02d:00Z", minute),
		.courier = number ? "brt" : NULL,
		.tracking_numbers = &number,
		.ntracking_numbers = number != NULL,
	};
	struct carrier_result *out;

	must(cx, carrier_event_take(cx, "test", &in, 1, &out));
	return out[0];
}

int64_t
told(struct cx *cx, const char *step)
{
	return number(cx,
	    arena_printf(cx->mem,
		"SELECT count(*) AS n FROM event WHERE step = '%s'", step));
}
