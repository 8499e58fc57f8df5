/*
 * docpart_cell.c - amounts without floating point, ids without rounding, texts
 * that can be stored.
 *
 * An amount is two integers since 15 digits before the point and six behind
 * do not fit one.
 */
#include "shopify/docpart_cell.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/text.h"

static const int64_t micro_one = 1000000;
static const int64_t whole_max = 999999999999999;

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
settle(struct amount *a)
{
	a->whole += a->micro / micro_one;
	a->micro %= micro_one;
	if (a->whole > 0 && a->micro < 0) {
		a->whole--;
		a->micro += micro_one;
	}
	if (a->whole < 0 && a->micro > 0) {
		a->whole++;
		a->micro -= micro_one;
	}
	return a->whole <= whole_max && a->whole >= -whole_max;
}

/* The digits behind the point, if there is one; NULL: not a fraction. */
static const char *
read_micro(const char *s, int64_t *micro)
{
	int64_t unit = micro_one / 10;

	*micro = 0;
	if (*s != '.')
		return s;
	if (!is_digit(*++s))
		return NULL;
	for (; is_digit(*s); s++) {
		*micro += (*s - '0') * unit;
		if (unit == 0 && *s >= '5')
			++*micro;
		if (unit == 0)
			break;
		unit /= 10;
	}
	return s + strspn(s, "0123456789");
}

bool
amount_read(const char *s, struct amount *out)
{
	struct amount a = { 0 };
	bool minus;

	if (s == NULL)
		return false;
	minus = *s == '-';
	if (*s == '-' || *s == '+')
		s++;
	if (!is_digit(*s))
		return false;
	for (; is_digit(*s); s++) {
		a.whole = a.whole * 10 + (*s - '0');
		if (a.whole > whole_max)
			return false;
	}
	s = read_micro(s, &a.micro);
	if (s == NULL || *s != '\0' || !settle(&a))
		return false;
	*out = minus ? (struct amount){ -a.whole, -a.micro } : a;
	return true;
}

bool
amount_add(struct amount *a, struct amount b)
{
	a->whole += b.whole;
	a->micro += b.micro;
	return settle(a);
}

/* With six places, cut to no fewer than `least` if there are zeros. */
static char *
write_decimal(struct cx *cx, struct amount a, int least)
{
	bool minus = a.whole < 0 || a.micro < 0;
	char *s = arena_printf(cx->mem, "%s%" PRId64 ".%06" PRId64,
	    minus ? "-" : "", a.whole < 0 ? -a.whole : a.whole,
	    a.micro < 0 ? -a.micro : a.micro);
	char *end = s + strlen(s), *stop = end - 6 + least;

	while (end > stop && end[-1] == '0')
		*--end = '\0';
	if (end[-1] == '.')
		*--end = '\0';
	return s;
}

char *
amount_write(struct cx *cx, struct amount a)
{
	return write_decimal(cx, a, 2);
}

char *
amount_write_rate(struct cx *cx, struct amount a)
{
	if (a.whole < 0 || a.micro < 0 || a.whole > 9999)
		return NULL;
	return write_decimal(cx, a, 0);
}

const char *
cell_id(struct cx *cx, const struct json *j)
{
	const char *s, *slash;
	int64_t n;

	s = json_is_int(j) ? json_decimal(cx, j) : json_text(j);
	if (s == NULL)
		return NULL;
	if (text_starts(s, "gid://") && (slash = strrchr(s, '/')) != NULL)
		s = slash + 1;
	if (*s == '0' || !text_to_int(s, 1, INT64_MAX, &n))
		return NULL;
	return s;
}

const char *
cell_words(struct cx *cx, const struct json *j)
{
	const char *s;

	if (json_is_null(j))
		return NULL;
	if ((s = json_decimal(cx, j)) != NULL) /* text or number */
		return s;
	return json_write(cx, j);
}

static size_t
point_bytes(const char *s)
{
	unsigned char c = (unsigned char)*s;

	return c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

/* A control character, or one that was replaced before us. */
static bool
is_bad(const char *s, size_t n)
{
	unsigned char c = (unsigned char)*s;

	if (n == 1)
		return c == 0x7f ||
		    (c < 0x20 && c != '\t' && c != '\n' && c != '\r');
	if (n == 2) /* U+0080 to U+009F */
		return c == 0xc2 && (unsigned char)s[1] < 0xa0;
	return n == 3 && memcmp(s, "\xef\xbf\xbd", 3) == 0;
}

/* Bytes from the start that need no repair. */
static size_t
good_bytes(const char *s, size_t *max)
{
	size_t n, at = 0;

	for (; s[at] != '\0' && *max > 0; --*max) {
		n = point_bytes(s + at);
		if (is_bad(s + at, n))
			break;
		at += n;
	}
	return at;
}

const char *
cell_text(struct cx *cx, const char *s, size_t max, bool *repaired)
{
	struct buf b;
	size_t n = good_bytes(s, &max);

	if (s[n] == '\0')
		return s;
	*repaired = true;
	b = buf_new(cx->mem);
	for (;;) {
		buf_add(&b, s, n);
		s += n;
		if (*s == '\0' || max == 0)
			return b.p;
		buf_text(&b, "\xef\xbf\xbd");
		s += point_bytes(s);
		max--;
		n = good_bytes(s, &max);
	}
}

const char *
cell_word(struct cx *cx, const char *s, size_t max)
{
	char *word = text_lower_ascii(cx->mem, text_cut(cx->mem, s, max));
	char *p;

	for (p = word; *p != '\0'; p++) {
		if (!is_digit(*p) && (*p < 'a' || *p > 'z'))
			*p = '_';
	}
	return word;
}
