/*
 * order_list_test.c - the order list: tabs by latest shipping date, search as
 * one types, pages; and that neither grows slow with the number of orders.
 *
 * LIST_ROWS=100000 meson test cloud/order_list -v prints how long the list
 * takes with so many orders behind it.
 */
#include "shipment_rig.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/when.h"
#include "cloud/api_token.h"
#include "cloud/order_word.h"
#include "cloud/ship_rule.h"
#include "cloud/zone.h"

static struct ask viewer;

static void
enter(struct cx *cx)
{
	char secret[TOKEN_TEXT_MAX];
	struct api_token t;

	must(cx, api_token_add(cx, "test", "test", "viewer", secret, &t));
	viewer = (struct ask){ .token = arena_text(cx->mem, secret) };
}

static struct asked
get(struct cx *cx, const char *path)
{
	struct asked a = ask(cx, GET, path, &viewer, NULL);

	if (a.status != 200)
		print_error("%s: %d %s\n", path, a.status, a.text);
	assert_int_equal(a.status, 200);
	return a;
}

/* The numbers of a list, a blank between. */
static const char *
names(struct cx *cx, const char *path)
{
	struct asked a = get(cx, path);
	const struct json *items = json_get(a.body, "items");
	const char *text = "";
	size_t i;

	for (i = 0; i < json_count(items); i++)
		text = arena_printf(cx->mem, "%s%s%s", text, i ? " " : "",
		    json_get_text(json_at(items, i), "number"));
	return text;
}

static void
due(struct cx *cx, int64_t order, int64_t at)
{
	exec(cx,
	    arena_printf(cx->mem,
		"UPDATE orders SET ship_by = %" PRId64 " WHERE id = %" PRId64,
		at, order));
}

/* In Rome it is 11:00 (TEST_NOW); midnight is at 23:00 UTC. */
static void
tabs_go_by_the_latest_shipping_date(struct cx *cx)
{
	struct connector c = ship_rig(cx, true);
	int64_t now = cx->now,
		at[] = { now - 1, now + HOUR_MS, now + 12 * HOUR_MS,
			now + 14 * HOUR_MS, now + 40 * HOUR_MS, 0, now - DAY_MS,
			now - 2 * DAY_MS };
	const struct json *j;
	struct asked a;
	int64_t order;
	size_t i;

	enter(cx);
	for (i = 0; i < COUNT_OF(at); i++) {
		order = ship_order(cx, &c, 1001 + (int64_t)i, 1);
		due(cx, order, at[i]);
		if (at[i] == now - DAY_MS)
			ship_all(cx, order);
	}
	assert_string_equal(names(cx, "/api/v1/orders?due=late"),
	    "#1008 #1001");
	assert_string_equal(names(cx, "/api/v1/orders?due=today"),
	    "#1002 #1003");
	assert_string_equal(names(cx, "/api/v1/orders?due=today&zone=UTC"),
	    "#1002 #1003");
	assert_string_equal(names(cx, "/api/v1/orders?due=tomorrow"), "#1004");
	assert_string_equal(names(cx, "/api/v1/orders?due=later"), "#1005");
	assert_string_equal(names(cx, "/api/v1/orders?due=none"), "#1006");
	assert_string_equal(names(cx, "/api/v1/orders?due=managed"), "#1007");
	assert_string_equal(names(cx, "/api/v1/orders?due=late&q=1001"),
	    "#1001");
	assert_string_equal(names(cx, "/api/v1/orders?due=late&q=1002"), "");
	a = get(cx, "/api/v1/summary");
	j = json_get(a.body, "due");
	assert_int_equal(json_int(json_get(j, "late"), -1), 2);
	assert_int_equal(json_int(json_get(j, "today"), -1), 2);
	assert_int_equal(json_int(json_get(j, "tomorrow"), -1), 1);
	assert_int_equal(json_int(json_get(j, "later"), -1), 1);
	assert_int_equal(json_int(json_get(j, "none"), -1), 1);
	assert_int_equal(json_int(json_get(j, "managed"), -1), 1);
	a = ask(cx, GET, "/api/v1/orders?due=soon", &viewer, NULL);
	assert_string_equal(asked_code(&a), "bad_input");
	a = ask(cx, GET, "/api/v1/orders?zone=Mars", &viewer, NULL);
	assert_string_equal(asked_code(&a), "bad_input");
}

