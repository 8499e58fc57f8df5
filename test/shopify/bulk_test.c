/*
 * bulk_test.c - loads handed over at once, and everything that may happen to
 * the operation.
 */
#include "bulk_rig.h"

#include <string.h>

#include "base/text.h"
#include "db/db.h"
#include "gen/gql.h"
#include "shopify/bulk.h"

/* --- tags --- */

static void
a_backlog_of_tags_goes_over_at_once(void **state)
{
	struct rig *r = *state;
	int64_t began = r->sim.now_ms;

	place(r, MANY);
	run_until_started(r);
	rig_run(r, 20 * SECOND_MS);
	assert_settled(r);
	assert_once_each(r);
	assert_int_equal(r->shopify.bulk.started, 1);
	/* one by one it is 10 points each, at 10 a second */
	assert_true(r->sim.now_ms - began < MANY * SECOND_MS);
	assert_true(was_told(r, "bulk.begun"));
	assert_true(was_told(r, "bulk.done"));
}

/* No step is left out: nothing will send them, so a person looks for them. */
static void
a_few_tags_go_one_by_one_as_points_allow(void **state)
{
	struct rig *r = *state;

	rig_make_poor(r, 60);
	place(r, FEW);
	rig_run(r, (FEW + 5) * SECOND_MS);
	assert_settled(r);
	assert_int_equal(r->shopify.bulk.staged, 0);
}

/* Added everywhere first, then removed everywhere: what is shown meanwhile is
   never nothing. */
static void
a_tag_is_added_before_another_is_removed(void **state)
{
	struct rig *r = *state;
	size_t i, second;

	place(r, MANY);
	rig_run(r, 2 * MINUTE_MS);
	assert_settled(r);
	r->shopify.bulk.started = 0;
	let_all_go(r);
	for (second = 0; second < 10 * 60; second++) {
		rig_run(r, SECOND_MS);
		for (i = 0; i < MANY; i++)
			assert_string_not_equal("",
			    sim_tags_ours(rig_cx(r),
				&r->store->orders[i].tags));
	}
	for (i = 0; i < MANY; i++)
		assert_tags(r, &r->store->orders[i], "logivery-synced");
	assert_int_equal(db_count(rig_cx(r), "bulk_line"), 0);
	assert_true(r->shopify.bulk.started >= 2);
}

static void
a_refused_operation_leaves_all_to_single_calls(void **state)
{
	struct rig *r = *state;

	r->shopify.bulk.refusal = "OPERATION_IN_PROGRESS";
	place(r, MANY);
	rig_run(r, 8 * MINUTE_MS);
	assert_settled(r);
	assert_once_each(r);
	assert_int_equal(r->shopify.bulk.staged, 1); /* not again so soon */
	assert_true(was_told(r, "bulk.refused"));
}

static void
a_storage_that_takes_no_file_leaves_all_to_single_calls(void **state)
{
	struct rig *r = *state;

	r->shopify.bulk.no_upload = true;
	place(r, MANY);
	rig_run(r, 8 * MINUTE_MS);
	assert_settled(r);
	assert_once_each(r);
	assert_int_equal(r->shopify.bulk.started, 0);
}

static void
a_storage_that_is_not_there_is_given_up(void **state)
{
	struct rig *r = *state;

	r->shopify.bulk.host = "nowhere.invalid";
	place(r, MANY);
	rig_run(r, 12 * MINUTE_MS);
	assert_settled(r);
	assert_once_each(r);
	assert_in_range(r->shopify.bulk.staged, 2, 14);
}

static void
a_start_that_was_not_answered_is_found_again(void **state)
{
	struct rig *r = *state;

	r->shopify.bulk.lose_start = true;
	place(r, MANY);
	rig_run(r, 3 * MINUTE_MS);
	assert_settled(r);
	assert_once_each(r);
	assert_int_equal(r->shopify.bulk.started, 1);
}

/* What was not said need not be looked for. */
static void
a_start_that_points_did_not_pay_for_is_made_when_they_do(void **state)
{
	struct rig *r = *state;
	int64_t began;

	r->shopify.bulk.drains = true;
	place(r, MANY);
	while (r->shopify.bulk.staged == 0)
		rig_run(r, 100);
	began = r->sim.now_ms;
	run_until_started(r);
	assert_true(r->sim.now_ms - began < 10 * SECOND_MS);
	rig_run(r, 3 * MINUTE_MS);
	assert_settled(r);
	assert_once_each(r);
	assert_int_equal(r->shopify.bulk.started, 1);
}

