/*
 * program_test.c - what both programs do alike: options, environment, TLS,
 * metrics, a proxy before them, a supervisor.
 */
#include "rig.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "app/supervisor.h"
#include "base/arena.h"

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
	{ CLOUD, "user frob", "no command \"user frob\"" },
	{ CLOUD, "user add --data x", "EMAIL" },
	{ CLOUD, "token add --data x", "NAME" },
	{ CLOUD, "token add a b --data x", "unexpected word" },
	{ SHOPIFY, "user add a@example.com --data x", "no command" },
	{ SHOPIFY, DOOR, "--client-id" },
	{ SHOPIFY, APP, "--client-secret-file" },
	{ SHOPIFY, APP "--client-secret-file nofile", "nofile" },
	{ SHOPIFY, APP "--client-secret-file f --shopify-url ftp://{shop}",
	    "--shopify-url" },
	{ SHOPIFY, APP "--client-secret-file f --shopify-url http://a",
	    "{shop} is missing" },
	{ SHOPIFY, APP "--client-secret-file f --app-bridge-url foo",
	    "--app-bridge-url" },
	{ SHOPIFY, APP "--client-secret-file f --cloud-url foo",
	    "--cloud-url: " },
	{ SHOPIFY,
	    "serve --data x --public-url http://a --client-id CHANGE-it "
	    "--client-secret-file f",
	    "--client-id: put" },
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
what_is_doubtful_at_start_is_said_in_the_log(void **state)
{
	struct cx *cx = *state;
	const char *log = in(cx, test_dir(cx), "log"), *said;
	const char *secret = in(cx, test_dir(cx), "secret");
	struct program p;

	test_write_file(secret, "hush\n", 0644);
	p = program_serve(cx, programs[SHOPIFY].path,
	    arena_printf(cx->mem,
		"serve --data %s --listen 127.0.0.1:0 --public-url "
		"http://a.example --client-id id --client-secret-file %s",
		program_folder(cx), secret),
	    &(struct given){ .log = log,
		.env = (const char *const[]){ "LOGIVERY_SHOPIFY_SWEPP=1",
		    "LOGIVERY_SHOPIFY_SWEEP_SECONDS=60", NULL } },
	    false);
	assert_int_equal(program_stop(&p, SIGTERM), 0);
	said = test_read_file(cx, log);
	assert_contains(said,
	    "option.unknown variable=LOGIVERY_SHOPIFY_SWEPP ");
	assert_null(strstr(said, "SWEEP_SECONDS"));
	assert_contains(said, "option=public-url why=\"http is");
	assert_contains(said,
	    "secret: mode 0644 lets others in; "
	    "make it 0600: chmod 600 ");
	assert_null(strstr(said, "hush"));
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

/* What its log says, started with a socket and these variables. */
static const char *
log_with_socket(struct cx *cx, int i, const char *more, const char *variable)
{
	const char *log = in(cx, test_dir(cx), "log"), *path;
	struct given g = { .log = log };
	int port, ear;
	pid_t pid;

	path = in(cx, test_dir(cx), "ear");
	ear = program_ear(path);
	g.socket = program_listening(&port);
	g.env = (const char *const[]){
		arena_printf(cx->mem, "NOTIFY_SOCKET=%s", path), variable, NULL
	};
	pid = program_start(cx, programs[i].path,
	    serving(cx, i, program_folder(cx), more), &g);
	program_until(cx, ear, "READY=1");
	kill(pid, SIGTERM);
	assert_int_equal(program_ended(pid), 0);
	close(g.socket);
	close(ear);
	return test_read_file(cx, log);
}

static void
an_address_beside_a_socket_that_is_given_is_said_to_be_unused(void **state)
{
	static const char said[] = "option.unused option=listen ";
	struct cx *cx = *state;
	const char *log;
	int i;

	for (i = CLOUD; i < BOTH; i++) {
		log = log_with_socket(cx, i, "--listen 127.0.0.1:7", NULL);
		assert_contains(log, said);
		assert_contains(log, "given=127.0.0.1:7 ");
		assert_contains(log, "LISTEN_FDS");
		log = log_with_socket(cx, i, "",
		    arena_printf(cx->mem, "%s_LISTEN=127.0.0.1:8",
			programs[i].prefix));
		assert_contains(log, said);
		assert_contains(log, "given=127.0.0.1:8 ");
		log = log_with_socket(cx, i, "", NULL);
		assert_null(strstr(log, said));
	}
}

/* A second one would be listened at, and never answered. */
static void
only_one_socket_that_listens_is_taken(void **state)
{
	static const struct {
		const char *variable, *why;
	} rows[] = {
		{ "LISTEN_FDS=2",
		    "LISTEN_FDS=2: one socket is served, and no other "
		    "descriptor taken: " },
		{ "LISTEN_FDS=2", "no OpenFile=" },
		{ "LISTEN_FDS=1",
		    "LISTEN_FDS=1: descriptor 3 is no stream socket that "
		    "listens: " },
	};
	struct cx *cx = *state;
	const char *log;
	size_t r;
	pid_t pid;
	int i;

	for (r = 0; r < COUNT_OF(rows); r++) {
		for (i = CLOUD; i < BOTH; i++) {
			log = in(cx, test_dir(cx), "log");
			pid = program_start(cx, programs[i].path,
			    serving(cx, i, program_folder(cx),
				"--listen 127.0.0.1:0"),
			    &(struct given){ .log = log,
				.env = (const char *const[]){ rows[r].variable,
				    NULL } });
			assert_int_equal(program_ended(pid), 2);
			assert_contains(test_read_file(cx, log), rows[r].why);
		}
	}
}

/* Accept=yes, ListenDatagram=, ListenSequentialPacket=. */
static void
a_socket_of_another_kind_is_not_taken(void **state)
{
	struct cx *cx = *state;
	const char *to = test_dir(cx), *log;
	int i, k, port, door = program_listening(&port);
	const int sockets[] = { program_dial(port),
		program_ear(in(cx, to, "ear")),
		rig_listening(in(cx, to, "packets"), SOCK_SEQPACKET) };
	pid_t pid;

	for (k = 0; k < (int)COUNT_OF(sockets); k++) {
		for (i = CLOUD; i < BOTH; i++) {
			log = in(cx, test_dir(cx), "log");
			pid = program_start(cx, programs[i].path,
			    serving(cx, i, program_folder(cx), ""),
			    &(struct given){ .log = log,
				.socket = sockets[k] });
			assert_int_equal(program_ended(pid), 2);
			assert_contains(test_read_file(cx, log),
			    "ListenStream= and Accept=no");
		}
		close(sockets[k]);
	}
	close(door);
}

/* Whoever we start is not told of it again. */
static void
what_was_told_of_sockets_is_taken_out(void **state)
{
	static const char *const names[] = { "LISTEN_FDS", "LISTEN_PID",
		"LISTEN_FDNAMES" };
	struct cx *cx = *state;
	size_t i;
	int fd;

	for (i = 0; i < COUNT_OF(names); i++)
		setenv(names[i], "1", 1);
	must(cx, supervisor_socket(cx, &fd)); /* it is for process 1 */
	assert_int_equal(fd, -1);
	for (i = 0; i < COUNT_OF(names); i++)
		assert_null(getenv(names[i]));
}

/* Its path is its address. */
static void
a_socket_in_a_folder_is_served_under_its_path(void **state)
{
	struct cx *cx = *state;
	const char *path, *told;
	struct program p;
	int i;

	for (i = CLOUD; i < BOTH; i++) {
		path = in(cx, test_dir(cx), "door");
		p = program_serve(cx, programs[i].path,
		    serving(cx, i, program_folder(cx), ""),
		    &(struct given){
			.socket = rig_listening(path, SOCK_STREAM) },
		    false);
		told = arena_printf(cx->mem, "serving http://unix:%s ", path);
		assert_contains(p.first, told);
		assert_int_equal(program_stop(&p, SIGTERM), 0);
	}
}

static void
it_says_the_address_of_a_socket_that_is_given(void **state)
{
	struct cx *cx = *state;
	struct program p;
	int i, port;

	for (i = CLOUD; i < BOTH; i++) {
		p = program_serve(cx, programs[i].path,
		    serving(cx, i, program_folder(cx), "--listen 192.0.2.1:1"),
		    &(struct given){ .socket = program_listening(&port) },
		    false);
		assert_contains(p.first,
		    arena_printf(cx->mem, "http://127.0.0.1:%d ", port));
		assert_int_equal(program_stop(&p, SIGTERM), 0);
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(bad_options_are_one_clear_line_and_exit_2),
		TEST(help_and_version_explain),
		TEST(every_option_may_come_from_the_environment),
		TEST(what_is_doubtful_at_start_is_said_in_the_log),
		TEST(tls_is_served_with_a_certificate),
		TEST(numbers_are_served_on_an_address_of_their_own),
		TEST(only_the_trusted_proxy_says_that_it_was_https),
		TEST(a_supervisor_gives_the_socket_and_hears_of_start_and_end),
		TEST(
		    an_address_beside_a_socket_that_is_given_is_said_to_be_unused),
		TEST(only_one_socket_that_listens_is_taken),
		TEST(a_socket_of_another_kind_is_not_taken),
		TEST(what_was_told_of_sockets_is_taken_out),
		TEST(a_socket_in_a_folder_is_served_under_its_path),
		TEST(it_says_the_address_of_a_socket_that_is_given),
		TEST(one_address_cannot_be_served_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
