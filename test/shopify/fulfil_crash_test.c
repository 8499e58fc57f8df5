/*
 * fulfil_crash_test.c - whatever goes wrong in whatever order, the store ends
 * in one state: two fulfilments with the newest numbers, each delivered once.
 *
 * The order has more left than the shipment takes, so that a call too many
 * makes a fulfilment too many.
 */
#include "rig.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "db/db.h"
#include "lib/sim_fulfil.h"
#include "shopify/fulfil.h"
#include "shopify/token.h"

enum {
	HERE = 71000000001,
	THERE = 71000000002,
	TEA = 15300000000001,
	CUP = 15300000000002
};

enum step {
	SHIP,
	SHIP_AGAIN,
	CORRECT,
	DELIVERED,
	DELIVERED_AGAIN,
	LOST,
	STEPS
};

struct bench {
	struct rig *r;
	struct store *s;
	char id[16]; /* of the shipment */
	struct shop shop;
	bool knows_shop; /* it need not be read */
};

static int
setup(void **state)
{
	static struct bench b;

	b = (struct bench){ 0 };
	b.r = rig_open();
	b.s = store_open(&b.r->shopify);
	*state = &b;
	return 0;
}

static int
teardown(void **state)
{
	struct bench *b = *state;

	store_close(b->s);
	rig_close(b->r);
	return 0;
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

/* Another shipment, of an order as new. */
static void
anew(struct bench *b, int n)
{
	struct store *s = b->s;
	struct store_fo *fo;

	snprintf(b->id, sizeof(b->id), "sh%d", n);
	s->nfos = s->nmade = 0;
	s->lose = s->lose_both = 0;
	s->creates = s->says = s->tracks = 0;
	s->points = 0;
	fo = store_fo_add(s, HERE);
	store_line_add(fo, TEA, 6);
	fo = store_fo_add(s, THERE);
	store_line_add(fo, CUP, 6);
	sim_advance(&b->r->sim, MINUTE_MS);
}

static struct shop
shop_of(struct bench *b)
{
	return b->knows_shop ? b->shop : rig_shop(b->r);
}

static bool
ship(struct bench *b, int64_t revision)
{
	struct cx *cx = rig_cx(b->r);
	struct shop shop = shop_of(b);
	struct fulfil_line lines[] = { { "15300000000001", 2 },
		{ "15300000000002", 2 } };
	struct fulfil_number n = { revision == 1 ? "N1" : "N2", NULL };
	struct fulfil_in in = { .id = b->id,
		.order = STORE_ORDER,
		.revision = revision,
		.company = "BRT",
		.numbers = &n,
		.nnumbers = 1,
		.lines = lines,
		.nlines = 2 };
	struct fulfil_out out;

	return fulfil_ship(cx, &shop, &in, &out) == OK &&
	    strcmp(out.state, "done") == 0;
}

static bool
delivered(struct bench *b, const char *id)
{
	struct cx *cx = rig_cx(b->r);
	struct shop shop = shop_of(b);
	struct fulfil_event_in in = { .shipment = b->id,
		.order = STORE_ORDER,
		.id = id,
		.status = "delivered",
		.happened_at = TEST_NOW };
	struct fulfil_out out;

	return fulfil_event(cx, &shop, &in, &out) == OK &&
	    strcmp(out.state, "done") == 0;
}

static void
walk(struct bench *b, enum step step)
{
	switch (step) {
	case SHIP:
	case SHIP_AGAIN:
		(void)ship(b, 1);
		break;
	case CORRECT:
		(void)ship(b, 2);
		break;
	case DELIVERED:
		(void)delivered(b, "e1");
		break;
	case DELIVERED_AGAIN:
		(void)delivered(b, "e2");
		break;
	default:
		b->s->lose = 1;
	}
}

/* As the Cloud App does: each is asked until it is done. */
static bool
finish(struct bench *b)
{
	return ship(b, 2) && delivered(b, "e1") && delivered(b, "e2");
}

static void
finish_all(struct bench *b)
{
	int i;

	for (i = 0; i < 12; i++) {
		sim_advance(&b->r->sim, 21 * SECOND_MS);
		if (finish(b))
			return;
	}
	fail_msg("%s never ends: %s", b->id, b->r->cx.why);
}

static void
assert_end(const struct bench *b, const char *what)
{
	const struct store *s = b->s;
	size_t i;
	bool good = s->nmade == 2 && store_shipped(s, TEA) == 2 &&
	    store_shipped(s, CUP) == 2 && store_events(s, "DELIVERED") == 2;

	for (i = 0; good && i < s->nmade; i++)
		good = s->made[i].nnumbers == 1 && s->made[i].nevents == 1 &&
		    strcmp(s->made[i].numbers[0], "N2") == 0;
	if (!good)
		fail_msg("%s: %zu fulfilments, %d tea, %d cups, %d delivered, "
			 "number %s",
		    what, s->nmade, store_shipped(s, TEA),
		    store_shipped(s, CUP), store_events(s, "DELIVERED"),
		    s->made[0].numbers[0]);
}

/* --- every order of things --- */

static void
permute(struct bench *b, enum step *steps, size_t k, int *n)
{
	enum step t;
	char what[40];
	size_t i;

	if (k == STEPS) {
		anew(b, ++*n);
		for (i = 0; i < STEPS; i++)
			walk(b, steps[i]);
		finish_all(b);
		snprintf(what, sizeof(what), "order %d%d%d%d%d%d", steps[0],
		    steps[1], steps[2], steps[3], steps[4], steps[5]);
		assert_end(b, what);
		return;
	}
	for (i = k; i < STEPS; i++) {
		t = steps[k], steps[k] = steps[i], steps[i] = t;
		permute(b, steps, k + 1, n);
		t = steps[k], steps[k] = steps[i], steps[i] = t;
	}
}

static void
all_720_orders_of_six_things_end_alike(void **state)
{
	enum step steps[STEPS] = { SHIP, SHIP_AGAIN, CORRECT, DELIVERED,
		DELIVERED_AGAIN, LOST };
	int n = 0;

	permute(*state, steps, 0, &n);
	assert_int_equal(n, 720);
}

/* Each of the writes may be lost, done or not. */
static void
any_write_may_be_lost_done_or_not(void **state)
{
	struct bench *b = *state;
	char what[40];
	int i;

	for (i = 0; i < 16; i++) {
		anew(b, i);
		b->s->lose = i % 2 ? i / 2 + 1 : 0;
		b->s->lose_both = i % 2 ? 0 : i / 2 + 1;
		(void)ship(b, 1);
		finish_all(b);
		snprintf(what, sizeof(what), "lost %d", i);
		assert_end(b, what);
	}
}

/* --- the database fails at each step --- */

static void
the_database_may_fail_at_any_step(void **state)
{
	struct bench *b = *state;
	char what[40];
	int i;

	b->shop = rig_shop(b->r);
	b->knows_shop = true;
	for (i = 1; i <= 160; i++) {
		anew(b, i);
		db_fail_at(b->r->app.cx.db, i);
		(void)(ship(b, 1) && finish(b));
		db_fail_at(b->r->app.cx.db, 0);
		finish_all(b);
		snprintf(what, sizeof(what), "step %d", i);
		assert_end(b, what);
	}
}

/* --- killed --- */

/* A process of its own does it, and is killed at the point if it comes by. */
static bool
is_killed_at(struct bench *b, const char *point)
{
	pid_t pid = fork();
	int how;

	assert_true(pid >= 0);
	if (pid == 0) {
		if (point != NULL)
			setenv("LOGIVERY_CRASH", point, 1);
		sim_node_open(&b->r->app);
		cx_child(&b->r->cx, &b->r->app.cx);
		if (point != NULL)
			(void)ship(b, 1);
		how = finish(b) ? 0 : 3;
		cx_done(&b->r->cx);
		sim_node_close(&b->r->app);
		_exit(how);
	}
	assert_int_equal(waitpid(pid, &how, 0), pid);
	if (WIFSIGNALED(how)) {
		assert_int_equal(WTERMSIG(how), SIGKILL);
		return true;
	}
	b->r->cx.why[0] = WEXITSTATUS(how) == 0 ? '\0' : 'x';
	return false;
}

/* The small Shopify's tokens are in our memory: a process of its own must not
   be the one to refresh them. */
static void
refresh(struct bench *b)
{
	struct shop shop;

	sim_node_open(&b->r->app);
	cx_child(&b->r->cx, &b->r->app.cx);
	shop = rig_shop(b->r);
	must(&b->r->cx, token_keep_alive(&b->r->cx, &shop, 0));
	cx_done(&b->r->cx);
	sim_node_close(&b->r->app);
}

static void
others_finish(struct bench *b)
{
	int i;

	for (i = 0; i < 12; i++) {
		sim_advance(&b->r->sim, 25 * SECOND_MS);
		(void)is_killed_at(b, NULL);
		if (b->r->cx.why[0] == '\0')
			return;
	}
	fail_msg("%s never ends", b->id);
}

static const char *const points[] = { "fulfil.before_air", "fulfil.in_air",
	"fulfil.before_call", "gql.before_call", "gql.after_call",
	"fulfil.after_call", "fulfil.before_land", "fulfil.landed",
	"fulfil.before_tracked", "fulfil.before_end", "fulfil.after_end",
	"fulfil.before_event_air", "fulfil.before_event_set",
	"fulfil.read_back" };

static void
a_kill_at_any_point_doubles_and_forgets_nothing(void **state)
{
	struct bench *b = *state;
	char at[60];
	int n = 0, killed = 0, pass;
	size_t i;

#ifndef FAULTS
	skip();
#endif
	cx_done(&b->r->cx);
	sim_node_close(&b->r->app);
	for (i = 0; i < COUNT_OF(points); i++) {
		refresh(b);
		for (pass = 1; pass <= 4; pass++) {
			anew(b, 1000 + n++);
			snprintf(at, sizeof(at), "%s:%d", points[i], pass);
			if (strcmp(points[i], "fulfil.read_back") == 0) {
				b->s->lose = pass;
				(void)is_killed_at(b, "none");
				sim_advance(&b->r->sim, 25 * SECOND_MS);
				snprintf(at, sizeof(at), "%s", points[i]);
			}
			killed += is_killed_at(b, at);
			b->s->lose = 0;
			others_finish(b);
			assert_end(b, at);
		}
	}
	sim_node_open(&b->r->app);
	cx_child(&b->r->cx, &b->r->app.cx);
	printf("%d kills\n", killed);
	assert_true(killed >= 30);
}

/* The proof that the tests above could fail. */
static void
without_reading_back_there_would_be_one_too_many(void **state)
{
	struct bench *b = *state;

#ifndef FAULTS
	skip();
#endif
	anew(b, 1);
	b->s->lose = 1;
	(void)ship(b, 1);
	setenv("LOGIVERY_FAULT_OFF", "readback", 1);
	sim_advance(&b->r->sim, 21 * SECOND_MS);
	(void)ship(b, 1);
	unsetenv("LOGIVERY_FAULT_OFF");
	assert_int_equal(b->s->nmade, 3);
	assert_int_equal(store_shipped(b->s, TEA), 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		/* First: a fork copies what the others have touched. */
		T(a_kill_at_any_point_doubles_and_forgets_nothing),
		T(all_720_orders_of_six_things_end_alike),
		T(any_write_may_be_lost_done_or_not),
		T(the_database_may_fail_at_any_step),
		T(without_reading_back_there_would_be_one_too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
