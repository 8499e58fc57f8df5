/*
 * bulk_tags.c - the lane of tags: each line is one write of one order's.
 *
 * An operation either adds or removes, since Shopify runs one mutation a line:
 * first what is to be added is added, everywhere, and is known to be there;
 * then an operation removes.  So no order is ever without its tag, and of two
 * tags it shows the newer one, as with a single write.
 *
 * A step that will soon be history is left out, as while points are scarce; but
 * an order that has rested in it shows it here, where it costs nothing.  Orders
 * that a person waits for stay with single writes.
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
#include "shopify/ledger.h"
#include "shopify/read.h"
#include "shopify/shop.h"
#include "shopify/tags_answer.h"

/* --- filling --- */

/* What the order's line says; false: nothing of this verb is to be done.  The
   first order decides what the operation does. */
static bool
plan(struct cx *cx, struct bulk *b, const struct ledger *row,
    struct bulk_line *line)
{
	struct buf text = buf_new(cx->mem);
	struct tag_plan p;
	char **ours = NULL;
	size_t i, n = 0;

	if (row->ours != NULL)
		n = text_split(cx->mem, row->ours, ',', &ours);
	tags_plan(cx, ours, n, ledger_shows(row), &p);
	if (p.add == NULL && p.ndrop == 0)
		return false;
	if (b->lines == 0)
		b->verb = p.add != NULL ? "add" : "remove";
	if (text_equal(b->verb, "add") != (p.add != NULL))
		return false;
	if (p.add != NULL)
		buf_text(&text, p.add);
	for (i = 0; p.add == NULL && i < p.ndrop; i++)
		buf_printf(&text, "%s%s", i > 0 ? "," : "", p.drop[i]);
	*line = (struct bulk_line){
		.ledger = row->id,
		.tags = text.p,
		.picture = row->picture,
	};
	return true;
}

static bool
may_be_written(const struct ledger *row)
{
	return !row->airing && !row->hidden && !row->manual && row->owed < 2 &&
	    !text_equal(row->state, "skipped");
}

static enum err
take_up(struct cx *cx, const struct bulk_slice *s, struct bulk *b, size_t i)
{
	int64_t id = ((const struct number *)s->items)[i].n;
	struct bulk_line line;
	struct ledger row;
	enum err e;

	b->fill_at = id;
	e = ledger_lock_id(cx, id, &row);
	if (e == ERR_MISSING)
		return OK;
	if (e != OK || !may_be_written(&row) || !plan(cx, b, &row, &line))
		return e;
	e = ledger_write_tags(cx, id,
	    text_equal(b->verb, "add") ? (unsigned)ledger_shows(&row) : 0);
	if (e == OK)
		e = bulk_add_line(cx, b, &line);
	return e;
}

static enum err
fill(struct cx *cx, const struct shop *shop, struct bulk *b, bool *more)
{
	return bulk_slice_fill(cx,
	    &(struct bulk_slice){ .shop = shop, .b = b, .each = take_up },
	    &SQL_BULK_LIST_TAGS, cx->now - BULK_REST_MS, more);
}

/* --- document and file --- */

static enum err
document(struct cx *cx, const struct bulk *b, const char **text)
{
	(void)cx;
	*text = text_equal(b->verb, "add") ? GQL_TAGS_ADD : GQL_TAGS_REMOVE;
	return OK;
}

static void
write_line(struct cx *cx, struct buf *file, const struct bulk_line *line)
{
	struct json *j = json_new_object(cx), *tags = json_new_array(cx);
	char **list = NULL;
	size_t i, n = text_split(cx->mem, line->tags, ',', &list);

	for (i = 0; i < n; i++)
		json_push(tags, json_new_text(cx, list[i]));
	if (line->order_id != NULL) {
		json_set_text(cx, j, "id", order_gid_of_id(cx, line->order_id));
		json_set(j, "tags", tags);
	}
	buf_text(file, json_write(cx, j));
	buf_char(file, '\n');
}

/* Lines are known again by their number, so one whose row was erased meanwhile
   is there, too, and names no order: Shopify answers it with an error. */
static enum err
file(struct cx *cx, const struct bulk *b, struct bytes *out)
{
	struct buf text = buf_new(cx->mem);
	struct bulk_line *lines;
	int64_t after = -1;
	size_t i, n;
	enum err e;

	do {
		if ((e = bulk_lines(cx, b, after, &lines, &n)) != OK)
			return e;
		for (i = 0; i < n; i++) {
			write_line(cx, &text, &lines[i]);
			after = lines[i].line;
		}
	} while (n == BULK_SLICE);
	*out = (struct bytes){ (const unsigned char *)text.p, text.n };
	return OK;
}

/* --- outcomes --- */

/* What the store shows of a line's order now. */
static enum err
settle(struct cx *cx, const struct bulk_slice *s, struct bulk *b,
    const struct bulk_line *line, const struct tags_answer *a)
{
	const char *why =
	    a->why != NULL ? a->why : "The order is not in the store.";
	enum err e = OK;

	if (line->order_id != NULL && a->gid != NULL && a->why == NULL)
		e = ledger_wrote_late(cx, s->shop, line->ledger,
		    (unsigned)line->picture, a);
	else if (line->order_id != NULL)
		e = ledger_cannot_tag(cx, s->shop, line->ledger, "tags_refused",
		    text_cut(cx->mem, why, 300));
	if (e != OK && e != ERR_MISSING)
		return e;
	return bulk_end_line(cx, b, line, true);
}

