/*
 * kinds.h - the kinds of jobs this program has, and their voice in the log.
 */
#ifndef CLOUD_KINDS_H
#define CLOUD_KINDS_H

#include "cloud/jobs.h"

#include "base/cx.h"

struct job;

/* struct runner_conf's tell. */
enum err kinds_tell(struct cx *, const struct job *, const char *step, enum err,
    const char *words);

/* struct runner_conf's whose: the connector by its public id, and the order of
   an import. */
const char *kinds_whose(struct cx *, const struct job *);

/* The program's own schedules, not a connector's.  Twice is once. */
enum err kinds_schedule(struct cx *);

#endif
