/*
 * read.c - the store's orders by GraphQL: one with all its lines, several by
 * id, a page of a search.
 *
 * An order that changes while its pages are read is read from the start: what
 * we hold is never a mixture of two revisions.
 */
#include "shopify/read.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/crashpoint.h"
#include "base/env.h"
#include "base/json.h"
#include "base/text.h"
#include "base/when.h"
#include "gen/gql.h"
#include "shopify/budget.h"
#include "shopify/shop.h"

enum {
	LINES_FIRST = 50, /* a page of the first read; most have fewer */
	LINES_NEXT = 250,
	PAGES_MAX = 8,
	COST_FULL = 68,
	COST_LINES = 80,
	COST_IDS = 1,
	COST_SEARCH = 9,
	SEARCH_FIRST = 50,
	CHANGED_TRIES = 3
};

static enum err
partial(struct cx *cx, const char *what)
{
	return cx_fail_code(cx, ERR_UPSTREAM, "upstream_failed",
	    "Shopify answered only a part of %s", what);
}

static enum err
not_visible(struct cx *cx, const char *order_id)
{
	return cx_fail_code(cx, ERR_MISSING, "not_visible",
	    "order %s is older than 60 days, or not in this store", order_id);
}

/* --- one order --- */

static enum err
first_page(struct cx *cx, const struct shop *shop, const char *gid,
    enum gql_urgency urgency, struct json **order)
{
	struct json *vars = json_new_object(cx);
	struct gql_call call = {
		.document = GQL_ORDER_FULL,
		.operation = "OrderFull",
		.variables = vars,
		.cost = COST_FULL,
		.urgency = urgency,
	};
	struct gql_answer a;
	enum err e;

	json_set_text(cx, vars, "id", gid);
	json_set_int(cx, vars, "lines", LINES_FIRST);
	if ((e = gql_run(cx, shop, &call, &a)) != OK)
		return e;
	*order = json_get(a.data, "order");
	if (json_is_object(*order))
		return OK;
	return a.partial ? partial(cx, "an order") : not_visible(cx, gid);
}

static enum err
next_page(struct cx *cx, const struct shop *shop, const char *gid,
    const char *after, enum gql_urgency urgency, struct json **order)
{
	struct json *vars = json_new_object(cx);
	struct gql_call call = {
		.document = GQL_ORDER_LINES_PAGE,
		.operation = "OrderLinesPage",
		.variables = vars,
		.cost = COST_LINES,
		.urgency = urgency,
	};
	struct gql_answer a;
	enum err e;

	json_set_text(cx, vars, "id", gid);
	json_set_int(cx, vars, "first", LINES_NEXT);
	json_set_text(cx, vars, "after", after);
	if ((e = gql_run(cx, shop, &call, &a)) != OK)
		return e;
	*order = json_get(a.data, "order");
	if (json_is_array(json_path(*order, "lineItems.nodes")))
		return OK;
	return partial(cx, "an order's lines");
}

static const char *
more_lines(const struct json *order)
{
	const struct json *info = json_path(order, "lineItems.pageInfo");

	if (!json_bool(json_get(info, "hasNextPage"), false))
		return NULL;
	return json_get_text(info, "endCursor");
}

/* ERR_CONFLICT: it changed between two pages. */
static enum err
read_pages(struct cx *cx, const struct shop *shop, const char *gid,
    enum gql_urgency urgency, struct orderdoc *doc)
{
	const struct json *pages[PAGES_MAX];
	struct json *order, *page;
	const char *after;
	size_t n = 0;
	enum err e;

	if ((e = first_page(cx, shop, gid, urgency, &order)) != OK)
		return e;
	for (after = more_lines(order); after != NULL;
	     after = more_lines(page)) {
		if (n == PAGES_MAX)
			return cx_fail_code(cx, ERR_INPUT, "too_many_lines",
			    "the order has more than %d lines",
			    ORDERDOC_LINES_MAX);
		e = next_page(cx, shop, gid, after, urgency, &page);
		if (e != OK)
			return e;
		if (!text_equal(json_get_text(page, "updatedAt"),
			json_get_text(order, "updatedAt")))
			return cx_fail(cx, ERR_CONFLICT,
			    "the order changed while it was read");
		pages[n++] = json_get(page, "lineItems");
	}
	return orderdoc_from_gql(cx, order, pages, n, doc);
}

enum err
read_order(struct cx *cx, const struct shop *shop, const char *order_id,
    enum gql_urgency urgency, struct orderdoc *doc)
{
	const char *gid = order_gid_of_id(cx, order_id);
	enum err e = ERR_CONFLICT;
	int64_t asked_at = 0;
	int i;

	if (gid == NULL)
		return not_visible(cx, order_id);
	CRASH_POINT("read.before");
	for (i = 0; i < CHANGED_TRIES && e == ERR_CONFLICT; i++) {
		asked_at = env_wall(cx->env);
		e = read_pages(cx, shop, gid, urgency, doc);
	}
	CRASH_POINT("read.after");
	if (e == OK)
		doc->asked_at = asked_at;
	if (e == ERR_CONFLICT)
		return cx_fail(cx, ERR_UPSTREAM,
		    "order %s changes faster than it can be read", order_id);
	return e;
}

enum err
read_to_ledger(struct cx *cx, const struct shop *shop, const char *order_id,
    enum gql_urgency urgency, struct orderdoc *doc)
{
	char *code, *why;
	enum err e, told;

