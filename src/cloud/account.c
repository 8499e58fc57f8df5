/*
 * account.c - people and their sessions.
 *
 * Checking a password costs 80 ms and 64 MiB on purpose.  An unknown e-mail
 * costs the same: it is checked against a hash nobody's password fits, so the
 * time tells nothing.  Failures are kept under the hash of the e-mail: the
 * table tells nobody who tried.
 */
#include "cloud/account.h"

#include <string.h>

#include "base/arena.h"
#include "base/crypt.h"
#include "base/env.h"
#include "base/text.h"
#include "base/when.h"
#include "cloud/audit.h"
#include "db/db.h"
#include "gen/sql.h"

enum {
	PASSWORD_MIN = 12,
	PASSWORD_MAX = 256,
	ACCOUNT_FREE = 5, /* failures that cost nothing */
	ADDRESS_FREE = 50 /* an address may be shared by many people */
};
#define SESSION_IDLE_MS ((int64_t)30 * MINUTE_MS)
#define SESSION_MAX_MS ((int64_t)12 * HOUR_MS)
#define THROTTLE_MAX_MS ((int64_t)15 * MINUTE_MS)

/* argon2id of random bytes nobody kept. */
static const char nobody[] = "$argon2id$v=19$m=65536,t=3,p=1$"
			     "MDEyMzQ1Njc4OWFiY2RlZg$"
			     "KioqKioqKioqKioqKioqKioqKioqKioqKioqKioqKio";

const struct field user_fields[] = {
	F_INT(struct user, id, 1, INT64_MAX),
	F_TEXT(struct user, email, 3, 254),
	F_TEXT(struct user, password, 1, 256),
	F_TEXT(struct user, role, 1, 16),
	F_WHEN(struct user, created_at),
	F_TEXT_OPT(struct user, language, 8),
	F_TEXT_OPT(struct user, theme, 8),
	F_END,
};

struct session_row {
	int64_t id, user_id, created_at, seen_at;
	const char *role, *email;
};
static const struct field session_fields[] = {
	F_INT(struct session_row, id, 1, INT64_MAX),
	F_INT(struct session_row, user_id, 1, INT64_MAX),
	F_WHEN(struct session_row, created_at),
	F_WHEN(struct session_row, seen_at),
	F_TEXT(struct session_row, role, 1, 16),
	F_TEXT(struct session_row, email, 1, 254),
	F_END,
};

static const struct field id_fields[] = {
	F_INT(struct session_row, id, 1, INT64_MAX),
	F_END,
};

struct failures {
	int64_t failures, last_at;
};
static const struct field failures_fields[] = {
	F_INT(struct failures, failures, 0, INT64_MAX),
	F_WHEN(struct failures, last_at),
	F_END,
};

static const char *const role_names[] = { "none", "viewer", "operator",
	"manager" };

enum role
role_read(const char *name)
{
	int i;

	for (i = ROLE_VIEWER; i <= ROLE_MANAGER; i++) {
		if (text_equal(name, role_names[i]))
			return (enum role)i;
	}
	return ROLE_NONE;
}

const char *
role_name(enum role r)
{
	return role_names[r];
}

static const char *
email_plain(struct cx *cx, const char *email)
{
	return text_lower_ascii(cx->mem, text_trim(cx->mem, email));
}

static bool
email_is(const char *s)
{
	const char *at = strchr(s, '@');
	const char *p;

	for (p = s; *p != '\0'; p++) {
		if ((unsigned char)*p <= ' ' || *p == 0x7f)
			return false;
	}
	return at != NULL && at != s && at[1] != '\0' &&
	    strchr(at + 1, '@') == NULL && strlen(s) <= 254;
}

static struct bytes
hashed(struct cx *cx, const char *secret)
{
	unsigned char d[DIGEST_BYTES];

	sha256(secret, strlen(secret), d);
	return (struct bytes){ arena_copy(cx->mem, d, sizeof(d)), sizeof(d) };
}

enum err
account_password_check(struct cx *cx, const char *password)
{
	size_t n = text_count(password);

	if (n >= PASSWORD_MIN && n <= PASSWORD_MAX)
		return OK;
	return cx_fail_code(cx, ERR_INPUT, "bad_input",
	    "password: %d to %d characters are needed", PASSWORD_MIN,
	    PASSWORD_MAX);
}

