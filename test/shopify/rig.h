/*
 * rig.h - the Shopify app on virtual time, between a small Shopify and a Cloud
 * App that says what the test tells it to say.
 */
#ifndef TEST_SHOPIFY_RIG_H
#define TEST_SHOPIFY_RIG_H

#include "lib/sim_node.h"
#include "lib/sim_shopify.h"
#include "lib/sim_world.h"
#include "lib/test.h"

#include "base/when.h"
#include "shopify/ledger.h"
#include "shopify/shop.h"

#define RIG_SHOP "tea.myshopify.com"
#define RIG_SECRET "hush-hush"
#define RIG_OLD_SECRET "hush-before"
#define RIG_CLIENT_ID "client-1"
#define RIG_APP_URL "https://cloud.example/c/abc"
#define RIG_TOKEN "lgv_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
#define RIG_TOKEN_2 "lgv_BBECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

enum { RIG_SEEN_MAX = 512 };

enum cloud_mood {
	CLOUD_WELL,
	CLOUD_AWAY,     /* no connection */
	CLOUD_PRIVATE,  /* its name leads to a private address */
	CLOUD_LOST,     /* it takes the orders, the answer is lost */
	CLOUD_STRANGER, /* 401 */
	CLOUD_AUTO_OFF, /* 409 automatic_off to mode automatic */
	CLOUD_NO_TLS,   /* its certificate is not valid */
	CLOUD_OTHER,    /* something else answers there */
	CLOUD_UNLINKED  /* 409 not_linked: it let go of the store */
};

struct rig;

/* The Cloud App of a test. */
struct cloud {
	enum cloud_mood mood;
	const char *token;  /* that it takes */
	const char *poison; /* order name it refuses; NULL: none */
	const char *state;  /* what it says of an order: "syncing" */
	bool knows;         /* …/status: it has what it was sent */
	int64_t ahead_ms;   /* of its clock */
	bool timeless;      /* does not say its time */
	const char *taken;  /* POST /link is refused with this code, 409 */
	bool deaf;          /* cannot call us back */
	/* what happens while it takes orders, the first time; or NULL */
	void (*meanwhile)(struct rig *);
	int calls, links, unlinks, posts, statuses, events, probes, privacies;
	int pings_ok; /* our callback answered while a link open */
	char seen[RIG_SEEN_MAX][24]; /* order ids it was sent, in order */
	size_t nseen;
	size_t biggest;              /* orders in one POST */
	char mode[16];               /* of the last POST /orders */
	char privacy_kind[32];       /* of the last POST /privacy */
	const char *privacy_refused; /* a kind it does not take; or NULL */
	int privacy_status;          /* with which it says so */
	int *privacy_stop;           /* set as it takes one; or NULL */
};

struct rig {
	struct sim sim;
	struct sim_node app;
	struct sim_program program;
	struct sim_shopify shopify;
	struct sim_store *store;
	struct cloud cloud;
	struct cx cx; /* of the test: the app's database, its own arena */
	const char *conf[24];
	char dir[100];
	char secret_file[140];
};

/* Installed, and linked unless said otherwise. */
struct rig *rig_open(void);
struct rig *rig_open_unlinked(void);
void rig_close(struct rig *);
/* The same as cmocka wants them; *state is the rig. */
int rig_setup(void **state);
int rig_teardown(void **state);

/* 200 points, of which 40 are kept for people, and so many left; 10 come back a
   second.  The app knows. */
void rig_make_poor(struct rig *, int64_t left);

/* What the Cloud App answers (sim_host_add). */
enum err rig_cloud_serve(void *self, struct cx *, const struct call *,
    struct answer *);

/* A fresh unit on the app's database; rig_close ends it. */
struct cx *rig_cx(struct rig *);
struct shop rig_shop(struct rig *);
struct ledger rig_row(struct rig *, const struct sim_order *);
/* In how many calls the Cloud App was sent it. */
int rig_times_sent(const struct rig *, const struct sim_order *);
void assert_state(struct rig *, const struct sim_order *, const char *state);
void assert_tags(struct rig *, const struct sim_order *, const char *ours);

/* As staff, with an ID token. */
void rig_ask(struct rig *, enum method, const char *path, const char *body,
    struct sim_reply *);
/* Staff save this token of the Cloud App; send one order. */
void rig_pair(struct rig *, const char *token);
void rig_send_by_hand(struct rig *, const struct sim_order *);
/* As the Cloud App, signed with `token`. */
void rig_call(struct rig *, const char *token, enum method, const char *path,
    const char *body, struct sim_reply *);
/* A webhook with these headers; hmac NULL: the right one. */
struct rig_hook {
	const char *topic, *id, *shop, *hmac, *secret;
	bool no_hmac, two_hmacs;
	int64_t triggered_at;
};
int rig_hook(struct rig *, const struct rig_hook *, const char *body);

/* Deliver what is owed and work until nothing is due now. */
void rig_settle(struct rig *);
/* The same over a stretch of time. */
void rig_run(struct rig *, int64_t ms);
/* Jobs only. */
void rig_work(struct rig *);

#endif
