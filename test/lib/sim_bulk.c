/*
 * sim_bulk.c - see sim_bulk.h.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/text.h"
#include "base/when.h"
#include "lib/sim_shopify.h"
#include "lib/test.h"
#include "net/client.h"

enum { START_MS = 1000, LINE_MS = 20 };

/* --- running --- */

static size_t
count_lines(const char *rows)
{
	size_t n = 0;

	for (; *rows != '\0'; rows++)
		n += *rows == '\n';
	return n;
}

static const char *
nth_line(struct cx *cx, const char *rows, size_t n)
{
	while (n-- > 0)
		rows = strchr(rows, '\n') + 1;
	return arena_textn(cx->mem, rows, strcspn(rows, "\n"));
}

static void
append(char **text, const char *line)
{
	size_t had = *text != NULL ? strlen(*text) : 0;

	*text = mem_grow(*text, had + strlen(line) + 2);
	snprintf(*text + had, strlen(line) + 2, "%s\n", line);
}

static void
run_line(struct cx *cx, struct sim_bulk_op *op, size_t at)
{
	const char *line = nth_line(cx, op->rows, at);
	struct json *vars, *row;

	if (op->query) {
		append(&op->result, line);
		return;
	}
	must(cx, json_parse(cx, line, strlen(line), &vars));
	row = json_new_object(cx);
	json_set(row, "data",
	    sim_gql_line(cx, op->store,
		strstr(op->document, "TagsAdd") != NULL ? "TagsAdd"
							: "TagsRemove",
		vars));
	json_set_int(cx, row, "__lineNumber", (int64_t)at);
	append(&op->result, json_write(cx, row));
}

static void
end(struct cx *cx, struct sim_bulk_op *op, const char *status)
{
	op->over = true;
	op->status = status;
	sim_hook_owe(op->store, "bulk_operations/finish",
	    arena_printf(cx->mem,
		"{\"admin_graphql_api_id\":\"gid://shopify/BulkOperation/"
		"%" PRId64 "\",\"status\":\"%s\"}",
		op->id, text_lower_ascii(cx->mem, status)));
}

static void
run_op(struct cx *cx, struct sim_bulk *b, struct sim_bulk_op *op, int64_t now)
{
	int64_t start = b->start_ms != 0 ? b->start_ms : START_MS;
	int64_t each = b->line_ms != 0 ? b->line_ms : LINE_MS;
	int64_t age = now - op->made - start;

	if (op->over || age < 0)
		return;
	op->status = op->cancelling ? "CANCELING" : "RUNNING";
	while (op->done < op->total && age / each > (int64_t)op->done &&
	    !op->cancelling) {
		if (b->breaks_after != 0 && op->done >= b->breaks_after) {
			op->error = "INTERNAL_SERVER_ERROR";
			end(cx, op, "FAILED");
			return;
		}
		run_line(cx, op, op->done++);
	}
	if (op->cancelling)
		end(cx, op, "CANCELED");
	else if (op->done == op->total && !b->stuck)
		end(cx, op, "COMPLETED");
}

void
sim_bulk_run(struct sim_shopify *sh)
{
	struct cx cx = { .env = &sh->sim->env, .mem = arena_new() };
	size_t i;

	for (i = 0; i < sh->bulk.nops; i++)
		run_op(&cx, &sh->bulk, &sh->bulk.ops[i], sh->sim->now_ms);
	arena_free(cx.mem);
}

/* --- the calls --- */

static struct json *
payload(struct cx *cx, const char *field, struct json *op, const char *code)
{
	struct json *data = json_new_object(cx), *j = json_new_object(cx);
	struct json *errors = json_new_array(cx), *one;

	if (code != NULL) {
		one = json_new_object(cx);
		json_set_text(cx, one, "code", code);
		json_set_text(cx, one, "message", "Shopify says no.");
		json_push(errors, one);
	}
	json_set(j, "bulkOperation", op != NULL ? op : json_new_null(cx));
	json_set(j, "userErrors", errors);
	json_set(data, field, j);
	return data;
}

static struct json *
view(struct cx *cx, const struct sim_bulk *b, const struct sim_bulk_op *op)
{
	struct json *j = json_new_object(cx);
	bool whole = text_equal(op->status, "COMPLETED");
	const char *url = NULL;

	if (op->over && op->result != NULL && (whole || !b->no_part))
		url = arena_printf(cx->mem, "https://%s/result/%zu",
		    b->host != NULL ? b->host : "storage.example",
		    (size_t)(op - b->ops));
	json_set_text(cx, j, "id",
	    arena_printf(cx->mem, "gid://shopify/BulkOperation/%" PRId64,
		op->id));
	json_set_text(cx, j, "createdAt", when_write(cx->mem, op->made));
	json_set_text(cx, j, "status", op->status);
	json_set_text(cx, j, "errorCode", op->error);
	json_set_text(cx, j, "query", op->document);
	json_set_text(cx, j, "objectCount",
	    arena_printf(cx->mem, "%zu", op->done));
	json_set_text(cx, j, "url", whole ? url : NULL);
	json_set_text(cx, j, "partialDataUrl", whole ? NULL : url);
	json_set_text(cx, j, "fileSize",
	    whole && url != NULL
		? arena_printf(cx->mem, "%zu", strlen(op->result))
		: NULL);
	return j;
}

