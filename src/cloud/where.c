/*
 * where.c - where is my order: what we know ourselves.
 *
 * Rows, the first that fits answers; so the more urgent stand above.
 */
#include "cloud/where.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "base/when.h"
#include "cloud/order.h"
#include "cloud/shipment.h"
#include "db/db.h"
#include "gen/sql.h"

static const char *const act_names[] = {
	[ACT_NONE] = "none",
	[ACT_OPEN] = "open",
	[ACT_SHIP] = "ship",
	[ACT_RESOLVE] = "resolve",
	[ACT_RETRY] = "retry",
	[ACT_SEND] = "send",
	[ACT_REDRIVE] = "redrive",
	[ACT_SWITCH_ON] = "switch_on",
	[ACT_LINK] = "link",
	[ACT_ASK] = "ask",
};

const char *
where_act_name(enum where_act a)
{
	return act_names[a];
}

/* --- orders we hold --- */

struct far { /* how far its shipments are */
	int64_t made, shipped, delivered, held, refused;
	const char *reason, *next;
};
static const struct field far_fields[] = {
	F_INT(struct far, made, 0, INT64_MAX),
	F_INT(struct far, shipped, 0, INT64_MAX),
	F_INT(struct far, delivered, 0, INT64_MAX),
	F_INT(struct far, held, 0, INT64_MAX),
	F_INT(struct far, refused, 0, INT64_MAX),
	F_TEXT_OPT(struct far, reason, 500),
	F_TEXT_OPT(struct far, next, 500),
	F_END,
};

static bool
is_in_conflict(const struct order *o, const struct far *f)
{
	(void)o;
	return f->held > 0;
}

static bool
is_cancelled(const struct order *o, const struct far *f)
{
	(void)f;
	return o->cancelled_at != 0;
}

static bool
is_refused(const struct order *o, const struct far *f)
{
	(void)o;
	return f->refused > 0;
}

static bool
is_in_error(const struct order *o, const struct far *f)
{
	(void)f;
	return text_equal(o->sync_state, "error");
}

static bool
is_coming(const struct order *o, const struct far *f)
{
	(void)f;
	return text_equal(o->sync_state, "syncing");
}

static bool
is_delivered(const struct order *o, const struct far *f)
{
	return text_equal(o->status, "total") && f->delivered == f->made;
}

static bool
is_shipped(const struct order *o, const struct far *f)
{
	return text_equal(o->status, "total") && f->shipped == f->made;
}

static bool
is_prepared(const struct order *o, const struct far *f)
{
	(void)f;
	return text_equal(o->status, "total");
}

static bool
is_partial(const struct order *o, const struct far *f)
{
	(void)f;
	return text_equal(o->status, "partial");
}

static bool
is_placed(const struct order *o, const struct far *f)
{
	(void)o;
	(void)f;
	return true;
}

static const struct {
	bool (*fits)(const struct order *, const struct far *);
	const char *code, *words, *next;
	enum where_act act;
} held[] = {
	{ is_in_conflict, "conflict",
	    "In the Cloud App. It was changed in the store after shipments "
	    "were made, and they are held.",
	    "Open the order and choose: keep its shipments, cancel them, or "
	    "adapt them.",
	    ACT_RESOLVE },
	{ is_cancelled, "cancelled",
	    "In the Cloud App. It was cancelled in the store.",
	    "Nothing is to be sent.", ACT_OPEN },
	{ is_refused, "store_refused",
	    "Shipped, but the store does not take the shipment.",
	    "Settle what is named, then press Retry on the shipment.",
	    ACT_RETRY },
	{ is_in_error, "error",
	    "In the Cloud App, but its newest content was not taken.",
	    "Settle what is named, then send it again.", ACT_SEND },
	{ is_coming, "updating",
	    "In the Cloud App; newer content of it is being imported now.",
	    NULL, ACT_OPEN },
	{ is_delivered, "delivered", "Delivered.", NULL, ACT_OPEN },
	{ is_shipped, "shipped", "Shipped; it is on its way.", NULL, ACT_OPEN },
	{ is_prepared, "prepared",
	    "In the warehouse: all of it is in shipments, and not all of them "
	    "have left.",
	    "Ship what has not left.", ACT_OPEN },
	{ is_partial, "partial",
	    "In the warehouse: a part of it is in shipments.",
	    "Make a shipment of the rest.", ACT_SHIP },
	{ is_placed, "placed", "In the warehouse: no shipment is made yet.",
	    "Make a shipment.", ACT_SHIP },
};

/* With the reason, where there is one. */
static const char *
because(struct cx *cx, const char *words, const char *reason)
{
	if (text_is_empty(reason))
		return words;
	return arena_printf(cx->mem, "%s %s", words, reason);
}

