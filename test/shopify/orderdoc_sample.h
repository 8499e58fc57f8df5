/*
 * orderdoc_sample.h - one order in both of the store's forms, for tests.
 *
 * JSON is written with ' for ", so that it can be read.  A test changes
 * members of the order, or of its one line, and asks for the document.
 */
#ifndef TEST_ORDERDOC_SAMPLE_H
#define TEST_ORDERDOC_SAMPLE_H

#include "lib/test.h"

#include "shopify/orderdoc.h"

struct json;

/* Members that replace those of the sample, as JSON objects; NULL: none. */
struct change {
	const char *order;
	const char *line;
};

struct json *sample_json(struct cx *, const char *text); /* ' for " */
struct json *sample_hook(struct cx *, struct change);
struct json *sample_gql(struct cx *, struct change);
enum err sample_from_hook(struct cx *, struct change, struct orderdoc *);
enum err sample_from_gql(struct cx *, struct change, struct orderdoc *);
enum err hook_of_json(struct cx *, const struct json *, struct orderdoc *);

/* The value at a dotted path of the document, as JSON text; "line." begins in
   the first line. */
const char *sample_value(struct cx *, const struct orderdoc *,
    const char *path);

/* The document of the sample, without its digest. */
extern const char *const sample_document;
extern const char *const sample_digest;

#endif
