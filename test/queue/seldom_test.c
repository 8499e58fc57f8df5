/*
 * seldom_test.c - what a queue meets once in a year: programs that died with
 * words that cannot be told, neighbours that are always faster, more of
 * everything than was meant.
 */
#include "ops.h"

#include "base/arena.h"
#include "queue/recover.h"
#include "queue/row.h"

/* --- a program died --- */

/* One job in its hand, and its lease is over. */
static struct job_ref
wrecked(struct cx *cx, struct desk *desk, const char *set)
{
	struct job_ref ref;
	struct run run;

	calm(cx);
	*desk = desk_new(cx);
	ref = ADD(cx, .tenant = 1);
	must(cx, claim_next(cx, desk, &run));
	exec(cx, "UPDATE job SET lease_until = 1");
	if (set != NULL)
		exec(cx, set);
	exec(cx, "DELETE FROM event");
	script.told = 0;
	return ref;
}

static void
what_cannot_be_told_is_recovered_without(struct cx *cx)
{
	struct desk desk;
	struct job_ref ref = wrecked(cx, &desk, NULL);
	int64_t found;

	script.tell_e = ERR_INPUT;
	must(cx, recover_wrecks(cx, &desk, &found));
	assert_int_equal(found, 1);
	assert_int_equal(script.told, 1);
	assert_state(cx, ref.uuid, "waiting");
	assert_string_equal(job_now(cx, ref.uuid).code, "crashed");
	assert_int_equal(db_count(cx, "event"), 0);
}

/* Nothing is recovered of a job that `e` keeps from being told, `times`. */
static void
assert_not_recovered(struct cx *cx, enum err e, int times)
{
	struct desk desk;
	struct job_ref ref = wrecked(cx, &desk, NULL);
	int64_t found;

	script.tell_e = e;
	must_fail(cx, e, recover_wrecks(cx, &desk, &found));
	assert_int_equal(script.told, times);
	assert_state(cx, ref.uuid, "running");
}

/* A conflict may be gone the next time: it is told again, not left out. */
static void
after_a_conflict_it_is_told_once_more(struct cx *cx)
{
	assert_not_recovered(cx, ERR_CONFLICT, 2);
}

/* The store is busy: the start is tried again as a whole. */
static void
a_busy_store_is_no_reason_to_leave_words_out(struct cx *cx)
{
	assert_not_recovered(cx, ERR_BUSY, 1);
}

static void
nobody_listens_and_it_is_recovered(struct cx *cx)
{
	struct desk desk;
	struct job_ref ref = wrecked(cx, &desk, NULL);
	int64_t found;

	desk.conf.tell = NULL;
	must(cx, recover_wrecks(cx, &desk, &found));
	assert_state(cx, ref.uuid, "waiting");
	assert_int_equal(db_count(cx, "event"), 0);
}

/* The third crash, of a kind that this program does not know any more. */
static void
a_kind_that_is_gone_is_buried(struct cx *cx)
{
	struct desk desk;
	struct job_ref ref = wrecked(cx, &desk,
	    "UPDATE job SET kind = 'gone', suspect = 1, crashes = 2");
	int64_t found;

	must(cx, recover_wrecks(cx, &desk, &found));
	assert_state(cx, ref.uuid, "dead");
	assert_int_equal(script.buried, 0);
	assert_int_equal(told(cx, "job.dead"), 1);
}

static void
a_kind_that_buries_nothing_is_buried(struct cx *cx)
{
	struct desk desk;
	struct job_ref ref = wrecked(cx, &desk,
	    "UPDATE job SET kind = 'ever', suspect = 1, crashes = 2");
	int64_t found;

	must(cx, recover_wrecks(cx, &desk, &found));
	assert_state(cx, ref.uuid, "dead");
	assert_int_equal(script.buried, 0);
}

/* A suspect runs alone, so it is no question whether it had begun. */
static void
a_suspect_counts_as_begun(struct cx *cx)
{
	struct desk desk;
	struct job_ref ref =
	    wrecked(cx, &desk, "UPDATE job SET started_at = 0, suspect = 1");
	int64_t found;

	must(cx, recover_wrecks(cx, &desk, &found));
	assert_state(cx, ref.uuid, "waiting");
	assert_int_equal(job_now(cx, ref.uuid).crashes, 1);
}

enum { WRECKS = 65 }; /* more than PostgreSQL looks at in a slice */

