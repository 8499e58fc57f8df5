/*
 * row.c - see row.h.
 */
#include "queue/row.h"

#include "base/json.h"

const struct field number_field[] = {
	F_INT(struct number, n, INT64_MIN, INT64_MAX),
	F_END,
};

enum err
tx_join(struct cx *cx, enum err (*body)(struct cx *, void *), void *arg)
{
	return db_in_tx(cx) ? body(cx, arg) : db_tx(cx, body, arg);
}

/* Most are names and numbers, as they are. */
static bool
is_plain(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || *text == '"' || *text == '\\')
			return false;
	return true;
}

void
list_text(struct cx *cx, struct buf *b, const char *text)
{
	if (text == NULL)
		buf_text(b, "null");
	else if (is_plain(text))
		buf_printf(b, "\"%s\"", text);
	else
		buf_text(b, json_write(cx, json_new_text(cx, text)));
}

enum err
trim_slices(struct cx *cx, const struct sql *sql, int64_t bound)
{
	int64_t gone;
	enum err e;

	do {
		e = db_change(cx, *sql, &gone, V(bound), V(TRIM_SLICE));
	} while (e == OK && gone == TRIM_SLICE && !cx_stopped(cx));
	return e;
}
