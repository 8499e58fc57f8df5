/*
 * where_ask.c - where is my order: what its store says.
 *
 * An order that was never sent has a reason for it, which the store's side
 * knows: no tag, too old, or it waits.  Rows, the first that fits answers.
 */
#include "cloud/where.h"

#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/text.h"
#include "base/when.h"
#include "cloud/callback.h"
#include "cloud/connector.h"
#include "cloud/link.h"
#include "cloud/order.h"

enum { ID_DIGITS = 10, VISIBLE_DAYS = 60 };

/* What decides. */
struct sight {
	const struct json *order; /* as the app answered it */
	const char *ledger;       /* the app's record; NULL: none */
	const char *code;         /* why it cannot be taken, or NULL */
	int64_t created_at;       /* ms; 0: not said */
	bool tagged, automatic, held;
};

static bool
is_held(const struct cx *cx, const struct sight *s)
{
	(void)cx;
	return s->held;
}

static bool
is_too_old(const struct cx *cx, const struct sight *s)
{
	return s->created_at != 0 &&
	    s->created_at < cx->now - VISIBLE_DAYS * DAY_MS;
}

static bool
is_not_importable(const struct cx *cx, const struct sight *s)
{
	(void)cx;
	return text_equal(s->code, "not_importable");
}

static bool
is_refused(const struct cx *cx, const struct sight *s)
{
	(void)cx;
	return s->code != NULL || text_equal(s->ledger, "failed");
}

static bool
has_no_tag(const struct cx *cx, const struct sight *s)
{
	(void)cx;
	return s->ledger == NULL && !s->tagged;
}

static bool
is_unseen(const struct cx *cx, const struct sight *s)
{
	(void)cx;
	return s->ledger == NULL;
}

static bool
waits_by_switch(const struct cx *cx, const struct sight *s)
{
	(void)cx;
	return text_equal(s->ledger, "waiting") && !s->automatic;
}

static bool
waits(const struct cx *cx, const struct sight *s)
{
	(void)cx;
	return text_equal(s->ledger, "waiting");
}

static bool
is_being_sent(const struct cx *cx, const struct sight *s)
{
	(void)cx;
	return text_equal(s->ledger, "sending");
}

static bool
is_left_out(const struct cx *cx, const struct sight *s)
{
	(void)cx;
	return text_equal(s->ledger, "skipped");
}

static bool
is_elsewhere(const struct cx *cx, const struct sight *s)
{
	(void)cx;
	(void)s;
	return true;
}

static const struct {
	bool (*fits)(const struct cx *, const struct sight *);
	const char *code, *words, *next; /* code NULL: the app's own */
	enum where_act act;
} rows[] = {
	{ is_held, "held", "It is in the Cloud App.", NULL, ACT_OPEN },
	{ is_too_old, "too_old",
	    "It is in the store, but older than 60 days: the store does not "
	    "hand out orders of that age.",
	    "Handle it in the store.", ACT_NONE },
	{ is_not_importable, NULL, "It is in the store, but not sent.", NULL,
	    ACT_NONE },
	{ is_refused, "refused", "It is in the store; sending it failed.",
	    "Settle what is named, then send it again.", ACT_SEND },
	{ has_no_tag, "no_tag",
	    "It is in the store without a Logivery tag: it was placed before "
	    "the app was installed, or the tag was taken away. Such orders "
	    "are not sent by themselves.",
	    "Send it by hand, or give it the tag logivery-no-sync in the "
	    "store.",
	    ACT_SEND },
	{ is_unseen, "never_seen",
	    "It is in the store with its tag, but the app has not heard of it "
	    "yet.",
	    "The next sync finds it; or send it by hand.", ACT_SEND },
	{ waits_by_switch, "automatic_off",
	    "It waits in the store, because automatic processes are off.",
	    "Enable automatic processes, or send it by hand.", ACT_SWITCH_ON },
	{ waits, "waiting_for_turn",
	    "It waits in the store for its turn, or until the store's "
	    "allowance of calls has grown again.",
	    "Nothing: it is sent by itself. By hand it goes first.", ACT_SEND },
	{ is_being_sent, "sending", "It is being sent at this moment.",
	    "Nothing: look again in a minute.", ACT_NONE },
	{ is_left_out, "skipped",
	    "It is in the store and was left out: its tag was taken away, or "
	    "it could not be imported then.",
	    "Send it by hand.", ACT_SEND },
	{ is_elsewhere, "not_held",
	    "The app sent it once, but this Cloud App does not hold it.",
	    "Send it again by hand.", ACT_SEND },
};

static bool
has_tag(const struct json *tags)
{
	const char *tag;
	size_t i;

	for (i = 0; i < json_count(tags); i++) {
		tag = json_text(json_at(tags, i));
		if (tag != NULL && text_starts(tag, "logivery-"))
			return true;
	}
	return false;
}

