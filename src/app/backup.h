/*
 * backup.h - a copy of the data folder's database, and the way back.
 *
 * FILE is a whole SQLite database, FILE.manifest a line of JSON: which program
 * made it, when, its size and SHA-256, and that sealed with the master key, so
 * that a copy whose key is lost, or that is not what was written, is refused
 * before anything is lost.  Keys are not in it.
 */
#ifndef APP_BACKUP_H
#define APP_BACKUP_H

#include "app/program.h"

struct world;

extern const struct option backup_options[], restore_options[];
/* Of FILE, for --help. */
extern const char backup_more[], restore_more[];

struct json *backup_ask(struct cx *);
enum err backup_run(struct cx *, const struct program *, const struct json *in,
    struct json *out);
void backup_print(const struct json *in, const struct json *out);

/* Into a folder that has no database; with --verify nothing is written. */
int restore_run(struct world *);

#endif
