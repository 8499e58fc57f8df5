/*
 * cursor.h - where a list goes on: the last key shown, in base64url.
 *
 * Opaque to callers; a key, never a count, so that rows added meanwhile
 * neither repeat nor hide one.
 */
#ifndef CLOUD_CURSOR_H
#define CLOUD_CURSOR_H

#include "base/cx.h"

const char *cursor_write(struct cx *, const char *key);
const char *cursor_write_id(struct cx *, int64_t id);

/* `cursor` NULL: *key stays.  ERR_INPUT: not one of ours. */
enum err cursor_read(struct cx *, const char *cursor, const char **key);
enum err cursor_read_id(struct cx *, const char *cursor, int64_t *id);

/* Of lists by another number (from 0) and the id. */
const char *cursor_write_pair(struct cx *, int64_t key, int64_t id);
enum err cursor_read_pair(struct cx *, const char *cursor, int64_t *key,
    int64_t *id);

#endif
