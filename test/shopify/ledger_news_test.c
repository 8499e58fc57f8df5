/*
 * ledger_news_test.c - news that ask for less than they seem to, or for
 * nothing: what may not go, is no change, or is only half known.
 */
#include "ledger_news_rig.h"

#include "base/arena.h"
#include "base/crypt.h"
#include "base/env.h"
#include "base/when.h"
#include "shopify/tags_answer.h"

/* --- what waits and may not go --- */

static void
what_may_not_go_waits_without_a_send(struct cx *cx)
{
	struct world w = begun(cx, NULL);
	struct shop off = w.shop;

	off.automatic = 0;
	must(cx, ledger_see(cx, &off, NEWS_CREATE, &w.doc));
	assert_row(cx, &w, "waiting", NULL);
	assert_string_equal(jobs_added(cx), "events tags");
}

static void
what_is_not_confirmed_waits_without_a_send(struct cx *cx)
{
	struct world w = begun(cx, NULL);
	struct orderdoc d = doc_tagged(&w, "logivery-no-sync");

	d.confirmed = false;
	see(cx, &w, NEWS_CREATE, d);
	assert_row(cx, &w, "waiting", NULL);
	assert_string_equal(jobs_added(cx), "events");
}

static void
an_erased_order_that_is_seen_anew_is_not_sent(struct cx *cx)
{
	struct world w = begun(cx, NULL);
	const char *text;
	struct ledger l;

	w.doc.customer = "77";
	must(cx, ledger_redact(cx, &w.shop, ID));
	see(cx, &w, NEWS_CREATE, w.doc);
	l = row(cx, &w);
	assert_int_equal(l.redacted, 1);
	assert_null(l.customer);
	must_fail(cx, ERR_MISSING, ledger_body(cx, &l, &text));
	assert_string_equal(jobs_added(cx), "events tags");
	w.seen.updated_at = w.doc.updated_at;
	assert_string_equal(ask(cx, &w), "waiting"); /* nor by hand */
	assert_int_equal(row(cx, &w).manual, 0);
}

/* --- news --- */

static void
cancelled_on_its_way_its_answer_is_waited_for(struct cx *cx)
{
	struct world w = begun(cx, order_sending);

	see(cx, &w, NEWS_UPDATE, doc_cancelled(&w));
	assert_row(cx, &w, "sending", NULL);
	assert_string_equal(steps_told(cx), "order.cancelled");
}

static void
refuse(struct cx *cx, struct world *w, const char *code)
{
	must(cx, ledger_failed(cx, &w->shop, ID, code, "No."));
}

/* Only what can be sent by now, and was refused for that, waits again. */
static void
what_still_cannot_be_imported_stays_refused(struct cx *cx)
{
	struct world w = begun(cx, order_waiting);
	struct orderdoc d = doc_changed(&w, "other");

	refuse(cx, &w, "not_importable");
	d.confirmed = false;
	see(cx, &w, NEWS_UPDATE, d);
	assert_row(cx, &w, "failed", "not_importable");
	d.updated_at += 1000;
	d.confirmed = true;
	d.cancelled_at = d.updated_at;
	see(cx, &w, NEWS_UPDATE, d);
	assert_row(cx, &w, "failed", "not_importable");
	d.updated_at += 1000;
	d.cancelled_at = 0;
	refuse(cx, &w, "too_many_lines");
	see(cx, &w, NEWS_UPDATE, d);
	assert_row(cx, &w, "failed", "too_many_lines");
	d.updated_at += 1000;
	refuse(cx, &w, "not_importable");
	see(cx, &w, NEWS_UPDATE, d);
	assert_row(cx, &w, "waiting", NULL);
}

/* It was sent once; a Cloud App that was restored does not know it any more,
   and takes nothing that is cancelled: our own tag would be the next news. */
static void
what_is_refused_as_cancelled_is_not_sent_for_every_news(struct cx *cx)
{
	struct world w = begun(cx, order_done);
	struct orderdoc d = doc_cancelled(&w);

	see(cx, &w, NEWS_UPDATE, d);
	w.seen.updated_at = d.updated_at;
	w.seen.cancelled_at = d.cancelled_at;
	assert_string_equal(ask(cx, &w), "waiting");
	refuse(cx, &w, "not_importable");
	d.updated_at += 1000;
	see(cx, &w, NEWS_UPDATE, d);
	assert_row(cx, &w, "failed", "not_importable");
}

