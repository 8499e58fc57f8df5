/*
 * shipment_row.c - a shipment's row: held, read, changed, written.
 */
#include "cloud/shipment_row.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "base/when.h"
#include "cloud/courier.h"
#include "cloud/order.h"
#include "cloud/order_word.h"
#include "cloud/shipment_export.h"
#include "db/db.h"
#include "gen/sql.h"
#include "queue/event.h"
#include "queue/job.h"
#include "queue/row.h"

const struct field shipment_fields[] = {
	F_INT(struct shipment, id, 1, INT64_MAX),
	F_TEXT(struct shipment, public_id, 1, 32),
	F_INT(struct shipment, order_id, 1, INT64_MAX),
	F_TEXT(struct shipment, order_name, 1, 255),
	F_TEXT(struct shipment, order_external, 1, 19),
	F_WHEN(struct shipment, order_cancelled_at),
	F_INT(struct shipment, channel, 1, INT64_MAX),
	F_INT(struct shipment, connector, 0, INT64_MAX),
	F_TEXT_OPT(struct shipment, connector_public, 32),
	F_INT(struct shipment, automatic, 0, 1),
	F_TEXT(struct shipment, link_state, 1, 16),
	F_TEXT(struct shipment, state, 1, 16),
	F_INT(struct shipment, courier, 0, INT64_MAX),
	F_TEXT_OPT(struct shipment, courier_code, 32),
	F_TEXT_OPT(struct shipment, courier_name, 100),
	F_TEXT_OPT(struct shipment, courier_shopify, 100),
	F_TEXT_OPT(struct shipment, courier_url, 500),
	F_INT(struct shipment, notify_customer, 0, 1),
	F_INT(struct shipment, hold, 0, 1),
	F_WHEN(struct shipment, shipped_at),
	F_WHEN(struct shipment, delivered_at),
	F_WHEN(struct shipment, tracking_at),
	F_TEXT(struct shipment, tracking_key, 0, 128),
	F_WHEN(struct shipment, state_at),
	F_INT(struct shipment, revision, 0, INT64_MAX),
	F_INT(struct shipment, sent_revision, 0, INT64_MAX),
	F_INT(struct shipment, due, 0, 3),
	F_TEXT(struct shipment, store_state, 1, 16),
	F_TEXT_OPT(struct shipment, store_code, 48),
	F_TEXT_OPT(struct shipment, store_reason, 500),
	F_TEXT_OPT(struct shipment, store_next, 500),
	F_WHEN(struct shipment, store_at),
	F_INT(struct shipment, store_tries, 0, INT64_MAX),
	F_WHEN(struct shipment, store_retry_at),
	F_TEXT(struct shipment, search, 0, INT64_MAX),
	F_WHEN(struct shipment, created_at),
	F_END,
};

/* A time of day given with the wrong zone is less than this off. */
enum { ZONE_GRACE_MS = 24 * 60 * 60 * 1000 };

static const struct field placed_fields[] = {
	F_TEXT(struct order, name, 1, 255),
	F_WHEN(struct order, placed_at),
	F_END,
};

const struct field ship_id_field[] = {
	F_INT(struct row_id, id, 1, INT64_MAX),
	F_END,
};

static const struct field left_fields[] = {
	F_INT(struct left, id, 1, INT64_MAX),
	F_TEXT(struct left, external_id, 1, 19),
	F_TEXT(struct left, title, 0, 2048),
	F_INT(struct left, requires_shipping, 0, 1),
	F_INT(struct left, current_quantity, 0, INT64_MAX),
	F_INT(struct left, planned, 0, INT64_MAX),
	F_END,
};

enum err
shipment_left(struct cx *cx, int64_t order, struct left **list, size_t *n)
{
	return db_list(cx, SQL_SHIPMENT_LINE_LEFT, left_fields, list, n,
	    V(order));
}

enum err
shipment_lock(struct cx *cx, int64_t order)
{
	struct number row;
	enum err e;

	e = db_one(cx, SQL_SHIPMENT_ORDER_LOCK, number_field, &row, V(order));
	if (e == ERR_MISSING)
		return cx_fail(cx, e, "There is no such order");
	return e;
}

static enum err
missing(struct cx *cx, enum err e)
{
	if (e == ERR_MISSING)
		return cx_fail_code(cx, e, "unknown_shipment",
		    "There is no shipment with this id");
	return e;
}

