/*
 * sim_gql.c - the documents of gql/, answered from a store.
 *
 * Known by their operation's name.  Each answer carries what it cost and what
 * is left; a call that finds too little is THROTTLED, with HTTP 200.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/text.h"
#include "base/when.h"
#include "lib/sim_shopify.h"
#include "lib/test.h"

enum { PAGE_MAX = 250, MILLI = 1000 };

typedef struct json *resolver(struct cx *, struct sim_store *,
    const struct json *variables);

static struct json *
data_of(struct cx *cx, const char *field, struct json *value)
{
	struct json *data = json_new_object(cx);

	json_set(data, field, value != NULL ? value : json_new_null(cx));
	return data;
}

/* --- reading --- */

const char *
sim_store_scopes(const struct sim_store *st)
{
	return st->scopes != NULL
	    ? st->scopes
	    : "read_orders,write_orders,read_customers,read_products,"
	      "read_locations,read_merchant_managed_fulfillment_orders,"
	      "write_merchant_managed_fulfillment_orders,read_fulfillments,"
	      "write_fulfillments";
}

static struct json *
installation(struct cx *cx, struct sim_store *st, const struct json *vars)
{
	struct json *list = json_new_array(cx), *scope, *data;
	struct json *app = json_new_object(cx), *shop = json_new_object(cx);
	char **scopes;
	size_t n, i;

	(void)vars;
	n = text_split(cx->mem, sim_store_scopes(st), ',', &scopes);
	for (i = 0; i < n; i++) {
		scope = json_new_object(cx);
		json_set_text(cx, scope, "handle", scopes[i]);
		json_push(list, scope);
	}
	json_set_text(cx, app, "id", "gid://shopify/AppInstallation/1");
	json_set_text(cx, app, "launchUrl", "https://example.com");
	json_set(app, "accessScopes", list);
	json_set_text(cx, shop, "id", "gid://shopify/Shop/1");
	json_set_text(cx, shop, "name", "Tea");
	json_set_text(cx, shop, "myshopifyDomain", st->domain);
	json_set_text(cx, shop, "currencyCode", "EUR");
	json_set_text(cx, shop, "ianaTimezone", "Europe/Rome");
	data = data_of(cx, "currentAppInstallation", app);
	json_set(data, "shop", shop);
	return data;
}

static struct sim_order *
visible(struct sim_store *st, const char *gid)
{
	struct sim_order *o = sim_order_find(st, gid);

	return o != NULL && sim_order_is_visible(o) ? o : NULL;
}

static struct json *
order_full(struct cx *cx, struct sim_store *st, const struct json *vars)
{
	struct sim_order *o = visible(st, json_get_text(vars, "id"));

	return data_of(cx, "order", o == NULL ? NULL : sim_order_gql(cx, o));
}

static struct json *
by_ids(struct cx *cx, struct sim_store *st, const struct json *vars)
{
	const struct json *ids = json_get(vars, "ids");
	struct json *nodes = json_new_array(cx);
	struct sim_order *o;
	size_t i;

	for (i = 0; i < json_count(ids); i++) {
		o = visible(st, json_text(json_at(ids, i)));
		json_push(nodes,
		    o == NULL ? json_new_null(cx) : sim_order_brief(cx, o));
	}
	return data_of(cx, "nodes", nodes);
}

/* --- searching: the index, not the orders --- */

/* The instant behind "NAME:>='…'", 0: not in the query. */
static int64_t
bound(struct cx *cx, const char *query, const char *name)
{
	const char *at = strstr(query, name);
	int64_t ms = 0;
	size_t n;

	if (at == NULL)
		return 0;
	at += strlen(name);
	at += strspn(at, ":>=<'\"");
	n = strcspn(at, "'\" ");
	assert_true(when_read(arena_textn(cx->mem, at, n), &ms));
	return ms;
}

