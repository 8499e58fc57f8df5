/*
 * ledger.c - orders found, whose turn it is, asked for, taken, erased.
 *
 * Every body runs in one transaction with the event that tells of it and the
 * jobs that follow.
 */
#include "shopify/ledger_row.h"

#include <string.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/text.h"
#include "base/when.h"
#include "db/db.h"
#include "gen/sql.h"
#include "queue/row.h"
#include "shopify/body.h"

enum err
ledger_find(struct cx *cx, int64_t shop, const char *order_id, struct ledger *l)
{
	memset(l, 0, sizeof(*l));
	return db_one(cx, SQL_LEDGER_FIND, ledger_fields, l, V(shop),
	    V(order_id));
}

enum err
ledger_find_id(struct cx *cx, int64_t id, struct ledger *l)
{
	memset(l, 0, sizeof(*l));
	return db_one(cx, SQL_LEDGER_FIND_ID, ledger_fields, l, V(id));
}

enum err
ledger_body(struct cx *cx, const struct ledger *l, const char **text)
{
	if (l->must_read == 1 || l->redacted)
		return cx_fail(cx, ERR_MISSING, "order %s: must be read",
		    l->order_id);
	return body_find(cx, l->id, text);
}

/* --- whose turn it is --- */

/* Nothing that waits is held back beyond this: a later time is of a clock that
   was put back.  Of this moment, since the unit's own may be long past. */
static int64_t
latest_due(const struct cx *cx)
{
	return env_wall(cx->env) + LEDGER_DEFER_MS;
}

static enum err
due_list(struct cx *cx, int64_t shop, const char *state, const struct due *d,
    int64_t limit, struct ledger **rows, size_t *n)
{
	bool waiting = text_equal(state, "waiting");

	return db_list(cx, SQL_LEDGER_DUE, ledger_fields, rows, n, V(shop),
	    V(state), V(cx->now), V(cx->now - SHOP_DAYS_VISIBLE * DAY_MS),
	    V(d->manual_only), V(limit), V(latest_due(cx)),
	    V(waiting ? LEDGER_NEVER - 1 : cx->now));
}

enum err
ledger_due(struct cx *cx, int64_t shop, const struct due *d,
    struct ledger **rows, size_t *n)
{
	struct ledger *waiting, *failed, *all;
	size_t nwaiting, nfailed = 0;
	int64_t room;
	enum err e;

	e = due_list(cx, shop, "waiting", d, d->limit, &waiting, &nwaiting);
	if (e != OK)
		return e;
	room = d->limit - (int64_t)nwaiting;
	if (room > d->retries)
		room = d->retries;
	if (room > 0) {
		e = due_list(cx, shop, "failed", d, room, &failed, &nfailed);
		if (e != OK)
			return e;
	}
	all = arena_alloc(cx->mem, (nwaiting + nfailed + 1) * sizeof(*all));
	if (nwaiting > 0)
		memcpy(all, waiting, nwaiting * sizeof(*all));
	if (nfailed > 0)
		memcpy(all + nwaiting, failed, nfailed * sizeof(*all));
	*rows = all;
	*n = nwaiting + nfailed;
	return OK;
}

enum err
ledger_next_due(struct cx *cx, int64_t shop, bool manual_only, int64_t *at)
{
	struct number first;
	int64_t latest = latest_due(cx);
	enum err e;

	e = db_one(cx, SQL_LEDGER_NEXT_DUE, number_field, &first, V(shop),
	    V(cx->now), V(cx->now - SHOP_DAYS_VISIBLE * DAY_MS), V(manual_only),
	    V(LEDGER_NEVER));
	if (e != OK)
		return e;
	if (first.n > latest && first.n != LEDGER_NEVER)
		first.n = latest;
	*at = first.n;
	return OK;
}

/* --- moves --- */

/* What every body needs; each uses its part. */
struct move {
	const struct shop *shop;
	const char *order_id;
	const struct sight *sight;
	const struct taking *taking;
	struct ledger row; /* as it is then */
	bool person;
};

