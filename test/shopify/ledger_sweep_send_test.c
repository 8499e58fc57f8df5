/*
 * ledger_sweep_send_test.c - how sends and writes of tags begin and end,
 * whole or not at all.
 */
#include "ledger_sweep_rig.h"

#include "base/crypt.h"
#include "shopify/tags_answer.h"

/* --- the start --- */

/* Cancelled on its way: what it is then, only its answer will tell. */
static void
sending_cancelled(struct cx *cx, struct world *w)
{
	struct orderdoc d = doc_cancelled(w);

	order_sending(cx, w);
	must(cx, ledger_see(cx, &w->shop, NEWS_READ, &d));
}

static void
sending_changed(struct cx *cx, struct world *w)
{
	struct orderdoc d = doc_changed(w, "other");

	order_sending(cx, w);
	must(cx, ledger_see(cx, &w->shop, NEWS_READ, &d));
}

/* A person puts a tag on what is on its way. */
static void
sending_asked(struct cx *cx, struct world *w)
{
	struct orderdoc d = doc_tagged(w, "logivery-no-sync");

	order_sending(cx, w);
	must(cx, ledger_see(cx, &w->shop, NEWS_READ, &d));
}

static void
sending_asked_cancelled(struct cx *cx, struct world *w)
{
	struct orderdoc d = doc_cancelled(w);

	sending_asked(cx, w);
	d.updated_at += 1000;
	must(cx, ledger_see(cx, &w->shop, NEWS_READ, &d));
}

/* A person sends it with other content while it is on its way. */
static void
sending_unsure(struct cx *cx, struct world *w)
{
	order_sending(cx, w);
	must(cx, ledger_take_again(cx, &w->shop, ID, "other", true));
}

/* Refused, then cancelled; and now it turns out that it was taken before. */
static void
failed_cancelled(struct cx *cx, struct world *w)
{
	struct orderdoc d = doc_cancelled(w);

	order_failed(cx, w);
	must(cx, ledger_see(cx, &w->shop, NEWS_READ, &d));
}

static void
writing_tags(struct cx *cx, struct world *w)
{
	struct ledger l;

	order_failed(cx, w);
	must(cx, ledger_find(cx, w->shop.id, ID, &l));
	must(cx, ledger_write_tags(cx, l.id, TAG_ERROR));
}

static void
waiting_unread(struct cx *cx, struct world *w)
{
	order_waiting(cx, w);
	exec(cx, "UPDATE ledger SET unread_since = 1");
}

/* --- the moves --- */

static enum err
take(struct cx *cx, struct world *w)
{
	struct taking t = { "batch", "automatic", w->doc.digest };
	struct ledger l = w->row;

	return ledger_take(cx, &w->shop, &l, &t);
}

static enum err
take_again(struct cx *cx, struct world *w)
{
	return ledger_take_again(cx, &w->shop, ID, "other", true);
}

static enum err
is_accepted(struct cx *cx, struct world *w)
{
	return say(cx, w, &(struct said){ "syncing", .job = JOB });
}

static enum err
is_there(struct cx *cx, struct world *w)
{
	return say(cx, w, &(struct said){ "synced", .job = JOB });
}

static enum err
is_there_later(struct cx *cx, struct world *w)
{
	return say(cx, w, &(struct said){ "synced", .job = JOB_LATER });
}

static enum err
is_refused(struct cx *cx, struct world *w)
{
	return say(cx, w, &(struct said){ "error", "bad", "Bad.", JOB });
}

static enum err
is_unknown(struct cx *cx, struct world *w)
{
	return say(cx, w,
	    &(struct said){ .how = SAID_ASKED, .batch = w->row.batch });
}

static enum err
come_back(struct cx *cx, struct world *w)
{
	return ledger_back(cx, &w->shop, &w->row, "cloud_away", "No answer.");
}

static enum err
give_up(struct cx *cx, struct world *w)
{
	return ledger_unreadable(cx, &w->shop, ID);
}

