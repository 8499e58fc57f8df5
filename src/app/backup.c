/*
 * backup.c - a copy of the data folder's database, and the way back.
 *
 * The copy is made by the program that has the database open, while it serves.
 * What is restored is put together under another name and given its own in the
 * end: a restore that was cut short left no database, and is begun again.
 */
#include "app/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/options.h"
#include "app/world.h"
#include "base/arena.h"
#include "base/crypt.h"
#include "base/folder.h"
#include "base/json.h"
#include "base/text.h"
#include "base/when.h"
#include "db/file.h"

enum { MANIFEST_MAX = 4096, DIGEST_TEXT = 65, BLOCK = 1 << 16 };

const struct option backup_options[] = { OPT_STORE, { 0 } };

const struct option restore_options[] = {
	OPT_STORE,
	{ "verify", OPTION_SWITCH, NULL, false, 0, 0, NULL,
	    "Only see that the backup is whole and its key at hand." },
	{ 0 },
};

const char backup_more[] =
    "  FILE\n"
    "      Where the copy goes, from the current folder unless it begins with\n"
    "      a slash; FILE.manifest is written beside it: keep both. FILE must\n"
    "      be new, and its folder be there. While DIR is served, it is the\n"
    "      program that serves that writes, where its user may: under systemd\n"
    "      into DIR alone.";

const char restore_more[] =
    "  FILE\n"
    "      What backup wrote, from the current folder unless it begins with a\n"
    "      slash; FILE.manifest must lie beside it, and the master key of "
    "then\n"
    "      in DIR (or where --key-file says).";

/* --- files --- */

static enum err
failed(struct cx *cx, const char *path)
{
	return folder_failed(cx, errno == ENOENT ? ERR_MISSING : ERR_STORE,
	    path);
}

static enum err
digest_of(struct cx *cx, const char *path, char hex[DIGEST_TEXT], int64_t *size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	enum err e = OK;

	if (fd < 0)
		return failed(cx, path);
	if (!sha256_file_hex(fd, hex, size))
		e = failed(cx, path);
	close(fd);
	return e;
}

static enum err
copy_block(int from, int to, bool *end)
{
	static char block[BLOCK];
	ssize_t n = read(from, block, sizeof(block));

	*end = n == 0;
	errno = n >= 0 ? ENOSPC : errno; /* of a short write nobody says why */
	return n >= 0 && write(to, block, (size_t)n) == n ? OK : ERR_STORE;
}

static enum err
file_copy(struct cx *cx, const char *from, const char *to)
{
	int in = open(from, O_RDONLY | O_CLOEXEC), out;
	bool end = false;
	enum err e = OK;

	if (in < 0)
		return failed(cx, from);
	unlink(to);
	out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (out < 0)
		e = failed(cx, to);
	while (e == OK && !end) {
		if (copy_block(in, out, &end) != OK)
			e = failed(cx, to);
	}
	if (e == OK && fsync(out) != 0)
		e = failed(cx, to);
	close(in);
	if (out >= 0)
		close(out);
	return e;
}

/* Durable under its name, or not there. */
static enum err
text_write(struct cx *cx, const char *path, const char *text)
{
	const char *new = arena_printf(cx->mem, "%s.new", path);
	int fd = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	ssize_t n = (ssize_t)strlen(text);
	bool good;

	if (fd < 0)
		return failed(cx, new);
	errno = ENOSPC; /* of a short write nobody says why */
	good = write(fd, text, (size_t)n) == n && fsync(fd) == 0;
	close(fd);
	if (good && rename(new, path) == 0 && folder_sync(cx, path))
		return OK;
	unlink(new);
	return failed(cx, path);
}

/* --- the manifest --- */

struct manifest {
	const char *program, *file;
	char digest[DIGEST_TEXT];
	int64_t size;
};

static const char *
manifest_path(struct cx *cx, const char *file)
{
	return arena_printf(cx->mem, "%s.manifest", file);
}

static enum err
manifest_write(struct cx *cx, const char *file, struct json *out)
{
	struct bytes seal;
	struct manifest m;
	enum err e;

	if ((e = digest_of(cx, file, m.digest, &m.size)) != OK)
		return e;
	seal = crypt_seal_text(cx, "backup", m.digest);
	json_set_text(cx, out, "made_at", when_write(cx->mem, cx->now));
	json_set_int(cx, out, "bytes", m.size);
	json_set_text(cx, out, "sha256", m.digest);
	json_set_text(cx, out, "seal", base64_encode(cx->mem, seal));
	return text_write(cx, manifest_path(cx, file),
	    arena_printf(cx->mem, "%s\n", json_write(cx, out)));
}

