/*
 * shop.c - stores in the database: found, installed, linked, let go.
 *
 * A shop keeps its row, and so its tenant, through all its installations.
 * Each change here is one transaction with the work that follows from it.
 */
#include "shopify/shop.h"

#include <inttypes.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/crypt.h"
#include "base/env.h"
#include "base/text.h"
#include "base/when.h"
#include "db/db.h"
#include "gen/sql.h"
#include "queue/row.h"
#include "queue/sched.h"
#include "shopify/bulk.h"
#include "shopify/jobs.h"
#include "shopify/note.h"

enum { TRIAL_MS = MINUTE_MS, STATUS_S = 60, SEND_S = 60, DAY_S = 24 * 60 * 60 };

const struct field shop_fields[] = {
	F_INT(struct shop, id, 1, INT64_MAX),
	F_TEXT(struct shop, public_id, 1, 64),
	F_TEXT(struct shop, domain, 1, 255),
	F_INT(struct shop, generation, 0, INT64_MAX),
	F_TEXT(struct shop, state, 1, 16),
	F_WHEN(struct shop, installed_at),
	F_WHEN(struct shop, uninstalled_at),
	F_TEXT_OPT(struct shop, scopes, 4000),
	F_TEXT_OPT(struct shop, app_url, 2048),
	F_TEXT(struct shop, link_state, 1, 16),
	F_TEXT_OPT(struct shop, link_reason, 500),
	F_TEXT_OPT(struct shop, link_code, 48),
	F_TEXT_OPT(struct shop, label, 100),
	F_INT(struct shop, automatic, 0, 1),
	F_INT(struct shop, notify_customer, 0, 1),
	F_INT(struct shop, every_step, 0, 1),
	F_WHEN(struct shop, swept_at),
	F_WHEN(struct shop, sweep_began),
	F_WHEN(struct shop, sweep_at),
	F_TEXT_OPT(struct shop, sweep_cursor, 1024),
	F_WHEN(struct shop, exchanged_at),
	F_WHEN(struct shop, opened_at),
	F_END,
};

enum err
shop_find(struct cx *cx, const char *domain, struct shop *shop)
{
	return db_one(cx, SQL_SHOP_FIND, shop_fields, shop, V(domain));
}

enum err
shop_find_id(struct cx *cx, int64_t id, struct shop *shop)
{
	return db_one(cx, SQL_SHOP_FIND_ID, shop_fields, shop, V(id));
}

enum err
shop_find_public(struct cx *cx, const char *public_id, struct shop *shop)
{
	return db_one(cx, SQL_SHOP_FIND_PUBLIC, shop_fields, shop,
	    V(public_id));
}

enum err
shop_list(struct cx *cx, struct shop **shops, size_t *n)
{
	return db_list(cx, SQL_SHOP_LIST, shop_fields, shops, n);
}

bool
shop_is_installed(const struct shop *shop)
{
	return text_equal(shop->state, "installed");
}

bool
shop_is_linked(const struct shop *shop)
{
	return text_equal(shop->link_state, "linked");
}

enum err
shop_ensure(struct cx *cx, const char *domain, struct shop *shop)
{
	char public_id[27];
	enum err e;

	if ((e = shop_find(cx, domain, shop)) != ERR_MISSING)
		return e;
	id_new(cx, public_id);
	e = db_exec(cx, SQL_SHOP_INSERT, V((char *)public_id), V(domain));
	if (e != OK)
		return e;
	return shop_find(cx, domain, shop);
}

/* --- installing --- */

static enum err
set_schedules(struct cx *cx, int64_t shop)
{
	int64_t sweep =
	    cx->conf == NULL ? 300 : conf_int(cx->conf, "sweep-seconds");
	const struct {
		const char *kind;
		int64_t every_s;
	} rows[] = {
		{ JOB_SWEEP_TAG, sweep },
		{ JOB_SWEEP_UPDATED, sweep },
		{ JOB_STATUS, sweep < STATUS_S ? sweep : STATUS_S },
		{ JOB_SEND, sweep < SEND_S ? sweep : SEND_S },
		{ JOB_KEEPALIVE, DAY_S },
		{ JOB_TRIM, DAY_S },
	};
	size_t i;
	enum err e;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		e = sched_set(cx, shop, rows[i].kind, rows[i].every_s);
		if (e != OK)
			return e;
	}
	return OK;
}

static const struct field id_field[] = {
	F_INT(struct shop, id, 1, INT64_MAX),
	F_END,
};

