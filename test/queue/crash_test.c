/*
 * crash_test.c - programs that die, nodes that stand still, and who takes over.
 *
 * A real process is killed: this program, started as
 *
 *	crash_test child PATH
 *
 * opens the database PATH and runs what waits there with eight threads and the
 * machine's own clock, until nothing is left to do.  Its kinds: "work" is OK,
 * "quick" is so at once, "kill" ends the process, "hang" says so on standard
 * output and never ends.
 */
#include "rig.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/env.h"

extern char **environ;

/* --- the child --- */

static enum err
child_work(struct cx *cx, const struct job *job)
{
	return event_add(cx,
	    &(struct event){ .level = "info",
		.step = "worked",
		.job = job->uuid,
		.text = "Worked.",
		.origin = "cloud" });
}

static enum err
child_kill(struct cx *cx, const struct job *job)
{
	(void)cx;
	(void)job;
	kill(getpid(), SIGKILL);
	return OK;
}

static enum err
child_hang(struct cx *cx, const struct job *job)
{
	(void)cx;
	(void)job;
	if (write(STDOUT_FILENO, "!", 1) != 1)
		return ERR_BUG;
	for (;;)
		pause();
}

static enum err
child_quick(struct cx *cx, const struct job *job)
{
	(void)cx;
	(void)job;
	return OK;
}

static const struct job_kind k_quick = { .name = "quick", .run = child_quick };
static const struct job_kind k_work = { .name = "work", .run = child_work };
static const struct job_kind k_kill = { .name = "kill", .run = child_kill };
static const struct job_kind k_hang = { .name = "hang", .run = child_hang };
static const struct job_kind *const child_kinds[] = { &k_work, &k_kill, &k_hang,
	&k_quick, NULL };

static enum err
child_tell(struct cx *cx, const struct job *job, const char *step, enum err e,
    const char *words)
{
	(void)e;
	(void)words;
	return event_add(cx,
	    &(struct event){ .level = "info",
		.step = step,
		.job = job->uuid,
		.text = "Told.",
		.origin = "cloud" });
}

static int
child_fail(const struct cx *cx)
{
	fprintf(stderr, "child: %s\n", cx->why);
	return 1;
}

static int
child(const char *path)
{
	struct env env = env_real();
	struct cx cx = { .env = &env, .mem = arena_new() };
	struct runner_conf conf = { .kinds = child_kinds,
		.workers = 8,
		.tell = child_tell };
	struct runner *r;
	int64_t waiting = 1, running = 0;

	cx.now = env_wall(&env);
	if (db_open(&cx, &(struct db_conf){ .path = path }, &cx.db) != OK ||
	    runner_open(&cx, &conf, &r) != OK)
		return child_fail(&cx);
	while (waiting + running > 0) {
		if (job_count(&cx, 0, "waiting", &waiting) != OK ||
		    job_count(&cx, 0, "running", &running) != OK)
			return child_fail(&cx);
		usleep(1000);
	}
	runner_close(r, 1000);
	db_close(cx.db);
	cx.db = NULL;
	cx_done(&cx);
	return 0;
}

/* --- the parent --- */

static pid_t
start_child(const char *path, const char *crash, int *out)
{
	char self[] = "/proc/self/exe", word[] = "child", *file;
	char *argv[4] = { self, word, NULL, NULL };
	posix_spawn_file_actions_t acts;
	int fds[2];
	pid_t pid;

	argv[2] = file = strdup(path);
	if (pipe(fds) != 0)
		fail_msg("pipe: %s", strerror(errno));
	if (crash != NULL)
		setenv("LOGIVERY_CRASH", crash, 1);
	posix_spawn_file_actions_init(&acts);
	posix_spawn_file_actions_adddup2(&acts, fds[1], STDOUT_FILENO);
	posix_spawn_file_actions_addclose(&acts, fds[0]);
	assert_int_equal(posix_spawn(&pid, self, &acts, NULL, argv, environ),
	    0);
	posix_spawn_file_actions_destroy(&acts);
	unsetenv("LOGIVERY_CRASH");
	close(fds[1]);
	free(file);
	*out = fds[0];
	return pid;
}

