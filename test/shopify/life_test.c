/*
 * life_test.c - a store's life: tokens, leaving, coming back, being erased.
 */
#include "rig.h"

#include <string.h>

#include "base/arena.h"
#include "base/field.h"
#include "db/db.h"
#include "gen/sql.h"
#include "shopify/jobs.h"
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

/* A worker that holds the lease for half a minute. */
static void
another_gets_tokens(struct rig *r)
{
	struct cx *cx = rig_cx(r);
	struct shop shop = rig_shop(r);
	int64_t changed;

	must(cx,
	    db_change(cx, SQL_SHOP_TOKEN_LEASE, &changed, V(shop.id),
		V("other"), V(cx->now + 30000), V(cx->now)));
	assert_int_equal(changed, 1);
}

static void
while_another_gets_tokens_the_old_one_does(void **state)
{
	struct rig *r = *state;
	struct cx *cx;
	struct shop shop = rig_shop(r);
	struct token token;

	sim_advance(&r->sim, 57 * MINUTE_MS);
	another_gets_tokens(r);
	cx = rig_cx(r);
	must(cx, token_get(cx, &shop, &token));
	assert_string_equal(token.access, "shpat_1");
	assert_int_equal(r->store->pair, 1);
	sim_advance(&r->sim, 4 * MINUTE_MS); /* dead, and the lease has ended */
	cx = rig_cx(r);
	must(cx, token_get(cx, &shop, &token));
	assert_string_equal(token.access, "shpat_2");
}

