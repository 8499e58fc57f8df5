/*
 * api_ship_rule.c - latest shipping dates: a connector's rule, and one order's
 * date by hand (doc/openapi.yaml).
 */
#include "cloud/api_edge.h"

#include "base/text.h"
#include "base/when.h"
#include "cloud/connector.h"
#include "cloud/order.h"
#include "cloud/ship_rule.h"

static enum err
put_rule(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct ship_rule in = { 0 };
	struct connector c;
	enum err e;

	if ((e = path_connector(cx, rq, &c)) != OK ||
	    (e = body_read(cx, rq, ship_rule_fields, &in)) != OK ||
	    (e = ship_rule_set(cx, &c, &in)) != OK)
		return e;
	reply_object(cx, rp, ship_rule_fields, &in);
	return OK;
}

static enum err
delete_rule(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct connector c;
	enum err e;

	if ((e = path_connector(cx, rq, &c)) != OK ||
	    (e = ship_rule_set(cx, &c, NULL)) != OK)
		return e;
	reply_status(rp, 204);
	return OK;
}

struct date_in {
	int64_t latest_shipping_date; /* ms; 0: none */
};
static const struct field date_fields[] = {
	F_WHEN(struct date_in, latest_shipping_date),
	F_END,
};

static enum err
patch_order(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct date_in in = { 0 };
	struct order o;
	struct json *body;
	enum err e;

	if ((e = order_find(cx, path_int(rq, "id"), &o)) != OK ||
	    (e = body_json(cx, rq, &body)) != OK ||
	    (e = json_fill(cx, body, date_fields, &in)) != OK)
		return e;
	if (json_get(body, "latest_shipping_date") == NULL)
		return cx_fail_code(cx, ERR_INPUT, "bad_input",
		    "latest_shipping_date: missing; a time or null is needed");
	if ((e = order_set_ship_by(cx, &o, in.latest_shipping_date)) != OK)
		return e;
	reply_json(cx, rp, order_json(cx, &o));
	return OK;
}

const struct route cloud_ship_rule_routes[] = {
	{ PUT, "/api/v1/connectors/{id}/shipping-rule", "manager", put_rule },
	{ DELETE, "/api/v1/connectors/{id}/shipping-rule", "manager",
	    delete_rule },
	{ PATCH, "/api/v1/orders/{id}", "operator", patch_order },
	{ 0 },
};
