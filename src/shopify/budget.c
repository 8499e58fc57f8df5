/*
 * budget.c - the mirror of a shop's bucket.
 *
 * Points are taken before a call and corrected by its answer.  Calls that are
 * in the air are held: the answer of one says what was left without the
 * others.  What a program that died held is forgotten between one and two
 * HOLD_MS later, calls or no calls.
 */
#include "shopify/budget.h"

#include "base/arena.h"
#include "base/field.h"
#include "db/db.h"
#include "gen/sql.h"
#include "queue/row.h"

enum {
	CEILING_FIRST = 2000, /* of the smallest plan */
	RESTORE_FIRST = 100,
	HOLD_MS = 30 * 1000, /* no call is longer in the air */
	KEEP_PERCENT = 20,   /* for people */
	SOON_S = 10
};

static const struct field budget_fields[] = {
	F_INT(struct budget, ceiling, 0, INT64_MAX),
	F_INT(struct budget, restore, 0, INT64_MAX),
	F_INT(struct budget, left_over, INT64_MIN, INT64_MAX),
	F_INT(struct budget, as_of, 0, INT64_MAX),
	F_INT(struct budget, held, 0, INT64_MAX),
	F_INT(struct budget, held_from, 0, INT64_MAX),
	F_INT(struct budget, held_old, 0, INT64_MAX),
	F_END,
};

static const struct field cost_field[] = {
	{ "cost", FIELD_INT, offsetof(struct budget, ceiling), 0, 0,
	    INT64_MAX },
	F_END,
};

int64_t
budget_left(const struct budget *b, int64_t now)
{
	int64_t passed = now > b->as_of ? now - b->as_of : 0;
	int64_t left = b->left_over;

	if (passed > INT64_C(1000) * 3600)
		return b->ceiling;
	left += passed * b->restore / 1000;
	return left < b->ceiling ? left : b->ceiling;
}

int64_t
budget_wait(const struct budget *b, int64_t now, int64_t cost, int64_t keep)
{
	int64_t need = cost + keep;
	int64_t left = budget_left(b, now);

	if (need > b->ceiling)
		need = b->ceiling; /* more will never be there */
	if (left >= need)
		return 0;
	if (b->restore <= 0)
		return 1000;
	return ((need - left) * 1000 + b->restore - 1) / b->restore;
}

struct taking {
	int64_t shop;
	const struct budget_need *needs;
	size_t nneeds;
	const char *name;
	int64_t cost;
	bool person;
	int64_t wait;
	const struct budget_word *word;
};

/* What was held longer than any call is in the air. */
static void
forget(struct budget *b, int64_t now)
{
	int64_t passed = now - b->held_from;

	if (passed <= HOLD_MS)
		return;
	b->held_old = passed <= 2 * HOLD_MS ? b->held : 0;
	b->held = 0;
	b->held_from = now;
}

static void
let_go(struct budget *b, int64_t cost)
{
	int64_t old = cost > b->held ? cost - b->held : 0;

	b->held -= cost - old;
	b->held_old = b->held_old > old ? b->held_old - old : 0;
}

static enum err
store(struct cx *cx, int64_t shop, const struct budget *b)
{
	return db_exec(cx, SQL_BUDGET_SET, V(shop), V(b->ceiling),
	    V(b->restore), V(b->left_over), V(b->as_of), V(b->held),
	    V(b->held_from), V(b->held_old));
}

/* Reckoned at a time that is yet to come, the clock was wrong: what was left
   then is what is left now, or it would not grow until that time comes. */
static enum err
right(struct cx *cx, int64_t shop, struct budget *b, int64_t now)
{
	if (b->as_of <= now && b->held_from <= now)
		return OK;
	b->as_of = now;
	b->held = b->held_old = 0;
	b->held_from = now;
	return store(cx, shop, b);
}

static enum err
load(struct cx *cx, int64_t shop, int64_t now, struct budget *b)
{
	enum err e;

	e = db_one(cx, SQL_BUDGET_LOCK, budget_fields, b, V(shop));
	if (e == OK)
		e = right(cx, shop, b, now);
	if (e == OK)
		forget(b, now);
	if (e != ERR_MISSING)
		return e;
	*b = (struct budget){
		.ceiling = CEILING_FIRST,
		.restore = RESTORE_FIRST,
		.left_over = CEILING_FIRST,
		.as_of = now,
		.held_from = now,
	};
	return OK;
}

/* Which number is meant: the operation and what it was first thought to ask,
   since that depends on its variables. */
static const char *
cost_name(struct cx *cx, const char *operation, int64_t cost)
{
	return arena_printf(cx->mem, "%s %lld", operation, (long long)cost);
}

static enum err
learned(struct cx *cx, const char *name, int64_t *cost)
{
	struct budget row;
	enum err e;

	e = db_one(cx, SQL_GQL_COST_FIND, cost_field, &row, V(name));
	if (e == ERR_MISSING)
		return OK;
	if (e == OK)
		*cost = row.ceiling;
	return e;
}

