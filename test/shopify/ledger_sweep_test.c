/*
 * ledger_sweep_test.c - every move of the ledger, each of its steps failing
 * once: the row, what is told and the jobs that follow come together or not at
 * all, and the move is made when it is tried again.
 */
#include "ledger_rig.h"

#include "base/crypt.h"
#include "base/text.h"
#include "base/when.h"
#include "lib/sweep.h"
#include "shopify/tags_answer.h"

struct scene {
	const char *name;
	void (*start)(struct cx *, struct world *);
	enum err (*move)(struct cx *, struct world *);
	/* What is so then. */
	const char *state; /* of the row; NULL: there is none */
	const char *code;
	const char *told; /* steps of the events, in order */
	const char *jobs; /* that follow, by name */
	void (*check)(struct cx *, struct world *, const struct ledger *);
};

/* --- the start --- */

static void
begin(struct cx *cx, void *arg)
{
	struct world *w = arg;

	exec(cx, "DELETE FROM ledger_body");
	exec(cx, "DELETE FROM ledger");
	exec(cx, "DELETE FROM redact_mark");
	new_order(cx, w);
	w->row = (struct ledger){ 0 };
	if (w->scene->start != NULL) {
		w->scene->start(cx, w);
		must(cx, ledger_find(cx, w->shop.id, ID, &w->row));
	}
	forget_what_follows(cx);
	cx->now += 1000;
}

/* Its tag is there as the ledger wants it. */
static void
shows(struct cx *cx, struct world *w, const char *tag)
{
	struct orderdoc d = doc_tagged(w, tag);

	must(cx, ledger_see(cx, &w->shop, NEWS_READ, &d));
	w->doc.updated_at = d.updated_at;
	w->seen.updated_at = d.updated_at;
}

static void
waiting_with_tag(struct cx *cx, struct world *w)
{
	order_waiting(cx, w);
	shows(cx, w, "logivery-no-sync");
}

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

/* Asked for once more while it is on its way. */
static void
sending_asked(struct cx *cx, struct world *w)
{
	order_sending(cx, w);
	must(cx, ledger_take_again(cx, &w->shop, ID, "other", true));
}

