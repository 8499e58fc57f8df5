/*
 * privacy.c - erase, tell, uninstall.
 *
 * Ids are remembered first: an import that comes between then finds them.
 * Orders are erased in slices, so that no unit holds the writer long; one that
 * is done is not looked at again, which makes repeating safe.
 */
#include "cloud/privacy.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/text.h"
#include "cloud/channel.h"
#include "cloud/connector.h"
#include "cloud/jobs.h"
#include "cloud/link.h"
#include "cloud/order_word.h"
#include "db/db.h"
#include "gen/sql.h"
#include "queue/event.h"
#include "queue/job.h"

enum { SLICE = 20 };

const struct field privacy_in_fields[] = {
	F_TEXT(struct privacy_in, kind, 1, 32),
	F_TEXT(struct privacy_in, shop, 1, 255),
	F_TEXT_OPT(struct privacy_in, customer, 19),
	F_TEXTS(struct privacy_in, orders, norders, 0, 1000, 19),
	F_TEXT(struct privacy_in, request_id, 1, 64),
	F_END,
};

struct request {
	int64_t id, channel, connector;
	const char *kind, *request_id, *customer, *orders, *job;
	int64_t done_at;
};
static const struct field request_fields[] = {
	F_INT(struct request, id, 1, INT64_MAX),
	F_INT(struct request, channel, 1, INT64_MAX),
	F_INT(struct request, connector, 1, INT64_MAX),
	F_TEXT(struct request, kind, 1, 32),
	F_TEXT(struct request, request_id, 1, 64),
	F_TEXT_OPT(struct request, customer, 19),
	F_TEXT(struct request, orders, 2, INT64_MAX),
	F_TEXT_OPT(struct request, job, 36),
	F_WHEN(struct request, done_at),
	F_END,
};

struct plain { /* an order that still holds personal data */
	int64_t id;
	const char *external_id, *name, *document;
};
static const struct field plain_fields[] = {
	F_INT(struct plain, id, 1, INT64_MAX),
	F_TEXT(struct plain, external_id, 1, 19),
	F_TEXT(struct plain, name, 1, 255),
	F_TEXT(struct plain, document, 2, INT64_MAX),
	F_END,
};

/* --- taking a request --- */

struct add {
	const struct connector *c;
	const struct privacy_in *in;
	int64_t channel;
	const char *job;
};

static const char *
ids_text(struct cx *cx, const struct privacy_in *in)
{
	struct json *list = json_new_array(cx);
	size_t i;

	for (i = 0; i < in->norders; i++)
		json_push(list, json_new_text(cx, in->orders[i]));
	return json_write(cx, list);
}

static enum err
add(struct cx *cx, void *arg)
{
	struct add *a = arg;
	const struct privacy_in *in = a->in;
	struct request r = { 0 };
	struct job_ref ref;
	enum err e;

	e = db_one(cx, SQL_PRIVACY_REQUEST_INSERT, request_fields, &r,
	    V(a->channel), V(a->c->id), V(in->kind), V(in->request_id),
	    V(in->customer), V(ids_text(cx, in)), V(cx->now));
	if (e == ERR_MISSING) { /* it came before */
		e = db_one(cx, SQL_PRIVACY_REQUEST_FIND_ONCE, request_fields,
		    &r, V(a->channel), V(in->kind), V(in->request_id));
		a->job = r.job;
		return e;
	}
	if (e != OK)
		return e;
	e = job_add(cx,
	    &(struct job_new){
		.kind = JOB_PRIVACY,
		.tenant = a->c->id,
		.subject = r.id,
		.prio = -1,
	    },
	    &ref);
	if (e != OK)
		return e;
	a->job = arena_text(cx->mem, ref.uuid);
	return db_exec(cx, SQL_PRIVACY_REQUEST_SET_JOB, V(r.id), V(a->job));
}

static enum err
in_check(struct cx *cx, const struct connector *c, const struct privacy_in *in)
{
	static const char *const kinds[] = { "customer_redact",
		"customer_data_request", "shop_redact", "uninstalled" };
	bool about_customer;
	size_t i;

	for (i = 0; i < 4 && !text_equal(in->kind, kinds[i]); i++)
		;
	if (i == 4)
		return cx_fail_code(cx, ERR_INPUT, "bad_input",
		    "kind: not one of the four of doc/connector-protocol.md");
	about_customer = i < 2;
	if (about_customer != (in->customer != NULL))
		return cx_fail_code(cx, ERR_INPUT, "bad_input",
		    about_customer ? "customer: missing"
				   : "customer: does not belong to this kind");
	if (!text_equal(in->shop, c->shop))
		return cx_fail_code(cx, ERR_INPUT, "bad_input",
		    "shop: not the store of this connector");
	return OK;
}

