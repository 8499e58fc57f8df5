/*
 * field.h - a struct described once: for JSON in, JSON out, rows and limits.
 *
 * A table of rows ends with F_END.  Members are int64_t, bool, const char *,
 * struct bytes, nested structs, or pointer + size_t count for lists.
 */
#ifndef BASE_FIELD_H
#define BASE_FIELD_H

#include "base/cx.h"

enum field_type {
	FIELD_END,
	FIELD_INT,   /* int64_t; min..max */
	FIELD_BOOL,  /* bool; in rows 0 or 1 */
	FIELD_TEXT,  /* const char *; min..max code points */
	FIELD_BYTES, /* struct bytes; rows only, never JSON */
	FIELD_WHEN,  /* int64_t ms; RFC 3339 in JSON, integer in rows; 0 null */
	FIELD_JSON,  /* const char * holding JSON text; raw in JSON output */
	FIELD_TEXTS, /* const char ** + size_t; each at most `each` points */
	FIELD_LIST   /* struct * + size_t, rows of `sub`; JSON only */
};

enum {
	FIELD_OPTIONAL = 1, /* may be absent or null: member keeps its value */
	FIELD_SECRET = 2    /* never written to JSON */
};

struct field {
	const char *name;
	enum field_type type;
	size_t off;   /* of the member */
	size_t off_n; /* of its count (TEXTS, LIST) */
	int64_t min;  /* value, code points or entries */
	int64_t max;
	int64_t each; /* TEXTS: most code points of one */
	int flags;
	const struct field *sub; /* LIST */
	size_t size;             /* LIST: of one struct */
};

/* A table of rows: one a line, whatever the printer would like. */
/* clang-format off */
#define F_INT(s, m, lo, hi) { #m, FIELD_INT, offsetof(s, m), 0, lo, hi }
#define F_BOOL(s, m) { #m, FIELD_BOOL, offsetof(s, m) }
#define F_TEXT(s, m, lo, hi) { #m, FIELD_TEXT, offsetof(s, m), 0, lo, hi }
#define F_TEXT_OPT(s, m, hi) \
	{ #m, FIELD_TEXT, offsetof(s, m), 0, 0, hi, 0, FIELD_OPTIONAL }
#define F_INT_OPT(s, m, lo, hi) \
	{ #m, FIELD_INT, offsetof(s, m), 0, lo, hi, 0, FIELD_OPTIONAL }
#define F_BOOL_OPT(s, m) \
	{ #m, FIELD_BOOL, offsetof(s, m), 0, 0, 0, 0, FIELD_OPTIONAL }
#define F_BYTES(s, m) { #m, FIELD_BYTES, offsetof(s, m) }
#define F_WHEN(s, m) \
	{ #m, FIELD_WHEN, offsetof(s, m), 0, 0, 0, 0, FIELD_OPTIONAL }
#define F_JSON(s, m) \
	{ #m, FIELD_JSON, offsetof(s, m), 0, 0, 0, 0, FIELD_OPTIONAL }
#define F_TEXTS(s, m, n, lo, hi, each) \
	{ #m, FIELD_TEXTS, offsetof(s, m), offsetof(s, n), lo, hi, each }
#define F_LIST(s, m, n, sub, lo, hi) \
	{ #m, FIELD_LIST, offsetof(s, m), offsetof(s, n), lo, hi, 0, 0, sub, \
	    sizeof(*((s *)0)->m) }
#define F_END { NULL, FIELD_END, 0 }
/* clang-format on */

/* The row of that name, or NULL. */
const struct field *field_named(const struct field *, const char *name);

/* Limits hold?  ERR_INPUT, code "bad_input", names the path: "lines[3].sku:
   longer than 255".  An optional member that is 0, NULL or empty passes. */
enum err field_check(struct cx *, const struct field *, const void *);

#endif
