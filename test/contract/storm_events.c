/*
 * storm_events.c - what people and weather do, each with its weight.
 */
#include "storm.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/text.h"
#include "base/when.h"
#include "lib/test.h"

enum {
	ORDERS = 40,
	DOOM_TRIES = 6,
	DOOM_STEPS = 80,
	DOOM_CALLS = 4,
	GONE_MS = MINUTE_MS,
	AWAY_MS = 6 * HOUR_MS
};

static struct sim_order *
any_order(struct storm *r)
{
	struct sim_store *st = r->both->store;

	if (st->norders == 0)
		return NULL;
	return &st->orders[sim_below(&r->both->sim, st->norders)];
}

/* --- what may happen --- */

static void
deliver(struct storm *r)
{
	sim_hook_deliver(&r->both->shopify, false);
}

static void
work_cloud(struct storm *r)
{
	sim_step(&r->both->sim, "cloud works");
	sim_node_step(&r->both->cloud);
}

static void
work_app(struct storm *r)
{
	sim_step(&r->both->sim, "app works");
	sim_node_step(&r->both->app);
}

static void
place(struct storm *r)
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
edit(struct storm *r)
{
	struct sim_order *o = any_order(r);

	if (o == NULL)
		return;
	sim_step(&r->both->sim, "#%d is edited", o->number);
	sim_order_edit(o);
}

static void
cancel(struct storm *r)
{
	struct sim_order *o = any_order(r);

	if (o == NULL || o->cancelled != 0)
		return;
	sim_step(&r->both->sim, "#%d is cancelled", o->number);
	sim_order_cancel(o);
}