static void
a_start_that_never_arrived_is_made_again(void **state)
{
	struct rig *r = *state;

	r->shopify.bulk.lose_call = true;
	place(r, MANY);
	rig_run(r, 3 * MINUTE_MS);
	assert_settled(r);
	assert_once_each(r);
	assert_int_equal(r->shopify.bulk.started, 1);
}

static void
half_of_it_done_is_taken_and_the_rest_goes_one_by_one(void **state)
{
	struct rig *r = *state;

	r->shopify.bulk.breaks_after = 10;
	place(r, MANY);
	rig_run(r, 9 * MINUTE_MS);
	assert_settled(r);
	assert_once_each(r);
	assert_int_equal(r->shopify.bulk.started, 1);
}

static void
without_a_result_the_orders_are_read_back(void **state)
{
	struct rig *r = *state;

	r->shopify.bulk.breaks_after = 10;
	r->shopify.bulk.no_part = true;
	place(r, MANY);
	rig_run(r, 9 * MINUTE_MS);
	assert_settled(r);
	assert_once_each(r);
	assert_int_equal(r->shopify.bulk.fetched, 0);
}

static void
a_result_that_is_gone_is_read_back(void **state)
{
	struct rig *r = *state;

	r->shopify.bulk.gone = true;
	place(r, MANY);
	rig_run(r, 3 * MINUTE_MS);
	assert_settled(r);
	assert_once_each(r);
	assert_int_equal(r->shopify.bulk.fetched, 1);
}

static void
an_operation_shopify_forgot_is_read_back(void **state)
{
	struct rig *r = *state;

	place(r, MANY);
	run_until_started(r);
	r->shopify.bulk.forgets = true;
	rig_run(r, 9 * MINUTE_MS);
	assert_settled(r);
	/* read back before it had written them: they were written twice, and
	   that changes nothing */
	assert_int_equal(r->shopify.bulk.started, 1);
}

static void
an_operation_that_never_ends_is_cancelled(void **state)
{
	struct rig *r = *state;

	r->shopify.bulk.stuck = true;
	place(r, MANY);
	run_until_started(r);
	rig_run(r, 30 * MINUTE_MS);
	assert_true(db_count(rig_cx(r), "bulk_line") > 0);
	rig_run(r, 35 * MINUTE_MS);
	assert_settled(r);
	assert_once_each(r);
	assert_string_equal(r->shopify.bulk.ops[0].status, "CANCELED");
}

static void
a_large_result_is_fetched_part_by_part(void **state)
{
	struct rig *r = *state;

	r->shopify.bulk.part_bytes = 700;
	place(r, MANY);
	rig_run(r, 3 * MINUTE_MS);
	assert_settled(r);
	assert_once_each(r);
	assert_true(r->shopify.bulk.fetched > 5);
}

/* --- reading --- */

/* Found by a sweep, and not one webhook came. */
static void
place_unheard(struct rig *r)
{
	place(r, MANY);
	sim_hooks_lose(&r->shopify);
	rig_work(r);
	assert_int_equal(db_count(rig_cx(r), "ledger"), 0);
}

static void
a_backlog_of_orders_is_read_at_once(void **state)
{
	struct rig *r = *state;
	struct ledger l;
	size_t i;

	place_unheard(r);
	rig_run(r, 8 * MINUTE_MS);
	assert_true(r->shopify.bulk.started > 0);
	assert_true(r->shopify.bulk.ops[0].query);
	for (i = 0; i < MANY; i++) {
		l = rig_row(r, &r->store->orders[i]);
		assert_int_equal(l.must_read, 0);
		assert_non_null(l.digest);
	}
	assert_int_equal(db_count(rig_cx(r), "bulk_line"), 0);
	assert_int_equal(db_count(rig_cx(r), "ledger_body"), MANY);
}

/* The same document as by itself, or every order would look changed. */
static void
read_at_once_or_by_itself_it_is_the_same(void **state)
{
	struct rig *r = *state;
	struct sim_order *o;
	struct ledger before;

	place_unheard(r);
	rig_run(r, 8 * MINUTE_MS);
	o = &r->store->orders[MANY - 1];
	before = rig_row(r, o);
	must(rig_cx(r),
	    ledger_must_read(rig_cx(r),
		&(struct shop){ .id = before.shop,
		    .generation = before.generation },
		before.order_id));
	rig_run(r, 2 * MINUTE_MS);
	assert_int_equal(rig_row(r, o).must_read, 0);
	assert_string_equal(rig_row(r, o).digest, before.digest);
}

