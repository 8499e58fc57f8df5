/*
 * connector.c - connectors: added, found, changed, ended.
 */
#include "cloud/connector_part.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/env.h"
#include "base/text.h"
#include "base/when.h"
#include "cloud/audit.h"
#include "cloud/jobs.h"
#include "db/db.h"
#include "gen/sql.h"
#include "queue/event.h"
#include "queue/job.h"
#include "queue/sched.h"

enum { PUBLIC_ID_CHARS = 12, SWEEP_S = 300 };

const struct field connector_fields[] = {
	F_INT(struct connector, id, 1, INT64_MAX),
	F_TEXT(struct connector, public_id, 1, 32),
	F_TEXT(struct connector, technology, 1, 32),
	F_TEXT(struct connector, label, 1, 100),
	F_INT(struct connector, automatic, 0, 1),
	F_INT(struct connector, notify_customer, 0, 1),
	F_INT(struct connector, every_step, 0, 1),
	F_INT(struct connector, channel, 0, INT64_MAX),
	F_TEXT_OPT(struct connector, shop, 255),
	F_TEXT_OPT(struct connector, callback_url, 2048),
	F_TEXT(struct connector, link_state, 1, 32),
	F_TEXT_OPT(struct connector, app_version, 64),
	F_WHEN(struct connector, last_contact_at),
	F_WHEN(struct connector, created_at),
	F_WHEN(struct connector, old_until),
	F_TEXT_OPT(struct connector, ship_rule, 8000),
	F_WHEN(struct connector, failing_since),
	F_WHEN(struct connector, used_until),
	F_END,
};

const struct field connector_counts_fields[] = {
	F_INT(struct connector_counts, orders, 0, INT64_MAX),
	F_INT(struct connector_counts, syncing, 0, INT64_MAX),
	F_INT(struct connector_counts, synced, 0, INT64_MAX),
	F_INT(struct connector_counts, error, 0, INT64_MAX),
	F_END,
};

static const struct field name_fields[] = {
	F_INT(struct connector_name, id, 1, INT64_MAX),
	F_TEXT(struct connector_name, public_id, 1, 32),
	F_END,
};

struct held {
	int64_t n; /* shipments */
};
static const struct field held_fields[] = {
	F_INT(struct held, n, 0, INT64_MAX),
	F_END,
};

const struct connector_schedule connector_schedules[] = {
	{ JOB_SYNC, 3 },
	{ JOB_IMPORT_ORDERS, 1 },
	{ JOB_EXPORT_SHIPPED, 3 },
	{ JOB_EXPORT_DELIVERED, 6 },
	{ NULL, 0 },
};

bool
connector_is_linked(const struct connector *c)
{
	return c->channel != 0 && !text_equal(c->link_state, "none");
}

int64_t
connector_awaits_token(const struct cx *cx, const struct connector *c)
{
	return connector_is_linked(c) && c->used_until <= cx->now
	    ? c->used_until
	    : 0;
}

const char *
connector_app_url(struct cx *cx, const struct connector *c)
{
	const char *base = cx->conf ? conf_text(cx->conf, "public-url") : NULL;

	return arena_printf(cx->mem, "%s/c/%s", base ? base : "", c->public_id);
}

/* 12 of 31 letters without look-alikes: 59 bits; the token guards, not it. */
static const char *
public_id_new(struct cx *cx)
{
	static const char set[] = "abcdefghjkmnpqrstuvwxyz23456789";
	char id[PUBLIC_ID_CHARS + 1] = { 0 };
	int i;

	for (i = 0; i < PUBLIC_ID_CHARS; i++)
		id[i] = set[env_below(cx->env, sizeof(set) - 1)];
	return arena_text(cx->mem, id);
}

static enum err
label_check(struct cx *cx, const char *label)
{
	size_t n = text_count(label);

	if (n < 1 || n > 100 || text_is_empty(text_trim(cx->mem, label)))
		return cx_fail_code(cx, ERR_INPUT, "bad_input",
		    "label: 1 to 100 characters are needed");
	return OK;
}

enum err
connector_tell(struct cx *cx, const struct connector *c, const char *step,
    const char *text)
{
	return event_add(cx,
	    &(struct event){
		.tenant = c->id,
		.level = "info",
		.step = step,
		.text = text,
		.origin = "cloud",
	    });
}

static enum err
schedules_add(struct cx *cx, int64_t id)
{
	const struct connector_schedule *s;
	int64_t base = cx->conf ? conf_int(cx->conf, "sweep-seconds") : 0;
	enum err e;

	if (base == 0)
		base = SWEEP_S;
	for (s = connector_schedules; s->kind != NULL; s++) {
		if ((e = sched_set(cx, id, s->kind, s->times * base)) != OK)
			return e;
	}
	return OK;
}

struct add {
	const char *by, *technology, *label;
	struct connector_secret *out;
};

