/*
 * bulk_call.c - see bulk_call.h.
 *
 * These calls cost a few points and spare thousands, so they may use those that
 * are kept for people.
 */
#include "shopify/bulk_call.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/env.h"
#include "base/json.h"
#include "base/text.h"
#include "base/when.h"
#include "gen/gql.h"
#include "net/client.h"
#include "shopify/gql.h"

enum {
	COST_STAGE = 12,
	COST_RUN = 10,
	COST_LIST = 7,
	COST_STATUS = 1,
	COST_CANCEL = 10,
	UPLOAD_MS = 60 * 1000,
	TEXT_MAX = 1024
};

static const char form_type[] = "multipart/form-data; boundary=";

static enum err
ask(struct cx *cx, const struct shop *shop, struct gql_call *call,
    struct gql_answer *a)
{
	call->urgency = GQL_PERSON;
	return gql_run(cx, shop, call, a);
}

static enum err
partial(struct cx *cx, const char *what)
{
	return cx_fail_code(cx, ERR_UPSTREAM, "upstream_failed",
	    "Shopify answered only a part of %s", what);
}

/* --- putting a file --- */

static enum err
stage(struct cx *cx, const struct shop *shop, const struct json **target)
{
	struct json *vars = json_new_object(cx), *in = json_new_object(cx);
	struct json *list = json_new_array(cx);
	struct gql_call call = {
		.document = GQL_BULK_STAGE,
		.operation = "BulkStage",
		.variables = vars,
		.cost = COST_STAGE,
	};
	struct gql_answer a;
	enum err e;

	json_set_text(cx, in, "resource", "BULK_MUTATION_VARIABLES");
	json_set_text(cx, in, "filename", "tags.jsonl");
	json_set_text(cx, in, "mimeType", "text/jsonl");
	json_set_text(cx, in, "httpMethod", "POST");
	json_push(list, in);
	json_set(vars, "input", list);
	if ((e = ask(cx, shop, &call, &a)) != OK)
		return e;
	*target =
	    json_at(json_path(a.data, "stagedUploadsCreate.stagedTargets"), 0);
	if (json_get_text(*target, "url") != NULL)
		return OK;
	return cx_fail_code(cx, ERR_INPUT, "upload_refused",
	    "Shopify gave no place for a file");
}

static void
form_part(struct buf *b, const char *boundary, const char *name,
    const char *value)
{
	buf_printf(b,
	    "--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n",
	    boundary, name, value);
}

/* The parameters as they came, the file last. */
static struct buf
form(struct cx *cx, const struct json *parameters, const char *boundary,
    struct bytes file)
{
	struct buf b = buf_new(cx->mem);
	const struct json *p;
	const char *name, *value;
	size_t i;

	for (i = 0; i < json_count(parameters); i++) {
		p = json_at(parameters, i);
		name = json_get_text(p, "name");
		value = json_get_text(p, "value");
		if (name != NULL && value != NULL &&
		    name[strcspn(name, "\"\r\n")] == '\0')
			form_part(&b, boundary, name, value);
	}
	buf_printf(&b,
	    "--%s\r\nContent-Disposition: form-data; name=\"file\"; "
	    "filename=\"tags.jsonl\"\r\nContent-Type: text/jsonl\r\n\r\n",
	    boundary);
	buf_add(&b, file.p, file.n);
	buf_printf(&b, "\r\n--%s--\r\n", boundary);
	return b;
}

static const char *
parameter(const struct json *parameters, const char *name)
{
	size_t i;

	for (i = 0; i < json_count(parameters); i++) {
		if (text_equal(name,
			json_get_text(json_at(parameters, i), "name")))
			return json_get_text(json_at(parameters, i), "value");
	}
	return NULL;
}