static enum err
held_where(struct cx *cx, const struct order *o, struct where *w)
{
	struct far f = { 0 };
	const char *reason = NULL, *next;
	size_t i = 0;
	enum err e;

	e = db_one(cx, SQL_WHERE_SHIPMENTS, far_fields, &f, V(o->id));
	if (e != OK)
		return e;
	while (!held[i].fits(o, &f))
		i++;
	next = held[i].next;
	if (held[i].fits == is_in_error)
		reason = o->sync_reason;
	if (held[i].fits == is_refused) {
		reason = f.reason;
		next = f.next ? f.next : next;
	}
	*w = (struct where){
		.order = o,
		.external_id = o->external_id,
		.number = o->name,
		.connector = o->connector_public,
		.job = o->job,
		.code = held[i].code,
		.words = because(cx, held[i].words, reason),
		.next = next,
		.act = held[i].act,
	};
	return OK;
}

/* --- orders we know of without holding them --- */

struct outside {
	const char *external_id, *name, *state, *code, *reason, *job;
	const char *connector;
	int64_t automatic;
};
static const struct field outside_fields[] = {
	F_TEXT(struct outside, external_id, 1, 19),
	F_TEXT_OPT(struct outside, name, 255),
	F_TEXT(struct outside, state, 1, 16),
	F_TEXT_OPT(struct outside, code, 48),
	F_TEXT_OPT(struct outside, reason, 500),
	F_TEXT_OPT(struct outside, job, 36),
	F_TEXT_OPT(struct outside, connector, 32),
	F_INT(struct outside, automatic, 0, 1),
	F_END,
};

static struct where
outside_where(struct cx *cx, const struct outside *o)
{
	struct where w = { .external_id = o->external_id,
		.number = o->name,
		.connector = o->connector,
		.job = o->job };

	if (text_equal(o->state, "syncing")) {
		w.code = "importing";
		w.words = "The store has sent it; its import waits for its "
			  "turn.";
		return w;
	}
	w.code = o->code ? o->code : "refused";
	w.words = because(cx, "The store has sent it, but it was not taken.",
	    o->reason);
	w.next = "Settle what is named, then send it again.";
	w.act = ACT_SEND;
	if (text_equal(o->code, "import_failed")) {
		w.next = "Look at the job's log, then redrive it.";
		w.act = ACT_REDRIVE;
	} else if (text_equal(o->code, "redacted")) {
		w.next = NULL;
		w.act = ACT_NONE;
	}
	return w;
}

/* --- all of it --- */

static enum err
by_shipment(struct cx *cx, const char *q, struct order **list, size_t *n)
{
	struct shipment s;
	enum err e;

	*n = 0;
	e = shipment_find(cx, q, &s);
	if (e != OK)
		return e == ERR_MISSING ? OK : e;
	*list = arena_alloc(cx->mem, sizeof(**list));
	*n = 1;
	return order_find(cx, s.order_id, *list);
}

static const char *
plain(struct cx *cx, const char *q)
{
	const char *text = text_trim(cx->mem, q);

	return *text == '#' ? text + 1 : text;
}

/* What is asked for is one order: one page of a search is all. */
static enum err
by_words(struct cx *cx, const struct order_filter *f, struct order **list,
    size_t *n)
{
	struct order_page page;
	enum err e;

	if ((e = order_list(cx, f, &page)) != OK)
		return e;
	*list = page.list;
	*n = page.n;
	return OK;
}

enum err
where_find(struct cx *cx, const char *q, int64_t limit, struct where **out,
    size_t *n)
{
	struct order_filter f = { .q = q, .limit = limit };
	const char *bare = plain(cx, q);
	struct outside *rest;
	struct order *list;
	size_t nlist, nrest, i;
	enum err e;

	e = by_shipment(cx, text_lower_ascii(cx->mem, bare), &list, &nlist);
	if (e == OK && nlist == 0)
		e = by_words(cx, &f, &list, &nlist);
	if (e != OK)
		return e;
	e = db_list(cx, SQL_WHERE_OUTSIDE, outside_fields, &rest, &nrest,
	    V(bare), V(bare), V(arena_printf(cx->mem, "#%s", bare)));
	if (e != OK)
		return e;
	*out = arena_alloc(cx->mem, (nlist + nrest + 1) * sizeof(**out));
	for (i = 0; i < nlist; i++) {
		if ((e = held_where(cx, &list[i], &(*out)[i])) != OK)
			return e;
	}
	for (i = 0; i < nrest; i++)
		(*out)[nlist + i] = outside_where(cx, &rest[i]);
	*n = nlist + nrest;
	return OK;
}
