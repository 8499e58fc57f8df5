/*
 * group_test.c - many threads, one committer, and what is handed to it.
 */
#include "things.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/env.h"

enum { THREADS = 16, EACH = 200 };

struct worker {
	const struct cx *from;
	int number;
	int failed; /* units that answered something unexpected */
	int refused;
	struct thread *thread;
};

struct one {
	int worker;
	int i;
};

static enum err
add_one(struct cx *cx, void *arg)
{
	const struct one *one = arg;
	char name[32];
	enum err e;

	snprintf(name, sizeof(name), "w%d-%d", one->worker, one->i);
	if ((e = thing_new(cx, name, 1)) != OK)
		return e;
	return db_exec(cx, thing_add, V("sum"), V(1));
}

static void
run_worker(void *arg)
{
	struct worker *w = arg;
	struct one one = { w->number, 0 };
	struct cx cx;

	cx_child(&cx, w->from);
	for (; one.i < EACH; one.i++)
		if (db_tx(&cx, add_one, &one) != OK) {
			fprintf(stderr, "worker %d: %s\n", w->number, cx.why);
			w->failed++;
		}
	cx_done(&cx);
}

static void
run_workers(struct cx *cx, void (*run)(void *), struct worker *w)
{
	int i;

	for (i = 0; i < THREADS; i++) {
		w[i] = (struct worker){ .from = cx, .number = i };
		w[i].thread = cx->env->start(cx->env, "worker", run, &w[i]);
	}
	for (i = 0; i < THREADS; i++)
		cx->env->join(cx->env, w[i].thread);
}

static void
of_many_threads_nothing_is_lost(struct cx *cx)
{
	struct worker w[THREADS];
	struct thing sum;
	int64_t before;
	int i;

	must(cx, thing_new(cx, "sum", 0));
	before = db_commits(cx->db);
	run_workers(cx, run_worker, w);
	for (i = 0; i < THREADS; i++)
		assert_int_equal(w[i].failed, 0);
	assert_int_equal(db_count(cx, "thing"), THREADS * EACH + 1);
	must(cx, db_one(cx, thing_find, thing_fields, &sum, V("sum")));
	assert_int_equal(sum.n, THREADS * EACH);
	print_message("%d units, %d commits\n", THREADS * EACH,
	    (int)(db_commits(cx->db) - before));
	if (db_engine(cx->db) == DB_SQLITE && !test_db_conf(cx)->inline_writer)
		assert_true(db_commits(cx->db) - before < THREADS * EACH / 3);
}

/* Every third unit meets a name that is taken. */
static void
run_clumsy(void *arg)
{
	struct worker *w = arg;
	struct one one = { w->number, 0 };
	struct cx cx;
	enum err e, want;
	int i;

	cx_child(&cx, w->from);
	for (i = 0; i < EACH; i++) {
		want = i % 3 == 2 ? ERR_CONFLICT : OK;
		one.i = want == OK ? i : i - 1;
		e = db_tx(&cx, add_one, &one);
		w->failed += e != want;
		w->refused += e == ERR_CONFLICT;
	}
	cx_done(&cx);
}

static void
a_unit_that_fails_leaves_its_neighbours_alone(struct cx *cx)
{
	struct worker w[THREADS];
	struct thing sum;
	int i, refused = 0;

	must(cx, thing_new(cx, "sum", 0));
	run_workers(cx, run_clumsy, w);
	for (i = 0; i < THREADS; i++) {
		assert_int_equal(w[i].failed, 0);
		refused += w[i].refused;
	}
	assert_int_equal(refused, THREADS * (EACH / 3));
	assert_int_equal(db_count(cx, "thing"), THREADS * EACH - refused + 1);
	must(cx, db_one(cx, thing_find, thing_fields, &sum, V("sum")));
	assert_int_equal(sum.n, THREADS * EACH - refused);
}

/* --- handed over --- */

struct posted {
	struct lock lock;
	struct signal told;
	struct one one[100];
	int done;
	int ok;
	char why[512];
	enum err e;
};

static void
tell(void *arg, enum err e, const char *why)
{
	struct posted *p = arg;

	lock_take(&p->lock);
	p->done++;
	p->ok += e == OK;
	if (e != OK) {
		p->e = e;
		snprintf(p->why, sizeof(p->why), "%s", why);
	}
	signal_one(&p->told);
	lock_drop(&p->lock);
}