/* Wait for it; true: killed, false: it ended well. */
static bool
was_killed(pid_t pid, int out)
{
	int status;

	close(out);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status)) {
		assert_int_equal(WTERMSIG(status), SIGKILL);
		return true;
	}
	assert_int_equal(WEXITSTATUS(status), 0);
	return false;
}

/* The file is the child's while it runs. */
static const char *
let_go(struct cx *cx)
{
	db_close(cx->db);
	cx->db = NULL;
	return test_db_conf(cx)->path;
}

static void
take_back(struct cx *cx)
{
	must(cx, db_open(cx, test_db_conf(cx), &cx->db));
}

static void
what_ran_when_the_program_died_is_suspect(struct cx *cx)
{
	struct job_ref hang =
	    add(cx, &(struct job_new){ .kind = "hang", .tenant = 1 });
	struct runner_conf conf = { .kinds = child_kinds, .tell = child_tell };
	struct runner *r;
	struct job job;
	char mark;
	pid_t pid;
	int out;

	calm(cx);
	pid = start_child(let_go(cx), NULL, &out);
	assert_int_equal(read(out, &mark, 1), 1);
	kill(pid, SIGKILL);
	assert_true(was_killed(pid, out));
	take_back(cx);
	assert_state(cx, hang.uuid, "running");
	must(cx, runner_open(cx, &conf, &r));
	job = job_now(cx, hang.uuid);
	assert_string_equal(job.state, "waiting");
	assert_string_equal(job.code, "crashed");
	assert_int_equal(job.crashes, 1);
	assert_int_equal(job.suspect, 1);
	assert_int_equal(job.attempts, 1);
	runner_close(r, 0);
}

/* Run children on the file until one ends well; how many died. */
static int
run_children(struct cx *cx, const char *crash)
{
	const char *path = let_go(cx);
	int out, died = 0;
	pid_t pid;

	for (;;) {
		pid = start_child(path, crash, &out);
		if (!was_killed(pid, out))
			break;
		assert_true(++died < 20);
		crash = NULL;
	}
	take_back(cx);
	return died;
}

static void
three_crashes_bury_a_job_and_only_it(struct cx *cx)
{
	struct job_ref bad;
	struct job job;
	int i, died;

	for (i = 0; i < 20; i++)
		ADD(cx, .tenant = i % 5);
	bad = add(cx, &(struct job_new){ .kind = "kill", .tenant = 6 });
	for (i = 0; i < 20; i++)
		ADD(cx, .tenant = i % 5);
	died = run_children(cx, NULL);
	assert_int_equal(died, 3);
	job = job_now(cx, bad.uuid);
	assert_string_equal(job.state, "dead");
	assert_string_equal(job.code, "poison");
	assert_int_equal(job.crashes, 3);
	assert_int_equal(number(cx,
			     "SELECT count(*) AS n FROM job WHERE "
			     "state = 'done' AND kind = 'work'"),
	    40);
	/* Bystanders died once at most: then they ran alone. */
	assert_true(number(cx,
			"SELECT max(crashes) AS n FROM job WHERE "
			"kind = 'work'") <= 1);
	must(cx, job_redrive(cx, bad.uuid));
	assert_int_equal(run_children(cx, NULL), 3);
	assert_state(cx, bad.uuid, "dead");
}

#ifdef FAULTS
static void
dying_at_any_point_loses_nothing(struct cx *cx)
{
	static const char *const points[] = { "job.claimed", "job.ran",
		"job.before_done", "job.after_done" };
	char crash[64];
	size_t i;
	int nth, k;

	for (i = 0; i < COUNT_OF(points); i++) {
		for (nth = 1; nth <= 5; nth += 2) {
			exec(cx, "DELETE FROM job");
			exec(cx, "DELETE FROM event");
			for (k = 0; k < 12; k++)
				ADD(cx, .tenant = k % 3, .key = "k");
			snprintf(crash, sizeof(crash), "%s:%d", points[i], nth);
			assert_int_equal(run_children(cx, crash), 1);
			assert_int_equal(number(cx,
					     "SELECT count(*) AS n FROM job "
					     "WHERE state = 'done'"),
			    12);
			assert_int_equal(number(cx,
					     "SELECT count(*) AS n FROM event "
					     "WHERE step = 'done'"),
			    12);
			assert_int_equal(number(cx,
					     "SELECT count(*) AS n FROM event "
					     "WHERE step = 'started'"),
			    number(cx, "SELECT sum(attempts) AS n FROM job"));
		}
	}
}

