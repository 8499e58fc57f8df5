/*
 * orderdoc_sample.c - the shapes are those of the webhook reference and of
 * gql/order_full.graphql; every member has a value of its own, so that two that
 * are mixed up are seen.
 */
#include "orderdoc_sample.h"

#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/text.h"

/* clang-format off */
#define HOOK_MONEY(shop, shown) \
	"{'shop_money':{'amount':'" shop "','currency_code':'EUR'}," \
	"'presentment_money':{'amount':'" shown "','currency_code':'USD'}}"
#define GQL_MONEY(shop, shown) \
	"{'shopMoney':{'amount':'" shop "'}," \
	"'presentmentMoney':{'amount':'" shown "'}}"
#define DOC_MONEY(shop, shown) \
	"{'shop':'" shop "','presentment':'" shown "'}"

static const char hook_order[] =
    "{'id':820982911946154508,"
    "'admin_graphql_api_id':'gid://shopify/Order/820982911946154508',"
    "'app_id':580111,'name':'#1001','number':1,'order_number':1001,"
    "'token':'b1946ac92492d2347c6235b4d2611184',"
    "'created_at':'2026-11-20T11:00:00+01:00',"
    "'updated_at':'2026-11-20T11:00:09.123+01:00',"
    "'processed_at':'2026-11-20T10:59:58+01:00',"
    "'cancelled_at':null,'closed_at':null,'cancel_reason':null,"
    "'test':false,'confirmed':true,'source_name':'web',"
    "'po_number':'PO-7','note':'Ring twice','financial_status':'paid',"
    "'fulfillment_status':null,'currency':'EUR',"
    "'presentment_currency':'USD','taxes_included':true,"
    "'payment_gateway_names':['shopify_payments','','gift_card'],"
    "'email':'ada@buyer.example','contact_email':'other@buyer.example',"
    "'phone':'+3902000001','customer_locale':'it-IT',"
    "'tags':'vip, Logivery-No-Sync, a b','company':null,"
    "'note_attributes':[{'name':'gift wrap','value':'yes'},"
    "{'name':'size','value':''}],"
    "'discount_codes':[{'code':'TEN','amount':'2.00',"
    "'type':'percentage'}],"
    "'subtotal_price_set':" HOOK_MONEY("18.00", "19.80") ","
    "'total_shipping_price_set':" HOOK_MONEY("5.90", "6.49") ","
    "'total_tax_set':" HOOK_MONEY("4.31", "4.74") ","
    "'total_discounts_set':" HOOK_MONEY("2.00", "2.20") ","
    "'total_price_set':" HOOK_MONEY("23.90", "26.29") ","
    "'current_total_price_set':" HOOK_MONEY("23.90", "26.29") ","
    "'total_tip_received':'0.00',"
    "'customer':{'id':115310627314723954,'email':'ada@mail.example',"
    "'first_name':'Ada','last_name':'L.','phone':'+3902000002',"
    "'tags':'x','default_address':{'id':1,'city':'Elsewhere'}},"
    "'shipping_address':{'first_name':'Ada','last_name':'Byron',"
    "'name':'Ada Byron','company':'','address1':'Via Roma 1',"
    "'address2':null,'zip':'20121','city':'Milano','province':'Milano',"
    "'province_code':'MI','country':'Italy','country_code':'IT',"
    "'phone':'+3902000003','latitude':45.4,'longitude':9.1},"
    "'billing_address':{'first_name':'Bill','last_name':'King',"
    "'name':'Bill King','company':'King & Co','address1':'Via Po 2',"
    "'address2':'Floor 3','zip':'10123','city':'Torino',"
    "'province':'Torino','province_code':'TO','country':'Italia',"
    "'country_code':'IT','phone':''},"
    "'shipping_lines':["
    "{'id':71,'title':'Gone','is_removed':true,"
    "'price_set':" HOOK_MONEY("1.00", "1.00") ",'tax_lines':[]},"
    "{'id':72,'title':'Express','code':'EXP','source':'shopify',"
    "'is_removed':false,'price_set':" HOOK_MONEY("5.90", "6.49") ","
    "'discounted_price_set':" HOOK_MONEY("4.90", "5.39") ","
    "'tax_lines':[{'title':'IVA','rate':0.22,'price':'0.88',"
    "'price_set':" HOOK_MONEY("0.88", "0.97") "}]}],"
    "'tax_lines':[{'title':'IVA','rate':0.22,'price':'4.31',"
    "'price_set':" HOOK_MONEY("4.31", "4.74") "}]}";