static void
many_wrecks_are_all_recovered(struct cx *cx)
{
	struct desk desk = desk_new(cx);
	struct job_new all[WRECKS];
	int64_t found;
	size_t i;

	calm(cx);
	for (i = 0; i < WRECKS; i++)
		all[i] = (struct job_new){ .kind = "work", .tenant = 1 };
	must(cx, job_add_all(cx, all, WRECKS, NULL));
	exec(cx,
	    "UPDATE job SET state = 'running', lease_owner = 'x', "
	    "lease_until = 1, fence = 1, started_at = 1");
	must(cx, recover_wrecks(cx, &desk, &found));
	assert_int_equal(found, WRECKS);
	assert_int_equal(in_state(cx, "waiting"), WRECKS);
}

/* --- others are faster --- */

static void
a_wreck_that_another_took_is_left_to_it(struct cx *cx)
{
	struct desk desk;
	struct job_ref ref = wrecked(cx, &desk, NULL);
	int64_t found;

	exec(cx,
	    "CREATE TRIGGER faster BEFORE UPDATE ON job "
	    "BEGIN SELECT RAISE(IGNORE); END");
	must(cx, recover_wrecks(cx, &desk, &found));
	exec(cx, "DROP TRIGGER faster");
	assert_int_equal(script.told, 0);
	assert_state(cx, ref.uuid, "running");
}

/* Each time one of that once was there, and was claimed before we met it. */
static void
an_add_gives_up_when_others_are_always_faster(struct cx *cx)
{
	struct job_ref ref;

	calm(cx);
	exec(cx,
	    "CREATE TRIGGER faster BEFORE INSERT ON job "
	    "BEGIN SELECT RAISE(IGNORE); END");
	must_fail(cx, ERR_BUSY,
	    job_add(cx,
		&(struct job_new){
		    .kind = "work",
		    .tenant = 1,
		    .once = "o",
		},
		&ref));
	exec(cx, "DROP TRIGGER faster");
	must(cx,
	    job_add(cx,
		&(struct job_new){
		    .kind = "work",
		    .tenant = 1,
		    .once = "o",
		},
		&ref));
	assert_true(ref.fresh);
}

static void
one_that_another_brought_back_is_not_counted(struct cx *cx)
{
	int64_t n;

	calm(cx);
	(void)ADD(cx, .tenant = 1, .subject = 7);
	(void)ADD(cx, .tenant = 1, .subject = 8);
	exec(cx, "UPDATE job SET state = 'dead'");
	exec(cx,
	    "CREATE TRIGGER faster BEFORE UPDATE ON job WHEN OLD.subject = 7 "
	    "BEGIN SELECT RAISE(IGNORE); END");
	must(cx, job_redrive_all(cx, 1, NULL, &n));
	exec(cx, "DROP TRIGGER faster");
	assert_int_equal(n, 1);
	assert_int_equal(in_state(cx, "waiting"), 1);
}

/* --- many --- */

enum { MORE = 101 }; /* than a slice of dead ones holds */

static void
many_dead(struct cx *cx)
{
	struct job_new all[MORE];
	size_t i;

	calm(cx);
	for (i = 0; i < MORE; i++)
		all[i] = (struct job_new){ .kind = "work", .tenant = 1 };
	must(cx, job_add_all(cx, all, MORE, NULL));
	exec(cx, "UPDATE job SET state = 'dead'");
}

static void
dead_ones_come_back_slice_by_slice(struct cx *cx)
{
	int stop = 1;
	int64_t n;

	many_dead(cx);
	cx->stop = &stop;
	must(cx, job_redrive_all(cx, 1, NULL, &n));
	cx->stop = NULL;
	assert_int_equal(n, MORE - 1);
	must(cx, job_redrive_all(cx, 1, NULL, &n));
	assert_int_equal(n, 1);
	assert_int_equal(in_state(cx, "waiting"), MORE);
}

static void
dead_ones_all_come_back(struct cx *cx)
{
	int64_t n;

	many_dead(cx);
	must(cx, job_redrive_all(cx, 1, NULL, &n));
	assert_int_equal(n, MORE);
}

static void
dead_ones_are_listed_page_by_page(struct cx *cx)
{
	struct job_dead d = { .tenant = 1, .limit = 100 };
	struct job *jobs;
	size_t n;

	many_dead(cx);
	must(cx, job_list_dead(cx, &d, &jobs, &n));
	assert_int_equal(n, 100);
	d.before = jobs[n - 1].id;
	must(cx, job_list_dead(cx, &d, &jobs, &n));
	assert_int_equal(n, MORE - 100);
}

