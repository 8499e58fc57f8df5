/*
 * codes.c - a row for each code a call or an order can get.
 *
 * The last test reads the tables of the document itself: a code that is new
 * there needs a test here, or a line in `not_here` that says why not.
 */
#include "codes.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/text.h"
#include "base/when.h"
#include "db/db.h"
#include "lib/test.h"
#include "sample.h"

#define ID INT64_C(6832000007001)

/* --- codes of a call --- */

static void
plain_text(struct bench *b)
{
	struct sim_request ask = { .method = POST };

	ask.path = arena_printf(b->cx->mem, "/c/%s/orders/status",
	    b->both->connector.public_id);
	ask.headers[0] = (struct param){ "Authorization",
		arena_printf(b->cx->mem, "Bearer %s",
		    b->both->connector.token) };
	ask.headers[1] = (struct param){ "Content-Type", "text/plain" };
	ask.body = (struct bytes){ (const unsigned char *)"{}", 2 };
	sim_node_ask(b->cx, &b->both->cloud, &ask, &b->reply);
	sample_note(b);
}

static void
no_path(struct bench *b)
{
	cloud_send(b, GET, "/nothing/here", NULL, NULL);
}

static void
no_job(struct bench *b)
{
	cloud_send(b, GET, "/jobs/01982f00-0000-7000-8000-000000000000/log",
	    NULL, NULL);
}

static void
no_method(struct bench *b)
{
	cloud_send(b, PUT, "/orders", "{}", "k");
	assert_non_null(sim_reply_header(&b->reply, "Allow"));
}

static void
status_without_ids(struct bench *b)
{
	cloud_send(b, POST, "/orders/status", "{}", NULL);
}

static void
link_http(struct bench *b)
{
	cloud_send(b, POST, "/link",
	    "{\"shop\":\"" SIM_SHOP "\",\"callback_url\":"
	    "\"http://app.example/callback/x\",\"app_version\":\"1\"}",
	    NULL);
}

static void
link_private(struct bench *b)
{
	cloud_send(b, POST, "/link",
	    "{\"shop\":\"" SIM_SHOP "\",\"callback_url\":"
	    "\"https://127.0.0.1/callback/x\",\"app_version\":\"1\"}",
	    NULL);
}

static void
link_elsewhere(struct bench *b)
{
	bench_connector_add(b, "Somebody else");
	cloud_send(b, POST, "/link",
	    "{\"shop\":\"" SIM_SHOP "\",\"replace\":true,\"callback_url\":"
	    "\"https://elsewhere.example/callback/x\",\"app_version\":\"1\"}",
	    NULL);
}

static void
store_fails(struct bench *b)
{
	db_fail_at(b->both->cloud.cx.db, 1);
	cloud_send(b, POST, "/events",
	    "{\"events\":[{\"id\":\"e1\",\"order\":null,\"job\":null,"
	    "\"at\":\"2026-11-23T10:00:00Z\",\"level\":\"info\","
	    "\"step\":\"order.waiting\",\"code\":null,\"reason\":\"It waits.\","
	    "\"next\":null}]}",
	    NULL);
	db_fail_at(b->both->cloud.cx.db, 0);
}

static void
shopify_is_down(struct bench *b)
{
	b->both->sim.weather.failed = 1000;
	callback_send(b, POST, "/orders/lookup", "{\"id\":\"6832000001001\"}",
	    &(struct signing){ 0 });
	b->both->sim.weather.failed = 0;
}

static void
shop_of_another(struct bench *b)
{
	cloud_send(b, POST, "/privacy",
	    "{\"kind\":\"shop_redact\",\"shop\":\"other.myshopify.com\","
	    "\"orders\":[],\"request_id\":\"r1\"}",
	    NULL);
}

static const struct {
	const char *code;
	int status;
	void (*ask)(struct bench *);
} calls[] = {
	{ "not_json", 415, plain_text },
	{ "no_such_path", 404, no_path },
	{ "not_found", 404, no_job },
	{ "method_not_allowed", 405, no_method },
	{ "bad_input", 422, status_without_ids },
	{ "bad_input", 422, shop_of_another },
	{ "callback_url_refused", 422, link_http },
	{ "callback_url_refused", 422, link_private },
	{ "store_linked_elsewhere", 409, link_elsewhere },
	{ "store_failed", 503, store_fails },
	{ "upstream_failed", 502, shopify_is_down },
};

