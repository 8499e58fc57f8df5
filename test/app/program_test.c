/*
 * program_test.c - what both programs do alike: options, environment, TLS,
 * metrics, a proxy before them, keys, a supervisor, and the commands that do
 * one thing and end.
 */
#include "lib/program.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/when.h"

enum { CLOUD, SHOPIFY, BOTH };

static const struct {
	const char *path, *name, *prefix, *file;
} programs[BOTH] = {
	{ CLOUD_PROGRAM, "logivery-cloud", "LOGIVERY_CLOUD", "cloud.db" },
	{ SHOPIFY_PROGRAM, "logivery-shopify", "LOGIVERY_SHOPIFY",
	    "shopify.db" },
};

static const char *
in(struct cx *cx, const char *dir, const char *name)
{
	return arena_printf(cx->mem, "%s/%s", dir, name);
}

static bool
is_there(struct cx *cx, const char *dir, const char *name)
{
	return access(in(cx, dir, name), F_OK) == 0;
}

/* A serve command: what it must have, and `more`. */
static const char *
serving(struct cx *cx, int i, const char *dir, const char *more)
{
	const char *secret = "";

	if (i == SHOPIFY) {
		secret = in(cx, test_dir(cx), "secret");
		test_write_file(secret, "hush\n", 0600);
		secret = arena_printf(cx->mem,
		    " --client-id id --client-secret-file %s", secret);
	}
	return arena_printf(cx->mem,
	    "serve --data %s --public-url http://a.example "
	    "--allow-private-hosts%s %s",
	    dir, secret, more);
}

static struct program
serve(struct cx *cx, int i, const char *dir, const char *more)
{
	return program_serve(cx, programs[i].path,
	    serving(cx, i, dir,
		arena_printf(cx->mem, "--listen 127.0.0.1:0 %s", more)),
	    NULL, false);
}

/* --- the command line --- */

#define DOOR "serve --data x --public-url http://a "
#define APP DOOR "--client-id i "

struct bad {
	int program; /* BOTH: either */
	const char *line, *says;
};

static const struct bad bad[] = {
	{ BOTH, "", "a command is missing" },
	{ BOTH, "frobnicate", "no command \"frobnicate\"" },
	{ BOTH, "serve", "--data" },
	{ BOTH, "serve --data x", "--public-url" },
	{ BOTH, "serve --data x --data y", "twice" },
	{ BOTH, "serve --data", "needs a value" },
	{ BOTH, "serve --data x --allow-private-hosts=1", "no value" },
	{ BOTH, DOOR "--nope", "--nope" },
	{ BOTH, DOOR "more", "unexpected word" },
	{ BOTH, DOOR "--sweep-seconds many", "--sweep-seconds" },
	{ BOTH, DOOR "--retry-base-ms 0", "--retry-base-ms" },
	{ BOTH, "work --data x --listen y", "--listen" },
	{ BOTH, "migrate", "--data" },
	{ BOTH, "backup --data x", "FILE" },
	{ BOTH, "restore --data x", "FILE" },
	{ BOTH, "check --data x --database mysql://y", "--database" },
	{ BOTH, "version --data x", "--data" },
	{ CLOUD, "serve --data x --public-url y", "--public-url" },
	{ CLOUD, "serve --data x --public-url http://a/b", "--public-url" },
	{ CLOUD, DOOR "--database mysql://y", "--database" },
	{ CLOUD, DOOR "--listen 80", "--listen 80" },
	{ CLOUD, DOOR "--metrics 80", "--metrics" },
	{ CLOUD, DOOR "--trusted-proxy all", "--trusted-proxy all" },
	{ CLOUD, DOOR "--tls-key k", "--tls-cert" },
	{ CLOUD, DOOR "--tls-key k --tls-cert c", "--tls-cert c" },
	{ CLOUD, "user", "user needs another word" },
	{ CLOUD, "user frob", "user needs another word" },
	{ CLOUD, "user add --data x", "EMAIL" },
	{ CLOUD, "token add --data x", "NAME" },
	{ CLOUD, "token add a b --data x", "unexpected word" },
	{ SHOPIFY, "user add a@example.com --data x", "no command" },
	{ SHOPIFY, DOOR, "--client-id" },
	{ SHOPIFY, APP, "--client-secret-file" },
	{ SHOPIFY, APP "--client-secret-file nofile", "nofile" },
	{ SHOPIFY, APP "--client-secret-file f --shopify-url ftp://{shop}",
	    "--shopify-url" },
	{ SHOPIFY, APP "--client-secret-file f --listen 80", "--listen 80" },
	{ SHOPIFY, "work --data x --public-url http://a", "--client-id" },
};