static enum err
add(struct cx *cx, void *arg)
{
	struct add *a = arg;
	struct connector *c = &a->out->connector;
	enum err e;

	*c = (struct connector){ 0 };
	e = db_one(cx, SQL_CONNECTOR_INSERT, connector_fields, c,
	    V(public_id_new(cx)), V(a->technology), V(a->label), V(cx->now));
	if (e == ERR_MISSING)
		return cx_fail_code(cx, ERR_CONFLICT, "label_taken",
		    "There is a connector with this label already");
	if (e != OK)
		return e;
	token_new(cx, "lgv", a->out->token);
	e = connector_token_set(cx, c->id, a->out->token, (struct bytes){ 0 },
	    0);
	if (e != OK || (e = schedules_add(cx, c->id)) != OK)
		return e;
	e = audit_add(cx, a->by, "connector.added",
	    arena_printf(cx->mem, "Added the connector \"%s\".", c->label));
	if (e != OK)
		return e;
	return connector_tell(cx, c, "connector.added",
	    arena_printf(cx->mem, "Connector \"%s\" was added.", c->label));
}

enum err
connector_add(struct cx *cx, const char *by, const char *technology,
    const char *label, struct connector_secret *out)
{
	struct add a = { by, technology, label, out };
	enum err e;

	if (!text_equal(technology, "shopify"))
		return cx_fail_code(cx, ERR_INPUT, "technology_unknown",
		    "technology: only shopify is known");
	if ((e = label_check(cx, label)) != OK)
		return e;
	return db_tx(cx, add, &a);
}

enum err
connector_find(struct cx *cx, const char *public_id, struct connector *c)
{
	enum err e;

	*c = (struct connector){ 0 };
	e = db_one(cx, SQL_CONNECTOR_FIND_PUBLIC, connector_fields, c,
	    V(public_id));
	if (e == ERR_MISSING)
		return cx_fail(cx, e, "There is no such connector");
	return e;
}

enum err
connector_find_id(struct cx *cx, int64_t id, struct connector *c)
{
	*c = (struct connector){ 0 };
	return db_one(cx, SQL_CONNECTOR_FIND, connector_fields, c, V(id));
}

enum err
connector_of_channel(struct cx *cx, int64_t channel, struct connector *c)
{
	*c = (struct connector){ 0 };
	return db_one(cx, SQL_CONNECTOR_OF_CHANNEL, connector_fields, c,
	    V(channel));
}

enum err
connector_list(struct cx *cx, const char *after, int64_t limit,
    struct connector **list, size_t *n)
{
	return db_list(cx, SQL_CONNECTOR_LIST, connector_fields, list, n,
	    V(after), V(limit));
}

/* --- changing --- */

struct change {
	struct connector *c;
	const struct connector_change *want;
};

static enum err
automatic_set(struct cx *cx, const struct connector *c)
{
	enum err e;

	if ((e = sched_pause(cx, c->id, !c->automatic)) != OK)
		return e;
	return connector_tell(cx, c,
	    c->automatic ? "automatic.on" : "automatic.off",
	    c->automatic
		? "Automatic processes were enabled: schedules run again."
		: "Automatic processes were switched off: orders can be sent "
		  "and jobs run by hand.");
}

enum err
connector_catch_up(struct cx *cx, const struct connector *c)
{
	static const char *const kinds[] = { JOB_EXPORT_SHIPPED,
		JOB_EXPORT_DELIVERED };
	const char *once;
	size_t i;
	enum err e = OK;

	if (!c->automatic || !connector_is_linked(c))
		return OK;
	for (i = 0; e == OK && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		once = sched_once(cx, kinds[i], c->id);
		e = job_add(cx,
		    &(struct job_new){
			.kind = kinds[i],
			.tenant = c->id,
			.key = once,
			.once = once,
		    },
		    NULL);
	}
	return e;
}

enum err
connector_tell_settings(struct cx *cx, const struct connector *c)
{
	const char *name;

	if (!connector_is_linked(c))
		return OK; /* the link tells the app what holds then */
	name = arena_printf(cx->mem, "settings:%" PRId64, c->id);
	return job_add(cx,
	    &(struct job_new){
		.kind = JOB_SETTINGS,
		.tenant = c->id,
		.key = name,
		.once = name,
		.prio = -1,
	    },
	    NULL);
}

static enum err
set(struct cx *cx, void *arg)
{
	struct change *ch = arg;
	const struct connector_change *w = ch->want;
	struct connector *c = ch->c;
	int64_t was;
	enum err e;

	if ((e = connector_find_id(cx, c->id, c)) != OK)
		return e;
	was = c->automatic;
	c->label = w->label ? w->label : c->label;
	c->automatic = w->automatic < 0 ? c->automatic : w->automatic;
	if (w->notify_customer >= 0)
		c->notify_customer = w->notify_customer;
	c->every_step = w->every_step < 0 ? c->every_step : w->every_step;
	e = db_exec(cx, SQL_CONNECTOR_SET, V(c->id), V(c->label),
	    V(c->automatic), V(c->notify_customer), V(c->every_step));
	if (e == ERR_CONFLICT)
		return cx_fail_code(cx, e, "label_taken",
		    "There is a connector with this label already");
	if (e != OK)
		return e;
	if (was != c->automatic && (e = automatic_set(cx, c)) != OK)
		return e;
	if (was != c->automatic && (e = connector_catch_up(cx, c)) != OK)
		return e;
	return connector_tell_settings(cx, c);
}

