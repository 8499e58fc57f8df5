/*
 * schema_test.c - the schema goes forward, step by step, once.
 */
#include "things.h"

#include "base/env.h"

/* clang-format off */
static const struct migration schema_more[] = {
	{ "things", 1, "things", BOTH("SELECT 1") }, /* done: not run again */
	{ "things", 2, "marks", BOTH("SELECT 1") },
	{ "things", 3, "more", BOTH(
	    "CREATE TABLE more (id BIGINT PRIMARY KEY);"
	    "INSERT INTO more (id) VALUES (1);"
	    "INSERT INTO more (id) VALUES (2)") },
	{ "things", 4, "most", BOTH("INSERT INTO more (id) VALUES (3)") },
	{ 0 },
};
static const struct migration schema_bad[] = {
	{ "bad", 1, "bad", BOTH(
	    "CREATE TABLE bad (id BIGINT PRIMARY KEY);"
	    "INSERT INTO nowhere (id) VALUES (1)") },
	{ 0 },
};
static const struct migration schema_other[] = {
	{ "other", 1, "other", BOTH("CREATE TABLE other (id BIGINT)") },
	{ 0 },
};
/* clang-format on */
static const struct migration *const more_lists[] = { schema_more };
static const struct migration *const bad_lists[] = { schema_things,
	schema_bad };
static const struct migration *const other_lists[] = { schema_other };

static void
twice_is_once(struct cx *cx)
{
	must(cx, db_migrate(cx, thing_lists, 1));
	assert_int_equal(db_count(cx, "schema_step"), 2);
	must(cx, db_migrate(cx, more_lists, 1));
	must(cx, db_migrate(cx, more_lists, 1));
	assert_int_equal(db_count(cx, "schema_step"), 4);
	assert_int_equal(db_count(cx, "more"), 3);
}

static void
killed_at_any_step_it_goes_on_the_next_time(struct cx *cx)
{
	int step;

	for (step = 1;; step++) {
		db_fail_at(cx->db, step);
		if (db_migrate(cx, more_lists, 1) == OK)
			break;
		db_fail_at(cx->db, 0);
		assert_in_range(db_count(cx, "schema_step"), 2, 4);
		if (db_count(cx, "schema_step") >= 3)
			assert_int_equal(db_count(cx, "more"), 2);
	}
	db_fail_at(cx->db, 0);
	assert_true(step > 10);
	assert_int_equal(db_count(cx, "schema_step"), 4);
	assert_int_equal(db_count(cx, "more"), 3);
}

static void
a_step_that_fails_leaves_nothing(struct cx *cx)
{
	must_fail(cx, ERR_BUG, db_migrate(cx, bad_lists, 2));
	assert_contains(cx->why, "schema bad 1");
	assert_contains(cx->why, "nowhere");
	assert_int_equal(db_count(cx, "bad"), -1);
	assert_int_equal(db_count(cx, "schema_step"), 2);
}

static void
a_newer_schema_is_refused_untouched(struct cx *cx)
{
	must(cx, db_migrate(cx, more_lists, 1));
	must_fail(cx, ERR_CONFLICT, db_migrate(cx, thing_lists, 1));
	assert_string_equal(cx->code, "schema_newer");
	must_fail(cx, ERR_CONFLICT, db_migrate(cx, other_lists, 1));
	assert_string_equal(cx->code, "schema_newer");
	assert_int_equal(db_count(cx, "other"), -1);
	assert_int_equal(db_count(cx, "schema_step"), 4);
}

struct node {
	struct cx cx;
	enum err e;
	struct thread *thread;
};

static void
migrate(void *arg)
{
	struct node *n = arg;

	n->e = db_migrate(&n->cx, more_lists, 1);
}

static void
nodes_that_start_at_once_migrate_once(struct cx *cx)
{
	struct node nodes[4];
	size_t i;

	for (i = 0; i < COUNT_OF(nodes); i++) {
		cx_child(&nodes[i].cx, cx);
		must(cx, db_open(cx, test_db_conf(cx), &nodes[i].cx.db));
	}
	for (i = 0; i < COUNT_OF(nodes); i++)
		nodes[i].thread =
		    cx->env->start(cx->env, "node", migrate, &nodes[i]);
	for (i = 0; i < COUNT_OF(nodes); i++) {
		cx->env->join(cx->env, nodes[i].thread);
		must(&nodes[i].cx, nodes[i].e);
		db_close(nodes[i].cx.db);
		cx_done(&nodes[i].cx);
	}
	assert_int_equal(db_count(cx, "more"), 3);
	assert_int_equal(db_count(cx, "schema_step"), 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_BOTH(twice_is_once, thing_lists),
		TEST_INLINE(twice_is_once, thing_lists),
		TEST_BOTH(killed_at_any_step_it_goes_on_the_next_time,
		    thing_lists),
		TEST_BOTH(a_step_that_fails_leaves_nothing, thing_lists),
		TEST_BOTH(a_newer_schema_is_refused_untouched, thing_lists),
		TEST_PG(nodes_that_start_at_once_migrate_once, thing_lists),
	};

	return cmocka_run_group_tests_name("db schema", tests, NULL, NULL);
}
