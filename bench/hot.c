/*
 * hot.c - the hot paths, each alone, so that their instructions can be counted.
 *
 *	hot PATH DIR ORDER     DIR: an empty folder; ORDER: a webhook's body
 *
 * Runs PATH a few times to warm up and then 20 times inside hot_measured, which
 * callgrind is told to look at (bench/counts.mjs).  Clock and randomness repeat
 * themselves and there are no threads, so that the same program counts the same
 * twice.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/crypt.h"
#include "base/env.h"
#include "base/keys.h"
#include "db/db.h"
#include "gen/sql.h"
#include "net/http.h"
#include "queue/runner.h"
#include "shopify/hook.h"
#include "shopify/orderdoc.h"
#include "shopify/shop.h"
#include "shopify/site.h"

#define SHOP "bench.myshopify.com"
#define SECRET "hush"

enum { WARM = 3, TIMES = 20, BATCH = 32, NOW_STEP = 7 };

static struct {
	struct env env;
	struct cx cx;
	struct keys keys;
	struct runner *runner;
	struct bytes order;
	const char *hmac;
	uint64_t seed;
	int64_t now;
	int calls;
} w;

static void
need(struct cx *cx, enum err e, const char *what)
{
	if (e == OK)
		return;
	fprintf(stderr, "hot: %s: %s\n", what, cx->why);
	exit(2);
}

/* --- a world that repeats itself --- */

static int64_t
clock_now(struct env *env)
{
	(void)env;
	return w.now;
}

static void
random_next(struct env *env, void *p, size_t n)
{
	unsigned char *at = p;
	size_t i;

	(void)env;
	for (i = 0; i < n; i++) {
		w.seed = w.seed * UINT64_C(6364136223846793005) + 1442695040;
		at[i] = (unsigned char)(w.seed >> 33);
	}
}

static enum err
begin_shop(struct cx *cx, void *arg)
{
	const struct shop *shop = arg;

	return shop_begin(cx, shop, "write_orders", w.now);
}

static enum err
do_nothing(struct cx *cx, const struct job *job)
{
	(void)cx;
	(void)job;
	return OK;
}

static const struct job_kind nothing = {
	.name = "nothing",
	.title = "Nothing",
	.run = do_nothing,
	.attempts = 1,
};
static const struct job_kind *const kinds[] = { &nothing, NULL };

static void
write_secret(const char *path)
{
	FILE *f = fopen(path, "w");

	if (f == NULL || fputs(SECRET "\n", f) == EOF || fclose(f) != 0)
		exit(2);
}

static void
read_order(const char *path)
{
	FILE *f = fopen(path, "r");
	char *p = mem_new(64 * 1024);
	unsigned char mac[DIGEST_BYTES];
	struct bytes key = { (const unsigned char *)SECRET, strlen(SECRET) };

	if (f == NULL)
		exit(2);
	w.order =
	    (struct bytes){ (unsigned char *)p, fread(p, 1, 64 * 1024, f) };
	fclose(f);
	hmac_sha256(key, w.order, mac);
	w.hmac = base64_encode(w.cx.mem, (struct bytes){ mac, sizeof(mac) });
}

static void
open_world(const char *dir)
{
	static const struct migration *const lists[] = { schema_queue,
		schema_shopify };
	struct cx *cx = &w.cx;
	const char *secret;
	struct db_conf conf = { .inline_writer = true };
	struct runner_conf rc = { .kinds = kinds };
	struct shop shop;

	w.now = INT64_C(1795428000000);
	w.env = (struct env){ .wall_ms = clock_now,
		.mono_ms = clock_now,
		.random = random_next };
	crypt_start();
	cx_child(cx, &(struct cx){ .env = &w.env });
	secret = arena_printf(cx->mem, "%s/secret", dir);
	write_secret(secret);
	w.keys = (struct keys){ .n = 1, .key = { { .id = "k1" } } };
	cx->keys = &w.keys;
	cx->conf = conf_fixed(cx->mem,
	    (const char *const[]){ "client-secret-file", secret,
		"sweep-seconds", "300", NULL });
	conf.path = arena_printf(cx->mem, "%s/hot.db", dir);
	need(cx, db_open(cx, &conf, &cx->db), "db_open");
	need(cx, db_migrate(cx, lists, 2), "db_migrate");
	need(cx, shop_ensure(cx, SHOP, &shop), "shop_ensure");
	need(cx, db_tx(cx, begin_shop, &shop), "shop_begin");
	need(cx, runner_open(cx, &rc, &w.runner), "runner_open");
}

