/*
 * cursor.c - where a list goes on.
 */
#include "cloud/cursor.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/crypt.h"
#include "base/text.h"

const char *
cursor_write(struct cx *cx, const char *key)
{
	struct bytes b = { (const unsigned char *)key, strlen(key) };

	return base64url_encode(cx->mem, b);
}

const char *
cursor_write_id(struct cx *cx, int64_t id)
{
	return cursor_write(cx, arena_printf(cx->mem, "%" PRId64, id));
}

enum err
cursor_read(struct cx *cx, const char *cursor, const char **key)
{
	struct bytes b;

	if (cursor == NULL)
		return OK;
	if (strlen(cursor) > 512 ||
	    !base64url_decode(cx->mem, cursor, strlen(cursor), &b) ||
	    memchr(b.p, '\0', b.n) != NULL ||
	    !text_is_utf8((const char *)b.p, b.n))
		return cx_fail_code(cx, ERR_INPUT, "bad_input",
		    "cursor: not a next_cursor of this list");
	*key = arena_textn(cx->mem, (const char *)b.p, b.n);
	return OK;
}

enum err
cursor_read_id(struct cx *cx, const char *cursor, int64_t *id)
{
	const char *key = NULL;
	enum err e;

	if ((e = cursor_read(cx, cursor, &key)) != OK || key == NULL)
		return e;
	if (!text_to_int(key, 1, INT64_MAX, id))
		return cx_fail_code(cx, ERR_INPUT, "bad_input",
		    "cursor: not a next_cursor of this list");
	return OK;
}
