/*
 * sim_order.c - an order as a webhook shows it and as GraphQL does.
 *
 * One order, two spellings: what differs between the forms (offsets, trailing
 * zeros, capitals, tags in one text) differs here too, so that a run that mixes
 * both finds a mapping that is not one.
 */
#include <inttypes.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/when.h"
#include "lib/sim_shopify.h"

enum { OFFSET_MS = HOUR_MS };

static const char *
local_time(struct cx *cx, int64_t ms)
{
	char *t;

	if (ms == 0)
		return NULL;
	t = when_write(cx->mem, ms + OFFSET_MS);
	return arena_printf(cx->mem, "%.19s+01:00", t);
}

static const char *
utc(struct cx *cx, int64_t ms)
{
	return ms == 0 ? NULL : when_write(cx->mem, ms);
}

static struct json *
rest_money(struct cx *cx, const char *amount)
{
	static const char *const sides[] = { "shop_money",
		"presentment_money" };
	struct json *set = json_new_object(cx), *m;
	int i;

	for (i = 0; i < 2; i++) {
		m = json_new_object(cx);
		json_set_text(cx, m, "amount", amount);
		json_set_text(cx, m, "currency_code", "EUR");
		json_set(set, sides[i], m);
	}
	return set;
}

static struct json *
gql_money(struct cx *cx, const char *amount)
{
	static const char *const sides[] = { "shopMoney", "presentmentMoney" };
	struct json *set = json_new_object(cx), *m;
	int i;

	for (i = 0; i < 2; i++) {
		m = json_new_object(cx);
		json_set_text(cx, m, "amount", amount);
		json_set(set, sides[i], m);
	}
	return set;
}

static void
texts(struct cx *cx, struct json *o, const char *const *pairs)
{
	for (; pairs[0] != NULL; pairs += 2)
		json_set_text(cx, o, pairs[0],
		    pairs[1][0] != '\0' ? pairs[1] : NULL);
}

static const char *
number_text(struct cx *cx, const char *form, int64_t n)
{
	return arena_printf(cx->mem, form, n);
}

static const char *
note_of(struct cx *cx, const struct sim_order *o)
{
	return o->note == 0 ? NULL : number_text(cx, "edit %" PRId64, o->note);
}

static const char *
joined(struct cx *cx, const struct sim_tags *t)
{
	struct buf b = buf_new(cx->mem);
	size_t i;

	for (i = 0; i < t->n; i++)
		buf_printf(&b, "%s%s", i > 0 ? ", " : "", t->tag[i]);
	return b.p;
}

static int
lines_of(const struct sim_order *o)
{
	return o->store->lines == 0 ? 1 : o->store->lines;
}

static int
pieces_of(const struct sim_order *o)
{
	return o->store->pieces == 0 ? 2 : o->store->pieces;
}

static struct json *
rest_line(struct cx *cx, const struct sim_order *o, int i)
{
	struct json *l = json_new_object(cx);
	int64_t id = o->id * 10 + 1 + i;

	json_set_int(cx, l, "id", id);
	json_set_text(cx, l, "admin_graphql_api_id",
	    number_text(cx, "gid://shopify/LineItem/%" PRId64, id));
	texts(cx, l,
	    (const char *const[]){ "title", "Green tea", "variant_title",
		"100 g", "name", "Green tea - 100 g", "sku", "TEA-G", "vendor",
		"Tea", NULL });
	json_set_int(cx, l, "quantity", pieces_of(o));
	json_set_int(cx, l, "current_quantity", pieces_of(o));
	json_set_bool(cx, l, "requires_shipping", true);
	json_set_bool(cx, l, "gift_card", false);
	json_set_bool(cx, l, "taxable", true);
	json_set_int(cx, l, "variant_id", 44100000000011);
	json_set_int(cx, l, "product_id", 8200000000001);
	json_set_bool(cx, l, "product_exists", true);
	json_set(l, "properties", json_new_array(cx));
	json_set(l, "price_set", rest_money(cx, "20.00"));
	json_set(l, "discount_allocations", json_new_array(cx));
	json_set(l, "tax_lines", json_new_array(cx));
	return l;
}

