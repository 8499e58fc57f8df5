/*
 * group.c - the committer.
 *
 * The shared transaction ends after 256 units, 2 MB or 5 ms, or when nobody
 * waits: no artificial delay, since batches form by themselves while the
 * fsync before them runs.  A unit that fails goes back to its savepoint and
 * its neighbours go on.  But SQLite ends the whole transaction by itself on
 * some errors (disk full, I/O), and PostgreSQL when the connection breaks; so
 * the engine is asked after each failure, and if it is so, nobody's work is
 * left and all of the batch fail with ERR_STORE.
 *
 * For PostgreSQL a savepoint is a round trip more, and so is waiting for an
 * outcome that nobody looks at.  There a batch is first run in hope: without
 * savepoints, statements sent without waiting.  If one of several fails, it is
 * rolled back and all are run again, carefully: bodies may run twice.
 *
 * Posted units of one kind that wait behind each other become a crew: one
 * savepoint, one call, one chance.  A crew that failed is run one by one.
 *
 * Bells are sounded once for a batch: a listener that was rung for each of 200
 * units would look 200 times, and find the batch's work the first time.
 */
#include "db/group.h"

#include <assert.h>
#include <pthread.h>

#include "base/arena.h"
#include "db/engine.h"

enum {
	BATCH_UNITS = 256,
	BATCH_BYTES = 2 * 1024 * 1024,
	BATCH_MS = 5,
	WAITING_UNITS_MAX = 8192, /* posted; those who wait bound themselves */
	WAITING_BYTES_MAX = 64 * 1024 * 1024
};

struct unit {
	struct unit *next;
	struct cx *cx;
	struct db_unit is;
	struct cx own;           /* a posted one's */
	bool posted;             /* nobody waits */
	bool finished;           /* under the group's lock */
	struct signal on_finish; /* unless posted */
	int tries;
	enum err e;
	struct tx tx;
	struct unit *crew; /* who runs with it, as a list */
	void **args;       /* of all of them, its own first */
	size_t nargs;
};

struct queue {
	struct unit *head;
	struct unit **tail;
	size_t units;
	size_t bytes;
};

struct batch {
	struct conn *conn;
	struct queue ran;
	size_t units, bytes; /* crews counted out */
	bool wrote;
	struct tx bells; /* rung by who succeeded and nobody waits for */
	int64_t start_ms;
	bool hopes;   /* no savepoints yet */
	bool spoiled; /* hoped in vain: a unit failed */
	bool again;   /* hoped in vain: a late outcome was a failure */
	const char *why;
	bool lost;      /* the engine ended the transaction */
	bool no_commit; /* db_fail_at chose the commit */
};

struct group {
	struct db *db;
	struct cx cx;     /* the committer's own failures */
	struct lock lock; /* the queue and `finished` */
	struct lock turn; /* inline: who commits */
	struct signal work;
	struct queue waiting;
	bool closing;
	struct thread *thread; /* NULL: inline */
	_Atomic bool running;
	_Atomic pthread_t runs; /* the thread, while running */
};

static void
queue_init(struct queue *q)
{
	*q = (struct queue){ .tail = &q->head };
}

static void
queue_add(struct queue *q, struct unit *u)
{
	u->next = NULL;
	*q->tail = u;
	q->tail = &u->next;
	q->units++;
	q->bytes += u->is.bytes;
}

static struct unit *
queue_take(struct queue *q)
{
	struct unit *u = q->head;

	if (u == NULL)
		return NULL;
	if ((q->head = u->next) == NULL)
		q->tail = &q->head;
	q->units--;
	q->bytes -= u->is.bytes;
	return u;
}

static void
lose(struct group *g, struct batch *b, const char *why)
{
	b->lost = true;
	cx_fail(&g->cx, ERR_STORE, "transaction lost: %s", why);
}

static enum err
crew_body(struct cx *cx, void *arg)
{
	struct unit *u = arg;

	if (u->crew == NULL)
		return u->is.body(cx, u->is.arg);
	return u->is.many(cx, u->args, u->nargs);
}

