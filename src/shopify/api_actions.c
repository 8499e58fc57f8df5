/*
 * api_actions.c - the buttons in the Shopify admin: send these orders now,
 * and how does this one stand.
 *
 * Every order of a call is answered, in its place, once: what cannot be sent
 * says why and stops no other.  Sending is the job's own code, run while the
 * person waits; what cannot go now stays waiting and goes by itself.
 */
#include "shopify/api_edge.h"

#include <string.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/json.h"
#include "base/text.h"
#include "base/when.h"
#include "db/db.h"
#include "gen/sql.h"
#include "shopify/jobs.h"
#include "shopify/read.h"
#include "shopify/send.h"

enum {
	GIVEN_MAX = 250, /* before repeats are left out */
	GID_MAX = 128,
	ASK_AGAIN_MS = 5 * SECOND_MS,
	AWAIT_MS = 4 * SECOND_MS, /* for another person's answer */
	AWAIT_STEP_MS = 50
};

struct send_in {
	const char **orderIds; /* checksrc: as the protocol spells it */
	size_t norderIds;
};

static const struct field send_fields[] = {
	{ "orderIds", FIELD_TEXTS, offsetof(struct send_in, orderIds),
	    offsetof(struct send_in, norderIds), 0, GIVEN_MAX, GID_MAX,
	    FIELD_OPTIONAL },
	F_END,
};

/* One order of the call. */
struct wish {
	const char *given;         /* gid, as it came */
	const char *id;            /* the store's number; NULL: malformed */
	bool send;                 /* waits for us to send it */
	struct ledger row;         /* as it answers this call */
	const char *code, *reason; /* decided before the ledger is asked */
};

struct wishes {
	const struct shop *shop;
	struct wish wish[SEND_MAX];
	size_t n;
};

/* --- reading the call --- */

static bool
is_repeat(const struct wishes *w, const char *given, const char *id)
{
	size_t i;

	for (i = 0; i < w->n; i++) {
		if (strcmp(w->wish[i].given, given) == 0 ||
		    (id != NULL && text_equal(w->wish[i].id, id)))
			return true;
	}
	return false;
}

static enum err
read_wishes(struct cx *cx, const struct send_in *in, struct wishes *w)
{
	const char *given, *id;
	size_t i;

	for (i = 0; i < in->norderIds; i++) {
		given = in->orderIds[i];
		id = order_id_of_gid(cx, given);
		if (is_repeat(w, given, id))
			continue;
		if (w->n == SEND_MAX)
			return cx_fail_code(cx, ERR_INPUT, "too_many_orders",
			    "More than 10 orders were chosen; at most 10 are "
			    "sent at once. None was sent.");
		w->wish[w->n] = (struct wish){ .given = given, .id = id };
		if (id == NULL) {
			w->wish[w->n].code = "bad_id";
			w->wish[w->n].reason =
			    "This is not the id of an order.";
		}
		w->n++;
	}
	if (w->n == 0)
		return cx_fail_code(cx, ERR_INPUT, "no_orders",
		    "orderIds: empty; 1 to 10 orders are sent at once.");
	return OK;
}

/* {}: the waiting ones. */
static enum err
waiting_ones(struct cx *cx, struct wishes *w)
{
	struct due due = { .limit = SEND_MAX, .retries = 0 };
	struct ledger *rows;
	size_t i, n;
	enum err e;

	if ((e = ledger_due(cx, w->shop->id, &due, &rows, &n)) != OK)
		return e;
	for (i = 0; i < n; i++) {
		w->wish[i] = (struct wish){
			.given = order_gid_of_id(cx, rows[i].order_id),
			.id = rows[i].order_id,
		};
	}
	w->n = n;
	return OK;
}

/* --- what the store says of them, in one call --- */

static bool
is_unanswered(const struct ledger *l)
{
	return text_equal(l->state, "sending") && l->job == NULL;
}

static enum err
ask_ledger(struct cx *cx, const struct shop *shop, struct wish *w,
    const struct sight *seen)
{
	struct refusal no = { NULL, NULL };
	enum err e;

	if ((e = send_wish(cx, shop, seen, &w->row, &no)) != OK)
		return e;
	w->code = no.code;
	w->reason = no.reason;
	/* On its way already without a job: the Cloud App, asked again, answers
	   with the job it has. */
	w->send = no.code == NULL &&
	    (text_equal(w->row.state, "waiting") || is_unanswered(&w->row));
	return OK;
}

