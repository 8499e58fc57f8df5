/*
 * world.h - what a command of a program stands on: clock, log, keys, database.
 */
#ifndef APP_WORLD_H
#define APP_WORLD_H

#include "app/program.h"
#include "base/env.h"

struct client;
struct keys;
struct log;

struct world {
	const struct program *program;
	struct env env;
	struct cx cx;
	struct log *log;
	struct keys *keys;
	struct client *client;
};

void world_open(struct world *, const struct program *);
void world_close(struct world *);

/* Folder and keys, made if missing; the database, opened and brought up to
   date.  ERR_STORE: one of them cannot be, and why: also a database whose key
   is not there, instead of which none is made. */
enum err world_store(struct world *);
/* As world_store, in a folder that is there: one that has a database, or is
   empty.  ERR_MISSING. */
enum err world_in(struct world *);
/* The same, and the database is there too. */
enum err world_again(struct world *);
/* Nothing is made and nothing changed.  ERR_MISSING: no such folder or key
   file. */
enum err world_look(struct world *);

/* Only the keys; a missing key file is not made. */
enum err world_keys(struct world *);
/* Only the folder, made if missing. */
enum err world_folder(struct world *);

/* The key file again, while serving. */
enum err world_keys_again(struct world *);

/* A path in the data folder. */
const char *world_path(struct cx *, const char *name);
/* cx->why as one line on standard error. */
void world_complain(const struct world *);
/* The exit status of a command that ended so. */
int world_status(enum err);

#endif
