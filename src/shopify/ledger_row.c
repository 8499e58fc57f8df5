/*
 * ledger_row.c - a row of the ledger: locked, changed, saved with what follows.
 *
 * Whoever changes a row does not know who else must hear of it; saving does:
 * the tag writer if the store shows another tag than the row, the sender if
 * the order waits and may go, the reader if we hold no true body.
 */
#include "shopify/ledger_row.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "base/when.h"
#include "db/db.h"
#include "gen/sql.h"
#include "queue/row.h"
#include "shopify/jobs.h"

const struct field ledger_fields[] = {
	F_INT(struct ledger, id, 1, INT64_MAX),
	F_INT(struct ledger, shop, 1, INT64_MAX),
	F_INT(struct ledger, generation, 0, INT64_MAX),
	F_TEXT(struct ledger, order_id, 1, 19),
	F_TEXT(struct ledger, name, 0, 255),
	F_TEXT(struct ledger, state, 1, 16),
	F_WHEN(struct ledger, state_at),
	F_WHEN(struct ledger, created_at),
	F_WHEN(struct ledger, updated_at),
	F_WHEN(struct ledger, tagged_at),
	F_WHEN(struct ledger, wrote_at),
	F_TEXT_OPT(struct ledger, digest, 64),
	F_TEXT_OPT(struct ledger, sent_digest, 64),
	F_TEXT_OPT(struct ledger, taken_digest, 64),
	F_INT(struct ledger, must_read, 0, 2),
	F_INT(struct ledger, picture, 0, 15),
	F_TEXT_OPT(struct ledger, ours, 1000),
	F_INT(struct ledger, echo, 0, 15),
	F_INT(struct ledger, airing, 0, 1),
	F_INT(struct ledger, hidden, 0, 1),
	F_INT(struct ledger, owed, 0, 2),
	F_INT(struct ledger, tagged_by_hand, 0, 1),
	F_INT(struct ledger, manual, 0, 1),
	F_INT(struct ledger, again, 0, 3),
	F_INT(struct ledger, confirmed, 0, 1),
	F_INT(struct ledger, redacted, 0, 1),
	F_INT(struct ledger, attempts, 0, INT64_MAX),
	F_WHEN(struct ledger, next_at),
	F_WHEN(struct ledger, unread_since),
	F_WHEN(struct ledger, cancelled_at),
	F_TEXT_OPT(struct ledger, batch, 64),
	F_TEXT_OPT(struct ledger, via, 16),
	F_TEXT_OPT(struct ledger, job, 36),
	F_TEXT_OPT(struct ledger, done_job, 36),
	F_TEXT_OPT(struct ledger, code, 48),
	F_TEXT_OPT(struct ledger, reason, 512),
	F_TEXT_OPT(struct ledger, customer, 64),
	F_WHEN(struct ledger, asked_at),
	F_END,
};

const struct field ledger_word_fields[] = {
	F_TEXT_OPT(struct ledger_word, id, 128),
	F_TEXT_OPT(struct ledger_word, state, 16),
	F_TEXT_OPT(struct ledger_word, code, 48),
	F_TEXT_OPT(struct ledger_word, reason, 512),
	F_TEXT_OPT(struct ledger_word, job, 36),
	F_END,
};

struct ledger_word
ledger_word(const struct ledger *l, const char *id)
{
	static const char *const words[] = {
		[LEDGER_NONE] = NULL,
		[LEDGER_WAITING] = "waiting",
		[LEDGER_SENDING] = "syncing",
		[LEDGER_DONE] = "synced",
		[LEDGER_FAILED] = "error",
		[LEDGER_SKIPPED] = NULL,
	};

	return (struct ledger_word){
		.id = id,
		.state = words[row_state_of(l)],
		.code = l->code,
		.reason = l->reason,
		.job = l->job,
	};
}

enum err
row_lock(struct cx *cx, int64_t shop, const char *order_id, struct ledger *l)
{
	enum err e;

	memset(l, 0, sizeof(*l));
	e = db_one(cx, SQL_LEDGER_LOCK, ledger_fields, l, V(shop), V(order_id));
	if (e == ERR_MISSING)
		return cx_fail(cx, e, "order %s: not in the ledger", order_id);
	return e;
}

enum ledger_state
row_state_of(const struct ledger *l)
{
	return ledger_state_named(l->state);
}

