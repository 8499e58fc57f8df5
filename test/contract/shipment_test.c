/*
 * shipment_test.c - from the warehouse's word to the store, over both programs.
 *
 * One order of many pieces in a store of two locations; every case is a new
 * shipment of two pieces from each, so a call too many makes a fulfilment too
 * many.  What the store shows in the end is compared as one text.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/text.h"
#include "base/when.h"
#include "lib/sim_both.h"
#include "lib/sim_fulfil.h"
#include "lib/test.h"

enum {
	HERE = 71000000001,
	THERE = 71000000002,
	PIECES = 4000, /* of each line */
	MANY = 100     /* in each fulfilment order */
};

struct bench {
	struct sim_both *both;
	struct store *store;
	struct cx cx; /* of one case */
	char token[TOKEN_TEXT_MAX];
	int64_t line[2];                /* the store's ids */
	char order[24], line_id[2][24]; /* the Cloud App's */
	char id[32];                    /* of the shipment */
	int n;                          /* cases so far */
	struct sim_reply reply;
	struct json *body;
};

static int
ask(struct bench *b, enum method m, const char *path, const char *body)
{
	struct sim_request ask = { .method = m };

	ask.path = arena_printf(b->cx.mem, "/api/v1%s", path);
	ask.headers[0] = (struct param){ "Authorization",
		arena_printf(b->cx.mem, "Bearer %s", b->token) };
	ask.headers[1] = (struct param){ "Content-Type", "application/json" };
	if (body != NULL)
		ask.body =
		    (struct bytes){ (const unsigned char *)body, strlen(body) };
	sim_node_ask(&b->cx, &b->both->cloud, &ask, &b->reply);
	b->body = NULL;
	(void)json_parse(&b->cx, b->reply.body, strlen(b->reply.body),
	    &b->body);
	return b->reply.status;
}

static const char *
said(const struct bench *b, const char *path)
{
	return json_text(json_path(b->body, path));
}

static void
assert_said(struct bench *b, const char *path, const char *want)
{
	if (!text_equal(said(b, path), want))
		fail_msg("%s is not %s: %.2000s", path, want, b->reply.body);
}

static void
keep(const struct json *of, char id[24])
{
	assert_non_null(json_get_text(of, "id"));
	snprintf(id, 24, "%s", json_get_text(of, "id"));
}

static void
run(struct bench *b, int64_t ms)
{
	sim_both_run(b->both, ms);
	if (b->both->sim.failed)
		sim_tell(&b->both->sim);
	assert_false(b->both->sim.failed);
}

/* --- a store, an order, a shipment --- */

static void
import(struct bench *b)
{
	struct sim_store *st = b->both->store;
	const struct json *lines;
	struct sim_order *o;

	st->lines = 2;
	st->pieces = PIECES;
	o = sim_order_place(st, 0);
	run(b, 5 * MINUTE_MS);
	assert_int_equal(ask(b, GET, "/orders", NULL), 200);
	keep(json_at(json_get(b->body, "items"), 0), b->order);
	ask(b, GET, arena_printf(b->cx.mem, "/orders/%s", b->order), NULL);
	lines = json_get(b->body, "lines");
	assert_int_equal(json_count(lines), 2);
	b->line[0] = o->id * 10 + 1;
	b->line[1] = o->id * 10 + 2;
	keep(json_at(lines, 0), b->line_id[0]);
	keep(json_at(lines, 1), b->line_id[1]);
}

static int
setup(void **state)
{
	static struct bench b;
	struct cx cx;

	memset(&b, 0, sizeof(b));
	b.both = sim_both_open(1, true);
	b.store = store_open(&b.both->shopify);
	cx_child(&cx, &b.both->cloud.cx);
	must(&cx, sim_cloud_domain.token_add(&cx, b.token));
	cx_done(&cx);
	cx_child(&b.cx, &b.both->cx);
	import(&b);
	*state = &b;
	return 0;
}

