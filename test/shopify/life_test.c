/*
 * life_test.c - a store's life: tokens, leaving, coming back, being erased.
 */
#include "rig.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/text.h"
#include "db/db.h"
#include "gen/sql.h"
#include "queue/job.h"
#include "shopify/budget.h"
#include "shopify/jobs.h"
#include "shopify/restored.h"
#include "shopify/token.h"

#define T(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

/* --- tokens --- */

static void
a_token_is_refreshed_before_it_dies(void **state)
{
	struct rig *r = *state;

	assert_int_equal(r->store->pair, 1);
	sim_advance(&r->sim, 56 * MINUTE_MS);
	(void)sim_order_place(r->store, 0);
	rig_settle(r);
	assert_int_equal(r->store->pair, 2);
}

static void
an_answer_with_tokens_that_was_lost_locks_nobody_out(void **state)
{
	struct rig *r = *state;
	struct sim_order *o;

	sim_advance(&r->sim, 61 * MINUTE_MS);
	r->sim.weather.lost = 1000;
	o = sim_order_place(r->store, 0);
	rig_settle(r);
	r->sim.weather.lost = 0;
	assert_true(r->store->pair > 1);
	rig_run(r, 10 * MINUTE_MS);
	assert_string_equal(rig_shop(r).state, "installed");
	assert_true(rig_row(r, o).picture != 0);
}

static void
while_another_gets_tokens_the_old_one_does(void **state)
{
	struct rig *r = *state;
	struct cx *cx = rig_cx(r);
	struct shop shop = rig_shop(r);
	const char *access;
	int64_t pair, changed;

	sim_advance(&r->sim, 57 * MINUTE_MS);
	cx = rig_cx(r);
	must(cx,
	    db_change(cx, SQL_SHOP_TOKEN_LEASE, &changed, V(shop.id),
		V("other"), V(cx->now + 30000), V(cx->now)));
	assert_int_equal(changed, 1);
	must(cx, token_get(cx, &shop, &access, &pair));
	assert_string_equal(access, "shpat_1");
	assert_int_equal(r->store->pair, 1);
	sim_advance(&r->sim, 4 * MINUTE_MS); /* dead, and the lease has ended */
	cx = rig_cx(r);
	must(cx, token_get(cx, &shop, &access, &pair));
	assert_string_equal(access, "shpat_2");
}

/* Only a refused token that was just given says that the pair is dead. */
static void
refused_while_another_gets_tokens_it_is_tried_again(void **state)
{
	struct rig *r = *state;
	struct shop shop = rig_shop(r);
	struct sim_order *o;
	struct cx *cx;
	int64_t changed;

	r->store->access_until[1] = r->sim.now_ms; /* Shopify says 401 */
	cx = rig_cx(r);
	must(cx,
	    db_change(cx, SQL_SHOP_TOKEN_LEASE, &changed, V(shop.id),
		V("other"), V(cx->now + 30000), V(cx->now)));
	assert_int_equal(changed, 1);
	o = sim_order_place(r->store, 0);
	rig_settle(r);
	assert_string_equal(rig_shop(r).state, "installed");
	rig_run(r, MINUTE_MS); /* the lease has ended */
	assert_string_equal(rig_shop(r).state, "installed");
	assert_int_equal(r->store->pair, 2);
	assert_tags(r, o, "logivery-syncing");
}

static void
a_dead_pair_waits_for_the_app_to_be_opened(void **state)
{
	struct rig *r = *state;
	struct sim_reply out;
	struct sim_order *o;

	sim_advance(&r->sim, 91 * DAY_MS);
	o = sim_order_place(r->store, 0);
	rig_settle(r);
	assert_string_equal(rig_shop(r).state, "reconnect");
	assert_tags(r, o, "");
	rig_ask(r, GET, "/api/connection", NULL, &out);
	assert_int_equal(out.status, 200);
	assert_string_equal(rig_shop(r).state, "installed");
	assert_int_equal(rig_shop(r).generation, 1);
	rig_settle(r);
	assert_state(r, o, "sending");
	assert_tags(r, o, "logivery-syncing");
}

static void
a_pair_is_stored_sealed(void **state)
{
	struct rig *r = *state;
	const char *access;
	int64_t pair;
	struct cx *cx = rig_cx(r);
	struct shop shop = rig_shop(r);
	struct token_row {
		struct bytes access;
	} row;
	static const struct field fields[] = {
		F_BYTES(struct token_row, access),
		F_END,
	};
	static const struct sql sql = { "t",
		{ "SELECT access FROM shop_token",
		    "SELECT access FROM shop_token" },
		0, 0, "test" };

	must(cx, token_get(cx, &shop, &access, &pair));
	must(cx, db_one(cx, sql, fields, &row));
	assert_null(memmem(row.access.p, row.access.n, access, 5));
}

/* --- leaving and coming back --- */

static int
leave(struct rig *r, const char *id, int64_t at)
{
	return rig_hook(r,
	    &(struct rig_hook){ .topic = "app/uninstalled",
		.id = id,
		.triggered_at = at },
	    "{\"id\":1}");
}

