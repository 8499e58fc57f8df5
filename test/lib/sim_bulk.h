/*
 * sim_bulk.h - bulk operations of the small Shopify, and its storage.
 *
 * A mutation runs the lines of its file one by one while time goes by; a query
 * sees the store as it was when it began.  Results lie under another host,
 * which gives them in parts, and for a while only.
 */
#ifndef TEST_SIM_BULK_H
#define TEST_SIM_BULK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cx;
struct json;
struct sim_shopify;
struct sim_store;

enum { SIM_BULK_OPS = 64, SIM_BULK_FILES = 64, SIM_BULK_AT_ONCE = 5 };

struct sim_bulk_op {
	struct sim_store *store;
	int64_t id, made; /* ms */
	bool query;
	char *document;
	char *rows; /* of a query, what it gives; else of its file */
	char *result;
	const char *status, *error;
	size_t total, done;
	bool over, cancelling;
};

struct sim_bulk {
	struct sim_bulk_op ops[SIM_BULK_OPS];
	size_t nops;
	char *files[SIM_BULK_FILES];
	size_t nfiles;
	/* How it behaves. */
	int64_t start_ms, line_ms;    /* 0: 1,000 and 20 */
	size_t part_bytes;            /* given at once; 0: all that is asked */
	size_t breaks_after;          /* lines, then FAILED; 0: never */
	const char *refusal;          /* code of a refusal; NULL: none */
	bool no_part;                 /* what FAILED leaves no result */
	bool stuck;                   /* none ever ends */
	bool gone;                    /* results are not there */
	bool no_upload;               /* the storage takes no file */
	bool forgets;                 /* nothing is known of any */
	bool lose_start;              /* the next answer to a start */
	bool lose_call;               /* the next start itself */
	bool drains;                  /* a file takes all points there are */
	const char *host;             /* of addresses; NULL: storage.example */
	int staged, started, fetched; /* calls so far */
};

void sim_bulk_open(struct sim_shopify *);
void sim_bulk_close(struct sim_shopify *);
/* Up to now. */
void sim_bulk_run(struct sim_shopify *);

typedef struct json *sim_bulk_resolver(struct cx *, struct sim_store *,
    const struct json *variables);
sim_bulk_resolver sim_bulk_cancel, sim_bulk_list, sim_bulk_mutation,
    sim_bulk_query, sim_bulk_stage, sim_bulk_status;

#endif
