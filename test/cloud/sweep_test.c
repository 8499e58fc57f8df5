/*
 * sweep_test.c - every transaction fails at step 1, 2, 3, ...: all or nothing.
 */
#include "cloud_rig.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "cloud/account.h"
#include "cloud/api_token.h"
#include "cloud/link.h"
#include "cloud/privacy.h"
#include "cloud/report.h"
#include "cloud/setup.h"
#include "cloud/ship_rule.h"

static const char *const tables[] = { "app_user", "app_session", "setup_link",
	"channel", "connector", "incoming", "order_sync", "orders",
	"order_line", "idempotency", "privacy_request", "redacted", "job",
	"event", "sched", "audit", "order_word" };

/* How many rows there are, and what tells a changed row. */
static const char *
picture(struct cx *cx)
{
	struct json *o = json_new_object(cx);
	size_t i;

	for (i = 0; i < COUNT_OF(tables); i++)
		json_set_int(cx, o, tables[i], db_count(cx, tables[i]));
	json_set_int(cx, o, "linked",
	    number(cx,
		"SELECT count(*) AS n FROM connector WHERE link_state "
		"= 'linked'"));
	json_set_int(cx, o, "old",
	    number(cx,
		"SELECT count(*) AS n FROM connector WHERE old_until > "
		"0"));
	json_set_int(cx, o, "automatic",
	    number(cx,
		"SELECT coalesce(sum(automatic), 0) AS n FROM "
		"connector"));
	json_set_int(cx, o, "seq",
	    number(cx, "SELECT coalesce(sum(seq), 0) AS n FROM order_sync"));
	json_set_int(cx, o, "redacted_at",
	    number(cx,
		"SELECT count(*) AS n FROM orders WHERE redacted_at > "
		"0"));
	json_set_int(cx, o, "managers",
	    number(cx,
		"SELECT count(*) AS n FROM app_user WHERE role = 'manager'"));
	json_set_int(cx, o, "ship_by",
	    number(cx, "SELECT coalesce(sum(ship_by), 0) AS n FROM orders"));
	json_set_int(cx, o, "rules",
	    number(cx,
		"SELECT count(*) AS n FROM connector WHERE ship_rule IS NOT "
		"NULL"));
	return json_write(cx, o);
}

/* Fail step by step until it succeeds; how many steps it has. */
static int
sweep(struct cx *cx, enum err (*act)(struct cx *))
{
	const char *before = picture(cx), *after;
	int step;
	enum err e;

	for (step = 1; step < 500; step++) {
		db_fail_at(cx->db, step);
		e = act(cx);
		db_fail_at(cx->db, 0);
		if (e == OK)
			break;
		assert_int_equal(e, ERR_STORE);
		after = picture(cx);
		if (strcmp(before, after) != 0)
			print_error("step %d:\n%s\n%s\n", step, before, after);
		assert_string_equal(before, after);
	}
	assert_string_not_equal(before, picture(cx));
	return step;
}

static struct connector con;
static struct json *doc;
static int64_t waiting; /* incoming.id */
static struct link_in link_in = { SHOP, CALLBACK, "1", false, true };

static enum err
do_take(struct cx *cx)
{
	struct order_call call = { .connector = &con,
		.mode = "manual",
		.documents = list_of(cx, doc),
		.key = "key",
		.body = { (const unsigned char *)"x", 1 } };
	struct order_sync *list;
	bool repeated;
	size_t n;

	return order_take(cx, &call, &list, &n, &repeated);
}

static void
taking(struct cx *cx)
{
	rig(cx);
	con = linked(cx, "Tea", SHOP);
	doc = document(cx, 1001, 0, "ring");
	/* begin, key, incoming, insert, job, set job, sync, event, answer,
	   commit and some of the queue's own */
	assert_true(sweep(cx, do_take) >= 10);
}

static enum err
do_import(struct cx *cx)
{
	enum import_end end;

	return order_import(cx, waiting, &end);
}

static int
sweep_import(struct cx *cx, int later_s, const char *note)
{
	take(cx, &con, "manual", document(cx, 1001, later_s, note));
	waiting = number(cx, "SELECT max(id) AS n FROM incoming");
	return sweep(cx, do_import);
}

