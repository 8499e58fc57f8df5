/*
 * server.c - libmicrohttpd, and nothing else knows of it.
 *
 * What must hold, or it crashes or spins (read in its source, 0.9.75):
 *
 * A connection is suspended only on its own thread, inside a callback, and
 * woken exactly once by whoever changes its turn under the peers' lock; so
 * suspending comes first, handing the work over second.  A suspended
 * connection is never closed, so its request's memory lives until
 * on_completed; a worker that is later still holds a count on it.  The daemon
 * must not be stopped while one is suspended: peers_seal comes first.  A reply
 * can be queued only before the body is read (then the connection closes) or
 * after all of it; in between we drop bytes and answer at the end.  Its own
 * limit of connections is never to be reached: a thread that is handed one
 * connection more waits for a lock that it holds.
 * No epoll loop polls: all time limits are peer.c's.
 */
#include "net/server.h"

#include <microhttpd.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/env.h"
#include "net/exchange.h"
#include "net/guard.h"
#include "net/incoming.h"
#include "net/listen.h"
#include "net/pem.h"
#include "net/stream.h"
#include "net/url.h"

enum {
	POOL_PLACES_EACH = 64,
	CONNECTION_BYTES = 32 * 1024, /* less answers 431 to 16 KiB of head */
	LAST_WORDS_MS = 1000,         /* to send 503 while closing */
	NO_LIMIT = 1 << 20,           /* the door's is lower */
	WRITE_MS = 30000              /* and a second more for each 16 KiB */
};

/* --- sending --- */

static void
suspend(void *conn)
{
	MHD_suspend_connection(conn);
}

static void
resume(void *conn)
{
	MHD_resume_connection(conn);
}

static ssize_t
on_stream(void *cls, uint64_t pos, char *to, size_t max)
{
	ssize_t n = stream_read(cls, to, max);

	(void)pos;
	return n < 0 ? MHD_CONTENT_READER_END_OF_STREAM : n;
}

static struct MHD_Response *
stream_response(struct exchange *x, struct MHD_Connection *conn)
{
	struct stream_wire wire = { conn, x->peer->fd, suspend, resume };

	x->stream = x->rp.stream;
	x->rp.content_type = "text/event-stream";
	stream_attach(x->stream, &wire);
	if (!peer_stream(&x->sv->peers, x->peer, x->stream))
		stream_finish(x->stream);
	return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 16 * 1024,
	    on_stream, x->stream, NULL);
}

/* libmicrohttpd does not write to a persistent buffer; its type is older than
   const. */
static struct MHD_Response *
body_response(struct exchange *x, const struct reply *rp)
{
	union {
		const void *in;
		void *out;
	} p = { rp->body.p };

	peer_set(&x->sv->peers, x->peer, TURN_WRITING,
	    WRITE_MS + (int64_t)rp->body.n / 16);
	return MHD_create_response_from_buffer(rp->body.n, p.out,
	    MHD_RESPMEM_PERSISTENT);
}

static enum MHD_Result
send_reply(struct exchange *x, struct MHD_Connection *conn, struct reply *rp,
    bool close_after)
{
	struct MHD_Response *r;
	enum MHD_Result ok;
	size_t i;

	r = rp->stream != NULL ? stream_response(x, conn)
			       : body_response(x, rp);
	if (r == NULL)
		return MHD_NO;
	if (rp->content_type != NULL)
		MHD_add_response_header(r, "Content-Type", rp->content_type);
	for (i = 0; i < rp->nheaders; i++)
		MHD_add_response_header(r, rp->headers[i].name,
		    rp->headers[i].value);
	if (close_after || peers_closing(&x->sv->peers))
		MHD_add_response_header(r, "Connection", "close");
	ok = MHD_queue_response(conn, (unsigned)rp->status, r);
	MHD_destroy_response(r);
	return ok;
}

