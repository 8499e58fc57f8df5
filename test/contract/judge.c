/*
 * judge.c - holds both databases and the store against each other.
 *
 * It reads the Cloud App's rows itself: a program that counts its own orders
 * wrong must not be believed.
 */
#include "judge.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/text.h"
#include "db/db.h"
#include "lib/test.h"

struct row {
	const char *external_id;
	int64_t n;
	int64_t updated_at; /* ms, the newest */
	const char *digest;
	int64_t changed; /* 1: in the store, after import */
};

static const struct field row_fields[] = {
	F_TEXT(struct row, external_id, 0, 64),
	F_INT(struct row, n, 0, INT64_MAX),
	F_INT(struct row, updated_at, 0, INT64_MAX),
	F_TEXT(struct row, digest, 0, 64),
	F_INT(struct row, changed, 0, 1),
	F_END,
};

static const char rows_text[] =
    "SELECT external_id, count(*) AS n, max(updated_at) AS updated_at, "
    "min(digest) AS digest, max(changed) AS changed "
    "FROM orders GROUP BY external_id";
static const struct sql rows_sql = { "judge_rows", { rows_text, rows_text }, 0,
	0, "cloud" };

struct held {
	struct row *rows;
	size_t n;
};

static void
read_held(struct judge *j, struct cx *cx, struct held *h)
{
	int before = sim_node_hush(&j->both->cloud);

	cx_child(cx, &j->both->cloud.cx);
	must(cx, db_list(cx, rows_sql, row_fields, &h->rows, &h->n));
	sim_node_unhush(&j->both->cloud, before);
}

static const struct row *
held_of(struct cx *cx, const struct held *h, const struct sim_order *o)
{
	const char *id = arena_printf(cx->mem, "%" PRId64, o->id);
	size_t i;

	for (i = 0; i < h->n; i++)
		if (text_equal(h->rows[i].external_id, id))
			return &h->rows[i];
	return NULL;
}

struct judged *
judge_of(struct judge *j, const struct sim_order *o)
{
	return &j->orders[o - j->both->store->orders];
}

/* --- I4 and I2, when a tag is written --- */

static void
tag_added(void *arg, const struct sim_order *o, const char *tag)
{
	struct judge *j = arg;
	struct judged *d = judge_of(j, o);
	struct sim *s = &j->both->sim;
	struct held h;
	struct cx cx;

	if (strcasecmp(tag, "logivery-syncing") == 0) {
		d->sends++;
		if (d->synced && !d->asked)
			sim_fail(s, "I2 #%d is sent again though nobody asked",
			    o->number);
	}
	if (strcasecmp(tag, "logivery-synced") != 0)
		return;
	read_held(j, &cx, &h);
	if (held_of(&cx, &h, o) == NULL)
		sim_fail(s, "I4 #%d is tagged synced, the Cloud App has it not",
		    o->number);
	d->synced = true;
	cx_done(&cx);
}

void
judge_open(struct judge *j, struct sim_both *b)
{
	size_t i;

	memset(j, 0, sizeof(*j));
	j->both = b;
	for (i = 0; i < SIM_ORDERS; i++)
		j->orders[i].untouched = true;
	b->shopify.on_tag = tag_added;
	b->shopify.on_tag_arg = j;
}

void
judge_running(struct judge *j)
{
	struct sim_store *st = j->both->store;
	const struct row *r;
	struct judged *d;
	struct held h;
	struct cx cx;
	size_t i;

	read_held(j, &cx, &h);
	for (i = 0; i < st->norders; i++) {
		d = &j->orders[i];
		r = held_of(&cx, &h, &st->orders[i]);
		if (r == NULL && d->held == 0)
			continue;
		if (r == NULL) {
			sim_fail(&j->both->sim,
			    "I1 #%d is gone from the Cloud "
			    "App",
			    st->orders[i].number);
			continue;
		}
		if (r->n != 1)
			sim_fail(&j->both->sim, "I2 #%d is there %d times",
			    st->orders[i].number, (int)r->n);
		if (r->updated_at < d->held)
			sim_fail(&j->both->sim, "I5 #%d got older",
			    st->orders[i].number);
		d->held = r->updated_at;
	}
	cx_done(&cx);
}

/* --- at rest --- */

struct finding {
	struct cx *cx;
	const struct sim_order *o;
	const struct judged *d;
	const struct row *held;
	bool has_row;
	struct sim_ledger l;
};

static bool
is_importable(const struct finding *f)
{
	const struct sim_order *o = f->o;

	return sim_order_is_visible(o) && o->confirmed &&
	    (o->created >= o->store->installed || f->d->promised);
}

static const char *
words(const struct finding *f, const char *what)
{
	return arena_printf(f->cx->mem,
	    "%s%s (ledger %s, code %s: %s; tags %s; %s the Cloud App; digests "
	    "known %.6s, sent %.6s, held %.6s)",
	    what, f->o->cancelled != 0 ? ", cancelled" : "",
	    f->has_row ? f->l.state : "none",
	    f->has_row && f->l.code != NULL ? f->l.code : "-",
	    f->has_row && f->l.reason != NULL ? f->l.reason : "-",
	    sim_tags_ours(f->cx, &f->o->tags),
	    f->held != NULL ? "in" : "not in",
	    f->l.digest != NULL ? f->l.digest : "-",
	    f->l.sent_digest != NULL ? f->l.sent_digest : "-",
	    f->held != NULL ? f->held->digest : "-");
}