/* Jobs of 20 tenants, every third with the key of its tenant. */
static void
add_quick(struct cx *cx)
{
	exec(cx, "DELETE FROM job");
	exec(cx, "DELETE FROM event");
	exec(cx,
	    "INSERT INTO job (uuid, kind, tenant, key, subject, state, prio, "
	    "run_at, asleep, created_at) "
	    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
	    "WHERE i < 2000) SELECT 'made by the test, number ' || i, "
	    "'quick', i % 20, CASE WHEN i % 3 = 0 THEN 'k' END, i, 'waiting', "
	    "0, 0, 0, 0 FROM n");
}

static int64_t
count_jobs(struct cx *cx, const char *where)
{
	return number(cx,
	    arena_printf(cx->mem, "SELECT count(*) AS n FROM job WHERE %s",
		where));
}

/* The next start: what had begun is blamed, what may have is not. */
static void
assert_fair_blame(struct cx *cx)
{
	struct runner_conf conf = { .kinds = child_kinds, .tell = child_tell };
	int64_t begun = count_jobs(cx, "state = 'running' AND started_at > 0");
	int64_t ahead = count_jobs(cx, "state = 'running' AND started_at = 0");
	struct runner *r;

	assert_true(begun <= 8);
	calm(cx);
	must(cx, runner_open(cx, &conf, &r));
	runner_close(r, 0);
	assert_int_equal(count_jobs(cx, "crashes = 1"), begun);
	assert_int_equal(count_jobs(cx, "crashes > 1"), 0);
	assert_int_equal(count_jobs(cx, "suspect = 1"), begun + ahead);
	assert_int_equal(count_jobs(cx, "state = 'waiting' AND attempts > 0"),
	    begun);
	assert_int_equal(count_jobs(cx, "state = 'running'"), 0);
}

static void
dying_with_many_claimed_loses_nothing(struct cx *cx)
{
	static const char *const points[] = { "job.claimed", "job.ran",
		"job.before_done", "job.after_done" };
	size_t i;
	pid_t pid;
	int out;

	for (i = 0; i < COUNT_OF(points); i++) {
		add_quick(cx);
		pid = start_child(let_go(cx),
		    arena_printf(cx->mem, "%s:1500", points[i]), &out);
		assert_true(was_killed(pid, out));
		take_back(cx);
		assert_fair_blame(cx);
		assert_int_equal(run_children(cx, NULL), 0);
		assert_int_equal(count_jobs(cx, "state = 'done'"), 2000);
		assert_int_equal(number(cx,
				     "SELECT count(*) AS n FROM event "
				     "WHERE step = 'done'"),
		    2000);
		assert_int_equal(number(cx,
				     "SELECT count(*) AS n FROM event "
				     "WHERE step = 'started'"),
		    number(cx, "SELECT sum(attempts) AS n FROM job"));
	}
}
#endif

/* --- another node (PostgreSQL) --- */

static struct cx *outside; /* the test's own cx, free of fences */
static struct runner *second;
static char second_uuid[37];

static enum err
count_only(struct cx *cx, const struct job *job)
{
	(void)cx;
	assert_int_equal(job->fence, 2);
	assert_int_equal(job->suspect, 1);
	return OK;
}

static enum err
write_one(struct cx *cx, void *arg)
{
	(void)arg;
	return event_add(cx,
	    &(struct event){ .level = "info",
		.step = "late",
		.text = "I was late.",
		.origin = "cloud" });
}

/* We stand still for longer than our lease; the second node takes over; then
   we go on. */
