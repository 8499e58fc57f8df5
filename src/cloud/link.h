/*
 * link.h - pairing a connector with a store.
 *
 * A connector serves one store, a store has one connector.  The channel is the
 * store: it moves whole, with its orders, when a person agreed to replace the
 * connector.  The call back to the app comes between check and store; it is
 * the edge's, no transaction is open then.
 */
#ifndef CLOUD_LINK_H
#define CLOUD_LINK_H

#include "base/cx.h"
#include "base/field.h"

struct connector;

struct link_in {
	const char *shop, *callback_url, *app_version;
	bool verify;  /* prove, claim nothing */
	bool replace; /* a person agreed to take the store over */
};
extern const struct field link_in_fields[];

/* ERR_CONFLICT, code "connector_already_linked", "store_already_linked" or,
   with `replace` too, "store_linked_elsewhere". */
enum err link_check(struct cx *, const struct connector *,
    const struct link_in *);
/* Link it; the same refusals.  *c becomes what it is now. */
enum err link_store(struct cx *, struct connector *c, const struct link_in *,
    bool *replaced);
/* The app lets go; not linked already is no error. */
enum err link_drop(struct cx *, const struct connector *);
/* ERR_CONFLICT, code "not_linked". */
enum err link_need(struct cx *, const struct connector *);

#endif
