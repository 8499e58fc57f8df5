/*
 * privacy.c - what Shopify's compliance webhooks ask.
 *
 * Erased here in the transaction that queues the word for the Cloud App, so
 * that neither can be forgotten.  shopify.dev, "Privacy law compliance".  A
 * shop/redact comes 48 hours after an uninstall; if the app was installed again
 * meanwhile it is only for what is left of the old life, and the Cloud App,
 * which has one channel for both, is not told.
 */
#include "shopify/privacy.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/crypt.h"
#include "base/json.h"
#include "base/text.h"
#include "db/db.h"
#include "gen/sql.h"
#include "queue/row.h"
#include "shopify/jobs.h"
#include "shopify/ledger.h"
#include "shopify/note.h"
#include "shopify/shop.h"

enum { ORDERS_MAX = 1000 };

struct asked {
	const struct shop *shop;
	const char *hook_id;
	const char *kind;
	const char *customer;
	const char **orders;
	size_t norders;
	bool erase;
};

static const char *
number(struct cx *cx, const struct json *j)
{
	const char *text = json_decimal(cx, j);
	int64_t n;

	if (text == NULL || !text_to_int(text, 1, INT64_MAX, &n))
		return NULL;
	return text;
}

static const char *
orders_text(struct cx *cx, const char *const *orders, size_t n)
{
	struct json *a = json_new_array(cx);
	size_t i;

	for (i = 0; i < n; i++)
		json_push(a, json_new_text(cx, orders[i]));
	return json_write(cx, a);
}

/* The protocol allows 64 safe characters. */
static const char *
request_id(struct cx *cx, const char *hook_id, size_t part)
{
	char hex[65];

	sha256_hex(hook_id, strlen(hook_id), hex);
	hex[48] = '\0';
	return arena_printf(cx->mem, "%s-%zu", hex, part);
}

/* More than a call takes becomes several, each with a request id. */
static enum err
pass_on(struct cx *cx, const struct asked *a)
{
	size_t at = 0, n, part = 0;
	enum err e;

	do {
		n = a->norders - at < ORDERS_MAX ? a->norders - at : ORDERS_MAX;
		e = db_exec(cx, SQL_PRIVACY_OUT_INSERT, V(a->shop->id),
		    V(a->kind), V(request_id(cx, a->hook_id, part++)),
		    V(a->customer), V(orders_text(cx, a->orders + at, n)),
		    V(cx->now));
		if (e != OK)
			return e;
		at += n;
	} while (at < a->norders);
	return jobs_add_shop_now(cx, JOB_PRIVACY, a->shop->id);
}

/* --- a customer --- */

static enum err
add_known(struct cx *cx, struct asked *a)
{
	static const struct field fields[] = {
		F_TEXT(struct ledger, order_id, 1, 19),
		F_END,
	};
	struct ledger *rows;
	const char **all;
	size_t n, i;
	enum err e;

	e = db_list(cx, SQL_LEDGER_BY_CUSTOMER, fields, &rows, &n,
	    V(a->shop->id), V(a->customer));
	if (e != OK)
		return e;
	all = arena_alloc(cx->mem, (a->norders + n + 1) * sizeof(*all));
	for (i = 0; i < a->norders; i++)
		all[i] = a->orders[i];
	for (i = 0; i < n; i++)
		all[a->norders + i] = rows[i].order_id;
	a->orders = all;
	a->norders += n;
	return OK;
}

static enum err
customer_body(struct cx *cx, void *arg)
{
	struct asked a = *(const struct asked *)arg;
	size_t i;
	enum err e = OK;

	if (a.customer != NULL && (e = add_known(cx, &a)) != OK)
		return e;
	for (i = 0; a.erase && e == OK && i < a.norders; i++)
		e = ledger_redact(cx, a.shop, a.orders[i]);
	if (e == OK && a.erase)
		e = db_exec(cx, SQL_INBOX_DEAD_BODIES, V(a.shop->id));
	if (e == OK)
		e = pass_on(cx, &a);
	if (e != OK)
		return e;
	return note_add(cx, a.shop, NULL,
	    &(struct note){
		.level = "info",
		.step = a.erase ? "privacy.redact" : "privacy.data_request",
		.text = a.erase
		    ? "A customer's personal data were erased, as asked; the "
		      "Cloud App is told."
		    : "A customer asks for their data; the Cloud App's manager "
		      "is told to answer.",
		.here_only = true,
	    });
}

