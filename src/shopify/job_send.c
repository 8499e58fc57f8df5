/*
 * job_send.c - hand what is due to the Cloud App.
 *
 * Up to ten orders a call, new ones first, at most one in five of them a retry:
 * orders that always fail never hold up the others.  A run that died between
 * taking and hearing left orders on their way; the next one asks about them
 * before it takes others.
 */
#include <string.h>

#include "base/arena.h"
#include "base/env.h"
#include "db/db.h"
#include "gen/sql.h"
#include "shopify/jobs.h"
#include "shopify/ledger.h"
#include "shopify/send.h"
#include "shopify/shop.h"

enum {
	RETRIES = SEND_MAX / 5,
	BATCHES_MAX = 5 /* a run; then others of the queue have their turn */
};

static enum err
ask_orphans(struct cx *cx, const struct shop *shop)
{
	struct ledger *rows;
	size_t n;
	enum err e;

	e = db_list(cx, SQL_LEDGER_ORPHANS, ledger_fields, &rows, &n,
	    V(shop->id));
	if (e != OK)
		return e;
	return send_ask(cx, shop, false, rows, n);
}

/* *count: orders that were due; *busy: some could not be read now. */
static enum err
batch(struct cx *cx, const struct shop *shop, bool manual, size_t *count,
    bool *busy)
{
	struct due due = {
		.limit = SEND_MAX,
		.retries = manual ? 0 : RETRIES,
		.manual_only = manual,
	};
	struct parcel parcels[SEND_MAX];
	struct ledger *rows;
	char uuid[37];
	size_t i, n;
	enum err e;

	*count = 0;
	*busy = false;
	if ((e = ledger_due(cx, shop->id, &due, &rows, &n)) != OK || n == 0)
		return e;
	memset(parcels, 0, sizeof(parcels));
	for (i = 0; i < n; i++)
		parcels[i].row = rows[i];
	e = send_gather(cx, shop, manual ? GQL_PERSON : GQL_BACKGROUND, parcels,
	    n, busy);
	if (e != OK)
		return e;
	env_uuid(cx->env, uuid);
	e = send_take(cx, shop, uuid, "automatic", parcels, n);
	if (e == OK)
		e = send_post(cx, shop, uuid, manual, parcels, n);
	if (e == OK)
		*count = n;
	return e;
}

/* In a unit of its own, so that a long run does not grow. */
static enum err
batch_alone(struct cx *cx, const struct shop *shop, bool manual, size_t *count,
    bool *busy)
{
	struct cx own;
	enum err e;

	cx_part(&own, cx);
	e = batch(&own, shop, manual, count, busy);
	if (e != OK || *busy) {
		cx_fail_code(cx, e != OK ? e : ERR_BUSY, own.code, "%s",
		    own.why);
		cx->wait_ms = own.wait_ms;
	}
	cx_done(&own);
	return e;
}

struct sent {
	size_t total;
	bool unread; /* some are left, and cx->why says why */
};

static enum err
send_mode(struct cx *cx, const struct shop *shop, bool manual, struct sent *s)
{
	size_t count = SEND_MAX;
	bool busy = false;
	int i;
	enum err e;

	for (i = 0; i < BATCHES_MAX && count == SEND_MAX && !busy; i++) {
		if (cx_stopped(cx))
			break;
		e = batch_alone(cx, shop, manual, &count, &busy);
		if (e != OK)
			return e;
		s->total += count;
	}
	s->unread = s->unread || busy;
	if (count == SEND_MAX && !busy)
		return jobs_add_shop(cx, JOB_SEND, shop->id);
	return OK;
}

/* What a person asked for first; if that cannot be read, the others still. */
static enum err
send_all(struct cx *cx, const struct shop *shop, struct sent *s)
{
	enum err e = send_mode(cx, shop, true, s);

	if (e == OK && shop->automatic)
		e = send_mode(cx, shop, false, s);
	if (e == OK && s->unread)
		e = cx_fail_code(cx, ERR_BUSY, "busy", "%s",
		    arena_text(cx->mem, cx->why));
	return e;
}

static enum err
run(struct cx *cx, const struct job *job)
{
	struct shop shop;
	struct sent sent = { 0 };
	enum err e;

	if ((e = shop_find_id(cx, job->tenant, &shop)) != OK)
		return e;
	if (!shop_is_linked(&shop) || !shop_is_installed(&shop))
		return OK; /* queued again once it is */
	if ((e = ask_orphans(cx, &shop)) != OK)
		return e;
	if ((e = send_probe(cx, &shop)) != OK)
		return e;
	e = send_all(cx, &shop, &sent);
	/* The call itself was refused: the ledger says so of each order. */
	if (e == ERR_INPUT)
		e = OK;
	/* Switched off meanwhile: they wait, and we were told. */
	if (e == ERR_CONFLICT && strcmp(cx->code, "automatic_off") == 0)
		e = OK;
	if (e == OK)
		job_result(cx, job, "%zu orders handed to the Cloud App",
		    sent.total);
	return e;
}

const struct job_kind job_send = {
	.name = JOB_SEND,
	.title = "Send orders",
	.run = run,
	.attempts = 0,
	.backoff_s = 1,
	.backoff_max_s = 300,
	.parks = true,
};
