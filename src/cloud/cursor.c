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

static enum err
strange(struct cx *cx)
{
	return cx_fail_code(cx, ERR_INPUT, "bad_input",
	    "cursor: not a next_cursor of this list");
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
		return strange(cx);
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
	return text_to_int(key, 1, INT64_MAX, id) ? OK : strange(cx);
}

const char *
cursor_write_pair(struct cx *cx, int64_t key, int64_t id)
{
	return cursor_write(cx,
	    arena_printf(cx->mem, "%" PRId64 ":%" PRId64, key, id));
}

enum err
cursor_read_pair(struct cx *cx, const char *cursor, int64_t *key, int64_t *id)
{
	const char *text = NULL, *colon;
	int64_t k, i;
	enum err e;

	if ((e = cursor_read(cx, cursor, &text)) != OK || text == NULL)
		return e;
	if ((colon = strchr(text, ':')) == NULL ||
	    !text_to_int(arena_textn(cx->mem, text, (size_t)(colon - text)), 0,
		INT64_MAX, &k) ||
	    !text_to_int(colon + 1, 1, INT64_MAX, &i))
		return strange(cx);
	*key = k;
	*id = i;
	return OK;
}
