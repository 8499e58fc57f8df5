/*
 * sched.c - see sched.h.
 *
 * A slot is taken by moving next_at on from the value that was read: of many
 * nodes, one changes the row.  Time is the shared clock (db_now).
 */
#include "queue/sched.h"

#include <inttypes.h>

#include "base/arena.h"
#include "db/db.h"
#include "gen/sql.h"
#include "queue/row.h"

enum { EVERY_MAX_S = 31 * 24 * 60 * 60 };

const struct field sched_fields[] = {
	F_INT(struct sched, tenant, 0, INT64_MAX),
	F_TEXT(struct sched, kind, 1, 64),
	F_INT(struct sched, every_s, 0, EVERY_MAX_S),
	F_WHEN(struct sched, next_at),
	F_WHEN(struct sched, last_at),
	F_TEXT_OPT(struct sched, last_job, 36),
	F_END,
};

const char *
sched_once(struct cx *cx, const char *kind, int64_t tenant)
{
	return arena_printf(cx->mem, "%s:%" PRId64, kind, tenant);
}

/* The first slot after `now`. */
static int64_t
slot_after(int64_t now, int64_t every_s)
{
	int64_t every = every_s * 1000;

	return every == 0 ? 0 : (now / every + 1) * every;
}

struct setting {
	int64_t tenant;
	const char *kind;
	int64_t every_s;
	int64_t now;
};

static enum err
set_body(struct cx *cx, void *arg)
{
	struct setting *s = arg;

	db_ring(cx, "due");
	return db_exec(cx, SQL_SCHED_SET, V(s->tenant), V(s->kind),
	    V(s->every_s), V(slot_after(s->now, s->every_s)));
}

enum err
sched_set(struct cx *cx, int64_t tenant, const char *kind, int64_t every_s)
{
	struct setting s = { tenant, kind, every_s, 0 };
	enum err e;

	if (every_s < 0 || every_s > EVERY_MAX_S)
		return cx_fail(cx, ERR_INPUT,
		    "every_s: not 0 or 1 second to 31 days");
	if ((e = db_now(cx, &s.now)) != OK)
		return e;
	return tx_join(cx, set_body, &s);
}

enum err
sched_list(struct cx *cx, int64_t tenant, struct sched **rows, size_t *n)
{
	return db_list(cx, SQL_SCHED_LIST, sched_fields, rows, n, V(tenant));
}

static enum err
drop_body(struct cx *cx, void *arg)
{
	int64_t *tenant = arg;
	enum err e;

	if ((e = db_exec(cx, SQL_SCHED_DROP_TENANT, V(*tenant))) != OK)
		return e;
	return db_exec(cx, SQL_SCHED_RESUME, V(*tenant));
}

enum err
sched_drop_tenant(struct cx *cx, int64_t tenant)
{
	return tx_join(cx, drop_body, &tenant);
}

struct pausing {
	int64_t tenant;
	int64_t now;
};

static enum err
pause_body(struct cx *cx, void *arg)
{
	struct pausing *p = arg;

	return db_exec(cx, SQL_SCHED_PAUSE, V(p->tenant));
}

static enum err
resume_body(struct cx *cx, void *arg)
{
	struct pausing *p = arg;
	int64_t changed;
	enum err e;

	e = db_change(cx, SQL_SCHED_RESUME, &changed, V(p->tenant));
	if (e != OK || changed == 0)
		return e; /* nothing was paused, nothing is skipped */
	db_ring(cx, "due");
	return db_exec(cx, SQL_SCHED_SKIP, V(p->tenant), V(p->now));
}

enum err
sched_pause(struct cx *cx, int64_t tenant, bool paused)
{
	struct pausing p = { .tenant = tenant };
	enum err e;

	if ((e = db_now(cx, &p.now)) != OK)
		return e;
	return tx_join(cx, paused ? pause_body : resume_body, &p);
}

struct firing {
	const struct sched *slot;
	int64_t now;
	bool fired;
};

static enum err
fire_body(struct cx *cx, void *arg)
{
	struct firing *f = arg;
	const struct sched *s = f->slot;
	struct job_new in = { .kind = s->kind, .tenant = s->tenant };
	struct job_ref ref;
	int64_t changed;
	enum err e;

	f->fired = false;
	e = db_change(cx, SQL_SCHED_FIRE, &changed, V(s->tenant), V(s->kind),
	    V(s->next_at), V(slot_after(f->now, s->every_s)), V(f->now));
	if (e != OK || changed == 0)
		return e; /* another node took it */
	in.once = in.key = sched_once(cx, s->kind, s->tenant);
	if ((e = job_add_or_running(cx, &in, &ref)) != OK)
		return e;
	f->fired = true;
	return db_exec(cx, SQL_SCHED_FIRED, V(s->tenant), V(s->kind),
	    V(ref.uuid));
}

enum err
sched_step(struct cx *cx, int64_t *fired)
{
	struct firing f = { 0 };
	struct sched *due;
	size_t i, n;
	int64_t count = 0;
	enum err e;

	if ((e = db_now(cx, &f.now)) != OK)
		return e;
	e = db_list(cx, SQL_SCHED_DUE, sched_fields, &due, &n, V(f.now));
	if (e != OK)
		return e;
	for (i = 0; i < n; i++) {
		f.slot = &due[i];
		if ((e = db_tx(cx, fire_body, &f)) != OK)
			return e;
		count += f.fired;
	}
	*fired = count;
	return OK;
}
