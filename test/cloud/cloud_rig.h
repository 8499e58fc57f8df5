/*
 * cloud_rig.h - what the Cloud App's tests share: a linked connector,
 * documents, an app that answers as it is told, jobs that run when asked.
 */
#ifndef TEST_CLOUD_RIG_H
#define TEST_CLOUD_RIG_H

#include "lib/db_test.h"

#include "base/json.h"
#include "cloud/connector.h"
#include "cloud/order.h"
#include "cloud/order_sync.h"
#include "gen/sql.h"
#include "net/http.h"

#define SHOP "tea-and-more.myshopify.com"
#define CALLBACK "https://app.example/callback/9d4tq6zr2hvk"

extern const struct migration *const cloud_lists[2];
#define CASES(fn) TEST_BOTH(fn, cloud_lists)
#define SQLITE_CASE(fn) TEST_SQLITE(fn, cloud_lists)

/* The app at the other end: answers `status` to everything if it is not 0,
   else as the protocol says; checks signatures. */
struct app {
	int status;          /* 0: behave */
	const char *body;    /* with status; NULL: {} */
	enum err fails;      /* not OK: no answer */
	const char *shop;    /* in the answer to a ping */
	const char *secret;  /* signatures must fit; NULL: any */
	const char *pull[4]; /* JSON answers of /orders/pull, in turn */
	int calls, pings, syncs, pulls, settings;
	int signatures;   /* in the last call */
	char last[65536]; /* body of the last call */
	char paths[1024]; /* of all calls, a blank between */
	char ids[4096];   /* webhook-ids, a blank between */
	bool refuse;      /* /orders/sync: accepted false */
};
extern struct app app;

/* Begin: options, the app, no threads. */
void rig(struct cx *);

/* A connector; one linked with a shop. */
struct connector_secret connector_new(struct cx *, const char *label);
struct connector linked(struct cx *, const char *label, const char *shop);

/* A good document: the sample with this id and name "#ID mod 10000", updated
   so many seconds after the sample, with this note; digest right. */
struct json *document(struct cx *, int64_t id, int64_t later_s,
    const char *note);
/* Right again after a change. */
void digest_set(struct cx *, struct json *);
struct json *list_of(struct cx *, struct json *);

/* Take one document; its answer. */
struct order_sync take(struct cx *, const struct connector *, const char *mode,
    struct json *doc);
/* Take and run every job that falls due within a second. */
struct order_sync import(struct cx *, const struct connector *,
    struct json *doc);
int run_jobs(struct cx *);
struct order_sync state_of(struct cx *, const struct connector *,
    const char *id);
int64_t number(struct cx *, const char *sql); /* the first column, first row */
void exec(struct cx *, const char *sql);

/* Requests without sockets. */
struct asked {
	int status;
	struct json *body; /* or NULL */
	const char *text;
	struct reply reply;
};
struct ask {
	const char *token;  /* bearer, or NULL */
	const char *cookie; /* or NULL */
	const char *key;    /* Idempotency-Key, or NULL */
	const char *csrf;   /* or NULL */
	const char *site;   /* Sec-Fetch-Site, or NULL */
};
/* body NULL: none; path may have a query.  What it allocates stays in cx. */
struct asked ask(struct cx *, enum method, const char *path, const struct ask *,
    const char *body);
const char *asked_code(const struct asked *);

char *source_file(struct cx *, const char *path); /* of the source tree */

#endif