static void
what_is_again_as_it_was_sent_is_no_change(struct cx *cx)
{
	struct world w = begun(cx, order_done);

	see(cx, &w, NEWS_READ, doc_changed(&w, "other"));
	forget_what_follows(cx);
	w.doc.updated_at += 6000;
	see(cx, &w, NEWS_READ, w.doc);
	assert_string_equal(steps_told(cx), "");
	assert_string_equal(row(cx, &w).digest, w.doc.digest);
}

/* In the second of our own write: a tag that no step of it explains. */
static void
what_must_be_read_anyway_is_not_read_for_its_tags_only(struct cx *cx)
{
	struct world w = begun(cx, order_failed);
	char *ours[] = { "logivery-error" };
	struct orderdoc d;

	must(cx, ledger_write_tags(cx, w.row.id, TAG_ERROR));
	must(cx,
	    ledger_wrote_tags(cx, &w.shop, w.row.id, ours, 1,
		w.doc.updated_at + 5000));
	must(cx, ledger_must_read(cx, &w.shop, ID));
	d = doc_tagged(&w, "logivery-no-sync");
	see(cx, &w, NEWS_UPDATE, d);
	assert_row(cx, &w, "failed", "bad");
	assert_int_equal(row(cx, &w).must_read, 1);
}

/* Refused, and the store shows it: "logivery-error" in the place of
   "logivery-no-sync", of the second that doc_tagged is of. */
static struct world
shown_as_refused(struct cx *cx)
{
	struct world w = begun(cx, order_failed);
	char *ours[] = { "logivery-error" };

	exec(cx, "UPDATE ledger SET picture = 1, ours = 'logivery-no-sync'");
	must(cx, ledger_write_tags(cx, w.row.id, TAG_ERROR));
	must(cx,
	    ledger_wrote_tags(cx, &w.shop, w.row.id, ours, 1,
		w.doc.updated_at + 5000));
	forget_what_follows(cx);
	return w;
}

/* Staff, or a rule of the store, answered our tag within its second. */
static void
assert_read_for(struct cx *cx, const char *tag)
{
	struct world w = shown_as_refused(cx);

	see(cx, &w, NEWS_UPDATE, doc_tagged(&w, tag));
	assert_row(cx, &w, "failed", "bad");
	assert_int_equal(row(cx, &w).must_read, 2);
	assert_string_equal(jobs_added(cx), "read");
}

static void
what_came_for_our_tag_in_its_second_is_read(struct cx *cx)
{
	assert_read_for(cx, "logivery-no-sync");
}

static void
that_our_tag_went_in_its_second_is_read(struct cx *cx)
{
	assert_read_for(cx, NULL);
}

static void
a_step_of_our_write_is_not_read(struct cx *cx)
{
	struct world w = shown_as_refused(cx);
	struct orderdoc d = doc_tagged(&w, "logivery-no-sync");

	w.tags[d.ntags++] = (char *)"logivery-error";
	see(cx, &w, NEWS_UPDATE, d);
	assert_int_equal(row(cx, &w).must_read, 0);
}

/* We heard of our write at a time that the clock will show once more. */
static void
after_the_clock_was_put_back_a_read_is_believed_again(struct cx *cx)
{
	struct world w = shown_as_refused(cx);
	struct orderdoc d = doc_tagged(&w, "logivery-no-sync");

	exec(cx, "UPDATE ledger SET wrote_at = wrote_at + 3600000");
	d.asked_at = env_wall(cx->env);
	see(cx, &w, NEWS_READ, d);
	assert_row(cx, &w, "failed", "bad"); /* it may be older than that */
	assert_int_equal(row(cx, &w).must_read, 2);
	d.asked_at = env_wall(cx->env);
	see(cx, &w, NEWS_READ, d);
	assert_row(cx, &w, "waiting", NULL);
}

