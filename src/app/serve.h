/*
 * serve.h - the commands that stay: serve and work.
 */
#ifndef APP_SERVE_H
#define APP_SERVE_H

struct world;

/* Until SIGTERM or SIGINT; the exit status. */
int serve_run(struct world *);
int work_run(struct world *);

#endif
