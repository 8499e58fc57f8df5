/*
 * api_connector.c - connectors, their tokens, schedules and jobs, and sales
 * channels (doc/openapi.yaml).
 */
#include "cloud/api_edge.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "cloud/audit.h"
#include "cloud/channel.h"
#include "cloud/connector.h"
#include "cloud/cursor.h"
#include "cloud/jobs.h"
#include "cloud/link.h"
#include "queue/job.h"
#include "queue/sched.h"

struct connector_in {
	const char *technology, *label;
};
static const struct field connector_in_fields[] = {
	F_TEXT(struct connector_in, technology, 1, 32),
	F_TEXT(struct connector_in, label, 1, 100),
	F_END,
};

struct rotate_in {
	int64_t overlap_hours;
};
static const struct field rotate_fields[] = {
	F_INT_OPT(struct rotate_in, overlap_hours, 0, 168),
	F_END,
};

struct run_in {
	const char *kind;
};
static const struct field run_fields[] = {
	F_TEXT(struct run_in, kind, 1, 32),
	F_END,
};

static struct json *
connector_json(struct cx *cx, const struct connector *c)
{
	bool linked = connector_is_linked(c);
	bool overlap = c->old_until > cx->now;
	struct json *o = json_new_object(cx);

	json_set_text(cx, o, "id", c->public_id);
	json_set_text(cx, o, "technology", c->technology);
	json_set_text(cx, o, "label", c->label);
	json_set_text(cx, o, "app_url", connector_app_url(cx, c));
	json_set_bool(cx, o, "automatic", c->automatic);
	json_set_bool(cx, o, "notify_customer", c->notify_customer);
	json_set_bool(cx, o, "every_step", c->every_step);
	json_set_bool(cx, o, "linked", linked);
	json_set_text(cx, o, "link_state", c->link_state);
	json_set_text(cx, o, "shop", linked ? c->shop : NULL);
	json_set_id(cx, o, "channel", linked ? c->channel : 0);
	json_set_when(cx, o, "last_contact", c->last_contact_at);
	json_set_when(cx, o, "failing_since", linked ? c->failing_since : 0);
	json_set_when(cx, o, "token_awaited_since",
	    connector_awaits_token(cx, c));
	json_set_when(cx, o, "old_token_until", overlap ? c->old_until : 0);
	json_set_when(cx, o, "created_at", c->created_at);
	json_set_raw(cx, o, "shipping_rule", c->ship_rule);
	return o;
}

static enum err
counts_json(struct cx *cx, const struct connector *c, struct json **out)
{
	struct connector_counts counts;
	int64_t held;
	enum err e;

	if ((e = connector_count(cx, c, &counts)) != OK ||
	    (e = connector_held(cx, c, &held)) != OK)
		return e;
	*out = json_of(cx, connector_counts_fields, &counts);
	json_set_int(cx, *out, "held", held);
	return OK;
}

/* With counts, and the token for those who may copy it. */
static enum err
connector_shown(struct cx *cx, const struct connector *c, bool token,
    struct json **out)
{
	struct json *counts;
	const char *secrets[2];
	size_t n;
	enum err e;

	if ((e = counts_json(cx, c, &counts)) != OK)
		return e;
	*out = connector_json(cx, c);
	json_set(*out, "counts", counts);
	if (!token)
		return OK;
	if ((e = connector_secrets(cx, c->id, secrets, &n)) != OK)
		return e;
	json_set_text(cx, *out, "token", secrets[0]);
	return OK;
}

static enum err
get_connectors(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct json *items = json_new_array(cx), *o;
	struct connector *list;
	const char *after = "", *next = NULL;
	int64_t limit;
	size_t n, i;
	enum err e;

	if ((e = page_limit(cx, rq, &limit)) != OK ||
	    (e = cursor_read(cx, query_get(rq, "cursor"), &after)) != OK ||
	    (e = connector_list(cx, after, limit + 1, &list, &n)) != OK)
		return e;
	for (i = 0; i < n && i < (size_t)limit; i++) {
		if ((e = connector_shown(cx, &list[i], false, &o)) != OK)
			return e;
		json_push(items, o);
	}
	if (n > (size_t)limit)
		next = cursor_write(cx, list[limit - 1].label);
	reply_page(cx, rp, items, next);
	return OK;
}

