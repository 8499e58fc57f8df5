/*
 * folder_test.c - room on a disk, and words.  That names are durable shows in
 * db/.
 */
#include "base/folder.h"

#include <errno.h>

#include "lib/test.h"

static void
a_disk_without_room_is_told_from_others(void **state)
{
	struct cx *cx = *state;

	must(cx, folder_room(cx, "."));
	must(cx, folder_room(cx, NULL));
	must(cx, folder_room(cx, "/no/such/folder"));
	assert_int_equal(folder_room(cx, "/proc"), ERR_STORE); /* holds none */
	assert_string_equal(cx->why, "/proc: the disk is full");
}

static void
a_file_that_cannot_be_had_says_what_to_do(void **state)
{
	static const struct {
		int error;
		const char *why;
	} rows[] = {
		{ ENOENT, "/x/y: No such file or directory; make its folder" },
		{ EACCES, "/x/y: Permission denied; let in the user" },
		{ EACCES, "under systemd" },
		{ EROFS, "/x/y: Read-only file system; " },
		{ EROFS, "StateDirectory=" }, /* also of what lies in it */
		{ ELOOP, "/x/y: Too many levels of symbolic links" },
	};
	struct cx *cx = *state;
	size_t i;

	for (i = 0; i < COUNT_OF(rows); i++) {
		errno = rows[i].error;
		must_fail(cx, ERR_STORE, folder_failed(cx, ERR_STORE, "/x/y"));
		assert_contains(cx->why, rows[i].why);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_file_that_cannot_be_had_says_what_to_do),
		TEST(a_disk_without_room_is_told_from_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
