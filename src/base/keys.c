/*
 * keys.c - the key file.
 *
 * Who can read it can read every sealed secret, so a file that others may read
 * is refused rather than used with a warning.  A missing file is made beside
 * its place and linked there: it is whole or absent, and of two programs that
 * start at once one makes it and both use it.
 */
#include "base/keys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/folder.h"
#include "base/env.h"

enum {
	FILE_MOST = 4096, /* bytes; KEYS_MAX lines fit */
	FRESH_ID_BYTES = 4
};

static const char id_chars[] = "abcdefghijklmnopqrstuvwxyz"
			       "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

const struct key *
keys_find(const struct keys *keys, const void *id, size_t n)
{
	size_t i;

	for (i = 0; i < keys->n; i++) {
		if (strlen(keys->key[i].id) == n &&
		    memcmp(keys->key[i].id, id, n) == 0)
			return &keys->key[i];
	}
	return NULL;
}

bool
keys_has(const struct keys *keys, const char *id)
{
	return keys_find(keys, id, strlen(id)) != NULL;
}

struct keys *
keys_fixed(void)
{
	struct keys *keys = mem_new(sizeof(*keys));
	int i;

	keys->n = 1;
	memcpy(keys->key[0].id, "fixed", sizeof("fixed"));
	for (i = 0; i < KEY_BYTES; i++)
		keys->key[0].secret[i] = (unsigned char)i;
	return keys;
}

