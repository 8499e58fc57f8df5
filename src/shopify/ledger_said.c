/*
 * ledger_said.c - how a send ends: the Cloud App's word, or that there is none.
 *
 * An answer is held against what we sent: one of a job before the one we wait
 * for is stale, one of a later job is news, for two sends of one order may
 * cross; and one that was lost and comes by another way is not stale either.
 * What we asked before the order was handed over once more is stale, too.
 *
 * Where other content was handed over before, and its answer was lost, a word
 * may be of that (AGAIN_UNSURE).  Only the answer to what we sent is of it
 * beyond doubt; until one comes, what the store shows is sent once more.  What
 * is pulled gets no such answer: it is pulled once more, and then any word
 * does.
 */
#include "shopify/ledger_row.h"

#include <string.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/crashpoint.h"
#include "base/env.h"
#include "base/text.h"
#include "base/when.h"
#include "queue/row.h"
#include "queue/runner.h"
#include "shopify/shop.h"

enum {
	RETRY_BASE_MS = MINUTE_MS, /* of a failed order; up to a day */
	BASE_USUAL_MS = 1000
};

/* Codes that do not change by trying again. */
static const char *const for_good[] = { "not_importable", "not_visible",
	"redacted", "too_many_lines", "order_too_large", NULL };

static bool
is_for_good(const char *code)
{
	size_t i;

	for (i = 0; for_good[i] != NULL; i++) {
		if (text_equal(for_good[i], code))
			return true;
	}
	return false;
}

/* --retry-base-ms scales it, so that tests need not wait a minute. */
static int64_t
retry_at(struct cx *cx, int64_t attempts)
{
	int64_t base = RETRY_BASE_MS;

	if (cx->conf != NULL)
		base =
		    base * conf_int(cx->conf, "retry-base-ms") / BASE_USUAL_MS;
	return cx->now +
	    backoff_ms(cx->env, base > 0 ? base : 1, DAY_MS, attempts);
}

/* What every body needs; each uses its part. */
struct move {
	const struct shop *shop;
	const char *order_id;
	const char *digest;
	const char *batch;
	const char *code;
	const char *reason;
	const struct said *said;
	const char *verdict;
};

static bool
is_pulled(const struct ledger *l)
{
	return text_equal(l->via, "pull");
}

static const char *
why_again(struct cx *cx, const struct ledger *l)
{
	if ((l->again & AGAIN_ASKED) != 0)
		return arena_printf(cx->mem,
		    "Order %s waits to be sent again, as was asked meanwhile.",
		    l->name);
	return arena_printf(cx->mem,
	    "Order %s waits to be sent again: an answer to an earlier send was "
	    "lost.",
	    l->name);
}

static enum err
wait_again(struct cx *cx, const struct shop *shop, struct ledger *l)
{
	struct note n = {
		.level = "info",
		.step = "order.waiting",
		.text = why_again(cx, l),
	};

	if (is_pulled(l))
		l->again = 0;
	row_wait(cx, l);
	if (row_is_void(l))
		return row_refuse_void(cx, shop, l);
	return row_note(cx, shop, l, &n);
}

/* What the Cloud App holds is not what the store shows: it changed on its way;
   or what was sent last was refused, and something before it was taken.  That
   it was cancelled may have been told before the order was there. */
static enum err
tell_difference(struct cx *cx, const struct shop *shop, const struct ledger *l,
    bool was_failed)
{
	enum err e = OK;

	if (text_equal(l->digest, l->sent_digest) || l->digest == NULL ||
	    (l->sent_digest == NULL && !was_failed))
		return OK;
	if (l->cancelled_at != 0)
		e = row_cancelled(cx, shop, l);
	return e == OK ? row_changed(cx, shop, l) : e;
}

static enum err
to_done(struct cx *cx, const struct shop *shop, struct ledger *l,
    const struct said *said)
{
	bool was_done = row_state_of(l) == LEDGER_DONE;
	bool was_failed = row_state_of(l) == LEDGER_FAILED;
	bool unsure = (l->again & AGAIN_UNSURE) != 0;
	enum err e;

	row_state(cx, l, LEDGER_DONE);
	l->job = said->job;
	if (said->job != NULL)
		l->done_job = said->job;
	l->code = said->code;
	l->reason = said->reason;
	if (l->taken_digest != NULL)
		l->sent_digest = l->taken_digest;
	l->taken_digest = NULL;
	l->manual = unsure ? l->manual : 0;
	l->attempts = 0;
	l->next_at = 0;
	if (was_done)
		return row_save(cx, shop, l);
	e = row_note(cx, shop, l,
	    &(struct note){
		.level = "info",
		.step = "order.synced",
		.text = arena_printf(cx->mem, "Order %s is in the Cloud App.",
		    l->name),
	    });
	/* Cancelled by now, it is there: that is told, and it goes no more. */
	if (e == OK && l->again != 0 && !row_is_void(l))
		e = wait_again(cx, shop, l);
	else if (e == OK)
		e = tell_difference(cx, shop, l, was_failed);
	if (e != OK)
		return e;
	return row_save(cx, shop, l);
}

