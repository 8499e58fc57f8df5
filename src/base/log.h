/*
 * log.h - one line an event, for operators.
 *
 *   info 2026-11-23T10:00:00.123Z order.imported job=812 order=77
 *
 * Only at the edges: request done, job done, started, stopped.  Control
 * characters are escaped, a line is cut at 2,000 bytes.  Never secrets, never
 * bodies, never personal data: callers give ids.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/cx.h"

enum level { LEVEL_DEBUG, LEVEL_INFO, LEVEL_WARN, LEVEL_ERROR };

struct log;

struct log *log_open(int fd, enum level least); /* fd is not closed */
void log_close(struct log *);
const char *level_name(enum level);

/* `event` is a dotted name; `fmt` gives "key=value" pairs, or is NULL. */
void log_line(struct cx *, enum level, const char *event, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

#endif
