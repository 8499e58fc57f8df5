/*
 * test.h - what every test program stands on; the one includer of cmocka.h.
 *
 * A test cx is a unit of work in a world that repeats itself: the clock stands
 * at 2026-11-23T10:00:00Z until it is advanced, randomness has a seed, threads
 * and locks are real.
 */
#ifndef TEST_TEST_H
#define TEST_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/cx.h"

#define TEST_NOW INT64_C(1795428000000) /* 2026-11-23T10:00:00Z */
#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))

/* A fresh cx: keys_fixed(), no log, no db.  Not for two threads at once, but
   children of it (cx_child) may go to other threads. */
struct cx *test_cx(void);
void test_cx_free(struct cx *);

/* cmocka's setup and teardown with a fresh test cx in *state. */
int test_setup(void **state);
int test_teardown(void **state);

/* A row of a test table with both. */
#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, test_setup, test_teardown)

/* Moves both clocks, and cx->now with them.  Waiters with a deadline see it
   within some milliseconds. */
void test_clock_advance(struct cx *, int64_t ms);

/* A new folder under $TMPDIR, removed with all it holds when the cx ends.
   What has files open in there is closed first: open it after. */
char *test_dir(struct cx *);
/* The whole file as text, in the arena; fails the test if it cannot. */
char *test_read_file(struct cx *, const char *path);
void test_write_file(const char *path, const char *text, unsigned mode);

/* The expression is OK, or the test fails with its text and cx->why. */
#define must(cx, expr) test_must((cx), OK, (expr), #expr, __FILE__, __LINE__)
/* It fails with just this error. */
#define must_fail(cx, want, expr)                                              \
	test_must((cx), (want), (expr), #expr, __FILE__, __LINE__)
void test_must(struct cx *, enum err want, enum err got, const char *expr,
    const char *file, int line);

/* cx->why, or any text, contains `part`. */
#define assert_contains(text, part)                                            \
	test_contains((text), (part), __FILE__, __LINE__)
void test_contains(const char *text, const char *part, const char *file,
    int line);

#endif
