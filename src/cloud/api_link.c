/*
 * api_link.c - the connector protocol, the Cloud App's side
 * (doc/connector-protocol.md, section 5).
 */
#include "cloud/api_edge.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "base/when.h"
#include "cloud/callback.h"
#include "cloud/connector.h"
#include "cloud/link.h"
#include "cloud/order.h"
#include "cloud/order_sync.h"
#include "cloud/privacy.h"
#include "cloud/report.h"
#include "queue/event.h"
#include "queue/job.h"

enum { ORDERS_MAX = 10, IDS_MAX = 50, LOG_MAX = 200 };

/* --- pairing --- */

static void
link_json(struct cx *cx, const struct connector *c, const struct link_in *in,
    struct json *o)
{
	bool linked = connector_is_linked(c) && text_equal(c->shop, in->shop);

	json_set_text(cx, o, "connector", c->public_id);
	json_set_text(cx, o, "label", c->label);
	json_set_text(cx, o, "shop", in->shop);
	json_set_bool(cx, o, "linked", linked);
}

static enum err
shop_check(struct cx *cx, const char *shop)
{
	static const char set[] = "abcdefghijklmnopqrstuvwxyz0123456789.-";

	if (shop[strspn(shop, set)] == '\0' && strchr(shop, '.') != NULL)
		return OK;
	return cx_fail_code(cx, ERR_INPUT, "bad_input",
	    "shop: not a host name in lower case");
}

/* Nothing, if the link is only tried. */
static enum err
claim(struct cx *cx, const struct who *w, struct connector *c,
    const struct link_in *in, bool *replaced)
{
	enum err e;

	if (in->verify)
		return OK;
	if ((e = link_store(cx, c, in, replaced)) != OK)
		return e;
	return connector_note_used(cx, w->connector, w->token_until);
}

static enum err
post_link(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct connector c = *rq->who->connector;
	struct link_in in = { 0 };
	bool replaced = false;
	struct json *o;
	enum err e;

	if ((e = body_read(cx, rq, link_in_fields, &in)) != OK ||
	    (e = shop_check(cx, in.shop)) != OK ||
	    (e = link_check(cx, &c, &in)) != OK ||
	    (e = callback_ping(cx, &c, in.callback_url, in.shop)) != OK ||
	    (e = claim(cx, rq->who, &c, &in, &replaced)) != OK)
		return e;
	o = json_new_object(cx);
	link_json(cx, &c, &in, o);
	json_set_bool(cx, o, "replaced", replaced);
	json_set_bool(cx, o, "automatic", c.automatic);
	json_set_int(cx, o, "version", 1);
	reply_json(cx, rp, o);
	return OK;
}

static enum err
delete_link(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct json *o = json_new_object(cx);
	enum err e;

	if ((e = link_drop(cx, rq->who->connector)) != OK)
		return e;
	json_set_bool(cx, o, "linked", false);
	reply_json(cx, rp, o);
	return OK;
}

static enum err
get_about(struct cx *cx, const struct request *rq, struct reply *rp)
{
	const struct connector *c = rq->who->connector;
	bool linked = connector_is_linked(c);
	struct json *o = json_new_object(cx);
	struct connector_counts n;
	enum err e;

	if ((e = connector_count(cx, c, &n)) != OK)
		return e;
	json_set_text(cx, o, "connector", c->public_id);
	json_set_text(cx, o, "label", c->label);
	json_set_text(cx, o, "shop", linked ? c->shop : NULL);
	json_set_bool(cx, o, "linked", linked);
	json_set_bool(cx, o, "automatic", c->automatic);
	json_set_int(cx, o, "version", 1);
	json_set_when(cx, o, "time", cx->now);
	json_set_when(cx, o, "last_contact", c->last_contact_at);
	json_set(o, "counts", json_of(cx, connector_counts_fields, &n));
	reply_json(cx, rp, o);
	return OK;
}

/* --- orders --- */

static bool
key_is(const char *s)
{
	static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "abcdefghijklmnopqrstuvwxyz0123456789._-";
	size_t n = strlen(s);

	return n >= 1 && n <= 64 && s[strspn(s, set)] == '\0';
}

