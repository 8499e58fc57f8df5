/*
 * carrier_event.c - events stored, and applied by their time.
 *
 * Settling looks at what is kept for one shipment, twice: first trackings and
 * shippings (they decide whether the rest may count), then what the carrier
 * says on the way.  The result depends on the set of events alone.
 */
#include "cloud/carrier_event_row.h"

#include <string.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/json.h"
#include "base/text.h"
#include "base/when.h"
#include "cloud/courier.h"
#include "cloud/shipment_row.h"
#include "db/db.h"
#include "gen/sql.h"

const struct field carrier_event_fields[] = {
	F_INT(struct carrier_event, id, 1, INT64_MAX),
	F_INT(struct carrier_event, shipment, 1, INT64_MAX),
	F_TEXT(struct carrier_event, public_id, 1, 32),
	F_TEXT(struct carrier_event, source, 0, 64),
	F_TEXT(struct carrier_event, ext_id, 1, 64),
	F_TEXT(struct carrier_event, kind, 1, 32),
	F_WHEN(struct carrier_event, happened_at),
	F_TEXT_OPT(struct carrier_event, message, 255),
	F_INT(struct carrier_event, courier, 0, INT64_MAX),
	F_JSON(struct carrier_event, numbers),
	F_TEXT(struct carrier_event, state, 1, 16),
	F_TEXT_OPT(struct carrier_event, code, 48),
	F_TEXT_OPT(struct carrier_event, reason, 500),
	F_TEXT_OPT(struct carrier_event, next, 500),
	F_WHEN(struct carrier_event, sent_at),
	F_WHEN(struct carrier_event, received_at),
	F_END,
};

static const struct carrier_kind kinds[] = {
	{ "SHIPPED", "shipped", "0" },
	{ "TRACKING", "has tracking", "1" },
	{ "ATTEMPTED_DELIVERY", "delivery was tried" },
	{ "CARRIER_PICKED_UP", "picked up by the courier" },
	{ "CONFIRMED", "confirmed by the courier" },
	{ "DELAYED", "delayed" },
	{ "DELIVERED", "delivered" },
	{ "FAILURE", "delivery failed" },
	{ "IN_TRANSIT", "on its way" },
	{ "LABEL_PRINTED", "label printed" },
	{ "LABEL_PURCHASED", "label bought" },
	{ "OUT_FOR_DELIVERY", "out for delivery" },
	{ "READY_FOR_PICKUP", "ready for pickup" },
};

const struct carrier_kind *
carrier_kind(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (text_equal(name, kinds[i].name))
			return &kinds[i];
	}
	return NULL;
}

/* --- rows --- */

enum err
carrier_event_list(struct cx *cx, int64_t shipment, int64_t limit,
    struct carrier_event **list, size_t *n)
{
	return db_list(cx, SQL_CARRIER_EVENT_LIST, carrier_event_fields, list,
	    n, V(shipment), V(limit));
}

enum err
carrier_event_next(struct cx *cx, int64_t shipment, struct carrier_event *ev)
{
	*ev = (struct carrier_event){ 0 };
	return db_one(cx, SQL_CARRIER_EVENT_NEXT, carrier_event_fields, ev,
	    V(shipment));
}

enum err
carrier_event_set(struct cx *cx, const struct carrier_event *ev)
{
	return db_exec(cx, SQL_CARRIER_EVENT_SET, V(ev->id), V(ev->state),
	    V(ev->code), V(ev->reason), V(ev->next), V(ev->sent_at));
}

static enum err
end(struct cx *cx, struct carrier_event *ev, const char *state)
{
	ev->state = state;
	return carrier_event_set(cx, ev);
}

/* --- settling --- */

static bool
is_shipped(const struct shipment *s)
{
	return s->shipped_at != 0;
}

static size_t
numbers_read(struct cx *cx, const char *text, const char ***numbers)
{
	struct json *list = NULL;
	size_t n, i;

	if (text == NULL || json_parse(cx, text, strlen(text), &list) != OK)
		return 0;
	n = json_count(list);
	*numbers = arena_alloc(cx->mem, (n + 1) * sizeof(**numbers));
	for (i = 0; i < n; i++)
		(*numbers)[i] = json_text(json_at(list, i));
	return n;
}

static enum err
settle_tracking(struct cx *cx, struct shipment *s,
    const struct carrier_event *ev, bool *changed)
{
	struct tracking t = { .at = ev->happened_at };
	const char **numbers = NULL;
	struct courier c;
	enum err e;

	t.key = arena_printf(cx->mem, "%s:%s", carrier_kind(ev->kind)->rank,
	    ev->ext_id);
	t.n = numbers_read(cx, ev->numbers, &numbers);
	t.numbers = numbers;
	if (ev->courier != 0) {
		if ((e = courier_find_id(cx, ev->courier, &c)) != OK)
			return e;
		t.courier = &c;
	}
	return shipment_set_tracking(cx, s, &t, changed);
}

/* The carrier's word of `at`: does the parcel move? */
static void
settle_state(struct shipment *s, enum ship_verb verb, int64_t at)
{
	enum ship_state to;

	if (at < s->state_at)
		return;
	if (verb == VERB_TRACK) { /* of two at one time the failure holds */
		if (ship_state_read(s->state) == SHIP_TRACKING_FAILED &&
		    at > s->state_at)
			s->state = ship_state_name(SHIP_SHIPPED);
	} else if (ship_move(ship_state_read(s->state), verb, &to) == MOVE_GO) {
		s->state = ship_state_name(to);
	}
	s->state_at = at;
}

