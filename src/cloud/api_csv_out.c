/*
 * api_csv_out.c - a list as a CSV file.
 */
#include "cloud/api_csv_out.h"

#include "base/buf.h"
#include "base/text.h"
#include "cloud/cursor.h"
#include "net/http.h"

static enum err
slice(struct cx *cx, const struct csv_out *o, struct buf *b, int64_t *before,
    size_t *n)
{
	struct cx child;
	enum err e;

	cx_child(&child, cx);
	if ((e = o->slice(&child, o->arg, b, before, n)) != OK)
		cx_fail(cx, e, "%s", child.why);
	cx_done(&child);
	return e;
}

/* The same question, from there on. */
static void
add_link(struct cx *cx, struct reply *rp, const struct request *rq,
    int64_t before)
{
	struct buf b = buf_new(cx->mem);
	const struct param *p;
	size_t i;

	for (i = 0; i < rq->nquery; i++) {
		p = &rq->query[i];
		if (text_equal(p->name, "cursor"))
			continue;
		buf_printf(&b, "%s=%s&", text_url_encode(cx->mem, p->name),
		    text_url_encode(cx->mem, p->value));
	}
	reply_header(cx, rp, "Link", "<%s?%scursor=%s>; rel=\"next\"", rq->path,
	    b.n > 0 ? b.p : "", cursor_write_id(cx, before));
}

enum err
csv_out(struct cx *cx, struct reply *rp, const struct csv_out *o,
    int64_t before)
{
	struct buf b = buf_new(cx->mem);
	size_t n = CSV_OUT_SLICE, total = 0;
	enum err e;

	buf_text(&b, o->head);
	while (n == CSV_OUT_SLICE && total < CSV_OUT_MAX) {
		if ((e = slice(cx, o, &b, &before, &n)) != OK)
			return e;
		total += n;
	}
	if (n == CSV_OUT_SLICE)
		add_link(cx, rp, o->rq, before);
	reply_header(cx, rp, "Content-Disposition",
	    "attachment; filename=\"%s\"", o->file);
	reply_text(rp, "text/csv; charset=utf-8", b.p);
	return OK;
}
