/*
 * shipment_csv.c - a CSV file stored in pieces, then worked off.
 *
 * Pieces end where records end, so each can be read by itself; a piece is one
 * transaction with its errors and the progress.  Every slice has an arena of
 * its own: 100,000 lines need no more memory than 50.
 */
#include "cloud/shipment_csv.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/crashpoint.h"
#include "base/crypt.h"
#include "base/json.h"
#include "base/text.h"
#include "base/when.h"
#include "cloud/csv.h"
#include "cloud/jobs.h"
#include "cloud/shipment_row.h"
#include "db/db.h"
#include "gen/sql.h"
#include "queue/job.h"

enum {
	PUBLIC_ID = 16,
	SLICE = 50,          /* lines in a piece */
	PIECES = 20,         /* stored in one transaction */
	RECEIVE_MS = HOUR_MS /* a file not in whole by then never will be */
};
#define KEEP_MS (30 * DAY_MS)

static const struct field import_fields[] = {
	F_INT(struct csv_import, id, 1, INT64_MAX),
	F_TEXT(struct csv_import, public_id, 1, 32),
	F_TEXT(struct csv_import, state, 1, 16),
	F_JSON(struct csv_import, columns),
	F_TEXT(struct csv_import, separator, 1, 1),
	F_INT(struct csv_import, rows, 0, INT64_MAX),
	F_INT(struct csv_import, done, 0, INT64_MAX),
	F_INT(struct csv_import, taken, 0, INT64_MAX),
	F_INT(struct csv_import, same, 0, INT64_MAX),
	F_INT(struct csv_import, bad, 0, INT64_MAX),
	F_INT(struct csv_import, next_seq, 0, INT64_MAX),
	F_TEXT_OPT(struct csv_import, job, 36),
	F_WHEN(struct csv_import, created_at),
	F_WHEN(struct csv_import, finished_at),
	F_END,
};

static const struct field error_fields[] = {
	F_INT(struct csv_error, line, 1, INT64_MAX),
	F_TEXT(struct csv_error, code, 1, 48),
	F_TEXT(struct csv_error, reason, 1, 512),
	F_END,
};

struct piece {
	int64_t line;
	struct bytes body;
};
static const struct field piece_fields[] = {
	F_INT(struct piece, line, 1, INT64_MAX),
	F_BYTES(struct piece, body),
	F_END,
};

/* --- the first line --- */

struct head {
	struct json *columns;
	bool has_order;
	size_t known;
	const char *unknown; /* a column we do not know, or NULL */
};

static void
head_read(struct cx *cx, const struct csv_record *r, struct head *h)
{
	enum csv_column c;
	size_t i;

	*h = (struct head){ .columns = json_new_array(cx) };
	for (i = 0; i < r->nfields; i++) {
		c = csv_column_read(cx, r->fields[i]);
		h->known += c < CSV_COLUMNS;
		h->has_order |= c == CSV_ORDER || c == CSV_SHIPMENT;
		if (c == CSV_COLUMNS && !text_is_empty(r->fields[i]))
			h->unknown = r->fields[i];
		json_push(h->columns,
		    json_new_text(cx,
			c < CSV_COLUMNS ? csv_column_names[c] : ""));
	}
}

/* Comma, semicolon (spreadsheets of Italy) or tab: the one that makes columns
   we know. */
static enum err
head_find(struct cx *cx, struct bytes body, struct csv *c, struct head *h)
{
	static const char seps[] = ",;\t";
	struct csv_record r;
	size_t i;

	for (i = 0; i < sizeof(seps) - 1; i++) {
		csv_start(c, body.p, body.n, seps[i]);
		if (!csv_next(c, cx->mem, &r))
			return cx_fail_code(cx, ERR_INPUT, "csv_empty",
			    "The file is empty");
		if (r.bad != NULL)
			continue;
		head_read(cx, &r, h);
		if (h->has_order && h->known > 1)
			break;
	}
	if (i == sizeof(seps) - 1)
		return cx_fail_code(cx, ERR_INPUT, "csv_header",
		    "Line 1 does not name the columns. Needed are \"order "
		    "number\" and some of courier, tracking, shipped_at, "
		    "delivered_at, with a comma, semicolon or tab between");
	if (h->unknown != NULL)
		return cx_fail_code(cx, ERR_INPUT, "csv_header",
		    "Line 1 names a column that is not known: %.60s",
		    h->unknown);
	return OK;
}

/* --- taking a file --- */

struct taking {
	struct csv at; /* behind what is stored */
	struct csv_import *im;
	const char *columns;
	int64_t seq;
};

