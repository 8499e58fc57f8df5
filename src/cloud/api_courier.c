/*
 * api_courier.c - couriers (doc/openapi.yaml).
 */
#include "cloud/api_edge.h"

#include "cloud/courier.h"
#include "cloud/cursor.h"

static struct json *
courier_json(struct cx *cx, const struct courier *c)
{
	struct json *o = json_new_object(cx);

	json_set_text(cx, o, "code", c->code);
	json_set_text(cx, o, "name", c->name);
	json_set_text(cx, o, "shopify_name", c->shopify_name);
	json_set_text(cx, o, "tracking_url", c->url);
	json_set_bool(cx, o, "custom", c->custom);
	return o;
}

static enum err
get_couriers(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct json *items = json_new_array(cx);
	const char *after = "", *next = NULL;
	struct courier *list;
	int64_t limit;
	size_t n, i;
	enum err e;

	if ((e = page_limit(cx, rq, &limit)) != OK ||
	    (e = cursor_read(cx, query_get(rq, "cursor"), &after)) != OK ||
	    (e = courier_list(cx, after, limit + 1, &list, &n)) != OK)
		return e;
	for (i = 0; i < n && i < (size_t)limit; i++)
		json_push(items, courier_json(cx, &list[i]));
	if (n > (size_t)limit)
		next = cursor_write(cx, courier_key(cx, &list[limit - 1]));
	reply_page(cx, rp, items, next);
	return OK;
}

static enum err
post_courier(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct courier_in in = { 0 };
	struct courier c;
	enum err e;

	if ((e = body_read(cx, rq, courier_in_fields, &in)) != OK ||
	    (e = courier_add(cx, &in, &c)) != OK)
		return e;
	reply_status(rp, 201);
	reply_json(cx, rp, courier_json(cx, &c));
	return OK;
}

static enum err
delete_courier(struct cx *cx, const struct request *rq, struct reply *rp)
{
	reply_status(rp, 204);
	return courier_drop(cx, path_text(rq, "code"));
}

const struct route cloud_courier_routes[] = {
	{ GET, "/api/v1/couriers", "viewer", get_couriers },
	{ POST, "/api/v1/couriers", "manager", post_courier },
	{ DELETE, "/api/v1/couriers/{code}", "manager", delete_courier },
	{ 0 },
};
