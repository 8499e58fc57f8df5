/*
 * document_parts.h - the order document's members, as doc/order.schema.json
 * has them; a test holds the two against each other.  Included by document.c
 * alone.
 */
#ifndef CLOUD_DOCUMENT_PARTS_H
#define CLOUD_DOCUMENT_PARTS_H

#include <stddef.h>
#include <stdint.h>

enum want {
	TEXT,      /* any */
	ID,        /* a store id */
	WORD,      /* a-z 0-9 _ */
	CURRENCY,  /* three capitals */
	COUNTRY,   /* two capitals */
	DIGEST,    /* 64 hexadecimal digits */
	GID_ORDER, /* a global id */
	GID_LINE,
	RATE,   /* "0.22" */
	AMOUNT, /* "41.00" */
	TIME,   /* "2026-11-20T09:14:05Z" */
	WHOLE,  /* a whole number */
	TRUTH,
	OBJECT,
	LIST,  /* of objects */
	TEXTS, /* list of texts of 1 to 255 characters */
	FLAGS  /* list of our words, each once */
};

enum {
	NULLABLE = 1,
	OPTIONAL = 2 /* may be absent */
};

struct part {
	const char *name;
	enum want want;
	int flags;
	int64_t min, max; /* characters, value or entries */
	const struct part *sub;
};

/* clang-format off */
static const char *const flag_words[] = {
	"test",
	"pos",
	"unpaid",
	"nothing_to_ship",
	"no_customer",
	"no_address",
	"b2b",
	"tip",
	"gift_card",
	"custom_item",
	"edited",
	"text_repaired",
	"many_lines",
	NULL,
};

static const struct part attribute_parts[] = {
	{ "key", TEXT, 0, 0, 255 },
	{ "value", TEXT, NULLABLE, 1, 5000 },
	{ NULL },
};

static const struct part money_parts[] = {
	{ "shop", AMOUNT, 0, 4, 23 },
	{ "presentment", AMOUNT, 0, 4, 23 },
	{ NULL },
};

static const struct part totals_parts[] = {
	{ "subtotal", OBJECT, 0, 0, 0, money_parts },
	{ "shipping", OBJECT, 0, 0, 0, money_parts },
	{ "tax", OBJECT, 0, 0, 0, money_parts },
	{ "discounts", OBJECT, 0, 0, 0, money_parts },
	{ "total", OBJECT, 0, 0, 0, money_parts },
	{ "current_total", OBJECT, 0, 0, 0, money_parts },
	{ "tip", AMOUNT, 0, 4, 23 },
	{ NULL },
};

static const struct part customer_parts[] = {
	{ "id", ID, 0, 0, 19 },
	{ "first_name", TEXT, NULLABLE, 1, 255 },
	{ "last_name", TEXT, NULLABLE, 1, 255 },
	{ "email", TEXT, NULLABLE, 1, 320 },
	{ "phone", TEXT, NULLABLE, 1, 64 },
	{ NULL },
};

static const struct part address_parts[] = {
	{ "first_name", TEXT, NULLABLE, 1, 255 },
	{ "last_name", TEXT, NULLABLE, 1, 255 },
	{ "name", TEXT, NULLABLE, 1, 511 },
	{ "company", TEXT, NULLABLE, 1, 255 },
	{ "address1", TEXT, NULLABLE, 1, 255 },
	{ "address2", TEXT, NULLABLE, 1, 255 },
	{ "zip", TEXT, NULLABLE, 1, 64 },
	{ "city", TEXT, NULLABLE, 1, 255 },
	{ "province", TEXT, NULLABLE, 1, 255 },
	{ "province_code", TEXT, NULLABLE, 1, 16 },
	{ "country", TEXT, NULLABLE, 1, 255 },
	{ "country_code", COUNTRY, NULLABLE, 1, 2 },
	{ "phone", TEXT, NULLABLE, 1, 64 },
	{ NULL },
};

static const struct part tax_parts[] = {
	{ "title", TEXT, 0, 0, 255 },
	{ "rate", RATE, NULLABLE, 0, 11 },
	{ "price", OBJECT, 0, 0, 0, money_parts },
	{ NULL },
};

static const struct part shipping_line_parts[] = {
	{ "id", ID, NULLABLE, 0, 19 },
	{ "title", TEXT, 0, 0, 255 },
	{ "code", TEXT, NULLABLE, 1, 255 },
	{ "source", TEXT, NULLABLE, 1, 255 },
	{ "price", OBJECT, 0, 0, 0, money_parts },
	{ "discounted", OBJECT, 0, 0, 0, money_parts },
	{ "taxes", LIST, 0, 0, 50, tax_parts },
	{ NULL },
};