struct json *
sim_bulk_stage(struct cx *cx, struct sim_store *st, const struct json *vars)
{
	struct sim_bulk *b = &st->shopify->bulk;
	struct json *data = json_new_object(cx), *j = json_new_object(cx);
	struct json *list = json_new_array(cx), *target = json_new_object(cx);
	struct json *params = json_new_array(cx), *key = json_new_object(cx);

	assert_string_equal(json_get_text(json_at(json_get(vars, "input"), 0),
				"resource"),
	    "BULK_MUTATION_VARIABLES");
	b->staged++;
	if (b->drains)
		st->left_milli = 0;
	assert_true(b->nfiles < SIM_BULK_FILES);
	json_set_text(cx, key, "name", "key");
	json_set_text(cx, key, "value",
	    arena_printf(cx->mem, "tmp/%zu", b->nfiles++));
	json_push(params, key);
	json_set_text(cx, target, "url",
	    arena_printf(cx->mem, "https://%s/upload",
		b->host != NULL ? b->host : "storage.example"));
	json_set(target, "parameters", params);
	json_push(list, target);
	json_set(j, "stagedTargets", list);
	json_set(j, "userErrors", json_new_array(cx));
	json_set(data, "stagedUploadsCreate", j);
	return data;
}

static struct json *
begin(struct cx *cx, struct sim_store *st, const char *field,
    const char *document, const char *rows)
{
	struct sim_bulk *b = &st->shopify->bulk;
	struct sim_bulk_op *op = &b->ops[b->nops];
	size_t i, busy = 0;

	st->shopify->cut_next = b->lose_start || b->lose_call;
	b->lose_start = false;
	if (b->lose_call) {
		b->lose_call = false;
		return payload(cx, field, NULL, NULL);
	}
	for (i = 0; i < b->nops; i++)
		busy += !b->ops[i].over;
	if (b->refusal != NULL || busy >= SIM_BULK_AT_ONCE)
		return payload(cx, field, NULL,
		    b->refusal != NULL ? b->refusal : "OPERATION_IN_PROGRESS");
	assert_true(b->nops++ < SIM_BULK_OPS);
	b->started++;
	*op = (struct sim_bulk_op){
		.store = st,
		.id = st->shopify->next_id++,
		.made = st->shopify->sim->now_ms / SECOND_MS * SECOND_MS,
		.query = text_equal(field, "bulkOperationRunQuery"),
		.document = mem_text(document),
		.rows = mem_text(rows),
		.status = "CREATED",
		.total = count_lines(rows),
	};
	return payload(cx, field, view(cx, b, op), NULL);
}

struct json *
sim_bulk_mutation(struct cx *cx, struct sim_store *st, const struct json *vars)
{
	struct sim_bulk *b = &st->shopify->bulk;
	const char *path = json_get_text(vars, "path");
	size_t at;

	assert_int_equal(sscanf(path, "tmp/%zu", &at), 1);
	if (at >= b->nfiles || b->files[at] == NULL)
		return payload(cx, "bulkOperationRunMutation", NULL,
		    "NO_SUCH_FILE");
	return begin(cx, st, "bulkOperationRunMutation",
	    json_get_text(vars, "mutation"), b->files[at]);
}

/* An order as rows: itself, then its lines. */
static void
add_rows(struct cx *cx, struct buf *rows, const struct sim_order *o)
{
	struct json *j = sim_order_gql(cx, o), *line;
	struct json *lines = json_path(j, "lineItems.nodes");
	const char *id = json_get_text(j, "id");
	size_t i;

	json_drop(j, "lineItems");
	json_drop(j, "shippingLines");
	buf_printf(rows, "%s\n", json_write(cx, j));
	for (i = 0; i < json_count(lines); i++) {
		line = json_at(lines, i);
		json_set_text(cx, line, "__parentId", id);
		buf_printf(rows, "%s\n", json_write(cx, line));
	}
}

struct json *
sim_bulk_query(struct cx *cx, struct sim_store *st, const struct json *vars)
{
	const char *query = json_get_text(vars, "query");
	const char *at = strstr(query, "updated_at:>='");
	struct buf rows = buf_new(cx->mem);
	int64_t since;
	size_t i;

	assert_non_null(at);
	at += strlen("updated_at:>='");
	assert_true(
	    when_read(arena_textn(cx->mem, at, strcspn(at, "'")), &since));
	for (i = 0; i < st->norders; i++)
		if (sim_order_is_visible(&st->orders[i]) &&
		    st->orders[i].updated >= since)
			add_rows(cx, &rows, &st->orders[i]);
	return begin(cx, st, "bulkOperationRunQuery", query,
	    rows.n > 0 ? rows.p : "");
}