enum err
connector_set(struct cx *cx, struct connector *c,
    const struct connector_change *want)
{
	struct change ch = { c, want };
	enum err e;

	if (want->label != NULL && (e = label_check(cx, want->label)) != OK)
		return e;
	return db_tx(cx, set, &ch);
}

enum err
connector_drop_jobs(struct cx *cx, int64_t id)
{
	enum err e = db_exec(cx, SQL_PRIVACY_OUTLIVE, V(id));

	return e == OK ? job_drop_tenant(cx, id) : e;
}

struct drop {
	const char *by;
	int64_t id;
};

static enum err
drop(struct cx *cx, void *arg)
{
	const struct drop *d = arg;
	struct connector c;
	enum err e;

	if ((e = connector_find_id(cx, d->id, &c)) != OK ||
	    (e = connector_drop_jobs(cx, c.id)) != OK ||
	    (e = sched_drop_tenant(cx, c.id)) != OK ||
	    (e = db_exec(cx, SQL_IDEMPOTENCY_DROP, V(c.id))) != OK)
		return e;
	if (c.channel != 0) {
		e = db_exec(cx, SQL_INCOMING_DROP_CHANNEL, V(c.channel));
		if (e != OK)
			return e;
		e = db_exec(cx, SQL_ORDER_SYNC_END, V(c.channel),
		    V("The connector was deleted before the order was "
		      "imported."),
		    V(cx->now));
		if (e != OK)
			return e;
	}
	if ((e = db_exec(cx, SQL_CONNECTOR_DROP, V(c.id))) != OK ||
	    (e = audit_add(cx, d->by, "connector.deleted",
		 arena_printf(cx->mem, "Deleted the connector \"%s\".",
		     c.label))) != OK)
		return e;
	return connector_tell(cx, &c, "connector.deleted",
	    arena_printf(cx->mem,
		"Connector \"%s\" was deleted: its token is not valid any "
		"more, orders and sales channel stay.",
		c.label));
}

enum err
connector_drop(struct cx *cx, const char *by, int64_t id)
{
	return db_tx(cx, drop, &(struct drop){ by, id });
}

/* --- the rest --- */

static enum err
set_disconnected(struct cx *cx, void *arg)
{
	const struct connector *c = arg;
	int64_t changed = 0;
	enum err e;

	e = db_change(cx, SQL_CONNECTOR_SET_STATE, &changed, V(c->id),
	    V("disconnected"));
	if (e != OK || changed == 0)
		return e;
	e = job_park(cx, c->id, cloud_kinds, "not_authorized",
	    "The Shopify app refused the call: it does not know this "
	    "connector's token.");
	if (e != OK)
		return e;
	return event_add(cx,
	    &(struct event){
		.tenant = c->id,
		.level = "warn",
		.step = "link.disconnected",
		.text = "The Shopify app refused a call: the connector is "
			"disconnected, its work is kept.",
		.next = "In the Shopify app save the connector's current "
			"Authorization token and Logivery App URL.",
		.origin = "cloud",
	    });
}

enum err
connector_set_disconnected(struct cx *cx, const struct connector *c)
{
	struct connector copy = *c;

	return db_tx(cx, set_disconnected, &copy);
}

/* *c may be older than the calls of others; an answer that so goes unnoted is
   made up for when the app calls (connector_token.c). */
void
connector_note_call(struct cx *cx, const struct connector *c, bool answered)
{
	if (answered && c->failing_since == 0)
		return;
	(void)db_exec(cx, SQL_CONNECTOR_SET_FAILING, V(c->id),
	    V(answered ? 0 : cx->now));
}

enum err
connector_count(struct cx *cx, const struct connector *c,
    struct connector_counts *out)
{
	*out = (struct connector_counts){ 0 };
	if (c->channel == 0)
		return OK;
	return db_one(cx, SQL_CONNECTOR_COUNTS, connector_counts_fields, out,
	    V(c->channel));
}

enum err
connector_held(struct cx *cx, const struct connector *c, int64_t *n)
{
	struct held held = { 0 };
	enum err e;

	e = db_one(cx, SQL_CONNECTOR_HELD, held_fields, &held, V(c->channel));
	if (e == OK)
		*n = held.n;
	return e;
}

enum err
connector_names(struct cx *cx, struct connector_name **names, size_t *n)
{
	return db_list(cx, SQL_CONNECTOR_NAMES, name_fields, names, n);
}

const char *
connector_name_of(const struct connector_name *names, size_t n, int64_t id)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (names[i].id == id)
			return names[i].public_id;
	}
	return NULL;
}
