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

static void
give_back(struct cx *cx, struct world *w)
{
	struct ledger l = row(cx, w);

	must(cx, ledger_back(cx, &w->shop, &l, "cloud_away", "No answer."));
}

static const char *
verdict(struct cx *cx, struct world *w, struct said said)
{
	const char *code;

	must(cx, ledger_said(cx, &w->shop, ID, &said, &code));
	return code;
}

/* To what was sent, by the way it was sent. */
static void
answer(struct cx *cx, struct world *w, struct said said)
{
	said.how = SAID_ANSWERED;
	must(cx, say(cx, w, &said));
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
	give_back(cx, &w);
	assert_row(cx, &w, "skipped", NULL);
	assert_quiet(cx);
}

/* --- an answer that was lost, and comes when it waits again --- */

static struct world
lost(struct cx *cx)
{
	struct world w = begun(cx, order_sending);

	give_back(cx, &w);
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

/* --- of which send? --- */

/* Sent, the answer lost, edited, and sent as it is now. */
static struct world
unsure(struct cx *cx)
{
	struct world w = lost(cx);

	see(cx, &w, NEWS_READ, doc_changed(&w, "other"));
	send_with(cx, &w, "other");
	assert_int_equal(row(cx, &w).again, AGAIN_UNSURE);
	forget_what_follows(cx);
	return w;
}

/* The word was of what was sent first: what it became must go there, too. */
static void
a_word_that_may_be_of_the_lost_send_sends_once_more(struct cx *cx)
{
	struct world w = unsure(cx);

	must(cx, say(cx, &w, &(struct said){ "synced", .job = JOB }));
	assert_row(cx, &w, "waiting", NULL);
	send_with(cx, &w, "other");
	answer(cx, &w, (struct said){ "syncing", .job = JOB_LATER });
	must(cx, say(cx, &w, &(struct said){ "synced", .job = JOB_LATER }));
	assert_row(cx, &w, "done", NULL);
	assert_string_equal(row(cx, &w).sent_digest, "other");
	assert_int_equal(row(cx, &w).again, 0);
}

static void
its_own_answer_settles_it(struct cx *cx)
{
	struct world w = unsure(cx);

	answer(cx, &w, (struct said){ "syncing", .job = JOB_LATER });
	must(cx, say(cx, &w, &(struct said){ "synced", .job = JOB_LATER }));
	assert_row(cx, &w, "done", NULL);
	assert_int_equal(row(cx, &w).again, 0);
}

static void
the_lost_content_once_more_is_the_same_send(struct cx *cx)
{
	struct world w = lost(cx);

	send_with(cx, &w, w.doc.digest);
	must(cx, say(cx, &w, &(struct said){ "synced", .job = JOB }));
	assert_row(cx, &w, "done", NULL);
}

/* A new content after a send that is over: no answer is outstanding. */
static void
after_a_send_that_is_over_a_word_is_of_the_next(struct cx *cx)
{
	struct world w = begun(cx, order_done);

	see(cx, &w, NEWS_READ, doc_changed(&w, "other"));
	ask(cx, &w);
	send_with(cx, &w, "other");
	assert_int_equal(row(cx, &w).again, 0);
}

/* … unless it was sent as it was once more, and that answer was lost. */
static void
a_repeated_send_may_be_the_lost_one_too(struct cx *cx)
{
	struct world w = begun(cx, order_done);

	ask(cx, &w);
	send_with(cx, &w, w.doc.digest);
	give_back(cx, &w);
	see(cx, &w, NEWS_READ, doc_changed(&w, "other"));
	send_with(cx, &w, "other");
	must(cx, say(cx, &w, &(struct said){ "synced", .job = JOB_LATER }));
	assert_row(cx, &w, "waiting", NULL);
}

static void
two_lost_sends_leave_it_unsure(struct cx *cx)
{
	struct world w = unsure(cx);

	give_back(cx, &w);
	assert_null(row(cx, &w).taken_digest);
	forget_what_follows(cx);
	assert_stale(cx, &w, "synced");
	see(cx, &w, NEWS_READ, doc_changed(&w, "third"));
	send_with(cx, &w, "third");
	must(cx, say(cx, &w, &(struct said){ "synced", .job = JOB }));
	assert_row(cx, &w, "waiting", NULL);
}

static void
pull_with(struct cx *cx, struct world *w, const char *digest)
{
	struct taking t = { "batch", "pull", digest };
	struct ledger l = row(cx, w);

	must(cx, ledger_take(cx, &w->shop, &l, &t));
}

/* No answer of its own ever comes: any word does for the second time. */
static void
what_was_pulled_goes_once_more_and_no_more(struct cx *cx)
{
	static const char *const states[] = { "synced", "error", NULL };
	struct world w = lost(cx);
	int64_t i;

	see(cx, &w, NEWS_READ, doc_changed(&w, "other"));
	for (i = 0; states[i] != NULL; i++) {
		exec(cx, "UPDATE ledger SET taken_digest = 'first'");
		pull_with(cx, &w, "other");
		must(cx, say(cx, &w, &(struct said){ states[i], .job = JOB }));
		assert_string_equal(row(cx, &w).state, "waiting");
		assert_int_equal(row(cx, &w).again, 0);
	}
	pull_with(cx, &w, "other");
	must(cx, say(cx, &w, &(struct said){ "synced", .job = JOB_LATER }));
	assert_row(cx, &w, "done", NULL);
	assert_string_equal(row(cx, &w).sent_digest, "other");
}

static void
a_question_is_no_acknowledgement_of_a_pull(struct cx *cx)
{
	struct world w = lost(cx);

	see(cx, &w, NEWS_READ, doc_changed(&w, "other"));
	pull_with(cx, &w, "other");
	must(cx,
	    say(cx, &w,
		&(struct said){ "synced", .job = JOB, .how = SAID_ASKED,
		    .batch = "batch" }));
	assert_row(cx, &w, "waiting", NULL);
}

/* It was pulled with other content than that job had. */
static void
a_word_said_before_acknowledges_no_new_content_of_a_pull(struct cx *cx)
{
	struct world w = begun(cx, order_done);

	see(cx, &w, NEWS_READ, doc_changed(&w, "other"));
	ask(cx, &w);
	pull_with(cx, &w, "other");
	assert_string_equal(verdict(cx, &w,
				(struct said){ "synced", .job = JOB }),
	    "stale");
}

/* The answer to the first call comes when a second one is on its way. */
static void
an_answer_to_other_content_settles_nothing(struct cx *cx)
{
	struct world w = begun(cx, order_sending);
	struct said first = { "syncing", .job = JOB, .digest = w.doc.digest };
	struct ledger taken = row(cx, &w);

	first.how = SAID_ANSWERED;
	must(cx,
	    say(cx, &w,
		&(struct said){ .how = SAID_ASKED, .batch = taken.batch }));
	assert_row(cx, &w, "waiting", "unknown_order");
	see(cx, &w, NEWS_READ, doc_changed(&w, "other"));
	send_with(cx, &w, "other");
	assert_string_equal(verdict(cx, &w, first), "stale");
	must(cx, ledger_back(cx, &w.shop, &taken, "cloud_away", "No answer."));
	assert_row(cx, &w, "sending", NULL);
	first.digest = "other";
	first.job = JOB_LATER;
	must(cx, say(cx, &w, &first));
	assert_string_equal(row(cx, &w).job, JOB_LATER);
	assert_string_equal(row(cx, &w).sent_digest, "other");
	assert_int_equal(row(cx, &w).again, 0);
}

/* With nobody knowing that it was there, the warehouse would ship it. */
static void
cancelled_while_unsure_it_is_told_once_it_is_there(struct cx *cx)
{
	struct world w = unsure(cx);
	struct orderdoc d = doc_cancelled(&w);

	give_back(cx, &w);
	d.updated_at += 1000;
	d.cancelled_at = d.updated_at;
	see(cx, &w, NEWS_READ, d);
	assert_row(cx, &w, "failed", "not_importable");
	forget_what_follows(cx);
	must(cx, say(cx, &w, &(struct said){ "synced", .job = JOB }));
	assert_row(cx, &w, "done", NULL);
	assert_string_equal(steps_told(cx),
	    "order.synced order.cancelled order.changed");
}

/* Sent by one, and with other content by the next: for whoever that was, with
   automatic processes off, it goes until its own answer comes. */
static void
a_person_s_other_content_is_sent_for_that_person(struct cx *cx)
{
	struct world w = begun(cx, order_waiting);

	ask(cx, &w);
	send_with(cx, &w, "first");
	take_again(cx, &w, "other", true);
	must(cx, say(cx, &w, &(struct said){ "synced", .job = JOB }));
	assert_row(cx, &w, "waiting", NULL);
	assert_int_equal(row(cx, &w).manual, 1);
}

/* Of what it was, perhaps: what it became is asked for once more. */
static void
a_refusal_that_may_be_of_the_lost_send_is_none(struct cx *cx)
{
	struct world w = unsure(cx);

	must(cx, say(cx, &w, &(struct said){ "error", "bad", "Bad.", JOB }));
	assert_row(cx, &w, "waiting", "bad");
	send_with(cx, &w, "other");
	answer(cx, &w, (struct said){ "error", "bad", "Bad.", JOB_LATER });
	assert_row(cx, &w, "failed", "bad");
}

/* It never left us, so nothing more is tried at once. */
static void
what_we_give_up_fails_however_unsure(struct cx *cx)
{
	struct world w = unsure(cx);

	must(cx, ledger_failed(cx, &w.shop, ID, "order_too_large", "Big."));
	assert_row(cx, &w, "failed", "order_too_large");
}

/* With automatic processes off nobody else would send it. */
static void
what_a_person_sent_is_sent_once_more_for_that_person(struct cx *cx)
{
	struct world w = lost(cx);

	see(cx, &w, NEWS_READ, doc_changed(&w, "other"));
	ask(cx, &w);
	send_with(cx, &w, "other");
	must(cx, say(cx, &w, &(struct said){ "synced", .job = JOB }));
	assert_row(cx, &w, "waiting", NULL);
	assert_int_equal(row(cx, &w).manual, 1);
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
		CASES(a_word_that_may_be_of_the_lost_send_sends_once_more),
		CASES(its_own_answer_settles_it),
		CASES(the_lost_content_once_more_is_the_same_send),
		CASES(after_a_send_that_is_over_a_word_is_of_the_next),
		CASES(a_repeated_send_may_be_the_lost_one_too),
		CASES(two_lost_sends_leave_it_unsure),
		CASES(what_was_pulled_goes_once_more_and_no_more),
		CASES(a_question_is_no_acknowledgement_of_a_pull),
		CASES(a_word_said_before_acknowledges_no_new_content_of_a_pull),
		CASES(an_answer_to_other_content_settles_nothing),
		CASES(cancelled_while_unsure_it_is_told_once_it_is_there),
		CASES(a_person_s_other_content_is_sent_for_that_person),
		CASES(a_refusal_that_may_be_of_the_lost_send_is_none),
		CASES(what_we_give_up_fails_however_unsure),
		CASES(what_a_person_sent_is_sent_once_more_for_that_person),
	};

	crypt_start();
	return cmocka_run_group_tests_name("ledger words", tests, NULL, NULL);
}
