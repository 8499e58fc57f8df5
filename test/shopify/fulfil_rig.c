/*
 * fulfil_rig.c - see fulfil_rig.h.
 */
#include "fulfil_rig.h"

#include <string.h>

#include "base/arena.h"

int
fulfil_setup(void **state)
{
	static struct bench b;

	b.r = rig_open();
	b.s = store_open(&b.r->shopify);
	*state = &b;
	return 0;
}

int
fulfil_teardown(void **state)
{
	struct bench *b = *state;

	store_close(b->s);
	rig_close(b->r);
	return 0;
}

struct store_fo *
plain(struct bench *b)
{
	struct store_fo *fo = store_fo_add(b->s, HERE);

	store_line_add(fo, TEA, 2);
	return fo;
}

static const char *
body(struct bench *b, const struct say *s)
{
	return arena_printf(rig_cx(b->r)->mem,
	    "{\"id\":\"%s\",\"order\":\"" STORE_ORDER
	    "\",\"state\":\"SHIPPED\","
	    "\"revision\":%d,\"shipped_at\":\"2026-11-21T15:30:00Z\","
	    "\"courier\":%s,\"tracking\":%s,\"notify_customer\":true,"
	    "\"lines\":%s}",
	    s->id ? s->id : "sh1", s->revision ? s->revision : 1,
	    s->courier
		? s->courier
		: "{\"code\":\"brt\",\"name\":\"BRT\",\"company\":\"BRT\"}",
	    s->numbers ? s->numbers : "[{\"number\":\"N1\",\"url\":null}]",
	    s->lines ? s->lines
		     : "[{\"id\":\"15300000000001\",\"quantity\":2}]");
}

static int
post(struct bench *b, const char *path, const char *text)
{
	struct cx *cx = rig_cx(b->r);

	rig_call(b->r, RIG_TOKEN, POST, path, text, &b->out);
	b->j = NULL;
	(void)json_parse(cx, b->out.body, strlen(b->out.body), &b->j);
	return b->out.status;
}

int
ship(struct bench *b, const struct say *s)
{
	return post(b, "/shipments", body(b, s));
}

const char *
state(const struct bench *b)
{
	return json_get_text(b->j, "state");
}

const char *
made(const struct bench *b, size_t i, const char *key)
{
	return json_get_text(json_at(json_get(b->j, "fulfillments"), i), key);
}

void
assert_shipped(struct bench *b, const struct say *s, const char *want)
{
	if (ship(b, s) != 200)
		fail_msg("%d %s", b->out.status, b->out.body);
	if (strcmp(state(b), want) != 0)
		fail_msg("%s, not %s", b->out.body, want);
}

int
event(struct bench *b, const char *id, const char *status, const char *at)
{
	return post(b, "/shipments/sh1/events",
	    arena_printf(rig_cx(b->r)->mem,
		"{\"id\":\"%s\",\"order\":\"" STORE_ORDER
		"\",\"status\":\"%s\","
		"\"happened_at\":\"%s\",\"message\":null,"
		"\"fulfillments\":[\"1\"]}",
		id, status, at));
}

void
assert_event(struct bench *b, const char *id, const char *status)
{
	if (event(b, id, status, "2026-11-23T09:00:00Z") != 200 ||
	    strcmp(state(b), "done") != 0)
		fail_msg("%d %s", b->out.status, b->out.body);
}
