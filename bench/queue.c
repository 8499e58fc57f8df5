/*
 * queue.c - how many jobs a second the queue takes, and gets done.
 *
 *	queue sqlite FILE JOBS | queue pg URL JOBS
 *
 * Four threads add jobs of 50 tenants, 100 in a transaction; then a runner with
 * eight workers claims, runs and settles them all, each with its lease, fence
 * and turn, and each doing nothing.  One JSON object on stdout.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/crypt.h"
#include "base/env.h"
#include "db/db.h"
#include "gen/sql.h"
#include "queue/runner.h"

enum { THREADS = 4, WORKERS = 8, TENANTS = 50, BATCH = 100 };

static struct {
	struct env env;
	struct cx cx;
	int64_t jobs;
	int64_t ran;
	struct lock lock;
	struct signal over;
} w;

static void
need(struct cx *cx, enum err e, const char *what)
{
	if (e == OK)
		return;
	fprintf(stderr, "queue: %s: %s\n", what, cx->why);
	exit(2);
}

static double
seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static enum err
add_batch(struct cx *cx, void *arg)
{
	const int64_t *first = arg;
	struct job_new j = { .kind = "nothing" };
	int i;
	enum err e = OK;

	for (i = 0; i < BATCH && e == OK; i++) {
		j.tenant = 1 + (*first + i) % TENANTS;
		e = job_add(cx, &j, NULL);
	}
	return e;
}

static void
add_all(void *arg)
{
	int64_t first = *(int64_t *)arg;
	int64_t end = first + w.jobs / THREADS;
	struct cx cx;

	for (; first < end; first += BATCH) {
		cx_child(&cx, &w.cx);
		need(&cx, db_tx(&cx, add_batch, &first), "job_add");
		cx_done(&cx);
	}
}

static void
enqueue(void)
{
	struct thread *t[THREADS];
	int64_t from[THREADS];
	int i;

	for (i = 0; i < THREADS; i++) {
		from[i] = i * (w.jobs / THREADS);
		t[i] = w.env.start(&w.env, "adder", add_all, &from[i]);
	}
	for (i = 0; i < THREADS; i++)
		w.env.join(&w.env, t[i]);
}

static enum err
do_nothing(struct cx *cx, const struct job *job)
{
	(void)cx;
	(void)job;
	lock_take(&w.lock);
	if (++w.ran == w.jobs)
		signal_all(&w.over);
	lock_drop(&w.lock);
	return OK;
}

static const struct job_kind nothing = {
	.name = "nothing",
	.title = "Nothing",
	.run = do_nothing,
	.attempts = 1,
};
static const struct job_kind *const kinds[] = { &nothing, NULL };

static void
work_off(void)
{
	struct runner_conf rc = { .kinds = kinds, .workers = WORKERS };
	struct runner *r;

	need(&w.cx, runner_open(&w.cx, &rc, &r), "runner_open");
	lock_take(&w.lock);
	while (w.ran < w.jobs)
		w.env.wait(&w.env, &w.over, &w.lock, INT64_MAX);
	lock_drop(&w.lock);
	runner_close(r, 10000);
}

int
main(int argc, char **argv)
{
	static const struct migration *const lists[] = { schema_queue };
	struct db_conf conf = { 0 };
	double began, added, done;

	if (argc != 4)
		return 2;
	crypt_start();
	w.env = env_real();
	lock_open(&w.lock);
	signal_open(&w.over);
	cx_child(&w.cx, &(struct cx){ .env = &w.env });
	w.jobs =
	    strtol(argv[3], NULL, 10) / (THREADS * BATCH) * (THREADS * BATCH);
	if (strcmp(argv[1], "pg") == 0)
		conf.url = argv[2];
	else
		conf.path = argv[2];
	conf.readers = WORKERS + 2;
	need(&w.cx, db_open(&w.cx, &conf, &w.cx.db), "db_open");
	need(&w.cx, db_migrate(&w.cx, lists, 1), "db_migrate");
	began = seconds();
	enqueue();
	added = seconds();
	work_off();
	done = seconds();
	printf("{\"jobs\":%ld,\"enqueued\":%.0f,\"done\":%.0f}\n", (long)w.jobs,
	    (double)w.jobs / (added - began), (double)w.jobs / (done - added));
	db_close(w.cx.db);
	return 0;
}
