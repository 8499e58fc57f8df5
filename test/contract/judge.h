/*
 * judge.h - the invariants a simulated run is held against.
 *
 *   I1 no loss       what qualified is in the Cloud App, or failed with a
 * reason I2 no duplicate  one Cloud order per store order, sent again only if
 * asked I3 tags          exactly one of ours, the ledger's; foreign ones
 * unchanged I4 not ahead     "synced" only when the Cloud App has the order I5
 * monotonic     what the Cloud App holds never gets older; quiet at the end
 */
#ifndef TEST_JUDGE_H
#define TEST_JUDGE_H

#include "lib/sim_both.h"

struct judge {
	struct sim_both *both;
	struct judged {
		bool synced;    /* was shown as synced */
		bool asked;     /* by a person, since */
		bool promised;  /* a manual send of it was accepted */
		bool untouched; /* nobody took one of our tags off */
		int64_t held;   /* newest revision the Cloud App had, ms */
		int sends;      /* times shown as syncing */
	} orders[SIM_ORDERS];
};

void judge_open(struct judge *, struct sim_both *);
struct judged *judge_of(struct judge *, const struct sim_order *);

/* While it runs: I2, I5. */
void judge_running(struct judge *);
/* At rest: all of it; each order.  Without `say`: only whether it is well. */
bool judge_rest(struct judge *, bool say);
/* Counted over all orders: waiting, sending, done, failed, skipped, none. */
const char *judge_count(struct judge *, struct cx *);

#endif