static enum err
post_connector(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct connector_in in = { 0 };
	struct connector_secret s;
	struct json *o;
	enum err e;

	if ((e = body_read(cx, rq, connector_in_fields, &in)) != OK ||
	    (e = connector_add(cx, audit_name(cx, rq->who), in.technology,
		 in.label, &s)) != OK ||
	    (e = connector_shown(cx, &s.connector, true, &o)) != OK)
		return e;
	reply_status(rp, 201);
	reply_header(cx, rp, "Location", "/api/v1/connectors/%s",
	    s.connector.public_id);
	reply_json(cx, rp, o);
	return OK;
}

static enum err
get_connector(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct connector c;
	struct json *o;
	enum err e;

	if ((e = path_connector(cx, rq, &c)) != OK ||
	    (e = connector_shown(cx, &c, false, &o)) != OK)
		return e;
	reply_json(cx, rp, o);
	return OK;
}

static int64_t
tri(const struct json *body, const char *name)
{
	const struct json *v = json_get(body, name);

	return json_is_null(v) ? -1 : json_bool(v, false);
}

/* Only to check types and names: absent must differ from false. */
struct patch_shape {
	const char *label;
	bool automatic, notify_customer, every_step;
};
static const struct field patch_shape_fields[] = {
	F_TEXT_OPT(struct patch_shape, label, 100),
	F_BOOL_OPT(struct patch_shape, automatic),
	F_BOOL_OPT(struct patch_shape, notify_customer),
	F_BOOL_OPT(struct patch_shape, every_step),
	F_END,
};

static enum err
patch_connector(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct patch_shape in = { 0 };
	struct connector_change want;
	struct connector c;
	struct json *body, *o;
	enum err e;

	if ((e = path_connector(cx, rq, &c)) != OK ||
	    (e = body_json(cx, rq, &body)) != OK ||
	    (e = json_fill(cx, body, patch_shape_fields, &in)) != OK)
		return e;
	want = (struct connector_change){ in.label, tri(body, "automatic"),
		tri(body, "notify_customer"), tri(body, "every_step") };
	if ((e = connector_set(cx, &c, &want)) != OK ||
	    (e = connector_shown(cx, &c, false, &o)) != OK)
		return e;
	reply_json(cx, rp, o);
	return OK;
}

static enum err
delete_connector(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct connector c;
	enum err e;

	if ((e = path_connector(cx, rq, &c)) != OK ||
	    (e = connector_drop(cx, audit_name(cx, rq->who), c.id)) != OK)
		return e;
	reply_status(rp, 204);
	return OK;
}

static struct json *
token_json(struct cx *cx, const struct connector *c, const char *token)
{
	struct json *o = json_new_object(cx);

	json_set_text(cx, o, "token", token);
	json_set_text(cx, o, "app_url", connector_app_url(cx, c));
	json_set_when(cx, o, "old_token_until",
	    c->old_until > cx->now ? c->old_until : 0);
	return o;
}

static enum err
post_rotate(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct rotate_in in = { .overlap_hours = 24 };
	struct connector_secret s;
	struct connector c;
	enum err e;

	if ((e = path_connector(cx, rq, &c)) != OK ||
	    (rq->body.n > 0 &&
		(e = body_read(cx, rq, rotate_fields, &in)) != OK) ||
	    (e = connector_rotate(cx, audit_name(cx, rq->who), c.id,
		 in.overlap_hours, &s)) != OK)
		return e;
	reply_json(cx, rp, token_json(cx, &s.connector, s.token));
	return OK;
}

