/*
 * json_field.c - structs to JSON and back, by field table.
 *
 * json_fill works on a copy and hands the members over when all of it held:
 * the caller's struct is written only on OK.  Counts are held against the
 * table before anything is allocated for them.
 */
#include "base/json.h"

#include <string.h>

#include "base/arena.h"
#include "base/field_path.h"
#include "base/when.h"

typedef enum err fill_fn(struct cx *, const struct field *,
    const struct field_path *, const struct json *, void *);

static void *
member(const struct field *f, void *s)
{
	return (char *)s + f->off;
}

static const void *
member_const(const struct field *f, const void *s)
{
	return (const char *)s + f->off;
}

static size_t *
member_count(const struct field *f, void *s)
{
	return (size_t *)(void *)((char *)s + f->off_n);
}

static enum err
fill_int(struct cx *cx, const struct field *f, const struct field_path *p,
    const struct json *j, void *s)
{
	if (!json_is_int(j))
		return field_bad(cx, p, "not a whole number");
	*(int64_t *)member(f, s) = json_int(j, 0);
	return field_limit_int(cx, f, p, json_int(j, 0));
}

static enum err
fill_bool(struct cx *cx, const struct field *f, const struct field_path *p,
    const struct json *j, void *s)
{
	if (json_bool(j, true) != json_bool(j, false))
		return field_bad(cx, p, "neither true nor false");
	*(bool *)member(f, s) = json_bool(j, false);
	return OK;
}

static enum err
fill_text(struct cx *cx, const struct field *f, const struct field_path *p,
    const struct json *j, void *s)
{
	const char *text = json_text(j);

	if (text == NULL)
		return field_bad(cx, p, "not text");
	*(const char **)member(f, s) = arena_text(cx->mem, text);
	return OK;
}

static enum err
fill_when(struct cx *cx, const struct field *f, const struct field_path *p,
    const struct json *j, void *s)
{
	if (!when_read(json_text(j), (int64_t *)member(f, s)))
		return field_bad(cx, p, "not a time as RFC 3339 writes it");
	return OK;
}

static enum err
fill_json(struct cx *cx, const struct field *f, const struct field_path *p,
    const struct json *j, void *s)
{
	(void)p;
	*(const char **)member(f, s) = json_write(cx, j);
	return OK;
}

static enum err
check_array(struct cx *cx, const struct field *f, const struct field_path *p,
    const struct json *j)
{
	if (!json_is_array(j))
		return field_bad(cx, p, "not an array");
	return field_limit_count(cx, f, p, json_count(j));
}

static enum err
fill_texts(struct cx *cx, const struct field *f, const struct field_path *p,
    const struct json *j, void *s)
{
	size_t n = json_count(j), i;
	struct field_path entry = *p;
	const char **texts;
	enum err e;

	if ((e = check_array(cx, f, p, j)) != OK)
		return e;
	texts = arena_alloc(cx->mem, n * sizeof(*texts));
	for (i = 0; i < n; i++) {
		entry.index = (int64_t)i;
		if (json_text(json_at(j, i)) == NULL)
			return field_bad(cx, &entry, "not text");
		texts[i] = arena_text(cx->mem, json_text(json_at(j, i)));
	}
	*(const char ***)member(f, s) = texts;
	*member_count(f, s) = n;
	return OK;
}

static enum err fill_all(struct cx *, const struct field *,
    const struct field_path *, const struct json *, void *);

static enum err
fill_list(struct cx *cx, const struct field *f, const struct field_path *p,
    const struct json *j, void *s)
{
	size_t n = json_count(j), i;
	struct field_path entry = *p;
	char *list;
	enum err e;

	if ((e = check_array(cx, f, p, j)) != OK)
		return e;
	list = arena_alloc(cx->mem, n * f->size);
	for (i = 0; i < n; i++) {
		entry.index = (int64_t)i;
		e = fill_all(cx, f->sub, &entry, json_at(j, i),
		    list + i * f->size);
		if (e != OK)
			return e;
	}
	*(void **)member(f, s) = list;
	*member_count(f, s) = n;
	return OK;
}

static fill_fn *const fills[] = {
	[FIELD_INT] = fill_int,
	[FIELD_BOOL] = fill_bool,
	[FIELD_TEXT] = fill_text,
	[FIELD_BYTES] = NULL, /* not JSON's */
	[FIELD_WHEN] = fill_when,
	[FIELD_JSON] = fill_json,
	[FIELD_TEXTS] = fill_texts,
	[FIELD_LIST] = fill_list,
};

/* `known` members of the object were in the table, so an unknown one is among
   the first known + 1: a hostile object is not walked to its end. */
