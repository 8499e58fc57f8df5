/*
 * setup.c - the one-time set-up link.
 */
#include "cloud/audit.h"
#include "cloud/setup.h"

#include <string.h>

#include "base/arena.h"
#include "base/when.h"
#include "db/db.h"
#include "gen/sql.h"

enum { SETUP_FREE = 5 }; /* failures that cost nothing */

struct id_row {
	int64_t id;
};
static const struct field id_fields[] = {
	F_INT(struct id_row, id, 1, INT64_MAX),
	F_END,
};

static struct bytes
hashed(struct cx *cx, const char *secret)
{
	unsigned char d[DIGEST_BYTES];

	sha256(secret, strlen(secret), d);
	return (struct bytes){ arena_copy(cx->mem, d, sizeof(d)), sizeof(d) };
}

static enum err
refuse_done(struct cx *cx)
{
	bool any = false;
	enum err e;

	if ((e = account_any(cx, &any)) != OK)
		return e;
	if (any)
		return cx_fail_code(cx, ERR_CONFLICT, "setup_done",
		    "Set-up was done: there is a user already");
	return OK;
}

enum err
setup_start(struct cx *cx, char token[TOKEN_TEXT_MAX])
{
	enum err e;

	if ((e = refuse_done(cx)) != OK)
		return e;
	token_new(cx, "lgvset", token);
	return db_exec(cx, SQL_SETUP_LINK_SET, V(hashed(cx, token)),
	    V(cx->now + HOUR_MS));
}

static enum err
failed(struct cx *cx)
{
	return cx_fail_code(cx, ERR_AUTH, "setup_failed",
	    "The set-up link is not valid, or is over an hour old");
}

enum err
setup_check(struct cx *cx, const char *token)
{
	struct id_row r;
	enum err e;

	if ((e = refuse_done(cx)) != OK)
		return e;
	e = db_one(cx, SQL_SETUP_LINK_FIND, id_fields, &r, V(hashed(cx, token)),
	    V(cx->now));
	return e == ERR_MISSING ? failed(cx) : e;
}

struct finish {
	const struct setup_in *in;
	struct user user;
	struct session_new *out;
};

static enum err
finish(struct cx *cx, void *arg)
{
	struct finish *f = arg;
	struct id_row r;
	enum err e;

	if ((e = refuse_done(cx)) != OK)
		return e;
	e = db_one(cx, SQL_SETUP_LINK_TAKE, id_fields, &r,
	    V(hashed(cx, f->in->token)), V(cx->now));
	if (e == ERR_MISSING)
		return failed(cx);
	if (e != OK)
		return e;
	if ((e = account_insert(cx, &f->user)) != OK ||
	    (e = audit_add(cx, f->user.email, "set_up",
		 "Set the Cloud App up, as its first user.")) != OK)
		return e;
	return session_add(cx, &f->user, f->out);
}

/* The link first: nobody without it makes us hash. */
static enum err
finish_checked(struct cx *cx, struct finish *f)
{
	enum err e;

	if ((e = setup_check(cx, f->in->token)) != OK)
		return e;
	e = account_prepare(cx, f->in->email, f->in->password, "manager",
	    &f->user);
	if (e != OK)
		return e;
	return db_tx(cx, finish, f);
}

enum err
setup_finish(struct cx *cx, const struct setup_in *in, struct session_new *out)
{
	struct finish f = { .in = in, .out = out };
	const char *name =
	    arena_printf(cx->mem, "setup:%s", in->remote ? in->remote : "?");
	enum err e;

	if ((e = throttle_check(cx, name, SETUP_FREE)) != OK)
		return e;
	e = finish_checked(cx, &f);
	if (e != ERR_AUTH)
		return e;
	if ((e = throttle_note(cx, name)) != OK)
		return e;
	return failed(cx);
}
