/*
 * pg_why.c - the line that says most, and the first row that fits it.
 *
 * Of several hosts or addresses libpq tells what became of each, a line or two
 * a host: the cure of one is none for another.
 *
 * libpq gives no code for a connection that failed, only words; the server's
 * own may be in another language.  Then the last row is true too.
 */
#include "db/pg_why.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "db/sqlstate.h"

enum { VERSION_MIN = 150000 };

static const struct {
	const char *part, *cure;
	const char *also; /* a second part that must stand there; NULL: none */
} cures[] = {
	{ "Connection refused",
	    "start PostgreSQL, or correct host and port in --database" },
	{ "No such file or directory", /* the socket */
	    "start PostgreSQL, or give its host in --database" },
	{ "timeout expired",
	    "see that host and port in --database are right, and that no "
	    "firewall is between" },
	{ "could not translate host name", "correct the host in --database" },
	{ "password authentication failed",
	    "correct user and password: in --database, PGPASSWORD or "
	    "~/.pgpass" },
	{ "no password supplied",
	    "give the user's password: in --database, PGPASSWORD or "
	    "~/.pgpass" },
	{ "Peer authentication failed",
	    "over the socket the user must be the system's own: give a host in "
	    "--database, or that user" },
	{ "no pg_hba.conf entry",
	    "let this host and user into that database in the server's "
	    "pg_hba.conf" },
	{ "FATAL:  database ",
	    "make it (createdb --owner USER NAME), or correct the name in "
	    "--database",
	    " does not exist" },
	{ "FATAL:  role ",
	    "make that user (createuser --pwprompt USER), or correct it in "
	    "--database",
	    " does not exist" },
	{ "not permitted to log in",
	    "let it (ALTER ROLE USER LOGIN), or give another user in "
	    "--database" },
	{ "not currently accepting connections",
	    "let it (ALTER DATABASE NAME ALLOW_CONNECTIONS true), or correct "
	    "the name in --database" },
	{ "but SSL was required", "turn its ssl on, or take sslmode away" },
	{ "too many clients",
	    "raise its max_connections, or stop who else is connected" },
	{ "remaining connection slots",
	    "raise its max_connections, or stop who else is connected" },
	{ "local user with ID ",
	    "name the user in --database: postgresql://USER@HOST/NAME" },
	{ "local user ID ",
	    "name the user in --database: postgresql://USER@HOST/NAME" },
	{ "invalid port number", "give one from 1 to 65535 in --database" },
	{ "invalid sslmode value", "correct it in --database or PGSSLMODE" },
	{ "definition of service ",
	    "name one of pg_service.conf, or give host and database in "
	    "--database" },
	{ "service file ",
	    "put it there, or give host and database in --database" },
	{ "could not parse network address ",
	    "give a number as hostaddr, or the name as host" },
	{ "the database system is ", "wait until it has started, then again" },
	{ "",
	    "see that PostgreSQL runs, that --database names its host, port "
	    "and database, and that user and password are right" },
};

/* libpq takes what is behind the first '@' or '/' for the host or database;
   with one more '@' it was still the password, if there was a ':' before, or
   comes one before the next '/'. */
static bool
is_cut_short(const char *url)
{
	const char *at = strstr(url, "://");
	bool secret;

	if (at == NULL)
		return true;
	at += strlen("://");
	secret = at[strcspn(at, ":@/")] == ':';
	at += strcspn(at, "@/");
	if (*at == '/' && !secret)
		return false;
	if (*at != '\0')
		at++;
	return at[strcspn(at, secret ? "@?" : "@/?")] == '@';
}

/* What may be shown: it begins so, and quotes no more than a host, a port or an
   option's value.  Of a URL that it cannot read libpq quotes all. */
static bool
is_plain(const char *line)
{
	static const char *const starts[] = { "connection to server ",
		"could not translate host name ", "local user with ID ",
		"could not look up local user ID ", "invalid port number",
		"invalid sslmode value", "definition of service ",
		"service file ", "could not parse network address " };
	size_t i;

	for (i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		if (text_starts(line, starts[i]))
			return true;
	}
	return false;
}

/* A server that answered knows more than one that did not. */
static int
rank_of(const char *line)
{
	if (strstr(line, "FATAL:") != NULL)
		return 2;
	return text_starts(line, "connection to server ") ? 1 : 0;
}

/* The last of those that say most: libpq tries no further host then. */
static const char *
line_of(struct arena *mem, const char *said)
{
	const char *best = "";
	char **lines;
	size_t n = text_split(mem, said, '\n', &lines), i;

	for (i = 0; i < n; i++) {
		if (i == 0 ||
		    (rank_of(lines[i]) > 0 &&
			rank_of(lines[i]) >= rank_of(best)))
			best = lines[i];
	}
	return best;
}

static bool
fits(const char *line, size_t i)
{
	return strstr(line, cures[i].part) != NULL &&
	    (cures[i].also == NULL || strstr(line, cures[i].also) != NULL);
}

enum err
pg_why_refused(struct cx *cx, const char *url, const char *said)
{
	const char *line = line_of(cx->mem, said);
	size_t i = 0;

	if (is_cut_short(url) || !is_plain(line))
		return cx_fail(cx, ERR_STORE,
		    "--database: no connection, and what PostgreSQL's library "
		    "says of it may quote the password: see that it reads "
		    "postgresql://USER:PASSWORD@HOST:PORT/NAME, in which "
		    "@ / : and %% of a password are written %%40 %%2F %%3A and "
		    "%%25, and that its options are spelt right");
	while (!fits(line, i))
		i++;
	return cx_fail(cx, ERR_STORE, "--database: %s; %s", line,
	    cures[i].cure);
}

enum err
pg_why_unfit(struct cx *cx, int version, const char *encoding)
{
	if (version < VERSION_MIN)
		return cx_fail(cx, ERR_STORE,
		    "PostgreSQL 15 or newer is needed, this is %d",
		    version / 10000);
	if (text_equal(encoding, "UTF8"))
		return OK;
	return cx_fail(cx, ERR_STORE,
	    "the database must be in UTF8, not %s: createdb -E UTF8",
	    encoding != NULL ? encoding : "another encoding");
}

enum err
pg_why_lost(struct cx *cx, const char *what, const char *said)
{
	return cx_fail(cx, ERR_STORE, "%s: PostgreSQL: %.*s", what,
	    (int)strcspn(said, "\n"), said);
}

/* "; what to do", or "". */
static const char *
cure_of(const char *state, const char *why)
{
	if (!text_equal(state, "42501"))
		return "";
	/* PostgreSQL 15 lets only its owner make tables in a database. */
	if (strstr(why, "schema public") != NULL)
		return "; make the user of --database the owner of that "
		       "database";
	/* as after a pg_restore by another; what the superuser has is not
	   reassigned as a whole */
	return "; its tables must belong to the user of --database: REASSIGN "
	       "OWNED, or pg_restore again with --no-owner --role=USER";
}

enum err
pg_why_failed(struct cx *cx, const char *state, const char *why,
    const char *what)
{
	if (why == NULL)
		why = "";
	if (text_starts(state, "22")) /* these quote the value */
		why = "a value does not fit";
	return cx_fail(cx, sqlstate_err(state), "%s: %s (PostgreSQL %s)%s",
	    what, why, state, cure_of(state, why));
}
