/*
 * engine.h - what an engine must do; for the files of db/ only.
 *
 * db.c, tx.c, group.c and schema.c know no SQLite and no PostgreSQL: they walk
 * one table of functions.  A struct conn belongs to one thread at a time.
 */
#ifndef DB_ENGINE_H
#define DB_ENGINE_H

#include <stdatomic.h>

#include "base/env.h"
#include "db/db.h"

enum {
	BELLS_MAX = 8,  /* different ones in a transaction */
	BELL_SIZE = 32, /* bytes of a name, NUL included */
	PARAMS_MAX = 100,
	COLUMNS_MAX = 64,
	RETRIES_MAX = 5
};

struct conn; /* the engine's */
struct group;

/* A value in a row; p is good until the next row, unless kept. */
struct cell {
	enum { CELL_NULL, CELL_INT, CELL_TEXT, CELL_BYTES } type;
	int64_t i;
	const void *p;
	size_t n;
	bool kept; /* p is in cx->mem */
};

/* Where rows go.  head() comes once, also when there is no row. */
struct sink {
	enum err (*head)(struct cx *, struct sink *, const char *const *names,
	    size_t n);
	enum err (*row)(struct cx *, struct sink *, const struct cell *);
	bool enough; /* set by row(): no more, please */
};

struct query {
	const struct sql *sql;
	const struct val *vals;
	size_t n;
	struct sink *sink; /* NULL: rows are dropped */
	int64_t changed;   /* rows touched, once it ran */
	bool once;         /* made up for this call: not kept prepared */
	bool lazy;         /* nobody looks at its outcome before the commit */
};

enum control {
	CONTROL_BEGIN,
	CONTROL_COMMIT,
	CONTROL_ROLLBACK,
	CONTROL_SAVE,    /* a savepoint */
	CONTROL_RELEASE, /* keep what came since */
	CONTROL_BACK,    /* undo and forget it */
	CONTROL_COUNT
};

struct engine {
	enum db_engine id;
	bool own_tx;           /* every db_tx has a connection of its own */
	bool hopes;            /* a batch is first tried without savepoints */
	const char *step_lock; /* taken first in a migration's transaction */

	enum err (*open)(struct cx *, const struct db_conf *, struct db *);
	void (*close)(struct db *);
	/* A connection for reading (SQLite) or anything (PostgreSQL). */
	enum err (*take)(struct cx *, struct db *, struct conn **);
	void (*give)(struct db *, struct conn *);
	/* The committer's connection, opened again if it broke.  Only one
	   thread asks. */
	enum err (*writer)(struct cx *, struct db *, struct conn **);
	enum err (*control)(struct cx *, struct conn *, enum control);
	bool (*in_tx)(struct conn *); /* is one open, and not lost? */
	/* Did the last failure come from racing others?  NULL: never. */
	bool (*raced)(struct conn *);
	/* Did the last failure come from a disk that did not take what was
	   written?  NULL: another's business. */
	bool (*unsynced)(struct conn *);
	enum err (*run)(struct cx *, struct conn *, struct query *);
	enum err (*text)(struct cx *, struct conn *, const char *);
	/* Compile it, check its parameters, give its columns to head(). */
	enum err (*prepare)(struct cx *, struct conn *, struct query *);
	/* Tell other nodes, when the transaction commits.  NULL: no others. */
	enum err (*notify)(struct cx *, struct conn *, const char *bell);
	void (*listen)(
	    struct db *); /* start to hear other nodes; may be NULL */
	struct sql now;   /* its clock, as n; without name: env's */
	enum err (*copy)(struct cx *, const char *path); /* NULL: none */
};

extern const struct engine engine_sqlite;
extern const struct engine engine_pg;

struct listener {
	char bell[BELL_SIZE];
	void (*fn)(void *);
	void *arg;
};

struct db {
	const struct engine *engine;
	struct env *env;
	struct group *group;
	void *own;            /* the engine's */
	_Atomic int fail_at;  /* below 0: all fail */
	_Atomic bool fail_on; /* once begun, all fail */
	_Atomic int64_t commits;
	_Atomic int refusals;      /* in a row: health.c */
	void (*disk_lost)(void *); /* or NULL; both under bell_lock */
	void *disk_lost_arg;
	struct lock bell_lock; /* held while listeners run */
	struct listener *listeners;
	size_t nlisteners;
};

struct tx {
	struct conn *conn;
	enum err failed; /* a statement failed: nothing more may run */
	bool again;      /* it lost a race: worth running again */
	bool lazy;       /* outcomes may come late: it can be run again */
	bool wrote;      /* there is something to commit */
	size_t nrung;
	char rung[BELLS_MAX][BELL_SIZE];
};

/* --- tx.c --- */
/* Guard, body, notifications, on a connection whose transaction is open. */
enum err tx_run(struct cx *, struct tx *, enum err (*body)(struct cx *, void *),
    void *arg);
void tx_sound(struct db *, const struct tx *); /* after the commit */
/* ERR_STORE if db_fail_at says that it is this one's turn. */
enum err db_chance(struct cx *, struct db *, const char *what);
void db_nap(int64_t ms);

/* --- bell.c --- */
void tx_ring_all(struct tx *, const struct tx *rung);
void bell_sound(struct db *, const char *bell); /* NULL: every one */

/* --- health.c --- */
void health_taken(struct db *);   /* a commit that wrote got through */
void health_refused(struct db *); /* one failed: unsynced() */

/* --- db.c --- */
/* On the open transaction. */
enum err db_query(struct cx *, struct query *);

#endif