static enum err
read_customer(struct cx *cx, const struct json *payload, const char *list,
    struct asked *a)
{
	const struct json *orders = json_get(payload, list);
	size_t i, n = json_count(orders);

	a->customer = number(cx, json_path(payload, "customer.id"));
	a->orders = arena_alloc(cx->mem, (n + 1) * sizeof(*a->orders));
	for (i = 0; i < n; i++) {
		a->orders[i] = number(cx, json_at(orders, i));
		if (a->orders[i] == NULL)
			return cx_fail(cx, ERR_INPUT, "%s[%zu]: no order id",
			    list, i);
	}
	a->norders = n;
	if (a->customer == NULL && n == 0)
		return cx_fail(cx, ERR_INPUT, "it names nobody");
	return OK;
}

/* --- a shop --- */

static enum err
shop_body(struct cx *cx, void *arg)
{
	struct asked a = *(const struct asked *)arg;
	struct shop now;
	bool alive;
	enum err e;

	if ((e = shop_find_id(cx, a.shop->id, &now)) != OK)
		return e;
	alive = !text_equal(now.state, "uninstalled");
	e = ledger_redact_old(cx, &now,
	    alive ? now.generation : now.generation + 1);
	if (e == OK)
		e = db_exec(cx, SQL_INBOX_REDACT_SHOP, V(now.id),
		    V(alive ? now.installed_at : cx->now));
	if (e == OK && !alive)
		e = pass_on(cx, &a);
	if (e != OK)
		return e;
	return note_add(cx, &now, NULL,
	    &(struct note){
		.level = alive ? "warn" : "info",
		.step = "privacy.shop_redact",
		.text = alive ? "The data of an earlier installation were "
				"erased, as asked; this one goes on."
			      : "The store's data were erased, as asked; the "
				"Cloud App is told.",
		.here_only = true,
	    });
}

enum err
privacy_take(struct cx *cx, const struct shop *shop, const char *topic,
    const char *hook_id, const struct json *payload)
{
	struct asked a = { .shop = shop, .hook_id = hook_id };
	enum err e;

	if (strcmp(topic, "shop/redact") == 0) {
		a.kind = "shop_redact";
		return tx_join(cx, shop_body, &a);
	}
	a.erase = strcmp(topic, "customers/redact") == 0;
	a.kind = a.erase ? "customer_redact" : "customer_data_request";
	e = read_customer(cx, payload,
	    a.erase ? "orders_to_redact" : "orders_requested", &a);
	if (e != OK)
		return e;
	return tx_join(cx, customer_body, &a);
}

enum err
privacy_scopes(struct cx *cx, const struct shop *shop,
    const struct json *current)
{
	struct buf b = buf_new(cx->mem);
	const char *scope;
	size_t i;

	for (i = 0; i < json_count(current); i++) {
		scope = json_text(json_at(current, i));
		if (scope != NULL)
			buf_printf(&b, "%s%s", b.n > 0 ? "," : "", scope);
	}
	return db_exec(cx, SQL_SHOP_SET_SCOPES, V(shop->id), V(b.p));
}

/* --- passing on --- */

static const struct field out_fields[] = {
	F_INT(struct privacy_out, id, 1, INT64_MAX),
	F_TEXT(struct privacy_out, kind, 1, 32),
	F_TEXT(struct privacy_out, request_id, 1, 64),
	F_TEXT_OPT(struct privacy_out, customer, 19),
	F_TEXT(struct privacy_out, orders, 2, 100000),
	F_END,
};

enum err
privacy_list(struct cx *cx, int64_t shop, int64_t after,
    struct privacy_out **rows, size_t *n)
{
	return db_list(cx, SQL_PRIVACY_OUT_LIST, out_fields, rows, n, V(shop),
	    V(after));
}

enum err
privacy_done(struct cx *cx, int64_t id)
{
	return db_exec(cx, SQL_PRIVACY_OUT_DONE, V(id), V(cx->now));
}
