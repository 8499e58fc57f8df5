/*
 * json.h - JSON in and out, under limits.
 *
 * Reading is strict (RFC 8259): duplicate keys, bad UTF-8, numbers beyond
 * int64 and trailing text are errors.  Two repairs are made first, visibly: a
 * lone surrogate escape and \u0000 become U+FFFD, and json_repaired() says so,
 * since shops really send them and an order must not be lost for a note.
 *
 * Trees live in the arena of the cx that made them.  Getters take NULL and
 * wrong types calmly (answer NULL, dflt, 0), so that paths can be chained.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/cx.h"
#include "base/field.h"

struct json;

enum { JSON_DEPTH_MAX = 64 };

/* ERR_INPUT with code "bad_json": where and what; also over 10,000 values that
   take under 6 bytes each.  Depth over JSON_DEPTH_MAX is refused before
   parsing. */
enum err json_parse(struct cx *, const char *text, size_t n, struct json **);
bool json_repaired(struct cx *, const char *text, size_t n);

/* Reading. */
struct json *json_get(const struct json *, const char *key);
struct json *json_path(const struct json *, const char *dotted);
struct json *json_at(const struct json *, size_t i);
size_t json_count(const struct json *);     /* of array or object */
const char *json_text(const struct json *); /* NULL: not text */
int64_t json_int(const struct json *, int64_t dflt);
bool json_bool(const struct json *, bool dflt);
bool json_is_null(const struct json *); /* absent counts */
bool json_is_object(const struct json *);
bool json_is_array(const struct json *);
bool json_is_int(const struct json *);
const char *json_get_text(const struct json *, const char *key);
/* Text, integer or real as plain decimal text (no exponent, no trailing
   zeros; reals to 6 places); text as it stands, to be checked by who reads
   it; NULL for anything else. */
const char *json_decimal(struct cx *, const struct json *);
/* Walk an object: i-th key in insertion order, NULL past the end.  Counts
   from the start each time: for objects of bounded size. */
const char *json_key(const struct json *, size_t i, struct json **value);

/* Building; a NULL text or value adds null.  Bytes of
   a text that are no UTF-8 are left out (text_mend).  A node set into another
   belongs to both; no cycles.  (Not json_object(): jansson exports that name,
   and the linker would give it ours.) */
struct json *json_new_object(struct cx *);
struct json *json_new_array(struct cx *);
struct json *json_new_text(struct cx *, const char *);
struct json *json_new_int(struct cx *, int64_t);
struct json *json_new_bool(struct cx *, bool);
struct json *json_new_null(struct cx *);
void json_set(struct json *object, const char *key, struct json *value);
void json_set_text(struct cx *, struct json *, const char *key, const char *);
void json_set_int(struct cx *, struct json *, const char *key, int64_t);
void json_set_bool(struct cx *, struct json *, const char *key, bool);
void json_drop(struct json *object, const char *key);
void json_push(struct json *array, struct json *value);

/* Compact text; json_canonical also sorts keys (for digests). */
char *json_write(struct cx *, const struct json *);
char *json_canonical(struct cx *, const struct json *);

/* Structs by field table.  json_fill refuses unknown members, wrong types and
   broken limits: ERR_INPUT, code "bad_input", the path named.  json_of leaves
   out BYTES and SECRET members; a JSON member that does not parse is null. */
enum err json_fill(struct cx *, const struct json *, const struct field *,
    void *out);
struct json *json_of(struct cx *, const struct field *, const void *);

#endif