static void
the_summary_counts_the_last_48_hours(struct cx *cx)
{
	struct connector c = ship_rig(cx, true);
	const struct json *hours, *last;
	struct asked a;
	int64_t split, held;

	enter(cx);
	ship_it(cx, ship_all(cx, ship_order(cx, &c, 1001, 1)).public_id, "brt",
	    "T1");
	ship_order(cx, &c, 1002, 1);
	split = ship_order(cx, &c, 1003, 2);
	ship_it(cx, ship_some(cx, split, 0, 3).public_id, "brt", "T2");
	ship_it(cx, ship_all(cx, split).public_id, "brt", "T3");
	exec(cx,
	    arena_printf(cx->mem,
		"UPDATE orders SET imported_at = %" PRId64
		" - CASE name WHEN '#1002' THEN 3600000 ELSE 0 END",
		cx->now));
	exec(cx,
	    arena_printf(cx->mem, "UPDATE shipment SET shipped_at = %" PRId64,
		cx->now));
	exec(cx, "UPDATE order_sync SET state = 'error'");
	a = get(cx, "/api/v1/summary");
	hours = json_get(a.body, "hours");
	assert_int_equal(json_count(hours), 48);
	last = json_at(hours, 47);
	assert_int_equal(json_int(json_get(last, "imported"), 0), 2);
	assert_int_equal(json_int(json_get(last, "shipped"), 0), 2); /* in 3 */
	last = json_at(hours, 46);
	assert_int_equal(json_int(json_get(last, "imported"), 0), 1);
	assert_int_equal(json_int(json_get(last, "shipped"), 0), 0);
	assert_int_equal(json_int(json_get(a.body, "errors"), 0), 3);
	assert_int_equal(json_int(json_get(a.body, "dead"), -1), 0);
	assert_int_equal(json_int(json_get(a.body, "held"), -1), 0);
	assert_int_equal(json_int(json_get(a.body, "disconnected"), -1), 0);
	exec(cx,
	    "UPDATE shipment SET sent_revision = revision - 1, "
	    "store_state = CASE id % 3 WHEN 0 THEN 'held' "
	    "WHEN 1 THEN 'refused' ELSE 'owed' END");
	must(cx, connector_held(cx, &c, &held));
	assert_int_equal(held, 2);
	a = get(cx, "/api/v1/summary");
	assert_int_equal(json_int(json_get(a.body, "held"), -1), 1);
	assert_int_equal(json_int(json_get(a.body, "refused"), -1), 1);
	connector_new(cx, "not linked yet");
	a = get(cx, "/api/v1/summary");
	assert_int_equal(json_int(json_get(a.body, "disconnected"), -1), 1);
}

static void
what_one_types_finds_the_beginning_of_a_word(struct cx *cx)
{
	struct connector c = ship_rig(cx, true);
	int64_t order;

	enter(cx);
	order = ship_order(cx, &c, 6832000001001, 1);
	ship_order(cx, &c, 6832000001002, 1);
	ship_it(cx, ship_all(cx, order).public_id, "brt", "BRT-0826");
	assert_string_equal(names(cx, "/api/v1/orders?q=%231001"), "#1001");
	assert_string_equal(names(cx, "/api/v1/orders?q=100"), "#1002 #1001");
	assert_string_equal(names(cx, "/api/v1/orders?q=6832000001001"),
	    "#1001");
	assert_string_equal(names(cx, "/api/v1/orders?q=brt-08"), "#1001");
	assert_string_equal(names(cx, "/api/v1/orders?q=GIU+ROS"),
	    "#1002 #1001");
	assert_string_equal(names(cx, "/api/v1/orders?q=giulia+1002"), "#1002");
	assert_string_equal(names(cx, "/api/v1/orders?q=ulia"), "");
	assert_string_equal(names(cx, "/api/v1/orders?q=giulia+bianchi"), "");
	assert_string_equal(names(cx, "/api/v1/orders?q=example.com"), "");
	/* corrected: the old number finds nothing any more */
	exec(cx, "UPDATE parcel SET number = 'GLS1'");
	must(cx, order_word_track(cx, order));
	assert_string_equal(names(cx, "/api/v1/orders?q=brt-08"), "");
	assert_string_equal(names(cx, "/api/v1/orders?q=gls1"), "#1001");
}

