/*
 * send.c - gather, take, post, hear.
 *
 * An order is taken in the ledger before the call goes out, and given back if
 * the call fails: whoever comes between sees that it is on its way.  Sending
 * twice is harmless, for the Cloud App imports an order once.
 */
#include "shopify/send.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/crashpoint.h"
#include "base/crypt.h"
#include "base/env.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "base/when.h"
#include "db/db.h"
#include "gen/sql.h"
#include "queue/job.h"
#include "queue/row.h"
#include "shopify/cloudcall.h"
#include "shopify/read.h"
#include "shopify/shop.h"

enum {
	VAIN_MAX = 3, /* reads that fail: more, and it is the store */
	UNREAD_MAX_MS = DAY_MS
};

/* --- gather --- */

static enum err
from_body(struct cx *cx, struct parcel *p)
{
	struct orderdoc doc;
	const char *text;
	enum err e;

	if ((e = ledger_body(cx, &p->row, &text)) != OK)
		return e;
	if (orderdoc_read(cx, text, &doc) != OK)
		return cx_fail(cx, ERR_MISSING,
		    "order %s: kept body is no "
		    "document",
		    p->row.order_id);
	p->text = doc.text;
	p->digest = doc.digest;
	return OK;
}

static enum err
too_large(struct cx *cx, const struct shop *shop, struct parcel *p)
{
	p->text = NULL;
	return ledger_failed(cx, shop, p->row.order_id, "order_too_large",
	    "The order is larger than 1 MiB; shorten its notes or "
	    "attributes.");
}

struct gather {
	const struct shop *shop;
	const struct reading *how;
	bool may_read;
	int vain;
	struct failure first; /* e: OK if all could be had */
};

static enum err
gather_one(struct cx *cx, const struct gather *g, struct parcel *p)
{
	struct orderdoc doc;
	enum err e;

	p->text = NULL;
	e = from_body(cx, p);
	if (e == ERR_MISSING && !g->may_read)
		return cx_fail(cx, ERR_BUSY, "order %s: it must be read, later",
		    p->row.order_id);
	if (e == ERR_MISSING) {
		e = read_to_ledger(cx, g->shop, p->row.order_id,
		    g->how->urgency, &doc);
		if (e != OK)
			return e;
		p->text = doc.text;
		p->digest = doc.digest;
	}
	if (e == OK && strlen(p->text) > SEND_BYTES_MAX - 100)
		return too_large(cx, g->shop, p);
	return e;
}

/* Another may be read all the same. */
static bool
is_of_one(enum err e)
{
	return e == ERR_UPSTREAM || e == ERR_BUG;
}

/* However long it waited before its first vain read. */
static bool
is_given_up(const struct cx *cx, const struct ledger *l)
{
	return l->unread_since != 0 &&
	    cx->now - l->unread_since > UNREAD_MAX_MS;
}

/* Those that were not tried have their turn before those that were.  What has
   failed has a back-off of its own: nobody need come back for it. */
static enum err
put_behind(struct cx *cx, struct gather *g, const struct parcel *p,
    enum err why)
{
	bool vain = g->may_read && is_of_one(why);
	bool failed = text_equal(p->row.state, "failed");

	if (g->first.e == OK && !(vain && failed))
		cx_keep(cx, why, &g->first);
	if (g->may_read)
		log_line(cx, LEVEL_WARN, "order.unread", "order=%s code=%s",
		    p->row.order_id, err_row(why)->code);
	g->vain += vain;
	g->may_read = vain && g->vain < VAIN_MAX;
	if (vain && (failed || is_given_up(cx, &p->row)))
		return ledger_unreadable(cx, g->shop, p->row.order_id);
	return ledger_defer(cx, &p->row, vain ? LEDGER_DEFER_MS : 0);
}

/* Several that cannot be read, and it is the store: what is held goes on
   without it. */
enum err
send_gather(struct cx *cx, const struct shop *shop, const struct reading *how,
    struct parcel *parcels, size_t n, bool *busy)
{
	struct gather g = {
		.shop = shop,
		.how = how,
		.may_read = !how->kept_only,
	};
	size_t i;
	enum err e;

	for (i = 0; i < n; i++) {
		e = gather_one(cx, &g, &parcels[i]);
		if (e == OK || e == ERR_MISSING || e == ERR_INPUT)
			continue; /* the ledger knows */
		if (e == ERR_STORE || put_behind(cx, &g, &parcels[i], e) != OK)
			return ERR_STORE;
	}
	*busy = g.first.e != OK;
	if (*busy)
		cx_again(cx, &g.first);
	return OK;
}

/* --- take --- */

const char *
send_run_name(struct cx *cx, const struct job *job)
{
	return arena_printf(cx->mem, "%s/%" PRId64, job->uuid, job->fence);
}

