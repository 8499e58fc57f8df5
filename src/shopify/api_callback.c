/*
 * api_callback.c - what the shop's Cloud App asks of us
 * (doc/connector-protocol.md, section 6).
 *
 * The caller is known by its signature; the shop is that of the address.  Each
 * call is idempotent by its content.
 */
#include "shopify/api_edge.h"

#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/text.h"
#include "base/when.h"
#include "db/db.h"
#include "gen/gql.h"
#include "gen/sql.h"
#include "shopify/ledger.h"
#include "shopify/opt.h"
#include "shopify/read.h"
#include "shopify/send.h"

enum {
	PULL_USUAL = 5,
	PULL_MAX = 10,
	SYNC_MAX = 10,
	LOOKUP_MAX = 10,
	PROTOCOL = 1
};

static enum err
ping(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct json *j = json_new_object(cx);

	json_set_text(cx, j, "shop", rq->who->shop.domain);
	json_set_int(cx, j, "version", PROTOCOL);
	json_set_text(cx, j, "app_version", APP_VERSION);
	reply_json(cx, rp, j);
	return OK;
}

/* --- POST /orders/pull --- */

struct pull_in {
	int64_t limit;
	const char *batch;
};

static const struct field pull_fields[] = {
	F_INT_OPT(struct pull_in, limit, 1, PULL_MAX),
	F_TEXT(struct pull_in, batch, 36, 36),
	F_END,
};

struct pull {
	const struct shop *shop;
	const struct pull_in *in;
	struct parcel parcels[PULL_MAX];
	size_t n;
	bool more;
};

static void
put_rows(struct pull *p, const struct ledger *rows, size_t n)
{
	size_t i;

	for (i = 0; i < n && i < PULL_MAX; i++)
		p->parcels[i].row = rows[i];
	p->n = i;
}

static enum err
gather(struct cx *cx, struct pull *p)
{
	bool busy;
	size_t i;
	enum err e;

	e = send_gather(cx, p->shop, &(struct reading){ GQL_BACKGROUND, false },
	    p->parcels, p->n, &busy);
	if (e != OK || !busy)
		return e;
	/* Some now is better than none; none is a reason to wait. */
	for (i = 0; i < p->n; i++) {
		if (p->parcels[i].text != NULL)
			return OK;
	}
	return ERR_BUSY;
}

/* The batch again: what it held and is not acknowledged, as it is now. */
static enum err
pull_again(struct cx *cx, struct pull *p)
{
	struct ledger *rows;
	size_t i, n;
	enum err e;

	e = db_list(cx, SQL_LEDGER_BATCH, ledger_fields, &rows, &n,
	    V(p->shop->id), V(p->in->batch));
	if (e != OK)
		return e;
	put_rows(p, rows, n);
	if ((e = gather(cx, p)) != OK)
		return e;
	for (i = 0; i < p->n && e == OK; i++) {
		p->parcels[i].taken = p->parcels[i].text != NULL;
		if (p->parcels[i].taken)
			e = ledger_take_again(cx, p->shop,
			    p->parcels[i].row.order_id, p->parcels[i].digest,
			    false);
	}
	return e;
}

static enum err
take_body(struct cx *cx, void *arg)
{
	struct pull *p = arg;
	int64_t fresh;
	enum err e;

	e = db_change(cx, SQL_PULLED_INSERT, &fresh, V(p->shop->id),
	    V(p->in->batch), V(cx->now));
	if (e != OK)
		return e;
	if (fresh == 0)
		return cx_fail(cx, ERR_CONFLICT, "batch was pulled already");
	return send_take(cx, p->shop, p->in->batch, "pull", p->parcels, p->n);
}

static enum err
pull_first(struct cx *cx, struct pull *p)
{
	struct due due = {
		.limit = p->in->limit + 1, /* to know whether others wait */
		.retries = 1,
	};
	struct ledger *rows;
	size_t n;
	enum err e;

	if ((e = ledger_due(cx, p->shop->id, &due, &rows, &n)) != OK)
		return e;
	p->more = n > (size_t)p->in->limit;
	put_rows(p, rows, p->more ? (size_t)p->in->limit : n);
	if ((e = gather(cx, p)) != OK)
		return e;
	return db_tx(cx, take_body, p);
}