static void
bad_options_are_one_clear_line_and_exit_2(void **state)
{
	struct cx *cx = *state;
	struct run r;
	size_t i;
	int p;

	for (i = 0; i < COUNT_OF(bad); i++) {
		for (p = CLOUD; p < BOTH; p++) {
			if (bad[i].program != BOTH && bad[i].program != p)
				continue;
			r = program_run(cx, programs[p].path, bad[i].line);
			if (r.status != 2)
				fail_msg("%s %s: %d %s", programs[p].name,
				    bad[i].line, r.status, r.err);
			assert_contains(r.err, bad[i].says);
			assert_contains(r.err, programs[p].name);
			/* one line */
			assert_string_equal(strchr(r.err, '\n'), "\n");
			assert_string_equal(r.out, "");
		}
	}
	assert_int_equal(access("x", F_OK), -1); /* nothing started */
}

static void
help_and_version_explain(void **state)
{
	struct cx *cx = *state;
	struct run r;
	int p;

	for (p = CLOUD; p < BOTH; p++) {
		r = program_run(cx, programs[p].path, "--help");
		assert_int_equal(r.status, 0);
		assert_contains(r.out, "  migrate\n");
		r = program_run(cx, programs[p].path, "serve --help");
		assert_int_equal(r.status, 0);
		assert_contains(r.out,
		    arena_printf(cx->mem, "%s_TLS_CERT", programs[p].prefix));
		r = program_run(cx, programs[p].path, "version");
		assert_int_equal(r.status, 0);
		assert_contains(r.out, programs[p].name);
		assert_string_equal(program_run(cx, programs[p].path,
					"--version")
					.out,
		    r.out);
	}
	r = program_run(cx, programs[CLOUD].path, "user --help");
	assert_int_equal(r.status, 0);
	assert_contains(r.out, "  user add EMAIL\n");
	assert_null(strstr(r.out, "migrate"));
	r = program_run(cx, programs[CLOUD].path, "user add --help");
	assert_contains(r.out, "logivery-cloud user add: ");
}

/* --- serving --- */

/* "--name value" of the line become variables; a switch gets "1". */
static const char *const *
as_environment(struct cx *cx, const char *prefix, const char *line)
{
	const char **env = arena_alloc(cx->mem, 20 * sizeof(*env));
	char *at = arena_text(cx->mem, line), *name, *c;
	size_t n = 0;

	while ((name = strstr(at, "--")) != NULL) {
		name += 2;
		at = name + strcspn(name, " ");
		if (*at != '\0')
			*at++ = '\0';
		for (c = name; *c != '\0'; c++)
			*c = (char)(*c == '-'            ? '_'
				: *c >= 'a' && *c <= 'z' ? *c - 32
							 : *c);
		c = at;
		if (*c == '\0' || *c == '-') {
			env[n++] =
			    arena_printf(cx->mem, "%s_%s=1", prefix, name);
			continue;
		}
		at += strcspn(at, " ");
		if (*at != '\0')
			*at++ = '\0';
		env[n++] = arena_printf(cx->mem, "%s_%s=%s", prefix, name, c);
		assert_true(n < 19);
	}
	return env;
}

