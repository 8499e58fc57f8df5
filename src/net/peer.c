/*
 * peer.c - one lock, one list, one watching thread.
 *
 * Deadlines mostly move away from us (each request sets a new one), so the
 * watch is woken only for an earlier one and otherwise looks again when the
 * last it knew is due.  It walks the whole list: some thousand peers are some
 * ten microseconds, at most ten times a second.
 */
#include "net/peer.h"

#include <assert.h>
#include <sys/socket.h>

#include "base/arena.h"
#include "net/stream.h"

enum {
	WATCH_REST_MS = 100,
	ASK_MS = 1000, /* closing: for a first request */
	AGAIN_MS = 250 /* for another one */
};

static void
hang_up(struct peer *p)
{
	shutdown(p->fd, SHUT_RDWR);
	p->deadline_ms = INT64_MAX;
}

/* Closing, on who is idle.  Whoever connected just now is about to ask, and a
   client that keeps its connection busy asks again within moments: they get
   their answer, which says that it was the last.  To hang up at once would cut
   off requests that are on their way. */
static void
let_go(struct peers *ps, struct peer *p)
{
	int64_t until = env_mono(ps->env) + (p->fresh ? ASK_MS : AGAIN_MS);

	if (p->deadline_ms > until)
		p->deadline_ms = until;
}

static void
make_late(struct peers *ps, struct peer *p)
{
	p->turn = TURN_LATE;
	p->deadline_ms = INT64_MAX;
	ps->resume(p->conn);
}

/* What is due now; returns when to look again. */
static int64_t
watch_round(struct peers *ps, int64_t now)
{
	struct peer *p;
	int64_t until = INT64_MAX;

	for (p = ps->first; p != NULL; p = p->next) {
		if (p->deadline_ms <= now && p->turn == TURN_WAITING)
			make_late(ps, p);
		else if (p->deadline_ms <= now)
			hang_up(p);
		if (p->deadline_ms < until)
			until = p->deadline_ms;
	}
	return until;
}

static void
watch(void *arg)
{
	struct peers *ps = arg;
	int64_t now, until;

	lock_take(&ps->lock);
	while (!ps->stop) {
		now = env_mono(ps->env);
		until = watch_round(ps, now);
		if (until < now + WATCH_REST_MS)
			until = now + WATCH_REST_MS;
		ps->watch_until_ms = until;
		ps->env->wait(ps->env, &ps->change, &ps->lock, until);
	}
	lock_drop(&ps->lock);
}

void
peers_open(struct peers *ps, struct env *env)
{
	ps->env = env;
	lock_open(&ps->lock);
	signal_open(&ps->change);
	ps->watch_until_ms = INT64_MAX;
	ps->watch = env->start(env, "http-watch", watch, ps);
}

void
peers_close(struct peers *ps)
{
	lock_take(&ps->lock);
	assert(ps->first == NULL);
	ps->stop = true;
	signal_all(&ps->change);
	lock_drop(&ps->lock);
	ps->env->join(ps->env, ps->watch);
}

/* With the lock held, as all that follow. */
static void
set(struct peers *ps, struct peer *p, enum turn turn, int64_t within_ms)
{
	p->turn = turn;
	p->deadline_ms =
	    within_ms < 0 ? INT64_MAX : env_mono(ps->env) + within_ms;
	if (p->deadline_ms < ps->watch_until_ms || ps->closing)
		signal_all(&ps->change);
}

struct peer *
peer_add(struct peers *ps, void *conn, int fd, int64_t within_ms)
{
	struct peer *p = mem_new(sizeof(*p));

	p->conn = conn;
	p->fd = fd;
	lock_take(&ps->lock);
	p->next = ps->first;
	if (p->next != NULL)
		p->next->prev = p;
	ps->first = p;
	p->fresh = true;
	set(ps, p, TURN_IDLE, within_ms);
	if (ps->closing)
		let_go(ps, p);
	lock_drop(&ps->lock);
	return p;
}

void
peer_drop(struct peers *ps, struct peer *p)
{
	lock_take(&ps->lock);
	if (p->prev != NULL)
		p->prev->next = p->next;
	else
		ps->first = p->next;
	if (p->next != NULL)
		p->next->prev = p->prev;
	if (ps->closing)
		signal_all(&ps->change);
	lock_drop(&ps->lock);
	mem_free(p);
}

void
peer_set(struct peers *ps, struct peer *p, enum turn turn, int64_t within_ms)
{
	lock_take(&ps->lock);
	p->stream = NULL;
	p->fresh = false;
	set(ps, p, turn, within_ms);
	if (turn == TURN_IDLE && ps->closing)
		hang_up(p);
	lock_drop(&ps->lock);
}

enum turn
peer_turn(struct peers *ps, struct peer *p)
{
	enum turn turn;

	lock_take(&ps->lock);
	turn = p->turn;
	lock_drop(&ps->lock);
	return turn;
}

bool
peer_wait(struct peers *ps, struct peer *p, int64_t within_ms)
{
	bool may;

	lock_take(&ps->lock);
	may = !ps->sealed;
	set(ps, p, may ? TURN_WAITING : TURN_LATE, may ? within_ms : -1);
	if (may)
		ps->suspend(p->conn);
	lock_drop(&ps->lock);
	return may;
}

bool
peer_answer(struct peers *ps, struct peer **at)
{
	bool waits;

	lock_take(&ps->lock);
	waits = *at != NULL && (*at)->turn == TURN_WAITING;
	if (waits) {
		(*at)->turn = TURN_ANSWERED;
		(*at)->deadline_ms = INT64_MAX;
		ps->resume((*at)->conn);
	}
	lock_drop(&ps->lock);
	return waits;
}

bool
peer_waits(struct peers *ps, struct peer **at)
{
	bool waits;

	lock_take(&ps->lock);
	waits = *at != NULL && (*at)->turn == TURN_WAITING;
	lock_drop(&ps->lock);
	return waits;
}

void
peer_forget(struct peers *ps, struct peer **at)
{
	lock_take(&ps->lock);
	*at = NULL;
	lock_drop(&ps->lock);
}

bool
peer_stream(struct peers *ps, struct peer *p, struct stream *st)
{
	bool may;

	lock_take(&ps->lock);
	may = !ps->closing;
	set(ps, p, TURN_STREAM, -1);
	p->stream = st;
	lock_drop(&ps->lock);
	return may;
}

void
peers_begin_close(struct peers *ps)
{
	struct peer *p;

	lock_take(&ps->lock);
	ps->closing = true;
	for (p = ps->first; p != NULL; p = p->next) {
		if (p->turn == TURN_IDLE)
			let_go(ps, p);
		if (p->turn == TURN_STREAM)
			stream_finish(p->stream);
	}
	signal_all(&ps->change);
	lock_drop(&ps->lock);
}

void
peers_wait_quiet(struct peers *ps, int64_t until_ms)
{
	lock_take(&ps->lock);
	while (ps->first != NULL && env_mono(ps->env) < until_ms)
		ps->env->wait(ps->env, &ps->change, &ps->lock, until_ms);
	lock_drop(&ps->lock);
}

void
peers_seal(struct peers *ps)
{
	struct peer *p;

	lock_take(&ps->lock);
	ps->sealed = true;
	for (p = ps->first; p != NULL; p = p->next) {
		if (p->turn == TURN_WAITING)
			make_late(ps, p);
	}
	lock_drop(&ps->lock);
}

bool
peers_closing(struct peers *ps)
{
	bool closing;

	lock_take(&ps->lock);
	closing = ps->closing;
	lock_drop(&ps->lock);
	return closing;
}
