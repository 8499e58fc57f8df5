/*
 * order_take.c - take documents from a connector, durably, before the 202.
 *
 * A document waits in `incoming`, one per order, with its import job.  The
 * import deletes the row in its own transaction; so as long as we see the row,
 * its live job will still read it, and newer content may simply replace it.
 * The answer is stored under the call's key in the same transaction: a
 * repeated call meets it, or, arriving at the same moment, waits for it at the
 * unique index.
 */
#include "cloud/order.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/crashpoint.h"
#include "base/crypt.h"
#include "base/json.h"
#include "base/text.h"
#include "base/when.h"
#include "cloud/connector.h"
#include "cloud/document.h"
#include "cloud/jobs.h"
#include "cloud/order_sync.h"
#include "db/db.h"
#include "gen/sql.h"
#include "queue/event.h"
#include "queue/job.h"

const struct field incoming_fields[] = {
	F_INT(struct incoming, id, 1, INT64_MAX),
	F_INT(struct incoming, channel, 1, INT64_MAX),
	F_INT(struct incoming, connector, 1, INT64_MAX),
	F_TEXT(struct incoming, external_id, 1, 19),
	F_TEXT(struct incoming, name, 1, 255),
	F_TEXT(struct incoming, mode, 1, 16),
	F_WHEN(struct incoming, updated_at),
	F_TEXT(struct incoming, digest, 64, 64),
	F_TEXT(struct incoming, document, 2, INT64_MAX),
	F_TEXT_OPT(struct incoming, job, 36),
	F_END,
};

struct kept {
	struct bytes hash;
	const char *answer;
};
static const struct field kept_fields[] = {
	F_BYTES(struct kept, hash),
	F_TEXT_OPT(struct kept, answer, INT64_MAX),
	F_END,
};

struct answers {
	struct order_sync *orders;
	size_t n;
};
static const struct field answers_fields[] = {
	F_LIST(struct answers, orders, n, order_sync_out_fields, 0, 10),
	F_END,
};

/* One document of the call: read before the transaction, taken in it. */
struct item {
	struct document doc;
	const char *text;       /* as it is stored */
	const char *code, *why; /* of a bad one; code NULL: good */
};

struct take {
	const struct order_call *call;
	struct item *items;
	size_t n;
	struct bytes hash;
	struct answers out;
	bool repeated;
};

static void
read_all(struct cx *cx, struct take *t)
{
	struct item *it;
	size_t i;

	t->items = arena_alloc(cx->mem, (t->n + 1) * sizeof(*t->items));
	for (i = 0; i < t->n; i++) {
		it = &t->items[i];
		if (document_read(cx, json_at(t->call->documents, i),
			&it->doc) != OK) {
			it->code = arena_text(cx->mem, cx->code);
			it->why = arena_text(cx->mem, cx->why);
			continue;
		}
		it->text = json_write(cx, it->doc.json);
	}
}

static enum err
tell(struct cx *cx, const struct take *t, const struct event *what)
{
	struct event ev = *what;

	ev.tenant = t->call->connector->id;
	ev.origin = "cloud";
	return event_add(cx, &ev);
}

/* Not taken: remembered for POST /orders/status if it names an order. */
static enum err
refuse(struct cx *cx, struct take *t, const struct item *it,
    struct order_sync *out)
{
	bool pulled = text_equal(t->call->mode, "pull");
	enum err e;

	out->state = "error";
	out->code = it->code;
	out->reason = it->why;
	e = tell(cx, t,
	    &(struct event){
		.level = "warn",
		.step = "order.refused",
		.order_id = out->id,
		.text = "An order was not taken.",
		.reason = it->why,
		.next = "Correct what is named and send the order again.",
	    });
	if (e != OK || out->id == NULL)
		return e;
	/* Only a pull has no answer of its own: then the store is told. */
	return order_sync_set(cx, t->call->connector->channel, out, pulled);
}

static enum err
job_lives(struct cx *cx, const char *uuid, bool *lives)
{
	struct job j;
	enum err e;

	*lives = false;
	if (uuid == NULL)
		return OK;
	e = job_find(cx, uuid, &j);
	if (e == ERR_MISSING)
		return OK;
	if (e != OK)
		return e;
	*lives = !text_equal(j.state, "done") && !text_equal(j.state, "dead");
	return OK;
}