void
keys_close(struct keys *keys)
{
	if (keys == NULL)
		return;
	explicit_bzero(keys, sizeof(*keys));
	mem_free(keys);
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool
read_secret(const char *hex, unsigned char out[KEY_BYTES])
{
	int i, high, low;

	if (strlen(hex) != 2 * KEY_BYTES)
		return false;
	for (i = 0; i < KEY_BYTES; i++) {
		high = hex_value(hex[2 * i]);
		low = hex_value(hex[2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		out[i] = (unsigned char)(high << 4 | low);
	}
	return true;
}

/* "ID HEX64"; the line is cut in two. */
static bool
read_key(char *line, struct key *key)
{
	size_t n = strspn(line, id_chars);

	if (n == 0 || n > KEY_ID_MAX || line[n] != ' ')
		return false;
	memcpy(key->id, line, n);
	key->id[n] = '\0';
	return read_secret(line + n + 1, key->secret);
}

static enum err
add_key(struct cx *cx, const char *path, int number, char *line,
    struct keys *keys)
{
	struct key *key;

	if (line[0] == '\0' || line[0] == '#')
		return OK;
	if (keys->n == KEYS_MAX)
		return cx_fail(cx, ERR_INPUT, "%s:%d: more than %d keys", path,
		    number, KEYS_MAX);
	key = &keys->key[keys->n];
	if (!read_key(line, key))
		return cx_fail(cx, ERR_INPUT,
		    "%s:%d: not an id, a blank and 64 hex digits", path,
		    number);
	if (keys_find(keys, key->id, strlen(key->id)) != NULL)
		return cx_fail(cx, ERR_INPUT, "%s:%d: key id %s is there twice",
		    path, number, key->id);
	keys->n++;
	return OK;
}

static enum err
read_lines(struct cx *cx, const char *path, char *text, struct keys *keys)
{
	char *line = text, *end;
	int number;
	enum err e;

	for (number = 1; line != NULL; number++, line = end) {
		if ((end = strchr(line, '\n')) != NULL)
			*end++ = '\0';
		if ((e = add_key(cx, path, number, line, keys)) != OK)
			return e;
	}
	if (keys->n == 0)
		return cx_fail(cx, ERR_INPUT,
		    "%s: holds no key; put your copy of it there", path);
	return OK;
}

static enum err
check_file(struct cx *cx, const char *path, int fd)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return cx_fail(cx, ERR_INPUT, "%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return cx_fail(cx, ERR_INPUT,
		    "%s: not a plain file; give the path of the key file",
		    path);
	if (st.st_mode & 077)
		return cx_fail(cx, ERR_INPUT,
		    "%s: mode %04o lets others in; make it 0600", path,
		    (unsigned)(st.st_mode & 07777));
	if (st.st_size >= FILE_MOST)
		return cx_fail(cx, ERR_INPUT, "%s: longer than %d bytes", path,
		    FILE_MOST - 1);
	return OK;
}

static enum err
read_file(struct cx *cx, const char *path, int fd, struct keys *keys)
{
	char text[FILE_MOST];
	ssize_t n;
	enum err e;

	if ((e = check_file(cx, path, fd)) != OK)
		return e;
	n = read(fd, text, sizeof(text) - 1);
	if (n < 0)
		return cx_fail(cx, ERR_INPUT, "%s: %s", path, strerror(errno));
	text[n] = '\0';
	if (strlen(text) != (size_t)n)
		e = cx_fail(cx, ERR_INPUT,
		    "%s: holds a NUL, as no key file does; put your copy of it "
		    "there",
		    path);
	else
		e = read_lines(cx, path, text, keys);
	explicit_bzero(text, sizeof(text));
	return e;
}

/* A fresh key in `line`: "ID HEX64\n". */
static int
fresh_line(struct cx *cx, char *line, size_t size)
{
	unsigned char b[FRESH_ID_BYTES + KEY_BYTES];
	int at = 0, i;

	env_random(cx->env, b, sizeof(b));
	for (i = 0; i < FRESH_ID_BYTES + KEY_BYTES; i++)
		at += snprintf(line + at, size - (size_t)at,
		    i == FRESH_ID_BYTES ? " %02x" : "%02x", b[i]);
	at += snprintf(line + at, size - (size_t)at, "\n");
	explicit_bzero(b, sizeof(b));
	return at;
}

static bool
write_fresh(struct cx *cx, const char *path)
{
	char line[128];
	int fd, n;
	bool good;

	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return false;
	n = fresh_line(cx, line, sizeof(line));
	good = write(fd, line, (size_t)n) == n && fsync(fd) == 0;
	explicit_bzero(line, sizeof(line));
	return close(fd) == 0 && good;
}

/* A key must outlive a power cut before anything is sealed with it. */
static enum err
make_file(struct cx *cx, const char *path)
{
	char *fresh = arena_printf(cx->mem, "%s.new%ld", path, (long)getpid());
	enum err e = OK;

	unlink(fresh); /* left by a crash, and never in use */
	if (!write_fresh(cx, fresh) ||
	    (link(fresh, path) != 0 && errno != EEXIST))
		e = folder_failed(cx, ERR_INPUT, path);
	unlink(fresh);
	if (e == OK && !folder_sync(cx, path))
		e = folder_failed(cx, ERR_INPUT, path);
	return e;
}

static int
open_file(const char *path)
{
	return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

enum err
keys_open(struct cx *cx, const char *path, struct keys **out)
{
	struct keys *keys;
	int fd = open_file(path);
	enum err e;

	if (fd < 0 && errno == ENOENT) {
		if ((e = make_file(cx, path)) != OK)
			return e;
		fd = open_file(path);
	}
	if (fd < 0)
		return folder_failed(cx, ERR_INPUT, path);
	keys = mem_new(sizeof(*keys));
	e = read_file(cx, path, fd, keys);
	close(fd);
	if (e != OK) {
		keys_close(keys);
		return e;
	}
	*out = keys;
	return OK;
}

/* --- while serving --- */

/* Where a key of `from` is, or will be, in `keys`; KEYS_MAX: it cannot be. */
static size_t
place_of(const struct keys *keys, const struct key *k, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (strcmp(keys->key[i].id, k->id) != 0)
			continue;
		return memcmp(keys->key[i].secret, k->secret, KEY_BYTES) == 0
		    ? i
		    : KEYS_MAX;
	}
	return n;
}

/* Slots behind n are nobody's yet: they are filled, and then shown. */
static enum err
add_new(struct cx *cx, const char *path, const struct keys *from,
    struct keys *keys)
{
	size_t i, at, first = 0, n = keys->n;

	for (i = 0; i < from->n; i++) {
		at = place_of(keys, &from->key[i], n);
		if (at == KEYS_MAX)
			return cx_fail(cx, ERR_INPUT,
			    "%s: key %s has another secret than before, or "
			    "there are too many",
			    path, from->key[i].id);
		if (at == n)
			keys->key[n++] = from->key[i];
		if (i == 0)
			first = at;
	}
	keys->n = n;
	keys->current = first;
	return OK;
}

enum err
keys_reload(struct cx *cx, const char *path, struct keys *keys)
{
	struct keys *from = mem_new(sizeof(*from));
	int fd = open_file(path);
	enum err e;

	if (fd < 0)
		e = cx_fail(cx, ERR_INPUT, "%s: %s", path, strerror(errno));
	else
		e = read_file(cx, path, fd, from);
	if (fd >= 0)
		close(fd);
	if (e == OK)
		e = add_new(cx, path, from, keys);
	keys_close(from);
	return e;
}
