/*
 * framing_rows.h - requests that two readers may cut at two places.
 *
 * Most carry a second request where a laxer reader would see one: GET /hello,
 * which none of them asks for itself.
 */
#ifndef TEST_NET_FRAMING_ROWS_H
#define TEST_NET_FRAMING_ROWS_H

#include <stddef.h>

#define H "Host: a\r\n"
#define POST_ECHO "POST /echo HTTP/1.1\r\n" H
#define SMUGGLED "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"

struct framing_row {
	const char *name;
	const char *text;
	int status; /* 0: any error, or closed without an answer */
	size_t n;   /* 0: text's length */
};

extern const struct framing_row framing_bad[];
extern const size_t nframing_bad;

#endif
