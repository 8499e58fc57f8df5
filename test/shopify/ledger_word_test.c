/*
 * ledger_word_test.c - words of the Cloud App that say less than they seem to,
 * or nothing: what is late, of another send, or said before.
 */
#include "ledger_news_rig.h"

#include "base/crypt.h"

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
	};

	crypt_start();
	return cmocka_run_group_tests_name("ledger words", tests, NULL, NULL);
}
