/*
 * sample.c - reading, sending and comparing the samples of the protocol.
 *
 * A request's text is taken from the file by members, so its body is the
 * compact form that doc/connector-protocol.md speaks of.
 */
#include "sample.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/text.h"
#include "lib/test.h"

enum { CODES_MAX = 128 };

#define SAMPLE_CONNECTOR "3mfk9w2x7qpb"
#define SAMPLE_TOKEN "lgv_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
#define SAMPLE_OLD_TOKEN "lgv_ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8"
#define SAMPLE_CALLBACK "/callback/9d4tq6zr2hvk"

static char seen[CODES_MAX][48];
static size_t nseen;

bool
code_was_seen(const char *code)
{
	size_t i;

	for (i = 0; i < nseen; i++)
		if (text_equal(seen[i], code))
			return true;
	return false;
}

static void
note_codes(const struct json *j)
{
	struct json *value;
	const char *key;
	size_t i;

	if (json_is_array(j)) {
		for (i = 0; i < json_count(j); i++)
			note_codes(json_at(j, i));
		return;
	}
	for (i = 0; (key = json_key(j, i, &value)) != NULL; i++) {
		if (json_is_object(value) || json_is_array(value))
			note_codes(value);
		if (!text_equal(key, "code") || json_text(value) == NULL ||
		    code_was_seen(json_text(value)))
			continue;
		assert_true(nseen < CODES_MAX);
		snprintf(seen[nseen++], sizeof(seen[0]), "%s",
		    json_text(value));
	}
}

/* --- the bench --- */

struct bench *
bench_open(bool paired)
{
	struct bench *b = mem_new(sizeof(*b));
	struct sim_reply r;
	struct cx cx;

	b->both = sim_both_open(1, paired);
	b->cx = &b->both->cx;
	if (!paired) /* the first ID token installs the app */
		sim_app_ask(b->cx, b->both, GET, "/api/connection", NULL, &r);
	cx_child(&cx, &b->both->app.cx);
	must(&cx, sim_app_domain.callback_path(&cx, SIM_SHOP, &b->callback));
	if (!paired)
		must(&cx,
		    sim_app_domain.set_trial(&cx, SIM_SHOP,
			b->both->connector.token));
	b->callback = arena_text(b->cx->mem, b->callback);
	cx_done(&cx);
	return b;
}

void
bench_connector_add(struct bench *b, const char *label)
{
	struct sim_connector *c = &b->both->connector;
	struct cx cx;

	cx_child(&cx, &b->both->cloud.cx);
	must(&cx, sim_cloud_domain.connector_add(&cx, label, c));
	c->public_id = arena_text(b->cx->mem, c->public_id);
	c->app_url = arena_text(b->cx->mem, c->app_url);
	cx_done(&cx);
}

void
bench_close(struct bench *b)
{
	sim_both_close(b->both);
	mem_free(b);
}

void
sample_note(struct bench *b)
{
	const char *text = b->reply.body;

	b->body = NULL;
	if (text[0] != '\0' &&
	    json_parse(b->cx, text, strlen(text), &b->body) == OK)
		note_codes(b->body);
}

void
bench_work(struct bench *b)
{
	int i;

	for (i = 0; i < 20; i++) {
		while (sim_node_step(&b->both->cloud))
			;
		sim_advance(&b->both->sim, 250);
	}
}

/* --- putting our own values in --- */

static const char *
put(struct bench *b, const char *text, const char *theirs, const char *ours)
{
	struct buf out = buf_new(b->cx->mem);
	const char *at;

	if (ours == NULL)
		return text;
	while ((at = strstr(text, theirs)) != NULL) {
		buf_add(&out, text, (size_t)(at - text));
		buf_text(&out, ours);
		text = at + strlen(theirs);
	}
	buf_text(&out, text);
	return out.p;
}

static const char *
ours_for(struct bench *b, const char *text)
{
	const struct sim_connector *c = &b->both->connector;

	text = put(b, text, SAMPLE_CONNECTOR, c->public_id);
	text = put(b, text, SAMPLE_TOKEN, c->token);
	text = put(b, text, SAMPLE_OLD_TOKEN, b->old_token);
	text = put(b, text, SAMPLE_CALLBACK, b->callback);
	return put(b, text, SAMPLE_JOB, b->job);
}

void
sample_read(struct bench *b, const char *name, struct sample *s)
{
	static const char *const parts[] = { "request", "answer" };
	const char *root = getenv("LOGIVERY_SOURCE");
	struct json *j[2];
	char *path, *text;
	int i;

	for (i = 0; i < 2; i++) {
		path = arena_printf(b->cx->mem, "%s/doc/samples/%s.%s.json",
		    root != NULL ? root : ".", name, parts[i]);
		text = test_read_file(b->cx, path);
		must(b->cx, json_parse(b->cx, text, strlen(text), &j[i]));
	}
	*s = (struct sample){ name, j[0], j[1] };
}

