/*
 * job_inbox.c - read a shop's webhooks, in the order they came.
 *
 * A webhook is a hint: what it says is held against the ledger, which knows
 * how old it is.  One that cannot be used becomes a dead letter and stops no
 * other; one that cannot be stored stops the run, which is tried again.
 */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/crashpoint.h"
#include "base/json.h"
#include "base/text.h"
#include "base/when.h"
#include "db/db.h"
#include "shopify/bulk.h"
#include "shopify/hook.h"
#include "shopify/jobs.h"
#include "shopify/ledger.h"
#include "shopify/privacy.h"
#include "shopify/shop.h"

enum { SLICE = 50 };

struct delivery {
	const struct shop *shop;
	const struct inbox *in;
	struct bytes body;
	struct json *json; /* of small topics */
};

typedef enum err reader(struct cx *, const struct delivery *);

/* A store's number, as JSON number or text. */
static const char *
number(struct cx *cx, const struct json *j)
{
	const char *text = json_decimal(cx, j);
	int64_t n;

	if (text == NULL || !text_to_int(text, 1, INT64_MAX, &n))
		return NULL;
	return text;
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

/* No document, but perhaps an order all the same: more than 1,000 lines, or a
   member that is not as it should be.  Then the order is read by its id, and
   what is wrong with it is said of the order.  The webhook is kept anyway. */
static enum err
glimpse(struct cx *cx, const struct delivery *d)
{
	char *code = arena_text(cx->mem, cx->code);
	char *why = arena_text(cx->mem, cx->why);
	struct json *j;
	struct sight o = { .confirmed = true };
	enum err e = OK;

	if (json_parse(cx, (const char *)d->body.p, d->body.n, &j) == OK) {
		o.id = number(cx, json_get(j, "id"));
		o.name = json_get_text(j, "name");
		o.created_at = when(j, "created_at");
		o.updated_at = when(j, "updated_at");
		o.cancelled_at = when(j, "cancelled_at");
		o.confirmed = json_bool(json_get(j, "confirmed"), true);
		if (json_get_text(j, "tags") != NULL)
			o.ntags = text_split(cx->mem, json_get_text(j, "tags"),
			    ',', &o.tags);
	}
	if (o.id != NULL && o.name != NULL && o.created_at != 0 &&
	    o.updated_at != 0)
		e = ledger_glimpse(cx, d->shop, &o);
	if (e != OK)
		return e;
	return cx_fail_code(cx, ERR_INPUT, code, "%s", why);
}

static enum err
see(struct cx *cx, const struct delivery *d, enum news news)
{
	struct orderdoc doc;
	enum err e;

	e = orderdoc_from_hook(cx, d->body, &doc);
	if (e == ERR_INPUT)
		return glimpse(cx, d);
	if (e != OK)
		return e;
	return ledger_see(cx, d->shop, news, &doc);
}

static enum err
order_created(struct cx *cx, const struct delivery *d)
{
	return see(cx, d, NEWS_CREATE);
}

static enum err
order_updated(struct cx *cx, const struct delivery *d)
{
	return see(cx, d, NEWS_UPDATE);
}

static enum err
order_edited(struct cx *cx, const struct delivery *d)
{
	const char *id = number(cx, json_path(d->json, "order_edit.order_id"));

	if (id == NULL)
		return cx_fail(cx, ERR_INPUT, "it names no order");
	return ledger_must_read(cx, d->shop, id);
}

static enum err
bulk_finished(struct cx *cx, const struct delivery *d)
{
	const char *gid = json_get_text(d->json, "admin_graphql_api_id");

	if (gid == NULL)
		return cx_fail(cx, ERR_INPUT, "it names no operation");
	return bulk_over(cx, d->shop, gid);
}

static enum err
uninstalled(struct cx *cx, const struct delivery *d)
{
	bool ignored;

	return shop_uninstall(cx, d->shop, d->in->triggered_at, &ignored);
}

static enum err
scopes_changed(struct cx *cx, const struct delivery *d)
{
	const struct json *now = json_get(d->json, "current");

	if (!json_is_array(now))
		return cx_fail(cx, ERR_INPUT, "it names no scopes");
	return privacy_scopes(cx, d->shop, now);
}

static enum err
privacy(struct cx *cx, const struct delivery *d)
{
	return privacy_take(cx, d->shop, d->in->topic, d->in->hook_id, d->json);
}

static const struct topic {
	const char *name;
	reader *read;
	bool orders; /* of no use once the app is gone */
	bool raw;    /* the reader parses it */
} topics[] = {
	{ "orders/create", order_created, true, true },
	{ "orders/updated", order_updated, true, true },
	{ "orders/cancelled", order_updated, true, true },
	{ "orders/edited", order_edited, true, false },
	{ "bulk_operations/finish", bulk_finished, true, false },
	{ "app/uninstalled", uninstalled, false, true },
	{ "app/scopes_update", scopes_changed, false, false },
	{ "customers/data_request", privacy, false, false },
	{ "customers/redact", privacy, false, false },
	{ "shop/redact", privacy, false, false },
};

static const struct topic *
topic_named(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(topics) / sizeof(topics[0]); i++) {
		if (strcmp(topics[i].name, name) == 0)
			return &topics[i];
	}
	return NULL;
}