static void
importing(struct cx *cx)
{
	rig(cx);
	con = linked(cx, "Tea", SHOP);
	assert_true(sweep_import(cx, 0, "ring") >= 10);
	assert_true(sweep_import(cx, 9, "again") >= 10);
	assert_true(sweep_import(cx, 9, "again") >= 8);
	assert_true(sweep_import(cx, 1, "old") >= 7);
}

static enum err
do_link(struct cx *cx)
{
	struct connector c = con;
	bool replaced;

	return link_store(cx, &c, &link_in, &replaced);
}

static void
linking_and_replacing(struct cx *cx)
{
	rig(cx);
	con = connector_new(cx, "First").connector;
	assert_true(sweep(cx, do_link) >= 8);
	take(cx, &con, "manual", document(cx, 1001, 0, "ring"));
	con = connector_new(cx, "Second").connector;
	assert_true(sweep(cx, do_link) >= 12);
}

static enum err
do_rotate(struct cx *cx)
{
	struct connector_secret s;

	return connector_rotate(cx, "test", con.id, 24, &s);
}

static enum err
do_switch(struct cx *cx)
{
	const struct connector_change off = { NULL, 0, -1, -1 };
	struct connector c = con;

	return connector_set(cx, &c, &off);
}

static enum err
do_drop(struct cx *cx)
{
	return connector_drop(cx, "test", con.id);
}

static enum err
do_let_go(struct cx *cx)
{
	return link_drop(cx, &con);
}

static enum err
do_disconnect(struct cx *cx)
{
	return connector_set_disconnected(cx, &con);
}

static void
a_connectors_life(struct cx *cx)
{
	rig(cx);
	con = linked(cx, "Tea", SHOP);
	take(cx, &con, "manual", document(cx, 1001, 0, "ring"));
	assert_true(sweep(cx, do_rotate) >= 5);
	assert_true(sweep(cx, do_switch) >= 6);
	assert_true(sweep(cx, do_disconnect) >= 4);
	assert_true(sweep(cx, do_let_go) >= 4);
	assert_true(sweep(cx, do_drop) >= 8);
}

static enum err
do_add(struct cx *cx)
{
	struct connector_secret s;

	return connector_add(cx, "test", "shopify", "Tea", &s);
}

static enum err
do_report(struct cx *cx)
{
	struct report r = { "e1", "1001", NULL, TEST_NOW, "info",
		"order.changed", NULL, "The note changed.", NULL };
	struct reports in = { &r, 1 };
	int64_t n;

	return report_add(cx, &con, &in, &n);
}

static enum err
do_privacy(struct cx *cx)
{
	static const char *ids[] = { "1001" };
	struct privacy_in in = { "customer_redact", SHOP, "8100000000042", ids,
		1, "r1" };
	const char *job;

	return privacy_add(cx, &con, &in, &job);
}

static void
adding_reporting_and_asking_for_privacy(struct cx *cx)
{
	rig(cx);
	assert_true(sweep(cx, do_add) >= 8);
	con = linked(cx, "Coffee", SHOP);
	import(cx, &con, document(cx, 1001, 0, "ring"));
	assert_true(sweep(cx, do_report) >= 4);
	assert_true(sweep(cx, do_privacy) >= 4);
}

static char token[TOKEN_TEXT_MAX];

static enum err
do_setup(struct cx *cx)
{
	struct setup_in in = { token, "a@example.com", "a long pass phrase",
		NULL };
	struct session_new s;

	return setup_finish(cx, &in, &s);
}

static void
setting_up(struct cx *cx)
{
	rig(cx);
	must(cx, setup_start(cx, token));
	assert_true(sweep(cx, do_setup) >= 5);
}

/* --- accounts and dates --- */

static struct who manager;

static enum err
do_role(struct cx *cx)
{
	struct user u;

	return account_set_role(cx, &manager, 2, "manager", &u);
}

static enum err
do_sign_out(struct cx *cx)
{
	return account_sign_out_everywhere(cx, &manager);
}

