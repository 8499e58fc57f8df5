/*
 * tags_answer.h - what Shopify says of a write of tags, alone or one of many.
 */
#ifndef SHOPIFY_TAGS_ANSWER_H
#define SHOPIFY_TAGS_ANSWER_H

#include "base/cx.h"

struct json;

struct tags_answer {
	const char *gid; /* NULL: it shows no order */
	const char *why; /* refused, in Shopify's words; or NULL */
	char **tags;     /* what the store shows now */
	size_t ntags;
	int64_t updated_at; /* ms; 0: not said */
};

/* From the `data` of tags_add, tags_remove or tags_transition.  ERR_UPSTREAM:
   an order, but not its tags. */
enum err tags_answer_read(struct cx *, const struct json *data,
    struct tags_answer *);

#endif