static enum method
method_of(const char *name)
{
	enum method m;

	for (m = 0; m < METHOD_COUNT; m++)
		if (text_equal(method_name(m), name))
			return m;
	fail_msg("no method %s", name);
	return GET;
}

static const char *
sample_body(struct bench *b, const struct sample *s)
{
	struct json *body = json_get(s->request, "body");

	if (body == NULL)
		return NULL;
	if (json_text(body) != NULL)
		return ours_for(b, json_text(body));
	return ours_for(b, json_write(b->cx, body));
}

/* --- signing --- */

static const char *
signature(struct bench *b, const char *token, const char *text)
{
	unsigned char mac[DIGEST_BYTES];

	hmac_sha256((struct bytes){ (const unsigned char *)token,
			strlen(token) },
	    (struct bytes){ (const unsigned char *)text, strlen(text) }, mac);
	return arena_printf(b->cx->mem, "v1,%s",
	    base64_encode(b->cx->mem, (struct bytes){ mac, sizeof(mac) }));
}

void
callback_send(struct bench *b, enum method m, const char *path,
    const char *body, const struct signing *how)
{
	static int calls;
	struct sim_request ask = { .method = m };
	const char *token =
	    how->token != NULL ? how->token : b->both->connector.token;
	const char *id = how->id, *at, *text, *sig;

	if (id == NULL)
		id = arena_printf(b->cx->mem, "msg_%d", ++calls);
	at = arena_printf(b->cx->mem, "%" PRId64,
	    b->both->sim.now_ms / 1000 + how->off_s);
	text = arena_printf(b->cx->mem, "%s.%s.%s", id, at,
	    body != NULL ? body : "");
	sig = signature(b, token, text);
	if (how->second != NULL)
		sig = arena_printf(b->cx->mem, "%s %s", sig,
		    signature(b, how->second, text));
	ask.path = arena_printf(b->cx->mem, "%s%s", b->callback, path);
	ask.headers[0] = (struct param){ "webhook-id", id };
	ask.headers[1] = (struct param){ "webhook-timestamp", at };
	ask.headers[2] = (struct param){ "webhook-signature", sig };
	if (body != NULL) {
		ask.headers[3] =
		    (struct param){ "Content-Type", "application/json" };
		ask.body =
		    (struct bytes){ (const unsigned char *)body, strlen(body) };
	}
	sim_node_ask(b->cx, &b->both->app, &ask, &b->reply);
	sample_note(b);
}

void
cloud_send(struct bench *b, enum method m, const char *path, const char *body,
    const char *key)
{
	sim_cloud_ask(b->cx, b->both, m, path, body, key, &b->reply);
	sample_note(b);
}

/* --- sending a sample --- */

static void
send_to_cloud(struct bench *b, const struct sample *s)
{
	struct json *headers = json_get(s->request, "headers"), *value;
	struct sim_request ask = {
		.method = method_of(json_get_text(s->request, "method")),
		.path = ours_for(b, json_get_text(s->request, "path")),
	};
	const char *name, *body = sample_body(b, s);
	size_t i;

	for (i = 0; (name = json_key(headers, i, &value)) != NULL; i++)
		ask.headers[i] =
		    (struct param){ name, ours_for(b, json_text(value)) };
	if (body != NULL)
		ask.body =
		    (struct bytes){ (const unsigned char *)body, strlen(body) };
	sim_node_ask(b->cx, &b->both->cloud, &ask, &b->reply);
	sample_note(b);
}

/* Signed anew; what a sample is wrong in on purpose stays wrong. */
static void
send_to_app(struct bench *b, const struct sample *s)
{
	const char *path = json_get_text(s->request, "path");
	const struct json *headers = json_get(s->request, "headers");
	struct signing how = { .second = b->old_token };

	if (text_equal(s->name, "ping-wrong-signature"))
		how.token = "lgv_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
	if (text_equal(s->name, "ping-old-timestamp"))
		how.off_s = -10000;
	if (text_starts(s->name, "ping"))
		how.id = json_get_text(headers, "webhook-id");
	callback_send(b, method_of(json_get_text(s->request, "method")),
	    path + strlen(SAMPLE_CALLBACK), sample_body(b, s), &how);
}

void
sample_send(struct bench *b, const struct sample *s)
{
	if (text_equal(json_get_text(s->request, "to"), "app"))
		send_to_app(b, s);
	else
		send_to_cloud(b, s);
}

/* --- comparing --- */

struct comparing {
	struct bench *bench;
	const struct sample *sample;
	int differences;
};

