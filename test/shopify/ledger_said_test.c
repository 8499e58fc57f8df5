/*
 * ledger_said_test.c - what the Cloud App says, late, twice, of another send;
 * and what the store does not show.
 */
#include "ledger_rig.h"

#include <string.h>

#include "base/arena.h"
#include "base/crypt.h"
#include "base/when.h"
#include "gen/sql.h"
#include "queue/event.h"
#include "shopify/ledger.h"
#include "shopify/shop.h"

static struct orderdoc
document(struct cx *cx)
{
	return (struct orderdoc){
		.id = ID,
		.gid = "gid://shopify/Order/" ID,
		.name = "#1001",
		.created_at = cx->now,
		.updated_at = cx->now,
		.confirmed = true,
		.digest = "first",
		.text = "{\"a\":1}",
		.complete = true,
	};
}

static struct sight
sight_of(const struct orderdoc *d)
{
	return (struct sight){
		.id = d->id,
		.name = d->name,
		.created_at = d->created_at,
		.updated_at = d->updated_at,
		.cancelled_at = d->cancelled_at,
		.confirmed = d->confirmed,
	};
}

static struct ledger
row(struct cx *cx, const struct shop *shop)
{
	struct ledger l;

	must(cx, ledger_find(cx, shop->id, ID, &l));
	return l;
}

static void
assert_row(struct cx *cx, const struct shop *shop, const char *state,
    const char *code)
{
	struct ledger l = row(cx, shop);

	assert_string_equal(l.state, state);
	if (code == NULL)
		assert_null(l.code);
	else
		assert_string_equal(l.code, code);
}

static void
take(struct cx *cx, const struct shop *shop, const char *via)
{
	struct ledger l = row(cx, shop);
	struct taking t = { "batch", via, l.digest };

	must(cx, ledger_take(cx, shop, &l, &t));
}

static void
give_back(struct cx *cx, const struct shop *shop, const char *code)
{
	struct ledger l = row(cx, shop);

	must(cx, ledger_back(cx, shop, &l, code, "No answer."));
}

/* A store with one order in it, on its way. */
static struct shop
sending(struct cx *cx)
{
	struct shop shop = installed(cx);
	struct orderdoc d = document(cx);

	must(cx, ledger_see(cx, &shop, NEWS_CREATE, &d));
	take(cx, &shop, "automatic");
	return shop;
}

/* What was told last of the order. */
static void
assert_told(struct cx *cx, const char *text)
{
	struct event_filter f = { .order_id = ID, .limit = 1 };
	struct event *rows;
	size_t n;

	must(cx, event_list(cx, &f, &rows, &n));
	assert_int_equal(n, 1);
	assert_string_equal(rows[0].text, text);
}

static void
who_had_an_order_sent_is_told(struct cx *cx)
{
	struct shop shop = sending(cx);
	struct orderdoc d = document(cx);
	struct sight seen = sight_of(&d);
	struct ledger l;

	assert_told(cx, "Order #1001 is handed to the Cloud App (automatic).");
	give_back(cx, &shop, "timeout");
	must(cx, ledger_ask(cx, &shop, &seen, &l));
	take(cx, &shop, "automatic");
	assert_told(cx, "Order #1001 is handed to the Cloud App (manual).");
}

static void
what_waits_again_is_told_what_it_waits_for(struct cx *cx)
{
	static const struct {
		const char *code, *next;
	} cases[] = {
		{ "timeout", "Nothing to do: it is sent again by itself." },
		{ "disconnected",
		    "It is sent again by itself once the connection is "
		    "established again." },
		{ "automatic_off",
		    "Switch on the automatic processes of the connector, or "
		    "send it by hand." },
	};
	struct shop shop = sending(cx);
	struct event_filter f = { .order_id = ID, .limit = 1 };
	struct event *rows;
	size_t i, n;

	for (i = 0; i < COUNT_OF(cases); i++) {
		give_back(cx, &shop, cases[i].code);
		must(cx, event_list(cx, &f, &rows, &n));
		assert_string_equal(rows[0].next, cases[i].next);
		take(cx, &shop, "automatic");
	}
}

