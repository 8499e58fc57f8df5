/*
 * db.h - statements in, structs out, on SQLite and PostgreSQL alike.
 *
 * A statement is a constant from sql/ (gen/sql.h) with $1, $2, … ; values are
 * made by V().  Rows land in structs by field table: a column goes to the
 * field of its name.  A column without a field is ERR_BUG, found by the test
 * that prepares everything.
 *
 * Transactions are bodies: db_tx runs a function, and returns after its work
 * is durable, or after none of it is left.  The body makes no network call and
 * does not wait; it may run twice (PostgreSQL, 40001 and 40P01), so it changes
 * nothing but the database and out parameters.
 *
 * SQLite: one thread owns the one writing connection.  Bodies from all threads
 * run on it one after another, each in a savepoint of a shared transaction
 * (group commit: one fsync for all that wait).  Reads outside a transaction
 * use read-only connections and see what is committed.
 * PostgreSQL: a pool; every db_tx has a connection and a transaction of its
 * own (READ COMMITTED), tried up to 5 times on 40001 and 40P01.
 */
#ifndef DB_DB_H
#define DB_DB_H

#include "base/cx.h"
#include "base/field.h"
#include "db/sql.h"

enum db_engine { DB_SQLITE, DB_PG };

struct val {
	enum { VAL_INT, VAL_TEXT, VAL_BYTES } type;
	int64_t i;
	const char *t;  /* NULL is SQL's NULL */
	struct bytes b; /* p NULL is SQL's NULL */
};

static inline struct val
val_int(int64_t i)
{
	return (struct val){ .type = VAL_INT, .i = i };
}

static inline struct val
val_text(const char *t)
{
	return (struct val){ .type = VAL_TEXT, .t = t };
}

static inline struct val
val_bytes(struct bytes b)
{
	return (struct val){ .type = VAL_BYTES, .b = b };
}

/* A typed argument; a type no engine knows does not compile.  Takes commas,
   for (struct bytes){ p, n }. */
#define V(...)                                                                 \
	_Generic((__VA_ARGS__), \
	    int: val_int, \
	    unsigned: val_int, \
	    long: val_int, \
	    long long: val_int, \
	    bool: val_int, \
	    char *: val_text, \
	    const char *: val_text, \
	    struct bytes: val_bytes)(__VA_ARGS__)

