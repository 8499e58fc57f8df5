/*
 * program_test.c - logivery-cloud itself: options, serving, commands on a
 * served folder, the live log, a clean end and a hard one.
 */
#include "lib/test.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"

enum { ARGS_MAX = 16, PATIENCE_MS = 20000 };

struct run {
	int status;      /* exit status; -1: a signal */
	const char *out; /* standard output */
	const char *err;
};

struct program {
	pid_t pid;
	int port;
	FILE *out;
	const char *setup; /* the line with the link, or "" */
};

static pid_t
start(char *const *argv, int out, int err)
{
	pid_t pid = fork();
	int null;

	assert_true(pid >= 0);
	if (pid > 0)
		return pid;
	null = open("/dev/null", O_RDONLY);
	dup2(null, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	execv(PROGRAM, argv);
	_exit(127);
}

static void
words(struct cx *cx, const char *line, char **argv)
{
	char *at = arena_text(cx->mem, line), *save = NULL;
	int n = 0;

	argv[n++] = arena_text(cx->mem, PROGRAM);
	for (at = strtok_r(at, " ", &save); at != NULL;
	     at = strtok_r(NULL, " ", &save)) {
		assert_true(n < ARGS_MAX - 1);
		argv[n++] = at;
	}
	argv[n] = NULL;
}

static int
ended(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static struct run
run(struct cx *cx, const char *line)
{
	const char *dir = test_dir(cx);
	const char *out = arena_printf(cx->mem, "%s/out", dir);
	const char *err = arena_printf(cx->mem, "%s/err", dir);
	int fo = open(out, O_CREAT | O_RDWR, 0600);
	int fe = open(err, O_CREAT | O_RDWR, 0600);
	char *argv[ARGS_MAX];
	struct run r;

	words(cx, line, argv);
	r.status = ended(start(argv, fo, fe));
	close(fo);
	close(fe);
	r.out = test_read_file(cx, out);
	r.err = test_read_file(cx, err);
	return r;
}

static struct program
serve(struct cx *cx, const char *dir, bool setup)
{
	const char *line = arena_printf(cx->mem,
	    "serve --data %s --listen 127.0.0.1:0 --public-url "
	    "http://cloud.example --allow-private-hosts",
	    dir);
	char *argv[ARGS_MAX], text[512], *colon;
	struct program p;
	int fds[2], err;

	words(cx, line, argv);
	assert_int_equal(pipe(fds), 0);
	err = open("/dev/null", O_WRONLY);
	p.pid = start(argv, fds[1], err);
	close(fds[1]);
	close(err);
	p.out = fdopen(fds[0], "r");
	assert_non_null(fgets(text, sizeof(text), p.out));
	colon = strstr(text, "127.0.0.1:");
	assert_non_null(colon);
	p.port = (int)strtol(colon + 10, NULL, 10);
	p.setup = "";
	if (setup && fgets(text, sizeof(text), p.out) != NULL)
		p.setup = arena_text(cx->mem, text);
	return p;
}

static int
stop(struct program *p, int sig)
{
	kill(p->pid, sig);
	fclose(p->out);
	return ended(p->pid);
}

static int
dial(const struct program *p)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)p->port) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	inet_pton(AF_INET, "127.0.0.1", &a.sin_addr);
	assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	return fd;
}

/* Read until `part` came, or the other side is silent for long. */
static const char *
until(struct cx *cx, int fd, const char *part)
{
	struct buf b = buf_new(cx->mem);
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	char some[4096];
	ssize_t n;

	while (strstr(b.p, part) == NULL) {
		if (poll(&pfd, 1, PATIENCE_MS) <= 0 ||
		    (n = read(fd, some, sizeof(some))) <= 0)
			break;
		buf_add(&b, some, (size_t)n);
	}
	assert_contains(b.p, part);
	return b.p;
}

static const char *
http(struct cx *cx, const struct program *p, const char *head, const char *body)
{
	const char *text = arena_printf(cx->mem,
	    "%s\r\nHost: cloud.example\r\nConnection: close\r\n"
	    "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
	    head, strlen(body), body);
	struct buf b = buf_new(cx->mem);
	int fd = dial(p);
	char some[4096];
	ssize_t n;

	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	while ((n = read(fd, some, sizeof(some))) > 0)
		buf_add(&b, some, (size_t)n);
	close(fd);
	return b.p;
}

