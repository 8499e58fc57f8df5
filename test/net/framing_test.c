/*
 * framing_test.c - requests that two readers may cut at two places.
 *
 * What must hold for all bad rows: one answer at the most, never "hello" (only
 * the smuggled request asks for it), and the connection closes.
 */
#include "lib/test.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "framing_rows.h"
#include "net/guard.h"
#include "rig.h"

static const struct framing_row good[] = {
	{ "plain", "GET /direct HTTP/1.1\r\n" H "\r\n", 200 },
	{ "HTTP/1.0", "GET /direct HTTP/1.0\r\n\r\n", 200 },
	{ "name in any case",
	    "POST /echo HTTP/1.1\r\nhOST: a\r\ncontent-LENGTH: 2\r\n\r\nab",
	    200 },
	{ "chunked",
	    POST_ECHO "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n"
		      "\r\n",
	    200 },
	{ "Chunked",
	    POST_ECHO "Transfer-Encoding: Chunked\r\n\r\n2\r\nab\r\n0\r\n"
		      "\r\n",
	    200 },
	{ "trailer",
	    POST_ECHO "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n"
		      "X-T: v\r\n\r\n",
	    200 },
	{ "empty value", POST_ECHO "X-A:\r\nContent-Length: 2\r\n\r\nab", 200 },
	{ "value with tab and UTF-8",
	    POST_ECHO "X-A: a\tb \xc3\xa4\r\nContent-Length: 2\r\n\r\nab",
	    200 },
	{ "query with many forms",
	    "GET /direct?&a&b=&=c&a=%20+%C3%A4&&x[]=1 HTTP/1.1\r\n" H "\r\n",
	    200 },
	{ "unknown path", "GET /nowhere HTTP/1.1\r\n" H "\r\n", 404 },
	{ "wrong method", "DELETE /direct HTTP/1.1\r\n" H "\r\n", 405 },
	{ "options", "OPTIONS /direct HTTP/1.1\r\n" H "\r\n", 405 },
};

static void
print_if(bool wrong, const struct framing_row *r, const char *got)
{
	if (wrong)
		print_error("%s: got: %s\n", r->name, got);
}

static void
a_request_framed_in_two_ways_gets_one_refusal_and_no_more(void **state)
{
	struct rig rig;
	const struct framing_row *r;
	char *got;
	bool closed;
	size_t i;
	int fd, wrong = 0, answers, status;

	(void)state;
	assert_true(nframing_bad >= 100);
	rig_start(&rig, &(struct server_conf){ .idle_ms = 500 });
	for (i = 0; i < nframing_bad; i++) {
		r = &framing_bad[i];
		fd = raw_connect(rig.port);
		raw_send(fd, r->text, r->n > 0 ? r->n : strlen(r->text));
		got = raw_read(fd, 5000, &closed);
		answers = raw_count(got, "\r\nDate: ");
		if (answers == 2 && raw_count(got, "<b>Content-Length</b>"))
			answers = 1; /* libmicrohttpd's own, see server.h */
		status = raw_status(got);
		answers = !closed || answers > 1 ||
		    strstr(got, "hello") != NULL ||
		    (r->status != 0 ? status != r->status
				    : status > 0 && status < 400);
		print_if(answers, r, got);
		wrong += answers;
		mem_free(got);
		close(fd);
	}
	assert_int_equal(wrong, 0);
	rig_stop(&rig, 1000);
}

/* Some of these no parser lets through today; a later one may. */
static void
what_no_parser_should_let_through_is_refused_all_the_same(void **state)
{
	static const struct wire_field bad[] = {
		{ "X\0A", 3, "1", 1 },
		{ "", 0, "1", 1 },
		{ "Content-Length", 14, "", 0 },
		{ "Content-Length", 14, "1234567890123456789", 19 },
	};
	struct cx *cx = *state;
	struct wire w = { .version = "HTTP/1.1" };
	size_t i;

	for (i = 0; i < COUNT_OF(bad); i++) {
		w.fields[0] = (struct wire_field){ "Host", 4, "a", 1 };
		w.fields[1] = bad[i];
		w.nfields = 2;
		must_fail(cx, ERR_INPUT, guard_check(cx, &w));
		assert_string_equal(cx->code, "bad_request");
	}
	w.nfields = 1;
	must(cx, guard_check(cx, &w));
	assert_int_equal(guard_length(&w), -1);
}

