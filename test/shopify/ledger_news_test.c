/*
 * ledger_news_test.c - news and words that ask for less than they seem to, or
 * for nothing: what is late, of another send, said before, or only half known.
 */
#include "ledger_rig.h"

#include "base/crypt.h"
#include "base/text.h"
#include "base/when.h"
#include "shopify/tags_answer.h"

static struct ledger
row(struct cx *cx, const struct world *w)
{
	struct ledger l;

	must(cx, ledger_find(cx, w->shop.id, ID, &l));
	return l;
}

static struct world
begun(struct cx *cx, void (*start)(struct cx *, struct world *))
{
	struct world w = { .shop = installed(cx) };

	new_order(cx, &w);
	if (start != NULL) {
		start(cx, &w);
		w.row = row(cx, &w);
	}
	forget_what_follows(cx);
	return w;
}

/* tags live in the caller's world, which has moved since. */
static void
see(struct cx *cx, struct world *w, enum news news, struct orderdoc d)
{
	d.tags = w->tags;
	must(cx, ledger_see(cx, &w->shop, news, &d));
}

static void
assert_row(struct cx *cx, const struct world *w, const char *state,
    const char *code)
{
	struct ledger l = row(cx, w);

	assert_string_equal(l.state, state);
	assert_string_equal(l.code == NULL ? "" : l.code,
	    code == NULL ? "" : code);
}

static void
assert_quiet(struct cx *cx)
{
	assert_string_equal(steps_told(cx), "");
	assert_string_equal(jobs_added(cx), "");
}

static void
send_with(struct cx *cx, struct world *w, const char *digest)
{
	struct taking t = { "batch", "automatic", digest };
	struct ledger l = row(cx, w);

	must(cx, ledger_take(cx, &w->shop, &l, &t));
}

static const char *
verdict(struct cx *cx, struct world *w, struct said said)
{
	const char *code;

	must(cx, ledger_said(cx, &w->shop, ID, &said, &code));
	return code;
}

static const char *
ask(struct cx *cx, struct world *w)
{
	struct ledger l;

	w->seen.tags = w->tags;
	must(cx, ledger_ask(cx, &w->shop, &w->seen, &l));
	return l.state;
}

/* --- asked for in the moment it was sent --- */

static void
what_must_be_read_was_not_sent_as_it_is(struct cx *cx)
{
	struct world w = begun(cx, order_sending);

	cx->now += 5;
	must(cx, say(cx, &w, &(struct said){ "synced", .job = JOB }));
	must(cx, ledger_must_read(cx, &w.shop, ID));
	cx->now -= 5;
	assert_string_equal(ask(cx, &w), "waiting");
}

/* Nobody has read what the store shows: it may be another content. */
static void
what_has_no_digest_was_not_sent_as_it_is(struct cx *cx)
{
	struct world w = begun(cx, NULL);

	w.seen.tags = w.tags;
	must(cx, ledger_look(cx, &w.shop, &w.seen));
	send_with(cx, &w, NULL);
	cx->now += 5;
	must(cx, say(cx, &w, &(struct said){ "synced", .job = JOB }));
	must(cx, ledger_not_visible(cx, &w.shop, ID)); /* nothing to be read */
	cx->now -= 5;
	assert_string_equal(ask(cx, &w), "waiting");
}

static void
another_content_than_was_sent_goes_too(struct cx *cx)
{
	struct world w = begun(cx, order_sending);

	cx->now += 5;
	must(cx, say(cx, &w, &(struct said){ "synced", .job = JOB }));
	see(cx, &w, NEWS_READ, doc_changed(&w, "other"));
	w.seen.updated_at += 5000;
	cx->now -= 5;
	assert_string_equal(ask(cx, &w), "waiting");
}

/* --- taken again --- */

static void
take_again(struct cx *cx, struct world *w, const char *digest, bool person)
{
	must(cx, ledger_take_again(cx, &w->shop, ID, digest, person));
}

static void
what_is_not_on_its_way_is_not_taken_again(struct cx *cx)
{
	struct world w = begun(cx, order_waiting);

	take_again(cx, &w, "other", true);
	assert_null(row(cx, &w).taken_digest);
	send_with(cx, &w, "first");
	must(cx, say(cx, &w, &(struct said){ "syncing", .job = JOB }));
	take_again(cx, &w, "other", true); /* that one has arrived */
	assert_string_equal(row(cx, &w).taken_digest, "first");
	assert_int_equal(row(cx, &w).again, 0);
}

