/*
 * folder_test.c - what both programs do alike with a data folder: its keys,
 * and the commands that do one thing and end.
 */
#include "rig.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/when.h"
#include "db/db.h"
#include "db/file.h"

/* --- keys --- */

static void
keys_others_may_read_are_refused(void **state)
{
	struct cx *cx = *state;
	const char *dir, *file;
	struct run r;
	int i;

	for (i = CLOUD; i < BOTH; i++) {
		dir = test_dir(cx);
		file = in(cx, dir, "master.key");
		r = program_run(cx, programs[i].path,
		    arena_printf(cx->mem, "migrate --data %s", dir));
		assert_int_equal(r.status, 0);
		assert_int_equal(chmod(file, 0644), 0);
		r = program_run(cx, programs[i].path,
		    serving(cx, i, dir, "--listen 127.0.0.1:0"));
		assert_int_equal(r.status, 2);
		assert_contains(r.err, "master.key");
		assert_string_equal(strchr(r.err, '\n'), "\n");
	}
}

static void
add_key_on_top(struct cx *cx, const char *file, const char *id)
{
	const char *old = test_read_file(cx, file);

	test_write_file(file, arena_printf(cx->mem, "%s %064d\n%s", id, 7, old),
	    0600);
}

/* Sealed rows begin with the id of their key; the mark is one. */
static int
sealed_with(struct cx *cx, const char *dir, const char *id)
{
	return atoi(program_shell(cx,
	    arena_printf(cx->mem, "cat %s/cloud.db* | strings | grep -c %s",
		dir, id)));
}

static void
a_key_put_on_top_seals_without_a_restart(void **state)
{
	static const char tea[] =
	    "{\"technology\":\"shopify\",\"label\":\"Tea\"}";
	struct cx *cx = *state;
	const char *dir = program_folder(cx), *file, *head, *log;
	struct program p;
	struct run r;
	int before;

	log = in(cx, test_dir(cx), "log");
	p = program_serve(cx, programs[CLOUD].path,
	    serving(cx, CLOUD, dir, "--listen 127.0.0.1:0"),
	    &(struct given){ .log = log }, false);
	r = program_run(cx, programs[CLOUD].path,
	    arena_printf(cx->mem, "token add t --data %s", dir));
	head = arena_printf(cx->mem,
	    "POST /api/v1/connectors HTTP/1.1\r\nAuthorization: Bearer %.*s",
	    (int)strcspn(r.out, "\n"), r.out);
	file = in(cx, dir, "master.key");
	add_key_on_top(cx, file, "NewestKey");
	kill(p.pid, SIGHUP);
	while (strstr(test_read_file(cx, log), "keys.read") == NULL)
		usleep(10000);
	before = sealed_with(cx, dir, "NewestKey");
	assert_true(before > 0);
	assert_contains(program_http(cx, p.port, head, tea), " 201 ");
	assert_true(sealed_with(cx, dir, "NewestKey") > before);
	test_write_file(file, "NewestKey 00\n", 0600);
	kill(p.pid, SIGHUP);
	while (strstr(test_read_file(cx, log), "keys.kept") == NULL)
		usleep(10000);
	assert_contains(program_http(cx, p.port, "GET /readyz HTTP/1.1", ""),
	    " 200 ");
	assert_int_equal(program_stop(&p, SIGTERM), 0);
	/* and the old one may go */
	test_write_file(file, arena_printf(cx->mem, "NewestKey %064d\n", 7),
	    0600);
	assert_int_equal(on(cx, CLOUD, "check", dir).status, 0);
}

static void
key_to(struct cx *cx, const char *from, const char *to)
{
	test_write_file(in(cx, to, "master.key"),
	    test_read_file(cx, in(cx, from, "master.key")), 0600);
}

static void
refuses(struct cx *cx, int i, const char *command, const char *dir,
    const char *why)
{
	struct run r = on(cx, i, command, dir);

	assert_int_equal(r.status, 1);
	assert_contains(r.err, why);
	assert_string_equal(strchr(r.err, '\n'), "\n");
}

