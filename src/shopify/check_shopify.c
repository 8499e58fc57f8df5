/*
 * check_shopify.c - the points Shopify is asked for.
 *
 * Shopify does not list the webhooks of shopify.app.toml, nor say whether
 * protected data are approved: both are told from what happens.  The newest
 * order shows what is withheld; and if it was placed since the app was
 * installed, a webhook must have come since.
 */
#include "shopify/check.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/text.h"
#include "base/when.h"
#include "db/db.h"
#include "gen/gql.h"
#include "gen/sql.h"
#include "shopify/gql.h"
#include "shopify/hook.h"
#include "shopify/scopes.h"
#include "shopify/shop.h"

enum {
	COST_INSTALLATION = 3,
	COST_PROBE = 7,
	WEBHOOK_DUE_MS = 10 * MINUTE_MS, /* Shopify tries again over 4 hours */
	SKEW_MS = MINUTE_MS              /* their clock and ours */
};

/* A failure that is no outcome: ours, not Shopify's. */
static bool
is_ours(enum err e)
{
	return e == ERR_STORE || e == ERR_BUG;
}

/* --- scopes --- */

static const char *
granted_text(struct cx *cx, const struct json *list)
{
	struct buf b = buf_new(cx->mem);
	const char *scope;
	size_t i;

	for (i = 0; i < json_count(list); i++) {
		scope = json_get_text(json_at(list, i), "handle");
		if (scope != NULL)
			buf_printf(&b, "%s%s", b.n > 0 ? "," : "", scope);
	}
	return b.p;
}

/* Kept, so that the page's banner says the same. */
static enum err
ask_scopes(struct cx *cx, const struct shop *shop, struct check_list *l,
    const char **granted)
{
	struct gql_call call = {
		.document = GQL_APP_INSTALLATION,
		.operation = "AppInstallation",
		.cost = COST_INSTALLATION,
		.urgency = GQL_PERSON,
	};
	struct gql_answer a;
	const char *missing;
	enum err e;

	e = gql_run(cx, shop, &call, &a);
	if (e != OK) {
		check_fail(cx, l, CHECK_SCOPES, "shopify_silent");
		return e;
	}
	*granted = granted_text(cx,
	    json_path(a.data, "currentAppInstallation.accessScopes"));
	missing = scopes_missing(cx, *granted);
	check_set(l, CHECK_SCOPES, missing ? "scopes_missing" : "scopes_good")
	    ->missing = missing;
	return db_exec(cx, SQL_SHOP_SET_SCOPES, V(shop->id), V(*granted));
}

/* --- the newest order --- */

static enum err
ask_order(struct cx *cx, const struct shop *shop, struct gql_answer *a)
{
	struct json *vars = json_new_object(cx);
	struct gql_call call = {
		.document = GQL_CONNECTION_PROBE,
		.operation = "ConnectionProbe",
		.variables = vars,
		.cost = COST_PROBE,
		.urgency = GQL_PERSON,
	};
	int64_t since = cx->now - SHOP_DAYS_VISIBLE * DAY_MS;

	json_set_text(cx, vars, "query",
	    arena_printf(cx->mem, "created_at:>='%s'",
		when_write(cx->mem, since)));
	return gql_run(cx, shop, &call, a);
}

static bool
is_granted(struct cx *cx, const char *granted, const char *scope)
{
	char **list;
	size_t n = text_split(cx->mem, granted, ',', &list), i;

	for (i = 0; i < n; i++) {
		if (strcmp(list[i], scope) == 0)
			return true;
	}
	return false;
}

/* Withheld for want of a scope, or of approval?  Shopify's words differ, but
   its code does not; so the scopes come first. */
static const char *
withheld_as(const struct check_list *l)
{
	if (l->points[CHECK_SCOPES].missing != NULL)
		return "scopes_first";
	return "personal_withheld";
}

static void
check_order(struct cx *cx, struct check_list *l, const struct gql_answer *a,
    const char *granted)
{
	bool all = is_granted(cx, granted, "read_all_orders");
	bool any = json_count(json_path(a->data, "orders.nodes")) > 0;

	(void)check_set(l, CHECK_WINDOW, all ? "window_all" : "window_60_days");
	if (!any)
		(void)check_set(l, CHECK_PERSONAL, "no_order");
	else if (a->withheld)
		(void)check_set(l, CHECK_PERSONAL, withheld_as(l));
	else
		(void)check_set(l, CHECK_PERSONAL,
		    a->partial ? "shopify_silent" : "personal_good");
}

static void
order_unread(struct cx *cx, struct check_list *l)
{
	if (strcmp(cx->code, "access_denied") != 0) {
		check_fail(cx, l, CHECK_WINDOW, "shopify_silent");
		check_fail(cx, l, CHECK_PERSONAL, "shopify_silent");
		return;
	}
	(void)check_set(l, CHECK_WINDOW, "orders_denied");
	(void)check_set(l, CHECK_PERSONAL, withheld_as(l));
}

/* --- webhooks --- */

static const struct field last_fields[] = {
	F_WHEN(struct inbox, received_at),
	F_END,
};

static enum err
last_webhook(struct cx *cx, const struct shop *shop, int64_t *at)
{
	struct inbox in = { .received_at = 0 };
	enum err e;

	e = db_one(cx, SQL_INBOX_LAST_ORDER, last_fields, &in, V(shop->id),
	    V(shop->installed_at));
	if (e != OK && e != ERR_MISSING)
		return e;
	*at = in.received_at;
	return OK;
}

/* When the newest order was placed; 0: none since the app is there. */
static int64_t
placed_at(const struct shop *shop, const struct gql_answer *a)
{
	const char *text =
	    json_get_text(json_at(json_path(a->data, "orders.nodes"), 0),
		"createdAt");
	int64_t at = 0;

	if (text == NULL || !when_read(text, &at))
		return 0;
	return at < shop->installed_at ? 0 : at;
}

static const char *
webhook_outcome(const struct cx *cx, int64_t placed, int64_t came)
{
	if (came != 0 && came >= placed - SKEW_MS)
		return "webhook_came";
	if (placed == 0)
		return "nothing_happened";
	if (placed > cx->now - WEBHOOK_DUE_MS)
		return "webhook_due";
	if (placed < cx->now - HOOK_KEEP_DAYS * DAY_MS)
		return "no_record";
	return "webhook_missing";
}

/* `a` NULL: Shopify did not tell its newest order. */
static enum err
check_webhooks(struct cx *cx, const struct shop *shop, struct check_list *l,
    const struct gql_answer *a)
{
	int64_t placed = a != NULL ? placed_at(shop, a) : 0, came;
	const char *outcome;
	enum err e;

	if ((e = last_webhook(cx, shop, &came)) != OK)
		return e;
	outcome = webhook_outcome(cx, placed, came);
	if (a == NULL && came == 0)
		outcome = "shopify_silent";
	check_set(l, CHECK_WEBHOOK, outcome)->at =
	    strcmp(outcome, "webhook_came") == 0 ? came : placed;
	return OK;
}

enum err
check_shopify(struct cx *cx, const struct shop *shop, struct check_list *l)
{
	const char *granted = NULL;
	struct gql_answer a;
	enum err e;

	e = ask_scopes(cx, shop, l, &granted);
	if (e == OK)
		e = ask_order(cx, shop, &a);
	if (is_ours(e))
		return e;
	if (e != OK) {
		order_unread(cx, l);
		return check_webhooks(cx, shop, l, NULL);
	}
	check_order(cx, l, &a, granted);
	return check_webhooks(cx, shop, l, &a);
}
