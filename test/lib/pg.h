/*
 * pg.h - a PostgreSQL of the test's own.
 *
 * Started when first asked for, once in a process, in a folder under TMPDIR,
 * reachable by a socket in it alone; gone when the process is, however it
 * ends.  LOGIVERY_TEST_PG=postgresql://… names one to be used instead;
 * LOGIVERY_TEST_PGDATA a path where the first program leaves a fresh cluster
 * for the others, who would make the same.
 */
#ifndef TEST_PG_H
#define TEST_PG_H

/* postgresql://… with rights to make databases; NULL: there is none, and
   test_pg_why() says why. */
const char *test_pg_url(void);
const char *test_pg_why(void);

/* A new database, with all that is in the one of `like`, which nobody has open;
   NULL: empty.  free() the URL.  NULL as above. */
char *test_pg_database(const char *like);
void test_pg_drop(const char *url);
/* Run a statement on the database of `url`; fails the test if it fails. */
void test_pg_exec(const char *url, const char *sql);
/* Stop the private cluster hard and start it again (a crash).  False: it is
   not ours to stop. */
int test_pg_crash(void);
int test_pg_start_again(void);

#endif