/* --- the paths --- */

static const char *
new_id(struct cx *cx)
{
	return arena_printf(cx->mem, "b0b0b0b0-0000-4000-8000-%012d",
	    w.calls++);
}

/* From the parsed head on: HMAC, sealing, row and job, answer. */
static void
hook(struct cx *cx)
{
	struct request rq = { .method = POST,
		.path = "/webhooks",
		.body = w.order,
		.remote = "127.0.0.1",
		.nheaders = 4,
		.headers = {
		    { "x-shopify-topic", "orders/create" },
		    { "x-shopify-shop-domain", SHOP },
		    { "x-shopify-hmac-sha256", w.hmac },
		    { "x-shopify-webhook-id", new_id(cx) },
		} };
	struct reply rp = { 0 };

	router_run(cx, &shopify_site, &rq, &rp);
	if (rp.status != 200) {
		fprintf(stderr, "hot: hook was answered %d: %s\n", rp.status,
		    cx->why);
		exit(2);
	}
}

static enum err
store_batch(struct cx *cx, void *arg)
{
	return hook_store_many(cx, arg, BATCH);
}

/* What the committer does with 32 that wait. */
static void
hook_batch(struct cx *cx)
{
	struct hook_row rows[BATCH], *all[BATCH];
	struct hook h = { .topic = "orders/create", .domain = SHOP };
	int i;

	for (i = 0; i < BATCH; i++) {
		h.id = new_id(cx);
		rows[i] = (struct hook_row){ .hook = h, .sealed = w.order };
		all[i] = &rows[i];
	}
	need(cx, db_tx(cx, store_batch, all), "hook_store_many");
}

static void
map_order(struct cx *cx)
{
	struct orderdoc doc;

	need(cx, orderdoc_from_hook(cx, w.order, &doc), "orderdoc_from_hook");
}

static void
add_job(struct cx *cx)
{
	struct job_new j = { .kind = "nothing", .tenant = 1 };

	need(cx, job_add(cx, &j, NULL), "job_add");
}

/* Add, claim, run, settle. */
static void
run_job(struct cx *cx)
{
	bool ran = false;

	add_job(cx);
	need(cx, runner_step(w.runner, cx, &ran), "runner_step");
	if (!ran)
		exit(2);
}

static const struct path {
	const char *name;
	void (*run)(struct cx *);
} paths[] = {
	{ "hook", hook },
	{ "hook_batch", hook_batch },
	{ "map_order", map_order },
	{ "add_job", add_job },
	{ "run_job", run_job },
};

static void
run_times(const struct path *p, int times)
{
	struct cx cx;

	for (; times > 0; times--) {
		w.now += NOW_STEP;
		cx_child(&cx, &w.cx);
		p->run(&cx);
		cx_done(&cx);
	}
}

void hot_measured(const struct path *);
__attribute__((noinline)) void
hot_measured(const struct path *p)
{
	run_times(p, TIMES);
}

int
main(int argc, char **argv)
{
	size_t i;

	if (argc != 4)
		return 2;
	open_world(argv[2]);
	read_order(argv[3]);
	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		if (strcmp(paths[i].name, argv[1]) != 0)
			continue;
		run_times(&paths[i], WARM);
		hot_measured(&paths[i]);
		return 0;
	}
	return 2;
}
