/*
 * router_test.c - from a request to its handler, and failures to problems.
 */
#include "lib/test.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "net/http.h"

struct who {
	int64_t id;
};

struct point {
	int64_t x;
	const char *name;
};

static const struct field point_fields[] = {
	F_INT(struct point, x, 1, 9),
	F_TEXT_OPT(struct point, name, 4),
	F_END,
};

/* --- a small site --- */

static enum err
say_route(struct cx *cx, const struct request *rq, struct reply *rp)
{
	const char *by = rq->who == NULL ? "nobody" : "somebody";

	reply_text(rp, "text/plain",
	    arena_printf(cx->mem, "%s %s id=%s n=%lld rest=%s", by,
		rq->route->pattern, path_text(rq, "id"),
		(long long)path_int(rq, "id"), path_text(rq, "rest")));
	return OK;
}

static enum err
read_point(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct point p = { 0 };
	enum err e;

	if ((e = body_read(cx, rq, point_fields, &p)) != OK)
		return e;
	reply_status(rp, 201);
	reply_header(cx, rp, "Location", "/points/%lld", (long long)p.x);
	reply_object(cx, rp, point_fields, &p);
	return OK;
}

static enum err
read_limit(struct cx *cx, const struct request *rq, struct reply *rp)
{
	int64_t n;
	enum err e;

	if ((e = query_int(cx, rq, "limit", 20, 1, 100, &n)) != OK)
		return e;
	reply_text(rp, "text/plain",
	    arena_printf(cx->mem, "limit=%lld", (long long)n));
	return OK;
}

/* /fail/{id}: fails with that error. */
static enum err
fail_so(struct cx *cx, const struct request *rq, struct reply *rp)
{
	enum err e = (enum err)path_int(rq, "id");

	reply_header(cx, rp, "ETag", "half");
	cx->wait_ms = e == ERR_BUSY ? 2500 : 0;
	return cx_fail(cx, e, "words %d", (int)e);
}

static enum err
fail_hinted(struct cx *cx, const struct request *rq, struct reply *rp)
{
	(void)rq;
	(void)rp;
	return cx_fail_code(cx, ERR_CONFLICT, "teapot", "short and stout");
}

static const struct route first[] = {
	{ GET, "/", NULL, say_route, ROUTE_OPEN },
	{ GET, "/orders/{id}", "orders:read", say_route },
	{ GET, "/orders/export", "orders:read", say_route },
	{ DELETE, "/orders/{id}", "orders:write", say_route },
	{ POST, "/points", NULL, read_point, ROUTE_OPEN },
	{ GET, "/limit", NULL, read_limit, ROUTE_OPEN },
	{ GET, "/fail/{id}", NULL, fail_so, ROUTE_OPEN },
	{ GET, "/hinted", NULL, fail_hinted, ROUTE_OPEN },
	{ 0 },
};
static const struct route second[] = {
	{ POST, "/orders/export", "orders:write", say_route },
	{ GET, "/assets/{rest*}", NULL, say_route, ROUTE_OPEN },
	{ GET, "/a/{id}/b/{rest}", NULL, say_route, ROUTE_OPEN },
	{ HEAD, "/headed", NULL, say_route, ROUTE_OPEN },
	{ OPTIONS, "/limit", NULL, say_route, ROUTE_OPEN },
	{ 0 },
};
static const struct route *const tables[] = { first, second, NULL };

static const struct who someone = { 7 };

static enum err
authenticate(struct cx *cx, struct request *rq)
{
	const char *token = header_get(rq, "Authorization");

	if (token == NULL)
		return cx_fail_code(cx, ERR_AUTH, "no_token",
		    "no token was sent");
	if (strcmp(token, rq->route->right) != 0)
		return cx_fail(cx, ERR_DENIED, "the token lacks %s",
		    rq->route->right);
	rq->who = &someone;
	return OK;
}

static void
dress(struct cx *cx, const struct request *rq, struct reply *rp)
{
	reply_header(cx, rp, "Content-Security-Policy", "default-src 'self'");
	reply_header(cx, rp, "X-Site", "%s", (const char *)rq->site);
}

static char self[] = "the site";
static const struct site site = {
	.tables = tables,
	.authenticate = authenticate,
	.self = self,
};

/* --- asking it --- */

static const char *
header_of(const struct reply *rp, const char *name)
{
	size_t i;

	for (i = 0; i < rp->nheaders; i++) {
		if (strcmp(rp->headers[i].name, name) == 0)
			return rp->headers[i].value;
	}
	return NULL;
}

