/*
 * client_test.c - our calls against servers that do not play by the rules.
 */
#include "lib/test.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "client_rig.h"

static void
an_answer_comes_with_what_we_ask_of_it(void **state)
{
	const struct peer_script script[] = { { SAY, OK_TEXT }, { 0 } };
	struct side s;
	struct answer a;

	(void)state;
	side_open(&s, script, true);
	struct call call = { .method = POST,
		.url = s.url,
		.body = { (const unsigned char *)"{\"a\":1}", 7 } };
	call_header(&call, "Authorization", "Bearer x");
	must(&s.cx, client_call(&s.cx, &call, &a));
	assert_int_equal(a.status, 200);
	assert_int_equal(a.body.n, 2);
	assert_string_equal(a.content_type, "application/json");
	assert_string_equal(a.api_version, "2026-10");
	assert_int_equal(a.retry_after_s, -1);
	assert_true(a.sent);
	assert_contains(s.other.last, "POST /a HTTP/1.1\r\n");
	assert_contains(s.other.last, "Authorization: Bearer x\r\n");
	assert_contains(s.other.last, "\r\n\r\n{\"a\":1}");
	assert_null(strstr(s.other.last, "Expect"));
	assert_null(strstr(s.other.last, "urlencoded"));
	side_close(&s);
}

/* Each row: a script, and what becomes of the call. */
static void
bad_answers_are_upstream_failures_with_a_code(void **state)
{
	static const struct {
		struct peer_script script;
		const char *code;
	} rows[] = {
		{ { SILENCE, "" }, "timeout" },
		{ { SAY_CLOSE, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n" },
		    "cut" },
		{ { SAY_CLOSE,
		      "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc" },
		    "cut" },
		{ { SAY_CLOSE,
		      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked"
		      "\r\n\r\n5\r\nab" },
		    "cut" },
		{ { SAY_CLOSE, "HTTP/1.1 200 O" }, "cut" },
		{ { SAY_CLOSE, "garbage without a head\n\n" }, "cut" },
		{ { SAY_CLOSE, " " }, "cut" },
		{ { FLOOD,
		      "HTTP/1.1 200 OK\r\nContent-Length: 10737418240"
		      "\r\n\r\n" },
		    "too_large" },
		{ { FLOOD, "HTTP/1.1 200 OK\r\n\r\n" }, "too_large" },
		{ { HEAD_FLOOD, "HTTP/1.1 200 OK\r\n" }, "too_large" },
		{ { DRIP, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\na" },
		    "timeout" },
	};
	struct side s;
	struct answer a;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(rows); i++) {
		struct peer_script script[2] = { rows[i].script, { 0 } };

		side_open(&s, script, true);
		struct call call = { .method = GET,
			.url = s.url,
			.timeout_ms = 700,
			.max_bytes = 100000 };
		must_fail(&s.cx, ERR_UPSTREAM, client_call(&s.cx, &call, &a));
		assert_string_equal(s.cx.code, rows[i].code);
		assert_true(a.sent);
		assert_int_equal(a.status, 0);
		assert_null(strstr(s.cx.why, "/a"));
		side_close(&s);
	}
}

static void
an_answer_that_inflates_is_stopped_at_its_limit(void **state)
{
	static char text[100000];
	struct peer_script script[2] = { { SAY_CLOSE, text }, { 0 } };
	struct side s;
	struct answer a;
	FILE *f;

	(void)state;
	script[0].n = (size_t)snprintf(text, sizeof(text),
	    "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n");
	f = popen("head -c 9000000 /dev/zero | gzip -9", "r");
	assert_non_null(f);
	script[0].n +=
	    fread(text + script[0].n, 1, sizeof(text) - script[0].n, f);
	pclose(f);
	assert_in_range(script[0].n, 1000, 90000);
	side_open(&s, script, true);
	struct call call = { .method = GET, .url = s.url };
	must_fail(&s.cx, ERR_UPSTREAM, client_call(&s.cx, &call, &a));
	assert_string_equal(s.cx.code, "too_large");
	assert_contains(s.other.last, "Accept-Encoding: gzip");
	call.max_bytes = 9000000;
	must(&s.cx, client_call(&s.cx, &call, &a));
	assert_int_equal(a.body.n, 9000000);
	side_close(&s);
}

static void
a_redirect_is_an_answer_like_any_other(void **state)
{
	const struct peer_script script[] = {
		{ SAY,
		    "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/b\r\n"
		    "Content-Length: 0\r\n\r\n" },
		{ 0 },
	};
	struct side s;
	struct answer a;

	(void)state;
	side_open(&s, script, true);
	struct call call = { .method = GET, .url = s.url };
	must(&s.cx, client_call(&s.cx, &call, &a));
	assert_int_equal(a.status, 302);
	assert_int_equal(s.other.requests, 1);
	side_close(&s);
}

static void
retry_after_is_read_in_every_form(void **state)
{
	static const struct {
		const char *value;
		int64_t s;
	} rows[] = { { "7", 7 }, { "2.0", 2 }, { "1.2", 2 }, { "0", 0 },
		{ "-1", -1 }, { "soon", -1 }, { "2.x", -1 }, { "", -1 },
		{ "Wed, 21 Oct 2015 07:28:00 GMT", 0 }, { "3600", 3600 },
		{ "3601", 3600 }, { "2147483647", 3600 },
		{ "Fri, 21 Oct 2095 07:28:00 GMT", 3600 } };
	char texts[COUNT_OF(rows)][200];
	struct peer_script script[COUNT_OF(rows) + 1] = { 0 };
	struct side s;
	struct answer a;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(rows); i++) {
		snprintf(texts[i], sizeof(texts[i]),
		    "HTTP/1.1 429 Slow\r\nContent-Length: 0\r\n"
		    "Retry-After: %s\r\n\r\n",
		    rows[i].value);
		script[i] = (struct peer_script){ SAY, texts[i] };
	}
	side_open(&s, script, true);
	for (i = 0; i < COUNT_OF(rows); i++) {
		struct call call = { .method = GET, .url = s.url };

		must(&s.cx, client_call(&s.cx, &call, &a));
		assert_int_equal(a.status, 429);
		assert_int_equal(a.retry_after_s, rows[i].s);
	}
	side_close(&s);
}