enum err
shipment_find(struct cx *cx, const char *public_id, struct shipment *s)
{
	*s = (struct shipment){ 0 };
	return missing(cx,
	    db_one(cx, SQL_SHIPMENT_FIND, shipment_fields, s, V(public_id)));
}

enum err
shipment_take(struct cx *cx, const char *public_id, struct shipment *s)
{
	enum err e;

	if ((e = shipment_find(cx, public_id, s)) != OK ||
	    (e = shipment_lock(cx, s->order_id)) != OK)
		return e;
	if (db_engine(cx->db) == DB_PG) /* others may have been before us */
		e = shipment_find(cx, public_id, s);
	return e == OK ? shipment_numbers(cx, s) : e;
}

static const char *
search_of(struct cx *cx, const struct shipment *s)
{
	struct buf b = buf_new(cx->mem);
	size_t i;

	buf_printf(&b, "%s\n%s\n%s", s->order_name, s->public_id,
	    s->courier_name ? s->courier_name : "");
	for (i = 0; i < s->nnumbers; i++)
		buf_printf(&b, "\n%s", s->numbers[i]);
	return text_lower_ascii(cx->mem, b.p);
}

enum err
shipment_store(struct cx *cx, struct shipment *s)
{
	enum err e;

	if (s->owes != 0 && shipment_is_automatic(s))
		s->due |= s->owes;
	e = db_exec(cx, SQL_SHIPMENT_SET, V(s->id), V(s->state), V(s->courier),
	    V(s->hold), V(s->shipped_at), V(s->delivered_at), V(s->tracking_at),
	    V(s->tracking_key), V(s->state_at), V(s->revision), V(s->due),
	    V(s->store_state), V(search_of(cx, s)));
	if (e != OK || s->owes == 0 || !shipment_is_automatic(s))
		return e;
	return shipment_export_add(cx, s, 0, NULL);
}

enum err
shipment_follow(struct cx *cx, int64_t order)
{
	return db_exec(cx, SQL_SHIPMENT_STATUS_FOLLOW, V(order));
}

const char *
shipment_called(struct cx *cx, const struct shipment *s)
{
	return arena_printf(cx->mem, "Shipment %s of order %s", s->public_id,
	    s->order_name);
}

enum err
shipment_tell(struct cx *cx, const struct shipment *s,
    const struct ship_word *w)
{
	const struct job *job = job_of(cx);

	return event_add(cx,
	    &(struct event){
		.tenant = s->connector,
		.level = w->level,
		.step = w->step,
		.job = job == NULL ? NULL : job->uuid,
		.order_id = s->order_external,
		.order_name = s->order_name,
		.text = w->text,
		.reason = w->reason,
		.next = w->next,
		.origin = "cloud",
	    });
}

/* --- tracking --- */

enum err
tracking_check(struct cx *cx, const char *const *numbers, size_t n)
{
	size_t i, j;

	if (n > TRACKING_MAX)
		return cx_fail_code(cx, ERR_INPUT, "bad_input",
		    "tracking_numbers: more than %d", TRACKING_MAX);
	for (i = 0; i < n; i++) {
		if (text_is_empty(numbers[i]))
			return cx_fail_code(cx, ERR_INPUT, "bad_input",
			    "tracking_numbers[%zu]: empty", i);
		if (text_count(numbers[i]) > TRACKING_TEXT_MAX)
			return cx_fail_code(cx, ERR_INPUT, "bad_input",
			    "tracking_numbers[%zu]: longer than %d characters",
			    i, TRACKING_TEXT_MAX);
		if (strpbrk(numbers[i], "\t\r\n ,;|") != NULL)
			return cx_fail_code(cx, ERR_INPUT, "bad_input",
			    "tracking_numbers[%zu]: blanks and , ; | do not "
			    "belong in a number",
			    i);
		for (j = 0; j < i; j++) {
			if (text_equal(numbers[i], numbers[j]))
				return cx_fail_code(cx, ERR_INPUT, "bad_input",
				    "tracking_numbers[%zu]: it is there twice",
				    i);
		}
	}
	return OK;
}

enum err
past_check(struct cx *cx, const char *name, int64_t at)
{
	if (at <= cx->now + CLOCK_SKEW_MS)
		return OK;
	return cx_fail_code(cx, ERR_INPUT, "in_the_future",
	    "%s: %s is in the future", name, when_write(cx->mem, at));
}

