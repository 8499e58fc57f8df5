/*
 * api_shipment.c - shipments the Cloud App tells of (doc/connector-protocol.md,
 * section 6).
 *
 * The work is done within the call: it is quick, and its rows let a repeat go
 * on where it stopped.
 */
#include "shopify/api_edge.h"

#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/text.h"
#include "base/when.h"
#include "shopify/fulfil.h"
#include "shopify/orderdoc.h"

/* --- POST /shipments --- */

struct shipment_in {
	const char *id, *order, *state;
	int64_t revision, shipped_at;
	const char *courier; /* JSON */
	struct fulfil_number *tracking;
	size_t ntracking;
	bool notify_customer;
	struct fulfil_line *lines;
	size_t nlines;
};

static const struct field number_fields[] = {
	F_TEXT(struct fulfil_number, number, 1, 255),
	F_TEXT_OPT(struct fulfil_number, url, 2048),
	F_END,
};

static const struct field line_fields[] = {
	F_TEXT(struct fulfil_line, id, 1, 19),
	F_INT(struct fulfil_line, quantity, 1, 1000000),
	F_END,
};

static const struct field shipment_fields[] = {
	F_TEXT(struct shipment_in, id, 1, 64),
	F_TEXT(struct shipment_in, order, 1, 19),
	F_TEXT_OPT(struct shipment_in, state, 32),
	F_INT(struct shipment_in, revision, 1, INT32_MAX),
	F_WHEN(struct shipment_in, shipped_at),
	F_JSON(struct shipment_in, courier),
	F_LIST(struct shipment_in, tracking, ntracking, number_fields, 0,
	    FULFIL_NUMBERS_MAX),
	F_BOOL(struct shipment_in, notify_customer),
	F_LIST(struct shipment_in, lines, nlines, line_fields, 1,
	    FULFIL_LINES_MAX),
	F_END,
};

struct courier_in {
	const char *code, *name;
	const char *company; /* Shopify's spelling, or NULL: it knows none */
};

static const struct field courier_fields[] = {
	F_TEXT_OPT(struct courier_in, code, 64),
	F_TEXT_OPT(struct courier_in, name, 255),
	F_TEXT_OPT(struct courier_in, company, 255),
	F_END,
};

static enum err
bad(struct cx *cx, const char *what)
{
	return cx_fail_code(cx, ERR_INPUT, "bad_input", "%s", what);
}

static enum err
read_courier(struct cx *cx, const char *text, const char **company)
{
	struct courier_in c = { NULL, NULL, NULL };
	struct json *j;
	enum err e;

	*company = NULL;
	if (text == NULL)
		return OK;
	if ((e = json_parse(cx, text, strlen(text), &j)) != OK)
		return e;
	if (json_is_null(j))
		return OK;
	if ((e = json_fill(cx, j, courier_fields, &c)) != OK)
		return cx_in(cx, e, "courier: ");
	*company = !text_is_empty(c.company) ? c.company : c.name;
	if (text_is_empty(*company))
		*company = NULL;
	return OK;
}

static enum err
check_lines(struct cx *cx, const struct shipment_in *in)
{
	int64_t n;
	size_t i, k;

	if (order_gid_of_id(cx, in->order) == NULL)
		return bad(cx, "order: not a store's order id");
	for (i = 0; i < in->nlines; i++) {
		if (!text_to_int(in->lines[i].id, 1, INT64_MAX, &n))
			return cx_fail_code(cx, ERR_INPUT, "bad_input",
			    "lines[%zu].id: not a store's line id", i);
		for (k = 0; k < i; k++) {
			if (text_equal(in->lines[k].id, in->lines[i].id))
				return cx_fail_code(cx, ERR_INPUT, "bad_input",
				    "lines[%zu].id: the line was named before",
				    i);
		}
	}
	return OK;
}

