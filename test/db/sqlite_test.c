/*
 * sqlite_test.c - files, faults of the disk, and death.
 *
 * fsync and fdatasync of the whole program are ours here: SQLite in its
 * shared library finds these first.
 */
#include "things.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/env.h"

static int fail_sync; /* the n-th from now on fails; 0: none */
static bool fail_all; /* every one fails */
static int synced;

static bool
sync_fails(void)
{
	__atomic_add_fetch(&synced, 1, __ATOMIC_SEQ_CST);
	if (__atomic_load_n(&fail_all, __ATOMIC_SEQ_CST))
		return true;
	if (__atomic_load_n(&fail_sync, __ATOMIC_SEQ_CST) == 0)
		return false;
	return __atomic_sub_fetch(&fail_sync, 1, __ATOMIC_SEQ_CST) == 0;
}

int
fdatasync(int fd)
{
	if (sync_fails()) {
		errno = EIO;
		return -1;
	}
	return (int)syscall(SYS_fdatasync, fd);
}

int
fsync(int fd)
{
	if (sync_fails()) {
		errno = EIO;
		return -1;
	}
	return (int)syscall(SYS_fsync, fd);
}

static void
open_at(struct cx *cx, const char *path)
{
	struct db_conf conf = { .path = path };

	must(cx, db_open(cx, &conf, &cx->db));
	must(cx, db_migrate(cx, thing_lists, 1));
}

static char *
path_in(struct cx *cx, const char *dir, const char *name)
{
	return arena_printf(cx->mem, "%s/%s", dir, name);
}

/* --- files --- */

