/*
 * stock.c - see stock.h.
 *
 * At most two of a tenant's jobs run at a time: a claim ahead may bring more
 * of them, so whoever takes one of the stock counts those in hand.
 *
 * The clock counts milliseconds and a quick job takes less.  But it is not
 * more likely to end just before a tick than just after one, so the mean of
 * many is right.
 */
#include "queue/stock.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/env.h"

enum {
	QUICK_US = 1000,           /* longer than this is not quick */
	PACE_FIRST_US = 50 * 1000, /* nothing is known of a kind yet */
	PACE_SHARE = 16,           /* the newest counts one part in so many */
	PACE_MAX_MS = 60 * 1000
};

static void
line_init(struct line *l)
{
	*l = (struct line){ .tail = &l->head };
}

static void
line_add(struct line *l, struct run *run)
{
	run->then = NULL;
	*l->tail = run;
	l->tail = &run->then;
	l->n++;
}

/* Takes out the one that *at points to. */
static struct run *
line_take(struct line *l, struct run **at)
{
	struct run *run = *at;

	if ((*at = run->then) == NULL)
		l->tail = at;
	l->n--;
	return run;
}

static int64_t
mono(const struct stock *s)
{
	return env_mono(s->base->env);
}

static size_t
kinds_count(const struct desk *desk)
{
	size_t n = 0;

	while (desk->conf.kinds[n] != NULL)
		n++;
	return n;
}

static int64_t *
pace_of(struct stock *s, const struct job_kind *kind)
{
	size_t i = 0;

	while (s->desk->conf.kinds[i] != kind)
		i++;
	return &s->pace_us[i];
}

void
stock_open(struct stock *s, struct cx *base, const struct desk *desk)
{
	size_t i, n = kinds_count(desk);

	*s = (struct stock){ .base = base, .desk = desk };
	line_init(&s->ready);
	line_init(&s->over);
	s->pace_us = mem_new((n + 1) * sizeof(*s->pace_us));
	for (i = 0; i < n; i++)
		s->pace_us[i] = PACE_FIRST_US;
}

static void
run_free(struct run *run)
{
	cx_done(&run->cx);
	mem_free(run);
}

void
stock_close(struct stock *s)
{
	struct run *run;

	while ((run = s->all) != NULL) {
		s->all = run->next;
		run_free(run);
	}
	mem_free(s->pace_us);
}

/* The claim's memory ends with it; the run's job lives with the run. */
static void
keep_job(struct cx *cx, struct job *job)
{
	const struct field *f;
	const char **text;

	for (f = job_fields; f->name != NULL; f++) {
		if (f->type != FIELD_TEXT && f->type != FIELD_JSON)
			continue;
		text = (const char **)(void *)((char *)job + f->off);
		*text = arena_text(cx->mem, *text);
	}
}

void
stock_enter(struct stock *s, const struct job *job, int64_t since, int64_t now)
{
	struct run *run = mem_new(sizeof(*run));

	cx_child(&run->cx, s->base);
	run->cx.now = now;
	run->unit = &run->cx;
	run->job = *job;
	keep_job(&run->cx, &run->job);
	run->desk = s->desk;
	run->kind = desk_kind(s->desk, job->kind);
	run->ahead = job->started_at == 0;
	run->since = since;
	run->lease_until = since + JOB_LEASE_MS;
	run->at = mono(s);
	if ((run->next = s->all) != NULL)
		run->next->here = &run->next;
	run->here = &s->all;
	s->all = run;
	s->n++;
	s->alone |= job->suspect != 0;
	line_add(&s->ready, run);
}

static bool
is_lost(const struct stock *s, struct run *run)
{
	return __atomic_load_n(&run->stop, __ATOMIC_RELAXED) != 0 ||
	    mono(s) > run->lease_until;
}

static bool
has_room(const struct stock *s, const struct run *run)
{
	int i, same = 0;

	for (i = 0; i < s->ninhand; i++)
		same += s->inhand[i]->job.tenant == run->job.tenant;
	return same < JOB_TENANT_MAX_RUNNING;
}

