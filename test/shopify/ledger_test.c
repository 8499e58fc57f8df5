/*
 * ledger_test.c - the ledger on both engines, and its statements under races.
 */
#include "ledger_rig.h"

#include <string.h>

#include "base/arena.h"
#include "base/crypt.h"
#include "base/env.h"
#include "base/when.h"
#include "gen/sql.h"
#include "shopify/budget.h"
#include "shopify/hook.h"
#include "shopify/ledger.h"
#include "shopify/shop.h"

static struct orderdoc
document(struct cx *cx, int n, const char *tag)
{
	struct orderdoc d = {
		.id = arena_printf(cx->mem, "%d", 1000 + n),
		.gid =
		    arena_printf(cx->mem, "gid://shopify/Order/%d", 1000 + n),
		.name = arena_printf(cx->mem, "#%d", 1000 + n),
		.created_at = cx->now,
		.updated_at = cx->now,
		.confirmed = true,
		.digest = arena_printf(cx->mem, "%064d", n),
		.text = "{\"a\":1}",
		.complete = true,
	};

	if (tag != NULL) {
		d.tags = arena_alloc(cx->mem, sizeof(*d.tags));
		d.tags[0] = arena_text(cx->mem, tag);
		d.ntags = 1;
	}
	return d;
}

static struct ledger
row(struct cx *cx, const struct shop *shop, const char *id)
{
	struct ledger l;

	must(cx, ledger_find(cx, shop->id, id, &l));
	return l;
}

static void
an_order_goes_through_all_its_states(struct cx *cx)
{
	struct shop shop = installed(cx);
	struct orderdoc d = document(cx, 1, NULL);
	struct taking t = { "batch-1", "automatic", NULL };
	struct said taken = { "syncing", NULL, NULL, JOB };
	struct said done = { "synced", NULL, NULL, JOB };
	struct said bad = { "error", "bad_document", "It is bad.", JOB };
	struct ledger l;
	const char *text, *code;

	must(cx, ledger_see(cx, &shop, NEWS_CREATE, &d));
	l = row(cx, &shop, d.id);
	assert_string_equal(l.state, "waiting");
	must(cx, ledger_body(cx, &l, &text));
	assert_string_equal(text, d.text);
	t.digest = l.digest;
	must(cx, ledger_take(cx, &shop, &l, &t));
	assert_string_equal(l.state, "sending");
	must_fail(cx, ERR_CONFLICT, ledger_take(cx, &shop, &l, &t));
	must(cx, ledger_said(cx, &shop, d.id, &taken, NULL));
	assert_string_equal(row(cx, &shop, d.id).job, JOB);
	must(cx, ledger_said(cx, &shop, d.id, &bad, NULL));
	l = row(cx, &shop, d.id);
	assert_string_equal(l.state, "failed");
	assert_string_equal(l.code, "bad_document");
	assert_true(l.next_at > cx->now && l.next_at <= cx->now + MINUTE_MS);
	must(cx, ledger_take(cx, &shop, &l, &t));
	must(cx, ledger_said(cx, &shop, d.id, &done, &code));
	assert_null(code);
	l = row(cx, &shop, d.id);
	assert_string_equal(l.state, "done");
	assert_string_equal(l.sent_digest, d.digest);
	must(cx, ledger_said(cx, &shop, "99", &done, &code));
	assert_string_equal(code, "unknown_order");
}

/* --- late, and nobody has seen it --- */

/* As `ledger_see` gets it from a webhook: staff tagged an older order. */
static struct orderdoc
tagged_before(struct cx *cx, const struct shop *shop)
{
	struct orderdoc d = document(cx, 1, "logivery-no-sync");

	d.created_at = shop->installed_at - DAY_MS;
	return d;
}

static void
swept(struct cx *cx, const struct shop *shop, int64_t updated_at)
{
	must(cx, db_exec(cx, SQL_SHOP_SET_LOOKED, V(shop->id), V(updated_at)));
}

/* The tag was there, and was gone when a sweep came by: that left no row.  What
   tells of the tag after that may be history. */
