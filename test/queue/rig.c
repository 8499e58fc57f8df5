/*
 * rig.c - see rig.h.
 */
#include "rig.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/env.h"
#include "queue/row.h"

const struct migration *const queue_lists[1] = { schema_queue };
struct script script;

static enum err
play(struct cx *cx, const struct job *job)
{
	int n = __atomic_fetch_add(&script.ran, 1, __ATOMIC_SEQ_CST);

	if (n < TOLD_MAX)
		script.order[n] = job->subject;
	if (script.hook != NULL)
		return script.hook(cx, job);
	if (script.e == OK)
		return OK;
	cx_fail_code(cx, script.e, script.code != NULL ? script.code : "",
	    "as told");
	cx->wait_ms = script.wait_ms;
	return script.e;
}

static enum err
bury(struct cx *cx, const struct job *job, enum err e)
{
	(void)job;
	script.buried++;
	script.buried_for = e;
	if (script.buried_e != OK)
		return cx_fail(cx, script.buried_e, "buried as told");
	return event_add(cx,
	    &(struct event){ .level = "error",
		.step = "buried",
		.text = "Gave up.",
		.origin = "cloud" });
}

static const struct job_kind work = {
	.name = "work",
	.title = "Work",
	.run = play,
	.buried = bury,
	.attempts = 3,
	.backoff_s = 10,
	.backoff_max_s = 60,
};

static const struct job_kind parking = {
	.name = "parks",
	.title = "Work that parks",
	.run = play,
	.buried = bury,
	.attempts = 3,
	.backoff_s = 10,
	.parks = true,
};

static const struct job_kind ever = {
	.name = "ever",
	.title = "Work for ever",
	.run = play,
};

const struct job_kind *const kinds[] = { &work, &parking, &ever, NULL };

static enum err
tell(struct cx *cx, const struct job *job, const char *step, enum err e,
    const char *words)
{
	int n = __atomic_fetch_add(&script.told, 1, __ATOMIC_SEQ_CST);
	char name[32];

	(void)e;
	if (script.tell_e != OK)
		return cx_fail(cx, script.tell_e, "tell as told");
	if (n + 1 < TOLD_MAX)
		script.steps[n] = step[0];
	script.last = *job;
	snprintf(script.words, sizeof(script.words), "%s",
	    words == NULL ? "" : words);
	snprintf(name, sizeof(name), "job.%s", step);
	return event_add(cx,
	    &(struct event){ .level = "info",
		.step = name,
		.job = job->uuid,
		.text = "Told.",
		.origin = "cloud" });
}

void
calm(struct cx *cx)
{
	memset(&script, 0, sizeof(script));
	cx->env->start = NULL;
}

struct runner *
runner_new(struct cx *cx)
{
	struct runner_conf conf = { .kinds = kinds, .tell = tell };
	struct runner *r;

	must(cx, runner_open(cx, &conf, &r));
	return r;
}

struct runner *
threads(struct cx *cx, int workers,
    enum err (*hook)(struct cx *, const struct job *))
{
	struct runner_conf conf = { .kinds = kinds, .workers = workers };

	return threads_as(cx, &conf, hook);
}

struct runner *
threads_as(struct cx *cx, const struct runner_conf *conf,
    enum err (*hook)(struct cx *, const struct job *))
{
	struct runner *r;

	memset(&script, 0, sizeof(script));
	memset(&hand, 0, sizeof(hand));
	script.hook = hook;
	must(cx, runner_open(cx, conf, &r));
	return r;
}

static int log_fd;

const char *
log_begin(struct cx *cx, enum level least)
{
	const char *path = arena_printf(cx->mem, "%s/log", test_dir(cx));

	log_fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(log_fd >= 0);
	cx->log = log_open(log_fd, least);
	return path;
}

void
log_end(struct cx *cx)
{
	log_close(cx->log);
	cx->log = NULL;
	close(log_fd);
}

struct hand hand;

enum err
hold(struct cx *cx, const struct job *job)
{
	count(&hand.inside, 1);
	while (get(&hand.held) != 0 && !cx_stopped(cx))
		usleep(500);
	if (cx_stopped(cx))
		count(&hand.stopped, 1);
	count(&hand.inside, -1);
	if (cx_stopped(cx))
		return cx_fail(cx, ERR_UPSTREAM, "job %s: stopped", job->uuid);
	return OK;
}

struct runner *
begin(struct cx *cx)
{
	calm(cx);
	return runner_new(cx);
}

struct desk
desk_new(struct cx *cx)
{
	struct desk desk = {
		.conf = { .kinds = kinds, .tell = tell, .workers = 4 },
		.kinds = arena_text(cx->mem, ",work,parks,ever,"),
	};

	env_uuid(cx->env, desk.owner);
	return desk;
}

int
run_all(struct cx *cx, struct runner *r)
{
	bool ran = true;
	int n;

	for (n = -1; ran; n++)
		must(cx, runner_step(r, cx, &ran));
	return n;
}

void
run_one(struct cx *cx, struct runner *r)
{
	bool ran = false;

	must(cx, runner_step(r, cx, &ran));
	assert_true(ran);
}

struct job_ref
add(struct cx *cx, const struct job_new *in)
{
	struct job_ref ref;

	must(cx, job_add(cx, in, &ref));
	return ref;
}

void
exec(struct cx *cx, const char *text)
{
	struct sql *sql = arena_alloc(cx->mem, sizeof(*sql));

	*sql = (struct sql){ "test", { text, text }, 0, 1, "test" };
	must(cx, db_exec(cx, *sql));
}

int64_t
number(struct cx *cx, const char *text)
{
	struct sql *sql = arena_alloc(cx->mem, sizeof(*sql));
	struct number row;

	*sql = (struct sql){ "test", { text, text }, 0, 0, "test" };
	must(cx, db_one(cx, *sql, number_field, &row));
	return row.n;
}

/* PostgreSQL's clock is not ours to turn: what waits for it comes nearer. */
void
time_passes(struct cx *cx, int64_t ms)
{
	test_clock_advance(cx, ms);
	if (db_engine(cx->db) != DB_PG)
		return;
	exec(cx,
	    arena_printf(cx->mem,
		"UPDATE job SET run_at = run_at - %" PRId64
		", lease_until = lease_until - %" PRId64
		", effect_until = CASE WHEN effect_until = 0 THEN 0 "
		"ELSE effect_until - %" PRId64 " END",
		ms, ms, ms));
	exec(cx,
	    arena_printf(cx->mem,
		"UPDATE sched SET next_at = next_at - %" PRId64
		" WHERE every_s > 0",
		ms));
}

int64_t
shared_now(struct cx *cx)
{
	int64_t ms;

	must(cx, db_now(cx, &ms));
	return ms;
}

struct job
job_now(struct cx *cx, const char *uuid)
{
	struct job job;

	must(cx, job_find(cx, uuid, &job));
	return job;
}

void
assert_state(struct cx *cx, const char *uuid, const char *state)
{
	assert_string_equal(job_now(cx, uuid).state, state);
}

int64_t
in_state(struct cx *cx, const char *state)
{
	int64_t n;

	must(cx, job_count(cx, 0, state, &n));
	return n;
}

int
get(const int *p)
{
	return __atomic_load_n(p, __ATOMIC_SEQ_CST);
}

int
count(int *p, int by)
{
	return __atomic_add_fetch(p, by, __ATOMIC_SEQ_CST);
}
