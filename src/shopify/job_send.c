/*
 * job_send.c - hand what is due to the Cloud App.
 *
 * Up to ten orders a call, new ones first, at most one in five of them a retry,
 * and last what could not be read: orders that always fail never hold up the
 * others.  A run that died between taking and hearing left orders on their way;
 * the next one asks about them before it takes others.  Two runs of a store may
 * be at work at once, by the clock and by an event: what a run takes bears its
 * name (send_run_name), and nobody asks about it until that run is over.
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

/* Of one mode. */
struct sent {
	const char *run;    /* its name */
	size_t due;         /* of the last batch */
	size_t total;       /* handed over */
	struct failure why; /* some could not be read; e: OK if all could */
};

static enum err
hand_over(struct cx *cx, const struct shop *shop, bool manual,
    struct parcel *parcels, struct sent *s)
{
	char uuid[37];
	size_t i;
	enum err e;

	env_uuid(cx->env, uuid);
	e = send_take(cx, shop, s->run, "automatic", parcels, s->due);
	if (e == OK)
		e = send_post(cx, shop, uuid, manual, parcels, s->due);
	for (i = 0; e == OK && i < s->due; i++)
		s->total += parcels[i].taken;
	return e;
}

static enum err
batch(struct cx *cx, const struct shop *shop, bool manual, struct sent *s)
{
	struct due due = {
		.limit = SEND_MAX,
		.retries = RETRIES,
		.manual_only = manual,
	};
	struct reading how = {
		.urgency = manual ? GQL_PERSON : GQL_BACKGROUND,
		.kept_only = s->why.e != OK,
	};
	struct parcel parcels[SEND_MAX];
	struct ledger *rows;
	bool busy;
	size_t i;
	enum err e;

	e = ledger_due(cx, shop->id, &due, &rows, &s->due);
	if (e != OK || s->due == 0)
		return e;
	memset(parcels, 0, sizeof(parcels));
	for (i = 0; i < s->due; i++)
		parcels[i].row = rows[i];
	if ((e = send_gather(cx, shop, &how, parcels, s->due, &busy)) != OK)
		return e;
	if (busy && s->why.e == OK)
		cx_keep(cx, ERR_BUSY, &s->why);
	return hand_over(cx, shop, manual, parcels, s);
}

/* In a unit of its own, so that a long run does not grow. */
static enum err
batch_alone(struct cx *cx, const struct shop *shop, bool manual, struct sent *s)
{
	struct cx own;
	enum err e;

	cx_part(&own, cx);
	e = cx_from(cx, batch(&own, shop, manual, s), &own);
	cx_done(&own);
	return e;
}

/* Where one cannot be read, those that are kept still go. */
static enum err
send_mode(struct cx *cx, const struct shop *shop, bool manual, struct sent *s)
{
	int i;
	enum err e;

	s->due = SEND_MAX;
	for (i = 0; i < BATCHES_MAX && s->due == SEND_MAX; i++) {
		if (cx_stopped(cx))
			break;
		e = batch_alone(cx, shop, manual, s);
		if (e != OK)
			return e;
	}
	if (s->due < SEND_MAX || s->why.e != OK)
		return OK;
	return jobs_add_shop(cx, JOB_SEND, shop->id);
}

/* It is no failed try of the job: that would make those wait longer that come
   meanwhile. */
static enum err
later(struct cx *cx, struct failure *why)
{
	if (why->wait_ms == 0)
		why->wait_ms = LEDGER_DEFER_MS;
	return cx_again(cx, why);
}

/* What a person asked for first; if that cannot be read, the others still. */
static enum err
send_all(struct cx *cx, const struct shop *shop, const char *name,
    size_t *total)
{
	struct sent asked = { .run = name }, rest = { .run = name };
	enum err e = send_mode(cx, shop, true, &asked);

	if (e == OK && shop->automatic)
		e = send_mode(cx, shop, false, &rest);
	*total = asked.total + rest.total;
	if (e == OK && asked.why.e != OK)
		e = later(cx, &asked.why);
	else if (e == OK && rest.why.e != OK)
		e = later(cx, &rest.why);
	return e;
}

/* What was put behind is due again by and by, and this job may be over. */
static enum err
come_back(struct cx *cx, const struct shop *shop)
{
	int64_t at;
	enum err e = ledger_next_due(cx, shop->id, !shop->automatic, &at);

	if (e != OK || at == LEDGER_NEVER)
		return e;
	return jobs_add_shop_at(cx, JOB_SEND, shop->id, at);
}

static enum err
run(struct cx *cx, const struct job *job)
{
	struct shop shop;
	size_t total;
	enum err e;

	if ((e = shop_find_id(cx, job->tenant, &shop)) != OK)
		return e;
	if (!shop_is_linked(&shop) || !shop_is_installed(&shop))
		return OK; /* queued again once it is */
	if ((e = ask_orphans(cx, &shop)) != OK)
		return e;
	if ((e = send_probe(cx, &shop)) != OK)
		return e;
	e = send_all(cx, &shop, send_run_name(cx, job), &total);
	/* The call itself was refused: the ledger says so of each order. */
	if (e == ERR_INPUT)
		e = OK;
	/* Switched off meanwhile: they wait, and we were told. */
	if (e == ERR_CONFLICT && strcmp(cx->code, "automatic_off") == 0)
		e = OK;
	if (e == OK)
		e = come_back(cx, &shop);
	if (e == OK)
		job_result(cx, job, "%zu orders handed to the Cloud App",
		    total);
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
