/*
 * pg_why.h - what PostgreSQL says, and what to do about it, without a secret.
 *
 * Its library quotes a URL that it cannot read, the password with it, so what
 * it says of one is not passed on.
 */
#ifndef DB_PG_WHY_H
#define DB_PG_WHY_H

#include "base/cx.h"

/* No connection to `url`: the line that says most of what libpq says, unless it
   may quote the password, and what to check.  ERR_STORE. */
enum err pg_why_refused(struct cx *, const char *url, const char *said);
/* The connection broke while `what` was done.  ERR_STORE. */
enum err pg_why_lost(struct cx *, const char *what, const char *said);
/* ERR_STORE: the server is too old, or the database in another encoding. */
enum err pg_why_unfit(struct cx *, int version, const char *encoding);
/* The server refused statement `what` with that state, and these words or NULL;
   and what to do, if that is known.  What sqlstate.h makes of the state. */
enum err pg_why_failed(struct cx *, const char *state, const char *why,
    const char *what);

#endif