static void
a_lost_key_is_not_replaced(void **state)
{
	static const char back[] = "put your copy of it there";
	struct cx *cx = *state;
	const char *dir, *other;
	int i;

	for (i = CLOUD; i < BOTH; i++) {
		dir = test_dir(cx);
		other = test_dir(cx);
		assert_int_equal(on(cx, i, "migrate", dir).status, 0);
		assert_int_equal(on(cx, i, "migrate", other).status, 0);
		assert_int_equal(rename(in(cx, dir, "master.key"),
				     in(cx, dir, "kept")),
		    0);
		refuses(cx, i, "migrate", dir, back);
		refuses(cx, i, "check", dir, back);
		assert_false(is_there(cx, dir, "master.key"));
		key_to(cx, other, dir);
		refuses(cx, i, "migrate", dir, back);
		refuses(cx, i, "check", dir, back);
		assert_int_equal(rename(in(cx, dir, "kept"),
				     in(cx, dir, "master.key")),
		    0);
		assert_int_equal(on(cx, i, "check", dir).status, 0);
	}
}

static const char *
add_connector(struct cx *cx, const char *dir)
{
	struct program p = serve(cx, CLOUD, dir, "");
	struct run r = on(cx, CLOUD, "token add t", dir);
	const char *head = arena_printf(cx->mem,
	    "POST /api/v1/connectors HTTP/1.1\r\nAuthorization: Bearer %.*s",
	    (int)strcspn(r.out, "\n"), r.out);

	assert_contains(program_http(cx, p.port, head,
			    "{\"technology\":\"shopify\",\"label\":\"Tea\"}"),
	    " 201 ");
	assert_int_equal(program_stop(&p, SIGTERM), 0);
	return test_read_file(cx, in(cx, dir, "master.key"));
}

static void
a_key_taken_out_too_early_is_missed(void **state)
{
	struct cx *cx = *state;
	const char *dir = test_dir(cx), *log = in(cx, test_dir(cx), "log");
	const char *file = in(cx, dir, "master.key");
	const char *first = add_connector(cx, dir);
	struct program p;
	struct run r;

	add_key_on_top(cx, file, "Second");
	assert_int_equal(on(cx, CLOUD, "migrate", dir).status, 0);
	r = on(cx, CLOUD, "check", dir);
	assert_contains(r.out,
	    arena_printf(cx->mem, "rows sealed with key %.*s: 1\n",
		(int)strcspn(first, " "), first));
	test_write_file(file, arena_printf(cx->mem, "Second %064d\n", 7), 0600);
	refuses(cx, CLOUD, "check", dir, "which the key file lacks");
	p = program_serve(cx, programs[CLOUD].path,
	    serving(cx, CLOUD, dir, "--listen 127.0.0.1:0"),
	    &(struct given){ .log = log }, false);
	assert_contains(test_read_file(cx, log), "keys.lacking why=\"1 rows");
	refuses(cx, CLOUD, "check", dir, "which the key file lacks");
	assert_int_equal(program_stop(&p, SIGTERM), 0);
}

/* As one that was made before there were marks. */
static void
unmark(struct cx *cx, const char *dir)
{
	static const struct sql drop = { "t", { "DELETE FROM key_mark", "" }, 0,
		1, "test" };
	struct db_conf c = { .path = in(cx, dir, "cloud.db"),
		.inline_writer = true };

	must(cx, db_open(cx, &c, &cx->db));
	must(cx, db_exec(cx, drop));
	db_close(cx->db);
	cx->db = NULL;
}

static void
the_key_of_an_old_database_is_not_replaced(void **state)
{
	struct cx *cx = *state;
	const char *dir = test_dir(cx), *file = in(cx, dir, "master.key");
	const char *key = add_connector(cx, dir);

	unmark(cx, dir);
	assert_int_equal(unlink(file), 0);
	refuses(cx, CLOUD, "migrate", dir, "put your copy of it there");
	assert_int_equal(access(file, F_OK), -1);
	test_write_file(file, key, 0600);
	assert_int_equal(on(cx, CLOUD, "migrate", dir).status, 0);
	assert_int_equal(on(cx, CLOUD, "check", dir).status, 0);
}

/* --- commands --- */

