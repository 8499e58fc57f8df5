/*
 * bulk_db_test.c - an operation's row and lines on both engines: filled, in
 * nobody else's hands, and each line gone with its outcome.
 */
#include "lib/db_test.h"

#include <string.h>

#include "base/arena.h"
#include "base/crypt.h"
#include "base/when.h"
#include "gen/sql.h"
#include "shopify/budget.h"
#include "shopify/bulk.h"
#include "shopify/ledger.h"
#include "shopify/shop.h"

static const struct migration *const lists[] = { schema_queue, schema_shopify };

enum { MANY = BULK_SLICE + 10 };

/* Poor: 200 points and 10 a second, so thirty tags are worth an operation. */
static struct shop
installed(struct cx *cx)
{
	struct budget_word word = { 0, 200, 40, 10 };
	struct shop shop = { 0 };

	must(cx, shop_ensure(cx, "tea.myshopify.com", &shop));
	must(cx, shop_begin(cx, &shop, "read_orders", cx->now));
	must(cx, shop_find(cx, "tea.myshopify.com", &shop));
	must(cx, budget_give(cx, shop.id, "Other", 0, 0, &word));
	return shop;
}

static const char *
order_id(struct cx *cx, int n)
{
	return arena_printf(cx->mem, "%d", 1000 + n);
}

/* Orders that wait and show no tag yet, for longer than it takes to import. */
static void
see(struct cx *cx, const struct shop *shop, int n)
{
	struct orderdoc d = {
		.name = "#1",
		.created_at = cx->now,
		.updated_at = cx->now,
		.confirmed = true,
		.text = "{\"a\":1}",
		.complete = true,
	};
	int i;

	for (i = 0; i < n; i++) {
		d.id = order_id(cx, i);
		d.gid = arena_printf(cx->mem, "gid://shopify/Order/%s", d.id);
		d.digest = arena_printf(cx->mem, "%064d", i);
		must(cx, ledger_see(cx, shop, NEWS_CREATE, &d));
	}
	test_clock_advance(cx, MINUTE_MS);
}

static struct ledger
row(struct cx *cx, const struct shop *shop, int n)
{
	struct ledger l;

	must(cx, ledger_find(cx, shop->id, order_id(cx, n), &l));
	return l;
}

static struct bulk
filled(struct cx *cx, const struct shop *shop)
{
	struct bulk b;
	bool more = true;

	must(cx, bulk_offer(cx, shop, BULK_TAGS));
	must(cx, bulk_offer(cx, shop, BULK_TAGS)); /* there is one */
	assert_int_equal(db_count(cx, "bulk_op"), 1);
	must(cx, bulk_find(cx, shop->id, BULK_TAGS, &b));
	while (more)
		must(cx, bulk_lane_tags.fill(cx, shop, &b, &more));
	assert_string_equal(b.verb, "add");
	return b;
}

static void
a_few_orders_are_not_worth_it(struct cx *cx)
{
	struct shop shop = installed(cx);

	see(cx, &shop, 30);
	must(cx, bulk_offer(cx, &shop, BULK_TAGS));
	assert_int_equal(db_count(cx, "bulk_op"), 0);
	see(cx, &shop, 31);
	must(cx, bulk_offer(cx, &shop, BULK_TAGS));
	assert_int_equal(db_count(cx, "bulk_op"), 1);
}

static void
an_order_in_a_line_is_in_nobody_elses_hands(struct cx *cx)
{
	struct shop shop = installed(cx);
	struct bulk b;
	bool held;

	see(cx, &shop, MANY);
	b = filled(cx, &shop);
	assert_int_equal(b.lines, MANY);
	assert_int_equal(db_count(cx, "bulk_line"), MANY);
	must(cx, bulk_holds(cx, row(cx, &shop, 7).id, BULK_TAGS, &held));
	assert_true(held);
	must(cx, bulk_holds(cx, row(cx, &shop, 7).id, BULK_READ, &held));
	assert_false(held);
	must_fail(cx, ERR_CONFLICT,
	    ledger_write_tags(cx, row(cx, &shop, 7).id, TAG_NO_SYNC));
}