enum err
shop_resume(struct cx *cx, const struct shop *shop)
{
	struct shop *row; /* only ids */
	size_t i, n;
	enum err e;

	e = db_list(cx, SQL_LEDGER_UNSHOWN, id_field, &row, &n, V(shop->id));
	for (i = 0; e == OK && i < n; i++)
		e = jobs_add_order(cx, JOB_TAGS, shop->id, row[i].id);
	if (e == OK)
		e = bulk_resume(cx, shop->id);
	if (e == OK)
		e = jobs_add_shop(cx, JOB_SWEEP_UPDATED, shop->id);
	if (e == OK)
		e = jobs_add_shop(cx, JOB_SEND, shop->id);
	return e;
}

enum err
shop_begin(struct cx *cx, const struct shop *shop, const char *scopes,
    int64_t issued_at)
{
	bool again = text_equal(shop->state, "reconnect");
	struct note n = {
		.level = "info",
		.step = again ? "shop.reconnected" : "shop.installed",
		.text = again ? "The app works for the store again."
			      : "The app was installed in the store.",
	};
	enum err e;

	e = db_exec(cx, SQL_SHOP_INSTALL, V(shop->id), V(cx->now), V(scopes),
	    V(issued_at));
	if (e == OK && !again)
		e = db_exec(cx, SQL_PRIVACY_OUT_END_OLD, V(shop->id),
		    V(cx->now));
	if (e == OK)
		e = set_schedules(cx, shop->id);
	if (e == OK)
		e = job_unpark(cx, shop->id);
	if (e == OK)
		e = shop_resume(cx, shop);
	if (e != OK)
		return e;
	return note_add(cx, shop, NULL, &n);
}

enum err
shop_exchanged(struct cx *cx, const struct shop *shop, const char *scopes,
    int64_t issued_at)
{
	return db_exec(cx, SQL_SHOP_EXCHANGED, V(shop->id), V(scopes),
	    V(issued_at));
}

enum err
shop_opened(struct cx *cx, const struct shop *shop, int64_t issued_at)
{
	return db_exec(cx, SQL_SHOP_OPENED, V(shop->id), V(issued_at));
}

/* --- leaving --- */

struct leaving {
	const struct shop *shop;
	int64_t triggered_at;
	bool ignored;
};

/* Jobs first, since the ones that tell the Cloud App, and that read what came
   in after this notice (a request to erase), must stay. */
static enum err
leave(struct cx *cx, const struct shop *shop)
{
	char request[37];
	enum err e;

	if ((e = job_drop_tenant(cx, shop->id)) != OK)
		return e;
	if ((e = sched_drop_tenant(cx, shop->id)) != OK)
		return e;
	e = db_exec(cx, SQL_SHOP_SET_STATE, V(shop->id), V("uninstalled"),
	    V(cx->now));
	if (e == OK)
		e = db_exec(cx, SQL_SHOP_TOKEN_DROP, V(shop->id));
	if (e == OK)
		e = db_exec(cx, SQL_OUTNOTE_DROP_SHOP, V(shop->id));
	if (e != OK)
		return e;
	env_uuid(cx->env, request);
	e = db_exec(cx, SQL_PRIVACY_OUT_INSERT, V(shop->id), V("uninstalled"),
	    V((char *)request), V((const char *)NULL), V("[]"), V(cx->now));
	if (e == OK)
		e = db_exec(cx, SQL_SHOP_SET_LINK_STATE, V(shop->id), V("none"),
		    V("The app was uninstalled from the store."),
		    V((const char *)NULL));
	if (e == OK)
		e = jobs_add_shop(cx, JOB_PRIVACY, shop->id);
	if (e == OK)
		e = jobs_add_shop(cx, JOB_INBOX, shop->id);
	return e;
}

/* It was installed after `ms` (0: nobody knows when). */
static bool
was_there_since(const struct shop *shop, int64_t ms)
{
	return ms != 0 && (ms < shop->exchanged_at || ms < shop->opened_at);
}

static enum err
uninstall_body(struct cx *cx, void *arg)
{
	struct leaving *l = arg;
	struct shop now; /* an installation may have begun meanwhile */
	enum err e;

	if ((e = db_exec(cx, SQL_SHOP_HOLD, V(l->shop->id))) != OK ||
	    (e = shop_find_id(cx, l->shop->id, &now)) != OK)
		return e;
	l->ignored = text_equal(now.state, "uninstalled") ||
	    was_there_since(&now, l->triggered_at);
	if (l->ignored)
		return note_add(cx, &now, NULL,
		    &(struct note){
			.level = "info",
			.step = "shop.uninstall_ignored",
			.text = "A notice of uninstalling was ignored.",
			.why = "The app was installed again after it.",
			.here_only = true,
		    });
	if ((e = leave(cx, &now)) != OK)
		return e;
	return note_add(cx, &now, NULL,
	    &(struct note){
		.level = "warn",
		.step = "shop.uninstalled",
		.text = "The app was uninstalled from the store; its "
			"tokens and its waiting work were dropped.",
		.next = "Install the app again to go on.",
		.here_only = true,
	    });
}

