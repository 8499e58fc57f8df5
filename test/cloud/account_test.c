/*
 * account_test.c - who gets in, who does not, and who may do what.
 */
#include "cloud_rig.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "base/when.h"
#include "cloud/account.h"
#include "cloud/api_edge.h"
#include "cloud/api_token.h"
#include "cloud/setup.h"

#define ANNA "anna@example.com"
#define PASS "a long pass phrase"

static void
anna(struct cx *cx)
{
	struct user u;

	rig(cx);
	must(cx,
	    account_add(cx, "test", " Anna@Example.COM ", PASS, "manager", &u));
	assert_string_equal(u.email, ANNA);
}

static enum err
sign_in(struct cx *cx, const char *email, const char *password)
{
	struct session_new s;

	return account_sign_in(cx, email, password, "192.0.2.7", &s);
}

static void
only_the_right_password_signs_in(struct cx *cx)
{
	struct user u;

	anna(cx);
	must(cx, sign_in(cx, "ANNA@example.com", PASS));
	must_fail(cx, ERR_AUTH, sign_in(cx, ANNA, "a long pass phrasE"));
	assert_string_equal(cx->code, "login_failed");
	must_fail(cx, ERR_AUTH, sign_in(cx, "nobody@example.com", PASS));
	assert_string_equal(cx->code, "login_failed");
	must_fail(cx, ERR_CONFLICT,
	    account_add(cx, "test", ANNA, PASS, "viewer", &u));
	must_fail(cx, ERR_INPUT,
	    account_add(cx, "test", "b@example.com", "elevenchars", "viewer",
		&u));
	must_fail(cx, ERR_INPUT,
	    account_add(cx, "test", "b@example.com", PASS, "owner", &u));
	must_fail(cx, ERR_INPUT,
	    account_add(cx, "test", "no address", PASS, "viewer", &u));
	assert_int_equal(number(cx,
			     "SELECT count(*) AS n FROM app_user WHERE "
			     "password LIKE '%pass phrase%'"),
	    0);
}

static void
guessing_slows_down_and_ends_by_itself(struct cx *cx)
{
	int64_t first;
	int i;

	anna(cx);
	for (i = 0; i < 5; i++)
		must_fail(cx, ERR_AUTH, sign_in(cx, ANNA, "wrong"));
	must_fail(cx, ERR_BUSY, sign_in(cx, ANNA, PASS));
	assert_string_equal(cx->code, "too_many_attempts");
	first = cx->wait_ms;
	assert_true(first > 0 && first <= 1000);
	test_clock_advance(cx, first);
	must_fail(cx, ERR_AUTH, sign_in(cx, ANNA, "wrong"));
	must_fail(cx, ERR_BUSY, sign_in(cx, ANNA, PASS));
	assert_true(cx->wait_ms > first);
	test_clock_advance(cx, 15 * MINUTE_MS); /* never longer */
	must(cx, sign_in(cx, ANNA, PASS));
}

/* A proxy nobody told us of, an office: others share the address. */
static void
a_guesser_does_not_lock_out_who_shares_the_address(struct cx *cx)
{
	int i;

	anna(cx);
	for (i = 0; i < 49; i++)
		must_fail(cx, ERR_AUTH,
		    sign_in(cx, arena_printf(cx->mem, "%d@example.com", i),
			"wrong"));
	must(cx, sign_in(cx, ANNA, PASS));
	must_fail(cx, ERR_AUTH, sign_in(cx, "b@example.com", "wrong"));
	must_fail(cx, ERR_BUSY, sign_in(cx, "c@example.com", "wrong"));
}

/* As many as there are, however many. */
static void
tokens_of_a_name_are_counted(struct cx *cx)
{
	enum { MANY = 101 };
	char token[TOKEN_TEXT_MAX];
	struct api_token_named named;
	struct api_token t;
	int i;

	must(cx, api_token_named(cx, "till", &named));
	assert_int_equal(named.n, 0);
	assert_int_equal(named.last, 0);
	for (i = 0; i < MANY; i++) {
		cx->now += 1000;
		must(cx,
		    api_token_add(cx, "test", "till", "viewer", token, &t));
	}
	must(cx, api_token_add(cx, "test", "other", "viewer", token, &t));
	must(cx, api_token_named(cx, "till", &named));
	assert_int_equal(named.n, MANY);
	assert_int_equal(named.last, cx->now);
}