/* In a savepoint. */
static void
run_carefully(struct group *g, struct batch *b, struct unit *u)
{
	const struct engine *en = g->db->engine;

	if ((u->e = en->control(u->cx, b->conn, CONTROL_SAVE)) != OK) {
		lose(g, b, u->cx->why);
		return;
	}
	u->e = tx_run(u->cx, &u->tx, crew_body, u);
	if (!en->in_tx(b->conn))
		lose(g, b, u->cx->why);
	else if (en->control(u->cx, b->conn,
		     u->e == OK ? CONTROL_RELEASE : CONTROL_BACK) != OK)
		lose(g, b, u->cx->why);
}

static void
run_body(struct group *g, struct batch *b, struct unit *u)
{
	u->tx = (struct tx){ .conn = b->conn, .lazy = b->hopes };
	u->e = db_chance(u->cx, g->db, "begin");
	if (u->e != OK)
		return;
	if (b->hopes) {
		u->e = tx_run(u->cx, &u->tx, crew_body, u);
		b->spoiled = u->e != OK;
		b->why = u->cx->why;
	} else {
		run_carefully(g, b, u);
	}
	b->wrote |= u->e == OK && u->tx.wrote;
	if (u->e == OK && db_chance(u->cx, g->db, "commit") != OK)
		b->no_commit = true;
}

static bool
is_full(struct group *g, const struct batch *b)
{
	return b->units >= BATCH_UNITS || b->bytes >= BATCH_BYTES ||
	    env_mono(g->db->env) - b->start_ms >= BATCH_MS;
}

static struct unit *
next_unit(struct group *g, const struct batch *b)
{
	struct unit *u;

	if (b->lost || b->no_commit || b->spoiled || g->thread == NULL ||
	    is_full(g, b))
		return NULL;
	lock_take(&g->lock);
	u = queue_take(&g->waiting);
	lock_drop(&g->lock);
	return u;
}

/* --- crews --- */

/* Those behind u that can run with it, as far as the batch has room. */
static void
gather(struct group *g, struct batch *b, struct unit *u)
{
	struct unit *more, **tail = &u->crew;
	size_t room = BATCH_UNITS > b->units ? BATCH_UNITS - b->units : 0;

	b->units++;
	b->bytes += u->is.bytes;
	if (u->is.many == NULL || u->tries > 0 || g->thread == NULL)
		return;
	u->args = arena_alloc(u->cx->mem, (room + 1) * sizeof(*u->args));
	u->args[u->nargs++] = u->is.arg;
	lock_take(&g->lock);
	while (u->nargs < room && b->bytes < BATCH_BYTES &&
	    (more = g->waiting.head) != NULL && more->is.many == u->is.many &&
	    more->tries == 0) {
		*tail = queue_take(&g->waiting);
		more->next = NULL;
		tail = &more->next;
		u->args[u->nargs++] = more->is.arg;
		b->bytes += more->is.bytes;
	}
	lock_drop(&g->lock);
	b->units += u->nargs - 1;
}

/* Each for itself from now on: u and its crew, to the end of the queue. */
static void
disband(struct unit *u, struct queue *to)
{
	struct unit *crew = u->crew, *next;

	u->crew = NULL;
	queue_add(to, u);
	for (; crew != NULL; crew = next) {
		next = crew->next;
		queue_add(to, crew);
	}
}

/* Run u; a crew whose savepoint was undone is run again, one by one. */
static void
run_unit(struct group *g, struct batch *b, struct unit *u)
{
	struct queue alone;

	run_body(g, b, u);
	if (u->e == OK || u->crew == NULL || b->lost || b->hopes) {
		queue_add(&b->ran, u);
		return;
	}
	queue_init(&alone);
	disband(u, &alone);
	while ((u = queue_take(&alone)) != NULL) {
		if (!b->lost)
			run_body(g, b, u);
		queue_add(&b->ran, u);
	}
}

static enum err
commit(struct group *g, struct batch *b)
{
	const struct engine *en = g->db->engine;
	enum err e = en->control(&g->cx, b->conn, CONTROL_COMMIT);

	if (e == OK && b->wrote)
		health_taken(g->db);
	else if (e != OK && en->unsynced != NULL && en->unsynced(b->conn))
		health_refused(g->db);
	return e;
}

