/*
 * client_rig.h - our calls, and a server that does not play by the rules.
 *
 * The other side is a thread with a script: what it says to the n-th
 * connection's m-th request, and how it ends.
 */
#ifndef TEST_NET_CLIENT_RIG_H
#define TEST_NET_CLIENT_RIG_H

#include "base/env.h"
#include "net/client.h"

enum act {
	SAY,        /* the text, and keep the connection */
	SAY_CLOSE,  /* the text, then close */
	SILENCE,    /* read the request, say nothing */
	FLOOD,      /* a body without end */
	DRIP,       /* a byte of body, and then silence */
	HEAD_FLOOD, /* headers without end */
};

struct peer_script {
	enum act act;
	const char *text;
	size_t n; /* of text; 0: its length */
};

struct other {
	struct env *env;
	int fd;
	int port;
	int connections;
	int requests;
	const struct peer_script *script; /* by request; the last repeats */
	char last[8192];                  /* the last request's head */
	struct thread *thread;
	bool stop;
};

struct side {
	struct env env;
	struct cx cx;
	struct other other;
	struct client *client;
	char url[64];
};

/* `allow`: calls to private addresses too.  The last row of the script has no
   text. */
void side_open(struct side *, const struct peer_script *, bool allow);
void side_close(struct side *);

#define OK_TEXT                                                                \
	"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"                \
	"Content-Length: 2\r\nX-Shopify-API-Version: 2026-10\r\n\r\n{}"

#endif
