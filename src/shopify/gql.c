/*
 * gql.c - one call: points, token, network, and what the answer means.
 *
 * A throttled answer is a wait, not a failure.  401 gets another token once; a
 * second one of a living token means that the app must be opened.  Nothing is
 * tried again here but that: only the queue retries.
 */
#include "shopify/gql.h"

#include <string.h>

#include "base/arena.h"
#include "base/crashpoint.h"
#include "base/env.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "net/client.h"
#include "shopify/budget.h"
#include "shopify/opt.h"
#include "shopify/shop.h"
#include "shopify/token.h"

enum {
	ANSWER_MAX = 8 * 1024 * 1024,
	WAIT_USUAL_MS = 1000,
	FROZEN_MS = 60 * 60 * 1000
};

struct trip {
	const struct shop *shop;
	const struct gql_call *call;
	struct gql_answer *out;
	struct token token;
	int64_t taken;
	struct budget_word word;
	int status;
};

/* "1969.0" and 1969 alike. */
static int64_t
points(struct cx *cx, const struct json *j)
{
	const char *text = json_decimal(cx, j);
	int64_t n;

	if (text == NULL)
		return 0;
	text = arena_textn(cx->mem, text, strcspn(text, "."));
	return text_to_int(text, 0, INT32_MAX, &n) ? n : 0;
}

static void
read_cost(struct cx *cx, const struct json *j, struct budget_word *w)
{
	const struct json *cost = json_path(j, "extensions.cost");
	const struct json *t = json_get(cost, "throttleStatus");

	w->requested = points(cx, json_get(cost, "requestedQueryCost"));
	w->ceiling = points(cx, json_get(t, "maximumAvailable"));
	w->left_over = points(cx, json_get(t, "currentlyAvailable"));
	w->restore = points(cx, json_get(t, "restoreRate"));
}

static enum err
throttled(struct cx *cx, const struct trip *t)
{
	const struct budget_word *w = &t->word;
	int64_t wait = WAIT_USUAL_MS;

	if (w->restore > 0 && w->requested > w->left_over)
		wait = (w->requested - w->left_over) * 1000 / w->restore + 1;
	t->out->sent = false; /* nothing of it was done */
	return cx_busy(cx, wait, "Shopify asks to wait (THROTTLED)");
}

/* errors[] of an answer without data. */
static enum err
refused(struct cx *cx, const struct trip *t, const struct json *errors)
{
	const struct json *first = json_at(errors, 0);
	const char *code = json_text(json_path(first, "extensions.code"));

	if (text_equal(code, "THROTTLED"))
		return throttled(cx, t);
	if (code == NULL || text_equal(code, "INTERNAL_SERVER_ERROR") ||
	    text_equal(code, "TIMEOUT"))
		return cx_fail_code(cx, ERR_UPSTREAM, "upstream_failed",
		    "Shopify answered %s with an error of its own (%s)",
		    t->call->operation, code != NULL ? code : "no code");
	if (text_equal(code, "ACCESS_DENIED"))
		return cx_fail_code(cx, ERR_DENIED, "access_denied",
		    "Shopify denies %s: a scope is missing",
		    t->call->operation);
	return cx_fail(cx, ERR_BUG, "Shopify refuses our document %s (%s)",
	    t->call->operation, code);
}

/* A filter that Shopify does not know is left out, not refused: the search then
   finds everything.  shopify.dev, "API search syntax". */
static bool
search_warns(const struct json *j)
{
	const struct json *all = json_path(j, "extensions.search");
	size_t i;

	for (i = 0; i < json_count(all); i++) {
		if (json_count(json_get(json_at(all, i), "warnings")) > 0)
			return true;
	}
	return false;
}

/* How many parts are missing since the app may not read them: a missing scope
   as well as protected data without approval.  shopify.dev, "Protected
   customer data". */
static size_t
count_withheld(const struct json *errors)
{
	size_t i, n = 0;

	for (i = 0; i < json_count(errors); i++)
		n += text_equal(json_text(json_path(json_at(errors, i),
				    "extensions.code")),
		    "ACCESS_DENIED");
	return n;
}

/* A part is missing that may come when we ask again: an empty list may be one
   that could not be read.  What a mutation did must be looked at all the
   same. */
static bool
is_torn(const struct gql_call *call, const struct json *errors)
{
	return count_withheld(errors) < json_count(errors) &&
	    !text_starts(call->document, "mutation");
}

static enum err
read_answer(struct cx *cx, struct trip *t, const struct answer *a)
{
	struct json *j, *data, *errors;

	if (json_parse(cx, (const char *)a->body.p, a->body.n, &j) != OK)
		return cx_fail_code(cx, ERR_UPSTREAM, "upstream_failed",
		    "Shopify's answer to %s is not JSON", t->call->operation);
	read_cost(cx, j, &t->word);
	data = json_get(j, "data");
	errors = json_get(j, "errors");
	if (json_is_object(data) && is_torn(t->call, errors))
		return cx_fail_code(cx, ERR_UPSTREAM, "upstream_failed",
		    "Shopify answered only a part of %s", t->call->operation);
	if (json_is_object(data)) {
		t->out->data = data;
		t->out->partial = json_count(errors) > 0;
		t->out->withheld = count_withheld(errors) > 0;
		t->out->warned = search_warns(j);
		return OK;
	}
	if (json_is_array(errors) && json_count(errors) > 0)
		return refused(cx, t, errors);
	return cx_fail_code(cx, ERR_UPSTREAM, "upstream_failed",
	    "Shopify's answer to %s holds neither data nor errors",
	    t->call->operation);
}

