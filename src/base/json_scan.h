/*
 * json_scan.h - one pass over JSON text before it is parsed; for json.c.
 */
#ifndef BASE_JSON_SCAN_H
#define BASE_JSON_SCAN_H

#include <stddef.h>

struct json_scan {
	size_t depth;   /* deepest nesting of arrays and objects */
	size_t repairs; /* lone surrogates and NULs replaced */
	size_t values;  /* no fewer than there are, but for the first */
};

/* Overwrites, in place, each lone surrogate escape and each \u0000 with
   \ufffd, which is as long.  Text that is not JSON is scanned calmly. */
struct json_scan json_scan(char *text, size_t n);

#endif
