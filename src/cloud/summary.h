/*
 * summary.h - the figures of the first page.
 */
#ifndef CLOUD_SUMMARY_H
#define CLOUD_SUMMARY_H

#include "base/cx.h"

struct zone;

enum { SUMMARY_HOURS = 48 };

struct summary_hour {
	int64_t at;                /* ms, its beginning */
	int64_t imported, shipped; /* orders */
};

struct summary {
	int64_t late, today, tomorrow, later, none, managed; /* orders */
	int64_t errors;        /* orders in error */
	int64_t held, refused; /* shipments the store did not take */
	int64_t dead;          /* jobs given up */
	int64_t disconnected;  /* connectors that do not work now */
	struct summary_hour hours[SUMMARY_HOURS]; /* the last is this one */
};

/* `zone` NULL: the usual. */
enum err summary_read(struct cx *, const struct zone *, struct summary *);

#endif
