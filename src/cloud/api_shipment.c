/*
 * api_shipment.c - shipments (doc/openapi.yaml).
 */
#include "cloud/api_edge.h"
#include "cloud/api_shipment.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "cloud/carrier_event.h"
#include "cloud/connector.h"
#include "cloud/cursor.h"
#include "cloud/shipment.h"
#include "cloud/shipment_export.h"
#include "cloud/shipment_order.h"
#include "queue/job.h"

enum { EVENTS_BODY_MAX = 2 * 1024 * 1024 };

static const char *const states[] = { "CREATED", "CONFIRMED", "SHIPPED",
	"DELIVERED", "CLOSED", "TRACKING_FAILED", "CANCELLED", NULL };
static const char *const store_states[] = { "none", "owed", "sent", "partial",
	"held", "refused", NULL };

/* What to do next, by code. */
const struct hint cloud_shipment_hints[] = {
	{ "unknown_courier",
	    "Use a courier's code or name (GET /api/v1/couriers), or add your "
	    "own.",
	    422 },
	{ "courier_taken", "Choose another code and name.", 409 },
	{ "courier_built_in", "Leave it: it does no harm.", 409 },
	{ "courier_in_use", "Keep it while shipments name it.", 409 },
	{ "unknown_shipment", "Check the shipment's id.", 404 },
	{ "line_not_in_order", "Use the line ids that the order shows.", 422 },
	{ "quantity_over_left",
	    "Send at most what is left, or cancel another shipment first.",
	    422 },
	{ "nothing_left", "Nothing is left to do on this order.", 409 },
	{ "order_cancelled",
	    "Send nothing; if it is to be sent all the same, take it up with "
	    "the merchant.",
	    409 },
	{ "order_conflict",
	    "Open the order and choose: keep its shipments, cancel them, or "
	    "adapt them.",
	    409 },
	{ "shipment_on_hold",
	    "Open the order and choose: keep its shipments, cancel them, or "
	    "adapt them.",
	    409 },
	{ "no_conflict", "Nothing is to be chosen.", 409 },
	{ "wrong_state", "Do what the detail says instead.", 409 },
	{ "not_shipped",
	    "Ship it first; or send the events to /api/v1/shipments/events, "
	    "where early ones are kept.",
	    409 },
	{ "in_the_future", "Give the time it happened, with its zone.", 422 },
	{ "shipped_before_order", "Give the time it left, with its zone.",
	    422 },
	{ "bad_time", "Write times like 2026-11-23T10:00:00+01:00.", 422 },
	{ "delivered_before_shipped", "Check both times.", 422 },
	{ "nothing_to_send", "Nothing to do: the store knows it all.", 409 },
	{ "unknown_kind", "Use one of the kinds doc/openapi.yaml names.", 422 },
	{ "event_id_reused", "Give each event an id of its own.", 422 },
	{ "too_early", "Nothing to do: it counts once it is shipped.", 0 },
	{ "shipment_closed", "Nothing is left to do on it.", 409 },
	{ "shipment_cancelled", "Make a new shipment.", 409 },
	{ "too_many_events", "Send them in calls of 1,000 or fewer.", 422 },
	{ "csv_header", "Correct the first line and send the file again.",
	    422 },
	{ "csv_empty", "Send a file with lines in it.", 422 },
	{ "csv_too_long", "Send it in several files.", 422 },
	{ "not_csv", "Set Content-Type: text/csv.", 415 },
	{ NULL },
};

static const char *
next_of(const char *code)
{
	const struct hint *h;

	for (h = cloud_shipment_hints; code != NULL && h->code != NULL; h++) {
		if (text_equal(h->code, code))
			return h->next;
	}
	return code == NULL ? NULL : "Correct the item and send it again.";
}

/* --- reading --- */

