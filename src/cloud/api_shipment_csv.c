/*
 * api_shipment_csv.c - shipments as CSV, in and out (doc/openapi.yaml).
 */
#include "cloud/api_edge.h"

#include <inttypes.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "base/when.h"
#include "cloud/channel.h"
#include "cloud/csv.h"
#include "cloud/api_csv_out.h"
#include "cloud/api_shipment.h"
#include "cloud/cursor.h"
#include "cloud/shipment.h"
#include "cloud/shipment_csv.h"

static struct json *
import_json(struct cx *cx, const struct csv_import *im)
{
	struct json *o = json_new_object(cx);

	json_set_text(cx, o, "id", im->public_id);
	json_set_text(cx, o, "state", im->state);
	json_set_raw(cx, o, "columns", im->columns);
	json_set_text(cx, o, "separator", im->separator);
	json_set_int(cx, o, "lines", im->rows);
	json_set_int(cx, o, "done", im->done);
	json_set_int(cx, o, "taken", im->taken);
	json_set_int(cx, o, "unchanged", im->same);
	json_set_int(cx, o, "refused", im->bad);
	json_set_text(cx, o, "job", im->job);
	json_set_when(cx, o, "created_at", im->created_at);
	json_set_when(cx, o, "finished_at", im->finished_at);
	return o;
}

static enum err
post_csv(struct cx *cx, const struct request *rq, struct reply *rp)
{
	const char *type = header_get(rq, "content-type");
	struct csv_import im;
	enum err e;

	if (type == NULL ||
	    !text_starts(text_lower_ascii(cx->mem, type), "text/csv"))
		return cx_fail_code(cx, ERR_INPUT, "not_csv",
		    "The body is not text/csv");
	if ((e = shipment_csv_take(cx, rq->body, &im)) != OK)
		return e;
	reply_status(rp, 202);
	reply_header(cx, rp, "Location", "/api/v1/shipments/csv/%s",
	    im.public_id);
	reply_json(cx, rp, import_json(cx, &im));
	return OK;
}

static enum err
get_csv(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct csv_import im;
	enum err e;

	if ((e = shipment_csv_find(cx, path_text(rq, "id"), &im)) != OK)
		return e;
	reply_json(cx, rp, import_json(cx, &im));
	return OK;
}

static enum err
get_csv_errors(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct json *items = json_new_array(cx), *o;
	struct csv_import im;
	struct csv_error *list;
	const char *next = NULL;
	int64_t after = 0, limit;
	size_t n, i;
	enum err e;

	if ((e = page_limit(cx, rq, &limit)) != OK ||
	    (e = cursor_read_id(cx, query_get(rq, "cursor"), &after)) != OK ||
	    (e = shipment_csv_find(cx, path_text(rq, "id"), &im)) != OK ||
	    (e = shipment_csv_errors(cx, im.id, after, limit + 1, &list, &n)) !=
		OK)
		return e;
	for (i = 0; i < n && i < (size_t)limit; i++) {
		o = json_new_object(cx);
		json_set_int(cx, o, "line", list[i].line);
		json_set_text(cx, o, "code", list[i].code);
		json_set_text(cx, o, "reason", list[i].reason);
		json_push(items, o);
	}
	if (n > (size_t)limit)
		next = cursor_write_id(cx, list[limit - 1].line);
	reply_page(cx, rp, items, next);
	return OK;
}

/* --- out --- */

static const char *
when_cell(struct cx *cx, int64_t ms)
{
	return ms == 0 ? "" : when_write(cx->mem, ms);
}

struct out {
	struct shipment_filter f;
	struct channel *channels;
	size_t nchannels;
};

static const char *
shop_of(const struct out *o, int64_t channel)
{
	size_t i;

	for (i = 0; i < o->nchannels; i++) {
		if (o->channels[i].id == channel)
			return o->channels[i].shop;
	}
	return "";
}

static enum err
line_out(struct cx *cx, struct buf *b, const struct out *o, struct shipment *s)
{
	struct buf numbers = buf_new(cx->mem);
	size_t i;
	enum err e;

	if ((e = shipment_numbers(cx, s)) != OK)
		return e;
	for (i = 0; i < s->nnumbers; i++)
		buf_printf(&numbers, "%s%s", i > 0 ? " " : "", s->numbers[i]);
	csv_cell(b, s->order_name, false);
	csv_cell(b, s->public_id, false);
	csv_cell(b, s->courier_name, false);
	csv_cell(b, numbers.p, false);
	csv_cell(b, when_cell(cx, s->shipped_at), false);
	csv_cell(b, when_cell(cx, s->delivered_at), false);
	csv_cell(b, s->state, false);
	csv_cell(b, s->store_state, false);
	csv_cell(b, shop_of(o, s->channel), true);
	return OK;
}

static enum err
slice_out(struct cx *cx, void *arg, struct buf *b, int64_t *before, size_t *n)
{
	struct out *o = arg;
	struct shipment *list;
	size_t i;
	enum err e;

	o->f.before = *before;
	e = shipment_list(cx, &o->f, &list, n);
	for (i = 0; e == OK && i < *n; i++) {
		e = line_out(cx, b, o, &list[i]);
		*before = list[i].id;
	}
	return e;
}

static enum err
get_shipments_csv(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct out o;
	enum err e;

	if ((e = shipment_filter_read(cx, rq, &o.f)) != OK ||
	    (e = channel_shops(cx, &o.channels, &o.nchannels)) != OK)
		return e;
	o.f.limit = CSV_OUT_SLICE;
	return csv_out(cx, rp,
	    &(struct csv_out){
		.rq = rq,
		.file = "shipments.csv",
		.head = "order number,shipment,courier,tracking,shipped_at,"
			"delivered_at,state,store,shop\r\n",
		.slice = slice_out,
		.arg = &o,
	    },
	    o.f.before);
}

const struct route cloud_shipment_csv_routes[] = {
	{ POST, "/api/v1/shipments/csv", "operator", post_csv, 0,
	    CSV_BODY_MAX },
	{ GET, "/api/v1/shipments/csv/{id}", "viewer", get_csv },
	{ GET, "/api/v1/shipments/csv/{id}/errors", "viewer", get_csv_errors },
	{ GET, "/api/v1/shipments.csv", "viewer", get_shipments_csv },
	{ 0 },
};
