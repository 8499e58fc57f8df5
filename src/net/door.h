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

struct door_calls {
	/* Take over fd, which does not block.  False: it could not be, and is
	   closed.  On the door's thread. */
	bool (*come_in)(void *arg, int fd, const struct sockaddr *, socklen_t);
	void *arg;
};

struct door {
	struct env *env;
	struct thread *thread;
	struct door_calls calls;
	int fd;
	int told;   /* eventfd: readable once the door is to close */
	int places; /* who comes when all are taken waits in fd's queue */
	int here;   /* connections, atomic */
	int coming; /* of them, on the way to their thread; atomic */
};

/* How many of the places wanted leave the process descriptors of its own; its
   limit is raised as far as the machine allows (setrlimit(2)). */
int door_places(int wanted);

/* Open for door_places(places) connections at once.  `fd` listens and stays
   the caller's.  False: no descriptor. */
bool door_open(struct door *, struct env *, int fd, int places,
    const struct door_calls *);

/* Of one that came in: its thread has it; it is closed. */
void door_arrived(struct door *);
void door_left(struct door *);

/* After it nobody comes in, and who came in has arrived, if that took less than
   a second; other processes' doors at the same socket stay open. */
void door_close(struct door *);

#endif
