/*
 * pg_test.c - what only PostgreSQL does: races, lost connections, other nodes.
 */
#include "things.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/env.h"
#include "lib/pg.h"
#include "lib/pg_cut.h"

/* clang-format off */
static const struct sql serializable = { "serializable", BOTH(
	"SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"), 0, 0, "test" };
static const struct sql always_races = { "always_races", BOTH(
	"DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$"),
	0, 0, "test" };
static const struct sql impatient = { "impatient", BOTH(
	"SET LOCAL statement_timeout = '50ms'"), 0, 0, "test" };
static const struct sql slow = { "slow", BOTH("SELECT pg_sleep(20)"), 0, 0,
	"test" };
/* clang-format on */

static void
hang_up_on_everybody(struct cx *cx)
{
	test_pg_exec(test_db_conf(cx)->url,
	    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
	    "WHERE datname = current_database() AND pid <> pg_backend_pid()");
}

/* --- races --- */

/* Two who meet once: the first time, each waits until the other is there. */
struct meeting {
	struct lock lock;
	struct signal came;
	int there;
};

struct racer {
	struct cx cx;
	struct meeting *m;
	const char *first;
	const char *second;
	int tries;
	enum err e;
	struct thread *thread;
};

static void
meet(struct racer *r)
{
	struct env *env = r->cx.env;

	if (++r->tries > 1)
		return;
	lock_take(&r->m->lock);
	r->m->there++;
	signal_all(&r->m->came);
	while (r->m->there < 2)
		env->wait(env, &r->m->came, &r->m->lock, INT64_MAX);
	lock_drop(&r->m->lock);
}

static enum err
add_seen(struct cx *cx, void *arg)
{
	struct racer *r = arg;
	struct thing t;
	enum err e;

	if ((e = db_exec(cx, serializable)) != OK)
		return e;
	e = db_one(cx, thing_find, thing_fields, &t, V("sum"));
	if (e != OK)
		return e;
	meet(r);
	db_ring(cx, "raced");
	return db_exec(cx, thing_add, V("sum"), V(t.n + 1));
}

static enum err
lock_crosswise(struct cx *cx, void *arg)
{
	struct racer *r = arg;
	enum err e;

	if ((e = db_exec(cx, thing_add, V(r->first), V(1))) != OK)
		return e;
	meet(r);
	return db_exec(cx, thing_add, V(r->second), V(1));
}

static void
run_seen(void *arg)
{
	struct racer *r = arg;

	r->e = db_tx(&r->cx, add_seen, r);
}

static void
run_crosswise(void *arg)
{
	struct racer *r = arg;

	r->e = db_tx(&r->cx, lock_crosswise, r);
}

/* How often their bodies ran, in all. */
static int
race(struct cx *cx, void (*run)(void *), const char *a, const char *b)
{
	struct meeting m = { .there = 0 };
	struct racer r[2] = { { .m = &m, .first = a, .second = b },
		{ .m = &m, .first = b, .second = a } };
	int i, tries = 0;

	lock_open(&m.lock);
	signal_open(&m.came);
	for (i = 0; i < 2; i++) {
		cx_child(&r[i].cx, cx);
		r[i].thread = cx->env->start(cx->env, "racer", run, &r[i]);
	}
	for (i = 0; i < 2; i++) {
		cx->env->join(cx->env, r[i].thread);
		must(&r[i].cx, r[i].e);
		tries += r[i].tries;
		cx_done(&r[i].cx);
	}
	return tries;
}

static void
who_loses_a_race_runs_again(struct cx *cx)
{
	struct thing t;

	must(cx, thing_new(cx, "sum", 1));
	assert_int_equal(race(cx, run_seen, "", ""), 3);
	must(cx, db_one(cx, thing_find, thing_fields, &t, V("sum")));
	assert_int_equal(t.n, 1 + 2 + 4); /* 1, then 1 + 2, then 3 + 4 */
}

