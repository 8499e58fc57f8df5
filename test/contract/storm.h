/*
 * storm.h - one seed: a day and more of people, weather and faults, then peace.
 *
 * While it storms, people place, change, tag and send orders, webhooks come as
 * they come, jobs run, programs are stopped and killed, their databases fail,
 * each is out of reach for hours and the clock is wrong.  It lasts a virtual
 * day at least and until every kind of fault has been.  Then the weather
 * clears, everything that is due runs, and the judge looks.  All of it follows
 * from the seed.
 */
#ifndef TEST_STORM_H
#define TEST_STORM_H

#include "judge.h"

struct storm {
	struct sim_both *both;
	struct judge judge;
	bool automatic;
	int64_t steps;
};

struct storm_totals {
	int64_t seeds, violations, steps, jobs, calls, hooks, orders;
	int64_t days; /* virtual, until all was quiet */
	int64_t faults[SIM_FAULTS];
};

/* Run it and add what there was; a violation is told on stderr. */
void storm_run(uint64_t seed, struct storm_totals *);

/* --- storm_events.c --- */

/* One thing happens, drawn from the seed. */
void storm_event(struct storm *);
/* An hour or two pass. */
void storm_sleep(struct storm *);
bool storm_had_all(const struct storm *);
/* What has not been yet and can be made to be. */
void storm_force(struct storm *);
/* The wizard's answer to the token in force. */
int storm_pair(struct storm *);
void storm_automatic(struct storm *, bool on);

#endif
