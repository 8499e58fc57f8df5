/*
 * job_confirm.c - tell a store what became of its orders.
 *
 * The call comes first and our note of it second: a crash in between tells the
 * same again, which changes nothing over there.  States that changed meanwhile
 * stay owed, by their seq.
 */
#include "cloud/jobs.h"

#include "base/crashpoint.h"
#include "base/json.h"
#include "base/text.h"
#include "cloud/callback.h"
#include "cloud/connector.h"
#include "cloud/job_confirm.h"
#include "cloud/order_sync.h"
#include "db/db.h"
#include "queue/job.h"

enum { CALL_MAX = 10, CALLS_MAX = 5 };

struct told {
	int64_t channel;
	const struct order_sync *list;
	const struct json *answer; /* items, in any order */
	size_t n;
	int64_t count, refused;
};

static const struct json *
item_find(const struct json *items, const char *id)
{
	size_t i;

	for (i = 0; i < json_count(items); i++) {
		if (text_equal(json_get_text(json_at(items, i), "id"), id))
			return json_at(items, i);
	}
	return NULL;
}

/* An order the answer does not name was not heard of: it stays owed. */
static enum err
note(struct cx *cx, void *arg)
{
	struct told *t = arg;
	const struct json *item;
	size_t i;
	enum err e;

	t->count = t->refused = 0;
	for (i = 0; i < t->n; i++) {
		item = item_find(t->answer, t->list[i].id);
		if (item == NULL)
			continue;
		t->count++;
		if (!json_bool(json_get(item, "accepted"), true))
			t->refused++;
		e = order_sync_told(cx, t->channel, &t->list[i]);
		if (e != OK)
			return e;
	}
	return OK;
}

static enum err
tell_some(struct cx *cx, const struct connector *c, struct told *t)
{
	struct json *body = json_new_object(cx), *items = json_new_array(cx);
	struct json *answer = NULL;
	size_t i;
	enum err e;

	for (i = 0; i < t->n; i++)
		json_push(items,
		    json_of(cx, order_sync_out_fields, &t->list[i]));
	json_set(body, "orders", items);
	e = callback_call(cx, c, "/orders/sync", body, &answer);
	if (e != OK)
		return e;
	t->answer = json_get(answer, "orders");
	CRASH_POINT("confirm.told");
	if ((e = db_tx(cx, note, t)) != OK)
		return e;
	if (t->count == 0)
		return cx_fail_code(cx, ERR_UPSTREAM, "upstream_failed",
		    "The Shopify app's answer names none of the orders.");
	return OK;
}

enum err
confirm_run(struct cx *cx, const struct connector *c, int64_t before,
    struct confirmed *sum)
{
	struct order_sync *list;
	struct told t = { .channel = c->channel };
	size_t n;
	int i;
	enum err e;

	*sum = (struct confirmed){ 0 };
	for (i = 0; i < CALLS_MAX; i++) {
		e = order_sync_owed(cx, c->channel, before, CALL_MAX, &list,
		    &n);
		if (e != OK || n == 0)
			return e;
		t.list = list;
		t.n = n;
		if ((e = tell_some(cx, c, &t)) != OK)
			return e;
		sum->told += t.count;
		sum->refused += t.refused;
		if (n < CALL_MAX)
			return OK;
	}
	sum->more = true;
	return order_sync_owe(cx, c->channel); /* the next fifty */
}

static enum err
run(struct cx *cx, const struct job *job)
{
	struct confirmed sum;
	struct connector c;
	enum err e;

	e = connector_find_id(cx, job->tenant, &c);
	if (e == ERR_MISSING || (e == OK && c.channel == 0))
		return OK; /* whoever links the store next tells it */
	return e == OK ? confirm_run(cx, &c, INT64_MAX, &sum) : e;
}

const struct job_kind cloud_kind_confirm = {
	.name = JOB_CONFIRM,
	.title = "Tell the store",
	.run = run,
	.backoff_s = 1,
	.backoff_max_s = 60,
	.parks = true,
};