void
codes_of_calls_come_as_listed(void **state)
{
	const char *code;
	struct bench *b;
	int wrong = 0;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(calls); i++) {
		b = bench_open(true);
		calls[i].ask(b);
		code = json_get_text(b->body, "code");
		if (b->reply.status != calls[i].status ||
		    !text_equal(code, calls[i].code)) {
			print_error("%s: %d %.200s\n", calls[i].code,
			    b->reply.status, b->reply.body);
			wrong++;
		}
		if (b->reply.status == 503 &&
		    sim_reply_header(&b->reply, "Retry-After") == NULL) {
			print_error("%s: no Retry-After\n", calls[i].code);
			wrong++;
		}
		bench_close(b);
	}
	assert_int_equal(wrong, 0);
}

/* --- codes of an order --- */

static struct json *
document(struct bench *b, int64_t age_s, int note)
{
	struct sim_order o = { .store = b->both->store, .id = ID };
	const char *body, *text = NULL;
	struct json *j = NULL;

	o.number = 1001;
	o.created = TEST_NOW - DAY_MS;
	o.updated = TEST_NOW - age_s * SECOND_MS;
	o.confirmed = true;
	o.note = note;
	body = json_write(b->cx, sim_order_rest(b->cx, &o));
	must(b->cx,
	    sim_app_domain.from_hook(b->cx,
		(struct bytes){ (const unsigned char *)body, strlen(body) },
		&text));
	must(b->cx, json_parse(b->cx, text, strlen(text), &j));
	return j;
}

static void
give(struct bench *b, const struct json *doc)
{
	static int keys;

	cloud_send(b, POST, "/orders",
	    arena_printf(b->cx->mem, "{\"mode\":\"manual\",\"orders\":[%s]}",
		json_write(b->cx, doc)),
	    arena_printf(b->cx->mem, "key-%d", ++keys));
}

static void
ask_state(struct bench *b)
{
	bench_work(b);
	cloud_send(b, POST, "/orders/status",
	    arena_printf(b->cx->mem, "{\"ids\":[\"%" PRId64 "\"]}", ID), NULL);
}

static void
give_wrong_digest(struct bench *b)
{
	struct json *doc = document(b, 60, 0);

	json_set_text(b->cx, doc, "note", "not what the digest says");
	give(b, doc);
}

static void
give_bad(struct bench *b)
{
	struct json *doc = document(b, 60, 0);

	json_set_text(b->cx, doc, "currency", "euro");
	give(b, doc);
}

static void
give_many_lines(struct bench *b)
{
	struct json *doc = document(b, 60, 0), *lines, *one;
	int i;

	lines = json_new_array(b->cx);
	one = json_at(json_get(doc, "lines"), 0);
	for (i = 0; i < 1001; i++)
		json_push(lines, one);
	json_set(doc, "lines", lines);
	give(b, doc);
}

static void
give_same_twice(struct bench *b)
{
	give(b, document(b, 60, 0));
	ask_state(b);
	give(b, document(b, 60, 0));
	ask_state(b);
}

static void
give_older(struct bench *b)
{
	give(b, document(b, 60, 1));
	ask_state(b);
	give(b, document(b, 120, 0));
	ask_state(b);
}

static void
give_redacted(struct bench *b)
{
	give(b, document(b, 60, 0));
	ask_state(b);
	cloud_send(b, POST, "/privacy",
	    arena_printf(b->cx->mem,
		"{\"kind\":\"customer_redact\",\"shop\":\"" SIM_SHOP
		"\",\"customer\":\"1\",\"orders\":[\"%" PRId64
		"\"],\"request_id\":\"r1\"}",
		ID),
	    NULL);
	ask_state(b);
	give(b, document(b, 30, 1));
	ask_state(b);
}

static void
give_unconfirmed(struct bench *b)
{
	struct sim_order o = { .store = b->both->store, .id = ID };
	const char *body, *text = NULL;
	struct json *j = NULL;

	o.number = 1001;
	o.created = o.updated = TEST_NOW - DAY_MS;
	body = json_write(b->cx, sim_order_rest(b->cx, &o));
	must(b->cx,
	    sim_app_domain.from_hook(b->cx,
		(struct bytes){ (const unsigned char *)body, strlen(body) },
		&text));
	must(b->cx, json_parse(b->cx, text, strlen(text), &j));
	give(b, j);
}

