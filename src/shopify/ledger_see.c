/*
 * ledger_see.c - news of an order, however it came.
 *
 * Webhooks repeat themselves, come late and in any order, and tell us of our
 * own writes; sweeps find what they missed.  Each piece of news is held against
 * the newest revision we know of:
 *
 *   older            nothing: it is history
 *   same second      nothing if it says the same; else somebody must read the
 *                    order by its id, since updated_at counts seconds
 *   newer, or read   it is what is true: body kept, tags decided
 *
 * Of an order that asks for nothing we have no row, and so no revision.  A
 * webhook that makes the first row may be older than what a sweep has seen of
 * the order: then it is read before it is believed.
 */
#include "shopify/ledger_row.h"

#include <string.h>

#include "base/arena.h"
#include "base/crashpoint.h"
#include "base/env.h"
#include "base/text.h"
#include "db/db.h"
#include "gen/sql.h"
#include "queue/row.h"
#include "shopify/body.h"
#include "shopify/jobs.h"

struct seeing {
	const struct shop *shop;
	enum news news;
	const struct sight *sight;
	const struct orderdoc *doc; /* NULL: no body */
};

static enum err
keep_body(struct cx *cx, struct ledger *l, const struct seeing *s)
{
	const struct orderdoc *doc = s->doc;

	if (l->redacted)
		return OK;
	if (!doc->complete) {
		l->must_read = 1;
		return body_drop(cx, l->id);
	}
	if (s->news == NEWS_READ)
		l->must_read = 0;
	return body_set(cx, l->id, doc->text);
}

/* Told at once: it holds what has not been shipped. */
static enum err
cancelled(struct cx *cx, const struct shop *shop, struct ledger *l)
{
	enum ledger_state state = row_state_of(l);

	if (l->sent_digest == NULL &&
	    (state == LEDGER_WAITING || state == LEDGER_FAILED))
		row_refuse(cx, l, "not_importable",
		    "The order was cancelled before it was sent.");
	return row_cancelled(cx, shop, l);
}

/* Called back to life, or read in the end.  What is cancelled may have been
   refused for that, though it was sent before. */
static bool
is_cured(const struct ledger *l)
{
	if (text_equal(l->code, "unreadable"))
		return l->must_read != 1 && !row_is_void(l);
	return text_equal(l->code, "not_importable") && l->cancelled_at == 0;
}

/* Confirmed, and what kept it is over: it may be sent after all. */
static void
revive(struct cx *cx, struct ledger *l)
{
	if (row_state_of(l) == LEDGER_FAILED && l->confirmed && is_cured(l))
		row_wait(cx, l);
}

/* The body half of newer news. */
static enum err
take_content(struct cx *cx, struct ledger *l, const struct seeing *s)
{
	const struct orderdoc *doc = s->doc;
	bool other = !text_equal(l->digest, doc->digest);
	enum err e;

	l->digest = doc->digest;
	if (!l->redacted)
		l->customer = doc->customer;
	if ((e = keep_body(cx, l, s)) != OK)
		return e;
	if (s->news == NEWS_READ || l->must_read != 1)
		l->unread_since = 0;
	/* While it is on its way, the end of the send says so. */
	if (other && l->sent_digest != NULL &&
	    row_state_of(l) != LEDGER_SENDING &&
	    !text_equal(l->sent_digest, doc->digest))
		return row_changed(cx, s->shop, l);
	return OK;
}

/* Of the second of our last write: is it a step of that?  Each holds the tag
   that was added, and none but those it passed through.  A person, or a rule of
   the store, may have answered our tag within that second. */
static bool
is_step(const struct ledger *l, unsigned seen)
{
	unsigned picture = (unsigned)l->picture;

	if ((seen & ~((unsigned)l->echo | picture)) != 0)
		return false;
	return l->airing || (seen & picture) == picture;
}

/* The clock was put back since we heard of our last write: no read could ever
   begin after that.  One that begins from now on does. */
static void
follow_clock(struct cx *cx, struct ledger *l)
{
	int64_t now = env_wall(cx->env);

	if (l->wrote_at > now)
		l->wrote_at = now;
}

/* Do its tags say how things stand, after our last write?  In the very second
   of that write they may be a step of it, or older than it: only a read that
   began after we had heard of the write is believed.  Tags that no step of
   ours explains are looked at by id. */
