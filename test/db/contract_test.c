/*
 * contract_test.c - what db.h promises, on both engines from one source.
 */
#include "things.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"

/* --- values --- */

static void
values_of_every_type_come_back(struct cx *cx)
{
	static const unsigned char raw[] = { 0, 1, 0xff, 0, '\\', '\'', 0x80,
		0 };
	static const char *const texts[] = { "", "x", "Ünïcödé ✓ 🎉",
		"it's $1 \"quoted\" \\x00 %s", "line\nline\ttab" };
	static const int64_t ints[] = { 0, 1, -1, INT64_MAX, INT64_MIN };
	struct bytes body;
	struct thing t;
	char name[16];
	size_t i;

	for (i = 0; i < COUNT_OF(ints); i++) {
		body = (struct bytes){ raw, i == 0 ? 0 : sizeof(raw) - i };
		snprintf(name, sizeof(name), "t%zu", i);
		must(cx,
		    db_exec(cx, thing_insert, V(name), V(ints[i]), V(body),
			V(texts[i])));
		must(cx, db_one(cx, thing_find, thing_fields, &t, V(name)));
		assert_true(t.n == ints[i]);
		assert_string_equal(t.note, texts[i]);
		assert_non_null(t.body.p);
		assert_int_equal(t.body.n, body.n);
		assert_memory_equal(t.body.p, body.p, body.n);
	}
}

static void
null_comes_back_as_nothing(struct cx *cx)
{
	struct thing t = { .n = 7,
		.note = "old",
		.body = { (const unsigned char *)"x", 1 } };

	must(cx,
	    db_exec(cx, thing_insert, V("a"), V((const char *)NULL),
		V((struct bytes){ 0 }), V((const char *)NULL)));
	must(cx, db_one(cx, thing_find, thing_fields, &t, V("a")));
	assert_int_equal(t.n, 0);
	assert_null(t.note);
	assert_null(t.body.p);
}

static void
rows_land_by_name_and_in_order(struct cx *cx)
{
	struct thing *rows;
	struct thing sum = { 0 };
	char name[16];
	size_t i, n;

	for (i = 0; i < 40; i++) {
		snprintf(name, sizeof(name), "t%02zu", i);
		must(cx, thing_new(cx, name, (int64_t)i));
	}
	must(cx, db_list(cx, thing_list, thing_fields, &rows, &n, V(5)));
	assert_int_equal(n, 35);
	for (i = 0; i < n; i++) {
		assert_int_equal(rows[i].n, i + 5);
		assert_int_equal(rows[i].id, 0); /* no such column */
	}
	assert_string_equal(rows[34].name, "t39");
	must(cx, db_list(cx, thing_list, thing_fields, &rows, &n, V(1000)));
	assert_int_equal(n, 0);
	must(cx, db_one(cx, thing_total, thing_fields, &sum));
	assert_int_equal(sum.n, 39 * 40 / 2);
}

static void
a_missing_row_is_missing_and_leaves_the_struct(struct cx *cx)
{
	struct thing t = { .n = 7 };

	must_fail(cx, ERR_MISSING,
	    db_one(cx, thing_find, thing_fields, &t, V("nobody")));
	assert_int_equal(t.n, 7);
	assert_contains(cx->why, "thing_find");
}

static void
a_column_without_a_field_is_a_bug(struct cx *cx)
{
	static const struct field narrow[] = {
		F_TEXT(struct thing, name, 1, 255),
		F_END,
	};
	struct thing t, *rows;
	size_t n;

	must_fail(cx, ERR_BUG, db_one(cx, thing_find, narrow, &t, V("a")));
	assert_contains(cx->why, "no field for column id");
	must_fail(cx, ERR_BUG,
	    db_list(cx, thing_list, narrow, &rows, &n, V(1)));
}

