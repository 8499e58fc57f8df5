/*
 * text.c - UTF-8 is checked by one table-free walk (RFC 3629 section 4):
 * no overlong forms, no surrogates, nothing above U+10FFFF.  NUL counts as
 * wrong too: it would end our text early.
 */
#include "base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

/* Bytes of the code point at p, at most n; 0: not UTF-8. */
static size_t
point_bytes(const unsigned char *p, size_t n)
{
	unsigned char low = 0x80, high = 0xbf;
	size_t len, i;

	if (p[0] < 0x80)
		return p[0] != 0;
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	len = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (len > n)
		return 0;
	if (p[0] == 0xe0)
		low = 0xa0; /* overlong below */
	if (p[0] == 0xed)
		high = 0x9f; /* surrogates above */
	if (p[0] == 0xf0)
		low = 0x90; /* overlong below */
	if (p[0] == 0xf4)
		high = 0x8f; /* no such plane above */
	if (p[1] < low || p[1] > high)
		return 0;
	for (i = 2; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	}
	return len;
}

bool
text_is_utf8(const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t len;

	while (n > 0) {
		if ((len = point_bytes(p, n)) == 0)
			return false;
		p += len;
		n -= len;
	}
	return true;
}

void
text_mend(char *s)
{
	size_t n = strlen(s), from = 0, to = 0, len;

	for (; from < n; from += len) {
		len = point_bytes((const unsigned char *)s + from, n - from);
		memmove(s + to, s + from, len);
		to += len;
		if (len == 0)
			len = 1;
	}
	s[to] = '\0';
}

bool
text_equal(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return strcmp(a, b) == 0;
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool
text_equal_ascii_case(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	while (*a != '\0' && lower(*a) == lower(*b)) {
		a++;
		b++;
	}
	return lower(*a) == lower(*b);
}

bool
text_starts(const char *s, const char *prefix)
{
	return s != NULL && strncmp(s, prefix, strlen(prefix)) == 0;
}

bool
text_is_empty(const char *s)
{
	return s == NULL || *s == '\0';
}

size_t
text_count(const char *s)
{
	size_t n = 0;

	if (s == NULL)
		return 0;
	for (; *s != '\0'; s++)
		n += (*s & 0xc0) != 0x80;
	return n;
}

bool
text_to_int(const char *s, int64_t min, int64_t max, int64_t *out)
{
	const char *digits;
	long long n;

	if (s == NULL)
		return false;
	digits = *s == '-' ? s + 1 : s;
	if (*digits == '\0' || digits[strspn(digits, "0123456789")] != '\0')
		return false;
	errno = 0;
	n = strtoll(s, NULL, 10);
	if (errno != 0 || n < min || n > max)
		return false;
	*out = n;
	return true;
}

char *
text_shown(struct arena *mem, const char *s)
{
	return arena_textn(mem, s, strcspn(s, "=: \t\r\n"));
}

char *
text_cut(struct arena *mem, const char *s, size_t n)
{
	size_t len = strnlen(s, n);

	if (s[len] != '\0') {
		while (len > 0 && (s[len] & 0xc0) == 0x80)
			len--;
	}
	return arena_textn(mem, s, len);
}

/* Bytes of the blank at s; 0: not a blank. */
static size_t
blank_bytes(const char *s, const char *end)
{
	if (s < end && strchr(" \t\r\n", *s) != NULL && *s != '\0')
		return 1;
	if (end - s >= 2 && memcmp(s, "\xc2\xa0", 2) == 0)
		return 2;
	return 0;
}

static char *
trim(struct arena *mem, const char *s, const char *end)
{
	size_t n;

	while ((n = blank_bytes(s, end)) > 0)
		s += n;
	for (;;) {
		if (end > s && blank_bytes(end - 1, end) == 1)
			end--;
		else if (end - s >= 2 && blank_bytes(end - 2, end) == 2)
			end -= 2;
		else
			break;
	}
	return arena_textn(mem, s, (size_t)(end - s));
}

char *
text_trim(struct arena *mem, const char *s)
{
	return trim(mem, s, s + strlen(s));
}

char *
text_lower_ascii(struct arena *mem, const char *s)
{
	char *copy = arena_text(mem, s), *p;

	for (p = copy; p != NULL && *p != '\0'; p++)
		*p = lower(*p);
	return copy;
}

size_t
text_split(struct arena *mem, const char *s, char sep, char ***pieces)
{
	const char *end;
	size_t n = 1, used = 0;
	char **list;

	for (end = s; *end != '\0'; end++)
		n += *end == sep;
	list = arena_alloc(mem, n * sizeof(*list));
	for (;; s = end + 1) {
		end = strchrnul(s, sep);
		list[used] = trim(mem, s, end);
		used += *list[used] != '\0';
		if (*end == '\0')
			break;
	}
	*pieces = list;
	return used;
}

/* RFC 3986 section 2.3: these need no escape anywhere. */
static bool
is_unreserved(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	    (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
	    c == '~';
}

char *
text_url_encode(struct arena *mem, const char *s)
{
	static const char hex[] = "0123456789ABCDEF";
	char *out = arena_alloc(mem, 3 * strlen(s) + 1), *p = out;
	unsigned char c;

	for (; *s != '\0'; s++) {
		if (is_unreserved(*s)) {
			*p++ = *s;
			continue;
		}
		c = (unsigned char)*s;
		*p++ = '%';
		*p++ = hex[c >> 4];
		*p++ = hex[c & 15];
	}
	return out;
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool
text_url_decode(struct arena *mem, const char *s, size_t n, bool plus,
    char **out)
{
	char *text = arena_alloc(mem, n + 1);
	size_t i, used = 0;
	int high, low;

	for (i = 0; i < n; i++) {
		if (s[i] != '%') {
			text[used++] = plus && s[i] == '+' ? ' ' : s[i];
			continue;
		}
		if (n - i < 3)
			return false;
		high = hex_value(s[i + 1]);
		low = hex_value(s[i + 2]);
		if (high < 0 || low < 0)
			return false;
		text[used++] = (char)(high << 4 | low);
		i += 2;
	}
	if (!text_is_utf8(text, used))
		return false;
	*out = text;
	return true;
}