static struct reply
ask(struct cx *cx, enum method method, const char *path, const char *token)
{
	struct request rq = { .method = method, .path = path };
	struct reply rp = { 0 };

	if (token != NULL)
		rq.headers[rq.nheaders++] =
		    (struct param){ "authorization", token };
	cx->code[0] = '\0';
	router_run(cx, &site, &rq, &rp);
	return rp;
}

static void
requests_find_their_routes(void **state)
{
	static const struct {
		enum method method;
		const char *path, *token;
		int status;
		const char *part; /* of the body, or the Allow header on 405 */
	} rows[] = {
		{ GET, "/", NULL, 200, "nobody / " },
		{ HEAD, "/", NULL, 200, "nobody / " },
		{ GET, "", NULL, 404, "no_such_path" },
		{ GET, "//", NULL, 404, "no_such_path" },
		{ GET, "/orders", NULL, 404, "no_such_path" },
		{ GET, "/orders/", NULL, 404, "no_such_path" },
		{ GET, "/orders/1", "orders:read", 200, "id=1 n=1" },
		{ GET, "/orders/1/", "orders:read", 404, "no_such_path" },
		{ GET, "/orders/1/2", "orders:read", 404, "no_such_path" },
		{ GET, "/orders/x", "orders:read", 200, "id=x n=0" },
		{ GET, "/orders/-1", "orders:read", 200, "id=-1 n=0" },
		{ GET, "/orders/9223372036854775808", "orders:read", 200,
		    "n=0" },
		{ GET, "/orders/9223372036854775807", "orders:read", 200,
		    "n=9223372036854775807" },
		{ GET, "/orders/export", "orders:read", 200,
		    "/orders/export id= n=0" },
		{ DELETE, "/orders/export", "orders:write", 200,
		    "/orders/{id} id=export" },
		{ POST, "/orders/export", "orders:write", 200, "somebody" },
		{ GET, "/Orders/1", "orders:read", 404, "no_such_path" },
		{ GET, "/assets/a/b.js", NULL, 200, "rest=a/b.js" },
		{ GET, "/assets/", NULL, 404, "no_such_path" },
		{ GET, "/a/1/b/2", NULL, 200, "id=1 n=1 rest=2" },
		{ GET, "/a//b/2", NULL, 404, "no_such_path" },
		{ HEAD, "/headed", NULL, 200, "/headed" },
		{ OPTIONS, "/limit", NULL, 200, "/limit" },
		/* wrong methods */
		{ PUT, "/", NULL, 405, "GET, HEAD" },
		{ PATCH, "/orders/1", NULL, 405, "GET, HEAD, DELETE" },
		{ PUT, "/orders/export", NULL, 405, "GET, HEAD, POST, DELETE" },
		{ GET, "/points", NULL, 405, "POST" },
		{ OPTIONS, "/points", NULL, 405, "POST" },
		{ GET, "/headed", NULL, 405, "HEAD" },
		/* who asks */
		{ GET, "/orders/1", NULL, 401, "no_token" },
		{ HEAD, "/orders/1", NULL, 401, "no_token" },
		{ GET, "/orders/1", "orders:write", 403, "lacks orders:read" },
		{ DELETE, "/orders/1", "orders:read", 403, "lacks" },
	};
	struct cx *cx = *state;
	struct reply rp;
	size_t i;

	for (i = 0; i < COUNT_OF(rows); i++) {
		rp = ask(cx, rows[i].method, rows[i].path, rows[i].token);
		if (rp.status != rows[i].status)
			print_error("%s\n", rows[i].path);
		assert_int_equal(rp.status, rows[i].status);
		if (rp.status == 405)
			assert_string_equal(header_of(&rp, "Allow"),
			    rows[i].part);
		else
			assert_contains((const char *)rp.body.p, rows[i].part);
		assert_non_null(header_of(&rp, "X-Content-Type-Options"));
		assert_int_equal(rp.status == 401,
		    header_of(&rp, "WWW-Authenticate") != NULL);
	}
}

