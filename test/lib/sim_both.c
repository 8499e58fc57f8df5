/*
 * sim_both.c - two programs, one store and the pairing between them.
 */
#include "lib/sim_both.h"

#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/json.h"
#include "lib/test.h"

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st;
	(void)type;
	(void)where;
	return remove(path);
}

/* In memory where there is a place: thousands of commits a run. */
static void
make_dir(struct sim_both *b)
{
	const char *tmp = getenv("TMPDIR");

	if (access("/dev/shm", W_OK) == 0)
		tmp = "/dev/shm";
	snprintf(b->dir, sizeof(b->dir), "%s/logivery-sim-XXXXXX",
	    tmp != NULL && *tmp != '\0' ? tmp : "/tmp");
	assert_non_null(mkdtemp(b->dir));
	snprintf(b->secret_file, sizeof(b->secret_file), "%s/secret", b->dir);
	test_write_file(b->secret_file, SIM_SECRET "\n", 0600);
}

static void
open_nodes(struct sim_both *b)
{
	const char *const *conf = sim_shopify_program.conf;
	size_t i;

	b->app_program = sim_shopify_program;
	for (i = 0; conf[i] != NULL; i++)
		b->app_conf[i] = conf[i];
	b->app_conf[i++] = "client-secret-file";
	b->app_conf[i++] = b->secret_file;
	assert_true(i < COUNT_OF(b->app_conf));
	b->app_program.conf = b->app_conf;
	b->cloud.sim = b->app.sim = &b->sim;
	b->cloud.program = &sim_cloud_program;
	b->app.program = &b->app_program;
	snprintf(b->cloud.path, sizeof(b->cloud.path), "%s/cloud.db", b->dir);
	snprintf(b->app.path, sizeof(b->app.path), "%s/app.db", b->dir);
	sim_node_open(&b->cloud);
	sim_node_open(&b->app);
	sim_host_add(&b->sim,
	    &(struct sim_host){ "cloud.example", sim_node_serve, &b->cloud,
		sim_node_restart });
	sim_host_add(&b->sim,
	    &(struct sim_host){ "app.example", sim_node_serve, &b->app,
		sim_node_restart });
}

static struct sim_node *
node_of(struct sim_both *b, const struct cx *cx)
{
	if (cx->db != NULL && cx->db == b->cloud.cx.db)
		return &b->cloud;
	return cx->db != NULL && cx->db == b->app.cx.db ? &b->app : NULL;
}

static enum sim_caller
caller(void *arg, struct cx *cx)
{
	struct sim_node *n = node_of(arg, cx);

	return n == NULL ? CALLER_LIVES : sim_node_calls(n);
}

static void
die(void *arg, struct cx *cx)
{
	sim_node_doom_step(node_of(arg, cx), 1);
}

struct sim_both *
sim_both_open(uint64_t seed, bool paired)
{
	struct sim_both *b = mem_new(sizeof(*b));
	struct cx cx;

	crypt_start();
	sim_open(&b->sim, seed);
	b->began_ms = b->sim.now_ms;
	make_dir(b);
	open_nodes(b);
	b->sim.caller = caller;
	b->sim.die = die;
	b->sim.caller_arg = b;
	sim_shopify_open(&b->shopify, &b->sim, &b->app);
	b->shopify.secret = SIM_SECRET;
	b->shopify.client_id = SIM_CLIENT_ID;
	b->store = sim_store_add(&b->shopify, SIM_SHOP);
	b->cx = (struct cx){ .env = &b->sim.env, .mem = arena_new() };
	b->cx.now = b->sim.now_ms;
	cx_child(&cx, &b->cloud.cx);
	must(&cx,
	    sim_cloud_domain.connector_add(&cx, "Tea and More", &b->connector));
	b->connector.public_id = arena_text(b->cx.mem, b->connector.public_id);
	b->connector.app_url = arena_text(b->cx.mem, b->connector.app_url);
	cx_done(&cx);
	if (paired)
		assert_int_equal(sim_both_pair(b, b->connector.token), 200);
	return b;
}

void
sim_both_close(struct sim_both *b)
{
	sim_node_close(&b->app);
	sim_node_close(&b->cloud);
	sim_shopify_close(&b->shopify);
	nftw(b->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	cx_done(&b->cx);
	mem_free(b);
}

/* --- asking --- */

void
sim_app_ask(struct cx *cx, struct sim_both *b, enum method m, const char *path,
    const char *body, struct sim_reply *r)
{
	struct sim_request ask = { .method = m, .path = path };

	ask.headers[0] = (struct param){ "Authorization",
		arena_printf(cx->mem, "Bearer %s",
		    sim_id_token(cx, b->store)) };
	if (body != NULL) {
		ask.headers[1] =
		    (struct param){ "Content-Type", "application/json" };
		ask.body =
		    (struct bytes){ (const unsigned char *)body, strlen(body) };
	}
	sim_node_ask(cx, &b->app, &ask, r);
	sim_step(&b->sim, "    app %s: %d %.90s", path, r->status, r->body);
}

void
sim_cloud_ask(struct cx *cx, struct sim_both *b, enum method m,
    const char *path, const char *body, const char *key, struct sim_reply *r)
{
	struct sim_request ask = { .method = m };
	size_t n = 0;

	ask.path =
	    arena_printf(cx->mem, "/c/%s%s", b->connector.public_id, path);
	ask.headers[n++] = (struct param){ "Authorization",
		arena_printf(cx->mem, "Bearer %s", b->connector.token) };
	if (key != NULL)
		ask.headers[n++] = (struct param){ "Idempotency-Key", key };
	if (body != NULL) {
		ask.headers[n++] =
		    (struct param){ "Content-Type", "application/json" };
		ask.body =
		    (struct bytes){ (const unsigned char *)body, strlen(body) };
	}
	sim_node_ask(cx, &b->cloud, &ask, r);
}

int
sim_both_pair(struct sim_both *b, const char *token)
{
	struct sim_reply r;
	struct json *j;
	struct cx cx;
	int status;

	cx_child(&cx, &b->cx);
	j = json_new_object(&cx);
	json_set_text(&cx, j, "app_url", b->connector.app_url);
	json_set_text(&cx, j, "token", token);
	sim_app_ask(&cx, b, PUT, "/api/connection", json_write(&cx, j), &r);
	status = r.status;
	cx_done(&cx);
	return status;
}

/* --- going on --- */

bool
sim_both_step(struct sim_both *b, int64_t until_ms)
{
	int64_t at, hook = sim_hook_next(&b->shopify);
	struct sim *s = &b->sim;

	if (sim_hook_deliver(&b->shopify, false))
		return true;
	if (sim_node_step(&b->cloud) || sim_node_step(&b->app))
		return true;
	at = sim_node_next(&b->cloud);
	if (sim_node_next(&b->app) < at)
		at = sim_node_next(&b->app);
	if (hook < at)
		at = hook;
	if (at > until_ms)
		return false;
	sim_advance(s, at > s->now_ms ? at - s->now_ms : 1);
	return true;
}

void
sim_both_run(struct sim_both *b, int64_t ms)
{
	int64_t until = b->sim.now_ms + ms;

	while (b->sim.now_ms < until && !b->sim.failed)
		if (!sim_both_step(b, until))
			sim_advance(&b->sim, until - b->sim.now_ms);
}
