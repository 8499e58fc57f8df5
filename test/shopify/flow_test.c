/*
 * flow_test.c - the life of an order, from the webhook to the tag.
 */
#include "rig.h"

#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "db/db.h"
#include "gen/sql.h"
#include "shopify/jobs.h"

#define T(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

static const char *
text(struct rig *r, const char *fmt, const struct sim_order *o)
{
	return arena_printf(rig_cx(r)->mem, fmt, (long long)o->id);
}

/* What the Cloud App tells us of an order. */
static void
say(struct rig *r, const struct sim_order *o, const char *state)
{
	struct ledger l = rig_row(r, o);
	struct sim_reply out;

	rig_call(r, RIG_TOKEN, POST, "/orders/sync",
	    arena_printf(rig_cx(r)->mem,
		"{\"orders\":[{\"id\":\"%s\",\"state\":\"%s\",\"code\":null,"
		"\"reason\":null,\"job\":\"%s\"}]}",
		l.order_id, state,
		l.job != NULL ? l.job : "01982f6e-7c1a-7b52-9d0e-3f5a6b7c8d91"),
	    &out);
	assert_int_equal(out.status, 200);
}

static void
a_new_order_goes_from_no_sync_to_synced(void **state)
{
	struct rig *r = *state;
	struct sim_order *o = sim_order_place(r->store, 0);

	rig_settle(r);
	assert_state(r, o, "sending");
	assert_tags(r, o, "logivery-syncing");
	assert_string_equal(r->cloud.mode, "automatic");
	say(r, o, "synced");
	rig_settle(r);
	assert_state(r, o, "done");
	assert_tags(r, o, "logivery-synced");
	assert_int_equal(r->cloud.nseen, 1);
}

static void
the_same_word_again_changes_nothing(void **state)
{
	struct rig *r = *state;
	struct sim_order *o = sim_order_place(r->store, 0);
	int64_t events;

	rig_settle(r);
	say(r, o, "synced");
	rig_settle(r);
	events = db_count(rig_cx(r), "event");
	say(r, o, "synced");
	rig_settle(r);
	assert_int_equal(db_count(rig_cx(r), "event"), events);
}

static void
an_old_order_waits_for_a_tag_by_hand(void **state)
{
	struct rig *r = *state;
	struct sim_order *o = sim_order_place(r->store, 10 * DAY_MS);

	rig_settle(r);
	assert_int_equal(db_count(rig_cx(r), "ledger"), 0);
	sim_order_tag(o, "Logivery-No-Sync");
	rig_settle(r);
	assert_state(r, o, "sending");
	assert_int_equal(rig_row(r, o).tagged_by_hand, 1);
	say(r, o, "synced");
	rig_settle(r);
	assert_tags(r, o, "logivery-synced"); /* his spelling is gone */
}

static void
a_tag_taken_off_means_leave_it_alone(void **state)
{
	struct rig *r = *state;
	struct sim_order *o;

	r->cloud.mood = CLOUD_AUTO_OFF;
	o = sim_order_place(r->store, 0);
	rig_settle(r);
	assert_state(r, o, "waiting");
	assert_tags(r, o, "logivery-no-sync");
	sim_advance(&r->sim, 2000);
	sim_order_untag(o, "logivery-no-sync");
	rig_settle(r);
	assert_state(r, o, "skipped");
	assert_tags(r, o, "");
	sim_advance(&r->sim, 2000);
	sim_order_tag(o, "logivery-no-sync");
	rig_settle(r);
	assert_state(r, o, "waiting");
}

static void
one_action_that_tags_fifty_old_orders_makes_fifty_wait(void **state)
{
	struct rig *r = *state;
	struct sim_order *o[50];
	size_t i;

	for (i = 0; i < 50; i++)
		o[i] = sim_order_place(r->store, 5 * DAY_MS);
	rig_settle(r);
	for (i = 0; i < 50; i++)
		sim_order_tag(o[i], "logivery-no-sync");
	rig_settle(r);
	rig_run(r, MINUTE_MS);
	assert_int_equal(db_count(rig_cx(r), "ledger"), 50);
	assert_int_equal(r->cloud.nseen, 50);
	assert_true(r->cloud.biggest <= 10);
}

static void
a_change_after_import_is_told_and_not_sent(void **state)
{
	struct rig *r = *state;
	struct sim_order *o = sim_order_place(r->store, 0);

	rig_settle(r);
	say(r, o, "synced");
	rig_settle(r);
	sim_advance(&r->sim, 5000);
	sim_order_edit(o);
	rig_settle(r);
	rig_run(r, 5000);
	assert_state(r, o, "done");
	assert_int_equal(r->cloud.nseen, 1);
	assert_true(r->cloud.events > 0);
}

