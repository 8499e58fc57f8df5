/*
 * site.c - everything this program serves, in one place.
 */
#include "cloud/site.h"

#include "base/arena.h"
#include "base/buf.h"
#include "cloud/api_edge.h"
#include "queue/job.h"

/* What to do next, by code (doc/connector-protocol.md, doc/openapi.yaml). */
static const struct hint hints[] = {
	{ "bad_input", "Correct what is named and send the call again.", 0 },
	{ "not_authorized",
	    "Sign in or send a valid token; for a store's link, copy the "
	    "Authorization token and the Logivery App URL from the "
	    "connector's page and save both in the Shopify app.",
	    401 },
	{ "not_found", "Check the id, and whether it still exists.", 404 },
	{ "conflict", "Read it again, then decide.", 409 },
	{ "busy", "Repeat after the seconds Retry-After says.", 0 },
	{ "internal", "Tell the operator; the log says more.", 500 },
	{ "store_failed", "Repeat after the seconds Retry-After says.", 503 },
	{ "upstream_failed", "Repeat later.", 502 },
	/* people and machines */
	{ "denied", "Ask a manager.", 403 },
	{ "csrf_failed",
	    "Open the console at its own address, reload the page and try "
	    "again.",
	    403 },
	{ "login_failed", "Check both and try again.", 401 },
	{ "too_many_attempts", "Wait as long as Retry-After says.", 429 },
	{ "setup_failed", "Start the program again to get a new link.", 401 },
	{ "setup_done", "Sign in.", 409 },
	{ "email_taken", "Use another e-mail.", 409 },
	{ "password_wrong", "Type the password you sign in with now.", 422 },
	{ "last_manager", "Make somebody else a manager first.", 409 },
	{ "not_a_person", "Sign in with e-mail and password.", 409 },
	{ "label_taken", "Choose another label.", 409 },
	{ "technology_unknown", "Use shopify.", 422 },
	{ "job_not_dead", "Nothing to do: it is finished or goes on by itself.",
	    409 },
	/* the connector protocol */
	{ "not_linked",
	    "Link the store first: in the Shopify app, check the connection "
	    "and save it.",
	    409 },
	{ "disconnected",
	    "In the Shopify app save the connector's current Authorization "
	    "token and its Logivery App URL.",
	    502 },
	{ "connector_already_linked",
	    "In the Cloud App choose Connectors > Add Connector, and copy the "
	    "new connector's token and URL into this app.",
	    409 },
	{ "store_already_linked",
	    "To move it with its orders and open shipments, agree to replace "
	    "the old connector; the call is then sent again with \"replace\": "
	    "true.",
	    409 },
	{ "store_linked_elsewhere",
	    "If the store is to move to this app, delete its other connector "
	    "in the Cloud App first: the orders stay.",
	    409 },
	{ "callback_failed",
	    "See that the Shopify app is running and can be reached from the "
	    "Cloud App, then press Check again.",
	    502 },
	{ "callback_url_refused",
	    "Give the Shopify app a public https address (--public-url).",
	    422 },
	{ "idempotency_key_missing",
	    "Send the call again with a key of your own, for example a UUID, "
	    "and keep it for repeats.",
	    400 },
	{ "idempotency_key_reused", "Use a new key for a new call.", 422 },
	{ "too_many_orders", "Send them in calls of 10 or fewer.", 422 },
	{ "no_orders", "Choose at least one order.", 422 },
	{ "automatic_off",
	    "Keep the orders waiting: they can be sent by hand, and POST "
	    "/settings tells when the switch is on again.",
	    409 },
	{ NULL },
};

void
cloud_hints_add(void)
{
	router_hints(hints);
	router_hints(cloud_shipment_hints);
}

static const struct route *const tables[] = {
	cloud_web_routes,
	cloud_link_routes,
	cloud_account_routes,
	cloud_connector_routes,
	cloud_order_routes,
	cloud_shipment_routes,
	cloud_shipment_csv_routes,
	cloud_courier_routes,
	cloud_job_routes,
	cloud_log_routes,
	cloud_where_routes,
	cloud_ship_rule_routes,
	NULL,
};

const struct site cloud_site = {
	.tables = tables,
	.fallback = cloud_page_route,
	.authenticate = cloud_authenticate,
};

/* --- metrics, on an address of their own --- */

static enum err
get_metrics(struct cx *cx, const struct request *rq, struct reply *rp)
{
	static const char *const states[] = { "waiting", "running", "dead",
		"parked" };
	struct buf b = buf_new(cx->mem);
	int64_t n;
	size_t i;
	enum err e;

	(void)rq;
	buf_text(&b,
	    "# HELP logivery_jobs Jobs by state.\n"
	    "# TYPE logivery_jobs gauge\n");
	for (i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		if ((e = job_count(cx, 0, states[i], &n)) != OK)
			return e;
		buf_printf(&b, "logivery_jobs{state=\"%s\"} %lld\n", states[i],
		    (long long)n);
	}
	reply_text(rp, "text/plain; version=0.0.4", b.p);
	return OK;
}

static const struct route metrics_routes[] = {
	{ GET, "/metrics", NULL, get_metrics, ROUTE_OPEN },
	{ 0 },
};
static const struct route *const metrics_tables[] = { metrics_routes, NULL };

const struct site cloud_metrics_site = { .tables = metrics_tables };
