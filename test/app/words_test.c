/*
 * words_test.c - what both programs say when they cannot do what they were
 * told: what happened, why, and what to do next.
 */
#include "rig.h"

#include <string.h>

#include "base/arena.h"

/* One line, of this status, in which all of these stand, NULL ends. */
static void
says(const struct run *r, int status, const char *const *parts)
{
	assert_int_equal(r->status, status);
	assert_string_equal(strchr(r->err, '\n'), "\n");
	for (; *parts != NULL; parts++)
		assert_contains(r->err, *parts);
}

#define SAYS(r, status, ...)                                                   \
	says(&(r), status, (const char *const[]){ __VA_ARGS__, NULL })

/* --- the words of a command --- */

static void
a_wrong_word_is_told_which_there_are(void **state)
{
	struct cx *cx = *state;
	struct run r;
	int i;

	for (i = CLOUD; i < BOTH; i++) {
		r = program_run(cx, programs[i].path, "");
		SAYS(r, 2, "a command is missing",
		    "serve, work, migrate, restore, check, backup");
		r = program_run(cx, programs[i].path, "serv --data x");
		SAYS(r, 2, "no command \"serv\"", "serve, work, ", "version",
		    "--help explains");
		r = program_run(cx, programs[i].path, "--data x serve");
		SAYS(r, 2, "--data: the command comes first", "serve, work, ");
		r = program_run(cx, programs[i].path, "backup --data x");
		SAYS(r, 2, "backup: FILE is missing",
		    arena_printf(cx->mem, "%s backup FILE", programs[i].name));
	}
	r = program_run(cx, programs[CLOUD].path, "user ad x");
	SAYS(r, 2, "no command \"user ad\"", "after \"user\": add;",
	    "logivery-cloud user --help explains");
	assert_null(strstr(r.err, "serve"));
	r = program_run(cx, programs[CLOUD].path, "token --data x");
	SAYS(r, 2, "token needs another word", "after \"token\": add;");
	r = program_run(cx, programs[CLOUD].path, "token add a b --data x");
	SAYS(r, 2, "unexpected word \"b\" after \"a\"", "quotes");
	r = program_run(cx, programs[CLOUD].path, "serve 8080 --data x");
	SAYS(r, 2, "unexpected word \"8080\"", "only options", "--help");
	r = program_run(cx, programs[SHOPIFY].path, "user add a@b.example");
	SAYS(r, 2, "no command \"user\"", "check, backup, version");
}

static void
the_help_of_a_backup_says_where_its_file_goes(void **state)
{
	struct cx *cx = *state;
	struct run r;
	int i;

	for (i = CLOUD; i < BOTH; i++) {
		r = program_run(cx, programs[i].path, "backup --help");
		assert_int_equal(r.status, 0);
		assert_contains(r.out, "current folder");
		assert_contains(r.out, "FILE.manifest");
		assert_contains(r.out, "program that serves");
		r = program_run(cx, programs[i].path, "restore --help");
		assert_contains(r.out, "FILE.manifest");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_wrong_word_is_told_which_there_are),
		TEST(the_help_of_a_backup_says_where_its_file_goes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