/* The jobs of an order go one after the other; a job belongs to one document.
   One that died behind its import waits again, for a document that is gone: the
   next document must not meet it. */
static enum err
add_job(struct cx *cx, struct take *t, const struct item *it,
    struct incoming *in)
{
	struct job_ref ref;
	const char *name;
	enum err e;

	name = arena_printf(cx->mem, "order:%" PRId64 ":%s", in->channel,
	    it->doc.id);
	e = job_add(cx,
	    &(struct job_new){
		.kind = JOB_IMPORT,
		.tenant = t->call->connector->id,
		.key = name,
		.once = arena_printf(cx->mem, "%s:%" PRId64, name, in->id),
		.subject = in->id,
		.prio = text_equal(t->call->mode, "manual") ? -1 : 0,
	    },
	    &ref);
	if (e != OK)
		return e;
	in->job = arena_text(cx->mem, ref.uuid);
	return db_exec(cx, SQL_INCOMING_SET_JOB, V(in->id), V(in->job));
}

static enum err
taken(struct cx *cx, struct take *t, const struct item *it,
    struct order_sync *out)
{
	enum err e;

	out->state = "syncing";
	e = order_sync_set(cx, t->call->connector->channel, out, false);
	if (e != OK)
		return e;
	return tell(cx, t,
	    &(struct event){
		.level = "info",
		.step = "order.received",
		.job = out->job,
		.order_id = it->doc.id,
		.order_name = it->doc.name,
		.text = arena_printf(cx->mem,
		    "Order %s was received from %s and stored; its import "
		    "waits for its turn.",
		    it->doc.name, t->call->connector->label),
	    });
}

/* A document of this order waits already. */
static enum err
join(struct cx *cx, struct take *t, const struct item *it, struct incoming *in,
    struct order_sync *out)
{
	const struct document *d = &it->doc;
	bool lives;
	enum err e;

	if ((e = job_lives(cx, in->job, &lives)) != OK)
		return e;
	out->state = "syncing";
	out->job = in->job;
	if (lives && d->updated_at < in->updated_at) {
		out->code = "stale";
		out->reason = "Newer content of this order waits for its "
			      "import already.";
		return OK;
	}
	if (lives && d->updated_at == in->updated_at &&
	    text_equal(d->digest, in->digest))
		return OK;
	e = db_exec(cx, SQL_INCOMING_SET, V(in->id), V(t->call->connector->id),
	    V(d->name), V(t->call->mode), V(d->updated_at), V(d->digest),
	    V(it->text), V(cx->now));
	if (e == OK && !lives)
		e = add_job(cx, t, it, in);
	if (e != OK)
		return e;
	out->job = in->job;
	return taken(cx, t, it, out);
}

static enum err
store(struct cx *cx, struct take *t, const struct item *it,
    struct order_sync *out)
{
	const struct connector *c = t->call->connector;
	const struct document *d = &it->doc;
	struct incoming in = { 0 };
	enum err e;

	e = db_one(cx, SQL_INCOMING_FIND_ORDER, incoming_fields, &in,
	    V(c->channel), V(d->id));
	if (e == OK)
		return join(cx, t, it, &in, out);
	if (e != ERR_MISSING)
		return e;
	e = db_one(cx, SQL_INCOMING_INSERT, incoming_fields, &in, V(c->channel),
	    V(d->id), V(c->id), V(d->name), V(t->call->mode), V(d->updated_at),
	    V(d->digest), V(it->text), V(cx->now));
	if (e == ERR_MISSING) { /* somebody else's came at this moment */
		e = db_one(cx, SQL_INCOMING_FIND_ORDER, incoming_fields, &in,
		    V(c->channel), V(d->id));
		if (e == ERR_MISSING) /* and was imported meanwhile */
			return cx_fail(cx, ERR_BUSY,
			    "order %s: being imported, try again", d->id);
		return e == OK ? join(cx, t, it, &in, out) : e;
	}
	if (e != OK || (e = add_job(cx, t, it, &in)) != OK)
		return e;
	out->job = in.job;
	return taken(cx, t, it, out);
}

