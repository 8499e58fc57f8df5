/*
 * shipment_test.c - what may be done with shipments, and what follows.
 */
#include "shipment_rig.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"

/* --- the moves --- */

/* By state (in enum's order) and verb: the state after, "=" a repeat that
   changes nothing, "-" refused. */
static const char *const moves[SHIP_STATES][SHIP_VERBS] = {
	/*               track        ship       deliver      fail
			 cancel       close */
	[SHIP_CREATED] = { "CONFIRMED", "SHIPPED", "-", "-", "CANCELLED", "-" },
	[SHIP_CONFIRMED] = { "CONFIRMED", "SHIPPED", "-", "-", "CANCELLED",
	    "-" },
	[SHIP_SHIPPED] = { "SHIPPED", "=", "DELIVERED", "TRACKING_FAILED", "-",
	    "-" },
	[SHIP_DELIVERED] = { "DELIVERED", "=", "=", "-", "-", "CLOSED" },
	[SHIP_CLOSED] = { "-", "=", "=", "-", "-", "=" },
	[SHIP_TRACKING_FAILED] = { "SHIPPED", "=", "DELIVERED", "=", "-", "-" },
	[SHIP_CANCELLED] = { "-", "-", "-", "-", "=", "-" },
};

/* How to get there from CREATED. */
static const enum ship_verb ways[SHIP_STATES][4] = {
	[SHIP_CREATED] = { SHIP_VERBS },
	[SHIP_CONFIRMED] = { VERB_TRACK, SHIP_VERBS },
	[SHIP_SHIPPED] = { VERB_SHIP, SHIP_VERBS },
	[SHIP_DELIVERED] = { VERB_SHIP, VERB_DELIVER, SHIP_VERBS },
	[SHIP_CLOSED] = { VERB_SHIP, VERB_DELIVER, VERB_CLOSE, SHIP_VERBS },
	[SHIP_TRACKING_FAILED] = { VERB_SHIP, VERB_FAIL, SHIP_VERBS },
	[SHIP_CANCELLED] = { VERB_CANCEL, SHIP_VERBS },
};

static void
one_move(struct cx *cx, int64_t order, enum ship_state from,
    enum ship_verb verb)
{
	const char *want = moves[from][verb],
		   *id = ship_all(cx, order).public_id;
	bool refused = strcmp(want, "-") == 0;
	int i;
	enum err e;

	for (i = 0; ways[from][i] != SHIP_VERBS; i++)
		must(cx, ship_try(cx, id, ways[from][i]));
	assert_string_equal(ship_now(cx, id).state, ship_state_name(from));
	e = ship_try(cx, id, verb);
	if ((e != OK) != refused)
		print_error("%s + %s: %d %s\n", ship_state_name(from),
		    ship_verb_word(verb), e, cx->why);
	assert_int_equal(e != OK, refused);
	if (refused) {
		assert_int_equal(e, ERR_CONFLICT);
		assert_true(strcmp(cx->code, "wrong_state") == 0 ||
		    strcmp(cx->code, "not_shipped") == 0);
		assert_contains(cx->why, ship_verb_word(verb));
		assert_contains(cx->why, ship_next(from));
	}
	if (refused || strcmp(want, "=") == 0)
		want = ship_state_name(from);
	assert_string_equal(ship_now(cx, id).state, want);
}

static void
only_the_moves_of_the_table_are_allowed(struct cx *cx)
{
	struct connector c = ship_rig(cx, false);
	int from, verb, n = 0;

	for (from = 0; from < SHIP_STATES; from++) {
		for (verb = 0; verb < SHIP_VERBS; verb++)
			one_move(cx, ship_order(cx, &c, 2000 + n++, 1),
			    (enum ship_state)from, (enum ship_verb)verb);
	}
	assert_int_equal(n, 42);
}