static void
behind_a_sweep_it_is_read_before_it_is_believed(struct cx *cx)
{
	struct shop shop = installed(cx);
	struct orderdoc late = tagged_before(cx, &shop), now = late;
	struct ledger l;
	const char *text;

	now.updated_at += SECOND_MS;
	now.ntags = 0;
	now.asked_at = cx->now;
	must(cx, ledger_see(cx, &shop, NEWS_READ, &now));
	must_fail(cx, ERR_MISSING, ledger_find(cx, shop.id, late.id, &l));
	swept(cx, &shop, now.updated_at);
	must(cx, ledger_see(cx, &shop, NEWS_UPDATE, &late));
	l = row(cx, &shop, late.id);
	assert_int_equal(l.must_read, 1);
	must_fail(cx, ERR_MISSING, ledger_body(cx, &l, &text));
	must(cx, ledger_see(cx, &shop, NEWS_READ, &now));
	l = row(cx, &shop, late.id);
	assert_string_equal(l.state, "skipped");
	assert_int_equal(l.must_read, 0);
}

/* A sweep that comes by later sees what came after it: no points for nothing.
 */
static void
ahead_of_all_sweeps_a_webhook_is_believed(struct cx *cx)
{
	struct shop shop = installed(cx);
	struct orderdoc d = tagged_before(cx, &shop);

	swept(cx, &shop, d.updated_at - SECOND_MS);
	must(cx, ledger_see(cx, &shop, NEWS_UPDATE, &d));
	assert_int_equal(row(cx, &shop, d.id).must_read, 0);
}

static void
what_was_read_is_believed_behind_a_sweep(struct cx *cx)
{
	struct shop shop = installed(cx);
	struct orderdoc d = tagged_before(cx, &shop);

	swept(cx, &shop, d.updated_at);
	swept(cx, &shop, d.updated_at - SECOND_MS); /* it does not go back */
	must(cx, ledger_see(cx, &shop, NEWS_READ, &d));
	assert_int_equal(row(cx, &shop, d.id).must_read, 0);
}

/* Two people press in the same moment; the later send begins when the earlier
   one has its answer. */
static void
a_send_that_ended_after_the_call_came_in_is_not_done_again(struct cx *cx)
{
	struct shop shop = installed(cx);
	struct orderdoc d = document(cx, 1, NULL);
	struct taking t = { "batch-1", "manual", d.digest };
	struct said done = { "synced", NULL, NULL, JOB };
	struct sight seen = {
		.id = d.id,
		.name = d.name,
		.created_at = d.created_at,
		.updated_at = d.updated_at,
		.confirmed = true,
	};
	int64_t came_in = cx->now;
	struct ledger l;

	must(cx, ledger_see(cx, &shop, NEWS_CREATE, &d));
	l = row(cx, &shop, d.id);
	must(cx, ledger_take(cx, &shop, &l, &t));
	cx->now = came_in + 5;
	must(cx, ledger_said(cx, &shop, d.id, &done, NULL));
	cx->now = came_in;
	must(cx, ledger_ask(cx, &shop, &seen, &l));
	assert_string_equal(l.state, "done");
	assert_string_equal(l.job, JOB);
	cx->now = came_in + 6;
	must(cx, ledger_ask(cx, &shop, &seen, &l));
	assert_string_equal(l.state, "waiting");
}

static void
an_answer_of_an_older_job_is_stale(struct cx *cx)
{
	struct shop shop = installed(cx);
	struct orderdoc d = document(cx, 1, NULL);
	struct taking t = { "b", "automatic", NULL };
	struct said newer = { "syncing", NULL, NULL, JOB };
	struct said older = { "synced", NULL, NULL,
		"00000000-7c1a-7b52-9d0e-3f5a6b7c8d91" };
	struct ledger l;
	const char *code;

	must(cx, ledger_see(cx, &shop, NEWS_CREATE, &d));
	l = row(cx, &shop, d.id);
	must(cx, ledger_take(cx, &shop, &l, &t));
	must(cx, ledger_said(cx, &shop, d.id, &newer, NULL));
	must(cx, ledger_said(cx, &shop, d.id, &older, &code));
	assert_string_equal(code, "stale");
	assert_string_equal(row(cx, &shop, d.id).state, "sending");
}