static void
a_trim_ends_between_slices_when_it_is_told_to(struct cx *cx)
{
	enum { DONE = TRIM_SLICE + 1 };
	struct job_new *all = arena_alloc(cx->mem, DONE * sizeof(*all));
	int stop = 1;
	size_t i;

	calm(cx);
	for (i = 0; i < DONE; i++)
		all[i] = (struct job_new){ .kind = "work", .tenant = 1 };
	must(cx, job_add_all(cx, all, DONE, NULL));
	exec(cx, "UPDATE job SET state = 'done', finished_at = 1");
	cx->stop = &stop;
	must(cx, job_trim(cx, 1000));
	cx->stop = NULL;
	assert_int_equal(db_count(cx, "job"), 1);
	must(cx, job_trim(cx, 1000));
	assert_int_equal(db_count(cx, "job"), 0);
}

/* --- a claim --- */

static enum err
two_body(struct cx *cx, void *arg)
{
	return claim_take(cx, arg);
}

static void
of_one_tenant_the_more_urgent_is_first(struct cx *cx)
{
	struct desk desk;
	struct claim c = { .free = 2, .desk = &desk };

	calm(cx);
	desk = desk_new(cx);
	(void)ADD(cx, .tenant = 1, .subject = 1);
	(void)ADD(cx, .tenant = 1, .subject = 2, .prio = -1);
	must(cx, db_tx(cx, two_body, &c));
	assert_int_equal(c.n, 2);
	assert_int_equal(c.jobs[0].subject, 2);
	assert_int_equal(c.jobs[1].subject, 1);
	exec(cx, "UPDATE job SET state = 'done'");
	(void)ADD(cx, .tenant = 1, .subject = 3, .prio = -1);
	(void)ADD(cx, .tenant = 1, .subject = 4);
	must(cx, db_tx(cx, two_body, &c));
	assert_int_equal(c.jobs[0].subject, 3);
	assert_int_equal(c.jobs[1].subject, 4);
}

static void
a_claim_that_cannot_be_told_takes_nothing(struct cx *cx)
{
	struct desk desk;
	struct claim c = { .free = 2, .desk = &desk };

	calm(cx);
	desk = desk_new(cx);
	(void)ADD(cx, .tenant = 1);
	(void)ADD(cx, .tenant = 2);
	script.tell_e = ERR_INPUT;
	must_fail(cx, ERR_INPUT, db_tx(cx, two_body, &c));
	assert_int_equal(script.told, 1);
	assert_int_equal(in_state(cx, "waiting"), 2);
}

/* Another node's lease ends in a minute; before that there is one to do. */
static void
what_is_due_before_a_lease_ends_is_next(struct cx *cx)
{
	struct desk desk;
	int64_t now, at;

	calm(cx);
	desk = desk_new(cx);
	now = shared_now(cx);
	(void)ADD(cx, .tenant = 1);
	exec(cx,
	    arena_printf(cx->mem,
		"UPDATE job SET state = 'running', lease_owner = 'x', "
		"lease_until = %lld",
		(long long)now + 60000));
	(void)ADD(cx, .tenant = 2, .run_at = now + 1000);
	must(cx, claim_due(cx, &desk, &at));
	assert_int_equal(at, now + 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASES(what_cannot_be_told_is_recovered_without),
		CASES(after_a_conflict_it_is_told_once_more),
		CASES(a_busy_store_is_no_reason_to_leave_words_out),
		CASES(nobody_listens_and_it_is_recovered),
		CASES(a_kind_that_is_gone_is_buried),
		CASES(a_kind_that_buries_nothing_is_buried),
		CASES(a_suspect_counts_as_begun),
		CASES(many_wrecks_are_all_recovered),
		TEST_SQLITE(a_wreck_that_another_took_is_left_to_it,
		    queue_lists),
		TEST_SQLITE(an_add_gives_up_when_others_are_always_faster,
		    queue_lists),
		TEST_SQLITE(one_that_another_brought_back_is_not_counted,
		    queue_lists),
		CASES(dead_ones_come_back_slice_by_slice),
		CASES(dead_ones_all_come_back),
		CASES(dead_ones_are_listed_page_by_page),
		CASES(a_trim_ends_between_slices_when_it_is_told_to),
		CASES(of_one_tenant_the_more_urgent_is_first),
		CASES(a_claim_that_cannot_be_told_takes_nothing),
		CASES(what_is_due_before_a_lease_ends_is_next),
	};

	return cmocka_run_group_tests_name("seldom", tests, NULL, NULL);
}
