/*
 * check.c - the outcomes of a check, in words.
 *
 * The page has its own words for each code, in the reader's language; these
 * are for whoever calls without a page.
 */
#include "shopify/check.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/when.h"

enum state { UNKNOWN, GOOD, FAILED };

static const char *const state_names[] = { "unknown", "ok", "failed" };

static const char *const point_names[CHECK_POINTS] = {
	[CHECK_ADDRESS] = "address",
	[CHECK_REACH] = "reach",
	[CHECK_TLS] = "tls",
	[CHECK_CLOCK] = "clock",
	[CHECK_TOKEN] = "token",
	[CHECK_STORE] = "store",
	[CHECK_BACK] = "back",
	[CHECK_SCOPES] = "scopes",
	[CHECK_PERSONAL] = "protected_data",
	[CHECK_WINDOW] = "window",
	[CHECK_WEBHOOK] = "webhooks",
};

#define SEE_CLOUD "See that the Cloud App runs and can be reached from here."
#define COPY_AGAIN                                                             \
	"Copy the Authorization token and the Logivery App URL from the "      \
	"connector's page again."
#define LATER "Check again in a moment."
#define PLACE_ONE "Place an order in the store, then check again."

/* Beside these, every point may be "not_tried". */
static const struct outcome {
	enum check_point point;
	const char *code;
	enum state state;
	const char *words;
	const char *next;
} outcomes[] = {
	{ CHECK_ADDRESS, "address_good", GOOD,
	    "The Logivery App URL is well written and leads to a public "
	    "address.",
	    NULL },
	{ CHECK_ADDRESS, "address_private", GOOD,
	    "The Logivery App URL is well written; private addresses are "
	    "allowed here.",
	    NULL },
	{ CHECK_ADDRESS, "address_written", GOOD,
	    "The Logivery App URL is well written.", NULL },
	{ CHECK_ADDRESS, "bad_url", FAILED, "The Logivery App URL is none.",
	    "Copy the Logivery App URL from the Cloud App again." },
	{ CHECK_ADDRESS, "address_refused", FAILED,
	    "The Logivery App URL leads to a private address.",
	    "Give the Cloud App's public https address." },
	{ CHECK_REACH, "reached", GOOD, "The Cloud App answers there.", NULL },
	{ CHECK_REACH, "no_answer", FAILED, "Nothing answers there.",
	    SEE_CLOUD },
	{ CHECK_REACH, "no_cloud_app", FAILED,
	    "What answers there is no Cloud App, or one that is in trouble.",
	    "See that the Logivery App URL is the one on the connector's page, "
	    "with /c/ and a name at its end, and that the Cloud App is "
	    "well." },
	{ CHECK_TLS, "tls_good", GOOD, "Its certificate is valid.", NULL },
	{ CHECK_TLS, "tls", FAILED, "Its certificate is not valid.",
	    "Renew the certificate of the Cloud App's host." },
	{ CHECK_TLS, "plain_http", UNKNOWN,
	    "The address is http: this app was started to allow it, for "
	    "trying things out.",
	    "Use https for a real store." },
	{ CHECK_CLOCK, "clock_good", GOOD, "Both clocks say the same.", NULL },
	{ CHECK_CLOCK, "clock_differs", FAILED,
	    "The clocks of this app and of the Cloud App differ; from 5 "
	    "minutes on no call between them is taken.",
	    "Set the clocks of both machines, for example with NTP." },
	{ CHECK_CLOCK, "no_time", UNKNOWN,
	    "The Cloud App does not say its time.", NULL },
	{ CHECK_TOKEN, "token_good", GOOD, "The Cloud App knows the token.",
	    NULL },
	{ CHECK_TOKEN, "token_refused", FAILED,
	    "The Cloud App does not know this token at this URL.", COPY_AGAIN },
	{ CHECK_TOKEN, "bad_token", FAILED, "This is no token.", COPY_AGAIN },
	{ CHECK_STORE, "store_free", GOOD,
	    "The connector is this store's, or free for it.", NULL },
	{ CHECK_STORE, "connector_already_linked", FAILED,
	    "The connector serves another store.",
	    "In the Cloud App choose Connectors > Add Connector, and copy the "
	    "new connector's token and URL into this app." },
	{ CHECK_STORE, "store_already_linked", FAILED,
	    "Another connector of this Cloud App holds the store.",
	    "To move it with its orders and open shipments, agree to replace "
	    "the old connector." },
	{ CHECK_STORE, "store_linked_elsewhere", FAILED,
	    "Another connector of this Cloud App holds the store, by an app at "
	    "another address.",
	    "If the store is to move to this app, delete its other connector "
	    "in the Cloud App first: the orders stay." },
	{ CHECK_BACK, "called_back", GOOD,
	    "The Cloud App called this app back, rightly signed.", NULL },
	{ CHECK_BACK, "callback_failed", FAILED,
	    "The Cloud App cannot call this app back.",
	    "See that this app can be reached from the Cloud App under its "
	    "--public-url." },
	{ CHECK_BACK, "callback_url_refused", FAILED,
	    "The Cloud App does not call addresses like this app's.",
	    "Start this app with a public https --public-url." },
	{ CHECK_SCOPES, "scopes_good", GOOD,
	    "Shopify granted all permissions the app needs.", NULL },
	{ CHECK_SCOPES, "scopes_missing", FAILED,
	    "Shopify did not grant all permissions the app needs.",
	    "Open the app anew from the Shopify admin and accept its "
	    "permissions; if it does not ask, install it again." },
	{ CHECK_SCOPES, "shopify_silent", UNKNOWN,
	    "Shopify did not answer this.", LATER },
	{ CHECK_PERSONAL, "personal_good", GOOD,
	    "Names, addresses, e-mail and phone can be read: tried on the "
	    "newest order.",
	    NULL },
	{ CHECK_PERSONAL, "personal_withheld", FAILED,
	    "Shopify withholds names, addresses, e-mail or phone: orders come "
	    "without them.",
	    "Whoever runs the app requests protected customer data access for "
	    "it (name, address, e-mail, phone) in Shopify's Partner or Dev "
	    "Dashboard." },
	{ CHECK_PERSONAL, "no_order", UNKNOWN,
	    "The store has no order of the last 60 days to try it on.",
	    PLACE_ONE },
	{ CHECK_PERSONAL, "scopes_first", UNKNOWN,
	    "It can be told only when all permissions are granted.",
	    "Settle the permissions first." },
	{ CHECK_PERSONAL, "shopify_silent", UNKNOWN,
	    "Shopify did not answer this.", LATER },
	{ CHECK_WINDOW, "window_60_days", GOOD,
	    "Orders of the last 60 days can be read. Older ones are invisible "
	    "to the app: it does not ask for read_all_orders.",
	    NULL },
	{ CHECK_WINDOW, "window_all", GOOD,
	    "Orders of any age can be read (read_all_orders); the app still "
	    "takes those of the last 60 days only.",
	    NULL },
	{ CHECK_WINDOW, "orders_denied", FAILED,
	    "Shopify denies the app the store's orders.",
	    "Settle the permissions and the protected customer data access." },
	{ CHECK_WINDOW, "shopify_silent", UNKNOWN,
	    "Shopify did not answer this.", LATER },
	{ CHECK_WEBHOOK, "webhook_came", GOOD,
	    "What happened in the store came here by itself.", NULL },
	{ CHECK_WEBHOOK, "webhook_missing", FAILED,
	    "An order was placed, and no word of it came here.",
	    "Whoever runs the app sees that it was deployed (shopify app "
	    "deploy) with this app's address; until then orders are found "
	    "some minutes later." },
	{ CHECK_WEBHOOK, "webhook_due", UNKNOWN,
	    "An order was placed a moment ago; word of it may be on its way.",
	    "Check again in some minutes." },
	{ CHECK_WEBHOOK, "nothing_happened", UNKNOWN,
	    "Nothing happened in the store since the app was installed, and "
	    "Shopify does not list the app's subscriptions.",
	    PLACE_ONE },
	{ CHECK_WEBHOOK, "no_record", UNKNOWN,
	    "The last order is older than what is kept here of such words.",
	    PLACE_ONE },
	{ CHECK_WEBHOOK, "shopify_silent", UNKNOWN,
	    "Shopify did not answer this.", LATER },
};

