/*
 * words_test.c - what both programs say when they cannot do what they were
 * told: what happened, why, and what to do next.
 */
#include "rig.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"

/* One line, of this status, in which all of these stand, NULL ends. */
static void
says(const struct run *r, int status, const char *const *parts)
{
	assert_int_equal(r->status, status);
	for (; *parts != NULL; parts++)
		assert_contains(r->err, *parts);
	assert_string_equal(strchr(r->err, '\n'), "\n");
}

#define SAYS(r, status, ...)                                                   \
	says(&(r), status, (const char *const[]){ __VA_ARGS__, NULL })

/* --- the words of a command --- */

static void
a_wrong_word_is_told_which_there_are(void **state)
{
	struct cx *cx = *state;
	struct run r;
	int i;

	for (i = CLOUD; i < BOTH; i++) {
		r = program_run(cx, programs[i].path, "");
		SAYS(r, 2, "a command is missing",
		    "serve, work, migrate, restore, check, backup");
		r = program_run(cx, programs[i].path, "serv --data x");
		SAYS(r, 2, "no command \"serv\"", "serve, work, ", "version",
		    "--help explains");
		r = program_run(cx, programs[i].path, "--data x serve");
		SAYS(r, 2, "--data: the command comes first", "serve, work, ");
		r = program_run(cx, programs[i].path, "backup --data x");
		SAYS(r, 2, "backup: FILE is missing",
		    arena_printf(cx->mem, "%s backup FILE", programs[i].name));
	}
	r = program_run(cx, programs[CLOUD].path, "user ad x");
	SAYS(r, 2, "no command \"user ad\"", "after \"user\": add;",
	    "logivery-cloud user --help explains");
	assert_null(strstr(r.err, "serve"));
	r = program_run(cx, programs[CLOUD].path, "token --data x");
	SAYS(r, 2, "token needs another word", "after \"token\": add;");
	r = program_run(cx, programs[CLOUD].path, "token add a b --data x");
	SAYS(r, 2, "unexpected word \"b\" after \"a\"", "quotes");
	r = program_run(cx, programs[CLOUD].path,
	    "user add anna@example.com manager");
	SAYS(r, 2, "\"manager\" after \"anna@example.com\"", "--role",
	    "--help");
	r = program_run(cx, programs[CLOUD].path, "serve 8080 --data x");
	SAYS(r, 2, "unexpected word \"8080\"", "only options", "--help");
	r = program_run(cx, programs[SHOPIFY].path, "user add a@b.example");
	SAYS(r, 2, "no command \"user\"", "check, backup, version");
}

/* The address of the database stands where no address is taken. */
static void
a_wrong_word_is_not_said_with_its_password(void **state)
{
	static const char *const lines[] = {
		"--database=postgresql://a:s3cret@h/b serve",
		"postgresql://a:s3cret@h/b",
		"serve postgresql://a:s3cret@h/b",
		"serve --databse=postgresql://a:s3cret@h/b",
		"backup x postgresql://a:s3cret@h/b",
		"backup postgresql://a:s3cret@h/b --data x",
		"restore postgresql://a:s3cret@h/b --data x",
		"backup postgresql://a:s3cret@h/b x",
		"serve --data postgresql://a:s3cret@h/b",
		"serve --data=postgresql://a:s3cret@h/b",
		"serve --listen postgresql://a:s3cret@h/b --data x",
		"check --key-file postgresql://a:s3cret@h/b --data x",
		"serve --trusted-proxy postgresql://a:s3cret@h/b --data x",
		"serve --data=password=s3cret",
	};
	static const char *const cloud[] = { "user postgresql://a:s3cret@h/b",
		"token postgresql://a:s3cret@h/b",
		"user add a@b.example postgresql://a:s3cret@h/b" };
	struct cx *cx = *state;
	struct run r;
	size_t k;
	int i;

	for (k = 0; k < COUNT_OF(lines); k++) {
		for (i = CLOUD; i < BOTH; i++) {
			r = program_run(cx, programs[i].path, lines[k]);
			SAYS(r, 2, programs[i].name);
			assert_null(strstr(r.err, "s3cret"));
			assert_null(strstr(r.err, "://"));
		}
	}
	for (k = 0; k < COUNT_OF(cloud); k++) {
		r = program_run(cx, programs[CLOUD].path, cloud[k]);
		assert_int_equal(r.status, 2);
		assert_null(strstr(r.err, "s3cret"));
	}
}

