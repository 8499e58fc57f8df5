/*
 * steps_test.c - what the rest of a program asks of the queue, each step
 * failing once: all or nothing is left, and tried again it is done.
 */
#include "ops.h"

#include "base/arena.h"

static struct job_new
once_job(int64_t prio)
{
	return (struct job_new){ .kind = "work",
		.tenant = 1,
		.once = "x",
		.prio = prio };
}

/* adding */

static enum err
add_one(struct cx *cx, struct world *w)
{
	struct job_new in = once_job(0);

	return job_add(cx, &in, &w->other);
}

static void
one_waits(struct cx *cx, struct world *w)
{
	assert_jobs(cx, "waiting", 1);
	assert_true(w->other.fresh);
}

static void
one_of_prio_5(struct cx *cx, struct world *w)
{
	w->ref = ADD(cx, .tenant = 1, .once = "x", .prio = 5,
	    .run_at = cx->now + HOUR);
}

static enum err
add_before(struct cx *cx, struct world *w)
{
	struct job_new in = once_job(3);

	return job_add(cx, &in, &w->other);
}

static void
met_with_prio_3(struct cx *cx, struct world *w)
{
	assert_jobs(cx, "waiting", 1);
	assert_false(w->other.fresh);
	assert_string_equal(w->other.uuid, w->ref.uuid);
	assert_int_equal(job_now(cx, w->ref.uuid).prio, 3);
}

static enum err
add_by_hand(struct cx *cx, struct world *w)
{
	struct job_new in = once_job(-1);

	return job_add_or_running(cx, &in, &w->other);
}

static void
met_and_hastened(struct cx *cx, struct world *w)
{
	assert_string_equal(w->other.uuid, w->ref.uuid);
	assert_int_equal(job_now(cx, w->ref.uuid).prio, -1);
	assert_true(job_now(cx, w->ref.uuid).run_at <= cx->now);
}

static enum err
add_many(struct cx *cx, struct world *w)
{
	struct job_new in[] = {
		{ .kind = "work", .tenant = 1 },
		{ .kind = "work", .tenant = 1, .once = "x" },
		{ .kind = "work", .tenant = 1, .once = "x" },
	};

	(void)w;
	return job_add_all(cx, in, COUNT_OF(in), NULL);
}

static void
one_of_that_once(struct cx *cx, struct world *w)
{
	w->ref = ADD(cx, .tenant = 1, .once = "o");
}

/* The first of them waits already. */
static enum err
add_many_met(struct cx *cx, struct world *w)
{
	struct job_new in[] = {
		{ .kind = "work", .tenant = 1, .once = "o", .prio = -1 },
		{ .kind = "work", .tenant = 1 },
	};

	(void)w;
	return job_add_all(cx, in, COUNT_OF(in), NULL);
}

static void
two_wait(struct cx *cx, struct world *w)
{
	(void)w;
	assert_jobs(cx, "waiting", 2);
}

/* moving by hand */

static void
one_dead(struct cx *cx, struct world *w)
{
	w->ref = ADD(cx, .tenant = 1);
	exec(cx, "UPDATE job SET state = 'dead', attempts = 3");
}

static void
two_dead(struct cx *cx, struct world *w)
{
	one_dead(cx, w);
	w->other = ADD(cx, .tenant = 1);
	exec(cx, "UPDATE job SET state = 'dead', attempts = 3");
}

static enum err
redrive(struct cx *cx, struct world *w)
{
	return job_redrive(cx, w->ref.uuid);
}

static void
it_waits_anew(struct cx *cx, struct world *w)
{
	assert_state(cx, w->ref.uuid, "waiting");
	assert_int_equal(job_now(cx, w->ref.uuid).attempts, 0);
}

static enum err
redrive_all(struct cx *cx, struct world *w)
{
	return job_redrive_all(cx, 1, NULL, &w->n);
}