static enum err
reply_shipment(struct cx *cx, const char *id, struct reply *rp)
{
	struct shipment s;
	struct json *j;
	enum err e;

	if ((e = shipment_find(cx, id, &s)) != OK ||
	    (e = shipment_full_json(cx, &s, &j)) != OK)
		return e;
	reply_json(cx, rp, j);
	return OK;
}

enum err
shipment_filter_read(struct cx *cx, const struct request *rq,
    struct shipment_filter *f)
{
	struct connector c;
	enum err e;

	*f = (struct shipment_filter){ .q = query_get(rq, "q") };
	if ((e = cursor_read_id(cx, query_get(rq, "cursor"), &f->before)) !=
		OK ||
	    (e = query_word(cx, rq, "state", states, &f->state)) != OK ||
	    (e = query_word(cx, rq, "store", store_states, &f->store_state)) !=
		OK ||
	    (e = query_connector(cx, rq, &c)) != OK)
		return e;
	if (f->q != NULL && text_count(f->q) > 100)
		return cx_fail_code(cx, ERR_INPUT, "bad_input",
		    "query q: longer than 100 characters");
	f->channel = c.id == 0 ? 0 : c.channel ? c.channel : -1;
	return OK;
}

static enum err
get_shipments(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct shipment_filter f;
	struct json *items = json_new_array(cx);
	struct shipment *list;
	const char *next = NULL;
	int64_t limit;
	size_t n, i;
	enum err e;

	if ((e = page_limit(cx, rq, &limit)) != OK ||
	    (e = shipment_filter_read(cx, rq, &f)) != OK)
		return e;
	f.limit = limit + 1;
	if ((e = shipment_list(cx, &f, &list, &n)) != OK)
		return e;
	for (i = 0; i < n && i < (size_t)limit; i++) {
		if ((e = shipment_numbers(cx, &list[i])) != OK)
			return e;
		json_push(items, shipment_json(cx, &list[i]));
	}
	if (n > (size_t)limit)
		next = cursor_write_id(cx, list[limit - 1].id);
	reply_page(cx, rp, items, next);
	return OK;
}

static enum err
get_shipment(struct cx *cx, const struct request *rq, struct reply *rp)
{
	return reply_shipment(cx, path_text(rq, "id"), rp);
}

/* --- making --- */

static const struct field line_in_fields[] = {
	F_TEXT(struct ship_line_in, line_id, 1, 19),
	F_INT(struct ship_line_in, quantity, 1, 1000000),
	F_END,
};

/* The numbers' own limits are said by tracking_check. */
#define F_NUMBERS(s, m, n)                                                     \
	{                                                                      \
		"tracking_numbers", FIELD_TEXTS, offsetof(s, m),               \
		    offsetof(s, n), 0, 100, 1000, FIELD_OPTIONAL               \
	}

static const struct field shipment_in_fields[] = {
	{ "lines", FIELD_LIST, offsetof(struct shipment_in, lines),
	    offsetof(struct shipment_in, nlines), 1, 1000, 0, FIELD_OPTIONAL,
	    line_in_fields, sizeof(struct ship_line_in) },
	F_TEXT_OPT(struct shipment_in, courier, 100),
	F_NUMBERS(struct shipment_in, tracking_numbers, ntracking_numbers),
	F_END,
};

/* notify_customer has three answers: yes, no, and as the connector says. */
static enum err
shipment_in_read(struct cx *cx, const struct request *rq,
    struct shipment_in *in)
{
	struct json *j, *notify;
	enum err e;

	in->notify = -1;
	if (rq->body.n == 0)
		return OK;
	if ((e = body_json(cx, rq, &j)) != OK)
		return e;
	notify = json_get(j, "notify_customer");
	if (notify != NULL && !json_is_null(notify)) {
		in->notify = json_bool(notify, false);
		if (json_bool(notify, true) != json_bool(notify, false))
			return cx_fail_code(cx, ERR_INPUT, "bad_input",
			    "notify_customer: not true or false");
	}
	if (json_is_object(j))
		json_drop(j, "notify_customer");
	return json_fill(cx, j, shipment_in_fields, in);
}

