/*
 * ledger_news_rig.c - see ledger_news_rig.h.
 */
#include "ledger_news_rig.h"

struct ledger
row(struct cx *cx, const struct world *w)
{
	struct ledger l;

	must(cx, ledger_find(cx, w->shop.id, ID, &l));
	return l;
}

struct world
begun(struct cx *cx, void (*start)(struct cx *, struct world *))
{
	struct world w = { .shop = installed(cx) };

	new_order(cx, &w);
	if (start != NULL) {
		start(cx, &w);
		w.row = row(cx, &w);
	}
	forget_what_follows(cx);
	return w;
}

/* tags live in the caller's world, which has moved since. */
void
see(struct cx *cx, struct world *w, enum news news, struct orderdoc d)
{
	d.tags = w->tags;
	must(cx, ledger_see(cx, &w->shop, news, &d));
}

void
assert_row(struct cx *cx, const struct world *w, const char *state,
    const char *code)
{
	struct ledger l = row(cx, w);

	assert_string_equal(l.state, state);
	assert_string_equal(l.code == NULL ? "" : l.code,
	    code == NULL ? "" : code);
}

void
assert_quiet(struct cx *cx)
{
	assert_string_equal(steps_told(cx), "");
	assert_string_equal(jobs_added(cx), "");
}

const char *
ask(struct cx *cx, struct world *w)
{
	struct ledger l;

	w->seen.tags = w->tags;
	must(cx, ledger_ask(cx, &w->shop, &w->seen, &l));
	return l.state;
}