/* Where the next piece ends; false: there is none. */
static bool
piece_next(struct csv *c, struct piece *p)
{
	struct csv_record r;
	size_t begin = c->at;
	int i;

	p->line = c->line;
	for (i = 0; i < SLICE && csv_next(c, NULL, &r); i++)
		;
	p->body = (struct bytes){ (const unsigned char *)c->p + begin,
		c->at - begin };
	return i > 0;
}

static enum err
store_begin(struct cx *cx, void *arg)
{
	struct taking *t = arg;
	const char sep[2] = { t->at.sep, '\0' };
	struct row_id row;
	char id[27];
	enum err e;

	id_new(cx, id);
	id[PUBLIC_ID] = '\0';
	t->im->public_id = arena_text(cx->mem, id);
	e = db_one(cx, SQL_CSV_IMPORT_INSERT, ship_id_field, &row,
	    V(t->im->public_id), V(t->columns), V((const char *)sep),
	    V(t->im->rows), V(cx->now));
	if (e == OK)
		t->im->id = row.id;
	return e;
}

static enum err
store_pieces(struct cx *cx, void *arg)
{
	struct taking *t = arg;
	struct taking next = *t; /* the body may run twice */
	struct piece p;
	int i;
	enum err e;

	for (i = 0; i < PIECES && piece_next(&next.at, &p); i++) {
		e = db_exec(cx, SQL_CSV_CHUNK_INSERT, V(t->im->id),
		    V(next.seq + i), V(p.line), V(p.body));
		if (e != OK)
			return e;
	}
	return OK;
}

/* The same steps, once it is durable. */
static void
pass_pieces(struct taking *t)
{
	struct piece p;
	int i;

	for (i = 0; i < PIECES && piece_next(&t->at, &p); i++)
		t->seq++;
}

static enum err
store_end(struct cx *cx, void *arg)
{
	struct taking *t = arg;
	struct job_ref ref;
	enum err e;

	e = job_add(cx,
	    &(struct job_new){
		.kind = JOB_SHIPMENTS_CSV,
		.key = "shipments_csv",
		.subject = t->im->id,
	    },
	    &ref);
	if (e != OK)
		return e;
	t->im->job = arena_text(cx->mem, ref.uuid);
	return db_exec(cx, SQL_CSV_IMPORT_QUEUED, V(t->im->id), V(t->im->job));
}

static enum err
count_rows(struct cx *cx, struct csv at, int64_t *rows)
{
	struct csv_record r;

	for (*rows = 0; csv_next(&at, NULL, &r); ++*rows)
		;
	if (*rows == 0)
		return cx_fail_code(cx, ERR_INPUT, "csv_empty",
		    "The file has no line behind the first");
	if (*rows > CSV_ROWS_MAX)
		return cx_fail_code(cx, ERR_INPUT, "csv_too_long",
		    "The file has %" PRId64 " lines of data; at most 100,000 "
		    "are taken at once",
		    *rows);
	return OK;
}

enum err
shipment_csv_take(struct cx *cx, struct bytes body, struct csv_import *out)
{
	struct csv_import im = { .state = "queued", .created_at = cx->now };
	struct taking t = { .im = &im };
	struct head h = { 0 };
	enum err e;

	if ((e = head_find(cx, body, &t.at, &h)) != OK ||
	    (e = count_rows(cx, t.at, &im.rows)) != OK)
		return e;
	t.columns = json_write(cx, h.columns);
	im.columns = t.columns;
	im.separator = arena_textn(cx->mem, &t.at.sep, 1);
	if ((e = db_tx(cx, store_begin, &t)) != OK)
		return e;
	while (t.at.at < t.at.n) {
		if ((e = db_tx(cx, store_pieces, &t)) != OK)
			return e;
		pass_pieces(&t);
	}
	if ((e = db_tx(cx, store_end, &t)) == OK)
		*out = im;
	return e;
}

enum err
shipment_csv_find(struct cx *cx, const char *public_id, struct csv_import *im)
{
	enum err e;

	*im = (struct csv_import){ 0 };
	e = db_one(cx, SQL_CSV_IMPORT_FIND, import_fields, im, V(public_id));
	if (e == ERR_MISSING)
		return cx_fail(cx, e, "There is no such CSV import");
	return e;
}

enum err
shipment_csv_errors(struct cx *cx, int64_t import, int64_t after, int64_t limit,
    struct csv_error **list, size_t *n)
{
	return db_list(cx, SQL_CSV_ERROR_LIST, error_fields, list, n, V(import),
	    V(after), V(limit));
}

/* --- working it off --- */

struct slice {
	int64_t import;
	struct csv_import im;
	struct piece piece;
};

