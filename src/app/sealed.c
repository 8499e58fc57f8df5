/*
 * sealed.c - rows by the key they are sealed with, as the seals themselves say.
 */
#include "app/sealed.h"

#include <inttypes.h>
#include <string.h>

#include "base/crypt.h"
#include "base/json.h"

struct key_row {
	const char *key;
	int64_t n;
};

static const struct field key_row_fields[] = {
	F_TEXT(struct key_row, key, 1, 16),
	F_INT(struct key_row, n, 1, INT64_MAX),
	F_END,
};

static enum err
count(struct cx *cx, const struct key_row *row, struct json *out)
{
	if (!keys_has(cx->keys, row->key))
		return cx_fail_code(cx, ERR_STORE, "key_missing",
		    "%" PRId64 " rows are sealed with key %s, which the key "
		    "file lacks: put your copy of that key back",
		    row->n, row->key);
	if (out != NULL)
		json_set_int(cx, out, row->key,
		    json_int(json_get(out, row->key), 0) + row->n);
	return OK;
}

enum err
sealed_check(struct cx *cx, const struct program *p, struct json *out)
{
	struct key_row *rows;
	size_t i, k, n;
	enum err e;

	for (i = 0; p->sealed[i] != NULL && (i == 0 || out != NULL); i++) {
		e = db_list(cx, *p->sealed[i], key_row_fields, &rows, &n,
		    V(cx->now));
		for (k = 0; e == OK && k < n; k++)
			e = count(cx, &rows[k], out);
		if (e != OK)
			return e;
	}
	return OK;
}

enum err
sealed_any(struct cx *cx, const struct program *p, bool *any)
{
	struct key_row *rows;
	size_t n;
	enum err e;

	e = db_list(cx, *p->sealed[0], key_row_fields, &rows, &n, V(cx->now));
	if (e == OK)
		*any = n > 0;
	return e;
}