static enum err
end_batch(struct group *g, struct batch *b)
{
	const struct engine *en = g->db->engine;
	struct cx *cx = &g->cx;
	enum err e;

	if (b->lost)
		e = ERR_STORE; /* lose() said why */
	else if (b->no_commit)
		e = cx_fail(cx, ERR_STORE, "commit: fails on purpose");
	else
		e = commit(g, b);
	if (e == OK) {
		atomic_fetch_add(&g->db->commits, 1);
	} else if (en->in_tx(b->conn)) {
		b->again = b->hopes && !b->no_commit;
		en->control(&(struct cx){ 0 }, b->conn, CONTROL_ROLLBACK);
	}
	return e;
}

static void
finish(struct group *g, struct unit *u)
{
	if (!u->posted) {
		lock_take(&g->lock);
		u->finished = true;
		signal_one(&u->on_finish); /* under the lock: *u is theirs */
		lock_drop(&g->lock);
		return;
	}
	u->is.done(u->is.arg, u->e, u->e == OK ? "" : u->cx->why);
	cx_done(&u->own);
	mem_free(u);
}

static void
finish_all(struct group *g, struct unit *u)
{
	struct unit *crew, *next;

	for (crew = u->crew; crew != NULL; crew = next) {
		next = crew->next;
		crew->e = u->e;
		if (u->e != OK)
			cx_fail(crew->cx, u->e, "%s", u->cx->why);
		finish(g, crew);
	}
	finish(g, u);
}

/* Lost a race, and may try again: back into the queue. */
static bool
goes_again(struct group *g, struct unit *u)
{
	if (u->e == OK || !u->tx.again || ++u->tries >= RETRIES_MAX)
		return false;
	if (g->thread == NULL)
		return false;
	lock_take(&g->lock);
	queue_add(&g->waiting, u);
	lock_drop(&g->lock);
	return true;
}

static enum err
begin_batch(struct group *g, struct batch *b)
{
	const struct engine *en = g->db->engine;
	enum err e;

	b->start_ms = env_mono(g->db->env);
	if ((e = en->writer(&g->cx, g->db, &b->conn)) != OK)
		return e;
	return en->control(&g->cx, b->conn, CONTROL_BEGIN);
}

/* Hope was in vain, and the server is still there: one by one. */
static enum err
run_again(struct group *g, struct batch *b)
{
	struct queue all;
	struct batch again = { 0 };
	struct unit *u;
	enum err e;

	queue_init(&all);
	queue_init(&again.ran);
	while ((u = queue_take(&b->ran)) != NULL)
		disband(u, &all);
	e = begin_batch(g, &again);
	while ((u = queue_take(&all)) != NULL) {
		if (e == OK && !again.lost)
			run_body(g, &again, u);
		queue_add(&again.ran, u);
	}
	if (e == OK)
		e = end_batch(g, &again);
	b->ran = again.ran;
	return e;
}

/* A unit failed among others who hoped. */
static enum err
end_spoiled(struct group *g, struct batch *b)
{
	const struct engine *en = g->db->engine;

	if (!en->in_tx(b->conn))
		return cx_fail(&g->cx, ERR_STORE, "transaction lost: %s",
		    b->why);
	en->control(&g->cx, b->conn, CONTROL_ROLLBACK);
	return b->units == 1 ? OK : run_again(g, b);
}

/* Run u and who waits behind it.  OK: each unit's own answer counts. */
static enum err
run_units(struct group *g, struct batch *b, struct unit *u)
{
	enum err e;

	if ((e = begin_batch(g, b)) != OK) {
		queue_add(&b->ran, u);
		return e;
	}
	for (; u != NULL; u = next_unit(g, b)) {
		gather(g, b, u);
		run_unit(g, b, u);
	}
	if (b->spoiled)
		return end_spoiled(g, b);
	e = end_batch(g, b);
	return b->again ? run_again(g, b) : e;
}

static void
run_batch(struct group *g, struct unit *u)
{
	struct batch b = { .hopes = g->db->engine->hopes };
	struct queue over;
	enum err e;

	queue_init(&b.ran);
	queue_init(&over);
	e = run_units(g, &b, u);
	while ((u = queue_take(&b.ran)) != NULL) {
		if (e != OK)
			u->e = cx_fail(u->cx, e, "%s", g->cx.why);
		else if (goes_again(g, u))
			continue;
		if (u->e == OK && u->posted)
			tx_ring_all(&b.bells, &u->tx);
		queue_add(&over, u);
	}
	tx_sound(g->db, &b.bells);
	while ((u = queue_take(&over)) != NULL)
		finish_all(g, u);
}