static enum err
key_read(struct cx *cx, const struct request *rq, const char **key)
{
	*key = header_get(rq, "idempotency-key");
	if (*key == NULL || **key == '\0')
		return cx_fail_code(cx, ERR_INPUT, "idempotency_key_missing",
		    "POST /orders needs the header Idempotency-Key, so that a "
		    "repeated call is known as one.");
	if (!key_is(*key) || header_count(rq, "idempotency-key") > 1)
		return cx_fail_code(cx, ERR_INPUT, "bad_input",
		    "Idempotency-Key: 1 to 64 characters of A-Z a-z 0-9 . _ - "
		    "are needed");
	return OK;
}

static enum err
call_members(struct cx *cx, const struct json *body, struct order_call *call)
{
	size_t n;

	call->mode = json_get_text(body, "mode");
	call->documents = json_get(body, "orders");
	n = json_count(call->documents);
	if (!text_equal(call->mode, "automatic") &&
	    !text_equal(call->mode, "manual"))
		return cx_fail_code(cx, ERR_INPUT, "bad_input",
		    "mode: %s%.32s%s is neither automatic nor manual.",
		    call->mode ? "\"" : "", call->mode ? call->mode : "it",
		    call->mode ? "\"" : "");
	if (!json_is_array(call->documents))
		return cx_fail_code(cx, ERR_INPUT, "bad_input",
		    "orders: not a list");
	if (json_count(body) != 2)
		return cx_fail_code(cx, ERR_INPUT, "bad_input",
		    "a member besides mode and orders");
	if (n == 0)
		return cx_fail_code(cx, ERR_INPUT, "no_orders",
		    "orders: empty; a call carries 1 to 10 orders.");
	if (n > ORDERS_MAX)
		return cx_fail_code(cx, ERR_INPUT, "too_many_orders",
		    "%zu orders were sent; at most 10 are taken in one call. "
		    "None was taken.",
		    n);
	return OK;
}

static enum err
mode_check(struct cx *cx, const struct connector *c, const char *mode)
{
	if (c->automatic || !text_equal(mode, "automatic"))
		return OK;
	return cx_fail_code(cx, ERR_CONFLICT, "automatic_off",
	    "\"Enable automatic processes\" is off for this connector, so "
	    "orders sent automatically are not taken. None was taken.");
}

static void
orders_reply(struct cx *cx, struct reply *rp, const struct order_sync *list,
    size_t n)
{
	struct json *items = json_new_array(cx), *o = json_new_object(cx);
	size_t i;

	for (i = 0; i < n; i++)
		json_push(items, json_of(cx, order_sync_out_fields, &list[i]));
	json_set(o, "orders", items);
	reply_json(cx, rp, o);
}

static enum err
post_orders(struct cx *cx, const struct request *rq, struct reply *rp)
{
	const struct connector *c = rq->who->connector;
	struct order_call call = { .connector = c, .body = rq->body };
	struct order_sync *list;
	struct json *body;
	bool repeated;
	size_t n;
	enum err e;

	if ((e = body_json(cx, rq, &body)) != OK ||
	    (e = key_read(cx, rq, &call.key)) != OK ||
	    (e = call_members(cx, body, &call)) != OK ||
	    (e = link_need(cx, c)) != OK ||
	    (e = mode_check(cx, c, call.mode)) != OK ||
	    (e = order_take(cx, &call, &list, &n, &repeated)) != OK)
		return e;
	reply_status(rp, 202);
	orders_reply(cx, rp, list, n);
	return OK;
}

struct status_in {
	const char **ids;
	size_t n;
};
static const struct field status_fields[] = {
	F_TEXTS(struct status_in, ids, n, 1, IDS_MAX, 19),
	F_END,
};

static enum err
post_status(struct cx *cx, const struct request *rq, struct reply *rp)
{
	const struct connector *c = rq->who->connector;
	struct status_in in = { 0 };
	struct order_sync *list;
	enum err e;

	if ((e = body_read(cx, rq, status_fields, &in)) != OK ||
	    (e = link_need(cx, c)) != OK ||
	    (e = order_sync_list(cx, c->channel, in.ids, in.n, &list)) != OK)
		return e;
	orders_reply(cx, rp, list, in.n);
	return OK;
}

/* --- a job's log --- */