/* --- many --- */

static int64_t
rows(void)
{
	const char *text = getenv("LIST_ROWS");

	return text ? strtoll(text, NULL, 10) : 2000;
}

/* Orders made by SQL, with documents of 8 KB as real ones have: 300 people, 97
   SKUs, a tenth to be managed, some in error. */
static void
many(struct cx *cx, const struct connector *c)
{
	char *big = arena_alloc(cx->mem, 8001);
	const char *numbers = arena_printf(cx->mem,
	    "WITH RECURSIVE s (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL "
	    "SELECT i + 1 FROM s WHERE i < %" PRId64 ")",
	    rows());

	memset(big, 'x', 8000);
	exec(cx,
	    arena_printf(cx->mem,
		"%s INSERT INTO orders (channel, external_id, connector, name, "
		"status, currency, total, country, destination, flags, nlines, "
		"placed_at, created_at, updated_at, cancelled_at, imported_at, "
		"digest, changed, redacted_at, ship_by, search, document) "
		"SELECT %" PRId64 ", CAST(7000000 + i AS TEXT), 1, '#' || i, "
		"CASE WHEN i %% 10 = 0 THEN 'placed' ELSE 'total' END, 'EUR', "
		"'1.00', 'IT', 'Anna, 10121 Torino', '[]', 1, %" PRId64
		", 1, 1, 0, %" PRId64 " - i * 1000, '%064d', 0, 0, "
		"CASE WHEN i %% 20 = 0 THEN 0 ELSE %" PRId64
		" + (i %% 500 - 100) * 900000 END, 'x', '%s' FROM s",
		numbers, c->channel, cx->now, cx->now, 0, cx->now, big));
}

static void
many_words(struct cx *cx)
{
	static const char *const words[] = { "name", "substr(name, 2)",
		"external_id", "'person' || (id % 300)", "'torino'",
		"'sku-' || (id % 97)", "'green'" };
	size_t i;

	for (i = 0; i < COUNT_OF(words); i++)
		exec(cx,
		    arena_printf(cx->mem,
			"INSERT INTO order_word (word, order_id, part) "
			"SELECT %s, id, 0 FROM orders WHERE search = 'x' ON "
			"CONFLICT DO NOTHING",
			words[i]));
	exec(cx,
	    "INSERT INTO order_sync (channel, external_id, state, owed, seq, "
	    "changed_at) SELECT channel, external_id, CASE WHEN id % 100 = 0 "
	    "THEN 'error' ELSE 'synced' END, 0, 1, 1 FROM orders WHERE search "
	    "= 'x'");
	exec(cx, db_engine(cx->db) == DB_PG ? "ANALYZE" : "ANALYZE orders");
}

/* So many entries of a word that it is common, for orders that are not there.
 */
static void
make_common(struct cx *cx, const char *word)
{
	exec(cx,
	    arena_printf(cx->mem,
		"WITH RECURSIVE s (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM "
		"s WHERE i < 30000) INSERT INTO order_word (word, order_id, "
		"part) SELECT '%s', 20000 + i, 0 FROM s UNION ALL SELECT '%s', "
		"1, 0",
		word, word));
}

/* Of words that many have, but few together, each page looks at some orders and
   says where to go on. */
static void
words_that_many_have_are_looked_for_some_at_a_time(struct cx *cx)
{
	struct connector c = ship_rig(cx, true);
	const char *path = "/api/v1/orders?q=green-tea+red-mug", *next;
	const char *at = path;
	struct asked a;
	int pages;

	enter(cx);
	ship_order(cx, &c, 1001, 1);
	ship_order(cx, &c, 1002, 1);
	exec(cx, "UPDATE orders SET id = 10001 WHERE id = 2");
	make_common(cx, "green-tea");
	make_common(cx, "red-mug");
	for (pages = 1;; pages++) {
		a = get(cx, at);
		next = json_get_text(a.body, "next_cursor");
		if (next == NULL)
			break;
		assert_int_equal(json_count(json_get(a.body, "items")), 0);
		at = arena_printf(cx->mem, "%s&cursor=%s", path, next);
	}
	assert_int_equal(pages, 10001 / ORDER_LOOK + 1);
	assert_string_equal(names(cx, at), "#1001");
}