enum err
account_prepare(struct cx *cx, const char *email, const char *password,
    const char *role, struct user *u)
{
	enum err e;

	email = email_plain(cx, email);
	if (!email_is(email))
		return cx_fail_code(cx, ERR_INPUT, "bad_input",
		    "email: not an e-mail address");
	if ((e = account_password_check(cx, password)) != OK)
		return e;
	if (role_read(role) == ROLE_NONE)
		return cx_fail_code(cx, ERR_INPUT, "bad_input",
		    "role: manager, operator or viewer is needed");
	*u = (struct user){ .email = email,
		.role = role,
		.password = password_hash(cx, password) };
	return OK;
}

enum err
account_insert(struct cx *cx, struct user *u)
{
	enum err e;

	e = db_one(cx, SQL_USER_INSERT, user_fields, u, V(u->email),
	    V(u->password), V(u->role), V(cx->now));
	if (e == ERR_MISSING)
		return cx_fail_code(cx, ERR_CONFLICT, "email_taken",
		    "There is a user with this e-mail already");
	return e;
}

struct adding {
	const char *by;
	struct user *user;
};

static enum err
add_audited(struct cx *cx, void *arg)
{
	const struct adding *a = arg;
	enum err e;

	if ((e = account_insert(cx, a->user)) != OK)
		return e;
	return audit_add(cx, a->by, "user.added",
	    arena_printf(cx->mem, "Added the user %s, %s.", a->user->email,
		a->user->role));
}

enum err
account_add(struct cx *cx, const char *by, const char *email,
    const char *password, const char *role, struct user *u)
{
	enum err e;

	if ((e = account_prepare(cx, email, password, role, u)) != OK)
		return e;
	return db_tx(cx, add_audited, &(struct adding){ by, u });
}

enum err
account_find(struct cx *cx, int64_t id, struct user *u)
{
	return db_one(cx, SQL_USER_FIND, user_fields, u, V(id));
}

enum err
account_list(struct cx *cx, const char *after, int64_t limit,
    struct user **users, size_t *n)
{
	return db_list(cx, SQL_USER_LIST, user_fields, users, n, V(after),
	    V(limit));
}

enum err
account_any(struct cx *cx, bool *any)
{
	struct user u;
	enum err e = db_one(cx, SQL_USER_ANY, user_fields, &u);

	if (e != OK && e != ERR_MISSING)
		return e;
	*any = e == OK;
	return OK;
}

/* --- throttling --- */

enum err
throttle_check(struct cx *cx, const char *name, int64_t most)
{
	struct failures f = { 0 };
	int64_t wait = SECOND_MS, i, left;
	enum err e;

	e = db_one(cx, SQL_THROTTLE_FIND, failures_fields, &f, V(name));
	if (e == ERR_MISSING || (e == OK && f.failures < most))
		return OK;
	if (e != OK)
		return e;
	for (i = most; i < f.failures && wait < THROTTLE_MAX_MS; i++)
		wait *= 2;
	if (wait > THROTTLE_MAX_MS)
		wait = THROTTLE_MAX_MS;
	left = f.last_at + wait - cx->now;
	if (left <= 0)
		return OK;
	e = cx_fail_code(cx, ERR_BUSY, "too_many_attempts",
	    "Too many failed attempts; wait before the next one");
	cx->wait_ms = left;
	return e;
}

enum err
throttle_note(struct cx *cx, const char *name)
{
	return db_exec(cx, SQL_THROTTLE_NOTE, V(name), V(cx->now),
	    V(cx->now - DAY_MS));
}

struct names {
	const char *account, *address;
};

static struct names
throttle_names(struct cx *cx, const char *email, const char *remote)
{
	char hex[65];

	sha256_hex(email, strlen(email), hex);
	return (struct names){
		arena_printf(cx->mem, "account:%s", hex),
		arena_printf(cx->mem, "address:%s", remote ? remote : "?"),
	};
}

static enum err
sign_in_failed(struct cx *cx, const struct names *n, const struct user *u)
{
	enum err e;

	/* As much is written for nobody as for somebody. */
	if ((e = throttle_note(cx, n->account)) != OK ||
	    (e = throttle_note(cx, n->address)) != OK ||
	    (e = audit_add(cx, u ? u->email : "?", "sign_in.failed",
		 u ? "Somebody gave a wrong password."
		   : "Somebody gave an e-mail that no user has.")) != OK)
		return e;
	return cx_fail_code(cx, ERR_AUTH, "login_failed",
	    "E-mail or password is not right");
}

/* --- sessions --- */