struct taker {
	const struct shop *shop;
	const char *batch, *via;
	struct parcel *parcels;
	size_t n;
};

static enum err
take_body(struct cx *cx, void *arg)
{
	struct taker *t = arg;
	struct taking how = { .batch = t->batch, .via = t->via };
	size_t i;
	enum err e;

	for (i = 0; i < t->n; i++) {
		t->parcels[i].taken = false;
		if (t->parcels[i].text == NULL)
			continue;
		how.digest = t->parcels[i].digest;
		e = ledger_take(cx, t->shop, &t->parcels[i].row, &how);
		if (e == ERR_CONFLICT || e == ERR_MISSING)
			continue;
		if (e != OK)
			return e;
		t->parcels[i].taken = true;
	}
	return OK;
}

enum err
send_take(struct cx *cx, const struct shop *shop, const char *batch,
    const char *via, struct parcel *parcels, size_t n)
{
	struct taker t = { shop, batch, via, parcels, n };
	enum err e;

	CRASH_POINT("send.before_take");
	e = tx_join(cx, take_body, &t);
	CRASH_POINT("send.after_take");
	return e;
}

/* --- hear --- */

struct posting {
	const struct shop *shop;
	const char *key;
	const char *mode;
	bool person;
	struct parcel *parcels;
	size_t n;
};

struct hearing {
	const struct shop *shop;
	const struct json *items;
	const struct posting *sent; /* what this answers, or … */
	const struct ledger *asked; /* the rows as they were when we asked */
	size_t nasked;
};

static const struct ledger *
row_asked(const struct hearing *h, const char *id)
{
	size_t i;

	for (i = 0; i < h->nasked; i++) {
		if (text_equal(h->asked[i].order_id, id))
			return &h->asked[i];
	}
	return NULL;
}

static const char *
digest_sent(const struct hearing *h, const char *id)
{
	size_t i;

	for (i = 0; h->sent != NULL && i < h->sent->n; i++) {
		if (text_equal(h->sent->parcels[i].row.order_id, id))
			return h->sent->parcels[i].digest;
	}
	return NULL;
}

static enum err
hear_one(struct cx *cx, const struct hearing *h, const struct json *item)
{
	const char *id = json_get_text(item, "id");
	const struct ledger *asked = row_asked(h, id);
	struct said said = {
		.state = json_get_text(item, "state"),
		.code = json_get_text(item, "code"),
		.reason = json_get_text(item, "reason"),
		.job = json_get_text(item, "job"),
		.digest = digest_sent(h, id),
		.asked = asked == NULL ? NULL : asked->job,
		.batch = asked == NULL ? NULL : asked->batch,
		.how = h->sent == NULL ? SAID_ASKED : SAID_ANSWERED,
	};

	if (id == NULL)
		return OK;
	return ledger_said(cx, h->shop, id, &said, NULL);
}

static enum err
hear_body(struct cx *cx, void *arg)
{
	const struct hearing *h = arg;
	size_t i;
	enum err e;

	for (i = 0; i < json_count(h->items); i++) {
		e = hear_one(cx, h, json_at(h->items, i));
		if (e != OK)
			return e;
	}
	return OK;
}

static enum err
hear_all(struct cx *cx, struct hearing *h, const struct json *answer)
{
	h->items = json_get(answer, "orders");
	if (!json_is_array(h->items))
		return cx_fail_code(cx, ERR_UPSTREAM, "upstream_failed",
		    "the Cloud App's answer names no orders");
	return tx_join(cx, hear_body, h);
}

/* --- post --- */

static size_t
bytes_of(const struct posting *p)
{
	size_t i, n = 64;

	for (i = 0; i < p->n; i++)
		n += p->parcels[i].taken ? strlen(p->parcels[i].text) + 1 : 0;
	return n;
}

static const char *
body_of(struct cx *cx, const struct posting *p)
{
	struct buf b = buf_new(cx->mem);
	const char *sep = "";
	size_t i;

	buf_printf(&b, "{\"mode\":\"%s\",\"orders\":[", p->mode);
	for (i = 0; i < p->n; i++) {
		if (!p->parcels[i].taken)
			continue;
		buf_text(&b, sep);
		buf_text(&b, p->parcels[i].text);
		sep = ",";
	}
	buf_text(&b, "]}");
	return b.p;
}

/* The call failed: they wait again, except for what it says is wrong with
   them.  The reason is kept for the caller. */
