/*
 * report.c - what the store's side tells.
 */
#include "cloud/report.h"

#include <string.h>

#include "base/text.h"
#include "cloud/connector.h"
#include "cloud/order.h"
#include "db/db.h"
#include "gen/sql.h"
#include "queue/event.h"

static const struct field report_fields[] = {
	F_TEXT(struct report, id, 1, 64),
	F_TEXT_OPT(struct report, order, 19),
	F_TEXT_OPT(struct report, job, 36),
	{ "at", FIELD_WHEN, offsetof(struct report, at) },
	F_TEXT(struct report, level, 1, 8),
	F_TEXT(struct report, step, 1, 64),
	F_TEXT_OPT(struct report, code, 48),
	F_TEXT_OPT(struct report, reason, 500),
	F_TEXT_OPT(struct report, next, 500),
	F_END,
};
const struct field reports_fields[] = {
	F_LIST(struct reports, events, n, report_fields, 1, 100),
	F_END,
};

struct id_row {
	int64_t id;
};
static const struct field id_fields[] = {
	F_INT(struct id_row, id, 1, INT64_MAX),
	F_END,
};

struct batch {
	const struct connector *c;
	const struct reports *in;
	int64_t accepted;
};

static enum err
check(struct cx *cx, const struct reports *in)
{
	static const char *const levels[] = { "debug", "info", "warn",
		"error" };
	static const char set[] = "abcdefghijklmnopqrstuvwxyz._";
	const struct report *r;
	size_t i, j;

	for (i = 0; i < in->n; i++) {
		r = &in->events[i];
		for (j = 0; j < 4 && !text_equal(r->level, levels[j]); j++)
			;
		if (j == 4)
			return cx_fail_code(cx, ERR_INPUT, "bad_input",
			    "events[%zu].level: not debug, info, warn or "
			    "error",
			    i);
		if (r->step[strspn(r->step, set)] != '\0')
			return cx_fail_code(cx, ERR_INPUT, "bad_input",
			    "events[%zu].step: only a-z . and _ are possible",
			    i);
	}
	return OK;
}

static enum err
add_one(struct cx *cx, struct batch *b, const struct report *r)
{
	const char *name = NULL;
	struct id_row seen;
	int64_t id = 0;
	enum err e;

	e = db_one(cx, SQL_LOG_EXT_FIND, id_fields, &seen, V(b->c->id),
	    V(r->id));
	if (e != ERR_MISSING)
		return e; /* OK: it came before */
	b->accepted++;
	if (r->order != NULL &&
	    ((e = order_named(cx, b->c->channel, r->order, &id, &name)) != OK ||
		(e = order_mark(cx, b->c->channel, r->order, r->step,
		     r->reason)) != OK))
		return e;
	return event_add(cx,
	    &(struct event){
		.at = r->at,
		.tenant = b->c->id,
		.level = r->level,
		.step = r->step,
		.job = r->job,
		.order_id = r->order,
		.order_name = name,
		.text = r->reason ? r->reason : r->step,
		.next = r->next,
		.origin = "shopify",
		.ext_id = r->id,
	    });
}

static enum err
add(struct cx *cx, void *arg)
{
	struct batch *b = arg;
	size_t i;
	enum err e;

	b->accepted = 0;
	for (i = 0; i < b->in->n; i++) {
		if ((e = add_one(cx, b, &b->in->events[i])) != OK)
			return e;
	}
	return OK;
}

enum err
report_add(struct cx *cx, const struct connector *c, const struct reports *in,
    int64_t *accepted)
{
	struct batch b = { .c = c, .in = in };
	enum err e;

	if ((e = check(cx, in)) != OK)
		return e;
	if ((e = db_tx(cx, add, &b)) == OK)
		*accepted = b.accepted;
	return e;
}
