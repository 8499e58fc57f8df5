/*
 * ledger_sweep_test.c - what the store and people tell the ledger, whole or not
 * at all.
 */
#include "ledger_sweep_rig.h"

#include "base/crypt.h"
#include "base/when.h"

/* --- the start --- */

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
	/* read, and erased */
	{ "due", failed_due, list_due, "failed", "bad" },
	{ "body", order_waiting, read_body, "waiting", NULL, NULL, NULL,
	    has_its_body },
	{ "redact", order_done, redact, "done", NULL, NULL, NULL, is_erased },
	{ "redact_old", order_done, redact_old, NULL, NULL, NULL, NULL,
	    nothing_is_left },
};
/* clang-format on */

static void
every_move_is_made_whole_or_not_at_all(struct cx *cx)
{
	sweep_scenes(cx, scenes, COUNT_OF(scenes));
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
