/*
 * program.c - a built program, run as an operator or a supervisor runs it.
 */
#include "lib/program.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"

enum { ARGS_MAX = 40, PATIENCE_MS = 20000 };

static void
words(struct cx *cx, const char *path, const char *line, char **argv)
{
	char *at = arena_text(cx->mem, line), *save = NULL;
	int n = 0;

	argv[n++] = arena_text(cx->mem, path);
	for (at = strtok_r(at, " ", &save); at != NULL;
	     at = strtok_r(NULL, " ", &save)) {
		assert_true(n < ARGS_MAX - 1);
		argv[n++] = at;
	}
	argv[n] = NULL;
}

static void
give(const struct given *g)
{
	char text[16];
	size_t i;

	for (i = 0; g->env != NULL && g->env[i] != NULL; i++)
		putenv((char *)(uintptr_t)g->env[i]);
	if (g->socket == 0)
		return;
	dup2(g->socket, 3);
	fcntl(3, F_SETFD, 0); /* if it was 3 before */
	snprintf(text, sizeof(text), "%d", (int)getpid());
	setenv("LISTEN_FDS", "1", 1);
	setenv("LISTEN_PID", text, 1);
}

static pid_t
start(char *const *argv, int out, int err, const struct given *g)
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
	if (g != NULL)
		give(g);
	execv(argv[0], argv);
	_exit(127);
}

int
program_ended(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

struct run
program_run(struct cx *cx, const char *path, const char *line)
{
	const char *dir = test_dir(cx);
	const char *out = arena_printf(cx->mem, "%s/out", dir);
	const char *err = arena_printf(cx->mem, "%s/err", dir);
	int fo = open(out, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	int fe = open(err, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	char *argv[ARGS_MAX];
	struct run r;

	words(cx, path, line, argv);
	r.status = program_ended(start(argv, fo, fe, NULL));
	close(fo);
	close(fe);
	r.out = test_read_file(cx, out);
	r.err = test_read_file(cx, err);
	return r;
}

static int
error_file(const struct given *g)
{
	const char *path = g != NULL && g->log != NULL ? g->log : "/dev/null";

	return open(path, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
}

pid_t
program_start(struct cx *cx, const char *path, const char *line,
    const struct given *g)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	int err = error_file(g);
	char *argv[ARGS_MAX];
	pid_t pid;

	words(cx, path, line, argv);
	pid = start(argv, null, err, g);
	close(null);
	close(err);
	return pid;
}

struct program
program_serve(struct cx *cx, const char *path, const char *line,
    const struct given *g, bool setup)
{
	char *argv[ARGS_MAX], text[512], *colon;
	struct program p;
	int fds[2], err = error_file(g);

	words(cx, path, line, argv);
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	p.pid = start(argv, fds[1], err, g);
	close(fds[1]);
	close(err);
	p.out = fdopen(fds[0], "r");
	assert_non_null(fgets(text, sizeof(text), p.out));
	p.first = arena_text(cx->mem, text);
	colon = strchr(strstr(text, "://") + 3, ':');
	assert_non_null(colon);
	p.port = (int)strtol(colon + 1, NULL, 10);
	p.setup = "";
	if (setup && fgets(text, sizeof(text), p.out) != NULL)
		p.setup = arena_text(cx->mem, text);
	return p;
}

int
program_stop(struct program *p, int sig)
{
	kill(p->pid, sig);
	fclose(p->out);
	return program_ended(p->pid);
}

char *
program_folder(struct cx *cx)
{
	return arena_printf(cx->mem, "%s/data", test_dir(cx));
}

void
program_certificate(struct cx *cx, const char **cert, const char **key)
{
	const char *dir = test_dir(cx);

	*cert = arena_printf(cx->mem, "%s/cert.pem", dir);
	*key = arena_printf(cx->mem, "%s/key.pem", dir);
	program_shell(cx,
	    arena_printf(cx->mem,
		"openssl req -x509 -newkey ec -pkeyopt "
		"ec_paramgen_curve:P-256 -nodes -keyout %s -out %s -days 2 "
		"-subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 2>&1",
		*key, *cert));
}

/* --- as a client --- */

static int
dial(int port)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	inet_pton(AF_INET, "127.0.0.1", &a.sin_addr);
	if (connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0)
		return fd;
	close(fd);
	return -1;
}

int
program_dial(int port)
{
	int fd = dial(port);

	assert_true(fd >= 0);
	return fd;
}

bool
program_reaches(int port)
{
	int fd = dial(port);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

const char *
program_until(struct cx *cx, int fd, const char *part)
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

const char *
program_http(struct cx *cx, int port, const char *head, const char *body)
{
	const char *text = arena_printf(cx->mem,
	    "%s\r\nHost: cloud.example\r\nConnection: close\r\n"
	    "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
	    head, strlen(body), body);
	struct buf b = buf_new(cx->mem);
	int fd = program_dial(port);
	char some[4096];
	ssize_t n;

	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	while ((n = read(fd, some, sizeof(some))) > 0)
		buf_add(&b, some, (size_t)n);
	close(fd);
	return b.p;
}

const char *
program_shell(struct cx *cx, const char *command)
{
	struct buf b = buf_new(cx->mem);
	FILE *f = popen(command, "r");
	char some[4096];
	size_t n;

	assert_non_null(f);
	while ((n = fread(some, 1, sizeof(some), f)) > 0)
		buf_add(&b, some, n);
	pclose(f);
	return b.p;
}

/* --- as a supervisor --- */

int
program_listening(int *port)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(fd, 16), 0);
	getsockname(fd, (struct sockaddr *)&a, &n);
	*port = ntohs(a.sin_port);
	return fd;
}

int
program_ear(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	return fd;
}