static const char *
hear(struct cx *cx, const struct shop *shop, struct said said)
{
	const char *code;

	must(cx, ledger_said(cx, shop, ID, &said, &code));
	return code;
}

/* Sent, there, and on its way once more: `via`. */
static struct shop
sent_again(struct cx *cx, const char *via)
{
	struct shop shop = sending(cx);
	struct orderdoc d = document(cx);
	struct sight seen = sight_of(&d);
	struct ledger l;

	assert_null(hear(cx, &shop, (struct said){ "synced", .job = JOB }));
	cx->now += 1000;
	must(cx, ledger_ask(cx, &shop, &seen, &l));
	take(cx, &shop, via);
	return shop;
}

static void
a_word_of_the_send_before_says_nothing_of_this_one(struct cx *cx)
{
	struct shop shop = sent_again(cx, "manual");
	struct said word = { "synced", .job = JOB };

	assert_string_equal(hear(cx, &shop, word), "stale");
	assert_row(cx, &shop, "sending", NULL);
	word.how = SAID_ASKED;
	word.batch = "before"; /* this one was not sent yet */
	assert_string_equal(hear(cx, &shop, word), "stale");
	word.batch = "batch"; /* then this one has not arrived */
	assert_null(hear(cx, &shop, word));
	assert_row(cx, &shop, "waiting", "unknown_order");
	assert_int_equal(row(cx, &shop).manual, 1);
}

static void
what_was_pulled_again_is_acknowledged_by_its_old_job(struct cx *cx)
{
	struct shop shop = sent_again(cx, "pull");

	assert_null(hear(cx, &shop, (struct said){ "synced", .job = JOB }));
	assert_row(cx, &shop, "done", NULL);
}

static void
that_it_was_not_there_before_it_was_sent_is_stale(struct cx *cx)
{
	struct shop shop = sending(cx);
	struct said unknown = { .how = SAID_ASKED, .batch = "before" };
	struct said refused = { "error", "bad", "Bad.", JOB,
		.how = SAID_ASKED };

	assert_string_equal(hear(cx, &shop, unknown), "stale");
	assert_string_equal(hear(cx, &shop, refused), "stale");
	unknown.batch = "batch";
	unknown.asked = JOB; /* by the same run, that the row has left since */
	assert_string_equal(hear(cx, &shop, unknown), "stale");
	assert_row(cx, &shop, "sending", NULL);
	unknown.asked = NULL;
	assert_null(hear(cx, &shop, unknown));
	assert_row(cx, &shop, "waiting", "unknown_order");
}

static void
what_another_has_taken_is_not_given_back(struct cx *cx)
{
	struct shop shop = sending(cx);
	struct ledger before = row(cx, &shop);

	before.batch = "before";
	must(cx, ledger_back(cx, &shop, &before, "cloud_away", "No answer."));
	assert_row(cx, &shop, "sending", NULL);
}

static void
that_it_is_there_counts_however_often_it_was_sent(struct cx *cx)
{
	struct shop shop = sending(cx);

	assert_null(hear(cx, &shop,
	    (struct said){ "synced", .job = JOB, .how = SAID_ASKED,
		.batch = "before" }));
	assert_row(cx, &shop, "done", NULL);
	/* and that it was not, told late, changes nothing */
	assert_null(hear(cx, &shop,
	    (struct said){ .how = SAID_ASKED, .batch = "before" }));
	assert_row(cx, &shop, "done", NULL);
}

