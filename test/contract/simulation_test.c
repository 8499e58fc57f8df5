/*
 * simulation_test.c - both programs, one store, bad weather, one seed.
 *
 * A few hundred steps drawn from the seed: people place, change, tag and send
 * orders, webhooks come as they come, jobs run, programs are restarted, time
 * passes.  Then the weather clears, everything that is due runs, and the judge
 * looks.  LOGIVERY_SIM_SEEDS=N runs the seeds 1 to N; LOGIVERY_SIM_SEED=S runs
 * the seed S alone (or S to N), LOGIVERY_SIM_TRACE=1 with all its steps.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/crashpoint.h"
#include "base/json.h"
#include "base/text.h"
#include "base/when.h"
#include "judge.h"
#include "lib/test.h"

enum {
	STEPS = 400,
	ORDERS = 40,
	USUAL_SEEDS = 5,
	CONTROL_SEEDS = 12,
	DRAIN_STEPS = 60000,
	JUDGE_EVERY = 8
};
#define CLEAR_MS (30 * (int64_t)HOUR_MS) /* back-offs reach 24 h */
#define QUIET_MS ((int64_t)HOUR_MS)

struct run {
	struct sim_both *both;
	struct judge judge;
	bool automatic;
	int64_t steps;
};

struct totals {
	int64_t steps, jobs, calls, faults, hooks, orders, throttled, failed;
};

static struct sim_order *
any_order(struct run *r)
{
	struct sim_store *st = r->both->store;

	if (st->norders == 0)
		return NULL;
	return &st->orders[sim_below(&r->both->sim, st->norders)];
}

/* --- what may happen --- */

static void
deliver(struct run *r)
{
	sim_hook_deliver(&r->both->shopify, false);
}

static void
work_cloud(struct run *r)
{
	sim_step(&r->both->sim, "cloud works");
	sim_node_step(&r->both->cloud);
}

static void
work_app(struct run *r)
{
	sim_step(&r->both->sim, "app works");
	sim_node_step(&r->both->app);
}

static void
place(struct run *r)
{
	struct sim_order *o;
	int64_t age = 0;

	if (r->both->store->norders == ORDERS)
		return;
	if (sim_chance(&r->both->sim, 200))
		age = (1 + (int64_t)sim_below(&r->both->sim, 70)) * DAY_MS;
	o = sim_order_place(r->both->store, age);
	sim_step(&r->both->sim, "#%d is placed, %d days ago (%" PRId64 ")",
	    o->number, (int)(age / DAY_MS), o->id);
}

static void
edit(struct run *r)
{
	struct sim_order *o = any_order(r);

	if (o == NULL)
		return;
	sim_step(&r->both->sim, "#%d is edited", o->number);
	sim_order_edit(o);
}

static void
cancel(struct run *r)
{
	struct sim_order *o = any_order(r);

	if (o == NULL || o->cancelled != 0)
		return;
	sim_step(&r->both->sim, "#%d is cancelled", o->number);
	sim_order_cancel(o);
}

static void
tag_foreign(struct run *r)
{
	static const char *const names[] = { "urgent", "Gift", "logivery-old" };
	struct sim_order *o = any_order(r);
	const char *name = names[sim_below(&r->both->sim, COUNT_OF(names))];

	if (o == NULL)
		return;
	sim_step(&r->both->sim, "#%d is tagged %s", o->number, name);
	sim_order_tag(o, name);
}

/* Old orders are imported so, done ones sent again. */
static void
tag_ours(struct run *r)
{
	static const char *const names[] = { "logivery-no-sync",
		"Logivery-No-Sync", "LOGIVERY-NO-SYNC", "logivery-error" };
	struct sim_order *o = any_order(r);
	const char *name = names[sim_below(&r->both->sim, COUNT_OF(names))];

	if (o == NULL || !sim_order_is_visible(o))
		return;
	sim_step(&r->both->sim, "#%d is tagged %s by hand", o->number, name);
	judge_of(&r->judge, o)->asked = true;
	sim_order_tag(o, name);
}

static void
untag_ours(struct run *r)
{
	struct sim_order *o = any_order(r);
	char name[SIM_TAG_MAX];
	size_t i;

	for (i = 0; o != NULL && i < o->tags.n; i++) {
		if (!sim_tag_is_ours(o->tags.tag[i]))
			continue;
		memcpy(name, o->tags.tag[i], sizeof(name));
		sim_step(&r->both->sim, "#%d loses %s by hand", o->number,
		    name);
		judge_of(&r->judge, o)->untouched = false;
		judge_of(&r->judge, o)->asked = true;
		sim_order_untag(o, name);
		return;
	}
}