static enum err
put(struct cx *cx, const struct json *target, struct bytes file)
{
	char boundary[37];
	struct buf body;
	struct call call = { .method = POST, .timeout_ms = UPLOAD_MS };
	struct answer a = { .status = 0 };
	enum err e;

	env_uuid(cx->env, boundary);
	body = form(cx, json_get(target, "parameters"), boundary, file);
	call.url = json_get_text(target, "url");
	call.body = (struct bytes){ (const unsigned char *)body.p, body.n };
	call_header(&call, "Content-Type",
	    arena_printf(cx->mem, "%s%s", form_type, boundary));
	if ((e = client_call(cx, &call, &a)) != OK)
		return e;
	if (a.status >= 200 && a.status < 300)
		return OK;
	if (a.status >= 500 || a.status == 429)
		return cx_fail_code(cx, ERR_UPSTREAM, "upstream_failed",
		    "the storage answered %d to a file", a.status);
	return cx_fail_code(cx, ERR_INPUT, "upload_refused",
	    "the storage answered %d to a file", a.status);
}

enum err
bulk_put(struct cx *cx, const struct shop *shop, struct bytes file,
    const char **path)
{
	const struct json *target;
	enum err e;

	if ((e = stage(cx, shop, &target)) != OK)
		return e;
	*path = parameter(json_get(target, "parameters"), "key");
	if (*path == NULL || strlen(*path) > TEXT_MAX)
		return cx_fail_code(cx, ERR_INPUT, "upload_refused",
		    "Shopify did not say how the file is named");
	return put(cx, target, file);
}

/* --- starting --- */

static enum err
read_start(struct cx *cx, const struct json *payload, struct bulk_start *s)
{
	const struct json *op = json_get(payload, "bulkOperation");
	const struct json *wrong = json_at(json_get(payload, "userErrors"), 0);

	s->gid = json_get_text(op, "id");
	s->why = json_get_text(wrong, "message");
	s->code = json_get_text(wrong, "code");
	if (s->gid != NULL && strlen(s->gid) < 128 &&
	    when_read(json_get_text(op, "createdAt"), &s->made_at))
		return OK;
	s->gid = NULL;
	if (s->why != NULL)
		return OK;
	s->sent = true;
	return partial(cx, "the start of a bulk operation");
}

/* The mark stands in the document, which Shopify shows us again. */
enum err
bulk_run(struct cx *cx, const struct shop *shop, const struct bulk *b,
    const char *document, struct bulk_start *s)
{
	bool query = text_equal(b->lane, BULK_READ);
	struct json *vars = json_new_object(cx);
	struct gql_call call = {
		.document = query ? GQL_BULK_QUERY : GQL_BULK_MUTATION,
		.operation = query ? "BulkQuery" : "BulkMutation",
		.variables = vars,
		.cost = COST_RUN,
	};
	struct gql_answer a;
	enum err e;

	memset(s, 0, sizeof(*s));
	json_set_text(cx, vars, query ? "query" : "mutation",
	    arena_printf(cx->mem, "# %s\n%s", b->mark, document));
	if (!query) {
		json_set_text(cx, vars, "path", b->path);
		json_set_text(cx, vars, "mark", b->mark);
	}
	e = ask(cx, shop, &call, &a);
	s->sent = a.sent;
	if (e != OK)
		return e;
	return read_start(cx,
	    json_get(a.data,
		query ? "bulkOperationRunQuery" : "bulkOperationRunMutation"),
	    s);
}

enum err
bulk_seek(struct cx *cx, const struct shop *shop, const struct bulk *b,
    struct bulk_start *s)
{
	struct json *vars = json_new_object(cx);
	struct gql_call call = {
		.document = GQL_BULK_LIST,
		.operation = "BulkList",
		.variables = vars,
		.cost = COST_LIST,
	};
	const struct json *nodes, *one;
	struct gql_answer a;
	const char *text;
	size_t i;
	enum err e;

	memset(s, 0, sizeof(*s));
	json_set_text(cx, vars, "query",
	    text_equal(b->lane, BULK_READ) ? "operation_type:query"
					   : "operation_type:mutation");
	if ((e = ask(cx, shop, &call, &a)) != OK)
		return e;
	nodes = json_path(a.data, "bulkOperations.nodes");
	if (!json_is_array(nodes))
		return partial(cx, "the list of bulk operations");
	for (i = 0; i < json_count(nodes); i++) {
		one = json_at(nodes, i);
		text = json_get_text(one, "query");
		if (text == NULL || strstr(text, b->mark) == NULL)
			continue;
		s->gid = json_get_text(one, "id");
		(void)when_read(json_get_text(one, "createdAt"), &s->made_at);
		return OK;
	}
	return OK;
}