/* Sent once more in the end only if a person sends another content. */
static void
the_same_once_more_is_one_send(struct cx *cx)
{
	struct world w = begun(cx, order_sending);

	take_again(cx, &w, "first", true);
	assert_int_equal(row(cx, &w).again, 0);
	take_again(cx, &w, "other", false);
	assert_int_equal(row(cx, &w).again, 0);
	assert_string_equal(row(cx, &w).taken_digest, "other");
}

static void
what_was_taken_unread_is_taken_with_what_is_read(struct cx *cx)
{
	struct world w = begun(cx, order_waiting);

	send_with(cx, &w, NULL);
	take_again(cx, &w, "first", true);
	assert_int_equal(row(cx, &w).again, 0);
	assert_string_equal(row(cx, &w).taken_digest, "first");
}

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

/* --- how it ends --- */

static void
what_nobody_has_read_has_no_difference_to_tell(struct cx *cx)
{
	struct world w = begun(cx, NULL);

	w.seen.tags = w.tags;
	must(cx, ledger_look(cx, &w.shop, &w.seen));
	send_with(cx, &w, "sent");
	forget_what_follows(cx);
	must(cx, say(cx, &w, &(struct said){ "synced", .job = JOB }));
	assert_string_equal(steps_told(cx), "order.synced");
	assert_string_equal(row(cx, &w).sent_digest, "sent");
}

static void
what_was_sent_unread_has_no_difference_to_tell(struct cx *cx)
{
	struct world w = begun(cx, order_waiting);

	send_with(cx, &w, NULL);
	forget_what_follows(cx);
	must(cx, say(cx, &w, &(struct said){ "synced", .job = JOB }));
	assert_string_equal(steps_told(cx), "order.synced");
	assert_null(row(cx, &w).sent_digest);
}

/* The last send was refused, and an earlier one was taken after all. */
static void
what_was_refused_last_is_told_as_a_change(struct cx *cx)
{
	struct world w = begun(cx, order_failed);

	must(cx, say(cx, &w, &(struct said){ "synced", .job = JOB_LATER }));
	assert_string_equal(steps_told(cx), "order.synced order.changed");
}

static void
a_refusal_without_a_code_has_one(struct cx *cx)
{
	struct world w = begun(cx, order_sending);

	must(cx, say(cx, &w, &(struct said){ "error", .job = JOB }));
	assert_row(cx, &w, "failed", "import_failed");
	assert_true(row(cx, &w).next_at < LEDGER_NEVER); /* tried again */
}

static void
a_refusal_of_another_job_is_another_refusal(struct cx *cx)
{
	struct world w = begun(cx, order_failed);

	must(cx,
	    say(cx, &w,
		&(struct said){ "error", "worse", "Worse.", JOB_LATER }));
	assert_row(cx, &w, "failed", "worse");
	assert_string_equal(steps_told(cx), "order.failed");
}

static void
what_is_accepted_twice_is_noted_once(struct cx *cx)
{
	struct world w = begun(cx, order_sending);

	must(cx, say(cx, &w, &(struct said){ "syncing", .job = JOB }));
	forget_what_follows(cx);
	must(cx, say(cx, &w, &(struct said){ "syncing", .job = JOB }));
	must(cx, say(cx, &w, &(struct said){ "syncing" })); /* of no job */
	assert_string_equal(row(cx, &w).job, JOB);
	assert_quiet(cx);
}

static void
a_word_of_an_earlier_send_that_is_there_is_known(struct cx *cx)
{
	struct world w = begun(cx, order_sending);

	must(cx, say(cx, &w, &(struct said){ "synced", .job = JOB_LATER }));
	forget_what_follows(cx);
	must(cx, say(cx, &w, &(struct said){ "synced", .job = JOB }));
	assert_string_equal(row(cx, &w).job, JOB_LATER);
	assert_quiet(cx);
}

static void
be_skipped(struct cx *cx, struct world *w)
{
	order_waiting(cx, w);
	see(cx, w, NEWS_READ, doc_tagged(w, "logivery-no-sync"));
	w->doc.updated_at += 1000;
	see(cx, w, NEWS_READ, doc_tagged(w, NULL));
}

