/*
 * command.h - the options of the commands, and the two that add something.
 */
#ifndef CLOUD_COMMAND_H
#define CLOUD_COMMAND_H

#include "base/conf.h"

#define COMMAND_PREFIX "LOGIVERY_CLOUD" /* of environment variables */

struct json;

extern const struct option command_serve_options[], command_work_options[],
    command_data_options[], command_add_options[], command_no_options[];

/* What control_run is to be asked, from the command line; a password is read
   from standard input or made. */
struct json *command_user_add(struct cx *);
struct json *command_token_add(struct cx *);
/* What the operator needs to know of it: the token, or the password made. */
void command_print(const struct json *in, const struct json *out);

#endif
