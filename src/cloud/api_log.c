/*
 * api_log.c - the Queue Log, by page and live (doc/openapi.yaml).
 */
#include "cloud/api_edge.h"

#include "base/buf.h"
#include "base/text.h"
#include "cloud/connector.h"
#include "cloud/csv.h"
#include "cloud/api_csv_out.h"
#include "cloud/cursor.h"
#include "cloud/tail.h"
#include "net/server.h"
#include "queue/event.h"

static enum err
filter_read(struct cx *cx, const struct request *rq, struct event_filter *f)
{
	static const char *const levels[] = { "debug", "info", "warn", "error",
		NULL };
	struct connector c;
	enum err e;

	*f = (struct event_filter){ .job = query_get(rq, "job"),
		.q = query_get(rq, "q") };
	if (f->q != NULL && text_count(f->q) > 100)
		return cx_fail_code(cx, ERR_INPUT, "bad_input",
		    "query q: longer than 100 characters");
	if (text_is_empty(f->q))
		f->q = NULL;
	if ((e = query_word(cx, rq, "level", levels, &f->level)) != OK ||
	    (e = query_connector(cx, rq, &c)) != OK)
		return e;
	f->tenant = c.id;
	return OK;
}

static enum err
get_log(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct json *items = json_new_array(cx);
	struct connector_name *names;
	struct event_filter f;
	struct event *list;
	int64_t rest;
	size_t n, nnames, i;
	enum err e;

	if ((e = filter_read(cx, rq, &f)) != OK ||
	    (e = page_limit(cx, rq, &f.limit)) != OK ||
	    (e = cursor_read_id(cx, query_get(rq, "cursor"), &f.before)) !=
		OK ||
	    (e = connector_names(cx, &names, &nnames)) != OK)
		return e;
	if ((e = event_page(cx, &f, &list, &n, &rest)) != OK)
		return e;
	for (i = 0; i < n; i++)
		json_push(items, log_line_json(cx, &list[i], names, nnames));
	reply_page(cx, rp, items, rest > 0 ? cursor_write_id(cx, rest) : NULL);
	return OK;
}

/* --- as a file --- */

struct out {
	struct event_filter f;
	const struct connector_name *names;
	size_t nnames;
};

static void
line_out(struct cx *cx, const struct out *o, struct buf *b,
    const struct event *ev)
{
	const struct json *j = log_line_json(cx, ev, o->names, o->nnames);
	static const char *const cells[] = { "time", "level", "program",
		"connector", "job", "order", "step", "reason", "next" };
	size_t i, n = sizeof(cells) / sizeof(cells[0]);

	for (i = 0; i < n; i++)
		csv_cell(b, json_get_text(j, cells[i]), i + 1 == n);
}

static enum err
slice_out(struct cx *cx, void *arg, struct buf *b, int64_t *before, size_t *n)
{
	struct out *o = arg;
	struct event *list;
	size_t i;
	enum err e;

	o->f.before = *before;
	e = event_list(cx, &o->f, &list, n);
	for (i = 0; e == OK && i < *n; i++) {
		line_out(cx, o, b, &list[i]);
		*before = list[i].id;
	}
	return e;
}

static enum err
get_log_csv(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct out o;
	struct connector_name *names;
	int64_t before = 0;
	enum err e;

	if ((e = filter_read(cx, rq, &o.f)) != OK ||
	    (e = cursor_read_id(cx, query_get(rq, "cursor"), &before)) != OK ||
	    (e = connector_names(cx, &names, &o.nnames)) != OK)
		return e;
	o.names = names;
	o.f.limit = CSV_OUT_SLICE;
	return csv_out(cx, rp,
	    &(struct csv_out){
		.rq = rq,
		.file = "queue-log.csv",
		.head = "time,level,program,connector,job,order,step,what,"
			"next\r\n",
		.slice = slice_out,
		.arg = &o,
	    },
	    before);
}

/* Where to go on: behind the line the browser saw last, else behind the
   newest. */
static enum err
start_after(struct cx *cx, const struct request *rq, int64_t *after)
{
	struct event_filter newest = { .limit = 1 };
	const char *last = header_get(rq, "last-event-id");
	struct event *list;
	size_t n;
	enum err e;

	if (last != NULL && text_to_int(last, 1, INT64_MAX, after))
		return OK;
	if ((e = event_list(cx, &newest, &list, &n)) != OK)
		return e;
	*after = n > 0 ? list[0].id : 0;
	return OK;
}

static enum err
get_stream(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct cloud *cloud = rq->site;
	struct event_filter f;
	struct stream *st;
	enum err e;

	if (cloud == NULL || cloud->tail == NULL)
		return cx_fail(cx, ERR_BUSY, "The log is not live here");
	if ((e = filter_read(cx, rq, &f)) != OK ||
	    (e = start_after(cx, rq, &f.after)) != OK)
		return e;
	st = stream_new(cx);
	stream_push(st, ":\n\n"); /* headers go out at once */
	if ((e = tail_add(cx, cloud->tail, &f, rq->who, st)) != OK) {
		stream_drop(st);
		return e;
	}
	rp->stream = st;
	rp->content_type = "text/event-stream";
	return OK;
}

const struct route cloud_log_routes[] = {
	{ GET, "/api/v1/log", "viewer", get_log },
	{ GET, "/api/v1/log.csv", "viewer", get_log_csv },
	{ GET, "/api/v1/log/stream", "viewer", get_stream },
	{ 0 },
};
