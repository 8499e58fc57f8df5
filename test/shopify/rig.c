/*
 * rig.c - the Shopify app between two others that do what they are told.
 */
#include "rig.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/crypt.h"
#include "base/env.h"
#include "base/json.h"
#include "base/text.h"
#include "db/db.h"
#include "gen/sql.h"
#include "net/client.h"
#include "shopify/budget.h"
#include "shopify/jobs.h"
#include "shopify/site.h"

static const char *const options[] = {
	"public-url",
	"https://app.example",
	"client-id",
	RIG_CLIENT_ID,
	"shopify-url",
	"https://{shop}",
	"sweep-seconds",
	"300",
	"retry-base-ms",
	"1000",
	"app-bridge-url",
	"https://cdn.shopify.com/app-bridge.js",
	"polaris-url",
	"https://cdn.shopify.com/polaris.js",
	"admin-url",
	"https://admin.shopify.com",
	"cloud-url",
	"https://cloud.example",
};

static const struct migration *const lists[] = { schema_queue, schema_shopify };

static void
serve(struct cx *cx, struct request *rq, struct reply *rp)
{
	shopify_hints_add();
	router_run(cx, &shopify_site, rq, rp);
}

/* --- the Cloud App --- */

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
	snprintf(cl->privacy_kind, sizeof(cl->privacy_kind), "%s", kind);
	answer(cx, out, 202, "{\"job\":null}");
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

static enum err
cloud_serve(void *self, struct cx *cx, const struct call *c, struct answer *out)
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

/* --- asking --- */

struct cx *
rig_cx(struct rig *r)
{
	r->cx.now = env_wall(&r->sim.env);
	return &r->cx;
}

void
rig_ask(struct rig *r, enum method m, const char *path, const char *body,
    struct sim_reply *out)
{
	struct cx *cx = rig_cx(r);
	struct sim_request ask = { .method = m, .path = path };

	ask.headers[0] = (struct param){ "Authorization",
		arena_printf(cx->mem, "Bearer %s",
		    sim_id_token(cx, r->store)) };
	if (body != NULL) {
		ask.headers[1] =
		    (struct param){ "Content-Type", "application/json" };
		ask.body =
		    (struct bytes){ (const unsigned char *)body, strlen(body) };
	}
	sim_node_ask(cx, &r->app, &ask, out);
}

void
rig_call(struct rig *r, const char *token, enum method m, const char *path,
    const char *body, struct sim_reply *out)
{
	static int count;
	struct cx *cx = rig_cx(r);
	struct shop shop = rig_shop(r);
	struct sim_request ask = { .method = m };
	unsigned char mac[DIGEST_BYTES];
	const char *id = arena_printf(cx->mem, "msg_%d", ++count);
	const char *at =
	    arena_printf(cx->mem, "%lld", (long long)(cx->now / 1000));
	const char *text =
	    arena_printf(cx->mem, "%s.%s.%s", id, at, body != NULL ? body : "");

	hmac_sha256((struct bytes){ (const unsigned char *)token,
			strlen(token) },
	    (struct bytes){ (const unsigned char *)text, strlen(text) }, mac);
	ask.path =
	    arena_printf(cx->mem, "/callback/%s%s", shop.public_id, path);
	ask.headers[0] = (struct param){ "webhook-id", id };
	ask.headers[1] = (struct param){ "webhook-timestamp", at };
	ask.headers[2] = (struct param){ "webhook-signature",
		arena_printf(cx->mem, "v1,%s",
		    base64_encode(cx->mem,
			(struct bytes){ mac, DIGEST_BYTES })) };
	if (body != NULL) {
		ask.headers[3] =
		    (struct param){ "Content-Type", "application/json" };
		ask.body =
		    (struct bytes){ (const unsigned char *)body, strlen(body) };
	}
	sim_node_ask(cx, &r->app, &ask, out);
}

int
rig_hook(struct rig *r, const struct rig_hook *h, const char *body)
{
	struct cx *cx = rig_cx(r);
	struct sim_request ask = { .method = POST, .path = "/webhooks" };
	struct bytes text = { (const unsigned char *)body, strlen(body) };
	const char *secret = h->secret != NULL ? h->secret : RIG_SECRET;
	const char *hmac = h->hmac;
	unsigned char mac[DIGEST_BYTES];
	struct sim_reply out;
	size_t n = 0;

	hmac_sha256((struct bytes){ (const unsigned char *)secret,
			strlen(secret) },
	    text, mac);
	if (hmac == NULL)
		hmac =
		    base64_encode(cx->mem, (struct bytes){ mac, DIGEST_BYTES });
	ask.body = text;
	if (!h->no_hmac)
		ask.headers[n++] =
		    (struct param){ "X-Shopify-Hmac-Sha256", hmac };
	if (h->two_hmacs)
		ask.headers[n++] =
		    (struct param){ "X-Shopify-Hmac-Sha256", hmac };
	if (h->topic != NULL)
		ask.headers[n++] =
		    (struct param){ "X-Shopify-Topic", h->topic };
	ask.headers[n++] = (struct param){ "X-Shopify-Shop-Domain",
		h->shop != NULL ? h->shop : RIG_SHOP };
	if (h->id != NULL)
		ask.headers[n++] =
		    (struct param){ "X-Shopify-Webhook-Id", h->id };
	if (h->triggered_at != 0)
		ask.headers[n++] = (struct param){ "X-Shopify-Triggered-At",
			when_write(cx->mem, h->triggered_at) };
	sim_node_ask(cx, &r->app, &ask, &out);
	return out.status;
}

