/*
 * recover.h - jobs that are nobody's any more.
 */
#ifndef QUEUE_RECOVER_H
#define QUEUE_RECOVER_H

#include "queue/run.h"

/*
 * Jobs that died with their program wait again as suspects, or are buried.
 * PostgreSQL: those whose lease has ended.  SQLite: all that run, which is
 * right only at start, when the lock on the file says that nobody else is
 * there.  May be repeated; *found counts.
 */
enum err recover_wrecks(struct cx *, const struct desk *, int64_t *found);

/* Our own jobs whose end could not be stored wait again.  Only while none of
   ours runs. */
enum err recover_orphans(struct cx *, const struct desk *);
/* In a transaction whose time is cx->now: what a claim took that was not
   answered waits again, unblamed.  `held`: the ids in our hands, ",7,9,". */
enum err recover_unheard(struct cx *, const struct desk *, const char *held);

#endif