static void
a_repeat_that_says_something_else_is_refused(struct cx *cx)
{
	struct connector c = ship_rig(cx, false);
	const char *id = ship_all(cx, ship_order(cx, &c, 1001, 1)).public_id;
	const char *number = "T2";
	struct ship_act a = { .id = id,
		.verb = VERB_SHIP,
		.numbers = &number,
		.nnumbers = 1 };
	struct shipment s;
	bool changed;

	ship_it(cx, id, "brt", "T1");
	must_fail(cx, ERR_CONFLICT, shipment_act(cx, &a, &s, &changed));
	assert_contains(cx->why, "correct its tracking");
	number = "T1";
	must(cx, shipment_act(cx, &a, &s, &changed));
	assert_false(changed);
	assert_int_equal(ship_now(cx, id).revision, 1);
}

static void
times_that_cannot_be_are_refused(struct cx *cx)
{
	struct connector c = ship_rig(cx, false);
	const char *id = ship_all(cx, ship_order(cx, &c, 1001, 1)).public_id;
	struct ship_act a = { .id = id, .verb = VERB_SHIP };
	struct shipment s;
	bool changed;

	a.at = cx->now + CLOCK_SKEW_MS + 1;
	must_fail(cx, ERR_INPUT, shipment_act(cx, &a, &s, &changed));
	assert_string_equal(cx->code, "in_the_future");
	a.at = INT64_C(978307200000); /* 2001-01-01 */
	must_fail(cx, ERR_INPUT, shipment_act(cx, &a, &s, &changed));
	assert_string_equal(cx->code, "shipped_before_order");
	assert_contains(cx->why,
	    "shipped_at: 2001-01-01T00:00:00Z is more than a day "
	    "before order #1001 was placed, 2026-11-20T09:14:04Z; give the "
	    "time it left");
	a.at = cx->now - 1000;
	must(cx, shipment_act(cx, &a, &s, &changed));
	a.verb = VERB_DELIVER;
	a.at = cx->now - 2000;
	must_fail(cx, ERR_INPUT, shipment_act(cx, &a, &s, &changed));
	assert_string_equal(cx->code, "delivered_before_shipped");
	a.at = cx->now + CLOCK_SKEW_MS + 1;
	must_fail(cx, ERR_INPUT, shipment_act(cx, &a, &s, &changed));
	assert_string_equal(ship_now(cx, id).state, "SHIPPED");
}

/* Time zones are worth a day. */
static void
a_day_before_the_order_is_no_error_and_more_is(struct cx *cx)
{
	struct connector c = ship_rig(cx, false);
	int64_t order = ship_order(cx, &c, 1001, 1);
	struct ship_act a = { .id = ship_all(cx, order).public_id,
		.verb = VERB_SHIP };
	struct shipment s;
	struct order o;
	bool changed;

	must(cx, order_find(cx, order, &o));
	a.at = o.placed_at - DAY_MS_ - 1;
	must_fail(cx, ERR_INPUT, shipment_act(cx, &a, &s, &changed));
	assert_string_equal(ship_now(cx, a.id).state, "CREATED");
	a.at++;
	must(cx, shipment_act(cx, &a, &s, &changed));
	assert_string_equal(ship_now(cx, a.id).state, "SHIPPED");
}