/* FILE was given as its manifest, or its manifest is not there. */
static enum err
no_manifest(struct cx *cx, const char *file, const char *path)
{
	const char *why = strerror(errno), *backup;
	size_t n = strlen(file), end = strlen(".manifest");

	backup = arena_textn(cx->mem, file, n > end ? n - end : 0);
	if (text_equal(file + strlen(backup), ".manifest") &&
	    access(backup, F_OK) == 0)
		return cx_fail(cx, ERR_MISSING,
		    "%s is a manifest: give the backup itself, %s", file,
		    backup);
	return cx_fail(cx, ERR_MISSING,
	    "%s: %s; put it beside the backup: only what the backup command "
	    "wrote can be restored",
	    path, why);
}

static enum err
manifest_read(struct cx *cx, const char *file, struct json **out)
{
	const char *path = manifest_path(cx, file);
	char text[MANIFEST_MAX];
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return errno == ENOENT ? no_manifest(cx, file, path)
				       : failed(cx, path);
	n = read(fd, text, sizeof(text));
	close(fd);
	if (n > 0 && json_parse(cx, text, (size_t)n, out) == OK)
		return OK;
	return cx_fail(cx, ERR_STORE,
	    "%s: no manifest of a backup; put the one there that was written "
	    "with it",
	    path);
}

static bool
is_sealed(struct cx *cx, const struct json *j, const char *hex)
{
	const char *seal = json_get_text(j, "seal"), *said;
	struct bytes b;

	return seal != NULL && base64_decode(cx->mem, seal, &b) &&
	    crypt_open_text(cx, "backup", b, &said) == OK &&
	    text_equal(said, hex);
}

/* The file is what was written, and the key that seals its rows is here. */
static enum err
manifest_check(struct world *w, const char *file, const struct json *j)
{
	struct cx *cx = &w->cx;
	const char *by = json_get_text(j, "program");
	char hex[DIGEST_TEXT];
	int64_t size;
	enum err e;

	if (!text_equal(by, w->program->name))
		return cx_fail(cx, ERR_STORE,
		    "%s: no backup of %s: %s wrote it; restore it with that",
		    file, w->program->name,
		    by != NULL ? by : "another program");
	if ((e = digest_of(cx, file, hex, &size)) != OK)
		return e;
	if (!text_equal(json_get_text(j, "sha256"), hex))
		return cx_fail(cx, ERR_STORE,
		    "%s: not what was written: use another backup", file);
	if (!is_sealed(cx, j, hex))
		return cx_fail(cx, ERR_STORE,
		    "%s: its master key is not in the key file: put the right "
		    "one there",
		    file);
	return OK;
}

/* --- backup --- */

static const char *
absolute(struct cx *cx, const char *file)
{
	char here[4096];

	if (file[0] == '/' || getcwd(here, sizeof(here)) == NULL)
		return file;
	return arena_printf(cx->mem, "%s/%s", here, file);
}

static const char *
word(const struct cx *cx)
{
	const char *const *words;

	conf_words(cx->conf, &words);
	return words[0];
}

struct json *
backup_ask(struct cx *cx)
{
	struct json *in = json_new_object(cx);

	json_set_text(cx, in, "file", absolute(cx, word(cx)));
	return in;
}

enum err
backup_run(struct cx *cx, const struct program *p, const struct json *in,
    struct json *out)
{
	const char *file = json_get_text(in, "file");
	enum err e;

	if (file == NULL)
		return cx_fail(cx, ERR_INPUT, "backup: incomplete");
	if (db_engine(cx->db) != DB_SQLITE)
		return cx_fail(cx, ERR_INPUT,
		    "backup: the database is PostgreSQL: use pg_dump");
	if ((e = db_copy_to(cx, file)) != OK)
		return e;
	json_set_text(cx, out, "program", p->name);
	if ((e = manifest_write(cx, file, out)) != OK)
		unlink(file);
	return e;
}

/* A server may see another folder under that name than who asked it.  Where we
   may not look we say nothing. */
static bool
is_here(const char *file, int64_t bytes)
{
	struct stat st;

	if (stat(file, &st) != 0)
		return errno != ENOENT;
	return st.st_size == bytes;
}

void
backup_print(const struct json *in, const struct json *out)
{
	const char *file = json_get_text(in, "file");
	int64_t bytes = json_int(json_get(out, "bytes"), 0);

	printf("%s: %" PRId64 " bytes\n", file, bytes);
	if (is_here(file, bytes))
		return;
	fprintf(stderr,
	    "%s: %s: what was written is not here: the program that serves "
	    "sees another folder under that name; under systemd (PrivateTmp=) "
	    "a /tmp of its own, which goes with it: give a path in the data "
	    "folder\n",
	    json_get_text(in, "program"), file);
}

