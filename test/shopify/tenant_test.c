/*
 * tenant_test.c - one store never sees or moves what is another's.
 *
 * Two stores are installed and linked to one Cloud App; every route of staff is
 * asked as the second one with the ids of the first.
 */
#include "rig.h"

#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "db/db.h"
#include "net/http.h"
#include "shopify/api_edge.h"
#include "shopify/shop.h"

#define OTHER "coffee.myshopify.com"

struct two {
	struct rig *r;
	struct sim_store *tea, *coffee;
	struct sim_order *order; /* tea's */
	const char *gid, *job, *callback;
};

/* Tea has an order that is on its way; from here on staff are of Coffee. */
static struct two
two_open(struct rig *r)
{
	struct two t = { .r = r, .tea = r->store };
	struct cx *cx = rig_cx(r);
	struct sim_reply out;

	t.order = sim_order_place(t.tea, 0);
	rig_settle(r);
	assert_state(r, t.order, "sending");
	t.job = rig_row(r, t.order).job;
	t.gid = arena_printf(cx->mem, "gid://shopify/Order/%lld",
	    (long long)t.order->id);
	t.callback = rig_shop(r).public_id;
	t.coffee = sim_store_add(&r->shopify, OTHER);
	r->store = t.coffee;
	rig_ask(r, GET, "/api/connection", NULL, &out);
	assert_int_equal(out.status, 200);
	rig_settle(r);
	return t;
}

static void
assert_nothing_of_tea(const struct two *t, const struct sim_reply *out)
{
	assert_null(strstr(out->body, RIG_SHOP));
	assert_null(strstr(out->body, t->job));
	assert_null(strstr(out->body, t->callback));
}

#define T(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

static void
anothers_pages_and_settings_are_not_shown(void **state)
{
	struct two t = two_open(*state);
	struct rig *r = t.r;
	struct cx *cx = rig_cx(r);
	struct sim_reply out;
	const char *const paths[] = { "/api/connection", "/api/logs",
		"/api/logs?shop=" RIG_SHOP, "/api/connection?shop=" RIG_SHOP,
		arena_printf(cx->mem, "/api/logs?job=%s", t.job) };
	size_t i;

	for (i = 0; i < COUNT_OF(paths); i++) {
		rig_ask(r, GET, paths[i], NULL, &out);
		assert_in_range(out.status, 200, 422);
		assert_nothing_of_tea(&t, &out);
	}
}

static void
anothers_order_is_not_there(void **state)
{
	struct two t = two_open(*state);
	struct rig *r = t.r;
	struct cx *cx = rig_cx(r);
	struct sim_reply out;
	int posts = r->cloud.posts;

	rig_pair(r, RIG_TOKEN); /* the rig's Cloud App takes both */
	rig_ask(r, POST, "/api/actions/send-orders",
	    arena_printf(cx->mem, "{\"orderIds\":[\"%s\"]}", t.gid), &out);
	assert_int_equal(out.status, 200);
	assert_contains(out.body, "\"code\":\"not_visible\"");
	assert_nothing_of_tea(&t, &out);
	rig_ask(r, POST, "/api/actions/update-status",
	    arena_printf(cx->mem, "{\"orderId\":\"%s\"}", t.gid), &out);
	assert_contains(out.body, "unknown_order");
	assert_nothing_of_tea(&t, &out);
	assert_int_equal(r->cloud.posts, posts);
	rig_settle(r);
	r->store = t.tea;
	assert_state(r, t.order, "sending");
	assert_tags(r, t.order, "logivery-syncing");
}

static void
letting_go_lets_go_of_ones_own(void **state)
{
	struct two t = two_open(*state);
	struct rig *r = t.r;
	struct sim_reply out;

	rig_ask(r, DELETE, "/api/connection", NULL, &out);
	rig_settle(r);
	assert_string_equal(rig_shop(r).link_state, "linked"); /* tea's */
	assert_int_equal(rig_hook(r,
			     &(struct rig_hook){ .topic = "app/uninstalled",
				 .id = "u",
				 .shop = OTHER,
				 .triggered_at = r->sim.now_ms + 1000 },
			     "{\"myshopify_domain\":\"" RIG_SHOP "\"}"),
	    200);
	rig_settle(r);
	assert_string_equal(rig_shop(r).state, "installed");
}

/* The route's path behind the store's address; a shipment's id is tea's. */
static const char *
path_of(struct cx *cx, const struct route *route)
{
	static const char before[] = "/callback/{shop}";
	const char *path = route->pattern, *id;

	assert_memory_equal(path, before, strlen(before));
	path += strlen(before);
	if ((id = strstr(path, "{id}")) == NULL)
		return path;
	return arena_printf(cx->mem, "%.*ss1%s", (int)(id - path), path,
	    id + strlen("{id}"));
}

/* Every callback at tea's address, with a token that is another's. */
static void
anothers_token_opens_no_callback(void **state)
{
	static const struct route *const tables[] = { callback_routes,
		shipment_routes };
	struct two t = two_open(*state);
	struct rig *r = t.r;
	const struct route *route;
	struct sim_reply out;
	size_t i;

	rig_call(r, RIG_TOKEN, GET, "/ping", NULL, &out);
	assert_int_equal(out.status, 200);
	for (i = 0; i < COUNT_OF(tables); i++) {
		for (route = tables[i]; route->pattern != NULL; route++) {
			rig_call(r, RIG_TOKEN_2, route->method,
			    path_of(rig_cx(r), route),
			    route->method == GET ? NULL : "{}", &out);
			assert_int_equal(out.status, 401);
			assert_nothing_of_tea(&t, &out);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(anothers_pages_and_settings_are_not_shown),
		T(anothers_order_is_not_there),
		T(letting_go_lets_go_of_ones_own),
		T(anothers_token_opens_no_callback),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
