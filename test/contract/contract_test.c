/*
 * contract_test.c - the protocol's two ends against doc/ and each other.
 *
 * Every sample of doc/samples/ is a row: what must be so before it, then it is
 * sent to the end that serves it, and the answer is held against the sample's.
 * The list of files is read, so a new sample without a row is a failure.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/text.h"
#include "base/when.h"
#include "codes.h"
#include "contract_rig.h"
#include "db/db.h"
#include "lib/sim_fulfil.h"
#include "lib/test.h"

static void
send_named(struct bench *b, const char *name)
{
	struct sample s;

	sample_read(b, name, &s);
	sample_send(b, &s);
	assert_in_range(b->reply.status, 200, 299);
}

/* --- what must be so before a sample --- */

static void
nothing(struct bench *b)
{
	(void)b;
}

static void
automatic_off(struct bench *b)
{
	struct cx cx;

	cx_child(&cx, &b->both->cloud.cx);
	must(&cx,
	    sim_cloud_domain.set_automatic(&cx, b->both->connector.id, false));
	cx_done(&cx);
}

/* The connector serves the store; another one takes its place in the test. */
static void
store_taken(struct bench *b)
{
	struct cx cx;

	assert_int_equal(sim_both_pair(b->both, b->both->connector.token), 200);
	bench_connector_add(b, "The new link");
	cx_child(&cx, &b->both->app.cx);
	must(&cx,
	    sim_app_domain.set_trial(&cx, SIM_SHOP, b->both->connector.token));
	cx_done(&cx);
}

static void
app_is_down(struct bench *b)
{
	sim_node_close(&b->both->app);
}

static void
orders_sent(struct bench *b)
{
	send_named(b, "orders");
}

static void
orders_known(struct bench *b)
{
	send_named(b, "orders");
	bench_work(b);
	send_named(b, "orders-mixed");
}

/* #1001 came twice, #1004 came newer before older. */
static void
unchanged_and_stale(struct bench *b)
{
	send_document(b, document(b, FIRST_ID, 60, 0), "k1");
	send_document(b, document(b, FIRST_ID + 3, 60, 1), "k2");
	bench_work(b);
	send_document(b, document(b, FIRST_ID, 60, 0), "k3");
	send_document(b, document(b, FIRST_ID + 3, 120, 2), "k4");
	bench_work(b);
}

static const char *
job_of_last(struct bench *b)
{
	struct json *orders = json_get(b->body, "orders");
	const char *job = json_get_text(json_at(orders, 0), "job");

	assert_non_null(job);
	return job;
}

static void
job_queued(struct bench *b)
{
	send_named(b, "orders");
	b->job = job_of_last(b);
}

static void
job_done(struct bench *b)
{
	job_queued(b);
	bench_work(b);
}

/* No test can stop time inside a job: its row is set as the runner does. */
static void
set_job(struct bench *b, const char *text)
{
	struct sql sql = { "set_job", { text, text }, 1, 1, "queue" };
	struct cx cx;

	cx_child(&cx, &b->both->cloud.cx);
	must(&cx, db_exec(&cx, sql, V(b->job)));
	cx_done(&cx);
}

static void
job_running(struct bench *b)
{
	job_queued(b);
	set_job(b,
	    "UPDATE job SET state = 'running', attempts = 1 WHERE uuid = $1");
}

static void
job_dead(struct bench *b)
{
	job_queued(b);
	set_job(b,
	    "UPDATE job SET state = 'dead', attempts = 3, crashes = 3, "
	    "code = 'crashed', reason = 'The program ended three times.', "
	    "finished_at = 1795428000000 WHERE uuid = $1");
}

/* The confirmation finds nobody at home. */
static void
job_waiting(struct bench *b)
{
	sim_node_close(&b->both->app);
	job_done(b);
	find_job(b, "confirm");
}

static void
job_parked(struct bench *b)
{
	struct cx cx;

	cx_child(&cx, &b->both->cloud.cx);
	must(&cx,
	    sim_cloud_domain.run_now(&cx, b->both->connector.id,
		"import_orders"));
	cx_done(&cx);
	send_named(b, "unlink");
	bench_work(b);
	find_job(b, "import_orders");
}

static void
ping_sent(struct bench *b)
{
	send_named(b, "ping");
}