/* Never imported and not to be: not confirmed yet, or cancelled before. */
static enum err
importable(struct cx *cx, const struct take *t, struct item *it)
{
	const char *name = NULL;
	int64_t id = 0;
	enum err e;

	if (it->doc.confirmed && !it->doc.cancelled)
		return OK;
	e = order_named(cx, t->call->connector->channel, it->doc.id, &id,
	    &name);
	if (e != OK || id != 0)
		return e;
	it->code = "not_importable";
	it->why = it->doc.cancelled
	    ? "The order was cancelled before it was ever imported."
	    : "The store has not confirmed the order yet.";
	return OK;
}

static enum err
take_one(struct cx *cx, struct take *t, struct item *it, struct order_sync *out)
{
	enum err e;

	*out = (struct order_sync){ .id = it->doc.id };
	if (it->code == NULL && (e = importable(cx, t, it)) != OK)
		return e;
	return it->code != NULL ? refuse(cx, t, it, out)
				: store(cx, t, it, out);
}

/* --- the call's key --- */

static enum err
repeat(struct cx *cx, struct take *t)
{
	const struct order_call *c = t->call;
	struct kept k = { 0 };
	struct json *j;
	enum err e;

	e = db_one(cx, SQL_IDEMPOTENCY_FIND, kept_fields, &k,
	    V(c->connector->id), V(c->key));
	if (e != OK)
		return e;
	if (k.hash.n != t->hash.n || memcmp(k.hash.p, t->hash.p, k.hash.n) != 0)
		return cx_fail_code(cx, ERR_INPUT, "idempotency_key_reused",
		    "The key %s came before with another body. Nothing was "
		    "taken.",
		    c->key);
	if ((e = json_parse(cx, k.answer, strlen(k.answer), &j)) != OK)
		return e;
	t->repeated = true;
	return json_fill(cx, j, answers_fields, &t->out);
}

static enum err
key_take(struct cx *cx, struct take *t, bool *fresh)
{
	int64_t changed = 0;
	enum err e;

	*fresh = true;
	if (t->call->key == NULL)
		return OK;
	e = db_change(cx, SQL_IDEMPOTENCY_INSERT, &changed,
	    V(t->call->connector->id), V(t->call->key), V(t->hash), V(cx->now));
	*fresh = changed > 0;
	return e;
}

static enum err
take(struct cx *cx, void *arg)
{
	struct take *t = arg;
	bool fresh, pulled = text_equal(t->call->mode, "pull");
	const char *text;
	size_t i;
	enum err e;

	t->repeated = false;
	if ((e = key_take(cx, t, &fresh)) != OK)
		return e;
	if (!fresh)
		return repeat(cx, t);
	t->out.n = t->n;
	t->out.orders =
	    arena_alloc(cx->mem, (t->n + 1) * sizeof(*t->out.orders));
	for (i = 0; i < t->n; i++) {
		e = take_one(cx, t, &t->items[i], &t->out.orders[i]);
		if (e != OK)
			return e;
	}
	if (pulled &&
	    (e = order_sync_owe(cx, t->call->connector->channel)) != OK)
		return e;
	if (t->call->key == NULL)
		return OK;
	text = json_write(cx, json_of(cx, answers_fields, &t->out));
	return db_exec(cx, SQL_IDEMPOTENCY_SET, V(t->call->connector->id),
	    V(t->call->key), V(text));
}

enum err
order_take(struct cx *cx, const struct order_call *call,
    struct order_sync **orders, size_t *n, bool *repeated)
{
	struct take t = { .call = call, .n = json_count(call->documents) };
	unsigned char d[DIGEST_BYTES];
	enum err e;

	sha256(call->body.p, call->body.n, d);
	t.hash = (struct bytes){ arena_copy(cx->mem, d, sizeof(d)), sizeof(d) };
	read_all(cx, &t);
	if ((e = db_tx(cx, take, &t)) != OK)
		return e;
	CRASH_POINT("take.committed"); /* before the 202 */
	*orders = t.out.orders;
	*n = t.out.n;
	*repeated = t.repeated;
	return OK;
}

enum err
order_take_trim(struct cx *cx)
{
	return db_exec(cx, SQL_IDEMPOTENCY_TRIM, V(cx->now - 7 * DAY_MS));
}