static enum err
look(struct cx *cx, struct wishes *w)
{
	const char *ids[SEND_MAX];
	struct sight seen[SEND_MAX];
	size_t at[SEND_MAX], i, n = 0;
	enum err e;

	for (i = 0; i < w->n; i++) {
		if (w->wish[i].id == NULL)
			continue;
		at[n] = i;
		ids[n++] = w->wish[i].id;
	}
	if (n == 0)
		return OK;
	e = read_sights(cx, w->shop, ids, n, GQL_PERSON, seen);
	for (i = 0; e == OK && i < n; i++)
		e = ask_ledger(cx, w->shop, &w->wish[at[i]], &seen[i]);
	return e;
}

/* --- sending them now --- */

/* Sent, and then asked for again by another person, who has not taken it yet;
   if that one gives up, the job takes it at once. */
static bool
is_asked_again(const struct ledger *l)
{
	return text_equal(l->state, "waiting") && l->manual && l->code == NULL;
}

static bool
is_under_way(struct cx *cx, struct parcel *p)
{
	return ledger_find_id(cx, p->row.id, &p->row) == OK &&
	    (is_unanswered(&p->row) || is_asked_again(&p->row));
}

/* Another sends it at this moment: its answer is ours, too.  Not for long, and
   not where time stands still for those who wait (simulation). */
static void
await_answer(struct cx *cx, struct parcel *p, int64_t until)
{
	struct lock lock;
	struct signal never;

	if (cx->env->start == NULL) {
		(void)is_under_way(cx, p);
		return;
	}
	lock_open(&lock);
	signal_open(&never);
	lock_take(&lock);
	while (
	    is_under_way(cx, p) && env_mono(cx->env) < until && !cx_stopped(cx))
		cx->env->wait(cx->env, &never, &lock,
		    env_mono(cx->env) + AWAIT_STEP_MS);
	lock_drop(&lock);
	signal_close(&never);
	lock_close(&lock);
}

/* Those that another has taken; if its answer does not come, they go once
   more, from here: the Cloud App knows the content, and imports it once. */
static enum err
send_joined(struct cx *cx, const struct shop *shop, struct parcel *parcels,
    size_t n)
{
	struct parcel mine[SEND_MAX];
	int64_t until = env_mono(cx->env) + AWAIT_MS; /* for all of them */
	char uuid[37];
	size_t i, m = 0;
	enum err e;

	for (i = 0; i < n; i++) {
		if (parcels[i].text == NULL)
			continue;
		await_answer(cx, &parcels[i], until);
		if (!is_unanswered(&parcels[i].row))
			continue;
		e = ledger_take_again(cx, shop, parcels[i].row.order_id,
		    parcels[i].digest, true);
		if (e != OK)
			return e;
		mine[m] = parcels[i];
		mine[m].row.taken_digest = parcels[i].digest;
		mine[m++].taken = true;
	}
	if (m == 0)
		return OK;
	env_uuid(cx->env, uuid);
	return send_post(cx, shop, uuid, true, mine, m);
}

/* Ours first, so that two people whose orders cross never wait for each
   other; then those that another has taken. */
static enum err
send_parcels(struct cx *cx, const struct shop *shop, struct parcel *parcels,
    size_t n)
{
	char uuid[37];
	bool busy;
	enum err e;

	e = send_gather(cx, shop, &(struct reading){ GQL_PERSON, false },
	    parcels, n, &busy);
	if (e != OK)
		return e;
	env_uuid(cx->env, uuid);
	cx->now = env_wall(cx->env); /* reading took its time */
	e = send_take(cx, shop, uuid, "manual", parcels, n);
	if (e == OK)
		e = send_post(cx, shop, uuid, true, parcels, n);
	if (e == OK)
		e = send_joined(cx, shop, parcels, n);
	if (e == ERR_UPSTREAM || e == ERR_BUSY || e == ERR_DENIED)
		return OK; /* they wait: each says so in the answer */
	return e;
}

/* What this call heard of an order is its answer, whatever the next person
   asks for meanwhile. */
static enum err
keep_answer(struct cx *cx, struct wish *w, const struct parcel *p)
{
	w->row = p->row;
	if (p->text != NULL && w->row.job != NULL)
		return OK;
	return ledger_find_id(cx, p->row.id, &w->row);
}

static enum err
send_all(struct cx *cx, struct wishes *w)
{
	struct parcel parcels[SEND_MAX];
	size_t at[SEND_MAX], i, n = 0;
	enum err e;

	memset(parcels, 0, sizeof(parcels));
	for (i = 0; i < w->n; i++) {
		if (!w->wish[i].send)
			continue;
		at[n] = i;
		parcels[n++].row = w->wish[i].row;
	}
	if (n == 0)
		return OK;
	e = send_parcels(cx, w->shop, parcels, n);
	for (i = 0; e == OK && i < n; i++)
		e = keep_answer(cx, &w->wish[at[i]], &parcels[i]);
	return e;
}

