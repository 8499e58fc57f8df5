/*
 * orderdoc.h - the order document, from either of the store's two forms.
 *
 * A webhook's body and GraphQL's order give the same document
 * (doc/order.schema.json), byte for byte in its canonical part, so that an
 * order is the same however it reached us.  Pure: no database, no network.
 */
#ifndef SHOPIFY_ORDERDOC_H
#define SHOPIFY_ORDERDOC_H

#include "base/cx.h"

struct json;

enum { ORDERDOC_LINES_MAX = 1000 };

/* What the ledger needs to know of a document; text in the arena. */
struct orderdoc {
	const char *id; /* the store's number, as text */
	const char *gid;
	const char *name;                             /* "#1001" */
	int64_t created_at, updated_at, cancelled_at; /* ms; 0: not */
	bool confirmed;
	const char *digest;   /* 64 hex characters */
	const char *text;     /* the whole document, canonical JSON */
	const char *customer; /* the store's id of the customer, or NULL */
	char **tags;          /* ALL tags as the store spells them, ours
				 included; not in the document's `tags` */
	size_t ntags;
	int64_t asked_at; /* ms, our clock: when the read of it began;
			 0: not a read.  For the reader to set. */
	bool complete;    /* false: more than a page of lines is missing
			     and must be read (GraphQL) before use */
};

/* From an orders/… webhook's raw body.  ERR_INPUT: not an order (code
   "bad_order"), or more than 1,000 lines (code "too_many_lines"). */
enum err orderdoc_from_hook(struct cx *, struct bytes body, struct orderdoc *);

/* From `data.order` of gql/order_full.graphql, with the further pages of
   lines (data.order.lineItems of order_lines_page) in `pages`.  The caller
   compares the `updatedAt` of each page: another one means that the order
   changed while it was read, so it is read anew.  Errors as above. */
enum err orderdoc_from_gql(struct cx *, const struct json *order,
    const struct json *const *pages, size_t npages, struct orderdoc *);

/* Again from stored text (orderdoc.text).  `tags` are the document's, so ours
   are not among them.  ERR_INPUT: not a document of this version (code
   "bad_order"), or changed since (code "digest_mismatch"). */
enum err orderdoc_read(struct cx *, const char *text, struct orderdoc *);

/* "gid://shopify/Order/123" <-> "123"; NULL: malformed. */
const char *order_id_of_gid(struct cx *, const char *gid);
const char *order_gid_of_id(struct cx *, const char *id);

#endif