static const char *
failed_next(const char *code)
{
	if (text_equal(code, "not_visible"))
		return "Nothing to do: such orders are not sent.";
	if (is_for_good(code))
		return "It is not tried again by itself; send it by hand once "
		       "the cause is settled.";
	return "It is tried again by itself, later and later; or send it by "
	       "hand.";
}

/* Failed, or waiting again if that was asked; not saved yet. */
static enum err
fail(struct cx *cx, const struct shop *shop, struct ledger *l,
    const struct said *said)
{
	bool again = (l->again & AGAIN_ASKED) != 0;
	enum err e;

	row_state(cx, l, LEDGER_FAILED);
	l->state_at = cx->now;
	l->taken_digest = NULL; /* what was sent last is not there */
	l->job = said->job;
	l->code = said->code != NULL ? said->code : "import_failed";
	l->reason = said->reason;
	l->manual = 0;
	l->next_at =
	    is_for_good(l->code) ? LEDGER_NEVER : retry_at(cx, l->attempts);
	e = row_note(cx, shop, l,
	    &(struct note){
		.level = "error",
		.step = "order.failed",
		.text =
		    arena_printf(cx->mem, "Order %s was not taken.", l->name),
		.code = l->code,
		.why = l->reason,
		.next = failed_next(l->code),
	    });
	if (e == OK && again)
		e = wait_again(cx, shop, l);
	return e;
}

static enum err
to_failed(struct cx *cx, const struct shop *shop, struct ledger *l,
    const struct said *said)
{
	enum err e = fail(cx, shop, l, said);

	return e == OK ? row_save(cx, shop, l) : e;
}

static const char *
waiting_next(const char *code)
{
	if (text_equal(code, "disconnected"))
		return "It is sent again by itself once the connection is "
		       "established again.";
	if (text_equal(code, "automatic_off"))
		return "Switch on the automatic processes of the connector, or "
		       "send it by hand.";
	return "Nothing to do: it is sent again by itself.";
}

static enum err
to_waiting(struct cx *cx, const struct shop *shop, struct ledger *l,
    const char *code, const char *reason)
{
	int64_t manual = l->manual, attempts = l->attempts;
	enum err e;

	if (l->again != 0) { /* nobody knows what an answer is of */
		l->taken_digest = NULL;
		l->again = is_pulled(l) ? 0 : AGAIN_UNSURE;
	}
	row_wait(cx, l);
	l->manual = manual;
	l->attempts = attempts;
	l->job = NULL;
	l->code = code;
	l->reason = reason;
	if (row_is_void(l)) {
		e = row_refuse_void(cx, shop, l);
		return e == OK ? row_save(cx, shop, l) : e;
	}
	e = row_note(cx, shop, l,
	    &(struct note){
		.level = "warn",
		.step = "order.waiting",
		.text = arena_printf(cx->mem, "Order %s waits again.", l->name),
		.code = code,
		.why = reason,
		.next = waiting_next(code),
	    });
	if (e != OK)
		return e;
	return row_save(cx, shop, l);
}

/* Taken over there, and not finished. */
static enum err
to_accepted(struct cx *cx, const struct shop *shop, struct ledger *l,
    const struct said *said)
{
	if (text_equal(l->job, said->job) || said->job == NULL)
		return OK;
	l->job = said->job;
	if (l->taken_digest != NULL)
		l->sent_digest = l->taken_digest;
	return row_save(cx, shop, l);
}

static bool
is_older(const struct ledger *l, const struct said *said)
{
	return l->job != NULL && said->job != NULL &&
	    strcmp(said->job, l->job) < 0;
}

/* Said before, or of a send before the last one: it is there all the same. */
static bool
is_known(const struct ledger *l, const struct said *said)
{
	return row_state_of(l) == LEDGER_DONE &&
	    text_equal(said->state, "synced") &&
	    (text_equal(l->job, said->job) || is_older(l, said));
}