/* Two sends of one order cross: the answer of the later one comes first. */
static void
an_answer_of_a_newer_job_counts(struct cx *cx)
{
	struct shop shop = installed(cx);
	struct orderdoc d = document(cx, 1, NULL);
	struct taking t = { "b", "manual", NULL };
	struct said first = { "syncing", NULL, NULL, JOB };
	struct said newer = { "synced", "unchanged", NULL,
		"ffffffff-7c1a-7b52-9d0e-3f5a6b7c8d91" };
	struct ledger l;
	const char *code;

	must(cx, ledger_see(cx, &shop, NEWS_CREATE, &d));
	l = row(cx, &shop, d.id);
	must(cx, ledger_take(cx, &shop, &l, &t));
	must(cx, ledger_said(cx, &shop, d.id, &first, NULL));
	must(cx, ledger_said(cx, &shop, d.id, &newer, &code));
	assert_null(code);
	assert_string_equal(row(cx, &shop, d.id).state, "done");
}

static void
what_was_asked_for_is_believed_whatever_its_job(struct cx *cx)
{
	struct shop shop = installed(cx);
	struct orderdoc d = document(cx, 1, NULL);
	struct taking t = { "b", "automatic", NULL };
	struct said first = { "syncing", NULL, NULL, JOB };
	struct said answer = { "synced", NULL, NULL,
		"00000000-7c1a-7b52-9d0e-3f5a6b7c8d91" };
	struct ledger l;
	const char *code;

	must(cx, ledger_see(cx, &shop, NEWS_CREATE, &d));
	l = row(cx, &shop, d.id);
	must(cx, ledger_take(cx, &shop, &l, &t));
	must(cx, ledger_said(cx, &shop, d.id, &first, NULL));
	answer.asked = "11111111-7c1a-7b52-9d0e-3f5a6b7c8d91";
	must(cx, ledger_said(cx, &shop, d.id, &answer, &code));
	assert_string_equal(code, "stale"); /* it waits for another by now */
	answer.asked = JOB;
	must(cx, ledger_said(cx, &shop, d.id, &answer, &code));
	assert_null(code);
	assert_string_equal(row(cx, &shop, d.id).state, "done");
}

/* Pulled, then cancelled, then sent by hand: the Cloud App refuses that, and
   imports what it pulled.  It must hear that the order is another now. */
static void
what_was_refused_is_not_what_is_held(struct cx *cx)
{
	struct shop shop = installed(cx);
	struct orderdoc d = document(cx, 1, NULL), other;
	struct taking t = { "b", "pull", NULL };
	struct said no = { "error", "not_importable", "Cancelled.", NULL };
	struct said done = { "synced", NULL, NULL, JOB };
	struct ledger l;
	int64_t events;

	must(cx, ledger_see(cx, &shop, NEWS_CREATE, &d));
	l = row(cx, &shop, d.id);
	t.digest = d.digest;
	must(cx, ledger_take(cx, &shop, &l, &t));
	other = d;
	other.updated_at += 5000;
	other.cancelled_at = other.updated_at;
	other.digest = "other";
	must(cx, ledger_see(cx, &shop, NEWS_READ, &other));
	must(cx, ledger_take_again(cx, &shop, d.id, other.digest, true));
	must(cx, ledger_said(cx, &shop, d.id, &no, NULL));
	events = db_count(cx, "event");
	must(cx, ledger_said(cx, &shop, d.id, &done, NULL));
	l = row(cx, &shop, d.id);
	assert_string_equal(l.state, "done");
	assert_null(l.sent_digest);
	/* synced, cancelled, changed */
	assert_int_equal(db_count(cx, "event"), events + 3);
}

