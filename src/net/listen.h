/*
 * listen.h - the socket we are reached under.
 */
#ifndef NET_LISTEN_H
#define NET_LISTEN_H

#include "base/cx.h"

/* "127.0.0.1:8080", "[::1]:0".  ERR_INPUT: no address and port;
   ERR_UPSTREAM: the machine does not give it to us. */
enum err listen_open(struct cx *, const char *address, int *fd);
/* The same check, and nothing is opened. */
enum err listen_check(struct cx *, const char *address);
int listen_port(int fd); /* 0: none */
/* "127.0.0.1:8080", "[::1]:8080", "unix:/run/x", "unix:@x" of one that is in no
   folder; "socket" if it is of another kind. */
const char *listen_name(struct cx *, int fd);
/* Is whoever serves the socket alive?  `ask` is sent to it; any answer counts,
   a hang-up too. */
bool listen_answers(int fd, const char *ask, int wait_ms);

#endif
