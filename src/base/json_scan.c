/*
 * json_scan.c - depth and repairs, without recursion.
 *
 * The parser recurses, so depth is measured before it may start.  Escapes
 * count only inside strings; a backslash outside of one is the parser's to
 * refuse.
 */
#include "base/json_scan.h"

#include <string.h>

enum {
	ESCAPE_LEN = 6, /* \uXXXX */
	NO_ESCAPE = -1
};

/* The code unit of an escape \uXXXX at p, or NO_ESCAPE. */
static int
unit_at(const char *p, const char *end)
{
	int unit = 0, i;
	char c;

	if (end - p < ESCAPE_LEN || p[0] != '\\' || p[1] != 'u')
		return NO_ESCAPE;
	for (i = 2; i < ESCAPE_LEN; i++) {
		c = p[i];
		if (c >= '0' && c <= '9')
			unit = unit * 16 + (c - '0');
		else if (c >= 'a' && c <= 'f')
			unit = unit * 16 + (c - 'a' + 10);
		else if (c >= 'A' && c <= 'F')
			unit = unit * 16 + (c - 'A' + 10);
		else
			return NO_ESCAPE;
	}
	return unit;
}

static int
is_high(int unit)
{
	return unit >= 0xd800 && unit <= 0xdbff;
}

static int
is_low(int unit)
{
	return unit >= 0xdc00 && unit <= 0xdfff;
}

/* The escape at p, which is a backslash inside a string; answers its end. */
static char *
scan_escape(char *p, const char *end, size_t *repairs)
{
	int unit = unit_at(p, end);

	if (unit == NO_ESCAPE) /* \n, \" and the like, or nonsense */
		return p + (end - p < 2 ? 1 : 2);
	if (is_high(unit) && is_low(unit_at(p + ESCAPE_LEN, end)))
		return p + 2 * ESCAPE_LEN;
	if (unit == 0 || is_high(unit) || is_low(unit)) {
		memcpy(p, "\\ufffd", ESCAPE_LEN);
		(*repairs)++;
	}
	return p + ESCAPE_LEN;
}

/* From behind the opening quote to behind the closing one. */
static char *
scan_string(char *p, const char *end, size_t *repairs)
{
	while (p < end && *p != '"') {
		if (*p == '\\')
			p = scan_escape(p, end, repairs);
		else
			p++;
	}
	return p < end ? p + 1 : p;
}

struct json_scan
json_scan(char *text, size_t n)
{
	struct json_scan found = { 0 };
	char *p = text;
	const char *end = text + n;
	size_t depth = 0;
	char c;

	while (p < end) {
		c = *p++;
		if (c == '"')
			p = scan_string(p, end, &found.repairs);
		else if (c == '[' || c == '{')
			depth++;
		else if ((c == ']' || c == '}') && depth > 0)
			depth--;
		found.values += c == '[' || c == '{' || c == ',';
		if (depth > found.depth)
			found.depth = depth;
	}
	return found;
}