static struct ledger_word
word_of(const struct wish *w)
{
	if (w->code != NULL)
		return (struct ledger_word){ w->given, "error", w->code,
			w->reason, NULL };
	if (w->row.id == 0)
		return (struct ledger_word){ w->given, NULL, "unknown_order",
			"The order is not known here.", NULL };
	return ledger_word(&w->row, w->given);
}

static void
reply_words(struct cx *cx, struct reply *rp, const struct wishes *w)
{
	struct json *j = json_new_object(cx), *list = json_new_array(cx);
	struct ledger_word word;
	size_t i;

	for (i = 0; i < w->n; i++) {
		word = word_of(&w->wish[i]);
		json_push(list, json_of(cx, ledger_word_fields, &word));
	}
	json_set(j, "orders", list);
	reply_json(cx, rp, j);
}

static enum err
must_be_linked(struct cx *cx, const struct shop *shop)
{
	if (shop_is_linked(shop))
		return OK;
	if (text_equal(shop->link_state, "disconnected"))
		return cx_fail_code(cx, ERR_CONFLICT, "disconnected",
		    "The Cloud App does not know this store any more (%s). "
		    "Nothing was sent; orders stay waiting.",
		    shop->link_reason != NULL ? shop->link_reason : "");
	return cx_fail_code(cx, ERR_CONFLICT, "not_linked",
	    "The store is not linked with a Cloud App. Nothing was sent.");
}

static enum err
send_orders(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct wishes *w = arena_alloc(cx->mem, sizeof(*w));
	struct send_in in = { .orderIds = NULL };
	struct json *body;
	enum err e;

	if ((e = body_json(cx, rq, &body)) != OK)
		return e;
	if ((e = json_fill(cx, body, send_fields, &in)) != OK)
		return e;
	w->shop = &rq->who->shop;
	if ((e = must_be_linked(cx, w->shop)) != OK)
		return e;
	if (json_is_null(json_get(body, "orderIds")))
		e = waiting_ones(cx, w);
	else
		e = read_wishes(cx, &in, w);
	if (e == OK)
		e = look(cx, w);
	if (e == OK)
		e = send_all(cx, w);
	if (e != OK)
		return e;
	reply_words(cx, rp, w);
	return OK;
}

/* --- how does it stand --- */

struct status_in {
	const char *orderId;
};

static const struct field status_fields[] = {
	F_TEXT(struct status_in, orderId, 1, GID_MAX),
	F_END,
};

/* Pressed a hundred times it asks once: the others are answered from what is
   known. */
static enum err
ask_once(struct cx *cx, const struct shop *shop, const struct ledger *row)
{
	int64_t ours;
	enum err e;

	if (!text_equal(row->state, "sending") || !shop_is_linked(shop))
		return OK;
	e = db_change(cx, SQL_LEDGER_ASK_NOW, &ours, V(row->id), V(cx->now),
	    V(cx->now - ASK_AGAIN_MS));
	if (e != OK || ours == 0)
		return e;
	e = send_ask(cx, shop, true, row, 1);
	if (e == ERR_UPSTREAM || e == ERR_BUSY || e == ERR_DENIED)
		return OK; /* the state is as it was */
	return e;
}

static enum err
update_status(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct wishes *w = arena_alloc(cx->mem, sizeof(*w));
	struct status_in in = { .orderId = NULL };
	struct ledger *row = &w->wish[0].row;
	enum err e;

	if ((e = body_read(cx, rq, status_fields, &in)) != OK)
		return e;
	w->shop = &rq->who->shop;
	w->n = 1;
	w->wish[0].given = in.orderId;
	w->wish[0].id = order_id_of_gid(cx, in.orderId);
	if (w->wish[0].id == NULL) {
		w->wish[0].code = "bad_id";
		w->wish[0].reason = "This is not the id of an order.";
		reply_words(cx, rp, w);
		return OK;
	}
	e = ledger_find(cx, w->shop->id, w->wish[0].id, row);
	if (e == OK)
		e = ask_once(cx, w->shop, row);
	if (e == OK)
		e = ledger_find_id(cx, row->id, row);
	if (e != OK && e != ERR_MISSING)
		return e;
	reply_words(cx, rp, w);
	return OK;
}

const struct route action_routes[] = {
	{ POST, "/api/actions/send-orders", NULL, send_orders },
	{ POST, "/api/actions/update-status", NULL, update_status },
	{ 0 },
};
