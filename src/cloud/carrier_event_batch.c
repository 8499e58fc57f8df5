/*
 * carrier_event_batch.c - up to 1,000 events in one call, a result for each.
 *
 * Items are checked one by one before anything of theirs is written, so that
 * one refusal costs no other; a slice of them is one transaction.
 */
#include "cloud/carrier_event_row.h"

#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/text.h"
#include "base/when.h"
#include "cloud/courier.h"
#include "cloud/shipment_row.h"
#include "db/db.h"
#include "gen/sql.h"

enum { SLICE = 50 }; /* items in one transaction */

const struct field carrier_event_in_fields[] = {
	F_TEXT(struct carrier_event_in, id, 0, 1000),
	F_TEXT(struct carrier_event_in, shipment, 0, 1000),
	F_TEXT(struct carrier_event_in, kind, 0, 1000),
	F_TEXT(struct carrier_event_in, happened_at, 0, 1000),
	F_TEXT_OPT(struct carrier_event_in, message, 1000),
	F_TEXT_OPT(struct carrier_event_in, courier, 1000),
	{ "tracking_numbers", FIELD_TEXTS,
	    offsetof(struct carrier_event_in, tracking_numbers),
	    offsetof(struct carrier_event_in, ntracking_numbers), 0, 100, 1000,
	    FIELD_OPTIONAL },
	F_END,
};

struct item {
	const struct carrier_event_in *in;
	struct carrier_event ev;
	struct shipment s;
	struct carrier_result *out;
};

struct batch {
	const char *source;
	const struct carrier_event_in *in;
	struct carrier_result *out;
	size_t from, to;
};