struct json *
sim_order_rest(struct cx *cx, const struct sim_order *o)
{
	static const char *const sums[][2] = {
		{ "subtotal_price_set", "40.00" },
		{ "total_shipping_price_set", "0.00" },
		{ "total_tax_set", "0.00" },
		{ "total_discounts_set", "0.00" },
		{ "total_price_set", "40.00" },
		{ "current_total_price_set", "40.00" },
	};
	static const char *const lists[] = { "note_attributes",
		"discount_codes", "shipping_lines", "tax_lines" };
	struct json *j = json_new_object(cx), *lines = json_new_array(cx);
	struct json *gateways = json_new_array(cx);
	size_t i;
	int k;

	json_set_int(cx, j, "id", o->id);
	json_set_text(cx, j, "admin_graphql_api_id",
	    number_text(cx, "gid://shopify/Order/%" PRId64, o->id));
	json_set_text(cx, j, "name", number_text(cx, "#%" PRId64, o->number));
	json_set_int(cx, j, "order_number", o->number);
	json_set_text(cx, j, "created_at", local_time(cx, o->created));
	json_set_text(cx, j, "processed_at", local_time(cx, o->created));
	json_set_text(cx, j, "updated_at", local_time(cx, o->updated));
	json_set_text(cx, j, "cancelled_at", local_time(cx, o->cancelled));
	json_set_text(cx, j, "closed_at", NULL);
	json_set_text(cx, j, "cancel_reason",
	    o->cancelled != 0 ? "customer" : NULL);
	json_set_bool(cx, j, "test", false);
	json_set_bool(cx, j, "confirmed", o->confirmed);
	texts(cx, j,
	    (const char *const[]){ "source_name", "web", "financial_status",
		"paid", "currency", "EUR", "presentment_currency", "EUR",
		"total_tip_received", "0.00", NULL });
	json_set_text(cx, j, "email", "");
	json_set_text(cx, j, "note", note_of(cx, o));
	json_set_text(cx, j, "tags", joined(cx, &o->tags));
	json_set_bool(cx, j, "taxes_included", true);
	json_push(gateways, json_new_text(cx, "bogus"));
	json_set(j, "payment_gateway_names", gateways);
	for (i = 0; i < sizeof(sums) / sizeof(sums[0]); i++)
		json_set(j, sums[i][0], rest_money(cx, sums[i][1]));
	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		json_set(j, lists[i], json_new_array(cx));
	for (k = 0; k < lines_of(o); k++)
		json_push(lines, rest_line(cx, o, k));
	json_set(j, "line_items", lines);
	return j;
}

static struct json *
gql_line(struct cx *cx, const struct sim_order *o, int i)
{
	struct json *l = json_new_object(cx), *v = json_new_object(cx);
	struct json *p = json_new_object(cx);

	json_set_text(cx, l, "id",
	    number_text(cx, "gid://shopify/LineItem/%" PRId64,
		o->id * 10 + 1 + i));
	texts(cx, l,
	    (const char *const[]){ "title", "Green tea", "variantTitle",
		"100 g", "name", "Green tea - 100 g", "sku", "TEA-G", "vendor",
		"Tea", NULL });
	json_set_int(cx, l, "quantity", pieces_of(o));
	json_set_int(cx, l, "currentQuantity", pieces_of(o));
	json_set_bool(cx, l, "requiresShipping", true);
	json_set_bool(cx, l, "isGiftCard", false);
	json_set_bool(cx, l, "taxable", true);
	json_set_text(cx, v, "legacyResourceId", "44100000000011");
	json_set(l, "variant", v);
	json_set_text(cx, p, "id", "gid://shopify/Product/8200000000001");
	json_set(l, "product", p);
	json_set(l, "lineItemGroup", json_new_null(cx));
	json_set(l, "customAttributes", json_new_array(cx));
	json_set(l, "originalUnitPriceSet", gql_money(cx, "20.0"));
	json_set(l, "discountAllocations", json_new_array(cx));
	json_set(l, "taxLines", json_new_array(cx));
	return l;
}

