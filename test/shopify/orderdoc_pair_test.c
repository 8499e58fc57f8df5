/*
 * orderdoc_pair_test.c - the awkward orders, by hand, in both forms: one
 * document, and the value that matters.
 */
#include "lib/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/crypt.h"
#include "base/json.h"
#include "orderdoc_sample.h"

struct pair {
	const char *what;
	struct change hook;
	struct change gql;
	const char *path; /* "flags" if NULL */
	const char *want; /* ' for " */
};

#define MONEY_SET(amount)                                                      \
	"{'shop_money':{'amount':" amount "},"                                 \
	"'presentment_money':{'amount':" amount "}}"
#define MONEY_BAG(amount)                                                      \
	"{'shopMoney':{'amount':" amount "},"                                  \
	"'presentmentMoney':{'amount':" amount "}}"

static const struct pair pairs[] = {
	/* --- who and where --- */
	{ "nobody, JSON null", { "{'customer':null}" }, { "{'customer':null}" },
	    .want = "['no_customer']" },
	{ "an empty customer", { "{'customer':{}}" }, { "{'customer':null}" },
	    .want = "['no_customer']" },
	{ "an erased customer", { "{'customer':{'id':null,'email':''}}" },
	    { "{'customer':null}" }, "customer", "null" },
	{ "a customer without contacts",
	    { "{'customer':{'id':9223372036854775807,'email':null,"
	      "'first_name':'','last_name':null,'phone':''}}" },
	    { "{'customer':{'legacyResourceId':'9223372036854775807',"
	      "'firstName':null,'lastName':'','defaultEmailAddress':"
	      "null,"
	      "'defaultPhoneNumber':null}}" },
	    "customer",
	    "{'id':'9223372036854775807','first_name':null,"
	    "'last_name':null,'email':null,'phone':null}" },
	{ "no address", { "{'shipping_address':null}" },
	    { "{'shippingAddress':null}" }, .want = "['no_address']" },
	{ "an address that is an empty object", { "{'billing_address':{}}" },
	    { "{'billingAddress':null}" }, "billing_address", "null" },
	{ "an address of nulls", { "{'shipping_address':{'city':null}}" },
	    { "{'shippingAddress':{'city':null}}" }, "shipping_address.city",
	    "null" },
	{ "a country nobody knows",
	    { "{'shipping_address':{'country_code':'XYZ'}}" },
	    { "{'shippingAddress':{'countryCodeV2':null}}" },
	    "shipping_address.country_code", "null" },
	{ "no e-mail", { "{'email':''}" }, { "{'email':null}" }, "email",
	    "null" },

	/* --- what kind of order --- */
	{ "a test", { "{'test':true}" }, { "{'test':true}" },
	    .want = "['test']" },
	{ "over the counter",
	    { "{'source_name':'pos','customer':null,'shipping_address':"
	      "null,"
	      "'billing_address':null,'shipping_lines':[],'email':''"
	      "}" },
	    { "{'sourceName':'pos','customer':null,'shippingAddress':"
	      "null,"
	      "'billingAddress':null,'shippingLines':{'nodes':[]},"
	      "'email':null}" },
	    .want = "['pos','no_customer','no_address']" },
	{ "for a company", { "{'company':{'id':1,'location_id':2}}" },
	    { "{'purchasingEntity':{'__typename':'PurchasingCompany'}"
	      "}" },
	    .want = "['b2b']" },
	{ "a person, said in words", { "{}" },
	    { "{'purchasingEntity':{'__typename':'Customer'}}" },
	    .want = "[]" },
	{ "not paid", { "{'financial_status':'pending'}" },
	    { "{'displayFinancialStatus':'PENDING'}" }, .want = "['unpaid']" },
	{ "paid in part", { "{'financial_status':'partially_paid'}" },
	    { "{'displayFinancialStatus':'PARTIALLY_PAID'}" },
	    .want = "['unpaid']" },
	{ "authorized", { "{'financial_status':'authorized'}" },
	    { "{'displayFinancialStatus':'AUTHORIZED'}" },
	    .want = "['unpaid']" },
	{ "given back in part", { "{'financial_status':'partially_refunded'}" },
	    { "{'displayFinancialStatus':'PARTIALLY_REFUNDED'}" },
	    .want = "[]" },
	{ "given back", { "{'financial_status':'refunded'}" },
	    { "{'displayFinancialStatus':'REFUNDED'}" }, .want = "[]" },
	{ "a state of payment from the future",
	    { "{'financial_status':'paid_in_gold'}" },
	    { "{'displayFinancialStatus':'PAID_IN_GOLD'}" }, "financial_status",
	    "'paid_in_gold'" },
	{ "no state of payment", { "{'financial_status':null}" },
	    { "{'displayFinancialStatus':null}" }, .want = "['unpaid']" },
	{ "not confirmed", { "{'confirmed':false}" }, { "{'confirmed':false}" },
	    "confirmed", "false" },
	{ "cancelled and archived",
	    { "{'cancelled_at':'2026-11-20T23:30:00-05:00',"
	      "'closed_at':'2026-11-21T04:30:00.999Z',"
	      "'cancel_reason':'customer'}" },
	    { "{'cancelledAt':'2026-11-21T04:30:00Z',"
	      "'closedAt':'2026-11-21T04:30:00Z',"
	      "'cancelReason':'CUSTOMER'}" },
	    "cancelled_at", "'2026-11-21T04:30:00Z'" },
	{ "a time of day east of here",
	    { "{'processed_at':'2024-03-01T00:00:00+05:30'}" },
	    { "{'processedAt':'2024-02-29T18:30:00Z'}" }, "processed_at",
	    "'2024-02-29T18:30:00Z'" },

	/* --- lines --- */
	{ "a custom item",
	    { .line = "{'variant_id':null,'product_id':null,'sku':null,"
		      "'variant_title':null,'vendor':null}" },
	    { .line = "{'variant':null,'product':null,'sku':null,"
		      "'variantTitle':null,'vendor':null}" },
	    .want = "['custom_item']" },
	{ "a product that is gone", { .line = "{'product_exists':false}" },
	    { .line = "{'variant':null,'product':null}" },
	    .want = "['custom_item']" },
	{ "a line no product was ever behind",
	    { .line = "{'variant_id':0,'product_id':0}" },
	    { .line = "{'variant':null,'product':null}" }, "line.product_id",
	    "null" },
	{ "outside a bundle", { .line = "{'sales_line_item_group_id':null}" },
	    { .line = "{'lineItemGroup':null}" }, "line.group_id", "null" },
	{ "empty texts", { .line = "{'sku':'','title':'','name':''}" },
	    { .line = "{'sku':null,'title':'','name':''}" }, "line.sku",
	    "null" },
	{ "a gift card",
	    { .line = "{'gift_card':true,'requires_shipping':false}" },
	    { .line = "{'isGiftCard':true,'requiresShipping':false}" },
	    .want = "['nothing_to_ship','gift_card']" },
	{ "pieces given back", { .line = "{'current_quantity':1}" },
	    { .line = "{'currentQuantity':1}" }, .want = "['edited']" },
	{ "a line that was removed", { .line = "{'current_quantity':0}" },
	    { .line = "{'currentQuantity':0}" },
	    .want = "['nothing_to_ship','edited']" },
	{ "no lines", { "{'line_items':[]}" },
	    { "{'lineItems':{'nodes':[],'pageInfo':{'hasNextPage':"
	      "false}}}" },
	    .want = "['nothing_to_ship']" },
	{ "an id beyond 2^53", { .line = "{'variant_id':9007199254740993}" },
	    { .line = "{'variant':{'legacyResourceId':"
		      "'9007199254740993'}}" },
	    "line.variant_id", "'9007199254740993'" },
	{ "attributes that are no texts",
	    { .line = "{'properties':[{'name':'n','value':3},"
		      "{'name':'b','value':true},{'name':'r','value':1."
		      "5},"
		      "{'name':'z','value':null},{'name':7,'value':'x'}"
		      "]}" },
	    { .line = "{'customAttributes':[{'key':'n','value':'3'},"
		      "{'key':'b','value':'true'},{'key':'r','value':'"
		      "1.5'},"
		      "{'key':'z','value':''},{'key':'7','value':'x'}]"
		      "}" },
	    "line.properties",
	    "[{'key':'n','value':'3'},{'key':'b','value':'true'},"
	    "{'key':'r','value':'1.5'},{'key':'z','value':null},"
	    "{'key':'7','value':'x'}]" },
	{ "no attributes at all", { .line = "{'properties':null}" },
	    { .line = "{'customAttributes':[]}" }, "line.properties", "[]" },

	/* --- money --- */
	{ "a tip", { "{'total_tip_received':'2.5'}" },
	    { "{'totalTipReceivedSet':" MONEY_BAG("'2.50'") "}" },
	    .want = "['tip']" },
	{ "a tip as a number", { "{'total_tip_received':0.0}" },
	    { "{'totalTipReceivedSet':" MONEY_BAG("'0.0'") "}" },
	    .want = "[]" },
	{ "no decimals", { "{'total_price_set':" MONEY_SET("'1200'") "}" },
	    { "{'totalPriceSet':" MONEY_BAG("'1200.0'") "}" },
	    "totals.total.shop", "'1200.00'" },
	{ "three decimals", { "{'total_price_set':" MONEY_SET("'1.250'") "}" },
	    { "{'totalPriceSet':" MONEY_BAG("'1.25'") "}" },
	    "totals.total.shop", "'1.25'" },
	{ "three decimals that count",
	    { "{'total_price_set':" MONEY_SET("'1.255'") "}" },
	    { "{'totalPriceSet':" MONEY_BAG("'1.255'") "}" },
	    "totals.total.presentment", "'1.255'" },
	{ "less than nothing",
	    { "{'current_total_price_set':" MONEY_SET("'-3.10'") "}" },
	    { "{'currentTotalPriceSet':" MONEY_BAG("'-3.1'") "}" },
	    "totals.current_total.shop", "'-3.10'" },
	{ "minus nothing", { "{'total_tax_set':" MONEY_SET("'-0.00'") "}" },
	    { "{'totalTaxSet':" MONEY_BAG("'-0.0'") "}" }, "totals.tax.shop",
	    "'0.00'" },
	{ "amounts left out", { "{'total_tax_set':null}" },
	    { "{'totalTaxSet':null}" }, "totals.tax",
	    "{'shop':'0.00','presentment':'0.00'}" },
	{ "a sum no double can hold",
	    { .line =
		    "{'discount_allocations':["
		    "{'amount_set':" MONEY_SET(
			"'0.10'") "},"
				  "{'amount_set':" MONEY_SET(
				      "'0.20'") "},"
						"{'amount_set'"
						":" MONEY_SET("'90071992547409."
							      "93'") "}]}" },
	    { .line = "{'discountAllocations':["
		      "{'allocatedAmountSet':" MONEY_BAG(
			  "'0.1'") "},"
				   "{'allocatedAmountSet':" MONEY_BAG(
				       "'0.2'") "},"
						"{'allocatedAmountSet'"
						":" MONEY_BAG("'90071992547409."
							      "93'") "}]}" },
	    "line.discount_total.shop", "'90071992547410.23'" },
	{ "no discounts", { .line = "{'discount_allocations':[]}" },
	    { .line = "{'discountAllocations':[]}" },
	    "line.discount_total.shop", "'0.00'" },
	{ "a rate with many digits",
	    { "{'tax_lines':[{'title':'T','rate':0.08875}]}" },
	    { "{'taxLines':[{'title':'T','rate':0.08875}]}" }, "taxes",
	    "[{'title':'T','rate':'0.08875',"
	    "'price':{'shop':'0.00','presentment':'0.00'}}]" },
	{ "a rate of a third",
	    { "{'tax_lines':[{'title':'T','rate':0.3333333333333333}]"
	      "}" },
	    { "{'taxLines':[{'title':'T','rate':0.33333333333333331}]"
	      "}" },
	    "taxes",
	    "[{'title':'T','rate':'0.333333',"
	    "'price':{'shop':'0.00','presentment':'0.00'}}]" },
	{ "rates that are whole",
	    { "{'tax_lines':[{'title':'T','rate':0},"
	      "{'title':'U','rate':1.0}]}" },
	    { "{'taxLines':[{'title':'T','rate':0.0},"
	      "{'title':'U','rate':1}]}" },
	    "taxes",
	    "[{'title':'T','rate':'0',"
	    "'price':{'shop':'0.00','presentment':'0.00'}},"
	    "{'title':'U','rate':'1',"
	    "'price':{'shop':'0.00','presentment':'0.00'}}]" },

	/* --- shipping lines --- */
	{ "ways of delivery in the order of their ids",
	    { "{'shipping_lines':[{'id':9,'title':'c'},{'title':'a'},"
	      "{'id':10,'title':'d'},{'id':null,'title':'b'}]}" },
	    { "{'shippingLines':{'nodes':["
	      "{'id':'gid://shopify/ShippingLine/9','title':'c'},"
	      "{'id':null,'title':'a'},"
	      "{'id':'gid://shopify/ShippingLine/10','title':'d'},"
	      "{'id':null,'title':'b'}]}}" },
	    .want = "[]" },
	{ "six ways of delivery, one taken back",
	    { "{'shipping_lines':[{'id':6},{'id':5,'is_removed':true},"
	      "{'id':4},{'id':3},{'id':2},{'id':1},{'id':7}]}" },
	    { "{'shippingLines':{'nodes':["
	      "{'id':'gid://shopify/ShippingLine/6','title':''},"
	      "{'id':'gid://shopify/ShippingLine/4','title':''},"
	      "{'id':'gid://shopify/ShippingLine/3','title':''},"
	      "{'id':'gid://shopify/ShippingLine/2','title':''},"
	      "{'id':'gid://shopify/ShippingLine/1','title':''}]}}" },
	    .want = "[]" },

	/* --- texts --- */
	{ "scripts, joiners and direction marks",
	    { "{'note':'\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d \xe2\x80\x8f "
	      "e\xcc\x81"
	      " \\ud83d\\udc68\\u200d\\ud83d\\udc67 <b>&amp;'}" },
	    { "{'note':'\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d \xe2\x80\x8f "
	      "e\xcc\x81"
	      " \xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa7 "
	      "<b>&amp;'}" },
	    "note",
	    "'\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d \xe2\x80\x8f e\xcc\x81"
	    " \xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa7 <b>&amp;'" },
	{ "line ends and tabs stay", { "{'note':'a\\tb\\r\\nc\\nd'}" },
	    { "{'note':'a\\tb\\r\\nc\\nd'}" }, "note", "'a\\tb\\r\\nc\\nd'" },
	{ "half a surrogate pair", { "{'note':'a\\ud83db'}" },
	    { "{'note':'a\\ud83db'}" }, .want = "['text_repaired']" },
	{ "NUL and other control characters",
	    { "{'note':'a\\u0000\\u0001\\u001f\\u007f\\u0085b'}" },
	    { "{'note':'a\\u0000\\u0001\\u001f\\u007f\\u0085b'}" }, "note",
	    "'a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
	    "\xef\xbf\xbd"
	    "b'" },
	{ "one that was replaced before us", { "{'note':'a\xef\xbf\xbd'}" },
	    { "{'note':'a\\ufffd'}" }, .want = "['text_repaired']" },
	{ "a control character where nobody looks",
	    { "{'landing_site':'\\u0000'}" }, { "{}" }, .want = "[]" },

	/* --- tags --- */
	{ "tags of all kinds",
	    { "{'tags':'LOGIVERY-SYNCED, logivery-no-synch,Gr\xc3\xbcn "
	      "\xe2\x98\x82,, logivery-error\xc2\xa0, a:b'}" },
	    { "{'tags':['LOGIVERY-SYNCED','logivery-no-synch',"
	      "'Gr\xc3\xbcn \xe2\x98\x82','logivery-error\xc2\xa0',"
	      "'a:b']}" },
	    "tags", "['logivery-no-synch','Gr\xc3\xbcn \xe2\x98\x82','a:b']" },
	{ "no tags", { "{'tags':''}" }, { "{'tags':[]}" }, "tags", "[]" },
};

