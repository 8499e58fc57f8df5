/*
 * ledger_sweep_rig.c - see ledger_sweep_rig.h.
 */
#include "ledger_sweep_rig.h"

#include "base/text.h"
#include "lib/sweep.h"

static void
begin(struct cx *cx, void *arg)
{
	struct world *w = arg;

	exec(cx, "DELETE FROM ledger_body");
	exec(cx, "DELETE FROM ledger");
	exec(cx, "DELETE FROM redact_mark");
	new_order(cx, w);
	w->row = (struct ledger){ 0 };
	if (w->scene->start != NULL) {
		w->scene->start(cx, w);
		must(cx, ledger_find(cx, w->shop.id, ID, &w->row));
	}
	forget_what_follows(cx);
	cx->now += 1000;
}

void
is_never_taken_again(struct cx *cx, struct world *w, const struct ledger *l)
{
	(void)cx;
	(void)w;
	assert_true(l->next_at == LEDGER_NEVER);
}

void
is_hidden(struct cx *cx, struct world *w, const struct ledger *l)
{
	(void)cx;
	(void)w;
	assert_int_equal(l->hidden, 1);
	assert_int_equal(l->airing, 0);
}

static void
assert_is(const struct scene *s, const char *what, const char *is,
    const char *want)
{
	if (!text_equal(is == NULL ? "" : is, want == NULL ? "" : want))
		fail_msg("%s: %s is \"%s\", not \"%s\"", s->name, what,
		    is == NULL ? "" : is, want == NULL ? "" : want);
}

static void
is_so(struct cx *cx, void *arg)
{
	struct world *w = arg;
	const struct scene *s = w->scene;
	struct ledger l;
	enum err e = ledger_find(cx, w->shop.id, ID, &l);

	if (e != ERR_MISSING)
		must(cx, e);
	assert_is(s, "state", l.state, s->state);
	assert_is(s, "code", l.code, s->code);
	assert_is(s, "what is told", steps_told(cx), s->told);
	assert_is(s, "what follows", jobs_added(cx), s->jobs);
	if (s->check != NULL)
		s->check(cx, w, &l);
}

static enum err
move(struct cx *cx, void *arg)
{
	struct world *w = arg;

	return w->scene->move(cx, w);
}

void
sweep_scenes(struct cx *cx, const struct scene *scenes, size_t n)
{
	struct world w = { .shop = installed(cx) };
	struct sweep s = { .before = begin, .run = move, .after = is_so };
	size_t i;

	for (i = 0; i < n; i++) {
		w.scene = &scenes[i];
		s.name = scenes[i].name;
		assert_true(sweep(cx, &s, &w) > 0);
	}
}
