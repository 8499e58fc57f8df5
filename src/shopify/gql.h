/*
 * gql.h - one call to a shop's Admin GraphQL, inside its budget.
 *
 * Version 2026-10, pinned here.  Takes the points before, corrects the mirror
 * from the answer, waits instead of being throttled (ERR_BUSY with wait_ms),
 * gets and refreshes the token (single flight), and sorts failures:
 *
 *   no answer, 5xx, cut, nonsense   ERR_UPSTREAM  (out->sent: maybe applied)
 *   THROTTLED, 429                  ERR_BUSY, wait_ms
 *   401 again, of a living token    ERR_DENIED, code "reconnect"
 *   401 again, but it had ended     ERR_BUSY, wait_ms
 *   402, 403, 423, 430              ERR_DENIED, code "shop_closed"
 *   our document is refused         ERR_BUG
 *   data without what is protected  OK; out->partial is set
 *   other errors beside the data    ERR_UPSTREAM; of a mutation OK, as above
 */
#ifndef SHOPIFY_GQL_H
#define SHOPIFY_GQL_H

#include "base/cx.h"

struct json;
struct shop;

#define SHOPIFY_API_VERSION "2026-10"

enum gql_urgency {
	GQL_BACKGROUND, /* may use 80 % of the bucket */
	GQL_PERSON      /* somebody waits: all of it */
};

struct gql_answer {
	struct json *data; /* never NULL on OK */
	bool partial;
	bool withheld; /* a part is missing since the app may not read it: a
			  scope, or approval for protected data */
	bool sent;     /* on failure: it may have been applied */
	bool warned;   /* a search left out a part of its query */
};

/* `document` is one of gen/gql.h; `cost` the points it may ask (formula), a
   first guess that is learned from answers afterwards. */
struct gql_call {
	const char *document;
	const char *operation; /* its name */
	struct json *variables;
	int64_t cost;
	enum gql_urgency urgency;
};
enum err gql_run(struct cx *, const struct shop *, const struct gql_call *,
    struct gql_answer *);

/* Are there points for what can be left out, though all that waits may ask
   `need` of them?  (budget_is_plenty; a store that was never asked has plenty.)
   The tag writer skips history when they are scarce. */
bool gql_is_plenty(struct cx *, const struct shop *, int64_t need);

/* How a job takes a failed call: "reconnect" is OK (what the ledger owes is
   queued again once the app is opened), a closed shop is a long wait. */
enum err gql_rest(struct cx *, enum err);

#endif
