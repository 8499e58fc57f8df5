/*
 * cx.c - why it failed, and what each failure means.
 *
 * Reasons are formatted beside cx->why and copied afterwards, so that a reason
 * may quote the one before it.
 */
#include "base/cx.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/log.h"
#include "base/text.h"

/* clang-format off */
static const struct err_row rows[ERR_COUNT] = {
	[OK] = { "OK", "ok", "Done", 200, false, LEVEL_INFO },
	[ERR_INPUT] = { "ERR_INPUT", "bad_input",
	    "Something in the call is not right", 422, false, LEVEL_INFO },
	[ERR_AUTH] = { "ERR_AUTH", "not_authorized",
	    "Not authorized", 401, false, LEVEL_WARN },
	[ERR_DENIED] = { "ERR_DENIED", "not_allowed",
	    "You may not do this", 403, false, LEVEL_WARN },
	[ERR_MISSING] = { "ERR_MISSING", "not_found",
	    "Not found", 404, false, LEVEL_INFO },
	[ERR_CONFLICT] = { "ERR_CONFLICT", "conflict",
	    "It exists, or changed meanwhile", 409, false, LEVEL_INFO },
	[ERR_BUSY] = { "ERR_BUSY", "busy",
	    "Too many calls", 429, true, LEVEL_INFO },
	[ERR_UPSTREAM] = { "ERR_UPSTREAM", "upstream_failed",
	    "The other side did not answer", 502, true, LEVEL_WARN },
	[ERR_STORE] = { "ERR_STORE", "store_failed",
	    "The database does not answer", 503, true, LEVEL_ERROR },
	[ERR_BUG] = { "ERR_BUG", "internal",
	    "A fault of the program", 500, false, LEVEL_ERROR },
};
/* clang-format on */

const struct err_row *
err_row(enum err e)
{
	assert(e >= OK && e < ERR_COUNT);
	return &rows[e];
}

static void
set_text(char *out, size_t size, const char *s)
{
	size_t n = strnlen(s, size - 1);

	memmove(out, s, n);
	out[n] = '\0';
	text_mend(out); /* formats cut anywhere */
}

static enum err
failed(struct cx *cx, enum err e, const char *code, const char *why)
{
	assert(e > OK && e < ERR_COUNT);
	set_text(cx->code, sizeof(cx->code), code);
	set_text(cx->why, sizeof(cx->why), why);
	if (e != ERR_BUSY)
		cx->wait_ms = 0;
	return e;
}

enum err
cx_fail(struct cx *cx, enum err e, const char *fmt, ...)
{
	char why[sizeof(cx->why)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	return failed(cx, e, "", why);
}

enum err
cx_fail_code(struct cx *cx, enum err e, const char *code, const char *fmt, ...)
{
	char why[sizeof(cx->why)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	return failed(cx, e, code, why);
}

void
cx_keep(const struct cx *cx, enum err e, struct failure *f)
{
	assert(e > OK && e < ERR_COUNT);
	f->e = e;
	f->wait_ms = e == ERR_BUSY ? cx->wait_ms : 0;
	memcpy(f->code, cx->code, sizeof(f->code));
	memcpy(f->why, cx->why, sizeof(f->why));
}

enum err
cx_again(struct cx *cx, const struct failure *f)
{
	cx->wait_ms = f->wait_ms;
	return failed(cx, f->e, f->code, f->why);
}

enum err
cx_from(struct cx *cx, enum err e, const struct cx *part)
{
	struct failure f;

	if (e == OK)
		return OK;
	cx_keep(part, e, &f);
	return cx_again(cx, &f);
}

enum err
cx_busy(struct cx *cx, int64_t wait_ms, const char *fmt, ...)
{
	char why[sizeof(cx->why)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	cx->wait_ms = wait_ms;
	return failed(cx, ERR_BUSY, "busy", why);
}

enum err
cx_in(struct cx *cx, enum err e, const char *fmt, ...)
{
	char why[sizeof(cx->why)];
	size_t n;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	n = strlen(why);
	set_text(why + n, sizeof(why) - n, cx->why);
	set_text(cx->why, sizeof(cx->why), why);
	return e;
}

void
cx_child(struct cx *cx, const struct cx *from)
{
	*cx = (struct cx){
		.env = from->env,
		.mem = arena_new(),
		.db = from->db,
		.log = from->log,
		.conf = from->conf,
		.keys = from->keys,
		.now = env_wall(from->env),
	};
}

void
cx_part(struct cx *cx, const struct cx *of)
{
	cx_child(cx, of);
	cx->guard = of->guard;
	cx->guard_arg = of->guard_arg;
	cx->stop = of->stop;
}

void
cx_done(struct cx *cx)
{
	arena_free(cx->mem);
	cx->mem = NULL;
}

bool
cx_stopped(const struct cx *cx)
{
	return cx->stop != NULL && __atomic_load_n(cx->stop, __ATOMIC_RELAXED);
}
