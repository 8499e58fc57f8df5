/*
 * contract_rig.c - see contract_rig.h.
 */
#include "contract_rig.h"

#include <string.h>

#include "base/arena.h"
#include "base/field.h"
#include "base/json.h"
#include "base/when.h"
#include "db/db.h"
#include "lib/test.h"

const char *
document(struct bench *b, int64_t id, int64_t age_s, int note)
{
	struct sim_order o = { .store = b->both->store, .id = id };
	const char *body, *text = NULL;

	o.number = (int)(id - FIRST_ID) + 1001;
	o.created = TEST_NOW - DAY_MS;
	o.updated = TEST_NOW - age_s * SECOND_MS;
	o.confirmed = true;
	o.note = note;
	body = json_write(b->cx, sim_order_rest(b->cx, &o));
	must(b->cx,
	    sim_app_domain.from_hook(b->cx,
		(struct bytes){ (const unsigned char *)body, strlen(body) },
		&text));
	return text;
}

void
send_document(struct bench *b, const char *text, const char *key)
{
	cloud_send(b, POST, "/orders",
	    arena_printf(b->cx->mem, "{\"mode\":\"manual\",\"orders\":[%s]}",
		text),
	    key);
}

struct uuid {
	const char *uuid;
};
static const struct field uuid_field[] = {
	F_TEXT(struct uuid, uuid, 36, 36),
	F_END,
};

void
find_job(struct bench *b, const char *kind)
{
	static const char text[] =
	    "SELECT uuid FROM job WHERE kind = $1 ORDER BY id DESC LIMIT 1";
	static const struct sql sql = { "find_job", { text, text }, 1, 0,
		"queue" };
	struct uuid row = { NULL };
	struct cx cx;

	cx_child(&cx, &b->both->cloud.cx);
	must(&cx, db_one(&cx, sql, uuid_field, &row, V(kind)));
	b->job = arena_text(b->cx->mem, row.uuid);
	cx_done(&cx);
}

void
rotated(struct bench *b)
{
	struct sim_connector *c = &b->both->connector;
	struct cx cx;

	b->old_token = arena_text(b->cx->mem, c->token);
	cx_child(&cx, &b->both->cloud.cx);
	must(&cx, sim_cloud_domain.rotate(&cx, c->id, 24, c->token));
	cx_done(&cx);
}
