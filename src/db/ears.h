/*
 * ears.h - a thread that hears the bells other nodes ring.
 */
#ifndef DB_EARS_H
#define DB_EARS_H

#include "base/cx.h"

struct db;
struct ears;

enum { EARS_TEXT_SIZE = 64 };

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

struct ears *ears_open(struct db *, const struct ear_ops *);
void ears_close(struct ears *);
/* Once it returns, nothing rung elsewhere is missed, unless the server is
   away; then all bells sound when it is back.  Starts one thread, once. */
void ears_start(struct ears *);

/* What nodes say to each other: the bell, and who rang it. */
void ears_text(const struct ears *, const char *bell, char out[EARS_TEXT_SIZE]);
/* Sounds the bell, unless we rang it: then it has sounded. */
void ears_heard(struct ears *, const char *text);

#endif