static void
the_word_that_fewest_have_is_looked_up(struct cx *cx)
{
	struct connector c = ship_rig(cx, true);
	struct asked a;

	enter(cx);
	ship_order(cx, &c, 1001, 1);
	ship_order(cx, &c, 1002, 1);
	exec(cx, "UPDATE orders SET id = 10001 WHERE id = 2");
	make_common(cx, "green-tea");
	a = get(cx, "/api/v1/orders?q=green-tea+1001");
	assert_int_equal(json_count(json_get(a.body, "items")), 1);
	assert_null(json_get_text(a.body, "next_cursor"));
	a = get(cx, "/api/v1/orders?q=green-tea+nothing");
	assert_int_equal(json_count(json_get(a.body, "items")), 0);
	assert_null(json_get_text(a.body, "next_cursor"));
}

struct plan {
	int64_t id, parent, notused;
	const char *detail;
};
static const struct field plan_fields[] = {
	F_INT(struct plan, id, 0, INT64_MAX),
	F_INT(struct plan, parent, 0, INT64_MAX),
	F_INT(struct plan, notused, 0, INT64_MAX),
	F_TEXT(struct plan, detail, 0, 1000),
	F_END,
};

/* How SQLite goes about a statement, line by line. */
static const char *
plan_of(struct cx *cx, const struct sql *sql)
{
	struct sql *explain = arena_alloc(cx->mem, sizeof(*explain));
	const char *text = arena_printf(cx->mem, "EXPLAIN QUERY PLAN %s",
		       sql->text[DB_SQLITE]),
		   *all = "";
	const struct val none[16] = { { 0 } };
	struct plan *list;
	size_t n, i;

	*explain = (struct sql){ "explain", { text, text }, sql->params, 0 };
	must(cx,
	    db_list_vals(cx, explain, plan_fields, sizeof(*list),
		(void **)&list, &n, none, (size_t)sql->params));
	for (i = 0; i < n; i++)
		all = arena_printf(cx->mem, "%s%s\n", all, list[i].detail);
	return all;
}

static void
each_list_walks_its_index(struct cx *cx)
{
	static const struct {
		const struct sql *sql;
		const char *index;
	} lists[] = {
		{ &SQL_ORDER_LIST_DUE, "SEARCH o USING INDEX orders_due" },
		{ &SQL_ORDER_LIST_MANAGED, "o USING INDEX orders_managed" },
		{ &SQL_ORDER_LIST_CHANNEL, "o USING INDEX orders_channel" },
		{ &SQL_ORDER_LIST_STATUS, "o USING INDEX orders_status" },
		{ &SQL_ORDER_LIST, "SEARCH o USING INTEGER PRIMARY KEY" },
		{ &SQL_ORDER_LIST_IDS, "SEARCH o USING INTEGER PRIMARY KEY" },
		{ &SQL_ORDER_LIST_STATE, "s USING INDEX order_sync_state" },
		{ &SQL_ORDER_WORD_LIST, "SEARCH order_word USING PRIMARY KEY" },
		{ &SQL_SUMMARY_DUE, "COVERING INDEX orders_due" },
		{ &SQL_SUMMARY_IMPORTED, "COVERING INDEX orders_imported" },
		{ &SQL_SUMMARY_SHIPPED, "COVERING INDEX shipment_shipped" },
		{ &SQL_SHIPMENT_ORDER_IN, "INDEX orders_name (name=?)" },
		{ &SQL_SHIPMENT_ORDER_NAMED, "INDEX orders_name (name=?)" },
	};
	const char *plan;
	size_t i;

	for (i = 0; i < COUNT_OF(lists); i++) {
		plan = plan_of(cx, lists[i].sql);
		if (strstr(plan, lists[i].index) == NULL)
			print_error("%s:\n%s", lists[i].sql->name, plan);
		assert_non_null(strstr(plan, lists[i].index));
		assert_null(strstr(plan, "SCAN o\n"));
	}
}

/* Milliseconds of the slower of two calls, after a first one. */
static int64_t
took(struct cx *cx, const char *path)
{
	struct env real = env_real();
	int64_t t, most = 0;
	int i;

	for (i = 0; i < 3; i++) {
		t = env_mono(&real);
		get(cx, path);
		t = env_mono(&real) - t;
		if (i > 0 && t > most)
			most = t;
	}
	return most;
}