static enum err
key_read(struct cx *cx, const struct request *rq, const char **key)
{
	static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "abcdefghijklmnopqrstuvwxyz0123456789._-";
	const char *k = header_get(rq, "idempotency-key");

	if (k != NULL &&
	    (*k == '\0' || text_count(k) > 64 || k[strspn(k, set)] != '\0'))
		return cx_fail_code(cx, ERR_INPUT, "bad_input",
		    "Idempotency-Key: 1 to 64 characters of A-Z a-z 0-9 . _ - "
		    "are needed");
	*key = k;
	return OK;
}

static enum err
post_shipment(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct shipment_in in = { .order = path_int(rq, "id") };
	struct shipment s;
	bool fresh;
	enum err e;

	if ((e = shipment_in_read(cx, rq, &in)) != OK ||
	    (e = key_read(cx, rq, &in.key)) != OK ||
	    (e = shipment_add(cx, &in, &s, &fresh)) != OK)
		return e;
	reply_status(rp, fresh ? 201 : 200);
	reply_header(cx, rp, "Location", "/api/v1/shipments/%s", s.public_id);
	return reply_shipment(cx, s.public_id, rp);
}

/* --- moving --- */

struct act_in {
	const char *courier;
	const char **numbers;
	size_t nnumbers;
	int64_t shipped_at, delivered_at;
};
static const struct field ship_fields[] = {
	F_TEXT_OPT(struct act_in, courier, 100),
	F_NUMBERS(struct act_in, numbers, nnumbers),
	F_WHEN(struct act_in, shipped_at),
	F_END,
};
static const struct field deliver_fields[] = {
	F_WHEN(struct act_in, delivered_at),
	F_END,
};
static const struct field track_fields[] = {
	F_TEXT_OPT(struct act_in, courier, 100),
	F_NUMBERS(struct act_in, numbers, nnumbers),
	F_END,
};
static const struct field no_fields[] = { F_END };

static enum err
act(struct cx *cx, const struct request *rq, struct reply *rp,
    enum ship_verb verb, const struct field *fields)
{
	struct ship_act a = { .id = path_text(rq, "id"), .verb = verb };
	struct act_in in = { 0 };
	struct shipment s;
	bool changed;
	enum err e = OK;

	if (rq->body.n > 0)
		e = body_read(cx, rq, fields, &in);
	if (e != OK)
		return e;
	a.courier = in.courier;
	a.numbers = in.numbers;
	a.nnumbers = in.nnumbers;
	a.at = verb == VERB_SHIP ? in.shipped_at : in.delivered_at;
	if ((e = shipment_act(cx, &a, &s, &changed)) != OK)
		return e;
	return reply_shipment(cx, s.public_id, rp);
}

static enum err
post_ship(struct cx *cx, const struct request *rq, struct reply *rp)
{
	return act(cx, rq, rp, VERB_SHIP, ship_fields);
}

static enum err
post_deliver(struct cx *cx, const struct request *rq, struct reply *rp)
{
	return act(cx, rq, rp, VERB_DELIVER, deliver_fields);
}

static enum err
post_track(struct cx *cx, const struct request *rq, struct reply *rp)
{
	return act(cx, rq, rp, VERB_TRACK, track_fields);
}

static enum err
post_cancel(struct cx *cx, const struct request *rq, struct reply *rp)
{
	return act(cx, rq, rp, VERB_CANCEL, no_fields);
}

static enum err
post_close(struct cx *cx, const struct request *rq, struct reply *rp)
{
	return act(cx, rq, rp, VERB_CLOSE, no_fields);
}