/* Is this answer not of what we wait for now?  Jobs are numbered by time (UUID
   version 7): an older one than ours is history, a newer one is of a later send
   of this order, whose answer overtook ours.  If we asked, and wait for the
   same job as then, the answer is how things stand, whatever its job. */
static bool
is_stale(const struct ledger *l, const struct said *said)
{
	enum ledger_state state = row_state_of(l);

	if (state == LEDGER_WAITING || state == LEDGER_SKIPPED)
		return true;
	if (state != LEDGER_SENDING && state != LEDGER_DONE)
		return false;
	return is_older(l, said) && !text_equal(said->asked, l->job);
}

/* Of the send before the one that is on its way: that it is there we know, and
   of the new content it says nothing.  What was pulled is acknowledged so, if
   it changed nothing. */
static bool
is_of_before(const struct ledger *l, const struct said *said)
{
	return row_state_of(l) == LEDGER_SENDING && l->job == NULL &&
	    said->how != SAID_ANSWERED && text_equal(said->state, "synced") &&
	    said->job != NULL && text_equal(said->job, l->done_job) &&
	    (said->how == SAID_ASKED || !is_pulled(l) ||
		!text_equal(l->taken_digest, l->sent_digest));
}

/* How it stood when we asked, and it has been handed over since: of that, only
   that it is there says anything. */
static bool
is_overtaken(const struct ledger *l, const struct said *said)
{
	bool since = !text_equal(said->batch, l->batch) ||
	    (said->asked != NULL && l->job == NULL);

	return said->how == SAID_ASKED && since &&
	    row_state_of(l) == LEDGER_SENDING &&
	    (!text_equal(said->state, "synced") || is_of_before(l, said));
}

/* The answer to a call before the one that is on its way, with other content.
   That one has its own, or is given back. */
static bool
is_of_other(const struct ledger *l, const struct said *said)
{
	return row_state_of(l) == LEDGER_SENDING && said->digest != NULL &&
	    !text_equal(said->digest, l->taken_digest);
}

/* An answer that was lost arrives by another way: what waits is there.  That
   the send before got there, said once more, says nothing of new content. */
static bool
is_late_answer(const struct ledger *l, const struct said *said)
{
	if (text_equal(said->job, l->done_job) &&
	    !text_equal(l->taken_digest, l->sent_digest))
		return false;
	return row_state_of(l) == LEDGER_WAITING && !l->manual &&
	    text_equal(said->state, "synced") && l->taken_digest != NULL &&
	    text_equal(l->taken_digest, l->digest) && l->code != NULL;
}

static enum err
heard(struct cx *cx, struct move *m, struct ledger *l)
{
	const struct said *said = m->said;
	enum ledger_state state = row_state_of(l);

	if (said->how == SAID_ANSWERED)
		l->again &= ~AGAIN_UNSURE;
	if (text_equal(said->state, "synced"))
		return to_done(cx, m->shop, l, said);
	if (text_equal(said->state, "error")) {
		if (state == LEDGER_SENDING && (l->again & AGAIN_UNSURE) != 0)
			return to_waiting(cx, m->shop, l, said->code,
			    said->reason);
		if (state == LEDGER_FAILED && text_equal(l->job, said->job))
			return OK; /* said before */
		return to_failed(cx, m->shop, l, said);
	}
	if (state != LEDGER_SENDING)
		return OK;
	if (said->state == NULL)
		return to_waiting(cx, m->shop, l, "unknown_order",
		    "The Cloud App does not hold the order.");
	return to_accepted(cx, m->shop, l, said);
}

static enum err
said_body(struct cx *cx, void *arg)
{
	struct move *m = arg;
	struct ledger l;
	enum err e;

	m->verdict = NULL;
	e = row_lock(cx, m->shop->id, m->order_id, &l);
	if (e == ERR_MISSING) {
		m->verdict = "unknown_order";
		return OK;
	}
	if (e != OK)
		return e;
	if (is_known(&l, m->said))
		return OK;
	if (is_overtaken(&l, m->said)) {
		m->verdict = "stale";
		return OK;
	}
	if (is_of_before(&l, m->said) && m->said->how == SAID_ASKED)
		return to_waiting(cx, m->shop, &l, "unknown_order",
		    "The Cloud App holds the order as it was before.");
	if (is_of_before(&l, m->said) || is_of_other(&l, m->said) ||
	    (is_stale(&l, m->said) && !is_late_answer(&l, m->said))) {
		m->verdict = "stale";
		return OK;
	}
	return heard(cx, m, &l);
}