static void
judge(struct cx *cx, const struct sight *s, struct store_says *out)
{
	const char *reason = json_get_text(s->order, "reason");
	const char *next = json_get_text(s->order, "next");
	size_t i = 0;

	while (!rows[i].fits(cx, s))
		i++;
	out->code = rows[i].code ? rows[i].code : s->code;
	out->words = rows[i].words;
	out->next = rows[i].next;
	out->act = rows[i].act;
	if (rows[i].fits != is_refused && rows[i].fits != is_not_importable)
		return;
	if (reason != NULL)
		out->words = arena_printf(cx->mem, "%s %s", rows[i].words,
		    text_cut(cx->mem, reason, 400));
	if (next != NULL)
		out->next = text_cut(cx->mem, next, 500);
}

static enum err
found(struct cx *cx, const struct connector *c, const struct json *orders,
    struct store_says *out)
{
	const struct json *o = json_at(orders, 0);
	const char *created = json_get_text(o, "created_at"), *name;
	struct sight s = {
		.order = o,
		.ledger = json_get_text(o, "ledger"),
		.code = json_get_text(o, "code"),
		.tagged = has_tag(json_get(o, "tags")),
		.automatic = c->automatic != 0,
	};
	enum err e;

	if (created == NULL || !when_read(created, &s.created_at))
		s.created_at = 0;
	/* That is no refusal of the order: it waits, and our switch says why.
	 */
	if (text_equal(s.code, "automatic_off"))
		s.code = NULL;
	out->found = true;
	out->external_id = json_get_text(o, "id");
	out->number = json_get_text(o, "name");
	out->others = (int64_t)json_count(orders) - 1;
	if (out->external_id == NULL)
		return cx_fail_code(cx, ERR_UPSTREAM, "upstream_failed",
		    "The Shopify app's answer names no order.");
	e = order_named(cx, c->channel, out->external_id, &out->order, &name);
	if (e != OK)
		return e;
	s.held = out->order != 0;
	judge(cx, &s, out);
	return OK;
}

/* A number of so many digits is the store's id. */
static struct json *
question(struct cx *cx, const char *q)
{
	struct json *body = json_new_object(cx);
	size_t n = strlen(q);
	bool is_id = n >= ID_DIGITS && n <= 19 && strspn(q, "0123456789") == n;

	json_set_text(cx, body, is_id ? "id" : "number", q);
	return body;
}

static enum err
not_reached(struct cx *cx, enum err e, struct store_says *out)
{
	if (e == ERR_BUSY) {
		out->code = "waiting_for_budget";
		out->words = "The store cannot be asked just now: its "
			     "allowance of calls is used up.";
		out->next = "Ask again in a minute.";
		out->act = ACT_ASK;
		return OK;
	}
	if (e == ERR_DENIED)
		return cx_fail_code(cx, ERR_UPSTREAM, "disconnected",
		    "The Shopify app does not accept our calls any more: the "
		    "connector is disconnected.");
	if (e == ERR_INPUT)
		return cx_fail_code(cx, ERR_UPSTREAM, "upstream_failed",
		    "The Shopify app did not understand the question.");
	return e;
}

enum err
where_send(struct cx *cx, const struct connector *c, const char *const *ids,
    size_t n, struct json **orders)
{
	struct json *body = json_new_object(cx), *list = json_new_array(cx);
	struct store_says unused;
	struct json *answer = NULL;
	size_t i;
	enum err e;

	if ((e = link_need(cx, c)) != OK)
		return e;
	for (i = 0; i < n; i++)
		json_push(list, json_new_text(cx, ids[i]));
	json_set(body, "ids", list);
	e = callback_call(cx, c, "/orders/send", body, &answer);
	if (e == ERR_BUSY)
		return e;
	if (e != OK)
		return not_reached(cx, e, &unused);
	*orders = json_get(answer, "orders");
	if (json_count(*orders) == n)
		return OK;
	return cx_fail_code(cx, ERR_UPSTREAM, "upstream_failed",
	    "The Shopify app did not answer for each order.");
}

enum err
where_ask(struct cx *cx, const struct connector *c, const char *q,
    struct store_says *out)
{
	const struct json *orders;
	struct json *answer = NULL;
	enum err e;

	*out = (struct store_says){ .act = ACT_NONE };
	if ((e = link_need(cx, c)) != OK)
		return e;
	e = callback_call(cx, c, "/orders/lookup",
	    question(cx, text_trim(cx->mem, q)), &answer);
	if (e != OK)
		return not_reached(cx, e, out);
	orders = json_get(answer, "orders");
	if (json_count(orders) > 0)
		return found(cx, c, orders, out);
	out->code = "not_visible";
	out->words = "The store shows no such order: it is older than 60 days, "
		     "or not in this store.";
	out->next = "Check the number; orders older than 60 days cannot be "
		    "imported.";
	return OK;
}
