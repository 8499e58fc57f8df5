/*
 * orderdoc_gql.c - an order out of GraphQL's answers: order_full.graphql, and
 * order_lines_page.graphql for each further page of lines.
 */
#include "shopify/orderdoc_parts.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/text.h"

static enum err
add_page(struct cx *cx, const struct json *page, struct json *lines,
    bool *complete)
{
	const struct json *nodes = json_get(page, "nodes");
	size_t i;

	if (!json_is_array(nodes))
		return cx_fail_code(cx, ERR_INPUT, "bad_order",
		    "lineItems: not a page of lines");
	for (i = 0; i < json_count(nodes); i++)
		json_push(lines, json_at(nodes, i));
	*complete = !json_bool(json_path(page, "pageInfo.hasNextPage"), false);
	return OK;
}

static void
take_tags(struct cx *cx, const struct json *tags, struct orderdoc_source *from)
{
	size_t i, n = json_count(tags);
	const char *tag;

	from->tags = arena_alloc(cx->mem, n * sizeof(*from->tags));
	for (i = 0; i < n; i++) {
		if (!text_is_empty(tag = json_text(json_at(tags, i))))
			from->tags[from->ntags++] = arena_text(cx->mem, tag);
	}
}

enum err
orderdoc_from_gql(struct cx *cx, const struct json *order,
    const struct json *const *pages, size_t npages, struct orderdoc *out)
{
	struct orderdoc_source from = { .form = FORM_GQL, .order = order };
	const struct json *buyer = json_get(order, "purchasingEntity");
	size_t i;
	enum err e;

	from.lines = json_new_array(cx);
	e = add_page(cx, json_get(order, "lineItems"), from.lines,
	    &from.complete);
	for (i = 0; e == OK && i < npages; i++)
		e = add_page(cx, pages[i], from.lines, &from.complete);
	if (e != OK)
		return e;
	from.shipping = json_path(order, "shippingLines.nodes");
	from.b2b =
	    text_equal(json_get_text(buyer, "__typename"), "PurchasingCompany");
	take_tags(cx, json_get(order, "tags"), &from);
	return orderdoc_make(cx, &from, out);
}