static enum err
give_back(struct cx *cx, const struct posting *p, enum err why)
{
	bool theirs = why == ERR_INPUT;
	struct cx side;
	size_t i;
	enum err e = OK;

	cx_child(&side, cx);
	for (i = 0; e == OK && i < p->n; i++) {
		if (!p->parcels[i].taken)
			continue;
		e = theirs
		    ? ledger_failed(&side, p->shop, p->parcels[i].row.order_id,
			  cx->code, cx->why)
		    : ledger_back(&side, p->shop, &p->parcels[i].row,
			  cx->code[0] != '\0' ? cx->code : "upstream_failed",
			  cx->why);
	}
	if (e == OK && why == ERR_CONFLICT &&
	    strcmp(cx->code, "automatic_off") == 0)
		e = db_exec(&side, SQL_SHOP_SET_AUTOMATIC, V(p->shop->id),
		    V(0));
	cx_done(&side);
	return e != OK ? e : why;
}

static enum err
post_one(struct cx *cx, const struct posting *p)
{
	struct cloud_call call = {
		.method = "POST",
		.path = "/orders",
		.key = p->key,
		.person = p->person,
		.text = body_of(cx, p),
	};
	struct json *answer;
	enum err e;

	CRASH_POINT("send.before_post");
	e = cloud_call(cx, p->shop, &call, &answer);
	CRASH_POINT("send.after_post");
	cx->now = env_wall(cx->env); /* the call took its time */
	if (e == OK)
		e = hear_all(cx, &(struct hearing){ p->shop, .sent = p },
		    answer);
	if (e != OK && e != ERR_STORE)
		return give_back(cx, p, e);
	return e;
}

/* Too large together: halves, each with a key of its own. */
static enum err
post_parts(struct cx *cx, const struct posting *all)
{
	struct posting part = *all;
	size_t from = 0, count = 0;
	enum err e = OK, first = OK;

	while (from < all->n) {
		part.parcels = all->parcels + from;
		for (part.n = 1; from + part.n < all->n; part.n++) {
			struct posting more = part;

			more.n = part.n + 1;
			if (bytes_of(&more) > SEND_BYTES_MAX)
				break;
		}
		part.key = arena_printf(cx->mem, "%s-%zu", all->key, count++);
		if (bytes_of(&part) > 64)
			e = post_one(cx, &part);
		if (e == ERR_STORE)
			return e;
		if (e != OK)
			first = e;
		from += part.n;
	}
	return first;
}

enum err
send_post(struct cx *cx, const struct shop *shop, const char *uuid, bool person,
    struct parcel *parcels, size_t n)
{
	struct posting p = {
		.shop = shop,
		.key = uuid,
		.mode = person ? "manual" : "automatic",
		.person = person,
		.parcels = parcels,
		.n = n,
	};

	if (bytes_of(&p) == 64)
		return OK; /* nothing was taken */
	return post_parts(cx, &p);
}

/* --- ask --- */

enum err
send_ask(struct cx *cx, const struct shop *shop, bool person,
    const struct ledger *rows, size_t n)
{
	struct json *body = json_new_object(cx), *ids = json_new_array(cx);
	struct json *answer;
	struct cloud_call call = {
		.method = "POST",
		.path = "/orders/status",
		.person = person,
	};
	size_t i;
	enum err e;

	if (n == 0)
		return OK;
	for (i = 0; i < n; i++)
		json_push(ids, json_new_text(cx, rows[i].order_id));
	json_set(body, "ids", ids);
	call.text = json_write(cx, body);
	if ((e = cloud_call(cx, shop, &call, &answer)) != OK)
		return e;
	for (i = 0; i < n; i++) {
		e = db_exec(cx, SQL_LEDGER_ASKED, V(rows[i].id), V(cx->now));
		if (e != OK)
			return e;
	}
	return hear_all(cx,
	    &(struct hearing){ .shop = shop, .asked = rows, .nasked = n },
	    answer);
}

enum err
send_wish(struct cx *cx, const struct shop *shop, const struct sight *seen,
    struct ledger *row, struct refusal *no)
{
	enum err e;

	*no = (struct refusal){ NULL, NULL };
	if (seen->id == NULL ||
	    seen->created_at < cx->now - SHOP_DAYS_VISIBLE * DAY_MS) {
		*no = (struct refusal){ "not_visible",
			"The order is older than 60 days, or not in this "
			"store; it was left out." };
		return OK;
	}
	if ((e = ledger_ask(cx, shop, seen, row)) != OK)
		return e;
	if (row->redacted)
		*no = (struct refusal){ "redacted",
			"Its personal data were erased on request." };
	return OK;
}

enum err
send_probe(struct cx *cx, const struct shop *shop)
{
	struct cloud_call call = { .method = "GET", .path = "/" };
	struct shop_secret s;
	enum err e;

	if ((e = shop_secret(cx, shop->id, &s)) != OK || s.cloud_fails == 0)
		return e;
	return cloud_call(cx, shop, &call, NULL);
}
