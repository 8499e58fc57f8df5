/*
 * api_hook.c - the door for webhooks.
 *
 * On the network thread: it checks, seals and hands over, and the answer comes
 * when the row is durable.  200 for everything that is Shopify's, also what we
 * cannot use: anything else is repeated eight times.  shopify.dev, "Verify
 * webhook deliveries".
 */
#include "shopify/api_edge.h"

#include <string.h>

#include "base/arena.h"
#include "base/crashpoint.h"
#include "base/log.h"
#include "base/text.h"
#include "base/when.h"
#include "db/db.h"
#include "net/server.h"
#include "shopify/hook.h"
#include "shopify/opt.h"

enum {
	HEADER_MAX = 255,
	ROW_BYTES = 512, /* besides the body, about */
	RETRY_S = 5
};

/* A delivery on its way to the committer.  It lives with its request, which
   ends when the reply is given, and on the network's thread: what one thread
   takes and another gives back makes both wait in malloc. */
struct intake {
	struct cx cx; /* to log with: the request's is the network's */
	struct hook_row row;
	void *later;
};

static enum err
required(struct cx *cx, const struct request *rq, const char *name,
    const char **value)
{
	*value = header_get(rq, name);
	if (header_count(rq, name) != 1 || text_is_empty(*value) ||
	    strlen(*value) > HEADER_MAX ||
	    !text_is_utf8(*value, strlen(*value)))
		return cx_fail_code(cx, ERR_INPUT, "bad_request",
		    "%s: missing, repeated or too long", name);
	return OK;
}

static enum err
check(struct cx *cx, const struct request *rq)
{
	struct secrets s;
	enum err e;

	if ((e = opt_secrets(cx, &s)) != OK)
		return cx_fail(cx, ERR_STORE, "the client secret is missing");
	if (header_count(rq, "x-shopify-hmac-sha256") == 1 &&
	    hook_is_signed(cx, &s, rq->body,
		header_get(rq, "x-shopify-hmac-sha256")))
		return OK;
	return cx_fail_code(cx, ERR_AUTH, "bad_hmac",
	    "The webhook's HMAC is missing, doubled or wrong.");
}

static enum err
read_hook(struct cx *cx, const struct request *rq, struct hook *h)
{
	const char *at = header_get(rq, "x-shopify-triggered-at");
	enum err e;

	h->body = rq->body;
	h->triggered_at = 0;
	if (at != NULL)
		(void)when_read(at, &h->triggered_at);
	if ((e = required(cx, rq, "x-shopify-webhook-id", &h->id)) != OK ||
	    (e = required(cx, rq, "x-shopify-topic", &h->topic)) != OK)
		return e;
	e = required(cx, rq, "x-shopify-shop-domain", &h->domain);
	if (e == OK)
		h->domain = text_lower_ascii(cx->mem, h->domain);
	return e;
}

/* Where there is no server to wake us up: tests and the simulation. */
static enum err
store_now(struct cx *cx, const struct hook *h, struct reply *rp)
{
	struct hook_row row;
	enum err e;

	hook_seal(cx, h, &row);
	if ((e = db_tx(cx, hook_store, &row)) != OK)
		return e;
	reply_text(rp, "text/plain", "");
	return OK;
}

/* The reply is the last: `in` may be gone with it. */
static void
stored(void *arg, enum err e, const char *why)
{
	struct intake *in = arg;

	CRASH_POINT("hook.after_commit");
	if (e == OK) {
		reply_now(in->later, 200, "text/plain", "");
	} else {
		log_line(&in->cx, LEVEL_ERROR, "hook.not_stored", "why=%s",
		    why);
		reply_now(in->later, 503, "text/plain",
		    "Not stored; send it again.\n");
	}
}

static enum err
store_body(struct cx *cx, void *arg)
{
	struct intake *in = arg;

	return hook_store(cx, &in->row);
}

static enum err
store_many(struct cx *cx, void **args, size_t n)
{
	struct hook_row **rows = arena_alloc(cx->mem, n * sizeof(*rows));
	size_t i;

	for (i = 0; i < n; i++)
		rows[i] = &((struct intake *)args[i])->row;
	return hook_store_many(cx, rows, n);
}

/* The reply is promised before the unit is posted: it may be done at once. */
static enum err
post(struct cx *cx, const struct request *rq, const struct hook *h,
    struct reply *rp)
{
	struct intake *in = arena_alloc(cx->mem, sizeof(*in));
	struct db_unit unit = {
		.body = store_body,
		.many = store_many,
		.done = stored,
		.arg = in,
		.bytes = h->body.n + ROW_BYTES,
	};
	enum err e;

	in->cx = *cx;
	in->cx.mem = NULL;
	hook_seal(cx, h, &in->row);
	reply_header(cx, rp, "Retry-After", "%d", RETRY_S); /* read at 503 */
	in->later = reply_later(rq);
	if ((e = db_post(cx, &unit)) != OK)
		stored(in, e, cx->why);
	return OK;
}

static enum err
post_hook(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct hook h;
	enum err e;

	if ((e = check(cx, rq)) != OK)
		return e;
	if ((e = read_hook(cx, rq, &h)) != OK)
		return e;
	CRASH_POINT("hook.before_store");
	if (rq->later == NULL)
		return store_now(cx, &h, rp);
	return post(cx, rq, &h, rp);
}

const struct route hook_routes[] = {
	{ POST, "/webhooks", NULL, post_hook, ROUTE_OPEN | ROUTE_DIRECT,
	    HOOK_BODY_MAX },
	{ 0 },
};