static void
who_is_shot_in_a_deadlock_runs_again(struct cx *cx)
{
	struct thing t;

	must(cx, thing_new(cx, "a", 0));
	must(cx, thing_new(cx, "b", 0));
	assert_int_equal(race(cx, run_crosswise, "a", "b"), 3);
	must(cx, db_one(cx, thing_find, thing_fields, &t, V("a")));
	assert_int_equal(t.n, 2);
	must(cx, db_one(cx, thing_find, thing_fields, &t, V("b")));
	assert_int_equal(t.n, 2);
}

static enum err
lose(struct cx *cx, void *arg)
{
	++*(int *)arg;
	return db_exec(cx, always_races);
}

static void
after_five_lost_races_it_is_busy(struct cx *cx)
{
	int tries = 0;

	must_fail(cx, ERR_BUSY, db_tx(cx, lose, &tries));
	assert_int_equal(tries, 5);
}

static enum err
run_slow(struct cx *cx, void *arg)
{
	enum err e;

	(void)arg;
	if ((e = db_exec(cx, impatient)) != OK)
		return e;
	return db_exec(cx, slow);
}

static void
a_statement_that_takes_too_long_is_busy(struct cx *cx)
{
	must_fail(cx, ERR_BUSY, db_tx(cx, run_slow, NULL));
	assert_contains(cx->why, "timeout");
	must(cx, thing_new(cx, "a", 1));
}

/* --- bells of other nodes --- */

static void
hear(void *arg)
{
	__atomic_add_fetch((int *)arg, 1, __ATOMIC_SEQ_CST);
}

static bool
heard_within(int *n, int ms)
{
	for (; ms > 0; ms -= 5) {
		if (__atomic_load_n(n, __ATOMIC_SEQ_CST) > 0)
			return true;
		usleep(5000);
	}
	return false;
}

static enum err
ring(struct cx *cx, void *arg)
{
	enum err e;

	if ((e = thing_new(cx, "rung", 1)) != OK)
		return e;
	db_ring(cx, "job");
	return arg == NULL ? OK : cx_fail(cx, ERR_INPUT, "no");
}

static void
other_nodes_hear_bells_after_the_commit(struct cx *cx)
{
	int n = 0, yes;
	struct cx node;

	cx_child(&node, cx);
	must(cx, db_open(cx, test_db_conf(cx), &node.db));
	db_on_ring(node.db, "job", hear, &n);
	must_fail(cx, ERR_INPUT, db_tx(cx, ring, &yes));
	assert_false(heard_within(&n, 100));
	must(cx, db_tx(cx, ring, NULL));
	assert_true(heard_within(&n, 5000));
	n = 0;
	db_ring(cx, "event");
	assert_false(heard_within(&n, 100));
	db_ring(cx, "job");
	assert_true(heard_within(&n, 5000));
	db_close(node.db);
	cx_done(&node);
}

static void
our_own_bell_sounds_once(struct cx *cx)
{
	int n = 0;

	db_on_ring(cx->db, "job", hear, &n);
	must(cx, db_tx(cx, ring, NULL));
	usleep(100000);
	assert_int_equal(n, 1);
}

static void
a_listener_that_was_cut_off_hears_again(struct cx *cx)
{
	int n = 0, lost = 0;
	struct cx node;

	cx_child(&node, cx);
	must(cx, db_open(cx, test_db_conf(cx), &node.db));
	db_on_ring(node.db, "job", hear, &n);
	db_on_disk_lost(node.db, hear, &lost);
	hang_up_on_everybody(cx);
	assert_true(heard_within(&n, 5000)); /* some may have been missed */
	assert_int_equal(lost, 0);           /* that is no news of a disk */
	n = 0;
	must(cx, db_tx(cx, ring, NULL));
	assert_true(heard_within(&n, 5000));
	db_close(node.db);
	cx_done(&node);
}

/* --- lost connections --- */

static void
connections_that_were_cut_are_made_again(struct cx *cx)
{
	must(cx, thing_new(cx, "a", 1));
	assert_int_equal(db_count(cx, "thing"), 1);
	hang_up_on_everybody(cx);
	assert_int_equal(db_count(cx, "thing"), 1); /* seen before use */
	must(cx, thing_new(cx, "b", 1));
}

