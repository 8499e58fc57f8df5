/*
 * page_test.c - the embedded app's document: what it holds, who may frame it,
 * how long what it loads is kept, and that extensions may call.
 */
#include "rig.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "net/files.h"
#include "net/http.h"
#include "shopify/site.h"

#define TEXT(s)                                                                \
	{                                                                      \
		(const unsigned char *)(s), sizeof(s) - 1                      \
	}

static const struct file list[] = {
	{ "assets/index-C0kKyzxS.js", "text/javascript; charset=utf-8", "aa",
	    true, TEXT("let a = 1;"), { 0 } },
	{ "index.html", "text/html; charset=utf-8", "bb", false,
	    TEXT("<!doctype html><meta name=\"shopify-api-key\" "
		 "content=\"__CLIENT_ID__\"><script "
		 "src=\"__APP_BRIDGE_URL__\"></script><script "
		 "src=\"__POLARIS_URL__\"></script><div id=\"app\"></div>"),
	    { 0 } },
};
static struct files front = { list, COUNT_OF(list) };

/* The app as main serves it: with a front end. */
static void
run(struct rig *r, struct request *rq, struct reply *rp)
{
	struct site site = shopify_site;

	site.self = &front;
	router_run(rig_cx(r), &site, rq, rp);
}

#define T(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

static const char *
header(const struct reply *rp, const char *name)
{
	size_t i;

	for (i = 0; i < rp->nheaders; i++) {
		if (strcasecmp(rp->headers[i].name, name) == 0)
			return rp->headers[i].value;
	}
	return "";
}

static void
ask(struct rig *r, enum method m, const char *path, struct reply *rp)
{
	struct request rq = { .method = m, .path = path };
	struct cx *cx = rig_cx(r);

	memset(rp, 0, sizeof(*rp));
	rq.query[rq.nquery++] = (struct param){ "shop", RIG_SHOP };
	rq.query[rq.nquery++] =
	    (struct param){ "id_token", sim_id_token(cx, r->store) };
	run(r, &rq, rp);
}

static const char *
body(struct rig *r, const struct reply *rp)
{
	return arena_textn(r->cx.mem, (const char *)rp->body.p, rp->body.n);
}

static void
each_page_is_the_built_document(void **state)
{
	static const char *const pages[] = { "/", "/settings", "/logs" };
	struct rig *r = *state;
	struct reply rp;
	size_t i;

	for (i = 0; i < COUNT_OF(pages); i++) {
		ask(r, GET, pages[i], &rp);
		assert_int_equal(rp.status, 200);
		assert_string_equal(body(r, &rp),
		    "<!doctype html><meta name=\"shopify-api-key\" "
		    "content=\"" RIG_CLIENT_ID "\"><script "
		    "src=\"https://cdn.shopify.com/app-bridge.js\"></script>"
		    "<script src=\"https://cdn.shopify.com/polaris.js\">"
		    "</script><div id=\"app\"></div>");
		assert_string_equal(header(&rp, "Cache-Control"), "no-store");
		assert_non_null(strstr(header(&rp, "Link"),
		    "<https://cdn.shopify.com/polaris.js>; rel=\"preload\""));
	}
}

static void
only_its_own_admin_may_frame_it(void **state)
{
	struct rig *r = *state;
	const char *csp;
	struct reply rp;

	ask(r, GET, "/", &rp);
	csp = header(&rp, "Content-Security-Policy");
	assert_non_null(strstr(csp,
	    "frame-ancestors https://" RIG_SHOP " https://admin.shopify.com"));
	assert_non_null(strstr(csp, "default-src 'none'"));
}

/* The bounce page, with a shop in its address or none. */
static const char *
framed_by(struct rig *r, const char *shop)
{
	struct request rq = { .method = GET, .path = "/auth/session-token" };
	struct reply rp;

	memset(&rp, 0, sizeof(rp));
	if (shop != NULL)
		rq.query[rq.nquery++] = (struct param){ "shop", shop };
	run(r, &rq, &rp);
	assert_int_equal(rp.status, 200);
	return strstr(header(&rp, "Content-Security-Policy"),
	    "frame-ancestors");
}

static void
each_store_frames_its_own_and_without_one_nobody(void **state)
{
	struct rig *r = *state;
	const char *csp;
	struct reply rp;

	r->store = sim_store_add(&r->shopify, "coffee.myshopify.com");
	ask(r, GET, "/", &rp); /* tea in the address, coffee in the token */
	csp = strstr(header(&rp, "Content-Security-Policy"), "frame-anc");
	assert_string_equal(csp,
	    "frame-ancestors https://coffee.myshopify.com "
	    "https://admin.shopify.com");
	assert_string_equal(framed_by(r, RIG_SHOP),
	    "frame-ancestors https://" RIG_SHOP " https://admin.shopify.com");
	assert_string_equal(framed_by(r, NULL), "frame-ancestors 'none'");
	assert_string_equal(framed_by(r, "evil.example"),
	    "frame-ancestors 'none'");
	assert_string_equal(framed_by(r, "a.myshopify.com; script-src *"),
	    "frame-ancestors 'none'");
}

