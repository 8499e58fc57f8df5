/*
 * file.h - the files around a SQLite database.
 */
#ifndef DB_FILE_H
#define DB_FILE_H

#include "base/cx.h"

/* Take PATH.lock for this process, until *fd is closed.  ERR_STORE: another
   has it, and what to do about it. */
enum err file_lock(struct cx *, const char *path, int *fd);
/* An empty file for its owner alone, unless it is there; with `fresh`
   ERR_CONFLICT if it is. */
enum err file_make(struct cx *, const char *path, bool fresh);
enum err file_sync(struct cx *, const char *path);

#endif
