/*
 * token_test.c - tests of cloud/connector_token.c: whether the store's app has
 * the newest token is known from the calls it makes.
 */
#include "cloud_rig.h"

#include "base/arena.h"
#include "base/when.h"
#include "cloud/api_token.h"

static struct ask viewer;

static int
call(struct cx *cx, const struct connector *c, const char *token,
    enum method method, const char *path, const char *body)
{
	return ask(cx, method,
	    arena_printf(cx->mem, "/c/%s%s", c->public_id, path),
	    &(struct ask){ .token = token }, body)
	    .status;
}

/* As the app calls in its work, with the token it has saved. */
static int
works(struct cx *cx, const struct connector *c, const char *token)
{
	return call(cx, c, token, POST, "/orders/status",
	    "{\"ids\":[\"1001\"]}");
}

static int
link_call(struct cx *cx, const struct connector *c, const char *token,
    const char *verify)
{
	return call(cx, c, token, POST, "/link",
	    arena_printf(cx->mem,
		"{\"shop\":\"" SHOP "\",\"app_version\":\"0.1.0\","
		"\"callback_url\":\"%s\"%s}",
		c->callback_url, verify));
}

/* A linked connector whose app calls with its token. */
static struct connector_secret
tea_watched(struct cx *cx)
{
	char *secret = arena_alloc(cx->mem, TOKEN_TEXT_MAX);
	struct connector_secret s;
	struct api_token t;

	rig(cx);
	must(cx, api_token_add(cx, "test", "test", "viewer", secret, &t));
	viewer = (struct ask){ .token = secret };
	must(cx,
	    connector_rotate(cx, "test", linked(cx, "Tea", SHOP).id, 0, &s));
	assert_int_equal(works(cx, &s.connector, s.token), 200);
	return s;
}

static struct connector_secret
rotated(struct cx *cx, const struct connector_secret *s, int64_t overlap_hours)
{
	struct connector_secret r;

	must(cx,
	    connector_rotate(cx, "test", s->connector.id, overlap_hours, &r));
	return r;
}

/* NULL: not; and the first page counts it. */
static const char *
awaited(struct cx *cx, const struct connector_secret *s)
{
	struct asked a = ask(cx, GET, "/api/v1/summary", &viewer, NULL);
	int64_t n = json_int(json_get(a.body, "disconnected"), -1);
	const char *since;

	a = ask(cx, GET,
	    arena_printf(cx->mem, "/api/v1/connectors/%s",
		s->connector.public_id),
	    &viewer, NULL);
	since = json_get_text(a.body, "token_awaited_since");
	assert_int_equal(n, since != NULL);
	return since;
}

static void
a_token_is_awaited_until_the_app_calls_with_it(struct cx *cx)
{
	struct connector_secret s, r;
	const char *began;

	s = tea_watched(cx);
	assert_null(awaited(cx, &s));
	r = rotated(cx, &s, 0);
	began = awaited(cx, &r);
	assert_string_equal(began, when_write(cx->mem, cx->now));
	test_clock_advance(cx, HOUR_MS);
	assert_int_equal(works(cx, &s.connector, s.token), 401);
	assert_int_equal(works(cx, &s.connector, "lgv_anybody"), 401);
	assert_string_equal(awaited(cx, &r), began);
	assert_int_equal(works(cx, &s.connector, r.token), 200);
	assert_null(awaited(cx, &r));
}

static void
a_token_is_awaited_when_the_overlap_has_ended(struct cx *cx)
{
	struct connector_secret s, r;

	s = tea_watched(cx);
	r = rotated(cx, &s, 24);
	assert_int_equal(works(cx, &s.connector, s.token), 200);
	assert_null(awaited(cx, &r));
	test_clock_advance(cx, 24 * HOUR_MS);
	assert_non_null(awaited(cx, &r));
	assert_int_equal(works(cx, &s.connector, r.token), 200);
	assert_null(awaited(cx, &r));
}

/* The app has neither the newest token nor the one that still overlaps. */
static void
rotated_twice_the_token_is_awaited_at_once(struct cx *cx)
{
	struct connector_secret s, r, q;

	s = tea_watched(cx);
	r = rotated(cx, &s, 24);
	q = rotated(cx, &s, 24);
	assert_int_equal(works(cx, &s.connector, s.token), 401);
	assert_non_null(awaited(cx, &q));
	assert_int_equal(works(cx, &s.connector, r.token), 200);
	assert_null(awaited(cx, &q)); /* till the overlap ends */
	test_clock_advance(cx, 24 * HOUR_MS);
	assert_non_null(awaited(cx, &q));
}

/* The app's "Check": nothing is saved, the old token is still in use. */
static void
a_trial_does_not_say_that_the_app_has_the_token(struct cx *cx)
{
	struct connector_secret s, r;

	s = tea_watched(cx);
	r = rotated(cx, &s, 0);
	assert_int_equal(call(cx, &r.connector, r.token, GET, "/", NULL), 200);
	assert_int_equal(call(cx, &r.connector, r.token, GET, "", NULL), 200);
	assert_non_null(awaited(cx, &r));
	assert_int_equal(link_call(cx, &r.connector, r.token,
			     ",\"verify\":true"),
	    200);
	assert_non_null(awaited(cx, &r));
	assert_int_equal(works(cx, &r.connector, r.token), 200);
	assert_null(awaited(cx, &r));
}

static void
a_link_says_that_the_app_has_the_token(struct cx *cx)
{
	struct connector_secret s, r;

	s = tea_watched(cx);
	r = rotated(cx, &s, 0);
	assert_int_equal(link_call(cx, &r.connector, r.token, ""), 200);
	assert_null(awaited(cx, &r));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASES(a_token_is_awaited_until_the_app_calls_with_it),
		CASES(a_token_is_awaited_when_the_overlap_has_ended),
		CASES(rotated_twice_the_token_is_awaited_at_once),
		CASES(a_trial_does_not_say_that_the_app_has_the_token),
		CASES(a_link_says_that_the_app_has_the_token),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
