/*
 * sim_both.h - both programs, paired, in one simulated world.
 */
#ifndef TEST_SIM_BOTH_H
#define TEST_SIM_BOTH_H

#include "base/crypt.h"
#include "lib/sim_node.h"
#include "lib/sim_shopify.h"
#include "lib/sim_world.h"

#define SIM_CLOUD_URL "https://cloud.example"
#define SIM_APP_URL "https://app.example"
#define SIM_SHOP "tea-and-more.myshopify.com"
#define SIM_SECRET "hush-hush"
#define SIM_CLIENT_ID "client-1"

/* --- what a test asks a program's domain for, past its network --- */

struct sim_connector {
	int64_t id;
	const char *public_id;
	const char *app_url;
	char token[TOKEN_TEXT_MAX];
};
struct sim_cloud {
	enum err (*connector_add)(struct cx *, const char *label,
	    struct sim_connector *);
	enum err (*set_automatic)(struct cx *, int64_t connector, bool);
	/* A new token; the old one stays good for so many hours. */
	enum err (*rotate)(struct cx *, int64_t connector, int64_t hours,
	    char token[TOKEN_TEXT_MAX]);
	enum err (*drop)(struct cx *, int64_t connector);
	enum err (*run_now)(struct cx *, int64_t connector, const char *kind);
	enum err (*document_check)(struct cx *, const struct json *);
	/* For the REST API, of an operator. */
	enum err (*token_add)(struct cx *, char token[TOKEN_TEXT_MAX]);
};
extern const struct sim_cloud sim_cloud_domain;

struct sim_ledger {
	const char *state; /* "waiting" … */
	const char *shows; /* the tag the store should show, or NULL */
	const char *code, *reason;
	const char *digest, *sent_digest;
	int64_t next_at, attempts;
	bool manual;
};
struct sim_app {
	/* ERR_MISSING: no row. */
	enum err (*ledger)(struct cx *, const char *shop, const char *order,
	    struct sim_ledger *);
	/* {public-url}/callback/… of the store. */
	enum err (
	    *callback_path)(struct cx *, const char *shop, const char **path);
	enum err (*set_trial)(struct cx *, const char *shop, const char *token);
	/* The two mappings; text is the document. */
	enum err (*from_hook)(struct cx *, struct bytes, const char **text);
	enum err (
	    *from_gql)(struct cx *, const struct json *, const char **text);
};
extern const struct sim_app sim_app_domain;

/* --- the world --- */

struct sim_both {
	struct sim sim;
	struct sim_node cloud, app;
	struct sim_shopify shopify;
	struct sim_store *store;
	struct sim_connector connector;
	int64_t began_ms;
	char dir[100];
	char secret_file[140];
	const char *app_conf[16];
	struct sim_program app_program;
	struct cx cx; /* of the test itself: no database */
};

/* Opened, one store installed and, if asked for, paired with a connector. */
struct sim_both *sim_both_open(uint64_t seed, bool paired);
void sim_both_close(struct sim_both *);

/* What the wizard does: the saved answer's status. */
int sim_both_pair(struct sim_both *, const char *token);

/* The app's own API, as the store's staff uses it. */
void sim_app_ask(struct cx *, struct sim_both *, enum method, const char *path,
    const char *body, struct sim_reply *);
/* The protocol, towards the Cloud App: path behind /c/{connector}. */
void sim_cloud_ask(struct cx *, struct sim_both *, enum method,
    const char *path, const char *body, const char *key, struct sim_reply *);

/* Work and time go on, without weather, until nothing is due for `ms`. */
void sim_both_run(struct sim_both *, int64_t ms);
/* One job, webhook or jump in time; false: nothing is due before until. */
bool sim_both_step(struct sim_both *, int64_t until_ms);

#endif
