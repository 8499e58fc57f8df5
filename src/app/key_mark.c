/* key_mark.c - one sealed word in the database. */
#include "app/key_mark.h"

#include "base/arena.h"
#include "base/crypt.h"
#include "base/field.h"
#include "db/db.h"
#include "gen/sql.h"
#include "queue/row.h"

static const char where[] = "key_mark";

struct mark {
	struct bytes seal;
};

static const struct field mark_fields[] = {
	F_BYTES(struct mark, seal),
	F_END,
};

static enum err
find(struct cx *cx, struct mark *mark, bool *found)
{
	enum err e = db_one(cx, SQL_KEY_MARK_FIND, mark_fields, mark);

	*found = e == OK;
	return e == ERR_MISSING ? OK : e;
}

enum err
key_mark_find(struct cx *cx, bool *found)
{
	struct mark mark;

	return find(cx, &mark, found);
}

enum err
key_mark_check(struct cx *cx, const char *file)
{
	struct mark mark;
	const char *word;
	bool found;
	enum err e;

	if ((e = find(cx, &mark, &found)) != OK || !found)
		return e;
	if (crypt_open_text(cx, where, mark.seal, &word) == OK)
		return OK;
	return cx_fail_code(cx, ERR_STORE, "key_missing",
	    "%s: not the key that this database's secrets are sealed with: "
	    "put your copy of it there",
	    file);
}

static enum err
renew_body(struct cx *cx, void *file)
{
	enum err e = key_mark_check(cx, file);

	if (e != OK)
		return e;
	return db_exec(cx, SQL_KEY_MARK_SET,
	    V(crypt_seal_text(cx, where, "in order")));
}

enum err
key_mark_renew(struct cx *cx, const char *file)
{
	return tx_join(cx, renew_body, arena_text(cx->mem, file));
}