static enum err
hang_up_in_between(struct cx *cx, void *arg)
{
	enum err e;

	if ((e = thing_new(cx, "a", 1)) != OK)
		return e;
	hang_up_on_everybody(arg);
	return thing_new(cx, "b", 1);
}

static void
a_transaction_that_is_cut_off_leaves_nothing(struct cx *cx)
{
	must_fail(cx, ERR_STORE, db_tx(cx, hang_up_in_between, cx));
	assert_int_equal(db_count(cx, "thing"), 0);
	must(cx, thing_new(cx, "a", 1));
}

static enum err
stand_still(struct cx *cx, void *arg)
{
	struct cx *other = arg;
	enum err e;

	if ((e = thing_new(cx, "a", 1)) != OK)
		return e;
	must(other, thing_new(other, "a", 2)); /* waits for ours */
	return thing_new(cx, "b", 1);
}

static void
who_stands_still_in_a_transaction_holds_up_nobody_for_long(struct cx *cx)
{
	struct cx node;

	cx_child(&node, cx);
	must(cx, db_open(cx, test_db_conf(cx), &node.db));
	must_fail(cx, ERR_STORE, db_tx(cx, stand_still, &node));
	assert_int_equal(db_count(cx, "thing"), 1); /* the other one's */
	must(cx, thing_new(cx, "b", 1));
	db_close(node.db);
	cx_done(&node);
}

struct told {
	_Atomic int done;
	enum err e;
};

static void
tell(void *arg, enum err e, const char *why)
{
	struct told *t = arg;

	(void)why;
	t->e = e;
	t->done = 1;
}

static enum err
post_and_wait(struct cx *cx, enum err (*body)(struct cx *, void *))
{
	struct told t = { 0 };
	struct db_unit unit = { body, tell, &t, 10 };

	/* The body gets the unit's argument: it wants none. */
	must(cx, db_post(cx, &unit));
	while (!t.done)
		usleep(1000);
	return t.e;
}

static const struct cx *cut_cx; /* whose connections cut_body cuts */

static enum err
cut_body(struct cx *cx, void *arg)
{
	enum err e;

	(void)arg;
	if ((e = thing_new(cx, "a", 1)) != OK)
		return e;
	test_pg_exec(test_db_conf(cut_cx)->url,
	    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
	    "WHERE datname = current_database() AND pid <> pg_backend_pid()");
	return OK;
}

static enum err
plain_body(struct cx *cx, void *arg)
{
	(void)arg;
	return thing_new(cx, "b", 1);
}

static void
a_posted_unit_that_is_cut_off_is_told(struct cx *cx)
{
	cut_cx = cx;
	assert_int_equal(post_and_wait(cx, plain_body), OK);
	assert_int_equal(post_and_wait(cx, cut_body), ERR_STORE);
	assert_int_equal(db_count(cx, "thing"), 1);
	assert_int_equal(post_and_wait(cx, plain_body), ERR_CONFLICT);
}

/* --- a commit whose answer is lost --- */

static enum err
add_once(struct cx *cx, void *arg)
{
	++*(int *)arg;
	return thing_new(cx, "a", 1);
}

static void
a_commit_without_an_answer_is_told_and_not_run_again(struct cx *cx)
{
	struct cx node;
	struct pg_cut *cut = pg_cut_node(cx, 2, &node);
	int tries = 0;

	pg_cut_at(cut, 1);
	must_fail(&node, ERR_STORE, db_tx(&node, add_once, &tries));
	assert_contains(node.why, "whether it was committed is not known");
	assert_int_equal(tries, 1);
	assert_int_equal(pg_cut_done(cut), 1);
	assert_int_equal(db_count(&node, "thing"), 1);
	/* Whoever repeats it is told by the key that it is there. */
	must_fail(&node, ERR_CONFLICT, db_tx(&node, add_once, &tries));
	must_fail(&node, ERR_MISSING,
	    db_one(&node, thing_offer, thing_fields, &(struct thing){ 0 },
		V("a")));
	assert_int_equal(db_count(&node, "thing"), 1);
	pg_cut_node_close(cut, &node);
}

