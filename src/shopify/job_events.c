/*
 * job_events.c - carry our events over to the Cloud App's Queue Log.
 *
 * Failures first, a hundred a call.  Each has an id, so that one told twice is
 * counted once there; it is dropped here after the answer.
 */
#include <string.h>

#include "base/arena.h"
#include "base/crashpoint.h"
#include "base/json.h"
#include "base/when.h"
#include "db/db.h"
#include "gen/sql.h"
#include "queue/row.h"
#include "shopify/cloudcall.h"
#include "shopify/jobs.h"
#include "shopify/shop.h"

enum { EVENTS_MAX = 100 };

struct outnote {
	int64_t id;
	const char *uuid;
	int64_t at;
	const char *level;
	const char *step;
	const char *order_id;
	const char *job;
	const char *code;
	const char *reason;
	const char *next;
};

static const struct field outnote_fields[] = {
	F_INT(struct outnote, id, 1, INT64_MAX),
	F_TEXT(struct outnote, uuid, 1, 64),
	F_WHEN(struct outnote, at),
	F_TEXT(struct outnote, level, 1, 8),
	F_TEXT(struct outnote, step, 1, 64),
	F_TEXT_OPT(struct outnote, order_id, 19),
	F_TEXT_OPT(struct outnote, job, 36),
	F_TEXT_OPT(struct outnote, code, 48),
	F_TEXT(struct outnote, reason, 0, 500),
	F_TEXT_OPT(struct outnote, next, 500),
	F_END,
};

struct told {
	const struct outnote *rows;
	size_t n;
};

static enum err
drop_body(struct cx *cx, void *arg)
{
	const struct told *t = arg;
	size_t i;
	enum err e = OK;

	for (i = 0; e == OK && i < t->n; i++)
		e = db_exec(cx, SQL_OUTNOTE_DROP, V(t->rows[i].id));
	return e;
}

static struct json *
item(struct cx *cx, const struct outnote *o)
{
	struct json *j = json_new_object(cx);

	json_set_text(cx, j, "id", o->uuid);
	json_set_text(cx, j, "order", o->order_id);
	json_set_text(cx, j, "job", o->job);
	json_set_text(cx, j, "at", when_write_ms(cx->mem, o->at));
	json_set_text(cx, j, "level", o->level);
	json_set_text(cx, j, "step", o->step);
	json_set_text(cx, j, "code", o->code);
	json_set_text(cx, j, "reason", o->reason);
	json_set_text(cx, j, "next", o->next);
	return j;
}

static enum err
tell(struct cx *cx, const struct shop *shop, const struct outnote *rows,
    size_t n)
{
	struct cloud_call call = { .method = "POST", .path = "/events" };
	struct json *body = json_new_object(cx), *list = json_new_array(cx);
	size_t i;
	enum err e;

	for (i = 0; i < n; i++)
		json_push(list, item(cx, &rows[i]));
	json_set(body, "events", list);
	call.text = json_write(cx, body);
	e = cloud_call(cx, shop, &call, NULL);
	CRASH_POINT("events.after_call");
	/* What it does not take it will never take: our Logs have it. */
	if (e != OK && e != ERR_INPUT)
		return e;
	return tx_join(cx, drop_body, &(struct told){ rows, n });
}

static enum err
run(struct cx *cx, const struct job *job)
{
	struct shop shop;
	struct outnote *rows;
	size_t n;
	enum err e;

	if ((e = shop_find_id(cx, job->tenant, &shop)) != OK)
		return e;
	if (!shop_is_linked(&shop))
		return OK;
	e = db_list(cx, SQL_OUTNOTE_LIST, outnote_fields, &rows, &n, V(shop.id),
	    V(EVENTS_MAX));
	if (e != OK || n == 0)
		return e;
	if ((e = tell(cx, &shop, rows, n)) != OK)
		return e;
	job_result(cx, job, "%zu events told", n);
	return n == EVENTS_MAX ? jobs_add_shop(cx, JOB_EVENTS, shop.id) : OK;
}

const struct job_kind job_events = {
	.name = JOB_EVENTS,
	.title = "Tell the Cloud App what happened",
	.run = run,
	.attempts = 0,
	.backoff_s = 2,
	.backoff_max_s = 300,
	.parks = true,
};
