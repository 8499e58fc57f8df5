/*
 * cloud_rig.c - what the Cloud App's tests share.
 */
#include "cloud_rig.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/conf.h"
#include "base/crypt.h"
#include "base/env.h"
#include "base/text.h"
#include "base/when.h"
#include "cloud/document.h"
#include "cloud/kinds.h"
#include "cloud/link.h"
#include "cloud/site.h"
#include "net/client.h"
#include "queue/runner.h"

const struct migration *const cloud_lists[2] = { schema_queue, schema_cloud };
struct app app;

static const char *const options[] = { "public-url", "https://cloud.example",
	NULL };

/* --- the app --- */

static void
note(char *where, size_t size, const char *what)
{
	size_t n = strlen(where);

	snprintf(where + n, size - n, "%s ", what);
}

static const char *
header_of(const struct call *call, const char *name)
{
	size_t i;

	for (i = 0; call->headers[i].name != NULL; i++) {
		if (strcmp(call->headers[i].name, name) == 0)
			return call->headers[i].value;
	}
	return NULL;
}

static bool
signature_fits(struct cx *cx, const struct call *call)
{
	unsigned char d[DIGEST_BYTES];
	const char *signed_text, *want;
	char **pieces;
	size_t n, i;
	bool fits = false;

	n = text_split(cx->mem, header_of(call, "webhook-signature"), ' ',
	    &pieces);
	app.signatures = (int)n;
	if (app.secret == NULL)
		return true;
	signed_text = arena_printf(cx->mem, "%s.%s.%.*s",
	    header_of(call, "webhook-id"), header_of(call, "webhook-timestamp"),
	    (int)call->body.n, call->body.p ? (const char *)call->body.p : "");
	hmac_sha256((struct bytes){ (const unsigned char *)app.secret,
			strlen(app.secret) },
	    (struct bytes){ (const unsigned char *)signed_text,
		strlen(signed_text) },
	    d);
	want = arena_printf(cx->mem, "v1,%s",
	    base64_encode(cx->mem, (struct bytes){ d, sizeof(d) }));
	for (i = 0; i < n; i++)
		fits |= strcmp(pieces[i], want) == 0;
	return fits;
}

static const char *
sync_answer(struct cx *cx, const struct call *call)
{
	struct json *in, *orders, *out = json_new_object(cx), *o;
	struct json *list = json_new_array(cx);
	size_t i;

	app.syncs++;
	must(cx, json_parse(cx, (const char *)call->body.p, call->body.n, &in));
	orders = json_get(in, "orders");
	assert_true(json_count(orders) >= 1 && json_count(orders) <= 10);
	for (i = 0; i < json_count(orders); i++) {
		o = json_new_object(cx);
		json_set(o, "id", json_get(json_at(orders, i), "id"));
		json_set_bool(cx, o, "accepted", !app.refuse);
		json_set_text(cx, o, "code", app.refuse ? "stale" : NULL);
		json_push(list, o);
	}
	json_set(out, "orders", list);
	return json_write(cx, out);
}

static const char *
behave(struct cx *cx, const struct call *call)
{
	const char *path = call->url + strlen(CALLBACK);

	if (strcmp(path, "/ping") == 0) {
		app.pings++;
		return arena_printf(cx->mem,
		    "{\"shop\":\"%s\",\"version\":1,\"app_version\":\"1\"}",
		    app.shop);
	}
	if (strcmp(path, "/orders/sync") == 0)
		return sync_answer(cx, call);
	/* On a slow machine a schedule may pull in the midst of a test. */
	if (strcmp(path, "/orders/pull") == 0)
		return app.pulls < 4 && app.pull[app.pulls]
		    ? app.pull[app.pulls++]
		    : "{\"orders\":[],\"more\":false}";
	app.settings += strcmp(path, "/settings") == 0;
	return "{\"applied\":true}";
}

