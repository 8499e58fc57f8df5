/*
 * api_token.h - tokens for machines that use the REST API.
 *
 * lgvapi_ and 43 characters; shown once, stored as SHA-256.
 */
#ifndef CLOUD_API_TOKEN_H
#define CLOUD_API_TOKEN_H

#include "base/crypt.h"
#include "base/cx.h"
#include "cloud/who.h"

struct api_token {
	int64_t id;
	const char *name;
	const char *role;   /* viewer, operator, manager */
	int64_t created_at; /* ms */
	int64_t last_used;  /* ms, to the minute; 0: never */
};

/* ERR_INPUT: name or role.  `secret` is shown here only.  `by`, here and below:
   who did it, for the audit. */
enum err api_token_add(struct cx *, const char *by, const char *name,
    const char *role, char secret[TOKEN_TEXT_MAX], struct api_token *);
/* ERR_AUTH: not one of ours. */
enum err api_token_check(struct cx *, const char *secret, struct who *);
enum err api_token_list(struct cx *, int64_t before, int64_t limit,
    struct api_token **, size_t *n);
/* Those of a name: a name is no key. */
struct api_token_named {
	int64_t n;
	int64_t last; /* ms, when the last was made; 0: none */
};
enum err api_token_named(struct cx *, const char *name,
    struct api_token_named *);
enum err api_token_drop(struct cx *, const char *by, int64_t id);

#endif
