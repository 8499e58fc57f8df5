/*
 * page_test.c - the embedded app's document: what it holds, who may frame it,
 * how long what it loads is kept, and that extensions may call.
 */
#include "rig.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/log.h"
#include "net/files.h"
#include "net/http.h"
#include "shopify/api_edge.h"
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

/* Who opens a document, and who may frame the answer: of a page, and of the
   bounce page, which shows nothing and believes the address. */
enum token { NO_TOKEN, OF_TEA, OF_COFFEE, OF_A_STRANGER, NOBODY_S };

static const struct visit {
	const char *shop; /* in the address; NULL: none */
	enum token token;
	int status;                /* of a page */
	const char *page, *bounce; /* NULL: nobody */
} visits[] = {
	{ "tea.myshopify.com", OF_TEA, 200, "tea", "tea" },
	{ "coffee.myshopify.com", OF_COFFEE, 200, "coffee", "coffee" },
	{ "tea.myshopify.com", OF_COFFEE, 200, "coffee", "tea" },
	{ "evil.example", OF_TEA, 200, "tea", NULL },
	{ NULL, OF_TEA, 200, "tea", NULL },
	{ NULL, NO_TOKEN, 200, NULL, NULL },
	{ "tea.myshopify.com", NO_TOKEN, 302, NULL, "tea" },
	{ "stranger.myshopify.com", NO_TOKEN, 302, NULL, "stranger" },
	/* Shopify knows no such store, or it is closed: said to that store */
	{ "stranger.myshopify.com", OF_A_STRANGER, 409, "stranger",
	    "stranger" },
	{ NULL, OF_A_STRANGER, 409, "stranger", NULL },
	{ "evil.example", OF_A_STRANGER, 409, "stranger", NULL },
	/* refused for good: says so, shows nothing, and believes the address */
	{ "tea.myshopify.com", NOBODY_S, 403, "tea", "tea" },
	{ NULL, NOBODY_S, 403, NULL, NULL },
	{ "evil.example", NOBODY_S, 403, NULL, NULL },
	{ "", NOBODY_S, 403, NULL, NULL },
	{ "myshopify.com", NOBODY_S, 403, NULL, NULL },
	{ ".myshopify.com", NOBODY_S, 403, NULL, NULL },
	{ "*.myshopify.com", NOBODY_S, 403, NULL, NULL },
	{ "TEA.myshopify.com", NOBODY_S, 403, NULL, NULL },
	{ "tea.myshopify.com.", NOBODY_S, 403, NULL, NULL },
	{ "tea.myshopify.com:8443", NOBODY_S, 403, NULL, NULL },
	{ "https://tea.myshopify.com", NOBODY_S, 403, NULL, NULL },
	{ "evil.example/tea.myshopify.com", NOBODY_S, 403, NULL, NULL },
	{ "tea.myshopify.com.evil.example", NOBODY_S, 403, NULL, NULL },
	{ "tea.myshopify.com evil.example", NOBODY_S, 403, NULL, NULL },
	{ "tea.myshopify.com; script-src *", NOBODY_S, 403, NULL, NULL },
	{ "tea.myshopify.com\r\nX: y", NOBODY_S, 403, NULL, NULL },
	{ "evil.example", NO_TOKEN, 302, NULL, NULL },
	{ "tea.myshopify.com; script-src *", NO_TOKEN, 302, NULL, NULL },
};

static const char *
token_of(struct rig *r, struct cx *cx, enum token t)
{
	struct sim_store some = { .shopify = &r->shopify };

	some.domain = t == OF_TEA ? RIG_SHOP
	    : t == OF_COFFEE      ? "coffee.myshopify.com"
				  : "stranger.myshopify.com";
	return t == NOBODY_S ? "a.b.c" : sim_id_token(cx, &some);
}

static void
visit(struct rig *r, const char *path, const struct visit *v, struct reply *rp)
{
	struct request rq = { .method = GET, .path = path };
	struct cx *cx = rig_cx(r);

	memset(rp, 0, sizeof(*rp));
	if (v->shop != NULL)
		rq.query[rq.nquery++] = (struct param){ "shop", v->shop };
	if (v->token != NO_TOKEN)
		rq.query[rq.nquery++] =
		    (struct param){ "id_token", token_of(r, cx, v->token) };
	rq.query[rq.nquery++] = (struct param){ "bounced",
		arena_printf(cx->mem, "2-%" PRId64, cx->now / 1000) };
	run(r, &rq, rp);
}

/* One policy, and in it one rule of who may frame: the last, and just so. */
static void
assert_framed(struct rig *r, const struct reply *rp, const char *store)
{
	const char *csp = header(rp, "Content-Security-Policy");
	size_t i, policies = 0;

	for (i = 0; i < rp->nheaders; i++)
		policies += strcasecmp(rp->headers[i].name,
				"Content-Security-Policy") == 0;
	assert_int_equal(policies, 1);
	assert_non_null(strstr(csp, "frame-ancestors "));
	assert_string_equal(strstr(csp, "frame-ancestors "),
	    store == NULL ? "frame-ancestors 'none'"
			  : arena_printf(r->cx.mem,
				"frame-ancestors https://%s.myshopify.com "
				"https://admin.shopify.com",
				store));
}