/* Orders of the store that nobody takes by itself. */
static void
place(struct bench *b, int n, bool heard)
{
	int i;

	automatic_off(b);
	b->both->shopify.next_id = FIRST_ID;
	for (i = 0; i < n; i++)
		sim_order_place(b->both->store, 0)->confirmed = true;
	if (heard)
		sim_both_run(b->both, MINUTE_MS);
}

static void
one_waits(struct bench *b)
{
	place(b, 7, true);
}

static void
one_is_done(struct bench *b)
{
	b->both->shopify.next_id = FIRST_ID;
	sim_order_place(b->both->store, 0);
	sim_both_run(b->both, 5 * MINUTE_MS);
}

static void
one_is_unconfirmed(struct bench *b)
{
	b->both->shopify.next_id = FIRST_ID + 4;
	sim_order_place(b->both->store, DAY_MS)->confirmed = false;
}

/* Three orders are on their way; the Cloud App has not said a word. */
static void
three_are_sending(struct bench *b)
{
	int i;

	b->both->shopify.next_id = FIRST_ID;
	b->both->sim.weather.drop = 1000;
	for (i = 0; i < 3; i++) {
		sim_order_place(b->both->store, 0);
		b->both->shopify.next_id = FIRST_ID + i + 1;
	}
	b->both->sim.weather.drop = 0;
	sim_both_run(b->both, 20 * MINUTE_MS); /* the sweep finds them */
}

/* --- shipments --- */

static struct store *shipping; /* of the sample in hand, or NULL */

/* The samples' order, its two pieces in one place. */
static void
to_ship(struct bench *b)
{
	struct store_fo *fo;

	shipping = store_open(&b->both->shopify);
	fo = store_fo_add(shipping, INT64_C(70000000001));
	store_line_add(fo, INT64_C(15300000000001), 2);
}

static void
shipped(struct bench *b)
{
	to_ship(b);
	send_named(b, "shipments");
}

static void
on_hold(struct bench *b)
{
	struct store_fo *fo;

	to_ship(b);
	fo = &shipping->fos[0];
	snprintf(fo->status, sizeof(fo->status), "ON_HOLD");
	fo->can = false;
}

static const struct row {
	const char *name;
	bool paired;
	void (*prepare)(struct bench *);
	const char *not_yet; /* why it cannot be sent */
} rows[] = {
	{ "about", true, nothing },
	{ "events", true, nothing },
	{ "job-log-cancelled", true, nothing,
	    "a deleted connector's token opens nothing, and the queue keeps no "
	    "row of dropped jobs" },
	{ "job-log-dead", true, job_dead },
	{ "job-log-done", true, job_done },
	{ "job-log-parked", true, job_parked },
	{ "job-log-queued", true, job_queued },
	{ "job-log-running", true, job_running },
	{ "job-log-unknown", true, nothing },
	{ "job-log-waiting", true, job_waiting },
	{ "link", false, nothing },
	{ "link-callback-failed", false, app_is_down },
	{ "link-replace", false, store_taken },
	{ "link-second-store", true, nothing },
	{ "link-store-taken", false, store_taken },
	{ "link-verify", false, nothing },
	{ "orders", true, nothing },
	{ "orders-automatic-off", true, automatic_off },
	{ "orders-bad-input", true, nothing },
	{ "orders-bad-json", true, nothing },
	{ "orders-key-missing", true, nothing },
	{ "orders-key-reused", true, orders_sent },
	{ "orders-lookup", true, one_is_done },
	{ "orders-lookup-by-id", true, one_is_unconfirmed },
	{ "orders-lookup-not-visible", true, nothing },
	{ "orders-mixed", true, nothing },
	{ "orders-none", true, nothing },
	{ "orders-not-linked", false, nothing },
	{ "orders-pull", true, one_waits },
	{ "orders-pull-empty", true, nothing },
	{ "orders-send", true, one_waits },
	{ "orders-status", true, orders_known },
	{ "orders-status-codes", true, unchanged_and_stale },
	{ "orders-sync", true, three_are_sending },
	{ "orders-too-many", true, nothing },
	{ "orders-wrong-token", true, nothing },
	{ "ping", true, nothing },
	{ "ping-old-timestamp", true, nothing },
	{ "ping-replayed", true, ping_sent },
	{ "ping-two-tokens", true, rotated },
	{ "ping-wrong-signature", true, nothing },
	{ "privacy-customer-data-request", true, orders_sent },
	{ "privacy-customer-redact", true, orders_sent },
	{ "privacy-shop-redact", true, orders_sent },
	{ "privacy-uninstalled", true, nothing },
	{ "settings", true, nothing },
	{ "shipment-events", true, shipped },
	{ "shipments", true, to_ship },
	{ "shipments-corrected", true, shipped },
	{ "shipments-held", true, on_hold },
	{ "unlink", true, nothing },
};

