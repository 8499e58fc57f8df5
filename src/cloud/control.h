/*
 * control.h - commands for a folder that is being served.
 *
 * The server owns its data folder; `user add` and `token add` ask it over
 * control.sock in there, which only its owner may open.  One line of JSON each
 * way.
 */
#ifndef CLOUD_CONTROL_H
#define CLOUD_CONTROL_H

#include "base/cx.h"

struct control;
struct json;

/* ERR_STORE: the socket cannot be made. */
enum err control_open(struct cx *, const char *dir, struct control **);
void control_close(struct control *); /* NULL: nothing */

/* Ask the server of that folder.  ERR_MISSING: none serves it. */
enum err control_ask(struct cx *, const char *dir, const struct json *,
    struct json **answer);
/* Do it here; what the server does, and a command on an unserved folder. */
enum err control_run(struct cx *, const struct json *, struct json **answer);

#endif