/* The disk is full: the second statement of each is the note of when. */
static void
who_cannot_be_noted_reads_on(struct cx *cx)
{
	struct connector_secret secret;
	char token[TOKEN_TEXT_MAX];
	struct session_new s;
	struct api_token t;
	struct connector c;
	struct who w;
	int64_t until;

	anna(cx);
	must(cx, account_sign_in(cx, ANNA, PASS, "192.0.2.7", &s));
	must(cx, api_token_add(cx, "test", "till", "viewer", token, &t));
	c = linked(cx, "Tea", "tea.myshopify.com");
	must(cx, connector_rotate(cx, "test", c.id, 0, &secret));
	test_clock_advance(cx, 2 * MINUTE_MS);
	db_fail_at(cx->db, 2);
	must(cx, session_check(cx, s.token, &w));
	assert_int_equal(db_fail_left(cx->db), 0);
	db_fail_at(cx->db, 2);
	must(cx, api_token_check(cx, token, &w));
	assert_int_equal(db_fail_left(cx->db), 0);
	db_fail_at(cx->db, 3);
	must(cx, connector_check(cx, c.public_id, secret.token, &c, &until));
	assert_int_equal(db_fail_left(cx->db), 0);
}

static void
sessions_end_when_idle_and_after_twelve_hours(struct cx *cx)
{
	struct session_new s;
	struct who w;
	int i;

	anna(cx);
	must(cx, account_sign_in(cx, ANNA, PASS, "192.0.2.7", &s));
	assert_int_equal(number(cx, "SELECT count(*) AS n FROM app_session"),
	    1);
	for (i = 0; i < 24; i++) { /* used: lives on, up to 12 h */
		must(cx, session_check(cx, s.token, &w));
		assert_string_equal(w.csrf, s.csrf);
		test_clock_advance(cx, 29 * MINUTE_MS);
	}
	test_clock_advance(cx, 30 * MINUTE_MS);
	must_fail(cx, ERR_AUTH, session_check(cx, s.token, &w));
	must(cx, account_sign_in(cx, ANNA, PASS, "192.0.2.7", &s));
	test_clock_advance(cx, 30 * MINUTE_MS + 1);
	must_fail(cx, ERR_AUTH, session_check(cx, s.token, &w));
	must(cx, account_trim(cx));
	assert_int_equal(number(cx, "SELECT count(*) AS n FROM app_session"),
	    0);
}

static void
set_up_is_once_and_within_an_hour(struct cx *cx)
{
	char token[TOKEN_TEXT_MAX];
	struct session_new s;
	struct setup_in in = { .email = ANNA, .password = PASS };

	rig(cx);
	must(cx, setup_start(cx, token));
	in.token = "lgvset_wrong";
	must_fail(cx, ERR_AUTH, setup_finish(cx, &in, &s));
	assert_string_equal(cx->code, "setup_failed");
	test_clock_advance(cx, HOUR_MS + 1);
	in.token = token;
	must_fail(cx, ERR_AUTH, setup_finish(cx, &in, &s));
	must(cx, setup_start(cx, token));
	in.password = "short";
	must_fail(cx, ERR_INPUT, setup_finish(cx, &in, &s));
	in.password = PASS; /* the link was not used up */
	must(cx, setup_finish(cx, &in, &s));
	assert_string_equal(s.user.role, "manager");
	must_fail(cx, ERR_CONFLICT, setup_finish(cx, &in, &s));
	must_fail(cx, ERR_CONFLICT, setup_start(cx, token));
}

/* --- over HTTP --- */

static const char *
cookie_of(struct cx *cx, const struct asked *a)
{
	size_t i;
	const char *v;

	for (i = 0; i < a->reply.nheaders; i++) {
		v = a->reply.headers[i].value;
		if (strcmp(a->reply.headers[i].name, "Set-Cookie") == 0)
			return arena_textn(cx->mem, v, strcspn(v, ";"));
	}
	return NULL;
}

static void
a_cookie_needs_proof_for_changes(struct cx *cx)
{
	static const char body[] = "{\"name\":\"x\",\"role\":\"viewer\"}";
	struct ask how = { 0 };
	struct asked a;
	const char *csrf;

	anna(cx);
	a = ask(cx, GET, "/api/v1/session", &how, NULL);
	assert_int_equal(a.status, 204); /* nobody yet */
	a = ask(cx, POST, "/api/v1/session", &how,
	    "{\"email\":\"" ANNA "\",\"password\":\"" PASS "\"}");
	assert_int_equal(a.status, 200);
	how.cookie = cookie_of(cx, &a);
	assert_true(text_starts(how.cookie, "__Host-logivery="));
	csrf = json_get_text(a.body, "csrf");
	a = ask(cx, GET, "/api/v1/session", &how, NULL);
	assert_string_equal(json_get_text(a.body, "csrf"), csrf);
	a = ask(cx, POST, "/api/v1/tokens", &how, body);
	assert_string_equal(asked_code(&a), "csrf_failed");
	how.csrf = csrf;
	how.site = "cross-site";
	a = ask(cx, POST, "/api/v1/tokens", &how, body);
	assert_string_equal(asked_code(&a), "csrf_failed");
	how.site = "same-origin";
	a = ask(cx, POST, "/api/v1/tokens", &how, body);
	assert_int_equal(a.status, 201);
	a = ask(cx, DELETE, "/api/v1/session", &how, NULL);
	assert_int_equal(a.status, 204);
	a = ask(cx, GET, "/api/v1/session", &how, NULL);
	assert_int_equal(a.status, 401);
}

