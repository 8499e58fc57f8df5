/*
 * watch_test.c - the clock and the beat: a database that fails under them, more
 * than one run to look after.
 */
#include "rig.h"

#include <string.h>

#include "base/arena.h"

enum {
	SLOT_S = 60,
	STATEMENTS = 12, /* of the clock's and the clerk's, a slot */
	BRIEF = 5        /* the subject of what is over at once */
};

static void
whichever_statement_fails_no_slot_is_missed(struct cx *cx)
{
	struct runner *r = threads(cx, 2, NULL);
	int64_t before;
	int n, i;

	must(cx, sched_set(cx, 1, "work", SLOT_S));
	for (n = 1; n <= STATEMENTS; n++) {
		before = in_state(cx, "done");
		time_passes(cx, SLOT_S * 1000);
		db_fail_at(cx->db, n);
		for (i = 0; i < AWAIT_MS && db_fail_left(cx->db) > 0; i++) {
			test_clock_advance(cx, 100);
			usleep(1000);
		}
		for (i = 0; i < AWAIT_MS && in_state(cx, "done") == before;
		     i++) {
			test_clock_advance(cx, 10);
			usleep(1000);
		}
		assert_true(in_state(cx, "done") > before);
	}
	runner_close(r, 0);
}

static int64_t
lease_of(struct cx *cx, const char *which)
{
	return number(cx,
	    arena_printf(cx->mem,
		"SELECT min(lease_until) AS n FROM job WHERE subject %s",
		which));
}

static enum err
hold_but_brief(struct cx *cx, const struct job *job)
{
	return job->subject == BRIEF ? OK : hold(cx, job);
}

static void
who_run_long_beside_each_other_keep_their_leases(struct cx *cx)
{
	struct runner *r = threads(cx, 4, hold_but_brief);
	int64_t first, young;
	int i;

	hand.held = 1;
	for (i = 1; i <= 3; i++)
		ADD(cx, .tenant = i, .subject = i);
	await(get(&hand.inside) == 3);
	first = lease_of(cx, "< 4");
	test_clock_advance(cx, JOB_BEAT_MS);
	await(lease_of(cx, "< 4") > first);
	test_clock_advance(cx, JOB_BEAT_MS - 500);
	/* A claim that began before may be under way: not that of job 4. */
	ADD(cx, .tenant = 5, .subject = BRIEF);
	await(in_state(cx, "done") == 1);
	ADD(cx, .tenant = 4, .subject = 4);
	await(get(&hand.inside) == 4);
	first = lease_of(cx, "< 4");
	young = lease_of(cx, "= 4");
	test_clock_advance(cx, 500);
	await(lease_of(cx, "< 4") > first);
	assert_int_equal(lease_of(cx, "= 4"), young); /* left alone */
	__atomic_store_n(&hand.held, 0, __ATOMIC_SEQ_CST);
	await(in_state(cx, "done") == 5);
	assert_int_equal(hand.stopped, 0);
	runner_close(r, 0);
}

/* After the lease of the run that still stands here. */
static void
who_was_claimed_anew_by_the_same_node_is_stopped(struct cx *cx)
{
	struct runner *r = threads(cx, 2, hold);

	hand.held = 1;
	ADD(cx, .tenant = 1, .subject = 1);
	ADD(cx, .tenant = 2, .subject = 2);
	await(get(&hand.inside) == 2);
	exec(cx, "UPDATE job SET fence = fence + 1 WHERE subject = 2");
	test_clock_advance(cx, JOB_BEAT_MS);
	await(get(&hand.stopped) == 1);
	__atomic_store_n(&hand.held, 0, __ATOMIC_SEQ_CST);
	await(in_state(cx, "done") == 1);
	runner_close(r, 0);
	assert_int_equal(in_state(cx, "running"), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASES(whichever_statement_fails_no_slot_is_missed),
		CASES(who_run_long_beside_each_other_keep_their_leases),
		CASES(who_was_claimed_anew_by_the_same_node_is_stopped),
	};

	return cmocka_run_group_tests_name("watch", tests, NULL, NULL);
}