static void
what_is_unknown_there_is_sent_again(struct cx *cx)
{
	struct shop shop = sending(cx);
	struct said unknown = { .how = SAID_ASKED, .batch = "batch" };

	assert_null(hear(cx, &shop, unknown));
	assert_row(cx, &shop, "waiting", "unknown_order");
	take(cx, &shop, "automatic");
	assert_null(
	    hear(cx, &shop, (struct said){ "error", "bad", "Bad.", JOB }));
	assert_null(hear(cx, &shop, unknown));
	assert_row(cx, &shop, "failed", "bad"); /* it was not on its way */
}

static void
an_answer_that_was_lost_counts_when_it_comes(struct cx *cx)
{
	struct shop shop = sending(cx);

	give_back(cx, &shop, "cloud_away");
	assert_row(cx, &shop, "waiting", "cloud_away");
	assert_null(hear(cx, &shop, (struct said){ "synced", .job = JOB }));
	assert_row(cx, &shop, "done", NULL);
}

/* It is there as it was; what it became was refused, and waits. */
static void
said_once_more_the_send_before_is_no_answer_for_new_content(struct cx *cx)
{
	struct shop shop = sending(cx);
	struct orderdoc d = document(cx);
	struct said word = { "synced", .job = JOB };
	char *wish[] = { (char *)"logivery-no-sync" }; /* a person's */

	assert_null(hear(cx, &shop, word));
	cx->now += 1000;
	d.tags = wish;
	d.ntags = 1;
	d.digest = "second";
	d.updated_at += 1000;
	must(cx, ledger_see(cx, &shop, NEWS_READ, &d));
	take(cx, &shop, "automatic");
	give_back(cx, &shop, "busy");
	assert_string_equal(hear(cx, &shop, word), "stale");
	assert_row(cx, &shop, "waiting", "busy");
	assert_string_equal(row(cx, &shop).sent_digest, "first");
}

/* A person wants it sent as it is now: an old answer does not do for that. */
static void
an_answer_that_was_lost_is_stale_for_who_asked_meanwhile(struct cx *cx)
{
	struct shop shop = sending(cx);
	struct orderdoc d = document(cx);
	struct sight seen = sight_of(&d);
	struct ledger l;

	give_back(cx, &shop, "cloud_away");
	cx->now += 1000;
	must(cx, ledger_ask(cx, &shop, &seen, &l));
	assert_string_equal(hear(cx, &shop,
				(struct said){ "synced", .job = JOB }),
	    "stale");
	assert_row(cx, &shop, "waiting", NULL);
}

/* Tagged meanwhile, to have it sent as it is now. */
static void
an_answer_that_was_lost_is_stale_for_who_tagged_meanwhile(struct cx *cx)
{
	struct shop shop = sending(cx);
	struct orderdoc d = document(cx);
	char *wish[] = { (char *)"logivery-error" };

	give_back(cx, &shop, "cloud_away");
	d.tags = wish;
	d.ntags = 1;
	d.updated_at += 5000;
	must(cx, ledger_see(cx, &shop, NEWS_READ, &d));
	assert_row(cx, &shop, "waiting", NULL);
	assert_string_equal(hear(cx, &shop,
				(struct said){ "synced", .job = JOB }),
	    "stale");
}

/* It is there as it is: what was sent once more, and got no answer, is that. */
static void
said_once_more_the_send_before_is_an_answer_for_the_same_content(struct cx *cx)
{
	struct shop shop = sent_again(cx, "automatic");

	exec(cx, "UPDATE ledger SET manual = 0");
	give_back(cx, &shop, "cloud_away");
	assert_null(hear(cx, &shop, (struct said){ "synced", .job = JOB }));
	assert_row(cx, &shop, "done", NULL);
}

static void
a_refusal_told_twice_is_noted_once(struct cx *cx)
{
	struct shop shop = sending(cx);
	struct said no = { "error", "bad", "Bad.", JOB };
	int64_t events;

	assert_null(hear(cx, &shop, no));
	events = db_count(cx, "event");
	assert_null(hear(cx, &shop, no));
	assert_int_equal(db_count(cx, "event"), events);
	assert_null(hear(cx, &shop, (struct said){ "syncing", .job = JOB }));
	assert_row(cx, &shop, "failed", "bad");
}