static void
every_option_may_come_from_the_environment(void **state)
{
	struct cx *cx = *state;
	const char *dir, *line, *cert, *key;
	struct program p;
	int i;

	program_certificate(cx, &cert, &key);
	for (i = CLOUD; i < BOTH; i++) {
		dir = program_folder(cx);
		line = serving(cx, i, dir,
		    arena_printf(cx->mem,
			"--listen 127.0.0.1:0 --metrics 127.0.0.1:0 "
			"--trusted-proxy 127.0.0.0/8 --tls-cert %s --tls-key "
			"%s --key-file %s.key --sweep-seconds 60 "
			"--retry-base-ms 10",
			cert, key, dir));
		p = program_serve(cx, programs[i].path, "serve",
		    &(struct given){
			.env = as_environment(cx, programs[i].prefix, line) },
		    false);
		assert_contains(p.first, "https://127.0.0.1:");
		assert_int_equal(program_stop(&p, SIGTERM), 0);
		assert_true(is_there(cx, dir, programs[i].file));
		assert_false(is_there(cx, dir, "master.key"));
	}
}

static void
tls_is_served_with_a_certificate(void **state)
{
	struct cx *cx = *state;
	const char *cert, *key, *said;
	struct program p;
	int i;

	program_certificate(cx, &cert, &key);
	for (i = CLOUD; i < BOTH; i++) {
		p = serve(cx, i, program_folder(cx),
		    arena_printf(cx->mem, "--tls-cert %s --tls-key %s", cert,
			key));
		said = program_shell(cx,
		    arena_printf(cx->mem,
			"curl -si --cacert %s https://127.0.0.1:%d/livez", cert,
			p.port));
		assert_contains(said, "HTTP/1.1 200 OK");
		assert_contains(said, "Strict-Transport-Security");
		said = program_shell(cx,
		    arena_printf(cx->mem,
			"curl -si http://127.0.0.1:%d/livez; echo $?", p.port));
		assert_null(strstr(said, " 200 "));
		assert_int_equal(program_stop(&p, SIGTERM), 0);
	}
}

/* The free port it took stands nowhere: one is chosen, and may be taken. */
static struct program
with_metrics(struct cx *cx, int i, int *port)
{
	int fd = program_listening(port);

	close(fd);
	return serve(cx, i, program_folder(cx),
	    arena_printf(cx->mem, "--metrics 127.0.0.1:%d", *port));
}

static void
numbers_are_served_on_an_address_of_their_own(void **state)
{
	struct cx *cx = *state;
	struct program p;
	int i, port;

	for (i = CLOUD; i < BOTH; i++) {
		p = with_metrics(cx, i, &port);
		assert_contains(program_http(cx, port, "GET /metrics HTTP/1.1",
				    ""),
		    "jobs{state=\"waiting\"} ");
		assert_contains(program_http(cx, port, "GET /livez HTTP/1.1",
				    ""),
		    " 404 ");
		assert_null(strstr(program_http(cx, p.port,
				       "GET /metrics HTTP/1.1", ""),
		    "jobs{state"));
		assert_int_equal(program_stop(&p, SIGTERM), 0);
	}
}

static void
only_the_trusted_proxy_says_that_it_was_https(void **state)
{
	static const char ask[] =
	    "GET /livez HTTP/1.1\r\nX-Forwarded-Proto: https";
	struct cx *cx = *state;
	struct program p;
	int i;

	for (i = CLOUD; i < BOTH; i++) {
		p = serve(cx, i, program_folder(cx),
		    "--trusted-proxy 127.0.0.1/32");
		assert_contains(program_http(cx, p.port, ask, ""),
		    "Strict-Transport-Security");
		assert_int_equal(program_stop(&p, SIGTERM), 0);
		p = serve(cx, i, program_folder(cx),
		    "--trusted-proxy 10.0.0.0/8");
		assert_null(strstr(program_http(cx, p.port, ask, ""),
		    "Strict-Transport-Security"));
		assert_int_equal(program_stop(&p, SIGTERM), 0);
	}
}