/* What was accepted is promised. */
static void
read_promises(struct run *r, struct cx *cx, const struct sim_reply *rp)
{
	struct json *j, *item;
	struct sim_order *o;
	const char *state;
	size_t i;

	if (rp->status >= 300 ||
	    json_parse(cx, rp->body, strlen(rp->body), &j) != OK)
		return;
	j = json_get(j, "orders");
	for (i = 0; i < json_count(j); i++) {
		item = json_at(j, i);
		state = json_get_text(item, "state");
		o = sim_order_find(r->both->store, json_get_text(item, "id"));
		if (o != NULL && state != NULL && !text_equal(state, "error"))
			judge_of(&r->judge, o)->promised = true;
	}
}

static void
send_by_hand(struct run *r)
{
	struct sim_order *o = any_order(r);
	struct sim_reply rp;
	const char *body = "{}";
	struct cx cx;

	cx_child(&cx, &r->both->cx);
	if (o != NULL && sim_chance(&r->both->sim, 800)) {
		body = arena_printf(cx.mem,
		    "{\"orderIds\":[\"gid://shopify/Order/%" PRId64 "\"]}",
		    o->id);
		judge_of(&r->judge, o)->asked = true;
	}
	sim_step(&r->both->sim, "send by hand %s", body);
	sim_app_ask(&cx, r->both, POST, "/api/actions/send-orders", body, &rp);
	read_promises(r, &cx, &rp);
	cx_done(&cx);
}

static void
ask_status(struct run *r)
{
	struct sim_order *o = any_order(r);
	struct sim_reply rp;
	struct cx cx;

	if (o == NULL)
		return;
	cx_child(&cx, &r->both->cx);
	sim_step(&r->both->sim, "#%d: update sync status", o->number);
	sim_app_ask(&cx, r->both, POST, "/api/actions/update-status",
	    arena_printf(cx.mem,
		"{\"orderId\":\"gid://shopify/Order/%" PRId64 "\"}", o->id),
	    &rp);
	cx_done(&cx);
}

static void
set_automatic(struct run *r, bool on)
{
	struct cx cx;

	r->automatic = on;
	sim_step(&r->both->sim, "automatic %s", on ? "on" : "off");
	cx_child(&cx, &r->both->cloud.cx);
	must(&cx,
	    sim_cloud_domain.set_automatic(&cx, r->both->connector.id, on));
	cx_done(&cx);
}

static void
toggle(struct run *r)
{
	set_automatic(r, !r->automatic);
}

static void
run_now(struct run *r)
{
	static const char *const kinds[] = { "sync", "import_orders" };
	struct cx cx;
	const char *kind = kinds[sim_below(&r->both->sim, COUNT_OF(kinds))];

	sim_step(&r->both->sim, "run now: %s", kind);
	cx_child(&cx, &r->both->cloud.cx);
	must(&cx, sim_cloud_domain.run_now(&cx, r->both->connector.id, kind));
	cx_done(&cx);
}

static void
restart(struct run *r)
{
	struct sim_node *n =
	    sim_chance(&r->both->sim, 500) ? &r->both->cloud : &r->both->app;

	sim_step(&r->both->sim, "%s restarts", n->program->name);
	sim_node_restart(n);
}

static void
wait_a_little(struct run *r)
{
	int64_t ms = (int64_t)sim_below(&r->both->sim, 3 * SECOND_MS);

	sim_advance(&r->both->sim, ms);
}

static void
wait_for_work(struct run *r)
{
	sim_both_step(r->both, r->both->sim.now_ms + 10 * MINUTE_MS);
}

/* Nobody looks for an hour or two. */
static void
sleep_long(struct run *r)
{
	int64_t ms = (int64_t)sim_below(&r->both->sim, 2 * HOUR_MS);
	int i;

	sim_step(&r->both->sim, "%d minutes pass", (int)(ms / MINUTE_MS));
	ms += r->both->sim.now_ms;
	for (i = 0; i < 200 && !r->both->sim.failed; i++, r->steps++)
		if (!sim_both_step(r->both, ms))
			break;
	if (r->both->sim.now_ms < ms)
		sim_advance(&r->both->sim, ms - r->both->sim.now_ms);
}

/* The app hears of the new token at once, later, or when all is over. */
static void
rotate(struct run *r)
{
	struct sim_connector *c = &r->both->connector;
	struct sim_weather weather = r->both->sim.weather;
	struct cx cx;

	sim_step(&r->both->sim, "the token is rotated");
	cx_child(&cx, &r->both->cloud.cx);
	must(&cx,
	    sim_cloud_domain.rotate(&cx, c->id,
		sim_chance(&r->both->sim, 500) ? 24 : 0, c->token));
	cx_done(&cx);
	if (sim_chance(&r->both->sim, 400))
		return;
	memset(&r->both->sim.weather, 0, sizeof(weather));
	if (sim_both_pair(r->both, c->token) != 200)
		sim_fail(&r->both->sim, "the new token is not taken");
	r->both->sim.weather = weather;
}