static enum err
fail_it(struct cx *cx, struct world *w)
{
	return ledger_failed(cx, &w->shop, ID, "too_many_lines", "Too many.");
}

static enum err
begin_tags(struct cx *cx, struct world *w)
{
	return ledger_write_tags(cx, w->row.id, TAG_SYNCED);
}

static enum err
end_tags(struct cx *cx, struct world *w)
{
	char *tags[] = { "logivery-error" };

	return ledger_wrote_tags(cx, &w->shop, w->row.id, tags, 1,
	    w->doc.updated_at + 9000);
}

static enum err
end_tags_asked(struct cx *cx, struct world *w)
{
	char *tags[] = { "logivery-error", "logivery-no-sync" };

	return ledger_wrote_tags(cx, &w->shop, w->row.id, tags, 2,
	    w->doc.updated_at + 9000);
}

static enum err
end_tags_at(struct cx *cx, struct world *w, int64_t at)
{
	char *tags[] = { "logivery-error" };
	struct tags_answer a = { .tags = tags, .ntags = 1, .updated_at = at };

	return ledger_wrote_late(cx, &w->shop, w->row.id,
	    (unsigned)w->row.picture, &a);
}

static enum err
end_tags_late(struct cx *cx, struct world *w)
{
	return end_tags_at(cx, w, w->doc.updated_at - 1000);
}

static enum err
end_tags_in_time(struct cx *cx, struct world *w)
{
	return end_tags_at(cx, w, w->doc.updated_at + 9000);
}

static enum err
keep_tags(struct cx *cx, struct world *w)
{
	return ledger_kept_tags(cx, &w->shop, w->row.id);
}

static enum err
no_tags(struct cx *cx, struct world *w)
{
	return ledger_cannot_tag(cx, &w->shop, w->row.id, "gone", "Gone.");
}

/* --- what is so then --- */

static void
its_tags_are_to_be_read(struct cx *cx, struct world *w, const struct ledger *l)
{
	(void)cx;
	(void)w;
	assert_int_equal(l->must_read, 2);
	assert_int_equal(l->airing, 0);
}

static void
is_unsure(struct cx *cx, struct world *w, const struct ledger *l)
{
	(void)cx;
	(void)w;
	assert_int_equal(l->again, AGAIN_UNSURE);
	assert_string_equal(l->taken_digest, "other");
}

static void
holds_what_was_sent(struct cx *cx, struct world *w, const struct ledger *l)
{
	(void)cx;
	assert_string_equal(l->sent_digest, w->doc.digest);
}

/* Which of the two sends an answer is of, nobody could say. */
static void
is_of_no_known_content(struct cx *cx, struct world *w, const struct ledger *l)
{
	(void)cx;
	(void)w;
	assert_null(l->taken_digest);
	assert_int_equal(l->again, AGAIN_UNSURE);
}

static void
is_of_the_later_job(struct cx *cx, struct world *w, const struct ledger *l)
{
	(void)cx;
	(void)w;
	assert_string_equal(l->job, JOB_LATER);
}

static void
is_in_the_air(struct cx *cx, struct world *w, const struct ledger *l)
{
	(void)cx;
	(void)w;
	assert_int_equal(l->airing, 1);
	assert_int_equal(l->echo & TAG_SYNCED, TAG_SYNCED);
}

static void
shows_the_error(struct cx *cx, struct world *w, const struct ledger *l)
{
	(void)cx;
	(void)w;
	assert_int_equal(l->airing, 0);
	assert_int_equal(l->picture, TAG_ERROR);
}

static void
shows_what_it_did(struct cx *cx, struct world *w, const struct ledger *l)
{
	(void)cx;
	assert_int_equal(l->airing, 0);
	assert_int_equal(l->picture, w->row.picture);
	assert_int_equal(l->echo, w->row.picture);
}

