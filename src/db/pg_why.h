/*
 * pg_why.h - what PostgreSQL says, and what to do about it, without a secret.
 *
 * Its library quotes a URL that it cannot read, the password with it, so what
 * it says of one is not passed on.
 */
#ifndef DB_PG_WHY_H
#define DB_PG_WHY_H

#include "base/cx.h"

/* No connection to `url`: the first line of what libpq says, unless it may
   quote the password, and what to check.  ERR_STORE. */
enum err pg_why_refused(struct cx *, const char *url, const char *said);
/* The connection broke while `what` was done.  ERR_STORE. */
enum err pg_why_lost(struct cx *, const char *what, const char *said);
/* "; what to do" about a statement that failed with that state, or "". */
const char *pg_why_cure(const char *state);

#endif
