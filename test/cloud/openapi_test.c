/*
 * openapi_test.c - doc/openapi.yaml and the routes say the same.
 *
 * A small reader is enough: paths stand at two blanks, methods at four,
 * x-role at six.
 */
#include "cloud_rig.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "cloud/api_edge.h"
#include "net/method.h"

enum { CALLS_MAX = 100 };

struct call {
	enum method method;
	const char *path;
	const char *role;   /* viewer, operator, manager, none */
	const char *answer; /* the first status of its responses */
};

struct book {
	struct call calls[CALLS_MAX];
	size_t n;
};

static bool
method_read(const char *name, enum method *out)
{
	int m;

	for (m = 0; m < METHOD_COUNT; m++) {
		if (text_equal_ascii_case(name, method_name((enum method)m))) {
			*out = (enum method)m;
			return true;
		}
	}
	return false;
}

/* The word of a line that begins with just so many blanks, up to ':'. */
static const char *
word_at(struct cx *cx, const char *line, size_t blanks)
{
	if (strspn(line, " ") != blanks || line[blanks] == '-')
		return NULL;
	return arena_textn(cx->mem, line + blanks,
	    strcspn(line + blanks, line[blanks] == '/' ? ":" : ": "));
}

static void
line_read(struct cx *cx, struct book *b, const char *line, const char **path)
{
	const char *w;
	enum method m;

	if ((w = word_at(cx, line, 2)) != NULL)
		*path = w;
	if ((w = word_at(cx, line, 4)) != NULL && method_read(w, &m)) {
		assert_true(b->n < CALLS_MAX);
		b->calls[b->n++] = (struct call){ .method = m, .path = *path };
	}
	if ((w = word_at(cx, line, 6)) != NULL && strcmp(w, "x-role") == 0)
		b->calls[b->n - 1].role =
		    arena_text(cx->mem, strchr(line, ':') + 2);
}

static struct book
book_read(struct cx *cx)
{
	char *text = source_file(cx, "doc/openapi.yaml");
	const char *path = NULL;
	struct book b = { .n = 0 };
	char *line, *end;

	line = strstr(text, "\npaths:\n");
	assert_non_null(line);
	for (line += 8; *line == ' '; line = end + 1) {
		end = strchr(line, '\n');
		*end = '\0';
		line_read(cx, &b, line, &path);
	}
	assert_true(b.n > 20);
	return b;
}

static const struct route *const tables[] = { cloud_web_routes,
	cloud_account_routes, cloud_connector_routes, cloud_order_routes,
	cloud_job_routes, cloud_log_routes, cloud_shipment_routes,
	cloud_shipment_csv_routes, cloud_courier_routes, cloud_where_routes,
	cloud_ship_rule_routes };

static const struct route *
route_find(const struct call *c)
{
	const struct route *r;
	size_t i;

	for (i = 0; i < COUNT_OF(tables); i++) {
		for (r = tables[i]; r->pattern != NULL; r++) {
			if (r->method == c->method &&
			    strcmp(r->pattern, c->path) == 0)
				return r;
		}
	}
	return NULL;
}

static void
every_described_call_is_served_with_its_role(void **state)
{
	struct cx *cx = *state;
	struct book b = book_read(cx);
	const struct route *r;
	size_t i;

	for (i = 0; i < b.n; i++) {
		r = route_find(&b.calls[i]);
		if (r == NULL)
			print_error("%s %s: not served\n",
			    method_name(b.calls[i].method), b.calls[i].path);
		assert_non_null(r);
		assert_non_null(b.calls[i].role);
		if (r->flags & ROUTE_OPEN)
			assert_string_equal(b.calls[i].role, "none");
		else
			assert_string_equal(b.calls[i].role, r->right);
	}
}

static void
every_route_is_described(void **state)
{
	struct cx *cx = *state;
	struct book b = book_read(cx);
	const struct route *r;
	size_t i, j;

	for (i = 0; i < COUNT_OF(tables); i++) {
		for (r = tables[i]; r->pattern != NULL; r++) {
			if (r->flags & ROUTE_WEB)
				continue; /* pages for people */
			for (j = 0; j < b.n; j++) {
				if (b.calls[j].method == r->method &&
				    strcmp(b.calls[j].path, r->pattern) == 0)
					break;
			}
			if (j == b.n)
				print_error("%s: not described\n", r->pattern);
			assert_true(j < b.n);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_described_call_is_served_with_its_role),
		TEST(every_route_is_described),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
