/*
 * folder_test.c - room on a disk.  That names are durable shows in db/.
 */
#include "base/folder.h"

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_disk_without_room_is_told_from_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
