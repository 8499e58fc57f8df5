/*
 * budget.h - how many GraphQL points a shop has left, as far as we know.
 *
 * Shopify restores `restore` points a second up to `ceiling` and says what is
 * left in every answer; between answers we reckon.  Background work leaves a
 * fifth of the bucket for people.  The mirror is a row, shared by all nodes.
 */
#ifndef SHOPIFY_BUDGET_H
#define SHOPIFY_BUDGET_H

#include "base/cx.h"

struct budget {
	int64_t ceiling;   /* points the bucket holds */
	int64_t restore;   /* points a second */
	int64_t left_over; /* points, at the time `as_of` */
	int64_t as_of;     /* ms, shared clock */
	int64_t held;      /* points of calls in the air, taken since … */
	int64_t held_from; /* … this time, ms, shared clock */
	int64_t held_old;  /* points of calls taken before it */
};

/* What is left at `now`; never over the ceiling. */
int64_t budget_left(const struct budget *, int64_t now);
/* Ms until `cost` points may be taken; 0: now.  `keep`: points that must
   stay. */
int64_t budget_wait(const struct budget *, int64_t now, int64_t cost,
    int64_t keep);

/* Points for a call of `operation`, first guess `cost`; *taken is what was
   really taken (learned).  ERR_BUSY with wait_ms: not there yet. */
enum err budget_take(struct cx *, int64_t shop, const char *operation,
    int64_t cost, bool person, int64_t *taken);
/* Are there points for all of these, in the background?  Takes none.  Work
   that begins anew after a wait asks this first, or it would spend what it
   waited for.  ERR_BUSY with wait_ms: not yet. */
struct budget_need {
	const char *operation;
	int64_t cost;  /* first guess, as with budget_take */
	int64_t times; /* calls of it */
};
enum err budget_room(struct cx *, int64_t shop, const struct budget_need *,
    size_t n);
/* The answer said how things stand. */
struct budget_word {
	int64_t requested;                   /* points, 0: not said */
	int64_t ceiling, left_over, restore; /* ceiling 0: not said */
};
enum err budget_give(struct cx *, int64_t shop, const char *operation,
    int64_t cost, int64_t taken, const struct budget_word *);
/* May points be spent on what can be left out?  At least half of the bucket is
   left, and of what background work may use either `need`, what all that waits
   might ask, or everything: then it would run over. */
enum err budget_is_plenty(struct cx *, int64_t shop, int64_t need, bool *yes);
/* How many calls of that cost a full bucket and ten seconds pay for. */
enum err budget_soon(struct cx *, int64_t shop, int64_t cost, int64_t *calls);
/* 0 … 100; 100: never asked. */
enum err budget_percent(struct cx *, int64_t shop, int64_t *percent);

#endif
