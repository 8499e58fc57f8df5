/*
 * client_call.c - what holds for a call whoever carries it, libcurl or a test.
 */
#include "net/client.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/text.h"

void
call_header(struct call *call, const char *name, const char *value)
{
	struct header *h = call->headers;
	struct header *end = h + CALL_HEADERS_MAX;

	while (h < end && h->name != NULL)
		h++;
	assert(h < end);
	h->name = name;
	h->value = value;
}

static enum err
check_header(struct cx *cx, const struct header *h)
{
	const char *p;

	for (p = h->value; p != NULL && *p != '\0'; p++) {
		if (((unsigned char)*p < 0x20 && *p != '\t') || *p == 0x7f)
			return cx_fail(cx, ERR_INPUT,
			    "header %s: control characters in it", h->name);
	}
	if (h->value == NULL || h->name[strcspn(h->name, ": \t\r\n")] != '\0')
		return cx_fail(cx, ERR_BUG, "header %s: no value, or no name",
		    h->name);
	return OK;
}

enum err
client_call(struct cx *cx, const struct call *call, struct answer *out)
{
	struct answer unused;
	size_t i;
	enum err e;

	if (out == NULL)
		out = &unused;
	memset(out, 0, sizeof(*out));
	out->retry_after_s = -1;
	for (i = 0; i < CALL_HEADERS_MAX && call->headers[i].name; i++) {
		if ((e = check_header(cx, &call->headers[i])) != OK)
			return e;
	}
	if (cx->env->call == NULL)
		return cx_fail(cx, ERR_BUG, "no network was set up");
	return cx->env->call(cx, call, out);
}

bool
call_seconds_read(struct cx *cx, const char *v, int64_t *out)
{
	size_t n = strspn(v, "0123456789");
	const char *rest = v + n;

	if (!text_to_int(arena_textn(cx->mem, v, n), 0, INT32_MAX, out))
		return false;
	if (rest[0] != '.')
		return rest[0] == '\0';
	rest += 1 + strspn(rest + 1, "0");
	*out += rest[0] != '\0';
	return rest[strspn(rest, "0123456789")] == '\0';
}
