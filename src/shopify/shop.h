/*
 * shop.h - a store that has installed the app, and its link to a Cloud App.
 *
 * An installation begins with the first valid ID token of an unknown shop and
 * ends with app/uninstalled.  Installing again is a new generation, so that a
 * late uninstall or redact of the old one cannot hit it.
 */
#ifndef SHOPIFY_SHOP_H
#define SHOPIFY_SHOP_H

#include "base/cx.h"
#include "base/field.h"

enum {
	SHOP_DAYS_VISIBLE = 60 /* older orders cannot be read */
};

struct shop {
	int64_t id;            /* the tenant of its jobs and events */
	const char *public_id; /* in its callback address */
	const char *domain;    /* "name.myshopify.com" */
	int64_t generation;    /* 1, 2, …; 0: never installed */
	const char *state;     /* installed, uninstalled, reconnect (its tokens
				  are dead: the app must be opened once) */
	int64_t installed_at, uninstalled_at; /* ms */
	const char *scopes;
	/* the link; app_url NULL: never paired */
	const char *app_url;      /* Logivery App URL */
	const char *link_state;   /* none, linked, disconnected */
	const char *link_reason;  /* why disconnected, in words, or NULL */
	const char *link_code;    /* the code it was refused with, or NULL */
	const char *label;        /* the connector's, as it says */
	int64_t automatic;        /* 1: "Enable automatic processes" is on */
	int64_t notify_customer;  /* 1: buyers hear of their parcels */
	int64_t every_step;       /* 1: show every tag step */
	int64_t swept_at;         /* ms: all changes up to here were seen */
	int64_t sweep_began;      /* ms: the pass under way began; 0: none is */
	int64_t sweep_at;         /* ms: how far it came */
	const char *sweep_cursor; /* … and behind which order; NULL: any */
	int64_t exchanged_at;     /* ms, Shopify's clock: the newest ID token
				     that was exchanged was made then, so the
				     app was installed */
	int64_t opened_at;        /* … that it was opened with: likewise */
};
extern const struct field shop_fields[];

enum err shop_find(struct cx *, const char *domain, struct shop *);
enum err shop_find_id(struct cx *, int64_t id, struct shop *);
enum err shop_find_public(struct cx *, const char *public_id, struct shop *);
enum err shop_list(struct cx *, struct shop **, size_t *n); /* with the app */

bool shop_is_installed(const struct shop *); /* and its tokens are good */
bool shop_is_linked(const struct shop *);

/* The row of a shop that shows a valid ID token, made if there is none. */
enum err shop_ensure(struct cx *, const char *domain, struct shop *);

/* Inside the transaction that stores a new pair of tokens: the installation
   begins (new generation), or goes on if only its tokens were dead; its
   schedules are set, and what the ledger still owes the store is queued.
   `issued_at` is the ID token's, ms. */
enum err shop_begin(struct cx *, const struct shop *, const char *scopes,
    int64_t issued_at);
/* The same, while it is installed: nothing begins. */
enum err shop_exchanged(struct cx *, const struct shop *, const char *scopes,
    int64_t issued_at);
/* A person opened it with such an ID token: a notice of uninstalling from
   before is ignored, though there may be no pair for it yet. */
enum err shop_opened(struct cx *, const struct shop *, int64_t issued_at);

/* app/uninstalled of `triggered_at` (0: not said): older than the newest ID
   token that was exchanged or opened with: ignored, for the app was there then.
   One transaction: state, tokens wiped, jobs dropped, the Cloud App is to be
   told. */
enum err shop_uninstall(struct cx *, const struct shop *, int64_t triggered_at,
    bool *ignored);

/* Its tokens are dead: nothing is asked of Shopify until the app is opened. */
enum err shop_set_reconnect(struct cx *, const struct shop *,
    const char *reason);

/* Queue what the ledger owes the store and the Cloud App: tags that differ,
   orders to read, to send, to ask for. */
enum err shop_resume(struct cx *, const struct shop *);

/* The Cloud App refused `token`, the saved one when it was called: said in
   words, work parked.  ERR_BUSY: the store was linked anew meanwhile, and
   nothing is set. */
struct shop_refusal {
	const char *code;   /* "not_authorized", "not_linked"; NULL: not said */
	const char *reason; /* in words */
};
enum err shop_set_disconnected(struct cx *, const struct shop *,
    const char *token, const struct shop_refusal *);
/* Paired: address and token stored (sealed), work wakes up. */
struct shop_link {
	const char *app_url;
	const char *token;
	const char *label;
	int64_t automatic;
};
enum err shop_link(struct cx *, const struct shop *, const struct shop_link *);
/* Let go on purpose; the token is kept for what must be passed on. */
enum err shop_unlink(struct cx *, const struct shop *);

struct shop_settings {
	bool automatic;
	const char *label;
	bool notify_customer;
	bool every_step;
};
enum err shop_set(struct cx *, const struct shop *,
    const struct shop_settings *);

/* The Authorization tokens a callback may be signed with: the saved one and,
   for a minute, one that is being checked.  NULL: none. */
struct shop_secret {
	const char *token;
	const char *trial;
	int64_t cloud_fails, cloud_until; /* how calls to the Cloud App go */
};
enum err shop_secret(struct cx *, int64_t shop, struct shop_secret *);
enum err shop_set_trial(struct cx *, int64_t shop, const char *token);

#endif
