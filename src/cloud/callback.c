/*
 * callback.c - signed calls to the store's side.
 */
#include "cloud/callback.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/conf.h"
#include "base/crypt.h"
#include "base/env.h"
#include "base/json.h"
#include "base/text.h"
#include "base/when.h"
#include "cloud/connector.h"
#include "net/client.h"
#include "net/url.h"

enum { PING_TIMEOUT_MS = 10000, ANSWER_MAX = 8 << 20 };

struct message {
	const char *url;
	const char *body; /* NULL: GET */
	int64_t timeout_ms;
};

static const char *
signature(struct cx *cx, const char *secret, const char *signed_text)
{
	unsigned char d[DIGEST_BYTES];

	hmac_sha256((struct bytes){ (const unsigned char *)secret,
			strlen(secret) },
	    (struct bytes){ (const unsigned char *)signed_text,
		strlen(signed_text) },
	    d);
	return arena_printf(cx->mem, "v1,%s",
	    base64_encode(cx->mem, (struct bytes){ d, sizeof(d) }));
}

/* Each valid token signs, newest first: an app with either accepts it. */
static enum err
sign(struct cx *cx, const struct connector *c, const char *body,
    struct call *call)
{
	char id[27];
	const char *secrets[2], *name, *text, *stamp;
	struct buf b = buf_new(cx->mem);
	size_t n = 0, i;
	enum err e;

	if ((e = connector_secrets(cx, c->id, secrets, &n)) != OK)
		return e;
	id_new(cx, id);
	name = arena_printf(cx->mem, "msg_%s", id);
	stamp = arena_printf(cx->mem, "%" PRId64, cx->now / SECOND_MS);
	text = arena_printf(cx->mem, "%s.%s.%s", name, stamp, body ? body : "");
	for (i = 0; i < n; i++)
		buf_printf(&b, "%s%s", i > 0 ? " " : "",
		    signature(cx, secrets[i], text));
	call_header(call, "webhook-id", name);
	call_header(call, "webhook-timestamp", stamp);
	call_header(call, "webhook-signature", b.p);
	return OK;
}

static enum err
send(struct cx *cx, const struct connector *c, const struct message *m,
    struct answer *a)
{
	struct call call = {
		.method = m->body ? POST : GET,
		.url = m->url,
		.timeout_ms = m->timeout_ms,
		.max_bytes = ANSWER_MAX,
	};
	enum err e;

	cx->now = env_wall(cx->env); /* a job may have waited: the stamp is
					good for 5 minutes */
	if ((e = sign(cx, c, m->body, &call)) != OK)
		return e;
	if (m->body != NULL) {
		call_header(&call, "Content-Type", "application/json");
		call.body = (struct bytes){ (const unsigned char *)m->body,
			strlen(m->body) };
	}
	*a = (struct answer){ .retry_after_s = -1 };
	return client_call(cx, &call, a);
}

/* Their problem body, or NULL. */
static struct json *
problem_of(struct cx *cx, const struct answer *a)
{
	struct json *j = NULL;

	if (a->body.n > 0 &&
	    json_parse(cx, (const char *)a->body.p, a->body.n, &j) == OK)
		return j;
	return NULL;
}

/* Its code and words, or what stands for them. */
static enum err
theirs(struct cx *cx, enum err e, const char *code, const struct answer *a)
{
	const struct json *j = problem_of(cx, a);
	const char *c = json_get_text(j, "code");
	const char *words = json_get_text(j, "detail");

	return cx_fail_code(cx, e, code ? code : (c ? c : "upstream_failed"),
	    "The Shopify app answered %d%s%.300s", a->status,
	    words ? ": " : ".", words ? words : "");
}

static bool
is_about_time(struct cx *cx, const struct answer *a)
{
	const char *code = json_get_text(problem_of(cx, a), "code");

	return code != NULL && text_starts(code, "signature_");
}

static enum err
disconnected(struct cx *cx, const struct connector *c, const struct answer *a)
{
	enum err e;

	if ((e = connector_set_disconnected(cx, c)) != OK)
		return e;
	return theirs(cx, ERR_DENIED, "disconnected", a);
}

static enum err
busy(struct cx *cx, const struct answer *a)
{
	enum err e = theirs(cx, ERR_BUSY, "busy", a);

	cx->wait_ms = (a->retry_after_s > 0 ? a->retry_after_s : 5) * SECOND_MS;
	return e;
}

