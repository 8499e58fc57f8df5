/*
 * rig_cloud.c - the Cloud App of a test: it says what it is told to say.
 */
#include "rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/json.h"
#include "net/client.h"

static void
answer(struct cx *cx, struct answer *out, int status, const char *text)
{
	out->status = status;
	out->body.p = (const unsigned char *)arena_text(cx->mem, text);
	out->body.n = strlen(text);
	out->retry_after_s = -1;
}

/* The job of an order is made from its id: the same one gets the same. */
static const char *
job_of_order(struct cx *cx, const char *id)
{
	return arena_printf(cx->mem, "01982f6e-7c1a-7b52-9d0e-%012llu",
	    strtoull(id, NULL, 10) % 1000000000000ull);
}

static struct json *
word(struct cx *cx, const struct cloud *c, const char *id, const char *name)
{
	struct json *j = json_new_object(cx);
	bool bad = c->poison != NULL && strstr(c->poison, name) != NULL;

	json_set_text(cx, j, "id", id);
	json_set_text(cx, j, "state", bad ? "error" : c->state);
	json_set_text(cx, j, "code", bad ? "bad_document" : NULL);
	json_set_text(cx, j, "reason", bad ? "It is poison." : NULL);
	json_set_text(cx, j, "job", bad ? NULL : job_of_order(cx, id));
	return j;
}

static void
take_orders(struct cx *cx, struct cloud *c, const struct json *body,
    struct answer *out)
{
	const struct json *orders = json_get(body, "orders");
	struct json *list = json_new_array(cx), *j = json_new_object(cx);
	size_t i;

	c->posts++;
	snprintf(c->mode, sizeof(c->mode), "%s", json_get_text(body, "mode"));
	if (c->mood == CLOUD_AUTO_OFF && strcmp(c->mode, "automatic") == 0) {
		answer(cx, out, 409,
		    "{\"code\":\"automatic_off\",\"detail\":\"off\"}");
		return;
	}
	if (json_count(orders) > c->biggest)
		c->biggest = json_count(orders);
	for (i = 0; i < json_count(orders); i++) {
		const struct json *o = json_at(orders, i);
		const char *id = json_get_text(o, "id");

		if (c->nseen < RIG_SEEN_MAX)
			snprintf(c->seen[c->nseen++], 24, "%s", id);
		json_push(list, word(cx, c, id, json_get_text(o, "name")));
	}
	json_set(j, "orders", list);
	answer(cx, out, 202, json_write(cx, j));
}

static void
say_states(struct cx *cx, struct cloud *c, const struct json *body,
    struct answer *out)
{
	const struct json *ids = json_get(body, "ids");
	struct json *list = json_new_array(cx), *j = json_new_object(cx), *o;
	const char *id;
	size_t i;

	c->statuses++;
	for (i = 0; i < json_count(ids); i++) {
		id = json_text(json_at(ids, i));
		o = json_new_object(cx);
		json_set_text(cx, o, "id", id);
		json_set_text(cx, o, "state", c->knows ? "synced" : NULL);
		json_set_text(cx, o, "code", c->knows ? NULL : "unknown_order");
		json_set_text(cx, o, "reason", NULL);
		json_set_text(cx, o, "job",
		    c->knows ? job_of_order(cx, id) : NULL);
		json_push(list, o);
	}
	json_set(j, "orders", list);
	answer(cx, out, 200, json_write(cx, j));
}

static void
link_store(struct cx *cx, struct rig *r, const char *token,
    const struct json *body, struct answer *out)
{
	struct sim_reply ping;

	(void)body;
	r->cloud.links++;
	if (r->cloud.taken != NULL) {
		answer(cx, out, 409,
		    arena_printf(cx->mem,
			"{\"code\":\"%s\",\"detail\":\"It is taken.\"}",
			r->cloud.taken));
		return;
	}
	rig_call(r, r->cloud.deaf ? "lgv_other" : token, GET, "/ping", NULL,
	    &ping);
	r->cloud.pings_ok += ping.status == 200;
	answer(cx, out, ping.status == 200 ? 200 : 502,
	    ping.status == 200 ? "{\"label\":\"Tea\",\"automatic\":true}"
			       : "{\"code\":\"callback_failed\",\"detail\":"
				 "\"It cannot be called.\"}");
}

static void
about(struct cx *cx, struct rig *r, struct answer *out)
{
	struct json *j = json_new_object(cx);

	r->cloud.probes++;
	json_set_bool(cx, j, "linked", true);
	json_set(j, "items", json_new_array(cx));
	if (!r->cloud.timeless)
		json_set_text(cx, j, "time",
		    when_write(cx->mem,
			env_wall(&r->sim.env) + r->cloud.ahead_ms));
	answer(cx, out, 200, json_write(cx, j));
}

