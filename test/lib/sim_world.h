/*
 * sim_world.h - the world of one simulated run: time, chance, network.
 *
 * Everything happens on one thread and follows from one seed.  Time stands
 * still but when something takes time.  The network is a table of hosts, and
 * weather decides what becomes of each call.
 */
#ifndef TEST_SIM_WORLD_H
#define TEST_SIM_WORLD_H

#include "base/env.h"

struct answer;
struct call;

enum { SIM_STEPS = 50, SIM_HOSTS = 4 };

/* Every kind of fault a run knows; sim_fault_names says them in words. */
enum sim_fault {
	SIM_REFUSED,  /* a call finds nobody */
	SIM_FAILED,   /* answered 503, nothing done */
	SIM_LOST,     /* done, the answer is lost */
	SIM_SLOW,     /* takes seconds, or longer than the caller waits */
	SIM_THROTTLE, /* the store's points are gone */
	SIM_DROP,     /* a webhook is lost */
	SIM_TWICE,    /* it comes twice */
	SIM_LATE,     /* and late */
	SIM_RESTART,  /* a program is stopped and started */
	SIM_KILLED,   /* it dies in the middle of what it does */
	SIM_NO_STORE, /* its database fails for up to a minute */
	SIM_AWAY,     /* it can not be reached for up to six hours */
	SIM_CLOCK,    /* the clock is wrong for up to an hour */
	SIM_ROTATED,  /* the token is another on one side */
	SIM_FAULTS
};
extern const char *const sim_fault_names[SIM_FAULTS];

/* Of 1,000 calls or webhooks. */
struct sim_weather {
	int refused;  /* no connection */
	int failed;   /* 503, nothing done */
	int lost;     /* done, the answer is lost */
	int slow;     /* takes seconds, perhaps more than the caller waits */
	int throttle; /* Shopify's bucket is emptied by somebody else */
	int drop, twice, late; /* webhooks */
};

struct sim_host {
	const char *suffix; /* of the host name */
	enum err (*serve)(void *self, struct cx *, const struct call *,
	    struct answer *);
	void *self;
	void (*restart)(void *self); /* NULL: never */
	int64_t away_until;          /* ms: nobody answers before */
};

/* What becomes of whoever makes a call. */
enum sim_caller { CALLER_LIVES, CALLER_IS_DEAD, CALLER_DIES_AFTER };

struct sim {
	struct env env;
	uint64_t seed;
	int64_t now_ms;   /* since 1970 UTC */
	int64_t until_ms; /* past this the run is not quiet, it is stuck */
	uint64_t chance;  /* state of what decides steps and weather */
	uint64_t bytes;   /* state of env.random */
	struct sim_weather weather;
	struct sim_host hosts[SIM_HOSTS];
	size_t nhosts;
	int depth;                      /* calls made while one is answered */
	int64_t skew_ms, skew_until_ms; /* of the wall clock */
	/* May be NULL: everybody lives. */
	enum sim_caller (*caller)(void *, struct cx *);
	void (*die)(void *, struct cx *);
	void *caller_arg;
	int64_t faults[SIM_FAULTS];
	char steps[SIM_STEPS][200];
	int64_t nsteps;
	int64_t ncalls;
	bool failed;
	char why[600];
};

void sim_open(struct sim *, uint64_t seed);
void sim_host_add(struct sim *, const struct sim_host *);
/* Nobody reaches the host so named for so long. */
void sim_host_away(struct sim *, const char *suffix, int64_t ms);
/* The wall clock is wrong by skew_ms for so long. */
void sim_clock_wrong(struct sim *, int64_t skew_ms, int64_t ms);
struct sim *sim_of(struct env *);

void sim_advance(struct sim *, int64_t ms);
uint64_t sim_below(struct sim *, uint64_t limit);
bool sim_chance(struct sim *, int of_thousand);

/* Note what happens, for the story a failure tells. */
void sim_step(struct sim *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* An invariant is broken; the first one counts. */
void sim_fail(struct sim *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Seed, reason and the last steps, on stderr. */
void sim_tell(const struct sim *);

#endif