static enum MHD_Result
send_problem(struct exchange *x, struct MHD_Connection *conn, enum err e,
    bool close_after)
{
	reply_problem(&x->cx, &x->rp, e);
	reply_dress(&x->cx, x->sv->site, &x->rq, &x->rp);
	exchange_log(x, &x->cx, x->rp.status);
	return send_reply(x, conn, &x->rp, close_after);
}

/* Whoever should answer may still be at it, in x->cx and x->rq: keep off. */
static enum MHD_Result
send_late(struct exchange *x, struct MHD_Connection *conn)
{
	struct request rq = { .method = x->rq.method,
		.path = x->rq.path,
		.route = x->rq.route,
		.remote = x->rq.remote,
		.secure = x->rq.secure,
		.site = x->sv->site->self };
	struct reply rp = { 0 };
	enum err e;

	cx_child(&x->late_cx, &x->sv->cx);
	e = cx_fail_code(&x->late_cx, ERR_BUSY, "too_slow",
	    "no answer within the time allowed");
	reply_problem(&x->late_cx, &rp, e);
	reply_dress(&x->late_cx, x->sv->site, &rq, &rp);
	exchange_log(x, &x->late_cx, rp.status);
	return send_reply(x, conn, &rp, false);
}

static enum MHD_Result
send_answer(struct exchange *x, struct MHD_Connection *conn)
{
	if (x->later) {
		x->rp.status = x->later_status;
		x->rp.content_type = x->later_type;
		x->rp.body.p = (unsigned char *)x->later_body;
		x->rp.body.n = strlen(x->later_body);
		exchange_log(x, &x->cx, x->rp.status);
	}
	return send_reply(x, conn, &x->rp, false);
}

/* --- running handlers --- */

static enum MHD_Result
run_in_pool(struct exchange *x, struct MHD_Connection *conn)
{
	struct server *sv = x->sv;

	if (!pool_reserve(sv->pool))
		return send_problem(x, conn,
		    cx_fail_code(&x->cx, ERR_BUSY, "overloaded",
			"too many requests at this moment"),
		    false);
	exchange_hold(x);
	if (!peer_wait(&sv->peers, x->peer, sv->conf.answer_ms)) {
		pool_unreserve(sv->pool);
		exchange_release(x);
		return send_late(x, conn);
	}
	pool_put(sv->pool, exchange_work, x);
	return MHD_YES;
}

static enum MHD_Result
run_here(struct exchange *x, struct MHD_Connection *conn)
{
	x->cx.now = env_wall(x->cx.env);
	router_run(&x->cx, x->sv->site, &x->rq, &x->rp);
	if (x->later && x->awake)
		return send_late(x, conn);
	if (x->later)
		return MHD_YES;
	exchange_log(x, &x->cx, x->rp.status);
	return send_reply(x, conn, &x->rp, false);
}

/* --- requests coming in --- */

static enum MHD_Result
on_field(void *cls, enum MHD_ValueKind kind, const char *name, size_t name_n,
    const char *value, size_t value_n)
{
	struct wire *w = cls;

	(void)kind;
	if (w->nfields == WIRE_FIELDS_MAX) {
		w->too_many = true;
		return MHD_NO;
	}
	w->fields[w->nfields++] =
	    (struct wire_field){ name, name_n, value, value_n };
	return MHD_YES;
}

/*
 * libmicrohttpd joins folded lines, takes bare line feeds, cuts values at NUL
 * and takes ": x" for the end of the head, all without a word.  But the head
 * lies in its buffer as it came, two NULs over each CR LF and one over each
 * colon: if what we were told does not cover it without a gap, it was not
 * written as it should be.
 */
