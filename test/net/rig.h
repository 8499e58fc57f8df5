/*
 * rig.h - a server with a few routes on a free port, and raw sockets to it.
 *
 * The clock is the machine's: these tests are about what happens on a wire.
 * Time limits are set short by the test, or lie far above what it waits for.
 */
#ifndef TEST_NET_RIG_H
#define TEST_NET_RIG_H

#include "base/env.h"
#include "net/server.h"

struct rig {
	struct env env;
	struct cx cx;
	struct server *sv;
	int port;
	struct lock lock; /* guards the rest */
	struct signal change;
	bool open;  /* GET /gate goes on */
	int inside; /* handlers in /gate */
	int served;
	void *later[64];
	int nlater;
	struct stream *streams[64];
	int nstreams;
	int bare; /* GET /hello without X-Via, which a proxy would add */
};

enum { RIG_BODY_MAX = 64 * 1024 };

void rig_start(struct rig *, const struct server_conf *);
void rig_start_logging(struct rig *, const struct server_conf *, struct log *);
void rig_stop(struct rig *, int64_t grace_ms);
/* Wait until *counter >= n (rig->lock is taken inside). */
void rig_await(struct rig *, const int *counter, int n);
void rig_open_gate(struct rig *);
/* Ask on a fresh connection; the status, and the reply if wanted. */
int rig_ask(struct rig *, const char *request, char **reply);

/* Raw sockets; each fails the test when the machine does not play along. */
int raw_connect(int port);
void raw_send(int fd, const char *p, size_t n);
void raw_text(int fd, const char *text);
/* All until the other side closes or is silent for silence_ms; *closed says
   which.  NUL-terminated, to be freed with mem_free. */
char *raw_read(int fd, int silence_ms, bool *closed);
/* One reply with Content-Length, or without body. */
char *raw_reply(int fd);
int raw_status(const char *reply); /* 0: none */
int raw_count(const char *text, const char *part);

#endif
