/*
 * shipment_export.c - the outbox of shipments, and what the store answered.
 */
#include "cloud/shipment_export.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/text.h"
#include "base/when.h"
#include "cloud/carrier_event_row.h"
#include "cloud/jobs.h"
#include "cloud/shipment_row.h"
#include "db/db.h"
#include "gen/sql.h"
#include "queue/job.h"
#include "queue/row.h"

enum {
	SLICE = 50,
	RETRY_FIRST_MS = 5 * MINUTE_MS /* doubled each time, up to a day */
};

bool
shipment_is_automatic(const struct shipment *s)
{
	return s->connector != 0 && s->automatic &&
	    !text_equal(s->link_state, "none");
}

enum err
shipment_export_add(struct cx *cx, const struct shipment *s, int64_t prio,
    struct job_ref *ref)
{
	const char *name = arena_printf(cx->mem, "shipment:%" PRId64, s->id);

	return job_add(cx,
	    &(struct job_new){
		.kind = JOB_SHIP,
		.tenant = s->connector,
		.key = name,
		.once = name,
		.subject = s->id,
		.prio = prio,
	    },
	    ref);
}

enum err
shipment_find_id(struct cx *cx, int64_t id, struct shipment *s)
{
	*s = (struct shipment){ 0 };
	return db_one(cx, SQL_SHIPMENT_FIND_ID, shipment_fields, s, V(id));
}

/* --- sending again --- */

struct retry {
	const char *id;
	struct shipment *s;
	struct job_ref *ref;
};

static enum err
retry(struct cx *cx, void *arg)
{
	struct retry *r = arg;
	struct carrier_event ev;
	struct shipment *s = r->s;
	enum err e;

	if ((e = shipment_take(cx, r->id, s)) != OK)
		return e;
	if (s->connector == 0 || text_equal(s->link_state, "none"))
		return cx_fail_code(cx, ERR_CONFLICT, "not_linked",
		    "No store is linked with the sales channel of order %s",
		    s->order_name);
	if ((e = db_exec(cx, SQL_CARRIER_EVENT_AGAIN, V(s->id))) != OK)
		return e;
	e = carrier_event_next(cx, s->id, &ev);
	if (e != OK && e != ERR_MISSING)
		return e;
	if (s->revision == 0 ||
	    (e == ERR_MISSING && s->revision == s->sent_revision))
		return cx_fail_code(cx, ERR_CONFLICT, "nothing_to_send",
		    "The store knows all there is to tell of shipment %s",
		    s->public_id);
	e = db_exec(cx, SQL_SHIPMENT_SET_DUE, V(s->id),
	    V(SHIP_DUE_FULFILLMENT | SHIP_DUE_EVENTS));
	return e == OK ? shipment_export_add(cx, s, -1, r->ref) : e;
}

enum err
shipment_retry(struct cx *cx, const char *id, struct shipment *out,
    struct job_ref *ref)
{
	struct shipment s;
	enum err e;

	e = db_tx(cx, retry, &(struct retry){ id, &s, ref });
	if (e == OK)
		*out = s;
	return e;
}

struct all {
	int64_t channel, after, before;
	int what;
	int64_t n, last; /* of the slice */
};

/* A held event is tried again; without a fulfilment there is nothing to tell
   of, so it is wanted too. */
static enum err
mark(struct cx *cx, const struct shipment *s, int what)
{
	int due = what;
	enum err e;

	if (what == SHIP_DUE_EVENTS) {
		if (s->sent_revision == 0)
			due |= SHIP_DUE_FULFILLMENT;
		e = db_exec(cx, SQL_CARRIER_EVENT_AGAIN, V(s->id));
		if (e != OK)
			return e;
	}
	if ((e = db_exec(cx, SQL_SHIPMENT_SET_DUE, V(s->id), V(due))) != OK)
		return e;
	return shipment_export_add(cx, s, 0, NULL);
}

static enum err
slice(struct cx *cx, void *arg)
{
	struct all *a = arg;
	struct shipment *list;
	size_t n, i;
	enum err e;

	e = db_list(cx, SQL_SHIPMENT_OWED, shipment_fields, &list, &n,
	    V(a->channel), V(a->after), V(a->before), V(a->what), V(SLICE));
	for (i = 0; e == OK && i < n; i++)
		e = mark(cx, &list[i], a->what);
	if (e != OK)
		return e;
	a->n = (int64_t)n;
	a->last = n == 0 ? a->after : list[n - 1].id;
	return OK;
}

