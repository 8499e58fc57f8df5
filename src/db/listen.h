/*
 * listen.h - a thread that hears the bells other nodes ring.
 */
#ifndef DB_LISTEN_H
#define DB_LISTEN_H

#include "base/cx.h"

struct db;
struct listen;

enum { LISTEN_TEXT_SIZE = 64 };

/* A connection that only hears. */
struct ear {
	void *own; /* the engine's; NULL: not connected */
	int fd;    /* readable: hear() */
};

struct ear_ops {
	enum err (*open)(struct cx *, struct db *, struct ear *);
	bool (*hear)(struct db *, struct ear *); /* false: connection lost */
	void (*close)(struct ear *);
};

struct listen *listen_open(struct db *, const struct ear_ops *);
void listen_close(struct listen *);
/* Once it returns, nothing rung elsewhere is missed, unless the server is
   away; then all bells sound when it is back.  Starts one thread, once. */
void listen_start(struct listen *);

/* What nodes say to each other: the bell, and who rang it. */
void listen_text(const struct listen *, const char *bell,
    char out[LISTEN_TEXT_SIZE]);
/* Sounds the bell, unless we rang it: then it has sounded. */
void listen_heard(struct listen *, const char *text);

#endif
