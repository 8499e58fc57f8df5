/*
 * group.h - many units of work, one fsync.
 *
 * One thread owns the committing connection.  It takes what waits, runs each
 * body in a savepoint of a shared transaction, commits once, and lets all of
 * them go.  No unit hears anything before that commit: what it was told may
 * rest on a neighbour's rows.
 */
#ifndef DB_GROUP_H
#define DB_GROUP_H

#include "db/db.h"

struct group;

/* Inline: no thread; group_run commits on the calling thread, one by one. */
struct group *group_open(struct cx *, struct db *, bool inline_writer);
void group_close(struct group *); /* after what waits has been committed */

/* ERR_BUG on the committer's own thread: it would wait for itself. */
enum err group_run(struct cx *, struct group *,
    enum err (*body)(struct cx *, void *), void *arg);
/* ERR_BUSY: too much waits already. */
enum err group_post(struct cx *, struct group *, const struct db_unit *);

#endif