static enum err
judge(struct cx *cx, const struct connector *c, const struct answer *a,
    struct json **out)
{
	if (a->status / 100 == 2) {
		if (json_parse(cx, (const char *)a->body.p, a->body.n, out) ==
		    OK)
			return OK;
		return cx_fail_code(cx, ERR_UPSTREAM, "upstream_failed",
		    "The Shopify app's answer is not JSON.");
	}
	if (a->status == 429 || a->status == 503)
		return busy(cx, a);
	if (a->status == 401 && is_about_time(cx, a))
		return theirs(cx, ERR_UPSTREAM, NULL, a);
	if (a->status == 401 || a->status == 404 || a->status == 410)
		return disconnected(cx, c, a);
	if (a->status / 100 == 4)
		return theirs(cx, ERR_INPUT, NULL, a);
	return theirs(cx, ERR_UPSTREAM, "upstream_failed", a);
}

/* A proxy that cannot reach the app says so with a 5xx of its own. */
static bool
is_from_app(struct cx *cx, const struct answer *a)
{
	return a->status / 100 != 5 ||
	    json_get_text(problem_of(cx, a), "code") != NULL;
}

static enum err
unreached(struct cx *cx, const struct connector *c)
{
	const char *how =
	    arena_text(cx->mem, cx->code[0] ? cx->code : "failed");

	connector_note_call(cx, c, false);
	return cx_fail_code(cx, ERR_UPSTREAM, "upstream_failed",
	    "The Shopify app could not be reached (%s).", how);
}

enum err
callback_call(struct cx *cx, const struct connector *c, const char *path,
    const struct json *body, struct json **out)
{
	struct message m = { .body = body ? json_write(cx, body) : NULL };
	struct answer a;
	enum err e;

	if (!connector_is_linked(c) || c->callback_url == NULL)
		return cx_fail_code(cx, ERR_DENIED, "disconnected",
		    "No store is linked with the connector.");
	m.url = arena_printf(cx->mem, "%s%s", c->callback_url, path);
	e = send(cx, c, &m, &a);
	if (e == ERR_UPSTREAM)
		return unreached(cx, c);
	if (e != OK)
		return e;
	connector_note_call(cx, c, is_from_app(cx, &a));
	return judge(cx, c, &a, out);
}

/* --- the ping --- */

static enum err
ping_failed(struct cx *cx, const char *url, const char *how)
{
	return cx_fail_code(cx, ERR_UPSTREAM, "callback_failed",
	    "The address %.250s/ping %.200s", url, how);
}

static const char *
how_of(struct cx *cx)
{
	if (text_equal(cx->code, "timeout"))
		return "gave no answer within 10 seconds.";
	if (text_equal(cx->code, "tls"))
		return "has no certificate that can be trusted.";
	return "could not be reached.";
}

static enum err
url_check(struct cx *cx, const char *url)
{
	bool loose = cx->conf && conf_is(cx->conf, "allow-private-hosts");
	size_t n = strlen(url);
	struct url u;

	if (url_read(cx, url, loose, &u) == OK && u.query == NULL &&
	    url[n - 1] != '/')
		return OK;
	return cx_fail_code(cx, ERR_INPUT, "callback_url_refused",
	    "callback_url: a public https address is needed, without user, "
	    "query, fragment and final slash");
}

enum err
callback_ping(struct cx *cx, const struct connector *c, const char *url,
    const char *shop)
{
	struct message m = { .timeout_ms = PING_TIMEOUT_MS };
	struct json *j = NULL;
	struct answer a;
	enum err e;

	if ((e = url_check(cx, url)) != OK)
		return e;
	m.url = arena_printf(cx->mem, "%s/ping", url);
	e = send(cx, c, &m, &a);
	if (e == ERR_INPUT)
		return cx_fail_code(cx, e, "callback_url_refused",
		    "callback_url: it leads to a private or special address");
	if (e == ERR_UPSTREAM)
		return ping_failed(cx, url, how_of(cx));
	if (e != OK)
		return e;
	if (a.status == 401)
		return ping_failed(cx, url,
		    is_about_time(cx, &a)
			? "refused the time of the call: the clocks of this "
			  "machine and the app's differ."
			: "refused the signature: the app holds another "
			  "token.");
	if (a.status != 200 ||
	    json_parse(cx, (const char *)a.body.p, a.body.n, &j) != OK)
		return ping_failed(cx, url,
		    arena_printf(cx->mem, "answered %d, not as it should.",
			a.status));
	if (!text_equal(json_get_text(j, "shop"), shop))
		return ping_failed(cx, url, "answers for another store.");
	return OK;
}
