/*
 * http.c - reading requests and writing replies, no bytes of the wire.
 *
 * A header that would split the reply (CR, LF, NUL and their kin) is left out
 * and logged: the value may come from outside, so it is no broken invariant,
 * and a mended value would be one nobody meant.
 */
#include "net/http.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"

/* --- asking the request --- */

static const char *
param_find(const struct param *p, size_t n, const char *name)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (strcmp(p[i].name, name) == 0)
			return p[i].value;
	}
	return NULL;
}

const char *
header_get(const struct request *rq, const char *name)
{
	size_t i;

	for (i = 0; i < rq->nheaders; i++) {
		if (text_equal_ascii_case(rq->headers[i].name, name))
			return rq->headers[i].value;
	}
	return NULL;
}

size_t
header_count(const struct request *rq, const char *name)
{
	size_t i, n = 0;

	for (i = 0; i < rq->nheaders; i++)
		n += text_equal_ascii_case(rq->headers[i].name, name);
	return n;
}

const char *
path_text(const struct request *rq, const char *name)
{
	const char *v = param_find(rq->params, rq->nparams, name);

	return v == NULL ? "" : v;
}

int64_t
path_int(const struct request *rq, const char *name)
{
	int64_t n = 0;

	if (!text_to_int(path_text(rq, name), 1, INT64_MAX, &n))
		return 0;
	return n;
}

const char *
query_get(const struct request *rq, const char *name)
{
	return param_find(rq->query, rq->nquery, name);
}

enum err
query_int(struct cx *cx, const struct request *rq, const char *name,
    int64_t dflt, int64_t min, int64_t max, int64_t *out)
{
	const char *v = query_get(rq, name);

	if (v == NULL) {
		*out = dflt;
		return OK;
	}
	if (!text_to_int(v, min, max, out))
		return cx_fail_code(cx, ERR_INPUT, "bad_input",
		    "query %s: expected a whole number from %lld to %lld", name,
		    (long long)min, (long long)max);
	return OK;
}

/* "application/json" or "application/…+json", parameters ignored. */
static bool
type_is_json(const char *type)
{
	size_t n = strcspn(type, "; \t");

	if (n == 16 && strncasecmp(type, "application/json", n) == 0)
		return true;
	return n > 17 && strncasecmp(type, "application/", 12) == 0 &&
	    strncasecmp(type + n - 5, "+json", 5) == 0;
}

enum err
body_json(struct cx *cx, const struct request *rq, struct json **out)
{
	const char *type = header_get(rq, "content-type");

	if (type == NULL || !type_is_json(type))
		return cx_fail_code(cx, ERR_INPUT, "not_json",
		    "body: expected Content-Type application/json");
	if (rq->body.n == 0)
		return cx_fail_code(cx, ERR_INPUT, "bad_json",
		    "body: empty, expected a JSON text");
	return json_parse(cx, (const char *)rq->body.p, rq->body.n, out);
}

enum err
body_read(struct cx *cx, const struct request *rq, const struct field *fields,
    void *out)
{
	struct json *j;
	enum err e;

	if ((e = body_json(cx, rq, &j)) != OK)
		return e;
	return json_fill(cx, j, fields, out);
}

/* --- writing the reply --- */

void
reply_status(struct reply *rp, int status)
{
	assert(status >= 200 && status <= 599);
	rp->status = status;
}

static bool
value_is_clean(const char *v)
{
	const unsigned char *p;

	for (p = (const unsigned char *)v; *p != '\0'; p++) {
		if ((*p < 0x20 && *p != '\t') || *p == 0x7f)
			return false;
	}
	return true;
}

/* The place for a header: its own when set before, except that each
   Set-Cookie is a line of its own (RFC 6265, section 3). */
static struct param *
header_slot(struct reply *rp, const char *name)
{
	size_t i;

	for (i = 0; i < rp->nheaders; i++) {
		if (text_equal_ascii_case(rp->headers[i].name, name) &&
		    !text_equal_ascii_case(name, "Set-Cookie"))
			return &rp->headers[i];
	}
	assert(rp->nheaders < sizeof(rp->headers) / sizeof(rp->headers[0]));
	return &rp->headers[rp->nheaders++];
}

void
reply_header(struct cx *cx, struct reply *rp, const char *name, const char *fmt,
    ...)
{
	struct param *slot;
	char *value;
	va_list ap;

	va_start(ap, fmt);
	value = arena_vprintf(cx->mem, fmt, ap);
	va_end(ap);
	if (!value_is_clean(value)) {
		log_line(cx, LEVEL_WARN, "http.header_refused", "name=%s",
		    name);
		return;
	}
	slot = header_slot(rp, name);
	slot->name = name;
	slot->value = value;
}

void
reply_text(struct reply *rp, const char *type, const char *text)
{
	rp->content_type = type;
	rp->body.p = (const unsigned char *)text;
	rp->body.n = strlen(text);
}

void
reply_json(struct cx *cx, struct reply *rp, const struct json *j)
{
	reply_text(rp, "application/json", json_write(cx, j));
}

void
reply_object(struct cx *cx, struct reply *rp, const struct field *fields,
    const void *object)
{
	reply_json(cx, rp, json_of(cx, fields, object));
}

void
reply_page(struct cx *cx, struct reply *rp, struct json *items,
    const char *next)
{
	struct json *page = json_new_object(cx);

	json_set(page, "items", items);
	json_set_text(cx, page, "next_cursor", next);
	reply_json(cx, rp, page);
}