static enum err
read_status(struct cx *cx, struct trip *t, const struct answer *a)
{
	switch (a->status) {
	case 200:
		return read_answer(cx, t, a);
	case 401:
		return cx_fail_code(cx, ERR_DENIED, "reconnect",
		    "Shopify does not take the access token of %s",
		    t->shop->domain);
	case 402:
	case 403:
	case 423:
	case 430:
		return cx_fail_code(cx, ERR_DENIED, "shop_closed",
		    "Shopify answers %d for %s: the store is closed to apps",
		    a->status, t->shop->domain);
	case 429:
		return cx_busy(cx,
		    a->retry_after_s > 0 ? a->retry_after_s * 1000
					 : WAIT_USUAL_MS,
		    "Shopify asks to wait (429)");
	default:
		break;
	}
	if (a->status >= 500)
		return cx_fail_code(cx, ERR_UPSTREAM, "upstream_failed",
		    "Shopify answered %d to %s", a->status, t->call->operation);
	return cx_fail(cx, ERR_BUG, "Shopify answered %d to %s", a->status,
	    t->call->operation);
}

static const char *
body_of(struct cx *cx, const struct gql_call *call)
{
	struct json *j = json_new_object(cx);

	json_set_text(cx, j, "query", call->document);
	json_set(j, "variables",
	    call->variables != NULL ? call->variables : json_new_object(cx));
	json_set_text(cx, j, "operationName", call->operation);
	return json_write(cx, j);
}

static enum err
travel(struct cx *cx, struct trip *t)
{
	const char *text = body_of(cx, t->call);
	struct call call = {
		.method = POST,
		.url = opt_shopify_url(cx, t->shop->domain,
		    "/admin/api/" SHOPIFY_API_VERSION "/graphql.json"),
		.trusted = true,
		.max_bytes = ANSWER_MAX,
		.body = { (const unsigned char *)text, strlen(text) },
	};
	struct answer a = { .status = 0 };
	enum err e;

	call_header(&call, "Content-Type", "application/json");
	call_header(&call, "Accept", "application/json");
	call_header(&call, "X-Shopify-Access-Token", t->token.access);
	CRASH_POINT("gql.before_call");
	e = cx->env->call(cx, &call, &a);
	CRASH_POINT("gql.after_call");
	if (e != OK) {
		t->out->sent = a.sent;
		return e;
	}
	t->status = a.status;
	t->out->sent = a.status >= 500 || a.status == 200;
	if (a.api_version != NULL &&
	    !text_equal(a.api_version, SHOPIFY_API_VERSION))
		log_line(cx, LEVEL_WARN, "shopify.version", "got=%s want=%s",
		    a.api_version, SHOPIFY_API_VERSION);
	return read_status(cx, t, &a);
}

/* The mirror is put right whatever the answer was; its reason is kept. */
static enum err
account(struct cx *cx, struct trip *t, enum err e)
{
	struct cx side;

	cx_child(&side, cx);
	(void)budget_give(&side, t->shop->id, t->call->operation, t->call->cost,
	    t->taken, &t->word);
	cx_done(&side);
	return e;
}

static enum err
once(struct cx *cx, struct trip *t)
{
	enum err e;

	t->status = 0; /* of this try, though it may end before the call */
	e = token_get(cx, t->shop, &t->token);
	if (e != OK)
		return e;
	e = budget_take(cx, t->shop->id, t->call->operation, t->call->cost,
	    t->call->urgency == GQL_PERSON, &t->taken);
	if (e != OK)
		return e;
	memset(&t->word, 0, sizeof(t->word));
	return account(cx, t, travel(cx, t));
}

static enum err
again_after_401(struct cx *cx, struct trip *t)
{
	enum err e;

	if ((e = token_refused(cx, t->shop, &t->token)) != OK)
		return e;
	if ((e = once(cx, t)) == OK || t->status != 401)
		return e;
	return token_refused_again(cx, t->shop, &t->token);
}

enum err
gql_run(struct cx *cx, const struct shop *shop, const struct gql_call *call,
    struct gql_answer *out)
{
	struct trip t = { .shop = shop, .call = call, .out = out };
	enum err e;

	memset(out, 0, sizeof(*out));
	e = once(cx, &t);
	if (e == ERR_DENIED && t.status == 401)
		e = again_after_401(cx, &t);
	return e;
}

bool
gql_is_plenty(struct cx *cx, const struct shop *shop, int64_t need)
{
	bool yes = false;

	return budget_is_plenty(cx, shop->id, need, &yes) == OK && yes;
}

enum err
gql_rest(struct cx *cx, enum err e)
{
	if (e != ERR_DENIED)
		return e;
	if (strcmp(cx->code, "reconnect") == 0)
		return OK;
	return cx_busy(cx, FROZEN_MS, "%s", cx->why);
}
