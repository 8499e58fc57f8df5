/*
 * sim_node.c - a program with its database and runner, on one thread.
 */
#include "lib/sim_node.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/conf.h"
#include "base/crypt.h"
#include "base/env.h"
#include "base/log.h"
#include "base/text.h"
#include "db/db.h"
#include "lib/sim_world.h"
#include "lib/test.h"
#include "net/client.h"

static struct runner_conf
runner_conf_of(const struct sim_node *n)
{
	return (struct runner_conf){
		.kinds = n->program->kinds,
		.workers = 1,
		.tell = n->program->tell,
	};
}

void
sim_node_open(struct sim_node *n)
{
	struct db_conf db = { .path = n->path, .inline_writer = true };
	struct runner_conf rc = runner_conf_of(n);
	const struct sim_program *p = n->program;
	struct arena *mem = arena_new();

	n->cx = (struct cx){ .env = &n->sim->env, .mem = mem };
	n->keys = keys_fixed();
	n->cx.keys = n->keys;
	n->cx.conf = conf_fixed(mem, p->conf);
	n->cx.now = env_wall(n->cx.env);
	if (getenv("LOGIVERY_SIM_LOG") != NULL)
		n->cx.log = log_open(2, LEVEL_DEBUG);
	must(&n->cx, db_open(&n->cx, &db, &n->cx.db));
	must(&n->cx, db_migrate(&n->cx, p->lists, p->nlists));
	if (p->start != NULL)
		must(&n->cx, p->start(&n->cx));
	must(&n->cx, runner_open(&n->cx, &rc, &n->runner));
	n->open = true;
	n->no_store_until = 0;
	n->doom = 0;
}

void
sim_node_close(struct sim_node *n)
{
	if (!n->open)
		return;
	n->open = false;
	runner_close(n->runner, 0);
	db_close(n->cx.db);
	if (n->cx.log != NULL)
		log_close(n->cx.log);
	cx_done(&n->cx);
	keys_close(n->keys);
}

void
sim_node_restart(void *self)
{
	struct sim_node *n = self;

	sim_node_close(n);
	sim_node_open(n);
}

/* --- death, and a database that fails --- */

void
sim_node_doom_step(struct sim_node *n, int step)
{
	n->no_store_until = 0;
	db_fail_from(n->cx.db, step);
}

void
sim_node_doom_call(struct sim_node *n, int call, bool answered)
{
	n->doom = call;
	n->dies_answered = answered;
}

void
sim_node_spare(struct sim_node *n)
{
	n->doom = 0;
	if (n->no_store_until == 0)
		db_fail_at(n->cx.db, 0);
}

bool
sim_node_is_dead(const struct sim_node *n)
{
	return n->no_store_until == 0 && db_fail_left(n->cx.db) < 0;
}

enum sim_caller
sim_node_calls(struct sim_node *n)
{
	if (sim_node_is_dead(n))
		return CALLER_IS_DEAD;
	if (n->doom == 0 || --n->doom > 0)
		return CALLER_LIVES;
	if (n->dies_answered)
		return CALLER_DIES_AFTER;
	sim_node_doom_step(n, 1);
	return CALLER_IS_DEAD;
}

void
sim_node_no_store(struct sim_node *n, int64_t ms)
{
	n->sim->faults[SIM_NO_STORE]++;
	n->no_store_until = n->sim->now_ms + ms;
	db_fail_from(n->cx.db, 1);
}

void
sim_node_store_back(struct sim_node *n)
{
	n->no_store_until = 0;
	db_fail_at(n->cx.db, 0);
}

int
sim_node_hush(struct sim_node *n)
{
	int before = db_fail_left(n->cx.db);

	db_fail_at(n->cx.db, 0);
	return before;
}

void
sim_node_unhush(struct sim_node *n, int before)
{
	if (before != 0)
		db_fail_from(n->cx.db, before > 0 ? before : 1);
}

static void
enter(struct sim_node *n)
{
	n->busy++;
	if (n->no_store_until != 0 && n->sim->now_ms >= n->no_store_until)
		sim_node_store_back(n);
}

/* True: it died in there.  Whatever it is in must unwind before it is opened
   again. */
static bool
leave(struct sim_node *n)
{
	bool dead = sim_node_is_dead(n);

	n->busy--;
	if (!dead || n->busy > 0)
		return dead;
	n->sim->faults[SIM_KILLED]++;
	sim_step(n->sim, "    %s was killed", n->program->name);
	sim_node_restart(n);
	return true;
}

/* --- asking it --- */

static void
read_query(struct cx *cx, struct request *rq, const char *query)
{
	char **parts, *name, *value;
	size_t i, n = text_split(cx->mem, query, '&', &parts), at;

	for (i = 0; i < n && rq->nquery < COUNT_OF(rq->query); i++) {
		at = strcspn(parts[i], "=");
		if (!text_url_decode(cx->mem, parts[i], at, true, &name))
			continue;
		at += parts[i][at] == '=';
		if (!text_url_decode(cx->mem, parts[i] + at,
			strlen(parts[i] + at), true, &value))
			continue;
		rq->query[rq->nquery++] = (struct param){ name, value };
	}
}