static void
report(struct cx *cx, const char *path)
{
	int64_t ms = took(cx, path);

	if (rows() > 10000)
		print_message("%4" PRId64 " ms %s\n", ms, path);
}

static void
lists_stay_quick(struct cx *cx)
{
	static const char *const paths[] = { "limit=50", "due=late",
		"due=today", "due=later", "due=none", "due=managed",
		"status=partial", "status=placed", "status=total",
		"state=error", "state=synced", "q=%231", "q=1", "q=7000", "q=t",
		"q=torino", "q=person12", "q=person12+torino", "q=sku-9",
		"q=torino&state=error", "q=green&status=partial",
		"q=person1&status=partial", "q=nothing" };
	struct connector c = ship_rig(cx, true);
	size_t i;

	enter(cx);
	many(cx, &c);
	many_words(cx);
	for (i = 0; i < COUNT_OF(paths); i++)
		report(cx,
		    arena_printf(cx->mem, "/api/v1/orders?%s", paths[i]));
	report(cx,
	    arena_printf(cx->mem, "/api/v1/orders?connector=%s", c.public_id));
	report(cx, "/api/v1/summary");
}

static void
the_day_is_that_of_the_zone(void **state)
{
	const struct zone *rome = zone_find("Europe/Rome");
	const struct zone *utc = zone_find("UTC");
	int64_t ms, day;

	(void)state;
	assert_true(when_read("2026-11-23T23:00:00Z", &ms));
	day = when_days((struct civil){ 2026, 11, 24 });
	assert_int_equal(zone_day(rome, ms), day);
	assert_int_equal(zone_day(rome, ms - 1), day - 1);
	assert_int_equal(zone_day(utc, ms), day - 1);
	assert_int_equal(zone_instant(rome, day, 0), ms);
	assert_true(when_read("2026-07-01T10:30:00Z", &ms));
	day = when_days((struct civil){ 2026, 7, 1 });
	assert_int_equal(zone_instant(rome, day, 12 * 60 + 30), ms);
	/* summer time begins on 2026-03-29 at 01:00 UTC, ends on 10-25 */
	assert_true(when_read("2026-03-29T01:00:00Z", &ms));
	day = when_days((struct civil){ 2026, 3, 29 });
	assert_int_equal(zone_instant(rome, day, 3 * 60), ms);
	assert_int_equal(zone_instant(rome, day, 2 * 60), ms);
	assert_int_equal(zone_instant(rome, day, 119), ms - MINUTE_MS);
	assert_true(when_read("2026-10-25T00:30:00Z", &ms));
	day = when_days((struct civil){ 2026, 10, 25 });
	assert_int_equal(zone_instant(rome, day, 2 * 60 + 30), ms);
	assert_int_equal(zone_instant(rome, day, 3 * 60), ms + 90 * MINUTE_MS);
	assert_null(zone_find("Europe/Atlantis"));
}

static int64_t
at(const char *text)
{
	int64_t ms = 0;

	assert_true(when_read(text, &ms));
	return ms;
}

