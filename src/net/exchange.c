/*
 * exchange.c - what happens to a request, but the bytes of its connection.
 */
#include "net/exchange.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/log.h"

enum { BODY_FIRST = 4096 };

/* --- lives and deaths --- */

static void
server_free(struct server *sv)
{
	lock_close(&sv->peers.lock);
	signal_close(&sv->peers.change);
	if (sv->key != NULL)
		explicit_bzero(sv->key, strlen(sv->key));
	mem_free(sv->key);
	mem_free(sv->cert);
	cx_done(&sv->cx);
	mem_free(sv);
}

void
server_release(struct server *sv)
{
	bool last;

	lock_take(&sv->peers.lock);
	last = --sv->refs == 0;
	lock_drop(&sv->peers.lock);
	if (last)
		server_free(sv);
}

struct exchange *
exchange_new(struct server *sv, struct peer *peer, const char *target)
{
	struct exchange *x = mem_new(sizeof(*x));

	x->sv = sv;
	x->peer = peer;
	x->refs = 1;
	cx_child(&x->cx, &sv->cx);
	x->cx.stop = &sv->stop;
	x->target = arena_text(x->cx.mem, target == NULL ? "" : target);
	x->rq.path = x->rq.remote = "";
	x->rq.site = sv->site->self;
	x->rq.later = x;
	x->started_ms = env_mono(sv->cx.env);
	lock_take(&sv->peers.lock);
	sv->refs++;
	lock_drop(&sv->peers.lock);
	return x;
}

void
exchange_hold(struct exchange *x)
{
	lock_take(&x->sv->peers.lock);
	x->refs++;
	lock_drop(&x->sv->peers.lock);
}

void
exchange_release(struct exchange *x)
{
	struct server *sv = x->sv;
	bool last;

	lock_take(&sv->peers.lock);
	last = --x->refs == 0;
	lock_drop(&sv->peers.lock);
	if (!last)
		return;
	__atomic_sub_fetch(&sv->held, x->body_room, __ATOMIC_RELAXED);
	cx_done(&x->cx);
	if (x->late_cx.mem != NULL)
		cx_done(&x->late_cx);
	mem_free(x->body);
	mem_free(x->later_body);
	mem_free(x);
	server_release(sv);
}

/* --- logging: one line a request --- */

/* That we live is asked every few seconds, and says nothing new. */
static enum level
level_of(const char *route, int status)
{
	if (status == 200 && strcmp(route, "/livez") == 0)
		return LEVEL_DEBUG;
	if (status < 500)
		return LEVEL_INFO;
	return status == 500 ? LEVEL_ERROR : LEVEL_WARN;
}

void
exchange_log(struct exchange *x, struct cx *cx, int status)
{
	int64_t ms = env_mono(cx->env) - x->started_ms;
	const char *route = x->rq.route == NULL ? "-" : x->rq.route->pattern;

	if (status < 400 || cx->why[0] == '\0')
		log_line(cx, level_of(route, status), "http.request",
		    "method=%s route=%s status=%d ms=%lld",
		    method_name(x->rq.method), route, status, (long long)ms);
	else
		log_line(cx, level_of(route, status), "http.request",
		    "method=%s route=%s status=%d ms=%lld code=%s why=\"%s\"",
		    method_name(x->rq.method), route, status, (long long)ms,
		    cx->code[0] != '\0' ? cx->code : "-", cx->why);
}

/* --- the body --- */

/* Room for what came and a NUL; false: all bodies together are too much. */
static bool
body_grow(struct exchange *x, size_t need)
{
	size_t room = x->body_room == 0 ? BODY_FIRST : x->body_room;
	size_t more;

	while (room < need)
		room *= 2;
	more = room - x->body_room;
	if (__atomic_add_fetch(&x->sv->held, more, __ATOMIC_RELAXED) >
	    BODIES_MAX) {
		__atomic_sub_fetch(&x->sv->held, more, __ATOMIC_RELAXED);
		return false;
	}
	x->body = mem_grow(x->body, room);
	x->body_room = room;
	return true;
}

/* How long the next bytes may take: each KiB gives a second more, but what came
   fast earns no rest beyond that of a head. */
static int64_t
time_left(struct exchange *x, size_t n)
{
	int64_t now = env_mono(x->cx.env);
	int64_t most = now + x->sv->conf.headers_ms;

	x->body_until_ms += (int64_t)n;
	if (x->body_until_ms > most)
		x->body_until_ms = most;
	return x->body_until_ms > now ? x->body_until_ms - now : 0;
}

bool
exchange_take(struct exchange *x, const char *p, size_t n)
{
	size_t had = x->received;

	x->received += n;
	peer_set(&x->sv->peers, x->peer, TURN_READING, time_left(x, n));
	if (x->received > x->body_max && x->refused == OK)
		x->refused = cx_fail_code(&x->cx, ERR_INPUT, "body_too_large",
		    "body: more than %zu bytes", x->body_max);
	if (x->refused == OK && x->received + 1 > x->body_room &&
	    !body_grow(x, x->received + 1))
		x->refused = cx_fail_code(&x->cx, ERR_BUSY, "overloaded",
		    "too many large requests at this moment");
	if (x->refused != OK)
		return x->received < 4 * x->body_max + BODY_MAX;
	memcpy(x->body + had, p, n);
	x->body[x->received] = '\0';
	return true;
}

/* --- answering --- */

void
exchange_work(void *arg)
{
	struct exchange *x = arg;

	if (peer_waits(&x->sv->peers, &x->peer)) {
		x->cx.now = env_wall(x->cx.env);
		router_run(&x->cx, x->sv->site, &x->rq, &x->rp);
		if (peer_waits(&x->sv->peers, &x->peer))
			exchange_log(x, &x->cx, x->rp.status);
		peer_answer(&x->sv->peers, &x->peer);
	}
	exchange_release(x);
}

void *
reply_later(const struct request *rq)
{
	struct exchange *x = rq->later;

	assert(rq->route->flags & ROUTE_DIRECT);
	assert(!x->later);
	x->later = true;
	exchange_hold(x);
	x->awake = !peer_wait(&x->sv->peers, x->peer, x->sv->conf.answer_ms);
	return x;
}

void
reply_now(void *later, int status, const char *type, const char *body)
{
	struct exchange *x = later;

	x->later_status = status;
	x->later_type = type;
	x->later_body = mem_text(body);
	peer_answer(&x->sv->peers, &x->peer);
	exchange_release(x);
}
