/*
 * bulk_read.c - the lane of reading: a query over all that changed, of which
 * the orders we must read are taken.
 *
 * What an operation gives is some minutes old when we have it.  It counts as a
 * read by id only if the order had last changed in a second before the
 * operation was made: then all of that second is in it, and what came later is
 * newer news.  Every other order is read by itself, as are those it left out.
 *
 * In the result an order is a row, and its lines and shipping lines are the
 * rows behind it.
 */
#include "shopify/bulk.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/text.h"
#include "base/when.h"
#include "db/db.h"
#include "gen/gql.h"
#include "gen/sql.h"
#include "queue/row.h"
#include "shopify/jobs.h"
#include "shopify/ledger.h"
#include "shopify/orderdoc.h"
#include "shopify/read.h"
#include "shopify/shop.h"

enum { ORDERS_AT_ONCE = 10 };

/* --- filling --- */

static enum err
add_id(struct cx *cx, const struct bulk_slice *s, struct bulk *b, size_t i)
{
	const struct number *ids = s->items;

	b->fill_at = ids[i].n;
	return bulk_add_line(cx, b, &(struct bulk_line){ .ledger = ids[i].n });
}

static enum err
fill(struct cx *cx, const struct shop *shop, struct bulk *b, bool *more)
{
	return bulk_slice_fill(cx,
	    &(struct bulk_slice){ .shop = shop, .b = b, .each = add_id },
	    &SQL_BULK_LIST_READ, cx->now - SHOP_DAYS_VISIBLE * DAY_MS, more);
}

/* From the oldest revision we lack. */
static enum err
document(struct cx *cx, const struct bulk *b, const char **text)
{
	static const char mark[] = "FILTER";
	const char *at = strstr(GQL_BULK_ORDERS, mark);
	struct buf out = buf_new(cx->mem);
	struct number since = { 0 };
	enum err e;

	e = db_one(cx, SQL_BULK_LINE_OLDEST, number_field, &since, V(b->id));
	if (e != OK)
		return e;
	buf_add(&out, GQL_BULK_ORDERS, (size_t)(at - GQL_BULK_ORDERS));
	buf_printf(&out, "updated_at:>=%s AND created_at:>=%s",
	    read_quote(cx, when_write(cx->mem, since.n)),
	    read_quote(cx,
		when_write(cx->mem, cx->now - SHOP_DAYS_VISIBLE * DAY_MS)));
	buf_text(&out, at + strlen(mark));
	*text = out.p;
	return OK;
}

/* --- outcomes --- */

/* An order that we asked for, and that had rest when it was read. */
static enum err
take_doc(struct cx *cx, const struct bulk_slice *s, struct bulk *b, size_t i)
{
	const struct orderdoc *doc = &((const struct orderdoc *)s->items)[i];
	struct bulk_line line;
	struct ledger row;
	enum err e;

	if (doc->updated_at >= b->made_at)
		return OK;
	e = bulk_line_of(cx, b, doc->id, &line);
	if (e == ERR_MISSING)
		return OK;
	if (e == OK)
		e = ledger_see(cx, s->shop, NEWS_READ, doc);
	if (e == OK)
		e = ledger_find_id(cx, line.ledger, &row);
	if (e != OK || row.must_read == 1)
		return e; /* older than what we know: by itself */
	return bulk_end_line(cx, b, &line, true);
}

static void
add_child(struct json *lines, struct json *shipping, struct json *row)
{
	const char *id = json_get_text(row, "id");

	if (id != NULL && text_starts(id, "gid://shopify/LineItem/"))
		json_push(lines, row);
	else if (id != NULL && text_starts(id, "gid://shopify/ShippingLine/"))
		json_push(shipping, row);
}

static bool
is_child(const struct json *row)
{
	return json_get_text(row, "__parentId") != NULL;
}

/* An order and its rows, `*n` bytes of the part; false: it may go on behind
   the part's end.  *order NULL: it cannot be read. */
static bool
cut_order(struct cx *cx, struct bytes part, bool last, struct json **order,
    size_t *n)
{
	struct json *lines = json_new_array(cx), *row;
	struct json *shipping = json_new_array(cx), *page;
	struct bytes line;
	bool begun = false;

	*order = NULL;
	for (*n = 0; bulk_line_cut(part, last, &line); *n += line.n) {
		row = NULL;
		(void)json_parse(cx, (const char *)line.p, line.n, &row);
		if (begun && !is_child(row))
			break; /* the next one */
		if (!begun)
			*order = is_child(row) ? NULL : row;
		else
			add_child(lines, shipping, row);
		begun = true;
		part.p += line.n;
		part.n -= line.n;
	}
	if (!begun || (!last && memchr(part.p, '\n', part.n) == NULL))
		return false;
	page = json_new_object(cx);
	json_set(page, "nodes", lines);
	if (*order != NULL)
		json_set(*order, "lineItems", page);
	page = json_new_object(cx);
	json_set(page, "nodes", shipping);
	if (*order != NULL)
		json_set(*order, "shippingLines", page);
	return true;
}

static enum err
take(struct cx *cx, const struct shop *shop, struct bulk *b, struct bytes part,
    bool last)
{
	struct orderdoc *docs =
	    arena_alloc(cx->mem, ORDERS_AT_ONCE * sizeof(*docs));
	struct bulk_slice s = { shop, b, take_doc, docs, 0, 0 };
	struct json *order;
	size_t n;
	enum err e;

	while (cut_order(cx, part, last, &order, &n)) {
		if (order != NULL &&
		    orderdoc_from_gql(cx, order, NULL, 0, &docs[s.n]) == OK)
			docs[s.n++].asked_at = b->called_at;
		s.bytes += n;
		part.p += n;
		part.n -= n;
		if (s.n < ORDERS_AT_ONCE)
			continue;
		if ((e = bulk_slice_run(cx, &s)) != OK)
			return e;
		s.n = s.bytes = 0;
	}
	return s.bytes > 0 ? bulk_slice_run(cx, &s) : OK;
}

/* --- the rest: each by itself --- */

static enum err
release_line(struct cx *cx, const struct bulk_slice *s, struct bulk *b,
    size_t i)
{
	const struct bulk_line *line = &((const struct bulk_line *)s->items)[i];
	enum err e = bulk_end_line(cx, b, line, false);

	if (e != OK || line->order_id == NULL)
		return e;
	return jobs_add_order(cx, JOB_READ, s->shop->id, line->ledger);
}

static enum err
release(struct cx *cx, const struct shop *shop, struct bulk *b, bool *more)
{
	return bulk_slice_lines(cx,
	    &(struct bulk_slice){ .shop = shop, .b = b, .each = release_line },
	    more);
}

const struct bulk_lane bulk_lane_read = {
	.name = BULK_READ,
	.fill = fill,
	.document = document,
	.take = take,
	.check = release,
	.drop = release,
	.patience_ms = 10 * MINUTE_MS,
	.despair_ms = 11 * MINUTE_MS,
	.begun = "Shopify is asked for %lld orders at once.",
	.over = "Of %lld orders asked for at once, %lld are read.",
};