static _Atomic int bodies; /* how often counted_body ran */

static enum err
counted_body(struct cx *cx, void *arg)
{
	(void)arg;
	return thing_new(cx, arena_printf(cx->mem, "c%d", ++bodies), 1);
}

/* A batch of the committer's: all of it hears the same, none is run again. */
static void
posted_units_without_an_answer_are_told_and_not_run_again(struct cx *cx)
{
	struct cx node;
	struct pg_cut *cut = pg_cut_node(cx, 2, &node);
	struct told t[5] = { 0 };
	struct db_unit unit = { counted_body, tell, NULL, 10 };
	size_t i;
	int lost = 0;

	bodies = 0;
	pg_cut_at(cut, 1);
	for (i = 0; i < COUNT_OF(t); i++) {
		unit.arg = &t[i];
		must(&node, db_post(&node, &unit));
	}
	for (i = 0; i < COUNT_OF(t); i++) {
		while (!t[i].done)
			usleep(1000);
		assert_true(t[i].e == OK || t[i].e == ERR_STORE);
		lost += t[i].e == ERR_STORE;
	}
	assert_int_equal(pg_cut_done(cut), 1);
	assert_true(lost > 0);
	assert_int_equal(bodies, COUNT_OF(t));
	assert_int_equal(db_count(&node, "thing"), COUNT_OF(t));
	pg_cut_node_close(cut, &node);
}

static void
a_server_that_comes_back_is_used_again(struct cx *cx)
{
	int i;

	must(cx, thing_new(cx, "a", 1));
	if (!test_pg_crash()) {
		printf("skip: the server is not this test's to stop\n");
		skip();
	}
	for (i = 0; i < 10; i++)
		must_fail(cx, ERR_STORE, thing_new(cx, "b", 1));
	assert_contains(cx->why, "the database is away");
	assert_true(test_pg_start_again());
	for (i = 0; i < 300 && thing_new(cx, "b", 1) != OK; i++)
		usleep(50000);
	assert_int_equal(db_count(cx, "thing"), 2);
}

static void
a_server_that_is_not_there_says_so_without_the_password(void **state)
{
	struct cx *cx = *state;
	struct db_conf conf = {
		.url = "postgresql://me:geheim@127.0.0.1:1/x",
	};
	struct db *db = NULL;

	must_fail(cx, ERR_STORE, db_open(cx, &conf, &db));
	assert_contains(cx->why, "PostgreSQL");
	assert_null(strstr(cx->why, "geheim"));
	assert_null(db);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_PG(who_loses_a_race_runs_again, thing_lists),
		TEST_PG(who_is_shot_in_a_deadlock_runs_again, thing_lists),
		TEST_PG(after_five_lost_races_it_is_busy, thing_lists),
		TEST_PG(a_statement_that_takes_too_long_is_busy, thing_lists),
		TEST_PG(other_nodes_hear_bells_after_the_commit, thing_lists),
		TEST_PG(our_own_bell_sounds_once, thing_lists),
		TEST_PG(a_listener_that_was_cut_off_hears_again, thing_lists),
		TEST_PG(connections_that_were_cut_are_made_again, thing_lists),
		TEST_PG(a_transaction_that_is_cut_off_leaves_nothing,
		    thing_lists),
		TEST_PG(
		    who_stands_still_in_a_transaction_holds_up_nobody_for_long,
		    thing_lists),
		TEST_PG(a_posted_unit_that_is_cut_off_is_told, thing_lists),
		TEST_PG(a_commit_without_an_answer_is_told_and_not_run_again,
		    thing_lists),
		TEST_PG(
		    posted_units_without_an_answer_are_told_and_not_run_again,
		    thing_lists),
		TEST_PG(a_server_that_comes_back_is_used_again, thing_lists),
		TEST(a_server_that_is_not_there_says_so_without_the_password),
	};

	return cmocka_run_group_tests_name("db pg", tests, NULL, NULL);
}