/* Lines 2, 0 and 1 of the file, in that order, and one that is none. */
static const char result[] =
    "{\"data\":{\"tagsAdd\":{\"node\":{\"id\":\"gid://shopify/Order/1002\","
    "\"tags\":[\"logivery-no-sync\",\"tea\"],"
    "\"updatedAt\":\"2100-01-01T00:00:00Z\"},\"userErrors\":[]}},"
    "\"__lineNumber\":2}\n"
    "{\"data\":{\"tagsAdd\":{\"node\":null,\"userErrors\":[{\"message\":"
    "\"It is full.\"}]}},\"__lineNumber\":0}\n"
    "{\"data\":{\"tagsAdd\":null},\"errors\":[{\"message\":\"Internal.\"}],"
    "\"__lineNumber\":1}\n"
    "{\"__lineNumber\":99,\"data\":null}\n"
    /* of another order than the line's */
    "{\"data\":{\"tagsAdd\":{\"node\":{\"id\":\"gid://shopify/Order/1002\","
    "\"tags\":[\"logivery-no-sync\"],"
    "\"updatedAt\":\"2100-01-01T00:00:00Z\"},\"userErrors\":[]}},"
    "\"__lineNumber\":3}\n";

static void
a_line_ends_with_its_outcome(struct cx *cx)
{
	struct bytes all = { (const unsigned char *)result,
		sizeof(result) - 1 };
	struct shop shop = installed(cx);
	struct bulk b, stored;
	bool more = true;

	see(cx, &shop, MANY);
	b = filled(cx, &shop);
	must(cx, bulk_lane_tags.take(cx, &shop, &b, all, true));
	must(cx, bulk_find(cx, shop.id, BULK_TAGS, &stored));
	assert_int_equal(stored.read_at, all.n);
	assert_int_equal(stored.taken, 2);
	assert_int_equal(db_count(cx, "bulk_line"), MANY - 2);
	assert_int_equal(row(cx, &shop, 2).picture, TAG_NO_SYNC);
	assert_int_equal(row(cx, &shop, 2).airing, 0);
	assert_int_equal(row(cx, &shop, 0).hidden, 1);
	assert_int_equal(row(cx, &shop, 1).picture, 0);
	assert_int_equal(row(cx, &shop, 3).picture, 0);
	while (more)
		must(cx, bulk_lane_tags.drop(cx, &shop, &b, &more));
	assert_int_equal(db_count(cx, "bulk_line"), 0);
	assert_int_equal(row(cx, &shop, 1).hidden, 0);
	must(cx, ledger_write_tags(cx, row(cx, &shop, 1).id, TAG_NO_SYNC));
}

static void
over_it_is_kept_for_a_week_and_makes_room(struct cx *cx)
{
	struct shop shop = installed(cx);
	struct bulk b;
	bool more = true;

	see(cx, &shop, MANY);
	b = filled(cx, &shop);
	while (more)
		must(cx, bulk_lane_tags.drop(cx, &shop, &b, &more));
	b.code = "refused";
	must(cx, bulk_move(cx, &b, "done"));
	must(cx, bulk_offer(cx, &shop, BULK_TAGS)); /* not so soon */
	assert_int_equal(db_count(cx, "bulk_op"), 1);
	test_clock_advance(cx, 11 * MINUTE_MS);
	must(cx, bulk_offer(cx, &shop, BULK_TAGS));
	assert_int_equal(db_count(cx, "bulk_op"), 2);
	test_clock_advance(cx, 8 * DAY_MS);
	must(cx, bulk_trim(cx, shop.id));
	assert_int_equal(db_count(cx, "bulk_op"), 1);
	must(cx, bulk_resume(cx, shop.id));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_BOTH(a_few_orders_are_not_worth_it, lists),
		TEST_BOTH(an_order_in_a_line_is_in_nobody_elses_hands, lists),
		TEST_BOTH(a_line_ends_with_its_outcome, lists),
		TEST_BOTH(over_it_is_kept_for_a_week_and_makes_room, lists),
	};

	crypt_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