enum err
privacy_add(struct cx *cx, const struct connector *c,
    const struct privacy_in *in, const char **job)
{
	struct add a = { .c = c, .in = in };
	struct channel ch;
	enum err e;

	if ((e = in_check(cx, c, in)) != OK ||
	    (e = channel_find_shop(cx, c->technology, in->shop, &ch)) != OK)
		return e;
	a.channel = ch.id;
	if ((e = db_tx(cx, add, &a)) == OK)
		*job = a.job;
	return e;
}

/* --- erasing --- */

static void
null_members(struct cx *cx, struct json *o, const char *const *names)
{
	for (; json_is_object(o) && *names != NULL; names++)
		json_set(o, *names, json_new_null(cx));
}

/* Country and province stay: they name nobody. */
static void
address_scrub(struct cx *cx, struct json *a)
{
	static const char *const names[] = { "first_name", "last_name", "name",
		"company", "address1", "address2", "zip", "city", "phone",
		NULL };

	null_members(cx, a, names);
}

static const char *
scrubbed(struct cx *cx, struct json *doc)
{
	static const char *const names[] = { "note", "po_number", "email",
		"phone", "customer", NULL };
	struct json *lines = json_get(doc, "lines");
	size_t i;

	null_members(cx, doc, names);
	address_scrub(cx, json_get(doc, "shipping_address"));
	address_scrub(cx, json_get(doc, "billing_address"));
	json_set(doc, "custom_attributes", json_new_array(cx));
	json_set(doc, "discount_codes", json_new_array(cx));
	json_set(doc, "tags", json_new_array(cx));
	for (i = 0; i < json_count(lines); i++)
		json_set(json_at(lines, i), "properties", json_new_array(cx));
	return json_write(cx, doc);
}

static enum err
redact_one(struct cx *cx, const struct plain *p)
{
	struct json *doc;
	const char *find;
	enum err e;

	e = json_parse(cx, p->document, strlen(p->document), &doc);
	if (e != OK)
		return e;
	find = text_lower_ascii(cx->mem,
	    arena_printf(cx->mem, "%s\n%s", p->name, p->external_id));
	if ((e = order_word_set(cx, p->id, find)) != OK)
		return e;
	return db_exec(cx, SQL_ORDER_REDACT, V(p->id), V(find),
	    V(scrubbed(cx, doc)), V(cx->now));
}

struct work {
	const struct request *r;
	struct json *ids;
	size_t at;      /* next of ids */
	int64_t erased; /* orders */
	bool more;
};

static enum err
remember_one(struct cx *cx, const struct request *r, const char *what,
    const char *id)
{
	return db_exec(cx, SQL_REDACTED_ADD, V(r->channel),
	    V(arena_printf(cx->mem, "%s%s", what, id)), V(cx->now));
}

/* What must not come back, and what waits for its import now. */
static enum err
remember(struct cx *cx, void *arg)
{
	struct work *w = arg;
	const char *id;
	size_t i;
	enum err e;

	if (text_equal(w->r->kind, "shop_redact")) {
		if ((e = remember_one(cx, w->r, "shop", "")) != OK)
			return e;
		return db_exec(cx, SQL_INCOMING_DROP_CHANNEL, V(w->r->channel));
	}
	e = remember_one(cx, w->r, "customer:", w->r->customer);
	for (i = 0; e == OK && i < json_count(w->ids); i++) {
		id = json_text(json_at(w->ids, i));
		if ((e = remember_one(cx, w->r, "order:", id)) == OK)
			e = db_exec(cx, SQL_INCOMING_DROP_ORDER,
			    V(w->r->channel), V(id));
	}
	return e;
}

/* Orders named in the request, then those of the customer or store. */
static enum err
slice_named(struct cx *cx, void *arg)
{
	struct work *w = arg;
	struct plain p;
	size_t i, end = w->at + SLICE;
	enum err e;

	for (i = w->at; i < end && i < json_count(w->ids); i++) {
		e = db_one(cx, SQL_ORDER_FIND_PLAIN, plain_fields, &p,
		    V(w->r->channel), V(json_text(json_at(w->ids, i))));
		if (e == ERR_MISSING)
			continue;
		if (e != OK || (e = redact_one(cx, &p)) != OK)
			return e;
	}
	return OK;
}