/* Done after this call came in, with what the store shows: another's send, in
   the same moment, was this one, too. */
static bool
just_sent(const struct cx *cx, const struct ledger *l)
{
	return row_state_of(l) == LEDGER_DONE && l->state_at > cx->now &&
	    l->must_read != 1 && l->digest != NULL &&
	    text_equal(l->digest, l->sent_digest);
}

/* Erased before it had this row: nobody sends it again. */
static enum err
recall(struct cx *cx, const struct shop *shop, struct ledger *l)
{
	bool redacted;
	enum err e = row_was_redacted(cx, shop->id, l->order_id, &redacted);

	if (e != OK || !redacted)
		return e;
	l->redacted = 1;
	return row_save(cx, shop, l);
}

static enum err
ask_body(struct cx *cx, void *arg)
{
	struct move *m = arg;
	struct ledger l;
	int64_t fresh;
	enum err e;

	e = db_change(cx, SQL_LEDGER_INSERT, &fresh, V(m->shop->id),
	    V(m->shop->generation), V(m->sight->id), V(m->sight->name),
	    V("skipped"), V(cx->now), V(m->sight->created_at), V((int64_t)0));
	if (e != OK)
		return e;
	/* Whatever the store shows is seen first, and then a person decides. */
	if ((e = ledger_look(cx, m->shop, m->sight)) != OK)
		return e;
	if ((e = row_lock(cx, m->shop->id, m->sight->id, &l)) != OK)
		return e;
	if (fresh > 0 && (e = recall(cx, m->shop, &l)) != OK)
		return e;
	m->row = l;
	if (row_state_of(&l) == LEDGER_SENDING || l.redacted ||
	    just_sent(cx, &l))
		return OK;
	row_wait(cx, &l);
	l.manual = 1;
	l.job = NULL;
	if (l.cancelled_at != 0 && l.sent_digest == NULL)
		row_refuse(cx, &l, "not_importable",
		    "The order was cancelled before it was ever sent.");
	else if (!l.confirmed)
		row_refuse(cx, &l, "not_importable",
		    "The store has not confirmed the order yet.");
	m->row = l;
	return row_save(cx, m->shop, &l);
}

enum err
ledger_ask(struct cx *cx, const struct shop *shop, const struct sight *o,
    struct ledger *out)
{
	struct move m = { .shop = shop, .sight = o };
	enum err e;

	if ((e = tx_join(cx, ask_body, &m)) == OK)
		*out = m.row;
	return e;
}

/* Other content was handed over, and how that ended nobody has said. */
static bool
is_other(const struct ledger *l, const char *digest)
{
	return l->taken_digest != NULL && !text_equal(l->taken_digest, digest);
}

/* How it went, for people: a run takes what one of them asked for as well. */
static const char *
by_whom(const struct ledger *l)
{
	return text_equal(l->via, "automatic") && l->manual ? "manual" : l->via;
}

static enum err
take_body(struct cx *cx, void *arg)
{
	struct move *m = arg;
	struct ledger l;
	enum err e;

	if ((e = row_lock(cx, m->shop->id, m->order_id, &l)) != OK)
		return e;
	if (row_state_of(&l) != LEDGER_WAITING &&
	    row_state_of(&l) != LEDGER_FAILED)
		return cx_fail(cx, ERR_CONFLICT, "order %s: it is %s",
		    l.order_id, l.state);
	row_state(cx, &l, LEDGER_SENDING);
	l.state_at = cx->now;
	l.attempts++;
	l.owed = l.manual ? 2 : 1;
	l.batch = m->taking->batch;
	l.via = m->taking->via;
	if (is_other(&l, m->taking->digest))
		l.again |= AGAIN_UNSURE;
	l.taken_digest = m->taking->digest;
	l.job = NULL;
	if ((e = row_save(cx, m->shop, &l)) != OK)
		return e;
	m->row = l;
	return row_note(cx, m->shop, &l,
	    &(struct note){
		.level = "info",
		.step = "order.sending",
		.text = arena_printf(cx->mem,
		    "Order %s is handed to the Cloud App (%s).", l.name,
		    by_whom(&l)),
	    });
}

