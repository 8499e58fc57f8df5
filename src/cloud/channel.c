/*
 * channel.c - sales channels.
 */
#include "cloud/channel.h"

#include "db/db.h"
#include "gen/sql.h"

static const struct field channel_fields[] = {
	F_INT(struct channel, id, 1, INT64_MAX),
	F_TEXT(struct channel, technology, 1, 32),
	F_TEXT(struct channel, shop, 1, 255),
	F_TEXT(struct channel, name, 1, 100),
	F_WHEN(struct channel, created_at),
	F_TEXT_OPT(struct channel, connector, 12),
	F_INT_OPT(struct channel, orders, 0, INT64_MAX),
	F_END,
};

static const struct field shop_fields[] = {
	F_INT(struct channel, id, 1, INT64_MAX),
	F_TEXT(struct channel, shop, 1, 255),
	F_END,
};

enum err
channel_find_shop(struct cx *cx, const char *technology, const char *shop,
    struct channel *ch)
{
	*ch = (struct channel){ 0 };
	return db_one(cx, SQL_CHANNEL_FIND_SHOP, channel_fields, ch,
	    V(technology), V(shop));
}

enum err
channel_ensure(struct cx *cx, const char *technology, const char *shop,
    const char *name, struct channel *ch)
{
	enum err e;

	*ch = (struct channel){ 0 };
	e = db_one(cx, SQL_CHANNEL_INSERT, channel_fields, ch, V(technology),
	    V(shop), V(name), V(cx->now));
	if (e == ERR_MISSING) /* it was here before */
		return channel_find_shop(cx, technology, shop, ch);
	return e;
}

enum err
channel_list(struct cx *cx, const char *after_name, int64_t after_id,
    int64_t limit, struct channel **channels, size_t *n)
{
	return db_list(cx, SQL_CHANNEL_LIST, channel_fields, channels, n,
	    V(after_name), V(after_id), V(limit));
}

enum err
channel_shops(struct cx *cx, struct channel **channels, size_t *n)
{
	return db_list(cx, SQL_CHANNEL_SHOPS, shop_fields, channels, n);
}
