/*
 * row.h - some small things that the files of queue/ share.
 */
#ifndef QUEUE_ROW_H
#define QUEUE_ROW_H

#include "base/buf.h"
#include "base/field.h"
#include "db/db.h"

/* For statements that answer one number, as column n. */
struct number {
	int64_t n;
};
extern const struct field number_field[];

/* A text in a JSON list for a statement that takes many rows; NULL is null. */
void list_text(struct cx *, struct buf *, const char *);

/* Rows a trimming statement drops at once: the writer is not held long. */
enum { TRIM_SLICE = 500 };

/* Run the body in the caller's transaction, or in one of its own. */
enum err tx_join(struct cx *, enum err (*body)(struct cx *, void *), void *arg);

/* Run a statement ($1: bound, $2: rows) until it finds less than a slice. */
enum err trim_slices(struct cx *, const struct sql *, int64_t bound);

#endif
