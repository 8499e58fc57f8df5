/*
 * api_csv_out.h - a list as a CSV file, for people who take it elsewhere.
 *
 * The rows come slice after slice, newest first, each in an arena of its own:
 * only the text grows.  At most CSV_OUT_MAX of them; where there are more, a
 * Link header (RFC 8288) says where to go on.
 */
#ifndef CLOUD_API_CSV_OUT_H
#define CLOUD_API_CSV_OUT_H

#include "base/cx.h"

struct buf;
struct reply;
struct request;

enum { CSV_OUT_SLICE = 200, CSV_OUT_MAX = 10000 }; /* rows */

struct csv_out {
	const struct request *rq; /* for the Link */
	const char *file;         /* the name it is saved under */
	const char *head;         /* the first line, with its end */
	/* Add the cells of up to CSV_OUT_SLICE rows before id *before (0: from
	   the top) and leave the last one's id there; *n: how many. */
	enum err (*slice)(struct cx *, void *arg, struct buf *, int64_t *before,
	    size_t *n);
	void *arg;
};

/* Answer with the rows before id `before`; 0: all.  Errors are the slice's. */
enum err csv_out(struct cx *, struct reply *, const struct csv_out *,
    int64_t before);

#endif
