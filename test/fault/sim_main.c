/*
 * sim_main.c - test/fault/sim: many seeds, one line of figures.
 *
 *   sim --seeds N     the seeds 1 to N (--from M: M to M + N - 1)
 *   sim --seed N      that one alone, its steps on stderr
 *
 * A seed is one run, wherever it runs: what it found is found again.  The last
 * line is one JSON object; exit status 0 only without a violation.
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/text.h"
#include "storm.h"

static const struct option options[] = {
	{ "seeds", required_argument, NULL, 'n' },
	{ "seed", required_argument, NULL, 's' },
	{ "from", required_argument, NULL, 'f' },
	{ NULL, 0, NULL, 0 },
};

static int
usage(void)
{
	fprintf(stderr, "usage: sim --seeds N [--from M] | --seed N\n");
	return 2;
}

static void
print_faults(const struct storm_totals *t)
{
	size_t i;

	printf("\"faults\":{");
	for (i = 0; i < SIM_FAULTS; i++)
		printf("%s\"%s\":%" PRId64, i > 0 ? "," : "",
		    sim_fault_names[i], t->faults[i]);
	printf("}");
}

static void
print_totals(const struct storm_totals *t, int64_t first, double seconds)
{
	printf("{\"seeds\":%" PRId64 ",\"violations\":%" PRId64
	       ",\"first_seed\":%" PRId64 ",\"virtual_days\":%" PRId64
	       ",\"orders\":%" PRId64 ",\"jobs\":%" PRId64
	       ",\"webhooks\":%" PRId64 ",\"calls\":%" PRId64
	       ",\"steps\":%" PRId64 ",\"cpu_seconds\":%.0f,",
	    t->seeds, t->violations, first, t->days, t->orders, t->jobs,
	    t->hooks, t->calls, t->steps, seconds);
	print_faults(t);
	printf("}\n");
}

int
main(int argc, char **argv)
{
	struct storm_totals t = { 0 };
	int64_t first = 1, n = 1, seed;
	clock_t began = clock();
	bool good = true;
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'n')
			good &= text_to_int(optarg, 1, 1000000, &n);
		else if (c == 's' || c == 'f')
			good &= text_to_int(optarg, 1, INT64_MAX / 2, &first);
		else
			good = false;
		if (c == 's')
			setenv("LOGIVERY_SIM_TRACE", "1", 1);
	}
	if (!good || optind < argc)
		return usage();
	for (seed = first; seed < first + n; seed++)
		storm_run((uint64_t)seed, &t);
	print_totals(&t, first, (double)(clock() - began) / CLOCKS_PER_SEC);
	return t.violations == 0 ? 0 : 1;
}