enum err
shop_uninstall(struct cx *cx, const struct shop *shop, int64_t triggered_at,
    bool *ignored)
{
	struct leaving l = { .shop = shop, .triggered_at = triggered_at };
	enum err e;

	if ((e = tx_join(cx, uninstall_body, &l)) != OK)
		return e;
	*ignored = l.ignored;
	return OK;
}

struct broken {
	const struct shop *shop;
	const char *token; /* the Cloud App's, if it is that link */
	const char *reason;
	const char *code;
};

static enum err
reconnect_body(struct cx *cx, void *arg)
{
	const struct broken *b = arg;
	struct shop now;
	enum err e;

	if ((e = shop_find_id(cx, b->shop->id, &now)) != OK)
		return e;
	if (!shop_is_installed(&now))
		return OK; /* said already, or uninstalled meanwhile */
	e = db_exec(cx, SQL_SHOP_SET_STATE, V(b->shop->id), V("reconnect"),
	    V(0));
	if (e == OK)
		e = db_exec(cx, SQL_SHOP_TOKEN_DROP, V(b->shop->id));
	if (e != OK)
		return e;
	return note_add(cx, b->shop, NULL,
	    &(struct note){
		.level = "error",
		.step = "shop.reconnect",
		.text = "Shopify does not take the app's tokens for the "
			"store any more; nothing is read or written there.",
		.code = "reconnect",
		.why = b->reason,
		.next = "Open the app once in the Shopify admin; everything "
			"then goes on by itself.",
	    });
}

enum err
shop_set_reconnect(struct cx *cx, const struct shop *shop, const char *reason)
{
	return tx_join(cx, reconnect_body,
	    &(struct broken){ .shop = shop, .reason = reason });
}

/* --- the link --- */

static enum err
linked_anew(struct cx *cx)
{
	return cx_busy(cx, SECOND_MS,
	    "the store was linked anew while the Cloud App was asked");
}

static enum err
disconnected_body(struct cx *cx, void *arg)
{
	const struct broken *b = arg;
	struct shop_secret secret;
	struct shop now;
	enum err e;

	if ((e = shop_find_id(cx, b->shop->id, &now)) != OK)
		return e;
	if (!shop_is_linked(&now))
		return OK; /* said already */
	if ((e = shop_secret(cx, now.id, &secret)) != OK)
		return e;
	if (!text_equal(now.app_url, b->shop->app_url) ||
	    !text_equal(secret.token, b->token))
		return linked_anew(cx);
	e = db_exec(cx, SQL_SHOP_SET_LINK_STATE, V(now.id), V("disconnected"),
	    V(b->reason), V(b->code));
	if (e == OK)
		e = job_park(cx, now.id, shopify_kinds, "disconnected",
		    b->reason);
	if (e != OK)
		return e;
	return note_add(cx, &now, NULL,
	    &(struct note){
		.level = "error",
		.step = "link.disconnected",
		.text = "The Cloud App is disconnected; orders stay waiting.",
		.code = "disconnected",
		.why = b->reason,
		.next = "Copy the connector's Authorization token and "
			"Logivery App URL from the Cloud App and save both "
			"in this app; everything then goes on by itself.",
		.here_only = true,
	    });
}

enum err
shop_set_disconnected(struct cx *cx, const struct shop *shop, const char *token,
    const struct shop_refusal *why)
{
	return tx_join(cx, disconnected_body,
	    &(struct broken){ shop, token, why->reason, why->code });
}

static const char *
seal_place(struct cx *cx, const char *what, int64_t shop)
{
	return arena_printf(cx->mem, "shop.%s:%" PRId64, what, shop);
}

struct linking {
	const struct shop *shop;
	const struct shop_link *link;
};

static enum err
link_body(struct cx *cx, void *arg)
{
	const struct linking *a = arg;
	const struct shop_link *l = a->link;
	struct shop shop = *a->shop;
	struct bytes token =
	    crypt_seal_text(cx, seal_place(cx, "app_token", shop.id), l->token);
	enum err e;

	e = db_exec(cx, SQL_SHOP_SET_LINK, V(shop.id), V(l->app_url), V(token),
	    V(l->label), V(l->automatic));
	if (e == OK)
		e = job_unpark(cx, shop.id);
	if (e == OK)
		e = shop_resume(cx, &shop);
	if (e == OK)
		e = jobs_add_shop(cx, JOB_STATUS, shop.id);
	if (e == OK) /* it may wait for its next try with the token before */
		e = jobs_add_shop_now(cx, JOB_PRIVACY, shop.id);
	if (e != OK)
		return e;
	shop.link_state = "linked";
	return note_add(cx, &shop, NULL,
	    &(struct note){
		.level = "info",
		.step = "link.made",
		.text = "Connection established: the store is linked with the "
			"Cloud App.",
	    });
}

