/*
 * framing_test.c - requests that two readers may cut at two places.
 *
 * Most rows carry a second request where a laxer reader would see one.  What
 * must hold for all: one answer at the most, never "hello" (only the smuggled
 * request asks for it), and the connection closes.
 */
#include "lib/test.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "rig.h"

#define H "Host: a\r\n"
#define POST_ECHO "POST /echo HTTP/1.1\r\n" H
#define SMUGGLED "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"

struct row {
	const char *name;
	const char *text;
	int status; /* 0: any error, or closed without an answer */
	size_t n;   /* 0: text's length */
};

#define ROW_N(name, text, status)                                              \
	{                                                                      \
		name, text, status, sizeof(text) - 1                           \
	}

static const struct row bad[] = {
	/* two lengths, or none that is one */
	{ "two lengths",
	    POST_ECHO
	    "Content-Length: 0\r\nContent-Length: 34\r\n\r\n" SMUGGLED,
	    400 },
	{ "two lengths, larger first",
	    POST_ECHO
	    "Content-Length: 34\r\nContent-Length: 0\r\n\r\n" SMUGGLED,
	    400 },
	{ "the same length twice",
	    POST_ECHO "Content-Length: 0\r\nContent-Length: 0\r\n\r\n" SMUGGLED,
	    400 },
	{ "a list of lengths",
	    POST_ECHO "Content-Length: 0, 0\r\n\r\n" SMUGGLED, 400 },
	{ "length with plus", POST_ECHO "Content-Length: +0\r\n\r\n" SMUGGLED,
	    400 },
	{ "length with minus", POST_ECHO "Content-Length: -1\r\n\r\n" SMUGGLED,
	    400 },
	{ "length in hex", POST_ECHO "Content-Length: 0x0\r\n\r\n" SMUGGLED,
	    400 },
	{ "length with a point",
	    POST_ECHO "Content-Length: 0.0\r\n\r\n" SMUGGLED, 400 },
	{ "length with letters",
	    POST_ECHO "Content-Length: 0a\r\n\r\n" SMUGGLED, 400 },
	{ "empty length", POST_ECHO "Content-Length:\r\n\r\n" SMUGGLED, 400 },
	{ "blank length", POST_ECHO "Content-Length: \t\r\n\r\n" SMUGGLED,
	    400 },
	{ "trailing blank in length",
	    POST_ECHO "Content-Length: 0 \r\n\r\n" SMUGGLED, 400 },
	{ "length past 64 bits",
	    POST_ECHO "Content-Length: 18446744073709551619\r\n\r\n" SMUGGLED,
	    413 },
	{ "length past 63 bits",
	    POST_ECHO "Content-Length: 9223372036854775808\r\n\r\n" SMUGGLED,
	    400 },
	{ "blank before the colon",
	    POST_ECHO "Content-Length : 0\r\n\r\n" SMUGGLED, 400 },
	{ "tab before the colon",
	    POST_ECHO "Content-Length\t: 0\r\n\r\n" SMUGGLED, 400 },
	/* codings */
	{ "length and chunked",
	    POST_ECHO "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
		      "0\r\n\r\n" SMUGGLED,
	    400 },
	{ "chunked and length",
	    POST_ECHO "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"
		      "0\r\n\r\n" SMUGGLED,
	    400 },
	{ "unknown coding",
	    POST_ECHO "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" SMUGGLED,
	    400 },
	{ "gzip, chunked",
	    POST_ECHO
	    "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" SMUGGLED,
	    400 },
	{ "chunked, identity",
	    POST_ECHO
	    "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" SMUGGLED,
	    400 },
	{ "chunked twice",
	    POST_ECHO
	    "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"
	    "\r\n0\r\n\r\n" SMUGGLED,
	    400 },
	{ "chunked, then identity",
	    POST_ECHO
	    "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"
	    "\r\n0\r\n\r\n" SMUGGLED,
	    400 },
	{ "quoted coding",
	    POST_ECHO
	    "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n" SMUGGLED,
	    400 },
	{ "coding with trailing blank",
	    POST_ECHO "Transfer-Encoding: chunked \r\n\r\n0\r\n\r\n" SMUGGLED,
	    400 },
	{ "coding with vertical tab",
	    POST_ECHO "Transfer-Encoding: \vchunked\r\n\r\n0\r\n\r\n" SMUGGLED,
	    400 },
	{ "empty coding",
	    POST_ECHO "Transfer-Encoding:\r\n\r\n0\r\n\r\n" SMUGGLED, 400 },
	{ "coding with blank before the colon",
	    POST_ECHO "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" SMUGGLED,
	    400 },
	{ "chunked in HTTP/1.0",
	    "POST /echo HTTP/1.0\r\n" H
	    "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" SMUGGLED,
	    400 },
	/* chunks */
	{ "chunk size with plus",
	    POST_ECHO "Transfer-Encoding: chunked\r\n\r\n+0\r\n\r\n" SMUGGLED,
	    0 },
	{ "chunk size in 0x",
	    POST_ECHO "Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n" SMUGGLED,
	    0 },
	{ "chunk size overflows",
	    POST_ECHO "Transfer-Encoding: chunked\r\n\r\n"
		      "10000000000000000\r\n" SMUGGLED,
	    0 },
	{ "no chunk size",
	    POST_ECHO "Transfer-Encoding: chunked\r\n\r\n\r\n\r\n" SMUGGLED,
	    0 },
	{ "chunk longer than it says",
	    POST_ECHO
	    "Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n" SMUGGLED,
	    0 },
	/* lines and fields */
	{ "folded length",
	    POST_ECHO "Content-Length: 0\r\n 34\r\n\r\n" SMUGGLED, 400 },
	{ "folded coding",
	    POST_ECHO
	    "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n" SMUGGLED,
	    400 },
	{ "folded field", POST_ECHO "X-A: b\r\n\tc\r\n\r\n" SMUGGLED, 400 },
	{ "fold in the first field",
	    "GET /direct HTTP/1.1\r\n X: y\r\n" H "\r\n" SMUGGLED, 400 },
	{ "bare CR in a value",
	    POST_ECHO "X-A: b\rContent-Length: 34\r\n\r\n" SMUGGLED, 400 },
	{ "bare LF ends a field",
	    POST_ECHO "X-A: b\nContent-Length: 34\r\n\r\n" SMUGGLED, 400 },
	{ "bare LF ends the last field",
	    POST_ECHO "Content-Length: 34\n\r\n" SMUGGLED, 400 },
	{ "bare LF ends the head", POST_ECHO "Content-Length: 0\r\n\n" SMUGGLED,
	    400 },
	{ "bare LF ends the request line",
	    "POST /echo HTTP/1.1\n" H "\r\n" SMUGGLED, 400 },
	{ "two blanks before the version",
	    "GET /direct  HTTP/1.1\r\n" H "\r\n" SMUGGLED, 0 },
	{ "a blank behind the version",
	    "GET /direct HTTP/1.1 \r\n" H "\r\n" SMUGGLED, 0 },
	{ "bare LFs everywhere",
	    "POST /echo HTTP/1.1\nHost: a\nContent-Length: 34\n\n" SMUGGLED,
	    400 },
	ROW_N("NUL in a value",
	    "POST /echo HTTP/1.1\r\nHost: a\r\nX-A: b\0c\r\n\r\n" SMUGGLED,
	    400),
	ROW_N("NUL in the length",
	    POST_ECHO "Content-Length: 0\0"
		      "4\r\n\r\n" SMUGGLED,
	    400),
	ROW_N("NUL in a name", POST_ECHO "X\0A: b\r\n\r\n" SMUGGLED, 400),
	{ "control byte in a value", POST_ECHO "X-A: \x01\r\n\r\n" SMUGGLED,
	    400 },
	{ "DEL in a value", POST_ECHO "X-A: \x7f\r\n\r\n" SMUGGLED, 400 },
	{ "a name with a slash", POST_ECHO "X/A: b\r\n\r\n" SMUGGLED, 400 },
	{ "a name with parentheses", POST_ECHO "X(A): b\r\n\r\n" SMUGGLED,
	    400 },
	{ "a name in UTF-8", POST_ECHO "X-\xc3\xa4: b\r\n\r\n" SMUGGLED, 400 },
	{ "an empty name and value", POST_ECHO ":\r\n\r\n" SMUGGLED, 400 },
	{ "an empty name first",
	    "POST /echo HTTP/1.1\r\n: b\r\n" H "\r\n" SMUGGLED, 400 },
	{ "an empty name hides the length",
	    POST_ECHO ":\r\nContent-Length: 32\r\n\r\n" SMUGGLED, 400 },
	{ "an empty name", POST_ECHO ": b\r\n\r\n" SMUGGLED, 400 },
	{ "no colon", POST_ECHO "X-A\r\n\r\n" SMUGGLED, 400 },
	/* host, version, method, target */
	{ "no host", "GET /direct HTTP/1.1\r\n\r\n" SMUGGLED, 400 },
	{ "two hosts", "GET /direct HTTP/1.1\r\n" H H "\r\n" SMUGGLED, 400 },
	{ "two hosts in HTTP/1.0",
	    "GET /direct HTTP/1.0\r\n" H H "\r\n" SMUGGLED, 400 },
	{ "HTTP/2.0", "GET /direct HTTP/2.0\r\n" H "\r\n" SMUGGLED, 0 },
	{ "HTTP/1.2", "GET /direct HTTP/1.2\r\n" H "\r\n" SMUGGLED, 0 },
	{ "HTTP/1.10", "GET /direct HTTP/1.10\r\n" H "\r\n" SMUGGLED, 0 },
	{ "http/1.1", "GET /direct http/1.1\r\n" H "\r\n" SMUGGLED, 0 },
	{ "HTTP/0.9", "GET /direct\r\n" H "\r\n" SMUGGLED, 0 },
	{ "h2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" SMUGGLED, 0 },
	{ "unknown method", "BREW /direct HTTP/1.1\r\n" H "\r\n" SMUGGLED,
	    501 },
	{ "TRACE", "TRACE /direct HTTP/1.1\r\n" H "\r\n" SMUGGLED, 501 },
	{ "CONNECT", "CONNECT a:443 HTTP/1.1\r\n" H "\r\n" SMUGGLED, 501 },
	{ "lower-case method", "get /direct HTTP/1.1\r\n" H "\r\n" SMUGGLED,
	    501 },
	{ "absolute target",
	    "GET http://b/direct HTTP/1.1\r\n" H "\r\n" SMUGGLED, 400 },
	{ "no slash", "GET direct HTTP/1.1\r\n" H "\r\n" SMUGGLED, 400 },
	{ "blank in the target", "GET /direct x HTTP/1.1\r\n" H "\r\n" SMUGGLED,
	    400 },
	{ "tab in the target", "GET /direct\tx HTTP/1.1\r\n" H "\r\n" SMUGGLED,
	    400 },
	{ "fragment in the target",
	    "GET /direct#x HTTP/1.1\r\n" H "\r\n" SMUGGLED, 400 },
	{ "bad escape", "GET /dir%zzect HTTP/1.1\r\n" H "\r\n" SMUGGLED, 400 },
	{ "escaped NUL", "GET /direct%00 HTTP/1.1\r\n" H "\r\n" SMUGGLED, 400 },
	{ "escape that is no UTF-8",
	    "GET /direct%ff HTTP/1.1\r\n" H "\r\n" SMUGGLED, 400 },
	{ "overlong escape", "GET /direct%c0%af HTTP/1.1\r\n" H "\r\n" SMUGGLED,
	    400 },
	{ "raw UTF-8 in the target",
	    "GET /direct\xc3\xa4 HTTP/1.1\r\n" H "\r\n" SMUGGLED, 400 },
	{ "bad escape in the query",
	    "GET /direct?a=%z HTTP/1.1\r\n" H "\r\n" SMUGGLED, 400 },
};

static const struct row good[] = {
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
print_if(bool wrong, const struct row *r, const char *got)
{
	if (wrong)
		print_error("%s: got: %s\n", r->name, got);
}

static void
a_request_framed_in_two_ways_gets_one_refusal_and_no_more(void **state)
{
	struct rig rig;
	const struct row *r;
	char *got;
	bool closed;
	size_t i;
	int fd, wrong = 0, answers, status;

	(void)state;
	rig_start(&rig, &(struct server_conf){ .idle_ms = 500 });
	for (i = 0; i < COUNT_OF(bad); i++) {
		r = &bad[i];
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

static void
a_plain_request_is_served_and_the_connection_kept(void **state)
{
	struct rig rig;
	const struct row *r;
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
		cmocka_unit_test(pipelined_requests_are_answered_one_by_one),
		cmocka_unit_test(head_gives_the_length_and_no_body),
		cmocka_unit_test(
		    every_refusal_of_ours_is_a_problem_with_security_headers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