static char *
folder(struct cx *cx)
{
	return arena_printf(cx->mem, "%s/data", test_dir(cx));
}

/* --- */

struct bad {
	const char *line, *says;
};

static void
bad_options_are_one_clear_line_and_exit_2(void **state)
{
	static const struct bad table[] = {
		{ "", "a command is missing" },
		{ "frobnicate", "no command \"frobnicate\"" },
		{ "serve", "--data" },
		{ "serve --data x", "--public-url" },
		{ "serve --data x --public-url y", "--public-url" },
		{ "serve --data x --public-url http://a/b", "--public-url" },
		{ "serve --data x --public-url http://a --nope", "--nope" },
		{ "serve --data x --public-url http://a --tls-key k",
		    "--tls-cert" },
		{ "serve --data x --public-url http://a --sweep-seconds many",
		    "--sweep-seconds" },
		{ "user add --data x", "EMAIL" },
		{ "token add --data x", "NAME" },
	};
	struct cx *cx = *state;
	struct run r;
	size_t i;

	for (i = 0; i < COUNT_OF(table); i++) {
		r = run(cx, table[i].line);
		assert_int_equal(r.status, 2);
		assert_contains(r.err, table[i].says);
		assert_string_equal(strchr(r.err, '\n'), "\n"); /* one line */
		assert_string_equal(r.out, "");
	}
	assert_int_equal(access("x", F_OK), -1); /* nothing started */
}

static void
help_and_version_explain(void **state)
{
	struct cx *cx = *state;
	struct run r = run(cx, "--help");

	assert_int_equal(r.status, 0);
	assert_contains(r.out, "user add EMAIL");
	r = run(cx, "serve --help");
	assert_int_equal(r.status, 0);
	assert_contains(r.out, "LOGIVERY_CLOUD_LISTEN");
	r = run(cx, "version");
	assert_contains(r.out, "logivery-cloud ");
}

