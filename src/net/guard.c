/*
 * guard.c - the rules about framing, one function a rule.
 */
#include "net/guard.h"

#include <string.h>

#include "base/text.h"

static bool
field_is(const struct wire_field *f, const char *name)
{
	return f->name_n == strlen(name) &&
	    strncasecmp(f->name, name, f->name_n) == 0;
}

static size_t
count(const struct wire *w, const char *name, const struct wire_field **last)
{
	size_t i, n = 0;

	for (i = 0; i < w->nfields; i++) {
		if (field_is(&w->fields[i], name)) {
			*last = &w->fields[i];
			n++;
		}
	}
	return n;
}

/* tchar of RFC 9110, section 5.6.2. */
static bool
name_is_token(const char *p, size_t n)
{
	size_t i;
	char c;

	for (i = 0; i < n; i++) {
		c = p[i];
		if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		    (c >= 'A' && c <= 'Z'))
			continue;
		if (c == '\0' || strchr("!#$%&'*+-.^_`|~", c) == NULL)
			return false;
	}
	return n > 0;
}

static bool
value_is_clean(const char *p, size_t n)
{
	size_t i;
	unsigned char c;

	for (i = 0; i < n; i++) {
		c = (unsigned char)p[i];
		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

static bool
all_digits(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (p[i] < '0' || p[i] > '9')
			return false;
	}
	return n > 0 && n <= 18;
}

static enum err
bad(struct cx *cx, const char *why)
{
	return cx_fail_code(cx, ERR_INPUT, "bad_request", "%s", why);
}

static enum err
check_fields(struct cx *cx, const struct wire *w)
{
	const struct wire_field *f;
	size_t i, bytes = 0;

	for (i = 0; i < w->nfields; i++) {
		f = &w->fields[i];
		bytes += f->name_n + f->value_n + 4;
		if (!name_is_token(f->name, f->name_n))
			return bad(cx,
			    "a header's name has forbidden "
			    "characters");
		if (!value_is_clean(f->value, f->value_n))
			return bad(cx,
			    "a header's value has control "
			    "characters");
	}
	if (w->torn && !w->too_many)
		return bad(cx,
		    "a header line is not \"name: value\" and CR LF");
	if (w->too_many || bytes > WIRE_HEADER_BYTES_MAX)
		return cx_fail_code(cx, ERR_INPUT, "headers_too_large",
		    "headers: more than %d, or more than %d bytes",
		    WIRE_FIELDS_MAX, WIRE_HEADER_BYTES_MAX);
	return OK;
}

static enum err
check_framing(struct cx *cx, const struct wire *w, bool http11)
{
	const struct wire_field *length = NULL, *coding = NULL;
	size_t lengths = count(w, "Content-Length", &length);
	size_t codings = count(w, "Transfer-Encoding", &coding);

	if (lengths > 1)
		return bad(cx, "Content-Length: more than one");
	if (lengths == 1 && !all_digits(length->value, length->value_n))
		return bad(cx, "Content-Length: not a plain number");
	if (codings > 0 && (lengths > 0 || !http11))
		return bad(cx,
		    "Transfer-Encoding: not with Content-Length, "
		    "and only in HTTP/1.1");
	if (codings > 1 ||
	    (codings == 1 &&
		(coding->value_n != 7 ||
		    strncasecmp(coding->value, "chunked", 7) != 0)))
		return bad(cx, "Transfer-Encoding: only \"chunked\", once");
	return OK;
}

enum err
guard_check(struct cx *cx, const struct wire *w)
{
	const struct wire_field *host = NULL;
	bool http11 = strcmp(w->version, "HTTP/1.1") == 0;
	size_t hosts = count(w, "Host", &host);
	enum err e;

	if (!http11 && strcmp(w->version, "HTTP/1.0") != 0)
		return bad(cx, "the version is neither HTTP/1.1 nor HTTP/1.0");
	if ((e = check_fields(cx, w)) != OK)
		return e;
	if (hosts > 1 || (http11 && hosts == 0))
		return bad(cx, "Host: exactly one is needed");
	return check_framing(cx, w, http11);
}

int64_t
guard_length(const struct wire *w)
{
	const struct wire_field *f = NULL;
	char digits[20] = "";
	int64_t n = -1;

	if (count(w, "Content-Length", &f) != 1 || f->value_n >= sizeof(digits))
		return -1;
	memcpy(digits, f->value, f->value_n);
	return text_to_int(digits, 0, INT64_MAX, &n) ? n : -1;
}
