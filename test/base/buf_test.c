/* buf_test.c - text that grows. */
#include "lib/test.h"

#include <string.h>

#include "base/buf.h"

static void
a_new_one_is_empty_text(void **state)
{
	struct cx *cx = *state;
	struct buf b = buf_new(cx->mem);

	assert_string_equal(b.p, "");
	assert_int_equal(b.n, 0);
}

static void
it_is_text_after_every_step(void **state)
{
	struct cx *cx = *state;
	struct buf b = buf_new(cx->mem);
	int i;

	for (i = 0; i < 2000; i++) {
		if (i % 3 == 0)
			buf_char(&b, 'c');
		else if (i % 3 == 1)
			buf_text(&b, "text");
		else
			buf_printf(&b, "%d", i);
		assert_int_equal(strlen(b.p), b.n);
		assert_true(b.n < b.room);
	}
	assert_memory_equal(b.p, "ctext2ctext5ctext8", 18);
}

static void
a_long_printf_is_whole(void **state)
{
	struct cx *cx = *state;
	struct buf b = buf_new(cx->mem);
	int width;

	/* around the first room and far beyond it */
	for (width = 60; width < 70; width++) {
		b = buf_new(cx->mem);
		buf_printf(&b, "%0*d", width, 7);
		assert_int_equal(b.n, width);
		assert_int_equal(b.p[width - 1], '7');
	}
	buf_printf(&b, "%0*d", 100000, 7);
	assert_int_equal(strlen(b.p), 100069);
}

static void
bytes_may_hold_nul(void **state)
{
	struct cx *cx = *state;
	struct buf b = buf_new(cx->mem);

	buf_add(&b, "a\0b", 3);
	buf_add(&b, NULL, 0);
	assert_int_equal(b.n, 3);
	assert_memory_equal(b.p, "a\0b", 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_new_one_is_empty_text),
		TEST(it_is_text_after_every_step),
		TEST(a_long_printf_is_whole),
		TEST(bytes_may_hold_nul),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