static void
tracking_has_limits(struct cx *cx)
{
	struct connector c = ship_rig(cx, false);
	const char *id = ship_all(cx, ship_order(cx, &c, 1001, 1)).public_id;
	const char *numbers[21];
	struct ship_act a = { .id = id,
		.verb = VERB_TRACK,
		.numbers = numbers };
	char long_one[301];
	struct shipment s;
	bool changed;
	size_t i;

	memset(long_one, 'x', 300);
	long_one[300] = '\0';
	for (i = 0; i < 21; i++)
		numbers[i] = arena_printf(cx->mem, "N%zu", i);
	a.nnumbers = 21;
	must_fail(cx, ERR_INPUT, shipment_act(cx, &a, &s, &changed));
	a.nnumbers = 2;
	numbers[1] = long_one;
	must_fail(cx, ERR_INPUT, shipment_act(cx, &a, &s, &changed));
	assert_contains(cx->why, "tracking_numbers[1]: longer than 100");
	numbers[1] = "N0";
	must_fail(cx, ERR_INPUT, shipment_act(cx, &a, &s, &changed));
	assert_contains(cx->why, "twice");
	numbers[1] = "a b";
	must_fail(cx, ERR_INPUT, shipment_act(cx, &a, &s, &changed));
	a.nnumbers = 0;
	must_fail(cx, ERR_INPUT, shipment_act(cx, &a, &s, &changed));
	a.courier = "Pony Express";
	must_fail(cx, ERR_INPUT, shipment_act(cx, &a, &s, &changed));
	assert_string_equal(cx->code, "unknown_courier");
	a.courier = "  gls ITALY ";
	must(cx, shipment_act(cx, &a, &s, &changed));
	assert_string_equal(ship_now(cx, id).courier_code, "gls_it");
	assert_string_equal(ship_now(cx, id).state, "CREATED");
	a.nnumbers = 1;
	must(cx, shipment_act(cx, &a, &s, &changed));
	assert_string_equal(ship_now(cx, id).state, "CONFIRMED");
}

/* --- quantities and status --- */

static void
the_order_status_follows_from_its_shipments(struct cx *cx)
{
	struct connector c = ship_rig(cx, false);
	int64_t order = ship_order(cx, &c, 1001, 2);
	struct shipment a, b;

	assert_string_equal(status_of(cx, order), "placed");
	a = ship_some(cx, order, 0, 2);
	assert_string_equal(status_of(cx, order), "partial");
	b = ship_all(cx, order);
	assert_string_equal(status_of(cx, order), "total");
	must(cx, ship_try(cx, a.public_id, VERB_CANCEL));
	assert_string_equal(status_of(cx, order), "partial");
	must(cx, ship_try(cx, b.public_id, VERB_CANCEL));
	assert_string_equal(status_of(cx, order), "placed");
	a = ship_all(cx, order);
	ship_it(cx, a.public_id, "brt", "T1");
	assert_string_equal(status_of(cx, order), "total");
}

static void
what_cannot_be_sent_does_not_keep_an_order_open(struct cx *cx)
{
	struct connector c = ship_rig(cx, false);
	struct json *doc = ship_document(cx, 1001, 0, 2);
	const char *name;
	int64_t order;

	json_set_bool(cx, json_at(json_get(doc, "lines"), 1),
	    "requires_shipping", false);
	digest_set(cx, doc);
	import(cx, &c, doc);
	must(cx, order_named(cx, c.channel, "1001", &order, &name));
	ship_all(cx, order);
	assert_string_equal(status_of(cx, order), "total");
	assert_int_equal(db_count(cx, "shipment_line"), 1);
}

static void
no_more_than_what_is_left_and_no_foreign_line(struct cx *cx)
{
	struct connector c = ship_rig(cx, false);
	int64_t order = ship_order(cx, &c, 1001, 2);
	int64_t other = ship_order(cx, &c, 1002, 1);
	struct ship_line_in l[2] = { { NULL, 1 }, { NULL, 1 } };
	struct shipment_in in = { .order = order,
		.lines = l,
		.nlines = 2,
		.notify = -1 };
	struct shipment s;
	bool fresh;

	ship_some(cx, order, 0, 2);
	l[0].line_id = arena_printf(cx->mem, "%" PRId64, line_id(cx, order, 1));
	l[1].line_id = arena_printf(cx->mem, "%" PRId64, line_id(cx, order, 0));
	l[1].quantity = 2;
	must_fail(cx, ERR_INPUT, shipment_add(cx, &in, &s, &fresh));
	assert_string_equal(cx->code, "quantity_over_left");
	assert_contains(cx->why, "lines[1].quantity: 2 wanted");
	assert_contains(cx->why, "1 of 3 is left");
	l[1].line_id = arena_printf(cx->mem, "%" PRId64, line_id(cx, other, 0));
	must_fail(cx, ERR_INPUT, shipment_add(cx, &in, &s, &fresh));
	assert_string_equal(cx->code, "line_not_in_order");
	l[1].line_id = l[0].line_id;
	must_fail(cx, ERR_INPUT, shipment_add(cx, &in, &s, &fresh));
	assert_contains(cx->why, "twice");
	l[1].line_id = "x";
	must_fail(cx, ERR_INPUT, shipment_add(cx, &in, &s, &fresh));
	assert_int_equal(db_count(cx, "shipment"), 1);
	ship_all(cx, order);
	in.nlines = 0;
	must_fail(cx, ERR_CONFLICT, shipment_add(cx, &in, &s, &fresh));
	assert_string_equal(cx->code, "nothing_left");
	in.order = 999;
	must_fail(cx, ERR_MISSING, shipment_add(cx, &in, &s, &fresh));
}

