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
#include "base/crypt.h"
#include "base/env.h"
#include "db/db.h"
#include "gen/sql.h"
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
	    &(struct sim_host){ "cloud.example", rig_cloud_serve, r });
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

void
rig_pair(struct rig *r, const char *token)
{
	struct cx *cx = rig_cx(r);
	struct sim_reply out;

	rig_ask(r, PUT, "/api/connection",
	    arena_printf(cx->mem,
		"{\"app_url\":\"" RIG_APP_URL "\",\"token\":\"%s\"}", token),
	    &out);
	assert_int_equal(out.status, 200);
}

void
rig_send_by_hand(struct rig *r, const struct sim_order *o)
{
	struct cx *cx = rig_cx(r);
	struct sim_reply out;

	rig_ask(r, POST, "/api/actions/send-orders",
	    arena_printf(cx->mem,
		"{\"orderIds\":[\"gid://shopify/Order/%lld\"]}",
		(long long)o->id),
	    &out);
	assert_int_equal(out.status, 200);
}

struct rig *
rig_open(void)
{
	struct rig *r = rig_open_unlinked();

	rig_pair(r, RIG_TOKEN);
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