enum err
ledger_take(struct cx *cx, const struct shop *shop, struct ledger *l,
    const struct taking *t)
{
	struct move m = {
		.shop = shop,
		.order_id = l->order_id,
		.taking = t,
	};
	enum err e;

	if ((e = tx_join(cx, take_body, &m)) == OK)
		*l = m.row;
	return e;
}

static enum err
again_body(struct cx *cx, void *arg)
{
	struct move *m = arg;
	struct ledger l;
	enum err e;

	if ((e = row_lock(cx, m->shop->id, m->order_id, &l)) != OK)
		return e;
	if (row_state_of(&l) != LEDGER_SENDING || l.job != NULL)
		return OK;
	if (m->person && is_other(&l, m->taking->digest))
		l.again |= AGAIN_UNSURE;
	l.taken_digest = m->taking->digest;
	return row_save(cx, m->shop, &l);
}

enum err
ledger_take_again(struct cx *cx, const struct shop *shop, const char *order_id,
    const char *digest, bool person)
{
	struct taking t = { .digest = digest };

	return tx_join(cx, again_body,
	    &(struct move){
		.shop = shop,
		.order_id = order_id,
		.taking = &t,
		.person = person,
	    });
}

/* --- read by id --- */

static enum err
must_read_body(struct cx *cx, void *arg)
{
	struct move *m = arg;
	struct ledger l;
	enum err e;

	e = row_lock(cx, m->shop->id, m->order_id, &l);
	if (e == ERR_MISSING)
		return OK; /* never seen: it is not ours to follow */
	if (e != OK)
		return e;
	l.must_read = 1;
	return row_save(cx, m->shop, &l);
}

enum err
ledger_must_read(struct cx *cx, const struct shop *shop, const char *order_id)
{
	return tx_join(cx, must_read_body,
	    &(struct move){ .shop = shop, .order_id = order_id });
}

/* --- later --- */

static enum err
defer_body(struct cx *cx, void *arg)
{
	const struct move *m = arg;

	return db_exec(cx, SQL_LEDGER_DEFER, V(m->row.id), V(cx->now),
	    V(m->row.next_at), V(latest_due(cx)));
}

enum err
ledger_defer(struct cx *cx, const struct ledger *l, int64_t ms)
{
	struct move m = { .row = *l };

	cx->now = env_wall(cx->env); /* the read took its time */
	m.row.next_at = cx->now + ms;
	return tx_join(cx, defer_body, &m);
}

/* --- erased --- */

static enum err
redact_body(struct cx *cx, void *arg)
{
	struct move *m = arg;
	enum err e;

	e = db_exec(cx, SQL_REDACT_MARK_ADD, V(m->shop->id), V(m->order_id),
	    V(cx->now));
	if (e == OK)
		e = db_exec(cx, SQL_ORDERBODY_DROP_ORDER, V(m->shop->id),
		    V(m->order_id));
	if (e == OK)
		e = db_exec(cx, SQL_LEDGER_REDACT, V(m->shop->id),
		    V(m->order_id));
	return e;
}

enum err
ledger_redact(struct cx *cx, const struct shop *shop, const char *order_id)
{
	return tx_join(cx, redact_body,
	    &(struct move){ .shop = shop, .order_id = order_id });
}

struct old {
	int64_t shop;
	int64_t generation;
};

static enum err
redact_old_body(struct cx *cx, void *arg)
{
	const struct old *o = arg;
	enum err e;

	e = db_exec(cx, SQL_ORDERBODY_DROP_OLD, V(o->shop), V(o->generation));
	if (e == OK)
		e = db_exec(cx, SQL_LEDGER_DROP_OLD, V(o->shop),
		    V(o->generation));
	return e;
}

enum err
ledger_redact_old(struct cx *cx, const struct shop *shop, int64_t generation)
{
	return tx_join(cx, redact_old_body,
	    &(struct old){ shop->id, generation });
}
