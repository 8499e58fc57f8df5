/*
 * connector.h - one store's link: technology, label, token, Logivery App URL.
 *
 * Its public id is random and part of the Logivery App URL; its Authorization
 * token is stored sealed (callbacks are signed with it) and found by public
 * id.  Rotating keeps the old token valid for a chosen time.  Its sales
 * channel is the store: made with the first link, it outlives the connector.
 */
#ifndef CLOUD_CONNECTOR_H
#define CLOUD_CONNECTOR_H

#include "base/crypt.h"
#include "base/cx.h"
#include "base/field.h"

struct connector {
	int64_t id;             /* the tenant of its jobs and events */
	const char *public_id;  /* in URLs and REST */
	const char *technology; /* "shopify" */
	const char *label;
	int64_t automatic; /* "Enable automatic processes" */
	int64_t notify_customer, every_step;
	int64_t channel;          /* 0: serves no store */
	const char *shop;         /* the store last linked, or NULL */
	const char *callback_url; /* or NULL */
	const char *link_state;   /* none, linked, disconnected */
	const char *app_version;
	int64_t last_contact_at, created_at; /* ms */
	int64_t old_until;     /* ms the old token is valid until; 0: none */
	const char *ship_rule; /* JSON (ship_rule.h); NULL: none */
	int64_t failing_since; /* ms our calls get no answer; 0: they do */
	int64_t used_until;    /* ms the token its app used last is valid until;
				  0: that is the newest */
};
extern const struct field connector_fields[]; /* rows */

/* Does it serve a store, answering or not? */
bool connector_is_linked(const struct connector *);

/* Since when its app is refused until it calls with the newest token, ms; 0: it
   is not. */
int64_t connector_awaits_token(const struct cx *, const struct connector *);

struct connector_secret {
	struct connector connector;
	char token[TOKEN_TEXT_MAX]; /* shown here only (and to managers) */
};

/* {public-url}/c/{public id}, by the program's options. */
const char *connector_app_url(struct cx *, const struct connector *);

/* With its four schedules.  ERR_CONFLICT, code "label_taken"; ERR_INPUT, code
   "technology_unknown", or a bad label.  `by`, here and below: who did it, for
   the audit (audit_name), which has its line if and only if it was done. */
enum err connector_add(struct cx *, const char *by, const char *technology,
    const char *label, struct connector_secret *);
enum err connector_find(struct cx *, const char *public_id, struct connector *);
enum err connector_find_id(struct cx *, int64_t id, struct connector *);
/* The one that serves a channel now; ERR_MISSING: none. */
enum err connector_of_channel(struct cx *, int64_t channel, struct connector *);
/* By label, behind `after` ("" from the start). */
enum err connector_list(struct cx *, const char *after, int64_t limit,
    struct connector **, size_t *n);

struct connector_change {
	const char *label;                              /* NULL: as it is */
	int64_t automatic, notify_customer, every_step; /* -1: as it is */
};
/* Stores it, pauses or wakes the schedules, tells the app (a job), tells the
   log.  *c becomes what it is now. */
enum err connector_set(struct cx *, struct connector *c,
    const struct connector_change *);

/* Linked, or automatic again: what was shipped and brought meanwhile goes to
   the store now and not at the next slot.  Nothing while it is not both. */
enum err connector_catch_up(struct cx *, const struct connector *);
/* Owe the app its settings: a job, if a store is linked. */
enum err connector_tell_settings(struct cx *, const struct connector *);

enum err connector_rotate(struct cx *, const char *by, int64_t id,
    int64_t overlap_hours, struct connector_secret *);
/* Ends it at once: jobs dropped, token dead; orders and channel stay. */
enum err connector_drop(struct cx *, const char *by, int64_t id);
/* Constant-time check of a bearer token, old one within its overlap too.
   ERR_AUTH without a hint.  Notes the contact, once a minute.  *until: how long
   the token is valid, ms; 0: it is the newest. */
enum err connector_check(struct cx *, const char *public_id, const char *token,
    struct connector *, int64_t *until);
/* The app has saved the token it called with: it works with it, or links.  A
   token on trial is not noted.  At best. */
enum err connector_note_used(struct cx *, const struct connector *,
    int64_t until);
/* It goes: what waits for it is dropped, but for what it was asked to erase. */
enum err connector_drop_jobs(struct cx *, int64_t id);
/* The valid secrets, newest first, to sign callbacks with. */
enum err connector_secrets(struct cx *, int64_t id, const char *secrets[2],
    size_t *n);
/* The app refused our call: mark it, park what calls it. */
enum err connector_set_disconnected(struct cx *, const struct connector *);

/* A call to the app was answered, or not: the first that was not is noted,
   until one is again.  The row changes, not *c.  At best: what came of the call
   is not lost with the note. */
void connector_note_call(struct cx *, const struct connector *c, bool answered);

struct connector_counts {
	int64_t orders, syncing, synced, error;
};
extern const struct field connector_counts_fields[];
enum err connector_count(struct cx *, const struct connector *,
    struct connector_counts *);
/* Shipments the store did not take. */
enum err connector_held(struct cx *, const struct connector *, int64_t *n);

/* Public ids by id, for lists of jobs and log lines. */
struct connector_name {
	int64_t id;
	const char *public_id;
};
enum err connector_names(struct cx *, struct connector_name **, size_t *n);
const char *connector_name_of(const struct connector_name *, size_t n,
    int64_t id); /* or NULL */

/* A kind and how often it runs by itself: every so many --sweep-seconds. */
struct connector_schedule {
	const char *kind;
	int64_t times;
};
extern const struct connector_schedule connector_schedules[]; /* kind NULL
								 ends */

#endif
