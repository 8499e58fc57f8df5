/*
 * sweep.c - a hit is only a candidate: the search index lags and matches
 * loosely, so what is new is read by its id, and the ledger decides.
 *
 * What has changed within the last moments is left to its webhook, which is
 * most likely on its way with the whole order in it: reading it would cost
 * points for nothing.  If it does not come, the next pass sees the order again,
 * since passes overlap.
 *
 * How late a change we read is stored before the reading: a webhook that comes
 * after that, with something older, is told from news by it.
 */
#include "shopify/sweep.h"

#include "base/conf.h"
#include "base/when.h"
#include "db/db.h"
#include "gen/sql.h"
#include "shopify/read.h"
#include "shopify/shop.h"

enum { GRACE_MAX_S = 30 };

static int64_t
grace_ms(const struct cx *cx)
{
	int64_t every_s = 300;

	if (cx->conf != NULL)
		every_s = conf_int(cx->conf, "sweep-seconds");
	return (every_s < GRACE_MAX_S ? every_s : GRACE_MAX_S) * SECOND_MS;
}

/* Our own tag write counts as known. */
static bool
is_news(struct cx *cx, const struct shop *shop, const struct sight *o)
{
	struct ledger row;

	if (o->updated_at > cx->now - grace_ms(cx))
		return false;
	if (ledger_find(cx, shop->id, o->id, &row) != OK)
		return true;
	return o->updated_at > row.updated_at ||
	    (unsigned)row.picture != tags_read(o->tags, o->ntags);
}

enum err
sweep_look(struct cx *cx, const struct shop *shop, const struct sight *hits,
    size_t n)
{
	const char *ids[READ_IDS_MAX];
	struct sight seen[READ_IDS_MAX];
	size_t i, wanted = 0;
	int64_t newest = 0;
	enum err e;

	for (i = 0; i < n && wanted < READ_IDS_MAX; i++) {
		if (!is_news(cx, shop, &hits[i]))
			continue;
		ids[wanted++] = hits[i].id;
		if (hits[i].updated_at > newest)
			newest = hits[i].updated_at;
	}
	if (wanted == 0)
		return OK;
	e = db_exec(cx, SQL_SHOP_SET_LOOKED, V(shop->id), V(newest));
	if (e == OK)
		e = read_sights(cx, shop, ids, wanted, GQL_BACKGROUND, seen);
	for (i = 0; e == OK && i < wanted; i++) {
		if (seen[i].id != NULL)
			e = ledger_look(cx, shop, &seen[i]);
	}
	return e;
}
