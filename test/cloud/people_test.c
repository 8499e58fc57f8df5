/*
 * people_test.c - what people do to themselves and to each other: password,
 * look, sessions, roles, removal; and that the audit tells.
 */
#include "cloud_rig.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "cloud/account.h"

#define ANNA "anna@example.com"
#define BRUNO "bruno@example.com"
#define PASS "a long pass phrase"
#define NEW_PASS "another long pass phrase"

/* Sign in over REST; how to go on asking. */
static struct ask
sign_in(struct cx *cx, const char *email, const char *password)
{
	struct ask how = { 0 };
	struct asked a;
	size_t i;

	a = ask(cx, POST, "/api/v1/session", &how,
	    arena_printf(cx->mem, "{\"email\":\"%s\",\"password\":\"%s\"}",
		email, password));
	assert_int_equal(a.status, 200);
	for (i = 0; i < a.reply.nheaders; i++) {
		if (text_equal(a.reply.headers[i].name, "Set-Cookie"))
			how.cookie =
			    arena_textn(cx->mem, a.reply.headers[i].value,
				strcspn(a.reply.headers[i].value, ";"));
	}
	assert_non_null(how.cookie);
	how.csrf = json_get_text(a.body, "csrf");
	return how;
}

static struct ask
people(struct cx *cx)
{
	struct user u;

	rig(cx);
	must(cx, account_add(cx, "test", ANNA, PASS, "manager", &u));
	must(cx, account_add(cx, "test", BRUNO, PASS, "operator", &u));
	return sign_in(cx, ANNA, PASS);
}

static int
status(struct cx *cx, enum method m, const char *path, const struct ask *how,
    const char *body)
{
	return ask(cx, m, path, how, body).status;
}

static const char *
code(struct cx *cx, enum method m, const char *path, const struct ask *how,
    const char *body)
{
	struct asked a = ask(cx, m, path, how, body);

	return asked_code(&a);
}

static void
a_new_password_ends_the_other_sessions(struct cx *cx)
{
	struct ask here = people(cx), there = sign_in(cx, ANNA, PASS);
	struct session_new s;

	assert_string_equal(code(cx, POST, "/api/v1/me/password", &here,
				"{\"current\":\"no\",\"password\":\"" NEW_PASS
				"\"}"),
	    "password_wrong");
	assert_string_equal(code(cx, POST, "/api/v1/me/password", &here,
				"{\"current\":\"" PASS
				"\",\"password\":\"short\"}"),
	    "bad_input");
	assert_int_equal(status(cx, GET, "/api/v1/session", &there, NULL), 200);
	assert_int_equal(status(cx, POST, "/api/v1/me/password", &here,
			     "{\"current\":\"" PASS
			     "\",\"password\":\"" NEW_PASS "\"}"),
	    204);
	assert_int_equal(status(cx, GET, "/api/v1/session", &here, NULL), 200);
	assert_int_equal(status(cx, GET, "/api/v1/session", &there, NULL), 401);
	must_fail(cx, ERR_AUTH,
	    account_sign_in(cx, ANNA, PASS, "192.0.2.7", &s));
	must(cx, account_sign_in(cx, ANNA, NEW_PASS, "192.0.2.7", &s));
}

static void
guessing_the_present_password_slows_down_too(struct cx *cx)
{
	struct ask here = people(cx);
	int i;

	for (i = 0; i < 5; i++)
		assert_string_equal(code(cx, POST, "/api/v1/me/password", &here,
					"{\"current\":\"no\",\"password\":"
					"\"" NEW_PASS "\"}"),
		    "password_wrong");
	assert_string_equal(code(cx, POST, "/api/v1/me/password", &here,
				"{\"current\":\"" PASS "\",\"password\":"
				"\"" NEW_PASS "\"}"),
	    "too_many_attempts");
}