static bool
head_has_gaps(const struct wire *w, size_t head_n)
{
	const struct wire_field *f;
	const char *end = w->version + strlen(w->version);
	const char *p;
	size_t i;

	for (i = 0; i < w->nfields; i++) {
		f = &w->fields[i];
		if (f->name != end + 2 || f->value <= f->name + f->name_n)
			return true;
		for (p = f->name + f->name_n + 1; p < f->value; p++) {
			if (*p != ' ' && *p != '\t')
				return true;
		}
		end = f->value + f->value_n;
	}
	return end + 4 != w->method + head_n;
}

static void
read_wire(struct MHD_Connection *conn, struct wire *w)
{
	const union MHD_ConnectionInfo *i;

	MHD_get_connection_values_n(conn, MHD_HEADER_KIND, on_field, w);
	i = MHD_get_connection_info(conn,
	    MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
	w->torn = i == NULL || head_has_gaps(w, i->header_size);
}

/* Everything about the head; what is refused here is never read further. */
static enum err
read_head(struct exchange *x, struct MHD_Connection *conn, struct wire *w)
{
	struct server *sv = x->sv;
	const union MHD_ConnectionInfo *i;
	enum err e;

	read_wire(conn, w);
	if ((e = guard_check(&x->cx, w)) != OK)
		return e;
	if ((e = incoming_read(&x->cx, w, &x->rq)) != OK)
		return e;
	i = MHD_get_connection_info(conn, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	if (i != NULL && i->client_addr != NULL)
		incoming_from(&x->cx, &x->rq, i->client_addr, sv->cert != NULL,
		    sv->conf.trusted_proxy);
	x->body_max = BODY_MAX;
	if (router_find(&x->cx, sv->site, &x->rq) == OK &&
	    x->rq.route->body_max != 0)
		x->body_max = x->rq.route->body_max;
	if (guard_length(w) > (int64_t)x->body_max)
		return cx_fail_code(&x->cx, ERR_INPUT, "body_too_large",
		    "body: more than %zu bytes", x->body_max);
	return OK;
}

static enum MHD_Result
begin(struct exchange *x, struct MHD_Connection *conn, const char *method,
    const char *version)
{
	struct wire w = { .method = method,
		.version = version,
		.target = x->target };
	enum err e;

	x->begun = true;
	x->started_ms = env_mono(x->cx.env);
	x->body_until_ms = x->started_ms + x->sv->conf.headers_ms;
	if ((e = read_head(x, conn, &w)) != OK)
		return send_problem(x, conn, e, true);
	peer_set(&x->sv->peers, x->peer, TURN_READING, x->sv->conf.headers_ms);
	return MHD_YES;
}

static enum MHD_Result
dispatch(struct exchange *x, struct MHD_Connection *conn)
{
	if (x->refused != OK)
		return send_problem(x, conn, x->refused, true);
	x->rq.body.p = x->body;
	x->rq.body.n = x->received;
	if (x->rq.route != NULL && (x->rq.route->flags & ROUTE_DIRECT))
		return run_here(x, conn);
	return run_in_pool(x, conn);
}

/* --- libmicrohttpd's calls --- */

static struct peer *
peer_of(struct MHD_Connection *conn)
{
	const union MHD_ConnectionInfo *i;

	i = MHD_get_connection_info(conn, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	return i->socket_context;
}

static void
on_connection(void *cls, struct MHD_Connection *conn, void **context,
    enum MHD_ConnectionNotificationCode code)
{
	struct server *sv = cls;
	const union MHD_ConnectionInfo *i;

	if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
		peer_drop(&sv->peers, *context);
		door_left(&sv->door);
		return;
	}
	i = MHD_get_connection_info(conn, MHD_CONNECTION_INFO_CONNECTION_FD);
	*context =
	    peer_add(&sv->peers, conn, i->connect_fd, sv->conf.headers_ms);
	door_arrived(&sv->door);
}

/* The request line is there. */
static void *
on_target(void *cls, const char *target, struct MHD_Connection *conn)
{
	struct server *sv = cls;
	struct peer *peer = peer_of(conn);

	peer_set(&sv->peers, peer, TURN_READING, sv->conf.headers_ms);
	return exchange_new(sv, peer, target);
}

static enum MHD_Result
on_request(void *cls, struct MHD_Connection *conn, const char *url,
    const char *method, const char *version, const char *upload, size_t *n,
    void **context)
{
	struct exchange *x = *context;
	bool go_on;

	(void)cls;
	(void)url;
	if (!x->begun)
		return begin(x, conn, method, version);
	if (*n > 0) {
		go_on = exchange_take(x, upload, *n);
		*n = 0;
		return go_on ? MHD_YES : MHD_NO;
	}
	switch (peer_turn(&x->sv->peers, x->peer)) {
	case TURN_ANSWERED:
		return send_answer(x, conn);
	case TURN_LATE:
		return send_late(x, conn);
	default:
		return dispatch(x, conn);
	}
}

static void
on_completed(void *cls, struct MHD_Connection *conn, void **context,
    enum MHD_RequestTerminationCode how)
{
	struct server *sv = cls;
	struct exchange *x = *context;

	(void)conn;
	(void)how;
	if (x == NULL)
		return;
	*context = NULL;
	if (x->stream != NULL)
		stream_detach(x->stream);
	peer_set(&sv->peers, x->peer, TURN_IDLE, sv->conf.idle_ms);
	peer_forget(&sv->peers, &x->peer);
	exchange_release(x);
}

/* We decode the target ourselves, once and strictly. */
static size_t
on_unescape(void *cls, struct MHD_Connection *conn, char *text)
{
	(void)cls;
	(void)conn;
	return strlen(text);
}

/* --- opening and closing --- */

static void
fill_in(struct server *sv, const struct server_conf *conf)
{
	struct server_conf *c = &sv->conf;

	*c = *conf;
	c->net_threads = c->net_threads == 0 ? 2 : c->net_threads;
	c->workers = c->workers == 0 ? 8 : c->workers;
	c->answer_ms = c->answer_ms == 0 ? 30000 : c->answer_ms;
	c->headers_ms = c->headers_ms == 0 ? 10000 : c->headers_ms;
	c->idle_ms = c->idle_ms == 0 ? 15000 : c->idle_ms;
	if (c->connections_max == 0)
		c->connections_max = 4096;
}

static enum err
prepare(struct cx *cx, struct server *sv)
{
	const struct server_conf *c = &sv->conf;
	enum err e = OK;

	if (c->trusted_proxy != NULL && !address_block_is(c->trusted_proxy))
		return cx_fail(cx, ERR_INPUT,
		    "trusted proxy %s: expected a block, like 10.0.0.0/8",
		    c->trusted_proxy);
	if ((c->tls_cert == NULL) != (c->tls_key == NULL))
		return cx_fail(cx, ERR_INPUT,
		    "TLS needs both certificate and key");
	if (c->tls_cert != NULL &&
	    ((e = pem_read(cx, c->tls_cert, &sv->cert)) != OK ||
		(e = pem_read(cx, c->tls_key, &sv->key)) != OK))
		return e;
	sv->fd = c->fd;
	if (c->fd < 0 && (e = listen_open(cx, c->listen, &sv->fd)) != OK)
		return e;
	sv->port = listen_port(sv->fd);
	return OK;
}

static struct MHD_Daemon *
start(struct server *sv)
{
	const struct server_conf *c = &sv->conf;
	struct MHD_OptionItem tls[] = {
		{ MHD_OPTION_HTTPS_MEM_CERT, 0, sv->cert },
		{ MHD_OPTION_HTTPS_MEM_KEY, 0, sv->key },
		{ MHD_OPTION_HTTPS_PRIORITIES, 0,
		    (char[]){
			"SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2" } },
		{ MHD_OPTION_END, 0, NULL },
	};
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD |
	    MHD_ALLOW_SUSPEND_RESUME | MHD_USE_NO_LISTEN_SOCKET |
	    (sv->cert != NULL ? MHD_USE_TLS : 0);

	return MHD_start_daemon(flags, 0, NULL, NULL, on_request, sv,
	    MHD_OPTION_CONNECTION_LIMIT, (unsigned)NO_LIMIT,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES,
	    MHD_OPTION_THREAD_POOL_SIZE,
	    (unsigned)(c->net_threads > 1 ? c->net_threads : 0),
	    MHD_OPTION_NOTIFY_CONNECTION, on_connection, sv,
	    MHD_OPTION_NOTIFY_COMPLETED, on_completed, sv,
	    MHD_OPTION_URI_LOG_CALLBACK, on_target, sv,
	    MHD_OPTION_UNESCAPE_CALLBACK, on_unescape, NULL, MHD_OPTION_ARRAY,
	    sv->cert != NULL ? tls : tls + 3, MHD_OPTION_END);
}

/* Its threads must not take the signals that main waits for. */
static struct MHD_Daemon *
start_without_signals(struct server *sv)
{
	struct MHD_Daemon *d;
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	d = start(sv);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return d;
}

/* --- the door --- */

static bool
come_in(void *arg, int fd, const struct sockaddr *a, socklen_t n)
{
	struct server *sv = arg;

	return MHD_add_connection(sv->daemon, fd, a, n) == MHD_YES;
}

static bool
open_door(struct server *sv)
{
	const struct door_calls calls = { come_in, sv };

	sv->daemon = start_without_signals(sv);
	if (sv->daemon == NULL)
		return false;
	if (door_open(&sv->door, sv->cx.env, sv->fd, sv->conf.connections_max,
		&calls))
		return true;
	MHD_stop_daemon(sv->daemon);
	return false;
}

static void
stop_threads(struct server *sv)
{
	pool_close(sv->pool);
	peers_close(&sv->peers);
}

enum err
server_open(struct cx *cx, const struct server_conf *conf,
    const struct site *site, struct server **out)
{
	struct server *sv = mem_new(sizeof(*sv));
	enum err e;

	fill_in(sv, conf);
	sv->fd = -1;
	sv->site = site;
	sv->refs = 1;
	cx_child(&sv->cx, cx);
	peers_open(&sv->peers, cx->env);
	sv->peers.suspend = suspend;
	sv->peers.resume = resume;
	sv->pool = pool_open(cx->env, sv->conf.workers,
	    (size_t)sv->conf.workers * POOL_PLACES_EACH);
	if ((e = prepare(cx, sv)) == OK && !open_door(sv))
		e = cx_fail(cx, sv->cert != NULL ? ERR_INPUT : ERR_UPSTREAM,
		    "the HTTP server does not start%s",
		    sv->cert != NULL ? ": certificate and key do not fit" : "");
	if (e != OK) {
		if (sv->fd >= 0 && conf->fd < 0)
			close(sv->fd);
		stop_threads(sv);
		server_release(sv);
		return e;
	}
	*out = sv;
	return OK;
}

int
server_port(const struct server *sv)
{
	return sv->port;
}

bool
server_answers(const struct server *sv, int wait_ms)
{
	return listen_answers(sv->fd, "GET /livez HTTP/1.0\r\n\r\n", wait_ms);
}

void
server_close(struct server *sv, int64_t grace_ms)
{
	struct env *env = sv->cx.env;

	door_close(&sv->door);
	close(sv->fd);
	peers_begin_close(&sv->peers);
	peers_wait_quiet(&sv->peers, env_mono(env) + grace_ms);
	__atomic_store_n(&sv->stop, 1, __ATOMIC_RELAXED);
	peers_seal(&sv->peers);
	peers_wait_quiet(&sv->peers, env_mono(env) + LAST_WORDS_MS);
	MHD_stop_daemon(sv->daemon);
	stop_threads(sv);
	server_release(sv);
}