static bool
matches(struct cx *cx, struct sim_order *o, const char *query)
{
	const char *tag = strstr(query, "tag:");
	size_t i, n;

	sim_order_index(o);
	if (!o->indexed || !sim_order_is_visible(o))
		return false;
	if (o->old_updated < bound(cx, query, "updated_at") ||
	    o->created < bound(cx, query, "created_at"))
		return false;
	if (tag == NULL)
		return true;
	tag += 4 + (tag[4] == '\'' || tag[4] == '"');
	n = strcspn(tag, "'\" ");
	for (i = 0; i < o->old_tags.n; i++)
		if (strncasecmp(o->old_tags.tag[i], tag, n) == 0)
			return true; /* loose: a prefix is enough */
	return false;
}

static int64_t
rank(const struct sim_order *o, bool by_update)
{
	return by_update ? o->old_updated : o->created;
}

static void
sort(struct sim_order **found, size_t n, bool by_update)
{
	struct sim_order *o;
	size_t i, j;

	for (i = 1; i < n; i++) {
		o = found[i];
		for (j = i; j > 0 &&
		     rank(found[j - 1], by_update) > rank(o, by_update);
		     j--)
			found[j] = found[j - 1];
		found[j] = o;
	}
}

/* The cursor is rank and id of the last one shown. */
static bool
is_cursor(const char *after, int64_t *at, int64_t *id)
{
	return sscanf(after, "%" SCNd64 "-%" SCNd64, at, id) == 2;
}

static bool
is_behind(const struct sim_order *o, bool by_update, const char *after)
{
	int64_t at, id;

	if (after == NULL)
		return true;
	assert_true(is_cursor(after, &at, &id));
	if (rank(o, by_update) != at)
		return rank(o, by_update) > at;
	return o->id > id;
}

static struct json *
search(struct cx *cx, struct sim_store *st, const struct json *vars,
    bool by_update)
{
	const char *query = json_get_text(vars, "query");
	const char *after = json_get_text(vars, "after");
	int64_t first = json_int(json_get(vars, "first"), 0);
	struct json *page = json_new_object(cx), *info = json_new_object(cx);
	struct json *nodes = json_new_array(cx);
	struct sim_order *found[SIM_ORDERS], *o = NULL;
	size_t i, n = 0, shown = 0;

	assert_true(first >= 1 && first <= PAGE_MAX);
	for (i = 0; i < st->norders; i++)
		if (matches(cx, &st->orders[i], query))
			found[n++] = &st->orders[i];
	sort(found, n, by_update);
	for (i = 0; i < n; i++) {
		if (!is_behind(found[i], by_update, after))
			continue;
		if (shown++ == (size_t)first)
			break;
		o = found[i];
		json_push(nodes, sim_order_brief(cx, o));
	}
	json_set_bool(cx, info, "hasNextPage", i < n);
	json_set_text(cx, info, "endCursor",
	    o == NULL ? NULL
		      : arena_printf(cx->mem, "%" PRId64 "-%" PRId64,
			    rank(o, by_update), o->id));
	json_set(page, "pageInfo", info);
	json_set(page, "nodes", nodes);
	return data_of(cx, "orders", page);
}

static struct json *
by_tag(struct cx *cx, struct sim_store *st, const struct json *vars)
{
	return search(cx, st, vars, false);
}

static struct json *
changed(struct cx *cx, struct sim_store *st, const struct json *vars)
{
	st->pages++;
	return search(cx, st, vars, true);
}

/* The newest first, as it was placed; what is personal is left out. */
static struct json *
probe(struct cx *cx, struct sim_store *st, const struct json *vars)
{
	int64_t since = bound(cx, json_get_text(vars, "query"), "created_at");
	struct json *page = json_new_object(cx), *nodes = json_new_array(cx);
	struct sim_order *o = NULL;
	size_t i;

	for (i = 0; i < st->norders; i++) {
		if (sim_order_is_visible(&st->orders[i]) &&
		    st->orders[i].created >= since &&
		    (o == NULL || st->orders[i].created > o->created))
			o = &st->orders[i];
	}
	if (o != NULL)
		json_push(nodes, sim_order_brief(cx, o));
	json_set(page, "nodes", nodes);
	return data_of(cx, "orders", page);
}

/* --- writing tags --- */

