/*
 * ledger_rig.c - see ledger_rig.h.
 */
#include "ledger_rig.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "queue/event.h"
#include "queue/job.h"

const struct migration *const ledger_lists[2] = { schema_queue,
	schema_shopify };

void
exec(struct cx *cx, const char *text)
{
	struct sql *sql = arena_alloc(cx->mem, sizeof(*sql));

	*sql = (struct sql){ "test", { text, text }, 0, 1, "test" };
	must(cx, db_exec(cx, *sql));
}

void
forget_what_follows(struct cx *cx)
{
	exec(cx, "DELETE FROM job");
	exec(cx, "DELETE FROM event");
	exec(cx, "DELETE FROM outnote");
}

struct shop
installed(struct cx *cx)
{
	struct shop shop = { 0 };
	struct shop_link link = { "https://cloud.example/c/a", "lgv_token",
		"Tea", 1 };

	must(cx, shop_ensure(cx, "tea.myshopify.com", &shop));
	must(cx, shop_begin(cx, &shop, "read_orders", cx->now));
	must(cx, shop_find(cx, "tea.myshopify.com", &shop));
	must(cx, shop_link(cx, &shop, &link));
	must(cx, shop_find(cx, "tea.myshopify.com", &shop));
	assert_int_equal(shop.generation, 1);
	return shop;
}

void
new_order(struct cx *cx, struct world *w)
{
	cx->now = TEST_NOW;
	w->doc = (struct orderdoc){
		.id = ID,
		.gid = "gid://shopify/Order/" ID,
		.name = "#1001",
		.created_at = cx->now,
		.updated_at = cx->now,
		.confirmed = true,
		.digest = "first",
		.text = "{\"a\":1}",
		.complete = true,
		.tags = w->tags,
	};
	w->seen = (struct sight){
		.id = ID,
		.name = "#1001",
		.created_at = cx->now,
		.updated_at = cx->now,
		.confirmed = true,
		.tags = w->tags,
	};
}

void
order_waiting(struct cx *cx, struct world *w)
{
	must(cx, ledger_see(cx, &w->shop, NEWS_CREATE, &w->doc));
}

static void
sending_by(struct cx *cx, struct world *w, const char *via)
{
	struct taking t = { "batch", via, w->doc.digest };
	struct ledger l;

	must(cx, ledger_find(cx, w->shop.id, ID, &l));
	must(cx, ledger_take(cx, &w->shop, &l, &t));
}

void
order_sending(struct cx *cx, struct world *w)
{
	order_waiting(cx, w);
	sending_by(cx, w, "automatic");
}

enum err
say(struct cx *cx, struct world *w, const struct said *said)
{
	const char *code = "not said";
	enum err e = ledger_said(cx, &w->shop, ID, said, &code);

	if (e == OK)
		assert_null(code);
	return e;
}

void
order_done(struct cx *cx, struct world *w)
{
	order_sending(cx, w);
	must(cx, say(cx, w, &(struct said){ "synced", .job = JOB }));
}

void
order_failed(struct cx *cx, struct world *w)
{
	order_sending(cx, w);
	must(cx, say(cx, w, &(struct said){ "error", "bad", "Bad.", JOB }));
}

/* The order as the store shows it some seconds later. */
struct orderdoc
doc_changed(struct world *w, const char *digest)
{
	struct orderdoc d = w->doc;

	d.updated_at += 5000;
	d.digest = digest;
	return d;
}

struct orderdoc
doc_cancelled(struct world *w)
{
	struct orderdoc d = doc_changed(w, "cancelled");

	d.cancelled_at = d.updated_at;
	return d;
}

struct orderdoc
doc_tagged(struct world *w, const char *tag)
{
	struct orderdoc d = doc_changed(w, w->doc.digest);

	w->tags[0] = (char *)(uintptr_t)tag;
	d.ntags = tag != NULL;
	return d;
}

const char *
steps_told(struct cx *cx)
{
	struct event_filter f = { .order_id = ID, .limit = 100 };
	struct buf b = buf_new(cx->mem);
	struct event *rows;
	size_t i, n;

	must(cx, event_list(cx, &f, &rows, &n));
	for (i = n; i > 0; i--)
		buf_printf(&b, "%s%s", i < n ? " " : "", rows[i - 1].step);
	return b.n > 0 ? b.p : "";
}

static int
by_name(const void *a, const void *b)
{
	const struct job *j = a, *k = b;

	return strcmp(j->kind, k->kind);
}

const char *
jobs_added(struct cx *cx)
{
	struct buf b = buf_new(cx->mem);
	struct job *jobs;
	size_t i, n;

	must(cx, job_list(cx, 0, NULL, 0, 100, &jobs, &n));
	qsort(jobs, n, sizeof(*jobs), by_name);
	for (i = 0; i < n; i++)
		buf_printf(&b, "%s%s", i > 0 ? " " : "", jobs[i].kind);
	return b.n > 0 ? b.p : "";
}