static enum err
settle_first(struct cx *cx, struct shipment *s, struct carrier_event *ev)
{
	bool is_ship = text_equal(ev->kind, "SHIPPED"), changed;
	enum err e;

	if (is_ship && !is_shipped(s) && s->hold)
		return OK; /* kept until the conflict is settled */
	if ((e = settle_tracking(cx, s, ev, &changed)) != OK)
		return e;
	if (is_ship && !is_shipped(s)) {
		e = shipment_set_shipped(cx, s, ev->happened_at);
	} else if (is_ship) {
		if (ev->happened_at < s->shipped_at)
			s->shipped_at = ev->happened_at;
	} else if (is_shipped(s) && changed) {
		e = shipment_tell(cx, s,
		    &(struct ship_word){
			.level = "info",
			.step = "shipment.tracking_corrected",
			.text =
			    arena_printf(cx->mem, "%s has other tracking now.",
				shipment_called(cx, s)),
		    });
	}
	settle_state(s, VERB_TRACK, ev->happened_at);
	return e == OK ? end(cx, ev, "applied") : e;
}

/* The store hears of one delivery: the earlier one, unless the later went out
   already. */
static enum err
settle_delivered(struct cx *cx, struct shipment *s, struct carrier_event *ev)
{
	struct carrier_event other = { 0 };
	enum err e;

	e = db_one(cx, SQL_CARRIER_EVENT_DELIVERED, carrier_event_fields,
	    &other, V(s->id));
	if (e == OK &&
	    !(text_equal(other.state, "owed") &&
		ev->happened_at < other.happened_at))
		return end(cx, ev, "superseded");
	if (e == OK)
		e = end(cx, &other, "superseded");
	if (e != OK && e != ERR_MISSING)
		return e;
	if (ship_state_read(s->state) != SHIP_CLOSED)
		s->state = ship_state_name(SHIP_DELIVERED);
	s->delivered_at = ev->happened_at;
	s->owes |= SHIP_DUE_EVENTS;
	if ((e = end(cx, ev, "owed")) != OK)
		return e;
	return shipment_tell(cx, s,
	    &(struct ship_word){
		.level = "info",
		.step = "shipment.delivered",
		.text = arena_printf(cx->mem, "%s was delivered at %s.",
		    shipment_called(cx, s),
		    when_write(cx->mem, ev->happened_at)),
	    });
}

static enum err
impossible(struct cx *cx, struct shipment *s, struct carrier_event *ev)
{
	enum err e;

	ev->code = "delivered_before_shipped";
	ev->reason = arena_printf(cx->mem,
	    "It says delivered at %s, but the shipment was shipped at %s.",
	    when_write(cx->mem, ev->happened_at),
	    when_write(cx->mem, s->shipped_at));
	if ((e = end(cx, ev, "refused")) != OK)
		return e;
	return shipment_tell(cx, s,
	    &(struct ship_word){
		.level = "warn",
		.step = "shipment.event_refused",
		.text = arena_printf(cx->mem, "%s: an event was not applied.",
		    shipment_called(cx, s)),
		.reason = ev->reason,
		.next = "Send the delivery again with its right time.",
	    });
}

static enum err
settle_rest(struct cx *cx, struct shipment *s, struct carrier_event *ev)
{
	bool failed = text_equal(ev->kind, "FAILURE");
	const char *was = s->state;
	enum err e;

	if (text_equal(ev->kind, "DELIVERED"))
		return ev->happened_at < s->shipped_at
		    ? impossible(cx, s, ev)
		    : settle_delivered(cx, s, ev);
	settle_state(s, failed ? VERB_FAIL : VERB_TRACK, ev->happened_at);
	s->owes |= SHIP_DUE_EVENTS;
	if ((e = end(cx, ev, "owed")) != OK || !failed || was == s->state)
		return e;
	return shipment_tell(cx, s,
	    &(struct ship_word){
		.level = "warn",
		.step = "shipment.tracking_failed",
		.text = arena_printf(cx->mem,
		    "%s: the carrier says it could not be delivered.",
		    shipment_called(cx, s)),
		.next = "Ask the carrier; then correct the tracking or mark "
			"it delivered.",
	    });
}

static bool
is_first(const struct carrier_event *ev)
{
	return carrier_kind(ev->kind)->rank != NULL;
}

enum err
carrier_event_settle(struct cx *cx, struct shipment *s)
{
	struct carrier_event *list;
	size_t n, i;
	enum err e;

	e = db_list(cx, SQL_CARRIER_EVENT_KEPT, carrier_event_fields, &list, &n,
	    V(s->id));
	for (i = 0; e == OK && i < n; i++) {
		if (is_first(&list[i]))
			e = settle_first(cx, s, &list[i]);
	}
	for (i = 0; e == OK && i < n && is_shipped(s); i++) {
		if (!is_first(&list[i]))
			e = settle_rest(cx, s, &list[i]);
	}
	return e;
}

/* --- storing --- */

enum err
carrier_event_insert(struct cx *cx, const struct carrier_event *ev, int64_t *id)
{
	struct row_id row;
	enum err e;

	e = db_one(cx, SQL_CARRIER_EVENT_INSERT, ship_id_field, &row,
	    V(ev->shipment), V(ev->source), V(ev->ext_id), V(ev->kind),
	    V(ev->happened_at), V(ev->message), V(ev->courier), V(ev->numbers),
	    V("kept"), V(cx->now));
	if (e == OK)
		*id = row.id;
	return e;
}

enum err
carrier_event_own(struct cx *cx, struct shipment *s, const char *kind,
    int64_t at)
{
	struct carrier_event ev = { .shipment = s->id,
		.source = "logivery",
		.kind = kind,
		.happened_at = at };
	char uuid[37];
	int64_t id;
	enum err e;

	env_uuid(cx->env, uuid);
	ev.ext_id = uuid;
	if ((e = carrier_event_insert(cx, &ev, &id)) != OK)
		return e;
	return carrier_event_settle(cx, s);
}