static void
every_failure_is_a_problem_with_its_status(void **state)
{
	static const struct {
		int e;
		int status;
	} rows[] = { { ERR_AUTH, 401 }, { ERR_DENIED, 403 },
		{ ERR_MISSING, 404 }, { ERR_CONFLICT, 409 },
		{ ERR_UPSTREAM, 502 }, { ERR_STORE, 503 }, { ERR_BUG, 500 } };
	struct cx *cx = *state;
	struct reply rp;
	char path[32];
	struct json *j;
	size_t i;

	for (i = 0; i < COUNT_OF(rows); i++) {
		snprintf(path, sizeof(path), "/fail/%d", rows[i].e);
		rp = ask(cx, GET, path, NULL);
		assert_int_equal(rp.status, rows[i].status);
		assert_string_equal(rp.content_type,
		    "application/problem+json");
		must(cx,
		    json_parse(cx, (const char *)rp.body.p, rp.body.n, &j));
		assert_string_equal(json_get_text(j, "type"), "about:blank");
		assert_int_equal(json_int(json_get(j, "status"), 0),
		    rows[i].status);
		assert_non_null(json_get_text(j, "title"));
		assert_non_null(json_get_text(j, "code"));
		/* our own failures are not explained to strangers */
		assert_int_equal(strstr(json_get_text(j, "detail"), "words ") ==
			NULL,
		    rows[i].e == ERR_BUG || rows[i].e == ERR_STORE);
		assert_null(header_of(&rp, "ETag")); /* of half a reply */
	}
	rp = ask(cx, GET, "/fail/6", NULL); /* ERR_BUSY */
	assert_true(rp.status == 429 || rp.status == 503);
	assert_string_equal(header_of(&rp, "Retry-After"), "3");
}

static void
a_hint_says_what_to_do_next_and_may_set_the_status(void **state)
{
	static const struct hint hints[] = {
		{ "teapot", "Brew tea instead.", 418 },
		{ "no_token", "Sign in." },
		{ NULL },
	};
	struct cx *cx = *state;
	struct reply rp;

	rp = ask(cx, GET, "/hinted", NULL);
	assert_int_equal(rp.status, 409);
	assert_null(strstr((const char *)rp.body.p, "\"next\""));
	router_hints(hints);
	router_hints(hints); /* again changes nothing */
	rp = ask(cx, GET, "/hinted", NULL);
	assert_int_equal(rp.status, 418);
	assert_contains((const char *)rp.body.p,
	    "\"next\":\"Brew tea instead.\"");
	assert_contains((const char *)rp.body.p, "\"code\":\"teapot\"");
	rp = ask(cx, GET, "/orders/1", NULL);
	assert_int_equal(rp.status, 401);
	assert_contains((const char *)rp.body.p, "Sign in.");
}

static void
bodies_are_read_into_structs_or_refused(void **state)
{
	static const struct {
		const char *type, *body;
		int status;
		const char *part;
	} rows[] = {
		{ "application/json", "{\"x\":3}", 201, "\"x\":3" },
		{ "application/json; charset=utf-8", "{\"x\":3}", 201, "" },
		{ "Application/JSON", "{\"x\":3,\"name\":\"ab\"}", 201, "ab" },
		{ "application/problem+json", "{\"x\":3}", 201, "" },
		{ NULL, "{\"x\":3}", 415, "not_json" },
		{ "", "{\"x\":3}", 415, "not_json" },
		{ "text/json", "{\"x\":3}", 415, "not_json" },
		{ "application/jsonx", "{\"x\":3}", 415, "not_json" },
		{ "application/x-www-form-urlencoded", "x=3", 415, "not_json" },
		{ "multipart/form-data", "{\"x\":3}", 415, "not_json" },
		{ "application/json", "", 400, "bad_json" },
		{ "application/json", "{", 400, "bad_json" },
		{ "application/json", "{\"x\":3}x", 400, "bad_json" },
		{ "application/json", "{\"x\":10}", 0, "x" },
		{ "application/json", "{\"y\":1}", 0, "y" },
		{ "application/json", "[]", 0, "" },
	};
	struct cx *cx = *state;
	size_t i;

	for (i = 0; i < COUNT_OF(rows); i++) {
		struct request rq = { .method = POST, .path = "/points" };
		struct reply rp = { 0 };

		if (rows[i].type != NULL)
			rq.headers[rq.nheaders++] =
			    (struct param){ "content-type", rows[i].type };
		rq.body.p = (const unsigned char *)rows[i].body;
		rq.body.n = strlen(rows[i].body);
		cx->code[0] = '\0';
		router_run(cx, &site, &rq, &rp);
		if (rows[i].status != 0)
			assert_int_equal(rp.status, rows[i].status);
		else
			assert_in_range(rp.status, 400, 422);
		assert_contains((const char *)rp.body.p, rows[i].part);
		if (rp.status == 201)
			assert_string_equal(header_of(&rp, "Location"),
			    "/points/3");
	}
}