static enum err
stand_still(struct cx *cx, const struct job *job)
{
	bool ran = false;

	memcpy(second_uuid, job->uuid, sizeof(second_uuid));
	must(outside, runner_step(second, outside, &ran));
	assert_false(ran); /* the lease holds */
	time_passes(outside, JOB_LEASE_MS + 1);
	script.hook = count_only;
	run_one(outside, second);
	assert_state(outside, job->uuid, "done");
	assert_int_equal(db_tx(cx, write_one, NULL), ERR_CONFLICT);
	assert_string_equal(cx->code, "lease_lost");
	return OK;
}

static void
a_second_node_takes_over_after_the_lease(struct cx *cx)
{
	struct runner *first;
	struct job job;

	calm(cx);
	outside = cx;
	first = runner_new(cx);
	second = runner_new(cx);
	ADD(cx, .tenant = 1);
	script.hook = stand_still;
	run_one(cx, first);
	job = job_now(cx, second_uuid);
	assert_string_equal(job.state, "done");
	assert_int_equal(job.crashes, 1);
	assert_int_equal(job.attempts, 2);
	assert_int_equal(number(cx,
			     "SELECT count(*) AS n FROM event WHERE "
			     "step = 'late'"),
	    0);
	assert_string_equal(script.steps, "sasd"); /* one done, the second's */
	runner_close(first, 0);
	runner_close(second, 0);
}

static int64_t air_until;

static enum err
call_and_stand_still(struct cx *cx, const struct job *job)
{
	bool ran = false;

	air_until = shared_now(outside) + 60000;
	must(cx, job_air(cx, job, air_until));
	time_passes(outside, JOB_LEASE_MS + 1);
	must(outside, runner_step(second, outside, &ran));
	assert_false(ran); /* taken over, but the call is in the air */
	assert_state(outside, job->uuid, "waiting");
	return OK;
}

static enum err
read_back(struct cx *cx, const struct job *job)
{
	assert_true(job_was_in_air(cx, job));
	return OK;
}

static void
who_takes_over_waits_for_the_call_in_the_air(struct cx *cx)
{
	struct runner *first;
	int64_t at;

	calm(cx);
	outside = cx;
	first = runner_new(cx);
	second = runner_new(cx);
	ADD(cx, .tenant = 1);
	script.hook = call_and_stand_still;
	run_one(cx, first);
	must(cx, runner_next(second, cx, &at));
	assert_int_equal(at, air_until - (JOB_LEASE_MS + 1));
	script.hook = read_back;
	assert_int_equal(run_all(cx, second), 0);
	time_passes(cx, 60000);
	assert_int_equal(run_all(cx, second), 1);
	runner_close(first, 0);
	runner_close(second, 0);
}

static void
a_node_that_goes_on_beating_is_left_alone(struct cx *cx)
{
	struct runner *r;
	int64_t at;

	calm(cx);
	r = runner_new(cx);
	ADD(cx, .tenant = 1);
	exec(cx, "UPDATE job SET state = 'running', lease_owner = 'other'");
	exec(cx,
	    arena_printf(cx->mem, "UPDATE job SET lease_until = %lld",
		(long long)shared_now(cx) + 5000));
	assert_int_equal(run_all(cx, r), 0);
	must(cx, runner_next(r, cx, &at));
	assert_true(at <= shared_now(cx) + 5001);
	time_passes(cx, 5001);
	assert_int_equal(run_all(cx, r), 1);
	runner_close(r, 0);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST_SQLITE(what_ran_when_the_program_died_is_suspect,
		    queue_lists),
		TEST_SQLITE(three_crashes_bury_a_job_and_only_it, queue_lists),
#ifdef FAULTS
		TEST_SQLITE(dying_at_any_point_loses_nothing, queue_lists),
		TEST_SQLITE(dying_with_many_claimed_loses_nothing, queue_lists),
#endif
		TEST_PG(a_second_node_takes_over_after_the_lease, queue_lists),
		TEST_PG(who_takes_over_waits_for_the_call_in_the_air,
		    queue_lists),
		TEST_PG(a_node_that_goes_on_beating_is_left_alone, queue_lists),
	};

	if (argc == 3 && strcmp(argv[1], "child") == 0)
		return child(argv[2]);
	return cmocka_run_group_tests_name("crash", tests, NULL, NULL);
}
