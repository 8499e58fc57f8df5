/*
 * cx.h - the context of one unit of work, and how it fails.
 *
 * A request, a job run, a command: each has one struct cx.  Whatever may fail,
 * store or allocate takes it first.  It belongs to one thread at a time.
 * Memory from cx->mem lives until the unit ends; nobody frees it.
 *
 * Invariant: after a function returned anything but OK, cx->why says in words
 * what happened, naming the thing; it holds no secret and no personal data.
 */
#ifndef BASE_CX_H
#define BASE_CX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct conf;
struct db;
struct env;
struct keys;
struct log;
struct tx;

enum err {
	OK,
	ERR_INPUT,    /* what came from outside is wrong: 400, 413, 422 */
	ERR_AUTH,     /* we do not know who asks: 401 */
	ERR_DENIED,   /* we know, and they may not: 403 */
	ERR_MISSING,  /* no such thing, or not theirs: 404 */
	ERR_CONFLICT, /* it is there already, or has moved on: 409 */
	ERR_BUSY,     /* limits and locks: 429 or 503, try again */
	ERR_UPSTREAM, /* the other side failed or is silent: 502, try again */
	ERR_STORE,    /* our database failed: 503, try again */
	ERR_BUG,      /* we are wrong: 500 */
	ERR_COUNT
};

struct bytes {
	const unsigned char *p;
	size_t n; /* bytes */
};

struct cx {
	struct env *env;         /* clock, randomness, network, threads */
	struct arena *mem;       /* dies with the unit */
	struct db *db;           /* NULL where nothing is stored */
	struct tx *tx;           /* the open transaction; db/ owns it */
	struct log *log;         /* where lines go; NULL: nowhere */
	const struct conf *conf; /* the options; NULL in small tests */
	const struct keys *keys; /* master keys; NULL in small tests */
	int64_t now;             /* ms since 1970 UTC, read once per unit */
	const int *stop;         /* non-zero: the unit lost its right to go
				    on (lease gone, stopping); may be NULL */
	/* Runs first in every transaction of this unit; not OK rolls it back.
	   The job runner sets it to its fence. May be NULL. */
	enum err (*guard)(struct cx *, void *guard_arg);
	void *guard_arg;
	int64_t wait_ms; /* with ERR_BUSY: when it is worth trying again; 0:
			    not known */
	char code[48];   /* stable code of the last failure, or "" */
	char tag[96];    /* " job=812 order=77": appended to log lines */
	char why[512];   /* why the last call failed */
};

/* Record why, and return `e`.  `fmt` names the thing and says what is wrong.
   Clears cx->code, and cx->wait_ms unless `e` is ERR_BUSY. */
enum err cx_fail(struct cx *, enum err e, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The same with a stable code for machines ("automatic_off"), as listed in
   doc/connector-protocol.md and doc/openapi.yaml. */
enum err cx_fail_code(struct cx *, enum err e, const char *code,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* ERR_BUSY, "busy": it is worth trying again in `wait_ms`. */
enum err cx_busy(struct cx *, int64_t wait_ms, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Put words before the reason: "order 12: " + why.  Returns `e`. */
enum err cx_in(struct cx *, enum err e, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* A failure to be said again, after others. */
struct failure {
	enum err e;
	int64_t wait_ms;
	char code[48];
	char why[512];
};
void cx_keep(const struct cx *, enum err, struct failure *);
/* Into the same unit or another; returns its `e`. */
enum err cx_again(struct cx *, const struct failure *);
/* What failed in a part (cx_part, cx_child) failed in the whole; returns `e`,
   OK too. */
enum err cx_from(struct cx *, enum err e, const struct cx *part);

/* How each failure is read by router, runner and main: one row an error. */
struct err_row {
	const char *name;  /* "ERR_INPUT" */
	const char *code;  /* default stable code, "bad_input" */
	const char *title; /* in words, for people */
	int http;          /* status */
	bool again;        /* a job tries again */
	int level;         /* enum level of log.h */
};
const struct err_row *err_row(enum err);

/* A fresh unit sharing env, db, log, conf and keys of `from`: own arena, own
   time, nothing failed yet.  cx_done frees its memory. */
void cx_child(struct cx *, const struct cx *from);
/* The same for a part of what `of` does: also its guard and its stop. */
void cx_part(struct cx *, const struct cx *of);
void cx_done(struct cx *);

/* True once the unit should stop: long loops ask. */
bool cx_stopped(const struct cx *);

#endif
