/*
 * shipment_state.c - what may be done to a shipment, in what state.
 */
#include "cloud/shipment.h"

#include "base/text.h"

static const char *const names[SHIP_STATES] = {
	[SHIP_CREATED] = "CREATED",
	[SHIP_CONFIRMED] = "CONFIRMED",
	[SHIP_SHIPPED] = "SHIPPED",
	[SHIP_DELIVERED] = "DELIVERED",
	[SHIP_CLOSED] = "CLOSED",
	[SHIP_TRACKING_FAILED] = "TRACKING_FAILED",
	[SHIP_CANCELLED] = "CANCELLED",
};

static const char *const words[SHIP_VERBS] = {
	[VERB_TRACK] = "given a courier and tracking numbers",
	[VERB_SHIP] = "shipped",
	[VERB_DELIVER] = "delivered",
	[VERB_FAIL] = "marked as not deliverable",
	[VERB_CANCEL] = "cancelled",
	[VERB_CLOSE] = "closed",
};

static const char *const nexts[SHIP_STATES] = {
	[SHIP_CREATED] = "Ship it first, or cancel it.",
	[SHIP_CONFIRMED] = "Ship it first, or cancel it.",
	[SHIP_SHIPPED] =
	    "On its way: correct its tracking or mark it delivered.",
	[SHIP_DELIVERED] = "It has arrived: correct its tracking, or close it.",
	[SHIP_CLOSED] = "Nothing is left to do on it.",
	[SHIP_TRACKING_FAILED] = "Correct its tracking, or mark it delivered.",
	[SHIP_CANCELLED] = "Make a new shipment from the order's lines.",
};

/* The moves: one row a state and verb that is not refused.  CREATED becomes
   CONFIRMED only once courier and number are both known. */
static const struct {
	enum ship_state from;
	enum ship_verb verb;
	enum ship_move move;
	enum ship_state to;
} moves[] = {
	{ SHIP_CREATED, VERB_TRACK, MOVE_GO, SHIP_CONFIRMED },
	{ SHIP_CREATED, VERB_SHIP, MOVE_GO, SHIP_SHIPPED },
	{ SHIP_CREATED, VERB_CANCEL, MOVE_GO, SHIP_CANCELLED },
	{ SHIP_CONFIRMED, VERB_TRACK, MOVE_GO, SHIP_CONFIRMED },
	{ SHIP_CONFIRMED, VERB_SHIP, MOVE_GO, SHIP_SHIPPED },
	{ SHIP_CONFIRMED, VERB_CANCEL, MOVE_GO, SHIP_CANCELLED },
	{ SHIP_SHIPPED, VERB_TRACK, MOVE_GO, SHIP_SHIPPED },
	{ SHIP_SHIPPED, VERB_SHIP, MOVE_SAME, SHIP_SHIPPED },
	{ SHIP_SHIPPED, VERB_DELIVER, MOVE_GO, SHIP_DELIVERED },
	{ SHIP_SHIPPED, VERB_FAIL, MOVE_GO, SHIP_TRACKING_FAILED },
	{ SHIP_TRACKING_FAILED, VERB_TRACK, MOVE_GO, SHIP_SHIPPED },
	{ SHIP_TRACKING_FAILED, VERB_SHIP, MOVE_SAME, SHIP_TRACKING_FAILED },
	{ SHIP_TRACKING_FAILED, VERB_DELIVER, MOVE_GO, SHIP_DELIVERED },
	{ SHIP_TRACKING_FAILED, VERB_FAIL, MOVE_SAME, SHIP_TRACKING_FAILED },
	{ SHIP_DELIVERED, VERB_TRACK, MOVE_GO, SHIP_DELIVERED },
	{ SHIP_DELIVERED, VERB_SHIP, MOVE_SAME, SHIP_DELIVERED },
	{ SHIP_DELIVERED, VERB_DELIVER, MOVE_SAME, SHIP_DELIVERED },
	{ SHIP_DELIVERED, VERB_CLOSE, MOVE_GO, SHIP_CLOSED },
	{ SHIP_CLOSED, VERB_SHIP, MOVE_SAME, SHIP_CLOSED },
	{ SHIP_CLOSED, VERB_DELIVER, MOVE_SAME, SHIP_CLOSED },
	{ SHIP_CLOSED, VERB_CLOSE, MOVE_SAME, SHIP_CLOSED },
	{ SHIP_CANCELLED, VERB_CANCEL, MOVE_SAME, SHIP_CANCELLED },
};

enum ship_state
ship_state_read(const char *name)
{
	int i;

	for (i = 0; i < SHIP_STATES; i++) {
		if (text_equal(name, names[i]))
			break;
	}
	return (enum ship_state)i;
}

const char *
ship_state_name(enum ship_state s)
{
	return names[s];
}

const char *
ship_verb_word(enum ship_verb v)
{
	return words[v];
}

const char *
ship_next(enum ship_state s)
{
	return nexts[s];
}

enum ship_move
ship_move(enum ship_state from, enum ship_verb verb, enum ship_state *to)
{
	size_t i;

	for (i = 0; i < sizeof(moves) / sizeof(moves[0]); i++) {
		if (moves[i].from != from || moves[i].verb != verb)
			continue;
		*to = moves[i].to;
		return moves[i].move;
	}
	return MOVE_NO;
}
