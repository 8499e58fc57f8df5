/*
 * hook_test.c - the door for webhooks: who is let in, and what is kept.
 */
#include "rig.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "db/db.h"

#define T(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

static void
only_what_shopify_signed_is_let_in(void **state)
{
	static const struct {
		const char *what;
		struct rig_hook hook;
		const char *body;
		int status;
		int64_t rows;
	} rows[] = {
		{ "good", { .topic = "orders/edited", .id = "1" }, "{}", 200,
		    1 },
		{ "by the old secret",
		    { .topic = "orders/edited",
			.id = "2",
			.secret = RIG_OLD_SECRET },
		    "{}", 200, 1 },
		{ "by another's secret",
		    { .topic = "orders/edited", .id = "3", .secret = "other" },
		    "{}", 401, 0 },
		{ "no HMAC",
		    { .topic = "orders/edited", .id = "4", .no_hmac = true },
		    "{}", 401, 0 },
		{ "two HMACs",
		    { .topic = "orders/edited", .id = "5", .two_hmacs = true },
		    "{}", 401, 0 },
		{ "HMAC is no base64",
		    { .topic = "orders/edited", .id = "6", .hmac = "???" },
		    "{}", 401, 0 },
		{ "HMAC is too short",
		    { .topic = "orders/edited", .id = "7", .hmac = "AAAA" },
		    "{}", 401, 0 },
		{ "no topic", { .id = "8" }, "{}", 400, 0 },
		{ "no id", { .topic = "orders/create" }, "{}", 400, 0 },
		{ "unknown topic", { .topic = "moon/rises", .id = "9" }, "{}",
		    200, 1 },
		{ "unknown shop",
		    { .topic = "orders/create",
			.id = "10",
			.shop = "nobody.myshopify.com" },
		    "{}", 200, 1 },
		{ "broken JSON", { .topic = "orders/create", .id = "11" },
		    "{\"id\":", 200, 1 },
	};
	struct rig *r = *state;
	int64_t before;
	size_t i;

	for (i = 0; i < COUNT_OF(rows); i++) {
		before = db_count(rig_cx(r), "inbox");
		if (rig_hook(r, &rows[i].hook, rows[i].body) != rows[i].status)
			fail_msg("%s: another status", rows[i].what);
		if (db_count(rig_cx(r), "inbox") - before != rows[i].rows)
			fail_msg("%s: rows", rows[i].what);
	}
}

struct dead {
	int64_t n;
};

static int64_t
dead_letters(struct rig *r)
{
	static const struct sql sql = { "t",
		{ "SELECT count(*) AS n FROM inbox WHERE state = 'dead'",
		    "SELECT count(*) AS n FROM inbox WHERE state = 'dead'" },
		0, 0, "test" };
	static const struct field fields[] = {
		F_INT(struct dead, n, 0, INT64_MAX),
		F_END,
	};
	struct dead d;

	must(rig_cx(r), db_one(&r->cx, sql, fields, &d));
	return d.n;
}

static void
what_cannot_be_used_is_kept_and_stops_nothing(void **state)
{
	static const char *const bodies[] = { "{\"id\":", "[]", "{}", "7",
		"{\"id\":\"x\",\"name\":1}" };
	struct rig *r = *state;
	struct sim_order *o;
	struct cx *cx = rig_cx(r);
	size_t i;

	for (i = 0; i < COUNT_OF(bodies); i++)
		assert_int_equal(rig_hook(r,
				     &(struct rig_hook){
					 .topic = "orders/create",
					 .id = arena_printf(cx->mem, "d%zu", i),
				     },
				     bodies[i]),
		    200);
	assert_int_equal(rig_hook(r,
			     &(struct rig_hook){ .topic = "moon/rises",
				 .id = "m" },
			     "{}"),
	    200);
	o = sim_order_place(r->store, 0);
	rig_settle(r);
	assert_int_equal(dead_letters(r), COUNT_OF(bodies) + 1);
	assert_state(r, o, "sending");
}

static void
a_delivery_that_comes_twice_is_taken_once(void **state)
{
	struct rig *r = *state;
	struct sim_order *o = sim_order_place(r->store, 0);
	struct cx *cx = rig_cx(r);
	const char *body = json_write(cx, sim_order_rest(cx, o));
	int i;

	sim_shopify_close(&r->shopify);
	for (i = 0; i < 20; i++)
		assert_int_equal(rig_hook(r,
				     &(struct rig_hook){ .topic =
							     "orders/create",
					 .id = "once" },
				     body),
		    200);
	assert_int_equal(db_count(cx, "inbox"), 1);
	rig_settle(r);
	assert_int_equal(r->cloud.nseen, 1);
}

