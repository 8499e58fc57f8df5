/*
 * pg_why_test.c - what a connection that failed is told as.
 */
#include "db/pg_why.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "db/db.h"
#include "lib/program.h"

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
	{ AT "FATAL:  role \"ann\" is not permitted to log in\n",
	    "not permitted", "ALTER ROLE USER LOGIN" },
	{ AT "FATAL:  database \"shop\" is not currently accepting "
	     "connections\n",
	    "not currently accepting", "ALLOW_CONNECTIONS" },
	{ "local user with ID 4711 does not exist\n", "ID 4711",
	    "postgresql://USER@HOST" },
	{ "invalid port number: \"99999\"\n", "\"99999\"", "1 to 65535" },
	{ "invalid sslmode value: \"requir\"\n", "\"requir\"",
	    "correct it in --database" },
	{ "definition of service \"x\" not found\n", "service \"x\"",
	    "pg_service.conf" },
	{ "could not parse network address \"foo\": Name or service not "
	  "known\n",
	    "\"foo\"", "hostaddr" },
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

#define V6 "connection to server at \"::1\", port 7711 failed: "
#define V4 "connection to server at \"127.0.0.1\", port 7711 failed: "
#define IS_IT "\tIs the server running on that host?\n"

/* Of several hosts the line that says most, and the cure of that one. */
static const struct {
	const char *said, *shown, *cure;
} several[] = {
	{ V6 "Connection refused\n" IS_IT V4
	     "FATAL:  password authentication failed for user \"ann\"\n",
	    "\"127.0.0.1\", port 7711 failed: FATAL:  password",
	    "correct user and password" },
	{ V6 "FATAL:  the database system is starting up\n" V4
	     "Connection refused\n" IS_IT,
	    "\"::1\", port 7711 failed: FATAL:  the database",
	    "wait until it has started" },
	{ V6 "Connection refused\n" IS_IT V4 "timeout expired\n",
	    "\"127.0.0.1\", port 7711 failed: timeout", "firewall" },
	{ "could not translate host name \"no\" to address: Name or service "
	  "not known\n" V4 "Connection refused\n" IS_IT,
	    "\"127.0.0.1\", port 7711 failed: Connection refused",
	    "start PostgreSQL" },
};

static void
of_several_hosts_one_is_told_with_its_own_cure(void **state)
{
	struct cx *cx = *state;
	size_t i;

	for (i = 0; i < COUNT_OF(several); i++) {
		must_fail(cx, ERR_STORE,
		    pg_why_refused(cx, URL, several[i].said));
		assert_contains(cx->why, several[i].shown);
		assert_contains(cx->why, several[i].cure);
		assert_int_equal(strstr(cx->why, "::1") != NULL,
		    strstr(several[i].shown, "::1") != NULL);
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
	{ "postgresql://ann:s3c@r/et@db/shop",
	    "could not translate host name \"r\" to address: Name or service "
	    "not known\n" },
	{ "postgresql://ann@corp:s3c@db/shop",
	    "invalid integer value \"s3c@db\" for connection option "
	    "\"port\"\n" },
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
		assert_null(strstr(cx->why, "cannot read"));
		assert_null(strstr(cx->why, "s3c"));
		assert_null(strstr(cx->why, "ret"));
	}
}

static void
a_url_that_is_whole_is_quoted(void **state)
{
	static const char *const urls[] = { URL, "postgresql:///shop",
		"postgresql://db", "postgresql://db/shop?user=ann@x",
		"postgresql://ann:s3?c@db/shop?host=/run",
		"postgresql://ann@127.0.0.1:7711/b@c", "postgresql://db/b@c" };
	struct cx *cx = *state;
	size_t i;

	for (i = 0; i < COUNT_OF(urls); i++) {
		must_fail(cx, ERR_STORE,
		    pg_why_refused(cx, urls[i], AT "Connection refused\n"));
		assert_contains(cx->why, "Connection refused; start");
	}
}

/* As for a statement. */
static const struct {
	const char *state, *said, *cure;
	enum err e;
} rights[] = {
	{ "42501", "permission denied for schema public",
	    "the owner of that database", ERR_BUG },
	{ "42501", "permission denied for table job", "REASSIGN OWNED",
	    ERR_BUG },
	{ "42501", "must be owner of table job", "--no-owner", ERR_BUG },
	{ "42P01", "no such table", "add: no such table (PostgreSQL 42P01)",
	    ERR_BUG },
	{ "22003", "s3cret is no number", "a value does not fit", ERR_BUG },
	{ "57P01", NULL, "add:  (PostgreSQL 57P01)", ERR_STORE },
};

static void
a_right_that_is_missing_says_whose(void **state)
{
	struct cx *cx = *state;
	size_t i;

	for (i = 0; i < COUNT_OF(rights); i++) {
		must_fail(cx, rights[i].e,
		    pg_why_failed(cx, rights[i].state, rights[i].said, "add"));
		assert_contains(cx->why, rights[i].cure);
		assert_null(strstr(cx->why, "s3cret"));
	}
}

/* --- a server that lets in, and then does not --- */

static const char welcome[] = "R\0\0\0\x08\0\0\0\0"
			      "S\0\0\0\x18server_version\00015.0\0"
			      "S\0\0\0\x19server_encoding\0UTF8\0"
			      "Z\0\0\0\x05I";
static const char farewell[] = "E\0\0\0\x39SFATAL\0VFATAL\0C08P01\0"
			       "Mserver login has been failing\0";

static void
be_bouncer(int door)
{
	char some[1024];
	int fd = accept(door, NULL, NULL);

	if (read(fd, some, sizeof(some)) > 0 &&
	    write(fd, welcome, sizeof(welcome) - 1) > 0 &&
	    read(fd, some, sizeof(some)) > 0 &&
	    write(fd, farewell, sizeof(farewell)) > 0)
		close(fd);
	_exit(0);
}

static void
a_first_statement_that_is_refused_is_no_wrong_address(void **state)
{
	struct cx *cx = *state;
	struct db_conf c = { 0 };
	struct db *db;
	int port, door = program_listening(&port);
	pid_t pid = fork();

	if (pid == 0)
		be_bouncer(door);
	c.url = arena_printf(cx->mem,
	    "postgresql://ann:s3cret@127.0.0.1:%d/b?sslmode=disable&"
	    "gssencmode=disable",
	    port);
	must_fail(cx, ERR_STORE, db_open(cx, &c, &db));
	assert_int_equal(program_ended(pid), 0);
	close(door);
	assert_string_equal(cx->why,
	    "connect: PostgreSQL: FATAL:  server login has been failing");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_refusal_says_what_to_check),
		TEST(of_several_hosts_one_is_told_with_its_own_cure),
		TEST(a_password_that_breaks_the_url_is_not_quoted),
		TEST(a_url_that_is_whole_is_quoted),
		TEST(a_right_that_is_missing_says_whose),
		TEST(a_first_statement_that_is_refused_is_no_wrong_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
