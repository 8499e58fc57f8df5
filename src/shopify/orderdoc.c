/*
 * orderdoc.c - the order document made whole: lists in their order, tags,
 * flags, digest.
 *
 * The digest is taken of the document as long as it holds only what is inside
 * the digest; the members outside are set afterwards, so that nothing has to be
 * taken out again.
 */
#include "shopify/orderdoc.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/crypt.h"
#include "base/json.h"
#include "base/text.h"
#include "base/when.h"
#include "shopify/orderdoc_parts.h"
#include "shopify/tags.h"

enum { VERSION = 1, TAGS_MAX = 250, TAG_POINTS_MAX = 255, MANY_LINES = 250 };

static const char gid_prefix[] = "gid://shopify/Order/";

/* Not in the digest; see doc/order.schema.json. */
static const char *const outside[] = { "digest", "updated_at", "tags", "flags",
	"enrichment" };

/* A list's entry on its way into order. */
struct entry {
	int64_t id; /* 0: none */
	size_t at;  /* in the store's order */
	struct json *node;
};

static int
entry_compare(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

/* Ascending by id; *twice says that two entries share one. */
static struct json *
sort_by_id(struct cx *cx, const struct json *list, bool *twice)
{
	size_t i, n = json_count(list);
	struct entry *entries = arena_alloc(cx->mem, n * sizeof(*entries));
	struct json *sorted = json_new_array(cx);

	for (i = 0; i < n; i++) {
		entries[i].node = json_at(list, i);
		entries[i].at = i;
		text_to_int(json_get_text(entries[i].node, "id"), 0, INT64_MAX,
		    &entries[i].id);
	}
	if (n > 0)
		qsort(entries, n, sizeof(*entries), entry_compare);
	for (i = 0; i < n; i++) {
		json_push(sorted, entries[i].node);
		*twice |= i > 0 && entries[i].id == entries[i - 1].id;
	}
	return sorted;
}

static enum err
add_lines(struct walk *w, const struct orderdoc_source *from, struct json *doc)
{
	struct json *lines;
	bool twice = false;
	enum err e;

	if (!json_is_array(from->lines))
		return cx_fail_code(w->cx, ERR_INPUT, "bad_order",
		    "lines: missing");
	if (json_count(from->lines) > ORDERDOC_LINES_MAX)
		return cx_fail_code(w->cx, ERR_INPUT, "too_many_lines",
		    "lines: more than %d", ORDERDOC_LINES_MAX);
	if ((e = part_list(w, &lines_part, from->lines, &lines)) != OK)
		return e;
	lines = sort_by_id(w->cx, lines, &twice);
	if (twice)
		return cx_fail_code(w->cx, ERR_INPUT, "bad_order",
		    "lines: two share one id");
	json_set(doc, "lines", lines);
	return OK;
}

/* More than five are left out without a word: `totals` counts them all, and
   GraphQL is asked for no more. */
static enum err
add_shipping(struct walk *w, const struct orderdoc_source *from,
    struct json *doc)
{
	struct json *first = json_new_array(w->cx), *lines;
	size_t i, n = json_count(from->shipping);
	bool twice = false;
	enum err e;

	for (i = 0; i < n && i < shipping_part.max; i++)
		json_push(first, json_at(from->shipping, i));
	if ((e = part_list(w, &shipping_part, first, &lines)) != OK)
		return e;
	json_set(doc, shipping_part.name, sort_by_id(w->cx, lines, &twice));
	return OK;
}

/* Trimmed, without our own, and cut like every list. */
static struct json *
tags_of_source(struct walk *w, const struct orderdoc_source *from)
{
	struct json *tags = json_new_array(w->cx);
	const char *tag;
	size_t i;

	for (i = 0; i < from->ntags; i++) {
		tag = text_trim(w->cx->mem, from->tags[i]);
		if (*tag == '\0' || tags_read(&from->tags[i], 1) != TAG_NONE)
			continue;
		if (json_count(tags) == TAGS_MAX) {
			w->repaired = true;
			break;
		}
		tag = part_text(w, tag, TAG_POINTS_MAX);
		json_push(tags, json_new_text(w->cx, tag));
	}
	return tags;
}

/* What the flags ask of the lines. */
struct facts {
	size_t count;
	bool ships, gift_card, custom_item, edited;
};

static struct facts
facts_of(const struct json *lines)
{
	struct facts f = { .count = json_count(lines) };
	const struct json *line;
	int64_t left;
	size_t i;

	for (i = 0; i < f.count; i++) {
		line = json_at(lines, i);
		left = json_int(json_get(line, "current_quantity"), 0);
		f.ships |= left > 0 &&
		    json_bool(json_get(line, "requires_shipping"), false);
		f.gift_card |= json_bool(json_get(line, "gift_card"), false);
		f.custom_item |= json_is_null(json_get(line, "variant_id"));
		f.edited |= left != json_int(json_get(line, "quantity"), 0);
	}
	return f;
}

static bool
is_paid(const char *status)
{
	return text_equal(status, "paid") ||
	    text_equal(status, "partially_refunded") ||
	    text_equal(status, "refunded");
}

static struct json *
flags_of(const struct walk *w, const struct orderdoc_source *from,
    const struct json *doc)
{
	const struct facts f = facts_of(json_get(doc, "lines"));
	const char *tip = json_text(json_path(doc, "totals.tip"));
	const struct {
		const char *name;
		bool on;
	} flags[] = {
		{ "test", json_bool(json_get(doc, "test"), false) },
		{ "pos", text_equal(json_get_text(doc, "source_name"), "pos") },
		{ "unpaid", !is_paid(json_get_text(doc, "financial_status")) },
		{ "nothing_to_ship", !f.ships },
		{ "no_customer", json_is_null(json_get(doc, "customer")) },
		{ "no_address",
		    json_is_null(json_get(doc, "shipping_address")) },
		{ "b2b", from->b2b },
		{ "tip", !text_equal(tip, "0.00") },
		{ "gift_card", f.gift_card },
		{ "custom_item", f.custom_item },
		{ "edited", f.edited },
		{ "text_repaired", w->repaired },
		{ "many_lines", f.count > MANY_LINES },
	};
	struct json *list = json_new_array(w->cx);
	size_t i;

	for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		if (flags[i].on)
			json_push(list, json_new_text(w->cx, flags[i].name));
	}
	return list;
}

