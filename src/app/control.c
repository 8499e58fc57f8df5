/*
 * control.c - commands for a folder that is being served.
 *
 * One thread answers one caller at a time: these are an operator's commands.
 */
#include "app/control.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "app/commands.h"
#include "base/arena.h"
#include "base/env.h"
#include "base/json.h"

enum { LINE_MAX_BYTES = 8192, TIMEOUT_S = 30, SHORT_MS = 100 };

struct control {
	struct cx cx;
	const struct program *program;
	struct thread *thread;
	int fd;
	char *path;
	struct lock lock;
	int caller; /* whose command is read or done; -1: none */
	bool stop;
};

/* --- lines over the socket --- */

static enum err
line_read(struct cx *cx, int fd, struct json **out)
{
	char *line = arena_alloc(cx->mem, LINE_MAX_BYTES);
	size_t n = 0;
	ssize_t got;

	while (n < LINE_MAX_BYTES - 1 && memchr(line, '\n', n) == NULL) {
		got = read(fd, line + n, LINE_MAX_BYTES - 1 - n);
		if (got <= 0)
			return cx_fail(cx, ERR_UPSTREAM,
			    "the other side of control.sock went away");
		n += (size_t)got;
	}
	return json_parse(cx, line, n, out);
}

static enum err
line_write(struct cx *cx, int fd, const struct json *j)
{
	const char *line = arena_printf(cx->mem, "%s\n", json_write(cx, j));
	size_t n = strlen(line), at = 0;
	ssize_t put;

	while (at < n) {
		put = send(fd, line + at, n - at, MSG_NOSIGNAL);
		if (put <= 0)
			return cx_fail(cx, ERR_UPSTREAM,
			    "the other side of control.sock went away");
		at += (size_t)put;
	}
	return OK;
}

/* A caller that says nothing must not keep the others waiting. */
static void
impatient(int fd)
{
	struct timeval tv = { .tv_sec = TIMEOUT_S };

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv));
}

static bool
address_of(struct sockaddr_un *a, const char *path)
{
	memset(a, 0, sizeof(*a));
	a->sun_family = AF_UNIX;
	if (strlen(path) >= sizeof(a->sun_path))
		return false;
	memcpy(a->sun_path, path, strlen(path));
	return true;
}

/* Once we stop, no command is read any more; one that runs is answered. */
static void
caller_is(struct control *c, int fd)
{
	lock_take(&c->lock);
	c->caller = fd;
	if (c->stop && fd >= 0)
		shutdown(fd, SHUT_RD);
	lock_drop(&c->lock);
}

static void
answer_one(struct control *c, int fd)
{
	struct json *in = NULL, *out = NULL;
	struct cx cx;
	enum err e;

	cx_child(&cx, &c->cx);
	impatient(fd);
	caller_is(c, fd);
	if ((e = line_read(&cx, fd, &in)) == OK)
		e = commands_answer(&cx, c->program, in, &out);
	if (e != OK) {
		out = json_new_object(&cx);
		json_set_text(&cx, out, "why", cx.why);
	}
	json_set_int(&cx, out, "error", e);
	line_write(&cx, fd, out);
	cx_done(&cx);
	caller_is(c, -1);
	close(fd);
}

/* Out of descriptors or memory, for now: the caller stays in the queue. */
static bool
is_short(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOBUFS ||
	    error == ENOMEM;
}

/* Until control_stop shuts the socket down. */
static void
serve(void *arg)
{
	struct control *c = arg;
	int fd;

	for (;;) {
		fd = accept4(c->fd, NULL, NULL, SOCK_CLOEXEC);
		if (fd >= 0)
			answer_one(c, fd);
		else if (is_short(errno))
			poll(NULL, 0, SHORT_MS);
		else if (errno != EINTR && errno != ECONNABORTED)
			return;
	}
}

enum err
control_open(struct cx *cx, const char *dir, const struct program *program,
    struct control **out)
{
	const char *path = arena_printf(cx->mem, "%s/control.sock", dir);
	struct sockaddr_un a;
	struct control *c;
	mode_t mask;
	int fd, rc;

	if (!address_of(&a, path))
		return cx_fail(cx, ERR_STORE, "%s: too long for a socket",
		    path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	unlink(path); /* of a server that died; the folder's lock is ours */
	mask = umask(0177);
	rc = fd < 0 ? -1 : bind(fd, (struct sockaddr *)&a, sizeof(a));
	umask(mask);
	if (rc != 0 || listen(fd, 8) != 0) {
		if (fd >= 0)
			close(fd);
		return cx_fail(cx, ERR_STORE, "%s: %s", path, strerror(errno));
	}
	c = mem_new(sizeof(*c));
	c->cx = *cx;
	c->program = program;
	c->fd = fd;
	c->path = mem_text(path);
	c->caller = -1;
	lock_open(&c->lock);
	c->thread = cx->env->start(cx->env, "control", serve, c);
	*out = c;
	return OK;
}

void
control_stop(struct control *c)
{
	if (c == NULL)
		return;
	unlink(c->path);
	shutdown(c->fd, SHUT_RDWR); /* ends accept */
	lock_take(&c->lock);
	c->stop = true;
	if (c->caller >= 0)
		shutdown(c->caller, SHUT_RD);
	lock_drop(&c->lock);
}

void
control_close(struct control *c)
{
	if (c == NULL)
		return;
	c->cx.env->join(c->cx.env, c->thread);
	close(c->fd);
	lock_close(&c->lock);
	mem_free(c->path);
	mem_free(c);
}

enum err
control_ask(struct cx *cx, const char *dir, const struct json *in,
    struct json **answer)
{
	const char *path = arena_printf(cx->mem, "%s/control.sock", dir);
	struct sockaddr_un a;
	int64_t theirs;
	enum err e;
	int fd;

	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || !address_of(&a, path) ||
	    connect(fd, (struct sockaddr *)&a, sizeof(a)) != 0) {
		if (fd >= 0)
			close(fd);
		return cx_fail(cx, ERR_MISSING, "no server in %s", dir);
	}
	/* As long as it takes: a backup of much is not done in a moment. */
	if ((e = line_write(cx, fd, in)) == OK)
		e = line_read(cx, fd, answer);
	close(fd);
	if (e != OK)
		return e;
	theirs = json_int(json_get(*answer, "error"), ERR_BUG);
	if (theirs == OK)
		return OK;
	if (theirs < 0 || theirs >= ERR_COUNT)
		theirs = ERR_BUG;
	return cx_fail(cx, (enum err)theirs, "%s",
	    json_get_text(*answer, "why") ? json_get_text(*answer, "why")
					  : "the server failed");
}