static void
all_wait_anew(struct cx *cx, struct world *w)
{
	it_waits_anew(cx, w);
	assert_jobs(cx, "waiting", 2);
	assert_int_equal(w->n, 2);
}

static void
one_that_parks(struct cx *cx, struct world *w)
{
	w->ref = add(cx, &(struct job_new){ .kind = "parks", .tenant = 1 });
	w->other = ADD(cx, .tenant = 1);
}

static enum err
park(struct cx *cx, struct world *w)
{
	(void)w;
	return job_park(cx, 1, kinds, "disconnected", "It is not linked.");
}

static void
it_is_parked(struct cx *cx, struct world *w)
{
	assert_state(cx, w->ref.uuid, "parked");
	assert_string_equal(job_now(cx, w->ref.uuid).code, "disconnected");
	assert_state(cx, w->other.uuid, "waiting");
}

static void
one_parked(struct cx *cx, struct world *w)
{
	one_that_parks(cx, w);
	must(cx, park(cx, w));
}

static enum err
unpark(struct cx *cx, struct world *w)
{
	(void)w;
	return job_unpark(cx, 1);
}

static enum err
drop(struct cx *cx, struct world *w)
{
	(void)w;
	return job_drop_tenant(cx, 1);
}

static void
none_is_left(struct cx *cx, struct world *w)
{
	(void)w;
	assert_int_equal(db_count(cx, "job"), 0);
	assert_int_equal(db_count(cx, "turn"), 0);
}

static void
old_ones(struct cx *cx, struct world *w)
{
	two_dead(cx, w);
	exec(cx,
	    arena_printf(cx->mem,
		"UPDATE job SET finished_at = 1, state = CASE uuid WHEN '%s' "
		"THEN 'done' ELSE 'dead' END",
		w->ref.uuid));
}

static enum err
trim(struct cx *cx, struct world *w)
{
	(void)w;
	return job_trim(cx, HOUR);
}

/* asking */

static enum err
look(struct cx *cx, struct world *w)
{
	struct job_dead d = { .tenant = 1, .limit = 5 };
	struct job *jobs;
	struct job job;
	size_t n, nlist;
	enum err e;

	if ((e = job_find(cx, w->ref.uuid, &job)) != OK ||
	    (e = job_list(cx, 1, "dead", 0, 5, &jobs, &nlist)) != OK ||
	    (e = job_list_dead(cx, &d, &jobs, &n)) != OK ||
	    (e = job_count(cx, 1, "dead", &w->n)) != OK)
		return e;
	assert_string_equal(job.uuid, w->ref.uuid);
	assert_int_equal(n, nlist);
	return OK;
}

static void
two_were_seen(struct cx *cx, struct world *w)
{
	(void)cx;
	assert_int_equal(w->n, 2);
}

/* the log */

static enum err
tell_one(struct cx *cx, struct world *w)
{
	(void)w;
	return event_add(cx,
	    &(struct event){ .level = "info",
		.step = "told",
		.text = "Told.",
		.origin = "cloud" });
}

static void
one_is_told(struct cx *cx, struct world *w)
{
	(void)w;
	assert_int_equal(told(cx, "told"), 1);
}

static void
three_told(struct cx *cx, struct world *w)
{
	int i;

	for (i = 0; i < 3; i++)
		must(cx, tell_one(cx, w));
	exec(cx,
	    "UPDATE event SET at = 1 WHERE id = (SELECT min(id) FROM event)");
}

static enum err
search(struct cx *cx, struct world *w)
{
	struct event_filter f = { .q = "old", .limit = 5 };
	struct event *rows;
	size_t n;
	int64_t rest;
	enum err e = event_page(cx, &f, &rows, &n, &rest);

	if (e == OK)
		w->n = (int64_t)n;
	return e;
}

static void
three_were_seen(struct cx *cx, struct world *w)
{
	(void)cx;
	assert_int_equal(w->n, 3);
}

static enum err
trim_log(struct cx *cx, struct world *w)
{
	(void)w;
	return event_trim(cx, HOUR, 1);
}

