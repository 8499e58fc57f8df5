/*
 * sim_world.c - time, chance, network and weather of one simulated run.
 *
 * Two generators: steps and weather draw from one, the programs from the
 * other, so that a program that asks for one random number more does not turn
 * the whole run into another one.
 */
#include "lib/sim_world.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "lib/test.h"
#include "net/client.h"

enum { SLOW_MS = 20000, BOOT_MS = 3600000 };

const char *const sim_fault_names[SIM_FAULTS] = { "refused", "failed", "lost",
	"slow", "throttled", "dropped", "twice", "late", "restarted", "killed",
	"no_store", "away", "clock", "rotated" };

struct sim *
sim_of(struct env *env)
{
	return (struct sim *)(void *)((char *)env - offsetof(struct sim, env));
}

/* SplitMix64 */
static uint64_t
draw(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

uint64_t
sim_below(struct sim *s, uint64_t limit)
{
	return draw(&s->chance) % limit;
}

bool
sim_chance(struct sim *s, int of_thousand)
{
	return sim_below(s, 1000) < (uint64_t)of_thousand;
}

void
sim_advance(struct sim *s, int64_t ms)
{
	s->now_ms += ms;
}

static int64_t
wall(struct env *env)
{
	const struct sim *s = sim_of(env);

	return s->now_ms + (s->now_ms < s->skew_until_ms ? s->skew_ms : 0);
}

static int64_t
mono(struct env *env)
{
	return sim_of(env)->now_ms - TEST_NOW + BOOT_MS;
}

static void
random_bytes(struct env *env, void *p, size_t n)
{
	unsigned char *at = p;
	uint64_t x;
	size_t part;

	for (; n > 0; n -= part, at += part) {
		x = draw(&sim_of(env)->bytes);
		part = n < sizeof(x) ? n : sizeof(x);
		memcpy(at, &x, part);
	}
}

/* Nobody can signal: there is no other thread. */
static void
wait_until(struct env *env, struct signal *sig, struct lock *l,
    int64_t until_ms)
{
	struct sim *s = sim_of(env);

	(void)sig;
	(void)l;
	if (until_ms == INT64_MAX) {
		fprintf(stderr, "seed %llu: a wait for ever\n",
		    (unsigned long long)s->seed);
		sim_tell(s);
		abort();
	}
	if (until_ms > mono(env))
		sim_advance(s, until_ms - mono(env));
}

void
sim_clock_wrong(struct sim *s, int64_t skew_ms, int64_t ms)
{
	s->faults[SIM_CLOCK]++;
	s->skew_ms = skew_ms;
	s->skew_until_ms = s->now_ms + ms;
}

/* --- network --- */

void
sim_host_away(struct sim *s, const char *suffix, int64_t ms)
{
	size_t i;

	s->faults[SIM_AWAY]++;
	for (i = 0; i < s->nhosts; i++)
		if (strcmp(s->hosts[i].suffix, suffix) == 0)
			s->hosts[i].away_until = s->now_ms + ms;
}

static const struct sim_host *
host_find(const struct sim *s, const char *url)
{
	const char *host = strstr(url, "://");
	size_t i, n, m;

	host = host == NULL ? url : host + 3;
	n = strcspn(host, "/?");
	for (i = 0; i < s->nhosts; i++) {
		m = strlen(s->hosts[i].suffix);
		if (n >= m && strncmp(host + n - m, s->hosts[i].suffix, m) == 0)
			return &s->hosts[i];
	}
	return NULL;
}

static enum err
cut(struct cx *cx, struct sim *s, const struct call *c, struct answer *out,
    const char *code)
{
	memset(out, 0, sizeof(*out));
	out->retry_after_s = -1;
	out->sent = strcmp(code, "unreachable") != 0;
	sim_step(s, "    %s: %s", c->url, code);
	return cx_fail_code(cx, ERR_UPSTREAM, code, "%s: %s (simulated)",
	    c->url, code);
}

static enum err
unwell(struct sim *s, const struct call *c, struct answer *out)
{
	memset(out, 0, sizeof(*out));
	out->status = 503;
	out->sent = true;
	out->retry_after_s = sim_chance(s, 500) ? 2 : -1;
	s->faults[SIM_FAILED]++;
	sim_step(s, "    %s: 503", c->url);
	return OK;
}

/* Slow: over the caller's patience it is cut, done or not. */
static enum err
slow(struct cx *cx, struct sim *s, const struct sim_host *h,
    const struct call *c, struct answer *out)
{
	int64_t limit = c->timeout_ms > 0 ? c->timeout_ms : CALL_TIMEOUT_MS;
	int64_t took = (int64_t)sim_below(s, SLOW_MS);

	s->faults[SIM_SLOW]++;
	if (took < limit) {
		sim_step(s, "    %s: takes %lld ms", c->url, (long long)took);
		sim_advance(s, took);
		return h->serve(h->self, cx, c, out);
	}
	sim_advance(s, limit);
	if (sim_chance(s, 500))
		h->serve(h->self, cx, c, out);
	return cut(cx, s, c, out, "timeout");
}

/* Done, but nobody hears of it; perhaps because who did it died. */
static enum err
lost(struct cx *cx, struct sim *s, const struct sim_host *h,
    const struct call *c, struct answer *out)
{
	s->faults[SIM_LOST]++;
	if (s->depth == 1 && h->restart != NULL && sim_chance(s, 300)) {
		s->faults[SIM_RESTART]++;
		sim_step(s, "    %s dies after it", h->suffix);
		h->restart(h->self);
	}
	return cut(cx, s, c, out, "cut");
}

static enum err
travel(struct cx *cx, const struct call *c, struct answer *out)
{
	struct sim *s = sim_of(cx->env);
	const struct sim_host *h = host_find(s, c->url);
	const struct sim_weather *w = &s->weather;
	int64_t dice = (int64_t)sim_below(s, 1000);
	enum err e;

	s->ncalls++;
	memset(out, 0, sizeof(*out));
	out->retry_after_s = -1;
	sim_advance(s, 1 + (int64_t)sim_below(s, 40));
	if (h == NULL || s->now_ms < h->away_until)
		return cut(cx, s, c, out, "unreachable");
	if ((dice -= w->refused) < 0) {
		s->faults[SIM_REFUSED]++;
		return cut(cx, s, c, out, "unreachable");
	}
	if ((dice -= w->failed) < 0)
		return unwell(s, c, out);
	if ((dice -= w->slow) < 0)
		return slow(cx, s, h, c, out);
	e = h->serve(h->self, cx, c, out);
	if (e == OK && (dice -= w->lost) < 0)
		return lost(cx, s, h, c, out);
	out->sent = true;
	return e;
}

static enum err
call(struct cx *cx, const struct call *c, struct answer *out)
{
	struct sim *s = sim_of(cx->env);
	enum sim_caller caller = CALLER_LIVES;
	enum err e;

	if (s->caller != NULL)
		caller = s->caller(s->caller_arg, cx);
	if (caller == CALLER_IS_DEAD)
		return cut(cx, s, c, out, "unreachable");
	s->depth++;
	e = travel(cx, c, out);
	s->depth--;
	if (caller == CALLER_DIES_AFTER)
		s->die(s->caller_arg, cx);
	return e;
}

void
sim_host_add(struct sim *s, const struct sim_host *h)
{
	assert_true(s->nhosts < SIM_HOSTS);
	s->hosts[s->nhosts++] = *h;
}

void
sim_open(struct sim *s, uint64_t seed)
{
	memset(s, 0, sizeof(*s));
	s->env = (struct env){
		.wall_ms = wall,
		.mono_ms = mono,
		.random = random_bytes,
		.call = call,
		.wait = wait_until,
	};
	s->seed = seed;
	s->now_ms = TEST_NOW;
	s->chance = seed * UINT64_C(0x2545f4914f6cdd1d);
	s->bytes = ~s->chance;
}

/* --- the story --- */

void
sim_step(struct sim *s, const char *fmt, ...)
{
	char *line = s->steps[s->nsteps++ % SIM_STEPS];
	int64_t ms = s->now_ms - TEST_NOW;
	int n;
	va_list ap;

	n = snprintf(line, sizeof(s->steps[0]), "%5lld  +%lld.%03lld  ",
	    (long long)s->nsteps, (long long)(ms / 1000),
	    (long long)(ms % 1000));
	va_start(ap, fmt);
	vsnprintf(line + n, sizeof(s->steps[0]) - (size_t)n, fmt, ap);
	va_end(ap);
	if (getenv("LOGIVERY_SIM_TRACE") != NULL)
		fprintf(stderr, "%s\n", line);
}

void
sim_fail(struct sim *s, const char *fmt, ...)
{
	va_list ap;

	if (s->failed)
		return;
	s->failed = true;
	va_start(ap, fmt);
	vsnprintf(s->why, sizeof(s->why), fmt, ap);
	va_end(ap);
}

void
sim_tell(const struct sim *s)
{
	int64_t i = s->nsteps > SIM_STEPS ? s->nsteps - SIM_STEPS : 0;

	fprintf(stderr, "\nseed %llu: %s\nthe last steps:\n",
	    (unsigned long long)s->seed, s->why);
	for (; i < s->nsteps; i++)
		fprintf(stderr, "%s\n", s->steps[i % SIM_STEPS]);
}