#define VALS(...)                                                              \
	(const struct val[]){ { 0 }, ##__VA_ARGS__ } + 1,                      \
	    sizeof((const struct val[]){ { 0 }, ##__VA_ARGS__ }) /             \
		sizeof(struct val) -                                           \
	    1

/* Run a statement.  Outside db_tx it is a transaction of its own.
   ERR_CONFLICT: a unique index refused it.  ERR_STORE: the database failed;
   nothing is left of it.  ERR_BUSY: try again soon (locks, full queue). */
#define db_exec(cx, sql, ...) db_exec_vals(cx, &(sql), NULL, VALS(__VA_ARGS__))
/* The same; *changed says how many rows it touched. */
#define db_change(cx, sql, changed, ...)                                       \
	db_exec_vals(cx, &(sql), changed, VALS(__VA_ARGS__))
/* The first row into *out; ERR_MISSING if there is none. */
#define db_one(cx, sql, fields, out, ...)                                      \
	db_one_vals(cx, &(sql), fields, out, VALS(__VA_ARGS__))
/* All rows: *rows becomes an array of *n structs of type T in the arena. */
#define db_list(cx, sql, fields, rows, n, ...)                                 \
	db_list_vals(cx, &(sql), fields, sizeof(**(rows)), (void **)(rows), n, \
	    VALS(__VA_ARGS__))

/* How a write ended that can be left for another time: when somebody was seen
   last.  A database that takes none, full or busy, is no reason to refuse what
   was asked: OK.  What else failed stays. */
enum err db_at_best(enum err);

enum err db_exec_vals(struct cx *, const struct sql *, int64_t *changed,
    const struct val *, size_t n);
enum err db_one_vals(struct cx *, const struct sql *, const struct field *,
    void *out, const struct val *, size_t n);
enum err db_list_vals(struct cx *, const struct sql *, const struct field *,
    size_t size, void **rows, size_t *nrows, const struct val *, size_t n);

/*
 * Run body(cx, arg) in a transaction; commit if it answers OK, else roll back
 * and answer what it answered.  cx->guard, if set, runs first.  Not nested:
 * a body that calls db_tx is ERR_BUG.
 */
enum err db_tx(struct cx *, enum err (*body)(struct cx *, void *), void *arg);
bool db_in_tx(const struct cx *);

/*
 * Hand over a unit and return at once; done(arg, e) is called from the
 * committer's thread after the commit, also for a unit that failed.  The body
 * gets a cx of its own, with its own arena.  ERR_BUSY: too much is waiting.
 * `bytes` is about how much it writes.  `many`, if there is one, does in one go
 * what n bodies would; should it fail, nothing of it is left and each body is
 * run for itself, so one bad unit fails alone.
 */
struct db_unit {
	enum err (*body)(struct cx *, void *arg);
	void (*done)(void *arg, enum err, const char *why);
	void *arg;
	size_t bytes;
	enum err (*many)(struct cx *, void **args, size_t n); /* or NULL */
};
enum err db_post(struct cx *, const struct db_unit *);

/*
 * Bells: "job", "event".  Rung inside a transaction they sound after its
 * commit, in this process and (PostgreSQL) on every node; rolled back, never.
 * The listener runs on some thread, must be quick and may be called for
 * nothing.
 */
void db_ring(struct cx *, const char *bell);
void db_on_ring(struct db *, const char *bell, void (*fn)(void *), void *arg);
void db_off_ring(struct db *, void (*fn)(void *), void *arg);

struct db_conf {
	const char *path;   /* SQLite file; NULL if url is given */
	const char *url;    /* postgresql://… */
	int readers;        /* SQLite read connections / PG pool; 0: 4 */
	bool inline_writer; /* no thread of its own: simulation, commands */
};

/* ERR_STORE: cannot be opened, and why (locked by another process: says so
   and what to do).  SQLite takes an exclusive lock on PATH.lock. */
enum err db_open(struct cx *, const struct db_conf *, struct db **);
void db_close(struct db *);
enum db_engine db_engine(const struct db *);

/*
 * Bring the schema up to date: every list in turn, each step in a transaction
 * of its own, recorded in schema_step.  Twice is once; two nodes at once is
 * once (advisory lock).  ERR_CONFLICT, code "schema_newer": the database was
 * made by a newer program; nothing is changed.
 */
enum err db_migrate(struct cx *, const struct migration *const *lists,
    size_t nlists);

/* Is the database whole, and its schema just these lists?  Changes nothing.
   ERR_STORE: damaged, or no database of ours; ERR_CONFLICT, code
   "schema_older" or "schema_newer". */
enum err db_check(struct cx *, const struct migration *const *lists,
    size_t nlists);

/* Milliseconds since 1970 by the clock all nodes share: PostgreSQL's, else
   env's.  Leases compare only this. */
enum err db_now(struct cx *, int64_t *ms);

/* Rows of a table; for tests and counts.  `table` is a constant of ours. */
int64_t db_count(struct cx *, const char *table);

/* Make the n-th begin, step, db_now or commit from now on fail once with
   ERR_STORE; 0: none.  For the sweep in tests. */
void db_fail_at(struct db *, int n);
/* The same, and from then on every one: the database is gone, or the program
   died there.  0 ends it. */
void db_fail_from(struct db *, int n);
/* So many more pass; 0: none is to fail; below 0: all fail now. */
int db_fail_left(const struct db *);

/* Commits so far: far fewer than units where units share them. */
int64_t db_commits(const struct db *);

/* ERR_STORE: the disk did not take the last commit, nor one made to try it. */
enum err db_well(struct cx *);

/* Call `fn`, never for nothing, when the disk (SQLite) refused so many commits
   in a row that the program should end.  On the thread that commits, or at
   once if that has been; NULL: nobody wants to know any more. */
void db_on_disk_lost(struct db *, void (*fn)(void *), void *arg);

/* SQLite: write a consistent copy to `path` while serving. */
enum err db_copy_to(struct cx *, const char *path);

/* Prepare `sql` and check its columns; for the test that walks sql_all. */
enum err db_prepare(struct cx *, const struct sql *);

#endif
