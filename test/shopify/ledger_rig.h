/*
 * ledger_rig.h - what the ledger's tests share: a linked store with one order,
 * brought to where a test begins, and what followed.
 */
#ifndef TEST_SHOPIFY_LEDGER_RIG_H
#define TEST_SHOPIFY_LEDGER_RIG_H

#include "lib/db_test.h"

#include "gen/sql.h"
#include "shopify/ledger.h"
#include "shopify/shop.h"

#define JOB "01982f6e-7c1a-7b52-9d0e-3f5a6b7c8d91"
#define JOB_LATER "01982f6e-7c1b-7b52-9d0e-3f5a6b7c8d91"
#define ID "1001"

struct world {
	struct shop shop;
	struct orderdoc doc; /* as the store shows it at first */
	struct sight seen;   /* the same without a body */
	char *tags[2];       /* of both */
	struct ledger row;   /* as it was when the move began */
	const struct scene *scene;
};

#define CASES(fn) TEST_BOTH(fn, ledger_lists)
extern const struct migration *const ledger_lists[2];

struct shop installed(struct cx *);
/* An order as the store shows it at first; it is not told yet. */
void new_order(struct cx *, struct world *);
/* It is told, taken, there, refused. */
void order_waiting(struct cx *, struct world *);
void order_sending(struct cx *, struct world *);
void order_done(struct cx *, struct world *);
void order_failed(struct cx *, struct world *);
/* The Cloud App says so, and it is news. */
enum err say(struct cx *, struct world *, const struct said *);

/* The order as the store shows it some seconds later; tag NULL: none. */
struct orderdoc doc_changed(struct world *, const char *digest);
struct orderdoc doc_cancelled(struct world *);
struct orderdoc doc_tagged(struct world *, const char *tag);

/* Statements of the test's own. */
void exec(struct cx *, const char *text);
void forget_what_follows(struct cx *);
/* What was told of it, in order, and the kinds of the jobs there are. */
const char *steps_told(struct cx *);
const char *jobs_added(struct cx *);

#endif
