/*
 * incoming.c - decode once, strictly, and never again.
 *
 * A request that can be read in two ways is refused: escapes that are none,
 * bytes that are no UTF-8, raw blanks or '#' in the target.
 */
#include "net/incoming.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "net/url.h"

static enum err
read_method(struct cx *cx, const char *name, enum method *out)
{
	int m;

	for (m = 0; m < METHOD_COUNT; m++) {
		if (strcmp(method_name((enum method)m), name) == 0) {
			*out = (enum method)m;
			return OK;
		}
	}
	return cx_fail_code(cx, ERR_INPUT, "unknown_method",
	    "the method is not known here");
}

static enum err
bad(struct cx *cx, const char *why)
{
	return cx_fail_code(cx, ERR_INPUT, "bad_request", "%s", why);
}

/* "a=1&b&c=x+y": form encoding, as browsers write it. */
static enum err
read_query(struct cx *cx, struct request *rq, const char *q)
{
	struct param *p;
	char *name, *value;
	size_t n, eq;

	for (; *q != '\0'; q += n + (q[n] == '&')) {
		n = strcspn(q, "&");
		if (n == 0)
			continue;
		if (rq->nquery == sizeof(rq->query) / sizeof(rq->query[0]))
			return bad(cx, "query: too many parameters");
		eq = strcspn(q, "=&");
		if (!text_url_decode(cx->mem, q, eq, true, &name) ||
		    !text_url_decode(cx->mem, q + eq + (eq < n),
			n - eq - (eq < n), true, &value))
			return bad(cx, "query: bad escape or not UTF-8");
		p = &rq->query[rq->nquery++];
		p->name = name;
		p->value = value;
	}
	return OK;
}

static enum err
read_target(struct cx *cx, struct request *rq, const char *target)
{
	const char *p;
	char *path;
	size_t n;

	for (p = target; *p != '\0'; p++) {
		if (*p <= 0x20 || *p >= 0x7f || *p == '#')
			return bad(cx, "the target has forbidden characters");
	}
	if (target[0] != '/')
		return bad(cx, "the target must begin with '/'");
	n = strcspn(target, "?");
	if (!text_url_decode(cx->mem, target, n, false, &path))
		return bad(cx, "path: bad escape or not UTF-8");
	rq->path = path;
	return target[n] == '?' ? read_query(cx, rq, target + n + 1) : OK;
}

static void
read_headers(struct cx *cx, struct request *rq, const struct wire *w)
{
	const struct wire_field *f;
	struct param *p;
	size_t i, n;

	for (i = 0; i < w->nfields; i++) {
		f = &w->fields[i];
		n = f->value_n; /* trailing blanks are no part of it */
		while (n > 0 && strchr(" \t", f->value[n - 1]) != NULL)
			n--;
		p = &rq->headers[rq->nheaders++];
		p->name = text_lower_ascii(cx->mem,
		    arena_textn(cx->mem, f->name, f->name_n));
		p->value = arena_textn(cx->mem, f->value, n);
	}
}

enum err
incoming_read(struct cx *cx, const struct wire *w, struct request *rq)
{
	enum err e;

	if ((e = read_method(cx, w->method, &rq->method)) != OK)
		return e;
	if ((e = read_target(cx, rq, w->target)) != OK)
		return e;
	read_headers(cx, rq, w);
	return OK;
}

/* IPv4 in IPv6 is shown as IPv4: one client, one spelling. */
static const char *
address_text(struct cx *cx, const struct sockaddr *sa)
{
	char text[INET6_ADDRSTRLEN] = "";
	const struct sockaddr_in *v4 = (const void *)sa;
	const struct sockaddr_in6 *v6 = (const void *)sa;

	if (sa->sa_family == AF_INET)
		inet_ntop(AF_INET, &v4->sin_addr, text, sizeof(text));
	else if (sa->sa_family == AF_INET6 &&
	    IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr))
		inet_ntop(AF_INET, &v6->sin6_addr.s6_addr[12], text,
		    sizeof(text));
	else if (sa->sa_family == AF_INET6)
		inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof(text));
	return arena_text(cx->mem, text);
}

static bool
address_read(const char *text, struct sockaddr_storage *out)
{
	struct sockaddr_in *v4 = (void *)out;
	struct sockaddr_in6 *v6 = (void *)out;

	memset(out, 0, sizeof(*out));
	if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
		out->ss_family = AF_INET;
		return true;
	}
	if (inet_pton(AF_INET6, text, &v6->sin6_addr) == 1) {
		out->ss_family = AF_INET6;
		return true;
	}
	return false;
}

/* Several headers of a name count as one list (RFC 9110, section 5.3). */
static const char *
forwarded_for(struct cx *cx, const struct request *rq, const char *proxy)
{
	struct sockaddr_storage sa;
	char **hops;
	size_t i, n;

	for (i = rq->nheaders; i-- > 0;) {
		if (strcmp(rq->headers[i].name, "x-forwarded-for") != 0)
			continue;
		n = text_split(cx->mem, rq->headers[i].value, ',', &hops);
		while (n-- > 0) {
			if (!address_read(hops[n], &sa))
				return NULL;
			if (!address_in((struct sockaddr *)&sa, proxy))
				return address_text(cx, (struct sockaddr *)&sa);
		}
	}
	return NULL;
}

void
incoming_from(struct cx *cx, struct request *rq, const struct sockaddr *sa,
    bool tls, const char *proxy)
{
	const char *client, *proto;

	rq->remote = address_text(cx, sa);
	rq->secure = tls;
	if (proxy == NULL || !address_in(sa, proxy))
		return;
	if ((client = forwarded_for(cx, rq, proxy)) != NULL)
		rq->remote = client;
	proto = header_get(rq, "x-forwarded-proto");
	if (proto != NULL && header_count(rq, "x-forwarded-proto") == 1)
		rq->secure = text_equal_ascii_case(proto, "https");
}