static void
after_it_is_uninstalled_no_call_is_made(void **state)
{
	struct rig *r = *state;
	int64_t calls;

	(void)sim_order_place(r->store, 0);
	rig_settle(r);
	assert_int_equal(leave(r, "un-1", r->sim.now_ms), 200);
	rig_settle(r);
	assert_string_equal(rig_shop(r).state, "uninstalled");
	assert_int_equal(r->cloud.privacies, 1);
	assert_string_equal(r->cloud.privacy_kind, "uninstalled");
	calls = r->sim.ncalls;
	(void)sim_order_place(r->store, 0);
	rig_run(r, HOUR_MS);
	assert_int_equal(r->sim.ncalls, calls);
}

static void
a_late_notice_does_not_hit_a_new_installation(void **state)
{
	struct rig *r = *state;
	struct sim_reply out;
	int64_t left = r->sim.now_ms;

	assert_int_equal(leave(r, "un-1", left), 200);
	rig_settle(r);
	sim_advance(&r->sim, MINUTE_MS);
	rig_ask(r, GET, "/api/connection", NULL, &out);
	assert_int_equal(out.status, 200);
	assert_int_equal(rig_shop(r).generation, 2);
	assert_int_equal(leave(r, "un-2", left), 200);
	rig_settle(r);
	assert_string_equal(rig_shop(r).state, "installed");
}

/* The app met dead tokens first, so for it the installation went on. */
static void
a_late_notice_does_not_hit_a_store_that_was_reconnected(void **state)
{
	struct rig *r = *state;
	struct shop shop;
	struct sim_reply out;
	struct cx *cx;
	int64_t left;

	sim_advance(&r->sim, MINUTE_MS);
	left = r->sim.now_ms;
	sim_advance(&r->sim, SECOND_MS);
	shop = rig_shop(r);
	cx = rig_cx(r);
	must(cx, shop_set_reconnect(cx, &shop, "Its tokens are dead."));
	rig_ask(r, GET, "/api/connection", NULL, &out);
	assert_int_equal(out.status, 200);
	assert_int_equal(leave(r, "un-1", left), 200);
	rig_settle(r);
	assert_string_equal(rig_shop(r).state, "installed");
	assert_string_equal(rig_shop(r).link_state, "linked");
	sim_advance(&r->sim, SECOND_MS);
	assert_int_equal(leave(r, "un-2", r->sim.now_ms), 200);
	rig_settle(r);
	assert_string_equal(rig_shop(r).state, "uninstalled");
}

/* Uninstalled and installed again, and opened, before the notice came: the
   tokens are of the new installation, which goes on. */
static void
a_late_notice_does_not_hit_an_app_that_was_opened_again(void **state)
{
	struct rig *r = *state;
	struct sim_reply out;
	int64_t left;

	sim_advance(&r->sim, 2 * SECOND_MS);
	left = r->sim.now_ms;
	sim_advance(&r->sim, 2 * SECOND_MS);
	rig_ask(r, GET, "/api/connection", NULL, &out);
	assert_int_equal(out.status, 200);
	assert_int_equal(leave(r, "un-1", left), 200);
	rig_settle(r);
	assert_string_equal(rig_shop(r).state, "installed");
	assert_int_equal(rig_shop(r).generation, 1);
}

static void
an_app_opened_again_exchanges_a_newer_id_token_only(void **state)
{
	struct rig *r = *state;
	struct sim_reply out;
	int64_t exchanged, calls;

	sim_advance(&r->sim, 2 * SECOND_MS);
	calls = r->sim.ncalls;
	rig_ask(r, GET, "/api/connection", NULL, &out);
	exchanged = rig_shop(r).exchanged_at;
	assert_int_equal(exchanged, r->sim.now_ms / SECOND_MS * SECOND_MS);
	assert_int_equal(r->sim.ncalls, calls + 1);
	rig_ask(r, GET, "/api/connection", NULL, &out);
	assert_int_equal(r->sim.ncalls, calls + 1);
}

static int
redact_shop(struct rig *r)
{
	return rig_hook(r,
	    &(struct rig_hook){ .topic = "shop/redact", .id = "redact" },
	    "{\"shop_id\":1,\"shop_domain\":\"" RIG_SHOP "\"}");
}

static void
a_redact_of_the_old_life_leaves_the_new_one(void **state)
{
	struct rig *r = *state;
	struct sim_order *o, *n;
	struct sim_reply out;

	o = sim_order_place(r->store, 0);
	rig_settle(r);
	(void)leave(r, "un-1", r->sim.now_ms);
	rig_settle(r);
	sim_advance(&r->sim, MINUTE_MS);
	rig_ask(r, GET, "/api/connection", NULL, &out);
	sim_advance(&r->sim, MINUTE_MS);
	n = sim_order_place(r->store, 0);
	rig_settle(r);
	assert_int_equal(db_count(rig_cx(r), "ledger"), 2);
	r->cloud.privacies = 0;
	assert_int_equal(redact_shop(r), 200);
	rig_work(r);
	(void)o;
	assert_state(r, n, "waiting");
	assert_int_equal(r->cloud.privacies, 0);
}

