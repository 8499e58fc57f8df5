/*
 * protocol_test.c - the samples of doc/connector-protocol.md, sent to us.
 *
 * Each sample's state is made first; then status, members, types, states and
 * codes of the answer must be those shown (times, counts, UUIDs and words may
 * differ).
 */
#include "cloud_rig.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "base/when.h"
#include "cloud/link.h"
#include "queue/job.h"

#define SAMPLE_ID "3mfk9w2x7qpb"
#define SAMPLE_TOKEN "lgv_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

/* What a test puts in the place of the sample's own. */
struct stage {
	struct connector_secret s;
	const char *job; /* NULL: the sample's */
};

static struct stage stage;

static const char *
replaced(struct cx *cx, const char *text, const char *what, const char *with)
{
	struct buf b = buf_new(cx->mem);
	const char *at;

	while ((at = strstr(text, what)) != NULL) {
		buf_add(&b, text, (size_t)(at - text));
		buf_text(&b, with);
		text = at + strlen(what);
	}
	buf_text(&b, text);
	return b.p;
}

static struct json *
sample(struct cx *cx, const char *name, const char *which)
{
	const char *text = source_file(cx,
	    arena_printf(cx->mem, "doc/samples/%s.%s.json", name, which));
	struct json *j;

	text = replaced(cx, text, SAMPLE_ID, stage.s.connector.public_id);
	text = replaced(cx, text, SAMPLE_TOKEN, stage.s.token);
	if (stage.job != NULL)
		text = replaced(cx, text,
		    "01982f6e-7c1a-7b52-9d0e-3f5a6b7c8d91", stage.job);
	must(cx, json_parse(cx, text, strlen(text), &j));
	return j;
}

static enum method
method_of(const char *name)
{
	int m;

	for (m = 0; m < METHOD_COUNT; m++) {
		if (strcmp(method_name((enum method)m), name) == 0)
			return (enum method)m;
	}
	fail();
	return GET;
}

static struct asked
send(struct cx *cx, const char *name)
{
	struct json *rq = sample(cx, name, "request");
	const struct json *h = json_get(rq, "headers");
	const struct json *body = json_get(rq, "body");
	const char *bearer = json_get_text(h, "Authorization");
	const char *text = NULL;
	struct ask how = { .token = bearer ? bearer + 7 : NULL,
		.key = json_get_text(h, "Idempotency-Key") };

	assert_string_equal(json_get_text(rq, "to"), "cloud");
	if (json_text(body) != NULL)
		text = json_text(body);
	else if (!json_is_null(body))
		text = json_write(cx, body);
	return ask(cx, method_of(json_get_text(rq, "method")),
	    json_get_text(rq, "path"), &how, text);
}

/* --- comparing --- */

static bool
counts_exactly(const char *name)
{
	static const char *const names[] = { "state", "code", "status",
		"linked", "replaced", "automatic", "level", "kind", "version",
		"accepted", "repeated" };
	size_t i;

	for (i = 0; i < COUNT_OF(names); i++) {
		if (text_equal(names[i], name))
			return true;
	}
	return false;
}

static const char *
type_of(const struct json *j)
{
	if (json_is_null(j))
		return "null";
	if (json_text(j) != NULL)
		return "text";
	if (json_is_object(j))
		return "object";
	if (json_is_array(j))
		return "list";
	return json_is_int(j) ? "int" : "bool";
}