static void
the_help_of_a_backup_says_where_its_file_goes(void **state)
{
	struct cx *cx = *state;
	struct run r;
	int i;

	for (i = CLOUD; i < BOTH; i++) {
		r = program_run(cx, programs[i].path, "backup --help");
		assert_int_equal(r.status, 0);
		assert_contains(r.out, "current folder");
		assert_contains(r.out, "FILE.manifest");
		assert_contains(r.out, "program that serves");
		r = program_run(cx, programs[i].path, "restore --help");
		assert_contains(r.out, "FILE.manifest");
	}
}

/* --- backup and restore --- */

static struct run
with_file(struct cx *cx, int i, const char *command, const char *file,
    const char *dir)
{
	return on(cx, i, arena_printf(cx->mem, "%s %s", command, file), dir);
}

static void
a_backup_that_cannot_be_written_says_what_to_do(void **state)
{
	struct cx *cx = *state;
	const char *dir = test_dir(cx), *to = test_dir(cx), *file;
	struct run r;
	int i;

	for (i = CLOUD; i < BOTH; i++) {
		dir = test_dir(cx);
		assert_int_equal(on(cx, i, "migrate", dir).status, 0);
		file = in(cx, to, "no/backup");
		r = with_file(cx, i, "backup", file, dir);
		SAYS(r, 1, file, "No such file", "make its folder first");
		r = with_file(cx, i, "backup", to, dir);
		SAYS(r, 1, to, "is a folder", "name of a new file in it");
		r = with_file(cx, i, "backup", in(cx, to, "new/"), dir);
		SAYS(r, 1, "new/", "a file's name is needed");
		file = in(cx, in(cx, dir, programs[i].file), "backup");
		r = with_file(cx, i, "backup", file, dir);
		SAYS(r, 1, file, "is no folder");
		file = in(cx, dir, programs[i].file);
		r = with_file(cx, i, "backup", file, dir);
		SAYS(r, 1, file, "is there already", "give another name");
	}
}

/* A folder that has the key of another, and no database. */
static const char *
keyed(struct cx *cx, const char *dir)
{
	const char *other = test_dir(cx);

	test_write_file(in(cx, other, "master.key"),
	    test_read_file(cx, in(cx, dir, "master.key")), 0600);
	return other;
}

static void
a_backup_that_cannot_be_read_says_what_to_do(void **state)
{
	struct cx *cx = *state;
	const char *dir = test_dir(cx), *to = test_dir(cx), *file, *other;
	const char *none = program_folder(cx);
	struct run r;

	file = in(cx, to, "backup");
	assert_int_equal(on(cx, CLOUD, "migrate", dir).status, 0);
	assert_int_equal(with_file(cx, CLOUD, "backup", file, dir).status, 0);
	r = with_file(cx, CLOUD, "restore", in(cx, to, "other"), dir);
	SAYS(r, 1, "/other: No such file", "give the file that backup wrote");
	assert_null(strstr(r.err, "manifest"));
	r = on(cx, CLOUD, "restore other", dir); /* from here: where is that? */
	SAYS(r, 1, "/other: No such file");
	assert_null(strstr(r.err, ": other"));
	r = with_file(cx, CLOUD, "restore", to, dir);
	SAYS(r, 1, to, "is a folder", "the file in it");
	r = with_file(cx, CLOUD, "restore", in(cx, to, "backup.manifest"), dir);
	SAYS(r, 1, "backup.manifest", "give the backup itself, ", file);
	other = in(cx, to, "alone.manifest");
	test_write_file(other, "", 0600);
	r = with_file(cx, CLOUD, "restore", other, dir);
	SAYS(r, 1, "alone.manifest.manifest: No such file", "put it beside");
	other = in(cx, to, "loop");
	assert_int_equal(symlink("loop", other), 0);
	r = with_file(cx, CLOUD, "restore", other, dir);
	SAYS(r, 1, "/loop: Too many levels");
	assert_null(strstr(r.err, "that backup wrote"));
	r = with_file(cx, CLOUD, "restore", file, none);
	SAYS(r, 1, none, "No such file", "mkdir -m 700",
	    "your copy of master.key");
	r = with_file(cx, CLOUD, "restore", file, file);
	SAYS(r, 1, file, "not a folder");
	r = with_file(cx, SHOPIFY, "restore", file, keyed(cx, dir));
	SAYS(r, 1, file, "no backup of logivery-shopify",
	    "logivery-cloud wrote it");
	unlink(in(cx, to, "backup.manifest"));
	r = with_file(cx, CLOUD, "restore", file, dir);
	SAYS(r, 1, "backup.manifest: No such file", "put it beside");
}

