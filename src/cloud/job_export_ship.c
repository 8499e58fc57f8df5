/*
 * job_export_ship.c - tell the store of one shipment: its fulfilments, then
 * what the carrier said.
 *
 * The call comes first and our record of it second; a lost answer makes us
 * call again with the same revision or event id, which the app knows.  What
 * the store cannot take is an answer, not a failure: it is stored in words,
 * and the job is done.
 */
#include "cloud/jobs.h"

#include <inttypes.h>

#include "base/arena.h"
#include "base/crashpoint.h"
#include "base/json.h"
#include "base/text.h"
#include "base/when.h"
#include "cloud/callback.h"
#include "cloud/connector.h"
#include "cloud/courier.h"
#include "cloud/shipment_export.h"
#include "queue/job.h"

enum { CALLS_MAX = 30 }; /* in one run; the job is added again for more */

/* --- what we send --- */

static struct json *
courier_json(struct cx *cx, const struct shipment *s)
{
	struct json *o;

	if (s->courier == 0)
		return json_new_null(cx);
	o = json_new_object(cx);
	json_set_text(cx, o, "code", s->courier_code);
	json_set_text(cx, o, "name", s->courier_name);
	json_set_text(cx, o, "company", s->courier_shopify);
	return o;
}

/* With Shopify's own spelling it makes the links itself. */
static struct json *
tracking_json(struct cx *cx, const struct shipment *s)
{
	struct json *list = json_new_array(cx), *o;
	size_t i;

	for (i = 0; i < s->nnumbers; i++) {
		o = json_new_object(cx);
		json_set_text(cx, o, "number", s->numbers[i]);
		json_set_text(cx, o, "url",
		    s->courier_shopify
			? NULL
			: courier_page(cx, s->courier_url, s->numbers[i]));
		json_push(list, o);
	}
	return list;
}

static enum err
lines_json(struct cx *cx, const struct shipment *s, struct json **out)
{
	struct ship_line *lines;
	struct json *o;
	size_t n, i;
	enum err e;

	if ((e = shipment_lines(cx, s->id, &lines, &n)) != OK)
		return e;
	*out = json_new_array(cx);
	for (i = 0; i < n; i++) {
		o = json_new_object(cx);
		json_set_text(cx, o, "id", lines[i].external_id);
		json_set_int(cx, o, "quantity", lines[i].quantity);
		json_push(*out, o);
	}
	return OK;
}

static enum err
shipment_json(struct cx *cx, struct shipment *s, struct json **out)
{
	struct json *o = json_new_object(cx), *lines;
	enum err e;

	if ((e = shipment_numbers(cx, s)) != OK ||
	    (e = lines_json(cx, s, &lines)) != OK)
		return e;
	json_set_text(cx, o, "id", s->public_id);
	json_set_text(cx, o, "order", s->order_external);
	json_set_text(cx, o, "state", s->state);
	json_set_int(cx, o, "revision", s->revision);
	json_set_text(cx, o, "shipped_at", when_write(cx->mem, s->shipped_at));
	json_set(o, "courier", courier_json(cx, s));
	json_set(o, "tracking", tracking_json(cx, s));
	json_set_bool(cx, o, "notify_customer", s->notify_customer);
	json_set(o, "lines", lines);
	*out = o;
	return OK;
}

static enum err
event_json(struct cx *cx, const struct shipment *s,
    const struct carrier_event *ev, struct json **out)
{
	struct json *o = json_new_object(cx), *ids = json_new_array(cx);
	struct ship_fulfillment *list;
	size_t n, i;
	enum err e;

	if ((e = shipment_fulfillments(cx, s->id, &list, &n)) != OK)
		return e;
	for (i = 0; i < n; i++)
		json_push(ids, json_new_text(cx, list[i].external_id));
	json_set_text(cx, o, "id",
	    arena_printf(cx->mem, "%s-%" PRId64, s->public_id, ev->id));
	json_set_text(cx, o, "order", s->order_external);
	json_set_text(cx, o, "status", text_lower_ascii(cx->mem, ev->kind));
	json_set_text(cx, o, "happened_at",
	    when_write(cx->mem, ev->happened_at));
	json_set_text(cx, o, "message", ev->message);
	json_set(o, "fulfillments", ids);
	*out = o;
	return OK;
}

/* --- what they answer --- */

static const char *
words(struct cx *cx, const struct json *answer, const char *name, size_t max)
{
	const char *t = json_get_text(answer, name);

	return text_is_empty(t) ? NULL : text_cut(cx->mem, t, max);
}

static enum err
answer_read(struct cx *cx, const struct shipment *s, const struct json *j,
    struct ship_answer *a)
{
	const char *state = json_get_text(j, "state");

