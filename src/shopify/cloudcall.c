/*
 * cloudcall.c - the one door to the Cloud App.
 *
 * What a status means for the link is decided here and nowhere else: a call
 * of a person and one of a job find the same thing disconnected.
 */
#include "shopify/cloudcall.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/env.h"
#include "base/json.h"
#include "base/text.h"
#include "base/when.h"
#include "db/db.h"
#include "gen/sql.h"
#include "net/client.h"
#include "queue/runner.h"
#include "shopify/note.h"
#include "shopify/shop.h"

enum {
	ANSWER_MAX = 1024 * 1024,
	REASON_MAX = 400,
	CODE_MAX = 48,
	BREAK_MAX_MS = 5 * MINUTE_MS,
	WAIT_USUAL_MS = 2000
};

struct trip {
	const struct shop *shop;
	const struct cloud_call *call;
	bool trial; /* not the saved link: nothing is recorded of it */
	struct shop_secret secret;
	const char *url;
	const char *token;
	struct json *answer;
};

/* --- how it goes --- */

static enum err
put_off(struct cx *cx, const struct trip *t)
{
	if (t->call->person || t->trial || t->secret.cloud_until <= cx->now)
		return OK;
	return cx_busy(cx, t->secret.cloud_until - cx->now,
	    "the Cloud App did not answer; it is tried again in a while");
}

static int64_t
base_ms(const struct cx *cx)
{
	int64_t ms =
	    cx->conf == NULL ? 1000 : conf_int(cx->conf, "retry-base-ms");

	return ms > 0 ? ms : 1;
}

/* Keeps the reason of the failure that brought us here. */
static void
record(struct cx *cx, const struct trip *t, bool failed)
{
	int64_t fails = failed ? t->secret.cloud_fails + 1 : 0;
	int64_t until = 0;
	struct cx side;
	struct note n = {
		.level = failed ? "warn" : "info",
		.step = failed ? "cloud.unreachable" : "cloud.reachable",
		.text = failed ? "The Cloud App does not answer; orders wait."
			       : "The Cloud App answers again.",
		.here_only = true,
	};

	if (t->trial || (!failed && t->secret.cloud_fails == 0))
		return;
	cx_child(&side, cx);
	if (failed) {
		until = side.now +
		    backoff_ms(cx->env, base_ms(cx), BREAK_MAX_MS, fails);
		n.why = cx->why;
		n.next = "Nothing to do if it comes back; else see that the "
			 "Cloud App runs and can be reached.";
	}
	(void)db_exec(&side, SQL_SHOP_SET_CLOUD, V(t->shop->id), V(fails),
	    V(until));
	if (!failed || fails == 1)
		(void)note_add(&side, t->shop, NULL, &n);
	cx_done(&side);
}

/* --- what it means --- */

static enum err
disconnected(struct cx *cx, const struct trip *t,
    const struct shop_refusal *why)
{
	enum err e = OK;

	if (!t->trial)
		e = shop_set_disconnected(cx, t->shop, t->token, why);
	if (e != OK)
		return e;
	return cx_fail_code(cx, ERR_DENIED, "disconnected", "%s", why->reason);
}

static enum err
wait_told(struct cx *cx, const struct answer *a, const char *words)
{
	cx_fail_code(cx, ERR_BUSY, "busy", "%s", words);
	cx->wait_ms =
	    a->retry_after_s > 0 ? a->retry_after_s * SECOND_MS : WAIT_USUAL_MS;
	return ERR_BUSY;
}

static bool
ends_link(const struct answer *a, const char *code)
{
	if (a->status == 401 || a->status == 410)
		return true;
	if (a->status == 404)
		return code == NULL || text_equal(code, "no_such_path");
	return text_equal(code, "not_linked");
}