static bool
is_event_id(const char *s)
{
	static const char ok[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				 "abcdefghijklmnopqrstuvwxyz0123456789._-";
	size_t n = s == NULL ? 0 : strlen(s);

	return n >= 1 && n <= 64 && s[strspn(s, ok)] == '\0';
}

static const char *
numbers_write(struct cx *cx, const struct carrier_event_in *in)
{
	struct json *list = json_new_array(cx);
	size_t i;

	if (in->ntracking_numbers == 0)
		return NULL;
	for (i = 0; i < in->ntracking_numbers; i++)
		json_push(list, json_new_text(cx, in->tracking_numbers[i]));
	return json_write(cx, list);
}

static enum err
check_tracking(struct cx *cx, struct item *it, const struct carrier_kind *k)
{
	const struct carrier_event_in *in = it->in;
	struct courier c;
	enum err e;

	if (k->rank == NULL &&
	    (in->courier != NULL || in->ntracking_numbers > 0))
		return cx_fail_code(cx, ERR_INPUT, "bad_input",
		    "courier, tracking_numbers: they belong to SHIPPED and "
		    "TRACKING only");
	if (text_equal(k->name, "TRACKING") && in->courier == NULL &&
	    in->ntracking_numbers == 0)
		return cx_fail_code(cx, ERR_INPUT, "bad_input",
		    "tracking_numbers: give a courier or numbers");
	e = tracking_check(cx, in->tracking_numbers, in->ntracking_numbers);
	if (e != OK || in->courier == NULL)
		return e;
	if ((e = courier_find(cx, in->courier, &c)) == OK)
		it->ev.courier = c.id;
	return e;
}

static enum err
check(struct cx *cx, struct item *it)
{
	const struct carrier_event_in *in = it->in;
	const struct carrier_kind *k = carrier_kind(in->kind);
	enum err e;

	if (!is_event_id(in->id))
		return cx_fail_code(cx, ERR_INPUT, "bad_input",
		    "id: 1 to 64 characters of A-Z a-z 0-9 . _ - are needed");
	if (k == NULL)
		return cx_fail_code(cx, ERR_INPUT, "unknown_kind",
		    "kind: %.40s is none of SHIPPED, TRACKING and the eleven "
		    "of doc/openapi.yaml",
		    in->kind);
	if (!when_read(in->happened_at, &it->ev.happened_at) ||
	    it->ev.happened_at <= 0)
		return cx_fail_code(cx, ERR_INPUT, "bad_time",
		    "happened_at: not a time with date, hour and zone "
		    "(2026-11-23T10:00:00Z)");
	if ((e = past_check(cx, "happened_at", it->ev.happened_at)) != OK)
		return e;
	if (in->message != NULL && text_count(in->message) > 255)
		return cx_fail_code(cx, ERR_INPUT, "bad_input",
		    "message: longer than 255 characters");
	if ((e = check_tracking(cx, it, k)) != OK)
		return e;
	it->ev.kind = k->name;
	it->ev.ext_id = in->id;
	it->ev.message = text_is_empty(in->message) ? NULL : in->message;
	it->ev.numbers = numbers_write(cx, in);
	return OK;
}

static bool
says_same(const struct carrier_event *a, const struct carrier_event *b)
{
	return text_equal(a->kind, b->kind) &&
	    a->happened_at == b->happened_at && a->courier == b->courier &&
	    text_equal(a->message, b->message) &&
	    text_equal(a->numbers, b->numbers);
}

static enum err
check_repeat(struct cx *cx, struct item *it, bool *repeated)
{
	struct carrier_event was = { 0 };
	enum err e;

	*repeated = false;
	e = db_one(cx, SQL_CARRIER_EVENT_FIND, carrier_event_fields, &was,
	    V(it->ev.source), V(it->ev.ext_id));
	if (e == ERR_MISSING)
		return OK;
	if (e != OK)
		return e;
	if (!text_equal(was.public_id, it->in->shipment) ||
	    !says_same(&was, &it->ev))
		return cx_fail_code(cx, ERR_INPUT, "event_id_reused",
		    "id: another event came with %s before", it->ev.ext_id);
	*repeated = true;
	it->out->code = was.code;
	it->out->reason = was.reason;
	return OK;
}

static enum err
check_shipment(struct cx *cx, struct item *it)
{
	enum ship_state state = ship_state_read(it->s.state);

	if (state == SHIP_CANCELLED || state == SHIP_CLOSED)
		return cx_fail_code(cx, ERR_CONFLICT,
		    state == SHIP_CLOSED ? "shipment_closed"
					 : "shipment_cancelled",
		    "%s is %s: nothing counts any more",
		    shipment_called(cx, &it->s), it->s.state);
	if (text_equal(it->ev.kind, "DELIVERED") && it->s.shipped_at != 0 &&
	    it->ev.happened_at < it->s.shipped_at)
		return cx_fail_code(cx, ERR_INPUT, "delivered_before_shipped",
		    "happened_at: it is before the shipment was shipped, %s",
		    when_write(cx->mem, it->s.shipped_at));
	if (text_equal(it->ev.kind, "SHIPPED"))
		return shipped_check(cx, it->s.order_id, it->ev.happened_at);
	return OK;
}

/* What became of it, in the words of the answer. */
static enum err
outcome(struct cx *cx, struct item *it)
{
	struct carrier_event now = { 0 };
	enum err e;

	e = db_one(cx, SQL_CARRIER_EVENT_FIND, carrier_event_fields, &now,
	    V(it->ev.source), V(it->ev.ext_id));
	if (e != OK)
		return e;
	it->out->result = "applied";
	it->out->code = now.code;
	it->out->reason = now.reason;
	if (!text_equal(now.state, "kept"))
		return OK;
	it->out->result = "kept";
	it->out->code = it->s.hold ? "shipment_on_hold" : "too_early";
	it->out->reason = it->s.hold
	    ? "The shipment is held; it counts when the conflict is settled."
	    : "It counts once the shipment is shipped.";
	return OK;
}

static enum err
take_one(struct cx *cx, struct item *it)
{
	bool repeated;
	int64_t id;
	enum err e;

	if ((e = check(cx, it)) != OK ||
	    (e = shipment_take(cx, it->in->shipment, &it->s)) != OK)
		return e;
	it->out->state = it->s.state;
	it->ev.shipment = it->s.id;
	if ((e = check_repeat(cx, it, &repeated)) != OK)
		return e;
	if (repeated) {
		it->out->result = "repeated";
		return OK;
	}
	if ((e = check_shipment(cx, it)) != OK)
		return e;
	e = carrier_event_insert(cx, &it->ev, &id);
	if (e == ERR_MISSING) /* another call was faster, of another order */
		return cx_fail_code(cx, ERR_INPUT, "event_id_reused",
		    "id: another event came with %s before", it->ev.ext_id);
	if (e != OK || (e = carrier_event_settle(cx, &it->s)) != OK ||
	    (e = shipment_store(cx, &it->s)) != OK)
		return e;
	it->out->state = it->s.state;
	return outcome(cx, it);
}

static bool
is_items_own(enum err e)
{
	return e == ERR_INPUT || e == ERR_CONFLICT || e == ERR_MISSING;
}

static enum err
take_slice(struct cx *cx, void *arg)
{
	struct batch *b = arg;
	struct item it;
	size_t i;
	enum err e;

	for (i = b->from; i < b->to; i++) {
		b->out[i] = (struct carrier_result){ .id = b->in[i].id };
		it = (struct item){ .in = &b->in[i], .out = &b->out[i] };
		it.ev.source = b->source;
		e = take_one(cx, &it);
		if (e == OK)
			continue;
		/* lease_lost and a failed commit are ours, not the item's */
		if (!is_items_own(e) || cx->code[0] == '\0')
			return e;
		b->out[i].result = "error";
		b->out[i].code = arena_text(cx->mem, cx->code);
		b->out[i].reason = arena_text(cx->mem, cx->why);
	}
	return OK;
}

enum err
carrier_event_take(struct cx *cx, const char *source,
    const struct carrier_event_in *in, size_t n, struct carrier_result **out)
{
	struct batch b = { .source = source, .in = in };
	enum err e;

	b.out = arena_alloc(cx->mem, (n + 1) * sizeof(*b.out));
	for (b.from = 0; b.from < n; b.from = b.to) {
		b.to = b.from + SLICE < n ? b.from + SLICE : n;
		if ((e = db_tx(cx, take_slice, &b)) != OK)
			return e;
	}
	*out = b.out;
	return OK;
}
