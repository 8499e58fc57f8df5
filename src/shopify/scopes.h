/*
 * scopes.h - what the app may do in a store, held against what it needs.
 *
 * shopify.app.toml asks for the scopes; the merchant, or a later version of
 * the app that is not accepted yet, may leave some out.
 */
#ifndef SHOPIFY_SCOPES_H
#define SHOPIFY_SCOPES_H

#include "base/cx.h"

/* All the app needs, as in shopify.app.toml; NULL ends. */
extern const char *const scopes_needed[];

/* Those that `granted` ("a,b") lacks, parted by ", "; NULL: none.  Shopify
   may leave out read_x where it grants write_x. */
const char *scopes_missing(struct cx *, const char *granted);

#endif
