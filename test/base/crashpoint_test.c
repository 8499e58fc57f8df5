/* crashpoint_test.c - built with FAULTS, whatever the rest is built with. */
#include "lib/test.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/crashpoint.h"

struct crash_case {
	const char *wanted; /* LOGIVERY_CRASH, or NULL */
	int dies_at;        /* pass of "import.before_commit"; 0: lives */
};

static const struct crash_case cases[] = {
	{ NULL, 0 },
	{ "", 0 },
	{ "import.before_commit", 1 },
	{ "import.before_commit:1", 1 },
	{ "import.before_commit:3", 3 },
	{ "import.before_commit:9", 0 },
	{ "import.before", 0 },
	{ "import.before_commit_2", 0 },
	{ "import.after_commit", 0 },
};

/* Five passes in a process of its own; how many it began. */
static int
passes_begun(const struct crash_case *c, bool *killed)
{
	int fd[2], status, i, n = 0;
	char byte = 'x';
	pid_t pid;

	assert_int_equal(pipe(fd), 0);
	if ((pid = fork()) == 0) {
		if (c->wanted != NULL)
			setenv("LOGIVERY_CRASH", c->wanted, 1);
		for (i = 0; i < 5; i++) {
			if (write(fd[1], &byte, 1) != 1)
				_exit(1);
			CRASH_POINT("another");
			CRASH_POINT("import.before_commit");
		}
		_exit(0);
	}
	close(fd[1]);
	while (read(fd[0], &byte, 1) == 1)
		n++;
	close(fd[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	*killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
	return n;
}

static void
it_dies_at_the_named_pass(void **state)
{
	const struct crash_case *c;
	bool killed;
	size_t i;
	int n;

	(void)state;
	for (i = 0; i < COUNT_OF(cases); i++) {
		c = &cases[i];
		n = passes_begun(c, &killed);
		assert_int_equal(killed, c->dies_at > 0);
		assert_int_equal(n, c->dies_at > 0 ? c->dies_at : 5);
	}
}

static void
a_safety_is_off_when_it_is_listed(void **state)
{
	(void)state;
	unsetenv("LOGIVERY_FAULT_OFF");
	assert_false(fault_on("fence"));
	setenv("LOGIVERY_FAULT_OFF", "dedupe,fence,,read", 1);
	assert_true(fault_on("dedupe"));
	assert_true(fault_on("fence"));
	assert_true(fault_on("read"));
	assert_false(fault_on("readback"));
	assert_false(fault_on("fenc"));
	unsetenv("LOGIVERY_FAULT_OFF");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_dies_at_the_named_pass),
		cmocka_unit_test(a_safety_is_off_when_it_is_listed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
