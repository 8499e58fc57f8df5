/*
 * sim_fulfil.h - one order of a small Shopify, with what is shipped of it.
 *
 * It answers the documents of shipments with the refusals that were recorded,
 * and counts calls and points.  It lives in shared memory, so that it outlives
 * a program that is killed in the middle.
 */
#ifndef TEST_SIM_FULFIL_H
#define TEST_SIM_FULFIL_H

#include "lib/sim_shopify.h"

enum {
	STORE_FOS = 6,
	STORE_LINES = 4,
	STORE_MADE = 24,
	STORE_NUMBERS = 8,
	STORE_EVENTS = 32
};

struct store_line {
	int64_t id; /* of the order's line; its own is id + 1000 by place */
	int left, total;
};

struct store_fo {
	int64_t id;
	char status[16];
	bool can;
	int64_t location;
	struct store_line lines[STORE_LINES];
	size_t nlines;
};

struct store_event {
	char status[24];
	int64_t happened_at;
};

struct store_made {
	int64_t id, location, created_at;
	bool cancelled, notified;
	char company[40];
	char numbers[STORE_NUMBERS][40];
	size_t nnumbers;
	struct store_line lines[STORE_LINES];
	size_t nlines;
	struct store_event events[STORE_EVENTS];
	size_t nevents;
};

struct store {
	struct sim *sim;
	struct sim_shopify *shopify;
	bool gone;
	int64_t created_at, cancelled_at;
	struct store_fo fos[STORE_FOS];
	size_t nfos;
	struct store_made made[STORE_MADE];
	size_t nmade;
	int64_t next_id;
	/* what is to go wrong */
	int lose;      /* the n-th write from now: applied, its answer lost */
	int lose_both; /* the n-th write from now: not applied, nothing heard */
	char refuse[160]; /* the next creation is refused with this */
	void (*before_write)(struct store *); /* once, before a creation */
	/* what it counted */
	int reads, looks, creates, tracks, says, asks;
	int64_t points;
};

#define STORE_ORDER "6832000001001"

struct store *store_open(struct sim_shopify *);
void store_close(struct store *);

struct store_fo *store_fo_add(struct store *, int64_t location);
void store_line_add(struct store_fo *, int64_t id, int quantity);
/* By hand in the admin: all that is left there. */
struct store_made *store_ship_by_hand(struct store *, struct store_fo *,
    const char *number);
/* Pieces of the line in fulfilments that are not cancelled. */
int store_shipped(const struct store *, int64_t line);
int store_events(const struct store *, const char *status);

#endif
