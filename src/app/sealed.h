/*
 * sealed.h - which keys the rows of the database are sealed with.
 *
 * The mark (key_mark.h) tells whether a key file is the database's own; rows
 * may still need an older key that was taken out of it too early.
 */
#ifndef APP_SEALED_H
#define APP_SEALED_H

#include "app/program.h"

struct json;

/* ERR_STORE, code "key_missing": rows need a key that cx->keys lacks.  Else
   `out` gets the number of rows by key id; NULL: only tokens are looked at,
   which is quick. */
enum err sealed_check(struct cx *, const struct program *, struct json *out);
/* Is anything sealed there that a key is needed for? */
enum err sealed_any(struct cx *, const struct program *, bool *any);

#endif
