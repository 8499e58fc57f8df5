/*
 * db_test.h - a fresh database for every test, on either engine.
 *
 * A case is a function that takes a cx with an open, migrated database.
 * TEST_BOTH makes two rows of it for cmocka, "name_sqlite" and "name_pg"; where
 * PostgreSQL is not installed the latter says so and is skipped.
 *
 *	static const struct migration *const lists[] = { schema_queue };
 *
 *	static void
 *	a_job_is_found(struct cx *cx)
 *	…
 *	const struct CMUnitTest tests[] = {
 *		TEST_BOTH(a_job_is_found, lists),
 *	};
 */
#ifndef TEST_DB_TEST_H
#define TEST_DB_TEST_H

#include "lib/test.h"

#include "db/db.h"

/* A test cx whose db is new, in a folder or cluster of the test, and has the
   lists' schema.  NULL: no PostgreSQL here, and why is printed.  test_cx_free
   closes the database and removes it. */
struct cx *test_db_cx(enum db_engine, const struct migration *const *lists,
    size_t nlists);
/* How that database was opened: for a second pool or process. */
const struct db_conf *test_db_conf(const struct cx *);

struct test_db_case {
	enum db_engine engine;
	void (*run)(struct cx *);
	const struct migration *const *lists;
	size_t nlists;
	bool inline_writer;
	struct cx *cx;
};

int test_db_setup(void **state);
int test_db_teardown(void **state);
void test_db_run(void **state);

#define TEST_DB(suffix, engine, fn, lists, in)                                 \
	{                                                                      \
#fn suffix, test_db_run, test_db_setup, test_db_teardown,      \
		    &(struct test_db_case)                                     \
		{                                                              \
			engine, fn, lists, COUNT_OF(lists), in                 \
		}                                                              \
	}
#define TEST_SQLITE(fn, lists) TEST_DB("_sqlite", DB_SQLITE, fn, lists, false)
#define TEST_INLINE(fn, lists) TEST_DB("_inline", DB_SQLITE, fn, lists, true)
#define TEST_PG(fn, lists) TEST_DB("_pg", DB_PG, fn, lists, false)
#define TEST_BOTH(fn, lists) TEST_SQLITE(fn, lists), TEST_PG(fn, lists)

#endif