static void
the_same_key_twice_is_one_shipment(struct cx *cx)
{
	struct connector c = ship_rig(cx, false);
	struct ship_line_in l = { NULL, 1 };
	struct shipment_in in = { .lines = &l,
		.nlines = 1,
		.key = "k1",
		.notify = 1 };
	struct shipment a, b;
	bool fresh;

	in.order = ship_order(cx, &c, 1001, 1);
	l.line_id = arena_printf(cx->mem, "%" PRId64, line_id(cx, in.order, 0));
	must(cx, shipment_add(cx, &in, &a, &fresh));
	assert_true(fresh);
	must(cx, shipment_add(cx, &in, &b, &fresh));
	assert_false(fresh);
	assert_string_equal(a.public_id, b.public_id);
	assert_int_equal(a.notify_customer, 1);
	in.key = "k2";
	must(cx, shipment_add(cx, &in, &b, &fresh));
	assert_true(fresh);
}

/* --- an order changed in the store --- */

static struct conflict
conflict_of(struct cx *cx, int64_t order)
{
	struct conflict c;

	must(cx, shipment_conflict_find(cx, order, &c));
	return c;
}

/* Line 0 shipped, the rest planned; then line 1 is down to 1. */
static int64_t
edited(struct cx *cx, const struct connector *c, struct shipment *shipped,
    struct shipment *planned)
{
	struct json *doc = ship_document(cx, 1001, 60, 2);
	int64_t order = ship_order(cx, c, 1001, 2);

	*shipped = ship_some(cx, order, 0, 3);
	ship_it(cx, shipped->public_id, "brt", "T1");
	*planned = ship_all(cx, order);
	line_quantity(cx, doc, 1, 1);
	import(cx, c, doc);
	return order;
}

static void
an_edited_order_is_held_and_shown(struct cx *cx)
{
	struct connector c = ship_rig(cx, false);
	struct shipment shipped, planned, s;
	int64_t order = edited(cx, &c, &shipped, &planned);
	struct shipment_in in = { .order = order, .notify = -1 };
	struct conflict k = conflict_of(cx, order);
	bool fresh;

	assert_true(k.since != 0);
	assert_contains(k.what, "1 instead of 3");
	assert_int_equal(ship_now(cx, shipped.public_id).hold, 0);
	assert_int_equal(ship_now(cx, planned.public_id).hold, 1);
	assert_string_equal(status_of(cx, order), "total");
	must_fail(cx, ERR_CONFLICT, ship_try(cx, planned.public_id, VERB_SHIP));
	assert_string_equal(cx->code, "shipment_on_hold");
	must_fail(cx, ERR_CONFLICT, shipment_add(cx, &in, &s, &fresh));
	assert_string_equal(cx->code, "order_conflict");
	assert_int_equal(number(cx,
			     "SELECT count(*) AS n FROM event WHERE "
			     "step = 'shipment.conflict'"),
	    1);
	must_fail(cx, ERR_INPUT, shipment_conflict_choose(cx, order, "no"));
}

