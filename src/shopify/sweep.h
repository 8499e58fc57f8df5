/*
 * sweep.h - what both sweeps do with the hits of a search.
 */
#ifndef SHOPIFY_SWEEP_H
#define SHOPIFY_SWEEP_H

#include "shopify/ledger.h"

struct shop;

/* At most a page of hits, as read_search gives them.  Those that tell the
   ledger something new are read by their id, in one call, and shown to it.
   May be repeated. */
enum err sweep_look(struct cx *, const struct shop *, const struct sight *hits,
    size_t n);

#endif