static void
language_and_theme_stay_with_the_person(struct cx *cx)
{
	struct ask here = people(cx);
	struct asked a;

	a = ask(cx, GET, "/api/v1/session", &here, NULL);
	assert_true(json_is_null(json_path(a.body, "user.language")));
	a = ask(cx, PATCH, "/api/v1/me", &here, "{\"language\":\"it\"}");
	assert_int_equal(a.status, 200);
	assert_string_equal(json_get_text(a.body, "language"), "it");
	a = ask(cx, PATCH, "/api/v1/me", &here, "{\"theme\":\"dark\"}");
	assert_string_equal(json_get_text(a.body, "language"), "it");
	here = sign_in(cx, ANNA, PASS);
	a = ask(cx, GET, "/api/v1/session", &here, NULL);
	assert_string_equal(json_text(json_path(a.body, "user.theme")), "dark");
	assert_string_equal(code(cx, PATCH, "/api/v1/me", &here,
				"{\"theme\":\"pink\"}"),
	    "bad_input");
	assert_string_equal(code(cx, PATCH, "/api/v1/me", &here,
				"{\"role\":\"viewer\"}"),
	    "bad_input");
}

static void
signing_out_everywhere_ends_this_session_too(struct cx *cx)
{
	struct ask here = people(cx), there = sign_in(cx, ANNA, PASS);
	struct ask bruno = sign_in(cx, BRUNO, PASS);

	assert_int_equal(status(cx, DELETE, "/api/v1/me/sessions", &here, NULL),
	    204);
	assert_int_equal(status(cx, GET, "/api/v1/session", &here, NULL), 401);
	assert_int_equal(status(cx, GET, "/api/v1/session", &there, NULL), 401);
	assert_int_equal(status(cx, GET, "/api/v1/session", &bruno, NULL), 200);
}

static void
a_role_counts_from_the_next_call_on(struct cx *cx)
{
	struct ask anna = people(cx), bruno = sign_in(cx, BRUNO, PASS);

	assert_int_equal(status(cx, GET, "/api/v1/users", &bruno, NULL), 403);
	assert_int_equal(status(cx, PATCH, "/api/v1/users/2", &bruno,
			     "{\"role\":\"manager\"}"),
	    403);
	assert_int_equal(status(cx, PATCH, "/api/v1/users/2", &anna,
			     "{\"role\":\"manager\"}"),
	    200);
	assert_int_equal(status(cx, GET, "/api/v1/users", &bruno, NULL), 200);
	assert_string_equal(code(cx, PATCH, "/api/v1/users/2", &anna,
				"{\"role\":\"owner\"}"),
	    "bad_input");
	assert_int_equal(status(cx, DELETE, "/api/v1/users/2", &anna, NULL),
	    204);
	assert_int_equal(status(cx, GET, "/api/v1/session", &bruno, NULL), 401);
	assert_int_equal(status(cx, DELETE, "/api/v1/users/2", &anna, NULL),
	    404);
	assert_int_equal(status(cx, PATCH, "/api/v1/users/2", &anna,
			     "{\"role\":\"viewer\"}"),
	    404);
}

static void
somebody_always_manages(struct cx *cx)
{
	struct ask anna = people(cx);

	assert_string_equal(code(cx, PATCH, "/api/v1/users/1", &anna,
				"{\"role\":\"viewer\"}"),
	    "last_manager");
	assert_string_equal(code(cx, DELETE, "/api/v1/users/1", &anna, NULL),
	    "last_manager");
	assert_int_equal(status(cx, PATCH, "/api/v1/users/1", &anna,
			     "{\"role\":\"manager\"}"),
	    200);
	assert_int_equal(status(cx, PATCH, "/api/v1/users/2", &anna,
			     "{\"role\":\"manager\"}"),
	    200);
	assert_int_equal(status(cx, DELETE, "/api/v1/users/1", &anna, NULL),
	    204);
}

/* The kinds of the newest lines, a blank between. */
static const char *
audit(struct cx *cx, const struct ask *how, const char *query)
{
	struct asked a = ask(cx, GET,
	    arena_printf(cx->mem, "/api/v1/audit%s", query), how, NULL);
	const struct json *items = json_get(a.body, "items");
	const char *text = "";
	size_t i;

	assert_int_equal(a.status, 200);
	for (i = 0; i < json_count(items); i++)
		text = arena_printf(cx->mem, "%s%s%s", text, i ? " " : "",
		    json_get_text(json_at(items, i), "kind"));
	return text;
}