/* A path of the pattern, its parameters nobody's. */
static const char *
path_of(struct cx *cx, const char *pattern)
{
	char *out = arena_alloc(cx->mem, strlen(pattern) + 64), *o = out;
	const char *p;

	for (p = pattern; *p != '\0'; p++) {
		if (*p != '{') {
			*o++ = *p;
			continue;
		}
		memcpy(o, "999", 3);
		o += 3;
		p += strcspn(p, "}");
	}
	return out;
}

static void
assert_role(struct cx *cx, const struct route *r, const char *const *tokens)
{
	enum role need = role_read(r->right), role;
	struct asked a;

	for (role = ROLE_NONE; role <= ROLE_MANAGER; role++) {
		a = ask(cx, r->method, path_of(cx, r->pattern),
		    &(struct ask){ .token = tokens[role] },
		    r->method == GET || r->method == DELETE ? NULL : "{}");
		if ((a.status == 403) != (role != ROLE_NONE && role < need) ||
		    (a.status == 401) != (role == ROLE_NONE))
			print_error("%s as %s: %d\n", r->pattern,
			    role_name(role), a.status);
		assert_int_equal(a.status == 401, role == ROLE_NONE);
		assert_int_equal(a.status == 403,
		    role != ROLE_NONE && role < need);
		/* what is nobody's is not there */
		if (role >= need && strchr(r->pattern, '{') != NULL &&
		    (r->method == GET || r->method == DELETE))
			assert_int_equal(a.status, 404);
	}
}

/* Every route, as everybody. */
static void
each_role_may_what_its_route_says(struct cx *cx)
{
	static const struct route *const tables[] = { cloud_account_routes,
		cloud_connector_routes, cloud_order_routes, cloud_job_routes,
		cloud_log_routes, cloud_shipment_routes,
		cloud_shipment_csv_routes, cloud_courier_routes,
		cloud_where_routes, cloud_ship_rule_routes };
	const char *tokens[4] = { "lgvapi_nobody" };
	char secret[TOKEN_TEXT_MAX];
	const struct route *r;
	struct api_token t;
	size_t i;

	rig(cx);
	for (i = ROLE_VIEWER; i <= ROLE_MANAGER; i++) {
		must(cx,
		    api_token_add(cx, "test", "t", role_name((enum role)i),
			secret, &t));
		tokens[i] = arena_text(cx->mem, secret);
	}
	for (i = 0; i < COUNT_OF(tables); i++) {
		for (r = tables[i]; r->pattern != NULL; r++) {
			if (r->flags & ROUTE_OPEN)
				continue;
			assert_int_not_equal(role_read(r->right), ROLE_NONE);
			assert_role(cx, r, tokens);
		}
	}
}

/* A connector's token opens its own doors only. */
static void
a_connector_sees_nothing_of_another(struct cx *cx)
{
	const struct route *r;
	struct connector_secret one, two;
	struct connector c;
	struct order_sync s;
	struct asked a;
	const char *path;

	rig(cx);
	one = connector_new(cx, "One");
	two = connector_new(cx, "Two");
	for (r = cloud_link_routes; r->pattern != NULL; r++) {
		path = arena_printf(cx->mem, "/c/%s%s", two.connector.public_id,
		    path_of(cx, r->pattern + strlen("/c/{connector}")));
		a = ask(cx, r->method, path,
		    &(struct ask){ .token = one.token },
		    r->method == POST ? "{}" : NULL);
		assert_int_equal(a.status, 401);
		assert_string_equal(asked_code(&a), "not_authorized");
	}
	c = linked(cx, "Three", SHOP);
	s = take(cx, &c, "manual", document(cx, 1001, 0, "ring"));
	a = ask(cx, GET,
	    arena_printf(cx->mem, "/c/%s/jobs/%s/log", one.connector.public_id,
		s.job),
	    &(struct ask){ .token = one.token }, NULL);
	assert_int_equal(a.status, 404);
	a = ask(cx, GET, "/api/v1/orders", &(struct ask){ .token = one.token },
	    NULL);
	assert_int_equal(a.status, 401);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASES(only_the_right_password_signs_in),
		SQLITE_CASE(guessing_slows_down_and_ends_by_itself),
		SQLITE_CASE(a_guesser_does_not_lock_out_who_shares_the_address),
		CASES(tokens_of_a_name_are_counted),
		CASES(who_cannot_be_noted_reads_on),
		SQLITE_CASE(sessions_end_when_idle_and_after_twelve_hours),
		CASES(set_up_is_once_and_within_an_hour),
		CASES(a_cookie_needs_proof_for_changes),
		CASES(each_role_may_what_its_route_says),
		CASES(a_connector_sees_nothing_of_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
