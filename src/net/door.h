/*
 * door.h - who comes in: one thread that accepts connections and hands them on.
 *
 * libmicrohttpd could accept for us, but not stop accepting for us: asked to
 * (MHD_quiesce_daemon) while its threads wait in epoll, it may take the socket
 * out of the set twice and end the process ("Failed to remove listen FD from
 * epoll set", 0.9.75, daemon.c).
 */
#ifndef NET_DOOR_H
#define NET_DOOR_H

#include <sys/socket.h>

#include "base/env.h"

struct door;

struct door_calls {
	/* Is there room for one more?  Who comes meanwhile waits in the
	   socket's queue. */
	bool (*has_room)(void *arg);
	/* Takes over fd, which does not block.  On the door's thread. */
	void (*come_in)(void *arg, int fd, const struct sockaddr *, socklen_t);
	void *arg;
};

/* `fd` listens and stays the caller's.  The process may have `connections` and
   its own descriptors open from then on, as far as the machine allows. */
struct door *door_open(struct env *, int fd, int connections,
    const struct door_calls *);
/* After it nobody comes in; other processes' doors at the same socket stay
   open. */
void door_close(struct door *);

#endif