static const struct part line_parts[] = {
	{ "id", ID, 0, 0, 19 },
	{ "gid", GID_LINE, 0, 0, 255 },
	{ "title", TEXT, 0, 0, 1024 },
	{ "variant_title", TEXT, NULLABLE, 1, 1024 },
	{ "name", TEXT, 0, 0, 2048 },
	{ "sku", TEXT, NULLABLE, 1, 255 },
	{ "vendor", TEXT, NULLABLE, 1, 255 },
	{ "quantity", WHOLE, 0, 0, 1000000 },
	{ "current_quantity", WHOLE, 0, 0, 1000000 },
	{ "requires_shipping", TRUTH, 0, 0, 0 },
	{ "gift_card", TRUTH, 0, 0, 0 },
	{ "taxable", TRUTH, 0, 0, 0 },
	{ "variant_id", ID, NULLABLE, 0, 19 },
	{ "product_id", ID, NULLABLE, 0, 19 },
	{ "group_id", ID, NULLABLE, 0, 19 },
	{ "properties", LIST, 0, 0, 100, attribute_parts },
	{ "unit_price", OBJECT, 0, 0, 0, money_parts },
	{ "discount_total", OBJECT, 0, 0, 0, money_parts },
	{ "taxes", LIST, 0, 0, 50, tax_parts },
	{ NULL },
};

static const struct part enrichment_line_parts[] = {
	{ "id", ID, 0, 0, 19 },
	{ "barcode", TEXT, NULLABLE | OPTIONAL, 1, 255 },
	{ "grams", WHOLE, NULLABLE | OPTIONAL, 0, 2147483647 },
	{ NULL },
};

static const struct part enrichment_fulfillment_order_parts[] = {
	{ "id", ID, 0, 0, 19 },
	{ "status", WORD, 0, 0, 64 },
	{ "location_id", ID, NULLABLE, 0, 19 },
	{ "method", WORD, NULLABLE, 1, 64 },
	{ NULL },
};

static const struct part enrichment_parts[] = {
	{ "lines", LIST, OPTIONAL, 0, 1000, enrichment_line_parts },
	{ "fulfillment_orders", LIST, OPTIONAL, 0, 100,
	    enrichment_fulfillment_order_parts },
	{ NULL },
};

static const struct part document_parts[] = {
	{ "version", WHOLE, 0, 1, 1 },
	{ "id", ID, 0, 0, 19 },
	{ "gid", GID_ORDER, 0, 0, 255 },
	{ "name", TEXT, 0, 1, 255 },
	{ "number", WHOLE, 0, 0, 2147483647 },
	{ "created_at", TIME, 0, 20, 20 },
	{ "updated_at", TIME, 0, 20, 20 },
	{ "processed_at", TIME, 0, 20, 20 },
	{ "cancelled_at", TIME, NULLABLE, 20, 20 },
	{ "closed_at", TIME, NULLABLE, 20, 20 },
	{ "cancel_reason", WORD, NULLABLE, 1, 64 },
	{ "test", TRUTH, 0, 0, 0 },
	{ "confirmed", TRUTH, 0, 0, 0 },
	{ "source_name", TEXT, NULLABLE, 1, 255 },
	{ "po_number", TEXT, NULLABLE, 1, 255 },
	{ "note", TEXT, NULLABLE, 1, 5000 },
	{ "financial_status", WORD, NULLABLE, 1, 64 },
	{ "currency", CURRENCY, 0, 0, 3 },
	{ "presentment_currency", CURRENCY, 0, 0, 3 },
	{ "taxes_included", TRUTH, 0, 0, 0 },
	{ "payment_gateways", TEXTS, 0, 0, 50 },
	{ "email", TEXT, NULLABLE, 1, 320 },
	{ "phone", TEXT, NULLABLE, 1, 64 },
	{ "locale", TEXT, NULLABLE, 1, 35 },
	{ "flags", FLAGS, 0, 0, 13 },
	{ "tags", TEXTS, 0, 0, 250 },
	{ "custom_attributes", LIST, 0, 0, 100, attribute_parts },
	{ "discount_codes", TEXTS, 0, 0, 100 },
	{ "totals", OBJECT, 0, 0, 0, totals_parts },
	{ "customer", OBJECT, NULLABLE, 0, 0, customer_parts },
	{ "shipping_address", OBJECT, NULLABLE, 0, 0, address_parts },
	{ "billing_address", OBJECT, NULLABLE, 0, 0, address_parts },
	{ "shipping_lines", LIST, 0, 0, 5, shipping_line_parts },
	{ "lines", LIST, 0, 0, 1000, line_parts },
	{ "taxes", LIST, 0, 0, 50, tax_parts },
	{ "digest", DIGEST, 0, 0, 64 },
	{ "enrichment", OBJECT, OPTIONAL, 0, 0, enrichment_parts },
	{ NULL },
};
/* clang-format on */

#endif