static char *
digest_of(struct cx *cx, const struct json *inside)
{
	const char *text = json_canonical(cx, inside);
	char *hex = arena_alloc(cx->mem, 2 * DIGEST_BYTES + 1);

	sha256_hex(text, strlen(text), hex);
	return hex;
}

static int64_t
time_of(const struct json *doc, const char *name)
{
	int64_t ms = 0;

	when_read(json_get_text(doc, name), &ms);
	return ms;
}

/* Everything but tags and `complete`. */
static void
fill(struct cx *cx, const struct json *doc, struct orderdoc *out)
{
	out->id = json_get_text(doc, "id");
	out->gid = json_get_text(doc, "gid");
	out->name = json_get_text(doc, "name");
	out->created_at = time_of(doc, "created_at");
	out->updated_at = time_of(doc, "updated_at");
	out->cancelled_at = time_of(doc, "cancelled_at");
	out->confirmed = json_bool(json_get(doc, "confirmed"), false);
	out->digest = json_get_text(doc, "digest");
	out->customer = json_text(json_path(doc, "customer.id"));
	out->text = json_canonical(cx, doc);
}

/* What is outside the digest comes after it was taken. */
static enum err
finish(struct walk *w, const struct orderdoc_source *from, struct json *doc)
{
	struct json *updated_at;
	enum err e;

	e = part_object(w, updated_at_part, from->order, &updated_at);
	if (e != OK)
		return e;
	json_set_text(w->cx, doc, "digest", digest_of(w->cx, doc));
	json_set(doc, "updated_at", json_get(updated_at, "updated_at"));
	json_set(doc, "tags", tags_of_source(w, from));
	json_set(doc, "flags", flags_of(w, from, doc));
	return OK;
}