static enum err
read_one(struct cx *cx, struct delivery *d)
{
	const struct topic *t = topic_named(d->in->topic);
	enum err e;

	if (t == NULL)
		return cx_fail(cx, ERR_INPUT, "the topic is not known");
	if (t->orders && text_equal(d->shop->state, "uninstalled"))
		return OK;
	if ((e = inbox_open(cx, d->shop->domain, d->in, &d->body)) != OK)
		return e;
	if (!t->raw) {
		e = json_parse(cx, (const char *)d->body.p, d->body.n,
		    &d->json);
		if (e != OK)
			return e;
	}
	return t->read(cx, d);
}

/* In a unit of its own, so that fifty big bodies are not held at once. */
static enum err
take(struct cx *cx, const struct shop *shop, const struct inbox *in)
{
	struct delivery d = { .shop = shop, .in = in };
	enum err e;

	CRASH_POINT("inbox.before_read");
	e = read_one(cx, &d);
	CRASH_POINT("inbox.after_read");
	if (e == OK)
		return inbox_done(cx, in->id);
	if (e == ERR_INPUT)
		return inbox_dead(cx, shop, in, arena_text(cx->mem, cx->why));
	return e;
}

static enum err
take_alone(struct cx *cx, int64_t shop_id, const struct inbox *in)
{
	struct cx own;
	struct shop shop; /* anew: one before may have changed it */
	enum err e;

	cx_part(&own, cx);
	if ((e = shop_find_id(&own, shop_id, &shop)) == OK)
		e = take(&own, &shop, in);
	cx_from(cx, e, &own);
	cx_done(&own);
	return e;
}

static enum err
run(struct cx *cx, const struct job *job)
{
	struct inbox *rows;
	size_t i, n;
	enum err e;

	e = inbox_list(cx, job->tenant, 0, SLICE, &rows, &n);
	if (e != OK)
		return e;
	for (i = 0; i < n; i++) {
		if (cx_stopped(cx))
			return cx_fail(cx, ERR_BUSY, "the program is stopping");
		if ((e = take_alone(cx, job->tenant, &rows[i])) != OK)
			return e;
	}
	job_result(cx, job, "%zu webhooks read", n);
	return n == SLICE ? jobs_add_shop(cx, JOB_INBOX, job->tenant) : OK;
}

const struct job_kind job_inbox = {
	.name = JOB_INBOX,
	.title = "Read webhooks",
	.run = run,
	.attempts = 0,
	.backoff_s = 1,
	.backoff_max_s = 60,
};
