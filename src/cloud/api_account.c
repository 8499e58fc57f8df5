/*
 * api_account.c - set-up, sign-in, users and API tokens (doc/openapi.yaml).
 */
#include "cloud/api_edge.h"

#include <inttypes.h>

#include "base/arena.h"
#include "base/text.h"
#include "cloud/account.h"
#include "cloud/api_token.h"
#include "cloud/audit.h"
#include "cloud/cursor.h"
#include "cloud/setup.h"

struct session_in {
	const char *token, *email, *password;
};
static const struct field setup_fields[] = {
	F_TEXT(struct session_in, token, 1, 64),
	F_TEXT(struct session_in, email, 3, 254),
	F_TEXT(struct session_in, password, 12, 256),
	F_END,
};
static const struct field sign_in_fields[] = {
	F_TEXT(struct session_in, email, 3, 254),
	F_TEXT(struct session_in, password, 1, 256),
	F_END,
};

struct user_in {
	const char *email, *password, *role;
};
static const struct field user_in_fields[] = {
	F_TEXT(struct user_in, email, 3, 254),
	F_TEXT(struct user_in, password, 12, 256),
	F_TEXT(struct user_in, role, 1, 16),
	F_END,
};

struct token_in {
	const char *name, *role;
};
static const struct field token_in_fields[] = {
	F_TEXT(struct token_in, name, 1, 100),
	F_TEXT(struct token_in, role, 1, 16),
	F_END,
};

static struct json *
user_json(struct cx *cx, const struct user *u)
{
	struct json *o = json_new_object(cx);

	json_set_id(cx, o, "id", u->id);
	json_set_text(cx, o, "email", u->email);
	json_set_text(cx, o, "role", u->role);
	json_set_when(cx, o, "created_at", u->created_at);
	json_set_text(cx, o, "language", u->language);
	json_set_text(cx, o, "theme", u->theme);
	return o;
}

static struct json *
session_json(struct cx *cx, const struct user *u, const char *csrf,
    int64_t until)
{
	struct json *o = json_new_object(cx);

	json_set(o, "user", user_json(cx, u));
	json_set_text(cx, o, "csrf", csrf);
	json_set_when(cx, o, "expires_at", until);
	return o;
}

static enum err
signed_in(struct cx *cx, struct reply *rp, const struct session_new *s,
    int status)
{
	cookie_set(cx, rp, s->token);
	reply_status(rp, status);
	reply_json(cx, rp, session_json(cx, &s->user, s->csrf, s->until));
	return OK;
}

/* Who opens the console of a new Cloud App learns that the link is needed. */
static enum err
get_setup(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct json *o = json_new_object(cx);
	bool any = false;
	enum err e;

	(void)rq;
	if ((e = account_any(cx, &any)) != OK)
		return e;
	json_set_bool(cx, o, "done", any);
	reply_json(cx, rp, o);
	return OK;
}

static enum err
post_setup(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct session_in in = { 0 };
	struct session_new s;
	enum err e;

	if ((e = body_read(cx, rq, setup_fields, &in)) != OK)
		return e;
	e = setup_finish(cx,
	    &(struct setup_in){ in.token, in.email, in.password, rq->remote },
	    &s);
	return e == OK ? signed_in(cx, rp, &s, 201) : e;
}

static enum err
post_session(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct session_in in = { 0 };
	struct session_new s;
	enum err e;

	if ((e = body_read(cx, rq, sign_in_fields, &in)) != OK)
		return e;
	e = account_sign_in(cx, in.email, in.password, rq->remote, &s);
	return e == OK ? signed_in(cx, rp, &s, 200) : e;
}

static enum err
get_session(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct who w = { 0 };
	struct user u;
	enum err e;

	/* Before the first sign-in the page asks too, and nothing is wrong. */
	if (person_is_nobody(cx, rq)) {
		reply_status(rp, 204);
		return OK;
	}
	if ((e = person_enter(cx, rq, &w)) != OK)
		return e;
	u = (struct user){ .id = w.api_token,
		.email = "API token",
		.role = role_name(w.role),
		.created_at = cx->now };
	if (w.user != 0 && (e = account_find(cx, w.user, &u)) != OK)
		return e;
	reply_json(cx, rp, session_json(cx, &u, w.csrf, w.until));
	return OK;
}