static enum err
post_retry(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct job_ref ref;
	struct shipment s;
	struct json *j;
	enum err e;

	if ((e = shipment_retry(cx, path_text(rq, "id"), &s, &ref)) != OK ||
	    (e = shipment_full_json(cx, &s, &j)) != OK)
		return e;
	json_set_text(cx, j, "job", ref.uuid);
	reply_status(rp, 202);
	reply_json(cx, rp, j);
	return OK;
}

/* --- events --- */

struct events_in {
	const char *source;
	struct carrier_event_in *events;
	size_t nevents;
};

static enum err
events_check(struct cx *cx, const struct events_in *in)
{
	if (in->nevents > CARRIER_BATCH_MAX)
		return cx_fail_code(cx, ERR_INPUT, "too_many_events",
		    "%zu events were sent; at most %d are taken in one call. "
		    "None was taken.",
		    in->nevents, CARRIER_BATCH_MAX);
	if (in->source != NULL && text_equal(in->source, "logivery"))
		return cx_fail_code(cx, ERR_INPUT, "bad_input",
		    "source: this name is our own");
	return OK;
}

static enum err
post_events(struct cx *cx, const struct request *rq, struct reply *rp)
{
	const struct field fields[] = {
		F_TEXT_OPT(struct events_in, source, 64),
		F_LIST(struct events_in, events, nevents,
		    carrier_event_in_fields, 1, 100000),
		F_END,
	};
	struct json *o = json_new_object(cx), *list = json_new_array(cx), *r;
	struct events_in in = { 0 };
	struct carrier_result *results;
	size_t i;
	enum err e;

	if ((e = body_read(cx, rq, fields, &in)) != OK ||
	    (e = events_check(cx, &in)) != OK ||
	    (e = carrier_event_take(cx, in.source ? in.source : "", in.events,
		 in.nevents, &results)) != OK)
		return e;
	for (i = 0; i < in.nevents; i++) {
		r = json_new_object(cx);
		json_set_text(cx, r, "id", results[i].id);
		json_set_text(cx, r, "result", results[i].result);
		json_set_text(cx, r, "state", results[i].state);
		json_set_text(cx, r, "code", results[i].code);
		json_set_text(cx, r, "reason", results[i].reason);
		json_set_text(cx, r, "next", next_of(results[i].code));
		json_push(list, r);
	}
	json_set(o, "results", list);
	reply_json(cx, rp, o);
	return OK;
}

struct choice_in {
	const char *choice;
};

static enum err
post_conflict(struct cx *cx, const struct request *rq, struct reply *rp)
{
	static const struct field fields[] = {
		F_TEXT(struct choice_in, choice, 1, 16),
		F_END,
	};
	struct json *o = json_new_object(cx);
	struct choice_in in = { 0 };
	int64_t order = path_int(rq, "id");
	enum err e;

	if ((e = body_read(cx, rq, fields, &in)) != OK ||
	    (e = shipment_conflict_choose(cx, order, in.choice)) != OK ||
	    (e = order_shipments_json(cx, order, o)) != OK)
		return e;
	reply_json(cx, rp, o);
	return OK;
}

#define SHIPMENT "/api/v1/shipments/{id}"

const struct route cloud_shipment_routes[] = {
	{ POST, "/api/v1/orders/{id}/shipments", "operator", post_shipment },
	{ POST, "/api/v1/orders/{id}/conflict", "operator", post_conflict },
	{ GET, "/api/v1/shipments", "viewer", get_shipments },
	{ POST, "/api/v1/shipments/events", "operator", post_events, 0,
	    EVENTS_BODY_MAX },
	{ GET, SHIPMENT, "viewer", get_shipment },
	{ POST, SHIPMENT "/ship", "operator", post_ship },
	{ POST, SHIPMENT "/deliver", "operator", post_deliver },
	{ POST, SHIPMENT "/track", "operator", post_track },
	{ POST, SHIPMENT "/cancel", "operator", post_cancel },
	{ POST, SHIPMENT "/close", "operator", post_close },
	{ POST, SHIPMENT "/retry", "operator", post_retry },
	{ 0 },
};
