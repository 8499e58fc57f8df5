/* arena_test.c - memory that dies with its unit. */
#include "lib/test.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"

static char order[8];

static void
note(void *arg)
{
	strncat(order, arg, sizeof(order) - strlen(order) - 1);
}

static struct arena *deferring;

static void
defer_another(void *arg)
{
	static char x[] = "x";

	note(arg);
	arena_defer(deferring, note, x);
}

static void
what_was_deferred_last_runs_first(void **state)
{
	struct arena *a = arena_new();
	static char one[] = "1", two[] = "2", three[] = "3";

	(void)state;
	order[0] = '\0';
	arena_defer(a, note, one);
	arena_defer(a, note, two);
	arena_defer(a, note, three);
	assert_string_equal(order, "");
	arena_free(a);
	assert_string_equal(order, "321");
}

static void
what_is_deferred_while_ending_still_runs(void **state)
{
	static char one[] = "1", two[] = "2";

	(void)state;
	order[0] = '\0';
	deferring = arena_new();
	arena_defer(deferring, note, one);
	arena_defer(deferring, defer_another, two);
	arena_free(deferring);
	assert_string_equal(order, "2x1");
}

static void
memory_is_zeroed_aligned_and_its_own(void **state)
{
	static const size_t sizes[] = { 0, 1, 15, 16, 17, 1000, 4096, 70000, 3,
		1 << 20, 5 };
	struct arena *a = arena_new();
	unsigned char *p[COUNT_OF(sizes)];
	size_t i, k;

	(void)state;
	for (i = 0; i < COUNT_OF(sizes); i++) {
		p[i] = arena_alloc(a, sizes[i]);
		assert_int_equal((uintptr_t)p[i] % 16, 0);
		for (k = 0; k < sizes[i]; k++)
			assert_int_equal(p[i][k], 0);
		memset(p[i], (int)i + 1, sizes[i]);
	}
	for (i = 0; i < COUNT_OF(sizes); i++) {
		for (k = 0; k < sizes[i]; k++)
			assert_int_equal(p[i][k], i + 1);
	}
	arena_free(a);
}

static void
text_is_copied_and_formatted(void **state)
{
	struct arena *a = arena_new();
	char *long_text;

	(void)state;
	assert_null(arena_text(a, NULL));
	assert_string_equal(arena_text(a, "tea"), "tea");
	assert_string_equal(arena_textn(a, "teapot", 3), "tea");
	assert_string_equal(arena_textn(a, NULL, 0), "");
	assert_string_equal(arena_printf(a, "%d-%s", 7, "x"), "7-x");
	long_text = arena_printf(a, "%0100000d", 1);
	assert_int_equal(strlen(long_text), 100000);
	arena_free(a);
}

static void
memory_that_outlives_a_unit_grows(void **state)
{
	char *s = mem_text("tea");

	(void)state;
	assert_string_equal(s, "tea");
	s = mem_grow(s, 100000);
	assert_string_equal(s, "tea");
	memset(s, 'x', 100000);
	s = mem_grow(s, 0);
	mem_free(s);
	mem_free(mem_grow(NULL, 1));
}

static void
freeing_nothing_is_calm(void **state)
{
	(void)state;
	arena_free(NULL);
	mem_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_deferred_last_runs_first),
		cmocka_unit_test(what_is_deferred_while_ending_still_runs),
		cmocka_unit_test(memory_is_zeroed_aligned_and_its_own),
		cmocka_unit_test(text_is_copied_and_formatted),
		cmocka_unit_test(memory_that_outlives_a_unit_grows),
		cmocka_unit_test(freeing_nothing_is_calm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