static void
query_numbers_have_limits(void **state)
{
	static const struct {
		const char *value;
		int status;
		const char *part;
	} rows[] = { { NULL, 200, "limit=20" }, { "1", 200, "limit=1" },
		{ "100", 200, "limit=100" }, { "0", 0, "query limit" },
		{ "101", 0, "1 to 100" }, { "", 0, "limit" },
		{ "x", 0, "limit" }, { "1.5", 0, "limit" },
		{ " 1", 0, "limit" } };
	struct cx *cx = *state;
	size_t i;

	for (i = 0; i < COUNT_OF(rows); i++) {
		struct request rq = { .method = GET, .path = "/limit" };
		struct reply rp = { 0 };

		if (rows[i].value != NULL)
			rq.query[rq.nquery++] =
			    (struct param){ "limit", rows[i].value };
		cx->code[0] = '\0';
		router_run(cx, &site, &rq, &rp);
		assert_int_equal(rp.status == 200, rows[i].status == 200);
		assert_contains((const char *)rp.body.p, rows[i].part);
	}
}

static void
no_byte_in_a_header_value_splits_the_reply(void **state)
{
	struct cx *cx = *state;
	struct reply rp = { 0 };
	char value[4] = "a?b";
	int c;

	for (c = 1; c < 256; c++) {
		value[1] = (char)c;
		rp.nheaders = 0;
		reply_header(cx, &rp, "X-A", "%s", value);
		assert_int_equal(rp.nheaders,
		    (c >= 0x20 || c == '\t') && c != 0x7f);
	}
}

static void
a_header_set_twice_is_there_once_but_for_cookies(void **state)
{
	struct cx *cx = *state;
	struct reply rp = { 0 };

	reply_header(cx, &rp, "X-A", "1");
	reply_header(cx, &rp, "x-a", "2");
	assert_int_equal(rp.nheaders, 1);
	assert_string_equal(rp.headers[0].value, "2");
	reply_header(cx, &rp, "Set-Cookie", "a=1");
	reply_header(cx, &rp, "Set-Cookie", "b=2");
	assert_int_equal(rp.nheaders, 3);
}

static void
the_site_dresses_every_reply(void **state)
{
	struct cx *cx = *state;
	struct site dressed = site;
	static const char *const paths[] = { "/", "/nowhere", "/fail/9" };
	size_t i;

	dressed.dress = dress;
	for (i = 0; i < COUNT_OF(paths); i++) {
		struct request rq = { .method = GET,
			.path = paths[i],
			.secure = true };
		struct reply rp = { 0 };

		router_run(cx, &dressed, &rq, &rp);
		assert_string_equal(header_of(&rp, "X-Site"), "the site");
		assert_string_equal(header_of(&rp, "Content-Security-Policy"),
		    "default-src 'self'");
		assert_string_equal(header_of(&rp, "Referrer-Policy"),
		    "no-referrer");
		assert_contains(header_of(&rp, "Strict-Transport-Security"),
		    "max-age=31536000");
	}
}

static void
without_authentication_closed_routes_stay_closed(void **state)
{
	struct cx *cx = *state;
	struct site naked = { .tables = tables };
	struct request rq = { .method = GET, .path = "/orders/1" };
	struct reply rp = { 0 };

	router_run(cx, &naked, &rq, &rp);
	assert_int_equal(rp.status, 500);
}

static void
pages_carry_items_and_the_next_cursor(void **state)
{
	struct cx *cx = *state;
	struct reply rp = { 0 };

	reply_page(cx, &rp, json_new_array(cx), NULL);
	assert_string_equal((const char *)rp.body.p,
	    "{\"items\":[],\"next_cursor\":null}");
	reply_page(cx, &rp, json_new_array(cx), "abc");
	assert_contains((const char *)rp.body.p, "\"next_cursor\":\"abc\"");
}

static void
headers_are_found_in_any_case(void **state)
{
	struct request rq = { .headers = { { "x-a", "1" }, { "x-a", "2" } },
		.nheaders = 2 };

	(void)state;
	assert_string_equal(header_get(&rq, "X-A"), "1");
	assert_int_equal(header_count(&rq, "X-a"), 2);
	assert_null(header_get(&rq, "X-B"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(requests_find_their_routes),
		TEST(every_failure_is_a_problem_with_its_status),
		TEST(a_hint_says_what_to_do_next_and_may_set_the_status),
		TEST(bodies_are_read_into_structs_or_refused),
		TEST(query_numbers_have_limits),
		TEST(no_byte_in_a_header_value_splits_the_reply),
		TEST(a_header_set_twice_is_there_once_but_for_cookies),
		TEST(the_site_dresses_every_reply),
		TEST(without_authentication_closed_routes_stay_closed),
		TEST(pages_carry_items_and_the_next_cursor),
		TEST(headers_are_found_in_any_case),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