static struct run **
first_ready(struct stock *s)
{
	struct run **at = &s->ready.head;

	while (*at != NULL && !has_room(s, *at))
		at = &(*at)->then;
	return at;
}

bool
stock_has(struct stock *s)
{
	return *first_ready(s) != NULL;
}

static void
end(struct stock *s, struct run *run)
{
	run->over = true;
	run->at = mono(s);
	if (run->job.suspect)
		s->alone = false;
	line_add(&s->over, run);
}

struct run *
stock_take(struct stock *s)
{
	struct run **at, *run;

	while (*(at = first_ready(s)) != NULL) {
		run = line_take(&s->ready, at);
		if (is_lost(s, run)) {
			run->unbegun = true;
			end(s, run);
			continue;
		}
		run->at = mono(s);
		s->inhand[s->ninhand++] = run;
		return run;
	}
	return NULL;
}

static int64_t
took_us(const struct stock *s, const struct run *run)
{
	int64_t ms = mono(s) - run->at;

	return 1000 * (ms < PACE_MAX_MS ? ms : PACE_MAX_MS);
}

/* At least so long a run of that kind takes. */
static void
slow_down(struct stock *s, const struct run *run, int64_t us)
{
	int64_t *pace = pace_of(s, run->kind);

	if (us > *pace)
		*pace = us;
}

void
stock_over(struct stock *s, struct run *run)
{
	int64_t *pace = pace_of(s, run->kind);
	int i = 0;

	while (s->inhand[i] != run)
		i++;
	s->inhand[i] = s->inhand[--s->ninhand];
	*pace += (took_us(s, run) - *pace) / PACE_SHARE;
	end(s, run);
}

void
stock_drop(struct stock *s, struct run *run)
{
	struct run **at = &s->over.head;

	if ((*run->here = run->next) != NULL)
		run->next->here = run->here;
	s->n--;
	while (*at != run)
		at = &(*at)->then;
	line_take(&s->over, at);
	run_free(run);
}

bool
stock_turn_back(struct stock *s, bool all)
{
	struct run **at = &s->ready.head, *run;
	int64_t now = mono(s);
	bool any = false;
	int i;

	while ((run = *at) != NULL) {
		if (!all && (!run->ahead || now - run->at < STALE_MS)) {
			at = &run->then;
			continue;
		}
		line_take(&s->ready, at);
		run->unbegun = any = true;
		slow_down(s, run, 2 * QUICK_US);
		end(s, run);
	}
	for (i = 0; any && i < s->ninhand; i++)
		slow_down(s, s->inhand[i], took_us(s, s->inhand[i]));
	return any;
}

int64_t
stock_stale_at(const struct stock *s)
{
	const struct run *run = s->ready.head;

	while (run != NULL && !run->ahead)
		run = run->then;
	return run == NULL ? INT64_MAX : run->at + STALE_MS;
}

int64_t
stock_since(const struct stock *s)
{
	const struct run *run;
	int64_t first = INT64_MAX;

	for (run = s->all; run != NULL; run = run->next)
		if (run->since < first)
			first = run->since;
	return first;
}

int64_t
stock_ahead(struct stock *s, struct cx *cx, int64_t free, const char **quick)
{
	struct buf b = buf_new(cx->mem);
	int64_t n, slowest = 1;
	size_t i;

	buf_char(&b, ',');
	for (i = 0; s->desk->conf.kinds[i] != NULL; i++) {
		if (s->pace_us[i] > QUICK_US)
			continue;
		buf_printf(&b, "%s,", s->desk->conf.kinds[i]->name);
		if (s->pace_us[i] > slowest)
			slowest = s->pace_us[i];
	}
	*quick = b.p;
	if (b.n == 1)
		return 0;
	n = free * STOCK_MS * 1000 / slowest;
	return n < STOCK_MAX ? n : STOCK_MAX;
}