/* As a server that has a /tmp of its own would: it wrote 5 bytes, it says. */
static const char *
backed_up_elsewhere(struct cx *cx, int i, const char *file, const char *bytes)
{
	const char *dir = test_dir(cx), *log = in(cx, test_dir(cx), "log");
	const char *line =
	    arena_printf(cx->mem, "{\"error\":0,\"bytes\":%s}\n", bytes);
	int caller, door;
	pid_t pid;

	door = rig_listening(in(cx, dir, "control.sock"), SOCK_STREAM);
	pid = program_start(cx, programs[i].path,
	    arena_printf(cx->mem, "backup %s --data %s", file, dir),
	    &(struct given){ .log = log });
	caller = accept(door, NULL, NULL);
	program_until(cx, caller, "\n");
	assert_int_equal(write(caller, line, strlen(line)),
	    (ssize_t)strlen(line));
	assert_int_equal(program_ended(pid), 0);
	close(caller);
	close(door);
	return test_read_file(cx, log);
}

static void
a_backup_that_is_not_where_the_server_wrote_it_is_told(void **state)
{
	struct cx *cx = *state;
	const char *file, *said;
	int i;

	for (i = CLOUD; i < BOTH; i++) {
		file = in(cx, test_dir(cx), "backup");
		said = backed_up_elsewhere(cx, i, file, "5");
		assert_contains(said, file);
		assert_contains(said, "PrivateTmp");
		assert_contains(said, "in the data folder");
		assert_string_equal(strchr(said, '\n'), "\n");
		test_write_file(file, "12345", 0600);
		said = backed_up_elsewhere(cx, i, file, "5");
		assert_string_equal(said, "");
		said = backed_up_elsewhere(cx, i, file, "6"); /* another's */
		assert_contains(said, "PrivateTmp");
	}
}

static void
a_look_at_a_backup_makes_no_folder(void **state)
{
	struct cx *cx = *state;
	const char *dir = test_dir(cx), *none = program_folder(cx);
	const char *file = in(cx, test_dir(cx), "backup");

	assert_int_equal(on(cx, CLOUD, "migrate", dir).status, 0);
	assert_int_equal(with_file(cx, CLOUD, "backup", file, dir).status, 0);
	file = arena_printf(cx->mem, "%s --key-file %s/master.key", file, dir);
	assert_int_equal(with_file(cx, CLOUD, "restore --verify", file, none)
			     .status,
	    0);
	assert_int_equal(access(none, F_OK), -1);
	assert_int_equal(with_file(cx, CLOUD, "restore", file, none).status, 0);
	assert_true(is_there(cx, none, "cloud.db"));
}

