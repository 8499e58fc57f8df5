/*
 * job.h - durable background work.
 *
 * A job is a row.  It is added in the transaction of the state it follows
 * from, so nothing that must happen next is ever forgotten (the outbox).  It
 * carries its subject's id, not a copy, and reads what is true when it runs.
 *
 *   waiting -> running -> done
 *      ^  ^       |-> waiting   tried again later, by error class
 *      |  |       |-> dead      gave up; one click redrives it
 *      |  parked <-'            its other side is disconnected; unparked by
 *      '-------- redrive        settings, a new token, or by hand
 *
 * Strict order: of the live jobs with one `key`, only the oldest may run.
 * Once: of the jobs waiting (or parked) with one `once`, there is one; adding
 * again answers with its UUID.  `key` and `once` are a tenant's own: the same
 * text of another tenant is another key.  Fair: tenants take turns; at most
 * two of a tenant's jobs run at a time.  A running job has a lease and a fence
 * number; a worker whose fence is old cannot write (its transactions fail with
 * ERR_CONFLICT, code "lease_lost").
 */
#ifndef QUEUE_JOB_H
#define QUEUE_JOB_H

#include "base/cx.h"
#include "base/field.h"

enum {
	JOB_TENANT_MAX_RUNNING = 2,
	JOB_CRASHES_MAX = 3,
	JOB_BEAT_MS = 3 * 1000,
	/* a dead node's job is another's within 10 s: the lease and a second
	   to notice that it is over */
	JOB_LEASE_MS = 3 * JOB_BEAT_MS
};

struct job {
	int64_t id;
	const char *uuid;  /* version 7; what people see */
	const char *kind;  /* "import_orders" */
	int64_t tenant;    /* connector (Cloud App) or shop (Shopify app); 0 */
	const char *key;   /* strict order within it, or NULL */
	const char *once;  /* see above, or NULL */
	int64_t subject;   /* id of what it is about, or 0 */
	const char *args;  /* small JSON, or NULL */
	const char *state; /* waiting running done dead parked */
	int64_t prio;      /* lower first within a tenant; 0 usual, -1 manual */
	int64_t run_at;    /* ms; not before */
	int64_t attempts;  /* begun so far, this one included */
	int64_t crashes;   /* died with the program */
	int64_t suspect;   /* 1: runs alone */
	int64_t fence;
	int64_t effect_until; /* ms; a call of an earlier try may be in the
				 air until then; 0: none */
	int64_t created_at, started_at, finished_at; /* ms; 0: not yet */
	const char *code;   /* of the last failure, or NULL */
	const char *reason; /* in words, or NULL */
	const char *result; /* in words, when done, or NULL */
};

extern const struct field job_fields[];     /* rows: all columns */
extern const struct field job_out_fields[]; /* JSON for people: uuid, kind,
					       state, times, reason, … */

struct job_new {
	const char *kind;
	int64_t tenant;
	const char *key;
	const char *once;
	int64_t subject;
	const char *args;
	int64_t prio;
	int64_t run_at; /* 0: now */
};

struct job_ref {
	char uuid[37];
	bool fresh; /* false: one was there already */
};

/* Add one, inside the caller's transaction or as its own.  `ref` may be NULL.
   With `once`: meets a waiting or parked job of that once, and that job will
   see what the caller's transaction wrote.  A met job takes the lower `prio`
   of the two; if that is below 0 (by hand), one waiting for its next try goes
   now, and so do those of its key that it waits behind; the same if it was
   written by a clock that has been put back since.  Rings "job" ("due", if it
   is for later). */
enum err job_add(struct cx *, const struct job_new *, struct job_ref *ref);
/* Many, as job_add does each, and in their order: all or none.  `refs`: n of
   them, or NULL. */
enum err job_add_all(struct cx *, const struct job_new *, size_t n,
    struct job_ref *refs);
/* As job_add, but meets a running one too (run-now: answers its UUID).  That
   one may have read before the caller wrote. */