static void
compare(struct cx *cx, const char *path, const struct json *want,
    const struct json *got)
{
	const char *key, *under;
	struct json *v;
	size_t i;

	for (i = 0; (key = json_key(want, i, &v)) != NULL; i++) {
		under = arena_printf(cx->mem, "%s.%s", path, key);
		if (strcmp(key, "title") == 0 || strcmp(key, "reason") == 0 ||
		    strcmp(key, "next") == 0 || strcmp(key, "items") == 0)
			continue; /* words, and lines that may be more */
		if (strcmp(type_of(v), type_of(json_get(got, key))) != 0)
			print_error("%s: %s, not %s\n", under,
			    type_of(json_get(got, key)), type_of(v));
		assert_string_equal(type_of(v), type_of(json_get(got, key)));
		if (counts_exactly(key))
			assert_string_equal(json_write(cx, v),
			    json_write(cx, json_get(got, key)));
		compare(cx, under, v, json_get(got, key));
	}
	if (json_is_array(want)) {
		assert_int_equal(json_count(want), json_count(got));
		for (i = 0; i < json_count(want); i++)
			compare(cx, arena_printf(cx->mem, "%s[%zu]", path, i),
			    json_at(want, i), json_at(got, i));
	}
}

static void
answers(struct cx *cx, const char *name)
{
	struct json *want = sample(cx, name, "answer");
	int64_t status = json_int(json_get(want, "status"), 0);
	struct asked a = send(cx, name);

	if (a.status != status)
		print_error("%s: %d %s\n", name, a.status, a.text);
	assert_int_equal(a.status, status);
	compare(cx, name, json_get(want, "body"), a.body);
	if (status >= 400)
		assert_non_null(json_get_text(a.body, "next"));
}

/* --- the stage --- */

static void
set(struct cx *cx)
{
	rig(cx);
	stage = (struct stage){ .s = connector_new(cx, "Tea and More") };
}

static void
set_linked(struct cx *cx)
{
	set(cx);
	answers(cx, "link");
	run_jobs(cx);
	must(cx,
	    connector_find_id(cx, stage.s.connector.id, &stage.s.connector));
}

static void
linking(struct cx *cx)
{
	set(cx);
	answers(cx, "link-verify");
	app.fails = ERR_UPSTREAM;
	answers(cx, "link-callback-failed");
	app.fails = OK;
	answers(cx, "orders-not-linked");
	answers(cx, "link");
	answers(cx, "link-second-store");
	answers(cx, "about");
	answers(cx, "unlink");
	linked(cx, "Old link", SHOP);
	answers(cx, "link-store-taken");
	answers(cx, "link-replace");
}

static void
orders(struct cx *cx)
{
	set_linked(cx);
	answers(cx, "orders");
	answers(cx, "orders-key-reused");
	answers(cx, "orders"); /* the same key, the same answer */
	run_jobs(cx);
	answers(cx, "orders-mixed");
	answers(cx, "orders-status");
	answers(cx, "orders-too-many");
	answers(cx, "orders-none");
	answers(cx, "orders-key-missing");
	answers(cx, "orders-bad-json");
	answers(cx, "orders-bad-input");
	answers(cx, "orders-wrong-token");
}

static void
automatic_off(struct cx *cx)
{
	const struct connector_change off = { NULL, 0, -1, -1 };

	set_linked(cx);
	must(cx, connector_set(cx, &stage.s.connector, &off));
	answers(cx, "orders-automatic-off");
}

static void
states_with_codes(struct cx *cx)
{
	set_linked(cx);
	import(cx, &stage.s.connector,
	    document(cx, INT64_C(6832000001001), 0, "x"));
	import(cx, &stage.s.connector,
	    document(cx, INT64_C(6832000001001), 0, "x"));
	import(cx, &stage.s.connector,
	    document(cx, INT64_C(6832000001004), 9, "new"));
	import(cx, &stage.s.connector,
	    document(cx, INT64_C(6832000001004), 1, "old"));
	answers(cx, "orders-status-codes");
}

static const char *
job_added(struct cx *cx, const char *kind)
{
	struct job_ref ref;

	must(cx,
	    job_add(cx,
		&(struct job_new){ .kind = kind,
		    .tenant = stage.s.connector.id },
		&ref));
	return arena_text(cx->mem, ref.uuid);
}

