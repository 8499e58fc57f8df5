/*
 * watchdog.h - tells a supervisor that the program works, not that it is there.
 *
 * Where systemd asks for it (WatchdogSec, the WATCHDOG_USEC it sets), a thread
 * goes through the parts that everything waits for, three times in that time:
 * the server answers a request, the one thread that writes comes back.  What
 * hangs there is not told, and the supervisor ends us and starts us again.  A
 * database that fails is an answer; one on PostgreSQL is not asked, since it
 * may be away for long.
 */
#ifndef APP_WATCHDOG_H
#define APP_WATCHDOG_H

#include "net/server.h"

struct watchdog;

/* NULL if no supervisor asks.  The server may be NULL (work). */
struct watchdog *watchdog_open(struct cx *, const struct server *);
/* From now on nothing is asked: ending has a time limit of its own. */
void watchdog_rest(struct watchdog *);
void watchdog_close(struct watchdog *); /* NULL: nothing */

#endif