static struct json *
tags_answer(struct cx *cx, const struct sim_order *o)
{
	struct json *j = json_new_object(cx), *errors = json_new_array(cx);
	struct json *one = json_new_object(cx);

	if (o == NULL) {
		json_set(one, "field", json_new_array(cx));
		json_set_text(cx, one, "message", "Order does not exist");
		json_push(errors, one);
	}
	json_set(j, "node",
	    o == NULL ? json_new_null(cx) : sim_order_brief(cx, o));
	json_set(j, "userErrors", errors);
	return j;
}

static struct json *
write_one(struct cx *cx, struct sim_store *st, const struct json *vars,
    const char *list, bool add)
{
	struct sim_order *o = visible(st, json_get_text(vars, "id"));

	if (o != NULL)
		sim_order_write_tags(o, json_get(vars, list), add);
	return tags_answer(cx, o);
}

static struct json *
tags_add(struct cx *cx, struct sim_store *st, const struct json *vars)
{
	return data_of(cx, "tagsAdd", write_one(cx, st, vars, "tags", true));
}

static struct json *
tags_remove(struct cx *cx, struct sim_store *st, const struct json *vars)
{
	return data_of(cx, "tagsRemove",
	    write_one(cx, st, vars, "tags", false));
}

static struct json *
transition(struct cx *cx, struct sim_store *st, const struct json *vars)
{
	struct json *data;

	data = data_of(cx, "add", write_one(cx, st, vars, "add", true));
	json_set(data, "drop", write_one(cx, st, vars, "drop", false));
	return data;
}

static const struct {
	const char *name;
	int64_t cost; /* points */
	resolver *run;
} operations[] = {
	{ "AppInstallation", 3, installation },
	{ "BulkCancel", 10, sim_bulk_cancel },
	{ "BulkList", 7, sim_bulk_list },
	{ "BulkMutation", 10, sim_bulk_mutation },
	{ "BulkQuery", 10, sim_bulk_query },
	{ "BulkStage", 12, sim_bulk_stage },
	{ "BulkStatus", 1, sim_bulk_status },
	{ "OrderFull", 68, order_full },
	{ "OrdersByIds", 1, by_ids },
	{ "OrdersByTag", 9, by_tag },
	{ "OrdersChanged", 9, changed },
	{ "ConnectionProbe", 7, probe },
	{ "TagsAdd", 10, tags_add },
	{ "TagsRemove", 10, tags_remove },
	{ "TagsTransition", 20, transition },
};

struct json *
sim_gql_line(struct cx *cx, struct sim_store *st, const char *operation,
    const struct json *variables)
{
	size_t i;

	for (i = 0; i < COUNT_OF(operations); i++)
		if (text_equal(operations[i].name, operation))
			return operations[i].run(cx, st, variables);
	fail_msg("a bulk operation runs %s", operation);
	return NULL;
}

/* --- points --- */

static void
refill(struct sim_store *st)
{
	int64_t now = st->shopify->sim->now_ms;

	st->left_milli += (now - st->left_at) * st->restore;
	if (st->left_milli > st->ceiling * MILLI)
		st->left_milli = st->ceiling * MILLI;
	st->left_at = now;
}

static struct json *
cost_of(struct cx *cx, const struct sim_store *st, int64_t cost, bool done)
{
	struct json *ext = json_new_object(cx), *c = json_new_object(cx);
	struct json *t = json_new_object(cx);

	json_set_int(cx, c, "requestedQueryCost", cost);
	json_set(c, "actualQueryCost",
	    done ? json_new_int(cx, cost) : json_new_null(cx));
	json_set_int(cx, t, "maximumAvailable", st->ceiling);
	json_set_int(cx, t, "currentlyAvailable", st->left_milli / MILLI);
	json_set_int(cx, t, "restoreRate", st->restore);
	json_set(c, "throttleStatus", t);
	json_set(ext, "cost", c);
	return ext;
}

static struct json *
error_of(struct cx *cx, const char *code, const char *message)
{
	struct json *errors = json_new_array(cx), *one = json_new_object(cx);
	struct json *ext = json_new_object(cx);

	json_set_text(cx, ext, "code", code);
	json_set_text(cx, one, "message", message);
	json_set(one, "extensions", ext);
	json_push(errors, one);
	return errors;
}