/* The audit first: what is not written down is not shown. */
static enum err
post_reveal(struct cx *cx, const struct request *rq, struct reply *rp)
{
	const char *secrets[2];
	struct connector c;
	size_t n;
	enum err e;

	if ((e = path_connector(cx, rq, &c)) != OK ||
	    (e = connector_secrets(cx, c.id, secrets, &n)) != OK ||
	    (e = audit_add(cx, audit_name(cx, rq->who), "connector.token_shown",
		 arena_printf(cx->mem,
		     "Had the Authorization token of the connector \"%s\" "
		     "shown.",
		     c.label))) != OK)
		return e;
	reply_json(cx, rp, token_json(cx, &c, secrets[0]));
	return OK;
}

/* --- jobs and schedules --- */

static const struct connector_schedule *
kind_find(const char *name)
{
	const struct connector_schedule *s;

	for (s = connector_schedules; s->kind != NULL; s++) {
		if (text_equal(s->kind, name))
			return s;
	}
	return NULL;
}

static enum err
kind_check(struct cx *cx, const char *name)
{
	if (kind_find(name) != NULL)
		return OK;
	return cx_fail_code(cx, ERR_INPUT, "bad_input",
	    "kind: sync, import_orders, export_shipped or export_delivered is "
	    "needed");
}

static enum err
post_job(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct run_in in = { 0 };
	struct job_ref ref;
	struct connector c;
	const char *once;
	struct json *o;
	enum err e;

	if ((e = path_connector(cx, rq, &c)) != OK ||
	    (e = body_read(cx, rq, run_fields, &in)) != OK ||
	    (e = kind_check(cx, in.kind)) != OK ||
	    (e = link_need(cx, &c)) != OK)
		return e;
	once = sched_once(cx, in.kind, c.id);
	e = job_add_or_running(cx,
	    &(struct job_new){
		.kind = in.kind,
		.tenant = c.id,
		.key = once,
		.once = once,
		.prio = -1,
	    },
	    &ref);
	if (e != OK)
		return e;
	o = json_new_object(cx);
	json_set_text(cx, o, "uuid", ref.uuid);
	json_set_bool(cx, o, "created", ref.fresh);
	reply_status(rp, 202);
	reply_json(cx, rp, o);
	return OK;
}

static struct json *
schedule_json(struct cx *cx, const struct sched *s)
{
	struct json *o = json_new_object(cx);

	json_set_text(cx, o, "kind", s->kind);
	if (s->every_s > 0)
		json_set_int(cx, o, "every_seconds", s->every_s);
	else
		json_set(o, "every_seconds", json_new_null(cx));
	json_set_when(cx, o, "last_run", s->last_at);
	json_set_when(cx, o, "next_run", s->every_s > 0 ? s->next_at : 0);
	return o;
}

static enum err
schedules_reply(struct cx *cx, const struct connector *c, struct reply *rp)
{
	const struct connector_schedule *k;
	struct json *items = json_new_array(cx);
	struct sched *list;
	size_t n, i;
	enum err e;

	if ((e = sched_list(cx, c->id, &list, &n)) != OK)
		return e;
	for (k = connector_schedules; k->kind != NULL; k++) {
		for (i = 0; i < n; i++) {
			if (text_equal(list[i].kind, k->kind))
				json_push(items, schedule_json(cx, &list[i]));
		}
	}
	reply_page(cx, rp, items, NULL);
	return OK;
}

static enum err
get_schedules(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct connector c;
	enum err e;

	if ((e = path_connector(cx, rq, &c)) != OK)
		return e;
	return schedules_reply(cx, &c, rp);
}

struct schedule_in {
	const char *kind;
	int64_t every_seconds; /* 0: off */
};
static const struct field schedule_in_fields[] = {
	F_TEXT(struct schedule_in, kind, 1, 32),
	F_INT_OPT(struct schedule_in, every_seconds, 5, 604800),
	F_END,
};
struct schedules_in {
	struct schedule_in *items;
	size_t n;
};
static const struct field schedules_in_fields[] = {
	F_LIST(struct schedules_in, items, n, schedule_in_fields, 1, 4),
	F_END,
};

