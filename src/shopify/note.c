/*
 * note.c - one thing that happened, as a row of our Logs and one on its way to
 * the Cloud App.
 *
 * The job that carries rows over is added once a shop, a moment late, so that
 * a burst of events is one call.
 */
#include "shopify/note.h"

#include "base/arena.h"
#include "base/env.h"
#include "base/text.h"
#include "db/db.h"
#include "gen/sql.h"
#include "queue/event.h"
#include "shopify/jobs.h"
#include "shopify/ledger.h"
#include "shopify/shop.h"

enum {
	GATHER_MS = 300, /* waited for others before a call */
	REASON_MAX = 490 /* bytes; the protocol takes 500 code points */
};

static enum err
event(struct cx *cx, int64_t shop, const struct ledger *l, const struct note *n)
{
	struct event ev = {
		.tenant = shop,
		.level = n->level,
		.step = n->step,
		.text = n->text,
		.reason = n->why,
		.next = n->next,
		.origin = "shopify",
	};

	if (l != NULL) {
		ev.order_id = l->order_id;
		ev.order_name = l->name;
		ev.job = l->job;
	}
	return event_add(cx, &ev);
}

/* Not while the shop is unpaired: nobody is there to read it. */
static enum err
pass_on(struct cx *cx, const struct shop *shop, const struct ledger *l,
    const struct note *n)
{
	bool grave =
	    text_equal(n->level, "warn") || text_equal(n->level, "error");
	const char *words = n->why == NULL
	    ? n->text
	    : arena_printf(cx->mem, "%s %s", n->text, n->why);
	char uuid[37];
	enum err e;

	env_uuid(cx->env, uuid);
	e = db_exec(cx, SQL_OUTNOTE_INSERT, V(shop->id), V((char *)uuid),
	    V(cx->now), V(grave), V(n->level), V(n->step),
	    V(l != NULL ? l->order_id : NULL), V(l != NULL ? l->job : NULL),
	    V(n->code), V(text_cut(cx->mem, words, REASON_MAX)), V(n->next));
	if (e != OK)
		return e;
	return jobs_add_shop_at(cx, JOB_EVENTS, shop->id, cx->now + GATHER_MS);
}

enum err
note_add(struct cx *cx, const struct shop *shop, const struct ledger *l,
    const struct note *n)
{
	enum err e;

	if ((e = event(cx, shop->id, l, n)) != OK)
		return e;
	if (n->here_only || text_equal(shop->link_state, "none"))
		return OK;
	return pass_on(cx, shop, l, n);
}

enum err
note_unknown(struct cx *cx, const struct note *n)
{
	return event(cx, 0, NULL, n);
}
