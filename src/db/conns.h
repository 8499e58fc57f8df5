/*
 * conns.h - connections that wait to be used, and pauses between failures.
 *
 * A pool holds the engine's connections, opened or not: whoever takes one
 * makes it ready.  A pause keeps threads from waiting one after another for a
 * server that is not there.
 */
#ifndef DB_CONNS_H
#define DB_CONNS_H

#include "base/env.h"

struct conn;

struct conns {
	struct lock lock;
	struct signal freed;
	struct conn **idle; /* the last given is taken first: it is warm */
	size_t nidle;
};

void conns_open(struct conns *, size_t most);
void conns_close(struct conns *);
void conns_give(struct conns *, struct conn *);
/* ERR_BUSY: for 5 s all were in use. */
enum err conns_take(struct cx *, struct conns *, struct conn **);

/* Time here is the machine's, not env's: a real server keeps real time. */
struct pause {
	struct lock lock;
	int64_t ms; /* 0: the last try went well */
	int64_t next_ms;
};

void pause_open(struct pause *);
void pause_close(struct pause *);
/* ERR_STORE: too early, and how long yet. */
enum err pause_check(struct cx *, struct pause *);
/* It went well, or the next try is twice as far, with jitter; 10 s at most. */
void pause_note(struct cx *, struct pause *, bool well);

#endif
