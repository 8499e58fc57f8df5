/*
 * storm.c - the storm, the clearing, the judgement.
 */
#include "storm.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/when.h"

enum {
	STEPS = 400,
	SPELL = 50,    /* steps between changes of the weather */
	NAP_STEPS = 8, /* steps between sleeps, once STEPS are over */
	STEPS_MAX = 4000,
	DRAIN_STEPS = 60000,
	JUDGE_EVERY = 8
};
#define CLEAR_MS (30 * (int64_t)HOUR_MS)    /* back-offs reach 24 h */
#define SWEEPS_MS (20 * (int64_t)MINUTE_MS) /* all have been once */
#define QUIET_MS ((int64_t)HOUR_MS)

static struct sim_weather
weather_of(struct sim *s, bool always)
{
	int bad = (int)sim_below(s, 4); /* 0: calm */

	if (always && bad == 0)
		bad = 1;
	return (struct sim_weather){
		.refused = bad * 15,
		.failed = bad * 20,
		.lost = bad * 20,
		.slow = bad * 8,
		.throttle = bad * 8,
		.drop = bad * 40,
		.twice = bad * 60,
		.late = bad * 60,
	};
}

/* A store that is short of points, or so short that a page of a search is what
   comes back in a second.  LOGIVERY_SIM_SCARCE=1: always so short. */
static void
make_scarce(struct storm *r)
{
	bool very = sim_chance(&r->both->sim, 500) ||
	    getenv("LOGIVERY_SIM_SCARCE") != NULL;

	r->both->store->ceiling = very ? 200 : 1000;
	r->both->store->restore = very ? 10 : 50;
}

/* Work until all is well, or as long as the longest back-off may take. */
static void
settle(struct storm *r)
{
	struct sim *s = &r->both->sim;
	int64_t until = s->now_ms + CLEAR_MS, n;
	int64_t next = s->now_ms + SWEEPS_MS;

	for (n = 0; n < DRAIN_STEPS && s->now_ms < until && !s->failed; n++) {
		if (!sim_both_step(r->both, until))
			return;
		r->steps++;
		if (s->now_ms < next)
			continue;
		next = s->now_ms + 5 * MINUTE_MS;
		judge_running(&r->judge);
		if (judge_rest(&r->judge, false))
			return;
	}
	if (n == DRAIN_STEPS)
		sim_fail(s, "I5 not quiet: work never ends");
}

/* A day at least, and every kind of fault. */
static void
storm(struct storm *r)
{
	struct sim *s = &r->both->sim;
	int64_t until = s->now_ms + DAY_MS;
	int i;

	for (i = 0; i < STEPS_MAX && !s->failed; i++) {
		if (i >= STEPS && s->now_ms >= until) {
			if (storm_had_all(r))
				return;
			storm_force(r);
		}
		if (i % SPELL == 0)
			s->weather = weather_of(s, i >= STEPS);
		if (i >= STEPS && i % NAP_STEPS == 0 && s->now_ms < until)
			storm_sleep(r);
		storm_event(r);
		if (i % JUDGE_EVERY == 0)
			judge_running(&r->judge);
	}
	if (!s->failed)
		sim_fail(s, "a fault that never comes");
}

static void
clear(struct storm *r)
{
	struct sim *s = &r->both->sim;
	size_t i;

	sim_step(s, "the weather clears");
	memset(&s->weather, 0, sizeof(s->weather));
	for (i = 0; i < s->nhosts; i++)
		s->hosts[i].away_until = 0;
	s->skew_until_ms = 0;
	sim_node_store_back(&r->both->cloud);
	sim_node_store_back(&r->both->app);
	if (!s->failed && storm_pair(r) != 200)
		sim_fail(s, "the token in force is not taken");
	if (!s->failed)
		storm_automatic(r, true);
}

static void
add_up(struct storm *r, struct storm_totals *t)
{
	const struct sim *s = &r->both->sim;
	size_t i;

	t->seeds++;
	t->violations += s->failed;
	t->steps += r->steps;
	t->jobs += r->both->cloud.jobs + r->both->app.jobs;
	t->calls += s->ncalls;
	t->hooks += r->both->shopify.hooks_sent;
	t->orders += (int64_t)r->both->store->norders;
	t->days += (s->now_ms - r->both->began_ms + DAY_MS / 2) / DAY_MS;
	for (i = 0; i < SIM_FAULTS; i++)
		t->faults[i] += s->faults[i];
}

void
storm_run(uint64_t seed, struct storm_totals *t)
{
	struct storm r = { .both = sim_both_open(seed, true),
		.automatic = true };
	struct sim *s = &r.both->sim;
	int64_t writes;

	judge_open(&r.judge, r.both);
	if (sim_chance(s, 300) || getenv("LOGIVERY_SIM_SCARCE") != NULL)
		make_scarce(&r);
	storm(&r);
	clear(&r);
	settle(&r);
	judge_rest(&r.judge, true);
	writes = r.both->shopify.writes;
	if (!s->failed)
		sim_both_run(r.both, QUIET_MS);
	judge_rest(&r.judge, true);
	if (r.both->shopify.writes != writes)
		sim_fail(s, "I5 not quiet: %d writes of tags at rest",
		    (int)(r.both->shopify.writes - writes));
	if (getenv("LOGIVERY_SIM_TRACE") != NULL)
		fprintf(stderr, "%s\n", judge_count(&r.judge, &r.both->cx));
	if (s->failed)
		sim_tell(s);
	add_up(&r, t);
	sim_both_close(r.both);
}
