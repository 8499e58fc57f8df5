/*
 * orderdoc_hook.c - an order out of a webhook's raw body.
 *
 * The body is the order itself.  Its tags are one text, cut at commas (no tag
 * holds one); only the blanks the store puts there are taken off, so that each
 * is left in the spelling a removal wants.
 */
#include "shopify/orderdoc_parts.h"

#include <string.h>

#include "base/arena.h"
#include "base/json.h"

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static char *
trimmed(struct cx *cx, const char *s, const char *end)
{
	while (s < end && is_blank(*s))
		s++;
	while (end > s && is_blank(end[-1]))
		end--;
	return arena_textn(cx->mem, s, (size_t)(end - s));
}

static void
split_tags(struct cx *cx, const char *text, struct orderdoc_source *from)
{
	const char *s, *end;
	size_t n = 1;
	char *tag;

	if (text == NULL)
		return;
	for (s = text; *s != '\0'; s++)
		n += *s == ',';
	from->tags = arena_alloc(cx->mem, n * sizeof(*from->tags));
	for (s = text;; s = end + 1) {
		end = strchrnul(s, ',');
		tag = trimmed(cx, s, end);
		if (*tag != '\0')
			from->tags[from->ntags++] = tag;
		if (*end == '\0')
			return;
	}
}

/* GraphQL is asked to leave removed ones out; here they are in the list. */
static struct json *
charged(struct cx *cx, const struct json *all)
{
	struct json *kept = json_new_array(cx), *line;
	size_t i;

	for (i = 0; i < json_count(all); i++) {
		line = json_at(all, i);
		if (!json_bool(json_get(line, "is_removed"), false))
			json_push(kept, line);
	}
	return kept;
}

enum err
orderdoc_from_hook(struct cx *cx, struct bytes body, struct orderdoc *out)
{
	struct orderdoc_source from = { .form = FORM_HOOK, .complete = true };
	struct json *order;
	enum err e;

	e = json_parse(cx, (const char *)body.p, body.n, &order);
	if (e != OK)
		return cx_fail_code(cx, e, "bad_order", "%s", cx->why);
	from.order = order;
	from.lines = json_get(order, "line_items");
	from.shipping = charged(cx, json_get(order, "shipping_lines"));
	from.b2b = json_is_object(json_get(order, "company"));
	split_tags(cx, json_get_text(order, "tags"), &from);
	return orderdoc_make(cx, &from, out);
}