static void
our_own_echo_changes_nothing(struct cx *cx)
{
	struct shop shop = installed(cx);
	struct orderdoc d = document(cx, 1, NULL), echo;
	struct ledger l;
	char *tags[] = { "logivery-error" };
	int64_t events;

	must(cx, ledger_see(cx, &shop, NEWS_CREATE, &d));
	must(cx, ledger_failed(cx, &shop, d.id, "bad_document", "It is bad."));
	l = row(cx, &shop, d.id);
	/* the echo comes before our own answer is recorded */
	must(cx, ledger_write_tags(cx, l.id, TAG_ERROR));
	echo = document(cx, 1, "logivery-error");
	echo.updated_at += 5000;
	events = db_count(cx, "event");
	must(cx, ledger_see(cx, &shop, NEWS_UPDATE, &echo));
	assert_string_equal(row(cx, &shop, d.id).state, "failed");
	must(cx, ledger_wrote_tags(cx, &shop, l.id, tags, 1, echo.updated_at));
	must(cx, ledger_see(cx, &shop, NEWS_UPDATE, &echo));
	assert_string_equal(row(cx, &shop, d.id).state, "failed");
	assert_int_equal(db_count(cx, "event"), events);
	/* the same tag taken off and put on again is a request */
	echo.updated_at += 5000;
	echo.ntags = 0;
	must(cx, ledger_see(cx, &shop, NEWS_UPDATE, &echo));
	assert_string_equal(row(cx, &shop, d.id).state, "skipped");
	echo.updated_at += 5000;
	echo.ntags = 1;
	must(cx, ledger_see(cx, &shop, NEWS_UPDATE, &echo));
	assert_string_equal(row(cx, &shop, d.id).state, "waiting");
}

/* A read whose answer was slow shows tags from before our own write of the same
   second: nobody asked for anything. */
static void
a_read_begun_before_our_tag_write_is_no_request(struct cx *cx)
{
	struct shop shop = installed(cx);
	struct orderdoc d = document(cx, 1, NULL), seen;
	struct taking t = { "b", "automatic", NULL };
	struct said done = { "synced", NULL, NULL, JOB };
	char *ours[] = { "logivery-synced" };
	struct ledger l;

	must(cx, ledger_see(cx, &shop, NEWS_CREATE, &d));
	l = row(cx, &shop, d.id);
	must(cx, ledger_take(cx, &shop, &l, &t));
	must(cx, ledger_said(cx, &shop, d.id, &done, NULL));
	must(cx, ledger_write_tags(cx, l.id, TAG_SYNCED));
	must(cx,
	    ledger_wrote_tags(cx, &shop, l.id, ours, 1, d.updated_at + 1000));
	seen = document(cx, 1, "logivery-no-sync");
	seen.updated_at = d.updated_at + 1000;
	seen.asked_at = row(cx, &shop, d.id).wrote_at - 1;
	must(cx, ledger_see(cx, &shop, NEWS_READ, &seen));
	l = row(cx, &shop, d.id);
	assert_string_equal(l.state, "done");
	assert_int_equal(l.must_read, 2); /* looked at again instead */
	seen.asked_at = l.wrote_at;
	must(cx, ledger_see(cx, &shop, NEWS_READ, &seen));
	assert_string_equal(row(cx, &shop, d.id).state, "waiting");
}

static void
a_request_found_when_reading_back_is_heard(struct cx *cx)
{
	struct shop shop = installed(cx);
	struct orderdoc d = document(cx, 1, NULL);
	struct taking t = { "b", "automatic", NULL };
	char *tags[] = { "vip", "logivery-syncing", "Logivery-No-Sync" };
	struct ledger l;

	must(cx, ledger_see(cx, &shop, NEWS_CREATE, &d));
	l = row(cx, &shop, d.id);
	must(cx, ledger_take(cx, &shop, &l, &t));
	must(cx, ledger_write_tags(cx, l.id, TAG_SYNCING));
	must(cx, ledger_wrote_tags(cx, &shop, l.id, tags, 3, cx->now));
	l = row(cx, &shop, d.id);
	assert_int_equal(l.again, 1);
	assert_string_equal(l.ours, "logivery-syncing,Logivery-No-Sync");
}