static const char hook_line[] =
    "{'id':866550311766439020,"
    "'admin_graphql_api_id':'gid://shopify/LineItem/866550311766439020',"
    "'title':'Moka pot','variant_title':'3 cups',"
    "'name':'Moka pot - 3 cups','sku':'MOKA-3','vendor':'Casa Lenta',"
    "'quantity':2,'current_quantity':2,'fulfillable_quantity':2,"
    "'grams':450,'requires_shipping':true,'gift_card':false,"
    "'taxable':true,'variant_id':44100000000001,"
    "'product_id':8100000000001,'product_exists':true,"
    "'sales_line_item_group_id':142831562,"
    "'properties':[{'name':'Engraving','value':'A. B.'}],"
    "'price':'10.00','price_set':" HOOK_MONEY("10.00", "11.00") ","
    "'total_discount':'0.00','discount_allocations':["
    "{'amount':'1.50','amount_set':" HOOK_MONEY("1.50", "1.65") "},"
    "{'amount':'0.50','amount_set':" HOOK_MONEY("0.50", "0.55") "}],"
    "'tax_lines':[{'title':'IVA','rate':0.22,'price':'3.25',"
    "'price_set':" HOOK_MONEY("3.25", "3.57") "},"
    "{'title':'Eco','rate':null,'price':'0.18',"
    "'price_set':" HOOK_MONEY("0.18", "0.20") "}]}";

static const char gql_order[] =
    "{'id':'gid://shopify/Order/820982911946154508',"
    "'legacyResourceId':'820982911946154508','name':'#1001',"
    "'number':1001,'createdAt':'2026-11-20T10:00:00Z',"
    "'updatedAt':'2026-11-20T10:00:09Z',"
    "'processedAt':'2026-11-20T09:59:58Z','cancelledAt':null,"
    "'closedAt':null,'cancelReason':null,'test':false,"
    "'confirmed':true,'sourceName':'web','poNumber':'PO-7',"
    "'note':'Ring twice','displayFinancialStatus':'PAID',"
    "'currencyCode':'EUR','presentmentCurrencyCode':'USD',"
    "'taxesIncluded':true,"
    "'paymentGatewayNames':['shopify_payments','gift_card'],"
    "'email':'ada@buyer.example','phone':'+3902000001',"
    "'customerLocale':'it-IT','tags':['vip','Logivery-No-Sync','a b'],"
    "'discountCodes':['TEN'],'purchasingEntity':null,"
    "'customAttributes':[{'key':'gift wrap','value':'yes'},"
    "{'key':'size','value':null}],"
    "'subtotalPriceSet':" GQL_MONEY("18.0", "19.8") ","
    "'totalShippingPriceSet':" GQL_MONEY("5.9", "6.49") ","
    "'totalTaxSet':" GQL_MONEY("4.31", "4.74") ","
    "'totalDiscountsSet':" GQL_MONEY("2.0", "2.2") ","
    "'totalPriceSet':" GQL_MONEY("23.9", "26.29") ","
    "'currentTotalPriceSet':" GQL_MONEY("23.9", "26.29") ","
    "'totalTipReceivedSet':" GQL_MONEY("0.0", "0.0") ","
    "'customer':{'legacyResourceId':'115310627314723954',"
    "'firstName':'Ada','lastName':'L.',"
    "'defaultEmailAddress':{'emailAddress':'ada@mail.example'},"
    "'defaultPhoneNumber':{'phoneNumber':'+3902000002'}},"
    "'shippingAddress':{'firstName':'Ada','lastName':'Byron',"
    "'name':'Ada Byron','company':null,'address1':'Via Roma 1',"
    "'address2':'','zip':'20121','city':'Milano','province':'Milano',"
    "'provinceCode':'MI','country':'Italy','countryCodeV2':'IT',"
    "'phone':'+3902000003'},"
    "'billingAddress':{'firstName':'Bill','lastName':'King',"
    "'name':'Bill King','company':'King & Co','address1':'Via Po 2',"
    "'address2':'Floor 3','zip':'10123','city':'Torino',"
    "'province':'Torino','provinceCode':'TO','country':'Italia',"
    "'countryCodeV2':'IT','phone':null},"
    "'shippingLines':{'nodes':[{'id':'gid://shopify/ShippingLine/72',"
    "'title':'Express','code':'EXP','source':'shopify',"
    "'originalPriceSet':" GQL_MONEY("5.9", "6.49") ","
    "'discountedPriceSet':" GQL_MONEY("4.9", "5.39") ","
    "'taxLines':[{'title':'IVA','rate':0.22,"
    "'priceSet':" GQL_MONEY("0.88", "0.97") "}]}]},"
    "'taxLines':[{'title':'IVA','rate':0.22,"
    "'priceSet':" GQL_MONEY("4.31", "4.74") "}]}";