static void
trim_to_one(struct cx *cx, struct world *w)
{
	one_is_told(cx, w);
}

/* schedules */

static enum err
set_slot(struct cx *cx, struct world *w)
{
	(void)w;
	return sched_set(cx, 1, "work", 60);
}

static void
slot_is_set(struct cx *cx, struct world *w)
{
	(void)w;
	assert_int_equal(db_count(cx, "sched"), 1);
	assert_int_equal(db_count(cx, "sched_off"), 0);
}

static void
one_slot(struct cx *cx, struct world *w)
{
	must(cx, set_slot(cx, w));
}

static void
paused_slot(struct cx *cx, struct world *w)
{
	must(cx, set_slot(cx, w));
	must(cx, sched_pause(cx, 1, true));
}

static void
due_slots(struct cx *cx, struct world *w)
{
	must(cx, set_slot(cx, w));
	must(cx, sched_set(cx, 2, "work", 60));
	exec(cx, "UPDATE sched SET next_at = 60000");
}

static enum err
pause_slots(struct cx *cx, struct world *w)
{
	(void)w;
	return sched_pause(cx, 1, true);
}

static void
slots_are_off(struct cx *cx, struct world *w)
{
	(void)w;
	assert_int_equal(db_count(cx, "sched"), 1);
	assert_int_equal(db_count(cx, "sched_off"), 1);
}

static enum err
resume_slots(struct cx *cx, struct world *w)
{
	(void)w;
	return sched_pause(cx, 1, false);
}

static enum err
drop_slots(struct cx *cx, struct world *w)
{
	(void)w;
	return sched_drop_tenant(cx, 1);
}

static void
no_slot_is_left(struct cx *cx, struct world *w)
{
	(void)w;
	assert_int_equal(db_count(cx, "sched"), 0);
	assert_int_equal(db_count(cx, "sched_off"), 0);
}

static enum err
fire(struct cx *cx, struct world *w)
{
	return sched_step(cx, &w->n);
}

static void
each_slot_fired_once(struct cx *cx, struct world *w)
{
	struct sched *rows;
	size_t n;

	(void)w;
	assert_jobs(cx, "waiting", 2);
	must(cx, sched_list(cx, 1, &rows, &n));
	assert_true(rows[0].next_at > 60000);
	assert_non_null(rows[0].last_job);
}

static const struct op ops[] = {
	{ "add", NULL, add_one, one_waits },
	{ "add_before", one_of_prio_5, add_before, met_with_prio_3 },
	{ "add_by_hand", one_of_prio_5, add_by_hand, met_and_hastened },
	{ "add_many", NULL, add_many, two_wait },
	{ "add_many_met", one_of_that_once, add_many_met, two_wait },
	{ "redrive", one_dead, redrive, it_waits_anew },
	{ "redrive_all", two_dead, redrive_all, all_wait_anew },
	{ "park", one_that_parks, park, it_is_parked },
	{ "unpark", one_parked, unpark, it_waits },
	{ "drop", one_that_parks, drop, none_is_left },
	{ "trim", old_ones, trim, none_is_left, true },
	{ "look", two_dead, look, two_were_seen },
	{ "tell", NULL, tell_one, one_is_told },
	{ "search", three_told, search, three_were_seen },
	{ "trim_log", three_told, trim_log, trim_to_one, true },
	{ "set_slot", NULL, set_slot, slot_is_set },
	{ "pause_slots", one_slot, pause_slots, slots_are_off },
	{ "resume_slots", paused_slot, resume_slots, slot_is_set },
	{ "drop_slots", paused_slot, drop_slots, no_slot_is_left },
	{ "fire", due_slots, fire, each_slot_fired_once, true },
};

static void
every_request_is_all_or_nothing(struct cx *cx)
{
	sweep_ops(cx, ops, COUNT_OF(ops));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASES(every_request_is_all_or_nothing),
	};

	return cmocka_run_group_tests_name("steps", tests, NULL, NULL);
}
