/*
 * statements_test.c - every statement there is, prepared on both engines.
 *
 * The two programs' tables live in databases of their own, so a statement of
 * sql/cloud is prepared where queue and cloud are, one of sql/shopify where
 * queue and shopify are, and one of sql/app or sql/queue in both.
 */
#include "lib/db_test.h"

#include <string.h>

#include "gen/sql.h"

static const struct migration *const cloud_lists[] = { schema_app, schema_queue,
	schema_cloud };
static const struct migration *const shopify_lists[] = { schema_app,
	schema_queue, schema_shopify };

static void
prepare_area(struct cx *cx, const char *area, int *bad)
{
	int i, n = 0;

	for (i = 0; sql_all[i] != NULL; i++) {
		if (strcmp(sql_all[i]->area, area) != 0)
			continue;
		n++;
		if (db_prepare(cx, sql_all[i]) == OK)
			continue;
		print_error("sql/%s: %s\n", area, cx->why);
		++*bad;
	}
	print_message("sql/%s: %d statements\n", area, n);
}

static void
every_cloud_statement_prepares(struct cx *cx)
{
	int bad = 0;

	prepare_area(cx, "app", &bad);
	prepare_area(cx, "queue", &bad);
	prepare_area(cx, "cloud", &bad);
	assert_int_equal(bad, 0);
}

static void
every_shopify_statement_prepares(struct cx *cx)
{
	int bad = 0;

	prepare_area(cx, "app", &bad);
	prepare_area(cx, "queue", &bad);
	prepare_area(cx, "shopify", &bad);
	assert_int_equal(bad, 0);
}

static void
every_statement_lies_in_a_known_folder(void **state)
{
	int i;

	(void)state;
	for (i = 0; sql_all[i] != NULL; i++)
		if (strcmp(sql_all[i]->area, "app") != 0 &&
		    strcmp(sql_all[i]->area, "queue") != 0 &&
		    strcmp(sql_all[i]->area, "cloud") != 0 &&
		    strcmp(sql_all[i]->area, "shopify") != 0)
			fail_msg("%s: sql/%s?", sql_all[i]->name,
			    sql_all[i]->area);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_statement_lies_in_a_known_folder),
		TEST_BOTH(every_cloud_statement_prepares, cloud_lists),
		TEST_BOTH(every_shopify_statement_prepares, shopify_lists),
	};

	return cmocka_run_group_tests_name("statements", tests, NULL, NULL);
}
