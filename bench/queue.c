/*
 * queue.c - how many jobs a second the queue takes, and gets done.
 *
 *	queue sqlite FILE JOBS | queue pg URL JOBS [NODES]
 *
 * Four threads add jobs of 50 tenants, 100 at once; then a runner with eight
 * workers claims, runs and settles them all, each with its lease, fence and
 * turn, and each doing nothing.  NODES: so many processes with such a runner
 * each, on one PostgreSQL.  One JSON object on stdout.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/crypt.h"
#include "base/env.h"
#include "db/db.h"
#include "gen/sql.h"
#include "queue/runner.h"

enum { THREADS = 4, WORKERS = 8, TENANTS = 50, BATCH = 100, NODES_MAX = 9 };

/* What all processes see. */
struct shared {
	int64_t ran;
	int64_t open; /* runners at work */
	int64_t go;   /* the jobs are there */
};

static struct {
	struct env env;
	struct cx cx;
	struct db_conf conf;
	int64_t jobs;
	int nodes;
	struct shared *all;
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

static void
add_all(void *arg)
{
	int64_t first = *(int64_t *)arg;
	int64_t end = first + w.jobs / THREADS;
	struct job_new jobs[BATCH] = { 0 };
	struct cx cx;
	int i;

	for (; first < end; first += BATCH) {
		for (i = 0; i < BATCH; i++) {
			jobs[i].kind = "nothing";
			jobs[i].tenant = 1 + (first + i) % TENANTS;
		}
		cx_child(&cx, &w.cx);
		need(&cx, job_add_all(&cx, jobs, BATCH, NULL), "job_add_all");
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
	__atomic_add_fetch(&w.all->ran, 1, __ATOMIC_SEQ_CST);
	return OK;
}

static const struct job_kind nothing = {
	.name = "nothing",
	.title = "Nothing",
	.run = do_nothing,
	.attempts = 1,
};
static const struct job_kind *const kinds[] = { &nothing, NULL };

/* Processes share no signal; a millisecond is little beside what is measured.
 */
static void
until(const int64_t *what, int64_t n)
{
	struct timespec ms = { .tv_nsec = 1000000 };

	while (__atomic_load_n(what, __ATOMIC_SEQ_CST) < n)
		nanosleep(&ms, NULL);
}

static void
open_store(void)
{
	static const struct migration *const lists[] = { schema_queue };

	crypt_start();
	w.env = env_real();
	cx_child(&w.cx, &(struct cx){ .env = &w.env });
	need(&w.cx, db_open(&w.cx, &w.conf, &w.cx.db), "db_open");
	need(&w.cx, db_migrate(&w.cx, lists, 1), "db_migrate");
}

static void
work_off(void)
{
	struct runner_conf rc = { .kinds = kinds, .workers = WORKERS };
	struct runner *r;

	need(&w.cx, runner_open(&w.cx, &rc, &r), "runner_open");
	until(&w.all->ran, w.jobs);
	runner_close(r, 10000);
}

/* Another node: it has opened the store before the jobs are there. */
static void
node(void)
{
	if (fork() != 0)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	open_store();
	__atomic_add_fetch(&w.all->open, 1, __ATOMIC_SEQ_CST);
	until(&w.all->go, 1);
	work_off();
	db_close(w.cx.db);
	_exit(0);
}

static void
read_arguments(int argc, char **argv)
{
	if (argc < 4 || argc > 5)
		exit(2);
	if (strcmp(argv[1], "pg") == 0)
		w.conf.url = argv[2];
	else
		w.conf.path = argv[2];
	w.conf.readers = WORKERS + 2;
	w.jobs =
	    strtol(argv[3], NULL, 10) / (THREADS * BATCH) * (THREADS * BATCH);
	w.nodes = argc == 5 ? (int)strtol(argv[4], NULL, 10) : 1;
	if (w.nodes < 1 || w.nodes > NODES_MAX)
		exit(2);
}

int
main(int argc, char **argv)
{
	double began, added, done;
	int i;

	read_arguments(argc, argv);
	w.all = mmap(NULL, sizeof(*w.all), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (w.all == MAP_FAILED)
		return 2;
	for (i = 1; i < w.nodes; i++)
		node(); /* before there is a thread */
	open_store();
	until(&w.all->open, w.nodes - 1);
	began = seconds();
	enqueue();
	added = seconds();
	__atomic_store_n(&w.all->go, 1, __ATOMIC_SEQ_CST);
	work_off();
	done = seconds();
	printf("{\"jobs\":%ld,\"enqueued\":%.0f,\"done\":%.0f}\n", (long)w.jobs,
	    (double)w.jobs / (added - began), (double)w.jobs / (done - added));
	db_close(w.cx.db);
	while (wait(NULL) > 0)
		continue;
	return 0;
}
