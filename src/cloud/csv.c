/*
 * csv.c - CSV in and out.
 *
 * A field is read by one state machine; what is wrong ends the record at the
 * end of the line it began on, and says so.
 */
#include "cloud/csv.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"

void
csv_start(struct csv *c, const void *p, size_t n, char sep)
{
	static const char mark[] = "\xef\xbb\xbf";

	*c = (struct csv){ .p = p, .n = n, .line = 1, .sep = sep };
	if (n >= 3 && memcmp(p, mark, 3) == 0)
		c->at = 3;
}

static bool
is_end(char ch)
{
	return ch == '\n' || ch == '\r';
}

/* Past the end of the line at `at`. */
static size_t
past_end(const struct csv *c, size_t at)
{
	if (at < c->n && c->p[at] == '\r')
		at++;
	else
		return at < c->n ? at + 1 : at;
	return at < c->n && c->p[at] == '\n' ? at + 1 : at;
}

/* The record is wrong: it ends with the line it began on. */
static bool
spoil(struct csv *c, struct csv_record *r, size_t begin, const char *bad)
{
	size_t at = begin;

	while (at < c->n && !is_end(c->p[at]))
		at++;
	c->at = past_end(c, at);
	c->line = r->line + 1;
	r->bad = bad;
	r->nfields = 0;
	return true;
}

/* One field from `at`; answers where it ended, or 0 with *bad set. */
static size_t
quoted(struct csv *c, size_t at, struct buf *b, const char **bad)
{
	size_t begin = at;

	for (at++; at < c->n; at++) {
		if (at - begin > CSV_FIELD_MAX)
			break;
		if (c->p[at] != '"') {
			if (c->p[at] == '\n' ||
			    (c->p[at] == '\r' &&
				(at + 1 == c->n || c->p[at + 1] != '\n')))
				c->line++;
		} else if (at + 1 < c->n && c->p[at + 1] == '"') {
			at++;
		} else {
			at++;
			if (at == c->n || c->p[at] == c->sep ||
			    is_end(c->p[at]))
				return at;
			*bad = "there is text behind a closing quote";
			return 0;
		}
		if (b->mem != NULL)
			buf_char(b, c->p[at]);
	}
	*bad = "a quote is opened and not closed";
	return 0;
}

static size_t
plain(const struct csv *c, size_t at, struct buf *b, const char **bad)
{
	size_t begin = at;

	while (at < c->n && c->p[at] != c->sep && !is_end(c->p[at]))
		at++;
	if (at - begin > CSV_FIELD_MAX) {
		*bad = "a field is longer than 2,000 bytes";
		return 0;
	}
	if (b->mem != NULL)
		buf_add(b, c->p + begin, at - begin);
	return at;
}

/* Numbers as spreadsheets save them behind our own apostrophe. */
static const char *
bare(struct arena *mem, const char *text)
{
	if (text[0] == '\'' && text[1] != '\0' && strchr("=+-@", text[1]))
		text++;
	return text_trim(mem, text);
}

static bool
keep(struct csv_record *r, struct arena *mem, const struct buf *b,
    const char **bad)
{
	if (r->nfields == CSV_FIELDS_MAX) {
		*bad = "it has more than 32 fields";
		return false;
	}
	/* Passing over does not look at text: both must end a record at the
	   same place. */
	if (mem != NULL && !text_is_utf8(b->p, b->n))
		r->bad = "it is not UTF-8 text";
	else if (mem != NULL)
		r->fields[r->nfields] = bare(mem, b->p);
	r->nfields++;
	return true;
}

static void
skip_empty(struct csv *c)
{
	while (c->at < c->n && is_end(c->p[c->at])) {
		c->at = past_end(c, c->at);
		c->line++;
	}
}

bool
csv_next(struct csv *c, struct arena *mem, struct csv_record *r)
{
	const char *bad = NULL;
	size_t begin, at;
	struct buf b = { 0 };

	skip_empty(c);
	if (c->at >= c->n)
		return false;
	*r = (struct csv_record){ .line = c->line };
	begin = c->at;
	for (at = begin;; at++) {
		if (mem != NULL)
			b = buf_new(mem);
		if (at < c->n && c->p[at] == '"')
			at = quoted(c, at, &b, &bad);
		else
			at = plain(c, at, &b, &bad);
		if (bad != NULL || !keep(r, mem, &b, &bad))
			return spoil(c, r, begin, bad);
		if (at >= c->n || c->p[at] != c->sep)
			break;
	}
	c->at = past_end(c, at);
	c->line++;
	return true;
}

void
csv_cell(struct buf *b, const char *text, bool last)
{
	const char *p;

	if (text == NULL)
		text = "";
	if (text[strcspn(text, ",;\t\"\r\n ")] == '\0' &&
	    strchr("=+-@", text[0]) == NULL) {
		buf_text(b, text);
	} else if (text[0] != '\0') {
		buf_char(b, '"');
		/* OWASP, CSV injection: these begin a formula. */
		if (strchr("=+-@\t\r", text[0]) != NULL)
			buf_char(b, '\'');
		for (p = text; *p != '\0'; p++) {
			if (*p == '"')
				buf_char(b, '"');
			buf_char(b, *p);
		}
		buf_char(b, '"');
	}
	buf_text(b, last ? "\r\n" : ",");
}