static void
two_deliveries_of_one_change_are_one_order(void **state)
{
	struct rig *r = *state;
	struct sim_order *o = sim_order_place(r->store, 0);
	struct cx *cx = rig_cx(r);
	const char *body = json_write(cx, sim_order_rest(cx, o));

	sim_shopify_close(&r->shopify);
	rig_hook(r, &(struct rig_hook){ .topic = "orders/create", .id = "a" },
	    body);
	rig_settle(r);
	rig_hook(r, &(struct rig_hook){ .topic = "orders/create", .id = "b" },
	    body);
	rig_settle(r);
	assert_int_equal(db_count(cx, "ledger"), 1);
	assert_int_equal(r->cloud.nseen, 1);
	assert_tags(r, o, "logivery-syncing");
}

static void
an_update_may_come_before_its_creation(void **state)
{
	struct rig *r = *state;
	struct sim_order *o = sim_order_place(r->store, 0);
	struct cx *cx = rig_cx(r);
	const char *created = json_write(cx, sim_order_rest(cx, o));
	const char *updated;

	sim_advance(&r->sim, 3000);
	sim_order_edit(o);
	updated = json_write(cx, sim_order_rest(cx, o));
	sim_shopify_close(&r->shopify);
	rig_hook(r, &(struct rig_hook){ .topic = "orders/updated", .id = "u" },
	    updated);
	rig_hook(r, &(struct rig_hook){ .topic = "orders/create", .id = "c" },
	    created);
	rig_settle(r);
	assert_int_equal(rig_row(r, o).updated_at, o->updated);
	assert_int_equal(r->cloud.nseen, 1);
}

static void
what_cannot_be_stored_is_not_acknowledged(void **state)
{
	struct rig *r = *state;
	int step, status;

	for (step = 1;; step++) {
		db_fail_at(r->app.cx.db, step);
		status = rig_hook(r,
		    &(struct rig_hook){ .topic = "orders/edited", .id = "s" },
		    "{}");
		db_fail_at(r->app.cx.db, 0);
		if (status == 200)
			break;
		assert_int_equal(status, 503);
		assert_int_equal(db_count(rig_cx(r), "inbox"), 0);
	}
	assert_true(step > 3);
	assert_int_equal(db_count(rig_cx(r), "inbox"), 1);
}

/* A body is sealed as it lies there, and gone when it was read. */
static void
bodies_do_not_stay(void **state)
{
	static const struct sql sql = { "t",
		{ "SELECT count(*) AS n FROM inbox WHERE body IS NOT NULL",
		    "SELECT count(*) AS n FROM inbox WHERE body IS NOT NULL" },
		0, 0, "test" };
	static const struct field fields[] = {
		F_INT(struct dead, n, 0, INT64_MAX),
		F_END,
	};
	struct rig *r = *state;
	struct dead d;

	(void)sim_order_place(r->store, 0);
	rig_settle(r);
	assert_true(db_count(rig_cx(r), "inbox") > 0);
	must(&r->cx, db_one(&r->cx, sql, fields, &d));
	assert_int_equal(d.n, 0);
}

static void
an_order_edited_is_read_again(void **state)
{
	struct rig *r = *state;
	struct sim_order *o = sim_order_place(r->store, 0);
	struct cx *cx = rig_cx(r);
	char digest[65];

	rig_settle(r);
	strcpy(digest, rig_row(r, o).digest);
	sim_advance(&r->sim, 3000);
	sim_order_edit(o);
	sim_shopify_close(&r->shopify);
	rig_hook(r, &(struct rig_hook){ .topic = "orders/edited", .id = "e" },
	    arena_printf(cx->mem, "{\"order_edit\":{\"order_id\":%lld}}",
		(long long)o->id));
	rig_settle(r);
	assert_string_not_equal(rig_row(r, o).digest, digest);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(only_what_shopify_signed_is_let_in),
		T(what_cannot_be_used_is_kept_and_stops_nothing),
		T(a_delivery_that_comes_twice_is_taken_once),
		T(two_deliveries_of_one_change_are_one_order),
		T(an_update_may_come_before_its_creation),
		T(what_cannot_be_stored_is_not_acknowledged),
		T(bodies_do_not_stay),
		T(an_order_edited_is_read_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