static enum err
take_body(struct cx *cx, void *arg)
{
	struct taking *t = arg;
	struct budget b;
	int64_t now;
	enum err e;

	if ((e = db_now(cx, &now)) != OK)
		return e;
	if ((e = learned(cx, t->name, &t->cost)) != OK)
		return e;
	if ((e = load(cx, t->shop, now, &b)) != OK)
		return e;
	t->wait = budget_wait(&b, now, t->cost,
	    t->person ? 0 : b.ceiling * KEEP_PERCENT / 100);
	if (t->wait > 0)
		return OK;
	b.left_over = budget_left(&b, now) - t->cost;
	b.held += t->cost;
	b.as_of = now;
	return store(cx, t->shop, &b);
}

static enum err
used_up(struct cx *cx, int64_t wait_ms)
{
	return cx_busy(cx, wait_ms,
	    "the store's budget of GraphQL points is used up for now");
}

enum err
budget_take(struct cx *cx, int64_t shop, const char *operation, int64_t cost,
    bool person, int64_t *taken)
{
	struct taking t = {
		.shop = shop,
		.name = cost_name(cx, operation, cost),
		.cost = cost,
		.person = person,
	};
	enum err e;

	if ((e = tx_join(cx, take_body, &t)) != OK)
		return e;
	if (t.wait > 0)
		return used_up(cx, t.wait);
	*taken = t.cost;
	return OK;
}

static enum err
give_body(struct cx *cx, void *arg)
{
	const struct taking *t = arg;
	const struct budget_word *w = t->word;
	struct budget b;
	int64_t now;
	enum err e;

	if ((e = db_now(cx, &now)) != OK)
		return e;
	if ((e = load(cx, t->shop, now, &b)) != OK)
		return e;
	let_go(&b, t->cost);
	if (w->ceiling > 0) {
		b.ceiling = w->ceiling;
		b.restore = w->restore;
		b.left_over = w->left_over - b.held - b.held_old;
		b.as_of = now;
	}
	if ((e = store(cx, t->shop, &b)) != OK)
		return e;
	if (w->requested <= 0 || w->requested == t->cost)
		return OK;
	return db_exec(cx, SQL_GQL_COST_SET, V(t->name), V(w->requested));
}

static enum err
room_body(struct cx *cx, void *arg)
{
	struct taking *t = arg;
	struct budget b;
	int64_t now, cost, sum = 0;
	size_t i;
	enum err e;

	for (i = 0; i < t->nneeds; i++) {
		cost = t->needs[i].cost;
		e = learned(cx,
		    cost_name(cx, t->needs[i].operation, t->needs[i].cost),
		    &cost);
		if (e != OK)
			return e;
		sum += cost * t->needs[i].times;
	}
	if ((e = db_now(cx, &now)) != OK)
		return e;
	if ((e = load(cx, t->shop, now, &b)) != OK)
		return e;
	t->wait = budget_wait(&b, now, sum, b.ceiling * KEEP_PERCENT / 100);
	return OK;
}

enum err
budget_room(struct cx *cx, int64_t shop, const struct budget_need *needs,
    size_t n)
{
	struct taking t = { .shop = shop, .needs = needs, .nneeds = n };
	enum err e;

	if ((e = tx_join(cx, room_body, &t)) != OK)
		return e;
	return t.wait > 0 ? used_up(cx, t.wait) : OK;
}

enum err
budget_give(struct cx *cx, int64_t shop, const char *operation, int64_t cost,
    int64_t taken, const struct budget_word *word)
{
	return tx_join(cx, give_body,
	    &(struct taking){
		.shop = shop,
		.name = cost_name(cx, operation, cost),
		.cost = taken,
		.word = word,
	    });
}

enum err
budget_is_plenty(struct cx *cx, int64_t shop, int64_t need, bool *yes)
{
	struct budget b;
	int64_t now, left, usable;
	enum err e;

	*yes = true;
	e = db_one(cx, SQL_BUDGET_FIND, budget_fields, &b, V(shop));
	if (e == ERR_MISSING)
		return OK;
	if (e != OK || (e = db_now(cx, &now)) != OK)
		return e;
	usable = b.ceiling - b.ceiling * KEEP_PERCENT / 100;
	left = budget_left(&b, now) - (b.ceiling - usable);
	*yes = budget_left(&b, now) * 2 >= b.ceiling &&
	    left >= (need < usable ? need : usable);
	return OK;
}

enum err
budget_soon(struct cx *cx, int64_t shop, int64_t cost, int64_t *calls)
{
	struct budget b = {
		.ceiling = CEILING_FIRST,
		.restore = RESTORE_FIRST,
	};
	enum err e;

	e = db_one(cx, SQL_BUDGET_FIND, budget_fields, &b, V(shop));
	if (e != OK && e != ERR_MISSING)
		return e;
	*calls = (b.ceiling + SOON_S * b.restore) / cost;
	return OK;
}

enum err
budget_percent(struct cx *cx, int64_t shop, int64_t *percent)
{
	struct budget b;
	int64_t now;
	enum err e;

	e = db_one(cx, SQL_BUDGET_FIND, budget_fields, &b, V(shop));
	if (e == ERR_MISSING) {
		*percent = 100;
		return OK;
	}
	if (e != OK || (e = db_now(cx, &now)) != OK)
		return e;
	*percent = b.ceiling > 0 ? budget_left(&b, now) * 100 / b.ceiling : 100;
	if (*percent < 0)
		*percent = 0;
	return OK;
}