void
row_state(struct cx *cx, struct ledger *l, enum ledger_state state)
{
	if (row_state_of(l) != state)
		l->state_at = cx->now;
	l->state = ledger_state_name(state);
	l->hidden = 0;
	l->code = NULL;
	l->reason = NULL;
}

void
row_wait(struct cx *cx, struct ledger *l)
{
	row_state(cx, l, LEDGER_WAITING);
	l->attempts = 0;
	l->next_at = 0;
	l->unread_since = 0;
	l->again &= AGAIN_UNSURE;
	l->owed = 0;
	l->batch = NULL;
	l->via = NULL;
}

void
row_refuse(struct cx *cx, struct ledger *l, const char *code,
    const char *reason)
{
	row_state(cx, l, LEDGER_FAILED);
	l->next_at = LEDGER_NEVER;
	l->code = code;
	l->reason = reason;
	l->manual = 0;
}

enum tag
ledger_shows(const struct ledger *l)
{
	return l->hidden ? TAG_NONE : tags_of(row_state_of(l));
}

const char *
row_ours(struct cx *cx, char *const *tags, size_t n)
{
	struct buf b = buf_new(cx->mem);
	size_t i;

	for (i = 0; i < n; i++) {
		if (tags_read(&tags[i], 1) != TAG_NONE)
			buf_printf(&b, "%s%s", b.n > 0 ? "," : "", tags[i]);
	}
	return b.n > 0 ? b.p : NULL;
}

bool
row_is_visible(const struct cx *cx, int64_t created_at)
{
	return created_at >= cx->now - SHOP_DAYS_VISIBLE * DAY_MS;
}

/* The store counts seconds; an order of the first second is one of ours. */
bool
row_is_fresh(const struct shop *shop, int64_t created_at)
{
	return created_at >= shop->installed_at / SECOND_MS * SECOND_MS;
}

/* What waits is due: held back (next_at) is only what failed and what could not
   be read, and their job is added with that. */
static bool
may_go(const struct shop *shop, const struct ledger *l)
{
	enum ledger_state state = row_state_of(l);

	return state == LEDGER_WAITING && shop_is_linked(shop) &&
	    (shop->automatic || l->manual) && l->confirmed && !l->redacted;
}

static bool
is_unshown(const struct ledger *l)
{
	enum tag want = ledger_shows(l);

	if (row_state_of(l) == LEDGER_SKIPPED || l->hidden)
		return false;
	return l->airing || (unsigned)l->picture != (unsigned)want;
}

static enum err
follow(struct cx *cx, const struct shop *shop, const struct ledger *l)
{
	enum err e = OK;

	if (is_unshown(l))
		e = jobs_add_order(cx, JOB_TAGS, shop->id, l->id);
	if (e == OK && l->must_read)
		e = jobs_add_order(cx, JOB_READ, shop->id, l->id);
	if (e == OK && may_go(shop, l))
		e = l->manual ? jobs_add_shop_now(cx, JOB_SEND, shop->id)
			      : jobs_add_shop(cx, JOB_SEND, shop->id);
	return e;
}

enum err
row_save(struct cx *cx, const struct shop *shop, const struct ledger *l)
{
	enum err e;

	e = db_exec(cx, SQL_LEDGER_SET, V(l->id), V(shop->generation),
	    V(l->name), V(l->state), V(l->state_at), V(l->updated_at),
	    V(l->digest), V(l->sent_digest), V(l->taken_digest),
	    V(l->must_read), V(l->picture), V(l->ours), V(l->echo),
	    V(l->airing), V(l->hidden), V(l->tagged_by_hand), V(l->manual),
	    V(l->again), V(l->confirmed), V(l->redacted), V(l->attempts),
	    V(l->next_at), V(l->cancelled_at), V(l->batch), V(l->via),
	    V(l->job), V(l->code), V(l->reason), V(l->customer),
	    V(l->created_at), V(l->tagged_at), V(l->owed), V(l->wrote_at),
	    V(l->done_job), V(l->unread_since));
	if (e != OK)
		return e;
	return follow(cx, shop, l);
}

enum err
row_note(struct cx *cx, const struct shop *shop, const struct ledger *l,
    const struct note *n)
{
	return note_add(cx, shop, l, n);
}