static void
new_ones_come_before_failed_ones(struct cx *cx)
{
	struct shop shop = installed(cx);
	struct due due = { .limit = 5, .retries = 1 };
	struct orderdoc d;
	struct ledger *rows;
	size_t n;
	int i;

	for (i = 0; i < 8; i++) {
		d = document(cx, i, NULL);
		must(cx, ledger_see(cx, &shop, NEWS_CREATE, &d));
		if (i < 5)
			must(cx,
			    ledger_failed(cx, &shop, d.id, "bad_document",
				"x"));
	}
	test_clock_advance(cx, HOUR_MS);
	must(cx, ledger_due(cx, shop.id, &due, &rows, &n));
	assert_int_equal(n, 4); /* three waiting, one retry */
	assert_string_equal(rows[0].order_id, "1005");
	assert_string_equal(rows[3].state, "failed");
}

static void
links_and_settings_are_stored(struct cx *cx)
{
	struct shop shop = installed(cx);
	struct shop_settings s = { false, "Other", false, true };
	struct shop_refusal refusal = { "not_authorized", "It is refused." };
	struct shop_secret secret;

	must(cx, shop_secret(cx, shop.id, &secret));
	assert_string_equal(secret.token, "lgv_token");
	assert_null(secret.trial);
	must(cx, shop_set_trial(cx, shop.id, "lgv_trial"));
	must(cx, shop_secret(cx, shop.id, &secret));
	assert_string_equal(secret.trial, "lgv_trial");
	test_clock_advance(cx, 2 * MINUTE_MS);
	must(cx, shop_secret(cx, shop.id, &secret));
	assert_null(secret.trial);
	must(cx, shop_set(cx, &shop, &s));
	assert_int_equal(ERR_BUSY,
	    shop_set_disconnected(cx, &shop, "lgv_before", &refusal));
	must(cx, shop_set_disconnected(cx, &shop, "lgv_token", &refusal));
	must(cx, shop_find_id(cx, shop.id, &shop));
	assert_string_equal(shop.link_state, "disconnected");
	assert_string_equal(shop.link_code, "not_authorized");
	assert_string_equal(shop.label, "Other");
	assert_int_equal(shop.automatic, 0);
	assert_int_equal(shop.every_step, 1);
}

static void
points_are_taken_and_put_right(struct cx *cx)
{
	struct shop shop = installed(cx);
	struct budget_word w = { 92, 2000, 1700, 100 };
	int64_t taken, percent;
	/* PostgreSQL's clock is its own and goes on while we test: points come
	   back meanwhile.  SQLite's stands still. */
	bool moves = db_engine(cx->db) == DB_PG;

	must(cx, budget_take(cx, shop.id, "Full", 92, false, &taken));
	assert_int_equal(taken, 92);
	must(cx, budget_give(cx, shop.id, "Full", 92, taken, &w));
	must(cx, budget_percent(cx, shop.id, &percent));
	assert_in_range(percent, 85, moves ? 100 : 85);
	if (moves)
		w.restore = 1; /* a slow machine gets no more than a few */
	w.requested = 31;      /* learned */
	w.left_over = 420;
	must(cx, budget_give(cx, shop.id, "Full", 92, 0, &w));
	must_fail(cx, ERR_BUSY,
	    budget_take(cx, shop.id, "Full", 92, false, &taken));
	assert_in_range(cx->wait_ms, moves ? 1 : 110, moves ? 11000 : 110);
	must(cx, budget_take(cx, shop.id, "Full", 92, true, &taken));
	assert_int_equal(taken, 31);
}

/* --- races --- */

struct racer {
	struct cx cx;
	struct shop shop;
	struct hook hook;
	struct orderdoc doc;
	enum err e;
	int64_t fresh;
};

static void
deliver(void *arg)
{
	struct racer *r = arg;
	struct hook_row one;
	int i;

	for (i = 0; i < 5 && r->e == OK; i++) {
		hook_seal(&r->cx, &r->hook, &one);
		r->e = db_tx(&r->cx, hook_store, &one);
		r->fresh += one.fresh;
	}
}

static void
see(void *arg)
{
	struct racer *r = arg;

	r->e = ledger_see(&r->cx, &r->shop, NEWS_CREATE, &r->doc);
}

