/*
 * field.c - limits, checked by walking the table.
 */
#include "base/field.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/field_path.h"
#include "base/text.h"

enum {
	NAME_SHOWN = 64 /* bytes of a name that came from outside */
};

const struct field *
field_named(const struct field *f, const char *name)
{
	for (; f->type != FIELD_END; f++) {
		if (strcmp(f->name, name) == 0)
			return f;
	}
	return NULL;
}

static void
add_path(struct buf *b, const struct field_path *p)
{
	if (p == NULL)
		return;
	add_path(b, p->up);
	if (p->up != NULL)
		buf_char(b, '.');
	buf_text(b,
	    *p->name == '\0' ? "\"\"" : text_cut(b->mem, p->name, NAME_SHOWN));
	if (p->index != NO_INDEX)
		buf_printf(b, "[%" PRId64 "]", p->index);
}

enum err
field_bad(struct cx *cx, const struct field_path *p, const char *what, ...)
{
	struct buf b = buf_new(cx->mem);
	va_list ap;

	add_path(&b, p);
	if (b.n > 0)
		buf_text(&b, ": ");
	va_start(ap, what);
	buf_text(&b, arena_vprintf(cx->mem, what, ap));
	va_end(ap);
	return cx_fail_code(cx, ERR_INPUT, "bad_input", "%s", b.p);
}

static const void *
member(const struct field *f, const void *s)
{
	return (const char *)s + f->off;
}

static size_t
member_count(const struct field *f, const void *s)
{
	return *(const size_t *)(const void *)((const char *)s + f->off_n);
}

enum err
field_limit_int(struct cx *cx, const struct field *f,
    const struct field_path *p, int64_t n)
{
	if (n < f->min)
		return field_bad(cx, p, "less than %" PRId64, f->min);
	if (n > f->max)
		return field_bad(cx, p, "more than %" PRId64, f->max);
	return OK;
}

enum err
field_limit_count(struct cx *cx, const struct field *f,
    const struct field_path *p, size_t n)
{
	if ((int64_t)n < f->min)
		return field_bad(cx, p, "fewer than %" PRId64 " entries",
		    f->min);
	if ((int64_t)n > f->max)
		return field_bad(cx, p, "more than %" PRId64 " entries",
		    f->max);
	return OK;
}

/* An optional number that is 0, an optional list that is empty: not given. */
static bool
is_optional(const struct field *f)
{
	return f->flags & FIELD_OPTIONAL;
}

static enum err
check_int(struct cx *cx, const struct field *f, const struct field_path *p,
    const void *s)
{
	int64_t n = *(const int64_t *)member(f, s);

	return is_optional(f) && n == 0 ? OK : field_limit_int(cx, f, p, n);
}

static enum err
check_text(struct cx *cx, const struct field *f, const struct field_path *p,
    const void *s)
{
	const char *text = *(const char *const *)member(f, s);
	int64_t n = (int64_t)text_count(text);

	if (text == NULL)
		return is_optional(f) ? OK : field_bad(cx, p, "missing");
	if (n < f->min)
		return n == 0
		    ? field_bad(cx, p, "empty")
		    : field_bad(cx, p, "shorter than %" PRId64, f->min);
	if (n > f->max)
		return field_bad(cx, p, "longer than %" PRId64, f->max);
	return OK;
}

static enum err
check_count(struct cx *cx, const struct field *f, const struct field_path *p,
    size_t n)
{
	return is_optional(f) && n == 0 ? OK : field_limit_count(cx, f, p, n);
}

static enum err
check_texts(struct cx *cx, const struct field *f, const struct field_path *p,
    const void *s)
{
	const char *const *texts = *(const char *const *const *)member(f, s);
	size_t n = member_count(f, s), i;
	struct field_path entry = *p;
	enum err e;

	if ((e = check_count(cx, f, p, n)) != OK)
		return e;
	for (i = 0; i < n; i++) {
		entry.index = (int64_t)i;
		if (texts[i] == NULL)
			return field_bad(cx, &entry, "missing");
		if ((int64_t)text_count(texts[i]) > f->each)
			return field_bad(cx, &entry, "longer than %" PRId64,
			    f->each);
	}
	return OK;
}

static enum err check_all(struct cx *, const struct field *,
    const struct field_path *, const void *);

static enum err
check_list(struct cx *cx, const struct field *f, const struct field_path *p,
    const void *s)
{
	const char *list = *(const char *const *)member(f, s);
	size_t n = member_count(f, s), i;
	struct field_path entry = *p;
	enum err e;

	if ((e = check_count(cx, f, p, n)) != OK)
		return e;
	for (i = 0; i < n; i++) {
		entry.index = (int64_t)i;
		e = check_all(cx, f->sub, &entry, list + i * f->size);
		if (e != OK)
			return e;
	}
	return OK;
}

typedef enum err check_fn(struct cx *, const struct field *,
    const struct field_path *, const void *);

static check_fn *const checks[] = {
	[FIELD_INT] = check_int,
	[FIELD_TEXT] = check_text,
	[FIELD_TEXTS] = check_texts,
	[FIELD_LIST] = check_list, /* the highest */
};

static enum err
check_all(struct cx *cx, const struct field *f, const struct field_path *up,
    const void *s)
{
	struct field_path p = { up, NULL, NO_INDEX };
	enum err e;

	for (; f->type != FIELD_END; f++) {
		if (checks[f->type] == NULL)
			continue; /* nothing to exceed */
		p.name = f->name;
		if ((e = checks[f->type](cx, f, &p, s)) != OK)
			return e;
	}
	return OK;
}

enum err
field_check(struct cx *cx, const struct field *f, const void *s)
{
	return check_all(cx, f, NULL, s);
}
