/*
 * pg_why_test.c - what a connection that failed is told as.
 */
#include "db/pg_why.h"

#include <string.h>

#include "base/arena.h"
#include "lib/test.h"

#define URL "postgresql://ann:s3cret@db.example:5432/shop"
#define AT "connection to server at \"db.example\", port 5432 failed: "

struct refusal {
	const char *said, *shown, *cure;
};

/* As libpq 15 says it. */
static const struct refusal refusals[] = {
	{ AT "Connection refused\n\tIs the server running on that host?\n",
	    "port 5432 failed: Connection refused; ", "start PostgreSQL" },
	{ "connection to server on socket \"/run/.s.PGSQL.5432\" failed: "
	  "No such file or directory\n\tIs the server running?\n",
	    "No such file", "give its host" },
	{ AT "timeout expired\n", "timeout expired", "firewall" },
	{ "could not translate host name \"db.example\" to address: Name or "
	  "service not known\n",
	    "\"db.example\"", "correct the host" },
	{ AT "FATAL:  password authentication failed for user \"ann\"\n",
	    "for user \"ann\"", "correct user and password" },
	{ AT "fe_sendauth: no password supplied\n", "no password supplied",
	    "PGPASSWORD" },
	{ AT "FATAL:  database \"shop\" does not exist\n", "\"shop\"",
	    "createdb --owner" },
	{ AT "FATAL:  role \"ann\" does not exist\n", "\"ann\"", "createuser" },
	{ AT "FATAL:  no pg_hba.conf entry for host \"10.0.0.1\", user "
	     "\"ann\", database \"shop\", no encryption\n",
	    "10.0.0.1", "in the server's pg_hba.conf" },
	{ AT "FATALE:  il database \"shop\" non esiste\n", "non esiste",
	    "see that PostgreSQL runs" },
};

static void
a_refusal_says_what_to_check(void **state)
{
	struct cx *cx = *state;
	size_t i;

	for (i = 0; i < COUNT_OF(refusals); i++) {
		must_fail(cx, ERR_STORE,
		    pg_why_refused(cx, URL, refusals[i].said));
		assert_contains(cx->why, "--database: ");
		assert_contains(cx->why, refusals[i].shown);
		assert_contains(cx->why, refusals[i].cure);
		assert_null(strstr(cx->why, "s3cret"));
		assert_null(strchr(cx->why, '\n'));
	}
}

/* A password with a sign in it that ends it, and what libpq 15 says then. */
static const struct {
	const char *url, *said;
} odd[] = {
	{ "postgresql://ann:s3c@ret@db/shop",
	    "could not translate host name \"ret@db\" to address: Name or "
	    "service not known\n" },
	{ "postgresql://ann:s3c/ret@db/shop",
	    "invalid integer value \"s3c\" for connection option \"port\"\n" },
	{ "postgresql://ann:53/ret@db/shop", AT "Connection refused\n" },
	{ "postgresql://ann:s3c%ret@db/shop",
	    "invalid percent-encoded token: \"s3c%ret\"\n" },
	{ "postgresql://[ann:s3cret@db/shop",
	    "end of string reached when looking for matching \"]\" in IPv6 "
	    "host address in URI: \"postgresql://[ann:s3cret@db/shop\"\n" },
	{ "postgresql://db/shop?s3cret",
	    "missing key/value separator \"=\" in URI query parameter: "
	    "\"s3cret\"\n" },
};

static void
a_password_that_breaks_the_url_is_not_quoted(void **state)
{
	struct cx *cx = *state;
	size_t i;

	for (i = 0; i < COUNT_OF(odd); i++) {
		must_fail(cx, ERR_STORE,
		    pg_why_refused(cx, odd[i].url, odd[i].said));
		assert_contains(cx->why, "--database: ");
		assert_contains(cx->why, "%40 %2F %3A and %25");
		assert_null(strstr(cx->why, "s3c"));
		assert_null(strstr(cx->why, "ret"));
	}
}

static void
a_url_that_is_whole_is_quoted(void **state)
{
	static const char *const urls[] = { URL, "postgresql:///shop",
		"postgresql://db", "postgresql://db/shop?user=ann@x",
		"postgresql://ann:s3?c@db/shop?host=/run" };
	struct cx *cx = *state;
	size_t i;

	for (i = 0; i < COUNT_OF(urls); i++) {
		must_fail(cx, ERR_STORE,
		    pg_why_refused(cx, urls[i], AT "Connection refused\n"));
		assert_contains(cx->why, "Connection refused; start");
	}
}

static void
a_right_that_is_missing_says_whose(void **state)
{
	(void)state;
	assert_contains(pg_why_cure("42501"), "the owner");
	assert_string_equal(pg_why_cure("42P01"), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_refusal_says_what_to_check),
		TEST(a_password_that_breaks_the_url_is_not_quoted),
		TEST(a_url_that_is_whole_is_quoted),
		TEST(a_right_that_is_missing_says_whose),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
