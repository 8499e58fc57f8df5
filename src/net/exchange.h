/*
 * exchange.h - one request on its way through the server, and its reply.
 *
 * Up to three hold it: its connection, the pool thread that runs its handler,
 * and whoever promised to answer later.  Its memory goes with the last.  While
 * a handler runs, cx, rq and rp are the handler's; what the connection must
 * know meanwhile it learns from its peer's turn.
 */
#ifndef NET_EXCHANGE_H
#define NET_EXCHANGE_H

#include "net/door.h"
#include "net/peer.h"
#include "net/pool.h"
#include "net/server.h"

struct MHD_Daemon;

enum { BODY_MAX = 1024 * 1024, BODIES_MAX = 256 * 1024 * 1024 };

struct server {
	struct server_conf conf; /* defaults filled in */
	const struct site *site;
	struct cx cx; /* parent of the requests' */
	struct peers peers;
	struct pool *pool;
	struct MHD_Daemon *daemon; /* server.c's */
	struct door door;
	char *cert, *key;
	int fd;
	int port;
	int stop;
	int refs;    /* opener and exchanges; under the peers' lock */
	size_t held; /* bytes of bodies, atomic */
};

/* One request and its reply. */
struct exchange {
	struct server *sv;
	struct peer *peer; /* NULL once its connection is done with it */
	int refs;          /* connection, worker, later; under the lock */
	struct cx cx;
	struct cx late_cx; /* for saying 503 while the worker has cx */
	struct request rq;
	struct reply rp;
	struct stream *stream; /* attached to the connection */
	char *target;
	unsigned char *body;
	size_t body_room, received, body_max;
	enum err refused;      /* answer this once the body is over */
	int64_t started_ms;    /* mono, head complete */
	int64_t body_until_ms; /* mono; more of it is due */
	bool begun;            /* head was seen */
	bool later;            /* reply_later was called */
	bool awake;            /* … but we were closing, so nothing sleeps */
	int later_status;
	const char *later_type;
	char *later_body;
};

void server_release(struct server *);

struct exchange *exchange_new(struct server *, struct peer *,
    const char *target);
void exchange_hold(struct exchange *);
void exchange_release(struct exchange *);

/* The one line a request gets. */
void exchange_log(struct exchange *, struct cx *, int status);

/* Bytes of the body.  Too many are dropped and x->refused says why; false: far
   too many, hang up. */
bool exchange_take(struct exchange *, const char *p, size_t n);

/* On a pool thread: run the handler, wake the connection. */
void exchange_work(void *exchange);

#endif
