/*
 * orderdoc_parts.h - what the two readers of orders share; see orderdoc.h.
 */
#ifndef SHOPIFY_ORDERDOC_PARTS_H
#define SHOPIFY_ORDERDOC_PARTS_H

#include "shopify/docpart.h"
#include "shopify/orderdoc.h"

/* An order taken apart, whichever form it came in. */
struct orderdoc_source {
	enum form form;
	const struct json *order;
	struct json *lines;    /* of all pages */
	struct json *shipping; /* those that are charged */
	char **tags;           /* as the store spells them */
	size_t ntags;
	bool b2b;
	bool complete;
};

/* The rows: order_parts is an object's, the others are rows of a list. */
extern const struct part order_parts[];
extern const struct part updated_at_part[];
extern const struct part lines_part;
extern const struct part shipping_part;

enum err orderdoc_make(struct cx *, const struct orderdoc_source *,
    struct orderdoc *);

#endif