static void
a_wrong_type_or_count_is_a_bug(struct cx *cx)
{
	static const struct field wrong[] = {
		F_INT(struct thing, id, 1, 9),
		F_INT(struct thing, n, 1, 9),
		{ "name", FIELD_INT, offsetof(struct thing, n) },
		{ "body", FIELD_BYTES, offsetof(struct thing, body) },
		{ "note", FIELD_BYTES, offsetof(struct thing, body) },
		F_END,
	};
	struct thing t;

	must(cx, thing_new(cx, "a", 1));
	must_fail(cx, ERR_BUG, db_one(cx, thing_find, wrong, &t, V("a")));
	assert_contains(cx->why, "name is of another type");
	must_fail(cx, ERR_BUG, db_exec(cx, thing_add, V("a")));
	assert_contains(cx->why, "takes 2 values, not 1");
}

static void
changed_counts_rows(struct cx *cx)
{
	int64_t changed = 9;

	must(cx, thing_new(cx, "a", 1));
	must(cx, db_change(cx, thing_add, &changed, V("a"), V(4)));
	assert_int_equal(changed, 1);
	must(cx, db_change(cx, thing_add, &changed, V("b"), V(4)));
	assert_int_equal(changed, 0);
	must(cx, db_change(cx, thing_offer, &changed, V("a")));
	assert_int_equal(changed, 0);
}

/* --- refusals --- */

static void
a_second_of_the_same_name_is_a_conflict(struct cx *cx)
{
	must(cx, thing_new(cx, "a", 1));
	must_fail(cx, ERR_CONFLICT, thing_new(cx, "a", 2));
	must(cx, thing_new(cx, "b", 2));
	assert_int_equal(db_count(cx, "thing"), 2);
}

static void
other_constraints_say_what_they_are(struct cx *cx)
{
	struct thing t = { 0 };

	must(cx, thing_new(cx, "a", 1));
	must(cx, db_one(cx, thing_find, thing_fields, &t, V("a")));
	must_fail(cx, ERR_BUG, db_exec(cx, mark_insert, V(t.id), V(-1)));
	must_fail(cx, ERR_CONFLICT, db_exec(cx, mark_insert, V(999), V(1)));
	must(cx, db_exec(cx, mark_insert, V(t.id), V(1)));
	assert_int_equal(db_count(cx, "mark"), 1);
}

/* --- transactions --- */

static enum err
two_things(struct cx *cx, void *arg)
{
	enum err e;

	assert_true(db_in_tx(cx));
	if ((e = thing_new(cx, "a", 1)) != OK)
		return e;
	if ((e = thing_new(cx, "b", 2)) != OK)
		return e;
	db_ring(cx, "thing");
	if (arg != NULL)
		return cx_fail(cx, ERR_INPUT, "%s", (const char *)arg);
	return OK;
}

static void
a_transaction_commits_whole_or_not_at_all(struct cx *cx)
{
	char why[] = "changed my mind";

	must_fail(cx, ERR_INPUT, db_tx(cx, two_things, why));
	assert_string_equal(cx->why, why);
	assert_int_equal(db_count(cx, "thing"), 0);
	assert_false(db_in_tx(cx));
	must(cx, db_tx(cx, two_things, NULL));
	assert_int_equal(db_count(cx, "thing"), 2);
	must_fail(cx, ERR_CONFLICT, db_tx(cx, two_things, NULL));
	assert_int_equal(db_count(cx, "thing"), 2);
}

static enum err
same_again(struct cx *cx, void *arg)
{
	struct thing t = { 0 };
	int *fresh = arg;
	enum err e;

	e = db_one(cx, thing_offer, thing_fields, &t, V("a"));
	*fresh = e == OK;
	if (e == ERR_MISSING)
		e = db_one(cx, thing_find, thing_fields, &t, V("a"));
	return e;
}

static void
on_conflict_lets_a_transaction_go_on(struct cx *cx)
{
	int fresh;

	must(cx, db_tx(cx, same_again, &fresh));
	assert_true(fresh);
	must(cx, db_tx(cx, same_again, &fresh));
	assert_false(fresh);
	assert_int_equal(db_count(cx, "thing"), 1);
}

static enum err
shrug(struct cx *cx, void *arg)
{
	(void)arg;
	must(cx, thing_new(cx, "b", 1));
	must_fail(cx, ERR_CONFLICT, thing_new(cx, "a", 1));
	must_fail(cx, ERR_BUG, thing_new(cx, "c", 1));
	return OK;
}

