/*
 * field_path.h - where in a struct something is wrong; for field.c and
 * json_field.c.  A path is a list on the stack, from the inside out.
 */
#ifndef BASE_FIELD_PATH_H
#define BASE_FIELD_PATH_H

#include "base/cx.h"
#include "base/field.h"

enum { NO_INDEX = -1 };

struct field_path {
	const struct field_path *up; /* NULL: the struct itself */
	const char *name;            /* of the member */
	int64_t index;               /* of the entry in it, or NO_INDEX */
};

/* ERR_INPUT, code "bad_input": "lines[3].sku: " and what is wrong.  `what`
   never quotes a value: it could be personal. */
enum err field_bad(struct cx *, const struct field_path *, const char *what,
    ...) __attribute__((format(printf, 3, 4)));

/* One value, or one count of entries, against its row. */
enum err field_limit_int(struct cx *, const struct field *,
    const struct field_path *, int64_t);
enum err field_limit_count(struct cx *, const struct field *,
    const struct field_path *, size_t);

#endif