/* What the app believes the Cloud App holds, it holds. */
static const char *
wrong_content(const struct finding *f)
{
	if (f->held == NULL)
		return words(f, "I1: done, but not there");
	if (f->l.sent_digest != NULL &&
	    !text_equal(f->l.sent_digest, f->held->digest))
		return words(f, "I1: another content than was sent is held");
	if (f->l.sent_digest != NULL &&
	    !text_equal(f->l.sent_digest, f->l.digest) && !f->held->changed)
		return words(f, "I1: changed in the store, and not marked");
	return NULL;
}

static const char *
wrong_state(const struct finding *f)
{
	const char *state = f->l.state;

	if (text_equal(state, "waiting") || text_equal(state, "sending"))
		return words(f, "I1: still on its way");
	if (text_equal(state, "done"))
		return wrong_content(f);
	if (text_equal(state, "skipped"))
		return f->d->untouched && is_importable(f)
		    ? words(f, "I1: skipped, though nobody wished it")
		    : NULL;
	if (text_is_empty(f->l.reason))
		return words(f, "I1: failed without a reason");
	if (f->o->cancelled == 0 && is_importable(f))
		return words(f, "I1: failed, though the weather is fine");
	return NULL;
}

static const char *
wrong_tags(const struct finding *f)
{
	const char *ours = sim_tags_ours(f->cx, &f->o->tags);
	const char *want = f->has_row && f->l.shows != NULL ? f->l.shows : "";
	struct sim_tags rest = f->o->tags;
	size_t i;

	if (f->has_row && !text_equal_ascii_case(ours, want) &&
	    !text_equal(f->l.state, "skipped"))
		return words(f,
		    arena_printf(f->cx->mem, "I3: should show \"%s\"", want));
	for (i = 0; i < f->o->tags.n; i++)
		if (sim_tag_is_ours(f->o->tags.tag[i]))
			sim_tags_remove(&rest, f->o->tags.tag[i]);
	for (i = 0; i < f->o->foreign.n; i++)
		if (!sim_tags_remove(&rest, f->o->foreign.tag[i]))
			return words(f, "I3: a foreign tag went");
	return rest.n > 0 ? words(f, "I3: a foreign tag came") : NULL;
}

/* An order from before the installation counts from when it is tagged. */
static bool
asks(const struct finding *f)
{
	return sim_order_is_visible(f->o) &&
	    strcasestr(sim_tags_ours(f->cx, &f->o->tags), "no-sync") != NULL;
}

static const char *
wrong(const struct finding *f)
{
	if (!f->has_row && is_importable(f) && f->o->cancelled == 0)
		return words(f, "I1: forgotten");
	if (!f->has_row && asks(f))
		return words(f, "I1: tagged by hand, and not seen");
	if (f->has_row && wrong_state(f) != NULL)
		return wrong_state(f);
	if (!sim_order_is_visible(f->o))
		return NULL; /* its tags can not be written any more */
	return wrong_tags(f);
}

static void
look(struct judge *j, struct cx *cx, const struct held *h, size_t i,
    struct finding *f)
{
	struct sim_order *o = &j->both->store->orders[i];
	struct cx app;
	int before = sim_node_hush(&j->both->app);
	enum err e;

	*f = (struct finding){ .cx = cx, .o = o, .d = &j->orders[i] };
	f->held = held_of(cx, h, o);
	cx_child(&app, &j->both->app.cx);
	e = sim_app_domain.ledger(&app, o->store->domain,
	    arena_printf(cx->mem, "%" PRId64, o->id), &f->l);
	if (e != ERR_MISSING)
		must(&app, e);
	f->has_row = e == OK;
	f->l.state = arena_text(cx->mem, f->l.state);
	f->l.code = arena_text(cx->mem, f->l.code);
	f->l.reason = arena_text(cx->mem, f->l.reason);
	f->l.digest = arena_text(cx->mem, f->l.digest);
	f->l.sent_digest = arena_text(cx->mem, f->l.sent_digest);
	cx_done(&app);
	sim_node_unhush(&j->both->app, before);
}

bool
judge_rest(struct judge *j, bool say)
{
	struct sim_store *st = j->both->store;
	struct finding f;
	const char *what;
	bool well = true;
	struct held h;
	struct cx cx;
	size_t i;

	read_held(j, &cx, &h);
	for (i = 0; i < st->norders && (well || say); i++) {
		look(j, &cx, &h, i, &f);
		if ((what = wrong(&f)) == NULL)
			continue;
		well = false;
		if (say)
			sim_fail(&j->both->sim, "#%d %s", f.o->number, what);
	}
	cx_done(&cx);
	return well;
}

const char *
judge_count(struct judge *j, struct cx *out)
{
	static const char *const names[] = { "none", "waiting", "sending",
		"done", "failed", "skipped" };
	int n[COUNT_OF(names)] = { 0 };
	const char *text = "";
	struct finding f;
	struct held h;
	struct cx cx;
	size_t i, k;

	read_held(j, &cx, &h);
	for (i = 0; i < j->both->store->norders; i++) {
		look(j, &cx, &h, i, &f);
		for (k = COUNT_OF(names) - 1; k > 0; k--)
			if (f.has_row && text_equal(f.l.state, names[k]))
				break;
		n[k]++;
	}
	cx_done(&cx);
	for (k = 0; k < COUNT_OF(names); k++)
		text = arena_printf(out->mem, "%s%s%d %s", text,
		    k > 0 ? ", " : "", n[k], names[k]);
	return text;
}