static void
a_failed_statement_is_the_end_of_its_transaction(struct cx *cx)
{
	must(cx, thing_new(cx, "a", 1));
	must_fail(cx, ERR_BUG, db_tx(cx, shrug, NULL));
	assert_int_equal(db_count(cx, "thing"), 1);
	must(cx, thing_new(cx, "b", 1));
}

static enum err
nested(struct cx *cx, void *arg)
{
	return db_tx(cx, two_things, arg);
}

static enum err
nested_elsewhere(struct cx *cx, void *arg)
{
	struct cx other;
	enum err e;

	cx_child(&other, cx);
	if ((e = db_tx(&other, two_things, arg)) != OK)
		cx_fail(cx, e, "%s", other.why);
	cx_done(&other);
	return e;
}

static void
a_transaction_in_a_transaction_is_a_bug(struct cx *cx)
{
	must_fail(cx, ERR_BUG, db_tx(cx, nested, NULL));
	assert_int_equal(db_count(cx, "thing"), 0);
	if (db_engine(cx->db) == DB_SQLITE) /* would wait for itself */
		must_fail(cx, ERR_BUG, db_tx(cx, nested_elsewhere, NULL));
}

static enum err
guard(struct cx *cx, void *arg)
{
	int *stands = arg;

	return *stands ? OK : cx_fail(cx, ERR_BUSY, "the lease is lost");
}

static void
the_guard_runs_first_and_can_refuse(struct cx *cx)
{
	int stands = 0;

	cx->guard = guard;
	cx->guard_arg = &stands;
	must_fail(cx, ERR_BUSY, db_tx(cx, two_things, NULL));
	assert_string_equal(cx->why, "the lease is lost");
	must_fail(cx, ERR_BUSY, thing_new(cx, "a", 1));
	assert_int_equal(db_count(cx, "thing"), 0);
	stands = 1;
	must(cx, db_tx(cx, two_things, NULL));
	assert_int_equal(db_count(cx, "thing"), 2);
}

static void
a_fault_at_any_step_leaves_all_or_nothing(struct cx *cx)
{
	int step;

	for (step = 1;; step++) {
		db_fail_at(cx->db, step);
		if (db_tx(cx, two_things, NULL) == OK)
			break;
		assert_contains(cx->why, "on purpose");
		db_fail_at(cx->db, 0);
		assert_int_equal(db_count(cx, "thing"), 0);
	}
	db_fail_at(cx->db, 0);
	assert_int_equal(step, 5); /* begin, 2 things, commit; then none */
	assert_int_equal(db_count(cx, "thing"), 2);
	for (step = 1; step <= 3; step++) { /* a write of its own */
		db_fail_at(cx->db, step);
		must_fail(cx, ERR_STORE, thing_new(cx, "c", 1));
	}
	db_fail_at(cx->db, 1);
	assert_int_equal(db_count(cx, "thing"), -1);
	assert_int_equal(db_count(cx, "thing"), 2);
}

struct peek {
	struct cx *outside;
	int64_t inside_sees;
	int64_t outside_sees;
};

static enum err
add_and_peek(struct cx *cx, void *arg)
{
	struct peek *p = arg;
	enum err e;

	if ((e = thing_new(cx, "a", 1)) != OK)
		return e;
	p->inside_sees = db_count(cx, "thing");
	p->outside_sees = db_count(p->outside, "thing");
	return OK;
}

static void
readers_see_only_what_is_committed(struct cx *cx)
{
	struct cx outside;
	struct peek p = { .outside = &outside };

	cx_child(&outside, cx);
	must(cx, db_tx(cx, add_and_peek, &p));
	assert_int_equal(p.inside_sees, 1);
	assert_int_equal(p.outside_sees, 0);
	assert_int_equal(db_count(&outside, "thing"), 1);
	cx_done(&outside);
}

/* --- bells --- */

static void
hear(void *arg)
{
	__atomic_add_fetch((int *)arg, 1, __ATOMIC_SEQ_CST);
}

static int
heard(int *n)
{
	return __atomic_load_n(n, __ATOMIC_SEQ_CST);
}

