/*
 * csv.h - CSV (RFC 4180), one record after another, and safe cells out.
 *
 * The reader walks over bytes that are there and copies nothing but the fields
 * of the record in hand.  Lines end with LF, CRLF or CR; a byte order mark is
 * skipped; empty lines are no records.  A record that is wrong costs its own
 * line only: a quote that is never closed does not swallow what follows.
 */
#ifndef CLOUD_CSV_H
#define CLOUD_CSV_H

#include "base/cx.h"

struct buf;

enum {
	CSV_FIELDS_MAX = 32,
	CSV_FIELD_MAX = 2000 /* bytes */
};

struct csv {
	const char *p; /* all of it; need not end with NUL */
	size_t n;      /* bytes */
	size_t at;     /* where the next record begins */
	int64_t line;  /* number of that line, from 1 */
	char sep;
};

struct csv_record {
	int64_t line; /* number of its first line */
	size_t nfields;
	const char *fields[CSV_FIELDS_MAX]; /* trimmed text, in the arena */
	const char *bad; /* what is wrong with it, in words; or NULL */
};

/* From the start: a byte order mark is skipped. */
void csv_start(struct csv *, const void *p, size_t n, char sep);

/* The next record; false at the end.  With `mem` NULL it is only passed
   over: fields are not set. */
bool csv_next(struct csv *, struct arena *mem, struct csv_record *);

/* Add a cell: quoted where needed, and what a spreadsheet would take for a
   formula is made text with a leading apostrophe. */
void csv_cell(struct buf *, const char *text, bool last);

#endif