enum err job_add_or_running(struct cx *, const struct job_new *,
    struct job_ref *);

enum err job_find(struct cx *, const char *uuid, struct job *);
/* state NULL: any.  Newest first, id below `before` (0: from the top). */
enum err job_list(struct cx *, int64_t tenant, const char *state,
    int64_t before, int64_t limit, struct job **, size_t *n);
/* Dead -> waiting, attempts and crashes begin anew.  ERR_CONFLICT: not dead. */
enum err job_redrive(struct cx *, const char *uuid);
/* Dead ones of a tenant (0: any) and a kind (NULL: any), as job_list. */
struct job_dead {
	int64_t tenant;
	const char *kind;
	int64_t before, limit;
};
enum err job_list_dead(struct cx *, const struct job_dead *, struct job **,
    size_t *n);
/* All dead ones of a tenant (0: any) and a kind (NULL: any) that are dead now;
   in slices.  *n: how many. */
enum err job_redrive_all(struct cx *, int64_t tenant, const char *kind,
    int64_t *n);
struct job_kind;
/* All waiting jobs of a tenant whose kind parks (of `kinds`, the program's own
   table, NULL ends), and back. */
enum err job_park(struct cx *, int64_t tenant,
    const struct job_kind *const *kinds, const char *code, const char *reason);
enum err job_unpark(struct cx *, int64_t tenant);
/* Waiting and parked jobs of a tenant are dropped (uninstall, delete). */
enum err job_drop_tenant(struct cx *, int64_t tenant);
/* How many are in that state; tenant 0: all. */
enum err job_count(struct cx *, int64_t tenant, const char *state, int64_t *n);
/* Drop what was done or dead more than `age_ms` ago; in slices. */
enum err job_trim(struct cx *, int64_t age_ms);

/* --- kinds and their running --- */

struct job_kind {
	const char *name;
	const char *title; /* for people: "Import orders" */
	/* One try.  OK: done (job_result may have said how).  ERR_BUSY with
	   cx->wait_ms: again after that, not counted as a try.  Otherwise by
	   err_row: again with back-off, or dead.  cx->now is the time of the
	   claim; transactions in it are guarded by the fence. */
	enum err (*run)(struct cx *, const struct job *);
	/* Gave up, buried or crashed too often: record it in the domain.  Runs
	   in the transaction that makes it dead; may be NULL. */
	enum err (*buried)(struct cx *, const struct job *, enum err);
	int64_t attempts;      /* then dead; 0: for ever */
	int64_t backoff_s;     /* doubled each time, full jitter; 0: 1 */
	int64_t backoff_max_s; /* 0: 300 */
	bool parks; /* ERR_AUTH or ERR_DENIED with code "disconnected" parks it
		       until job_unpark, instead of giving up */
};

/* What a done job says in the log: "5 orders taken, 2 more waiting". */
void job_result(struct cx *, const struct job *, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The running job of this cx, or NULL. */
const struct job *job_of(const struct cx *);

/*
 * Before a call that is not idempotent: store that it is in the air until
 * `deadline_ms` (shared clock).  Whoever takes the job over waits past it,
 * reads back, then acts.  job_air_end belongs into the transaction that stores
 * the answer.  A later try of the same job waits and reads back likewise.
 */
enum err job_air(struct cx *, const struct job *, int64_t deadline_ms);
enum err job_air_end(struct cx *, const struct job *);
/* Was an earlier try of this job in the air without an end? */
bool job_was_in_air(struct cx *, const struct job *);

/* Test only: at some passes (LOGIVERY_STALL) another worker takes the job over,
   as if our lease had ended, while we stand still; then we go on, too late. */
#ifdef FAULTS
void job_stall(struct cx *, const char *name);
#define STALL_POINT(cx, name) job_stall(cx, name)
#else
#define STALL_POINT(cx, name) ((void)0)
#endif

#endif
