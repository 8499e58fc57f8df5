/*
 * job_tags.c - the tag writer: makes the store show what the ledger says.
 *
 * It reads nothing first: the picture in the ledger holds our tags as they are
 * spelled.  It adds the new tag, removes the others after, in one document, and
 * believes only what Shopify reads back.  While points are scarce it leaves out
 * steps that will soon be history.
 */
#include <string.h>

#include "base/arena.h"
#include "base/crashpoint.h"
#include "base/json.h"
#include "base/text.h"
#include "base/when.h"
#include "gen/gql.h"
#include "shopify/budget.h"
#include "shopify/bulk.h"
#include "shopify/gql.h"
#include "shopify/jobs.h"
#include "shopify/ledger.h"
#include "shopify/shop.h"
#include "shopify/tags_answer.h"

enum {
	ROUNDS_MAX = 4,
	COST_ONE = 10,
	COST_BOTH = 20,
	COST_STEPS = COST_ONE + 2 * COST_BOTH, /* of an order: all of them */
	WAITING_MAX = 400, /* more ask for more than any bucket holds */
	LATER_MS = 10 * SECOND_MS
};

struct writer {
	struct shop shop;
	struct ledger row;
	struct tag_plan plan;
	struct tags_answer says;
	enum tag want;
	bool gone; /* the store does not let us: settled */
};

/* --- the call --- */

static struct json *
texts(struct cx *cx, char *const *list, size_t n)
{
	struct json *a = json_new_array(cx);
	size_t i;

	for (i = 0; i < n; i++)
		json_push(a, json_new_text(cx, list[i]));
	return a;
}

static struct gql_call
call_for(struct cx *cx, const struct writer *w)
{
	struct json *vars = json_new_object(cx), *add = json_new_array(cx);
	struct json *drop = texts(cx, w->plan.drop, w->plan.ndrop);
	struct gql_call c = {
		.variables = vars,
		.cost = COST_ONE,
		.urgency = w->row.manual ? GQL_PERSON : GQL_BACKGROUND,
	};

	json_set_text(cx, vars, "id", order_gid_of_id(cx, w->row.order_id));
	if (w->plan.add != NULL)
		json_push(add, json_new_text(cx, w->plan.add));
	if (w->plan.add != NULL && w->plan.ndrop > 0) {
		json_set(vars, "add", add);
		json_set(vars, "drop", drop);
		c.document = GQL_TAGS_TRANSITION;
		c.operation = "TagsTransition";
		c.cost = COST_BOTH;
	} else if (w->plan.add != NULL) {
		json_set(vars, "tags", add);
		c.document = GQL_TAGS_ADD;
		c.operation = "TagsAdd";
	} else {
		json_set(vars, "tags", drop);
		c.document = GQL_TAGS_REMOVE;
		c.operation = "TagsRemove";
	}
	return c;
}

/* Refused for good: the tags are left as they are, and that is said. */
static enum err
refused(struct cx *cx, struct writer *w, const char *why)
{
	w->gone = true;
	return ledger_cannot_tag(cx, &w->shop, w->row.id, "tags_refused",
	    text_cut(cx->mem, why, 300));
}

static void
believe(struct cx *cx, struct writer *w)
{
	const char *want = tag_name(w->want);

	w->says.tags = arena_alloc(cx->mem, sizeof(*w->says.tags));
	w->says.tags[0] = arena_text(cx->mem, want);
	w->says.ntags = want != NULL;
}

static bool
is_history(enum tag want)
{
	return want == TAG_NO_SYNC || want == TAG_SYNCING;
}

/* Test only: the other way round.  For a moment the order has no tag of ours,
   and whoever looks then takes that for a wish. */
static enum err
drop_first(struct cx *cx, const struct writer *w)
{
	struct writer half = *w;
	struct gql_call call;
	struct gql_answer a;

	if (!fault_on("add_first") || w->plan.add == NULL || w->plan.ndrop == 0)
		return OK;
	half.plan.add = NULL;
	call = call_for(cx, &half);
	return gql_run(cx, &half.shop, &call, &a);
}

