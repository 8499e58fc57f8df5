/*
 * docpart.h - the order document's members as rows, read from either form.
 *
 * A row names a member and where each of the store's forms keeps it; its kind
 * says how that becomes the document's value.  So the two mappings stand side
 * by side, and what is not in a row is in neither.  Pure.
 */
#ifndef SHOPIFY_DOCPART_H
#define SHOPIFY_DOCPART_H

#include "base/cx.h"

struct json;

enum form {
	FORM_HOOK, /* the body of an orders/... webhook */
	FORM_GQL,  /* gql/order_full.graphql */
	FORM_COUNT
};

/* Those ending in _NULL are null where the store has none or writes "". */
enum part_kind {
	PART_END,
	PART_ID, /* a must */
	PART_ID_NULL,
	PART_PRODUCT_NULL, /* an id; null if `product_exists` is false */
	PART_GID,          /* of the kind `word`; a must */
	PART_NAME,         /* text, a must, not empty */
	PART_TEXT,         /* text that may be empty */
	PART_TEXT_NULL,
	PART_WORD_NULL, /* an enum, lower snake case */
	PART_COUNTRY_NULL,
	PART_CURRENCY, /* a must */
	PART_INT,      /* 0 to max; a must */
	PART_BOOL,     /* none: false */
	PART_TIME,     /* a must */
	PART_TIME_NULL,
	PART_AMOUNT, /* none: 0.00 */
	PART_MONEY,  /* twice an amount */
	PART_SUM,    /* of a list's money: `sub` is its row */
	PART_RATE_NULL,
	PART_TEXTS, /* list of texts: `sub` is the row of one */
	PART_LIST,  /* of objects made of `sub` */
	PART_GROUP, /* object made of the same source */
	PART_OBJECT_NULL
};

struct part {
	const char *name;             /* in the document */
	const char *path[FORM_COUNT]; /* dotted; NULL: the value itself */
	enum part_kind kind;
	size_t max;             /* code points, entries, or the largest INT */
	const struct part *sub; /* ends with PART_END */
	const char *instead;    /* path to try where the first gives null */
	const char *word;       /* GID: "Order" */
};

struct walk {
	struct cx *cx;
	enum form form;
	bool repaired; /* out: a text or list was cut or replaced */
};

/* The object that `parts` make of `from`.  ERR_INPUT, code "bad_order": a must
   is missing or malformed; the reason names the member, never its value. */
enum err part_object(struct walk *, const struct part *parts,
    const struct json *from, struct json **);

/* The same for each object of an array (NULL: empty), at most `max`. */
enum err part_list(struct walk *, const struct part *row,
    const struct json *array, struct json **);

/* One text of the document, cleaned and cut. */
const char *part_text(struct walk *, const char *, size_t max);

#endif
