/*
 * world.c - opened in order, closed in reverse.
 */
#include "app/world.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/key_mark.h"
#include "app/sealed.h"
#include "base/arena.h"
#include "base/crypt.h"
#include "base/folder.h"
#include "base/log.h"
#include "base/text.h"
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

/* Two programs in one folder would share their keys and their socket. */
static enum err
must_be_ours(struct world *w)
{
	static const char *const files[] = { "cloud.db", "shopify.db" };
	struct cx *cx = &w->cx;
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (text_equal(files[i], w->program->file) ||
		    access(world_path(cx, files[i]), F_OK) != 0)
			continue;
		return cx_fail(cx, ERR_CONFLICT,
		    "--data %s: the folder of another program (%s): give %s "
		    "one of its own",
		    conf_text(cx->conf, "data"), files[i], w->program->name);
	}
	return OK;
}

/* By errno.  `cure` is for one that is not there; nobody makes what a link
   names. */
static enum err
no_folder(struct cx *cx, const char *dir, const char *cure)
{
	struct stat st;

	if (errno != ENOENT) {
		folder_failed(cx, ERR_MISSING, dir);
		return cx_in(cx, ERR_MISSING, "--data ");
	}
	if (lstat(dir, &st) == 0)
		return cx_fail(cx, ERR_MISSING,
		    "--data %s: a link to what is not there: make that folder, "
		    "or correct the link",
		    dir);
	return cx_fail(cx, ERR_MISSING, "--data %s: %s; %s", dir,
	    strerror(ENOENT), cure);
}

static enum err
must_be_folder(struct world *w)
{
	const char *dir = conf_text(w->cx.conf, "data");
	struct stat st;

	if (stat(dir, &st) != 0)
		return no_folder(&w->cx, dir,
		    arena_printf(w->cx.mem,
			"give the folder that is served: %s serve makes it",
			w->program->name));
	if (!S_ISDIR(st.st_mode))
		return cx_fail(&w->cx, ERR_MISSING,
		    "--data %s: not a folder; give the one that is served, or "
		    "the name of a new one",
		    dir);
	return must_be_ours(w);
}

enum err
world_folder(struct world *w)
{
	const char *dir = conf_text(w->cx.conf, "data");

	if (mkdir(dir, 0700) == 0)
		return OK;
	if (errno == EEXIST)
		return must_be_folder(w);
	if (errno == ENOENT)
		return cx_fail(&w->cx, ERR_STORE,
		    "--data %s: the folder it lies in does not exist: make "
		    "that first",
		    dir);
	folder_failed(&w->cx, ERR_STORE, dir);
	return cx_in(&w->cx, ERR_STORE, "--data ");
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
	struct cx *cx = &w->cx;
	enum err e = keys_reload(cx, key_file(cx), w->keys);

	/* The new key seals from now on, whatever the database says. */
	if (e == OK && key_mark_renew(cx, key_file(cx)) != OK)
		log_line(cx, LEVEL_WARN, "keys.unmarked", "why=\"%s\"",
		    cx->why);
	return e;
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

static bool
has_database(struct world *w)
{
	struct cx *cx = &w->cx;

	return conf_text(cx->conf, "database") != NULL ||
	    access(world_path(cx, w->program->file), F_OK) == 0;
}

static enum err
must_be_installed(struct world *w)
{
	enum err e = must_be_folder(w);

	if (e != OK || has_database(w))
		return e;
	return cx_fail(&w->cx, ERR_MISSING,
	    "--data %s: holds no %s; %s serve makes it",
	    conf_text(w->cx.conf, "data"), w->program->file, w->program->name);
}

/* But for a key that was put there, and what a file system has of its own. */
static bool
is_empty(const char *dir)
{
	static const char *const known[] = { ".", "..", "master.key",
		"lost+found" };
	enum { KNOWN = sizeof(known) / sizeof(known[0]) };
	DIR *d = opendir(dir);
	struct dirent *f = NULL;
	size_t i = 0;

	while (d != NULL && i < KNOWN && (f = readdir(d)) != NULL) {
		for (i = 0; i < KNOWN && strcmp(f->d_name, known[i]) != 0; i++)
			;
	}
	if (d != NULL)
		closedir(d);
	return d != NULL && f == NULL;
}

/* A mistyped folder is not there, or is somebody else's. */
static enum err
must_be_for_us(struct world *w)
{
	const char *dir = conf_text(w->cx.conf, "data");
	enum err e = must_be_folder(w);

	if (e != OK || has_database(w) || is_empty(dir))
		return e;
	return cx_fail(&w->cx, ERR_MISSING,
	    "--data %s: holds no %s, and is not empty: give the right folder, "
	    "or an empty one",
	    dir, w->program->file);
}

static enum err
key_must_exist(struct cx *cx)
{
	if (access(key_file(cx), F_OK) == 0)
		return OK;
	return cx_fail(cx, ERR_MISSING, "%s: %s; put your copy of it there",
	    key_file(cx), strerror(errno));
}

/* The database is open.  A key is made only for one that never had any, nor has
   rows from before there was a mark. */
static enum err
keys_of_database(struct world *w)
{
	struct cx *cx = &w->cx;
	const char *file = key_file(cx);
	bool marked;
	enum err e;

	if ((e = key_mark_find(cx, &marked)) != OK ||
	    (!marked && (e = sealed_any(cx, w->program, &marked)) != OK))
		return e;
	if (marked && access(file, F_OK) != 0)
		return cx_fail_code(cx, ERR_STORE, "key_missing",
		    "%s: %s; the secrets in this database open with no other "
		    "key: put your copy of it there",
		    file, strerror(errno));
	if ((e = keys_read(w)) != OK)
		return e;
	return key_mark_renew(cx, file);
}

static enum err
store_open(struct world *w)
{
	const struct program *p = w->program;
	enum err e;

	if ((e = database_open(w)) != OK ||
	    (e = db_migrate(&w->cx, p->schemas, p->nschemas)) != OK)
		return e;
	return keys_of_database(w);
}

enum err
world_store(struct world *w)
{
	enum err e = world_folder(w);

	return e != OK ? e : store_open(w);
}

enum err
world_in(struct world *w)
{
	enum err e = must_be_for_us(w);

	return e != OK ? e : store_open(w);
}

enum err
world_again(struct world *w)
{
	enum err e = must_be_installed(w);

	return e != OK ? e : store_open(w);
}

/* A key beside the data can only be in a folder that is there. */
static enum err
place_must_exist(struct world *w)
{
	const char *dir = conf_text(w->cx.conf, "data");
	struct stat st;

	if (conf_text(w->cx.conf, "key-file") != NULL)
		return OK;
	if (stat(dir, &st) == 0)
		return must_be_folder(w);
	return no_folder(&w->cx, dir,
	    "make that folder (mkdir -m 700), and put your copy of master.key "
	    "into it");
}

enum err
world_keys(struct world *w)
{
	enum err e;

	if ((e = place_must_exist(w)) != OK ||
	    (e = key_must_exist(&w->cx)) != OK)
		return e;
	return keys_read(w);
}

enum err
world_look(struct world *w)
{
	struct cx *cx = &w->cx;
	const struct program *p = w->program;
	enum err e;

	if ((e = must_be_installed(w)) != OK ||
	    (e = key_must_exist(cx)) != OK || (e = keys_read(w)) != OK ||
	    (e = database_open(w)) != OK ||
	    (e = db_check(cx, p->schemas, p->nschemas)) != OK)
		return e;
	return key_mark_check(cx, key_file(cx));
}
