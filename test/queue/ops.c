/*
 * ops.c - see ops.h.
 */
#include "ops.h"

#include "base/arena.h"
#include "lib/sweep.h"

void
assert_jobs(struct cx *cx, const char *state, int64_t n)
{
	if (in_state(cx, state) != n)
		fail_msg("%d are %s, not %d", (int)in_state(cx, state), state,
		    (int)n);
}

int64_t
told(struct cx *cx, const char *step)
{
	return number(cx,
	    arena_printf(cx->mem,
		"SELECT count(*) AS n FROM event WHERE step = '%s'", step));
}

void
it_waits(struct cx *cx, struct world *w)
{
	assert_state(cx, w->ref.uuid, "waiting");
}

static void
clear(struct cx *cx, void *arg)
{
	static const char *const tables[] = { "job", "event", "turn", "sched",
		"sched_off" };
	struct world *w = arg;
	size_t i;

	for (i = 0; i < COUNT_OF(tables); i++)
		exec(cx, arena_printf(cx->mem, "DELETE FROM %s", tables[i]));
	w->n = -1;
	if (w->op->start != NULL)
		w->op->start(cx, w);
}

static enum err
run_op(struct cx *cx, void *arg)
{
	struct world *w = arg;

	return w->op->run(cx, w);
}

static void
check_op(struct cx *cx, void *arg)
{
	struct world *w = arg;

	w->op->check(cx, w);
}

void
sweep_ops(struct cx *cx, const struct op *ops, size_t n)
{
	struct world w = { .desk = desk_new(cx) };
	struct sweep s = { .before = clear, .run = run_op, .after = check_op };
	size_t i;

	calm(cx);
	for (i = 0; i < n; i++) {
		w.op = &ops[i];
		s.name = ops[i].name;
		s.parts = ops[i].parts;
		assert_true(sweep(cx, &s, &w) > 0);
	}
}