static void
check_pair(struct cx *cx, const struct pair *p)
{
	const char *path = p->path == NULL ? "flags" : p->path;
	struct orderdoc hook, gql;
	const char *want = json_canonical(cx, sample_json(cx, p->want));
	const char *got;

	must(cx, sample_from_hook(cx, p->hook, &hook));
	must(cx, sample_from_gql(cx, p->gql, &gql));
	got = sample_value(cx, &hook, path);
	if (strcmp(got, want) != 0)
		fail_msg("%s: %s is %s, not %s", p->what, path, got, want);
	if (strcmp(hook.text, gql.text) != 0)
		fail_msg("%s:\n  hook %s\n  gql  %s", p->what, hook.text,
		    gql.text);
	if (getenv("LOGIVERY_DOCS_OUT") != NULL)
		test_write_file(arena_printf(cx->mem, "%s/pair-%zu.json",
				    getenv("LOGIVERY_DOCS_OUT"),
				    (size_t)(p - pairs)),
		    hook.text, 0600);
}

static void
awkward_orders_give_one_document_in_both_forms(void **state)
{
	size_t i;

	for (i = 0; i < COUNT_OF(pairs); i++)
		check_pair(*state, &pairs[i]);
}

static void
both_forms_give_our_tags_in_the_spelling_that_is_there(void **state)
{
	struct cx *cx = *state;
	struct orderdoc hook, gql;
	struct change h = { "{'tags':'x,  Logivery-SYNCED, "
			    "logivery-error\xc2\xa0'}" };
	struct change g = { "{'tags':['x','Logivery-SYNCED',"
			    "'logivery-error\xc2\xa0']}" };
	size_t i;

	must(cx, sample_from_hook(cx, h, &hook));
	must(cx, sample_from_gql(cx, g, &gql));
	assert_int_equal(hook.ntags, 3);
	assert_int_equal(gql.ntags, 3);
	for (i = 0; i < 3; i++)
		assert_string_equal(hook.tags[i], gql.tags[i]);
	assert_string_equal(hook.tags[2], "logivery-error\xc2\xa0");
}