static enum err
slice_found(struct cx *cx, void *arg)
{
	struct work *w = arg;
	struct plain *list;
	size_t n, i;
	enum err e;

	if (text_equal(w->r->kind, "shop_redact"))
		e = db_list(cx, SQL_ORDER_LIST_PLAIN, plain_fields, &list, &n,
		    V(w->r->channel), V(SLICE));
	else
		e = db_list(cx, SQL_ORDER_LIST_CUSTOMER, plain_fields, &list,
		    &n, V(w->r->channel), V(w->r->customer), V(SLICE));
	for (i = 0; e == OK && i < n; i++)
		e = redact_one(cx, &list[i]);
	if (e == OK)
		w->more = n == SLICE;
	return e;
}

static enum err
redact(struct cx *cx, struct work *w)
{
	enum err e;

	if ((e = db_tx(cx, remember, w)) != OK)
		return e;
	for (w->at = 0; w->at < json_count(w->ids); w->at += SLICE) {
		if ((e = db_tx(cx, slice_named, w)) != OK)
			return e;
	}
	do {
		if ((e = db_tx(cx, slice_found, w)) != OK)
			return e;
	} while (w->more);
	return OK;
}

/* --- telling --- */

static enum err
held(struct cx *cx, const struct work *w, const char **words)
{
	struct buf b = buf_new(cx->mem);
	struct plain *list;
	size_t n, i;
	enum err e;

	e = db_list(cx, SQL_ORDER_LIST_CUSTOMER, plain_fields, &list, &n,
	    V(w->r->channel), V(w->r->customer), V(SLICE));
	if (e != OK)
		return e;
	for (i = 0; i < n; i++)
		buf_printf(&b, "%s%s", i > 0 ? ", " : "", list[i].name);
	*words = n == 0 ? "A customer asked for their data: no order here "
			  "holds any."
			: arena_printf(cx->mem,
			      "A customer asked for their data: it is in %s%s. "
			      "Give the merchant what these orders show.",
			      b.p, n == SLICE ? " and others" : "");
	return OK;
}

static enum err
uninstalled(struct cx *cx, const struct request *r)
{
	struct connector c;
	enum err e = connector_find_id(cx, r->connector, &c);

	if (e == ERR_MISSING)
		return OK;
	return e == OK ? link_drop(cx, &c) : e;
}

struct end {
	const struct request *r;
	const char *words;
};

static enum err
end(struct cx *cx, void *arg)
{
	struct end *x = arg;
	enum err e;

	if ((e = db_exec(cx, SQL_PRIVACY_REQUEST_DONE, V(x->r->id),
		 V(cx->now))) != OK)
		return e;
	return event_add(cx,
	    &(struct event){
		.tenant = x->r->connector,
		.level = text_equal(x->r->kind, "customer_data_request")
		    ? "warn"
		    : "info",
		.step = arena_printf(cx->mem, "privacy.%s", x->r->kind),
		.job = x->r->job,
		.text = x->words,
		.origin = "cloud",
	    });
}

static enum err
act(struct cx *cx, struct work *w, const char **words)
{
	const char *kind = w->r->kind;

	if (text_equal(kind, "customer_data_request"))
		return held(cx, w, words);
	if (text_equal(kind, "uninstalled")) {
		*words = "The app was uninstalled: the connector is unlinked, "
			 "orders stay.";
		return uninstalled(cx, w->r);
	}
	*words = text_equal(kind, "shop_redact")
	    ? "Personal data of all orders of the store were erased."
	    : "Personal data of a customer's orders were erased on request.";
	return redact(cx, w);
}

enum err
privacy_run(struct cx *cx, int64_t id, const char **words)
{
	struct request r = { 0 };
	struct work w = { .r = &r };
	struct end x = { .r = &r };
	enum err e;

	e = db_one(cx, SQL_PRIVACY_REQUEST_FIND, request_fields, &r, V(id));
	if (e != OK)
		return e;
	*words = "Done before.";
	if (r.done_at != 0)
		return OK;
	e = json_parse(cx, r.orders, strlen(r.orders), &w.ids);
	if (e != OK || (e = act(cx, &w, &x.words)) != OK)
		return e;
	*words = x.words;
	return db_tx(cx, end, &x);
}