	e = read_order(cx, shop, order_id, urgency, doc);
	if (e == OK)
		return ledger_see(cx, shop, NEWS_READ, doc);
	code = arena_text(cx->mem, cx->code);
	why = arena_text(cx->mem, cx->why);
	if (e == ERR_MISSING)
		told = ledger_not_visible(cx, shop, order_id);
	else if (e == ERR_INPUT)
		told = ledger_failed(cx, shop, order_id, code, why);
	else
		return e;
	if (told != OK)
		return told;
	return cx_fail_code(cx, e, code, "%s", why);
}

/* --- several --- */

static bool
read_texts(struct cx *cx, const struct json *array, char ***out, size_t *n)
{
	size_t i, count = json_count(array);
	char **texts = arena_alloc(cx->mem, (count + 1) * sizeof(*texts));

	for (i = 0; i < count; i++) {
		texts[i] = arena_text(cx->mem, json_text(json_at(array, i)));
		if (texts[i] == NULL)
			return false;
	}
	*out = texts;
	*n = count;
	return true;
}

static int64_t
when(const struct json *j, const char *key)
{
	const char *text = json_get_text(j, key);
	int64_t ms = 0;

	if (text != NULL)
		(void)when_read(text, &ms);
	return ms;
}

static bool
read_sight(struct cx *cx, const struct json *j, struct sight *o)
{
	const char *gid = json_get_text(j, "id");

	memset(o, 0, sizeof(*o));
	if (gid == NULL)
		return false;
	o->id = order_id_of_gid(cx, gid);
	o->name = json_get_text(j, "name");
	o->created_at = when(j, "createdAt");
	o->updated_at = when(j, "updatedAt");
	o->cancelled_at = when(j, "cancelledAt");
	o->confirmed = json_bool(json_get(j, "confirmed"), true);
	if (o->name == NULL || o->created_at == 0 || o->updated_at == 0 ||
	    !read_texts(cx, json_get(j, "tags"), &o->tags, &o->ntags))
		o->id = NULL;
	return o->id != NULL;
}

enum err
read_sights(struct cx *cx, const struct shop *shop,
    const char *const *order_ids, size_t n, enum gql_urgency urgency,
    struct sight *seen)
{
	struct json *vars = json_new_object(cx), *ids = json_new_array(cx);
	struct gql_call call = {
		.document = GQL_ORDERS_BY_IDS,
		.operation = "OrdersByIds",
		.variables = vars,
		.cost = COST_IDS,
		.urgency = urgency,
	};
	struct gql_answer a;
	const struct json *nodes;
	int64_t asked_at = env_wall(cx->env);
	size_t i;
	enum err e;

	for (i = 0; i < n; i++)
		json_push(ids,
		    json_new_text(cx, order_gid_of_id(cx, order_ids[i])));
	json_set(vars, "ids", ids);
	if ((e = gql_run(cx, shop, &call, &a)) != OK)
		return e;
	nodes = json_get(a.data, "nodes");
	if (!json_is_array(nodes) || json_count(nodes) != n || a.partial)
		return partial(cx, "the orders asked for");
	for (i = 0; i < n; i++) {
		if (read_sight(cx, json_at(nodes, i), &seen[i]))
			seen[i].asked_at = asked_at;
	}
	return OK;
}

/* --- a search --- */

const char *
read_quote(struct cx *cx, const char *text)
{
	struct buf b = buf_new(cx->mem);

	buf_char(&b, '\'');
	for (; *text != '\0'; text++) {
		if (*text == '\'' || *text == '\\')
			buf_char(&b, '\\');
		buf_char(&b, *text);
	}
	buf_char(&b, '\'');
	return b.p;
}

enum err
read_room(struct cx *cx, const struct shop *shop, const char *operation,
    int64_t pages)
{
	struct budget_need needs[] = {
		{ operation, COST_SEARCH, pages },
		{ "OrdersByIds", COST_IDS, pages },
	};

	return budget_room(cx, shop->id, needs, 2);
}

enum err
read_search(struct cx *cx, const struct shop *shop, const struct search *s,
    const char **cursor, struct sight **seen, size_t *n)
{
	struct json *vars = json_new_object(cx);
	struct gql_call call = {
		.document = s->document,
		.operation = s->operation,
		.variables = vars,
		.cost = COST_SEARCH,
		.urgency = GQL_BACKGROUND,
	};
	struct gql_answer a;
	const struct json *orders, *nodes, *info;
	struct sight *list;
	size_t i, count, kept = 0;
	enum err e;

	json_set_int(cx, vars, "first", SEARCH_FIRST);
	json_set_text(cx, vars, "after", *cursor);
	json_set_text(cx, vars, "query", s->query);
	if ((e = gql_run(cx, shop, &call, &a)) != OK)
		return e;
	if (a.warned)
		return cx_fail_code(cx, ERR_BUG, "search_warned",
		    "Shopify does not understand our search %s", s->operation);
	orders = json_get(a.data, "orders");
	nodes = json_get(orders, "nodes");
	if (!json_is_array(nodes))
		return partial(cx, "a search");
	count = json_count(nodes);
	list = arena_alloc(cx->mem, (count + 1) * sizeof(*list));
	for (i = 0; i < count; i++) {
		if (read_sight(cx, json_at(nodes, i), &list[kept]))
			kept++;
	}
	info = json_get(orders, "pageInfo");
	*cursor = json_bool(json_get(info, "hasNextPage"), false)
	    ? json_get_text(info, "endCursor")
	    : NULL;
	*seen = list;
	*n = kept;
	return OK;
}
