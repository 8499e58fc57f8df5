/*
 * control.h - commands for a folder that is being served.
 *
 * The server owns its data folder; `user add` and the like ask it over
 * control.sock in there, which only its owner may open.  One line of JSON each
 * way.
 */
#ifndef APP_CONTROL_H
#define APP_CONTROL_H

#include "base/cx.h"

struct control;
struct json;
struct program;

/* ERR_STORE: the socket cannot be made. */
enum err control_open(struct cx *, const char *dir, const struct program *,
    struct control **);
/* No command is taken any more, and nobody waited for; one that runs goes on.
   NULL: nothing. */
void control_stop(struct control *);
/* After control_stop: waits for the command that runs.  NULL: nothing. */
void control_close(struct control *);

/* Ask the server of that folder.  ERR_MISSING: none serves it. */
enum err control_ask(struct cx *, const char *dir, const struct json *,
    struct json **answer);

#endif