/* --- time --- */

void
rig_work(struct rig *r)
{
	while (sim_node_step(&r->app))
		;
}

void
rig_settle(struct rig *r)
{
	int i;

	for (i = 0; i < 10000; i++) {
		if (r->shopify.nhooks > 0 &&
		    sim_hook_deliver(&r->shopify, true))
			continue;
		if (!sim_node_step(&r->app))
			return;
	}
	fail_msg("it never settles");
}

void
rig_run(struct rig *r, int64_t ms)
{
	int64_t until = r->sim.now_ms + ms, at;

	while (r->sim.now_ms < until) {
		rig_settle(r);
		at = sim_node_next(&r->app);
		if (at <= r->sim.now_ms)
			at = r->sim.now_ms + 1;
		if (at > until)
			at = until;
		sim_advance(&r->sim, at - r->sim.now_ms);
	}
	rig_settle(r);
}

/* --- looking --- */

struct shop
rig_shop(struct rig *r)
{
	struct shop shop = { 0 };

	must(rig_cx(r), shop_find(&r->cx, RIG_SHOP, &shop));
	return shop;
}

struct ledger
rig_row(struct rig *r, const struct sim_order *o)
{
	struct cx *cx = rig_cx(r);
	struct shop shop = rig_shop(r);
	struct ledger l;

	must(cx,
	    ledger_find(cx, shop.id,
		arena_printf(cx->mem, "%lld", (long long)o->id), &l));
	return l;
}

void
assert_state(struct rig *r, const struct sim_order *o, const char *state)
{
	assert_string_equal(rig_row(r, o).state, state);
}

void
assert_tags(struct rig *r, const struct sim_order *o, const char *ours)
{
	assert_string_equal(sim_tags_ours(rig_cx(r), &o->tags), ours);
}

/* --- opening --- */

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st;
	(void)type;
	(void)where;
	return remove(path);
}

static void
make_dir(struct rig *r)
{
	snprintf(r->dir, sizeof(r->dir), "%s/logivery-rig-XXXXXX",
	    access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	assert_non_null(mkdtemp(r->dir));
	snprintf(r->secret_file, sizeof(r->secret_file), "%s/secret", r->dir);
	test_write_file(r->secret_file, RIG_SECRET "\n" RIG_OLD_SECRET "\n",
	    0600);
}

static void
open_app(struct rig *r)
{
	size_t i;

	for (i = 0; i < COUNT_OF(options); i++)
		r->conf[i] = options[i];
	r->conf[i++] = "client-secret-file";
	r->conf[i++] = r->secret_file;
	assert_true(i < COUNT_OF(r->conf));
	r->program = (struct sim_program){
		.name = "app",
		.conf = r->conf,
		.lists = lists,
		.nlists = COUNT_OF(lists),
		.kinds = shopify_kinds,
		.tell = kinds_tell,
		.serve = serve,
	};
	r->app.sim = &r->sim;
	r->app.program = &r->program;
	snprintf(r->app.path, sizeof(r->app.path), "%s/app.db", r->dir);
	sim_node_open(&r->app);
}

struct rig *
rig_open_unlinked(void)
{
	struct rig *r = mem_new(sizeof(*r));
	struct sim_reply out;

	crypt_start();
	sim_open(&r->sim, 1);
	make_dir(r);
	open_app(r);
	sim_host_add(&r->sim,
	    &(struct sim_host){ "cloud.example", cloud_serve, r });
	sim_shopify_open(&r->shopify, &r->sim, &r->app);
	r->shopify.secret = RIG_SECRET;
	r->shopify.client_id = RIG_CLIENT_ID;
	r->shopify.lag_ms = 1;
	r->store = sim_store_add(&r->shopify, RIG_SHOP);
	r->cloud.token = RIG_TOKEN;
	r->cloud.state = "syncing";
	r->cloud.knows = true;
	cx_child(&r->cx, &r->app.cx);
	rig_ask(r, GET, "/api/connection", NULL, &out);
	assert_int_equal(out.status, 200);
	rig_settle(r);
	return r;
}

struct rig *
rig_open(void)
{
	struct rig *r = rig_open_unlinked();
	struct sim_reply out;

	rig_ask(r, PUT, "/api/connection",
	    "{\"app_url\":\"" RIG_APP_URL "\",\"token\":\"" RIG_TOKEN "\"}",
	    &out);
	assert_int_equal(out.status, 200);
	rig_settle(r);
	sim_advance(&r->sim, SECOND_MS);
	return r;
}

void
rig_close(struct rig *r)
{
	bool failed = r->sim.failed;

	if (failed)
		sim_tell(&r->sim);
	cx_done(&r->cx);
	sim_node_close(&r->app);
	sim_shopify_close(&r->shopify);
	nftw(r->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	mem_free(r);
	assert_false(failed);
}

int
rig_setup(void **state)
{
	*state = rig_open();
	return 0;
}

int
rig_teardown(void **state)
{
	rig_close(*state);
	return 0;
}

void
rig_make_poor(struct rig *r, int64_t left)
{
	struct budget_word word = { 0, 200, left, 10 };
	struct cx *cx = rig_cx(r);

	r->store->ceiling = word.ceiling;
	r->store->restore = word.restore;
	r->store->left_milli = left * 1000;
	r->store->left_at = r->sim.now_ms;
	must(cx, budget_give(cx, rig_shop(r).id, "Other", 0, 0, &word));
}