/* A line of the result.  One that does not say how it ended, or of another
   order, is none: the order is read back in the end. */
static enum err
take_row(struct cx *cx, const struct bulk_slice *s, struct bulk *b, size_t i)
{
	const struct json *row = ((const struct json *const *)s->items)[i];
	struct bulk_line line;
	struct tags_answer a;
	enum err e;

	e = bulk_line_at(cx, b, json_int(json_get(row, "__lineNumber"), -1),
	    &line);
	if (e == ERR_MISSING)
		return OK;
	if (e != OK)
		return e;
	if (tags_answer_read(cx, json_get(row, "data"), &a) != OK)
		return OK;
	if (a.gid == NULL && a.why == NULL &&
	    (json_count(json_get(row, "errors")) > 0 ||
		!json_is_object(json_get(row, "data"))))
		return OK;
	if (a.gid != NULL &&
	    !text_equal(order_id_of_gid(cx, a.gid), line.order_id))
		return OK;
	return settle(cx, s, b, &line, &a);
}

static enum err
take(struct cx *cx, const struct shop *shop, struct bulk *b, struct bytes part,
    bool last)
{
	const struct json *rows[BULK_SLICE];
	struct bulk_slice s = { shop, b, take_row, rows, 0, 0 };
	struct bytes line;
	struct json *row;
	enum err e;

	while (bulk_line_cut(part, last, &line)) {
		if (json_parse(cx, (const char *)line.p, line.n, &row) == OK)
			rows[s.n++] = row;
		s.bytes += line.n;
		part.p += line.n;
		part.n -= line.n;
		if (s.n < BULK_SLICE && part.n > 0)
			continue;
		if ((e = bulk_slice_run(cx, &s)) != OK)
			return e;
		s.n = s.bytes = 0;
	}
	return s.bytes > 0 ? bulk_slice_run(cx, &s) : OK;
}

/* --- what is unsure, and what never was --- */

struct checked {
	const struct bulk_line *line;
	const struct sight *seen; /* NULL: its row was erased */
};

static enum err
check_line(struct cx *cx, const struct bulk_slice *s, struct bulk *b, size_t i)
{
	const struct checked *c = &((const struct checked *)s->items)[i];
	struct tags_answer a = { 0 };

	if (c->seen != NULL)
		a = (struct tags_answer){
			.gid = c->seen->id,
			.tags = c->seen->tags,
			.ntags = c->seen->ntags,
			.updated_at = c->seen->updated_at,
		};
	return settle(cx, s, b, c->line, &a);
}

static enum err
check(struct cx *cx, const struct shop *shop, struct bulk *b, bool *more)
{
	struct sight seen[BULK_SLICE];
	const char *ids[BULK_SLICE];
	struct checked all[BULK_SLICE];
	struct bulk_slice s = { shop, b, check_line, all, 0, 0 };
	struct bulk_line *lines;
	size_t i, n = 0;
	enum err e;

	if ((e = bulk_lines(cx, b, -1, &lines, &s.n)) != OK)
		return e;
	*more = s.n == BULK_SLICE;
	for (i = 0; i < s.n; i++) {
		all[i] = (struct checked){ &lines[i], NULL };
		if (lines[i].order_id == NULL)
			continue;
		all[i].seen = &seen[n];
		ids[n++] = lines[i].order_id;
	}
	if (n > 0)
		e = read_sights(cx, shop, ids, n, GQL_BACKGROUND, seen);
	if (e != OK || s.n == 0)
		return e;
	return bulk_slice_run(cx, &s);
}

static enum err
drop_line(struct cx *cx, const struct bulk_slice *s, struct bulk *b, size_t i)
{
	const struct bulk_line *line = &((const struct bulk_line *)s->items)[i];
	enum err e = bulk_end_line(cx, b, line, false);

	if (e != OK)
		return e;
	e = ledger_kept_tags(cx, s->shop, line->ledger);
	return e == ERR_MISSING ? OK : e;
}

static enum err
drop(struct cx *cx, const struct shop *shop, struct bulk *b, bool *more)
{
	return bulk_slice_lines(cx,
	    &(struct bulk_slice){ .shop = shop, .b = b, .each = drop_line },
	    more);
}

const struct bulk_lane bulk_lane_tags = {
	.name = BULK_TAGS,
	.fill = fill,
	.document = document,
	.file = file,
	.take = take,
	.check = check,
	.drop = drop,
	.patience_ms = 60 * MINUTE_MS,
	.despair_ms = 25 * 60 * MINUTE_MS, /* Shopify stops it after 24 hours */
	.begun = "Shopify is handed the tags of %lld orders at once.",
	.over = "Of %lld orders handed over at once, %lld have their tags "
		"settled.",
};
