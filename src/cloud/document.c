/*
 * document.c - the order document, checked.
 *
 * The first fault is named by its path and ends the check; paths are put
 * together on the way out, so a good document of 1,000 lines costs no text.
 */
#include "cloud/document.h"

#include <string.h>

#include "base/arena.h"
#include "base/crypt.h"
#include "base/json.h"
#include "base/text.h"
#include "base/when.h"
#include "cloud/document_parts.h"

enum { LINES_MAX = 1000 };

static enum err
bad(struct cx *cx, const char *what)
{
	return cx_fail_code(cx, ERR_INPUT, "bad_document", "%s", what);
}

/* --- forms of text --- */

static bool
all_in(const char *s, const char *set)
{
	return s[strspn(s, set)] == '\0';
}

#define DIGITS "0123456789"
#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

static bool
is_id(const char *s)
{
	int64_t n;

	return s[0] != '0' && all_in(s, DIGITS) &&
	    text_to_int(s, 1, INT64_MAX, &n);
}

static bool
is_gid(const char *s, const char *prefix)
{
	return text_starts(s, prefix) && is_id(s + strlen(prefix));
}

/* No leading zeros before the point; *end behind the whole part. */
static bool
whole_part(const char *s, size_t max, const char **end)
{
	size_t n = strspn(s, DIGITS);

	*end = s + n;
	return n >= 1 && n <= max && (s[0] != '0' || n == 1);
}

static bool
is_amount(const char *s)
{
	const char *p;
	size_t n;

	if (!whole_part(s + (s[0] == '-'), 15, &p) || *p++ != '.')
		return false;
	n = strspn(p, DIGITS);
	return p[n] == '\0' && n >= 2 && n <= 6 && (n == 2 || p[n - 1] != '0');
}

static bool
is_rate(const char *s)
{
	const char *p;
	size_t n;

	if (!whole_part(s, 4, &p))
		return false;
	if (*p == '\0')
		return true;
	n = strspn(++p, DIGITS);
	return p[n] == '\0' && n >= 1 && n <= 6 && p[n - 1] != '0';
}

static bool
is_time(const char *s)
{
	int64_t ms;

	return strlen(s) == 20 && s[10] == 'T' && s[19] == 'Z' &&
	    when_read(s, &ms);
}

static bool
form_is(enum want w, const char *s)
{
	switch (w) {
	case ID:
		return is_id(s);
	case WORD:
		return all_in(s, "abcdefghijklmnopqrstuvwxyz_" DIGITS);
	case CURRENCY:
		return strlen(s) == 3 && all_in(s, CAPITALS);
	case COUNTRY:
		return strlen(s) == 2 && all_in(s, CAPITALS);
	case DIGEST:
		return strlen(s) == 64 && all_in(s, "abcdef" DIGITS);
	case GID_ORDER:
		return is_gid(s, "gid://shopify/Order/");
	case GID_LINE:
		return is_gid(s, "gid://shopify/LineItem/");
	case RATE:
		return is_rate(s);
	case AMOUNT:
		return is_amount(s);
	case TIME:
		return is_time(s);
	default:
		return true;
	}
}

/* --- members --- */

static enum err
text_check(struct cx *cx, const struct part *p, const struct json *v)
{
	const char *s = json_text(v);
	int64_t n;

	if (s == NULL)
		return bad(cx, "not a text");
	n = (int64_t)text_count(s);
	if (n < p->min)
		return bad(cx, "empty");
	if (n > p->max)
		return bad(cx, "too long");
	if (!form_is(p->want, s))
		return bad(cx, "not in the form it should have");
	return OK;
}

static bool
is_flag(const char *s)
{
	size_t i;

	for (i = 0; flag_words[i] != NULL; i++) {
		if (text_equal(s, flag_words[i]))
			return true;
	}
	return false;
}

static bool
came_before(const struct json *list, size_t i)
{
	size_t j;

	for (j = 0; j < i; j++) {
		if (text_equal(json_text(json_at(list, i)),
			json_text(json_at(list, j))))
			return true;
	}
	return false;
}

static enum err
texts_check(struct cx *cx, const struct part *p, const struct json *v)
{
	const char *s;
	size_t i, n;

	for (i = 0; i < json_count(v); i++) {
		s = json_text(json_at(v, i));
		if (s == NULL)
			return bad(cx, "an entry is not a text");
		n = text_count(s);
		if (n < 1 || n > 255)
			return bad(cx, "an entry is empty or too long");
		if (p->want == FLAGS && (!is_flag(s) || came_before(v, i)))
			return bad(cx, "an entry is no flag, or comes twice");
	}
	return OK;
}

static enum err object_check(struct cx *, const struct part *,
    const struct json *);

