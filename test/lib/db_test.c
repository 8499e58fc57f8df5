/*
 * db_test.c - where each test's database comes from and goes to.
 */
#include "lib/db_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "lib/pg.h"

/* Open databases of this program; a test has one, rarely two. */
struct opened {
	const struct cx *cx;
	struct db_conf conf;
	struct opened *next;
};

static struct opened *all;

static void
forget(const struct cx *cx)
{
	struct opened **at, *o;

	for (at = &all; (o = *at) != NULL; at = &o->next)
		if (o->cx == cx) {
			*at = o->next;
			mem_free(o);
			return;
		}
}

static void
close_db(void *arg)
{
	struct cx *cx = arg;
	const struct db_conf *conf = test_db_conf(cx);

	db_close(cx->db);
	cx->db = NULL;
	if (conf->url != NULL)
		test_pg_drop(conf->url);
	forget(cx);
}

const struct db_conf *
test_db_conf(const struct cx *cx)
{
	struct opened *o;

	for (o = all; o->cx != cx; o = o->next)
		;
	return &o->conf;
}

static bool
place(struct cx *cx, enum db_engine engine, struct db_conf *conf)
{
	char *url;

	if (engine == DB_SQLITE) {
		conf->path = arena_printf(cx->mem, "%s/test.db", test_dir(cx));
		return true;
	}
	if ((url = test_pg_database()) == NULL)
		return false;
	conf->url = arena_text(cx->mem, url);
	free(url);
	return true;
}

static struct cx *
open_db(enum db_engine engine, bool inline_writer)
{
	struct cx *cx = test_cx();
	struct opened *o = mem_new(sizeof(*o));

	o->conf.inline_writer = inline_writer;
	if (!place(cx, engine, &o->conf)) {
		printf("skip: %s\n", test_pg_why());
		mem_free(o);
		test_cx_free(cx);
		return NULL;
	}
	o->cx = cx;
	o->next = all;
	all = o;
	arena_defer(cx->mem, close_db, cx);
	must(cx, db_open(cx, &o->conf, &cx->db));
	return cx;
}

struct cx *
test_db_cx(enum db_engine engine, const struct migration *const *lists,
    size_t nlists)
{
	struct cx *cx = open_db(engine, false);

	if (cx != NULL)
		must(cx, db_migrate(cx, lists, nlists));
	return cx;
}

int
test_db_setup(void **state)
{
	struct test_db_case *c = *state;

	c->cx = open_db(c->engine, c->inline_writer);
	if (c->cx != NULL)
		must(c->cx, db_migrate(c->cx, c->lists, c->nlists));
	return 0;
}

int
test_db_teardown(void **state)
{
	struct test_db_case *c = *state;

	if (c->cx != NULL)
		test_cx_free(c->cx);
	c->cx = NULL;
	return 0;
}

void
test_db_run(void **state)
{
	struct test_db_case *c = *state;

	if (c->cx == NULL)
		skip();
	c->run(c->cx);
}