static void
only_the_owner_may_read_the_files(void **state)
{
	static const char *const names[] = { "a.db", "a.db-wal", "a.db-shm",
		"a.db.lock" };
	struct cx *cx = *state;
	char *dir = test_dir(cx);
	struct stat st;
	size_t i;

	umask(0);
	open_at(cx, path_in(cx, dir, "a.db"));
	for (i = 0; i < COUNT_OF(names); i++) {
		assert_int_equal(stat(path_in(cx, dir, names[i]), &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
	}
	db_close(cx->db);
}

static void
what_cannot_be_opened_says_why(void **state)
{
	struct cx *cx = *state;
	struct db_conf conf = { .path = "/nowhere/at/all.db" };
	char *path = path_in(cx, test_dir(cx), "a.db");
	struct db *db = NULL;

	must_fail(cx, ERR_STORE, db_open(cx, &conf, &db));
	assert_contains(cx->why, "/nowhere/at/all.db");
	test_write_file(path, "this is no database, it is a text of words",
	    0600);
	conf.path = path;
	must_fail(cx, ERR_STORE, db_open(cx, &conf, &db));
	assert_contains(cx->why, "not a database");
	assert_null(db);
}

static void
the_same_file_twice_in_a_process_is_refused(struct cx *cx)
{
	struct db *second;

	must_fail(cx, ERR_STORE, db_open(cx, test_db_conf(cx), &second));
	assert_contains(cx->why, "in use by another process");
	must(cx, thing_new(cx, "still", 1));
}

static void
hold(const char *path, int ready, int until)
{
	struct cx *cx = test_cx();
	char c = 'x';

	open_at(cx, path);
	if (write(ready, &c, 1) != 1 || read(until, &c, 1) != 0)
		_exit(1);
	_exit(0);
}

static void
a_second_process_is_refused_in_words(void **state)
{
	struct cx *cx = *state;
	char *path = path_in(cx, test_dir(cx), "a.db"), pid[32], c;
	struct db_conf conf = { .path = path };
	int ready[2], until[2];
	pid_t child;

	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	assert_int_equal(pipe2(until, O_CLOEXEC), 0);
	if ((child = fork()) == 0) {
		close(until[1]);
		hold(path, ready[1], until[0]);
	}
	assert_int_equal(read(ready[0], &c, 1), 1);
	must_fail(cx, ERR_STORE, db_open(cx, &conf, &cx->db));
	snprintf(pid, sizeof(pid), "pid %ld:", (long)child);
	assert_contains(cx->why, pid);
	assert_contains(cx->why, "stop that one first");
	close(until[1]);
	close(until[0]);
	assert_int_equal(waitpid(child, NULL, 0), child);
	open_at(cx, path);
	db_close(cx->db);
	close(ready[0]);
	close(ready[1]);
}

static void
a_copy_is_whole_and_private(struct cx *cx)
{
	char *path = path_in(cx, test_dir(cx), "copy.db");
	struct cx other;
	struct stat st;

	must(cx, thing_new(cx, "a", 1));
	must(cx, db_copy_to(cx, path));
	must(cx, thing_new(cx, "b", 1));
	must_fail(cx, ERR_CONFLICT, db_copy_to(cx, path));
	must_fail(cx, ERR_STORE, db_copy_to(cx, "/nowhere/copy.db"));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	cx_child(&other, cx);
	open_at(&other, path);
	assert_int_equal(db_count(&other, "thing"), 1);
	db_close(other.db);
	cx_done(&other);
	assert_int_equal(db_count(cx, "thing"), 2);
}

static void
text_with_a_nul_inside_is_read_safely(struct cx *cx)
{
	static const struct sql insert = { "insert_nul",
		BOTH("INSERT INTO thing (name, note) VALUES ('a', "
		     "CAST(x'610062' AS TEXT))"),
		0, 1, "test" };
	static const struct field as_bytes[] = {
		{ "note", FIELD_BYTES, offsetof(struct thing, body) },
		F_INT(struct thing, id, 1, 9),
		F_TEXT(struct thing, name, 1, 9),
		F_INT(struct thing, n, 1, 9),
		{ "body", FIELD_TEXT, offsetof(struct thing, note) },
		F_END,
	};
	struct thing t;

	must(cx, db_exec(cx, insert));
	must(cx, db_one(cx, thing_find, thing_fields, &t, V("a")));
	assert_string_equal(t.note, "a");
	must(cx, db_one(cx, thing_find, as_bytes, &t, V("a")));
	assert_int_equal(t.body.n, 3);
}

/* A statement's class must be right: readers cannot write. */
static void
a_write_that_says_it_reads_is_a_bug(struct cx *cx)
{
	static const struct sql sly = { "sly", BOTH("DELETE FROM thing"), 0, 0,
		"test" };

	must(cx, thing_new(cx, "a", 1));
	must_fail(cx, ERR_BUG, db_exec(cx, sly));
	must_fail(cx, ERR_BUG, db_prepare(cx, &sly));
	assert_int_equal(db_count(cx, "thing"), 1);
}

/* --- faults --- */

static void
a_commit_whose_fsync_fails_did_not_happen(struct cx *cx)
{
	int i, before;

	for (i = 0; i < 5; i++) {
		before = synced;
		__atomic_store_n(&fail_sync, 1, __ATOMIC_SEQ_CST);
		must_fail(cx, ERR_STORE, thing_new(cx, "a", 1));
		assert_true(synced > before);
		assert_contains(cx->why, "I/O");
		assert_int_equal(db_count(cx, "thing"), i);
		must(cx, thing_new(cx, arena_printf(cx->mem, "b%d", i), 1));
	}
	assert_int_equal(db_count(cx, "thing"), 5);
}

static void
fail_every_sync(bool on)
{
	__atomic_store_n(&fail_all, on, __ATOMIC_SEQ_CST);
}

static void
hear(void *arg)
{
	++*(int *)arg;
}

static enum err
nothing(struct cx *cx, void *arg)
{
	(void)cx;
	(void)arg;
	return OK;
}

static void
fsync_that_fails_for_ever_is_told_once_after_five(struct cx *cx)
{
	int i, heard = 0;

	db_on_disk_lost(cx->db, hear, &heard);
	must(cx, db_well(cx));
	fail_every_sync(true);
	must_fail(cx, ERR_STORE, thing_new(cx, "a", 1));
	must_fail(cx, ERR_STORE, db_well(cx));
	fail_every_sync(false);
	must(cx, db_well(cx)); /* it has tried */
	fail_every_sync(true);
	for (i = 1; i <= 7; i++) {
		must_fail(cx, ERR_STORE, thing_new(cx, "a", 1));
		must(cx, db_tx(cx, nothing, NULL)); /* shows nothing */
		assert_int_equal(heard, i >= 5);
	}
	fail_every_sync(false);
	must(cx, thing_new(cx, "a", 1));
	must(cx, db_well(cx));
	assert_int_equal(db_count(cx, "thing"), 1);
}

static void
each_commit_waits_for_the_disk(struct cx *cx)
{
	int before = synced;

	must(cx, thing_new(cx, "a", 1));
	assert_int_equal(synced - before, 1);
	must(cx, thing_new(cx, "b", 1));
	assert_int_equal(synced - before, 2);
}

struct filler {
	struct cx *from;
	int number;
	int stored;
	int refused;
	enum err odd;
	struct thread *thread;
};

/* 64 KB each, until refused for the third time. */
static void
fill(void *arg)
{
	static const unsigned char body[64 * 1024];
	struct filler *f = arg;
	char name[32];
	struct cx cx;
	enum err e;
	int i;

	cx_child(&cx, f->from);
	for (i = 0; i < 400 && f->refused < 3; i++) {
		snprintf(name, sizeof(name), "f%d-%d", f->number, i);
		e = db_exec(&cx, thing_insert, V(name), V(1),
		    V((struct bytes){ body, sizeof(body) }), V("note"));
		f->stored += e == OK;
		f->refused += e == ERR_STORE;
		if (e != OK && e != ERR_STORE)
			f->odd = e;
	}
	cx_done(&cx);
}

static void
fill_up(struct cx *cx)
{
	struct filler f[6];
	int stored = 0, refused = 0;
	size_t i;

	for (i = 0; i < COUNT_OF(f); i++) {
		f[i] = (struct filler){ .from = cx, .number = (int)i };
		f[i].thread = cx->env->start(cx->env, "fill", fill, &f[i]);
	}
	for (i = 0; i < COUNT_OF(f); i++) {
		cx->env->join(cx->env, f[i].thread);
		assert_int_equal(f[i].odd, OK);
		stored += f[i].stored;
		refused += f[i].refused;
	}
	print_message("%d stored, %d refused\n", stored, refused);
	assert_true(refused >= 3);
	assert_int_equal(db_count(cx, "thing"), stored);
}

static void
a_full_disk_refuses_and_the_database_lives_on(void **state)
{
	struct cx *cx = *state;
	char *dir = test_dir(cx), *ballast = path_in(cx, dir, "ballast");
	int64_t before;
	int fd;

	if (mount("tmpfs", dir, "tmpfs", 0, "size=12m") != 0) {
		printf("skip: may not mount a small tmpfs: %s\n",
		    strerror(errno));
		skip();
	}
	fd = open(ballast, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(posix_fallocate(fd, 0, 4 * 1024 * 1024), 0);
	close(fd);
	open_at(cx, path_in(cx, dir, "a.db"));
	fill_up(cx);
	before = db_count(cx, "thing");
	unlink(ballast);
	must(cx, thing_new(cx, "there is room again", 1));
	assert_int_equal(db_count(cx, "thing"), before + 1);
	db_close(cx->db);
	open_at(cx, path_in(cx, dir, "a.db"));
	assert_int_equal(db_count(cx, "thing"), before + 1);
	db_close(cx->db);
	assert_int_equal(umount2(dir, MNT_DETACH), 0);
}

static void
a_file_that_may_not_grow_refuses_and_lives_on(struct cx *cx)
{
	struct rlimit was, low;
	int64_t before;

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	low = was;
	low.rlim_cur = 6 * 1024 * 1024;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &low), 0);
	fill_up(cx);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	before = db_count(cx, "thing");
	must(cx, thing_new(cx, "there is room again", 1));
	assert_int_equal(db_count(cx, "thing"), before + 1);
}

/* --- death --- */

struct killed {
	struct cx *cx;
	int number;
	int out;
};

static void
acknowledge(void *arg)
{
	struct killed *k = arg;
	char name[24] = "";
	struct cx cx;
	int i;

	cx_child(&cx, k->cx);
	for (i = 0;; i++) {
		snprintf(name, sizeof(name), "r%d-%d-%d", k->number, i,
		    (int)getpid());
		if (thing_new(&cx, name, 1) != OK ||
		    write(k->out, name, sizeof(name)) != sizeof(name))
			_exit(1);
	}
}

static void
die_writing(const char *path, int out)
{
	struct cx *cx = test_cx();
	struct killed k[4];
	int i;

	open_at(cx, path);
	for (i = 0; i < 4; i++) {
		k[i] = (struct killed){ cx, i, out };
		cx->env->start(cx->env, "writer", acknowledge, &k[i]);
	}
	pause();
}

/* Kills the writing child after a while; the names it acknowledged. */
static size_t
acknowledged(struct cx *cx, const char *path, char (**names)[24])
{
	size_t n = 0, room = 4096;
	char name[24];
	int out[2];
	pid_t child;

	*names = arena_alloc(cx->mem, room * 24);
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	if ((child = fork()) == 0)
		die_writing(path, out[1]);
	close(out[1]);
	while (read(out[0], name, 24) == 24 && n < room) {
		memcpy((*names)[n++], name, 24);
		if (n == 500)
			kill(child, SIGKILL);
	}
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	close(out[0]);
	return n;
}

static void
a_killed_process_loses_nothing_it_acknowledged(void **state)
{
	struct cx *cx = *state;
	char *path = path_in(cx, test_dir(cx), "a.db");
	char(*names)[24];
	struct thing t;
	size_t i, n, total = 0;
	int round;

	for (round = 0; round < 5; round++) {
		n = acknowledged(cx, path, &names);
		assert_true(n >= 500);
		open_at(cx, path);
		for (i = 0; i < n; i++)
			must(cx,
			    db_one(cx, thing_find, thing_fields, &t,
				V((const char *)names[i])));
		total += n;
		assert_true(db_count(cx, "thing") >= (int64_t)total);
		db_close(cx->db);
	}
	print_message("%zu acknowledged, none missing\n", total);
}

/* Ten seconds go by whenever somebody looks. */
static int64_t
hasty(struct env *env)
{
	static int64_t now;

	(void)env;
	return now += 10 * 1000;
}

/* It would never end, and meanwhile the log of writes could only grow. */
static void
a_reader_is_cut_after_half_a_minute(void **state)
{
	static const struct sql endless = { "endless",
		BOTH("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
		     "SELECT i + 1 FROM n) SELECT count(*) AS n FROM n"),
		0, 0, "test" };
	static const struct field total[] = {
		F_INT(struct thing, n, 0, INT64_MAX), F_END
	};
	struct cx *cx = *state;
	int64_t (*clock)(struct env *) = cx->env->mono_ms;
	struct thing t;

	open_at(cx, path_in(cx, test_dir(cx), "a.db"));
	cx->env->mono_ms = hasty;
	must_fail(cx, ERR_BUSY, db_one(cx, endless, total, &t));
	assert_contains(cx->why, "interrupted");
	cx->env->mono_ms = clock;
	must(cx, thing_new(cx, "after", 7));
	must(cx, db_one(cx, thing_total, total, &t));
	assert_int_equal(t.n, 7);
	db_close(cx->db);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(only_the_owner_may_read_the_files),
		TEST(what_cannot_be_opened_says_why),
		TEST(a_reader_is_cut_after_half_a_minute),
		TEST_SQLITE(the_same_file_twice_in_a_process_is_refused,
		    thing_lists),
		TEST(a_second_process_is_refused_in_words),
		TEST_SQLITE(a_copy_is_whole_and_private, thing_lists),
		TEST_SQLITE(text_with_a_nul_inside_is_read_safely, thing_lists),
		TEST_SQLITE(a_write_that_says_it_reads_is_a_bug, thing_lists),
		TEST_SQLITE(each_commit_waits_for_the_disk, thing_lists),
		TEST_INLINE(each_commit_waits_for_the_disk, thing_lists),
		TEST_SQLITE(a_commit_whose_fsync_fails_did_not_happen,
		    thing_lists),
		TEST_INLINE(a_commit_whose_fsync_fails_did_not_happen,
		    thing_lists),
		TEST_SQLITE(fsync_that_fails_for_ever_is_told_once_after_five,
		    thing_lists),
		TEST_INLINE(fsync_that_fails_for_ever_is_told_once_after_five,
		    thing_lists),
		TEST(a_full_disk_refuses_and_the_database_lives_on),
		TEST_SQLITE(a_file_that_may_not_grow_refuses_and_lives_on,
		    thing_lists),
		TEST(a_killed_process_loses_nothing_it_acknowledged),
	};

	return cmocka_run_group_tests_name("db sqlite", tests, NULL, NULL);
}