static enum err
do_remove(struct cx *cx)
{
	return account_drop(cx, &manager, 2);
}

static enum err
do_user(struct cx *cx)
{
	struct user u;

	return account_add(cx, "test", "c@example.com", "a long pass phrase",
	    "viewer", &u);
}

static enum err
do_token(struct cx *cx)
{
	struct api_token t;

	return api_token_add(cx, "test", "scanner", "operator", token, &t);
}

static enum err
do_revoke(struct cx *cx)
{
	return api_token_drop(cx, "test", 1);
}

static void
adding_and_revoking_leaves_its_line_in_the_audit(struct cx *cx)
{
	rig(cx);
	assert_true(sweep(cx, do_user) >= 4);
	assert_true(sweep(cx, do_token) >= 4);
	assert_true(sweep(cx, do_revoke) >= 4);
	assert_int_equal(db_count(cx, "audit"), 3);
}

static void
changing_accounts(struct cx *cx)
{
	struct session_new s;
	struct user anna, bruno;

	rig(cx);
	must(cx,
	    account_add(cx, "test", "a@example.com", "a long pass phrase",
		"manager", &anna));
	must(cx,
	    account_add(cx, "test", "b@example.com", "a long pass phrase",
		"viewer", &bruno));
	must(cx, session_add(cx, &anna, &s));
	must(cx, session_add(cx, &bruno, &s));
	manager = (struct who){ .user = anna.id,
		.role = ROLE_MANAGER,
		.email = anna.email };
	assert_true(sweep(cx, do_role) >= 5);
	assert_true(sweep(cx, do_sign_out) >= 4);
	assert_true(sweep(cx, do_remove) >= 6);
}

static enum err
do_rule(struct cx *cx)
{
	const struct ship_rule rule = { .cut_off = "14:00", .zone = "UTC" };

	return ship_rule_set(cx, &con, &rule);
}

static enum err
do_date(struct cx *cx)
{
	struct order o;
	enum err e;

	if ((e = order_find(cx, 1, &o)) != OK)
		return e;
	return order_set_ship_by(cx, &o, TEST_NOW);
}

static void
dating(struct cx *cx)
{
	rig(cx);
	con = linked(cx, "Tea", SHOP);
	import(cx, &con, document(cx, 1001, 0, "ring"));
	assert_true(sweep(cx, do_rule) >= 4);
	assert_true(sweep(cx, do_date) >= 4);
}

/* Several transactions: each try leaves a whole state, and the next goes on. */
static void
redacting_goes_on_where_it_failed(struct cx *cx)
{
	static const char *ids[] = { "1001" };
	struct privacy_in in = { "customer_redact", SHOP, "8100000000042", ids,
		1, "r1" };
	const char *job, *words;
	int step;

	rig(cx);
	con = linked(cx, "Tea", SHOP);
	import(cx, &con, document(cx, 1001, 0, "canary"));
	import(cx, &con, document(cx, 1002, 0, "canary"));
	must(cx, privacy_add(cx, &con, &in, &job));
	for (step = 1; step < 200; step++) {
		db_fail_at(cx->db, step);
		if (privacy_run(cx, 1, &words) == OK)
			break;
		db_fail_at(cx->db, 0);
		assert_int_equal(db_count(cx, "orders"), 2);
	}
	db_fail_at(cx->db, 0);
	assert_true(step > 5);
	assert_int_equal(number(cx,
			     "SELECT count(*) AS n FROM orders WHERE "
			     "document LIKE '%canary%'"),
	    0);
	assert_int_equal(number(cx,
			     "SELECT count(*) AS n FROM event WHERE "
			     "step = 'privacy.customer_redact'"),
	    1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASES(taking),
		CASES(importing),
		CASES(linking_and_replacing),
		CASES(a_connectors_life),
		CASES(adding_reporting_and_asking_for_privacy),
		SQLITE_CASE(setting_up),
		SQLITE_CASE(adding_and_revoking_leaves_its_line_in_the_audit),
		SQLITE_CASE(changing_accounts),
		CASES(dating),
		CASES(redacting_goes_on_where_it_failed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