static void
what_got_there_is_not_taken_back_by_our_own_failure(struct cx *cx)
{
	struct shop shop = sending(cx);

	assert_null(hear(cx, &shop, (struct said){ "syncing", .job = JOB }));
	give_back(cx, &shop, "cloud_away");
	assert_row(cx, &shop, "sending", NULL);
	assert_null(hear(cx, &shop, (struct said){ "synced", .job = JOB }));
	must(cx, ledger_failed(cx, &shop, ID, "bad_answer", "Odd."));
	assert_row(cx, &shop, "done", NULL);
}

static void
cancelled_on_its_way_and_lost_it_is_not_sent_again(struct cx *cx)
{
	struct shop shop = sending(cx);
	struct orderdoc d = document(cx);

	d.updated_at += 5000;
	d.cancelled_at = d.updated_at;
	d.digest = "cancelled";
	must(cx, ledger_see(cx, &shop, NEWS_READ, &d));
	assert_row(cx, &shop, "sending", NULL);
	give_back(cx, &shop, "cloud_away");
	assert_row(cx, &shop, "failed", "not_importable");
	assert_true(row(cx, &shop).next_at == LEDGER_NEVER);
}

/* Told at once, when the Cloud App did not have it yet. */
static void
cancelled_on_its_way_it_is_told_again_once_it_is_there(struct cx *cx)
{
	struct shop shop = sending(cx);
	struct orderdoc d = document(cx);
	struct event_filter f = { .tenant = shop.id, .limit = 50 };
	struct event *rows;
	size_t i, n, told = 0;

	d.updated_at += 5000;
	d.cancelled_at = d.updated_at;
	d.digest = "cancelled";
	must(cx, ledger_see(cx, &shop, NEWS_READ, &d));
	assert_null(hear(cx, &shop, (struct said){ "synced", .job = JOB }));
	assert_row(cx, &shop, "done", NULL);
	must(cx, event_list(cx, &f, &rows, &n));
	for (i = 0; i < n; i++)
		told += strcmp(rows[i].step, "order.cancelled") == 0;
	assert_int_equal(told, 2);
}

static void
what_the_store_hides_is_given_up_and_shows_no_tag(struct cx *cx)
{
	struct shop shop = installed(cx);
	struct orderdoc d = document(cx);

	must(cx, ledger_not_visible(cx, &shop, ID)); /* never seen: nothing */
	assert_int_equal(db_count(cx, "ledger"), 0);
	must(cx, ledger_see(cx, &shop, NEWS_CREATE, &d));
	must(cx, ledger_must_read(cx, &shop, ID));
	must(cx, ledger_not_visible(cx, &shop, ID));
	assert_row(cx, &shop, "failed", "not_visible");
	assert_true(row(cx, &shop).next_at == LEDGER_NEVER);
	assert_int_equal(row(cx, &shop).must_read, 0);
	assert_int_equal(row(cx, &shop).hidden, 1);
}

static void
what_is_there_stays_so_when_the_store_hides_it(struct cx *cx)
{
	struct shop shop = sending(cx);

	assert_null(hear(cx, &shop, (struct said){ "synced", .job = JOB }));
	must(cx, ledger_not_visible(cx, &shop, ID));
	assert_row(cx, &shop, "done", NULL);
	assert_int_equal(row(cx, &shop).hidden, 1);
}

