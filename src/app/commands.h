/*
 * commands.h - the commands that do one thing and end.
 */
#ifndef APP_COMMANDS_H
#define APP_COMMANDS_H

#include "app/program.h"

struct world;

/* Those that both programs have; name NULL ends. */
extern const struct program_command commands_shared[];

/* What `in` asks for ("command": "user.add"), of the program's commands or the
   shared ones.  ERR_INPUT: there is no such command. */
enum err commands_answer(struct cx *, const struct program *,
    const struct json *in, struct json **out);
/* By the server of the data folder, if one runs; else here.  The exit
   status. */
int commands_run(struct world *, const struct program_command *);

#endif