/* clang-format off */
static const struct scene scenes[] = {
	/* it goes, and how that ends */
	{ "take", order_waiting, take, "sending", NULL, "order.sending",
	    "events tags" },
	{ "take_again", order_sending, take_again, "sending", NULL, NULL, "tags",
	    is_unsure },
	{ "accepted", order_sending, is_accepted, "sending", NULL, NULL, "tags",
	    holds_what_was_sent },
	{ "there", order_sending, is_there, "done", NULL, "order.synced",
	    "events tags", holds_what_was_sent },
	{ "there_later", order_done, is_there_later, "done", NULL, NULL, "tags",
	    is_of_the_later_job },
	{ "there_changed", sending_changed, is_there, "done", NULL,
	    "order.synced order.changed", "events tags",
	    holds_what_was_sent },
	{ "there_asked", sending_asked, is_there, "waiting", NULL,
	    "order.synced order.waiting", "events send" },
	{ "there_unsure", sending_unsure, is_there, "waiting", NULL,
	    "order.synced order.waiting", "events send tags" },
	{ "there_cancelled", sending_cancelled, is_there, "done", NULL,
	    "order.synced order.cancelled order.changed", "events tags",
	    holds_what_was_sent },
	{ "there_after_all", failed_cancelled, is_there_later, "done", NULL,
	    "order.synced order.cancelled order.changed", "events tags" },
	{ "refused", order_sending, is_refused, "failed", "bad", "order.failed",
	    "events tags" },
	{ "refused_asked", sending_asked, is_refused, "waiting", NULL,
	    "order.failed order.waiting", "events send" },
	{ "refused_unsure", sending_unsure, is_refused, "waiting", "bad",
	    "order.waiting", "events send tags", is_of_no_known_content },
	{ "refused_asked_cancelled", sending_asked_cancelled, is_refused,
	    "failed", "not_importable", "order.failed order.failed",
	    "events tags", is_never_taken_again },
	{ "unknown", order_sending, is_unknown, "waiting", "unknown_order",
	    "order.waiting", "events send tags" },
	{ "back", order_sending, come_back, "waiting", "cloud_away",
	    "order.waiting", "events send tags" },
	{ "back_asked", sending_asked, come_back, "waiting", "cloud_away",
	    "order.waiting", "events send", is_of_no_known_content },
	{ "back_unsure", sending_unsure, come_back, "waiting", "cloud_away",
	    "order.waiting", "events send tags", is_of_no_known_content },
	{ "back_cancelled", sending_cancelled, come_back, "failed",
	    "not_importable", "order.failed", "events tags",
	    is_never_taken_again },
	{ "unreadable", waiting_unread, give_up, "failed", "unreadable",
	    "order.failed", "events tags" },
	{ "fail", order_waiting, fail_it, "failed", "too_many_lines",
	    "order.failed", "events tags", is_never_taken_again },
	/* tags are written */
	{ "begin_tags", order_done, begin_tags, "done", NULL, NULL, NULL,
	    is_in_the_air },
	{ "end_tags", writing_tags, end_tags, "failed", "bad", NULL, NULL,
	    shows_the_error },
	{ "end_tags_asked", writing_tags, end_tags_asked, "waiting", NULL,
	    "order.waiting", "events send tags" },
	{ "end_tags_late", writing_tags, end_tags_late, "failed", "bad", NULL,
	    "read", its_tags_are_to_be_read },
	{ "end_tags_in_time", writing_tags, end_tags_in_time, "failed", "bad",
	    NULL, NULL, shows_the_error },
	{ "keep_tags", writing_tags, keep_tags, "failed", "bad", NULL, "tags",
	    shows_what_it_did },
	{ "no_tags", writing_tags, no_tags, "failed", "bad", "tags.failed",
	    "events", is_hidden },
};
/* clang-format on */

static void
every_send_and_tag_is_whole_or_not_at_all(struct cx *cx)
{
	sweep_scenes(cx, scenes, COUNT_OF(scenes));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASES(every_send_and_tag_is_whole_or_not_at_all),
	};

	crypt_start();
	return cmocka_run_group_tests_name("ledger sweep of sends", tests, NULL,
	    NULL);
}