static const char gql_line[] =
    "{'id':'gid://shopify/LineItem/866550311766439020',"
    "'title':'Moka pot','variantTitle':'3 cups',"
    "'name':'Moka pot - 3 cups','sku':'MOKA-3','vendor':'Casa Lenta',"
    "'quantity':2,'currentQuantity':2,'requiresShipping':true,"
    "'isGiftCard':false,'taxable':true,"
    "'variant':{'legacyResourceId':'44100000000001'},"
    "'product':{'id':'gid://shopify/Product/8100000000001'},"
    "'lineItemGroup':{'id':'gid://shopify/LineItemGroup/142831562'},"
    "'customAttributes':[{'key':'Engraving','value':'A. B.'}],"
    "'originalUnitPriceSet':" GQL_MONEY("10.0", "11.0") ","
    "'discountAllocations':["
    "{'allocatedAmountSet':" GQL_MONEY("1.5", "1.65") "},"
    "{'allocatedAmountSet':" GQL_MONEY("0.5", "0.55") "}],"
    "'taxLines':[{'title':'IVA','rate':0.22,"
    "'priceSet':" GQL_MONEY("3.25", "3.57") "},"
    "{'title':'Eco','rate':null,"
    "'priceSet':" GQL_MONEY("0.18", "0.2") "}]}";

const char *const sample_document =
    "{'version':1,'id':'820982911946154508',"
    "'gid':'gid://shopify/Order/820982911946154508','name':'#1001',"
    "'number':1001,'created_at':'2026-11-20T10:00:00Z',"
    "'updated_at':'2026-11-20T10:00:09Z',"
    "'processed_at':'2026-11-20T09:59:58Z','cancelled_at':null,"
    "'closed_at':null,'cancel_reason':null,'test':false,"
    "'confirmed':true,'source_name':'web','po_number':'PO-7',"
    "'note':'Ring twice','financial_status':'paid','currency':'EUR',"
    "'presentment_currency':'USD','taxes_included':true,"
    "'payment_gateways':['shopify_payments','gift_card'],"
    "'email':'ada@buyer.example','phone':'+3902000001',"
    "'locale':'it-IT','flags':[],'tags':['vip','a b'],"
    "'custom_attributes':[{'key':'gift wrap','value':'yes'},"
    "{'key':'size','value':null}],'discount_codes':['TEN'],"
    "'totals':{'subtotal':" DOC_MONEY("18.00", "19.80") ","
    "'shipping':" DOC_MONEY("5.90", "6.49") ","
    "'tax':" DOC_MONEY("4.31", "4.74") ","
    "'discounts':" DOC_MONEY("2.00", "2.20") ","
    "'total':" DOC_MONEY("23.90", "26.29") ","
    "'current_total':" DOC_MONEY("23.90", "26.29") ",'tip':'0.00'},"
    "'customer':{'id':'115310627314723954','first_name':'Ada',"
    "'last_name':'L.','email':'ada@mail.example',"
    "'phone':'+3902000002'},"
    "'shipping_address':{'first_name':'Ada','last_name':'Byron',"
    "'name':'Ada Byron','company':null,'address1':'Via Roma 1',"
    "'address2':null,'zip':'20121','city':'Milano',"
    "'province':'Milano','province_code':'MI','country':'Italy',"
    "'country_code':'IT','phone':'+3902000003'},"
    "'billing_address':{'first_name':'Bill','last_name':'King',"
    "'name':'Bill King','company':'King & Co','address1':'Via Po 2',"
    "'address2':'Floor 3','zip':'10123','city':'Torino',"
    "'province':'Torino','province_code':'TO','country':'Italia',"
    "'country_code':'IT','phone':null},"
    "'shipping_lines':[{'id':'72','title':'Express','code':'EXP',"
    "'source':'shopify','price':" DOC_MONEY("5.90", "6.49") ","
    "'discounted':" DOC_MONEY("4.90", "5.39") ","
    "'taxes':[{'title':'IVA','rate':'0.22',"
    "'price':" DOC_MONEY("0.88", "0.97") "}]}],"
    "'lines':[{'id':'866550311766439020',"
    "'gid':'gid://shopify/LineItem/866550311766439020',"
    "'title':'Moka pot','variant_title':'3 cups',"
    "'name':'Moka pot - 3 cups','sku':'MOKA-3','vendor':'Casa Lenta',"
    "'quantity':2,'current_quantity':2,'requires_shipping':true,"
    "'gift_card':false,'taxable':true,'variant_id':'44100000000001',"
    "'product_id':'8100000000001','group_id':'142831562',"
    "'properties':[{'key':'Engraving','value':'A. B.'}],"
    "'unit_price':" DOC_MONEY("10.00", "11.00") ","
    "'discount_total':" DOC_MONEY("2.00", "2.20") ","
    "'taxes':[{'title':'IVA','rate':'0.22',"
    "'price':" DOC_MONEY("3.25", "3.57") "},"
    "{'title':'Eco','rate':null,"
    "'price':" DOC_MONEY("0.18", "0.20") "}]}],"
    "'taxes':[{'title':'IVA','rate':'0.22',"
    "'price':" DOC_MONEY("4.31", "4.74") "}]}";
