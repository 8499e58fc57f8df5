/*
 * program.h - what logivery-cloud and logivery-shopify do alike.
 *
 * A main is a table: its options, its site, its kinds of jobs.  The commands
 * serve, work, migrate, check and version come from here, so that both behave
 * alike towards an operator, a supervisor and a data folder.
 *
 * Exit status: 0, or 1 with one line on standard error, or 2 if the line is
 * about the command line and nothing was started.
 */
#ifndef APP_PROGRAM_H
#define APP_PROGRAM_H

#include "base/conf.h"
#include "db/db.h"
#include "queue/job.h"

struct json;
struct program;
struct site;

/* A command that runs where the data folder is: in the server of it, asked
   over control.sock, or in this process if none serves it. */
struct program_command {
	const char *name, *second; /* "user", "add"; NULL name ends */
	const char *word;          /* the one that must follow; NULL: none */
	const struct option *options;
	const char *help;
	/* From the command line to what is asked, in the asking process. */
	struct json *(*ask)(struct cx *);
	/* Do it; `in` may come from another process: check it. */
	enum err (*run)(struct cx *, const struct program *,
	    const struct json *in, struct json *out);
	/* Tell the operator. */
	void (*print)(const struct json *in, const struct json *out);
	bool looks;       /* makes no folder, keys or schema */
	const char *more; /* lines of its --help alone; NULL: none */
};

struct program {
	const char *name;   /* "logivery-cloud" */
	const char *prefix; /* of environment variables: "LOGIVERY_CLOUD" */
	const char *file;   /* the SQLite database, in the data folder */
	const struct migration *const *schemas;
	size_t nschemas;
	/* Rows by key they are sealed with, NULL ends; tokens first. */
	const struct sql *const *sealed;
	const struct job_kind *const *kinds;
	enum err (*tell)(struct cx *, const struct job *, const char *step,
	    enum err, const char *words); /* as in runner.h */
	const char *(*whose)(struct cx *, const struct job *); /* same */
	const struct option *serve_options, *work_options;
	const struct program_command *commands;

	/* Its own options; the rest is checked before.  Nothing is open yet. */
	enum err (*check)(struct cx *);
	/* Before the runner starts; NULL: nothing. */
	enum err (*schedule)(struct cx *);
	const struct site *site, *metrics;
	/* Before the site is served; *self becomes the site's.  NULL: nothing.
	   Closed after the runner, also if opening failed half way. */
	enum err (*open)(struct cx *, void **self);
	void (*close)(void *self);
	/* After a backup was put back, before it is served: what was sent or
	   seen since then is not known.  NULL: nothing to do. */
	enum err (*restored)(struct cx *);
	/* More lines on standard output once it serves; NULL: none. */
	enum err (*greet)(struct cx *);
};

int program_main(const struct program *, int argc, char **argv);

#endif
