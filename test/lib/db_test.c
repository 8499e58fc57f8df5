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

/* --- on PostgreSQL: a copy --- */

/* Databases that have a schema and nothing else, made once a program. */
static struct pattern {
	const struct migration *const *lists;
	size_t nlists;
	char *url;
} patterns[8];

static char *
make_pattern(const struct migration *const *lists, size_t nlists)
{
	char *url = test_pg_database(NULL);
	struct db_conf conf = { .url = url };
	struct cx *cx = test_cx();

	must(cx, db_open(cx, &conf, &cx->db));
	must(cx, db_migrate(cx, lists, nlists));
	db_close(cx->db);
	cx->db = NULL;
	test_cx_free(cx);
	return url;
}

static const char *
pattern_of(const struct migration *const *lists, size_t nlists)
{
	struct pattern *p = patterns;

	while (p->lists != NULL && (p->lists != lists || p->nlists != nlists))
		p++;
	assert_true(p < patterns + COUNT_OF(patterns) - 1);
	if (p->lists == NULL) {
		p->lists = lists;
		p->nlists = nlists;
		p->url = make_pattern(lists, nlists);
	}
	return p->url;
}

/* --- open --- */

static bool
place(struct cx *cx, const struct test_db_case *c, struct db_conf *conf)
{
	char *url;

	if (c->engine == DB_SQLITE) {
		conf->path = arena_printf(cx->mem, "%s/test.db", test_dir(cx));
		return true;
	}
	if (test_pg_url() == NULL)
		return false;
	url = test_pg_database(pattern_of(c->lists, c->nlists));
	conf->url = arena_text(cx->mem, url);
	free(url);
	return true;
}

static struct cx *
open_db(const struct test_db_case *c)
{
	struct cx *cx = test_cx();
	struct opened *o = mem_new(sizeof(*o));

	o->conf.inline_writer = c->inline_writer;
	if (!place(cx, c, &o->conf)) {
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
	must(cx, db_migrate(cx, c->lists, c->nlists));
	return cx;
}

struct cx *
test_db_cx(enum db_engine engine, const struct migration *const *lists,
    size_t nlists)
{
	return open_db(&(struct test_db_case){
	    .engine = engine,
	    .lists = lists,
	    .nlists = nlists,
	});
}

int
test_db_setup(void **state)
{
	struct test_db_case *c = *state;

	c->cx = open_db(c);
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
