/* body.c - documents at rest: sealed, and bound to their ledger row. */
#include "shopify/body.h"

#include <inttypes.h>

#include "base/arena.h"
#include "base/crypt.h"
#include "base/field.h"
#include "db/db.h"
#include "gen/sql.h"

static const char *
place(struct cx *cx, int64_t ledger)
{
	return arena_printf(cx->mem, "ledger_body:%" PRId64, ledger);
}

enum err
body_set(struct cx *cx, int64_t ledger, const char *text)
{
	struct bytes sealed = crypt_seal_text(cx, place(cx, ledger), text);

	return db_exec(cx, SQL_ORDERBODY_SET, V(ledger), V(sealed), V(cx->now));
}

enum err
body_drop(struct cx *cx, int64_t ledger)
{
	return db_exec(cx, SQL_ORDERBODY_DROP, V(ledger));
}

struct body_row {
	struct bytes body;
};

static const struct field body_fields[] = {
	F_BYTES(struct body_row, body),
	F_END,
};

enum err
body_find(struct cx *cx, int64_t ledger, const char **text)
{
	struct body_row row;
	enum err e;

	e = db_one(cx, SQL_ORDERBODY_FIND, body_fields, &row, V(ledger));
	if (e != OK)
		return e;
	return crypt_open_text(cx, place(cx, ledger), row.body, text);
}