/* A connection that is one page. */
static struct json *
page_of(struct cx *cx, struct json *nodes)
{
	struct json *c = json_new_object(cx), *info = json_new_object(cx);

	json_set_bool(cx, info, "hasNextPage", false);
	json_set_text(cx, info, "endCursor",
	    json_count(nodes) > 0 ? "1" : NULL);
	json_set(c, "pageInfo", info);
	json_set(c, "nodes", nodes);
	return c;
}

struct json *
sim_order_brief(struct cx *cx, const struct sim_order *o)
{
	struct json *j = json_new_object(cx), *tags = json_new_array(cx);
	size_t i;

	json_set_text(cx, j, "id",
	    number_text(cx, "gid://shopify/Order/%" PRId64, o->id));
	json_set_text(cx, j, "legacyResourceId",
	    number_text(cx, "%" PRId64, o->id));
	json_set_text(cx, j, "name", number_text(cx, "#%" PRId64, o->number));
	json_set_text(cx, j, "createdAt", utc(cx, o->created));
	json_set_text(cx, j, "updatedAt", utc(cx, o->updated));
	json_set_text(cx, j, "cancelledAt", utc(cx, o->cancelled));
	json_set_bool(cx, j, "confirmed", o->confirmed);
	for (i = 0; i < o->tags.n; i++)
		json_push(tags, json_new_text(cx, o->tags.tag[i]));
	json_set(j, "tags", tags);
	return j;
}

struct json *
sim_order_gql(struct cx *cx, const struct sim_order *o)
{
	static const char *const sums[][2] = {
		{ "subtotalPriceSet", "40.0" },
		{ "totalShippingPriceSet", "0.0" },
		{ "totalTaxSet", "0.0" },
		{ "totalDiscountsSet", "0.0" },
		{ "totalPriceSet", "40.0" },
		{ "currentTotalPriceSet", "40.0" },
		{ "totalTipReceivedSet", "0.0" },
	};
	static const char *const lists[] = { "customAttributes",
		"discountCodes", "taxLines" };
	static const char *const nulls[] = { "closedAt", "poNumber", "email",
		"phone", "customerLocale", "purchasingEntity", "customer",
		"shippingAddress", "billingAddress" };
	struct json *j = sim_order_brief(cx, o), *gateways = json_new_array(cx);
	struct json *lines = json_new_array(cx);
	size_t i;
	int k;

	json_set_int(cx, j, "number", o->number);
	json_set_text(cx, j, "processedAt", utc(cx, o->created));
	json_set_text(cx, j, "cancelReason",
	    o->cancelled != 0 ? "CUSTOMER" : NULL);
	json_set_bool(cx, j, "test", false);
	texts(cx, j,
	    (const char *const[]){ "sourceName", "web",
		"displayFinancialStatus", "PAID", "currencyCode", "EUR",
		"presentmentCurrencyCode", "EUR", NULL });
	json_set_text(cx, j, "note", note_of(cx, o));
	json_set_bool(cx, j, "taxesIncluded", true);
	json_push(gateways, json_new_text(cx, "bogus"));
	json_set(j, "paymentGatewayNames", gateways);
	for (i = 0; i < sizeof(sums) / sizeof(sums[0]); i++)
		json_set(j, sums[i][0], gql_money(cx, sums[i][1]));
	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		json_set(j, lists[i], json_new_array(cx));
	for (i = 0; i < sizeof(nulls) / sizeof(nulls[0]); i++)
		json_set(j, nulls[i], json_new_null(cx));
	for (k = 0; k < lines_of(o); k++)
		json_push(lines, gql_line(cx, o, k));
	json_set(j, "shippingLines", page_of(cx, json_new_array(cx)));
	json_set(j, "lineItems", page_of(cx, lines));
	return j;
}