static bool
tags_are_now(struct cx *cx, struct ledger *l, const struct seeing *s)
{
	unsigned seen = tags_read(s->sight->tags, s->sight->ntags);

	if (s->sight->updated_at < l->tagged_at)
		return false;
	if (s->sight->updated_at > l->tagged_at)
		return true;
	if (s->news == NEWS_READ && s->sight->asked_at >= l->wrote_at)
		return true;
	follow_clock(cx, l);
	if (!is_step(l, seen) && !l->must_read)
		l->must_read = 2;
	return false;
}

static enum err
take_news(struct cx *cx, struct ledger *l, const struct seeing *s)
{
	const struct sight *o = s->sight;
	bool now_cancelled = o->cancelled_at != 0 && l->cancelled_at == 0;
	enum err e;

	if (s->doc == NULL && o->updated_at > l->updated_at)
		l->must_read = 1;
	else if (s->news == NEWS_READ && l->must_read == 2)
		l->must_read = 0;
	l->name = o->name;
	l->created_at = o->created_at;
	l->updated_at = o->updated_at;
	l->cancelled_at = o->cancelled_at;
	l->confirmed = o->confirmed;
	if (s->doc != NULL && (e = take_content(cx, l, s)) != OK)
		return e;
	revive(cx, l);
	if (tags_are_now(cx, l, s))
		e = row_decide(cx, s->shop, l, o->tags, o->ntags);
	else
		e = OK;
	if (e != OK)
		return e;
	if (now_cancelled && (e = cancelled(cx, s->shop, l)) != OK)
		return e;
	return row_save(cx, s->shop, l);
}

/* Of one second: the same again, a step of our own tag write, or unknown. */
static enum err
same_second(struct cx *cx, struct ledger *l, const struct seeing *s)
{
	unsigned seen = tags_read(s->sight->tags, s->sight->ntags);
	bool old_tags = s->sight->updated_at < l->tagged_at;
	bool same_content = s->doc == NULL || l->digest == NULL ||
	    text_equal(s->doc->digest, l->digest);

	if (s->news == NEWS_READ || (l->digest == NULL && s->doc != NULL))
		return take_news(cx, l, s);
	if (same_content && (old_tags || is_step(l, seen)))
		return OK;
	l->must_read = same_content && l->must_read != 1 ? 2 : 1;
	return row_save(cx, s->shop, l);
}

static enum err
see_known(struct cx *cx, const struct seeing *s, struct ledger *l)
{
	/* Test only: a repeated creation is taken for a new order. */
	if (fault_on("dedupe") && s->news == NEWS_CREATE &&
	    row_state_of(l) == LEDGER_DONE) {
		row_wait(cx, l);
		return row_save(cx, s->shop, l);
	}
	if (s->sight->updated_at < l->updated_at)
		return OK;
	if (s->sight->updated_at == l->updated_at)
		return same_second(cx, l, s);
	return take_news(cx, l, s);
}

/* --- an order we have no row of --- */

static enum ledger_state
first_state(struct cx *cx, const struct seeing *s, unsigned seen, bool *by_hand)
{
	const struct sight *o = s->sight;
	bool fresh = row_is_fresh(s->shop, o->created_at);

	*by_hand = false;
	switch (tags_move(LEDGER_NONE, TAG_NONE, seen)) {
	case MOVE_WAIT:
		*by_hand = !fresh;
		return LEDGER_WAITING;
	case MOVE_ASK:
		return LEDGER_SENDING;
	default:
		break;
	}
	if (seen == TAG_SYNCED)
		return LEDGER_SKIPPED;
	if (fresh && o->confirmed && o->cancelled_at == 0 &&
	    row_is_visible(cx, o->created_at))
		return LEDGER_WAITING;
	return LEDGER_NONE;
}

static enum err
first_note(struct cx *cx, const struct shop *shop, const struct ledger *l)
{
	struct note n = { .level = "info", .step = "order.waiting" };

	if (row_state_of(l) == LEDGER_WAITING)
		n.text = arena_printf(cx->mem,
		    l->tagged_by_hand
			? "Order %s waits to be sent: it was tagged by hand."
			: "Order %s is new and waits to be sent.",
		    l->name);
	else if (row_state_of(l) == LEDGER_SENDING) {
		n.step = "order.sending";
		n.text = arena_printf(cx->mem,
		    "Order %s bears the tag logivery-syncing from before; the "
		    "Cloud App is asked about it.",
		    l->name);
	} else
		return OK;
	return row_note(cx, shop, l, &n);
}