static const struct {
	int weight;
	void (*run)(struct run *);
} events[] = {
	{ 140, deliver },
	{ 140, work_cloud },
	{ 200, work_app },
	{ 110, place },
	{ 40, edit },
	{ 12, cancel },
	{ 25, tag_foreign },
	{ 30, tag_ours },
	{ 15, untag_ours },
	{ 25, send_by_hand },
	{ 15, ask_status },
	{ 5, toggle },
	{ 12, run_now },
	{ 8, restart },
	{ 5, rotate },
	{ 3, sleep_long },
	{ 60, wait_a_little },
	{ 163, wait_for_work },
};

static void
one_event(struct run *r)
{
	int64_t dice, sum = 0;
	size_t i;

	for (i = 0; i < COUNT_OF(events); i++)
		sum += events[i].weight;
	dice = (int64_t)sim_below(&r->both->sim, (uint64_t)sum);
	for (i = 0; (dice -= events[i].weight) >= 0;)
		i++;
	events[i].run(r);
	r->steps++;
}

/* --- a run --- */

static struct sim_weather
weather_of(struct sim *s)
{
	int bad = (int)sim_below(s, 4); /* 0: calm */

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
make_scarce(struct run *r)
{
	bool very = sim_chance(&r->both->sim, 500) ||
	    getenv("LOGIVERY_SIM_SCARCE") != NULL;

	r->both->store->ceiling = very ? 200 : 1000;
	r->both->store->restore = very ? 10 : 50;
}

/* Work until all is well, or as long as the longest back-off may take. */
static void
settle(struct run *r)
{
	struct sim *s = &r->both->sim;
	int64_t until = s->now_ms + CLEAR_MS, next = s->now_ms, n;

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

static void
run_seed(uint64_t seed, struct totals *t)
{
	struct run r = { .both = sim_both_open(seed, true), .automatic = true };
	struct sim *s = &r.both->sim;
	int64_t writes;
	int i;

	judge_open(&r.judge, r.both);
	s->weather = weather_of(s);
	if (sim_chance(s, 300) || getenv("LOGIVERY_SIM_SCARCE") != NULL)
		make_scarce(&r);
	for (i = 0; i < STEPS && !s->failed; i++) {
		one_event(&r);
		if (i % JUDGE_EVERY == 0)
			judge_running(&r.judge);
	}
	sim_step(s, "the weather clears");
	memset(&s->weather, 0, sizeof(s->weather));
	if (!s->failed && sim_both_pair(r.both, r.both->connector.token) != 200)
		sim_fail(s, "the token in force is not taken");
	if (!s->failed)
		set_automatic(&r, true);
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
	t->steps += r.steps;
	t->jobs += r.both->cloud.jobs + r.both->app.jobs;
	t->calls += s->ncalls;
	t->faults += s->nfaults;
	t->hooks += r.both->shopify.hooks_sent;
	t->throttled += r.both->shopify.throttled;
	t->orders += (int64_t)r.both->store->norders;
	if (s->failed)
		sim_tell(s);
	t->failed += s->failed;
	sim_both_close(r.both);
}

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
	int64_t last, seed;
	clock_t began = clock();
	struct totals t = { 0 };
	double s;

	(void)state;
	last = number_of("LOGIVERY_SIM_SEEDS",
	    getenv("LOGIVERY_SIM_SEED") != NULL ? first : USUAL_SEEDS);
	for (seed = first; seed <= last; seed++)
		run_seed((uint64_t)seed, &t);
	s = (double)(clock() - began) / CLOCKS_PER_SEC;
	printf("seeds %" PRId64 ", failed %" PRId64 "; steps %" PRId64
	       " (%.0f a second), jobs %" PRId64 ", orders %" PRId64
	       ", webhooks %" PRId64 ", calls %" PRId64 " (%" PRId64
	       " failed by weather, %" PRId64 " throttled)\n",
	    last - first + 1, t.failed, t.steps,
	    s > 0 ? (double)t.steps / s : 0, t.jobs, t.orders, t.hooks, t.calls,
	    t.faults, t.throttled);
	assert_int_equal(t.failed, 0);
}

/* A judge that never turns red proves nothing. */
static void
without_the_dedupe_the_judge_turns_red(void **state)
{
	struct totals t = { 0 };
	uint64_t seed;

	(void)state;
	setenv("LOGIVERY_FAULT_OFF", "dedupe", 1);
	if (!fault_on("dedupe"))
		skip(); /* not a build with faults */
	for (seed = 1; seed <= CONTROL_SEEDS && t.failed == 0; seed++)
		run_seed(seed, &t);
	unsetenv("LOGIVERY_FAULT_OFF");
	assert_true(t.failed > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    what_people_and_weather_do_loses_doubles_and_mistags_nothing),
		cmocka_unit_test(without_the_dedupe_the_judge_turns_red),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