static void
commands_reach_a_served_folder_and_sigterm_ends_it(void **state)
{
	struct cx *cx = *state;
	const char *dir = folder(cx), *head;
	struct program p = serve(cx, dir, true);
	struct stat st;
	struct run r;

	assert_contains(p.setup, "http://cloud.example/setup?token=");
	assert_contains(http(cx, &p, "GET /livez HTTP/1.1", ""),
	    "{\"status\":\"ok\"}");
	assert_contains(http(cx, &p, "GET /readyz HTTP/1.1", ""), " 200 ");
	assert_int_equal(stat(arena_printf(cx->mem, "%s/control.sock", dir),
			     &st),
	    0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(stat(arena_printf(cx->mem, "%s/master.key", dir), &st),
	    0);
	assert_int_equal(st.st_mode & 0777, 0600);
	r = run(cx,
	    arena_printf(cx->mem, "user add a@example.com --data %s", dir));
	assert_int_equal(r.status, 0);
	assert_int_equal(strlen(r.out), 21); /* the password made */
	r = run(cx,
	    arena_printf(cx->mem, "user add a@example.com --data %s", dir));
	assert_int_equal(r.status, 1);
	assert_contains(r.err, "already");
	r = run(cx,
	    arena_printf(cx->mem, "token add t --role viewer --data %s", dir));
	assert_int_equal(r.status, 0);
	head = arena_printf(cx->mem,
	    "GET /api/v1/connectors HTTP/1.1\r\nAuthorization: Bearer %.*s",
	    (int)strcspn(r.out, "\n"), r.out);
	assert_contains(http(cx, &p, head, ""), "\"items\":[]");
	assert_int_equal(stop(&p, SIGTERM), 0);
	/* the folder is free: the command opens it itself */
	r = run(cx, arena_printf(cx->mem, "token add u --data %s", dir));
	assert_int_equal(r.status, 0);
}

static void
the_log_is_live_and_survives_kill(void **state)
{
	struct cx *cx = *state;
	const char *dir = folder(cx), *token, *ask_log;
	struct program p = serve(cx, dir, true);
	struct run r;
	int fd;

	r = run(cx, arena_printf(cx->mem, "token add t --data %s", dir));
	token = arena_textn(cx->mem, r.out, strcspn(r.out, "\n"));
	ask_log = arena_printf(cx->mem,
	    "GET /api/v1/log/stream HTTP/1.1\r\nHost: cloud.example\r\n"
	    "Authorization: Bearer %s\r\n\r\n",
	    token);
	fd = dial(&p);
	assert_true(write(fd, ask_log, strlen(ask_log)) > 0);
	until(cx, fd, "text/event-stream");
	http(cx, &p,
	    arena_printf(cx->mem,
		"POST /api/v1/connectors HTTP/1.1\r\nAuthorization: Bearer "
		"%s",
		token),
	    "{\"technology\":\"shopify\",\"label\":\"Tea\"}");
	assert_contains(until(cx, fd, "connector.added"), "event: log");
	assert_int_equal(stop(&p, SIGKILL), -1);
	close(fd);
	p = serve(cx, dir, true); /* still no user: the link again */
	assert_contains(http(cx, &p,
			    arena_printf(cx->mem,
				"GET /api/v1/connectors HTTP/1.1\r\n"
				"Authorization: Bearer %s",
				token),
			    ""),
	    "\"label\":\"Tea\"");
	assert_int_equal(stop(&p, SIGTERM), 0);
}

static size_t
descriptors(pid_t pid)
{
	char path[64];
	DIR *d;
	size_t n = 0;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	d = opendir(path);
	assert_non_null(d);
	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n - 2; /* "." and ".." */
}

static void
limit(pid_t pid, size_t n)
{
	struct rlimit r = { n, 4096 };

	assert_int_equal(prlimit(pid, RLIMIT_NOFILE, &r, NULL), 0);
}

static void
commands_come_through_after_descriptors_ran_short(void **state)
{
	struct cx *cx = *state;
	const char *dir = folder(cx);
	struct program p = serve(cx, dir, true);
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	struct run r;
	int fd;

	http(cx, &p, "GET /readyz HTTP/1.1", ""); /* all is open now */
	usleep(200 * 1000);
	limit(p.pid, descriptors(p.pid));
	snprintf(a.sun_path, sizeof(a.sun_path), "%s/control.sock", dir);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	usleep(300 * 1000);
	close(fd);
	limit(p.pid, 4096);
	r = run(cx, arena_printf(cx->mem, "token add t --data %s", dir));
	assert_int_equal(r.status, 0);
	assert_int_equal(stop(&p, SIGTERM), 0);
}

/* What a supervisor does: a socket as descriptor 3, and an ear. */
static pid_t
start_supervised(char *const *argv, int listening, const char *ear)
{
	pid_t pid = fork();
	char text[16];
	int null;

	assert_true(pid >= 0);
	if (pid > 0)
		return pid;
	null = open("/dev/null", O_WRONLY);
	dup2(null, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	dup2(listening, 3);
	snprintf(text, sizeof(text), "%d", (int)getpid());
	setenv("LISTEN_FDS", "1", 1);
	setenv("LISTEN_PID", text, 1);
	setenv("NOTIFY_SOCKET", ear, 1);
	execv(PROGRAM, argv);
	_exit(127);
}

static int
listening(struct program *p)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(fd, 16), 0);
	getsockname(fd, (struct sockaddr *)&a, &n);
	p->port = ntohs(a.sin_port);
	return fd;
}

static int
ear(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	return fd;
}

static void
a_supervisor_gives_the_socket_and_hears_of_start_and_end(void **state)
{
	struct cx *cx = *state;
	const char *path = arena_printf(cx->mem, "%s/ear", test_dir(cx));
	char *argv[ARGS_MAX];
	struct program p;
	int out = ear(path), in = listening(&p), again;

	words(cx,
	    arena_printf(cx->mem,
		"serve --data %s --listen 192.0.2.1:1 --public-url "
		"http://cloud.example",
		folder(cx)),
	    argv);
	p.pid = start_supervised(argv, in, path);
	until(cx, out, "READY=1");
	assert_contains(http(cx, &p, "GET /readyz HTTP/1.1", ""), " 200 ");
	kill(p.pid, SIGTERM);
	until(cx, out, "STOPPING=1");
	assert_int_equal(ended(p.pid), 0);
	again = dial(&p); /* the socket outlives it: nobody is refused */
	close(again);
	close(in);
	close(out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(bad_options_are_one_clear_line_and_exit_2),
		TEST(help_and_version_explain),
		TEST(commands_reach_a_served_folder_and_sigterm_ends_it),
		TEST(the_log_is_live_and_survives_kill),
		TEST(commands_come_through_after_descriptors_ran_short),
		TEST(a_supervisor_gives_the_socket_and_hears_of_start_and_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