static void
connections_are_used_again(void **state)
{
	const struct peer_script script[] = { { SAY, OK_TEXT }, { 0 } };
	struct side s;
	struct answer a;
	int i;

	(void)state;
	side_open(&s, script, true);
	for (i = 0; i < 20; i++) {
		struct call call = { .method = GET, .url = s.url };

		must(&s.cx, client_call(&s.cx, &call, &a));
	}
	assert_int_equal(s.other.requests, 20);
	assert_int_equal(s.other.connections, 1);
	side_close(&s);
}

/* Handles are kept as they were set up: what one call had must not show in the
   next, in what is sent nor in what is read. */
static void
a_call_leaves_nothing_to_the_next(void **state)
{
	static const struct {
		enum method method;
		const char *body;
		const char *head; /* of what is sent */
		const char *end;
	} rows[] = {
		{ POST, "{1}", "POST /a HTTP/1.1\r\n", "\r\n\r\n{1}" },
		{ GET, NULL, "GET /a HTTP/1.1\r\n", "\r\n\r\n" },
		{ PUT, "{22}", "PUT /a HTTP/1.1\r\n", "\r\n\r\n{22}" },
		{ HEAD, NULL, "HEAD /a HTTP/1.1\r\n", "\r\n\r\n" },
		{ DELETE, NULL, "DELETE /a HTTP/1.1\r\n", "\r\n\r\n" },
		{ POST, NULL, "POST /a HTTP/1.1\r\n", "\r\n\r\n" },
		{ GET, NULL, "GET /a HTTP/1.1\r\n", "\r\n\r\n" },
	};
	const struct peer_script script[] = {
		{ SAY,
		    "HTTP/1.1 503 No\r\nRetry-After: 7\r\n"
		    "Content-Type: text/plain\r\nContent-Length: 3\r\n"
		    "\r\nno!" },
		{ SAY, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" }, { 0 }
	};
	struct side s;
	struct answer a;
	const char *last;
	size_t i;

	(void)state;
	side_open(&s, script, true);
	last = s.other.last;
	for (i = 0; i < COUNT_OF(rows); i++) {
		const unsigned char *p = (const unsigned char *)rows[i].body;
		struct call call = { .method = rows[i].method,
			.url = s.url,
			.body = { p, p ? strlen(rows[i].body) : 0 } };

		if (i == 0)
			call_header(&call, "Authorization", "Bearer x");
		must(&s.cx, client_call(&s.cx, &call, &a));
		assert_int_equal(a.status, i == 0 ? 503 : 200);
		assert_int_equal(a.retry_after_s, i == 0 ? 7 : -1);
		assert_int_equal(a.body.n, i == 0 ? 3 : 0);
		assert_int_equal(a.content_type != NULL, i == 0);
		assert_ptr_equal(strstr(last, rows[i].head), last);
		assert_string_equal(strstr(last, "\r\n\r\n"), rows[i].end);
		assert_int_equal(strstr(last, "Bearer") != NULL, i == 0);
		assert_int_equal(strstr(last, "Content-Length") != NULL,
		    rows[i].body != NULL || rows[i].method == POST);
	}
	assert_int_equal(s.other.connections, 1);
	side_close(&s);
}

static void
one_handle_asks_for_many_urls(void **state)
{
	const struct peer_script script[] = { { SAY, OK_TEXT }, { 0 } };
	static const char *const paths[] = { "a", "a", "b", "a", "b?c=d" };
	struct side s;
	struct answer a;
	size_t i;

	(void)state;
	side_open(&s, script, true);
	for (i = 0; i < COUNT_OF(paths); i++) {
		struct call call = { .method = GET,
			.url = arena_printf(s.cx.mem, "http://127.0.0.1:%d/%s",
			    s.other.port, paths[i]) };

		must(&s.cx, client_call(&s.cx, &call, &a));
		assert_contains(s.other.last,
		    arena_printf(s.cx.mem, "GET /%s HTTP/1.1\r\n", paths[i]));
	}
	assert_int_equal(s.other.connections, 1);
	side_close(&s);
}

static int
requests(struct side *s)
{
	return __atomic_load_n(&s->other.requests, __ATOMIC_SEQ_CST);
}

/* libcurl by itself sends again what a kept connection took without a word:
   they may have applied it. */
static void
a_change_whose_answer_is_lost_is_never_sent_again(void **state)
{
	static const enum method methods[] = { POST, PUT, PATCH, DELETE, GET };
	const struct peer_script script[] = { { SAY, OK_TEXT },
		{ SAY_CLOSE, "" }, { SAY, OK_TEXT }, { 0 } };
	struct side s;
	struct answer a;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(methods); i++) {
		side_open(&s, script, true);
		struct call first = { .method = GET, .url = s.url };
		struct call call = { .method = methods[i], .url = s.url };

		must(&s.cx, client_call(&s.cx, &first, &a));
		if (methods[i] == GET) {
			must(&s.cx, client_call(&s.cx, &call, &a));
			assert_int_equal(requests(&s), 3);
		} else {
			must_fail(&s.cx, ERR_UPSTREAM,
			    client_call(&s.cx, &call, &a));
			assert_string_equal(s.cx.code, "cut");
			assert_true(a.sent);
			assert_int_equal(requests(&s), 2);
		}
		side_close(&s);
	}
}

