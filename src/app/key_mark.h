/*
 * key_mark.h - whether a key file is the database's own.
 *
 * The database holds one sealed word.  Only the key file that sealed it, or
 * one that has that key among others, opens it: a fresh key beside an old
 * database is noticed before anything is sealed with it or lost to it.
 */
#ifndef APP_KEY_MARK_H
#define APP_KEY_MARK_H

#include "base/cx.h"

/* Is a mark there? */
enum err key_mark_find(struct cx *, bool *found);
/* No mark is right.  ERR_STORE, code "key_missing": the keys (cx->keys) do not
   open it; `file` names them in words that say what to do. */
enum err key_mark_check(struct cx *, const char *file);
/* Checked, and sealed with the key that is written with now: whoever takes an
   old key out of the file later still has the mark. */
enum err key_mark_renew(struct cx *, const char *file);

#endif
