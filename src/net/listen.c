/*
 * listen.c - addresses only, no names: what a name means may change, and a
 * server should listen where its operator said.
 */
#include "net/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"

enum { LISTEN_BACKLOG = 1024 };

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_un un;
};

static bool
read_address(struct cx *cx, const char *text, union address *a, socklen_t *n)
{
	const char *colon = strrchr(text, ':');
	const char *host;
	int64_t port;

	if (colon == NULL || !text_to_int(colon + 1, 0, 65535, &port))
		return false;
	host = arena_textn(cx->mem, text, (size_t)(colon - text));
	memset(a, 0, sizeof(*a));
	if (host[0] == '[' && host[strlen(host) - 1] == ']') {
		host = arena_textn(cx->mem, host + 1, strlen(host) - 2);
		a->v6.sin6_family = AF_INET6;
		a->v6.sin6_port = htons((uint16_t)port);
		*n = sizeof(a->v6);
		return inet_pton(AF_INET6, host, &a->v6.sin6_addr) == 1;
	}
	a->v4.sin_family = AF_INET;
	a->v4.sin_port = htons((uint16_t)port);
	*n = sizeof(a->v4);
	return inet_pton(AF_INET, host, &a->v4.sin_addr) == 1;
}

static enum err
must_read(struct cx *cx, const char *text, union address *a, socklen_t *n)
{
	if (read_address(cx, text, a, n))
		return OK;
	return cx_fail(cx, ERR_INPUT,
	    "listen %s: expected an address and a port, like 127.0.0.1:8080 "
	    "or [::1]:8080",
	    text);
}

enum err
listen_check(struct cx *cx, const char *text)
{
	union address a;
	socklen_t n;

	return must_read(cx, text, &a, &n);
}

static const char *
what_to_do(int code)
{
	if (code == EADDRINUSE)
		return "; stop what listens there, or choose another port";
	if (code == EACCES)
		return "; a port below 1024 needs a privilege: choose a higher "
		       "one, or let systemd open it";
	if (code == EADDRNOTAVAIL)
		return "; that is no address of this machine: choose one that "
		       "\"ip address\" shows";
	return "";
}

enum err
listen_open(struct cx *cx, const char *text, int *out)
{
	union address a;
	socklen_t n = 0;
	int fd, one = 1;
	enum err e;

	if ((e = must_read(cx, text, &a, &n)) != OK)
		return e;
	fd = socket(a.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
	    0);
	if (fd < 0)
		return cx_fail(cx, ERR_UPSTREAM, "listen %s: %s", text,
		    strerror(errno));
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, &a.any, n) == 0 && listen(fd, LISTEN_BACKLOG) == 0) {
		*out = fd;
		return OK;
	}
	cx_fail(cx, ERR_UPSTREAM, "listen %s: %s%s", text, strerror(errno),
	    what_to_do(errno));
	close(fd);
	return ERR_UPSTREAM;
}

int
listen_port(int fd)
{
	union address a;
	socklen_t n = sizeof(a);

	if (getsockname(fd, &a.any, &n) != 0)
		return 0;
	if (a.any.sa_family == AF_INET)
		return ntohs(a.v4.sin_port);
	return a.any.sa_family == AF_INET6 ? ntohs(a.v6.sin6_port) : 0;
}

/* `n` bytes of an address: a path may fill it, without a NUL. */
static const char *
path_name(struct cx *cx, const struct sockaddr_un *a, size_t n)
{
	size_t at = offsetof(struct sockaddr_un, sun_path);
	const char *path = a->sun_path;

	if (n <= at)
		return "socket";
	if (path[0] == '\0')
		return arena_printf(cx->mem, "unix:@%.*s", (int)(n - at - 1),
		    path + 1);
	return arena_printf(cx->mem, "unix:%.*s", (int)(n - at), path);
}

const char *
listen_name(struct cx *cx, int fd)
{
	union address a;
	socklen_t n = sizeof(a);
	char host[INET6_ADDRSTRLEN] = "";

	if (getsockname(fd, &a.any, &n) != 0)
		return "socket";
	if (a.any.sa_family == AF_INET &&
	    inet_ntop(AF_INET, &a.v4.sin_addr, host, sizeof(host)) != NULL)
		return arena_printf(cx->mem, "%s:%d", host, listen_port(fd));
	if (a.any.sa_family == AF_INET6 &&
	    inet_ntop(AF_INET6, &a.v6.sin6_addr, host, sizeof(host)) != NULL)
		return arena_printf(cx->mem, "[%s]:%d", host, listen_port(fd));
	if (a.any.sa_family == AF_UNIX)
		return path_name(cx, &a.un, n);
	return "socket";
}

bool
listen_answers(int fd, const char *ask, int wait_ms)
{
	struct sockaddr_storage a;
	socklen_t n = sizeof(a);
	struct pollfd p = { .events = POLLIN };
	bool answers;

	if (getsockname(fd, (struct sockaddr *)&a, &n) != 0)
		return false;
	p.fd = socket(a.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (p.fd < 0)
		return true; /* short of descriptors: nobody's fault here */
	answers = connect(p.fd, (const struct sockaddr *)&a, n) == 0 &&
	    send(p.fd, ask, strlen(ask), MSG_NOSIGNAL) > 0 &&
	    poll(&p, 1, wait_ms) == 1;
	close(p.fd);
	return answers;
}