enum err
shipment_export_all(struct cx *cx, int64_t channel, int what, bool all,
    int64_t *n, int64_t *later)
{
	struct all a = { .channel = channel, .what = what };
	struct number count;
	enum err e;

	a.before = all ? INT64_MAX : cx->now;
	*n = 0;
	do {
		if ((e = db_tx(cx, slice, &a)) != OK)
			return e;
		*n += a.n;
		a.after = a.last;
	} while (a.n == SLICE && !cx_stopped(cx));
	e = db_one(cx, SQL_SHIPMENT_OWED_COUNT, number_field, &count,
	    V(channel), V(a.before));
	if (e == OK)
		*later = count.n;
	return e;
}

/* --- what the store said --- */

struct told {
	int64_t id, revision;
	const struct ship_answer *a;
	const struct carrier_event *ev;
};

static enum err
fulfillment_set(struct cx *cx, int64_t id, const struct json *f)
{
	const char *name = json_get_text(f, "id");
	struct json *lines = json_get(f, "lines");

	if (text_is_empty(name) || text_count(name) > 64)
		return cx_fail_code(cx, ERR_UPSTREAM, "upstream_failed",
		    "The Shopify app's answer names a fulfilment without id.");
	return db_exec(cx, SQL_SHIPMENT_FULFILLMENT_SET, V(id), V(name),
	    V(json_get_text(f, "location")),
	    V(json_bool(json_get(f, "adopted"), false)),
	    V(json_is_array(lines) ? (const char *)json_write(cx, lines)
				   : "[]"),
	    V(cx->now));
}

static const char *
fulfillment_words(struct cx *cx, const struct json *list)
{
	struct buf b = buf_new(cx->mem);
	size_t n = json_count(list), i, adopted = 0;

	for (i = 0; i < n && i < 5; i++)
		buf_printf(&b, "%s%s", i == 0 ? "" : ", ",
		    json_get_text(json_at(list, i), "id"));
	for (i = 0; i < n; i++)
		adopted +=
		    json_bool(json_get(json_at(list, i), "adopted"), false);
	if (n > 5)
		buf_printf(&b, " and %zu more", n - 5);
	return arena_printf(cx->mem, " as fulfilment%s %s%s", n == 1 ? "" : "s",
	    b.p,
	    adopted == 0 ? ""
			 : " (fulfilled elsewhere before: the tracking was "
			   "attached)");
}

struct outcome { /* an answer, as the log tells it */
	const char *state, *level, *step, *text;
};
static const struct outcome outcomes[] = {
	{ "done", "info", "shipment.sent", "is in the store" },
	{ "partial", "info", "shipment.sent_partly",
	    "is in the store in part, the rest follows" },
	{ "owed", "info", "shipment.sent_later",
	    "waits for the store, which is not ready for it yet" },
	{ "held", "warn", "shipment.send_held",
	    "could not be fulfilled in the store" },
	{ "refused", "error", "shipment.send_refused",
	    "was refused by the Shopify app" },
};

static const struct outcome *
outcome_of(const char *state)
{
	size_t i;

	for (i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]) - 1; i++) {
		if (text_equal(outcomes[i].state, state))
			break;
	}
	return &outcomes[i];
}

/* A part that is nothing yet is still owed. */
static const char *
state_of(const struct ship_answer *a)
{
	return text_equal(a->state, "partial") &&
		json_count(a->fulfillments) == 0
	    ? "owed"
	    : a->state;
}

static enum err
told_log(struct cx *cx, const struct shipment *s, const struct ship_answer *a)
{
	const struct outcome *o = outcome_of(state_of(a));
	bool good = text_equal(o->level, "info");

	return shipment_tell(cx, s,
	    &(struct ship_word){
		.level = o->level,
		.step = o->step,
		.text = arena_printf(cx->mem, "%s %s%s.",
		    shipment_called(cx, s), o->text,
		    json_count(a->fulfillments) > 0
			? fulfillment_words(cx, a->fulfillments)
			: ""),
		.reason = a->reason,
		.next = good || a->next
		    ? a->next
		    : "Settle what the reason names, then press Retry on the "
		      "shipment.",
	    });
}