static const struct outcome not_tried = {
	.code = "not_tried",
	.state = UNKNOWN,
	.words = "Not tested: another point must be settled first.",
};

static const struct outcome *
outcome_find(enum check_point point, const char *code)
{
	size_t i;

	for (i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++) {
		if (outcomes[i].point == point &&
		    strcmp(outcomes[i].code, code) == 0)
			return &outcomes[i];
	}
	return &not_tried;
}

void
check_begin(struct check_list *list)
{
	size_t i;

	for (i = 0; i < CHECK_POINTS; i++)
		list->points[i] = (struct check){
			.code = not_tried.code,
			.seconds = -1,
		};
}

struct check *
check_set(struct check_list *list, enum check_point point, const char *code)
{
	struct check *c = &list->points[point];

	c->code = outcome_find(point, code)->code;
	assert(c->code != not_tried.code);
	c->words = NULL;
	return c;
}

void
check_fail(struct cx *cx, struct check_list *list, enum check_point point,
    const char *code)
{
	check_set(list, point, code)->words = arena_text(cx->mem, cx->why);
}

static struct json *
point_json(struct cx *cx, enum check_point point, const struct check *c)
{
	const struct outcome *o = outcome_find(point, c->code);
	struct json *j = json_new_object(cx);

	json_set_text(cx, j, "name", point_names[point]);
	json_set_text(cx, j, "state", state_names[o->state]);
	json_set_text(cx, j, "code", o->code);
	json_set_text(cx, j, "detail", c->words != NULL ? c->words : o->words);
	json_set_text(cx, j, "next", o->next);
	json_set_text(cx, j, "at",
	    c->at != 0 ? when_write(cx->mem, c->at) : NULL);
	json_set(j, "seconds",
	    c->seconds >= 0 ? json_new_int(cx, c->seconds) : json_new_null(cx));
	json_set_text(cx, j, "missing", c->missing);
	return j;
}

struct json *
check_json(struct cx *cx, const struct check_list *list)
{
	struct json *all = json_new_array(cx);
	size_t i;

	for (i = 0; i < CHECK_POINTS; i++)
		json_push(all,
		    point_json(cx, (enum check_point)i, &list->points[i]));
	return all;
}