static void
an_order_cancelled_before_it_was_sent_is_not_sent(void **state)
{
	struct rig *r = *state;
	struct sim_order *o;

	r->cloud.mood = CLOUD_AUTO_OFF;
	o = sim_order_place(r->store, 0);
	rig_settle(r);
	sim_advance(&r->sim, 2000);
	sim_order_cancel(o);
	rig_settle(r);
	assert_state(r, o, "failed");
	assert_string_equal(rig_row(r, o).code, "not_importable");
	assert_tags(r, o, "logivery-error");
	r->cloud.mood = CLOUD_WELL;
	rig_run(r, DAY_MS / 4);
	assert_int_equal(r->cloud.nseen, 0);
}

static void
asked_again_while_sending_it_is_sent_again_after(void **state)
{
	struct rig *r = *state;
	struct sim_order *o = sim_order_place(r->store, 0);

	rig_settle(r);
	assert_state(r, o, "sending");
	sim_advance(&r->sim, 2000);
	sim_order_tag(o, "logivery-no-sync");
	rig_settle(r);
	assert_int_equal(rig_row(r, o).again, 1);
	assert_tags(r, o, "logivery-syncing");
	say(r, o, "synced");
	rig_settle(r);
	assert_int_equal(r->cloud.nseen, 2);
	assert_state(r, o, "sending");
}

static void
a_merchant_tag_is_never_touched(void **state)
{
	struct rig *r = *state;
	struct sim_order *o = sim_order_place(r->store, 0);

	sim_order_tag(o, "VIP, logivery");
	rig_settle(r);
	say(r, o, "synced");
	rig_settle(r);
	assert_true(sim_tags_remove(&o->tags, "VIP, logivery"));
}

static void
sweeps_find_what_webhooks_missed(void **state)
{
	struct rig *r = *state;
	struct sim_order *o, *old;

	o = sim_order_place(r->store, 0);
	old = sim_order_place(r->store, 3 * DAY_MS);
	sim_order_tag(old, "logivery-no-sync");
	sim_shopify_close(&r->shopify); /* every webhook is lost */
	rig_work(r);
	assert_int_equal(db_count(rig_cx(r), "ledger"), 0);
	rig_run(r, 6 * MINUTE_MS);
	assert_int_equal(db_count(rig_cx(r), "ledger"), 2);
	assert_true(rig_row(r, o).job != NULL);
	assert_true(rig_row(r, old).job != NULL);
}

/* Its webhook says that it is tagged; the sweep has seen since that it is not,
   which left no row.  The tag was taken off: it is not sent. */
static void
a_tag_told_of_after_a_sweep_saw_it_gone_sends_nothing(void **state)
{
	struct rig *r = *state;
	struct cx own = { .env = &r->sim.env, .mem = arena_new() };
	struct sim_order *o = sim_order_place(r->store, 10 * DAY_MS);
	char *late;

	sim_order_tag(o, "logivery-no-sync");
	late = json_write(&own, sim_order_rest(&own, o));
	sim_advance(&r->sim, 2000);
	sim_order_untag(o, "logivery-no-sync");
	sim_hooks_lose(&r->shopify);
	rig_run(r, HOUR_MS);
	assert_int_equal(db_count(rig_cx(r), "ledger"), 0);
	sim_hook_owe(r->store, "orders/updated", late);
	rig_run(r, MINUTE_MS);
	assert_state(r, o, "skipped");
	assert_tags(r, o, "");
	assert_int_equal(r->cloud.nseen, 0);
	arena_free(own.mem);
}

/* It does not begin again and again with what it has waited for. */
static void
a_sweep_waits_until_there_are_points_for_all_of_it(void **state)
{
	struct rig *r = *state;
	struct sim_order *o = sim_order_place(r->store, 3 * DAY_MS);
	int64_t calls;

	sim_order_tag(o, "logivery-error");
	sim_shopify_close(&r->shopify); /* every webhook is lost */
	rig_run(r, MINUTE_MS); /* the newest are left to their webhooks */
	r->cloud.mood = CLOUD_AUTO_OFF;
	rig_make_poor(r, 40);
	must(rig_cx(r),
	    jobs_add_shop(rig_cx(r), JOB_SWEEP_TAG, rig_shop(r).id));
	calls = r->sim.ncalls;
	rig_run(r, 1900);
	assert_int_equal(r->sim.ncalls, calls);
	rig_run(r, 30 * SECOND_MS);
	assert_int_equal(db_count(rig_cx(r), "ledger"), 1);
	assert_in_range(r->sim.ncalls - calls, 3, 12);
}