/* serve makes a folder, not what a link names. */
static void
a_folder_that_a_link_names_in_vain_is_told(void **state)
{
	static const char *const commands[] = { "migrate", "check",
		"backup x" };
	struct cx *cx = *state;
	const char *to = test_dir(cx), *dir = in(cx, to, "link");
	struct run r;
	size_t k;
	int i;

	test_write_file(in(cx, to, "x"), "", 0600);
	test_write_file(in(cx, to, "x.manifest"), "{}", 0600);
	assert_int_equal(symlink("nowhere", dir), 0);
	for (i = CLOUD; i < BOTH; i++) {
		r = program_run(cx, programs[i].path, serving(cx, i, dir, ""));
		SAYS(r, 1, dir, "a link to what is not there");
		for (k = 0; k < COUNT_OF(commands); k++) {
			r = on(cx, i, commands[k], dir);
			SAYS(r, 1, dir, "a link to what is not there");
			assert_null(strstr(r.err, "makes it"));
		}
		r = with_file(cx, i, "restore", in(cx, to, "x"), dir);
		SAYS(r, 1, dir, "a link to what is not there");
	}
}

/* --- the client secret --- */

static struct run
with_secret(struct cx *cx, const char *file)
{
	return program_run(cx, programs[SHOPIFY].path,
	    arena_printf(cx->mem,
		"serve --data %s --public-url https://a.example --client-id id "
		"--client-secret-file %s",
		program_folder(cx), file));
}

static void
a_client_secret_that_is_not_there_says_where_it_comes_from(void **state)
{
	static const char where[] = "Dev Dashboard (Apps, your app, Settings)";
	struct cx *cx = *state;
	const char *file = in(cx, test_dir(cx), "secret");
	char *dir = arena_text(cx->mem, file);
	struct run r;

	r = program_run(cx, programs[SHOPIFY].path,
	    "serve --data x --public-url https://a.example --client-id id");
	SAYS(r, 2, "--client-secret-file is missing",
	    "LOGIVERY_SHOPIFY_CLIENT_SECRET_FILE", where);
	r = with_secret(cx, file);
	SAYS(r, 2, "--client-secret-file ", file, "No such file", where,
	    "one line");
	test_write_file(file, "", 0600);
	r = with_secret(cx, file);
	SAYS(r, 2, file, "is empty", where, "one line");
	test_write_file(file, " \n\n", 0600);
	r = with_secret(cx, file);
	SAYS(r, 2, file, "is empty", where);
	r = with_secret(cx, test_dir(cx));
	SAYS(r, 2, "is a folder", where);
	/* systemd's copy: what is to be changed is another file */
	test_write_file(file, "", 0600);
	setenv("CREDENTIALS_DIRECTORY", in(cx, file, ".."), 1);
	r = with_secret(cx, file);
	assert_null(strstr(r.err, "LoadCredential"));
	*strrchr(dir, '/') = '\0';
	setenv("CREDENTIALS_DIRECTORY", dir, 1);
	r = with_secret(cx, file);
	unsetenv("CREDENTIALS_DIRECTORY");
	SAYS(r, 2, file, "is empty", "LoadCredential=", where);
}

/* --- the door --- */

static void
a_certificate_or_address_that_is_no_good_says_what_to_give(void **state)
{
	struct cx *cx = *state;
	const char *dir = test_dir(cx), *empty = in(cx, test_dir(cx), "empty");
	const struct {
		const char *more, *what, *cure;
		int status;
	} rows[] = {
		{ "--tls-cert nofile --tls-key nofile",
		    "--tls-cert nofile: No such file",
		    "give the path of the PEM file", 2 },
		{ arena_printf(cx->mem, "--tls-cert %s --tls-key %s", dir, dir),
		    "is a folder", "give the path of the PEM file", 2 },
		{ arena_printf(cx->mem, "--tls-cert %s --tls-key %s", empty,
		      empty),
		    "no PEM file", "-----BEGIN", 2 },
		{ "--tls-key k", "go together", "give both, or neither", 2 },
		{ "--listen 192.0.2.1:8080", "Cannot assign requested address",
		    "no address of this machine", 1 },
	};
	struct run r;
	size_t i;
	int p;

	test_write_file(empty, "", 0600);
	for (i = 0; i < COUNT_OF(rows); i++) {
		for (p = CLOUD; p < BOTH; p++) {
			r = program_run(cx, programs[p].path,
			    serving(cx, p, program_folder(cx), rows[i].more));
			assert_int_equal(r.status, rows[i].status);
			assert_contains(r.err, rows[i].what);
			assert_contains(r.err, rows[i].cure);
		}
	}
}