static void
a_mistyped_folder_is_not_made_by_a_command(void **state)
{
	struct cx *cx = *state;
	const char *dir = program_folder(cx), *other = test_dir(cx);
	static const char user[] = "user add anna@example.com";
	const char *file = in(cx, other, "file");

	refuses(cx, CLOUD, user, dir, "logivery-cloud serve makes it");
	refuses(cx, CLOUD, "migrate", dir, "logivery-cloud serve makes it");
	assert_int_equal(access(dir, F_OK), -1);
	refuses(cx, CLOUD, "token add t", other, "holds no cloud.db");
	test_write_file(file, "of somebody else\n", 0600);
	refuses(cx, CLOUD, "migrate", other, "is not empty");
	refuses(cx, CLOUD, "migrate", file, "not a folder");
	assert_false(is_there(cx, other, "master.key"));
	assert_false(is_there(cx, other, "cloud.db"));
}

static void
each_program_wants_a_folder_of_its_own(void **state)
{
	struct cx *cx = *state;
	const char *dir;
	int i;

	for (i = CLOUD; i < BOTH; i++) {
		dir = test_dir(cx);
		assert_int_equal(on(cx, i, "migrate", dir).status, 0);
		refuses(cx, 1 - i, "migrate", dir, "of another program");
		assert_false(is_there(cx, dir, programs[1 - i].file));
	}
}

static void
a_check_looks_and_makes_nothing(void **state)
{
	struct cx *cx = *state;
	const char *dir;
	struct run r;
	int i;

	for (i = CLOUD; i < BOTH; i++) {
		dir = program_folder(cx);
		r = on(cx, i, "check", dir);
		assert_int_equal(r.status, 1);
		assert_contains(r.err, "No such file");
		assert_int_equal(access(dir, F_OK), -1);
		assert_int_equal(mkdir(dir, 0700), 0);
		r = on(cx, i, "migrate", dir);
		assert_int_equal(r.status, 0);
		assert_contains(r.out, "up to date");
		r = on(cx, i, "check", dir);
		assert_int_equal(r.status, 0);
		assert_contains(r.out, "jobs dead: 0\n");
		assert_contains(r.out, "in order");
		assert_int_equal(unlink(in(cx, dir, "master.key")), 0);
		r = on(cx, i, "check", dir);
		assert_int_equal(r.status, 1);
		assert_false(is_there(cx, dir, "master.key"));
	}
}

static void
a_damaged_database_is_not_in_order(void **state)
{
	static const char junk[8192] = "no page of a database";
	struct cx *cx = *state;
	const char *dir;
	struct run r;
	struct stat st;
	int i, fd;

	for (i = CLOUD; i < BOTH; i++) {
		dir = test_dir(cx);
		assert_int_equal(on(cx, i, "migrate", dir).status, 0);
		fd = open(in(cx, dir, programs[i].file), O_RDWR);
		assert_int_equal(fstat(fd, &st), 0);
		assert_int_equal(pwrite(fd, junk, sizeof(junk),
				     st.st_size / 2 / 8192 * 8192),
		    sizeof(junk));
		close(fd);
		r = on(cx, i, "check", dir);
		assert_int_equal(r.status, 1);
		assert_string_equal(strchr(r.err, '\n'), "\n");
	}
}

static void
a_served_folder_is_asked_and_not_opened(void **state)
{
	struct cx *cx = *state;
	const char *dir;
	struct program p;
	struct run r;
	int i;

	for (i = CLOUD; i < BOTH; i++) {
		dir = program_folder(cx);
		p = serve(cx, i, dir, "");
		refuses(cx, 1 - i, "check", dir, "give it the");
		assert_contains(program_http(cx, p.port, "GET /readyz HTTP/1.1",
				    ""),
		    " 200 ");
		r = on(cx, i, "check", dir);
		assert_int_equal(r.status, 0);
		assert_contains(r.out, "in order");
		r = on(cx, i, "migrate", dir);
		assert_int_equal(r.status, 1);
		assert_string_equal(strchr(r.err, '\n'), "\n");
		assert_int_equal(program_stop(&p, SIGTERM), 0);
	}
}

static void
work_works_without_a_door(void **state)
{
	struct cx *cx = *state;
	const char *line, *path, *dir;
	struct given g;
	pid_t pid;
	int i, ear;

	for (i = CLOUD; i < BOTH; i++) {
		dir = test_dir(cx);
		path = in(cx, test_dir(cx), "ear");
		ear = program_ear(path);
		g = (struct given){ .env = (const char *const[]){
					arena_printf(cx->mem,
					    "NOTIFY_SOCKET=%s", path),
					NULL } };
		line = arena_printf(cx->mem, "work%s",
		    serving(cx, i, dir, "") + strlen("serve"));
		pid = program_start(cx, programs[i].path, line, &g);
		program_until(cx, ear, "READY=1");
		assert_true(is_there(cx, dir, programs[i].file));
		kill(pid, SIGTERM);
		assert_int_equal(program_ended(pid), 0);
		close(ear);
	}
}