static enum err
app_call(struct cx *cx, const struct call *call, struct answer *a)
{
	const char *text;

	assert_false(db_in_tx(cx)); /* never within a transaction */
	app.calls++;
	note(app.paths, sizeof(app.paths), call->url + strlen(CALLBACK));
	note(app.ids, sizeof(app.ids), header_of(call, "webhook-id"));
	snprintf(app.last, sizeof(app.last), "%.*s", (int)call->body.n,
	    call->body.p ? (const char *)call->body.p : "");
	if (app.fails != OK)
		return cx_fail_code(cx, app.fails, "timeout", "no answer");
	a->status = 200;
	if (!signature_fits(cx, call)) {
		a->status = 401;
		text = "{\"code\":\"not_authorized\"}";
	} else if (app.status != 0) {
		a->status = app.status;
		text = app.body ? app.body : "{}";
	} else {
		text = behave(cx, call);
	}
	a->body = (struct bytes){ (const unsigned char *)text, strlen(text) };
	a->content_type = "application/json";
	return OK;
}

void
rig(struct cx *cx)
{
	memset(&app, 0, sizeof(app));
	app.shop = SHOP;
	cx->conf = conf_fixed(cx->mem, options);
	cx->env->call = app_call;
	cloud_hints_add();
}

/* --- connectors and documents --- */

struct connector_secret
connector_new(struct cx *cx, const char *label)
{
	struct connector_secret s;

	must(cx, connector_add(cx, "test", "shopify", label, &s));
	return s;
}

struct connector
linked(struct cx *cx, const char *label, const char *shop)
{
	struct connector_secret s = connector_new(cx, label);
	struct link_in in = { .shop = shop,
		.callback_url = CALLBACK,
		.app_version = "1.0.0" };
	bool replaced;

	must(cx, link_store(cx, &s.connector, &in, &replaced));
	return s.connector;
}

char *
source_file(struct cx *cx, const char *path)
{
	return test_read_file(cx,
	    arena_printf(cx->mem, "%s/%s", SOURCE_ROOT, path));
}

void
digest_set(struct cx *cx, struct json *doc)
{
	char hex[65];

	document_digest(cx, doc, hex);
	json_set_text(cx, doc, "digest", hex);
}

struct json *
document(struct cx *cx, int64_t id, int64_t later_s, const char *note_text)
{
	const char *text = source_file(cx, "doc/samples/orders.request.json");
	int64_t ms = 0;
	struct json *j, *doc;

	must(cx, json_parse(cx, text, strlen(text), &j));
	doc = json_at(json_path(j, "body.orders"), 0);
	json_set_text(cx, doc, "id", arena_printf(cx->mem, "%" PRId64, id));
	json_set_text(cx, doc, "gid",
	    arena_printf(cx->mem, "gid://shopify/Order/%" PRId64, id));
	json_set_text(cx, doc, "name",
	    arena_printf(cx->mem, "#%" PRId64, id % 10000));
	assert_true(when_read(json_get_text(doc, "updated_at"), &ms));
	json_set_text(cx, doc, "updated_at",
	    when_write(cx->mem, ms + later_s * 1000));
	json_set_text(cx, doc, "note", note_text);
	digest_set(cx, doc);
	return doc;
}

struct json *
list_of(struct cx *cx, struct json *doc)
{
	struct json *list = json_new_array(cx);

	json_push(list, doc);
	return list;
}

struct order_sync
take(struct cx *cx, const struct connector *c, const char *mode,
    struct json *doc)
{
	struct order_call call = { .connector = c,
		.mode = mode,
		.documents = list_of(cx, doc) };
	struct order_sync *list;
	bool repeated;
	size_t n;

	must(cx, order_take(cx, &call, &list, &n, &repeated));
	assert_int_equal(n, 1);
	return list[0];
}

struct order_sync
import(struct cx *cx, const struct connector *c, struct json *doc)
{
	struct order_sync s = take(cx, c, "manual", doc);

	run_jobs(cx);
	return s;
}

struct order_sync
state_of(struct cx *cx, const struct connector *c, const char *id)
{
	struct order_sync *list;

	must(cx, order_sync_list(cx, c->channel, &id, 1, &list));
	return list[0];
}

/* --- jobs --- */

