/*
 * json.c - jansson behind our own names.
 *
 * A struct json is a json_t.  Every node we make or parse is released by the
 * arena it was made in; a node set into another holds a reference of its own,
 * so the order of release does not matter.
 *
 * jansson quotes the offending text in its errors; that may be a customer's
 * name, so reasons are made from its error codes instead.
 *
 * Its memory is ours: where there is none it aborts like the rest, else a
 * document of somebody's would pass for one that is "not JSON".
 */
#include "base/json.h"

#include <assert.h>
#include <inttypes.h>
#include <jansson.h>
#include <string.h>

/* jansson's macros of the same names; ours are functions. */
#undef json_is_array
#undef json_is_null
#undef json_is_object

#include "base/arena.h"
#include "base/buf.h"
#include "base/json_scan.h"
#include "base/text.h"

/* A parsed value takes over 100 bytes, and "[]," is three: what is nearly all
   brackets and commas is no document of ours. */
enum { VALUES_FREE = 10 * 1000, VALUE_BYTES = 6 };

/* Digits of a double that survive: 0.1 is not 0.10000000000000001. */
#define WRITE_FLAGS (JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15))

__attribute__((constructor)) static void
start(void)
{
	json_set_alloc_funcs(mem_raw, mem_free);
}

static json_t *
own(const struct json *j)
{
	return (json_t *)(uintptr_t)j;
}

static struct json *
ours(json_t *j)
{
	return (struct json *)j;
}

static void
release(void *arg)
{
	json_decref(arg);
}

static struct json *
keep(struct cx *cx, json_t *j)
{
	assert(j != NULL);
	arena_defer(cx->mem, release, j);
	return ours(j);
}

static const char *
reason(enum json_error_code code)
{
	switch (code) {
	case json_error_premature_end_of_input:
		return "ends too early";
	case json_error_end_of_input_expected:
		return "something follows the value";
	case json_error_invalid_utf8:
		return "not UTF-8";
	case json_error_duplicate_key:
		return "the same name twice in one object";
	case json_error_numeric_overflow:
		return "a number is too large";
	default:
		return "not JSON";
	}
}

enum err
json_parse(struct cx *cx, const char *text, size_t n, struct json **out)
{
	char *copy = arena_textn(cx->mem, text, n);
	struct json_scan found = json_scan(copy, n);
	json_error_t why;
	json_t *j;

	if (found.depth > JSON_DEPTH_MAX)
		return cx_fail_code(cx, ERR_INPUT, "bad_json",
		    "JSON: nested deeper than %d", JSON_DEPTH_MAX);
	if (found.values > VALUES_FREE && found.values * VALUE_BYTES > n)
		return cx_fail_code(cx, ERR_INPUT, "bad_json",
		    "JSON: too many values for its size");
	j = json_loadb(copy, n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);
	if (j == NULL)
		return cx_fail_code(cx, ERR_INPUT, "bad_json",
		    "JSON, line %d column %d (byte %d): %s", why.line,
		    why.column, why.position, reason(json_error_code(&why)));
	*out = keep(cx, j);
	return OK;
}

bool
json_repaired(struct cx *cx, const char *text, size_t n)
{
	return json_scan(arena_textn(cx->mem, text, n), n).repairs > 0;
}

struct json *
json_get(const struct json *j, const char *key)
{
	return ours(json_object_get(own(j), key));
}

struct json *
json_path(const struct json *j, const char *dotted)
{
	const char *end;
	json_t *at = own(j);

	for (; at != NULL; dotted = end + 1) {
		end = strchrnul(dotted, '.');
		at = json_object_getn(at, dotted, (size_t)(end - dotted));
		if (*end == '\0')
			break;
	}
	return ours(at);
}

struct json *
json_at(const struct json *j, size_t i)
{
	return ours(json_array_get(own(j), i));
}

size_t
json_count(const struct json *j)
{
	return json_is_object(j) ? json_object_size(own(j))
				 : json_array_size(own(j));
}

const char *
json_text(const struct json *j)
{
	return json_string_value(own(j));
}

int64_t
json_int(const struct json *j, int64_t dflt)
{
	return json_is_int(j) ? json_integer_value(own(j)) : dflt;
}