static const struct {
	const char *choice, *state, *status;
	int64_t pieces; /* in shipments, not cancelled */
} choices[] = {
	{ "keep", "CREATED", "total", 6 },
	{ "cancel", "CANCELLED", "partial", 3 },
	{ "adapt", "CREATED", "total", 4 },
};

static void
a_choice_settles_the_conflict(struct cx *cx)
{
	struct connector c = ship_rig(cx, false);
	struct shipment shipped, planned;
	int64_t order;
	size_t i;

	for (i = 0; i < COUNT_OF(choices); i++) {
		order = edited(cx, &c, &shipped, &planned);
		must(cx,
		    shipment_conflict_choose(cx, order, choices[i].choice));
		planned = ship_now(cx, planned.public_id);
		assert_int_equal(planned.hold, 0);
		assert_string_equal(planned.state, choices[i].state);
		assert_string_equal(status_of(cx, order), choices[i].status);
		assert_int_equal(number(cx,
				     "SELECT coalesce(sum(l.quantity), 0) AS n "
				     "FROM shipment_line l JOIN shipment s ON "
				     "s.id = l.shipment WHERE s.state <> "
				     "'CANCELLED'"),
		    choices[i].pieces);
		assert_int_equal(conflict_of(cx, order).since, 0);
		must_fail(cx, ERR_CONFLICT,
		    shipment_conflict_choose(cx, order, "keep"));
		assert_string_equal(cx->code, "no_conflict");
		exec(cx, "DELETE FROM orders");
		exec(cx, "DELETE FROM order_line");
		exec(cx, "DELETE FROM shipment");
		exec(cx, "DELETE FROM shipment_line");
		exec(cx, "DELETE FROM order_basis");
	}
}

static int64_t
pieces_of(struct cx *cx, const char *id)
{
	struct ship_line *lines;
	int64_t pieces = 0;
	size_t n, i;

	must(cx, shipment_lines(cx, ship_now(cx, id).id, &lines, &n));
	for (i = 0; i < n; i++)
		pieces += lines[i].quantity;
	return pieces;
}

static void
adapting_takes_from_the_newest_and_no_more_than_needed(struct cx *cx)
{
	struct connector c = ship_rig(cx, false);
	int64_t order = ship_order(cx, &c, 1001, 1);
	struct json *doc = ship_document(cx, 1001, 60, 1);
	struct shipment a = ship_some(cx, order, 0, 2);
	struct shipment b = ship_some(cx, order, 0, 1);

	line_quantity(cx, doc, 0, 2);
	import(cx, &c, doc);
	must(cx, shipment_conflict_choose(cx, order, "adapt"));
	assert_int_equal(pieces_of(cx, a.public_id), 2);
	assert_string_equal(ship_now(cx, b.public_id).state, "CANCELLED");
	assert_string_equal(status_of(cx, order), "total");
	doc = ship_document(cx, 1001, 120, 1);
	line_quantity(cx, doc, 0, 1);
	import(cx, &c, doc);
	must(cx, shipment_conflict_choose(cx, order, "adapt"));
	assert_int_equal(pieces_of(cx, a.public_id), 1);
}

static void
what_is_shipped_is_a_fact_and_no_conflict(struct cx *cx)
{
	struct connector c = ship_rig(cx, false);
	struct json *doc = ship_document(cx, 1001, 60, 3);
	int64_t order = ship_order(cx, &c, 1001, 2);

	ship_it(cx, ship_all(cx, order).public_id, "brt", "T1");
	assert_string_equal(status_of(cx, order), "total");
	import(cx, &c, doc); /* a third line */
	assert_int_equal(conflict_of(cx, order).since, 0);
	assert_string_equal(status_of(cx, order), "partial");
	assert_int_equal(number(cx,
			     "SELECT sum(quantity) AS n FROM shipment_line"),
	    6);
}