static int
teardown(void **state)
{
	struct bench *b = *state;

	cx_done(&b->cx);
	store_close(b->store);
	sim_both_close(b->both);
	return 0;
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

/* Another shipment; the store as new. */
static void
anew(struct bench *b)
{
	struct store *s = b->store;
	const char *body;

	cx_done(&b->cx);
	cx_child(&b->cx, &b->both->cx);
	b->n++;
	s->nfos = s->nmade = 0;
	s->lose = s->lose_both = 0;
	s->reads = s->looks = s->creates = s->tracks = s->says = s->asks = 0;
	s->points = 0;
	store_line_add(store_fo_add(s, HERE), b->line[0], MANY);
	store_line_add(store_fo_add(s, THERE), b->line[1], MANY);
	body = arena_printf(b->cx.mem,
	    "{\"lines\":[{\"line_id\":\"%s\",\"quantity\":2},"
	    "{\"line_id\":\"%s\",\"quantity\":2}]}",
	    b->line_id[0], b->line_id[1]);
	ask(b, POST, arena_printf(b->cx.mem, "/orders/%s/shipments", b->order),
	    body);
	if (b->reply.status != 201)
		fail_msg("%d %s", b->reply.status, b->reply.body);
	snprintf(b->id, sizeof(b->id), "%s", said(b, "id"));
}

static int
act(struct bench *b, const char *verb, const char *body)
{
	return ask(b, POST,
	    arena_printf(b->cx.mem, "/shipments/%s/%s", b->id, verb), body);
}

static void
look(struct bench *b)
{
	assert_int_equal(ask(b, GET,
			     arena_printf(b->cx.mem, "/shipments/%s", b->id),
			     NULL),
	    200);
}

/* --- what comes in --- */

enum thing {
	SHIPPED,
	TRACKING,
	DELIVERED,
	SHIPPED_AGAIN,
	LOST_AND_RETRY,
	THINGS
};

/* Its times are before the test began, so that none is in the future. */
static const char *
event(struct bench *b, enum thing t)
{
	static const struct {
		const char *id, *kind;
		int minute;
		const char *number;
	} rows[] = {
		[SHIPPED] = { "s", "SHIPPED", 0, "N1" },
		[TRACKING] = { "t", "TRACKING", 10, "N2" },
		[DELIVERED] = { "d", "DELIVERED", 20, NULL },
		[SHIPPED_AGAIN] = { "s", "SHIPPED", 0, "N1" },
	};
	int64_t at = b->both->began_ms - HOUR_MS + rows[t].minute * MINUTE_MS;
	const char *tracking = "";

	if (rows[t].number != NULL)
		tracking = arena_printf(b->cx.mem,
		    ",\"courier\":\"brt\",\"tracking_numbers\":[\"%s\"]",
		    rows[t].number);
	return arena_printf(b->cx.mem,
	    "{\"id\":\"%s%d\",\"shipment\":\"%s\",\"kind\":\"%s\","
	    "\"happened_at\":\"%s\"%s}",
	    rows[t].id, b->n, b->id, rows[t].kind, when_write(b->cx.mem, at),
	    tracking);
}

static void
send(struct bench *b, const char *events)
{
	size_t i, n;

	ask(b, POST, "/shipments/events",
	    arena_printf(b->cx.mem, "{\"source\":\"wms\",\"events\":[%s]}",
		events));
	if (b->reply.status != 200)
		fail_msg("%d %s", b->reply.status, b->reply.body);
	n = json_count(json_get(b->body, "results"));
	for (i = 0; i < n; i++)
		if (text_equal("error",
			json_get_text(json_at(json_get(b->body, "results"), i),
			    "result")))
			fail_msg("%s", b->reply.body);
}

static void
do_thing(struct bench *b, enum thing t)
{
	if (t != LOST_AND_RETRY) {
		send(b, event(b, t));
		return;
	}
	b->store->lose = 1;
	act(b, "retry", NULL);
	assert_true(b->reply.status == 202 || b->reply.status == 409);
}

/* --- what the store shows --- */

static const char *
shows(struct bench *b)
{
	struct buf out = buf_new(b->cx.mem);
	const struct store *s = b->store;
	const struct store_made *m;
	size_t i, k;

	for (i = 0; i < s->nmade; i++) {
		m = &s->made[i];
		buf_printf(&out, "%d pieces from %" PRId64 ", %s",
		    m->lines[0].left, m->location, m->company);
		for (k = 0; k < m->nnumbers; k++)
			buf_printf(&out, " %s", m->numbers[k]);
		for (k = 0; k < m->nevents; k++)
			buf_printf(&out, ", %s after %d min",
			    m->events[k].status,
			    (int)((m->events[k].happened_at -
				      b->both->began_ms + HOUR_MS) /
				MINUTE_MS));
		buf_text(&out, "\n");
	}
	return out.p;
}

static const char all_well[] =
    "2 pieces from 71000000001, BRT N2, DELIVERED after 20 min\n"
    "2 pieces from 71000000002, BRT N2, DELIVERED after 20 min\n";

static void
assert_well(struct bench *b, const char *what)
{
	if (strcmp(shows(b), all_well) != 0)
		fail_msg("%s:\n%s", what, shows(b));
	look(b);
	assert_said(b, "state", "DELIVERED");
	assert_said(b, "store.state", "sent");
	assert_int_equal(json_count(json_path(b->body, "store.fulfillments")),
	    2);
}

/* --- every order of things --- */

typedef void with_order(struct bench *, const enum thing *, size_t n);

static void
permute(struct bench *b, enum thing *list, size_t n, size_t k, with_order *try)
{
	enum thing t;
	size_t i;

	if (k == n)
		try(b, list, n);
	for (i = k; i < n; i++) {
		t = list[k], list[k] = list[i], list[i] = t;
		permute(b, list, n, k + 1, try);
		t = list[k], list[k] = list[i], list[i] = t;
	}
}

static const char *
in_words(struct bench *b, const enum thing *list, size_t n)
{
	static const char *const words[] = { "shipped", "tracking", "delivered",
		"shipped again", "lost and retry" };
	struct buf out = buf_new(b->cx.mem);
	size_t i;

	for (i = 0; i < n; i++)
		buf_printf(&out, "%s%s", i > 0 ? ", " : "", words[list[i]]);
	return out.p;
}

static void
one_by_one(struct bench *b, const enum thing *list, size_t n)
{
	size_t i;

	anew(b);
	for (i = 0; i < n; i++) {
		do_thing(b, list[i]);
		run(b, 3 * SECOND_MS);
	}
	run(b, 2 * MINUTE_MS);
	assert_well(b, in_words(b, list, n));
}

static void
every_order_of_five_things_ends_in_one_state(void **state)
{
	enum thing list[] = { SHIPPED, TRACKING, DELIVERED, SHIPPED_AGAIN,
		LOST_AND_RETRY };
	struct bench *b = *state;

	permute(b, list, THINGS, 0, one_by_one);
	assert_int_equal(b->n, 120);
}

/* In one call, with the first answer, the second, … lost. */
static void
in_one_call(struct bench *b, const enum thing *list, size_t n)
{
	const char *events = "";
	size_t i;

	anew(b);
	b->store->lose = b->n % 5;
	for (i = 0; i < n; i++)
		events = arena_printf(b->cx.mem, "%s%s%s", events,
		    i > 0 ? "," : "", event(b, list[i]));
	send(b, events);
	run(b, 2 * MINUTE_MS);
	assert_well(b, in_words(b, list, n));
}

static void
so_does_a_batch_in_any_order_whichever_answer_is_lost(void **state)
{
	enum thing list[] = { SHIPPED, TRACKING, DELIVERED, SHIPPED_AGAIN };
	struct bench *b = *state;

	permute(b, list, COUNT_OF(list), 0, in_one_call);
	assert_int_equal(b->n, 24);
}

/* --- killed --- */

struct death {
	const char *name;
	bool of_app;
	bool at_call, answered;
};

/* One of them dies at its n-th step or call; false: it did not come so far. */
static bool
dies(struct bench *b, const struct death *d, int n)
{
	struct sim_node *node = d->of_app ? &b->both->app : &b->both->cloud;
	int64_t before = b->both->sim.faults[SIM_KILLED];
	bool died;

	anew(b);
	if (d->at_call)
		sim_node_doom_call(node, n, d->answered);
	else
		sim_node_doom_step(node, n);
	/* A request that dies is sent again, as its caller would. */
	(void)ask(b, POST, "/shipments/events",
	    arena_printf(b->cx.mem, "{\"source\":\"wms\",\"events\":[%s]}",
		event(b, SHIPPED)));
	run(b, 3 * SECOND_MS);
	(void)ask(b, POST, "/shipments/events",
	    arena_printf(b->cx.mem, "{\"source\":\"wms\",\"events\":[%s]}",
		event(b, TRACKING)));
	run(b, 3 * SECOND_MS);
	died = b->both->sim.faults[SIM_KILLED] > before;
	sim_node_spare(node);
	send(b, event(b, SHIPPED));
	send(b, event(b, TRACKING));
	send(b, event(b, DELIVERED));
	run(b, 4 * MINUTE_MS);
	assert_well(b, arena_printf(b->cx.mem, "%s, %d", d->name, n));
	return died;
}

static void
whoever_dies_wherever_nothing_is_doubled_or_forgotten(void **state)
{
	static const struct death deaths[] = {
		{ "the Cloud App at a step", false, false, false },
		{ "the Cloud App before a call", false, true, false },
		{ "the Cloud App with an answer in hand", false, true, true },
		{ "the app at a step", true, false, false },
		{ "the app before a call", true, true, false },
		{ "the app with an answer in hand", true, true, true },
	};
	struct bench *b = *state;
	size_t i;
	int n, killed = 0;
	/* Each step takes a minute: LOGIVERY_EVERY_STEP=1. */
	int stride = getenv("LOGIVERY_EVERY_STEP") != NULL ? 1 : 5;

	for (i = 0; i < COUNT_OF(deaths); i++)
		for (n = 1; dies(b, &deaths[i], n);
		     n += deaths[i].at_call ? 1 : stride)
			killed++;
	printf("%d deaths\n", killed);
	assert_true(killed > 60);
}

/* --- points --- */

static void
an_order_from_one_place_costs_30_points_and_its_delivery_14(void **state)
{
	struct bench *b = *state;
	struct store *s = b->store;

	anew(b);
	s->nfos = 0; /* both lines are in one place */
	store_line_add(store_fo_add(s, HERE), b->line[0], MANY);
	store_line_add(&s->fos[0], b->line[1], MANY);
	send(b, event(b, SHIPPED));
	run(b, MINUTE_MS);
	assert_int_equal(s->nmade, 1);
	assert_int_equal(s->reads, 1);
	assert_int_equal(s->creates, 1);
	assert_int_equal(s->looks, 0);
	assert_int_equal(s->points, 30);
	send(b, event(b, DELIVERED));
	run(b, MINUTE_MS);
	assert_int_equal(s->asks, 1);
	assert_int_equal(s->says, 1);
	assert_int_equal(s->points, 30 + 14);
	run(b, 2 * HOUR_MS); /* and nobody asks again */
	assert_int_equal(s->points, 30 + 14);
}

static void
two_places_share_the_reads(void **state)
{
	struct bench *b = *state;
	struct store *s = b->store;

	anew(b);
	send(b, event(b, SHIPPED));
	run(b, MINUTE_MS);
	assert_int_equal(s->nmade, 2);
	assert_int_equal(s->points, 20 + 10 + 10);
	send(b, event(b, DELIVERED));
	run(b, MINUTE_MS);
	assert_int_equal(s->asks, 1);
	assert_int_equal(s->points, 40 + 4 + 10 + 10);
}

/* --- people --- */

static void
verbs_in_a_wrong_order_are_refused_in_words(void **state)
{
	struct bench *b = *state;

	anew(b);
	assert_int_equal(act(b, "deliver", NULL), 409);
	assert_said(b, "code", "not_shipped");
	assert_non_null(strstr(said(b, "detail"), "cannot be delivered"));
	assert_non_null(strstr(said(b, "next"), "Ship it first"));
	assert_int_equal(act(b, "close", NULL), 409);
	assert_int_equal(act(b, "ship", NULL), 200);
	assert_int_equal(act(b, "cancel", NULL), 409);
	assert_said(b, "code", "wrong_state");
	run(b, MINUTE_MS);
	assert_int_equal(b->store->nmade, 2);
}

static void
what_the_store_holds_is_said_and_one_click_sends_it(void **state)
{
	struct bench *b = *state;
	struct store_fo *fo;
	const char *job;

	anew(b);
	fo = &b->store->fos[1];
	snprintf(fo->status, sizeof(fo->status), "ON_HOLD");
	fo->can = false;
	send(b, event(b, SHIPPED));
	run(b, MINUTE_MS);
	look(b);
	assert_said(b, "store.state", "held");
	assert_said(b, "store.code", "on_hold");
	assert_non_null(strstr(said(b, "store.next"), "Release the hold"));
	assert_int_equal(b->store->nmade, 1); /* the other place's went */
	snprintf(fo->status, sizeof(fo->status), "OPEN");
	fo->can = true;
	assert_int_equal(act(b, "retry", NULL), 202);
	job = said(b, "job");
	assert_non_null(job);
	run(b, MINUTE_MS);
	send(b, event(b, TRACKING));
	send(b, event(b, DELIVERED));
	run(b, MINUTE_MS);
	assert_well(b, "after the hold");
	assert_int_equal(act(b, "retry", NULL), 409);
	assert_said(b, "code", "nothing_to_send");
}

static void
an_order_that_is_not_routed_yet_is_owed_and_goes_by_itself(void **state)
{
	struct bench *b = *state;
	struct store *s = b->store;

	anew(b);
	s->created_at = b->both->sim.now_ms;
	s->nfos = 0;
	send(b, event(b, SHIPPED));
	run(b, 3 * SECOND_MS);
	look(b);
	assert_said(b, "store.state", "owed");
	assert_said(b, "store.code", "not_ready");
	store_line_add(store_fo_add(s, HERE), b->line[0], MANY);
	store_line_add(store_fo_add(s, THERE), b->line[1], MANY);
	run(b, 2 * MINUTE_MS);
	send(b, event(b, TRACKING));
	send(b, event(b, DELIVERED));
	run(b, MINUTE_MS);
	assert_well(b, "routed late");
}

static void
what_was_shipped_by_hand_is_adopted_and_gets_our_tracking(void **state)
{
	struct bench *b = *state;

	anew(b);
	b->store->fos[0].lines[0].left = 2;
	store_ship_by_hand(b->store, &b->store->fos[0], NULL);
	send(b, event(b, SHIPPED));
	send(b, event(b, TRACKING));
	send(b, event(b, DELIVERED));
	run(b, 2 * MINUTE_MS);
	assert_well(b, "adopted");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(every_order_of_five_things_ends_in_one_state),
		T(so_does_a_batch_in_any_order_whichever_answer_is_lost),
		T(whoever_dies_wherever_nothing_is_doubled_or_forgotten),
		T(an_order_from_one_place_costs_30_points_and_its_delivery_14),
		T(two_places_share_the_reads),
		T(verbs_in_a_wrong_order_are_refused_in_words),
		T(what_the_store_holds_is_said_and_one_click_sends_it),
		T(an_order_that_is_not_routed_yet_is_owed_and_goes_by_itself),
		T(what_was_shipped_by_hand_is_adopted_and_gets_our_tracking),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