/* Sixty orders, each so long after the one before, and of none a webhook; a
   pass over what has changed finds a page of them, and no points for another.
 */
static void
see_first_page(struct rig *r, int64_t apart_ms)
{
	int i;

	r->cloud.mood = CLOUD_AUTO_OFF;
	for (i = 0; i < 60; i++) {
		sim_advance(&r->sim, apart_ms);
		(void)sim_order_place(r->store, 0);
	}
	sim_shopify_close(&r->shopify); /* every webhook is lost */
	sim_advance(&r->sim, MINUTE_MS);
	rig_make_poor(r, 52); /* a page and its hits, and no more */
	must(rig_cx(r),
	    jobs_add_shop(rig_cx(r), JOB_SWEEP_UPDATED, rig_shop(r).id));
	rig_work(r);
}

/* The second page comes in another run, and then the pass is over. */
static void
a_pass_that_breaks_off_goes_on_where_it_was(void **state)
{
	struct rig *r = *state;
	struct shop shop;

	see_first_page(r, SECOND_MS);
	shop = rig_shop(r);
	assert_int_equal(db_count(rig_cx(r), "ledger"), 50);
	assert_true(shop.sweep_began > shop.swept_at);
	assert_true(shop.sweep_at > shop.installed_at);
	rig_run(r, 4 * MINUTE_MS);
	assert_int_equal(db_count(rig_cx(r), "ledger"), 60);
	assert_true(rig_shop(r).swept_at >= shop.sweep_began);
	assert_int_equal(rig_shop(r).sweep_began, 0);
}

/* Changed in bulk, by an app: more of one second than a page holds. */
static void
a_pass_ends_though_a_second_has_more_than_a_page(void **state)
{
	struct rig *r = *state;
	int pages;

	see_first_page(r, 0);
	assert_int_equal(db_count(rig_cx(r), "ledger"), 50);
	pages = r->store->pages;
	rig_run(r, 40 * SECOND_MS);
	assert_int_equal(r->store->pages - pages, 1);
	assert_int_equal(db_count(rig_cx(r), "ledger"), 60);
}

static void
a_place_in_the_list_that_is_refused_is_found_by_its_time(void **state)
{
	struct rig *r = *state;
	struct shop shop;

	see_first_page(r, SECOND_MS);
	shop = rig_shop(r);
	assert_non_null(shop.sweep_cursor);
	must(rig_cx(r),
	    db_exec(rig_cx(r), SQL_SHOP_SET_SWEEP, V(shop.id),
		V(shop.sweep_began), V(shop.sweep_at), V("stale")));
	rig_run(r, 4 * MINUTE_MS);
	assert_int_equal(db_count(rig_cx(r), "ledger"), 60);
	assert_null(rig_shop(r).sweep_cursor);
}

static void
a_lost_webhook_of_a_change_is_found_too(void **state)
{
	struct rig *r = *state;
	struct sim_order *o = sim_order_place(r->store, 0);
	char first[65];

	rig_settle(r);
	say(r, o, "synced");
	rig_settle(r);
	strcpy(first, rig_row(r, o).digest);
	sim_advance(&r->sim, MINUTE_MS);
	sim_order_edit(o);
	sim_shopify_close(&r->shopify);
	rig_run(r, 6 * MINUTE_MS);
	assert_string_not_equal(rig_row(r, o).digest, first);
}

static void
an_answer_that_was_lost_is_asked_for(void **state)
{
	struct rig *r = *state;
	struct sim_order *o = sim_order_place(r->store, 0);

	rig_settle(r);
	assert_state(r, o, "sending");
	rig_run(r, 5 * MINUTE_MS); /* the word "synced" never comes */
	assert_true(r->cloud.statuses > 0);
	assert_state(r, o, "done");
	assert_tags(r, o, "logivery-synced");
}

static void
older_news_changes_nothing(void **state)
{
	struct rig *r = *state;
	struct sim_order *o = sim_order_place(r->store, 0);
	struct cx *cx = rig_cx(r);
	const char *old = json_write(cx, sim_order_rest(cx, o));
	char digest[65];

	sim_advance(&r->sim, 5000);
	sim_order_edit(o);
	rig_settle(r);
	strcpy(digest, rig_row(r, o).digest);
	assert_int_equal(rig_hook(r,
			     &(struct rig_hook){ .topic = "orders/updated",
				 .id = "late-1" },
			     old),
	    200);
	rig_settle(r);
	assert_string_equal(rig_row(r, o).digest, digest);
}

