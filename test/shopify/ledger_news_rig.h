/*
 * ledger_news_rig.h - the one order at its beginning, what is seen of it, and
 * what is so then.
 */
#ifndef TEST_SHOPIFY_LEDGER_NEWS_RIG_H
#define TEST_SHOPIFY_LEDGER_NEWS_RIG_H

#include "ledger_rig.h"

/* The order as it is after `start`; NULL: not told yet.  Nothing follows. */
struct world begun(struct cx *, void (*start)(struct cx *, struct world *));
/* The store shows it so, and has its tags. */
void see(struct cx *, struct world *, enum news, struct orderdoc);
/* A person asks for it to be sent; its state then. */
const char *ask(struct cx *, struct world *);

struct ledger row(struct cx *, const struct world *);
/* code NULL: none. */
void assert_row(struct cx *, const struct world *, const char *state,
    const char *code);
/* Nothing was told, and nothing follows. */
void assert_quiet(struct cx *);

#endif
