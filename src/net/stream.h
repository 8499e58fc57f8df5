/*
 * stream.h - the server's side of struct stream (server.h has the feeder's).
 *
 * Two hold a stream: the feeder until stream_drop, the request until its
 * memory goes.  In between the connection takes what is there and sleeps when
 * there is nothing; a push wakes it.
 */
#ifndef NET_STREAM_H
#define NET_STREAM_H

#include <sys/types.h>

#include "net/server.h"

/* What a stream may do with its connection. */
struct stream_wire {
	void *conn;
	int fd;
	void (*sleep)(void *conn);
	void (*wake)(void *conn);
};

void stream_attach(struct stream *, const struct stream_wire *);
void stream_detach(struct stream *); /* the connection is done for */
/* On the connection's thread: bytes, 0 (asleep now), -1 (at its end). */
ssize_t stream_read(struct stream *, char *to, size_t max);
void stream_finish(struct stream *); /* send what is there, then end */

#endif
