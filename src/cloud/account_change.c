/*
 * account_change.c - what becomes of accounts: password, look, role, end.
 *
 * Somebody must always manage, or nobody could ever add a user again; so the
 * last manager keeps the role.  A role counts from the next call on, since
 * every call reads it.
 */
#include "cloud/account.h"

#include "base/arena.h"
#include "base/crypt.h"
#include "base/text.h"
#include "cloud/audit.h"
#include "db/db.h"
#include "gen/sql.h"

static enum err
person_check(struct cx *cx, const struct who *w)
{
	if (w->user != 0)
		return OK;
	return cx_fail_code(cx, ERR_CONFLICT, "not_a_person",
	    "An API token has no password, language, theme or sessions");
}

/* --- one's own --- */

struct own {
	const struct who *who;
	const char *hash;             /* of the new password */
	const char *language, *theme; /* NULL: as it is */
	struct user user;
};

static enum err
set_password(struct cx *cx, void *arg)
{
	struct own *o = arg;
	enum err e;

	e = db_exec(cx, SQL_USER_SET_PASSWORD, V(o->who->user), V(o->hash));
	if (e != OK)
		return e;
	e = db_exec(cx, SQL_APP_SESSION_DROP_USER, V(o->who->user),
	    V(o->who->session));
	if (e != OK)
		return e;
	return audit_add(cx, o->user.email, "password.changed",
	    "Changed the password; all other sessions ended.");
}

enum err
account_set_password(struct cx *cx, const struct who *w,
    const struct password_change *in)
{
	struct own o = { .who = w };
	enum err e;

	if ((e = person_check(cx, w)) != OK ||
	    (e = account_password_check(cx, in->password)) != OK ||
	    (e = account_find(cx, w->user, &o.user)) != OK)
		return e;
	e = account_prove(cx, &o.user, in->current, in->remote);
	if (e == ERR_AUTH)
		return cx_fail_code(cx, ERR_INPUT, "password_wrong",
		    "current: this is not your password");
	if (e != OK)
		return e;
	o.hash = password_hash(cx, in->password);
	return db_tx(cx, set_password, &o);
}

static enum err
word_check(struct cx *cx, const char *name, const char *word,
    const char *const *words)
{
	for (; word != NULL && *words != NULL; words++) {
		if (text_equal(word, *words))
			return OK;
	}
	if (word == NULL)
		return OK;
	return cx_fail_code(cx, ERR_INPUT, "bad_input",
	    "%s: not one of the words doc/openapi.yaml names", name);
}

enum err
account_set_look(struct cx *cx, const struct who *w, const char *language,
    const char *theme, struct user *u)
{
	static const char *const languages[] = { "en", "it", NULL };
	static const char *const themes[] = { "light", "dark", "auto", NULL };
	enum err e;

	if ((e = person_check(cx, w)) != OK ||
	    (e = word_check(cx, "language", language, languages)) != OK ||
	    (e = word_check(cx, "theme", theme, themes)) != OK ||
	    (e = db_exec(cx, SQL_USER_SET_LOOK, V(w->user), V(language),
		 V(theme))) != OK)
		return e;
	return account_find(cx, w->user, u);
}

static enum err
sign_out(struct cx *cx, void *arg)
{
	const struct who *w = arg;
	enum err e;

	e = db_exec(cx, SQL_APP_SESSION_DROP_USER, V(w->user), V(0));
	if (e != OK)
		return e;
	return audit_add(cx, audit_name(cx, w), "sign_out.everywhere",
	    "Signed out everywhere.");
}

enum err
account_sign_out_everywhere(struct cx *cx, const struct who *w)
{
	struct who copy = *w;
	enum err e;

	if ((e = person_check(cx, w)) != OK)
		return e;
	return db_tx(cx, sign_out, &copy);
}

/* --- others' --- */

struct id_row {
	int64_t id;
};
static const struct field id_fields[] = {
	F_INT(struct id_row, id, 1, INT64_MAX),
	F_END,
};

struct change {
	const struct who *who;
	int64_t id;
	const char *role; /* NULL: the account ends */
	struct user user;
};

static enum err
manager_check(struct cx *cx, const struct change *c)
{
	struct id_row *list;
	size_t n;
	enum err e;

	e = db_list(cx, SQL_USER_MANAGER_LIST, id_fields, &list, &n);
	if (e != OK || n != 1 || list[0].id != c->id ||
	    text_equal(c->role, "manager"))
		return e;
	return cx_fail_code(cx, ERR_CONFLICT, "last_manager",
	    "This is the only manager, and somebody must manage");
}

static enum err
set_role(struct cx *cx, struct change *c)
{
	const char *was = c->user.role;
	enum err e;

	e = db_exec(cx, SQL_USER_SET_ROLE, V(c->id), V(c->role));
	if (e != OK)
		return e;
	c->user.role = c->role;
	return audit_add(cx, audit_name(cx, c->who), "user.role",
	    arena_printf(cx->mem, "Made %s %s (was %s).", c->user.email,
		c->role, was));
}

static enum err
drop(struct cx *cx, struct change *c)
{
	enum err e;

	if ((e = db_exec(cx, SQL_APP_SESSION_DROP_USER, V(c->id), V(0))) !=
		OK ||
	    (e = db_exec(cx, SQL_USER_DROP, V(c->id))) != OK)
		return e;
	return audit_add(cx, audit_name(cx, c->who), "user.removed",
	    arena_printf(cx->mem, "Removed the user %s.", c->user.email));
}

static enum err
change(struct cx *cx, void *arg)
{
	struct change *c = arg;
	enum err e;

	if ((e = manager_check(cx, c)) != OK)
		return e;
	e = account_find(cx, c->id, &c->user);
	if (e == ERR_MISSING)
		return cx_fail(cx, e, "There is no such user");
	if (e != OK)
		return e;
	return c->role ? set_role(cx, c) : drop(cx, c);
}

enum err
account_set_role(struct cx *cx, const struct who *w, int64_t id,
    const char *role, struct user *u)
{
	struct change c = { .who = w, .id = id, .role = role };
	enum err e;

	if (role_read(role) == ROLE_NONE)
		return cx_fail_code(cx, ERR_INPUT, "bad_input",
		    "role: manager, operator or viewer is needed");
	if ((e = db_tx(cx, change, &c)) == OK)
		*u = c.user;
	return e;
}

enum err
account_drop(struct cx *cx, const struct who *w, int64_t id)
{
	struct change c = { .who = w, .id = id };

	return db_tx(cx, change, &c);
}