static void
a_redact_after_leaving_erases_all_and_is_passed_on(void **state)
{
	struct rig *r = *state;

	(void)sim_order_place(r->store, 0);
	rig_settle(r);
	(void)leave(r, "un-1", r->sim.now_ms);
	rig_settle(r);
	assert_int_equal(redact_shop(r), 200);
	rig_settle(r);
	assert_int_equal(db_count(rig_cx(r), "ledger"), 0);
	assert_int_equal(db_count(rig_cx(r), "ledger_body"), 0);
	assert_string_equal(r->cloud.privacy_kind, "shop_redact");
}

static bool
leased(struct rig *r, const char *owner)
{
	struct cx *cx = rig_cx(r);
	int64_t got;

	must(cx,
	    db_change(cx, SQL_SHOP_TOKEN_LEASE, &got, V(rig_shop(r).id),
		V(owner), V(r->sim.now_ms + HOUR_MS), V(r->sim.now_ms)));
	return got == 1;
}

static void
after_it_is_uninstalled_nobody_stores_a_pair(void **state)
{
	struct rig *r = *state;

	assert_true(leased(r, "before"));
	assert_false(leased(r, "another"));
	assert_int_equal(leave(r, "un-1", r->sim.now_ms), 200);
	rig_settle(r);
	assert_true(leased(r, "after")); /* the one before has lost it */
}

/* The program that took it died, and the clock was put right. */
static void
a_lease_from_a_clock_that_was_a_day_ahead_is_not_believed(void **state)
{
	struct rig *r = *state;

	r->sim.now_ms += DAY_MS;
	assert_true(leased(r, "ahead"));
	r->sim.now_ms -= DAY_MS;
	assert_true(leased(r, "after"));
	assert_false(leased(r, "another"));
}

/* It came in while the notice was being taken, and waits for its job. */
static void
a_redact_on_the_heels_of_the_notice_is_not_dropped_with_the_jobs(void **state)
{
	struct rig *r = *state;
	struct shop shop = rig_shop(r);
	struct cx *cx;
	bool ignored;

	(void)sim_order_place(r->store, 0);
	rig_settle(r);
	assert_int_equal(redact_shop(r), 200);
	cx = rig_cx(r);
	must(cx, shop_uninstall(cx, &shop, r->sim.now_ms, &ignored));
	assert_false(ignored);
	rig_settle(r);
	assert_int_equal(db_count(rig_cx(r), "ledger"), 0);
	assert_string_equal(r->cloud.privacy_kind, "shop_redact");
}

static void
a_request_is_kept_until_it_is_delivered(void **state)
{
	struct rig *r = *state;

	r->cloud.mood = CLOUD_AWAY;
	assert_int_equal(rig_hook(r,
			     &(struct rig_hook){ .topic =
						     "customers/data_request",
				 .id = "ask" },
			     "{\"customer\":{\"id\":7},\"orders_requested\":"
			     "[1,2]}"),
	    200);
	rig_run(r, 3 * HOUR_MS);
	assert_int_equal(r->cloud.privacies, 0);
	r->cloud.mood = CLOUD_WELL;
	rig_run(r, 2 * HOUR_MS);
	assert_int_equal(r->cloud.privacies, 1);
	assert_string_equal(r->cloud.privacy_kind, "customer_data_request");
}

/* --- tags --- */

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

/* --- points --- */

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_token_is_refreshed_before_it_dies),
		T(what_a_dead_program_held_is_forgotten_while_calls_go_on),
		T(an_answer_with_tokens_that_was_lost_locks_nobody_out),
		T(while_another_gets_tokens_the_old_one_does),
		T(refused_while_another_gets_tokens_it_is_tried_again),
		T(a_dead_pair_waits_for_the_app_to_be_opened),
		T(a_pair_is_stored_sealed),
		T(after_it_is_uninstalled_no_call_is_made),
		T(a_late_notice_does_not_hit_a_new_installation),
		T(a_late_notice_does_not_hit_a_store_that_was_reconnected),
		T(a_late_notice_does_not_hit_an_app_that_was_opened_again),
		T(an_app_opened_again_exchanges_a_newer_id_token_only),
		T(a_redact_of_the_old_life_leaves_the_new_one),
		T(a_redact_after_leaving_erases_all_and_is_passed_on),
		T(after_it_is_uninstalled_nobody_stores_a_pair),
		T(a_lease_from_a_clock_that_was_a_day_ahead_is_not_believed),
		T(a_redact_on_the_heels_of_the_notice_is_not_dropped_with_the_jobs),
		T(a_request_is_kept_until_it_is_delivered),
		T(an_order_costs_three_writes_while_points_are_plenty),
		T(while_points_are_scarce_history_is_left_out),
		T(a_step_that_was_left_out_is_not_caught_up),
		T(a_backlog_leaves_history_out_before_points_are_scarce),
		T(tags_that_were_put_on_by_others_are_removed_as_spelled),
		T(every_move_is_made_whole_or_not_at_all),
		T(after_a_restore_an_order_is_read_before_it_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
