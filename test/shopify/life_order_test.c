/*
 * life_order_test.c - an order's life: what its tags cost, and are left out
 * for; each move of it whole or not at all; and after a restore.
 */
#include "rig.h"

#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "db/db.h"
#include "shopify/budget.h"
#include "shopify/restored.h"

#define T(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

/* --- tags, and the points they cost --- */

static void
an_order_costs_three_writes_while_points_are_plenty(void **state)
{
	struct rig *r = *state;
	struct sim_order *o = sim_order_place(r->store, 0);
	struct ledger l;
	struct sim_reply out;

	rig_settle(r);
	l = rig_row(r, o);
	rig_call(r, RIG_TOKEN, POST, "/orders/sync",
	    arena_printf(rig_cx(r)->mem,
		"{\"orders\":[{\"id\":\"%s\",\"state\":\"synced\",\"code\":"
		"null,"
		"\"reason\":null,\"job\":\"%s\"}]}",
		l.order_id, l.job),
	    &out);
	rig_settle(r);
	assert_tags(r, o, "logivery-synced");
	assert_in_range(r->shopify.writes, 2, 6);
}

static void
while_points_are_scarce_history_is_left_out(void **state)
{
	struct rig *r = *state;
	struct sim_order *o[20];
	size_t i;

	r->store->ceiling = 400;
	r->store->restore = 20;
	r->store->left_milli = 400 * 1000;
	r->cloud.state = "synced"; /* at once */
	for (i = 0; i < 20; i++)
		o[i] = sim_order_place(r->store, 0);
	rig_settle(r);
	rig_run(r, 2 * MINUTE_MS);
	for (i = 0; i < 20; i++)
		assert_tags(r, o[i], "logivery-synced");
	/* a transition counts twice: all steps of all orders would be 100 */
	assert_in_range(r->shopify.writes, 20, 70);
}

/* At its turn, ten seconds later, ten points beside those for people are not
 * there. */
static void
a_step_that_was_left_out_is_not_caught_up(void **state)
{
	struct rig *r = *state;
	struct sim_order *o;

	rig_make_poor(r, 45);
	r->cloud.state = "synced"; /* at once */
	o = sim_order_place(r->store, 0);
	rig_run(r, 10 * SECOND_MS - 200);
	assert_state(r, o, "done");
	rig_make_poor(r, 45);
	rig_run(r, 400);
	assert_int_equal(r->shopify.writes, 0);
	rig_make_poor(r, 200);
	rig_run(r, MINUTE_MS);
	assert_tags(r, o, "logivery-synced");
	assert_int_equal(r->shopify.writes, 1);
}

/* Half the bucket is there, but not for all that wait. */
static void
a_backlog_leaves_history_out_before_points_are_scarce(void **state)
{
	enum { MANY = 60 };
	struct rig *r = *state;
	struct sim_order *o[MANY];
	size_t i;

	r->store->ceiling = 2000;
	r->store->restore = 100;
	r->store->left_milli = 1200 * 1000;
	r->cloud.state = "synced"; /* at once */
	for (i = 0; i < MANY; i++)
		o[i] = sim_order_place(r->store, 0);
	rig_settle(r);
	rig_run(r, 2 * MINUTE_MS);
	for (i = 0; i < MANY; i++)
		assert_tags(r, o[i], "logivery-synced");
	/* all steps of all would be 300; the last ones may show theirs */
	assert_in_range(r->shopify.writes, MANY, 140);
}

static void
tags_that_were_put_on_by_others_are_removed_as_spelled(void **state)
{
	struct rig *r = *state;
	struct sim_order *o = sim_order_place(r->store, 3 * DAY_MS);

	sim_order_tag(o, "LOGIVERY-SYNCED");
	sim_order_tag(o, "Logivery-Error");
	r->cloud.state = "synced";
	rig_settle(r);
	rig_run(r, MINUTE_MS);
	assert_state(r, o, "done");
	assert_int_equal(o->tags.n, 1);
}

static int64_t
left_of(struct rig *r)
{
	struct cx *cx = rig_cx(r);
	int64_t percent;

	must(cx, budget_percent(cx, rig_shop(r).id, &percent));
	return percent;
}

/* A call every 10 s, each answered with a full bucket. */
static void
call_on(struct rig *r, int64_t ms)
{
	static const struct budget_word full = { .ceiling = 2000,
		.left_over = 2000,
		.restore = 100 };
	int64_t taken, until = r->sim.now_ms + ms;
	struct cx *cx;

	while (r->sim.now_ms < until) {
		sim_advance(&r->sim, 10 * SECOND_MS);
		cx = rig_cx(r);
		must(cx,
		    budget_take(cx, rig_shop(r).id, "Q", 10, false, &taken));
		must(cx,
		    budget_give(cx, rig_shop(r).id, "Q", 10, taken, &full));
	}
}

static void
what_a_dead_program_held_is_forgotten_while_calls_go_on(void **state)
{
	struct rig *r = *state;
	struct cx *cx = rig_cx(r);
	int64_t taken;

	call_on(r, MINUTE_MS);
	assert_int_equal(left_of(r), 100);
	cx = rig_cx(r);
	must(cx, budget_take(cx, rig_shop(r).id, "Q", 1000, false, &taken));
	call_on(r, 10 * SECOND_MS);
	assert_int_equal(left_of(r), 50); /* it may be in the air */
	call_on(r, MINUTE_MS + 10 * SECOND_MS);
	assert_int_equal(left_of(r), 100);
}