enum err
orderdoc_make(struct cx *cx, const struct orderdoc_source *from,
    struct orderdoc *out)
{
	struct walk w = { .cx = cx, .form = from->form };
	struct orderdoc made = { 0 };
	struct json *doc;
	enum err e;

	if (!json_is_object(from->order))
		return cx_fail_code(cx, ERR_INPUT, "bad_order",
		    "not an object");
	if ((e = part_object(&w, order_parts, from->order, &doc)) != OK)
		return e;
	if (!text_equal(order_id_of_gid(cx, json_get_text(doc, "gid")),
		json_get_text(doc, "id")))
		return cx_fail_code(cx, ERR_INPUT, "bad_order",
		    "gid: another order's");
	json_set_int(cx, doc, "version", VERSION);
	if ((e = add_lines(&w, from, doc)) != OK)
		return e;
	if ((e = add_shipping(&w, from, doc)) != OK)
		return e;
	if ((e = finish(&w, from, doc)) != OK)
		return e;
	fill(cx, doc, &made);
	made.tags = from->tags;
	made.ntags = from->ntags;
	made.complete = from->complete;
	*out = made;
	return OK;
}

static struct json *
inside_of(struct cx *cx, const struct json *doc)
{
	struct json *inside = json_new_object(cx), *value;
	const char *key;
	size_t i;

	for (i = 0; (key = json_key(doc, i, &value)) != NULL; i++)
		json_set(inside, key, value);
	for (i = 0; i < sizeof(outside) / sizeof(outside[0]); i++)
		json_drop(inside, outside[i]);
	return inside;
}

static void
read_tags(struct cx *cx, const struct json *list, struct orderdoc *out)
{
	size_t i, n = json_count(list);

	out->tags = arena_alloc(cx->mem, n * sizeof(*out->tags));
	for (i = 0; i < n; i++)
		out->tags[i] = arena_text(cx->mem, json_text(json_at(list, i)));
	out->ntags = n;
}

enum err
orderdoc_read(struct cx *cx, const char *text, struct orderdoc *out)
{
	struct orderdoc read = { .complete = true };
	struct json *doc;
	const char *digest;
	enum err e;

	if ((e = json_parse(cx, text, strlen(text), &doc)) != OK)
		return cx_fail_code(cx, e, "bad_order", "%s", cx->why);
	if (json_int(json_get(doc, "version"), 0) != VERSION)
		return cx_fail_code(cx, ERR_INPUT, "bad_order",
		    "version: not %d", VERSION);
	digest = json_get_text(doc, "digest");
	if (!text_equal(digest, digest_of(cx, inside_of(cx, doc))))
		return cx_fail_code(cx, ERR_INPUT, "digest_mismatch",
		    "digest: not that of the document");
	fill(cx, doc, &read);
	read_tags(cx, json_get(doc, "tags"), &read);
	*out = read;
	return OK;
}

const char *
order_id_of_gid(struct cx *cx, const char *gid)
{
	const char *id;

	if (!text_starts(gid, gid_prefix))
		return NULL;
	id = gid + strlen(gid_prefix);
	return order_gid_of_id(cx, id) == NULL ? NULL : arena_text(cx->mem, id);
}

const char *
order_gid_of_id(struct cx *cx, const char *id)
{
	int64_t n;

	if (id == NULL || *id == '0' || !text_to_int(id, 1, INT64_MAX, &n))
		return NULL;
	return arena_printf(cx->mem, "%s%s", gid_prefix, id);
}