/* --- restore --- */

static void
tidy(struct cx *cx, const char *path)
{
	static const char *const ends[] = { "", "-wal", "-shm", ".lock" };
	size_t i;

	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		unlink(arena_printf(cx->mem, "%s%s", path, ends[i]));
}

/* Whole, of this schema, and told that time has passed. */
static enum err
wake(struct world *w, const char *path)
{
	struct cx *cx = &w->cx;
	const struct program *p = w->program;
	struct db_conf c = { .path = path, .inline_writer = true };
	enum err e;

	if ((e = db_open(cx, &c, &cx->db)) != OK)
		return e;
	if ((e = db_migrate(cx, p->schemas, p->nschemas)) == OK)
		e = db_check(cx, p->schemas, p->nschemas);
	if (e == OK && p->restored != NULL)
		e = p->restored(cx);
	db_close(cx->db);
	cx->db = NULL;
	return e;
}

/* What a killed program left behind its database is of that database: SQLite
   would write it into the one that is put there. */
static enum err
must_be_free(struct cx *cx, const char *path)
{
	static const char *const parts[] = { "", "-wal", "-shm" };
	const char *part;
	size_t i;

	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		part = arena_printf(cx->mem, "%s%s", path, parts[i]);
		if (access(part, F_OK) == 0)
			return cx_fail(cx, ERR_CONFLICT,
			    "%s is there: stop the program and move it away "
			    "first, with %s-wal and %s-shm where they are",
			    part, path, path);
	}
	return OK;
}

/* All of it is in the file: SQLite has written its log into it and gone. */
static enum err
name_it(struct cx *cx, const char *new, const char *path)
{
	const char *wal = arena_printf(cx->mem, "%s-wal", new);

	if (access(wal, F_OK) == 0)
		return cx_fail(cx, ERR_STORE,
		    "%s: its log could not be written into it: see that the "
		    "disk has room, and restore again",
		    new);
	if (rename(new, path) != 0 || !folder_sync(cx, path))
		return failed(cx, path);
	return OK;
}

static enum err
put_back(struct world *w, const char *file)
{
	struct cx *cx = &w->cx;
	const char *path = world_path(cx, w->program->file);
	const char *new = arena_printf(cx->mem, "%s.restoring", path);
	int lock;
	enum err e;

	if ((e = world_folder(w)) != OK ||
	    (e = file_lock(cx, path, &lock)) != OK)
		return e;
	if ((e = must_be_free(cx, path)) == OK) {
		tidy(cx, new);
		if ((e = file_copy(cx, file, new)) == OK &&
		    (e = wake(w, new)) == OK)
			e = name_it(cx, new, path);
		tidy(cx, new);
	}
	close(lock);
	return e;
}

static enum err
must_be_file(struct cx *cx, const char *file)
{
	struct stat st;

	if (stat(file, &st) == 0 && !S_ISDIR(st.st_mode))
		return OK;
	if (access(file, F_OK) == 0)
		return cx_fail(cx, ERR_MISSING,
		    "%s is a folder: give the file in it that backup wrote",
		    file);
	if (errno != ENOENT)
		return failed(cx, file);
	return cx_fail(cx, ERR_MISSING,
	    "%s: %s; give the file that backup wrote", file, strerror(ENOENT));
}

static enum err
restore(struct world *w, const char *file)
{
	struct cx *cx = &w->cx;
	struct json *j;
	enum err e;

	if (conf_text(cx->conf, "database") != NULL)
		return cx_fail(cx, ERR_INPUT,
		    "restore: the database is PostgreSQL: use pg_restore");
	if ((e = must_be_file(cx, file)) != OK ||
	    (e = manifest_read(cx, file, &j)) != OK)
		return e;
	if ((e = world_keys(w)) != OK || (e = manifest_check(w, file, j)) != OK)
		return e;
	if (conf_is(cx->conf, "verify"))
		return OK;
	return put_back(w, file);
}

int
restore_run(struct world *w)
{
	const char *file = absolute(&w->cx, word(&w->cx));
	const char *done = "restored; start serve";
	enum err e = restore(w, file);

	if (conf_is(w->cx.conf, "verify"))
		done = "whole, and its key is here";
	if (e == OK)
		printf("%s: %s\n", file, done);
	else
		world_complain(w);
	return world_status(e);
}