enum err
ledger_said(struct cx *cx, const struct shop *shop, const char *order_id,
    const struct said *said, const char **code)
{
	struct move m = {
		.shop = shop,
		.order_id = order_id,
		.said = said,
	};
	enum err e;

	CRASH_POINT("ledger.said.before");
	if ((e = tx_join(cx, said_body, &m)) != OK)
		return e;
	CRASH_POINT("ledger.said.after");
	if (code != NULL)
		*code = m.verdict;
	return OK;
}

static enum err
back_body(struct cx *cx, void *arg)
{
	struct move *m = arg;
	struct ledger l;
	enum err e;

	if ((e = row_lock(cx, m->shop->id, m->order_id, &l)) != OK)
		return e;
	if (row_state_of(&l) != LEDGER_SENDING || l.job != NULL)
		return OK; /* it got there by another way */
	if (!text_equal(l.taken_digest, m->digest) ||
	    !text_equal(l.batch, m->batch))
		return OK; /* another call has it */
	return to_waiting(cx, m->shop, &l, m->code, m->reason);
}

enum err
ledger_back(struct cx *cx, const struct shop *shop, const struct ledger *taken,
    const char *code, const char *reason)
{
	return tx_join(cx, back_body,
	    &(struct move){
		.shop = shop,
		.order_id = taken->order_id,
		.digest = taken->taken_digest,
		.batch = taken->batch,
		.code = code,
		.reason = reason,
	    });
}

static enum err
failed_body(struct cx *cx, void *arg)
{
	struct move *m = arg;
	struct ledger l;
	struct said said = { "error", m->code, m->reason, NULL };
	enum err e;

	if ((e = row_lock(cx, m->shop->id, m->order_id, &l)) != OK)
		return e;
	if (row_state_of(&l) == LEDGER_DONE ||
	    row_state_of(&l) == LEDGER_SKIPPED)
		return OK;
	l.attempts++;
	return to_failed(cx, m->shop, &l, &said);
}

enum err
ledger_failed(struct cx *cx, const struct shop *shop, const char *order_id,
    const char *code, const char *reason)
{
	return tx_join(cx, failed_body,
	    &(struct move){
		.shop = shop,
		.order_id = order_id,
		.code = code,
		.reason = reason,
	    });
}

/* Why it failed stands. */
static enum err
tried_again(struct cx *cx, const struct shop *shop, struct ledger *l)
{
	if (l->next_at > cx->now)
		return OK; /* not to be tried by now, or by another */
	l->attempts++;
	l->next_at = retry_at(cx, l->attempts);
	return row_save(cx, shop, l);
}

static enum err
unreadable_body(struct cx *cx, void *arg)
{
	struct move *m = arg;
	struct ledger l;
	struct said said = { "error", "unreadable",
		"Shopify has not given this order to the app for a day.",
		NULL };
	int64_t manual;
	enum err e;

	if ((e = row_lock(cx, m->shop->id, m->order_id, &l)) != OK)
		return e;
	if (row_state_of(&l) == LEDGER_FAILED)
		return tried_again(cx, m->shop, &l);
	if (row_state_of(&l) != LEDGER_WAITING || l.unread_since == 0)
		return OK; /* read meanwhile, or asked for anew */
	manual = l.manual;
	l.attempts++;
	if ((e = fail(cx, m->shop, &l, &said)) != OK)
		return e;
	l.manual = manual;
	return row_save(cx, m->shop, &l);
}

enum err
ledger_unreadable(struct cx *cx, const struct shop *shop, const char *order_id)
{
	cx->now = env_wall(cx->env); /* the read took its time */
	return tx_join(cx, unreadable_body,
	    &(struct move){ .shop = shop, .order_id = order_id });
}

static enum err
not_visible_body(struct cx *cx, void *arg)
{
	struct move *m = arg;
	struct said said = { "error", "not_visible",
		"It is older than 60 days, or not in the store any more.",
		NULL };
	struct ledger l;
	enum err e;

	e = row_lock(cx, m->shop->id, m->order_id, &l);
	if (e == ERR_MISSING)
		return OK;
	if (e != OK)
		return e;
	l.must_read = 0;
	l.hidden = 1;
	if (row_state_of(&l) == LEDGER_WAITING ||
	    row_state_of(&l) == LEDGER_FAILED) {
		if ((e = to_failed(cx, m->shop, &l, &said)) != OK)
			return e;
		l.hidden = 1; /* no tag can be written there */
	}
	return row_save(cx, m->shop, &l);
}

enum err
ledger_not_visible(struct cx *cx, const struct shop *shop, const char *order_id)
{
	return tx_join(cx, not_visible_body,
	    &(struct move){ .shop = shop, .order_id = order_id });
}