static bool
is_lines_own(const struct cx *cx, enum err e)
{
	return (e == ERR_INPUT || e == ERR_CONFLICT || e == ERR_MISSING) &&
	    cx->code[0] != '\0' && !text_equal(cx->code, "lease_lost");
}

static enum err
take_line(struct cx *cx, struct slice *s, const struct csv_record *r,
    const enum csv_column *columns, size_t n)
{
	bool changed;
	enum err e;

	s->im.done++;
	e = shipment_csv_row(cx, r, columns, n, &changed);
	if (e == OK) {
		s->im.taken += changed;
		s->im.same += !changed;
		return OK;
	}
	if (!is_lines_own(cx, e))
		return e;
	s->im.bad++;
	return db_exec(cx, SQL_CSV_ERROR_INSERT, V(s->import), V(r->line),
	    V((const char *)arena_text(cx->mem, cx->code)),
	    V((const char *)arena_text(cx->mem, cx->why)));
}

static enum err
take_lines(struct cx *cx, struct slice *s)
{
	enum csv_column columns[CSV_FIELDS_MAX];
	struct csv_record r;
	struct json *names;
	struct csv c;
	size_t n, i;
	enum err e;

	e = json_parse(cx, s->im.columns, strlen(s->im.columns), &names);
	if (e != OK)
		return e;
	n = json_count(names) < CSV_FIELDS_MAX ? json_count(names)
					       : CSV_FIELDS_MAX;
	for (i = 0; i < n; i++)
		columns[i] = csv_column_read(cx, json_text(json_at(names, i)));
	csv_start(&c, s->piece.body.p, s->piece.body.n, s->im.separator[0]);
	c.line = s->piece.line;
	while (csv_next(&c, cx->mem, &r)) {
		if ((e = take_line(cx, s, &r, columns, n)) != OK)
			return e;
	}
	return OK;
}

static enum err
slice(struct cx *cx, void *arg)
{
	struct slice *s = arg;
	struct csv_import *im = &s->im;
	enum err e;

	*im = (struct csv_import){ 0 };
	e = db_one(cx, SQL_CSV_IMPORT_FIND_ID, import_fields, im, V(s->import));
	if (e != OK || text_equal(im->state, "done"))
		return e;
	e = db_one(cx, SQL_CSV_CHUNK_FIND, piece_fields, &s->piece,
	    V(s->import), V(im->next_seq));
	if (e == ERR_MISSING) {
		im->state = "done";
		im->finished_at = cx->now;
	} else if (e != OK || (e = take_lines(cx, s)) != OK ||
	    (e = db_exec(cx, SQL_CSV_CHUNK_DROP, V(s->import),
		 V(im->next_seq))) != OK) {
		return e;
	} else {
		im->state = "running";
		im->next_seq++;
	}
	return db_exec(cx, SQL_CSV_IMPORT_SET, V(im->id), V(im->state),
	    V(im->done), V(im->taken), V(im->same), V(im->bad), V(im->next_seq),
	    V(im->finished_at));
}

/* One slice in an arena of its own, fenced as the job is. */
static enum err
slice_run(struct cx *cx, struct slice *s, bool *done)
{
	struct cx child;
	enum err e;

	cx_part(&child, cx);
	e = db_tx(&child, slice, s);
	*done = e == OK && text_equal(s->im.state, "done");
	cx_from(cx, e, &child);
	if (*done)
		s->im.public_id = arena_text(cx->mem, s->im.public_id);
	cx_done(&child);
	return e;
}

enum err
shipment_csv_run(struct cx *cx, int64_t import, struct csv_import *out)
{
	struct slice s = { .import = import };
	bool done = false;
	enum err e;

	while (!done) {
		if (cx_stopped(cx)) {
			e = cx_fail_code(cx, ERR_BUSY, "stopped",
			    "The program stops; the file goes on with it.");
			cx->wait_ms = 1;
			return e;
		}
		CRASH_POINT("csv.before_slice");
		if ((e = slice_run(cx, &s, &done)) != OK)
			return e;
	}
	*out = (struct csv_import){ .id = s.im.id,
		.public_id = s.im.public_id,
		.state = "done",
		.rows = s.im.rows,
		.done = s.im.done,
		.taken = s.im.taken,
		.same = s.im.same,
		.bad = s.im.bad };
	return OK;
}

enum err
shipment_csv_trim(struct cx *cx)
{
	enum err e;

	e = db_exec(cx, SQL_CSV_IMPORT_TRIM, V(cx->now - KEEP_MS),
	    V(cx->now - RECEIVE_MS));
	if (e != OK || (e = db_exec(cx, SQL_CSV_CHUNK_TRIM)) != OK)
		return e;
	return db_exec(cx, SQL_CSV_ERROR_TRIM);
}