static const char *
bearer(const struct call *c)
{
	size_t i;

	for (i = 0; i < CALL_HEADERS_MAX && c->headers[i].name != NULL; i++) {
		if (strcmp(c->headers[i].name, "Authorization") == 0)
			return c->headers[i].value + strlen("Bearer ");
	}
	return "";
}

static void
take_privacy(struct cx *cx, struct cloud *cl, const char *kind,
    struct answer *out)
{
	if (cl->privacy_refused != NULL &&
	    strcmp(kind, cl->privacy_refused) == 0) {
		answer(cx, out, cl->privacy_status, "{\"code\":\"bad_input\"}");
		return;
	}
	cl->privacies++;
	if (cl->privacy_stop != NULL)
		*cl->privacy_stop = 1;
	snprintf(cl->privacy_kind, sizeof(cl->privacy_kind), "%s", kind);
	answer(cx, out, 202, "{\"job\":null}");
}

static void
happen_meanwhile(struct rig *r)
{
	void (*what)(struct rig *) = r->cloud.meanwhile;

	r->cloud.meanwhile = NULL;
	if (what != NULL)
		what(r);
}

static void
route(struct cx *cx, struct rig *r, const struct call *c, const char *path,
    struct answer *out)
{
	struct cloud *cl = &r->cloud;
	struct json *body = NULL;

	if (c->body.n > 0)
		must(cx,
		    json_parse(cx, (const char *)c->body.p, c->body.n, &body));
	if (strcmp(path, "/link") == 0 && c->method == POST) {
		link_store(cx, r, bearer(c), body, out);
	} else if (strcmp(path, "/link") == 0) {
		cl->unlinks++;
		answer(cx, out, 200, "{\"linked\":false}");
	} else if (strcmp(path, "/orders") == 0) {
		happen_meanwhile(r);
		take_orders(cx, cl, body, out);
	} else if (strcmp(path, "/orders/status") == 0) {
		say_states(cx, cl, body, out);
	} else if (strcmp(path, "/events") == 0) {
		cl->events += (int)json_count(json_get(body, "events"));
		answer(cx, out, 202, "{\"accepted\":1,\"repeated\":0}");
	} else if (strcmp(path, "/privacy") == 0) {
		take_privacy(cx, cl, json_get_text(body, "kind"), out);
	} else {
		about(cx, r, out);
	}
}

/* OK: it can be talked to. */
static enum err
cloud_reach(struct cx *cx, const struct cloud *cl)
{
	if (cl->mood == CLOUD_AWAY)
		return cx_fail_code(cx, ERR_UPSTREAM, "unreachable",
		    "the Cloud App cannot be reached");
	if (cl->mood == CLOUD_PRIVATE)
		return cx_fail_code(cx, ERR_INPUT, "address_refused",
		    "the address is not public");
	if (cl->mood == CLOUD_NO_TLS)
		return cx_fail_code(cx, ERR_UPSTREAM, "tls",
		    "the certificate has expired");
	return OK;
}

enum err
rig_cloud_serve(void *self, struct cx *cx, const struct call *c,
    struct answer *out)
{
	struct rig *r = self;
	const char *path = c->url + strlen(RIG_APP_URL);
	enum err e;

	r->cloud.calls++;
	if ((e = cloud_reach(cx, &r->cloud)) != OK)
		return e;
	if (r->cloud.mood == CLOUD_OTHER) {
		answer(cx, out, 200, "<h1>Welcome to nginx</h1>");
		return OK;
	}
	if (r->cloud.mood == CLOUD_UNLINKED && strcmp(path, "/orders") == 0) {
		answer(cx, out, 409,
		    "{\"code\":\"not_linked\",\"detail\":\"No store is "
		    "linked with it.\"}");
		return OK;
	}
	if (r->cloud.mood == CLOUD_STRANGER ||
	    strcmp(bearer(c), r->cloud.token) != 0) {
		answer(cx, out, 401,
		    "{\"code\":\"not_authorized\",\"detail\":\"The token is "
		    "not its token.\"}");
		return OK;
	}
	route(cx, r, c, path, out);
	if (r->cloud.mood == CLOUD_LOST && strcmp(path, "/orders") == 0) {
		out->sent = true;
		return cx_fail_code(cx, ERR_UPSTREAM, "cut",
		    "the answer was cut off");
	}
	return OK;
}

int
rig_times_sent(const struct rig *r, const struct sim_order *o)
{
	char id[24];
	size_t i;
	int n = 0;

	snprintf(id, sizeof(id), "%lld", (long long)o->id);
	for (i = 0; i < r->cloud.nseen; i++)
		n += strcmp(r->cloud.seen[i], id) == 0;
	return n;
}
