/* log_test.c - one line an event. */
#include "lib/test.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/text.h"

/* What `level` and up wrote; the log is read from a file. */
struct tape {
	char *path;
	int fd;
};

static struct tape
tape_open(struct cx *cx, enum level least)
{
	struct tape t;

	t.path = arena_printf(cx->mem, "%s/log", test_dir(cx));
	t.fd = open(t.path, O_CREAT | O_WRONLY | O_APPEND, 0600);
	assert_true(t.fd >= 0);
	cx->log = log_open(t.fd, least);
	return t;
}

static char *
tape_close(struct cx *cx, struct tape *t)
{
	log_close(cx->log);
	cx->log = NULL;
	close(t->fd);
	return test_read_file(cx, t->path);
}

static void
a_line_has_level_time_event_pairs_and_tag(void **state)
{
	struct cx *cx = *state;
	struct tape t = tape_open(cx, LEVEL_DEBUG);

	test_clock_advance(cx, 123);
	strcpy(cx->tag, " job=812");
	log_line(cx, LEVEL_INFO, "order.imported", "order=%d", 77);
	log_line(cx, LEVEL_WARN, "started", NULL);
	assert_string_equal(tape_close(cx, &t),
	    "info 2026-11-23T10:00:00.123Z order.imported order=77 job=812\n"
	    "warn 2026-11-23T10:00:00.123Z started job=812\n");
}

static void
less_than_the_least_level_is_left_out(void **state)
{
	struct cx *cx = *state;
	struct tape t = tape_open(cx, LEVEL_WARN);

	log_line(cx, LEVEL_DEBUG, "a", NULL);
	log_line(cx, LEVEL_INFO, "b", NULL);
	log_line(cx, LEVEL_WARN, "c", NULL);
	log_line(cx, LEVEL_ERROR, "d", NULL);
	assert_string_equal(tape_close(cx, &t),
	    "warn 2026-11-23T10:00:00.000Z c\n"
	    "error 2026-11-23T10:00:00.000Z d\n");
}

static void
without_a_log_lines_go_nowhere(void **state)
{
	log_line(*state, LEVEL_ERROR, "lost", "x=%s", "y");
}

struct escape_case {
	const char *in;
	const char *out;
};

/* clang-format off */
static const struct escape_case escapes[] = {
	{ "two\nlines\r", "two\\x0alines\\x0d" },
	{ "\x1b[31mred", "\\x1b[31mred" },
	{ "\x7f\t", "\\x7f\\x09" },
	{ "caf\xc3\xa9 \xf0\x9f\x98\x80", "caf\xc3\xa9 \xf0\x9f\x98\x80" },
	{ "\xc2\x9b" "31m", "\\xc2\\x9b31m" }, /* CSI in one code point */
	{ "\xff\xc3", "\\xff\\xc3" },
	{ "\xe2\x82", "\\xe2\\x82" },
};
/* clang-format on */

static void
control_characters_are_escaped(void **state)
{
	struct cx *cx = *state;
	struct tape t;
	size_t i;

	for (i = 0; i < COUNT_OF(escapes); i++) {
		t = tape_open(cx, LEVEL_INFO);
		log_line(cx, LEVEL_INFO, "e", "%s", escapes[i].in);
		assert_string_equal(tape_close(cx, &t),
		    arena_printf(cx->mem,
			"info 2026-11-23T10:00:00.000Z e %s\n",
			escapes[i].out));
	}
}

static void
a_long_line_is_cut_and_keeps_its_tag(void **state)
{
	static const char *const fillers[] = { "a", "\xe2\x82\xac", "\n" };
	struct cx *cx = *state;
	struct tape t;
	char many[6001], *line;
	size_t i, n;

	strcpy(cx->tag, " job=812");
	for (i = 0; i < COUNT_OF(fillers); i++) {
		many[0] = '\0';
		for (n = 0; n < 2000; n++)
			memcpy(many + n * strlen(fillers[i]), fillers[i],
			    strlen(fillers[i]) + 1);
		t = tape_open(cx, LEVEL_INFO);
		log_line(cx, LEVEL_INFO, "e", "%s", many);
		line = tape_close(cx, &t);
		n = strlen(line);
		assert_in_range(n, 1900, 2000);
		assert_true(text_is_utf8(line, n));
		assert_string_equal(line + n - 9, " job=812\n");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_line_has_level_time_event_pairs_and_tag),
		TEST(less_than_the_least_level_is_left_out),
		TEST(without_a_log_lines_go_nowhere),
		TEST(control_characters_are_escaped),
		TEST(a_long_line_is_cut_and_keeps_its_tag),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