static const struct {
	const char *code, *state;
	void (*give)(struct bench *);
} orders[] = {
	{ "unknown_order", NULL, ask_state },
	{ "bad_document", "error", give_bad },
	{ "digest_mismatch", "error", give_wrong_digest },
	{ "too_many_lines", "error", give_many_lines },
	{ "not_importable", "error", give_unconfirmed },
	{ "unchanged", "synced", give_same_twice },
	{ "stale", "synced", give_older },
	{ "redacted", "error", give_redacted },
};

void
codes_of_orders_come_as_listed(void **state)
{
	struct json *item;
	struct bench *b;
	int wrong = 0;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(orders); i++) {
		b = bench_open(true);
		orders[i].give(b);
		item = json_at(json_get(b->body, "orders"), 0);
		if (!text_equal(json_get_text(item, "code"), orders[i].code) ||
		    !text_equal(json_get_text(item, "state"),
			orders[i].state)) {
			print_error("%s: %d %.200s\n", orders[i].code,
			    b->reply.status, b->reply.body);
			wrong++;
		}
		bench_close(b);
	}
	assert_int_equal(wrong, 0);
}

/* --- all of them --- */

static const struct {
	const char *code, *why;
} not_here[] = {
	{ "bad_request", "framing: test/net, before the router" },
	{ "body_too_large", "checked before the body is read: test/net" },
	{ "headers_too_large", "checked before the router: test/net" },
	{ "overloaded", "the server's: test/net" },
	{ "too_slow", "the server's: test/net" },
	{ "internal", "a fault of ours; nothing here can cause one" },
	{ "idempotency_in_progress",
	    "needs two calls at once; answer and key are one transaction" },
	{ "conflict", "no call of the protocol can give it by itself" },
	{ "busy", "needs a full queue or a lock held by another node" },
	{ "connector_deleted", "the queue keeps no row of dropped jobs" },
	{ "connector_replaced", "live jobs move to the new connector" },
	{ "gave_up", "a job's own code is kept when it is given up" },
	{ "bad_order", "said by the app: test/shopify" },
	{ "order_too_large", "said by the app: test/shopify" },
	{ "unreadable", "said by the app: test/shopify" },
	{ "import_failed", "needs an import that fails eight times" },
};

static const char *
reason_of(const char *code)
{
	size_t i;

	for (i = 0; i < COUNT_OF(not_here); i++)
		if (text_equal(not_here[i].code, code))
			return not_here[i].why;
	return NULL;
}

/* The codes in a row's first cell: "`a`" or "`a`, `b`". */
static int
check_row(struct cx *cx, const char *line)
{
	const char *end = strchr(line + 1, '|'), *at, *close, *code;
	int unseen = 0;

	for (at = line; end != NULL; at = close + 1) {
		at = strchr(at, '`');
		if (at == NULL || at > end)
			break;
		close = strchr(at + 1, '`');
		code = arena_textn(cx->mem, at + 1, (size_t)(close - at - 1));
		if (code_was_seen(code) || reason_of(code) != NULL)
			continue;
		print_error("code %s: no test, no reason\n", code);
		unseen++;
	}
	return unseen;
}

void
every_code_of_the_protocol_was_seen_or_has_a_reason(void **state)
{
	const char *root = getenv("LOGIVERY_SOURCE"), *text, *line, *end;
	struct cx *cx = test_cx();
	int unseen = 0;
	size_t i;

	(void)state;
	text = test_read_file(cx,
	    arena_printf(cx->mem, "%s/doc/connector-protocol.md",
		root != NULL ? root : "."));
	line = strstr(text, "\n## 4. Codes");
	assert_non_null(line);
	end = strstr(line + 1, "\n## ");
	while ((line = strstr(line, "\n| `")) != NULL && line < end)
		unseen += check_row(cx, ++line);
	for (i = 0; i < COUNT_OF(not_here); i++)
		printf("%s %s: %s\n",
		    code_was_seen(not_here[i].code) ? "seen after all:"
						    : "not seen here:",
		    not_here[i].code, not_here[i].why);
	test_cx_free(cx);
	assert_int_equal(unseen, 0);
}
