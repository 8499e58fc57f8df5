/*
 * http.h - a request as we read it, a reply as we write it, routes as rows.
 *
 * A handler reads the body into a struct, calls the domain, writes the reply,
 * and returns why it could not; the router turns that into a status and a
 * problem body (RFC 9457).  Who asks comes from the token, never the body.
 */
#ifndef NET_HTTP_H
#define NET_HTTP_H

#include "base/cx.h"
#include "base/field.h"
#include "net/method.h"

struct json;
struct who; /* each program says what it knows of its callers */
struct request;
struct stream;

struct param {
	const char *name;
	const char *value;
};

struct reply {
	int status; /* 200 unless set */
	const char *content_type;
	struct bytes body;
	struct param headers[16];
	size_t nheaders;
	struct stream *stream; /* instead of a body: server-sent events */
};

enum {
	ROUTE_OPEN = 1,   /* no authentication */
	ROUTE_DIRECT = 2, /* runs on the network thread: must not block; may
			     answer later (reply_later) */
	ROUTE_WEB = 4     /* a document for browsers, not JSON */
};

struct route {
	enum method method;
	const char *pattern; /* "/api/v1/orders/{id}"; "{rest*}" at the end
				takes slashes too */
	const char *right;   /* what the caller must hold; NULL: nothing */
	enum err (
	    *handler)(struct cx *, const struct request *, struct reply *);
	int flags;
	size_t body_max; /* bytes; 0: 1 MiB */
};

struct request {
	enum method method;
	const char *path; /* decoded, no query */
	struct bytes body;
	const struct route *route;
	const struct who *who;  /* set by the site's authenticate */
	const char *remote;     /* the client's address, proxy considered */
	bool secure;            /* came by https, here or at the proxy */
	struct param params[8]; /* from the pattern */
	size_t nparams;
	struct param query[32]; /* decoded */
	size_t nquery;
	struct param headers[64]; /* names lower-cased */
	size_t nheaders;
	void *site;  /* struct site's `self` */
	void *later; /* server's own, for reply_later */
};

/* What a program serves. */
struct site {
	const struct route *const *tables; /* each ends with { 0 }; NULL ends */
	/* For a GET of a path no row knows, whatever its pattern: the front
	   end, which has pages of its own.  NULL: none. */
	const struct route *fallback;
	/* Find out who asks and whether they hold route->right; ERR_AUTH or
	   ERR_DENIED with code and words.  Not called for ROUTE_OPEN. */
	enum err (*authenticate)(struct cx *, struct request *);
	/* May add headers to any reply, errors included (CSP and the like);
	   may be NULL. */
	void (*dress)(struct cx *, const struct request *, struct reply *);
	void *self;
};

/* --- asking the request --- */
const char *header_get(const struct request *, const char *name); /* NULL */
size_t header_count(const struct request *, const char *name);
const char *path_text(const struct request *, const char *name); /* never
								     NULL */
int64_t path_int(const struct request *, const char *name);      /* 0: none */
const char *query_get(const struct request *, const char *name); /* NULL */
/* Within limits or ERR_INPUT; absent gives dflt. */
enum err query_int(struct cx *, const struct request *, const char *name,
    int64_t dflt, int64_t min, int64_t max, int64_t *out);

/* The JSON body into a struct; ERR_INPUT says what is wrong where.  A body
   that is not application/json is refused (415 words, code "not_json"). */
enum err body_read(struct cx *, const struct request *, const struct field *,
    void *out);
enum err body_json(struct cx *, const struct request *, struct json **);

/* --- writing the reply; memory from cx->mem --- */
void reply_status(struct reply *, int status);
void reply_header(struct cx *, struct reply *, const char *name,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void reply_json(struct cx *, struct reply *, const struct json *);
void reply_object(struct cx *, struct reply *, const struct field *,
    const void *);
/* {"items": […], "next_cursor": …}; next NULL on the last page. */
void reply_page(struct cx *, struct reply *, struct json *items,
    const char *next);
void reply_text(struct reply *, const char *type, const char *text);
/* The problem body for why `e` happened, from cx->why and cx->code. */
void reply_problem(struct cx *, struct reply *, enum err e);
/* The same with a member more (RFC 9457, section 3.2); NULL: none. */
void reply_problem_with(struct cx *, struct reply *, enum err e,
    const char *member, struct json *value);

/*
 * Route, authenticate, call, and make a problem of any failure: the whole of
 * serving but the bytes.  The server calls it; so does the simulation.
 * Unknown path 404 "no_such_path"; wrong method 405 with Allow.
 */
void router_run(struct cx *, const struct site *, struct request *,
    struct reply *);
/* What every reply carries, errors included: the site's dress, then our own
   security headers where it set none.  router_run does it; a reply made past
   the router needs it too. */
void reply_dress(struct cx *, const struct site *, const struct request *,
    struct reply *);
/* Only find the route (sets rq->route and params); ERR_MISSING, or
   ERR_INPUT with code "method_not_allowed". */
enum err router_find(struct cx *, const struct site *, struct request *);

/* A next step for people by stable code ("what to do next"), used in problem
   bodies as "next"; programs register their table.  NULL: none. */
struct hint {
	const char *code;
	const char *next;
	int status; /* overrides err_row's HTTP status; 0: no */
};
void router_hints(const struct hint *);

#endif