static struct sim_bulk_op *
op_of(struct cx *cx, struct sim_store *st, const struct json *vars)
{
	struct sim_bulk *b = &st->shopify->bulk;
	const char *id = json_get_text(vars, "id");
	size_t i;

	sim_bulk_run(st->shopify);
	for (i = 0; i < b->nops && !b->forgets; i++)
		if (text_equal(id,
			json_get_text(view(cx, b, &b->ops[i]), "id")))
			return &b->ops[i];
	return NULL;
}

struct json *
sim_bulk_status(struct cx *cx, struct sim_store *st, const struct json *vars)
{
	struct sim_bulk_op *op = op_of(cx, st, vars);
	struct json *data = json_new_object(cx);

	json_set(data, "bulkOperation",
	    op != NULL ? view(cx, &st->shopify->bulk, op) : json_new_null(cx));
	return data;
}

struct json *
sim_bulk_cancel(struct cx *cx, struct sim_store *st, const struct json *vars)
{
	struct sim_bulk_op *op = op_of(cx, st, vars);

	if (op != NULL)
		op->cancelling = true;
	return payload(cx, "bulkOperationCancel",
	    op != NULL ? view(cx, &st->shopify->bulk, op) : NULL, NULL);
}

struct json *
sim_bulk_list(struct cx *cx, struct sim_store *st, const struct json *vars)
{
	struct sim_bulk *b = &st->shopify->bulk;
	bool query = strstr(json_get_text(vars, "query"), ":query") != NULL;
	struct json *data = json_new_object(cx), *page = json_new_object(cx);
	struct json *nodes = json_new_array(cx);
	size_t i;

	sim_bulk_run(st->shopify);
	for (i = b->nops; i-- > 0;)
		if (b->ops[i].query == query)
			json_push(nodes, view(cx, b, &b->ops[i]));
	json_set(page, "nodes", nodes);
	json_set(data, "bulkOperations", page);
	return data;
}

/* --- the storage --- */

/* The file stands between the last empty line of a head and the last mark. */
static int
take_upload(struct cx *cx, struct sim_bulk *b, const struct call *c)
{
	const char *text =
	    arena_textn(cx->mem, (const char *)c->body.p, c->body.n);
	const char *key = strstr(text, "\r\n\r\ntmp/");
	const char *file = strstr(text, "name=\"file\"");
	const char *end;
	size_t at;

	assert_non_null(key);
	assert_non_null(file);
	assert_true(file > key); /* the file is last */
	assert_int_equal(sscanf(key, " tmp/%zu", &at), 1);
	file = strstr(file, "\r\n\r\n") + 4;
	end = strstr(file, "\r\n--");
	if (b->no_upload)
		return 403;
	mem_free(b->files[at]);
	b->files[at] =
	    mem_text(arena_textn(cx->mem, file, (size_t)(end - file)));
	return 201;
}

static const char *
header(const struct call *c, const char *name)
{
	size_t i;

	for (i = 0; i < CALL_HEADERS_MAX && c->headers[i].name != NULL; i++) {
		if (strcmp(c->headers[i].name, name) == 0)
			return c->headers[i].value;
	}
	return "";
}

static void
give_part(struct sim_bulk *b, const struct call *c, struct answer *out)
{
	size_t from, to, at, have;

	b->fetched++;
	assert_int_equal(sscanf(strrchr(c->url, '/'), "/%zu", &at), 1);
	assert_int_equal(sscanf(header(c, "Range"), "bytes=%zu-%zu", &from,
			     &to),
	    2);
	if (b->gone) {
		out->status = 404;
		return;
	}
	have = strlen(b->ops[at].result);
	if (from >= have) {
		out->status = 416;
		return;
	}
	to = to >= have ? have : to + 1;
	if (b->part_bytes != 0 && to - from > b->part_bytes)
		to = from + b->part_bytes;
	out->status = 206;
	out->body =
	    (struct bytes){ (const unsigned char *)b->ops[at].result + from,
		    to - from };
}

static enum err
serve(void *self, struct cx *cx, const struct call *c, struct answer *out)
{
	struct sim_shopify *sh = self;

	assert_false(c->trusted); /* its address is held to the rules */
	assert_string_equal(header(c, "X-Shopify-Access-Token"), "");
	out->retry_after_s = -1;
	out->status = 404;
	if (c->method == POST)
		out->status = take_upload(cx, &sh->bulk, c);
	else
		give_part(&sh->bulk, c, out);
	return OK;
}

/* --- */

void
sim_bulk_open(struct sim_shopify *sh)
{
	sim_host_add(sh->sim,
	    &(struct sim_host){ "storage.example", serve, sh });
}

void
sim_bulk_close(struct sim_shopify *sh)
{
	struct sim_bulk *b = &sh->bulk;
	size_t i;

	for (i = 0; i < b->nops; i++) {
		mem_free(b->ops[i].document);
		mem_free(b->ops[i].rows);
		mem_free(b->ops[i].result);
	}
	for (i = 0; i < b->nfiles; i++)
		mem_free(b->files[i]);
	b->nops = b->nfiles = 0;
}