static void
the_rule_counts_open_days(void **state)
{
	static const char *closed[] = { "2026-11-26" };
	const struct ship_rule rule = { .days = 1,
		.cut_off = "14:00",
		.zone = "Europe/Rome",
		.holidays = "it",
		.closed = closed,
		.nclosed = 1 };
	static const struct {
		const char *placed, *due;
	} cases[] = {
		/* Monday before and after the cut-off */
		{ "2026-11-23T13:00:00Z", "2026-11-24T22:59:59Z" },
		{ "2026-11-23T13:00:01Z", "2026-11-25T22:59:59Z" },
		/* a closed day lies between */
		{ "2026-11-25T08:00:00Z", "2026-11-27T22:59:59Z" },
		/* Friday evening, Saturday, Sunday: Monday's */
		{ "2026-11-27T20:00:00Z", "2026-12-01T22:59:59Z" },
		{ "2026-11-28T08:00:00Z", "2026-12-01T22:59:59Z" },
		{ "2026-11-29T08:00:00Z", "2026-12-01T22:59:59Z" },
		/* 8, 25 and 26 December; Easter Monday 2027 is 29 March, and
		   summer time begins the day before */
		{ "2026-12-07T08:00:00Z", "2026-12-09T22:59:59Z" },
		{ "2026-12-24T08:00:00Z", "2026-12-28T22:59:59Z" },
		{ "2027-03-26T08:00:00Z", "2027-03-30T21:59:59Z" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(cases); i++)
		assert_int_equal(ship_rule_reckon(&rule, at(cases[i].placed)),
		    at(cases[i].due));
}

static void
orders_get_their_date_by_the_rule_and_by_hand(struct cx *cx)
{
	struct connector c = ship_rig(cx, true);
	char secret[TOKEN_TEXT_MAX];
	struct api_token t;
	struct asked a;
	const char *rule;

	enter(cx);
	must(cx, api_token_add(cx, "test", "test", "manager", secret, &t));
	viewer.token = arena_text(cx->mem, secret);
	rule = arena_printf(cx->mem, "/api/v1/connectors/%s/shipping-rule",
	    c.public_id);
	a = ask(cx, PUT, rule, &viewer,
	    "{\"days\":2,\"cut_off\":\"25:00\",\"zone\":\"UTC\"}");
	assert_string_equal(asked_code(&a), "bad_input");
	a = ask(cx, PUT, rule, &viewer,
	    "{\"days\":2,\"cut_off\":\"12:00\",\"zone\":\"UTC\",\"saturday\":"
	    "true,\"sunday\":true,\"closed\":[\"tomorrow\"]}");
	assert_string_equal(asked_code(&a), "bad_input");
	a = ask(cx, PUT, rule, &viewer,
	    "{\"days\":2,\"cut_off\":\"12:00\",\"zone\":\"UTC\",\"saturday\":"
	    "true,\"sunday\":true}");
	assert_int_equal(a.status, 200);
	import(cx, &c, document(cx, 1001, 0, "ring")); /* 20 Nov, 09:14 */
	a = get(cx, "/api/v1/orders/1");
	assert_string_equal(json_get_text(a.body, "latest_shipping_date"),
	    "2026-11-22T23:59:59Z");
	a = ask(cx, PATCH, "/api/v1/orders/1", &viewer,
	    "{\"latest_shipping_date\":\"2026-11-30T23:00:00Z\"}");
	assert_string_equal(json_get_text(a.body, "latest_shipping_date"),
	    "2026-11-30T23:00:00Z");
	/* newer content leaves it alone */
	import(cx, &c, document(cx, 1001, 60, "knock"));
	a = get(cx, "/api/v1/orders/1");
	assert_string_equal(json_get_text(a.body, "latest_shipping_date"),
	    "2026-11-30T23:00:00Z");
	a = ask(cx, PATCH, "/api/v1/orders/1", &viewer, "{}");
	assert_string_equal(asked_code(&a), "bad_input");
	a = ask(cx, PATCH, "/api/v1/orders/1", &viewer,
	    "{\"latest_shipping_date\":null}");
	assert_true(json_is_null(json_get(a.body, "latest_shipping_date")));
	a = ask(cx, DELETE, rule, &viewer, NULL);
	assert_int_equal(a.status, 204);
	import(cx, &c, document(cx, 1002, 0, "ring"));
	a = get(cx, "/api/v1/orders/2");
	assert_true(json_is_null(json_get(a.body, "latest_shipping_date")));
	a = ask(cx, PATCH, "/api/v1/orders/999", &viewer,
	    "{\"latest_shipping_date\":null}");
	assert_int_equal(a.status, 404);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_day_is_that_of_the_zone),
		cmocka_unit_test(the_rule_counts_open_days),
		CASES(orders_get_their_date_by_the_rule_and_by_hand),
		CASES(tabs_go_by_the_latest_shipping_date),
		CASES(the_summary_counts_the_last_48_hours),
		CASES(what_one_types_finds_the_beginning_of_a_word),
		CASES(words_that_many_have_are_looked_for_some_at_a_time),
		CASES(the_word_that_fewest_have_is_looked_up),
		SQLITE_CASE(each_list_walks_its_index),
		CASES(lists_stay_quick),
	};

	return cmocka_run_group_tests_name("order_list", tests, NULL, NULL);
}
