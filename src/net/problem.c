/*
 * problem.c - a failure as a status and a problem body (RFC 9457).
 *
 * The stable code decides: programs register what to do next, and a status
 * where the one of the error's row is too coarse.  What net/ itself says is the
 * table below.  Reasons of our own failures (bug, store) go to the log, not to
 * the caller: they name our insides and help nobody outside.
 */
#include "net/http.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"

enum { HINT_TABLES_MAX = 8 };

static const struct hint own_hints[] = {
	{ "no_such_path", "Check the address against doc/openapi.yaml.", 404 },
	{ "method_not_allowed", "Use one of the methods in the Allow header.",
	    405 },
	{ "not_json", "Send JSON with Content-Type: application/json.", 415 },
	{ "bad_json", "Mend the JSON text and send it again.", 400 },
	{ "bad_request", "Mend the request and send it again.", 400 },
	{ "unknown_method", "Use a method of the API.", 501 },
	{ "body_too_large", "Send less at once.", 413 },
	{ "headers_too_large", "Send fewer or shorter headers.", 431 },
	{ "overloaded", "Wait as long as Retry-After says, then try again.",
	    503 },
	{ "too_slow",
	    "Try again; if it was a change, look first whether it "
	    "took place.",
	    503 },
	{ "key_missing",
	    "Put your copy of the key file back, and send the program SIGHUP "
	    "or start it again.",
	    503 },
	{ NULL },
};

/* Registered by main before any thread runs; read only from then on. */
static const struct hint *tables[HINT_TABLES_MAX + 1] = { own_hints };

void
router_hints(const struct hint *table)
{
	size_t i;

	for (i = 0; tables[i] != NULL; i++) {
		if (tables[i] == table)
			return;
	}
	assert(i < HINT_TABLES_MAX);
	tables[i] = table;
}

/* A program's row wins over ours: later tables first. */
static const struct hint *
hint_find(const char *code)
{
	const struct hint *h;
	size_t i;

	for (i = HINT_TABLES_MAX; i-- > 0;) {
		for (h = tables[i]; h != NULL && h->code != NULL; h++) {
			if (strcmp(h->code, code) == 0)
				return h;
		}
	}
	return NULL;
}

static const char *
detail(const struct cx *cx, enum err e)
{
	if (e == ERR_BUG)
		return "The server made a mistake; its log says more.";
	if (e == ERR_STORE && strcmp(cx->code, "key_missing") == 0)
		return "A secret is sealed with a key that the server's key "
		       "file lacks.";
	if (e == ERR_STORE)
		return "The server cannot reach its database.";
	return cx->why;
}

static void
problem_headers(struct cx *cx, struct reply *rp, enum err e)
{
	if (e == ERR_AUTH) /* a must with 401: RFC 9110, section 11.6.1 */
		reply_header(cx, rp, "WWW-Authenticate", "Bearer");
	if (rp->status == 429 || rp->status == 503)
		reply_header(cx, rp, "Retry-After", "%lld",
		    cx->wait_ms > 0 ? (long long)(cx->wait_ms + 999) / 1000
				    : 1LL);
}

void
reply_problem_with(struct cx *cx, struct reply *rp, enum err e,
    const char *member, struct json *value)
{
	const struct err_row *row = err_row(e);
	const char *code = cx->code[0] != '\0' ? cx->code : row->code;
	const struct hint *h = hint_find(code);
	struct json *j = json_new_object(cx);

	assert(e != OK);
	memset(rp, 0, sizeof(*rp)); /* half a reply would mislead */
	rp->status = h != NULL && h->status != 0 ? h->status : row->http;
	json_set_text(cx, j, "type", "about:blank");
	json_set_text(cx, j, "title", row->title);
	json_set_int(cx, j, "status", rp->status);
	json_set_text(cx, j, "detail", detail(cx, e));
	json_set_text(cx, j, "code", code);
	if (h != NULL && h->next != NULL)
		json_set_text(cx, j, "next", h->next);
	if (member != NULL)
		json_set(j, member, value);
	reply_json(cx, rp, j);
	rp->content_type = "application/problem+json";
	problem_headers(cx, rp, e);
}

void
reply_problem(struct cx *cx, struct reply *rp, enum err e)
{
	reply_problem_with(cx, rp, e, NULL, NULL);
}