/* --- all or nothing --- */

struct counts {
	int64_t ledger, event, job, body, outnote, inbox;
};

static struct counts
count(struct rig *r)
{
	struct cx *cx = rig_cx(r);

	return (struct counts){
		db_count(cx, "ledger"),
		db_count(cx, "event"),
		db_count(cx, "job"),
		db_count(cx, "ledger_body"),
		db_count(cx, "outnote"),
		db_count(cx, "inbox"),
	};
}

struct sweep {
	struct rig *r;
	struct shop shop;
	struct orderdoc doc;
	struct ledger row;
};

static enum err
see(struct cx *cx, struct sweep *s)
{
	return ledger_see(cx, &s->shop, NEWS_CREATE, &s->doc);
}

static enum err
take(struct cx *cx, struct sweep *s)
{
	struct taking t = { "batch", "automatic", s->row.digest };

	return ledger_take(cx, &s->shop, &s->row, &t);
}

static enum err
said(struct cx *cx, struct sweep *s)
{
	struct said w = { "error", "bad_document", "It is bad.", NULL };

	return ledger_said(cx, &s->shop, s->row.order_id, &w, NULL);
}

static enum err
back_to_done(struct cx *cx, struct sweep *s)
{
	struct said w = { "synced", NULL, NULL,
		"01982f6e-7c1a-7b52-9d0e-3f5a6b7c8d91" };

	return ledger_said(cx, &s->shop, s->row.order_id, &w, NULL);
}

static enum err
redact(struct cx *cx, struct sweep *s)
{
	return ledger_redact(cx, &s->shop, s->row.order_id);
}

static enum err
go(struct cx *cx, struct sweep *s)
{
	bool ignored;

	return shop_uninstall(cx, &s->shop, 0, &ignored);
}

static void
every_move_is_made_whole_or_not_at_all(void **state)
{
	static enum err (*const moves[])(struct cx *, struct sweep *) = { see,
		take, said, back_to_done, redact, go };
	struct rig *r = *state;
	struct sim_order *o;
	struct sweep s = { .r = r };
	struct counts before, after;
	const char *text;
	size_t i;
	int step;
	enum err e;

	o = sim_order_place(r->store, 0);
	sim_shopify_close(&r->shopify);
	text = json_write(rig_cx(r), sim_order_rest(rig_cx(r), o));
	must(&r->cx,
	    orderdoc_from_hook(&r->cx,
		(struct bytes){ (const unsigned char *)text, strlen(text) },
		&s.doc));
	s.shop = rig_shop(r);
	for (i = 0; i < COUNT_OF(moves); i++) {
		for (step = 1;; step++) {
			if (i > 0)
				s.row = rig_row(r, o);
			before = count(r);
			db_fail_at(r->app.cx.db, step);
			e = moves[i](rig_cx(r), &s);
			db_fail_at(r->app.cx.db, 0);
			if (e == OK)
				break;
			assert_int_equal(e, ERR_STORE);
			after = count(r);
			assert_memory_equal(&before, &after, sizeof(before));
			if (i > 0)
				assert_string_equal(rig_row(r, o).state,
				    s.row.state);
		}
		assert_true(step > 2);
	}
}

/* --- a database that is older than the world --- */

/* Between backup and restore the order was imported; no webhook tells. */
static void
after_a_restore_an_order_is_read_before_it_is_written(void **state)
{
	struct rig *r = *state;
	struct sim_order *o;
	int64_t writes;

	r->cloud.mood = CLOUD_AUTO_OFF;
	o = sim_order_place(r->store, 0);
	rig_settle(r);
	assert_state(r, o, "waiting");
	must(rig_cx(r), restored_careful(rig_cx(r)));
	assert_int_equal(rig_row(r, o).must_read, 1);
	sim_advance(&r->sim, MINUTE_MS);
	sim_order_tag(o, "logivery-synced");
	sim_order_untag(o, "logivery-no-sync");
	sim_shopify_close(&r->shopify); /* every webhook is lost */
	r->cloud.mood = CLOUD_WELL;
	r->cloud.knows = true;
	writes = r->shopify.writes;
	rig_run(r, 15 * MINUTE_MS);
	assert_int_equal(rig_row(r, o).must_read, 0);
	assert_tags(r, o, "logivery-synced");
	assert_int_equal(r->shopify.writes, writes);
	assert_int_equal(r->cloud.nseen, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(an_order_costs_three_writes_while_points_are_plenty),
		T(while_points_are_scarce_history_is_left_out),
		T(a_step_that_was_left_out_is_not_caught_up),
		T(a_backlog_leaves_history_out_before_points_are_scarce),
		T(tags_that_were_put_on_by_others_are_removed_as_spelled),
		T(what_a_dead_program_held_is_forgotten_while_calls_go_on),
		T(every_move_is_made_whole_or_not_at_all),
		T(after_a_restore_an_order_is_read_before_it_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