static void
what_was_skipped_hears_no_word(struct cx *cx)
{
	struct world w = begun(cx, be_skipped);

	assert_row(cx, &w, "skipped", NULL);
	assert_string_equal(verdict(cx, &w,
				(struct said){ "synced", .job = JOB }),
	    "stale");
	must(cx, ledger_failed(cx, &w.shop, ID, "bad", "Bad."));
	must(cx, ledger_back(cx, &w.shop, ID, "cloud_away", "No answer."));
	assert_row(cx, &w, "skipped", NULL);
	assert_quiet(cx);
}

/* --- an answer that was lost, and comes when it waits again --- */

static struct world
lost(struct cx *cx)
{
	struct world w = begun(cx, order_sending);

	must(cx, ledger_back(cx, &w.shop, ID, "cloud_away", "No answer."));
	forget_what_follows(cx);
	return w;
}

static void
assert_stale(struct cx *cx, struct world *w, const char *state)
{
	struct said said = { state, "bad", "Bad.", JOB };

	assert_string_equal(verdict(cx, w, said), "stale");
	assert_string_equal(row(cx, w).state, "waiting");
	assert_quiet(cx);
}

static void
a_late_refusal_is_stale(struct cx *cx)
{
	struct world w = lost(cx);

	assert_stale(cx, &w, "error");
}

static void
a_late_answer_of_another_content_is_stale(struct cx *cx)
{
	struct world w = lost(cx);

	see(cx, &w, NEWS_READ, doc_changed(&w, "other"));
	forget_what_follows(cx);
	assert_stale(cx, &w, "synced");
}

static void
a_late_answer_of_what_was_never_taken_is_stale(struct cx *cx)
{
	struct world w = begun(cx, order_waiting);

	assert_stale(cx, &w, "synced");
}

/* Somebody tagged it to have it sent once more. */
static void
a_late_answer_does_not_do_for_a_new_request(struct cx *cx)
{
	struct world w = begun(cx, order_done);

	see(cx, &w, NEWS_READ, doc_tagged(&w, "logivery-no-sync"));
	assert_row(cx, &w, "waiting", NULL);
	forget_what_follows(cx);
	assert_stale(cx, &w, "synced");
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
		CASES(what_must_be_read_was_not_sent_as_it_is),
		CASES(what_has_no_digest_was_not_sent_as_it_is),
		CASES(another_content_than_was_sent_goes_too),
		CASES(what_is_not_on_its_way_is_not_taken_again),
		CASES(the_same_once_more_is_one_send),
		CASES(what_was_taken_unread_is_taken_with_what_is_read),
		CASES(what_may_not_go_waits_without_a_send),
		CASES(what_is_not_confirmed_waits_without_a_send),
		CASES(an_erased_order_that_is_seen_anew_is_not_sent),
		CASES(what_nobody_has_read_has_no_difference_to_tell),
		CASES(what_was_sent_unread_has_no_difference_to_tell),
		CASES(what_was_refused_last_is_told_as_a_change),
		CASES(a_refusal_without_a_code_has_one),
		CASES(a_refusal_of_another_job_is_another_refusal),
		CASES(what_is_accepted_twice_is_noted_once),
		CASES(a_word_of_an_earlier_send_that_is_there_is_known),
		CASES(what_was_skipped_hears_no_word),
		CASES(a_late_refusal_is_stale),
		CASES(a_late_answer_of_another_content_is_stale),
		CASES(a_late_answer_of_what_was_never_taken_is_stale),
		CASES(a_late_answer_does_not_do_for_a_new_request),
		CASES(cancelled_on_its_way_its_answer_is_waited_for),
		CASES(what_still_cannot_be_imported_stays_refused),
		CASES(what_is_again_as_it_was_sent_is_no_change),
		CASES(what_must_be_read_anyway_is_not_read_for_its_tags_only),
		CASES(the_first_body_of_a_second_is_taken),
		CASES(a_tag_of_one_second_is_read_for_its_tags),
		CASES(what_cannot_be_sent_is_not_followed),
		CASES(what_failed_is_given_up_when_the_store_hides_it),
		CASES(a_write_that_said_no_revision_moves_none),
		CASES(a_late_write_leaves_what_must_be_read_anyway),
	};

	crypt_start();
	return cmocka_run_group_tests_name("ledger news", tests, NULL, NULL);
}
