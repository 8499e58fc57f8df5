/*
 * world.c - opened in order, closed in reverse.
 */
#include "app/world.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/crypt.h"
#include "base/log.h"
#include "net/client.h"

enum { EXIT_USAGE = 2 };

void
world_open(struct world *w, const struct program *p)
{
	memset(w, 0, sizeof(*w));
	crypt_start();
	w->program = p;
	w->env = env_real();
	w->log = log_open(STDERR_FILENO, LEVEL_INFO);
	w->cx =
	    (struct cx){ .env = &w->env, .mem = arena_new(), .log = w->log };
	w->cx.now = env_wall(&w->env);
}

void
world_close(struct world *w)
{
	if (w->cx.db != NULL)
		db_close(w->cx.db);
	if (w->client != NULL)
		client_close(w->client);
	if (w->keys != NULL)
		keys_close(w->keys);
	if (w->log != NULL)
		log_close(w->log);
	cx_done(&w->cx);
}

const char *
world_path(struct cx *cx, const char *name)
{
	return arena_printf(cx->mem, "%s/%s", conf_text(cx->conf, "data"),
	    name);
}

void
world_complain(const struct world *w)
{
	fprintf(stderr, "%s: %s\n", w->program->name, w->cx.why);
}

int
world_status(enum err e)
{
	return e == OK ? 0 : e == ERR_INPUT ? EXIT_USAGE : 1;
}

static enum err
folder_make(struct cx *cx)
{
	const char *dir = conf_text(cx->conf, "data");

	if (mkdir(dir, 0700) != 0 && errno != EEXIST)
		return cx_fail(cx, ERR_STORE, "--data %s: %s", dir,
		    strerror(errno));
	return OK;
}

static const char *
key_file(struct cx *cx)
{
	const char *path = conf_text(cx->conf, "key-file");

	return path != NULL ? path : world_path(cx, "master.key");
}

static enum err
keys_read(struct world *w)
{
	struct cx *cx = &w->cx;
	enum err e;

	if ((e = keys_open(cx, key_file(cx), &w->keys)) == OK)
		cx->keys = w->keys;
	return e;
}

enum err
world_keys_again(struct world *w)
{
	return keys_reload(&w->cx, key_file(&w->cx), w->keys);
}

static enum err
database_open(struct world *w)
{
	struct cx *cx = &w->cx;
	struct db_conf c = { .url = conf_text(cx->conf, "database") };

	if (c.url == NULL)
		c.path = world_path(cx, w->program->file);
	return db_open(cx, &c, &cx->db);
}

enum err
world_store(struct world *w)
{
	enum err e;

	if ((e = folder_make(&w->cx)) != OK || (e = keys_read(w)) != OK ||
	    (e = database_open(w)) != OK)
		return e;
	return db_migrate(&w->cx, w->program->schemas, w->program->nschemas);
}

static enum err
must_exist(struct cx *cx, const char *path)
{
	if (access(path, F_OK) == 0)
		return OK;
	return cx_fail(cx, ERR_MISSING, "%s: %s", path, strerror(errno));
}

enum err
world_keys(struct world *w)
{
	enum err e;

	if ((e = must_exist(&w->cx, key_file(&w->cx))) != OK ||
	    (e = folder_make(&w->cx)) != OK)
		return e;
	return keys_read(w);
}

enum err
world_look(struct world *w)
{
	struct cx *cx = &w->cx;
	enum err e;

	if ((e = must_exist(cx, conf_text(cx->conf, "data"))) != OK ||
	    (e = must_exist(cx, key_file(cx))) != OK)
		return e;
	if (conf_text(cx->conf, "database") == NULL &&
	    (e = must_exist(cx, world_path(cx, w->program->file))) != OK)
		return e;
	if ((e = keys_read(w)) != OK || (e = database_open(w)) != OK)
		return e;
	return db_check(cx, w->program->schemas, w->program->nschemas);
}