enum err
shipped_check(struct cx *cx, int64_t order, int64_t at)
{
	struct order o = { 0 };
	enum err e;

	if (at == 0)
		return OK;
	if ((e = db_one(cx, SQL_ORDER_PLACED, placed_fields, &o, V(order))) !=
	    OK)
		return e;
	if (at >= o.placed_at - ZONE_GRACE_MS)
		return OK;
	return cx_fail_code(cx, ERR_INPUT, "shipped_before_order",
	    "shipped_at: %s is more than a day before order %s was placed, "
	    "%s; give the time it left",
	    when_write(cx->mem, at), o.name, when_write(cx->mem, o.placed_at));
}

static bool
is_same(const struct shipment *s, const struct tracking *t)
{
	size_t i;

	if (t->courier != NULL && t->courier->id != s->courier)
		return false;
	if (t->n == 0)
		return true;
	if (t->n != s->nnumbers)
		return false;
	for (i = 0; i < t->n; i++) {
		if (!text_equal(t->numbers[i], s->numbers[i]))
			return false;
	}
	return true;
}

static enum err
set_numbers(struct cx *cx, struct shipment *s, const struct tracking *t)
{
	size_t i;
	enum err e;

	if ((e = db_exec(cx, SQL_PARCEL_DROP, V(s->id))) != OK)
		return e;
	s->numbers = arena_alloc(cx->mem, t->n * sizeof(*s->numbers));
	s->nnumbers = t->n;
	for (i = 0; i < t->n; i++) {
		s->numbers[i] = t->numbers[i];
		e = db_exec(cx, SQL_PARCEL_INSERT, V(s->id), V((int64_t)i),
		    V(t->numbers[i]));
		if (e != OK)
			return e;
	}
	return order_word_track(cx, s->order_id);
}

static bool
is_older(const struct shipment *s, const struct tracking *t)
{
	if (t->at != s->tracking_at)
		return t->at < s->tracking_at;
	return strcmp(t->key, s->tracking_key) < 0;
}

enum err
shipment_set_tracking(struct cx *cx, struct shipment *s,
    const struct tracking *t, bool *changed)
{
	enum err e;

	*changed = false;
	if ((t->courier == NULL && t->n == 0) || is_older(s, t))
		return OK;
	s->tracking_at = t->at;
	s->tracking_key = t->key;
	if (is_same(s, t))
		return OK;
	if (t->n > 0 && (e = set_numbers(cx, s, t)) != OK)
		return e;
	if (t->courier != NULL) {
		s->courier = t->courier->id;
		s->courier_code = t->courier->code;
		s->courier_name = t->courier->name;
		s->courier_shopify = t->courier->shopify_name;
		s->courier_url = t->courier->url;
	}
	if (ship_state_read(s->state) == SHIP_CREATED && s->courier != 0 &&
	    s->nnumbers > 0)
		s->state = ship_state_name(SHIP_CONFIRMED);
	if (s->revision > 0) {
		s->revision++;
		s->store_state = "owed";
		s->owes |= SHIP_DUE_FULFILLMENT;
	}
	*changed = true;
	return OK;
}

static const char *
carried(struct cx *cx, const struct shipment *s)
{
	struct buf b = buf_new(cx->mem);
	size_t i;

	if (s->courier_name != NULL)
		buf_printf(&b, " with %s", s->courier_name);
	for (i = 0; i < s->nnumbers; i++)
		buf_printf(&b, "%s%s", i == 0 ? ", tracking " : ", ",
		    s->numbers[i]);
	return text_cut(cx->mem, b.p, 300);
}

enum err
shipment_set_shipped(struct cx *cx, struct shipment *s, int64_t at)
{
	s->state = ship_state_name(SHIP_SHIPPED);
	s->shipped_at = at;
	if (at > s->state_at)
		s->state_at = at;
	s->revision = 1;
	s->store_state = "owed";
	s->owes |= SHIP_DUE_FULFILLMENT;
	return shipment_tell(cx, s,
	    &(struct ship_word){
		.level = "info",
		.step = "shipment.shipped",
		.text = arena_printf(cx->mem, "%s was shipped%s.",
		    shipment_called(cx, s), carried(cx, s)),
	    });
}
