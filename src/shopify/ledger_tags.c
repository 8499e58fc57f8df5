/*
 * ledger_tags.c - the ledger's side of writing tags.
 *
 * Before a write we record which tags the order passes through, so that the
 * echo of it, which may come before our own answer, is known as ours.  After
 * it we record what the store shows; a tag in there that nobody of us put
 * there is a person's request, and is treated as one before it is repaired.
 */
#include "shopify/ledger_row.h"

#include "base/arena.h"
#include "base/env.h"
#include "db/db.h"
#include "gen/sql.h"
#include "queue/row.h"
#include "shopify/bulk.h"
#include "shopify/tags_answer.h"

struct writing {
	const struct shop *shop;
	int64_t id;
	unsigned add;
	unsigned picture;
	char *const *tags;
	size_t n;
	int64_t updated_at;
	const char *code;
	const char *why;
};

/* By id, then locked by its name, which never changes. */
enum err
ledger_lock_id(struct cx *cx, int64_t id, struct ledger *l)
{
	struct ledger found;
	enum err e;

	if ((e = ledger_find_id(cx, id, &found)) != OK)
		return e;
	return row_lock(cx, found.shop, found.order_id, l);
}

static enum err
write_body(struct cx *cx, void *arg)
{
	const struct writing *w = arg;
	struct ledger l;
	bool held;
	enum err e;

	if ((e = ledger_lock_id(cx, w->id, &l)) != OK)
		return e;
	if ((e = bulk_holds(cx, w->id, BULK_TAGS, &held)) != OK)
		return e;
	if (held)
		return cx_fail_code(cx, ERR_CONFLICT, "in_bulk",
		    "order %s: a bulk operation has it", l.order_id);
	return db_exec(cx, SQL_LEDGER_SET_AIRING, V(l.id),
	    V(l.picture | (l.airing ? l.echo : 0) | w->add),
	    V(w->add == TAG_SYNCING));
}

enum err
ledger_write_tags(struct cx *cx, int64_t id, unsigned add)
{
	return tx_join(cx, write_body,
	    &(struct writing){ .id = id, .add = add });
}

enum err
ledger_forgo_step(struct cx *cx, int64_t id)
{
	return db_exec(cx, SQL_LEDGER_FORGO_STEP, V(id));
}

static enum err
wrote_body(struct cx *cx, void *arg)
{
	const struct writing *w = arg;
	unsigned seen = tags_read(w->tags, w->n);
	struct ledger l;
	enum err e;

	if ((e = ledger_lock_id(cx, w->id, &l)) != OK)
		return e;
	l.airing = 0;
	if (seen & (TAG_SYNCING | (unsigned)ledger_shows(&l)))
		l.owed = 0;
	if ((seen & ~(unsigned)l.echo) != 0) {
		l.picture = l.echo;
		if ((e = row_decide(cx, w->shop, &l, w->tags, w->n)) != OK)
			return e;
	}
	l.picture = seen;
	l.ours = row_ours(cx, w->tags, w->n);
	if (w->updated_at >= l.tagged_at) {
		l.tagged_at = w->updated_at;
		l.wrote_at = env_wall(cx->env);
	}
	return row_save(cx, w->shop, &l);
}

enum err
ledger_wrote_tags(struct cx *cx, const struct shop *shop, int64_t id,
    char *const *tags, size_t n, int64_t updated_at)
{
	return tx_join(cx, wrote_body,
	    &(struct writing){
		.shop = shop,
		.id = id,
		.tags = tags,
		.n = n,
		.updated_at = updated_at,
	    });
}

static enum err
kept_body(struct cx *cx, void *arg)
{
	const struct writing *w = arg;
	struct ledger l;
	enum err e;

	if ((e = ledger_lock_id(cx, w->id, &l)) != OK)
		return e;
	l.airing = 0;
	l.echo = l.picture;
	return row_save(cx, w->shop, &l);
}

enum err
ledger_kept_tags(struct cx *cx, const struct shop *shop, int64_t id)
{
	return tx_join(cx, kept_body,
	    &(struct writing){ .shop = shop, .id = id });
}

/* The order has changed since: what the write left behind is history, and
   where it stands now is read.  A picture that news has changed meanwhile is
   newer; one that nobody touched becomes what we wrote, so that what was done
   to it since is seen as somebody's doing.  A tag that no step of ours explains
   stays out of it: it is a request, and the read must find it new. */
static enum err
late_body(struct cx *cx, void *arg)
{
	const struct writing *w = arg;
	struct ledger l;
	enum err e;

	if ((e = ledger_lock_id(cx, w->id, &l)) != OK)
		return e;
	if (w->updated_at >= l.updated_at)
		return wrote_body(cx, arg);
	l.airing = 0;
	if ((unsigned)l.picture == w->picture) {
		l.picture = tags_read(w->tags, w->n) & (unsigned)l.echo;
		l.ours = row_ours(cx, w->tags, w->n);
	}
	if (!l.must_read)
		l.must_read = 2;
	return row_save(cx, w->shop, &l);
}

enum err
ledger_wrote_late(struct cx *cx, const struct shop *shop, int64_t id,
    unsigned picture, const struct tags_answer *a)
{
	return tx_join(cx, late_body,
	    &(struct writing){
		.shop = shop,
		.id = id,
		.picture = picture,
		.tags = a->tags,
		.n = a->ntags,
		.updated_at = a->updated_at,
	    });
}

static enum err
cannot_body(struct cx *cx, void *arg)
{
	const struct writing *w = arg;
	struct ledger l;
	enum err e;

	if ((e = ledger_lock_id(cx, w->id, &l)) != OK)
		return e;
	l.airing = 0;
	l.hidden = 1;
	if ((e = row_save(cx, w->shop, &l)) != OK)
		return e;
	return row_note(cx, w->shop, &l,
	    &(struct note){
		.level = "warn",
		.step = "tags.failed",
		.text = arena_printf(cx->mem,
		    "The store did not take a tag of order %s.", l.name),
		.code = w->code,
		.why = w->why,
		.next = "The order itself is not affected; look at its tags "
			"in the store.",
	    });
}

enum err
ledger_cannot_tag(struct cx *cx, const struct shop *shop, int64_t id,
    const char *code, const char *why)
{
	return tx_join(cx, cannot_body,
	    &(struct writing){
		.shop = shop,
		.id = id,
		.code = code,
		.why = why,
	    });
}