static void
nobody_there_is_unreachable_and_nothing_was_sent(void **state)
{
	struct side s;
	struct answer a;
	char url[64];

	(void)state;
	side_open(&s, (const struct peer_script[]){ { SAY, OK_TEXT }, { 0 } },
	    true);
	snprintf(url, sizeof(url), "http://127.0.0.1:1/");
	struct call call = { .method = POST, .url = url };
	must_fail(&s.cx, ERR_UPSTREAM, client_call(&s.cx, &call, &a));
	assert_string_equal(s.cx.code, "unreachable");
	assert_false(a.sent);
	side_close(&s);
}

static void
header_values_cannot_split_the_request(void **state)
{
	static const char *const values[] = { "a\r\nb: c", "a\nb", "\r", "\x01",
		"\x7f" };
	struct side s;
	size_t i;

	(void)state;
	side_open(&s, (const struct peer_script[]){ { SAY, OK_TEXT }, { 0 } },
	    true);
	for (i = 0; i < COUNT_OF(values); i++) {
		struct call call = { .method = GET, .url = s.url };

		call_header(&call, "X-A", values[i]);
		must_fail(&s.cx, ERR_INPUT, client_call(&s.cx, &call, NULL));
	}
	assert_int_equal(s.other.connections, 0);
	side_close(&s);
}

struct stopper {
	int stop;
	struct env *env;
	struct other *other;
	int64_t at_ms;
};

static void
stop_soon(void *arg)
{
	struct stopper *st = arg;

	while (__atomic_load_n(&st->other->requests, __ATOMIC_RELAXED) == 0)
		usleep(1000);
	st->at_ms = env_mono(st->env);
	__atomic_store_n(&st->stop, 1, __ATOMIC_RELAXED);
}

static void
the_stop_flag_ends_a_call_within_a_fifth_of_a_second(void **state)
{
	struct side s;
	struct answer a;
	struct stopper st = { 0 };
	struct thread *t;

	(void)state;
	side_open(&s, (const struct peer_script[]){ { SILENCE, "" }, { 0 } },
	    true);
	st.env = &s.env;
	st.other = &s.other;
	s.cx.stop = &st.stop;
	t = s.env.start(&s.env, "stopper", stop_soon, &st);
	struct call call = { .method = GET, .url = s.url };
	must_fail(&s.cx, ERR_UPSTREAM, client_call(&s.cx, &call, &a));
	s.env.join(&s.env, t);
	assert_string_equal(s.cx.code, "stopped");
	assert_true(a.sent);
	assert_true(env_mono(&s.env) - st.at_ms < 200);
	side_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_comes_with_what_we_ask_of_it),
		cmocka_unit_test(bad_answers_are_upstream_failures_with_a_code),
		cmocka_unit_test(
		    an_answer_that_inflates_is_stopped_at_its_limit),
		cmocka_unit_test(a_redirect_is_an_answer_like_any_other),
		cmocka_unit_test(retry_after_is_read_in_every_form),
		cmocka_unit_test(connections_are_used_again),
		cmocka_unit_test(a_call_leaves_nothing_to_the_next),
		cmocka_unit_test(one_handle_asks_for_many_urls),
		cmocka_unit_test(
		    a_change_whose_answer_is_lost_is_never_sent_again),
		cmocka_unit_test(
		    nobody_there_is_unreachable_and_nothing_was_sent),
		cmocka_unit_test(header_values_cannot_split_the_request),
		cmocka_unit_test(
		    the_stop_flag_ends_a_call_within_a_fifth_of_a_second),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