bool
json_bool(const struct json *j, bool dflt)
{
	return json_is_boolean(own(j)) ? json_is_true(own(j)) : dflt;
}

bool
json_is_null(const struct json *j)
{
	return j == NULL || json_typeof(own(j)) == JSON_NULL;
}

bool
json_is_object(const struct json *j)
{
	return j != NULL && json_typeof(own(j)) == JSON_OBJECT;
}

bool
json_is_array(const struct json *j)
{
	return j != NULL && json_typeof(own(j)) == JSON_ARRAY;
}

bool
json_is_int(const struct json *j)
{
	return json_is_integer(own(j));
}

const char *
json_get_text(const struct json *j, const char *key)
{
	return json_text(json_get(j, key));
}

static const char *
real_decimal(struct cx *cx, double x)
{
	char *s = arena_printf(cx->mem, "%.6f", x), *end;

	for (end = s + strlen(s); end[-1] == '0'; end--)
		end[-1] = '\0';
	if (end[-1] == '.')
		end[-1] = '\0';
	return strcmp(s, "-0") == 0 ? "0" : s;
}

const char *
json_decimal(struct cx *cx, const struct json *j)
{
	if (json_is_int(j))
		return arena_printf(cx->mem, "%" PRId64, json_int(j, 0));
	if (json_is_real(own(j)))
		return real_decimal(cx, json_real_value(own(j)));
	return json_text(j);
}

const char *
json_key(const struct json *j, size_t i, struct json **value)
{
	void *iter = json_object_iter(own(j));

	while (iter != NULL && i-- > 0)
		iter = json_object_iter_next(own(j), iter);
	if (iter == NULL)
		return NULL;
	if (value != NULL)
		*value = ours(json_object_iter_value(iter));
	return json_object_iter_key(iter);
}

struct json *
json_new_object(struct cx *cx)
{
	return keep(cx, json_object());
}

struct json *
json_new_array(struct cx *cx)
{
	return keep(cx, json_array());
}

struct json *
json_new_text(struct cx *cx, const char *s)
{
	json_t *j = s == NULL ? json_null() : json_string(s);
	char *mended;

	if (j != NULL)
		return keep(cx, j);
	mended = arena_text(cx->mem, s);
	text_mend(mended);
	return keep(cx, json_string(mended));
}

struct json *
json_new_int(struct cx *cx, int64_t n)
{
	return keep(cx, json_integer(n));
}

struct json *
json_new_bool(struct cx *cx, bool b)
{
	return keep(cx, json_boolean(b));
}

struct json *
json_new_null(struct cx *cx)
{
	return keep(cx, json_null());
}

void
json_set(struct json *object, const char *key, struct json *value)
{
	json_t *v = value == NULL ? json_null() : own(value);
	int rc = json_object_set(own(object), key, v);

	assert(rc == 0); /* not an object, or a key that is not UTF-8 */
}

void
json_set_text(struct cx *cx, struct json *j, const char *key, const char *s)
{
	json_set(j, key, json_new_text(cx, s));
}

void
json_set_int(struct cx *cx, struct json *j, const char *key, int64_t n)
{
	json_set(j, key, json_new_int(cx, n));
}

void
json_set_bool(struct cx *cx, struct json *j, const char *key, bool b)
{
	json_set(j, key, json_new_bool(cx, b));
}

void
json_drop(struct json *object, const char *key)
{
	json_object_del(own(object), key);
}

void
json_push(struct json *array, struct json *value)
{
	json_t *v = value == NULL ? json_null() : own(value);
	int rc = json_array_append(own(array), v);

	assert(rc == 0); /* not an array */
}

static int
add_piece(const char *p, size_t n, void *arg)
{
	buf_add(arg, p, n);
	return 0;
}

static char *
write_text(struct cx *cx, const struct json *j, size_t flags)
{
	struct buf b = buf_new(cx->mem);
	json_t *v = j == NULL ? json_null() : own(j);
	int rc = json_dump_callback(v, add_piece, &b, flags | WRITE_FLAGS);

	assert(rc == 0); /* a cycle */
	return b.p;
}

char *
json_write(struct cx *cx, const struct json *j)
{
	return write_text(cx, j, 0);
}

char *
json_canonical(struct cx *cx, const struct json *j)
{
	return write_text(cx, j, JSON_SORT_KEYS);
}
