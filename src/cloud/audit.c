/*
 * audit.c - who did what to accounts, tokens and connectors.
 */
#include "cloud/audit.h"

#include <inttypes.h>

#include "base/arena.h"
#include "base/when.h"
#include "cloud/who.h"
#include "db/db.h"
#include "gen/sql.h"
#include "queue/row.h"

#define KEEP_MS (400 * DAY_MS)

static const struct field audit_fields[] = {
	F_INT(struct audit, id, 1, INT64_MAX),
	F_WHEN(struct audit, at),
	F_TEXT(struct audit, who, 1, 254),
	F_TEXT(struct audit, kind, 1, 64),
	F_TEXT(struct audit, text, 1, 1000),
	F_END,
};

enum err
audit_add(struct cx *cx, const char *who, const char *kind, const char *text)
{
	return db_exec(cx, SQL_AUDIT_INSERT, V(cx->now), V(who), V(kind),
	    V(text));
}

const char *
audit_name(struct cx *cx, const struct who *w)
{
	if (w->email != NULL)
		return w->email;
	return arena_printf(cx->mem, "API token %" PRId64, w->api_token);
}

enum err
audit_list(struct cx *cx, int64_t before, const char *kind, int64_t limit,
    struct audit **list, size_t *n)
{
	return db_list(cx, SQL_AUDIT_LIST, audit_fields, list, n, V(before),
	    V(kind), V(limit));
}

enum err
audit_trim(struct cx *cx)
{
	return trim_slices(cx, &SQL_AUDIT_TRIM, cx->now - KEEP_MS);
}