static void
reply_pull(struct cx *cx, struct reply *rp, const struct pull *p)
{
	struct json *j = json_new_object(cx), *list = json_new_array(cx);
	struct json *doc;
	size_t i;

	for (i = 0; i < p->n; i++) {
		if (p->parcels[i].taken &&
		    json_parse(cx, p->parcels[i].text,
			strlen(p->parcels[i].text), &doc) == OK)
			json_push(list, doc);
	}
	json_set_text(cx, j, "batch", p->in->batch);
	json_set(j, "orders", list);
	json_set_bool(cx, j, "more", p->more);
	reply_json(cx, rp, j);
}

static bool
was_pulled(struct cx *cx, const struct pull *p, enum err *e)
{
	static const struct field at_field[] = {
		{ "at", FIELD_INT, offsetof(struct pull_in, limit), 0, 0,
		    INT64_MAX },
		F_END,
	};
	struct pull_in row;

	*e = db_one(cx, SQL_PULLED_FIND, at_field, &row, V(p->shop->id),
	    V(p->in->batch));
	if (*e == ERR_MISSING) {
		*e = OK;
		return false;
	}
	return *e == OK;
}

static enum err
pull(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct pull_in in = { .limit = PULL_USUAL };
	struct pull *p = arena_alloc(cx->mem, sizeof(*p));
	bool again;
	enum err e;

	if ((e = body_read(cx, rq, pull_fields, &in)) != OK)
		return e;
	p->shop = &rq->who->shop;
	p->in = &in;
	again = was_pulled(cx, p, &e);
	if (e != OK)
		return e;
	e = again ? pull_again(cx, p) : pull_first(cx, p);
	if (e == ERR_CONFLICT) /* the same batch, at the same moment */
		e = pull_again(cx, p);
	if (e != OK)
		return e;
	reply_pull(cx, rp, p);
	return OK;
}

/* --- POST /orders/sync --- */

struct sync_item {
	const char *id, *state, *code, *reason, *job;
};

static const struct field sync_item_fields[] = {
	F_TEXT(struct sync_item, id, 1, 19),
	F_TEXT(struct sync_item, state, 1, 16),
	F_TEXT_OPT(struct sync_item, code, 48),
	F_TEXT_OPT(struct sync_item, reason, 500),
	F_TEXT_OPT(struct sync_item, job, 36),
	F_END,
};

struct sync_in {
	struct sync_item *orders;
	size_t norders;
};

static const struct field sync_fields[] = {
	F_LIST(struct sync_in, orders, norders, sync_item_fields, 1, SYNC_MAX),
	F_END,
};

static bool
is_said_state(const char *s)
{
	return text_equal(s, "syncing") || text_equal(s, "synced") ||
	    text_equal(s, "error");
}

static enum err
sync_one(struct cx *cx, const struct shop *shop, const struct sync_item *o,
    struct json *list)
{
	struct said said = { o->state, o->code, o->reason, o->job };
	struct json *j = json_new_object(cx);
	const char *code;
	enum err e;

	if ((e = ledger_said(cx, shop, o->id, &said, &code)) != OK)
		return e;
	json_set_text(cx, j, "id", o->id);
	json_set_bool(cx, j, "accepted", code == NULL);
	json_set_text(cx, j, "code", code);
	json_push(list, j);
	return OK;
}

static enum err
sync(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct sync_in in = { .orders = NULL };
	struct json *j = json_new_object(cx), *list = json_new_array(cx);
	size_t i;
	enum err e;

	if ((e = body_read(cx, rq, sync_fields, &in)) != OK)
		return e;
	for (i = 0; i < in.norders; i++) {
		if (!is_said_state(in.orders[i].state))
			return cx_fail_code(cx, ERR_INPUT, "bad_input",
			    "orders[%zu].state: neither syncing, synced nor "
			    "error",
			    i);
	}
	for (i = 0; i < in.norders; i++) {
		e = sync_one(cx, &rq->who->shop, &in.orders[i], list);
		if (e != OK)
			return e;
	}
	json_set(j, "orders", list);
	reply_json(cx, rp, j);
	return OK;
}

/* --- POST /settings --- */

static const struct field settings_fields[] = {
	F_BOOL(struct shop_settings, automatic),
	F_TEXT(struct shop_settings, label, 1, 100),
	F_BOOL(struct shop_settings, notify_customer),
	F_BOOL(struct shop_settings, every_step),
	F_END,
};