static struct json *
throttled(struct cx *cx, struct sim_store *st, int64_t cost)
{
	struct json *j = json_new_object(cx);

	st->shopify->throttled++;
	sim_step(st->shopify->sim, "    THROTTLED");
	json_set(j, "errors", error_of(cx, "THROTTLED", "Throttled"));
	json_set(j, "extensions", cost_of(cx, st, cost, false));
	return j;
}

static bool
may_read_orders(const struct sim_store *st)
{
	return strstr(sim_store_scopes(st), "_orders") != NULL;
}

/* What Shopify says of a part that the app may not see; NULL: it may. */
static struct json *
withheld(struct cx *cx, const struct sim_store *st, const char *operation)
{
	if (strcmp(operation, "ConnectionProbe") != 0)
		return NULL;
	if (strstr(sim_store_scopes(st), "read_customers") == NULL)
		return error_of(cx, "ACCESS_DENIED",
		    "Access denied for customer field. Required access: "
		    "`read_customers` access scope.");
	if (st->withholds)
		return error_of(cx, "ACCESS_DENIED",
		    "This app is not approved to use the email field.");
	return NULL;
}

/* No data at all; NULL: there are. */
static struct json *
refusal(struct cx *cx, struct sim_store *st, const char *operation,
    const struct json *vars)
{
	const char *after = json_get_text(vars, "after");
	const struct sim_order *o;
	int64_t at, id;

	if (after != NULL && strcmp(operation, "OrdersChanged") == 0 &&
	    !is_cursor(after, &at, &id))
		return error_of(cx, "BAD_REQUEST",
		    "Invalid cursor for current pagination sort.");
	o = strcmp(operation, "OrderFull") != 0
	    ? NULL
	    : visible(st, json_get_text(vars, "id"));
	if (st->silent || (o != NULL && o->unreadable))
		return error_of(cx, "INTERNAL_SERVER_ERROR",
		    "Something went wrong.");
	if (strcmp(operation, "ConnectionProbe") == 0 && !may_read_orders(st))
		return error_of(cx, "ACCESS_DENIED",
		    "Access denied for orders field.");
	return NULL;
}

/* It costs what it says, and finds enough. */
static struct json *
other(struct cx *cx, struct sim_store *st, const struct json *request)
{
	struct sim_shopify *sh = st->shopify;
	struct json *j = json_new_object(cx);
	int64_t cost = 0;

	refill(st);
	json_set(j, "data",
	    sh->other(sh->other_arg, cx,
		json_get_text(request, "operationName"),
		json_get(request, "variables"), &cost));
	st->left_milli -= cost * MILLI;
	json_set(j, "extensions", cost_of(cx, st, cost, true));
	return j;
}

struct json *
sim_gql_answer(struct cx *cx, struct sim_store *st, const struct json *request)
{
	const char *name = json_get_text(request, "operationName");
	struct sim *s = st->shopify->sim;
	struct json *j = json_new_object(cx), *errors;
	size_t i;

	for (i = 0; i < COUNT_OF(operations); i++)
		if (text_equal(operations[i].name, name))
			break;
	if (i == COUNT_OF(operations) && st->shopify->other != NULL)
		return other(cx, st, request);
	if (i == COUNT_OF(operations))
		fail_msg("Shopify was asked for %s", name ? name : "(nothing)");
	refill(st);
	if (sim_chance(s, s->weather.throttle)) {
		s->faults[SIM_THROTTLE]++;
		st->left_milli = 0;
	}
	if (operations[i].cost * MILLI > st->left_milli)
		return throttled(cx, st, operations[i].cost);
	st->left_milli -= operations[i].cost * MILLI;
	sim_step(s, "    %s %s", name,
	    json_write(cx, json_get(request, "variables")));
	json_set(j, "extensions", cost_of(cx, st, operations[i].cost, true));
	if ((errors = refusal(cx, st, name, json_get(request, "variables"))) !=
	    NULL) {
		json_set(j, "errors", errors);
		return j;
	}
	json_set(j, "data",
	    operations[i].run(cx, st, json_get(request, "variables")));
	if ((errors = withheld(cx, st, name)) != NULL)
		json_set(j, "errors", errors);
	return j;
}