static void
race(struct cx *cx, struct racer *r, size_t n, void (*run)(void *))
{
	struct thread *t[16];
	size_t i;

	for (i = 0; i < n; i++) {
		cx_child(&r[i].cx, cx);
		r[i].e = OK;
		t[i] = cx->env->start(cx->env, "racer", run, &r[i]);
	}
	for (i = 0; i < n; i++)
		cx->env->join(cx->env, t[i]);
	for (i = 0; i < n; i++) {
		if (r[i].e != OK)
			fail_msg("%s", r[i].cx.why);
		cx_done(&r[i].cx);
	}
}

static void
one_delivery_on_many_connections_is_one_row(struct cx *cx)
{
	struct racer r[10] = { 0 };
	int64_t fresh = 0;
	size_t i;

	(void)installed(cx);
	for (i = 0; i < 10; i++)
		r[i].hook = (struct hook){
			.id = "one",
			.topic = "orders/create",
			.domain = "tea.myshopify.com",
			.body = { (const unsigned char *)"{}", 2 },
		};
	race(cx, r, 10, deliver);
	for (i = 0; i < 10; i++)
		fresh += r[i].fresh;
	assert_int_equal(fresh, 1);
	assert_int_equal(db_count(cx, "inbox"), 1);
}

static void
an_order_seen_by_many_at_once_is_one_row(struct cx *cx)
{
	struct shop shop = installed(cx);
	struct racer r[10] = { 0 };
	int64_t events = db_count(cx, "event");
	size_t i;

	for (i = 0; i < 10; i++) {
		r[i].shop = shop;
		r[i].doc = document(cx, 1, NULL);
	}
	race(cx, r, 10, see);
	assert_int_equal(db_count(cx, "ledger"), 1);
	assert_int_equal(db_count(cx, "event"), events + 1);
}

/* Between our look and our insert another unit made the row, of what the order
   was a second before. */
static void
an_order_that_another_made_meanwhile_is_known(struct cx *cx)
{
	struct shop shop = installed(cx);
	struct orderdoc d = document(cx, 1, NULL);

	exec(cx,
	    "CREATE TRIGGER faster BEFORE INSERT ON ledger "
	    "WHEN NEW.name <> 'other' BEGIN "
	    "INSERT INTO ledger (shop, generation, order_id, name, state, "
	    "state_at, created_at, updated_at) VALUES (NEW.shop, "
	    "NEW.generation, NEW.order_id, 'other', 'waiting', NEW.state_at, "
	    "NEW.created_at, NEW.updated_at - 1000); END");
	must(cx, ledger_see(cx, &shop, NEWS_CREATE, &d));
	exec(cx, "DROP TRIGGER faster");
	assert_int_equal(db_count(cx, "ledger"), 1);
	assert_string_equal(row(cx, &shop, d.id).name, d.name);
	assert_string_equal(row(cx, &shop, d.id).digest, d.digest);
	assert_string_equal(steps_told(cx), ""); /* it is not new */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASES(an_order_goes_through_all_its_states),
		CASES(
		    a_send_that_ended_after_the_call_came_in_is_not_done_again),
		CASES(behind_a_sweep_it_is_read_before_it_is_believed),
		CASES(ahead_of_all_sweeps_a_webhook_is_believed),
		CASES(what_was_read_is_believed_behind_a_sweep),
		CASES(an_answer_of_an_older_job_is_stale),
		CASES(what_was_refused_is_not_what_is_held),
		CASES(an_answer_of_a_newer_job_counts),
		CASES(what_was_asked_for_is_believed_whatever_its_job),
		CASES(our_own_echo_changes_nothing),
		CASES(a_read_begun_before_our_tag_write_is_no_request),
		CASES(a_request_found_when_reading_back_is_heard),
		CASES(new_ones_come_before_failed_ones),
		CASES(links_and_settings_are_stored),
		CASES(points_are_taken_and_put_right),
		CASES(one_delivery_on_many_connections_is_one_row),
		CASES(an_order_seen_by_many_at_once_is_one_row),
		TEST_SQLITE(an_order_that_another_made_meanwhile_is_known,
		    ledger_lists),
	};

	crypt_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
