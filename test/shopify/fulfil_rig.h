/*
 * fulfil_rig.h - shipments of one order, as the Cloud App says them, into a
 * store that counts.
 */
#ifndef TEST_SHOPIFY_FULFIL_RIG_H
#define TEST_SHOPIFY_FULFIL_RIG_H

#include "base/json.h"
#include "lib/sim_fulfil.h"
#include "rig.h"

enum {
	HERE = 71000000001,
	THERE = 71000000002,
	TEA = 15300000000001,
	CUP = 15300000000002
};

struct bench {
	struct rig *r;
	struct store *s;
	struct sim_reply out;
	struct json *j; /* the answer */
};

/* *state is the bench, whose order has nothing to ship yet. */
int fulfil_setup(void **state);
int fulfil_teardown(void **state);

#define T(name)                                                                \
	cmocka_unit_test_setup_teardown(name, fulfil_setup, fulfil_teardown)

/* Two pieces of tea, here. */
struct store_fo *plain(struct bench *);

struct say {
	int revision;                          /* 0: 1 */
	const char *id;                        /* NULL: "sh1" */
	const char *courier, *numbers, *lines; /* JSON; NULL: usual */
};

/* Say it; the status of the answer, which is in the bench. */
int ship(struct bench *, const struct say *);
/* Something happened to "sh1". */
int event(struct bench *, const char *id, const char *status, const char *at);
/* Of the answer; of its i-th fulfilment. */
const char *state(const struct bench *);
const char *made(const struct bench *, size_t i, const char *key);

/* It is answered, with this state; an event: it is told. */
void assert_shipped(struct bench *, const struct say *, const char *state);
void assert_event(struct bench *, const char *id, const char *status);

#endif
