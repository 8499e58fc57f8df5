/*
 * link.c - pairing a connector with a store.
 */
#include "cloud/link.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "cloud/channel.h"
#include "cloud/connector.h"
#include "cloud/jobs.h"
#include "cloud/order_sync.h"
#include "db/db.h"
#include "gen/sql.h"
#include "queue/event.h"
#include "queue/job.h"
#include "queue/sched.h"

const struct field link_in_fields[] = {
	F_TEXT(struct link_in, shop, 1, 255),
	F_TEXT(struct link_in, callback_url, 1, 2048),
	F_TEXT(struct link_in, app_version, 1, 64),
	F_BOOL_OPT(struct link_in, verify),
	F_BOOL_OPT(struct link_in, replace),
	F_END,
};

/* The connector that holds the store now, if it is another one. */
static enum err
holder_find(struct cx *cx, const struct connector *c, const char *shop,
    struct connector *other, bool *is)
{
	struct channel ch;
	enum err e;

	*is = false;
	e = channel_find_shop(cx, c->technology, shop, &ch);
	if (e == OK)
		e = connector_of_channel(cx, ch.id, other);
	if (e == ERR_MISSING)
		return OK;
	if (e == OK)
		*is = other->id != c->id;
	return e;
}

static enum err
own_check(struct cx *cx, const struct connector *c, const struct link_in *in)
{
	if (!connector_is_linked(c) || text_equal(c->shop, in->shop))
		return OK;
	return cx_fail_code(cx, ERR_CONFLICT, "connector_already_linked",
	    "This connector is linked with the store %s, and one connector "
	    "serves one store.",
	    c->shop);
}

/* All before the path; what is no address is all of it. */
static const char *
origin_of(struct cx *cx, const char *address)
{
	const char *colon = strstr(address, "://");
	size_t n = colon == NULL ? 0 : (size_t)(colon - address) + 3;

	n += strcspn(address + n, "/");
	return text_lower_ascii(cx->mem, arena_textn(cx->mem, address, n));
}

/* Whoever has some connector's token may name any store and answer for it; that
   it is that store's app shows in where it is called back. */
static bool
is_same_app(struct cx *cx, const struct connector *other,
    const struct link_in *in)
{
	return text_equal(origin_of(cx, other->callback_url),
	    origin_of(cx, in->callback_url));
}

static enum err
holder_check(struct cx *cx, const struct connector *other,
    const struct link_in *in)
{
	if (other->callback_url != NULL && !is_same_app(cx, other, in))
		return cx_fail_code(cx, ERR_CONFLICT, "store_linked_elsewhere",
		    "The store %s belongs to another connector of this Cloud "
		    "App, by a Shopify app at another address.",
		    in->shop);
	if (!connector_is_linked(other) || in->replace)
		return OK;
	return cx_fail_code(cx, ERR_CONFLICT, "store_already_linked",
	    "The store %s is linked with the connector \"%s\" of this Cloud "
	    "App.",
	    in->shop, other->label);
}

enum err
link_check(struct cx *cx, const struct connector *c, const struct link_in *in)
{
	struct connector other;
	bool held;
	enum err e;

	if ((e = own_check(cx, c, in)) != OK ||
	    (e = holder_find(cx, c, in->shop, &other, &held)) != OK)
		return e;
	return held ? holder_check(cx, &other, in) : OK;
}

enum err
link_need(struct cx *cx, const struct connector *c)
{
	if (connector_is_linked(c))
		return OK;
	return cx_fail_code(cx, ERR_CONFLICT, "not_linked",
	    "The connector exists, but no store is linked with it.");
}

static enum err
tell(struct cx *cx, const struct connector *c, const char *step,
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

/* Its imports go on under the new connector; what would call the app through
   the old one is no longer wanted. */
static enum err
take_over(struct cx *cx, const struct connector *old, const struct connector *c)
{
	enum err e;

	if ((e = db_exec(cx, SQL_CONNECTOR_UNLINK, V(old->id))) != OK ||
	    (e = db_exec(cx, SQL_CONNECTOR_MOVE_JOBS, V(old->id), V(c->id))) !=
		OK ||
	    (e = connector_drop_jobs(cx, old->id)) != OK ||
	    (e = sched_pause(cx, old->id, true)) != OK)
		return e;
	if (!connector_is_linked(old))
		return OK;
	return tell(cx, old, "link.replaced",
	    arena_printf(cx->mem,
		"The connector \"%s\" serves the store %s now, with its "
		"orders.",
		c->label, old->shop));
}

struct pair {
	struct connector *c;
	const struct link_in *in;
	bool replaced;
};

static enum err
set_link(struct cx *cx, struct connector *c, const struct link_in *in,
    int64_t channel)
{
	enum err e;

	e = db_exec(cx, SQL_CONNECTOR_SET_LINK, V(c->id), V(channel),
	    V(in->shop), V(in->callback_url), V(in->app_version), V(cx->now));
	if (e != OK)
		return e;
	return connector_find_id(cx, c->id, c);
}

static enum err
pair(struct cx *cx, void *arg)
{
	struct pair *p = arg;
	struct connector *c = p->c, other;
	struct channel ch;
	bool held;
	enum err e;

	p->replaced = false;
	if ((e = connector_find_id(cx, c->id, c)) != OK ||
	    (e = own_check(cx, c, p->in)) != OK ||
	    (e = holder_find(cx, c, p->in->shop, &other, &held)) != OK ||
	    (held && (e = holder_check(cx, &other, p->in)) != OK))
		return e;
	if (held) {
		p->replaced = connector_is_linked(&other);
		if ((e = take_over(cx, &other, c)) != OK)
			return e;
	}
	e = channel_ensure(cx, c->technology, p->in->shop, c->label, &ch);
	if (e != OK || (e = set_link(cx, c, p->in, ch.id)) != OK ||
	    (e = sched_pause(cx, c->id, !c->automatic)) != OK ||
	    (e = job_unpark(cx, c->id)) != OK ||
	    (e = order_sync_owe(cx, ch.id)) != OK ||
	    (e = connector_catch_up(cx, c)) != OK ||
	    (e = connector_tell_settings(cx, c)) != OK)
		return e;
	return tell(cx, c, "link.linked",
	    arena_printf(cx->mem,
		"The store %s is linked: both directions "
		"work.",
		c->shop));
}

enum err
link_store(struct cx *cx, struct connector *c, const struct link_in *in,
    bool *replaced)
{
	struct pair p = { .c = c, .in = in };
	enum err e;

	e = db_tx(cx, pair, &p);
	if (e == ERR_CONFLICT && cx->code[0] == '\0') /* a race for the store */
		return cx_fail_code(cx, e, "store_already_linked",
		    "The store was linked with another connector at this "
		    "moment.");
	if (e == OK)
		*replaced = p.replaced;
	return e;
}

static enum err
let_go(struct cx *cx, void *arg)
{
	const struct connector *c = arg;
	int64_t changed = 0;
	enum err e;

	e = db_change(cx, SQL_CONNECTOR_SET_STATE, &changed, V(c->id),
	    V("none"));
	if (e != OK || changed == 0)
		return e;
	e = job_park(cx, c->id, cloud_kinds, "not_linked",
	    "No store is linked with the connector.");
	if (e != OK)
		return e;
	return tell(cx, c, "link.ended",
	    "The Shopify app let go of the connector: orders stay, callbacks "
	    "end.");
}

enum err
link_drop(struct cx *cx, const struct connector *c)
{
	struct connector copy = *c;

	return db_tx(cx, let_go, &copy);
}