static enum err
list_check(struct cx *cx, const struct part *p, const struct json *v)
{
	size_t i;
	enum err e;

	if (!json_is_array(v))
		return bad(cx, "not a list");
	if ((int64_t)json_count(v) > p->max)
		return bad(cx, "too many entries");
	if (p->want != LIST)
		return texts_check(cx, p, v);
	for (i = 0; i < json_count(v); i++) {
		if ((e = object_check(cx, p->sub, json_at(v, i))) != OK)
			return cx_in(cx, e,
			    strchr(cx->why, ':') ? "[%zu]." : "[%zu]: ", i);
	}
	return OK;
}

static enum err
part_check(struct cx *cx, const struct part *p, const struct json *v)
{
	switch (p->want) {
	case WHOLE:
		if (!json_is_int(v))
			return bad(cx, "not a whole number");
		if (json_int(v, 0) < p->min || json_int(v, 0) > p->max)
			return bad(cx, "out of its limits");
		return OK;
	case TRUTH:
		if (json_bool(v, true) != json_bool(v, false))
			return bad(cx, "neither true nor false");
		return OK;
	case OBJECT:
		return object_check(cx, p->sub, v);
	case LIST:
	case TEXTS:
	case FLAGS:
		return list_check(cx, p, v);
	default:
		return text_check(cx, p, v);
	}
}

/* "lines" before "[3].sku: empty", "lines: " before "not a list". */
static enum err
named(struct cx *cx, const struct part *p, enum err e)
{
	if (cx->why[0] == '[')
		return cx_in(cx, e, "%s", p->name);
	if (p->want == OBJECT && strchr(cx->why, ':') != NULL)
		return cx_in(cx, e, "%s.", p->name);
	return cx_in(cx, e, "%s: ", p->name);
}

static enum err
unknown_check(struct cx *cx, const struct part *parts, const struct json *o)
{
	const struct part *p;
	const char *key;
	size_t i;

	for (i = 0; (key = json_key(o, i, NULL)) != NULL; i++) {
		for (p = parts; p->name != NULL; p++) {
			if (strcmp(p->name, key) == 0)
				break;
		}
		if (p->name == NULL) /* its name may be anything: not told */
			return bad(cx, "a member that the schema has not");
	}
	return OK;
}

static enum err
object_check(struct cx *cx, const struct part *parts, const struct json *o)
{
	const struct part *p;
	const struct json *v;
	size_t seen = 0;
	enum err e;

	if (!json_is_object(o))
		return bad(cx, "not an object");
	for (p = parts; p->name != NULL; p++) {
		v = json_get(o, p->name);
		if (v == NULL && (p->flags & OPTIONAL))
			continue;
		if (v == NULL)
			return named(cx, p, bad(cx, "missing"));
		seen++;
		if (json_is_null(v) && (p->flags & NULLABLE))
			continue;
		if ((e = part_check(cx, p, v)) != OK)
			return named(cx, p, e);
	}
	return seen == json_count(o) ? OK : unknown_check(cx, parts, o);
}

/* --- the whole --- */

void
document_digest(struct cx *cx, const struct json *doc, char hex[65])
{
	static const char *const outside[] = { "digest", "updated_at", "tags",
		"flags", "enrichment", NULL };
	struct json *in = json_new_object(cx);
	struct json *v;
	const char *key, *text;
	size_t i, j;

	for (i = 0; (key = json_key(doc, i, &v)) != NULL; i++) {
		for (j = 0; outside[j] != NULL; j++) {
			if (strcmp(outside[j], key) == 0)
				break;
		}
		if (outside[j] == NULL)
			json_set(in, key, v);
	}
	text = json_canonical(cx, in);
	sha256_hex(text, strlen(text), hex);
}

static enum err
digest_check(struct cx *cx, const struct document *d)
{
	char hex[65];

	document_digest(cx, d->json, hex);
	if (strcmp(hex, d->digest) == 0)
		return OK;
	return cx_fail_code(cx, ERR_INPUT, "digest_mismatch",
	    "The digest is not that of the content, so the order was not "
	    "taken.");
}

enum err
document_read(struct cx *cx, const struct json *j, struct document *d)
{
	const char *id = json_get_text(j, "id");
	enum err e;

	*d = (struct document){ .json = j };
	if (id != NULL && is_id(id))
		d->id = id;
	if (json_count(json_get(j, "lines")) > LINES_MAX)
		return cx_fail_code(cx, ERR_INPUT, "too_many_lines",
		    "The order has more than %d lines, so it was not taken.",
		    LINES_MAX);
	if ((e = object_check(cx, document_parts, j)) != OK)
		return cx_fail_code(cx, e, "bad_document",
		    "%.300s. The order document is not complete, so the "
		    "order was not taken.",
		    cx->why);
	d->name = json_get_text(j, "name");
	d->digest = json_get_text(j, "digest");
	d->confirmed = json_bool(json_get(j, "confirmed"), false);
	d->cancelled = !json_is_null(json_get(j, "cancelled_at"));
	if (!when_read(json_get_text(j, "created_at"), &d->created_at) ||
	    !when_read(json_get_text(j, "updated_at"), &d->updated_at))
		return cx_fail(cx, ERR_BUG, "a checked time does not read");
	return digest_check(cx, d);
}