enum err
shop_link(struct cx *cx, const struct shop *shop, const struct shop_link *link)
{
	return tx_join(cx, link_body, &(struct linking){ shop, link });
}

static enum err
unlink_body(struct cx *cx, void *arg)
{
	const struct shop *shop = arg;
	enum err e;

	e = db_exec(cx, SQL_SHOP_SET_LINK_STATE, V(shop->id), V("none"),
	    V((const char *)NULL), V((const char *)NULL));
	if (e == OK)
		e = job_park(cx, shop->id, shopify_kinds, "not_linked",
		    "The store is not linked with a Cloud App.");
	if (e != OK)
		return e;
	return note_add(cx, shop, NULL,
	    &(struct note){
		.level = "info",
		.step = "link.dropped",
		.text = "The store was disconnected from the Cloud App; "
			"orders stay waiting.",
		.next = "Save a connector's token and URL to go on.",
		.here_only = true,
	    });
}

enum err
shop_unlink(struct cx *cx, const struct shop *shop)
{
	struct shop copy = *shop;

	return tx_join(cx, unlink_body, &copy);
}

struct setting {
	const struct shop *shop;
	const struct shop_settings *to;
};

static enum err
set_body(struct cx *cx, void *arg)
{
	const struct setting *a = arg;
	const struct shop_settings *to = a->to;
	enum err e;

	e = db_exec(cx, SQL_SHOP_SET_SETTINGS, V(a->shop->id), V(to->automatic),
	    V(to->label), V(to->notify_customer), V(to->every_step));
	if (e == OK)
		e = job_unpark(cx, a->shop->id);
	if (e == OK)
		e = jobs_add_shop(cx, JOB_SEND, a->shop->id);
	if (e != OK || (a->shop->automatic != 0) == to->automatic)
		return e;
	return note_add(cx, a->shop, NULL,
	    &(struct note){
		.level = "info",
		.step = "link.automatic",
		.text = to->automatic
		    ? "Automatic processes were switched on."
		    : "Automatic processes were switched off; orders wait "
		      "until they are sent by hand or pulled.",
		.here_only = true,
	    });
}

enum err
shop_set(struct cx *cx, const struct shop *shop, const struct shop_settings *to)
{
	return tx_join(cx, set_body, &(struct setting){ shop, to });
}

/* --- secrets of the link --- */

struct secret_row {
	struct bytes app_token, trial_token;
	int64_t trial_until, cloud_fails, cloud_until;
};

static const struct field secret_fields[] = {
	F_BYTES(struct secret_row, app_token),
	F_BYTES(struct secret_row, trial_token),
	F_INT(struct secret_row, trial_until, 0, INT64_MAX),
	F_INT(struct secret_row, cloud_fails, 0, INT64_MAX),
	F_INT(struct secret_row, cloud_until, 0, INT64_MAX),
	F_END,
};

enum err
shop_secret(struct cx *cx, int64_t shop, struct shop_secret *out)
{
	struct secret_row row = { .trial_until = 0 };
	struct shop_secret s = { .token = NULL };
	enum err e;

	e = db_one(cx, SQL_SHOP_SECRET, secret_fields, &row, V(shop));
	if (e != OK)
		return e;
	if (row.app_token.p != NULL) {
		e = crypt_open_text(cx, seal_place(cx, "app_token", shop),
		    row.app_token, &s.token);
		if (e != OK)
			return e;
	}
	if (row.trial_token.p != NULL && row.trial_until > cx->now) {
		e = crypt_open_text(cx, seal_place(cx, "trial_token", shop),
		    row.trial_token, &s.trial);
		if (e != OK)
			return e;
	}
	s.cloud_fails = row.cloud_fails;
	s.cloud_until = row.cloud_until;
	*out = s;
	return OK;
}

enum err
shop_set_trial(struct cx *cx, int64_t shop, const char *token)
{
	struct bytes sealed = { NULL, 0 };

	if (token != NULL)
		sealed = crypt_seal_text(cx,
		    seal_place(cx, "trial_token", shop), token);
	return db_exec(cx, SQL_SHOP_SET_TRIAL, V(shop), V(sealed),
	    V(token != NULL ? cx->now + TRIAL_MS : (int64_t)0));
}
