/*
 * peer.h - the connections we hold, whose turn it is, and until when.
 *
 * One thread watches all deadlines and sleeps until the earliest; with no
 * connection it sleeps for good.  At its deadline a client that owes us bytes
 * (or does not take ours) is hung up on; a client we owe an answer gets told
 * that it comes too late.  libmicrohttpd's own timeout is not used: it starts
 * again with every byte, and stands still while a connection is suspended.
 */
#ifndef NET_PEER_H
#define NET_PEER_H

#include "base/env.h"

enum turn {
	TURN_IDLE,     /* theirs: between two requests */
	TURN_READING,  /* theirs: a request is coming in */
	TURN_WAITING,  /* ours: suspended until somebody answers */
	TURN_ANSWERED, /* ours: awake again, the answer is ready */
	TURN_LATE,     /* ours: awake again, without an answer */
	TURN_WRITING,  /* theirs: to take the answer */
	TURN_STREAM    /* both: events until either has enough */
};

struct stream;

struct peer {
	struct peer *prev, *next;
	void *conn;
	int fd;
	enum turn turn;
	bool fresh;            /* no request of it has come yet */
	int64_t deadline_ms;   /* mono; INT64_MAX: none */
	struct stream *stream; /* TURN_STREAM */
};

struct peers {
	struct env *env;
	struct lock lock;
	struct signal change; /* an earlier deadline, the end, fewer busy */
	struct thread *watch;
	struct peer *first;
	int64_t watch_until_ms;
	void (*suspend)(void *conn);
	void (*resume)(void *conn);
	bool closing; /* no new waits or streams for long */
	bool sealed;  /* no wait at all any more */
	bool stop;
};

void peers_open(struct peers *, struct env *);
void peers_close(struct peers *); /* all peers are gone */

struct peer *peer_add(struct peers *, void *conn, int fd, int64_t within_ms);
void peer_drop(struct peers *, struct peer *); /* before its fd is closed */

/* Now it is `turn`, for at most within_ms (-1: for as long as it takes). */
void peer_set(struct peers *, struct peer *, enum turn, int64_t within_ms);
enum turn peer_turn(struct peers *, struct peer *);
/* Suspend until peer_answer or the deadline.  False: we are closing, answer
   at once. */
bool peer_wait(struct peers *, struct peer *, int64_t within_ms);
/* The answer is there: wake the connection.  *at is the asker's peer, which
   peer_forget sets to NULL; false if nobody waits any more. */
bool peer_answer(struct peers *, struct peer **at);
bool peer_waits(struct peers *, struct peer **at);
void peer_forget(struct peers *, struct peer **at);
/* False: we are closing, let the stream end. */
bool peer_stream(struct peers *, struct peer *, struct stream *);

/* The end, in steps: hang up on the idle and end streams, but not on who has
   connected and is about to ask; wait until nobody is being served or until_ms;
   answer LATE to all who wait still. */
void peers_begin_close(struct peers *);
void peers_wait_quiet(struct peers *, int64_t until_ms);
void peers_seal(struct peers *);
bool peers_closing(struct peers *);

#endif