static void
refuse_first(struct cx *cx, const struct sight *o, struct ledger *l)
{
	if (row_state_of(l) != LEDGER_WAITING)
		return;
	if (!row_is_visible(cx, o->created_at))
		row_refuse(cx, l, "not_visible",
		    "The order is older than 60 days.");
	else if (o->cancelled_at != 0)
		row_refuse(cx, l, "not_importable",
		    "The order was cancelled before it was sent.");
}

/* The row, made if there is none; another unit may have been faster. */
static enum err
insert(struct cx *cx, const struct seeing *s, enum ledger_state state,
    struct ledger *l, int64_t *fresh)
{
	const struct sight *o = s->sight;
	enum err e;

	e = db_change(cx, SQL_LEDGER_INSERT, fresh, V(s->shop->id),
	    V(s->shop->generation), V(o->id), V(o->name),
	    V(ledger_state_name(state)), V(cx->now), V(o->created_at),
	    V(o->updated_at));
	if (e != OK)
		return e;
	return row_lock(cx, s->shop->id, o->id, l);
}

/* Has a sweep come by since?  What it saw left no row, and no later one sees it
   again. */
static enum err
may_be_history(struct cx *cx, const struct seeing *s, bool *yes)
{
	struct number shops = { 0 };
	enum err e = OK;

	if (s->news != NEWS_READ)
		e = db_one(cx, SQL_SHOP_HAS_LOOKED, number_field, &shops,
		    V(s->shop->id), V(s->sight->updated_at));
	*yes = shops.n > 0;
	return e;
}

static enum err
fill_first(struct cx *cx, const struct seeing *s, struct ledger *l)
{
	const struct sight *o = s->sight;
	bool redacted, old;
	enum err e;

	if ((e = row_was_redacted(cx, s->shop->id, o->id, &redacted)) != OK ||
	    (e = may_be_history(cx, s, &old)) != OK)
		return e;
	l->redacted = redacted;
	l->must_read = old;
	l->confirmed = o->confirmed;
	l->cancelled_at = o->cancelled_at;
	l->picture = tags_read(o->tags, o->ntags);
	l->ours = row_ours(cx, o->tags, o->ntags);
	if (s->doc == NULL) {
		l->must_read = 1;
		return OK;
	}
	l->digest = s->doc->digest;
	l->customer = redacted ? NULL : s->doc->customer;
	return keep_body(cx, l, s);
}

static enum err
see_first(struct cx *cx, const struct seeing *s)
{
	const struct sight *o = s->sight;
	struct ledger l;
	bool by_hand;
	int64_t fresh;
	enum ledger_state state;
	enum err e;

	state = first_state(cx, s, tags_read(o->tags, o->ntags), &by_hand);
	if (state == LEDGER_NONE)
		return OK;
	if ((e = insert(cx, s, state, &l, &fresh)) != OK)
		return e;
	if (!fresh)
		return see_known(cx, s, &l);
	l.tagged_by_hand = by_hand;
	if ((e = fill_first(cx, s, &l)) != OK)
		return e;
	refuse_first(cx, o, &l);
	if ((e = first_note(cx, s->shop, &l)) != OK)
		return e;
	if (state == LEDGER_SENDING)
		e = jobs_add_shop(cx, JOB_STATUS, s->shop->id);
	if (e != OK)
		return e;
	return row_save(cx, s->shop, &l);
}

static enum err
see_body(struct cx *cx, void *arg)
{
	const struct seeing *s = arg;
	struct ledger l;
	enum err e;

	e = row_lock(cx, s->shop->id, s->sight->id, &l);
	if (e == ERR_MISSING)
		return see_first(cx, s);
	if (e != OK)
		return e;
	return see_known(cx, s, &l);
}

enum err
ledger_see(struct cx *cx, const struct shop *shop, enum news news,
    const struct orderdoc *doc)
{
	struct sight o = {
		.id = doc->id,
		.name = doc->name,
		.created_at = doc->created_at,
		.updated_at = doc->updated_at,
		.cancelled_at = doc->cancelled_at,
		.confirmed = doc->confirmed,
		.tags = doc->tags,
		.ntags = doc->ntags,
		.asked_at = doc->asked_at,
	};

	return tx_join(cx, see_body, &(struct seeing){ shop, news, &o, doc });
}

enum err
ledger_look(struct cx *cx, const struct shop *shop, const struct sight *o)
{
	return tx_join(cx, see_body,
	    &(struct seeing){ shop, NEWS_READ, o, NULL });
}

enum err
ledger_glimpse(struct cx *cx, const struct shop *shop, const struct sight *o)
{
	return tx_join(cx, see_body,
	    &(struct seeing){ shop, NEWS_UPDATE, o, NULL });
}