static int64_t
later(struct cx *cx, int64_t tries)
{
	int64_t wait = RETRY_FIRST_MS;

	for (; tries > 1 && wait < DAY_MS; tries--)
		wait *= 2;
	return cx->now + (wait < DAY_MS ? wait : DAY_MS);
}

static void
told_state(struct cx *cx, struct shipment *s, const struct told *t)
{
	const struct ship_answer *a = t->a;

	if (text_equal(a->state, "done")) {
		s->sent_revision = t->revision;
		s->store_state = "owed"; /* corrected meanwhile */
		s->store_tries = s->store_retry_at = 0;
		if (s->revision == t->revision) {
			s->due &= ~SHIP_DUE_FULFILLMENT;
			s->store_state = "sent";
		}
	} else if (text_equal(a->state, "partial")) {
		s->store_state = state_of(a);
	} else {
		s->due &= ~SHIP_DUE_FULFILLMENT;
		s->store_state = outcome_of(a->state)->state;
		s->store_retry_at = later(cx, ++s->store_tries);
	}
}

static enum err
told(struct cx *cx, void *arg)
{
	struct told *t = arg;
	const struct ship_answer *a = t->a;
	struct shipment s;
	size_t i;
	enum err e;

	if ((e = shipment_find_id(cx, t->id, &s)) != OK ||
	    (e = shipment_lock(cx, s.order_id)) != OK ||
	    (e = shipment_find_id(cx, t->id, &s)) != OK)
		return e;
	told_state(cx, &s, t);
	for (i = 0; i < json_count(a->fulfillments); i++) {
		e = fulfillment_set(cx, s.id, json_at(a->fulfillments, i));
		if (e != OK)
			return e;
	}
	e = db_exec(cx, SQL_SHIPMENT_SET_STORE, V(s.id), V(s.sent_revision),
	    V(s.due), V(s.store_state), V(a->code), V(a->reason), V(a->next),
	    V(cx->now), V(s.store_tries), V(s.store_retry_at));
	return e == OK ? told_log(cx, &s, a) : e;
}

enum err
shipment_export_told(struct cx *cx, int64_t id, int64_t revision,
    const struct ship_answer *a)
{
	struct told t = { .id = id, .revision = revision, .a = a };

	return db_in_tx(cx) ? told(cx, &t) : db_tx(cx, told, &t);
}

static enum err
event_told(struct cx *cx, void *arg)
{
	struct told *t = arg;
	struct carrier_event ev = *t->ev;
	bool done = text_equal(t->a->state, "done");
	struct shipment s;
	enum err e;

	ev.state = done ? "sent" : "held";
	ev.code = t->a->code;
	ev.reason = t->a->reason;
	ev.next = t->a->next;
	ev.sent_at = done ? cx->now : 0;
	if ((e = shipment_find_id(cx, ev.shipment, &s)) != OK ||
	    (e = carrier_event_set(cx, &ev)) != OK)
		return e;
	return shipment_tell(cx, &s,
	    &(struct ship_word){
		.level = done ? "info" : "warn",
		.step = done ? "shipment.event_sent" : "shipment.event_held",
		.text = arena_printf(cx->mem, "%s: the store %s \"%s\" (%s).",
		    shipment_called(cx, &s),
		    done ? "was told" : "could not take",
		    carrier_kind(ev.kind)->said,
		    when_write(cx->mem, ev.happened_at)),
		.reason = ev.reason,
		.next = done || ev.next
		    ? ev.next
		    : "Settle what the reason names, then press Retry on the "
		      "shipment.",
	    });
}

enum err
shipment_export_event_told(struct cx *cx, const struct carrier_event *ev,
    const struct ship_answer *a)
{
	return db_tx(cx, event_told, &(struct told){ .a = a, .ev = ev });
}

enum err
shipment_export_events_done(struct cx *cx, int64_t id)
{
	return db_exec(cx, SQL_SHIPMENT_EVENTS_DONE, V(id));
}