/* --- PostgreSQL --- */

static void
a_postgresql_that_is_not_there_is_told_without_the_password(void **state)
{
	struct cx *cx = *state;
	int i, port, fd = program_listening(&port);
	struct run r;

	close(fd);
	for (i = CLOUD; i < BOTH; i++) {
		r = program_run(cx, programs[i].path,
		    serving(cx, i, program_folder(cx),
			arena_printf(cx->mem,
			    "--database postgresql://a:s3cret@127.0.0.1:%d/b",
			    port)));
		SAYS(r, 1, "--database: ", "Connection refused",
		    "start PostgreSQL, or correct host and port");
		assert_null(strstr(r.err, "s3cret"));
		r = on(cx, i,
		    "check --database postgresql://a:s3c%ret@127.0.0.1/b",
		    test_dir(cx));
		assert_null(strstr(r.err, "s3c"));
		r = on(cx, i,
		    "migrate --database postgresql://a:s3c%ret@127.0.0.1/b",
		    test_dir(cx));
		SAYS(r, 1, "--database: ", "%25");
		assert_null(strstr(r.err, "s3c"));
	}
}

/* --- the same again --- */

static const char *
asks_with(struct cx *cx, int port, const char *token)
{
	return program_http(cx, port,
	    arena_printf(cx->mem,
		"GET /api/v1/connectors HTTP/1.1\r\nAuthorization: Bearer "
		"%.*s",
		(int)strcspn(token, "\n"), token),
	    "");
}

static void
a_second_token_of_a_name_says_what_became_of_the_first(void **state)
{
	struct cx *cx = *state;
	const char *dir = program_folder(cx);
	struct program p = serve(cx, CLOUD, dir, "");
	struct run first = on(cx, CLOUD, "token add scanner", dir), r;

	assert_string_equal(first.err, "");
	r = on(cx, CLOUD, "token add scanner", dir);
	SAYS(r, 0, "1 older token is named \"scanner\" too", "stays valid",
	    "API tokens");
	assert_string_equal(strchr(r.out, '\n'), "\n"); /* the token alone */
	assert_contains(asks_with(cx, p.port, first.out), " 200 ");
	assert_contains(asks_with(cx, p.port, r.out), " 200 ");
	r = on(cx, CLOUD, "token add scanner", dir);
	SAYS(r, 0, "2 older tokens are named \"scanner\" too", "stay valid");
	r = on(cx, CLOUD, "token add other", dir);
	assert_string_equal(r.err, "");
	assert_int_equal(program_stop(&p, SIGTERM), 0);
}

static void
a_user_who_is_there_is_left_as_they_were(void **state)
{
	struct cx *cx = *state;
	const char *dir = test_dir(cx);
	static const char add[] = "user add anna@example.com";
	struct run r;

	assert_int_equal(on(cx, CLOUD, "migrate", dir).status, 0);
	assert_int_equal(on(cx, CLOUD, add, dir).status, 0);
	r = on(cx, CLOUD, add, dir);
	SAYS(r, 1, "anna@example.com", "already", "nothing was changed");
	assert_string_equal(r.out, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_wrong_word_is_told_which_there_are),
		TEST(a_wrong_word_is_not_said_with_its_password),
		TEST(the_help_of_a_backup_says_where_its_file_goes),
		TEST(a_backup_that_cannot_be_written_says_what_to_do),
		TEST(a_backup_that_cannot_be_read_says_what_to_do),
		TEST(a_backup_that_is_not_where_the_server_wrote_it_is_told),
		TEST(a_look_at_a_backup_makes_no_folder),
		TEST(a_folder_that_a_link_names_in_vain_is_told),
		TEST(
		    a_certificate_or_address_that_is_no_good_says_what_to_give),
		TEST(
		    a_postgresql_that_is_not_there_is_told_without_the_password),
		TEST(
		    a_client_secret_that_is_not_there_says_where_it_comes_from),
		TEST(a_second_token_of_a_name_says_what_became_of_the_first),
		TEST(a_user_who_is_there_is_left_as_they_were),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