static const struct row *
row_of(const char *name)
{
	size_t i;

	for (i = 0; i < COUNT_OF(rows); i++)
		if (text_equal(rows[i].name, name))
			return &rows[i];
	return NULL;
}

static void
every_sample_gets_the_answer_it_shows(void **state)
{
	int different = 0, sent = 0;
	struct sample s;
	struct bench *b;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(rows); i++) {
		if (rows[i].not_yet != NULL) {
			printf("not sent yet: %s: %s\n", rows[i].name,
			    rows[i].not_yet);
			continue;
		}
		b = bench_open(rows[i].paired);
		rows[i].prepare(b);
		sample_read(b, rows[i].name, &s);
		sample_send(b, &s);
		different += sample_compare(b, &s);
		sent++;
		if (shipping != NULL)
			store_close(shipping);
		shipping = NULL;
		bench_close(b);
	}
	printf("%d samples sent, %d answered otherwise\n", sent, different);
	assert_int_equal(different, 0);
}

static void
every_file_of_samples_has_its_row(void **state)
{
	static const char ending[] = ".request.json";
	const char *root = getenv("LOGIVERY_SOURCE");
	char path[512], name[256];
	struct dirent *d;
	size_t n, files = 0;
	DIR *dir;

	(void)state;
	snprintf(path, sizeof(path), "%s/doc/samples",
	    root != NULL ? root : ".");
	dir = opendir(path);
	assert_non_null(dir);
	while ((d = readdir(dir)) != NULL) {
		n = strlen(d->d_name);
		if (n < sizeof(ending) ||
		    strcmp(d->d_name + n - sizeof(ending) + 1, ending) != 0)
			continue;
		snprintf(name, sizeof(name), "%.*s",
		    (int)(n - sizeof(ending) + 1), d->d_name);
		if (row_of(name) == NULL)
			print_error("doc/samples/%s: no row\n", name);
		assert_non_null(row_of(name));
		files++;
	}
	closedir(dir);
	assert_int_equal(files, COUNT_OF(rows));
}

/* --- both mappings --- */

static void
both_mappings_make_one_document_that_the_cloud_app_takes(void **state)
{
	struct bench *b = bench_open(true);
	struct sim_order o = { .store = b->both->store, .id = FIRST_ID };
	const char *hook, *gql = NULL, *body;
	struct json *j;
	struct cx cx;
	int i;

	(void)state;
	for (i = 0; i < 8; i++) {
		o.number = 1001 + i;
		o.created = TEST_NOW - DAY_MS;
		o.updated = TEST_NOW;
		o.confirmed = (i & 1) == 0;
		o.cancelled = (i & 2) != 0 ? TEST_NOW : 0;
		o.note = i & 4;
		sim_tags_add(&o.tags, i & 1 ? "VIP" : "logivery-synced");
		body = json_write(b->cx, sim_order_rest(b->cx, &o));
		must(b->cx,
		    sim_app_domain.from_hook(b->cx,
			(struct bytes){ (const unsigned char *)body,
			    strlen(body) },
			&hook));
		must(b->cx,
		    sim_app_domain.from_gql(b->cx, sim_order_gql(b->cx, &o),
			&gql));
		assert_string_equal(hook, gql);
		must(b->cx, json_parse(b->cx, hook, strlen(hook), &j));
		cx_child(&cx, &b->both->cloud.cx);
		must(&cx, sim_cloud_domain.document_check(&cx, j));
		cx_done(&cx);
	}
	bench_close(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_file_of_samples_has_its_row),
		cmocka_unit_test(every_sample_gets_the_answer_it_shows),
		cmocka_unit_test(
		    both_mappings_make_one_document_that_the_cloud_app_takes),
		cmocka_unit_test(codes_of_calls_come_as_listed),
		cmocka_unit_test(codes_of_orders_come_as_listed),
		cmocka_unit_test(
		    every_code_of_the_protocol_was_seen_or_has_a_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
