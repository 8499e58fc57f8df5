/*
 * orderdoc_parts.c - the two mappings side by side: member of the document,
 * where the webhook keeps it, where GraphQL keeps it, how it is read.
 *
 * The limits are those of doc/order.schema.json.
 */
#include "shopify/orderdoc_parts.h"

static const struct part attribute_parts[] = {
	{ "key", { "name", "key" }, PART_TEXT, 255 },
	{ "value", { "value", "value" }, PART_TEXT_NULL, 5000 },
	{ 0 },
};

static const struct part tax_parts[] = {
	{ "title", { "title", "title" }, PART_TEXT, 255 },
	{ "rate", { "rate", "rate" }, PART_RATE_NULL },
	{ "price", { "price_set", "priceSet" }, PART_MONEY },
	{ 0 },
};

static const struct part allocation_parts[] = {
	{ "amount", { "amount_set", "allocatedAmountSet" }, PART_MONEY },
	{ 0 },
};

static const struct part gateway_parts[] = {
	{ "name", { NULL, NULL }, PART_TEXT, 255 },
	{ 0 },
};

static const struct part code_parts[] = {
	{ "code", { "code", NULL }, PART_TEXT, 255 },
	{ 0 },
};

static const struct part address_parts[] = {
	{ "first_name", { "first_name", "firstName" }, PART_TEXT_NULL, 255 },
	{ "last_name", { "last_name", "lastName" }, PART_TEXT_NULL, 255 },
	{ "name", { "name", "name" }, PART_TEXT_NULL, 511 },
	{ "company", { "company", "company" }, PART_TEXT_NULL, 255 },
	{ "address1", { "address1", "address1" }, PART_TEXT_NULL, 255 },
	{ "address2", { "address2", "address2" }, PART_TEXT_NULL, 255 },
	{ "zip", { "zip", "zip" }, PART_TEXT_NULL, 64 },
	{ "city", { "city", "city" }, PART_TEXT_NULL, 255 },
	{ "province", { "province", "province" }, PART_TEXT_NULL, 255 },
	{ "province_code", { "province_code", "provinceCode" }, PART_TEXT_NULL,
	    16 },
	{ "country", { "country", "country" }, PART_TEXT_NULL, 255 },
	{ "country_code", { "country_code", "countryCodeV2" },
	    PART_COUNTRY_NULL },
	{ "phone", { "phone", "phone" }, PART_TEXT_NULL, 64 },
	{ 0 },
};

static const struct part customer_parts[] = {
	{ "id", { "id", "legacyResourceId" }, PART_ID },
	{ "first_name", { "first_name", "firstName" }, PART_TEXT_NULL, 255 },
	{ "last_name", { "last_name", "lastName" }, PART_TEXT_NULL, 255 },
	{ "email", { "email", "defaultEmailAddress.emailAddress" },
	    PART_TEXT_NULL, 320 },
	{ "phone", { "phone", "defaultPhoneNumber.phoneNumber" },
	    PART_TEXT_NULL, 64 },
	{ 0 },
};

static const struct part total_parts[] = {
	{ "subtotal", { "subtotal_price_set", "subtotalPriceSet" },
	    PART_MONEY },
	{ "shipping", { "total_shipping_price_set", "totalShippingPriceSet" },
	    PART_MONEY },
	{ "tax", { "total_tax_set", "totalTaxSet" }, PART_MONEY },
	{ "discounts", { "total_discounts_set", "totalDiscountsSet" },
	    PART_MONEY },
	{ "total", { "total_price_set", "totalPriceSet" }, PART_MONEY },
	{ "current_total",
	    { "current_total_price_set", "currentTotalPriceSet" }, PART_MONEY },
	{ "tip",
	    { "total_tip_received", "totalTipReceivedSet.shopMoney.amount" },
	    PART_AMOUNT },
	{ 0 },
};

static const struct part shipping_parts[] = {
	{ "id", { "id", "id" }, PART_ID_NULL },
	{ "title", { "title", "title" }, PART_TEXT, 255 },
	{ "code", { "code", "code" }, PART_TEXT_NULL, 255 },
	{ "source", { "source", "source" }, PART_TEXT_NULL, 255 },
	{ "price", { "price_set", "originalPriceSet" }, PART_MONEY },
	{ "discounted", { "discounted_price_set", "discountedPriceSet" },
	    PART_MONEY },
	{ "taxes", { "tax_lines", "taxLines" }, PART_LIST, 50, tax_parts },
	{ 0 },
};