static enum err
put_schedules(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct schedules_in in = { 0 };
	struct connector c;
	size_t i;
	enum err e;

	if ((e = path_connector(cx, rq, &c)) != OK ||
	    (e = body_read(cx, rq, schedules_in_fields, &in)) != OK)
		return e;
	for (i = 0; i < in.n; i++) {
		if ((e = kind_check(cx, in.items[i].kind)) != OK)
			return cx_in(cx, e, "items[%zu].", i);
	}
	for (i = 0; i < in.n; i++) {
		e = sched_set(cx, c.id, in.items[i].kind,
		    in.items[i].every_seconds);
		if (e != OK)
			return e;
	}
	return schedules_reply(cx, &c, rp);
}

/* --- channels --- */

/* The cursor is "id:name". */
static enum err
channel_cursor(struct cx *cx, const struct request *rq, const char **name,
    int64_t *id)
{
	const char *key = NULL, *colon;
	enum err e;

	*name = "";
	*id = 0;
	if ((e = cursor_read(cx, query_get(rq, "cursor"), &key)) != OK ||
	    key == NULL)
		return e;
	colon = strchr(key, ':');
	if (colon == NULL ||
	    !text_to_int(arena_textn(cx->mem, key, (size_t)(colon - key)), 1,
		INT64_MAX, id))
		return cx_fail_code(cx, ERR_INPUT, "bad_input",
		    "cursor: not a next_cursor of this list");
	*name = colon + 1;
	return OK;
}

static struct json *
channel_json(struct cx *cx, const struct channel *ch)
{
	struct json *o = json_new_object(cx);

	json_set_id(cx, o, "id", ch->id);
	json_set_text(cx, o, "name", ch->name);
	json_set_text(cx, o, "technology", ch->technology);
	json_set_text(cx, o, "shop", ch->shop);
	json_set_text(cx, o, "connector", ch->connector);
	json_set_int(cx, o, "orders", ch->orders);
	return o;
}

static enum err
get_channels(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct json *items = json_new_array(cx);
	struct channel *list;
	const char *name, *next = NULL;
	int64_t id, limit;
	size_t n, i;
	enum err e;

	if ((e = page_limit(cx, rq, &limit)) != OK ||
	    (e = channel_cursor(cx, rq, &name, &id)) != OK ||
	    (e = channel_list(cx, name, id, limit + 1, &list, &n)) != OK)
		return e;
	for (i = 0; i < n && i < (size_t)limit; i++)
		json_push(items, channel_json(cx, &list[i]));
	if (n > (size_t)limit)
		next = cursor_write(cx,
		    arena_printf(cx->mem, "%" PRId64 ":%s", list[limit - 1].id,
			list[limit - 1].name));
	reply_page(cx, rp, items, next);
	return OK;
}

const struct route cloud_connector_routes[] = {
	{ GET, "/api/v1/connectors", "viewer", get_connectors },
	{ POST, "/api/v1/connectors", "manager", post_connector },
	{ GET, "/api/v1/connectors/{id}", "viewer", get_connector },
	{ PATCH, "/api/v1/connectors/{id}", "manager", patch_connector },
	{ DELETE, "/api/v1/connectors/{id}", "manager", delete_connector },
	{ POST, "/api/v1/connectors/{id}/token", "manager", post_rotate },
	{ POST, "/api/v1/connectors/{id}/token/reveal", "manager",
	    post_reveal },
	{ POST, "/api/v1/connectors/{id}/jobs", "operator", post_job },
	{ GET, "/api/v1/connectors/{id}/schedules", "viewer", get_schedules },
	{ PUT, "/api/v1/connectors/{id}/schedules", "manager", put_schedules },
	{ GET, "/api/v1/channels", "viewer", get_channels },
	{ 0 },
};