/* arg is the struct posted: each unit takes the next number. */
static enum err
add_next(struct cx *cx, void *arg)
{
	struct posted *p = arg;
	char name[32];

	lock_take(&p->lock);
	snprintf(name, sizeof(name), "p%d", p->one[0].i++);
	lock_drop(&p->lock);
	return thing_new(cx, name, 1);
}

static void
posted_open(struct posted *p)
{
	*p = (struct posted){ 0 };
	lock_open(&p->lock);
	signal_open(&p->told);
}

static void
posted_wait(struct cx *cx, struct posted *p, int n)
{
	lock_take(&p->lock);
	while (p->done < n)
		cx->env->wait(cx->env, &p->told, &p->lock, INT64_MAX);
	lock_drop(&p->lock);
}

static void
what_is_posted_is_durable_when_done_is_called(struct cx *cx)
{
	struct posted p;
	struct db_unit unit = { add_next, tell, &p, 100 };
	int i;

	posted_open(&p);
	for (i = 0; i < 100; i++)
		must(cx, db_post(cx, &unit));
	posted_wait(cx, &p, 100);
	assert_int_equal(p.ok, 100);
	assert_int_equal(db_count(cx, "thing"), 100);
}

static void
a_posted_unit_that_fails_is_told_why(struct cx *cx)
{
	struct posted p;
	struct db_unit unit = { add_next, tell, &p, 100 };

	posted_open(&p);
	must(cx, thing_new(cx, "p0", 1));
	must(cx, db_post(cx, &unit));
	posted_wait(cx, &p, 1);
	assert_int_equal(p.e, ERR_CONFLICT);
	assert_contains(p.why, "thing_insert");
	must(cx, db_post(cx, &unit));
	posted_wait(cx, &p, 2);
	assert_int_equal(p.ok, 1);
	assert_int_equal(db_count(cx, "thing"), 2);
}

/* Nobody looks at the outcome: it may come late. */
static enum err
add_blindly(struct cx *cx, void *arg)
{
	struct posted *p = arg;
	char name[32];

	lock_take(&p->lock);
	snprintf(name, sizeof(name), "p%d", p->one[0].i++ % 100);
	lock_drop(&p->lock);
	return db_exec(cx, thing_insert, V(name), V(1),
	    V((struct bytes){ (const unsigned char *)"body", 4 }), V("x"));
}

static void
posted_units_that_fail_leave_their_neighbours_alone(struct cx *cx)
{
	struct posted p;
	struct db_unit unit = { add_blindly, tell, &p, 100 };
	int i;

	posted_open(&p);
	for (i = 0; i < 150; i++)
		must(cx, db_post(cx, &unit));
	posted_wait(cx, &p, 150);
	/* Bodies may have run twice, so which names are taken is chance; what
	   was called done is there, and nothing else is. */
	assert_true(p.ok >= 50 && p.ok <= 100);
	assert_int_equal(db_count(cx, "thing"), p.ok);
	assert_int_equal(p.e, ERR_CONFLICT);
	assert_contains(p.why, "thing_insert");
}

static void
a_posted_unit_meets_every_fault(struct cx *cx)
{
	struct posted p;
	struct db_unit unit = { add_next, tell, &p, 100 };
	int step;

	posted_open(&p);
	for (step = 1; p.ok == 0; step++) {
		assert_int_equal(db_count(cx, "thing"), 0);
		db_fail_at(cx->db, step);
		must(cx, db_post(cx, &unit));
		posted_wait(cx, &p, step);
		db_fail_at(cx->db, 0);
	}
	assert_int_equal(step - 1, 4); /* begin, insert, commit; then none */
	assert_int_equal(db_count(cx, "thing"), 1);
}

/* --- crews --- */

struct gate {
	struct posted p; /* first */
	bool open;
};

static enum err
wait_at_gate(struct cx *cx, void *arg)
{
	struct gate *g = arg;

	lock_take(&g->p.lock);
	while (!g->open)
		cx->env->wait(cx->env, &g->p.told, &g->p.lock, INT64_MAX);
	lock_drop(&g->p.lock);
	return OK;
}

/* A thing with a name of its own, or one that is taken. */
struct member {
	struct posted *p; /* NULL: gate.p, which is first */
	const char *name;
	int *crews, *calls;
};

static enum err
member_body(struct cx *cx, void *arg)
{
	struct member *m = arg;

	(*m->calls)++;
	return thing_new(cx, m->name, 1);
}

