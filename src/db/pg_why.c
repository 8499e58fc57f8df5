/*
 * pg_why.c - the first row that fits.
 *
 * libpq gives no code for a connection that failed, only words; the server's
 * own may be in another language.  Then the last row is true too.
 */
#include "db/pg_why.h"

#include <string.h>

#include "base/text.h"

static const struct {
	const char *part, *cure;
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
	    "--database" },
	{ "FATAL:  role ",
	    "make that user (createuser --pwprompt USER), or correct it in "
	    "--database" },
	{ "but SSL was required", "turn its ssl on, or take sslmode away" },
	{ "too many clients",
	    "raise its max_connections, or stop who else is connected" },
	{ "remaining connection slots",
	    "raise its max_connections, or stop who else is connected" },
	{ "the database system is ", "wait until it has started, then again" },
	{ "",
	    "see that PostgreSQL runs, that --database names its host, port "
	    "and database, and that user and password are right" },
};

static int
first_line(const char *said)
{
	return (int)strcspn(said, "\n");
}

/* libpq takes what is behind the first '@' or '/' for the host or database;
   with one more '@' it was still the password. */
static bool
is_cut_short(const char *url)
{
	const char *at = strstr(url, "://");

	if (at == NULL)
		return true;
	at += strlen("://");
	at += strcspn(at, "@/");
	if (*at != '\0')
		at++;
	return at[strcspn(at, "@?")] == '@';
}

/* Of a URL that it could not read, it says so in other words than these. */
static bool
has_tried(const char *said)
{
	return text_starts(said, "connection to server ") ||
	    text_starts(said, "could not translate host name ");
}

enum err
pg_why_refused(struct cx *cx, const char *url, const char *said)
{
	size_t i = 0;

	if (is_cut_short(url) || !has_tried(said))
		return cx_fail(cx, ERR_STORE,
		    "--database: PostgreSQL cannot read it, or does not know "
		    "an option in it; expected "
		    "postgresql://USER:PASSWORD@HOST:PORT/NAME, in which @ / : "
		    "and %% of a password are written %%40 %%2F %%3A and %%25");
	while (strstr(said, cures[i].part) == NULL)
		i++;
	return cx_fail(cx, ERR_STORE, "--database: %.*s; %s", first_line(said),
	    said, cures[i].cure);
}

enum err
pg_why_lost(struct cx *cx, const char *what, const char *said)
{
	return cx_fail(cx, ERR_STORE, "%s: PostgreSQL: %.*s", what,
	    first_line(said), said);
}

const char *
pg_why_cure(const char *state)
{
	/* PostgreSQL 15 lets only its owner make tables in a database. */
	if (text_equal(state, "42501"))
		return "; make the user of --database the owner of that "
		       "database";
	return "";
}