static void
bells_sound_after_the_commit_only(struct cx *cx)
{
	char why[] = "no";
	int n = 0, other = 0;

	db_on_ring(cx->db, "thing", hear, &n);
	db_on_ring(cx->db, "other", hear, &other);
	must_fail(cx, ERR_INPUT, db_tx(cx, two_things, why));
	assert_int_equal(heard(&n), 0);
	must(cx, db_tx(cx, two_things, NULL));
	assert_true(heard(&n) >= 1);
	assert_int_equal(heard(&other), 0);
	db_ring(cx, "other");
	assert_true(heard(&other) >= 1);
	db_off_ring(cx->db, hear, &n);
	db_off_ring(cx->db, hear, &other);
	n = 0;
	db_ring(cx, "thing");
	assert_int_equal(heard(&n), 0);
}

/* --- clocks --- */

static void
now_is_the_shared_clock(struct cx *cx)
{
	int64_t ms;

	must(cx, db_now(cx, &ms));
	if (db_engine(cx->db) == DB_SQLITE)
		assert_true(ms == TEST_NOW);
	else
		assert_true(ms > INT64_C(1700000000000));
}

static void
statements_are_checked_when_prepared(struct cx *cx)
{
	static const struct sql bad[] = {
		{ "syntax", BOTH("SELEC 1"), 0, 0, "test" },
		{ "column", BOTH("SELECT colour FROM thing"), 0, 0, "test" },
		{ "quoted", BOTH("SELECT \"colour\" FROM thing"), 0, 0,
		    "test" },
		{ "count", BOTH("SELECT id FROM thing WHERE n = $1"), 0, 0,
		    "" },
		{ "count2", BOTH("SELECT id FROM thing WHERE n = $1"), 2, 0,
		    "" },
		{ "twice", BOTH("SELECT id, n AS id FROM thing"), 0, 0,
		    "test" },
	};
	size_t i;

	must(cx, db_prepare(cx, &thing_insert));
	must(cx, db_prepare(cx, &thing_find));
	for (i = 0; i < COUNT_OF(bad); i++)
		must_fail(cx, ERR_BUG, db_prepare(cx, &bad[i]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_BOTH(values_of_every_type_come_back, thing_lists),
		TEST_BOTH(null_comes_back_as_nothing, thing_lists),
		TEST_BOTH(rows_land_by_name_and_in_order, thing_lists),
		TEST_BOTH(a_missing_row_is_missing_and_leaves_the_struct,
		    thing_lists),
		TEST_BOTH(a_column_without_a_field_is_a_bug, thing_lists),
		TEST_BOTH(a_wrong_type_or_count_is_a_bug, thing_lists),
		TEST_BOTH(changed_counts_rows, thing_lists),
		TEST_BOTH(a_second_of_the_same_name_is_a_conflict, thing_lists),
		TEST_BOTH(other_constraints_say_what_they_are, thing_lists),
		TEST_BOTH(a_transaction_commits_whole_or_not_at_all,
		    thing_lists),
		TEST_BOTH(on_conflict_lets_a_transaction_go_on, thing_lists),
		TEST_BOTH(a_failed_statement_is_the_end_of_its_transaction,
		    thing_lists),
		TEST_BOTH(a_transaction_in_a_transaction_is_a_bug, thing_lists),
		TEST_BOTH(the_guard_runs_first_and_can_refuse, thing_lists),
		TEST_BOTH(a_fault_at_any_step_leaves_all_or_nothing,
		    thing_lists),
		TEST_INLINE(a_fault_at_any_step_leaves_all_or_nothing,
		    thing_lists),
		TEST_BOTH(readers_see_only_what_is_committed, thing_lists),
		TEST_BOTH(bells_sound_after_the_commit_only, thing_lists),
		TEST_INLINE(bells_sound_after_the_commit_only, thing_lists),
		TEST_BOTH(now_is_the_shared_clock, thing_lists),
		TEST_BOTH(statements_are_checked_when_prepared, thing_lists),
	};

	return cmocka_run_group_tests_name("db contract", tests, NULL, NULL);
}