static void
every_document_is_framed_by_the_store_that_was_verified_or_by_nobody(
    void **state)
{
	struct rig *r = *state;
	const struct route *p;
	const struct visit *v;
	struct reply rp;
	int documents = 0;
	bool bounce;

	sim_store_add(&r->shopify, "coffee.myshopify.com");
	for (p = page_routes; p->pattern != NULL; p++) {
		if (p->method != GET || strchr(p->pattern, '{') != NULL)
			continue;
		documents++;
		bounce = strcmp(p->pattern, "/auth/session-token") == 0;
		for (v = visits; v < visits + COUNT_OF(visits); v++) {
			visit(r, p->pattern, v, &rp);
			assert_framed(r, &rp, bounce ? v->bounce : v->page);
			assert_int_equal(rp.status, bounce ? 200 : v->status);
		}
	}
	assert_true(documents >= 4);
}

static void
why_an_app_does_not_open_is_said_in_the_store_s_own_frame(void **state)
{
	static const struct visit closed = { NULL, OF_A_STRANGER, 0, NULL,
		NULL },
				  coffee = { NULL, OF_COFFEE, 0, NULL, NULL };
	struct rig *r = *state;
	struct reply rp;

	visit(r, "/", &closed, &rp);
	assert_int_equal(rp.status, 409);
	assert_contains(body(r, &rp), "This store is closed to apps");
	sim_store_add(&r->shopify, "coffee.myshopify.com");
	r->shopify.cut_next = true;
	visit(r, "/", &coffee, &rp);
	assert_int_equal(rp.status, 503);
	assert_contains(body(r, &rp), "Open the app again in a minute.");
	assert_framed(r, &rp, "coffee");
	visit(r, "/", &coffee, &rp);
	assert_int_equal(rp.status, 200);
}

static void
the_log_says_why_a_page_was_refused_and_with_which_code(void **state)
{
	static const struct visit coffee = { NULL, OF_COFFEE, 0, NULL, NULL };
	struct rig *r = *state;
	struct log *before = r->cx.log, *log;
	FILE *f = tmpfile();
	char text[400] = "";
	struct reply rp;

	assert_non_null(f);
	log = log_open(fileno(f), LEVEL_WARN);
	r->cx.log = log;
	sim_store_add(&r->shopify, "coffee.myshopify.com");
	r->shopify.no_tokens_status = 503;
	visit(r, "/", &coffee, &rp);
	assert_int_equal(rp.status, 503);
	r->cx.log = before;
	log_close(log);
	rewind(f);
	assert_true(fread(text, 1, sizeof(text) - 1, f) > 0);
	assert_contains(text,
	    "page.refused shop=coffee.myshopify.com code=upstream_failed "
	    "why=\"Shopify answered 503 when asked for tokens\"");
	fclose(f);
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
	assert_non_null(strstr(body(r, &rp), "Poi riapri l&#39;app."));
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
asks_in(struct rig *r, const char *language, struct reply *rp)
{
	struct request rq = { .method = GET, .path = "/auth/session-token" };

	memset(rp, 0, sizeof(*rp));
	rq.query[rq.nquery++] = (struct param){ "shop", RIG_SHOP };
	rq.headers[rq.nheaders++] =
	    (struct param){ "accept-language", language };
	run(r, &rq, rp);
}

static void
without_a_locale_a_page_is_in_the_browser_s_language(void **state)
{
	struct rig *r = *state;
	struct reply rp;

	asks_in(r, "it-IT,it;q=0.9", &rp);
	assert_contains(body(r, &rp), "attende Shopify");
	asks_in(r, "en-GB", &rp);
	assert_contains(body(r, &rp), "waits for Shopify");
}

/* App Bridge would go there, with a fresh token. */
static void
a_page_that_is_told_to_go_elsewhere_does_not_open(void **state)
{
	static const char *const pages[] = { "/", "/logs",
		"/auth/session-token" };
	struct rig *r = *state;
	struct reply rp;
	struct cx *cx;
	size_t i;

	for (i = 0; i < COUNT_OF(pages); i++) {
		struct request rq = { .method = GET, .path = pages[i] };

		cx = rig_cx(r);
		memset(&rp, 0, sizeof(rp));
		rq.query[rq.nquery++] = (struct param){ "shop", RIG_SHOP };
		rq.query[rq.nquery++] = (struct param){ "locale", "it" };
		rq.query[rq.nquery++] =
		    (struct param){ "id_token", sim_id_token(cx, r->store) };
		rq.query[rq.nquery++] =
		    (struct param){ "shopify-reload", "https://evil.example/" };
		run(r, &rq, &rp);
		assert_int_equal(rp.status, 400);
		assert_null(strstr(body(r, &rp), "<script"));
		assert_contains(body(r, &rp), "porta fuori da Logivery");
		assert_framed(r, &rp, "tea");
	}
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
		T(every_document_is_framed_by_the_store_that_was_verified_or_by_nobody),
		T(why_an_app_does_not_open_is_said_in_the_store_s_own_frame),
		T(the_log_says_why_a_page_was_refused_and_with_which_code),
		T(what_it_loads_is_kept_for_ever),
		T(without_a_locale_a_page_is_in_the_browser_s_language),
		T(a_token_that_stays_refused_is_said_and_not_asked_for_again),
		T(a_frame_whose_token_grew_old_is_not_taken_for_one_that_is_refused),
		T(without_a_token_it_is_loaded_again_where_it_was),
		T(a_page_that_is_told_to_go_elsewhere_does_not_open),
		T(extensions_may_call_from_shopify_s_own_origin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
