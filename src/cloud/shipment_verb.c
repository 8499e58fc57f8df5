/*
 * shipment_verb.c - what people and machines do to a shipment.
 *
 * One function walks the table of moves; what a verb does besides is a row.
 * Checks come before the first write (see shipment.c).
 */
#include "cloud/shipment_row.h"

#include "base/arena.h"
#include "base/text.h"
#include "base/when.h"
#include "cloud/carrier_event.h"
#include "cloud/courier.h"
#include "cloud/shipment_order.h"
#include "db/db.h"
#include "gen/sql.h"

struct acting {
	const struct ship_act *act;
	struct shipment *s;
	struct courier courier;
	struct tracking tracking;
	enum ship_state from, to;
	bool changed;
};

static enum err
wrong_state(struct cx *cx, const struct acting *a)
{
	bool early = a->act->verb == VERB_DELIVER &&
	    (a->from == SHIP_CREATED || a->from == SHIP_CONFIRMED);

	return cx_fail_code(cx, ERR_CONFLICT,
	    early ? "not_shipped" : "wrong_state",
	    "%s is %s: it cannot be %s. %s", shipment_called(cx, a->s),
	    a->s->state, ship_verb_word(a->act->verb), ship_next(a->from));
}

/* Does a repeat say what is so already? */
static bool
says_same(const struct acting *a)
{
	const struct ship_act *act = a->act;
	const struct shipment *s = a->s;
	size_t i;

	if (act->courier != NULL && a->courier.id != s->courier)
		return false;
	if (act->nnumbers > 0 && act->nnumbers != s->nnumbers)
		return false;
	for (i = 0; i < act->nnumbers; i++) {
		if (!text_equal(act->numbers[i], s->numbers[i]))
			return false;
	}
	if (act->verb == VERB_SHIP)
		return act->at == 0 || act->at == s->shipped_at;
	if (act->verb == VERB_DELIVER)
		return act->at == 0 || act->at == s->delivered_at;
	return true;
}

static enum err
check_times(struct cx *cx, const struct acting *a)
{
	const struct ship_act *act = a->act;
	enum err e;

	if (act->verb == VERB_SHIP) {
		e = past_check(cx, "shipped_at", act->at);
		if (e != OK || act->at == a->s->shipped_at)
			return e;
		return shipped_check(cx, a->s->order_id, act->at);
	}
	if (act->verb != VERB_DELIVER)
		return OK;
	if (act->at != 0 && act->at < a->s->shipped_at)
		return cx_fail_code(cx, ERR_INPUT, "delivered_before_shipped",
		    "delivered_at: %s is before it was shipped, %s",
		    when_write(cx->mem, act->at),
		    when_write(cx->mem, a->s->shipped_at));
	return past_check(cx, "delivered_at", act->at);
}

static enum err
check_hold(struct cx *cx, const struct acting *a)
{
	if (!a->s->hold || a->act->verb != VERB_SHIP)
		return OK;
	return cx_fail_code(cx, ERR_CONFLICT, "shipment_on_hold",
	    "%s is held: the order was changed in the store after the "
	    "shipment was made",
	    shipment_called(cx, a->s));
}

static enum err
check_tracking(struct cx *cx, struct acting *a)
{
	const struct ship_act *act = a->act;
	enum err e;

	e = tracking_check(cx, act->numbers, act->nnumbers);
	if (e != OK)
		return e;
	if (act->courier != NULL &&
	    (e = courier_find(cx, act->courier, &a->courier)) != OK)
		return e;
	if (act->verb == VERB_TRACK && act->courier == NULL &&
	    act->nnumbers == 0)
		return cx_fail_code(cx, ERR_INPUT, "bad_input",
		    "tracking_numbers: give a courier or numbers");
	a->tracking = (struct tracking){
		.courier = act->courier ? &a->courier : NULL,
		.numbers = act->numbers,
		.n = act->nnumbers,
		/* A person corrects what there is, though a carrier's clock be
		   ahead of ours. */
		.at = a->s->tracking_at > cx->now ? a->s->tracking_at : cx->now,
		.key = "~", /* above any event of this time */
	};
	return OK;
}

/* --- what each verb does --- */

static enum err
do_track(struct cx *cx, struct acting *a)
{
	enum err e;

	e = shipment_set_tracking(cx, a->s, &a->tracking, &a->changed);
	if (e != OK)
		return e;
	if (a->from == SHIP_TRACKING_FAILED) {
		a->s->state = ship_state_name(SHIP_SHIPPED);
		a->s->state_at = cx->now;
		a->changed = true;
	}
	if (!a->changed)
		return OK;
	return shipment_tell(cx, a->s,
	    &(struct ship_word){
		.level = "info",
		.step = a->s->revision > 0 ? "shipment.tracking_corrected"
					   : "shipment.tracking",
		.text = arena_printf(cx->mem, "%s has %s%s tracking now.",
		    shipment_called(cx, a->s),
		    a->s->revision > 0 ? "other " : "",
		    a->s->courier_name ? a->s->courier_name : "its"),
	    });
}