static void
a_token_is_shown_only_if_the_audit_says_so(struct cx *cx)
{
	struct ask anna = people(cx);
	struct connector_secret s;
	struct asked a;
	const char *path;

	s = connector_new(cx, "Tea");
	path = arena_printf(cx->mem, "/api/v1/connectors/%s",
	    s.connector.public_id);
	a = ask(cx, GET, path, &anna, NULL);
	assert_null(json_get(a.body, "token"));
	path = arena_printf(cx->mem, "%s/token/reveal", path);
	a = ask(cx, POST, path, &anna, NULL);
	assert_int_equal(a.status, 200);
	assert_string_equal(json_get_text(a.body, "token"), s.token);
	assert_string_equal(audit(cx, &anna, "?limit=1"),
	    "connector.token_shown");
	a = ask(cx, GET, "/api/v1/audit?limit=1", &anna, NULL);
	assert_string_equal(json_get_text(json_at(json_get(a.body, "items"), 0),
				"who"),
	    ANNA);
	assert_null(strstr(a.text, s.token));
	exec(cx, "ALTER TABLE audit RENAME TO gone");
	a = ask(cx, POST, path, &anna, NULL);
	assert_true(a.status >= 500);
	assert_null(strstr(a.text, s.token));
}

static void
the_audit_tells_who_did_what(struct cx *cx)
{
	struct ask anna = people(cx), none = { 0 };
	struct asked a;

	ask(cx, POST, "/api/v1/session", &none,
	    "{\"email\":\"" ANNA "\",\"password\":\"wrong\"}");
	ask(cx, POST, "/api/v1/session", &none,
	    "{\"email\":\"x@example.com\",\"password\":\"wrong\"}");
	ask(cx, POST, "/api/v1/users", &anna,
	    "{\"email\":\"c@example.com\",\"password\":\"" PASS
	    "\",\"role\":\"viewer\"}");
	ask(cx, PATCH, "/api/v1/users/3", &anna, "{\"role\":\"operator\"}");
	ask(cx, DELETE, "/api/v1/users/3", &anna, NULL);
	ask(cx, POST, "/api/v1/tokens", &anna,
	    "{\"name\":\"wms\",\"role\":\"viewer\"}");
	ask(cx, DELETE, "/api/v1/tokens/1", &anna, NULL);
	a = ask(cx, POST, "/api/v1/connectors", &anna,
	    "{\"technology\":\"shopify\",\"label\":\"Tea\"}");
	ask(cx, POST,
	    arena_printf(cx->mem, "/api/v1/connectors/%s/token",
		json_get_text(a.body, "id")),
	    &anna, "{}");
	ask(cx, DELETE,
	    arena_printf(cx->mem, "/api/v1/connectors/%s",
		json_get_text(a.body, "id")),
	    &anna, NULL);
	assert_string_equal(audit(cx, &anna, ""),
	    "connector.deleted connector.token_rotated connector.added "
	    "token.revoked token.added user.removed user.role user.added "
	    "sign_in.failed sign_in.failed sign_in user.added user.added");
	assert_string_equal(audit(cx, &anna, "?kind=user.role"), "user.role");
	a = ask(cx, GET, "/api/v1/audit?kind=sign_in.failed", &anna, NULL);
	assert_null(strstr(a.text, "x@example.com")); /* nobody's e-mail */
	assert_non_null(strstr(a.text, ANNA));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASES(a_new_password_ends_the_other_sessions),
		SQLITE_CASE(guessing_the_present_password_slows_down_too),
		CASES(language_and_theme_stay_with_the_person),
		SQLITE_CASE(signing_out_everywhere_ends_this_session_too),
		CASES(a_role_counts_from_the_next_call_on),
		CASES(somebody_always_manages),
		SQLITE_CASE(a_token_is_shown_only_if_the_audit_says_so),
		CASES(the_audit_tells_who_did_what),
	};

	return cmocka_run_group_tests_name("people", tests, NULL, NULL);
}
