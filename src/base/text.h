/*
 * text.h - questions about text, and the few changes we make to it.
 *
 * Text is NUL-terminated UTF-8 without NUL inside, checked where it enters.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/cx.h"

bool text_is_utf8(const char *, size_t n); /* false if NUL is in it */
/* In place: bytes that are no UTF-8 go, as halves of a letter that "%.60s" cut;
   the rest moves up. */
void text_mend(char *);
bool text_equal(const char *, const char *); /* NULL equals NULL */
bool text_equal_ascii_case(const char *, const char *);
bool text_starts(const char *, const char *prefix);
bool text_is_empty(const char *); /* NULL or "" */
size_t text_count(const char *);  /* code points */

/* Whole decimal number within limits; false: not one, *out untouched. */
bool text_to_int(const char *, int64_t min, int64_t max, int64_t *out);

/* What may be said again of a word that stands where none was expected: up to
   the first "=", ":" or blank, since a password may be behind it. */
char *text_shown(struct arena *, const char *);

/* Cut at `n` bytes or less, never inside a code point. */
char *text_cut(struct arena *, const char *, size_t n);

/* Without blanks (space, tab, CR, LF, U+00A0) at both ends. */
char *text_trim(struct arena *, const char *);

/* ASCII letters lowered, other bytes kept. */
char *text_lower_ascii(struct arena *, const char *);

/* Split at `sep`, every piece trimmed, empty ones dropped. */
size_t text_split(struct arena *, const char *, char sep, char ***pieces);

/* For keyset cursors, URLs and headers: percent-encoding, RFC 3986 2.1. */
char *text_url_encode(struct arena *, const char *);
bool text_url_decode(struct arena *, const char *, size_t n, bool plus,
    char **out); /* false: bad escape, NUL or not UTF-8 */

#endif