static enum err
settings(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct shop_settings in = { .label = NULL };
	struct json *j = json_new_object(cx);
	enum err e;

	if ((e = body_read(cx, rq, settings_fields, &in)) != OK)
		return e;
	if ((e = shop_set(cx, &rq->who->shop, &in)) != OK)
		return e;
	json_set_bool(cx, j, "applied", true);
	reply_json(cx, rp, j);
	return OK;
}

/* --- POST /orders/lookup --- */

struct lookup_in {
	const char *id;
	const char *number;
};

static const struct field lookup_fields[] = {
	F_TEXT_OPT(struct lookup_in, id, 19),
	F_TEXT_OPT(struct lookup_in, number, 64),
	F_END,
};

struct verdict {
	const char *code, *reason, *next;
};

static const struct verdict not_visible = { "not_visible",
	"The order is older than 60 days, or not in this store.",
	"Check the number in the store; orders older than 60 days cannot be "
	"imported." };

static struct verdict
judge(const struct sight *o, const struct ledger *row)
{
	if (!o->confirmed)
		return (struct verdict){ "not_importable",
			"The store has not confirmed the order yet.",
			"Wait until the store confirms it; it is then taken by "
			"itself." };
	if (o->cancelled_at != 0 && (row == NULL || row->sent_digest == NULL))
		return (struct verdict){ "not_importable",
			"The order was cancelled in the store.",
			"Nothing to do." };
	if (row != NULL && row->code != NULL)
		return (struct verdict){ row->code, row->reason, NULL };
	return (struct verdict){ NULL, NULL, NULL };
}

static void
set_when(struct cx *cx, struct json *j, const char *key, int64_t ms)
{
	json_set_text(cx, j, key, ms == 0 ? NULL : when_write(cx->mem, ms));
}

/* As the document says it; NULL if the order cannot be read now. */
static const char *
paid(struct cx *cx, const struct shop *shop, const char *order_id)
{
	struct orderdoc doc;
	struct json *j;

	if (read_order(cx, shop, order_id, GQL_PERSON, &doc) != OK ||
	    json_parse(cx, doc.text, strlen(doc.text), &j) != OK)
		return NULL;
	return json_get_text(j, "financial_status");
}

/* What a person asked for is under way, whatever the switch says. */
static const char *
ledger_state(const struct ledger *row)
{
	if (row->manual && text_equal(row->state, "waiting"))
		return "sending";
	return row->state;
}

static struct json *
found(struct cx *cx, const struct shop *shop, const struct sight *o)
{
	struct json *j = json_new_object(cx), *tags = json_new_array(cx);
	struct ledger row;
	bool known = ledger_find(cx, shop->id, o->id, &row) == OK;
	struct verdict v = judge(o, known ? &row : NULL);
	bool fresh = o->created_at >= shop->installed_at / 1000 * 1000;
	size_t i;

	for (i = 0; i < o->ntags; i++)
		json_push(tags, json_new_text(cx, o->tags[i]));
	json_set_text(cx, j, "id", o->id);
	json_set_text(cx, j, "gid", order_gid_of_id(cx, o->id));
	json_set_text(cx, j, "name", o->name);
	set_when(cx, j, "created_at", o->created_at);
	set_when(cx, j, "updated_at", o->updated_at);
	set_when(cx, j, "cancelled_at", o->cancelled_at);
	json_set_text(cx, j, "financial_status", paid(cx, shop, o->id));
	json_set_text(cx, j, "fulfillment_status", NULL);
	json_set_bool(cx, j, "confirmed", o->confirmed);
	json_set(j, "tags", tags);
	json_set_text(cx, j, "ledger", known ? ledger_state(&row) : NULL);
	json_set_bool(cx, j, "importable", v.code == NULL && (fresh || known));
	json_set_text(cx, j, "code", v.code);
	json_set_text(cx, j, "reason", v.reason);
	json_set_text(cx, j, "next", v.next);
	return j;
}

static enum err
by_number(struct cx *cx, const struct shop *shop, const char *number,
    struct sight **seen, size_t *n)
{
	struct search s = {
		.document = GQL_ORDERS_BY_TAG,
		.operation = "OrdersByTag",
		.query =
		    arena_printf(cx->mem, "name:%s", read_quote(cx, number)),
	};
	const char *cursor = NULL;

