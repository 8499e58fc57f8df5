/* keys_test.c - the key file. */
#include "lib/test.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/crypt.h"
#include "base/keys.h"

#define HEX "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define HEX2 "FF0102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F"

struct file_case {
	const char *text;
	unsigned mode;
	size_t n;        /* keys in it; 0: refused */
	const char *why; /* part of it */
};

/* clang-format off */
static const struct file_case cases[] = {
	{ "a " HEX "\n", 0600, 1 },
	{ "a " HEX, 0600, 1 }, /* no newline at the end */
	{ "a " HEX "\n", 0400, 1 },
	{ "# new\nb-2_X " HEX2 "\n\na " HEX "\n", 0600, 2 },
	{ "a " HEX "\n", 0640, 0, "mode 0640 lets others in" },
	{ "a " HEX "\n", 0604, 0, "mode 0604 lets others in" },
	{ "a " HEX "\n", 0620, 0, "mode 0620 lets others in" },
	{ "", 0600, 0, "holds no key" },
	{ "# none\n", 0600, 0, "holds no key" },
	{ "a " HEX "\nb\n", 0600, 0, ":2: not an id" },
	{ HEX "\n", 0600, 0, ":1: not an id" },
	{ "a  " HEX "\n", 0600, 0, ":1: not an id" },
	{ "a " HEX "0\n", 0600, 0, ":1: not an id" },
	{ "a " HEX " \n", 0600, 0, ":1: not an id" },
	{ "a 0001\n", 0600, 0, ":1: not an id" },
	{ "a/b " HEX "\n", 0600, 0, ":1: not an id" },
	{ "seventeen_letters " HEX "\n", 0600, 0, ":1: not an id" },
	{ "a " HEX "\r\n", 0600, 0, ":1: not an id" },
	{ "a " HEX "\na " HEX2 "\n", 0600, 0, ":2: key id a is there twice" },
};
/* clang-format on */

static void
a_key_file_is_read_or_refused_by_line(void **state)
{
	struct cx *cx = *state;
	const struct file_case *c;
	struct keys *keys;
	char *path = arena_printf(cx->mem, "%s/key", test_dir(cx));
	size_t i;

	for (i = 0; i < COUNT_OF(cases); i++) {
		c = &cases[i];
		unlink(path);
		test_write_file(path, c->text, c->mode);
		if (c->n > 0) {
			must(cx, keys_open(cx, path, &keys));
			assert_int_equal(keys->n, c->n);
			keys_close(keys);
			continue;
		}
		must_fail(cx, ERR_INPUT, keys_open(cx, path, &keys));
		assert_contains(cx->why, path);
		assert_contains(cx->why, c->why);
		assert_null(strstr(cx->why, "0102"));
	}
}

static void
a_nul_in_the_file_is_refused(void **state)
{
	struct cx *cx = *state;
	char *path = arena_printf(cx->mem, "%s/key", test_dir(cx));
	struct keys *keys;
	FILE *f;

	test_write_file(path, "a " HEX "\n", 0600);
	f = fopen(path, "a");
	assert_non_null(f);
	fputc('\0', f);
	fclose(f);
	must_fail(cx, ERR_INPUT, keys_open(cx, path, &keys));
	assert_contains(cx->why, "holds a NUL");
}

static void
the_first_key_is_the_one_written_with(void **state)
{
	struct cx *cx = *state;
	char *path = arena_printf(cx->mem, "%s/key", test_dir(cx));
	struct keys *keys;

	test_write_file(path, "b " HEX2 "\na " HEX "\n", 0600);
	must(cx, keys_open(cx, path, &keys));
	assert_string_equal(keys->key[0].id, "b");
	assert_int_equal(keys->key[0].secret[0], 0xff);
	assert_ptr_equal(keys_find(keys, "a", 1), &keys->key[1]);
	assert_null(keys_find(keys, "ab", 2));
	assert_null(keys_find(keys, "", 0));
	keys_close(keys);
}

static void
a_missing_file_is_made_once(void **state)
{
	struct cx *cx = *state;
	char *path = arena_printf(cx->mem, "%s/key", test_dir(cx));
	struct keys *keys, *again;
	struct stat st;

	must(cx, keys_open(cx, path, &keys));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(st.st_nlink, 1); /* nothing left beside it */
	must(cx, keys_open(cx, path, &again));
	assert_memory_equal(keys, again, sizeof(*keys));
	keys_close(keys);
	keys_close(again);
}