static enum err
delete_session(struct cx *cx, const struct request *rq, struct reply *rp)
{
	enum err e;

	if (rq->who->session != 0 &&
	    (e = session_drop(cx, rq->who->session)) != OK)
		return e;
	cookie_set(cx, rp, NULL);
	reply_status(rp, 204);
	return OK;
}

static enum err
get_users(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct json *items = json_new_array(cx);
	struct user *users;
	const char *after = "", *next = NULL;
	int64_t limit;
	size_t n, i;
	enum err e;

	if ((e = page_limit(cx, rq, &limit)) != OK ||
	    (e = cursor_read(cx, query_get(rq, "cursor"), &after)) != OK ||
	    (e = account_list(cx, after, limit + 1, &users, &n)) != OK)
		return e;
	for (i = 0; i < n && i < (size_t)limit; i++)
		json_push(items, user_json(cx, &users[i]));
	if (n > (size_t)limit)
		next = cursor_write(cx, users[limit - 1].email);
	reply_page(cx, rp, items, next);
	return OK;
}

static enum err
post_user(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct user_in in = { 0 };
	struct user u;
	enum err e;

	if ((e = body_read(cx, rq, user_in_fields, &in)) != OK ||
	    (e = account_add(cx, audit_name(cx, rq->who), in.email, in.password,
		 in.role, &u)) != OK)
		return e;
	reply_status(rp, 201);
	reply_json(cx, rp, user_json(cx, &u));
	return OK;
}

struct role_in {
	const char *role;
};
static const struct field role_in_fields[] = {
	F_TEXT(struct role_in, role, 1, 16),
	F_END,
};

static enum err
patch_user(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct role_in in = { 0 };
	struct user u;
	enum err e;

	if ((e = body_read(cx, rq, role_in_fields, &in)) != OK ||
	    (e = account_set_role(cx, rq->who, path_int(rq, "id"), in.role,
		 &u)) != OK)
		return e;
	reply_json(cx, rp, user_json(cx, &u));
	return OK;
}

static enum err
delete_user(struct cx *cx, const struct request *rq, struct reply *rp)
{
	enum err e = account_drop(cx, rq->who, path_int(rq, "id"));

	if (e == OK)
		reply_status(rp, 204);
	return e;
}

/* --- one's own --- */

static const struct field password_fields[] = {
	F_TEXT(struct password_change, current, 1, 256),
	F_TEXT(struct password_change, password, 12, 256),
	F_END,
};

static enum err
post_password(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct password_change in = { .remote = rq->remote };
	enum err e;

	if ((e = body_read(cx, rq, password_fields, &in)) != OK ||
	    (e = account_set_password(cx, rq->who, &in)) != OK)
		return e;
	reply_status(rp, 204);
	return OK;
}

static const struct field look_fields[] = {
	F_TEXT_OPT(struct user, language, 8),
	F_TEXT_OPT(struct user, theme, 8),
	F_END,
};

static enum err
patch_me(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct user in = { 0 }, u;
	enum err e;

	if ((e = body_read(cx, rq, look_fields, &in)) != OK ||
	    (e = account_set_look(cx, rq->who, in.language, in.theme, &u)) !=
		OK)
		return e;
	reply_json(cx, rp, user_json(cx, &u));
	return OK;
}

static enum err
delete_sessions(struct cx *cx, const struct request *rq, struct reply *rp)
{
	enum err e = account_sign_out_everywhere(cx, rq->who);

	if (e != OK)
		return e;
	cookie_set(cx, rp, NULL);
	reply_status(rp, 204);
	return OK;
}

/* --- API tokens --- */

static struct json *
token_json(struct cx *cx, const struct api_token *t)
{
	struct json *o = json_new_object(cx);

	json_set_id(cx, o, "id", t->id);
	json_set_text(cx, o, "name", t->name);
	json_set_text(cx, o, "role", t->role);
	json_set_when(cx, o, "created_at", t->created_at);
	json_set_when(cx, o, "last_used", t->last_used);
	return o;
}

