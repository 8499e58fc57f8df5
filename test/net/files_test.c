/*
 * files_test.c - a front end as the program serves it.
 */
#include "lib/test.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "net/files.h"
#include "net/http.h"

#define TEXT(s)                                                                \
	{                                                                      \
		(const unsigned char *)(s), sizeof(s) - 1                      \
	}

static const struct file list[] = {
	{ "assets/app-C0kKyzxS.js", "text/javascript; charset=utf-8", "aa",
	    true, TEXT("let a = 1;"), TEXT("packed") },
	{ "icon.svg", "image/svg+xml", "bb", false, TEXT("<svg/>"), { 0 } },
	{ "index.html", "text/html; charset=utf-8", "cc", false,
	    TEXT("<!doctype html>"), TEXT("packed html") },
};
static const struct files files = { list, COUNT_OF(list) };
static const char *const calls[] = { "/api", "/c/", NULL };
static const struct front front = { &files, "default-src 'self'", calls };

static enum err
page(struct cx *cx, const struct request *rq, struct reply *rp)
{
	return files_serve(cx, &front, rq, rp);
}

static enum err
say(struct cx *cx, const struct request *rq, struct reply *rp)
{
	(void)cx;
	(void)rq;
	reply_text(rp, "text/plain", "a call");
	return OK;
}

static const struct route rows[] = {
	{ GET, "/api/v1/orders", NULL, say, ROUTE_OPEN },
	{ POST, "/api/v1/points", NULL, say, ROUTE_OPEN },
	{ 0 },
};
static const struct route *const tables[] = { rows, NULL };
static const struct route fallback = { GET, "/{page*}", NULL, page,
	ROUTE_OPEN };
static const struct site site = { .tables = tables, .fallback = &fallback };

struct want {
	enum method method;
	const char *path, *encoding, *known; /* or NULL */
	int status;
	const char *body;    /* NULL: not looked at */
	const char *caching; /* Cache-Control */
};

static struct reply
asked(struct cx *cx, const struct want *w)
{
	struct request rq = { .method = w->method,
		.path = w->path,
		.remote = "192.0.2.1" };
	struct reply rp = { 0 };

	if (w->encoding != NULL)
		rq.headers[rq.nheaders++] =
		    (struct param){ "accept-encoding", w->encoding };
	if (w->known != NULL)
		rq.headers[rq.nheaders++] =
		    (struct param){ "if-none-match", w->known };
	router_run(cx, &site, &rq, &rp);
	return rp;
}

static const char *
header_of(const struct reply *rp, const char *name)
{
	size_t i;

	for (i = 0; i < rp->nheaders; i++) {
		if (strcmp(rp->headers[i].name, name) == 0)
			return rp->headers[i].value;
	}
	return "";
}

#define EVER "public, max-age=31536000, immutable"
#define JS "/assets/app-C0kKyzxS.js"

static void
every_path_gets_its_file(void **state)
{
	static const struct want wants[] = {
		{ GET, JS, NULL, NULL, 200, "let a = 1;", EVER },
		{ GET, JS, "br, gzip", NULL, 200, "packed", EVER },
		{ HEAD, JS, "GZIP;q=0.5", NULL, 200, "packed", EVER },
		{ GET, JS, "gzip;q=0, br", NULL, 200, "let a = 1;", EVER },
		{ GET, JS, "gzip; q=0.000", NULL, 200, "let a = 1;", EVER },
		{ GET, JS, "gzipped", NULL, 200, "let a = 1;", EVER },
		{ GET, JS, NULL, "\"aa\"", 304, "", EVER },
		{ GET, JS, "gzip", "W/\"x\", W/\"aa-gz\"", 304, "", EVER },
		{ GET, JS, "gzip", "\"aa\"", 200, "packed", EVER },
		{ GET, JS, NULL, "*", 304, "", EVER },
		{ GET, "/icon.svg", "gzip", NULL, 200, "<svg/>", "no-cache" },
		{ GET, "/", NULL, NULL, 200, "<!doctype html>", "no-store" },
		{ GET, "/orders/17", NULL, NULL, 200, "<!doctype html>",
		    "no-store" },
		{ HEAD, "/log", "gzip", NULL, 200, "packed html", "no-store" },
		{ GET, "/connectors", NULL, NULL, 200, "<!doctype html>",
		    "no-store" },
	};
	struct cx *cx = *state;
	struct reply rp;
	bool packed;
	size_t i;

	for (i = 0; i < COUNT_OF(wants); i++) {
		rp = asked(cx, &wants[i]);
		if (rp.status != wants[i].status)
			print_error("%s: %d\n", wants[i].path, rp.status);
		assert_int_equal(rp.status, wants[i].status);
		assert_int_equal(rp.body.n, strlen(wants[i].body));
		if (rp.body.n > 0)
			assert_memory_equal(rp.body.p, wants[i].body,
			    rp.body.n);
		assert_string_equal(header_of(&rp, "Cache-Control"),
		    wants[i].caching);
		assert_string_equal(header_of(&rp, "Content-Security-Policy"),
		    "default-src 'self'");
		assert_string_equal(header_of(&rp, "X-Content-Type-Options"),
		    "nosniff");
		packed = rp.body.n >= 6 && memcmp(rp.body.p, "packed", 6) == 0;
		assert_string_equal(header_of(&rp, "Content-Encoding"),
		    packed ? "gzip" : "");
	}
}

static void
what_is_no_page_is_not_found(void **state)
{
	static const struct want wants[] = {
		{ GET, "/assets/gone-C0kKyzxS.js", NULL, NULL, 404 },
		{ GET, "/assets/../index.html", NULL, NULL, 404 },
		{ GET, "/.env", NULL, NULL, 404 },
		{ GET, "/api/v1/nothing", NULL, NULL, 404 },
		{ GET, "/c/3mfk9w2x7qpb/link", NULL, NULL, 404 },
		{ GET, "", NULL, NULL, 404 },
		{ POST, "/orders/17", NULL, NULL, 404 },
		/* A row that knows the path has the word. */
		{ GET, "/api/v1/points", NULL, NULL, 405 },
		{ GET, "/api/v1/orders", NULL, NULL, 200 },
	};
	struct cx *cx = *state;
	struct reply rp;
	size_t i;

	for (i = 0; i < COUNT_OF(wants); i++) {
		rp = asked(cx, &wants[i]);
		if (rp.status != wants[i].status)
			print_error("%s: %d\n", wants[i].path, rp.status);
		assert_int_equal(rp.status, wants[i].status);
		assert_string_equal(header_of(&rp, "Cache-Control"),
		    "no-store");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_path_gets_its_file),
		TEST(what_is_no_page_is_not_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