static struct json *
line_json(struct cx *cx, const struct event *ev)
{
	struct json *o = json_new_object(cx);
	const char *words = ev->text;

	if (!text_is_empty(ev->reason))
		words = arena_printf(cx->mem, "%s %s", ev->text, ev->reason);
	json_set_when(cx, o, "time", ev->at);
	json_set_text(cx, o, "level", ev->level);
	json_set_text(cx, o, "step", ev->step);
	json_set_text(cx, o, "order", ev->order_id);
	json_set_text(cx, o, "reason", text_cut(cx->mem, words, 500));
	json_set_text(cx, o, "next", ev->next);
	return o;
}

static struct json *
job_json(struct cx *cx, const struct connector *c, const struct job *j)
{
	const char *state = job_state_shown(j);
	const char *code = job_code_shown(j);
	struct json *o = json_new_object(cx);

	if (text_equal(state, "parked") && !connector_is_linked(c))
		code = "not_linked";
	json_set_text(cx, o, "uuid", j->uuid);
	json_set_text(cx, o, "kind", j->kind);
	json_set_text(cx, o, "state", state);
	json_set_int(cx, o, "attempts", j->attempts);
	json_set_when(cx, o, "created_at", j->created_at);
	json_set_when(cx, o, "finished_at", j->finished_at);
	json_set_when(cx, o, "next_at",
	    text_equal(state, "waiting") ? j->run_at : 0);
	json_set_text(cx, o, "code", code);
	json_set_text(cx, o, "reason",
	    text_equal(state, "done") ? j->result : j->reason);
	json_set_text(cx, o, "next", job_next_shown(j));
	return o;
}

static enum err
get_job_log(struct cx *cx, const struct request *rq, struct reply *rp)
{
	const struct connector *c = rq->who->connector;
	struct event_filter f = { .tenant = c->id, .limit = LOG_MAX };
	struct json *items = json_new_array(cx), *o = json_new_object(cx);
	struct event *list;
	struct job j;
	size_t n;
	enum err e;

	f.job = path_text(rq, "uuid");
	e = job_find(cx, f.job, &j);
	if (e == ERR_MISSING || (e == OK && j.tenant != c->id))
		return cx_fail(cx, ERR_MISSING,
		    "There is no job with this UUID for this connector.");
	if (e != OK || (e = event_list(cx, &f, &list, &n)) != OK)
		return e;
	while (n-- > 0)
		json_push(items, line_json(cx, &list[n]));
	json_set(o, "job", job_json(cx, c, &j));
	json_set(o, "items", items);
	reply_json(cx, rp, o);
	return OK;
}

/* --- events and privacy --- */

static enum err
post_events(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct reports in = { 0 };
	struct json *o = json_new_object(cx);
	int64_t accepted = 0;
	enum err e;

	if ((e = body_read(cx, rq, reports_fields, &in)) != OK ||
	    (e = report_add(cx, rq->who->connector, &in, &accepted)) != OK)
		return e;
	json_set_int(cx, o, "accepted", accepted);
	json_set_int(cx, o, "repeated", (int64_t)in.n - accepted);
	reply_status(rp, 202);
	reply_json(cx, rp, o);
	return OK;
}

static enum err
post_privacy(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct privacy_in in = { 0 };
	struct json *o = json_new_object(cx);
	const char *job = NULL;
	enum err e;

	if ((e = body_read(cx, rq, privacy_in_fields, &in)) != OK ||
	    (e = privacy_add(cx, rq->who->connector, &in, &job)) != OK)
		return e;
	json_set_text(cx, o, "request_id", in.request_id);
	json_set_text(cx, o, "job", job);
	reply_status(rp, 202);
	reply_json(cx, rp, o);
	return OK;
}

/* connector_trial: the app may try a token that it has not saved. */
const struct route cloud_link_routes[] = {
	{ GET, "/c/{connector}", "connector_trial", get_about },
	{ GET, "/c/{connector}/", "connector_trial", get_about },
	{ POST, "/c/{connector}/link", "connector_trial", post_link },
	{ DELETE, "/c/{connector}/link", "connector", delete_link },
	{ POST, "/c/{connector}/orders", "connector", post_orders },
	{ POST, "/c/{connector}/orders/status", "connector", post_status },
	{ GET, "/c/{connector}/jobs/{uuid}/log", "connector", get_job_log },
	{ POST, "/c/{connector}/events", "connector", post_events },
	{ POST, "/c/{connector}/privacy", "connector", post_privacy },
	{ 0 },
};