static enum err
refused(struct cx *cx, const struct trip *t, const struct answer *a)
{
	struct json *j = NULL;
	const char *code, *words;
	enum err e = ERR_INPUT;

	if (json_parse(cx, (const char *)a->body.p, a->body.n, &j) != OK)
		j = NULL;
	code = json_get_text(j, "code");
	words = json_get_text(j, "detail");
	words = words != NULL
	    ? text_cut(cx->mem, words, REASON_MAX)
	    : arena_printf(cx->mem, "The Cloud App answered %d.", a->status);
	if (a->status == 429 || a->status == 503 ||
	    text_equal(code, "idempotency_in_progress"))
		return wait_told(cx, a, words);
	if (a->status >= 500 || a->status < 400)
		return cx_fail_code(cx, ERR_UPSTREAM,
		    code != NULL ? code : "upstream_failed", "%s", words);
	if (ends_link(a, code))
		return disconnected(cx, t,
		    &(struct shop_refusal){
			.code = code == NULL
			    ? NULL
			    : text_cut(cx->mem, code, CODE_MAX),
			.reason = words,
		    });
	if (a->status == 404)
		e = ERR_MISSING;
	if (a->status == 409)
		e = ERR_CONFLICT;
	return cx_fail_code(cx, e, code != NULL ? code : "bad_input", "%s",
	    words);
}

static enum err
read_answer(struct cx *cx, struct trip *t, const struct answer *a)
{
	if (a->status < 200 || a->status > 299)
		return refused(cx, t, a);
	if (json_parse(cx, (const char *)a->body.p, a->body.n, &t->answer) !=
		OK ||
	    !json_is_object(t->answer))
		return cx_fail_code(cx, ERR_UPSTREAM, "no_cloud_app",
		    "what answers at the Logivery App URL is no Cloud App");
	return OK;
}

static enum method
method_named(const char *name)
{
	if (strcmp(name, "POST") == 0)
		return POST;
	return strcmp(name, "DELETE") == 0 ? DELETE : GET;
}

static enum err
travel(struct cx *cx, struct trip *t)
{
	struct call call = {
		.method = method_named(t->call->method),
		.url = arena_printf(cx->mem, "%s%s", t->url, t->call->path),
		.max_bytes = ANSWER_MAX,
	};
	struct answer a = { .status = 0 };
	enum err e;

	call_header(&call, "Authorization",
	    arena_printf(cx->mem, "Bearer %s", t->token));
	call_header(&call, "Accept", "application/json");
	if (t->call->text != NULL) {
		call_header(&call, "Content-Type", "application/json");
		call.body = (struct bytes){
			(const unsigned char *)t->call->text,
			strlen(t->call->text),
		};
	}
	if (t->call->key != NULL)
		call_header(&call, "Idempotency-Key", t->call->key);
	e = cx->env->call(cx, &call, &a);
	if (e == ERR_INPUT && !t->trial) /* the address, and no order's fault */
		return cx_fail_code(cx, ERR_UPSTREAM,
		    arena_text(cx->mem, cx->code), "%s",
		    arena_text(cx->mem, cx->why));
	if (e != OK)
		return e;
	return read_answer(cx, t, &a);
}

static enum err
prepare(struct cx *cx, struct trip *t)
{
	const struct cloud_call *c = t->call;
	enum err e;

	t->trial = c->token != NULL;
	if (t->trial) {
		t->url = c->app_url;
		t->token = c->token;
		return OK;
	}
	if (!shop_is_linked(t->shop))
		return cx_fail_code(cx, ERR_DENIED, "disconnected",
		    "the store is not linked with a Cloud App");
	if ((e = shop_secret(cx, t->shop->id, &t->secret)) != OK)
		return e;
	if (t->secret.token == NULL)
		return cx_fail_code(cx, ERR_DENIED, "disconnected",
		    "no Authorization token is saved");
	t->url = t->shop->app_url;
	t->token = t->secret.token;
	return put_off(cx, t);
}

enum err
cloud_call(struct cx *cx, const struct shop *shop,
    const struct cloud_call *call, struct json **out)
{
	struct trip t = { .shop = shop, .call = call };
	enum err e;

	if ((e = prepare(cx, &t)) != OK)
		return e;
	e = travel(cx, &t);
	if (e == ERR_UPSTREAM)
		record(cx, &t, true);
	else if (e == OK)
		record(cx, &t, false);
	if (e == OK && out != NULL)
		*out = t.answer;
	return e;
}
