/*
 * sqlstate.c - a state, or the class it begins with; the first row that fits.
 */
#include "db/sqlstate.h"

#include <string.h>

static const struct {
	const char *state;
	enum err e;
} rows[] = {
	{ "23505", ERR_CONFLICT }, /* unique */
	/* the row it points to has gone meanwhile, or is pointed to */
	{ "23503", ERR_CONFLICT },
	{ "40001", ERR_BUSY },  /* lost a race */
	{ "40P01", ERR_BUSY },  /* deadlock */
	{ "55P03", ERR_BUSY },  /* lock_timeout */
	{ "57014", ERR_BUSY },  /* statement_timeout */
	{ "22", ERR_BUG },      /* a value of the wrong shape */
	{ "23", ERR_BUG },      /* NOT NULL, CHECK */
	{ "25P03", ERR_STORE }, /* stood still in a transaction: hung up on */
	{ "25", ERR_BUG },      /* not in a transaction, or in a failed one */
	{ "42", ERR_BUG },      /* no such table, syntax */
	{ "", ERR_STORE },
};

enum err
sqlstate_err(const char *state)
{
	size_t i = 0;

	while (strncmp(rows[i].state, state, strlen(rows[i].state)) != 0)
		i++;
	return rows[i].e;
}
