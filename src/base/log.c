/*
 * log.c - one line is one write(2), so that lines of several threads and
 * processes do not mix.
 *
 * Everything but the pairs is ours, so only the pairs and the tag are escaped:
 * a newline from outside must not make a second line, an escape sequence must
 * not reach a terminal.
 */
#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/env.h"
#include "base/text.h"
#include "base/when.h"

enum {
	LINE_MAX_BYTES = 2000 /* newline included */
};

struct log {
	int fd;
	enum level least;
};

struct log *
log_open(int fd, enum level least)
{
	struct log *log = mem_new(sizeof(*log));

	log->fd = fd;
	log->least = least;
	return log;
}

void
log_close(struct log *log)
{
	mem_free(log);
}

const char *
level_name(enum level level)
{
	static const char *const names[] = { "debug", "info", "warn", "error" };

	return names[level];
}

/* Bytes of the code point at s that may stay as they are; 0: escape a byte. */
static size_t
plain_bytes(const char *s)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t n;

	if (*p < 0x20 || *p == 0x7f)
		return 0;
	if (p[0] == 0xc2 && p[1] < 0xa0) /* C1 controls */
		return 0;
	for (n = 1; n <= 4 && p[n - 1] != '\0'; n++) {
		if (text_is_utf8(s, n))
			return n;
	}
	return 0;
}

static void
add_escaped(struct buf *b, const char *s, size_t room)
{
	char hex[5];
	size_t n;

	while (*s != '\0') {
		n = plain_bytes(s);
		if (b->n + (n > 0 ? n : sizeof(hex) - 1) > room)
			return;
		if (n == 0) {
			snprintf(hex, sizeof(hex), "\\x%02x",
			    (unsigned)(unsigned char)*s++);
			buf_text(b, hex);
			continue;
		}
		buf_add(b, s, n);
		s += n;
	}
}

static void
put(int fd, const char *p, size_t n)
{
	ssize_t done;

	do {
		done = write(fd, p, n);
	} while (done < 0 && errno == EINTR);
	/* A log that cannot be written must not stop the work. */
}

/* The tag stays when a line is cut: it says whose line this is. */
static void
write_line(struct cx *cx, enum level level, const char *event,
    const char *pairs)
{
	struct arena *mem = arena_new();
	struct buf b = buf_new(mem);
	int64_t now = cx->env != NULL ? env_wall(cx->env) : cx->now;

	buf_printf(&b, "%s %s %.100s", level_name(level),
	    when_write_ms(mem, now), event);
	if (pairs[0] != '\0')
		buf_char(&b, ' ');
	add_escaped(&b, pairs, LINE_MAX_BYTES - 1 - 4 * strlen(cx->tag));
	add_escaped(&b, cx->tag, LINE_MAX_BYTES - 1);
	buf_char(&b, '\n');
	put(cx->log->fd, b.p, b.n);
	arena_free(mem);
}

void
log_line(struct cx *cx, enum level level, const char *event, const char *fmt,
    ...)
{
	char pairs[LINE_MAX_BYTES] = "";
	va_list ap;

	if (cx->log == NULL || level < cx->log->least)
		return;
	if (fmt != NULL) {
		va_start(ap, fmt);
		vsnprintf(pairs, sizeof(pairs), fmt, ap);
		va_end(ap);
	}
	write_line(cx, level, event, pairs);
}