/* clang-format on */

/* Computed by validate_docs.py.  If it changes, every order that is out there
   looks changed: that needs a new version of the document. */
const char *const sample_digest =
    "837b70f3567a96ba79a497c1974804304fd71c4a052af19cd944e537b294da88";

struct json *
sample_json(struct cx *cx, const char *text)
{
	char *copy = arena_text(cx->mem, text), *p;
	struct json *made;

	for (p = copy; (p = strchr(p, '\'')) != NULL;)
		*p = '"';
	must(cx, json_parse(cx, copy, strlen(copy), &made));
	return made;
}

static struct json *
changed(struct cx *cx, const char *text, const char *change)
{
	struct json *made = sample_json(cx, text), *by, *value;
	const char *key;
	size_t i;

	if (change == NULL)
		return made;
	by = sample_json(cx, change);
	for (i = 0; (key = json_key(by, i, &value)) != NULL; i++)
		json_set(made, key, value);
	return made;
}

static struct json *
list_of(struct cx *cx, struct json *only)
{
	struct json *list = json_new_array(cx);

	json_push(list, only);
	return list;
}

struct json *
sample_hook(struct cx *cx, struct change c)
{
	struct json *order = changed(cx, hook_order, c.order);

	if (json_get(order, "line_items") == NULL)
		json_set(order, "line_items",
		    list_of(cx, changed(cx, hook_line, c.line)));
	return order;
}

struct json *
sample_gql(struct cx *cx, struct change c)
{
	struct json *order = changed(cx, gql_order, c.order);
	struct json *lines = sample_json(cx,
	    "{'pageInfo':{'hasNextPage':false,'endCursor':'x'}}");

	if (json_get(order, "lineItems") != NULL)
		return order;
	json_set(lines, "nodes", list_of(cx, changed(cx, gql_line, c.line)));
	json_set(order, "lineItems", lines);
	return order;
}

enum err
hook_of_json(struct cx *cx, const struct json *order, struct orderdoc *out)
{
	const char *text = json_write(cx, order);
	struct bytes body = { (const unsigned char *)text, strlen(text) };

	return orderdoc_from_hook(cx, body, out);
}

enum err
sample_from_hook(struct cx *cx, struct change c, struct orderdoc *out)
{
	return hook_of_json(cx, sample_hook(cx, c), out);
}

enum err
sample_from_gql(struct cx *cx, struct change c, struct orderdoc *out)
{
	return orderdoc_from_gql(cx, sample_gql(cx, c), NULL, 0, out);
}

const char *
sample_value(struct cx *cx, const struct orderdoc *doc, const char *path)
{
	struct json *read;

	must(cx, json_parse(cx, doc->text, strlen(doc->text), &read));
	if (text_starts(path, "line.")) {
		read = json_at(json_get(read, "lines"), 0);
		path += strlen("line.");
	}
	return json_write(cx, json_path(read, path));
}
