/*
 * api_logs.c - the app's Logs page: our own events, and for a job of the Cloud
 * App what it says of it.
 */
#include "shopify/api_edge.h"

#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/text.h"
#include "queue/event.h"
#include "shopify/cloudcall.h"

enum { PAGE_USUAL = 50, PAGE_MAX = 200 };

/* Not reached or not known there: the page shows ours, and why. */
static struct json *
cloud_log(struct cx *cx, const struct shop *shop, const char *job)
{
	struct cloud_call call = {
		.method = "GET",
		.path = arena_printf(cx->mem, "/jobs/%s/log", job),
		.person = true,
	};
	struct json *answer, *j;

	if (cloud_call(cx, shop, &call, &answer) == OK)
		return answer;
	j = json_new_object(cx);
	json_set(j, "job", json_new_null(cx));
	json_set(j, "items", json_new_array(cx));
	json_set_text(cx, j, "reason", cx->why);
	return j;
}

static bool
is_uuid(const char *s)
{
	return strlen(s) == 36 && strspn(s, "0123456789abcdef-") == 36;
}

static enum err
read_filter(struct cx *cx, const struct request *rq, struct event_filter *f)
{
	const char *job = query_get(rq, "job");
	enum err e;

	memset(f, 0, sizeof(*f));
	f->tenant = rq->who->shop.id;
	e = query_int(cx, rq, "cursor", 0, 1, INT64_MAX, &f->before);
	if (e == OK)
		e = query_int(cx, rq, "limit", PAGE_USUAL, 1, PAGE_MAX,
		    &f->limit);
	if (e != OK || text_is_empty(job))
		return e;
	if (!is_uuid(job))
		return cx_fail_code(cx, ERR_INPUT, "bad_input",
		    "job: not a job's UUID");
	f->job = job;
	return OK;
}

static enum err
logs(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct event_filter f;
	struct json *j = json_new_object(cx), *items = json_new_array(cx);
	struct event *rows;
	int64_t rest;
	size_t i, n;
	enum err e;

	if ((e = read_filter(cx, rq, &f)) != OK)
		return e;
	if ((e = event_page(cx, &f, &rows, &n, &rest)) != OK)
		return e;
	for (i = 0; i < n; i++)
		json_push(items, json_of(cx, event_out_fields, &rows[i]));
	json_set(j, "items", items);
	json_set_text(cx, j, "next_cursor",
	    rest > 0 ? arena_printf(cx->mem, "%lld", (long long)rest) : NULL);
	if (f.job != NULL)
		json_set(j, "cloud", cloud_log(cx, &rq->who->shop, f.job));
	reply_json(cx, rp, j);
	return OK;
}

const struct route log_routes[] = {
	{ GET, "/api/logs", NULL, logs },
	{ 0 },
};