static void
logs_of_jobs(struct cx *cx)
{
	set_linked(cx);
	answers(cx, "job-log-unknown");
	stage.job =
	    take(cx, &stage.s.connector, "manual", document(cx, 1001, 0, "x"))
		.job;
	answers(cx, "job-log-queued");
	exec(cx,
	    "UPDATE job SET state = 'running', attempts = 1 WHERE state "
	    "= 'waiting'");
	answers(cx, "job-log-running");
	exec(cx,
	    "UPDATE job SET state = 'waiting', attempts = 0 WHERE state "
	    "= 'running'");
	run_jobs(cx);
	answers(cx, "job-log-done");
	exec(cx,
	    "UPDATE job SET state = 'dead', code = 'crashed', reason = "
	    "'x', attempts = 3 WHERE kind = 'import'");
	answers(cx, "job-log-dead");
}

static void
logs_of_jobs_that_wait_or_park(struct cx *cx)
{
	set_linked(cx);
	app.fails = ERR_UPSTREAM;
	take(cx, &stage.s.connector, "manual", document(cx, 1001, 0, "x"));
	stage.job = job_added(cx, "settings");
	run_jobs(cx);
	exec(cx,
	    "UPDATE job SET kind = 'confirm', attempts = 2 WHERE kind = "
	    "'settings' AND state = 'waiting'");
	answers(cx, "job-log-waiting");
	stage.job = NULL;
	answers(cx, "unlink");
	stage.job = job_added(cx, "import_orders");
	run_jobs(cx);
	exec(cx, "UPDATE job SET attempts = 0 WHERE state = 'parked'");
	answers(cx, "job-log-parked");
}

static void
events_are_told_once(struct cx *cx)
{
	struct asked a;

	set_linked(cx);
	answers(cx, "events");
	a = send(cx, "events");
	assert_int_equal(json_int(json_get(a.body, "accepted"), -1), 0);
	assert_int_equal(json_int(json_get(a.body, "repeated"), -1), 1);
	assert_int_equal(number(cx,
			     "SELECT count(*) AS n FROM event WHERE "
			     "origin = 'shopify'"),
	    1);
}

static void
privacy(struct cx *cx)
{
	set_linked(cx);
	answers(cx, "privacy-customer-redact");
	answers(cx, "privacy-customer-data-request");
	answers(cx, "privacy-shop-redact");
	answers(cx, "privacy-uninstalled");
	run_jobs(cx);
	assert_int_equal(number(cx,
			     "SELECT count(*) AS n FROM privacy_request "
			     "WHERE done_at > 0"),
	    4);
}

/* What we send looks as the samples of section 6 do. */
static void
what_we_send_is_as_shown(struct cx *cx)
{
	struct json *want, *got;

	set(cx);
	stage.s.connector = linked(cx, "Tea", SHOP);
	run_jobs(cx);
	want = json_get(sample(cx, "settings", "request"), "body");
	must(cx, json_parse(cx, app.last, strlen(app.last), &got));
	assert_int_equal(json_count(want), json_count(got));
	import(cx, &stage.s.connector, document(cx, 1001, 0, "x"));
	want = json_at(json_path(sample(cx, "orders-sync", "request"),
			   "body.orders"),
	    0);
	must(cx, json_parse(cx, app.last, strlen(app.last), &got));
	compare(cx, "orders-sync", want, json_at(json_get(got, "orders"), 0));
	app.pull[0] = "{\"batch\":\"b\",\"orders\":[],\"more\":false}";
	job_added(cx, "import_orders");
	run_jobs(cx);
	want = json_get(sample(cx, "orders-pull", "request"), "body");
	must(cx, json_parse(cx, app.last, strlen(app.last), &got));
	compare(cx, "orders-pull", want, got);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASES(linking),
		CASES(orders),
		CASES(automatic_off),
		CASES(states_with_codes),
		CASES(logs_of_jobs),
		SQLITE_CASE(logs_of_jobs_that_wait_or_park),
		CASES(events_are_told_once),
		CASES(privacy),
		CASES(what_we_send_is_as_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
