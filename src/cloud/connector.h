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

#include "base/cx.h"
#include "base/field.h"

struct connector {
	int64_t id;             /* the tenant of its jobs and events */
	const char *public_id;  /* in URLs and REST */
	const char *technology; /* "shopify" */
	const char *label;
	int64_t automatic;      /* "Enable automatic processes" */
	int64_t notify_customer, every_step;
	int64_t channel;        /* 0: not linked yet */
	const char *shop;       /* "name.myshopify.com", or NULL */
	const char *callback_url; /* or NULL */
	const char *link_state; /* none, linked, disconnected */
	const char *app_version;
	int64_t last_contact_at, created_at; /* ms */
};
extern const struct field connector_fields[];     /* rows */
extern const struct field connector_out_fields[]; /* REST; no secret */

struct connector_secret {
	struct connector connector;
	char token[64]; /* shown once, here */
	char app_url[512];
};

enum err connector_add(struct cx *, const char *technology,
    const char *label, struct connector_secret *);
enum err connector_find(struct cx *, const char *public_id,
    struct connector *);
enum err connector_find_id(struct cx *, int64_t id, struct connector *);
enum err connector_list(struct cx *, int64_t before, int64_t limit,
    struct connector **, size_t *n);
enum err connector_rotate(struct cx *, int64_t id, int64_t overlap_hours,
    struct connector_secret *);
/* Ends it at once: jobs dropped, token dead; orders and channel stay. */
enum err connector_drop(struct cx *, int64_t id);
/* Constant-time check of a bearer token, old one within its overlap too.
   ERR_AUTH without a hint. */
enum err connector_check(struct cx *, const char *public_id,
    const char *token, struct connector *);
/* The valid secrets, newest first, to sign callbacks with. */
enum err connector_secrets(struct cx *, int64_t id, const char *secrets[2],
    size_t *n);

#endif
