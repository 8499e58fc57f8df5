/*
 * clerk.c - the thread that stores ends and claims jobs.
 *
 * A round is one transaction: how all runs ended that are over, and then the
 * next jobs, whose way those ends may have cleared.  While it is committed
 * more runs end, so under load rounds grow by themselves; a single job costs
 * a commit to claim it and one to end it, shared with the next one's claim.
 *
 * Claims are made when a worker has nothing to do: not sooner, so that the
 * turns of the tenants are decided as late as can be.  While quick jobs are
 * still in stock ends wait for each other, but never longer than the stock
 * lasts (STOCK_MS).
 *
 * Of a claim that failed nobody knows whether it was committed (PostgreSQL may
 * have gone before it answered).  The next round asks by our name first, and
 * hands back what is ours and in nobody's hand.
 *
 * Nothing may stay "running" that does not run, so ends are stored however
 * long the database is away; only closing gives up (the next start recovers).
 */
#include "queue/claim.h"
#include "queue/recover.h"
#include "queue/runner_own.h"
#include "queue/settle.h"

#include <assert.h>
#include <inttypes.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/log.h"
#include "db/db.h"

struct round {
	struct run **over;
	size_t nover;
	struct claim claim; /* free 0: none is made */
	const char *held;   /* ours before it, in doubt: ",7,9,"; or NULL */
	int64_t since;      /* mono */
	int64_t now;        /* shared clock, of the claim */
	bool idle;          /* there was nothing to do */
};

static int64_t
mono(struct runner *r)
{
	return env_mono(r->base.env);
}

static bool
may_claim(struct runner *r)
{
	const struct stock *s = &r->stock;

	return r->look && !r->closing && !s->alone &&
	    s->ninhand < r->desk.conf.workers && !stock_has(&r->stock);
}

/* When the ends that wait must be stored: mono; 0: now; INT64_MAX: none
   waits. */
static int64_t
store_at(struct runner *r)
{
	struct stock *s = &r->stock;

	if (s->over.head == NULL)
		return INT64_MAX;
	if (r->closing || !s->over.head->ahead || !stock_has(s))
		return 0;
	return s->over.head->at + STOCK_MS;
}

/* When the next round is, likewise. */
static int64_t
round_at(struct runner *r)
{
	return may_claim(r) ? 0 : store_at(r);
}

void
clerk_call(struct runner *r)
{
	if (round_at(r) >= r->office_at)
		return;
	r->office_at = 0; /* once is enough */
	signal_one(&r->office);
}

/* --- a round --- */

/* Whose runs those are that we hold, when a claim failed: its commit may have
   been carried out, and the answer lost. */
static const char *
list_held(struct runner *r, struct cx *cx)
{
	struct buf b = buf_new(cx->mem);
	const struct run *run;

	if (!r->doubt)
		return NULL;
	buf_char(&b, ',');
	for (run = r->stock.all; run != NULL; run = run->next)
		buf_printf(&b, "%" PRId64 ",", run->job.id);
	return b.p;
}

static void
prepare(struct runner *r, struct cx *cx, struct round *d)
{
	struct stock *s = &r->stock;
	struct run *run;

	*d = (struct round){ .since = mono(r) };
	d->over = arena_alloc(cx->mem, (s->over.n + 1) * sizeof(*d->over));
	for (run = s->over.head; run != NULL; run = run->then)
		d->over[d->nover++] = run;
	d->claim.desk = &r->desk;
	if (!may_claim(r))
		return;
	d->held = list_held(r, cx);
	d->claim.free = r->desk.conf.workers - s->ninhand;
	d->claim.ahead = stock_ahead(s, cx, d->claim.free, &d->claim.quick);
	d->claim.idle = s->n == d->nover;
	r->look = false;
}

/* How they ended, all at one time. */
static enum err
store_ends(struct cx *cx, struct run **over, size_t n)
{
	enum err e = db_now(cx, &cx->now);

	return e != OK || n == 0 ? e : settle_all(cx, over, n);
}

static enum err
round_body(struct cx *cx, void *arg)
{
	struct round *d = arg;
	enum err e;

	d->claim.n = 0;
	d->idle = false;
	if ((e = store_ends(cx, d->over, d->nover)) != OK || d->claim.free == 0)
		return e;
	if (d->held != NULL &&
	    (e = recover_unheard(cx, d->claim.desk, d->held)) != OK)
		return e;
	if ((e = claim_take(cx, &d->claim)) != OK)
		return e;
	d->now = cx->now;
	d->idle = d->nover == 0 && d->claim.n == 0 && d->held == NULL;
	return d->idle ? cx_fail(cx, ERR_MISSING, "nothing to do") : OK;
}