static void
read_target(struct cx *cx, struct request *rq, const char *target)
{
	size_t n = strcspn(target, "?");
	char *path;

	if (!text_url_decode(cx->mem, target, n, false, &path))
		path = arena_textn(cx->mem, target, n);
	rq->path = path;
	if (target[n] == '?')
		read_query(cx, rq, target + n + 1);
}

static void
write_reply(struct cx *cx, const struct reply *rp,
    const struct sim_later *later, struct sim_reply *out)
{
	size_t i;

	out->status = rp->status;
	out->content_type = arena_text(cx->mem, rp->content_type);
	out->body = rp->body.n == 0
	    ? ""
	    : arena_textn(cx->mem, (const char *)rp->body.p, rp->body.n);
	if (later->asked) {
		assert_true(later->answered);
		out->status = later->status;
		out->content_type = arena_text(cx->mem, later->type);
		out->body = arena_text(cx->mem, later->body);
	}
	for (i = 0; i < rp->nheaders; i++)
		out->headers[out->nheaders++] = (struct param){
			arena_text(cx->mem, rp->headers[i].name),
			arena_text(cx->mem, rp->headers[i].value),
		};
}

void
sim_node_ask(struct cx *cx, struct sim_node *n, const struct sim_request *ask,
    struct sim_reply *out)
{
	struct sim_later later = { 0 };
	struct request rq = { .method = ask->method, .remote = "192.0.2.1" };
	struct reply rp = { 0 };
	struct cx unit;
	size_t i;

	memset(out, 0, sizeof(*out));
	enter(n);
	cx_child(&unit, &n->cx);
	read_target(&unit, &rq, ask->path);
	for (i = 0; i < COUNT_OF(ask->headers); i++) {
		if (ask->headers[i].name == NULL)
			break;
		rq.headers[rq.nheaders++] = (struct param){
			text_lower_ascii(unit.mem, ask->headers[i].name),
			ask->headers[i].value,
		};
	}
	rq.body = ask->body;
	rq.secure = true;
	rq.later = &later;
	n->program->serve(&unit, &rq, &rp);
	write_reply(cx, &rp, &later, out);
	mem_free(later.body);
	cx_done(&unit);
	if (leave(n))
		out->status = 0; /* nobody hears of it */
}

const char *
sim_reply_header(const struct sim_reply *r, const char *name)
{
	size_t i;

	for (i = 0; i < r->nheaders; i++)
		if (text_equal_ascii_case(r->headers[i].name, name))
			return r->headers[i].value;
	return NULL;
}

enum err
sim_node_serve(void *self, struct cx *cx, const struct call *c,
    struct answer *out)
{
	struct sim_node *n = self;
	struct sim_request ask = { .method = c->method, .body = c->body };
	const char *path = strchr(strstr(c->url, "://") + 3, '/');
	struct sim_reply r;
	const char *retry;
	int64_t s;
	size_t i;

	if (!n->open)
		return cx_fail_code(cx, ERR_UPSTREAM, "unreachable",
		    "%s is not running", n->program->name);
	ask.path = path == NULL ? "/" : path;
	for (i = 0; i < COUNT_OF(ask.headers); i++) {
		if (c->headers[i].name == NULL)
			break;
		ask.headers[i] =
		    (struct param){ c->headers[i].name, c->headers[i].value };
	}
	sim_node_ask(cx, n, &ask, &r);
	out->sent = true;
	if (r.status == 0)
		return cx_fail_code(cx, ERR_UPSTREAM, "cut",
		    "%s died meanwhile", n->program->name);
	out->status = r.status;
	out->content_type = r.content_type;
	out->body.p = (const unsigned char *)r.body;
	out->body.n = strlen(r.body);
	retry = sim_reply_header(&r, "retry-after");
	if (retry != NULL && text_to_int(retry, 0, 86400, &s))
		out->retry_after_s = s;
	sim_step(n->sim, "    %s %s: %d", n->program->name, ask.path, r.status);
	return OK;
}

/* --- its jobs --- */

bool
sim_node_step(struct sim_node *n)
{
	bool ran = false;
	struct cx cx;

	enter(n);
	cx_child(&cx, &n->cx);
	if (runner_step(n->runner, &cx, &ran) != OK &&
	    db_fail_left(n->cx.db) >= 0)
		sim_fail(n->sim, "%s: runner_step: %s", n->program->name,
		    cx.why);
	cx_done(&cx);
	n->jobs += ran;
	return leave(n) || ran;
}

int64_t
sim_node_next(struct sim_node *n)
{
	int64_t at = INT64_MAX;
	struct cx cx;
	int before;

	if (n->no_store_until != 0)
		return n->no_store_until;
	before = sim_node_hush(n); /* it is we who ask */
	cx_child(&cx, &n->cx);
	if (runner_next(n->runner, &cx, &at) != OK)
		sim_fail(n->sim, "%s: runner_next: %s", n->program->name,
		    cx.why);
	cx_done(&cx);
	sim_node_unhush(n, before);
	return at;
}