static enum err
find_unknown(struct cx *cx, const struct field *fields,
    const struct field_path *up, const struct json *j, size_t known)
{
	struct field_path p = { up, NULL, NO_INDEX };
	const struct field *f;
	size_t i;

	for (i = 0; i <= known && (p.name = json_key(j, i, NULL)) != NULL;
	     i++) {
		f = field_named(fields, p.name);
		if (f == NULL || fills[f->type] == NULL)
			return field_bad(cx, &p, "unknown");
	}
	return OK;
}

static enum err
fill_all(struct cx *cx, const struct field *fields, const struct field_path *up,
    const struct json *j, void *s)
{
	struct field_path p = { up, NULL, NO_INDEX };
	const struct field *f;
	const struct json *v;
	size_t known = 0;
	enum err e;

	if (!json_is_object(j))
		return field_bad(cx, up, "not an object");
	for (f = fields; f->type != FIELD_END; f++) {
		if (fills[f->type] == NULL)
			continue;
		v = json_get(j, f->name);
		known += v != NULL;
		p.name = f->name;
		if (json_is_null(v)) {
			if (!(f->flags & FIELD_OPTIONAL))
				return field_bad(cx, &p, "missing");
		} else if ((e = fills[f->type](cx, f, &p, v, s)) != OK)
			return e;
	}
	if (known < json_count(j))
		return find_unknown(cx, fields, up, j, known);
	return OK;
}

static size_t
member_size(const struct field *f)
{
	switch (f->type) {
	case FIELD_BOOL:
		return sizeof(bool);
	case FIELD_BYTES:
		return sizeof(struct bytes);
	case FIELD_INT:
	case FIELD_WHEN:
		return sizeof(int64_t);
	default:
		return sizeof(void *);
	}
}

static bool
is_counted(const struct field *f)
{
	return f->type == FIELD_TEXTS || f->type == FIELD_LIST;
}

static size_t
max_size(size_t a, size_t b)
{
	return a > b ? a : b;
}

/* Bytes of the struct that the table reaches. */
static size_t
extent(const struct field *f)
{
	size_t n = 0;

	for (; f->type != FIELD_END; f++) {
		n = max_size(n, f->off + member_size(f));
		if (is_counted(f))
			n = max_size(n, f->off_n + sizeof(size_t));
	}
	return n;
}

enum err
json_fill(struct cx *cx, const struct json *j, const struct field *f, void *out)
{
	size_t n = extent(f);
	void *copy = arena_copy(cx->mem, out, n);
	enum err e;

	if ((e = fill_all(cx, f, NULL, j, copy)) != OK)
		return e;
	if ((e = field_check(cx, f, copy)) != OK)
		return e;
	memcpy(out, copy, n);
	return OK;
}

static struct json *
json_of_text(struct cx *cx, const char *text)
{
	struct json *j;

	/* What we hold was JSON when it came; what is not is null. */
	if (text == NULL || json_parse(cx, text, strlen(text), &j) != OK)
		return json_new_null(cx);
	return j;
}

static struct json *
json_of_texts(struct cx *cx, const struct field *f, const void *s)
{
	const char *const *texts =
	    *(const char *const *const *)member_const(f, s);
	size_t n = *(const size_t *)(const void *)((const char *)s + f->off_n);
	struct json *array = json_new_array(cx);
	size_t i;

	for (i = 0; i < n; i++)
		json_push(array, json_new_text(cx, texts[i]));
	return array;
}

static struct json *
json_of_list(struct cx *cx, const struct field *f, const void *s)
{
	const char *list = *(const char *const *)member_const(f, s);
	size_t n = *(const size_t *)(const void *)((const char *)s + f->off_n);
	struct json *array = json_new_array(cx);
	size_t i;

	for (i = 0; i < n; i++)
		json_push(array, json_of(cx, f->sub, list + i * f->size));
	return array;
}

static struct json *
json_of_member(struct cx *cx, const struct field *f, const void *s)
{
	const void *m = member_const(f, s);
	int64_t ms;

	switch (f->type) {
	case FIELD_INT:
		return json_new_int(cx, *(const int64_t *)m);
	case FIELD_BOOL:
		return json_new_bool(cx, *(const bool *)m);
	case FIELD_TEXT:
		return json_new_text(cx, *(const char *const *)m);
	case FIELD_WHEN:
		ms = *(const int64_t *)m;
		return json_new_text(cx,
		    ms == 0 ? NULL : when_write(cx->mem, ms));
	case FIELD_JSON:
		return json_of_text(cx, *(const char *const *)m);
	case FIELD_TEXTS:
		return json_of_texts(cx, f, s);
	case FIELD_LIST:
		return json_of_list(cx, f, s);
	default:
		return NULL;
	}
}

struct json *
json_of(struct cx *cx, const struct field *f, const void *s)
{
	struct json *object = json_new_object(cx);

	for (; f->type != FIELD_END; f++) {
		if (f->type != FIELD_BYTES && !(f->flags & FIELD_SECRET))
			json_set(object, f->name, json_of_member(cx, f, s));
	}
	return object;
}
