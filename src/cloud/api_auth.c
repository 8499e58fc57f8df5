/*
 * api_auth.c - who asks, and may they?
 *
 * Three doors: a connector's token on /c/, an API token, a session's cookie.
 * Only the cookie comes by itself with a request, so only there a change needs
 * proof that it comes from our own page: Fetch Metadata or Origin, and the
 * session's own token in a header.
 */
#include "cloud/api_edge.h"

#include <string.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/crypt.h"
#include "base/text.h"
#include "cloud/account.h"
#include "cloud/api_token.h"
#include "cloud/connector.h"
#include "net/url.h"

static bool
is_plain_http(const struct cx *cx)
{
	const char *url = cx->conf ? conf_text(cx->conf, "public-url") : NULL;

	return url != NULL && text_starts(url, "http://");
}

const char *
cookie_name(const struct cx *cx)
{
	return is_plain_http(cx) ? "logivery" : "__Host-logivery";
}

void
cookie_set(struct cx *cx, struct reply *rp, const char *token)
{
	reply_header(cx, rp, "Set-Cookie",
	    "%s=%s; Path=/; HttpOnly; SameSite=Lax%s%s", cookie_name(cx),
	    token ? token : "", is_plain_http(cx) ? "" : "; Secure",
	    token ? "" : "; Max-Age=0");
}

/* The cookie's value; NULL: none, or more than one of that name (then one is
   not ours). */
static const char *
cookie_get(struct cx *cx, const struct request *rq)
{
	const char *line = header_get(rq, "cookie"), *name, *found = NULL;
	char **pieces;
	size_t n, i, len;

	if (line == NULL || header_count(rq, "cookie") > 1)
		return NULL;
	name = cookie_name(cx);
	len = strlen(name);
	n = text_split(cx->mem, line, ';', &pieces);
	for (i = 0; i < n; i++) {
		if (!text_starts(pieces[i], name) || pieces[i][len] != '=')
			continue;
		if (found != NULL)
			return NULL;
		found = pieces[i] + len + 1;
	}
	return found;
}

static const char *
bearer_get(const struct request *rq)
{
	const char *v = header_get(rq, "authorization");

	if (v == NULL || header_count(rq, "authorization") > 1 ||
	    strncasecmp(v, "Bearer ", 7) != 0)
		return NULL;
	return v + 7;
}

/* --- forged requests --- */

static enum err
forged(struct cx *cx)
{
	const char *url = cx->conf ? conf_text(cx->conf, "public-url") : NULL;

	return cx_fail_code(cx, ERR_DENIED, "csrf_failed",
	    "The call does not come from the console's own page%s%s",
	    url != NULL ? ", which is at " : "", url != NULL ? url : "");
}

static bool
origin_is_ours(struct cx *cx, const char *origin)
{
	const char *url = cx->conf ? conf_text(cx->conf, "public-url") : NULL;
	struct url ours;

	return url != NULL && url_read(cx, url, true, &ours) == OK &&
	    text_equal(origin, ours.origin);
}

static bool
same_text(const char *a, const char *b)
{
	return a != NULL && b != NULL && strlen(a) == strlen(b) &&
	    crypt_same(a, b, strlen(a));
}

static enum err
forgery_check(struct cx *cx, const struct request *rq, const struct who *w)
{
	const char *site = header_get(rq, "sec-fetch-site");
	const char *origin = header_get(rq, "origin");

	if (rq->method == GET || rq->method == HEAD)
		return OK;
	if (site != NULL && !text_equal(site, "same-origin"))
		return forged(cx);
	if (origin != NULL && !origin_is_ours(cx, origin))
		return forged(cx);
	if (!same_text(header_get(rq, "x-csrf-token"), w->csrf))
		return forged(cx);
	return OK;
}

/* --- the doors --- */

static enum err
connector_enter(struct cx *cx, const struct request *rq, struct who *w)
{
	struct connector *c = arena_alloc(cx->mem, sizeof(*c));
	const char *token = bearer_get(rq);
	enum err e;

	e = connector_check(cx, path_text(rq, "connector"), token ? token : "",
	    c, &w->token_until);
	if (e != OK)
		return e;
	w->connector = c;
	if (text_equal(rq->route->right, "connector_trial"))
		return OK;
	return connector_note_used(cx, c, w->token_until);
}

bool
person_is_nobody(struct cx *cx, const struct request *rq)
{
	return header_get(rq, "authorization") == NULL &&
	    cookie_get(cx, rq) == NULL;
}

enum err
person_enter(struct cx *cx, const struct request *rq, struct who *w)
{
	const char *token = bearer_get(rq);
	const char *cookie;
	enum err e;

	if (token != NULL)
		return api_token_check(cx, token, w);
	if ((cookie = cookie_get(cx, rq)) == NULL)
		return cx_fail(cx, ERR_AUTH,
		    "Neither an API token nor a session came with the call");
	if ((e = session_check(cx, cookie, w)) != OK)
		return e;
	return forgery_check(cx, rq, w);
}

enum err
cloud_authenticate(struct cx *cx, struct request *rq)
{
	struct who *w = arena_alloc(cx->mem, sizeof(*w));
	const char *right = rq->route->right;
	enum role need;
	enum err e;

	rq->who = w;
	if (text_starts(right, "connector"))
		return connector_enter(cx, rq, w);
	need = role_read(right);
	if (need == ROLE_NONE)
		return cx_fail(cx, ERR_BUG, "%s: no right is named",
		    rq->route->pattern);
	if ((e = person_enter(cx, rq, w)) != OK)
		return e;
	if (w->role < need)
		return cx_fail_code(cx, ERR_DENIED, "denied",
		    "This needs the role %s, and you have the role %s", right,
		    role_name(w->role));
	return OK;
}