static void
tag_foreign(struct storm *r)
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
tag_ours(struct storm *r)
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
untag_ours(struct storm *r)
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
read_promises(struct storm *r, struct cx *cx, const struct sim_reply *rp)
{
	struct json *j, *item;
	struct sim_order *o;
	const char *state;
	size_t i;

	if (rp->status / 100 != 2 ||
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
send_by_hand(struct storm *r)
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
ask_status(struct storm *r)
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

/* A person in the Cloud App, whose database answers meanwhile. */
static void
cloud_unit(struct storm *r, struct cx *cx, int *before)
{
	*before = sim_node_hush(&r->both->cloud);
	cx_child(cx, &r->both->cloud.cx);
}

static void
cloud_unit_end(struct storm *r, struct cx *cx, int before)
{
	cx_done(cx);
	sim_node_unhush(&r->both->cloud, before);
}

void
storm_automatic(struct storm *r, bool on)
{
	struct cx cx;
	int before;

	r->automatic = on;
	sim_step(&r->both->sim, "automatic %s", on ? "on" : "off");
	cloud_unit(r, &cx, &before);
	must(&cx,
	    sim_cloud_domain.set_automatic(&cx, r->both->connector.id, on));
	cloud_unit_end(r, &cx, before);
}

static void
toggle(struct storm *r)
{
	storm_automatic(r, !r->automatic);
}

static void
run_now(struct storm *r)
{
	static const char *const kinds[] = { "sync", "import_orders" };
	struct cx cx;
	const char *kind = kinds[sim_below(&r->both->sim, COUNT_OF(kinds))];
	int before;

	sim_step(&r->both->sim, "run now: %s", kind);
	cloud_unit(r, &cx, &before);
	must(&cx, sim_cloud_domain.run_now(&cx, r->both->connector.id, kind));
	cloud_unit_end(r, &cx, before);
}

static struct sim_node *
any_node(struct storm *r)
{
	return sim_chance(&r->both->sim, 500) ? &r->both->cloud : &r->both->app;
}

static void
restart(struct storm *r)
{
	struct sim_node *n = any_node(r);

	r->both->sim.faults[SIM_RESTART]++;
	sim_step(&r->both->sim, "%s restarts", n->program->name);
	sim_node_restart(n);
}

/* One of the two dies in what comes next, should it get so far. */
static void
kill_one(struct storm *r)
{
	static void (*const next[])(struct storm *) = { work_app, work_app,
		work_cloud, deliver, send_by_hand };
	struct sim *s = &r->both->sim;
	struct sim_node *n = any_node(r);
	int64_t killed = s->faults[SIM_KILLED];
	int i;

	if (sim_chance(s, 500))
		sim_node_doom_step(n, 1 + (int)sim_below(s, DOOM_STEPS));
	else
		sim_node_doom_call(n, 1 + (int)sim_below(s, DOOM_CALLS),
		    sim_chance(s, 500));
	for (i = 0; i < DOOM_TRIES && s->faults[SIM_KILLED] == killed; i++)
		next[sim_below(s, COUNT_OF(next))](r);
	sim_node_spare(n);
}

static void
no_store(struct storm *r)
{
	struct sim_node *n = any_node(r);

	sim_step(&r->both->sim, "%s has no database", n->program->name);
	sim_node_no_store(n, (int64_t)sim_below(&r->both->sim, GONE_MS));
}

static void
go_away(struct storm *r)
{
	static const char *const names[] = { "cloud.example", "cloud.example",
		"app.example", ".myshopify.com" };
	struct sim *s = &r->both->sim;
	const char *name = names[sim_below(s, COUNT_OF(names))];
	int64_t ms = (int64_t)sim_below(s, AWAY_MS);

	sim_step(s, "%s is away for %d minutes", name, (int)(ms / MINUTE_MS));
	sim_host_away(s, name, ms);
}

/* A day or ten minutes wrong, for up to an hour. */
static void
wrong_clock(struct storm *r)
{
	static const int64_t skews[] = { DAY_MS, -DAY_MS, 10 * MINUTE_MS,
		-10 * MINUTE_MS };
	struct sim *s = &r->both->sim;
	int64_t skew = skews[sim_below(s, COUNT_OF(skews))];
	int64_t ms = (int64_t)sim_below(s, HOUR_MS);

	sim_step(s, "the clock is %d minutes wrong for %d minutes",
	    (int)(skew / MINUTE_MS), (int)(ms / MINUTE_MS));
	sim_clock_wrong(s, skew, ms);
}

static void
wait_a_little(struct storm *r)
{
	int64_t ms = (int64_t)sim_below(&r->both->sim, 3 * SECOND_MS);

	sim_advance(&r->both->sim, ms);
}

static void
wait_for_work(struct storm *r)
{
	sim_both_step(r->both, r->both->sim.now_ms + 10 * MINUTE_MS);
}

/* Nobody looks for an hour or two. */
void
storm_sleep(struct storm *r)
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

/* As a person would, on a fine day. */
int
storm_pair(struct storm *r)
{
	struct sim *s = &r->both->sim;
	struct sim_weather weather = s->weather;
	int64_t away[SIM_HOSTS], skew = s->skew_ms;
	int app = sim_node_hush(&r->both->app), status;
	int cloud = sim_node_hush(&r->both->cloud);
	size_t i;

	memset(&s->weather, 0, sizeof(s->weather));
	s->skew_ms = 0;
	for (i = 0; i < s->nhosts; i++) {
		away[i] = s->hosts[i].away_until;
		s->hosts[i].away_until = 0;
	}
	status = sim_both_pair(r->both, r->both->connector.token);
	for (i = 0; i < s->nhosts; i++)
		s->hosts[i].away_until = away[i];
	s->weather = weather;
	s->skew_ms = skew;
	sim_node_unhush(&r->both->cloud, cloud);
	sim_node_unhush(&r->both->app, app);
	return status;
}

/* The app hears of the new token at once, later, or when all is over. */
static void
rotate(struct storm *r)
{
	struct sim *s = &r->both->sim;
	struct sim_connector *c = &r->both->connector;
	struct cx cx;
	int before;

	sim_step(s, "the token is rotated");
	cloud_unit(r, &cx, &before);
	must(&cx,
	    sim_cloud_domain.rotate(&cx, c->id, sim_chance(s, 500) ? 24 : 0,
		c->token));
	cloud_unit_end(r, &cx, before);
	if (sim_chance(s, 400)) {
		s->faults[SIM_ROTATED]++;
		return;
	}
	if (storm_pair(r) != 200)
		sim_fail(s, "the new token is not taken");
}

static const struct {
	int weight;
	void (*run)(struct storm *);
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
	{ 40, kill_one },
	{ 4, no_store },
	{ 2, go_away },
	{ 2, wrong_clock },
	{ 5, rotate },
	{ 3, storm_sleep },
	{ 60, wait_a_little },
	{ 163, wait_for_work },
};

void
storm_event(struct storm *r)
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

/* --- every kind of it --- */

static const struct {
	enum sim_fault fault;
	void (*run)(struct storm *);
} forced[] = {
	{ SIM_RESTART, restart },
	{ SIM_KILLED, kill_one },
	{ SIM_NO_STORE, no_store },
	{ SIM_AWAY, go_away },
	{ SIM_CLOCK, wrong_clock },
	{ SIM_ROTATED, rotate },
};

bool
storm_had_all(const struct storm *r)
{
	size_t i;

	for (i = 0; i < SIM_FAULTS; i++)
		if (r->both->sim.faults[i] == 0)
			return false;
	return true;
}

void
storm_force(struct storm *r)
{
	struct sim *s = &r->both->sim;
	size_t i;

	/* The rarest of the weather: a store that is seldom called may never
	   meet it. */
	if (s->faults[SIM_THROTTLE] == 0)
		s->weather.throttle = 500;
	for (i = 0; i < COUNT_OF(forced); i++)
		if (s->faults[forced[i].fault] == 0)
			forced[i].run(r);
}