/* --- watching --- */

static int64_t
number(struct cx *cx, const struct json *j)
{
	const char *text = json_decimal(cx, j);
	int64_t n = 0;

	if (text != NULL)
		(void)text_to_int(text, 0, INT64_MAX, &n);
	return n;
}

enum err
bulk_ask(struct cx *cx, const struct shop *shop, const struct bulk *b,
    struct bulk_word *w)
{
	struct json *vars = json_new_object(cx);
	struct gql_call call = {
		.document = GQL_BULK_STATUS,
		.operation = "BulkStatus",
		.variables = vars,
		.cost = COST_STATUS,
	};
	const struct json *op;
	struct gql_answer a;
	enum err e;

	memset(w, 0, sizeof(*w));
	json_set_text(cx, vars, "id", b->gid);
	if ((e = ask(cx, shop, &call, &a)) != OK)
		return e;
	op = json_get(a.data, "bulkOperation");
	if (!json_is_object(op))
		return a.partial ? partial(cx, "a bulk operation") : OK;
	w->status = json_get_text(op, "status");
	w->error = json_get_text(op, "errorCode");
	w->url = json_get_text(op, "url");
	w->objects = number(cx, json_get(op, "objectCount"));
	w->size = number(cx, json_get(op, "fileSize"));
	if (w->url == NULL) {
		w->url = json_get_text(op, "partialDataUrl");
		w->size = 0;
	}
	return OK;
}

enum err
bulk_cancel(struct cx *cx, const struct shop *shop, const struct bulk *b)
{
	struct json *vars = json_new_object(cx);
	struct gql_call call = {
		.document = GQL_BULK_CANCEL,
		.operation = "BulkCancel",
		.variables = vars,
		.cost = COST_CANCEL,
	};
	struct gql_answer a;

	json_set_text(cx, vars, "id", b->gid);
	return ask(cx, shop, &call, &a);
}

/* --- the result --- */

static enum err
read_part(struct cx *cx, const struct bulk *b, const struct bulk_word *w,
    const struct answer *a, struct bytes *part, bool *last)
{
	size_t skip = a->status == 200 ? (size_t)b->read_at : 0;

	if (a->status == 416) {
		*part = (struct bytes){ (const unsigned char *)"", 0 };
		*last = true;
		return OK;
	}
	if (a->status == 403 || a->status == 404 || a->status == 410)
		return cx_fail(cx, ERR_MISSING,
		    "the storage answered %d: the result is gone", a->status);
	if (a->status != 200 && a->status != 206)
		return cx_fail_code(cx, ERR_UPSTREAM, "upstream_failed",
		    "the storage answered %d to a result", a->status);
	if (skip > a->body.n)
		skip = a->body.n;
	part->p = a->body.p + skip;
	part->n = a->body.n - skip;
	*last = a->status == 200 || part->n == 0 ||
	    (w->size > 0 && b->read_at + (int64_t)part->n >= w->size);
	return OK;
}

enum err
bulk_fetch(struct cx *cx, const struct bulk *b, const struct bulk_word *w,
    struct bytes *part, bool *last)
{
	struct call call = {
		.method = GET,
		.url = w->url,
		.timeout_ms = UPLOAD_MS,
		.max_bytes = BULK_PART_BYTES,
	};
	struct answer a = { .status = 0 };
	enum err e;

	if (w->size > BULK_RESULT_MAX || b->read_at >= BULK_RESULT_MAX)
		return cx_fail_code(cx, ERR_INPUT, "too_large",
		    "the result is larger than %d bytes", BULK_RESULT_MAX);
	call_header(&call, "Range",
	    arena_printf(cx->mem, "bytes=%lld-%lld", (long long)b->read_at,
		(long long)b->read_at + BULK_PART_BYTES - 1));
	call_header(&call, "Accept-Encoding", "identity"); /* of these bytes */
	if ((e = client_call(cx, &call, &a)) != OK)
		return e;
	return read_part(cx, b, w, &a, part, last);
}
