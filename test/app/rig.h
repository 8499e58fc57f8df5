/*
 * rig.h - either program, and a folder of it.
 */
#ifndef TEST_APP_RIG_H
#define TEST_APP_RIG_H

#include "lib/program.h"

enum { CLOUD, SHOPIFY, BOTH };

struct rig_program {
	const char *path, *name, *prefix, *file;
};

extern const struct rig_program programs[BOTH];

/* A path in a folder. */
const char *in(struct cx *, const char *dir, const char *name);
bool is_there(struct cx *, const char *dir, const char *name);
/* A serve command: what it must have, and `more`. */
const char *serving(struct cx *, int i, const char *dir, const char *more);
/* Served on a port of its own. */
struct program serve(struct cx *, int i, const char *dir, const char *more);
/* A command on a folder, to its end. */
struct run on(struct cx *, int i, const char *command, const char *dir);
/* A socket of that kind (SOCK_STREAM) in a folder, at which somebody listens.
 */
int rig_listening(const char *path, int kind);

#endif