/* A payload of before price sets, current quantities and global ids. */
static void
an_old_payload_is_read_as_far_as_it_goes(void **state)
{
	static const char body[] =
	    "{\"id\":450789469,\"name\":\"#1001\",\"order_number\":1001,"
	    "\"number\":1,\"email\":\"bob@buyer.example\","
	    "\"created_at\":\"2008-01-10T11:00:00-05:00\","
	    "\"updated_at\":\"2008-01-10T11:00:00-05:00\","
	    "\"financial_status\":\"authorized\",\"confirmed\":false,"
	    "\"currency\":\"USD\",\"total_price\":\"409.94\",\"tags\":\"\","
	    "\"tax_lines\":[{\"title\":\"State Tax\",\"price\":\"11.94\","
	    "\"rate\":0.06}],"
	    "\"line_items\":[{\"id\":703073504,\"title\":\"Player\","
	    "\"quantity\":1,\"requires_shipping\":true,"
	    "\"price\":\"199.00\"},{\"id\":466157049,\"quantity\":2}],"
	    "\"shipping_lines\":[{\"title\":\"Free Shipping\","
	    "\"price\":\"0.00\"}]}";
	struct bytes b = { (const unsigned char *)body, strlen(body) };
	struct cx *cx = *state;
	struct orderdoc doc;
	size_t i;
	static const char *const want[][2] = {
		{ "gid", "\"gid://shopify/Order/450789469\"" },
		{ "created_at", "\"2008-01-10T16:00:00Z\"" },
		{ "processed_at", "\"2008-01-10T16:00:00Z\"" },
		{ "presentment_currency", "\"USD\"" },
		{ "line.id", "\"466157049\"" },
		{ "line.gid", "\"gid://shopify/LineItem/466157049\"" },
		{ "line.current_quantity", "2" },
		{ "line.title", "\"\"" },
		{ "totals.total.shop", "\"0.00\"" },
		{ "flags",
		    "[\"unpaid\",\"no_customer\",\"no_address\","
		    "\"custom_item\"]" },
	};

	must(cx, orderdoc_from_hook(cx, b, &doc));
	for (i = 0; i < COUNT_OF(want); i++)
		assert_string_equal(sample_value(cx, &doc, want[i][0]),
		    want[i][1]);
	assert_null(doc.customer);
	assert_int_equal(doc.ntags, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(awkward_orders_give_one_document_in_both_forms),
		TEST(both_forms_give_our_tags_in_the_spelling_that_is_there),
		TEST(an_old_payload_is_read_as_far_as_it_goes),
	};

	crypt_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
