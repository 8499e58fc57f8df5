/*
 * orderdoc_parity_test.c - both mappings against each other, on pairs from the
 * stand-in's generator:
 *
 *   node sim/generate.mjs --schema FILE --query gql/order_full.graphql \
 *        --lines-query gql/order_lines_page.graphql --count 2000 --out DIR
 *   LOGIVERY_PARITY_DIR=DIR build/test/shopify/shopify_orderdoc_parity_test
 *
 * NNN.rest.json is a webhook's raw body, NNN.gql.json an array of the answers
 * to order_full and order_lines_page.  With LOGIVERY_DOCS_OUT the documents are
 * written there, for test/shopify/validate_docs.
 */
#include "lib/test.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/crypt.h"
#include "base/json.h"
#include "shopify/orderdoc.h"

enum {
	PAGES_MAX = 64,
	SKIPPED = 77 /* as Meson and Automake read it */
};

static const char rest_end[] = ".rest.json";

/* Where two long texts part, for the message. */
static void
assert_same_text(const char *name, const char *hook, const char *gql)
{
	size_t i, from;

	for (i = 0; hook[i] != '\0' && hook[i] == gql[i]; i++)
		;
	if (hook[i] == gql[i])
		return;
	from = i > 80 ? i - 80 : 0;
	fail_msg("%s differs at byte %zu\n  hook ...%.160s\n  gql  ...%.160s",
	    name, i, hook + from, gql + from);
}

static void
write_out(struct cx *cx, const char *name, const char *text)
{
	const char *dir = getenv("LOGIVERY_DOCS_OUT");

	if (dir == NULL)
		return;
	test_write_file(arena_printf(cx->mem, "%s/%s.json", dir, name), text,
	    0600);
}

static enum err
from_gql(struct cx *cx, const char *path, struct orderdoc *out)
{
	const char *text = test_read_file(cx, path);
	const struct json *pages[PAGES_MAX];
	struct json *answers;
	size_t i, n;

	must(cx, json_parse(cx, text, strlen(text), &answers));
	n = json_count(answers);
	assert_in_range(n, 1, PAGES_MAX);
	for (i = 1; i < n; i++)
		pages[i - 1] =
		    json_path(json_at(answers, i), "data.order.lineItems");
	return orderdoc_from_gql(cx,
	    json_path(json_at(answers, 0), "data.order"), pages, n - 1, out);
}

static void
compare_pair(struct cx *cx, const char *dir, const char *name)
{
	struct orderdoc hook, gql;
	const char *text = test_read_file(cx,
	    arena_printf(cx->mem, "%s/%s%s", dir, name, rest_end));
	struct bytes body = { (const unsigned char *)text, strlen(text) };

	must(cx, orderdoc_from_hook(cx, body, &hook));
	must(cx,
	    from_gql(cx, arena_printf(cx->mem, "%s/%s.gql.json", dir, name),
		&gql));
	assert_true(gql.complete);
	assert_same_text(name, hook.text, gql.text);
	assert_string_equal(hook.digest, gql.digest);
	assert_int_equal(hook.ntags, gql.ntags);
	write_out(cx, name, hook.text);
}

static void
generated_orders_give_one_document_in_both_forms(void **state)
{
	const char *dir = getenv("LOGIVERY_PARITY_DIR");
	struct cx *cx = *state, one;
	struct dirent *entry;
	size_t n, count = 0;
	DIR *d;

	assert_non_null(d = opendir(dir));
	while ((entry = readdir(d)) != NULL) {
		n = strlen(entry->d_name);
		if (n <= strlen(rest_end) ||
		    strcmp(entry->d_name + n - strlen(rest_end), rest_end) != 0)
			continue;
		cx_child(&one, cx);
		compare_pair(&one, dir,
		    arena_textn(one.mem, entry->d_name, n - strlen(rest_end)));
		cx_done(&one);
		count++;
	}
	closedir(d);
	print_message("%zu pairs\n", count);
	assert_true(count > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(generated_orders_give_one_document_in_both_forms),
	};

	if (getenv("LOGIVERY_PARITY_DIR") == NULL) {
		printf("skipped: LOGIVERY_PARITY_DIR is not set\n");
		return SKIPPED;
	}
	crypt_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