/* Asked before the ledger holds that a write is on its way: one that waits for
   points is not, and may go over with many others. */
static enum err
has_room(struct cx *cx, const struct writer *w, const struct gql_call *call)
{
	struct budget_need need = { call->operation, call->cost, 1 };
	enum err e, forgo;

	if (call->urgency == GQL_PERSON)
		return OK;
	e = budget_room(cx, w->shop.id, &need, 1);
	if (e == ERR_BUSY && w->row.owed == 1 &&
	    (forgo = ledger_forgo_step(cx, w->row.id)) != OK)
		return forgo;
	return e;
}

static enum err
write_once(struct cx *cx, struct writer *w)
{
	struct gql_call call = call_for(cx, w);
	struct gql_answer a;
	enum err e;

	if ((e = has_room(cx, w, &call)) != OK)
		return e;
	if (is_history(w->want))
		STALL_POINT(cx, "tags.planned");
	e = ledger_write_tags(cx, w->row.id,
	    w->plan.add != NULL ? (unsigned)w->want : 0);
	if (e != OK)
		return e;
	CRASH_POINT("tags.before_call");
	if ((e = drop_first(cx, w)) != OK ||
	    (e = gql_run(cx, &w->shop, &call, &a)) != OK)
		return e;
	CRASH_POINT("tags.after_call");
	if ((e = tags_answer_read(cx, a.data, &w->says)) != OK)
		return e;
	if (w->says.gid == NULL && a.partial)
		return cx_fail_code(cx, ERR_UPSTREAM, "upstream_failed",
		    "Shopify answered only a part of a tag write");
	if (w->says.gid == NULL || w->says.why != NULL)
		return refused(cx, w,
		    w->says.why != NULL ? w->says.why
					: "The order is not in the store.");
	if (fault_on("readback")) /* test only: believe ourselves */
		believe(cx, w);
	return ledger_wrote_tags(cx, &w->shop, w->row.id, w->says.tags,
	    w->says.ntags, w->says.updated_at);
}

/* --- when and what --- */

/* What is left belongs to those that wait behind this one, too: any job of the
   shop may be an order's. */
static bool
is_plenty(struct cx *cx, const struct writer *w)
{
	int64_t waiting;

	if (w->shop.every_step)
		return true;
	if (jobs_waiting(cx, w->shop.id, WAITING_MAX, &waiting) != OK)
		return false;
	return gql_is_plenty(cx, &w->shop, waiting * COST_STEPS);
}

/* An order that nothing will send waits for a person, who must see it. */
static bool
is_soon_history(const struct writer *w)
{
	return w->want == TAG_SYNCING ||
	    (w->want == TAG_NO_SYNC && w->shop.automatic &&
		shop_is_linked(&w->shop));
}

static bool
may_leave_out(struct cx *cx, const struct writer *w)
{
	return is_soon_history(w) && !w->row.manual && w->row.owed != 2 &&
	    !is_plenty(cx, w);
}

/* What the ledger says; but a send that was over before it could be shown is
   shown first, if somebody asked for it or points are plenty. */
static enum tag
wanted(struct cx *cx, const struct writer *w)
{
	enum ledger_state state = ledger_state_named(w->row.state);

	if ((state != LEDGER_DONE && state != LEDGER_FAILED) ||
	    (w->row.picture & TAG_SYNCING) != 0)
		return ledger_shows(&w->row);
	if (w->row.owed == 2 || (w->row.owed == 1 && is_plenty(cx, w)))
		return TAG_SYNCING;
	return ledger_shows(&w->row);
}