static enum err
get_tokens(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct json *items = json_new_array(cx);
	struct api_token *tokens;
	int64_t before = INT64_MAX, limit;
	const char *next = NULL;
	size_t n, i;
	enum err e;

	if ((e = page_limit(cx, rq, &limit)) != OK ||
	    (e = cursor_read_id(cx, query_get(rq, "cursor"), &before)) != OK ||
	    (e = api_token_list(cx, before, limit + 1, &tokens, &n)) != OK)
		return e;
	for (i = 0; i < n && i < (size_t)limit; i++)
		json_push(items, token_json(cx, &tokens[i]));
	if (n > (size_t)limit)
		next = cursor_write_id(cx, tokens[limit - 1].id);
	reply_page(cx, rp, items, next);
	return OK;
}

static enum err
post_token(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct token_in in = { 0 };
	struct api_token t;
	char secret[TOKEN_TEXT_MAX];
	struct json *o;
	enum err e;

	if ((e = body_read(cx, rq, token_in_fields, &in)) != OK ||
	    (e = api_token_add(cx, audit_name(cx, rq->who), in.name, in.role,
		 secret, &t)) != OK)
		return e;
	o = token_json(cx, &t);
	json_set_text(cx, o, "token", secret);
	reply_status(rp, 201);
	reply_json(cx, rp, o);
	return OK;
}

static enum err
delete_token(struct cx *cx, const struct request *rq, struct reply *rp)
{
	enum err e;

	e = api_token_drop(cx, audit_name(cx, rq->who), path_int(rq, "id"));
	if (e != OK)
		return e;
	reply_status(rp, 204);
	return OK;
}

/* --- the audit --- */

static struct json *
audit_json(struct cx *cx, const struct audit *a)
{
	struct json *o = json_new_object(cx);

	json_set_id(cx, o, "id", a->id);
	json_set_when(cx, o, "time", a->at);
	json_set_text(cx, o, "who", a->who);
	json_set_text(cx, o, "kind", a->kind);
	json_set_text(cx, o, "what", a->text);
	return o;
}

static enum err
get_audit(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct json *items = json_new_array(cx);
	int64_t before = INT64_MAX, limit;
	const char *next = NULL;
	struct audit *list;
	size_t n, i;
	enum err e;

	if ((e = page_limit(cx, rq, &limit)) != OK ||
	    (e = cursor_read_id(cx, query_get(rq, "cursor"), &before)) != OK ||
	    (e = audit_list(cx, before, query_get(rq, "kind"), limit + 1, &list,
		 &n)) != OK)
		return e;
	for (i = 0; i < n && i < (size_t)limit; i++)
		json_push(items, audit_json(cx, &list[i]));
	if (n > (size_t)limit)
		next = cursor_write_id(cx, list[limit - 1].id);
	reply_page(cx, rp, items, next);
	return OK;
}

const struct route cloud_account_routes[] = {
	{ GET, "/api/v1/setup", NULL, get_setup, ROUTE_OPEN },
	{ POST, "/api/v1/setup", NULL, post_setup, ROUTE_OPEN },
	{ POST, "/api/v1/session", NULL, post_session, ROUTE_OPEN },
	{ GET, "/api/v1/session", NULL, get_session, ROUTE_OPEN },
	{ DELETE, "/api/v1/session", "viewer", delete_session },
	{ GET, "/api/v1/users", "manager", get_users },
	{ POST, "/api/v1/users", "manager", post_user },
	{ PATCH, "/api/v1/users/{id}", "manager", patch_user },
	{ DELETE, "/api/v1/users/{id}", "manager", delete_user },
	{ PATCH, "/api/v1/me", "viewer", patch_me },
	{ POST, "/api/v1/me/password", "viewer", post_password },
	{ DELETE, "/api/v1/me/sessions", "viewer", delete_sessions },
	{ GET, "/api/v1/audit", "manager", get_audit },
	{ GET, "/api/v1/tokens", "manager", get_tokens },
	{ POST, "/api/v1/tokens", "manager", post_token },
	{ DELETE, "/api/v1/tokens/{id}", "manager", delete_token },
	{ 0 },
};
