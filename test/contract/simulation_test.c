/*
 * simulation_test.c - both programs, one store, bad weather, one seed.
 *
 * LOGIVERY_SIM_SEEDS=N runs the seeds 1 to N; LOGIVERY_SIM_SEED=S runs the seed
 * S alone (or S to N), LOGIVERY_SIM_TRACE=1 with all its steps.  test/fault/sim
 * is the same as a command, for many; test/fault/planted plants bugs in it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/test.h"
#include "storm.h"

enum { USUAL_SEEDS = 2 };

static int64_t
number_of(const char *name, int64_t dflt)
{
	const char *v = getenv(name);

	return v != NULL && *v != '\0' ? atoll(v) : dflt;
}

static void
what_people_and_weather_do_loses_doubles_and_mistags_nothing(void **state)
{
	int64_t first = number_of("LOGIVERY_SIM_SEED", 1);
	struct storm_totals t = { 0 };
	int64_t last, seed;

	(void)state;
	last = number_of("LOGIVERY_SIM_SEEDS",
	    getenv("LOGIVERY_SIM_SEED") != NULL ? first : USUAL_SEEDS);
	for (seed = first; seed <= last; seed++)
		storm_run((uint64_t)seed, &t);
	printf("seeds %" PRId64 ", violations %" PRId64 "; steps %" PRId64
	       ", jobs %" PRId64 "\n",
	    t.seeds, t.violations, t.steps, t.jobs);
	assert_int_equal(t.violations, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    what_people_and_weather_do_loses_doubles_and_mistags_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
