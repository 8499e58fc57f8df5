/*
 * sim_shopify.h - a small scripted Shopify for the simulation.
 *
 * Stores with orders; tags as recorded (adding minds no case, removing does);
 * the documents of gql/ known by operation; tokens that expire; a bucket of
 * points; a search index that lags; webhooks owed, signed, and delivered badly.
 * sim/ validates what we send against the schema; this one is for a thousand
 * runs a minute.
 */
#ifndef TEST_SIM_SHOPIFY_H
#define TEST_SIM_SHOPIFY_H

#include "lib/sim_bulk.h"
#include "lib/sim_node.h"
#include "lib/sim_world.h"

struct json;

enum {
	SIM_TAGS = 12,
	SIM_TAG_MAX = 40,
	SIM_ORDERS = 64,
	SIM_STORES = 2,
	SIM_HOOKS = 512
};

struct sim_tags {
	char tag[SIM_TAGS][SIM_TAG_MAX];
	size_t n;
};

struct sim_order {
	struct sim_store *store;
	int64_t id;
	int number;
	int64_t created, updated; /* ms */
	int64_t cancelled;        /* ms; 0: not */
	bool confirmed;
	bool unreadable; /* to be read by itself fails */
	int note;        /* counts edits: part of the content */
	struct sim_tags tags;
	struct sim_tags foreign; /* what people and nobody else put there */
	/* as the search index has it */
	struct sim_tags old_tags;
	int64_t old_updated, index_at;
	bool indexed;
	/* what people asked for, for the judge */
	bool by_hand;     /* one of our tags was put on or taken off by hand */
	bool wished_away; /* the last thing people did was to take ours off */
	int64_t seen_updated; /* newest revision the Cloud App has held */
};

struct sim_store {
	struct sim_shopify *shopify;
	const char *domain;
	int64_t installed; /* ms */
	struct sim_order orders[SIM_ORDERS];
	size_t norders;
	int lines, pieces;        /* of its orders; 0: one line of two pieces */
	int64_t ceiling, restore; /* points, points a second */
	int64_t left_milli, left_at;
	int pair;                  /* counts pairs of tokens given */
	int before;                /* whose refresh token still works, until */
	bool newest_used;          /* something of the newest was used */
	int64_t access_until[200]; /* ms, by pair */
	const char *scopes; /* granted, "a,b"; NULL: all that are asked for */
	bool withholds;     /* protected data: nobody approved the app */
	bool silent;        /* answers each document with an error of its own */
	int pages;          /* of what has changed, shown so far */
};

struct sim_hook {
	const struct sim_store *store;
	char topic[32];
	char id[40];
	char *body;  /* mem_text */
	int64_t due; /* ms */
	int64_t triggered;
	int tries;
};

struct sim_shopify {
	struct sim *sim;
	struct sim_node *app; /* who gets the webhooks */
	const char *secret, *client_id;
	struct sim_store stores[SIM_STORES];
	size_t nstores;
	struct sim_hook hooks[SIM_HOOKS];
	size_t nhooks;
	int64_t next_id;
	int64_t lag_ms; /* of the search index, at most */
	int64_t writes; /* of tags, that changed something */
	int64_t throttled, hooks_sent, hooks_dropped;
	/* Called before a tag of ours is added; may be NULL. */
	void (*on_tag)(void *, const struct sim_order *, const char *tag);
	void *on_tag_arg;
	/* Answers what sim_gql.c does not know; may be NULL. */
	struct json *(*other)(void *, struct cx *, const char *operation,
	    const struct json *variables, int64_t *cost);
	void *other_arg;
	bool cut_next;        /* the answer in hand is lost */
	int no_tokens_status; /* to who asks for tokens; 0: they are given */
	struct sim_bulk bulk;
};

void sim_shopify_open(struct sim_shopify *, struct sim *, struct sim_node *app);
void sim_shopify_close(struct sim_shopify *);
struct sim_store *sim_store_add(struct sim_shopify *, const char *domain);
enum err sim_shopify_serve(void *self, struct cx *, const struct call *,
    struct answer *);

/* --- what people do in the store --- */
struct sim_order *sim_order_place(struct sim_store *, int64_t age_ms);
void sim_order_edit(struct sim_order *);
void sim_order_cancel(struct sim_order *);
/* By hand; ours or not. */
void sim_order_tag(struct sim_order *, const char *);
void sim_order_untag(struct sim_order *, const char *);

/* An ID token of the store, good for a minute. */
const char *sim_id_token(struct cx *, const struct sim_store *);

/* --- webhooks --- */
int64_t sim_hook_next(const struct sim_shopify *); /* ms; INT64_MAX */
/* Deliver one that is due; `any`: one that is not due, too. */
bool sim_hook_deliver(struct sim_shopify *, bool any);
/* Those that are owed are lost. */
void sim_hooks_lose(struct sim_shopify *);
void sim_hook_owe(struct sim_store *, const char *topic, const char *body);

/* --- tags --- */
bool sim_tag_is_ours(const char *);
bool sim_tags_add(struct sim_tags *, const char *);
bool sim_tags_remove(struct sim_tags *, const char *);
/* Ours, parted by blanks. */
const char *sim_tags_ours(struct cx *, const struct sim_tags *);

/* --- an order in both of the store's forms (sim_order.c) --- */
struct json *sim_order_rest(struct cx *, const struct sim_order *);
struct json *sim_order_gql(struct cx *, const struct sim_order *);
struct json *sim_order_brief(struct cx *, const struct sim_order *);

/* --- for sim_gql.c --- */
struct sim_order *sim_order_find(struct sim_store *, const char *gid);
bool sim_order_is_visible(const struct sim_order *);
void sim_order_index(struct sim_order *); /* bring its index up to date */
bool sim_order_write_tags(struct sim_order *, const struct json *tags,
    bool add);
const char *sim_store_scopes(const struct sim_store *);
/* One operation without points: a line of a bulk mutation. */
struct json *sim_gql_line(struct cx *, struct sim_store *,
    const char *operation, const struct json *variables);
/* The answer to a GraphQL request's body. */
struct json *sim_gql_answer(struct cx *, struct sim_store *,
    const struct json *request);

#endif
