/*
 * read.h - orders read from the store by their ids.
 *
 * Reading by id is what decides; searching only names candidates.
 */
#ifndef SHOPIFY_READ_H
#define SHOPIFY_READ_H

#include "base/cx.h"
#include "shopify/gql.h"
#include "shopify/ledger.h"

struct json;
struct shop;

enum { READ_IDS_MAX = 50 };

/* The whole order, all its pages of lines.  ERR_MISSING, code "not_visible":
   older than 60 days or not in this store.  ERR_INPUT: it cannot be read as an
   order (code "bad_order", "too_many_lines"). */
enum err read_order(struct cx *, const struct shop *, const char *order_id,
    enum gql_urgency, struct orderdoc *);
/* The same, and told to the ledger, whatever it is; also what it cannot
   read. */
enum err read_to_ledger(struct cx *, const struct shop *, const char *order_id,
    enum gql_urgency, struct orderdoc *);

/* Several in one call; seen[i].id is NULL for one that is not visible. */
enum err read_sights(struct cx *, const struct shop *,
    const char *const *order_ids, size_t n, enum gql_urgency, struct sight *);

/* A page of candidates by search; *cursor NULL at first, NULL after the
   last.  ERR_BUG, code "search_warned": our own query is wrong. */
struct search {
	const char *document;
	const char *operation;
	const char *query;
};
enum err read_search(struct cx *, const struct shop *, const struct search *,
    const char **cursor, struct sight **, size_t *n);

/* Are there points for so many pages of a search and a read of each one's
   hits?  ERR_BUSY with wait_ms: not yet. */
enum err read_room(struct cx *, const struct shop *, const char *operation,
    int64_t pages);

/* A value inside a search query: quoted, so that it stays one. */
const char *read_quote(struct cx *, const char *);

#endif
