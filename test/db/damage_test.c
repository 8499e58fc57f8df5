/*
 * damage_test.c - bytes of a database file that are no longer what was written.
 *
 * Either somebody is told, or every key and every row that a key leads to is
 * what was written.  What SQLite cannot see is a value that stands in no index
 * and was changed inside; a backup's digest sees that, too (app/folder_test.c).
 */
#include "things.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/env.h"

enum { THINGS = 300, FILES = 240 };

struct file_copy {
	char *path; /* of what is damaged */
	unsigned char *p;
	size_t n;
};

static const char *
name_of(struct cx *cx, int64_t i)
{
	return arena_printf(cx->mem, "%04d %059d", (int)i, (int)i);
}

static enum err
fill(struct cx *cx, void *arg)
{
	struct thing t;
	int64_t i;
	enum err e = OK;

	(void)arg;
	for (i = 1; i <= THINGS && e == OK; i++)
		e = db_one(cx, thing_insert, thing_fields, &t,
		    V(name_of(cx, i)), V(i), V((struct bytes){ 0 }),
		    V((const char *)NULL));
	return e;
}

static void
open_alone(struct cx *cx, const char *path)
{
	struct db_conf conf = { .path = path,
		.inline_writer = true,
		.readers = 1 };

	must(cx, db_open(cx, &conf, &cx->db));
}

/* A filled database that was closed, as bytes. */
static void
make_file(struct cx *cx, struct file_copy *f)
{
	char *path = arena_printf(cx->mem, "%s/whole.db", test_dir(cx));
	struct stat st;
	int fd;

	open_alone(cx, path);
	must(cx, db_migrate(cx, thing_lists, 1));
	must(cx, db_tx(cx, fill, NULL));
	db_close(cx->db);
	cx->db = NULL;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_int_equal(fstat(fd, &st), 0);
	f->n = (size_t)st.st_size;
	f->p = arena_alloc(cx->mem, f->n);
	assert_int_equal(read(fd, f->p, f->n), f->n);
	close(fd);
	f->path = arena_printf(cx->mem, "%s.damaged", path);
}

/* One bit, or up to 16 bytes at once, behind one another or anywhere. */
static void
damage(struct cx *cx, const struct file_copy *f)
{
	unsigned char *p = arena_alloc(cx->mem, f->n);
	size_t i, at = env_below(cx->env, f->n);
	size_t count = 1 + env_below(cx->env, 16);
	uint64_t kind = env_below(cx->env, 3);
	int fd;

	memcpy(p, f->p, f->n);
	if (kind == 0)
		p[at] ^= (unsigned char)(1U << env_below(cx->env, 8));
	for (i = 0; kind != 0 && i < count; i++) {
		p[at] ^= (unsigned char)(1 + env_below(cx->env, 255));
		at = kind == 1 ? (at + 1) % f->n : env_below(cx->env, f->n);
	}
	unlink(arena_printf(cx->mem, "%s-wal", f->path));
	unlink(arena_printf(cx->mem, "%s-shm", f->path));
	unlink(f->path);
	fd = open(f->path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(write(fd, p, f->n), f->n);
	close(fd);
}

/* Some call says that it failed; what none refuses must be right. */
static bool
is_told(struct cx *cx, int file)
{
	struct thing t;
	int64_t i;
	enum err e;

	if (db_check(cx, thing_lists, 1) != OK)
		return true;
	for (i = 1; i <= THINGS; i++) {
		e = db_one(cx, thing_find, thing_fields, &t, V(name_of(cx, i)));
		if (e == ERR_STORE || e == ERR_BUG)
			return true;
		if (e != OK || t.id != i || strcmp(t.name, name_of(cx, i)) != 0)
			fail_msg("file %d: %s is lost, and nobody is told",
			    file, name_of(cx, i));
	}
	assert_int_equal(db_count(cx, "thing"), THINGS);
	return false;
}

static void
bytes_changed_at_random_are_told_or_lose_no_row(void **state)
{
	struct cx *cx = *state, one;
	struct file_copy f;
	struct db_conf conf = { .inline_writer = true, .readers = 1 };
	int i, told = 0;

	make_file(cx, &f);
	conf.path = f.path;
	for (i = 1; i <= FILES; i++) {
		cx_child(&one, cx);
		damage(&one, &f);
		if (db_open(&one, &conf, &one.db) != OK) {
			told++;
		} else {
			told += is_told(&one, i);
			db_close(one.db);
		}
		cx_done(&one);
	}
	printf("%d of %d damaged files are told\n", told, FILES);
	assert_true(told > FILES / 4 && told < FILES);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(bytes_changed_at_random_are_told_or_lose_no_row),
	};

	return cmocka_run_group_tests_name("db damage", tests, NULL, NULL);
}
