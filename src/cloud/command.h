/*
 * command.h - the options of the commands, and the two that add something.
 */
#ifndef CLOUD_COMMAND_H
#define CLOUD_COMMAND_H

#include "base/conf.h"

struct json;
struct program;

extern const struct option command_serve_options[], command_work_options[],
    command_add_options[];

/* What is to be done, from the command line; a password is read from standard
   input or made. */
struct json *command_user_add(struct cx *);
struct json *command_token_add(struct cx *);
/* Do it. */
enum err command_user_run(struct cx *, const struct program *,
    const struct json *in, struct json *out);
enum err command_token_run(struct cx *, const struct program *,
    const struct json *in, struct json *out);
/* What the operator needs to know of it: the token, or the password made. */
void command_print(const struct json *in, const struct json *out);

#endif