static void
a_supervisor_gives_the_socket_and_hears_of_start_and_end(void **state)
{
	struct cx *cx = *state;
	const char *path;
	struct given g;
	pid_t pid;
	int i, ear, port;

	for (i = CLOUD; i < BOTH; i++) {
		path = in(cx, test_dir(cx), "ear");
		ear = program_ear(path);
		g = (struct given){ .socket = program_listening(&port),
			.env = (const char *const[]){
			    arena_printf(cx->mem, "NOTIFY_SOCKET=%s", path),
			    NULL } };
		pid = program_start(cx, programs[i].path,
		    serving(cx, i, program_folder(cx), "--listen 192.0.2.1:1"),
		    &g);
		program_until(cx, ear, "READY=1");
		assert_contains(program_http(cx, port, "GET /readyz HTTP/1.1",
				    ""),
		    " 200 ");
		kill(pid, SIGTERM);
		program_until(cx, ear, "STOPPING=1");
		assert_int_equal(program_ended(pid), 0);
		/* the socket outlives it: nobody is refused */
		close(program_dial(port));
		close(g.socket);
		close(ear);
	}
}

static void
one_address_cannot_be_served_twice(void **state)
{
	struct cx *cx = *state;
	int i, port, fd = program_listening(&port);
	struct run r;

	for (i = CLOUD; i < BOTH; i++) {
		r = program_run(cx, programs[i].path,
		    serving(cx, i, program_folder(cx),
			arena_printf(cx->mem, "--listen 127.0.0.1:%d", port)));
		assert_int_equal(r.status, 1);
		assert_contains(r.err, "Address already in use");
	}
	close(fd);
}

/* --- keys --- */

static void
keys_others_may_read_are_refused(void **state)
{
	struct cx *cx = *state;
	const char *dir, *file;
	struct run r;
	int i;

	for (i = CLOUD; i < BOTH; i++) {
		dir = program_folder(cx);
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

/* Sealed rows begin with the id of their key. */
static bool
holds(struct cx *cx, const char *dir, const char *text)
{
	return strstr(program_shell(cx,
			  arena_printf(cx->mem, "cat %s/cloud.db* | strings",
			      dir)),
		   text) != NULL;
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
	assert_contains(program_http(cx, p.port, head, tea), " 201 ");
	assert_true(holds(cx, dir, "NewestKey"));
	test_write_file(file, "NewestKey 00\n", 0600);
	kill(p.pid, SIGHUP);
	while (strstr(test_read_file(cx, log), "keys.kept") == NULL)
		usleep(10000);
	assert_contains(program_http(cx, p.port, "GET /readyz HTTP/1.1", ""),
	    " 200 ");
	assert_int_equal(program_stop(&p, SIGTERM), 0);
}

/* --- commands --- */

static struct run
on(struct cx *cx, int i, const char *command, const char *dir)
{
	return program_run(cx, programs[i].path,
	    arena_printf(cx->mem, "%s --data %s", command, dir));
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
		dir = program_folder(cx);
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
		dir = program_folder(cx);
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
key_to(struct cx *cx, const char *from, const char *to)
{
	test_write_file(in(cx, to, "master.key"),
	    test_read_file(cx, in(cx, from, "master.key")), 0600);
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
		dir = program_folder(cx);
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(bad_options_are_one_clear_line_and_exit_2),
		TEST(help_and_version_explain),
		TEST(every_option_may_come_from_the_environment),
		TEST(tls_is_served_with_a_certificate),
		TEST(numbers_are_served_on_an_address_of_their_own),
		TEST(only_the_trusted_proxy_says_that_it_was_https),
		TEST(a_supervisor_gives_the_socket_and_hears_of_start_and_end),
		TEST(one_address_cannot_be_served_twice),
		TEST(keys_others_may_read_are_refused),
		TEST(a_key_put_on_top_seals_without_a_restart),
		TEST(a_check_looks_and_makes_nothing),
		TEST(a_damaged_database_is_not_in_order),
		TEST(a_served_folder_is_asked_and_not_opened),
		TEST(work_works_without_a_door),
		TEST(a_token_may_what_its_role_may),
		TEST(who_says_nothing_at_the_socket_does_not_hold_up_the_end),
		TEST(a_backup_of_a_served_folder_is_put_back),
		TEST(only_a_whole_backup_with_its_key_is_put_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