enum err
row_changed(struct cx *cx, const struct shop *shop, const struct ledger *l)
{
	return row_note(cx, shop, l,
	    &(struct note){
		.level = "info",
		.step = "order.changed",
		.text = arena_printf(cx->mem,
		    "Order %s was changed in the store after it was sent.",
		    l->name),
		.next = "Send the order again if the change matters.",
	    });
}

enum err
row_cancelled(struct cx *cx, const struct shop *shop, const struct ledger *l)
{
	enum ledger_state state = row_state_of(l);

	return row_note(cx, shop, l,
	    &(struct note){
		.level = "warn",
		.step = "order.cancelled",
		.text = arena_printf(cx->mem,
		    "Order %s was cancelled in the store.", l->name),
		.next = "Do not ship it.",
		.here_only = l->sent_digest == NULL &&
		    state != LEDGER_SENDING && state != LEDGER_DONE,
	    });
}

enum err
row_was_redacted(struct cx *cx, int64_t shop, const char *order_id, bool *yes)
{
	struct number at;
	enum err e;

	e = db_one(cx, SQL_REDACT_MARK_FIND, number_field, &at, V(shop),
	    V(order_id));
	if (e != OK && e != ERR_MISSING)
		return e;
	*yes = e == OK;
	return OK;
}

/* --- what tags ask --- */

enum err
row_refuse_void(struct cx *cx, const struct shop *shop, struct ledger *l)
{
	row_refuse(cx, l, "not_importable",
	    "The order was cancelled before it was sent.");
	return row_note(cx, shop, l,
	    &(struct note){
		.level = "warn",
		.step = "order.failed",
		.text = arena_printf(cx->mem, "Order %s is not sent.", l->name),
		.code = l->code,
		.why = l->reason,
	    });
}

bool
row_is_void(const struct ledger *l)
{
	return l->cancelled_at != 0 && l->sent_digest == NULL;
}

static enum err
asked_to_wait(struct cx *cx, const struct shop *shop, struct ledger *l)
{
	if (!row_is_fresh(shop, l->created_at))
		l->tagged_by_hand = 1;
	l->manual = 0;
	row_wait(cx, l);
	if (row_is_void(l))
		return row_refuse_void(cx, shop, l);
	return row_note(cx, shop, l,
	    &(struct note){
		.level = "info",
		.step = "order.waiting",
		.text = arena_printf(cx->mem,
		    "Order %s waits to be sent: it was tagged in the store.",
		    l->name),
	    });
}

static enum err
skip(struct cx *cx, const struct shop *shop, struct ledger *l)
{
	row_state(cx, l, LEDGER_SKIPPED);
	return row_note(cx, shop, l,
	    &(struct note){
		.level = "info",
		.step = "order.skipped",
		.text = arena_printf(cx->mem,
		    "Order %s is left alone: its tag was removed in the store.",
		    l->name),
		.next = "Add the tag logivery-no-sync to send it.",
	    });
}

static enum err
apply(struct cx *cx, const struct shop *shop, struct ledger *l,
    enum tag_move move)
{
	switch (move) {
	case MOVE_WAIT:
		return asked_to_wait(cx, shop, l);
	case MOVE_SKIP:
		return skip(cx, shop, l);
	case MOVE_AGAIN:
		l->again |= AGAIN_ASKED;
		return OK;
	case MOVE_LEAVE:
		assert(row_state_of(l) == LEDGER_DONE); /* tags_move */
		l->hidden = 1;
		return OK;
	default:
		return OK;
	}
}

enum err
row_decide(struct cx *cx, const struct shop *shop, struct ledger *l,
    char *const *tags, size_t n)
{
	unsigned seen = tags_read(tags, n);
	unsigned known = (unsigned)l->picture;
	enum tag_move move;
	enum err e;

	/* A write of ours is in the air and this is a step of it: what the
	   store shows in the end is read back. */
	if (l->airing && (seen & ~(unsigned)l->echo) == 0)
		return OK;
	if (l->airing)
		known |= (unsigned)l->echo;
	move = tags_move(row_state_of(l), known, seen);
	/* Nothing was shown yet, so nobody can have taken it off. */
	if (move == MOVE_LEAVE && known == TAG_NONE && !l->hidden)
		move = MOVE_SHOW;
	if (seen != TAG_NONE)
		l->hidden = 0;
	if ((e = apply(cx, shop, l, move)) != OK)
		return e;
	l->picture = seen;
	l->ours = row_ours(cx, tags, n);
	return OK;
}
