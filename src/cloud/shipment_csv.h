/*
 * shipment_csv.h - a CSV file of shippings and deliveries, worked off in
 * slices.
 *
 * The first line names the columns, in any order: order number, courier,
 * tracking, shipped_at, delivered_at, and if wanted shipment and shop (a
 * connector's label or a shop's domain: an order number may be of several
 * stores).  Several tracking numbers stand in one field with blanks between.
 * The file is stored in pieces and answered at once; a job takes it line by
 * line, a slice in a transaction with its progress: killed at any line it goes
 * on behind the last slice.  A bad line costs itself only, and is named by
 * number with its reason.  Lines say what is so, not what to do, so that a file
 * that comes twice changes nothing the second time.
 */
#ifndef CLOUD_SHIPMENT_CSV_H
#define CLOUD_SHIPMENT_CSV_H

#include "base/cx.h"
#include "base/field.h"

struct buf;
struct csv_record;
struct job;

enum { CSV_ROWS_MAX = 100000, CSV_BODY_MAX = 8 * 1024 * 1024 };

struct csv_import {
	int64_t id;
	const char *public_id;
	const char *state;     /* receiving queued running done */
	const char *columns;   /* JSON: words, in the file's order */
	const char *separator; /* one character */
	int64_t rows;          /* lines of data */
	int64_t done;          /* of them looked at */
	int64_t taken, same, bad;
	int64_t next_seq;
	const char *job; /* UUID, or NULL */
	int64_t created_at, finished_at;
};

struct csv_error {
	int64_t line;
	const char *code, *reason;
};

/* ERR_INPUT: "csv_header", "csv_empty", "csv_too_long", "csv_not_utf8". */
enum err shipment_csv_take(struct cx *, struct bytes, struct csv_import *);
enum err shipment_csv_find(struct cx *, const char *public_id,
    struct csv_import *);
/* Refused lines, behind one. */
enum err shipment_csv_errors(struct cx *, int64_t import, int64_t after,
    int64_t limit, struct csv_error **, size_t *n);
/* The job's work. */
enum err shipment_csv_run(struct cx *, int64_t import, struct csv_import *);
/* Drop files older than 30 days. */
enum err shipment_csv_trim(struct cx *);

/* --- one line (shipment_csv_row.c) --- */

enum csv_column {
	CSV_ORDER,
	CSV_SHIPMENT,
	CSV_COURIER,
	CSV_TRACKING,
	CSV_SHIPPED_AT,
	CSV_DELIVERED_AT,
	CSV_SHOP,    /* whose order or shipment */
	CSV_IGNORED, /* of our own export: state, store */
	CSV_COLUMNS
};
/* CSV_COLUMNS: no such column. */
enum csv_column csv_column_read(struct cx *, const char *name);
extern const char *const csv_column_names[CSV_COLUMNS];

/* Inside a transaction.  *changed false: all of it was so already.  ERR_INPUT,
   ERR_CONFLICT, ERR_MISSING with a code: refused, and nothing was written. */
enum err shipment_csv_row(struct cx *, const struct csv_record *,
    const enum csv_column *columns, size_t ncolumns, bool *changed);

#endif
