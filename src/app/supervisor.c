/*
 * supervisor.c - systemd's three small protocols, without its library.
 */
#include "app/supervisor.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/text.h"

enum { LISTEN_FD = 3 };

void
supervisor_tell(const char *text)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	size_t n = path != NULL ? strlen(path) : 0;
	int fd;

	if (n < 2 || n >= sizeof(a.sun_path))
		return;
	memcpy(a.sun_path, path, n);
	if (a.sun_path[0] == '@') /* an abstract one */
		a.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	sendto(fd, text, strlen(text), MSG_NOSIGNAL,
	    (const struct sockaddr *)&a,
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n));
	close(fd);
}

/* What it sets is for a process that it names, or for whoever finds it. */
static bool
is_ours(const char *pid)
{
	int64_t who = 0;

	return pid == NULL ||
	    (text_to_int(pid, 1, INT32_MAX, &who) && who == getpid());
}

int64_t
supervisor_watchdog_ms(void)
{
	const char *usec = getenv("WATCHDOG_USEC");
	int64_t n;

	if (usec == NULL || !text_to_int(usec, 1, INT64_MAX, &n) ||
	    !is_ours(getenv("WATCHDOG_PID")))
		return 0;
	return n / 1000;
}

static bool
has(int fd, int option, int value)
{
	int is = 0;
	socklen_t n = sizeof(is);

	return getsockopt(fd, SOL_SOCKET, option, &is, &n) == 0 && is == value;
}

/* Of two we would leave one unanswered.  Files of the unit and of its store
   count among them. */
static enum err
take_one(struct cx *cx, int64_t n, int *fd)
{
	if (n > 1)
		return cx_fail(cx, ERR_INPUT,
		    "LISTEN_FDS=%" PRId64 ": one socket is served, and no "
		    "other descriptor taken: leave one ListenStream= in the "
		    ".socket unit, and no OpenFile= or "
		    "FileDescriptorStoreMax= in the .service",
		    n);
	/* not one connection (Accept=yes), nor datagrams or packets */
	if (!has(LISTEN_FD, SO_ACCEPTCONN, 1) ||
	    !has(LISTEN_FD, SO_TYPE, SOCK_STREAM))
		return cx_fail(cx, ERR_INPUT,
		    "LISTEN_FDS=1: descriptor %d is no stream socket that "
		    "listens: have ListenStream= and Accept=no in the .socket "
		    "unit, or take LISTEN_FDS out of the environment",
		    LISTEN_FD);
	(void)fcntl(LISTEN_FD, F_SETFD, FD_CLOEXEC);
	*fd = LISTEN_FD;
	return OK;
}

enum err
supervisor_socket(struct cx *cx, int *fd)
{
	const char *n = getenv("LISTEN_FDS");
	int64_t fds = 0;
	bool ours;

	ours = n != NULL && text_to_int(n, 1, INT32_MAX, &fds) &&
	    is_ours(getenv("LISTEN_PID"));
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
	*fd = -1;
	return ours ? take_one(cx, fds, fd) : OK;
}