	if (!text_equal(json_get_text(j, "id"), s->public_id) ||
	    (!text_equal(state, "done") && !text_equal(state, "partial") &&
		!text_equal(state, "held")))
		return cx_fail_code(cx, ERR_UPSTREAM, "upstream_failed",
		    "The Shopify app's answer is not about this shipment.");
	*a = (struct ship_answer){
		.state = state,
		.code = words(cx, j, "code", 48),
		.reason = words(cx, j, "reason", 500),
		.next = words(cx, j, "next", 500),
		.fulfillments = json_get(j, "fulfillments"),
	};
	if (text_equal(state, "done") && s->sent_revision == 0 &&
	    json_count(a->fulfillments) == 0)
		return cx_fail_code(cx, ERR_UPSTREAM, "upstream_failed",
		    "The Shopify app says done, but names no fulfilment.");
	return OK;
}

/* Call; a refusal of our call (4xx) is an answer too. */
static enum err
call(struct cx *cx, const struct connector *c, const struct shipment *s,
    const char *path, const struct json *body, struct ship_answer *a)
{
	struct json *j = NULL;
	enum err e;

	CRASH_POINT("ship.before_call");
	e = callback_call(cx, c, path, body, &j);
	CRASH_POINT("ship.after_call");
	if (e == OK)
		return answer_read(cx, s, j, a);
	if (e != ERR_INPUT)
		return e;
	*a = (struct ship_answer){
		.state = "refused",
		.code = arena_text(cx->mem, cx->code),
		.reason = text_cut(cx->mem, cx->why, 500),
	};
	return OK;
}

static enum err
send_fulfillment(struct cx *cx, const struct connector *c, struct shipment *s)
{
	struct ship_answer a;
	struct json *body;
	enum err e;

	if ((e = shipment_json(cx, s, &body)) != OK ||
	    (e = call(cx, c, s, "/shipments", body, &a)) != OK ||
	    (e = shipment_export_told(cx, s->id, s->revision, &a)) != OK)
		return e;
	if (!text_equal(a.state, "partial"))
		return OK;
	return cx_fail_code(cx, ERR_UPSTREAM, a.code ? a.code : "partial",
	    "The store has a part of the shipment only: %s",
	    a.reason ? a.reason : "the rest follows.");
}

static enum err
send_event(struct cx *cx, const struct connector *c, struct shipment *s,
    const struct carrier_event *ev)
{
	struct ship_answer a;
	struct json *body;
	enum err e;

	if ((e = event_json(cx, s, ev, &body)) != OK ||
	    (e = call(cx, c, s,
		 arena_printf(cx->mem, "/shipments/%s/events", s->public_id),
		 body, &a)) != OK)
		return e;
	if (text_equal(a.state, "partial"))
		return cx_fail_code(cx, ERR_UPSTREAM,
		    a.code ? a.code : "partial",
		    "The store took the event in part only: %s",
		    a.reason ? a.reason : "the rest follows.");
	return shipment_export_event_told(cx, ev, &a);
}

/* One call, if one is due. */
static enum err
step(struct cx *cx, const struct job *job, const struct connector *c,
    bool *more)
{
	struct carrier_event ev;
	struct shipment s;
	enum err e;

	*more = false;
	if ((e = shipment_find_id(cx, job->subject, &s)) != OK)
		return e == ERR_MISSING ? OK : e;
	if (s.connector != job->tenant)
		return OK; /* the store has another connector now */
	*more = true;
	if ((s.due & SHIP_DUE_FULFILLMENT) && s.revision > s.sent_revision)
		return send_fulfillment(cx, c, &s);
	*more = false;
	if (!(s.due & SHIP_DUE_EVENTS) || s.sent_revision == 0)
		return OK;
	e = carrier_event_next(cx, s.id, &ev);
	if (e == ERR_MISSING)
		return shipment_export_events_done(cx, s.id);
	*more = true;
	return e == OK ? send_event(cx, c, &s, &ev) : e;
}

static enum err
run(struct cx *cx, const struct job *job)
{
	struct connector c;
	struct shipment s;
	bool more = true;
	int i;
	enum err e;

	if ((e = connector_find_id(cx, job->tenant, &c)) != OK)
		return e == ERR_MISSING ? OK : e;
	for (i = 0; more && i < CALLS_MAX; i++) {
		if ((e = step(cx, job, &c, &more)) != OK)
			return e;
	}
	if (!more)
		return OK;
	if ((e = shipment_find_id(cx, job->subject, &s)) != OK)
		return e;
	return shipment_export_add(cx, &s, 0, NULL);
}

/* Given up: the shipment says so, too. */
static enum err
buried(struct cx *cx, const struct job *job, enum err why)
{
	struct ship_answer a = { .state = "refused" };
	struct shipment s;
	enum err e;

	a.code =
	    arena_text(cx->mem, cx->code[0] ? cx->code : err_row(why)->code);
	a.reason = text_cut(cx->mem, cx->why, 500);
	e = shipment_find_id(cx, job->subject, &s);
	if (e != OK || s.revision == s.sent_revision)
		return e == ERR_MISSING ? OK : e;
	return shipment_export_told(cx, s.id, s.revision, &a);
}

const struct job_kind cloud_kind_ship = {
	.name = JOB_SHIP,
	.title = "Tell the store of a shipment",
	.run = run,
	.buried = buried,
	.backoff_s = 2,
	.backoff_max_s = 300,
	.parks = true,
};