static void
what_it_loads_is_kept_for_ever(void **state)
{
	struct rig *r = *state;
	struct reply rp;

	ask(r, GET, "/assets/index-C0kKyzxS.js", &rp);
	assert_int_equal(rp.status, 200);
	assert_string_equal(body(r, &rp), "let a = 1;");
	assert_string_equal(header(&rp, "Cache-Control"),
	    "public, max-age=31536000, immutable");
	ask(r, GET, "/assets/index-gone.js", &rp);
	assert_int_equal(rp.status, 404);
	ask(r, GET, "/assets/index", &rp);
	assert_int_equal(rp.status, 404);
}

/* A page with a token that is nobody's, after so many bounces, the last of them
   so many seconds ago. */
static void
ask_refused(struct rig *r, int bounced, int64_t ago_s, const char *locale,
    struct reply *rp)
{
	struct request rq = { .method = GET, .path = "/" };
	struct cx *cx = rig_cx(r);

	memset(rp, 0, sizeof(*rp));
	rq.query[rq.nquery++] = (struct param){ "shop", RIG_SHOP };
	rq.query[rq.nquery++] = (struct param){ "id_token", "a.b.c" };
	rq.query[rq.nquery++] = (struct param){ "locale", locale };
	if (bounced > 0)
		rq.query[rq.nquery++] = (struct param){ "bounced",
			arena_printf(cx->mem, "%d-%" PRId64, bounced,
			    cx->now / 1000 - ago_s) };
	run(r, &rq, rp);
}

static void
a_token_that_stays_refused_is_said_and_not_asked_for_again(void **state)
{
	struct rig *r = *state;
	struct reply rp;

	ask_refused(r, 0, 0, "en", &rp);
	assert_int_equal(rp.status, 302);
	assert_non_null(strstr(header(&rp, "Location"), "bounced%3D1-"));
	ask_refused(r, 1, 1, "en", &rp);
	assert_int_equal(rp.status, 302);
	assert_non_null(strstr(header(&rp, "Location"), "bounced%3D2-"));
	assert_null(strstr(header(&rp, "Location"), "bounced=1"));
	ask_refused(r, 2, 1, "en", &rp);
	assert_int_equal(rp.status, 403);
	assert_non_null(strstr(body(r, &rp), "--client-secret-file"));
	ask_refused(r, 2, 1, "it-IT", &rp);
	assert_non_null(strstr(body(r, &rp), "orologio"));
}

static void
a_frame_whose_token_grew_old_is_not_taken_for_one_that_is_refused(void **state)
{
	struct rig *r = *state;
	struct reply rp;

	ask_refused(r, 2, 3600, "en", &rp);
	assert_int_equal(rp.status, 302);
	assert_non_null(strstr(header(&rp, "Location"), "bounced%3D1-"));
}

static void
without_a_token_it_is_loaded_again_where_it_was(void **state)
{
	struct rig *r = *state;
	struct request rq = { .method = GET, .path = "/logs" };
	struct reply rp = { 0 };

	rq.query[rq.nquery++] = (struct param){ "shop", RIG_SHOP };
	run(r, &rq, &rp);
	assert_int_equal(rp.status, 302);
	assert_non_null(strstr(header(&rp, "Location"), "/auth/session-token"));
	assert_non_null(strstr(header(&rp, "Location"), "%2Flogs%3Fshop"));
}

static void
extensions_may_call_from_shopify_s_own_origin(void **state)
{
	struct rig *r = *state;
	struct reply rp;

	ask(r, OPTIONS, "/api/actions/send-orders", &rp);
	assert_int_equal(rp.status, 204);
	assert_string_equal(header(&rp, "Access-Control-Allow-Origin"), "*");
	assert_string_equal(header(&rp, "Access-Control-Allow-Headers"),
	    "Authorization, Content-Type");
	ask(r, POST, "/api/actions/send-orders", &rp);
	assert_int_equal(rp.status, 401); /* readable there, too */
	assert_string_equal(header(&rp, "Access-Control-Allow-Origin"), "*");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(each_page_is_the_built_document),
		T(only_its_own_admin_may_frame_it),
		T(each_store_frames_its_own_and_without_one_nobody),
		T(what_it_loads_is_kept_for_ever),
		T(a_token_that_stays_refused_is_said_and_not_asked_for_again),
		T(a_frame_whose_token_grew_old_is_not_taken_for_one_that_is_refused),
		T(without_a_token_it_is_loaded_again_where_it_was),
		T(extensions_may_call_from_shopify_s_own_origin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
