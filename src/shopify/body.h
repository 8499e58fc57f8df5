/*
 * body.h - the newest document of an order, sealed, while it is needed.
 */
#ifndef SHOPIFY_BODY_H
#define SHOPIFY_BODY_H

#include "base/cx.h"

enum err body_set(struct cx *, int64_t ledger, const char *text);
enum err body_drop(struct cx *, int64_t ledger);
/* ERR_MISSING: we hold none. */
enum err body_find(struct cx *, int64_t ledger, const char **text);

#endif
