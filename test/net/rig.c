/*
 * rig.c - the routes under test, and sockets by hand.
 */
#include "rig.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "lib/test.h"

/* --- routes --- */

static enum err
get_hello(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct rig *rig = rq->site;

	(void)cx;
	if (header_get(rq, "x-via") == NULL)
		__atomic_add_fetch(&rig->bare, 1, __ATOMIC_SEQ_CST);
	reply_text(rp, "text/plain", "hello");
	return OK;
}

static enum err
post_echo(struct cx *cx, const struct request *rq, struct reply *rp)
{
	(void)cx;
	rp->content_type = "text/plain";
	rp->body = rq->body;
	return OK;
}

static enum err
get_who(struct cx *cx, const struct request *rq, struct reply *rp)
{
	reply_text(rp, "text/plain",
	    arena_printf(cx->mem, "%s %s %s", rq->remote,
		rq->secure ? "secure" : "plain", rq->path));
	return OK;
}

static enum err
get_gate(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct rig *rig = rq->site;

	lock_take(&rig->lock);
	rig->inside++;
	signal_all(&rig->change);
	while (!rig->open && !cx_stopped(cx))
		rig->env.wait(&rig->env, &rig->change, &rig->lock,
		    env_mono(&rig->env) + 50);
	rig->served++;
	signal_all(&rig->change);
	lock_drop(&rig->lock);
	reply_text(rp, "text/plain", "through");
	return OK;
}

static enum err
get_later(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct rig *rig = rq->site;

	reply_header(cx, rp, "X-Kept", "yes");
	lock_take(&rig->lock);
	rig->later[rig->nlater++] = reply_later(rq);
	signal_all(&rig->change);
	lock_drop(&rig->lock);
	return OK;
}

static enum err
get_events(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct rig *rig = rq->site;

	rp->stream = stream_new(cx);
	lock_take(&rig->lock);
	rig->streams[rig->nstreams++] = rp->stream;
	signal_all(&rig->change);
	lock_drop(&rig->lock);
	return OK;
}

static enum err
get_broken(struct cx *cx, const struct request *rq, struct reply *rp)
{
	(void)rq;
	(void)rp;
	return cx_fail(cx, ERR_BUG, "the cat sat on the secret");
}

static const struct route routes[] = {
	{ GET, "/hello", NULL, get_hello, ROUTE_OPEN },
	{ GET, "/direct", NULL, get_hello, ROUTE_OPEN | ROUTE_DIRECT },
	{ POST, "/echo", NULL, post_echo, ROUTE_OPEN, RIG_BODY_MAX },
	{ POST, "/echo-direct", NULL, post_echo, ROUTE_OPEN | ROUTE_DIRECT,
	    RIG_BODY_MAX },
	{ GET, "/who/{rest*}", NULL, get_who, ROUTE_OPEN },
	{ GET, "/gate", NULL, get_gate, ROUTE_OPEN },
	{ GET, "/later", NULL, get_later, ROUTE_OPEN | ROUTE_DIRECT },
	{ GET, "/events", NULL, get_events, ROUTE_OPEN },
	{ GET, "/broken", NULL, get_broken, ROUTE_OPEN },
	{ 0 },
};
static const struct route *const tables[] = { routes, NULL };
static struct site site = { .tables = tables };

/* --- the rig --- */

void
rig_start_logging(struct rig *rig, const struct server_conf *conf,
    struct log *log)
{
	struct server_conf c = *conf;
	struct cx base = { 0 };

	memset(rig, 0, sizeof(*rig));
	rig->env = env_real();
	base.env = &rig->env;
	base.log = log;
	cx_child(&rig->cx, &base);
	lock_open(&rig->lock);
	signal_open(&rig->change);
	site.self = rig;
	c.listen = c.listen == NULL ? "127.0.0.1:0" : c.listen;
	c.fd = c.fd == 0 ? -1 : c.fd;
	must(&rig->cx, server_open(&rig->cx, &c, &site, &rig->sv));
	rig->port = server_port(rig->sv);
}

void
rig_start(struct rig *rig, const struct server_conf *conf)
{
	rig_start_logging(rig, conf, NULL);
}

void
rig_stop(struct rig *rig, int64_t grace_ms)
{
	server_close(rig->sv, grace_ms);
	signal_close(&rig->change);
	lock_close(&rig->lock);
	cx_done(&rig->cx);
}

void
rig_await(struct rig *rig, const int *counter, int n)
{
	int64_t until = env_mono(&rig->env) + 20000;

	lock_take(&rig->lock);
	while (*counter < n && env_mono(&rig->env) < until)
		rig->env.wait(&rig->env, &rig->change, &rig->lock, until);
	n -= *counter;
	lock_drop(&rig->lock);
	assert_true(n <= 0);
}

void
rig_open_gate(struct rig *rig)
{
	lock_take(&rig->lock);
	rig->open = true;
	signal_all(&rig->change);
	lock_drop(&rig->lock);
}

/* --- sockets --- */

int
raw_connect(int port)
{
	struct sockaddr_in sa = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return fd;
}

/* A server that hangs up early is no failure of the sender. */
void
raw_send(int fd, const char *p, size_t n)
{
	ssize_t done;

	while (n > 0) {
		done = send(fd, p, n, MSG_NOSIGNAL);
		if (done < 0)
			return;
		p += done;
		n -= (size_t)done;
	}
}

void
raw_text(int fd, const char *text)
{
	raw_send(fd, text, strlen(text));
}

/* More bytes behind *text; 0: closed or silent, *closed says. */
static ssize_t
raw_more(int fd, int silence_ms, char **text, size_t *n, bool *closed)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	ssize_t got;

	*closed = false;
	if (poll(&pfd, 1, silence_ms) <= 0)
		return 0;
	*text = mem_grow(*text, *n + 16385);
	got = recv(fd, *text + *n, 16384, 0);
	*closed = got <= 0;
	if (got <= 0)
		return 0;
	*n += (size_t)got;
	(*text)[*n] = '\0';
	return got;
}

char *
raw_read(int fd, int silence_ms, bool *closed)
{
	char *text = mem_text("");
	size_t n = 0;

	while (raw_more(fd, silence_ms, &text, &n, closed) > 0)
		continue;
	text[n] = '\0';
	return text;
}

static size_t
reply_length(const char *text)
{
	const char *end = strstr(text, "\r\n\r\n");
	const char *len = strcasestr(text, "\r\nContent-Length: ");

	if (end == NULL)
		return SIZE_MAX;
	if (len == NULL || len > end)
		return (size_t)(end + 4 - text);
	return (size_t)(end + 4 - text) + strtoul(len + 18, NULL, 10);
}

char *
raw_reply(int fd)
{
	char *text = mem_text("");
	size_t n = 0;
	bool closed;

	while (n < reply_length(text)) {
		if (raw_more(fd, 20000, &text, &n, &closed) <= 0)
			break;
	}
	text[n] = '\0';
	return text;
}

int
raw_status(const char *reply)
{
	int status = 0;

	if (sscanf(reply, "HTTP/1.%*d %d", &status) != 1)
		return 0;
	return status;
}

int
raw_count(const char *text, const char *part)
{
	int n = 0;

	while ((text = strstr(text, part)) != NULL) {
		text += strlen(part);
		n++;
	}
	return n;
}

int
rig_ask(struct rig *rig, const char *request, char **reply)
{
	int fd = raw_connect(rig->port);
	char *got;
	int status;

	raw_text(fd, request);
	got = raw_reply(fd);
	status = raw_status(got);
	close(fd);
	if (reply != NULL)
		*reply = got;
	else
		mem_free(got);
	return status;
}
