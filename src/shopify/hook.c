/*
 * hook.c - the inbox: each delivery once, in the order of arrival.
 *
 * A delivery is known by X-Shopify-Webhook-Id alone: one action on 50 orders
 * makes 50 deliveries with one Event-Id.  Done rows stay without their body
 * for a week, longer than Shopify repeats itself.
 */
#include "shopify/hook.h"

#include <string.h>

#include "base/arena.h"
#include "base/crashpoint.h"
#include "base/crypt.h"
#include "base/env.h"
#include "db/db.h"
#include "gen/sql.h"
#include "queue/row.h"
#include "shopify/jobs.h"
#include "shopify/note.h"
#include "shopify/opt.h"
#include "shopify/shop.h"

bool
hook_is_signed(struct cx *cx, const struct secrets *s, struct bytes body,
    const char *hmac)
{
	unsigned char want[DIGEST_BYTES];
	struct bytes got;
	bool same = false;
	size_t i;

	if (!base64_decode(cx->mem, hmac, &got) || got.n != DIGEST_BYTES)
		return false;
	for (i = 0; i < s->n; i++) {
		hmac_sha256((struct bytes){ (const unsigned char *)s->secret[i],
				strlen(s->secret[i]) },
		    body, want);
		same |= crypt_same(want, got.p, DIGEST_BYTES);
	}
	return same;
}

static const char *
place(struct cx *cx, const char *domain, const char *hook_id)
{
	return arena_printf(cx->mem, "inbox:%s:%s", domain, hook_id);
}

void
hook_seal(struct cx *cx, const struct hook *h, struct hook_row *row)
{
	char fresh[27];

	row->hook = *h;
	if (fault_on("dedupe")) { /* test only: every repeat is news */
		id_new(cx, fresh);
		row->hook.id = arena_printf(cx->mem, "%s.%s", h->id, fresh);
	}
	row->received_at = cx->now;
	row->sealed =
	    crypt_seal(cx, place(cx, row->hook.domain, row->hook.id), h->body);
	row->fresh = false;
}

static const struct field id_field[] = {
	F_INT(struct inbox, id, 1, INT64_MAX),
	F_END,
};

enum err
hook_store(struct cx *cx, void *arg)
{
	struct hook_row *row = arg;
	const struct hook *h = &row->hook;
	struct shop shop = { .id = 0 };
	struct inbox in;
	bool known;
	enum err e;

	e = shop_find(cx, h->domain, &shop);
	if (e != OK && e != ERR_MISSING)
		return e;
	known = e == OK && shop.generation > 0;
	e = db_one(cx, SQL_INBOX_INSERT, id_field, &in, V(shop.id),
	    V(h->domain), V(h->id), V(h->topic), V(h->triggered_at),
	    V(row->received_at), V(known ? "waiting" : "dead"),
	    V(known ? NULL : "The shop does not have the app."),
	    V(row->sealed));
	if (e == ERR_MISSING)
		return OK; /* a repeat */
	if (e != OK)
		return e;
	row->fresh = true;
	if (known)
		return jobs_add_shop(cx, JOB_INBOX, shop.id);
	return note_unknown(cx,
	    &(struct note){
		.level = "warn",
		.step = "hook.unknown_shop",
		.text = arena_printf(cx->mem,
		    "A webhook %s came for a shop that does not have the app.",
		    h->topic),
		.why = "It was kept, and nothing was done.",
		.next = "If the shop should have the app, open it there once.",
	    });
}

/* A shop that hooks of one batch came for. */
struct addressee {
	const char *domain;
	struct shop shop;
};

static enum err
addressee_find(struct cx *cx, struct addressee *all, size_t *n,
    const char *domain, int64_t *shop)
{
	size_t i;
	enum err e;

	for (i = 0; i < *n && strcmp(all[i].domain, domain) != 0; i++)
		;
	if (i == *n) {
		all[i].domain = domain;
		if ((e = shop_find(cx, domain, &all[i].shop)) != OK)
			return e;
		if (all[i].shop.generation == 0)
			return cx_fail(cx, ERR_MISSING, "no such shop");
		(*n)++;
	}
	*shop = all[i].shop.id;
	return OK;
}

enum err
hook_store_many(struct cx *cx, struct hook_row **rows, size_t n)
{
	struct addressee *all = arena_alloc(cx->mem, n * sizeof(*all));
	const struct hook *h;
	int64_t shop = 0;
	size_t i, nshops = 0;
	enum err e;

	for (i = 0; i < n; i++) {
		h = &rows[i]->hook;
		e = addressee_find(cx, all, &nshops, h->domain, &shop);
		if (e != OK)
			return e;
		e = db_exec(cx, SQL_INBOX_ADD, V(shop), V(h->domain), V(h->id),
		    V(h->topic), V(h->triggered_at), V(rows[i]->received_at),
		    V(rows[i]->sealed));
		if (e != OK)
			return e;
	}
	for (i = 0; i < nshops; i++) {
		e = jobs_add_shop(cx, JOB_INBOX, all[i].shop.id);
		if (e != OK)
			return e;
	}
	return OK;
}

/* --- reading --- */

static const struct field inbox_fields[] = {
	F_INT(struct inbox, id, 1, INT64_MAX),
	F_TEXT(struct inbox, hook_id, 1, 255),
	F_TEXT(struct inbox, topic, 1, 255),
	F_WHEN(struct inbox, triggered_at),
	F_WHEN(struct inbox, received_at),
	F_BYTES(struct inbox, body),
	F_END,
};

enum err
inbox_list(struct cx *cx, int64_t shop, int64_t after, int64_t limit,
    struct inbox **rows, size_t *n)
{
	return db_list(cx, SQL_INBOX_WAITING, inbox_fields, rows, n, V(shop),
	    V(after), V(limit));
}

enum err
inbox_open(struct cx *cx, const char *domain, const struct inbox *in,
    struct bytes *body)
{
	return crypt_open(cx, place(cx, domain, in->hook_id), in->body, body);
}

enum err
inbox_done(struct cx *cx, int64_t id)
{
	return db_exec(cx, SQL_INBOX_END, V(id), V("done"),
	    V((const char *)NULL));
}

struct dying {
	const struct shop *shop;
	const struct inbox *in;
	const char *why;
};

static enum err
dead_body(struct cx *cx, void *arg)
{
	const struct dying *d = arg;
	enum err e;

	e = db_exec(cx, SQL_INBOX_END, V(d->in->id), V("dead"), V(d->why));
	if (e != OK)
		return e;
	return note_add(cx, d->shop, NULL,
	    &(struct note){
		.level = "warn",
		.step = "hook.dead",
		.text = arena_printf(cx->mem,
		    "A webhook %s could not be used; it is kept for 30 days.",
		    d->in->topic),
		.code = "bad_order",
		.why = d->why,
		.next = "Nothing to do: the next sweep reads what changed.",
	    });
}

enum err
inbox_dead(struct cx *cx, const struct shop *shop, const struct inbox *in,
    const char *why)
{
	return tx_join(cx, dead_body, &(struct dying){ shop, in, why });
}
