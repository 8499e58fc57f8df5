/*
 * bulk_rig.c - see bulk_rig.h.
 */
#include "bulk_rig.h"

#include <string.h>

#include "base/arena.h"
#include "db/db.h"
#include "queue/event.h"

/* How often the tag of each order was put on. */
static struct {
	int64_t id;
	int times;
} put_on[SIM_ORDERS];

static void
count_tag(void *arg, const struct sim_order *o, const char *tag)
{
	size_t i;

	(void)arg;
	if (strcmp(tag, "logivery-no-sync") != 0)
		return;
	for (i = 0; put_on[i].id != 0 && put_on[i].id != o->id; i++)
		continue;
	put_on[i].id = o->id;
	put_on[i].times++;
}

int
bulk_setup(void **state)
{
	struct rig *r = rig_open();

	r->cloud.mood = CLOUD_AUTO_OFF; /* so that all stay waiting */
	rig_make_poor(r, 40);
	memset(put_on, 0, sizeof(put_on));
	r->shopify.on_tag = count_tag;
	*state = r;
	return 0;
}

void
place(struct rig *r, size_t n)
{
	while (n-- > 0)
		sim_order_place(r->store, 0);
}

void
run_until_started(struct rig *r)
{
	int i;

	for (i = 0; i < 600 && r->shopify.bulk.started == 0; i++)
		rig_run(r, 100);
	assert_int_equal(r->shopify.bulk.started, 1);
}

void
assert_settled(struct rig *r)
{
	size_t i;

	assert_int_equal(db_count(rig_cx(r), "bulk_line"), 0);
	for (i = 0; i < r->store->norders; i++) {
		assert_tags(r, &r->store->orders[i], "logivery-no-sync");
		assert_int_equal(rig_row(r, &r->store->orders[i]).airing, 0);
		assert_int_equal(rig_row(r, &r->store->orders[i]).picture, 1);
	}
}

void
assert_once_each(struct rig *r)
{
	size_t i;

	for (i = 0; i < r->store->norders; i++)
		assert_int_equal(put_on[i].times, 1);
}

bool
was_told(struct rig *r, const char *step)
{
	struct event_filter f = { .tenant = rig_shop(r).id, .limit = 200 };
	struct event *rows;
	size_t i, n;

	must(rig_cx(r), event_list(rig_cx(r), &f, &rows, &n));
	for (i = 0; i < n; i++) {
		if (strcmp(rows[i].step, step) == 0)
			return true;
	}
	return false;
}

void
let_all_go(struct rig *r)
{
	struct sim_reply out;

	r->cloud.mood = CLOUD_WELL;
	r->cloud.state = "synced";
	rig_call(r, RIG_TOKEN, POST, "/settings",
	    "{\"automatic\":true,\"label\":\"Tea\",\"notify_customer\":true,"
	    "\"every_step\":false}",
	    &out);
	assert_int_equal(out.status, 200);
}
