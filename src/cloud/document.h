/*
 * document.h - the order document, version 1, checked (doc/order.schema.json).
 *
 * Tables say what the schema says; a test holds them against it.
 */
#ifndef CLOUD_DOCUMENT_H
#define CLOUD_DOCUMENT_H

#include "base/cx.h"

struct json;

struct document {
	const char *id;   /* the store's; set whenever one is readable */
	const char *name; /* "#1001" */
	const char *digest;
	int64_t created_at, updated_at; /* ms */
	bool confirmed, cancelled;
	const struct json *json;
};

/* ERR_INPUT: code "bad_document", "digest_mismatch" or "too_many_lines", the
   member named; d->id may be set all the same. */
enum err document_read(struct cx *, const struct json *, struct document *);

/* SHA-256 over the canonical JSON without what is outside the digest. */
void document_digest(struct cx *, const struct json *, char hex[65]);

#endif
