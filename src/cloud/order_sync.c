/*
 * order_sync.c - what the store is to know of each order.
 */
#include "cloud/order_sync.h"

#include <inttypes.h>

#include "base/arena.h"
#include "cloud/connector.h"
#include "cloud/jobs.h"
#include "db/db.h"
#include "gen/sql.h"
#include "queue/job.h"

/* Orders come in bursts: a call for ten instead of ten calls.  Not by hand
   (prio): an app that is down is asked by the back-off, not by each order. */
enum { GATHER_MS = 100 };

static const struct field row_fields[] = {
	{ "external_id", FIELD_TEXT, offsetof(struct order_sync, id), 0, 1,
	    19 },
	F_TEXT(struct order_sync, state, 1, 16),
	F_TEXT_OPT(struct order_sync, code, 48),
	F_TEXT_OPT(struct order_sync, reason, 500),
	F_TEXT_OPT(struct order_sync, job, 36),
	F_INT(struct order_sync, seq, 0, INT64_MAX),
	F_END,
};

const struct field order_sync_out_fields[] = {
	F_TEXT_OPT(struct order_sync, id, 19),
	F_TEXT_OPT(struct order_sync, state, 16),
	F_TEXT_OPT(struct order_sync, code, 48),
	F_TEXT_OPT(struct order_sync, reason, 500),
	F_TEXT_OPT(struct order_sync, job, 36),
	F_END,
};

enum err
order_sync_set(struct cx *cx, int64_t channel, const struct order_sync *s,
    bool owed)
{
	return db_exec(cx, SQL_ORDER_SYNC_SET, V(channel), V(s->id),
	    V(s->state), V(s->code), V(s->reason), V(s->job), V(owed),
	    V(cx->now));
}

enum err
order_sync_find(struct cx *cx, int64_t channel, const char *id,
    struct order_sync *s)
{
	*s = (struct order_sync){ 0 };
	return db_one(cx, SQL_ORDER_SYNC_FIND, row_fields, s, V(channel),
	    V(id));
}

enum err
order_sync_owed(struct cx *cx, int64_t channel, int64_t before, int64_t limit,
    struct order_sync **list, size_t *n)
{
	return db_list(cx, SQL_ORDER_SYNC_OWED, row_fields, list, n, V(channel),
	    V(before), V(limit));
}

enum err
order_sync_told(struct cx *cx, int64_t channel, const struct order_sync *s)
{
	return db_exec(cx, SQL_ORDER_SYNC_TOLD, V(channel), V(s->id),
	    V(s->seq));
}

enum err
order_sync_owe(struct cx *cx, int64_t channel)
{
	struct connector c;
	const char *name;
	enum err e;

	e = connector_of_channel(cx, channel, &c);
	if (e == ERR_MISSING || (e == OK && !connector_is_linked(&c)))
		return OK; /* whoever links the store next tells it */
	if (e != OK)
		return e;
	name = arena_printf(cx->mem, "confirm:%" PRId64, c.id);
	return job_add(cx,
	    &(struct job_new){
		.kind = JOB_CONFIRM,
		.tenant = c.id,
		.key = name,
		.once = name,
		.run_at = cx->now + GATHER_MS,
	    },
	    NULL);
}

enum err
order_sync_list(struct cx *cx, int64_t channel, const char *const *ids,
    size_t n, struct order_sync **out)
{
	struct order_sync *list;
	size_t i;
	enum err e;

	list = arena_alloc(cx->mem, (n + 1) * sizeof(*list));
	for (i = 0; i < n; i++) {
		e = order_sync_find(cx, channel, ids[i], &list[i]);
		if (e != OK && e != ERR_MISSING)
			return e;
		list[i].id = ids[i];
		if (e == OK)
			continue;
		list[i].code = "unknown_order";
		list[i].reason = "The Cloud App holds no order with this id "
				 "for this store.";
	}
	*out = list;
	return OK;
}