/* `instead`: what a payload of an older shape has. */
static const struct part line_parts[] = {
	{ "id", { "id", "id" }, PART_ID },
	{ "gid", { "admin_graphql_api_id", "id" }, PART_GID, .instead = "id",
	    .word = "LineItem" },
	{ "title", { "title", "title" }, PART_TEXT, 1024 },
	{ "variant_title", { "variant_title", "variantTitle" }, PART_TEXT_NULL,
	    1024 },
	{ "name", { "name", "name" }, PART_TEXT, 2048 },
	{ "sku", { "sku", "sku" }, PART_TEXT_NULL, 255 },
	{ "vendor", { "vendor", "vendor" }, PART_TEXT_NULL, 255 },
	{ "quantity", { "quantity", "quantity" }, PART_INT, 1000000 },
	{ "current_quantity", { "current_quantity", "currentQuantity" },
	    PART_INT, 1000000, .instead = "quantity" },
	{ "requires_shipping", { "requires_shipping", "requiresShipping" },
	    PART_BOOL },
	{ "gift_card", { "gift_card", "isGiftCard" }, PART_BOOL },
	{ "taxable", { "taxable", "taxable" }, PART_BOOL },
	{ "variant_id", { "variant_id", "variant.legacyResourceId" },
	    PART_PRODUCT_NULL },
	{ "product_id", { "product_id", "product.id" }, PART_PRODUCT_NULL },
	{ "group_id", { "sales_line_item_group_id", "lineItemGroup.id" },
	    PART_ID_NULL },
	{ "properties", { "properties", "customAttributes" }, PART_LIST, 100,
	    attribute_parts },
	{ "unit_price", { "price_set", "originalUnitPriceSet" }, PART_MONEY },
	{ "discount_total", { "discount_allocations", "discountAllocations" },
	    PART_SUM, 0, allocation_parts },
	{ "taxes", { "tax_lines", "taxLines" }, PART_LIST, 50, tax_parts },
	{ 0 },
};

const struct part lines_part = { "lines", { NULL }, PART_LIST,
	ORDERDOC_LINES_MAX, line_parts };

const struct part shipping_part = { "shipping_lines", { NULL }, PART_LIST, 5,
	shipping_parts };

const struct part updated_at_part[] = {
	{ "updated_at", { "updated_at", "updatedAt" }, PART_TIME },
	{ 0 },
};

const struct part order_parts[] = {
	{ "id", { "id", "legacyResourceId" }, PART_ID },
	{ "gid", { "admin_graphql_api_id", "id" }, PART_GID, .instead = "id",
	    .word = "Order" },
	{ "name", { "name", "name" }, PART_NAME, 255 },
	{ "number", { "order_number", "number" }, PART_INT, INT32_MAX },
	{ "created_at", { "created_at", "createdAt" }, PART_TIME },
	{ "processed_at", { "processed_at", "processedAt" }, PART_TIME,
	    .instead = "created_at" },
	{ "cancelled_at", { "cancelled_at", "cancelledAt" }, PART_TIME_NULL },
	{ "closed_at", { "closed_at", "closedAt" }, PART_TIME_NULL },
	{ "cancel_reason", { "cancel_reason", "cancelReason" }, PART_WORD_NULL,
	    64 },
	{ "test", { "test", "test" }, PART_BOOL },
	{ "confirmed", { "confirmed", "confirmed" }, PART_BOOL },
	{ "source_name", { "source_name", "sourceName" }, PART_TEXT_NULL, 255 },
	{ "po_number", { "po_number", "poNumber" }, PART_TEXT_NULL, 255 },
	{ "note", { "note", "note" }, PART_TEXT_NULL, 5000 },
	{ "financial_status", { "financial_status", "displayFinancialStatus" },
	    PART_WORD_NULL, 64 },
	{ "currency", { "currency", "currencyCode" }, PART_CURRENCY },
	{ "presentment_currency",
	    { "presentment_currency", "presentmentCurrencyCode" },
	    PART_CURRENCY, .instead = "currency" },
	{ "taxes_included", { "taxes_included", "taxesIncluded" }, PART_BOOL },
	{ "payment_gateways",
	    { "payment_gateway_names", "paymentGatewayNames" }, PART_TEXTS, 50,
	    gateway_parts },
	{ "email", { "email", "email" }, PART_TEXT_NULL, 320 },
	{ "phone", { "phone", "phone" }, PART_TEXT_NULL, 64 },
	{ "locale", { "customer_locale", "customerLocale" }, PART_TEXT_NULL,
	    35 },
	{ "custom_attributes", { "note_attributes", "customAttributes" },
	    PART_LIST, 100, attribute_parts },
	{ "discount_codes", { "discount_codes", "discountCodes" }, PART_TEXTS,
	    100, code_parts },
	{ "totals", { NULL }, PART_GROUP, 0, total_parts },
	{ "customer", { "customer", "customer" }, PART_OBJECT_NULL, 0,
	    customer_parts },
	{ "shipping_address", { "shipping_address", "shippingAddress" },
	    PART_OBJECT_NULL, 0, address_parts },
	{ "billing_address", { "billing_address", "billingAddress" },
	    PART_OBJECT_NULL, 0, address_parts },
	{ "taxes", { "tax_lines", "taxLines" }, PART_LIST, 50, tax_parts },
	{ 0 },
};