static void
of_one_second_the_order_is_read_again(void **state)
{
	struct rig *r = *state;
	struct sim_order *o = sim_order_place(r->store, 0);
	struct cx *cx = rig_cx(r);
	const char *one = json_write(cx, sim_order_rest(cx, o)), *two;

	o->note++; /* the same second, other content */
	two = json_write(cx, sim_order_rest(cx, o));
	sim_shopify_close(&r->shopify);
	assert_int_equal(rig_hook(r,
			     &(struct rig_hook){ .topic = "orders/updated",
				 .id = "b" },
			     two),
	    200);
	assert_int_equal(rig_hook(r,
			     &(struct rig_hook){ .topic = "orders/create",
				 .id = "a" },
			     one),
	    200);
	rig_settle(r);
	assert_int_equal(rig_row(r, o).must_read, 0);
	assert_int_equal(rig_row(r, o).updated_at, o->updated);
	say(r, o, "synced");
	rig_settle(r);
	rig_run(r, 6 * MINUTE_MS);
	(void)text;
	assert_state(r, o, "done");
}

static void
redact_customer(struct rig *r, const struct sim_order *o)
{
	assert_int_equal(rig_hook(r,
			     &(struct rig_hook){ .topic = "customers/redact",
				 .id = "red-1" },
			     text(r,
				 "{\"shop_id\":1,\"shop_domain\":\"" RIG_SHOP
				 "\",\"customer\":{\"id\":77},"
				 "\"orders_to_redact\":[%lld]}",
				 o)),
	    200);
	rig_settle(r);
}

static void
redacted_personal_data_does_not_come_back(void **state)
{
	struct rig *r = *state;
	struct sim_order *o = sim_order_place(r->store, 0);
	struct cx *cx = rig_cx(r);

	rig_settle(r);
	say(r, o, "synced");
	assert_int_equal(db_count(cx, "ledger_body"), 1);
	redact_customer(r, o);
	assert_int_equal(db_count(cx, "ledger_body"), 0);
	assert_int_equal(r->cloud.privacies, 1);
	assert_string_equal(r->cloud.privacy_kind, "customer_redact");
	sim_advance(&r->sim, 5000);
	sim_order_edit(o);
	rig_settle(r);
	assert_int_equal(db_count(cx, "ledger_body"), 0);
}

/* Older than the installation: it has no row when it is erased. */
static void
an_erased_order_is_not_sent_by_hand(void **state)
{
	struct rig *r = *state;
	struct sim_order *o = sim_order_place(r->store, 20 * DAY_MS);

	rig_settle(r);
	assert_int_equal(db_count(rig_cx(r), "ledger"), 0);
	redact_customer(r, o);
	rig_send_by_hand(r, o);
	rig_settle(r);
	rig_run(r, 5 * MINUTE_MS);
	assert_int_equal(r->cloud.nseen, 0);
	assert_int_equal(rig_row(r, o).redacted, 1);
	assert_int_equal(db_count(rig_cx(r), "ledger_body"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_new_order_goes_from_no_sync_to_synced),
		T(the_same_word_again_changes_nothing),
		T(an_old_order_waits_for_a_tag_by_hand),
		T(a_tag_taken_off_means_leave_it_alone),
		T(one_action_that_tags_fifty_old_orders_makes_fifty_wait),
		T(a_change_after_import_is_told_and_not_sent),
		T(an_order_cancelled_before_it_was_sent_is_not_sent),
		T(asked_again_while_sending_it_is_sent_again_after),
		T(a_merchant_tag_is_never_touched),
		T(sweeps_find_what_webhooks_missed),
		T(a_tag_told_of_after_a_sweep_saw_it_gone_sends_nothing),
		T(a_sweep_waits_until_there_are_points_for_all_of_it),
		T(a_pass_that_breaks_off_goes_on_where_it_was),
		T(a_pass_ends_though_a_second_has_more_than_a_page),
		T(a_place_in_the_list_that_is_refused_is_found_by_its_time),
		T(a_lost_webhook_of_a_change_is_found_too),
		T(an_answer_that_was_lost_is_asked_for),
		T(older_news_changes_nothing),
		T(of_one_second_the_order_is_read_again),
		T(redacted_personal_data_does_not_come_back),
		T(an_erased_order_is_not_sent_by_hand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
