/*
 * sim_node.h - one of the two programs, as the simulation runs it.
 *
 * A program is what its seam (test/contract/seam_*.c) says: routes behind one
 * function, job kinds, schema.  Each seam is linked apart from the other, so
 * that names both programs use never meet.
 *
 * A node is a program with a database file and a runner.  Closing and opening
 * it again is a restart; what was not durable is gone.
 */
#ifndef TEST_SIM_NODE_H
#define TEST_SIM_NODE_H

#include "base/cx.h"
#include "net/http.h"
#include "queue/runner.h"

struct answer;
struct call;
struct db;
struct migration;
struct sim;

struct sim_program {
	const char *name;
	const char *const *conf; /* option, value, …, NULL */
	const struct migration *const *lists;
	size_t nlists;
	const struct job_kind *const *kinds;
	enum err (*tell)(struct cx *, const struct job *, const char *step,
	    enum err, const char *words);
	/* What main does before it serves; NULL: nothing. */
	enum err (*start)(struct cx *);
	void (*serve)(struct cx *, struct request *, struct reply *);
};
extern const struct sim_program sim_cloud_program, sim_shopify_program;

struct sim_node {
	struct sim *sim;
	const struct sim_program *program;
	char path[200]; /* of the database */
	struct cx cx;   /* parent of every unit */
	struct keys *keys;
	struct runner *runner;
	bool open;
	int64_t jobs;           /* run so far */
	int busy;               /* jobs and requests it is in, one in another */
	int doom;               /* calls to go until it dies; 0: it does not */
	bool dies_answered;     /* of that one, with the answer in hand */
	int64_t no_store_until; /* ms: until then its database fails */
};

/* Open and migrate; fails the test if it cannot. */
void sim_node_open(struct sim_node *);
void sim_node_close(struct sim_node *);
void sim_node_restart(void *self);

/*
 * Death in the middle: from then on the program's database refuses everything
 * and no call of it leaves; when the job or request it was in has unwound it is
 * opened again, as after SIGKILL.  Only what comes next is at risk: forget it
 * with sim_node_spare.
 */
void sim_node_doom_step(struct sim_node *, int step); /* of its database */
void sim_node_doom_call(struct sim_node *, int call, bool answered);
void sim_node_spare(struct sim_node *);
bool sim_node_is_dead(const struct sim_node *);
/* It makes a call: what becomes of it? */
enum sim_caller sim_node_calls(struct sim_node *);
/* Its database fails for so long; the program goes on. */
void sim_node_no_store(struct sim_node *, int64_t ms);
void sim_node_store_back(struct sim_node *);

/* Look at its database from outside: nothing fails meanwhile. */
int sim_node_hush(struct sim_node *);
void sim_node_unhush(struct sim_node *, int before);

/* A request as a client makes it, without weather; the answer in cx->mem. */
struct sim_request {
	enum method method;
	const char *path; /* and query */
	struct param headers[16];
	struct bytes body;
};
struct sim_reply {
	int status;
	const char *content_type;
	const char *body; /* text */
	struct param headers[16];
	size_t nheaders;
};
void sim_node_ask(struct cx *, struct sim_node *, const struct sim_request *,
    struct sim_reply *);
const char *sim_reply_header(const struct sim_reply *, const char *name);

/* For struct sim_host: self is the node. */
enum err sim_node_serve(void *self, struct cx *, const struct call *,
    struct answer *);

/* Run one job if one is due. */
bool sim_node_step(struct sim_node *);
/* When its next one is, ms; INT64_MAX: none. */
int64_t sim_node_next(struct sim_node *);

/* Handlers that answer later: the seam's reply_now fills this. */
struct sim_later {
	bool asked, answered;
	int status;
	char type[64];
	char *body; /* malloc'd by mem_text */
};

#endif
