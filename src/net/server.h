/*
 * server.h - HTTP/1.1 over libmicrohttpd: bytes in, requests out.
 *
 * epoll threads read and write; a handler runs on a small pool, so that waiting
 * for a commit never stalls other connections.  Framing is strict: two
 * Content-Lengths, Content-Length with Transfer-Encoding, a version that is
 * none, a bad header name, control characters in a value, Host missing or
 * twice: 400 and close.  Limits: headers 16 KiB, bodies by route (checked
 * before they are read) and 256 MiB of them together, 10 s for headers, 15 s
 * idle, 1 KiB a second for bodies and never 10 s of silence in one, 16 KiB a
 * second for replies.
 * What libmicrohttpd itself cannot read it answers itself (400, 413, 414, 431,
 * a short page) and closes; a bad Content-Length gets that page's head twice.
 */
#ifndef NET_SERVER_H
#define NET_SERVER_H

#include "net/http.h"

struct server;

struct server_conf {
	const char *listen; /* "127.0.0.1:8080", "[::1]:0"; port 0: any */
	int fd;             /* inherited socket (LISTEN_FDS), or -1 */
	int net_threads;    /* 0: 2 */
	int workers;        /* handler threads; 0: 8 */
	int64_t answer_ms;  /* a suspended request is answered 503 after this;
			       0: 30,000 */
	const char *trusted_proxy;      /* CIDR, or NULL */
	const char *tls_cert, *tls_key; /* PEM files, or NULL */
	int connections_max;            /* 0: 4,096 */
	int64_t headers_ms;             /* for a request's head; 0: 10,000 */
	int64_t idle_ms;                /* between requests; 0: 15,000 */
};

/* cx gives env, db, log, conf, keys to the requests' own contexts; env, the
   configuration and the site must outlive the server.  ERR_INPUT: address,
   proxy or PEM file; ERR_UPSTREAM: the machine refuses. */
enum err server_open(struct cx *, const struct server_conf *,
    const struct site *, struct server **);
int server_port(const struct server *);
/* Does it answer GET /livez?  For whoever watches over it. */
bool server_answers(const struct server *, int wait_ms);
/* Stop accepting, end streams, let requests end for at most `grace_ms`, answer
   503 to the rest and set their cx->stop, close. */
void server_close(struct server *, int64_t grace_ms);

/*
 * ROUTE_DIRECT handlers only: the reply comes later, from any thread, by
 * reply_now(later, …) exactly once.  `body` is copied; what the handler put
 * into its reply but status, type and body is kept.  Having called
 * reply_later, a handler returns OK.  The client may be gone or answered 503
 * by then: reply_now does nothing then, and may come after server_close.
 */
void *reply_later(const struct request *);
void reply_now(void *later, int status, const char *type, const char *body);

/*
 * Server-sent events (HTML, section 9.2).  A stream is made by a handler, put
 * in its reply, and fed from any thread until it is gone.
 */
struct stream *stream_new(struct cx *);
/* False once the browser left or lags by more than 256 KiB: let go of it
   with stream_drop. */
bool stream_push(struct stream *, const char *text);
void stream_drop(struct stream *); /* the feeder's last word */

#endif