static void
run_thread(void *arg)
{
	struct group *g = arg;
	struct unit *u;

	atomic_store(&g->runs, pthread_self());
	atomic_store(&g->running, true);
	for (;;) {
		lock_take(&g->lock);
		while (g->waiting.head == NULL && !g->closing)
			g->db->env->wait(g->db->env, &g->work, &g->lock,
			    INT64_MAX);
		u = queue_take(&g->waiting);
		lock_drop(&g->lock);
		if (u == NULL)
			return;
		run_batch(g, u);
	}
}

static bool
is_mine(struct group *g)
{
	return atomic_load(&g->running) &&
	    pthread_equal(atomic_load(&g->runs), pthread_self());
}

static void
run_inline(struct group *g, struct unit *u)
{
	lock_take(&g->turn);
	atomic_store(&g->runs, pthread_self());
	atomic_store(&g->running, true);
	run_batch(g, u);
	atomic_store(&g->running, false);
	lock_drop(&g->turn);
}

static void
wait_for(struct group *g, struct unit *u)
{
	signal_open(&u->on_finish);
	lock_take(&g->lock);
	queue_add(&g->waiting, u);
	signal_one(&g->work);
	while (!u->finished)
		g->db->env->wait(g->db->env, &u->on_finish, &g->lock,
		    INT64_MAX);
	lock_drop(&g->lock);
	signal_close(&u->on_finish);
}

enum err
group_run(struct cx *cx, struct group *g, enum err (*body)(struct cx *, void *),
    void *arg)
{
	struct unit u = { .cx = cx, .is = { .body = body, .arg = arg } };

	if (is_mine(g))
		return cx_fail(cx, ERR_BUG,
		    "a transaction on the committer's thread would wait for "
		    "itself");
	if (g->thread == NULL) {
		signal_open(&u.on_finish);
		run_inline(g, &u);
		signal_close(&u.on_finish);
	} else {
		wait_for(g, &u);
	}
	if (u.e == OK)
		tx_sound(g->db, &u.tx);
	return u.e;
}

enum err
group_post(struct cx *cx, struct group *g, const struct db_unit *is)
{
	struct unit *u;
	bool room;

	if (g->thread == NULL && is_mine(g))
		return cx_fail(cx, ERR_BUG, "posted from inside a transaction");
	u = mem_new(sizeof(*u));
	*u = (struct unit){ .is = *is, .posted = true, .cx = &u->own };
	cx_child(&u->own, cx);
	if (g->thread == NULL) {
		run_inline(g, u);
		return OK;
	}
	lock_take(&g->lock);
	room = !g->closing && g->waiting.units < WAITING_UNITS_MAX &&
	    g->waiting.bytes + is->bytes <= WAITING_BYTES_MAX;
	if (room) {
		queue_add(&g->waiting, u);
		signal_one(&g->work);
	}
	lock_drop(&g->lock);
	if (room)
		return OK;
	cx_done(&u->own);
	mem_free(u);
	return cx_fail(cx, ERR_BUSY, "too much waits to be committed");
}

struct group *
group_open(struct cx *cx, struct db *db, bool inline_writer)
{
	struct group *g = mem_new(sizeof(*g));

	g->db = db;
	cx_child(&g->cx, cx);
	lock_open(&g->lock);
	lock_open(&g->turn);
	signal_open(&g->work);
	queue_init(&g->waiting);
	if (!inline_writer && db->env->start != NULL)
		g->thread = db->env->start(db->env, "committer", run_thread, g);
	return g;
}

void
group_close(struct group *g)
{
	lock_take(&g->lock);
	g->closing = true;
	signal_one(&g->work);
	lock_drop(&g->lock);
	if (g->thread != NULL)
		g->db->env->join(g->db->env, g->thread);
	signal_close(&g->work);
	lock_close(&g->turn);
	lock_close(&g->lock);
	cx_done(&g->cx);
	mem_free(g);
}