/* Of one second, and nothing was read of it yet. */
static void
the_first_body_of_a_second_is_taken(struct cx *cx)
{
	struct world w = begun(cx, NULL);

	w.seen.tags = w.tags;
	must(cx, ledger_look(cx, &w.shop, &w.seen));
	forget_what_follows(cx);
	must(cx, ledger_glimpse(cx, &w.shop, &w.seen)); /* the same again */
	assert_quiet(cx);
	see(cx, &w, NEWS_UPDATE, w.doc);
	assert_string_equal(row(cx, &w).digest, w.doc.digest);
}

static void
a_tag_of_one_second_is_read_for_its_tags(struct cx *cx)
{
	struct world w = begun(cx, order_waiting);
	struct orderdoc d = doc_tagged(&w, "logivery-error");

	d.updated_at = w.doc.updated_at;
	see(cx, &w, NEWS_UPDATE, d);
	assert_int_equal(row(cx, &w).must_read, 2);
	must(cx, ledger_must_read(cx, &w.shop, ID));
	see(cx, &w, NEWS_UPDATE, d); /* more is to be read already */
	assert_int_equal(row(cx, &w).must_read, 1);
	assert_row(cx, &w, "waiting", NULL);
}

static void
assert_not_ours(struct cx *cx, struct world *w, const struct orderdoc *d)
{
	must(cx, ledger_see(cx, &w->shop, NEWS_CREATE, d));
	assert_int_equal(db_count(cx, "ledger"), 0);
	assert_quiet(cx);
}

static void
what_cannot_be_sent_is_not_followed(struct cx *cx)
{
	struct world w = begun(cx, NULL);
	struct orderdoc d = w.doc;

	d.confirmed = false;
	assert_not_ours(cx, &w, &d);
	d = doc_cancelled(&w);
	assert_not_ours(cx, &w, &d);
	d = w.doc;
	d.created_at -= DAY_MS; /* before the app was installed */
	assert_not_ours(cx, &w, &d);
	w.shop.installed_at -= 61 * DAY_MS;
	d.created_at = w.shop.installed_at;
	assert_not_ours(cx, &w, &d);
}

static void
what_failed_is_given_up_when_the_store_hides_it(struct cx *cx)
{
	struct world w = begun(cx, order_failed);

	must(cx, ledger_not_visible(cx, &w.shop, ID));
	assert_row(cx, &w, "failed", "not_visible");
	assert_true(row(cx, &w).next_at == LEDGER_NEVER);
}

/* --- what Shopify does not give --- */

static void
a_question_that_fails_gives_no_time(struct cx *cx)
{
	struct world w = begun(cx, order_waiting);
	int64_t at = 7;

	must(cx, ledger_next_due(cx, w.shop.id, false, &at));
	assert_true(at == LEDGER_NEVER); /* it is due now */
	exec(cx, "ALTER TABLE ledger RENAME TO elsewhere");
	at = 7;
	assert_int_not_equal(ledger_next_due(cx, w.shop.id, false, &at), OK);
	assert_int_equal(at, 7);
}

static void
a_turn_reckoned_by_a_clock_that_was_ahead_is_nearer(struct cx *cx)
{
	struct world w = begun(cx, order_waiting);
	int64_t at, latest = env_wall(cx->env) + LEDGER_DEFER_MS;

	exec(cx,
	    arena_printf(cx->mem, "UPDATE ledger SET next_at = %lld",
		(long long)(latest + DAY_MS)));
	must(cx, ledger_next_due(cx, w.shop.id, false, &at));
	assert_in_range(at, latest, env_wall(cx->env) + LEDGER_DEFER_MS);
}

static void
what_may_be_read_or_is_not_ours_is_not_unreadable(struct cx *cx)
{
	struct world w = begun(cx, order_waiting);

	must_fail(cx, ERR_MISSING, ledger_unreadable(cx, &w.shop, "404"));
	must(cx, ledger_unreadable(cx, &w.shop, ID)); /* read meanwhile */
	assert_row(cx, &w, "waiting", NULL);
	refuse(cx, &w, "import_failed");
	w.row = row(cx, &w);
	must(cx, ledger_unreadable(cx, &w.shop, ID)); /* not its time */
	assert_int_equal(row(cx, &w).attempts, w.row.attempts);
	assert_row(cx, &w, "failed", "import_failed");
}