static void
a_token_may_what_its_role_may(void **state)
{
	static const char make[] =
	    "{\"technology\":\"shopify\",\"label\":\"Tea\"}";
	static const struct {
		const char *role, *made;
	} rows[] = { { "viewer", " 403 " }, { "operator", " 403 " },
		{ "manager", " 201 " } };
	struct cx *cx = *state;
	const char *dir = program_folder(cx), *head;
	struct program p = serve(cx, CLOUD, dir, "");
	struct run r;
	size_t i;

	for (i = 0; i < COUNT_OF(rows); i++) {
		r = on(cx, CLOUD,
		    arena_printf(cx->mem, "token add %s --role %s",
			rows[i].role, rows[i].role),
		    dir);
		assert_int_equal(r.status, 0);
		head = arena_printf(cx->mem,
		    " /api/v1/connectors HTTP/1.1\r\nAuthorization: Bearer "
		    "%.*s",
		    (int)strcspn(r.out, "\n"), r.out);
		assert_contains(program_http(cx, p.port,
				    arena_printf(cx->mem, "GET%s", head), ""),
		    " 200 ");
		assert_contains(program_http(cx, p.port,
				    arena_printf(cx->mem, "POST%s", head),
				    make),
		    rows[i].made);
	}
	r = on(cx, CLOUD, "token add x --role king", dir);
	assert_int_equal(r.status, 2);
	assert_contains(r.err, "manager, operator or viewer");
	assert_int_equal(program_stop(&p, SIGTERM), 0);
}

static int
silent_caller(struct cx *cx, const char *dir)
{
	const char *path = in(cx, dir, "control.sock");
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0 && strlen(path) < sizeof(a.sun_path));
	memcpy(a.sun_path, path, strlen(path));
	assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	return fd;
}

static void
who_says_nothing_at_the_socket_does_not_hold_up_the_end(void **state)
{
	struct cx *cx = *state;
	const char *dir = program_folder(cx);
	struct program p = serve(cx, CLOUD, dir, "");
	int64_t began;
	int fd;

	assert_int_equal(on(cx, CLOUD, "token add t", dir).status, 0);
	fd = silent_caller(cx, dir);
	began = env_mono(cx->env);
	assert_int_equal(program_stop(&p, SIGTERM), 0);
	assert_true(env_mono(cx->env) - began < 10 * SECOND_MS);
	close(fd);
}

/* --- backup and restore --- */

static const char *
connectors(struct cx *cx, int port, const char *token, const char *add)
{
	const char *head = arena_printf(cx->mem,
	    " /api/v1/connectors HTTP/1.1\r\nAuthorization: Bearer %s", token);

	if (add != NULL)
		program_http(cx, port, arena_printf(cx->mem, "POST%s", head),
		    arena_printf(cx->mem,
			"{\"technology\":\"shopify\",\"label\":\"%s\"}", add));
	return program_http(cx, port, arena_printf(cx->mem, "GET%s", head), "");
}

static void
a_backup_of_a_served_folder_is_put_back(void **state)
{
	struct cx *cx = *state;
	const char *dir = program_folder(cx), *other = test_dir(cx), *token;
	const char *file = in(cx, test_dir(cx), "backup");
	struct program p = serve(cx, CLOUD, dir, "");
	struct stat st;
	struct run r;

	r = on(cx, CLOUD, "token add t", dir);
	token = arena_textn(cx->mem, r.out, strcspn(r.out, "\n"));
	connectors(cx, p.port, token, "Tea");
	r = on(cx, CLOUD, arena_printf(cx->mem, "backup %s", file), dir);
	assert_int_equal(r.status, 0);
	assert_contains(r.out, " bytes");
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_contains(connectors(cx, p.port, token, "Coffee"), "Coffee");
	assert_int_equal(program_stop(&p, SIGKILL), -1);
	key_to(cx, dir, other);
	r = on(cx, CLOUD, arena_printf(cx->mem, "restore %s", file), other);
	assert_int_equal(r.status, 0);
	/* what a kill left beside a database that was moved away */
	unlink(in(cx, dir, "cloud.db"));
	r = on(cx, CLOUD, arena_printf(cx->mem, "restore %s", file), dir);
	assert_int_equal(r.status, 1);
	assert_contains(r.err, "cloud.db-wal is there");
	p = serve(cx, CLOUD, other, "");
	assert_contains(connectors(cx, p.port, token, NULL), "Tea");
	assert_null(strstr(connectors(cx, p.port, token, NULL), "Coffee"));
	assert_int_equal(program_stop(&p, SIGTERM), 0);
}