static void
a_body_that_cannot_be_used_makes_it_read(struct cx *cx)
{
	struct shop shop = installed(cx);
	struct orderdoc d = document(cx);
	struct sight seen;
	struct ledger l;
	const char *text;

	must(cx, ledger_see(cx, &shop, NEWS_CREATE, &d));
	seen = sight_of(&d);
	seen.updated_at -= 5000;
	must(cx, ledger_glimpse(cx, &shop, &seen)); /* older: nothing */
	assert_int_equal(row(cx, &shop).must_read, 0);
	seen.updated_at += 10000;
	must(cx, ledger_glimpse(cx, &shop, &seen));
	assert_int_equal(row(cx, &shop).must_read, 1);
	d.updated_at = seen.updated_at + 1000;
	d.complete = false; /* and half a body is none */
	must(cx, ledger_see(cx, &shop, NEWS_UPDATE, &d));
	l = row(cx, &shop);
	assert_int_equal(l.must_read, 1);
	must_fail(cx, ERR_MISSING, ledger_body(cx, &l, &text));
}

static void
what_could_not_be_imported_waits_once_it_can(struct cx *cx)
{
	struct shop shop = installed(cx);
	struct orderdoc d = document(cx);
	struct sight seen;
	struct ledger l;

	d.confirmed = false;
	must(cx, ledger_see(cx, &shop, NEWS_CREATE, &d));
	seen = sight_of(&d);
	must(cx, ledger_ask(cx, &shop, &seen, &l));
	assert_string_equal(l.code, "not_importable");
	d.confirmed = true;
	d.updated_at += 5000;
	must(cx, ledger_see(cx, &shop, NEWS_UPDATE, &d));
	assert_row(cx, &shop, "waiting", NULL);
}

/* Only one that never went over is refused for it. */
static void
cancelled_after_it_was_sent_it_may_be_asked_for(struct cx *cx)
{
	struct shop shop = sending(cx);
	struct orderdoc d = document(cx);
	struct sight seen;
	struct ledger l;

	assert_null(hear(cx, &shop, (struct said){ "synced", .job = JOB }));
	d.updated_at += 5000;
	d.cancelled_at = d.updated_at;
	must(cx, ledger_see(cx, &shop, NEWS_UPDATE, &d));
	cx->now += 1000;
	seen = sight_of(&d);
	must(cx, ledger_ask(cx, &shop, &seen, &l));
	assert_row(cx, &shop, "waiting", NULL);
	assert_int_equal(row(cx, &shop).manual, 1);
	take(cx, &shop, "manual");
	give_back(cx, &shop, "cloud_away");
	assert_row(cx, &shop, "waiting", "cloud_away");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASES(who_had_an_order_sent_is_told),
		CASES(what_waits_again_is_told_what_it_waits_for),
		CASES(a_word_of_the_send_before_says_nothing_of_this_one),
		CASES(what_was_pulled_again_is_acknowledged_by_its_old_job),
		CASES(that_it_was_not_there_before_it_was_sent_is_stale),
		CASES(what_another_has_taken_is_not_given_back),
		CASES(that_it_is_there_counts_however_often_it_was_sent),
		CASES(what_is_unknown_there_is_sent_again),
		CASES(an_answer_that_was_lost_counts_when_it_comes),
		CASES(
		    said_once_more_the_send_before_is_no_answer_for_new_content),
		CASES(an_answer_that_was_lost_is_stale_for_who_asked_meanwhile),
		CASES(
		    an_answer_that_was_lost_is_stale_for_who_tagged_meanwhile),
		CASES(
		    said_once_more_the_send_before_is_an_answer_for_the_same_content),
		CASES(a_refusal_told_twice_is_noted_once),
		CASES(what_got_there_is_not_taken_back_by_our_own_failure),
		CASES(cancelled_on_its_way_and_lost_it_is_not_sent_again),
		CASES(cancelled_on_its_way_it_is_told_again_once_it_is_there),
		CASES(what_the_store_hides_is_given_up_and_shows_no_tag),
		CASES(what_is_there_stays_so_when_the_store_hides_it),
		CASES(a_body_that_cannot_be_used_makes_it_read),
		CASES(what_could_not_be_imported_waits_once_it_can),
		CASES(cancelled_after_it_was_sent_it_may_be_asked_for),
	};

	crypt_start();
	return cmocka_run_group_tests_name("ledger said", tests, NULL, NULL);
}