	return read_search(cx, shop, &s, &cursor, seen, n);
}

static enum err
look_up(struct cx *cx, const struct shop *shop, const struct lookup_in *in,
    struct sight **seen, size_t *n)
{
	struct sight *one;
	enum err e;

	if (in->number != NULL)
		return by_number(cx, shop, in->number, seen, n);
	one = arena_alloc(cx->mem, sizeof(*one));
	e = read_sights(cx, shop, &in->id, 1, GQL_PERSON, one);
	if (e != OK)
		return e;
	*seen = one;
	*n = one->id != NULL;
	return OK;
}

static enum err
lookup(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct lookup_in in = { .id = NULL };
	struct json *j = json_new_object(cx), *list = json_new_array(cx);
	struct sight *seen;
	size_t i, n;
	enum err e;

	if ((e = body_read(cx, rq, lookup_fields, &in)) != OK)
		return e;
	if (text_is_empty(in.id) == text_is_empty(in.number))
		return cx_fail_code(cx, ERR_INPUT, "bad_input",
		    "give either id or number");
	if (in.id != NULL && order_gid_of_id(cx, in.id) == NULL)
		return cx_fail_code(cx, ERR_INPUT, "bad_input",
		    "id: not a store's order id");
	if ((e = look_up(cx, &rq->who->shop, &in, &seen, &n)) != OK)
		return e;
	for (i = 0; i < n && i < LOOKUP_MAX; i++)
		json_push(list, found(cx, &rq->who->shop, &seen[i]));
	json_set(j, "orders", list);
	json_set_text(cx, j, "code", n == 0 ? not_visible.code : NULL);
	json_set_text(cx, j, "reason", n == 0 ? not_visible.reason : NULL);
	json_set_text(cx, j, "next", n == 0 ? not_visible.next : NULL);
	reply_json(cx, rp, j);
	return OK;
}

/* --- POST /orders/send --- */

struct wish_in {
	const char **ids;
	size_t nids;
};

static const struct field wish_fields[] = {
	F_TEXTS(struct wish_in, ids, nids, 1, SEND_MAX, 19),
	F_END,
};

static enum err
wish(struct cx *cx, const struct shop *shop, const char *id,
    const struct sight *seen, struct json *list)
{
	struct ledger_word word;
	struct refusal no;
	struct ledger row;
	enum err e;

	if ((e = send_wish(cx, shop, seen, &row, &no)) != OK)
		return e;
	word = no.code == NULL
	    ? ledger_word(&row, id)
	    : (struct ledger_word){ id, "error", no.code, no.reason, NULL };
	json_push(list, json_of(cx, ledger_word_fields, &word));
	return OK;
}

static enum err
wishes(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct json *j = json_new_object(cx), *list = json_new_array(cx);
	const struct shop *shop = &rq->who->shop;
	struct sight seen[SEND_MAX];
	struct wish_in in = { NULL, 0 };
	size_t i;
	enum err e;

	if ((e = body_read(cx, rq, wish_fields, &in)) != OK)
		return e;
	for (i = 0; i < in.nids; i++) {
		if (order_gid_of_id(cx, in.ids[i]) == NULL)
			return cx_fail_code(cx, ERR_INPUT, "bad_input",
			    "ids[%zu]: not a store's order id", i);
	}
	e = read_sights(cx, shop, in.ids, in.nids, GQL_PERSON, seen);
	for (i = 0; e == OK && i < in.nids; i++)
		e = wish(cx, shop, in.ids[i], &seen[i], list);
	if (e != OK)
		return e;
	json_set(j, "orders", list);
	reply_json(cx, rp, j);
	return OK;
}

const struct route callback_routes[] = {
	{ GET, "/callback/{shop}/ping", NULL, ping },
	{ POST, "/callback/{shop}/orders/pull", NULL, pull },
	{ POST, "/callback/{shop}/orders/lookup", NULL, lookup },
	{ POST, "/callback/{shop}/orders/send", NULL, wishes },
	{ POST, "/callback/{shop}/orders/sync", NULL, sync },
	{ POST, "/callback/{shop}/settings", NULL, settings },
	{ 0 },
};