static struct run
verify(struct cx *cx, int i, const char *file, const char *dir)
{
	return on(cx, i, arena_printf(cx->mem, "restore %s --verify", file),
	    dir);
}

static void
only_a_whole_backup_with_its_key_is_put_back(void **state)
{
	struct cx *cx = *state;
	const char *dir, *file, *other;
	struct run r;
	int i, fd;

	for (i = CLOUD; i < BOTH; i++) {
		dir = test_dir(cx);
		file = in(cx, test_dir(cx), "backup");
		other = test_dir(cx);
		assert_int_equal(on(cx, i, "migrate", dir).status, 0);
		r = on(cx, i, arena_printf(cx->mem, "backup %s", file), dir);
		assert_int_equal(r.status, 0);
		assert_int_equal(verify(cx, i, file, dir).status, 0);
		/* never over a database, nor over a backup */
		r = on(cx, i, arena_printf(cx->mem, "restore %s", file), dir);
		assert_contains(r.err, "move it away first");
		r = on(cx, i, arena_printf(cx->mem, "backup %s", file), dir);
		assert_int_equal(r.status, 1);
		r = verify(cx, i, file, other); /* no key there */
		assert_contains(r.err, "master.key: No such file");
		assert_int_equal(on(cx, i, "migrate", other).status, 0);
		r = verify(cx, i, file, other); /* another key */
		assert_contains(r.err, "put the right one there");
		other = test_dir(cx);
		key_to(cx, dir, other);
		r = verify(cx, 1 - i, file, other);
		assert_contains(r.err, "no backup of");
		fd = open(file, O_RDWR);
		assert_int_equal(pwrite(fd, "x", 1, 5000), 1);
		close(fd);
		r = verify(cx, i, file, dir);
		assert_contains(r.err, "not what was written");
		unlink(arena_printf(cx->mem, "%s.manifest", file));
		r = verify(cx, i, file, dir);
		assert_contains(r.err, "only what the backup command wrote");
		assert_int_equal(r.status, 1);
	}
}

/* A supervisor may start the program while we put its database together. */
static void
nothing_is_put_under_a_program_that_starts(void **state)
{
	struct cx *cx = *state;
	const char *dir = test_dir(cx), *other = test_dir(cx), *restore;
	const char *file = in(cx, test_dir(cx), "backup");
	int fd;

	assert_int_equal(on(cx, CLOUD, "migrate", dir).status, 0);
	on(cx, CLOUD, arena_printf(cx->mem, "backup %s", file), dir);
	key_to(cx, dir, other);
	restore = arena_printf(cx->mem, "restore %s", file);
	must(cx, file_lock(cx, in(cx, other, "cloud.db"), &fd));
	refuses(cx, CLOUD, restore, other, "in use by another process");
	assert_false(is_there(cx, other, "cloud.db"));
	close(fd);
	assert_int_equal(on(cx, CLOUD, restore, other).status, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(keys_others_may_read_are_refused),
		TEST(a_key_put_on_top_seals_without_a_restart),
		TEST(a_lost_key_is_not_replaced),
		TEST(a_key_taken_out_too_early_is_missed),
		TEST(the_key_of_an_old_database_is_not_replaced),
		TEST(a_mistyped_folder_is_not_made_by_a_command),
		TEST(each_program_wants_a_folder_of_its_own),
		TEST(a_check_looks_and_makes_nothing),
		TEST(a_damaged_database_is_not_in_order),
		TEST(a_served_folder_is_asked_and_not_opened),
		TEST(work_works_without_a_door),
		TEST(a_token_may_what_its_role_may),
		TEST(who_says_nothing_at_the_socket_does_not_hold_up_the_end),
		TEST(a_backup_of_a_served_folder_is_put_back),
		TEST(only_a_whole_backup_with_its_key_is_put_back),
		TEST(nothing_is_put_under_a_program_that_starts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