/* Only a refused token that was just given says that the pair is dead. */
static void
refused_while_another_gets_tokens_it_is_tried_again(void **state)
{
	struct rig *r = *state;
	struct sim_order *o;

	r->store->access_until[1] = r->sim.now_ms; /* Shopify says 401 */
	another_gets_tokens(r);
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
	struct token token;
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

	must(cx, token_get(cx, &shop, &token));
	must(cx, db_one(cx, sql, fields, &row));
	assert_null(memmem(row.access.p, row.access.n, token.access, 5));
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

/* Likewise, but a worker who was refused is asking for tokens meanwhile. */
static void
a_late_notice_does_not_hit_an_app_opened_while_another_gets_tokens(void **state)
{
	struct rig *r = *state;
	struct sim_reply out;
	int64_t left;

	sim_advance(&r->sim, 2 * SECOND_MS);
	left = r->sim.now_ms;
	sim_advance(&r->sim, 2 * SECOND_MS);
	another_gets_tokens(r);
	rig_ask(r, GET, "/api/connection", NULL, &out);
	assert_int_equal(out.status, 200);
	assert_int_equal(r->store->pair, 1);
	assert_int_equal(leave(r, "un-1", left), 200);
	rig_settle(r);
	assert_string_equal(rig_shop(r).state, "installed");
	assert_string_equal(rig_shop(r).link_state, "linked");
}

/* Two tabs: the older one's exchange took its time. */
static void
an_exchange_that_comes_late_does_not_make_the_installation_older(void **state)
{
	struct rig *r = *state;
	struct shop before = rig_shop(r);
	struct sim_reply out;
	const char *older;
	int64_t older_at, newest;

	sim_advance(&r->sim, 2 * SECOND_MS);
	older = sim_id_token(rig_cx(r), r->store);
	older_at = r->sim.now_ms / SECOND_MS * SECOND_MS;
	sim_advance(&r->sim, 2 * SECOND_MS);
	rig_ask(r, GET, "/api/connection", NULL, &out);
	newest = rig_shop(r).exchanged_at;
	assert_true(newest > older_at);
	must(rig_cx(r), token_renew(&r->cx, &before, older, older_at));
	assert_true(rig_shop(r).exchanged_at == newest);
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

/* The Cloud App was away all the time between. */
static void
what_waited_of_the_old_life_does_not_hit_a_new_link(void **state)
{
	struct rig *r = *state;
	struct sim_order *o;
	struct sim_reply out;

	(void)sim_order_place(r->store, 0);
	rig_settle(r);
	r->cloud.mood = CLOUD_AWAY;
	(void)leave(r, "un-1", r->sim.now_ms);
	rig_settle(r);
	assert_int_equal(redact_shop(r), 200);
	rig_settle(r);
	assert_int_equal(db_count(rig_cx(r), "privacy_out"), 2);
	sim_advance(&r->sim, MINUTE_MS);
	rig_ask(r, GET, "/api/connection", NULL, &out);
	assert_string_equal(rig_shop(r).state, "installed");
	r->cloud.mood = CLOUD_WELL;
	rig_pair(r, RIG_TOKEN);
	o = sim_order_place(r->store, 0);
	rig_run(r, 2 * HOUR_MS);
	assert_int_equal(r->cloud.privacies, 0);
	assert_string_equal(rig_shop(r).link_state, "linked");
	assert_true(rig_row(r, o).sent_digest != NULL);
}

/* It came in beside the redact of its shop. */
static void
what_waits_in_the_inbox_is_read_though_the_shop_is_redacted(void **state)
{
	struct rig *r = *state;
	struct cx *cx = rig_cx(r);

	assert_int_equal(leave(r, "un-1", r->sim.now_ms), 200);
	must(cx,
	    db_exec(cx, SQL_INBOX_REDACT_SHOP, V(rig_shop(r).id),
		V(INT64_MAX)));
	rig_settle(r);
	assert_string_equal(rig_shop(r).state, "uninstalled");
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
a_job_that_fails_is_known_by_its_store_and_order(void **state)
{
	struct rig *r = *state;
	struct sim_order *o = sim_order_place(r->store, 0);
	struct job job = { .kind = JOB_TAGS };
	struct ledger row;
	struct cx *cx;

	rig_settle(r);
	job.tenant = rig_shop(r).id;
	row = rig_row(r, o);
	cx = rig_cx(r);
	assert_string_equal(kinds_whose(cx, &job), "shop=" RIG_SHOP);
	job.subject = row.id;
	job.key = arena_printf(cx->mem, "tags:%d", (int)row.id);
	assert_string_equal(kinds_whose(cx, &job),
	    arena_printf(cx->mem, "shop=" RIG_SHOP " order=%lld",
		(long long)o->id));
	job.tenant = 99;
	assert_null(kinds_whose(cx, &job));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_token_is_refreshed_before_it_dies),
		T(an_answer_with_tokens_that_was_lost_locks_nobody_out),
		T(while_another_gets_tokens_the_old_one_does),
		T(refused_while_another_gets_tokens_it_is_tried_again),
		T(a_dead_pair_waits_for_the_app_to_be_opened),
		T(a_pair_is_stored_sealed),
		T(after_it_is_uninstalled_no_call_is_made),
		T(a_late_notice_does_not_hit_a_new_installation),
		T(a_late_notice_does_not_hit_a_store_that_was_reconnected),
		T(a_late_notice_does_not_hit_an_app_that_was_opened_again),
		T(a_late_notice_does_not_hit_an_app_opened_while_another_gets_tokens),
		T(an_exchange_that_comes_late_does_not_make_the_installation_older),
		T(an_app_opened_again_exchanges_a_newer_id_token_only),
		T(a_redact_of_the_old_life_leaves_the_new_one),
		T(a_redact_after_leaving_erases_all_and_is_passed_on),
		T(what_waited_of_the_old_life_does_not_hit_a_new_link),
		T(what_waits_in_the_inbox_is_read_though_the_shop_is_redacted),
		T(after_it_is_uninstalled_nobody_stores_a_pair),
		T(a_lease_from_a_clock_that_was_a_day_ahead_is_not_believed),
		T(a_redact_on_the_heels_of_the_notice_is_not_dropped_with_the_jobs),
		T(a_job_that_fails_is_known_by_its_store_and_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
