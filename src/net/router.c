/*
 * router.c - from a request to its handler, and from a failure to its reply.
 *
 * Routes are searched in order; one without parameters wins over one with, so
 * that "/orders/export" may stand beside "/orders/{id}".  A parameter takes one
 * whole segment, "{name*}" at the end the rest of the path.  There are some
 * dozens of routes: walking them costs less than a clever table would explain.
 */
#include "net/http.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"

struct match {
	struct param params[8];
	size_t nparams;
};

/* "{id}" takes a segment, "{rest*}" everything; *path moves behind it. */
static bool
match_param(struct cx *cx, const char *name, size_t n, const char **path,
    struct match *m)
{
	size_t len = strcspn(*path, "/");

	if (n > 0 && name[n - 1] == '*') {
		len = strlen(*path);
		n--;
	}
	if (len == 0)
		return false;
	assert(m->nparams < sizeof(m->params) / sizeof(m->params[0]));
	m->params[m->nparams].name = arena_textn(cx->mem, name, n);
	m->params[m->nparams].value = arena_textn(cx->mem, *path, len);
	m->nparams++;
	*path += len;
	return true;
}

static bool
match(struct cx *cx, const char *pattern, const char *path, struct match *m)
{
	size_t n;

	m->nparams = 0;
	while (*pattern != '\0') {
		if (*pattern != '{') {
			if (*pattern++ != *path++)
				return false;
			continue;
		}
		n = strcspn(pattern, "}");
		assert(pattern[n] == '}');
		if (!match_param(cx, pattern + 1, n - 1, &path, m))
			return false;
		pattern += n + 1;
	}
	return *path == '\0';
}

static bool
method_fits(const struct route *r, enum method m)
{
	return r->method == m || (m == HEAD && r->method == GET);
}

/* The n-th route of all tables; NULL behind the last. */
static const struct route *
route_next(const struct site *s, size_t *table, size_t *row)
{
	const struct route *r;

	while (s->tables[*table] != NULL) {
		r = &s->tables[*table][*row];
		if (r->pattern != NULL) {
			(*row)++;
			return r;
		}
		(*table)++;
		*row = 0;
	}
	return NULL;
}

enum err
router_find(struct cx *cx, const struct site *site, struct request *rq)
{
	const struct route *r, *best = NULL;
	struct match m, best_m = { .nparams = 0 };
	size_t table = 0, row = 0;
	bool known = false;

	while ((r = route_next(site, &table, &row)) != NULL) {
		if (!match(cx, r->pattern, rq->path, &m))
			continue;
		known = true;
		if (!method_fits(r, rq->method))
			continue;
		if (best != NULL && (best_m.nparams == 0 || m.nparams > 0))
			continue;
		best = r;
		best_m = m;
	}
	if (!known && site->fallback != NULL &&
	    method_fits(site->fallback, rq->method))
		best = site->fallback;
	if (best == NULL && known)
		return cx_fail_code(cx, ERR_INPUT, "method_not_allowed",
		    "%s is not possible here", method_name(rq->method));
	if (best == NULL)
		return cx_fail_code(cx, ERR_MISSING, "no_such_path",
		    "no such path");
	rq->route = best;
	memcpy(rq->params, best_m.params, sizeof(rq->params));
	rq->nparams = best_m.nparams;
	return OK;
}

/* What the path would take, for 405 (RFC 9110, section 15.5.6). */
static const char *
allowed(struct cx *cx, const struct site *site, const struct request *rq)
{
	const struct route *r;
	struct match m;
	bool has[METHOD_COUNT] = { false };
	size_t table = 0, row = 0;
	struct buf b = buf_new(cx->mem);
	int i;

	while ((r = route_next(site, &table, &row)) != NULL) {
		if (match(cx, r->pattern, rq->path, &m))
			has[r->method] = true;
	}
	has[HEAD] = has[HEAD] || has[GET];
	for (i = 0; i < METHOD_COUNT; i++) {
		if (has[i])
			buf_printf(&b, "%s%s", b.n > 0 ? ", " : "",
			    method_name((enum method)i));
	}
	return b.p;
}

static enum err
admit(struct cx *cx, const struct site *site, struct request *rq)
{
	if (rq->route->flags & ROUTE_OPEN)
		return OK;
	if (site->authenticate == NULL)
		return cx_fail(cx, ERR_BUG, "%s: nobody can authenticate",
		    rq->route->pattern);
	return site->authenticate(cx, rq);
}

static enum err
serve(struct cx *cx, const struct site *site, struct request *rq,
    struct reply *rp)
{
	enum err e;

	if (rq->route == NULL && (e = router_find(cx, site, rq)) != OK)
		return e;
	if ((e = admit(cx, site, rq)) != OK)
		return e;
	return rq->route->handler(cx, rq, rp);
}

static bool
reply_has(const struct reply *rp, const char *name)
{
	size_t i;

	for (i = 0; i < rp->nheaders; i++) {
		if (text_equal_ascii_case(rp->headers[i].name, name))
			return true;
	}
	return false;
}

static const struct param standard[] = {
	{ "X-Content-Type-Options", "nosniff" },
	{ "Referrer-Policy", "no-referrer" },
	{ "Cache-Control", "no-store" },
	{ "Content-Security-Policy",
	    "default-src 'none'; frame-ancestors 'none'" },
};

void
reply_dress(struct cx *cx, const struct site *site, const struct request *rq,
    struct reply *rp)
{
	size_t i;

	if (rp->status == 0)
		rp->status = 200;
	if (site->dress != NULL)
		site->dress(cx, rq, rp);
	for (i = 0; i < sizeof(standard) / sizeof(standard[0]); i++) {
		if (!reply_has(rp, standard[i].name))
			reply_header(cx, rp, standard[i].name, "%s",
			    standard[i].value);
	}
	if (rq->secure && !reply_has(rp, "Strict-Transport-Security"))
		reply_header(cx, rp, "Strict-Transport-Security",
		    "max-age=31536000; includeSubDomains");
}

void
router_run(struct cx *cx, const struct site *site, struct request *rq,
    struct reply *rp)
{
	enum err e;

	rq->site = site->self;
	e = serve(cx, site, rq, rp);
	if (e != OK)
		reply_problem(cx, rp, e);
	if (e == ERR_INPUT && rp->status == 405 && rq->route == NULL)
		reply_header(cx, rp, "Allow", "%s", allowed(cx, site, rq));
	reply_dress(cx, site, rq, rp);
}