static void differ(struct comparing *, const char *path, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static void
differ(struct comparing *c, const char *path, const char *fmt, ...)
{
	va_list ap;

	if (c->differences++ == 0)
		print_error("sample %s:\n", c->sample->name);
	print_error("\t%s: ", path[0] != '\0' ? path : "answer");
	va_start(ap, fmt);
	print_error("%s\n", arena_vprintf(c->bench->cx->mem, fmt, ap));
	va_end(ap);
}

static const char *
type_of(const struct json *j)
{
	if (json_is_null(j))
		return "null";
	if (json_is_object(j))
		return "object";
	if (json_is_array(j))
		return "array";
	if (json_is_int(j))
		return "number";
	return json_text(j) != NULL ? "text" : "boolean";
}

/* Members whose value is part of the contract and not of the occasion. */
static bool
value_counts(const char *name)
{
	static const char *const names[] = { "state", "code", "status", "kind",
		"type", "linked", "replaced", "accepted", "applied", "version",
		"repeated", "more", "ledger", "importable" };
	size_t i;

	for (i = 0; i < COUNT_OF(names); i++)
		if (text_equal(names[i], name))
			return true;
	return false;
}

/* Null stands for none, so that a sample's text may be null with us. */
static bool
may_be_null(const char *name)
{
	static const char *const names[] = { "reason", "next", "order",
		"finished_at", "next_at", "last_contact", "email", "customer",
		"shipping_address", "billing_address", "note", "locale",
		"instance", "fulfillment_status" };
	size_t i;

	for (i = 0; i < COUNT_OF(names); i++)
		if (text_equal(names[i], name))
			return true;
	return false;
}

static void compare(struct comparing *, const char *path, const char *name,
    const struct json *want, const struct json *got);

static void
compare_objects(struct comparing *c, const char *path, const struct json *want,
    const struct json *got)
{
	struct arena *mem = c->bench->cx->mem;
	struct json *value, *other;
	const char *key;
	size_t i;

	for (i = 0; (key = json_key(want, i, &value)) != NULL; i++) {
		other = json_get(got, key);
		if (other == NULL)
			differ(c, path, "the member %s is missing", key);
		else
			compare(c, arena_printf(mem, "%s.%s", path, key), key,
			    value, other);
	}
	for (i = 0; (key = json_key(got, i, &value)) != NULL; i++)
		if (json_get(want, key) == NULL)
			differ(c, path, "the member %s is not in the sample",
			    key);
}

/* Logs and documents may be longer or shorter; a list of answers may not. */
static void
compare_arrays(struct comparing *c, const char *path, const char *name,
    const struct json *want, const struct json *got)
{
	struct arena *mem = c->bench->cx->mem;
	bool free_length = text_equal(name, "items") ||
	    text_equal(name, "tags") || strstr(path, "orders[") != NULL ||
	    text_equal(c->sample->name, "orders-pull");
	size_t i, n = json_count(want);

	if (!free_length && json_count(want) != json_count(got))
		differ(c, path, "%zu entries, not %zu", json_count(got),
		    json_count(want));
	/* Orders of a store of ours: the first is like the sample's. */
	if (free_length && n > 1 && text_equal(name, "orders"))
		n = text_equal(c->sample->name, "orders-pull") ? 1 : n;
	for (i = 0; i < n && i < json_count(got); i++)
		compare(c, arena_printf(mem, "%s[%zu]", path, i), name,
		    json_at(want, i), json_at(got, i));
}

static void
compare(struct comparing *c, const char *path, const char *name,
    const struct json *want, const struct json *got)
{
	const char *a = type_of(want), *b = type_of(got);

	if (strcmp(a, b) != 0) {
		if (!may_be_null(name) ||
		    (!json_is_null(want) && !json_is_null(got)))
			differ(c, path, "%s %s, not %s %s", b,
			    json_write(c->bench->cx, got), a,
			    json_write(c->bench->cx, want));
		return;
	}
	if (json_is_object(want))
		compare_objects(c, path, want, got);
	else if (json_is_array(want))
		compare_arrays(c, path, name, want, got);
	else if (value_counts(name) &&
	    strcmp(json_write(c->bench->cx, want),
		json_write(c->bench->cx, got)) != 0)
		differ(c, path, "%s, not %s", json_write(c->bench->cx, got),
		    json_write(c->bench->cx, want));
}

int
sample_compare(struct bench *b, const struct sample *s)
{
	struct comparing c = { .bench = b, .sample = s };
	int64_t status = json_int(json_get(s->answer, "status"), 0);
	const char *type =
	    json_text(json_path(s->answer, "headers.Content-Type"));

	if (b->reply.status != status)
		differ(&c, "", "status %d, not %d: %.300s", b->reply.status,
		    (int)status, b->reply.body);
	if (!text_equal(b->reply.content_type, type))
		differ(&c, "", "type %s, not %s", b->reply.content_type, type);
	if (c.differences == 0)
		compare(&c, "", "", json_get(s->answer, "body"), b->body);
	return c.differences;
}