/* It was never sent: the read that is had in the end finds nothing to do. */
static void
what_is_read_in_the_end_and_is_cancelled_stays_failed(struct cx *cx)
{
	struct world w = begun(cx, order_waiting);
	struct orderdoc d = doc_cancelled(&w);

	exec(cx, "UPDATE ledger SET must_read = 1, unread_since = 1");
	must(cx, ledger_unreadable(cx, &w.shop, ID));
	assert_row(cx, &w, "failed", "unreadable");
	forget_what_follows(cx);
	must(cx, ledger_see(cx, &w.shop, NEWS_READ, &d));
	assert_row(cx, &w, "failed", "not_importable");
	assert_string_equal(steps_told(cx), "order.cancelled");
}

static void
what_is_on_its_way_is_not_unreadable(struct cx *cx)
{
	struct world w = begun(cx, order_sending);

	must(cx, ledger_unreadable(cx, &w.shop, ID));
	assert_row(cx, &w, "sending", NULL);
	assert_quiet(cx);
}

/* --- tags --- */

static void
a_write_that_said_no_revision_moves_none(struct cx *cx)
{
	struct world w = begun(cx, order_failed);
	char *ours[] = { "logivery-error" };
	int64_t at = w.doc.updated_at + 5000;

	must(cx, ledger_write_tags(cx, w.row.id, TAG_ERROR));
	must(cx, ledger_wrote_tags(cx, &w.shop, w.row.id, ours, 1, at));
	must(cx, ledger_write_tags(cx, w.row.id, TAG_ERROR));
	must(cx, ledger_wrote_tags(cx, &w.shop, w.row.id, ours, 1, 0));
	assert_int_equal(row(cx, &w).tagged_at, at);
	assert_int_equal(row(cx, &w).airing, 0);
}

static void
a_late_write_leaves_what_must_be_read_anyway(struct cx *cx)
{
	struct world w = begun(cx, order_failed);
	char *ours[] = { "logivery-error" };
	struct tags_answer a = { .tags = ours,
		.ntags = 1,
		.updated_at = w.doc.updated_at - 1000 };

	must(cx, ledger_write_tags(cx, w.row.id, TAG_ERROR));
	must(cx, ledger_must_read(cx, &w.shop, ID));
	must(cx,
	    ledger_wrote_late(cx, &w.shop, w.row.id, (unsigned)w.row.picture,
		&a));
	assert_int_equal(row(cx, &w).must_read, 1);
	assert_int_equal(row(cx, &w).airing, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASES(what_may_not_go_waits_without_a_send),
		CASES(what_is_not_confirmed_waits_without_a_send),
		CASES(an_erased_order_that_is_seen_anew_is_not_sent),
		CASES(cancelled_on_its_way_its_answer_is_waited_for),
		CASES(what_still_cannot_be_imported_stays_refused),
		CASES(what_is_refused_as_cancelled_is_not_sent_for_every_news),
		CASES(what_is_again_as_it_was_sent_is_no_change),
		CASES(what_must_be_read_anyway_is_not_read_for_its_tags_only),
		CASES(what_came_for_our_tag_in_its_second_is_read),
		CASES(that_our_tag_went_in_its_second_is_read),
		CASES(a_step_of_our_write_is_not_read),
		CASES(after_the_clock_was_put_back_a_read_is_believed_again),
		CASES(the_first_body_of_a_second_is_taken),
		CASES(a_tag_of_one_second_is_read_for_its_tags),
		CASES(what_cannot_be_sent_is_not_followed),
		CASES(what_failed_is_given_up_when_the_store_hides_it),
		CASES(a_question_that_fails_gives_no_time),
		CASES(a_turn_reckoned_by_a_clock_that_was_ahead_is_nearer),
		CASES(what_may_be_read_or_is_not_ours_is_not_unreadable),
		CASES(what_is_read_in_the_end_and_is_cancelled_stays_failed),
		CASES(what_is_on_its_way_is_not_unreadable),
		CASES(a_write_that_said_no_revision_moves_none),
		CASES(a_late_write_leaves_what_must_be_read_anyway),
	};

	crypt_start();
	return cmocka_run_group_tests_name("ledger news", tests, NULL, NULL);
}
