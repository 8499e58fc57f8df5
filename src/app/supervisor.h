/*
 * supervisor.h - systemd's three small protocols, without its library.
 */
#ifndef APP_SUPERVISOR_H
#define APP_SUPERVISOR_H

#include <stdint.h>

#include "base/cx.h"

/* sd_notify(3): "READY=1", "STOPPING=1".  Nothing if nobody listens. */
void supervisor_tell(const char *text);
/* sd_listen_fds(3): the one socket we are given, or -1.  What we were told is
   taken out of the environment.  ERR_INPUT: more than one, or none that
   listens for streams. */
enum err supervisor_socket(struct cx *, int *fd);
/* sd_watchdog_enabled(3): within how long we must say "WATCHDOG=1"; 0: never.
 */
int64_t supervisor_watchdog_ms(void);

#endif