static bool
soon(struct cx *cx, struct runner *r)
{
	int64_t at, now;

	must(cx, runner_next(r, cx, &at));
	must(cx, db_now(cx, &now));
	if (at > now + 1000)
		return false;
	if (db_engine(cx->db) == DB_SQLITE)
		test_clock_advance(cx, at > now ? at - now : 0);
	else
		usleep((useconds_t)(at > now ? at - now + 1 : 1) * 1000);
	return true;
}

int
run_jobs(struct cx *cx)
{
	struct runner_conf conf = { .kinds = cloud_kinds, .tell = kinds_tell };
	struct thread *(*start)(struct env *, const char *, void (*)(void *),
	    void *) = cx->env->start;
	struct runner *r;
	int n = 0;
	bool ran;

	cx->env->start = NULL; /* a runner without threads */
	must(cx, runner_open(cx, &conf, &r));
	do {
		do {
			must(cx, runner_step(r, cx, &ran));
			n += ran;
			assert_true(n < 1000);
		} while (ran);
	} while (soon(cx, r));
	runner_close(r, 0);
	cx->env->start = start;
	return n;
}

struct one {
	int64_t n;
};
static const struct field one_fields[] = {
	F_INT(struct one, n, INT64_MIN, INT64_MAX),
	F_END,
};

/* Statements are cached by their address: each needs its own. */
static struct sql *
statement(struct cx *cx, const char *text, int writes)
{
	struct sql *sql = arena_alloc(cx->mem, sizeof(*sql));

	*sql = (struct sql){ "test", { text, text }, 0, writes };
	return sql;
}

int64_t
number(struct cx *cx, const char *text)
{
	struct sql *sql = statement(cx, text, 0);
	struct one one = { 0 };

	must(cx, db_one(cx, *sql, one_fields, &one));
	return one.n;
}

void
exec(struct cx *cx, const char *text)
{
	struct sql *sql = statement(cx, text, 1);

	must(cx, db_exec(cx, *sql));
}

/* --- requests --- */

static void
header(struct request *rq, const char *name, const char *value)
{
	if (value == NULL)
		return;
	rq->headers[rq->nheaders].name = name;
	rq->headers[rq->nheaders++].value = value;
}

static void
query_read(struct cx *cx, struct request *rq, const char *query)
{
	char **pieces, *eq, *value;
	size_t n, i;

	n = text_split(cx->mem, query, '&', &pieces);
	for (i = 0; i < n; i++) {
		eq = strchr(pieces[i], '=');
		assert_non_null(eq);
		*eq = '\0';
		assert_true(text_url_decode(cx->mem, eq + 1, strlen(eq + 1),
		    true, &value));
		rq->query[rq->nquery].name = pieces[i];
		rq->query[rq->nquery++].value = value;
	}
}

struct asked
ask(struct cx *cx, enum method m, const char *path, const struct ask *how,
    const char *body)
{
	struct cloud self = { .tail = NULL };
	struct site site = cloud_site;
	struct request *rq = arena_alloc(cx->mem, sizeof(*rq));
	struct asked a = { 0 };
	char *plain = arena_text(cx->mem, path), *mark = strchr(plain, '?');

	site.self = &self;
	if (mark != NULL) {
		*mark = '\0';
		query_read(cx, rq, mark + 1);
	}
	rq->method = m;
	rq->path = plain;
	rq->remote = "192.0.2.1";
	if (how->token != NULL)
		header(rq, "authorization",
		    arena_printf(cx->mem, "Bearer %s", how->token));
	header(rq, "cookie", how->cookie);
	header(rq, "idempotency-key", how->key);
	header(rq, "x-csrf-token", how->csrf);
	header(rq, "sec-fetch-site", how->site);
	if (body != NULL) {
		header(rq, "content-type", "application/json");
		rq->body =
		    (struct bytes){ (const unsigned char *)body, strlen(body) };
	}
	router_run(cx, &site, rq, &a.reply);
	a.status = a.reply.status;
	a.text = a.reply.body.p
	    ? arena_textn(cx->mem, (const char *)a.reply.body.p, a.reply.body.n)
	    : "";
	if (json_parse(cx, a.text, strlen(a.text), &a.body) != OK)
		a.body = NULL;
	return a;
}

const char *
asked_code(const struct asked *a)
{
	const char *code = json_get_text(a->body, "code");

	return code ? code : "";
}