/* What must be written, from the picture; false: nothing. */
static bool
plan(struct cx *cx, struct writer *w)
{
	enum ledger_state state = ledger_state_named(w->row.state);
	char **ours = NULL;
	size_t n = 0;

	if (state == LEDGER_SKIPPED || w->row.hidden)
		return false;
	w->want = wanted(cx, w);
	if (w->row.ours != NULL)
		n = text_split(cx->mem, w->row.ours, ',', &ours);
	/* A write that was cut short: it may have been applied. */
	if (w->row.airing && w->row.echo != w->row.picture)
		return true;
	tags_plan(cx, ours, n, w->want, &w->plan);
	return w->plan.add != NULL || w->plan.ndrop > 0;
}

/* The pieces of a write whose answer was lost: our tag again, and whatever it
   passed through away, in our own spelling as well as in the one we knew. */
static void
plan_after_cut(struct cx *cx, struct writer *w)
{
	static const enum tag all[] = { TAG_NO_SYNC, TAG_SYNCING, TAG_SYNCED,
		TAG_ERROR };
	enum tag want = w->want;
	char **ours = NULL;
	size_t n = 0, i;

	if (!w->row.airing || w->row.echo == w->row.picture)
		return;
	if (w->row.ours != NULL)
		n = text_split(cx->mem, w->row.ours, ',', &ours);
	tags_plan(cx, ours, n, want, &w->plan);
	w->plan.add = tag_name(want);
	ours = arena_alloc(cx->mem, (w->plan.ndrop + 4) * sizeof(*ours));
	for (i = 0; i < w->plan.ndrop; i++)
		ours[i] = w->plan.drop[i];
	for (i = 0; i < 4; i++) {
		if (all[i] == want || !((unsigned)w->row.echo & all[i]) ||
		    ((unsigned)w->row.picture & all[i]))
			continue;
		ours[w->plan.ndrop++] = arena_text(cx->mem, tag_name(all[i]));
	}
	w->plan.drop = ours;
}

static enum err
converge(struct cx *cx, const struct job *job, struct writer *w)
{
	int round;
	enum err e;

	for (round = 0; round < ROUNDS_MAX; round++) {
		if ((e = ledger_find_id(cx, job->subject, &w->row)) != OK)
			return e == ERR_MISSING ? OK : e;
		if (!plan(cx, w))
			return OK;
		if (may_leave_out(cx, w))
			return cx_busy(cx, LATER_MS,
			    "points are scarce: this step may be left out");
		plan_after_cut(cx, w);
		if ((e = write_once(cx, w)) != OK || w->gone)
			return e;
	}
	if ((e = ledger_find_id(cx, job->subject, &w->row)) != OK)
		return e;
	if (!plan(cx, w))
		return OK;
	return cx_fail_code(cx, ERR_UPSTREAM, "upstream_failed",
	    "order %s: the store does not show the tag after %d tries",
	    w->row.order_id, ROUNDS_MAX);
}

static enum err
run(struct cx *cx, const struct job *job)
{
	struct writer *w = arena_alloc(cx->mem, sizeof(*w));
	bool held;
	enum err e;

	if ((e = shop_find_id(cx, job->tenant, &w->shop)) != OK)
		return e;
	if (!shop_is_installed(&w->shop))
		return OK; /* queued again once the app is opened */
	e = bulk_holds(cx, job->subject, BULK_TAGS, &held);
	if (e != OK || held)
		return e; /* its end is followed by this job again */
	e = converge(cx, job, w);
	if (e == ERR_CONFLICT && text_equal(cx->code, "in_bulk"))
		return OK; /* taken up just now */
	if (e == ERR_BUSY)
		(void)bulk_offer(cx, &w->shop, BULK_TAGS); /* or the next one */
	return gql_rest(cx, e);
}

const struct job_kind job_tags = {
	.name = JOB_TAGS,
	.title = "Show an order's sync state in the store",
	.run = run,
	.attempts = 0,
	.backoff_s = 1,
	.backoff_max_s = 300,
};