static struct json *
lines_json(struct cx *cx, const struct fulfil_made *m)
{
	struct json *list = json_new_array(cx), *o;
	size_t i;

	for (i = 0; i < m->nlines; i++) {
		o = json_new_object(cx);
		json_set_text(cx, o, "id", m->lines[i].id);
		json_set_int(cx, o, "quantity", m->lines[i].quantity);
		json_push(list, o);
	}
	return list;
}

static void
reply_out(struct cx *cx, struct reply *rp, const char *id,
    const struct fulfil_out *out, bool events)
{
	struct json *j = json_new_object(cx), *list = json_new_array(cx), *o;
	size_t i;

	for (i = 0; i < out->nmade; i++) {
		o = json_new_object(cx);
		json_set_text(cx, o, "id", out->made[i].id);
		if (events) {
			json_set_text(cx, o, "code", out->made[i].code);
		} else {
			json_set_text(cx, o, "location", out->made[i].location);
			json_set_bool(cx, o, "adopted", out->made[i].adopted);
			json_set(o, "lines", lines_json(cx, &out->made[i]));
		}
		json_push(list, o);
	}
	json_set_text(cx, j, "id", id);
	json_set_text(cx, j, "state", out->state);
	json_set_text(cx, j, "code", out->code);
	json_set_text(cx, j, "reason", out->reason);
	json_set_text(cx, j, "next", out->next);
	json_set(j, "fulfillments", list);
	reply_json(cx, rp, j);
}

static enum err
post_shipment(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct shipment_in in = { .id = NULL };
	struct fulfil_in ship;
	struct fulfil_out out;
	enum err e;

	if ((e = body_read(cx, rq, shipment_fields, &in)) != OK ||
	    (e = check_lines(cx, &in)) != OK)
		return e;
	ship = (struct fulfil_in){
		.id = in.id,
		.order = in.order,
		.revision = in.revision,
		.numbers = in.tracking,
		.nnumbers = in.ntracking,
		.notify = in.notify_customer,
		.lines = in.lines,
		.nlines = in.nlines,
	};
	if ((e = read_courier(cx, in.courier, &ship.company)) != OK)
		return e;
	if ((e = fulfil_ship(cx, &rq->who->shop, &ship, &out)) != OK)
		return e;
	reply_out(cx, rp, in.id, &out, false);
	return OK;
}

/* --- POST /shipments/{id}/events --- */

struct event_in {
	const char *id, *order, *status, *message;
	int64_t happened_at;
	const char **fulfillments; /* what the caller knows; we know better */
	size_t nfulfillments;
};

static const struct field event_fields[] = {
	F_TEXT(struct event_in, id, 1, 64),
	F_TEXT(struct event_in, order, 1, 19),
	F_TEXT(struct event_in, status, 1, 32),
	F_WHEN(struct event_in, happened_at),
	F_TEXT_OPT(struct event_in, message, 500),
	{ "fulfillments", FIELD_TEXTS, offsetof(struct event_in, fulfillments),
	    offsetof(struct event_in, nfulfillments), 0, FULFIL_MADE_MAX, 64,
	    FIELD_OPTIONAL },
	F_END,
};

static enum err
post_event(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct event_in in = { .id = NULL };
	struct fulfil_event_in ev;
	struct fulfil_out out;
	enum err e;

	if ((e = body_read(cx, rq, event_fields, &in)) != OK)
		return e;
	if (fulfil_status(in.status) == NULL)
		return bad(cx, "status: none of a carrier's");
	if (in.happened_at == 0)
		return bad(cx, "happened_at: missing");
	ev = (struct fulfil_event_in){
		.shipment = path_text(rq, "id"),
		.order = in.order,
		.id = in.id,
		.status = in.status,
		.happened_at = in.happened_at,
		.message = in.message,
	};
	if ((e = fulfil_event(cx, &rq->who->shop, &ev, &out)) != OK)
		return e;
	reply_out(cx, rp, ev.shipment, &out, true);
	return OK;
}

const struct route shipment_routes[] = {
	{ POST, "/callback/{shop}/shipments", NULL, post_shipment },
	{ POST, "/callback/{shop}/shipments/{id}/events", NULL, post_event },
	{ 0 },
};
