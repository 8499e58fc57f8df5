/*
 * bulk_meanwhile_test.c - what people do while an operation has their orders.
 */
#include "bulk_rig.h"

#include "db/db.h"
#include "shopify/bulk.h"
#include "shopify/restored.h"

/* An order that the operation has tagged and not ended with. */
static struct sim_order *
tagged_in_the_air(struct rig *r, size_t from)
{
	struct cx *cx = rig_cx(r);
	bool held;
	size_t i;

	for (i = from; i < r->store->norders; i++) {
		must(cx,
		    bulk_holds(cx, rig_row(r, &r->store->orders[i]).id,
			BULK_TAGS, &held));
		if (held)
			return &r->store->orders[i];
	}
	fail_msg("no order is in the air");
	return NULL;
}

static void
what_people_do_to_tags_meanwhile_counts(void **state)
{
	struct rig *r = *state;
	struct sim_order *off, *asks, *edited;

	r->shopify.bulk.stuck = true;
	place(r, MANY);
	run_until_started(r);
	rig_run(r, 20 * SECOND_MS); /* all lines are through, it is not over */
	off = tagged_in_the_air(r, 0);
	asks = tagged_in_the_air(r, (size_t)(off - r->store->orders) + 1);
	edited = tagged_in_the_air(r, (size_t)(asks - r->store->orders) + 1);
	sim_order_untag(off, "logivery-no-sync");
	sim_order_tag(asks, "logivery-error");
	sim_order_edit(edited);
	rig_settle(r);
	r->shopify.bulk.stuck = false;
	rig_run(r, 3 * MINUTE_MS);
	assert_state(r, off, "skipped");
	assert_tags(r, off, "");
	assert_state(r, asks, "waiting");
	assert_tags(r, asks, "logivery-no-sync");
	assert_state(r, edited, "waiting");
	assert_tags(r, edited, "logivery-no-sync");
	assert_int_equal(db_count(rig_cx(r), "bulk_line"), 0);
}

static void
an_order_that_moved_on_meanwhile_shows_where_it_is(void **state)
{
	struct rig *r = *state;
	size_t i;

	r->shopify.bulk.stuck = true;
	place(r, MANY);
	run_until_started(r);
	rig_run(r, 10 * SECOND_MS);
	let_all_go(r);
	rig_run(r, MINUTE_MS);
	r->shopify.bulk.stuck = false;
	rig_run(r, 15 * MINUTE_MS);
	for (i = 0; i < MANY; i++) {
		assert_state(r, &r->store->orders[i], "done");
		assert_tags(r, &r->store->orders[i], "logivery-synced");
	}
	assert_int_equal(r->cloud.nseen, MANY); /* nobody was sent twice */
}

static void
uninstalled_meanwhile_and_installed_again(void **state)
{
	struct rig *r = *state;
	struct sim_reply out;

	r->shopify.bulk.stuck = true;
	place(r, MANY);
	run_until_started(r);
	assert_int_equal(rig_hook(r,
			     &(struct rig_hook){ .topic = "app/uninstalled",
				 .id = "gone-1" },
			     "{\"id\":1}"),
	    200);
	rig_settle(r);
	assert_string_equal(rig_shop(r).state, "uninstalled");
	rig_run(r, MINUTE_MS);
	assert_true(db_count(rig_cx(r), "bulk_line") > 0);
	rig_ask(r, GET, "/api/connection", NULL, &out);
	assert_int_equal(out.status, 200);
	r->shopify.bulk.stuck = false;
	rig_run(r, 12 * MINUTE_MS);
	assert_string_equal(rig_shop(r).state, "installed");
	assert_settled(r);
	assert_once_each(r);
}

static void
after_a_restore_none_goes_on(void **state)
{
	struct rig *r = *state;

	r->shopify.bulk.stuck = true;
	place(r, MANY);
	run_until_started(r);
	rig_run(r, 20 * SECOND_MS);
	must(rig_cx(r), restored_careful(rig_cx(r)));
	assert_int_equal(db_count(rig_cx(r), "bulk_line"), 0);
	r->shopify.bulk.stuck = false;
	rig_run(r, 15 * MINUTE_MS);
	assert_settled(r);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		T(what_people_do_to_tags_meanwhile_counts),
		T(an_order_that_moved_on_meanwhile_shows_where_it_is),
		T(uninstalled_meanwhile_and_installed_again),
		T(after_a_restore_none_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