static void
two_files_have_two_keys(void **state)
{
	struct cx *cx = *state;
	char *dir = test_dir(cx);
	struct keys *a, *b;

	must(cx, keys_open(cx, arena_printf(cx->mem, "%s/a", dir), &a));
	must(cx, keys_open(cx, arena_printf(cx->mem, "%s/b", dir), &b));
	assert_memory_not_equal(a, b, sizeof(*a));
	keys_close(a);
	keys_close(b);
}

static void
a_place_that_cannot_be_is_refused(void **state)
{
	struct cx *cx = *state;
	char *dir = test_dir(cx);
	struct keys *keys;

	must_fail(cx, ERR_INPUT,
	    keys_open(cx, arena_printf(cx->mem, "%s/no/key", dir), &keys));
	assert_contains(cx->why, "No such file");
	assert_contains(cx->why, "make its folder first");
	must_fail(cx, ERR_INPUT, keys_open(cx, dir, &keys));
	assert_contains(cx->why, "not a plain file");
}

static void
more_keys_than_fit_are_refused(void **state)
{
	struct cx *cx = *state;
	char *path = arena_printf(cx->mem, "%s/key", test_dir(cx));
	char *text = arena_text(cx->mem, "");
	struct keys *keys;
	int i;

	for (i = 0; i <= KEYS_MAX; i++)
		text = arena_printf(cx->mem, "%sk%d " HEX "\n", text, i);
	test_write_file(path, text, 0600);
	must_fail(cx, ERR_INPUT, keys_open(cx, path, &keys));
	assert_contains(cx->why, "more than 32 keys");
	text[strlen(text) - strlen("k32 " HEX "\n")] = '\0';
	test_write_file(path, text, 0600);
	must(cx, keys_open(cx, path, &keys));
	assert_int_equal(keys->n, KEYS_MAX);
	keys_close(keys);
	test_write_file(path, arena_printf(cx->mem, "%s#%05000d\n", text, 0),
	    0600);
	must_fail(cx, ERR_INPUT, keys_open(cx, path, &keys));
	assert_contains(cx->why, "longer than");
}

#define HEX_OF(d)                                                              \
	d d d d d d d d d d d d d d d d d d d d d d d d d d d d d d d d

/* Read again while others read: added to, never taken from. */
static void
keys_read_again_are_added_and_none_is_forgotten(void **state)
{
	static const struct {
		const char *text, *why; /* why NULL: taken */
		const char *current;
		size_t n;
	} rows[] = {
		{ "b " HEX_OF("0b") "\na " HEX_OF("0a") "\n", NULL, "b", 2 },
		{ "a " HEX_OF("0a") "\n", NULL, "a", 2 },
		{ "c " HEX_OF("0c") "\n", NULL, "c", 3 },
		{ "b " HEX_OF("ff") "\n", "key b has another secret", "c", 3 },
		{ "d " HEX_OF("0d") "\nb " HEX_OF("ff") "\n", "key b", "c", 3 },
		{ "d 00\n", "not an id", "c", 3 },
		{ "", "no key", "c", 3 },
		{ "b " HEX_OF("0b") "\n", NULL, "b", 3 },
	};
	struct cx *cx = *state;
	char *path = arena_printf(cx->mem, "%s/keys", test_dir(cx));
	struct keys *keys;
	size_t i;

	test_write_file(path, "a " HEX_OF("0a") "\n", 0600);
	must(cx, keys_open(cx, path, &keys));
	for (i = 0; i < COUNT_OF(rows); i++) {
		test_write_file(path, rows[i].text, 0600);
		if (rows[i].why == NULL) {
			must(cx, keys_reload(cx, path, keys));
		} else {
			must_fail(cx, ERR_INPUT, keys_reload(cx, path, keys));
			assert_contains(cx->why, rows[i].why);
		}
		assert_string_equal(keys->key[keys->current].id,
		    rows[i].current);
		assert_int_equal(keys->n, rows[i].n);
		assert_non_null(keys_find(keys, "a", 1));
	}
	assert_null(keys_find(keys, "d", 1));
	keys_close(keys);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_key_file_is_read_or_refused_by_line),
		TEST(a_nul_in_the_file_is_refused),
		TEST(the_first_key_is_the_one_written_with),
		TEST(a_missing_file_is_made_once),
		TEST(two_files_have_two_keys),
		TEST(a_place_that_cannot_be_is_refused),
		TEST(more_keys_than_fit_are_refused),
		TEST(keys_read_again_are_added_and_none_is_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
