/*
 * audit.h - who did what to accounts, tokens and connectors.
 *
 * For managers: who signed in, who saw a token, who changed a role.  Kept for
 * 400 days.  It names people, so it is no part of the log; it holds no secret.
 */
#ifndef CLOUD_AUDIT_H
#define CLOUD_AUDIT_H

#include "base/cx.h"

struct who;

struct audit {
	int64_t id;
	int64_t at;       /* ms */
	const char *who;  /* e-mail, or "API token 3" */
	const char *kind; /* "user.role" */
	const char *text; /* in words */
};

/* In the caller's transaction, or as its own. */
enum err audit_add(struct cx *, const char *who, const char *kind,
    const char *text);
/* How the audit calls a caller. */
const char *audit_name(struct cx *, const struct who *);
/* Newest first, id below `before`; kind NULL: any. */
enum err audit_list(struct cx *, int64_t before, const char *kind,
    int64_t limit, struct audit **, size_t *n);
enum err audit_trim(struct cx *);

#endif