static void
a_plain_request_is_served_and_the_connection_kept(void **state)
{
	struct rig rig;
	const struct framing_row *r;
	char *got;
	size_t i;
	int fd, wrong = 0;

	(void)state;
	rig_start(&rig, &(struct server_conf){ 0 });
	for (i = 0; i < COUNT_OF(good); i++) {
		r = &good[i];
		fd = raw_connect(rig.port);
		raw_send(fd, r->text, strlen(r->text));
		got = raw_reply(fd);
		print_if(raw_status(got) != r->status, r, got);
		wrong += raw_status(got) != r->status;
		mem_free(got);
		close(fd);
	}
	assert_int_equal(wrong, 0);
	rig_stop(&rig, 1000);
}

/* What comes in one write is two requests, answered in order. */
static void
pipelined_requests_are_answered_one_by_one(void **state)
{
	struct rig rig;
	char *got;
	bool closed;
	int fd;

	(void)state;
	rig_start(&rig, &(struct server_conf){ 0 });
	fd = raw_connect(rig.port);
	raw_text(fd,
	    POST_ECHO
	    "Content-Length: 3\r\n\r\nabc" SMUGGLED
	    "GET /direct HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
	got = raw_read(fd, 5000, &closed);
	assert_true(closed);
	assert_int_equal(raw_count(got, "HTTP/1.1 200"), 3);
	assert_int_equal(raw_count(got, "hello"), 2);
	assert_contains(got, "abc");
	mem_free(got);
	close(fd);
	rig_stop(&rig, 1000);
}

static void
head_gives_the_length_and_no_body(void **state)
{
	struct rig rig;
	char *got;
	bool closed;
	int fd;

	(void)state;
	rig_start(&rig, &(struct server_conf){ 0 });
	fd = raw_connect(rig.port);
	raw_text(fd, "HEAD /hello HTTP/1.1\r\nConnection: close\r\n" H "\r\n");
	got = raw_read(fd, 5000, &closed);
	assert_true(closed);
	assert_int_equal(raw_status(got), 200);
	assert_contains(got, "Content-Length: 5\r\n");
	assert_null(strstr(got, "hello"));
	mem_free(got);
	close(fd);
	rig_stop(&rig, 1000);
}

static void
every_refusal_of_ours_is_a_problem_with_security_headers(void **state)
{
	static const char *const requests[] = {
		"GET /direct HTTP/1.1\r\n\r\n",
		"BREW /direct HTTP/1.1\r\n" H "\r\n",
		"GET /nowhere HTTP/1.1\r\n" H "\r\n",
		"PUT /direct HTTP/1.1\r\n" H "\r\n",
		"GET /broken HTTP/1.1\r\n" H "\r\n",
		POST_ECHO "Content-Length: 99999999\r\n\r\n",
	};
	struct rig rig;
	char *got;
	size_t i;
	int fd;

	(void)state;
	rig_start(&rig, &(struct server_conf){ 0 });
	for (i = 0; i < COUNT_OF(requests); i++) {
		fd = raw_connect(rig.port);
		raw_text(fd, requests[i]);
		got = raw_reply(fd);
		assert_contains(got, "X-Content-Type-Options: nosniff");
		assert_contains(got, "Referrer-Policy: no-referrer");
		assert_contains(got, "Cache-Control: no-store");
		assert_contains(got, "Content-Security-Policy: default-src");
		assert_contains(got, "application/problem+json");
		assert_contains(got, "\"code\":");
		assert_null(strstr(got, "secret"));
		mem_free(got);
		close(fd);
	}
	rig_stop(&rig, 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_request_framed_in_two_ways_gets_one_refusal_and_no_more),
		cmocka_unit_test(
		    a_plain_request_is_served_and_the_connection_kept),
		TEST(what_no_parser_should_let_through_is_refused_all_the_same),
		cmocka_unit_test(pipelined_requests_are_answered_one_by_one),
		cmocka_unit_test(head_gives_the_length_and_no_body),
		cmocka_unit_test(
		    every_refusal_of_ours_is_a_problem_with_security_headers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