static enum err
member_many(struct cx *cx, void **args, size_t n)
{
	struct member *m;
	size_t i;
	enum err e;

	for (i = 0; i < n; i++) {
		m = args[i];
		(*m->crews) += i == 0;
		if ((e = thing_new(cx, m->name, 1)) != OK)
			return e;
	}
	db_ring(cx, "job");
	return OK;
}

static void
member_told(void *arg, enum err e, const char *why)
{
	tell(((struct member *)arg)->p, e, why);
}

static void
count_up(void *arg)
{
	__atomic_add_fetch((int *)arg, 1, __ATOMIC_RELAXED);
}

/* 50 that wait behind a gate, of which `bad` have a name that is taken. */
static void
post_crew(struct cx *cx, int bad, int *crews, int *calls, int *rung)
{
	struct gate g = { .open = false };
	struct db_unit at_gate = { wait_at_gate, tell, &g.p, 1 };
	struct member m[50];
	int i;

	posted_open(&g.p);
	must(cx, thing_new(cx, "taken", 1));
	db_on_ring(cx->db, "job", count_up, rung);
	must(cx, db_post(cx, &at_gate));
	for (i = 0; i < 50; i++) {
		m[i] = (struct member){ &g.p,
			i >= 25 && i < 25 + bad
			    ? "taken"
			    : arena_printf(cx->mem, "m%d", i),
			crews, calls };
		must(cx,
		    db_post(cx,
			&(struct db_unit){ member_body, member_told, &m[i], 10,
			    member_many }));
	}
	lock_take(&g.p.lock);
	g.open = true;
	signal_all(&g.p.told);
	lock_drop(&g.p.lock);
	posted_wait(cx, &g.p, 51);
	db_off_ring(cx->db, count_up, rung);
	assert_int_equal(g.p.ok, 51 - bad);
	assert_int_equal(db_count(cx, "thing"), 51 - bad);
	if (bad > 0)
		assert_int_equal(g.p.e, ERR_CONFLICT);
}

static void
posted_units_of_a_kind_run_as_one(struct cx *cx)
{
	int crews = 0, calls = 0, rung = 0;

	post_crew(cx, 0, &crews, &calls, &rung);
	assert_int_equal(calls, 0);
	assert_in_range(crews, 1, 2); /* the first may not have waited */
	assert_in_range(rung, 1, 2);
}

static void
of_a_crew_only_the_bad_one_fails(struct cx *cx)
{
	int crews = 0, calls = 0, rung = 0;

	post_crew(cx, 1, &crews, &calls, &rung);
	assert_in_range(crews, 1, 2);
	assert_in_range(calls, 25, 50);
}

/* --- too much --- */

static void
too_much_waiting_is_busy(struct cx *cx)
{
	struct gate g = { .open = false };
	struct db_unit unit = { wait_at_gate, tell, &g.p, 1024 * 1024 };
	int n = 0;
	enum err e;

	posted_open(&g.p);
	while ((e = db_post(cx, &unit)) == OK && n < 10000)
		n++;
	assert_int_equal(e, ERR_BUSY);
	assert_in_range(n, 64, 66); /* 64 MB and what is being run */
	lock_take(&g.p.lock);
	g.open = true;
	signal_all(&g.p.told);
	lock_drop(&g.p.lock);
	posted_wait(cx, &g.p, n);
	assert_int_equal(g.p.ok, n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_BOTH(of_many_threads_nothing_is_lost, thing_lists),
		TEST_INLINE(of_many_threads_nothing_is_lost, thing_lists),
		TEST_BOTH(a_unit_that_fails_leaves_its_neighbours_alone,
		    thing_lists),
		TEST_BOTH(what_is_posted_is_durable_when_done_is_called,
		    thing_lists),
		TEST_INLINE(what_is_posted_is_durable_when_done_is_called,
		    thing_lists),
		TEST_BOTH(a_posted_unit_that_fails_is_told_why, thing_lists),
		TEST_BOTH(posted_units_that_fail_leave_their_neighbours_alone,
		    thing_lists),
		TEST_BOTH(a_posted_unit_meets_every_fault, thing_lists),
		TEST_BOTH(posted_units_of_a_kind_run_as_one, thing_lists),
		TEST_BOTH(of_a_crew_only_the_bad_one_fails, thing_lists),
		TEST_INLINE(a_posted_unit_meets_every_fault, thing_lists),
		TEST_BOTH(too_much_waiting_is_busy, thing_lists),
	};

	return cmocka_run_group_tests_name("db group", tests, NULL, NULL);
}