static void
an_order_that_changes_meanwhile_is_read_by_itself(void **state)
{
	struct rig *r = *state;
	struct sim_order *o;
	const char *before;

	r->shopify.bulk.stuck = true;
	place_unheard(r);
	rig_run(r, 6 * MINUTE_MS);
	assert_true(r->shopify.bulk.started > 0);
	o = &r->store->orders[MANY - 1];
	sim_order_edit(o);
	sim_hooks_lose(&r->shopify);
	r->shopify.bulk.stuck = false;
	before = rig_row(r, o).digest;
	rig_run(r, 12 * MINUTE_MS);
	assert_int_equal(rig_row(r, o).must_read, 0);
	assert_int_equal(rig_row(r, o).updated_at, o->updated);
	assert_false(text_equal(rig_row(r, o).digest, before));
}

static void
a_reading_that_takes_too_long_is_left(void **state)
{
	struct rig *r = *state;
	size_t i;

	r->shopify.bulk.stuck = true;
	place_unheard(r);
	rig_run(r, 60 * MINUTE_MS);
	for (i = 0; i < MANY; i++)
		assert_int_equal(rig_row(r, &r->store->orders[i]).must_read, 0);
}

/* --- documents --- */

static size_t
count_line(const char *document, const char *line, size_t n)
{
	size_t found = 0;

	for (; *document != '\0'; document += strcspn(document, "\n")) {
		document += strspn(document, " \n");
		found += strcspn(document, "\n") == n &&
		    strncmp(document, line, n) == 0;
	}
	return found;
}

/* Whatever one order is asked for, a thousand are; but for pages. */
static void
both_documents_ask_for_the_same_fields(void **state)
{
	static const char *const pages[] = { "query OrderFull",
		"order(id:", "shippingLines(", "lineItems(", "pageInfo",
		"hasNextPage", "endCursor", "nodes {", "}" };
	const char *line = GQL_ORDER_FULL;
	size_t i, n, seen = 0;

	(void)state;
	for (; *line != '\0'; line += n) {
		line += strspn(line, " \n");
		n = strcspn(line, "\n");
		for (i = 0; i < COUNT_OF(pages); i++)
			if (text_starts(line, pages[i]))
				break;
		if (i < COUNT_OF(pages) || n == 0)
			continue;
		seen++;
		assert_int_equal(count_line(GQL_BULK_ORDERS, line, n),
		    count_line(GQL_ORDER_FULL, line, n));
	}
	assert_true(seen > 100);
}

static void
whole_lines_are_cut_and_halves_are_left(void **state)
{
	struct bytes part = { (const unsigned char *)"ab\ncd", 5 }, line;

	(void)state;
	assert_true(bulk_line_cut(part, false, &line));
	assert_int_equal(line.n, 3);
	part.p += 3;
	part.n -= 3;
	assert_false(bulk_line_cut(part, false, &line));
	assert_true(bulk_line_cut(part, true, &line));
	assert_int_equal(line.n, 2);
	part.n = 0;
	assert_false(bulk_line_cut(part, true, &line));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		T(a_backlog_of_tags_goes_over_at_once),
		T(a_few_tags_go_one_by_one_as_points_allow),
		T(a_tag_is_added_before_another_is_removed),
		T(a_refused_operation_leaves_all_to_single_calls),
		T(a_storage_that_takes_no_file_leaves_all_to_single_calls),
		T(a_storage_that_is_not_there_is_given_up),
		T(a_start_that_was_not_answered_is_found_again),
		T(a_start_that_points_did_not_pay_for_is_made_when_they_do),
		T(a_start_that_never_arrived_is_made_again),
		T(half_of_it_done_is_taken_and_the_rest_goes_one_by_one),
		T(without_a_result_the_orders_are_read_back),
		T(a_result_that_is_gone_is_read_back),
		T(an_operation_shopify_forgot_is_read_back),
		T(an_operation_that_never_ends_is_cancelled),
		T(a_large_result_is_fetched_part_by_part),
		T(a_backlog_of_orders_is_read_at_once),
		T(read_at_once_or_by_itself_it_is_the_same),
		T(an_order_that_changes_meanwhile_is_read_by_itself),
		T(a_reading_that_takes_too_long_is_left),
		cmocka_unit_test(both_documents_ask_for_the_same_fields),
		cmocka_unit_test(whole_lines_are_cut_and_halves_are_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