/* A person puts a tag on what is on its way, and then it is cancelled. */
static void
sending_asked_cancelled(struct cx *cx, struct world *w)
{
	struct orderdoc d = doc_cancelled(w);

	sending_asked(cx, w);
	must(cx, ledger_see(cx, &w->shop, NEWS_READ, &d));
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
unconfirmed(struct cx *cx, struct world *w)
{
	static char tag[] = "logivery-no-sync";

	w->doc.confirmed = w->seen.confirmed = false;
	w->tags[0] = tag;
	w->doc.ntags = 1;
	order_waiting(cx, w);
	must(cx, ledger_failed(cx, &w->shop, ID, "not_importable", "Not yet."));
}

/* Failed long enough ago to be tried again. */
static void
failed_due(struct cx *cx, struct world *w)
{
	order_failed(cx, w);
	cx->now += HOUR_MS;
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
erased(struct cx *cx, struct world *w)
{
	order_done(cx, w);
	must(cx, ledger_redact(cx, &w->shop, ID));
}

static void
marked_only(struct cx *cx, struct world *w)
{
	order_waiting(cx, w);
	must(cx, ledger_must_read(cx, &w->shop, ID));
}

/* --- the moves --- */

static enum err
create(struct cx *cx, struct world *w)
{
	return ledger_see(cx, &w->shop, NEWS_CREATE, &w->doc);
}

static enum err
create_tagged(struct cx *cx, struct world *w, const char *tag)
{
	struct orderdoc d = doc_tagged(w, tag);

	return ledger_see(cx, &w->shop, NEWS_UPDATE, &d);
}

static enum err
create_syncing(struct cx *cx, struct world *w)
{
	return create_tagged(cx, w, "logivery-syncing");
}

static enum err
create_synced(struct cx *cx, struct world *w)
{
	return create_tagged(cx, w, "logivery-synced");
}

static enum err
create_half(struct cx *cx, struct world *w)
{
	struct orderdoc d = w->doc;

	d.complete = false;
	return ledger_see(cx, &w->shop, NEWS_CREATE, &d);
}

static enum err
create_old(struct cx *cx, struct world *w)
{
	struct orderdoc d = doc_tagged(w, "logivery-no-sync");

	d.created_at -= 61 * DAY_MS;
	return ledger_see(cx, &w->shop, NEWS_UPDATE, &d);
}

static enum err
look(struct cx *cx, struct world *w)
{
	return ledger_look(cx, &w->shop, &w->seen);
}

static enum err
see_change(struct cx *cx, struct world *w)
{
	struct orderdoc d = doc_changed(w, "other");

	return ledger_see(cx, &w->shop, NEWS_READ, &d);
}

static enum err
see_half(struct cx *cx, struct world *w)
{
	struct orderdoc d = doc_changed(w, "other");

	d.complete = false;
	return ledger_see(cx, &w->shop, NEWS_UPDATE, &d);
}

static enum err
see_cancelled(struct cx *cx, struct world *w)
{
	struct orderdoc d = doc_cancelled(w);

	return ledger_see(cx, &w->shop, NEWS_UPDATE, &d);
}

static enum err
see_tag(struct cx *cx, struct world *w)
{
	return create_tagged(cx, w, "logivery-no-sync");
}

static enum err
see_tag_cancelled(struct cx *cx, struct world *w)
{
	struct orderdoc d = doc_tagged(w, "Logivery-No-Sync");

	d.updated_at += 5000;
	d.cancelled_at = d.updated_at;
	return ledger_see(cx, &w->shop, NEWS_UPDATE, &d);
}

static enum err
see_no_tag(struct cx *cx, struct world *w)
{
	return create_tagged(cx, w, NULL);
}

static enum err
see_same_second(struct cx *cx, struct world *w)
{
	struct orderdoc d = w->doc;

	d.digest = "other";
	return ledger_see(cx, &w->shop, NEWS_UPDATE, &d);
}

static enum err
see_confirmed(struct cx *cx, struct world *w)
{
	struct orderdoc d = doc_changed(w, "confirmed");

	d.confirmed = true;
	return ledger_see(cx, &w->shop, NEWS_UPDATE, &d);
}

static enum err
be_read(struct cx *cx, struct world *w)
{
	return ledger_must_read(cx, &w->shop, ID);
}

static enum err
hide(struct cx *cx, struct world *w)
{
	return ledger_not_visible(cx, &w->shop, ID);
}

static enum err
ask(struct cx *cx, struct world *w)
{
	struct ledger l;

	return ledger_ask(cx, &w->shop, &w->seen, &l);
}

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
	return say(cx, w, &(struct said){ .how = SAID_ASKED });
}

static enum err
come_back(struct cx *cx, struct world *w)
{
	return ledger_back(cx, &w->shop, ID, "cloud_away", "No answer.");
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

static enum err
redact(struct cx *cx, struct world *w)
{
	return ledger_redact(cx, &w->shop, ID);
}

static enum err
redact_old(struct cx *cx, struct world *w)
{
	return ledger_redact_old(cx, &w->shop, w->shop.generation + 1);
}

/* --- reading: it changes nothing, and says so if it cannot --- */

static enum err
list_due(struct cx *cx, struct world *w)
{
	struct due due = { .limit = 5, .retries = 2 };
	struct ledger *rows;
	size_t n;
	enum err e = ledger_due(cx, w->shop.id, &due, &rows, &n);

	if (e == OK)
		assert_int_equal(n, 1);
	return e;
}

static enum err
read_body(struct cx *cx, struct world *w)
{
	const char *text = NULL;
	enum err e = ledger_body(cx, &w->row, &text);

	if (e == OK)
		assert_string_equal(text, w->doc.text);
	return e;
}

/* --- what is so then --- */

static void
is_to_be_read(struct cx *cx, struct world *w, const struct ledger *l)
{
	const char *text;

	(void)w;
	assert_int_equal(l->must_read, 1);
	must_fail(cx, ERR_MISSING, ledger_body(cx, l, &text));
}

static void
its_tags_are_to_be_read(struct cx *cx, struct world *w, const struct ledger *l)
{
	(void)cx;
	(void)w;
	assert_int_equal(l->must_read, 2);
	assert_int_equal(l->airing, 0);
}

static void
has_its_body(struct cx *cx, struct world *w, const struct ledger *l)
{
	const char *text;

	must(cx, ledger_body(cx, l, &text));
	assert_string_equal(text, w->doc.text);
}

static void
is_manual(struct cx *cx, struct world *w, const struct ledger *l)
{
	(void)cx;
	(void)w;
	assert_int_equal(l->manual, 1);
	assert_int_equal(l->attempts, 0);
}

static void
is_asked_again(struct cx *cx, struct world *w, const struct ledger *l)
{
	(void)cx;
	(void)w;
	assert_int_equal(l->again, 1);
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
	assert_int_equal(l->again, 0);
}

static void
is_of_the_later_job(struct cx *cx, struct world *w, const struct ledger *l)
{
	(void)cx;
	(void)w;
	assert_string_equal(l->job, JOB_LATER);
}

static void
is_never_taken_again(struct cx *cx, struct world *w, const struct ledger *l)
{
	(void)cx;
	(void)w;
	assert_true(l->next_at == LEDGER_NEVER);
}

static void
is_hidden(struct cx *cx, struct world *w, const struct ledger *l)
{
	(void)cx;
	(void)w;
	assert_int_equal(l->hidden, 1);
	assert_int_equal(l->airing, 0);
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

static void
is_erased(struct cx *cx, struct world *w, const struct ledger *l)
{
	(void)w;
	assert_int_equal(l->redacted, 1);
	assert_null(l->customer);
	assert_int_equal(db_count(cx, "ledger_body"), 0);
	assert_int_equal(db_count(cx, "redact_mark"), 1);
}

static void
nothing_is_left(struct cx *cx, struct world *w, const struct ledger *l)
{
	(void)w;
	(void)l;
	assert_int_equal(db_count(cx, "ledger_body"), 0);
}

static void
assert_is(const struct scene *s, const char *what, const char *is,
    const char *want)
{
	if (!text_equal(is == NULL ? "" : is, want == NULL ? "" : want))
		fail_msg("%s: %s is \"%s\", not \"%s\"", s->name, what,
		    is == NULL ? "" : is, want == NULL ? "" : want);
}

static void
is_so(struct cx *cx, void *arg)
{
	struct world *w = arg;
	const struct scene *s = w->scene;
	struct ledger l;
	enum err e = ledger_find(cx, w->shop.id, ID, &l);

	if (e != ERR_MISSING)
		must(cx, e);
	assert_is(s, "state", l.state, s->state);
	assert_is(s, "code", l.code, s->code);
	assert_is(s, "what is told", steps_told(cx), s->told);
	assert_is(s, "what follows", jobs_added(cx), s->jobs);
	if (s->check != NULL)
		s->check(cx, w, &l);
}

/* clang-format off */
static const struct scene scenes[] = {
	/* an order we have no row of */
	{ "create", NULL, create, "waiting", NULL, "order.waiting",
	    "events send tags", has_its_body },
	{ "create_syncing", NULL, create_syncing, "sending", NULL,
	    "order.sending", "events status", has_its_body },
	{ "create_synced", NULL, create_synced, "skipped", NULL, NULL, NULL,
	    has_its_body },
	{ "create_half", NULL, create_half, "waiting", NULL, "order.waiting",
	    "events read send tags", is_to_be_read },
	{ "create_old", NULL, create_old, "failed", "not_visible", NULL,
	    "tags", is_never_taken_again },
	{ "create_cancelled", NULL, see_tag_cancelled, "failed",
	    "not_importable", NULL, "tags", is_never_taken_again },
	{ "look", NULL, look, "waiting", NULL, "order.waiting",
	    "events read send tags", is_to_be_read },
	{ "must_read_unknown", NULL, be_read },
	{ "hide_unknown", NULL, hide },
	/* news of one we have */
	{ "see_change", order_done, see_change, "done", NULL, "order.changed",
	    "events tags" },
	{ "see_half", order_waiting, see_half, "waiting", NULL, NULL,
	    "read send tags", is_to_be_read },
	{ "see_cancelled", order_waiting, see_cancelled, "failed", "not_importable",
	    "order.cancelled", "tags", is_never_taken_again },
	{ "see_cancelled_done", order_done, see_cancelled, "done", NULL,
	    "order.changed order.cancelled", "events tags" },
	{ "see_tag", order_done, see_tag, "waiting", NULL, "order.waiting",
	    "events send" },
	{ "see_tag_cancelled", order_failed, see_tag_cancelled, "failed",
	    "not_importable", "order.failed order.cancelled", "events tags",
	    is_never_taken_again },
	{ "see_no_tag", waiting_with_tag, see_no_tag, "skipped", NULL,
	    "order.skipped", "events" },
	{ "see_same_second", order_waiting, see_same_second, "waiting", NULL, NULL,
	    "read send tags", is_to_be_read },
	{ "see_confirmed", unconfirmed, see_confirmed, "waiting", NULL, NULL,
	    "send" },
	{ "see_erased", erased, see_change, "done", NULL, "order.changed",
	    "events tags", is_erased },
	{ "must_read", order_waiting, be_read, "waiting", NULL, NULL,
	    "read send tags", is_to_be_read },
	{ "read_at_last", marked_only, look, "waiting", NULL, NULL,
	    "read send tags", is_to_be_read },
	{ "hide", order_waiting, hide, "failed", "not_visible", "order.failed",
	    "events tags", is_hidden }, /* who finds nothing to show */
	{ "hide_done", order_done, hide, "done", NULL, NULL, NULL, is_hidden },
	/* a person asks */
	{ "ask", NULL, ask, "waiting", NULL, NULL, "read send tags",
	    is_manual },
	{ "ask_failed", order_failed, ask, "waiting", NULL, NULL, "send tags",
	    is_manual },
	{ "ask_erased", erased, ask, "done", NULL, NULL, "tags", is_erased },
	/* it goes, and how that ends */
	{ "take", order_waiting, take, "sending", NULL, "order.sending",
	    "events tags" },
	{ "take_again", order_sending, take_again, "sending", NULL, NULL, "tags",
	    is_asked_again },
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
	    "order.synced order.waiting", "events send tags" },
	{ "there_cancelled", sending_cancelled, is_there, "done", NULL,
	    "order.synced order.changed", "events tags",
	    holds_what_was_sent },
	{ "there_after_all", failed_cancelled, is_there_later, "done", NULL,
	    "order.synced order.cancelled order.changed", "events tags" },
	{ "refused", order_sending, is_refused, "failed", "bad", "order.failed",
	    "events tags" },
	{ "refused_asked", sending_asked, is_refused, "waiting", NULL,
	    "order.failed order.waiting", "events send tags" },
	{ "refused_asked_cancelled", sending_asked_cancelled, is_refused,
	    "failed", "not_importable", "order.failed order.failed",
	    "events tags", is_never_taken_again },
	{ "unknown", order_sending, is_unknown, "waiting", "unknown_order",
	    "order.waiting", "events send tags" },
	{ "back", order_sending, come_back, "waiting", "cloud_away",
	    "order.waiting", "events send tags" },
	{ "back_asked", sending_asked, come_back, "waiting", "cloud_away",
	    "order.waiting", "events send tags", is_of_no_known_content },
	{ "back_cancelled", sending_cancelled, come_back, "failed",
	    "not_importable", "order.failed", "events tags",
	    is_never_taken_again },
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
	/* read, and erased */
	{ "due", failed_due, list_due, "failed", "bad" },
	{ "body", order_waiting, read_body, "waiting", NULL, NULL, NULL,
	    has_its_body },
	{ "redact", order_done, redact, "done", NULL, NULL, NULL, is_erased },
	{ "redact_old", order_done, redact_old, NULL, NULL, NULL, NULL,
	    nothing_is_left },
};
/* clang-format on */

static enum err
move(struct cx *cx, void *arg)
{
	struct world *w = arg;

	return w->scene->move(cx, w);
}

static void
every_move_is_made_whole_or_not_at_all(struct cx *cx)
{
	struct world w = { .shop = installed(cx) };
	struct sweep s = { .before = begin, .run = move, .after = is_so };
	size_t i;

	for (i = 0; i < COUNT_OF(scenes); i++) {
		w.scene = &scenes[i];
		s.name = scenes[i].name;
		assert_true(sweep(cx, &s, &w) > 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASES(every_move_is_made_whole_or_not_at_all),
	};

	crypt_start();
	return cmocka_run_group_tests_name("ledger sweep", tests, NULL, NULL);
}