static void
a_change_of_notes_alone_is_no_conflict(struct cx *cx)
{
	struct connector c = ship_rig(cx, false);
	struct json *doc = ship_document(cx, 1001, 60, 2);
	int64_t order = ship_order(cx, &c, 1001, 2);
	struct shipment s = ship_all(cx, order);

	json_set_text(cx, doc, "note", "ring twice");
	digest_set(cx, doc);
	import(cx, &c, doc);
	assert_int_equal(ship_now(cx, s.public_id).hold, 0);
}

static void
another_address_is_a_conflict_without_personal_data(struct cx *cx)
{
	struct connector c = ship_rig(cx, false);
	struct json *doc = ship_document(cx, 1001, 60, 1);
	int64_t order = ship_order(cx, &c, 1001, 1);
	struct shipment s = ship_all(cx, order);

	json_set_text(cx, json_get(doc, "shipping_address"), "address1",
	    "Via Nuova 7");
	digest_set(cx, doc);
	import(cx, &c, doc);
	assert_int_equal(ship_now(cx, s.public_id).hold, 1);
	assert_contains(conflict_of(cx, order).what, "address");
	assert_null(strstr(conflict_of(cx, order).theirs, "Nuova"));
}

static void
an_order_back_as_it_was_is_held_no_more(struct cx *cx)
{
	struct connector c = ship_rig(cx, false);
	struct shipment shipped, planned;
	int64_t order = edited(cx, &c, &shipped, &planned);

	import(cx, &c, ship_document(cx, 1001, 120, 2));
	assert_int_equal(ship_now(cx, planned.public_id).hold, 0);
	assert_int_equal(conflict_of(cx, order).since, 0);
}

static void
a_cancelled_order_holds_at_once_and_adapts_to_nothing(struct cx *cx)
{
	struct connector c = ship_rig(cx, false);
	int64_t order = ship_order(cx, &c, 1001, 1);
	struct shipment s = ship_all(cx, order);

	must(cx, order_mark(cx, c.channel, "1001", "order.cancelled", NULL));
	assert_int_equal(ship_now(cx, s.public_id).hold, 1);
	assert_contains(conflict_of(cx, order).what, "cancelled in the store");
	must(cx, shipment_conflict_choose(cx, order, "adapt"));
	assert_string_equal(ship_now(cx, s.public_id).state, "CANCELLED");
	assert_string_equal(status_of(cx, order), "placed");
}

static void
a_conflict_ends_with_the_last_shipment_it_holds(struct cx *cx)
{
	struct connector c = ship_rig(cx, false);
	struct shipment shipped, planned;
	int64_t order = edited(cx, &c, &shipped, &planned);

	must(cx, ship_try(cx, planned.public_id, VERB_CANCEL));
	assert_int_equal(conflict_of(cx, order).since, 0);
	assert_string_equal(status_of(cx, order), "partial");
	ship_all(cx, order);
	assert_string_equal(status_of(cx, order), "total");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASES(only_the_moves_of_the_table_are_allowed),
		CASES(a_repeat_that_says_something_else_is_refused),
		CASES(times_that_cannot_be_are_refused),
		CASES(a_day_before_the_order_is_no_error_and_more_is),
		CASES(tracking_has_limits),
		CASES(the_order_status_follows_from_its_shipments),
		CASES(what_cannot_be_sent_does_not_keep_an_order_open),
		CASES(no_more_than_what_is_left_and_no_foreign_line),
		CASES(the_same_key_twice_is_one_shipment),
		CASES(an_edited_order_is_held_and_shown),
		CASES(a_choice_settles_the_conflict),
		CASES(adapting_takes_from_the_newest_and_no_more_than_needed),
		CASES(what_is_shipped_is_a_fact_and_no_conflict),
		CASES(a_change_of_notes_alone_is_no_conflict),
		CASES(another_address_is_a_conflict_without_personal_data),
		CASES(an_order_back_as_it_was_is_held_no_more),
		CASES(a_conflict_ends_with_the_last_shipment_it_holds),
		CASES(a_cancelled_order_holds_at_once_and_adapts_to_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