static const char *
csrf_of(struct cx *cx, const char *token)
{
	struct bytes key = { (const unsigned char *)token, strlen(token) };
	static const char what[] = "csrf";
	unsigned char d[DIGEST_BYTES];

	hmac_sha256(key, (struct bytes){ (const unsigned char *)what, 4 }, d);
	return base64url_encode(cx->mem, (struct bytes){ d, 24 });
}

enum err
session_add(struct cx *cx, const struct user *u, struct session_new *s)
{
	enum err e;

	token_new(cx, "lgvs", s->token);
	e = db_exec(cx, SQL_APP_SESSION_INSERT, V(hashed(cx, s->token)),
	    V(u->id), V(cx->now));
	if (e != OK)
		return e;
	s->user = *u;
	s->csrf = csrf_of(cx, s->token);
	s->until = cx->now + SESSION_MAX_MS;
	return OK;
}

/* `u` NULL: nobody has this e-mail, which takes as long to say. */
static enum err
prove(struct cx *cx, const struct user *u, const char *email,
    const char *password, const char *remote)
{
	struct names n = throttle_names(cx, email, remote);
	bool right;
	enum err e;

	if ((e = throttle_check(cx, n.account, ACCOUNT_FREE)) != OK ||
	    (e = throttle_check(cx, n.address, ADDRESS_FREE)) != OK)
		return e;
	e = password_check(cx, u ? u->password : nobody, password, &right);
	if (e != OK)
		return e;
	if (u == NULL || !right)
		return sign_in_failed(cx, &n, u);
	/* The address keeps its failures: one right account of an attacker's
	   own must not clear them. */
	return db_exec(cx, SQL_THROTTLE_CLEAR, V(n.account));
}

enum err
account_prove(struct cx *cx, const struct user *u, const char *password,
    const char *remote)
{
	return prove(cx, u, u->email, password, remote);
}

enum err
account_sign_in(struct cx *cx, const char *email, const char *password,
    const char *remote, struct session_new *s)
{
	struct user u = { 0 };
	enum err e, found;

	email = email_plain(cx, email);
	found = db_one(cx, SQL_USER_FIND_EMAIL, user_fields, &u, V(email));
	if (found != OK && found != ERR_MISSING)
		return found;
	e = prove(cx, found == OK ? &u : NULL, email, password, remote);
	if (e != OK ||
	    (e = audit_add(cx, u.email, "sign_in", "Signed in.")) != OK)
		return e;
	return session_add(cx, &u, s);
}

enum err
session_check(struct cx *cx, const char *token, struct who *w)
{
	struct session_row r;
	enum err e;

	e = db_one(cx, SQL_APP_SESSION_FIND, session_fields, &r,
	    V(hashed(cx, token)), V(cx->now - SESSION_IDLE_MS),
	    V(cx->now - SESSION_MAX_MS));
	if (e == ERR_MISSING)
		return cx_fail(cx, ERR_AUTH, "The session is over: sign in");
	if (e != OK)
		return e;
	/* Once a minute is enough to keep 30 minutes honest. */
	if (cx->now - r.seen_at >= MINUTE_MS)
		e = db_exec(cx, SQL_APP_SESSION_TOUCH, V(r.id), V(cx->now));
	if ((e = db_at_best(e)) != OK)
		return e;
	*w = (struct who){
		.user = r.user_id,
		.session = r.id,
		.until = r.created_at + SESSION_MAX_MS,
		.role = role_read(r.role),
		.email = r.email,
		.csrf = csrf_of(cx, token),
	};
	return OK;
}

enum err
who_lives(struct cx *cx, const struct who *w, bool *lives)
{
	struct session_row r;
	enum err e = OK;

	if (w->session != 0)
		e = db_one(cx, SQL_APP_SESSION_LIVES, id_fields, &r,
		    V(w->session), V(cx->now - SESSION_MAX_MS));
	else if (w->api_token != 0)
		e = db_one(cx, SQL_API_TOKEN_LIVES, id_fields, &r,
		    V(w->api_token));
	*lives = e == OK;
	return e == ERR_MISSING ? OK : e;
}

enum err
session_drop(struct cx *cx, int64_t session)
{
	return db_exec(cx, SQL_APP_SESSION_DROP, V(session));
}

enum err
account_trim(struct cx *cx)
{
	enum err e;

	e = db_exec(cx, SQL_APP_SESSION_TRIM, V(cx->now - SESSION_IDLE_MS),
	    V(cx->now - SESSION_MAX_MS));
	if (e != OK)
		return e;
	return db_exec(cx, SQL_THROTTLE_TRIM, V(cx->now - DAY_MS));
}