static enum err
do_ship(struct cx *cx, struct acting *a)
{
	bool changed;
	enum err e;

	a->changed = true;
	e = shipment_set_tracking(cx, a->s, &a->tracking, &changed);
	if (e == OK)
		e = shipment_set_shipped(cx, a->s,
		    a->act->at ? a->act->at : cx->now);
	return e == OK ? carrier_event_settle(cx, a->s) : e;
}

static enum err
do_deliver(struct cx *cx, struct acting *a)
{
	int64_t at = a->act->at;

	a->changed = true;
	if (at == 0)
		at = cx->now > a->s->shipped_at ? cx->now : a->s->shipped_at;
	return carrier_event_own(cx, a->s, "DELIVERED", at);
}

static enum err
do_fail(struct cx *cx, struct acting *a)
{
	a->changed = true;
	return carrier_event_own(cx, a->s, "FAILURE", cx->now);
}

static enum err
do_cancel(struct cx *cx, struct acting *a)
{
	enum err e;

	a->changed = true;
	a->s->state = ship_state_name(SHIP_CANCELLED);
	a->s->hold = 0;
	if ((e = db_exec(cx, SQL_CARRIER_EVENT_END, V(a->s->id))) != OK)
		return e;
	return shipment_tell(cx, a->s,
	    &(struct ship_word){
		.level = "info",
		.step = "shipment.cancelled",
		.text = arena_printf(cx->mem,
		    "%s was cancelled: its lines are free again.",
		    shipment_called(cx, a->s)),
	    });
}

static enum err
do_close(struct cx *cx, struct acting *a)
{
	a->changed = true;
	a->s->state = ship_state_name(SHIP_CLOSED);
	return shipment_tell(cx, a->s,
	    &(struct ship_word){
		.level = "info",
		.step = "shipment.closed",
		.text = arena_printf(cx->mem, "%s was closed.",
		    shipment_called(cx, a->s)),
	    });
}

static enum err (*const doers[SHIP_VERBS])(struct cx *, struct acting *) = {
	[VERB_TRACK] = do_track,
	[VERB_SHIP] = do_ship,
	[VERB_DELIVER] = do_deliver,
	[VERB_FAIL] = do_fail,
	[VERB_CANCEL] = do_cancel,
	[VERB_CLOSE] = do_close,
};

/* --- acting --- */

static enum err
check(struct cx *cx, struct acting *a, enum ship_move *move)
{
	enum err e;

	a->from = ship_state_read(a->s->state);
	*move = ship_move(a->from, a->act->verb, &a->to);
	if (*move == MOVE_NO)
		return wrong_state(cx, a);
	if ((e = check_tracking(cx, a)) != OK || (e = check_times(cx, a)) != OK)
		return e;
	if (*move == MOVE_SAME)
		return says_same(a) ? OK : wrong_state(cx, a);
	return check_hold(cx, a);
}

enum err
shipment_act_in(struct cx *cx, const struct ship_act *act, struct shipment *s,
    bool *changed)
{
	struct acting a = { .act = act, .s = s };
	enum ship_move move;
	enum err e;

	*changed = false;
	if ((e = shipment_take(cx, act->id, s)) != OK ||
	    (e = check(cx, &a, &move)) != OK || move == MOVE_SAME)
		return e;
	if ((e = doers[act->verb](cx, &a)) != OK ||
	    (e = shipment_store(cx, s)) != OK)
		return e;
	*changed = a.changed;
	if (act->verb != VERB_CANCEL)
		return OK;
	/* The last one held by a conflict may be gone with it. */
	if ((e = shipment_follow(cx, s->order_id)) != OK)
		return e;
	return shipment_order_changed(cx, s->order_id);
}

static enum err
act_body(struct cx *cx, void *arg)
{
	struct acting *a = arg;

	return shipment_act_in(cx, a->act, a->s, &a->changed);
}

enum err
shipment_act(struct cx *cx, const struct ship_act *act, struct shipment *out,
    bool *changed)
{
	struct shipment s;
	struct acting a = { .act = act, .s = &s };
	enum err e;

	if ((e = db_tx(cx, act_body, &a)) != OK)
		return e;
	*out = s;
	*changed = a.changed;
	return OK;
}