/* The lock is held. */
static void
forget(struct runner *r, struct run *run)
{
	stock_drop(&r->stock, run);
	r->look = true; /* its tenant, its key, its worker are free */
	if (r->stock.n == 0)
		signal_all(&r->idle);
}

static void
enter(struct runner *r, const struct round *d)
{
	const struct claim *c = &d->claim;
	size_t i;

	for (i = 0; i < c->n; i++)
		stock_enter(&r->stock, &c->jobs[i], d->since, d->now);
	if ((int64_t)c->n >= c->free + c->ahead)
		r->look = true; /* there may be more */
	if (c->n == 0)
		return;
	if (r->closing)
		stock_turn_back(&r->stock, true);
	if (c->n == 1)
		signal_one(&r->work);
	else
		signal_all(&r->work);
	if (r->beat_at > stock_stale_at(&r->stock) || r->beat_at == INT64_MAX)
		signal_one(&r->beat);
}

struct part {
	struct run **runs;
	size_t n;
};

static enum err
part_body(struct cx *cx, void *arg)
{
	const struct part *p = arg;

	return store_ends(cx, p->runs, p->n);
}

/* Stored, and gone from the stock. */
static enum err
settle_part(struct runner *r, struct cx *cx, struct part p)
{
	size_t i;
	enum err e;

	if (p.n == 1)
		e = settle_one(cx, p.runs[0]);
	else if ((e = db_tx(cx, part_body, &p)) == OK)
		for (i = 0; i < p.n; i++)
			settle_log(p.runs[i]);
	if (e != OK)
		return e;
	lock_take(&r->lock);
	for (i = 0; i < p.n; i++)
		forget(r, p.runs[i]);
	lock_drop(&r->lock);
	return OK;
}

/* No fault of what was to be stored. */
static bool
is_away(enum err e)
{
	return e == ERR_STORE || e == ERR_BUSY;
}

/* One that cannot be stored must not keep its neighbours from it: they are
   stored by halves, until it is alone. */
static enum err
settle_halves(struct runner *r, struct cx *cx, struct part whole)
{
	struct part half[] = { { whole.runs, whole.n / 2 },
		{ whole.runs + whole.n / 2, whole.n - whole.n / 2 } };
	size_t i;
	enum err e, first = OK;

	for (i = 0; i < 2; i++) {
		if (half[i].n == 0)
			continue;
		e = settle_part(r, cx, half[i]);
		if (e != OK && !is_away(e) && half[i].n > 1)
			e = settle_halves(r, cx, half[i]);
		if (first == OK)
			first = e;
	}
	return first;
}

/* Wait a little, or until closing; the lock is held. */
static void
wait_down(struct runner *r)
{
	struct env *env = r->base.env;

	if (!r->last)
		env->wait(env, &r->down, &r->lock, env_mono(env) + DOWN_MS);
}

/* False: it failed, and nothing is to be hoped for any more. */
static bool
conclude(struct runner *r, struct cx *cx, struct round *d, enum err e)
{
	bool claims = d->claim.free > 0;
	size_t i;

	if (e == OK || d->idle) {
		lock_take(&r->lock);
		for (i = 0; i < d->nover; i++)
			forget(r, d->over[i]);
		r->doubt &= !claims;
		enter(r, d);
		return true;
	}
	runner_log_down(cx, "round");
	if (!is_away(e) && d->nover > 0)
		e = settle_halves(r, cx, (struct part){ d->over, d->nover });
	lock_take(&r->lock);
	r->look |= claims;
	r->doubt |= claims;
	if (e != OK)
		wait_down(r);
	return e == OK || !r->last;
}

/* The lock is held, and is again afterwards. */
static bool
do_round(struct runner *r)
{
	struct round d;
	struct cx cx;
	size_t i;
	bool hope;
	enum err e;

	cx_child(&cx, &r->base);
	prepare(r, &cx, &d);
	lock_drop(&r->lock);
	e = db_tx(&cx, round_body, &d);
	for (i = 0; e == OK && i < d.nover; i++)
		settle_log(d.over[i]);
	hope = conclude(r, &cx, &d, e);
	lock_drop(&r->lock);
	cx_done(&cx);
	lock_take(&r->lock);
	return hope;
}

void
clerk_main(void *arg)
{
	struct runner *r = arg;
	struct env *env = r->base.env;
	int64_t at;

	lock_take(&r->lock);
	for (;;) {
		at = round_at(r);
		if (at <= mono(r)) {
			if (!do_round(r))
				break;
		} else if (r->last) {
			assert(at == INT64_MAX); /* closing, none waits */
			break;
		} else {
			r->office_at = at;
			env->wait(env, &r->office, &r->lock, at);
			r->office_at = 0;
		}
	}
	lock_drop(&r->lock);
}
