/*
 * when.h - instants in and out of text.
 *
 * Inside, an instant is int64_t milliseconds since 1970 UTC.  Outside it is
 * RFC 3339.  Shopify's GraphQL says UTC with Z, its webhooks an offset.
 */
#ifndef BASE_WHEN_H
#define BASE_WHEN_H

#include "base/cx.h"

enum { SECOND_MS = 1000, MINUTE_MS = 60 * 1000, HOUR_MS = 60 * 60 * 1000 };
#define DAY_MS ((int64_t)24 * HOUR_MS)

/* False: no valid RFC 3339 instant (a zone is a must), *ms untouched. */
bool when_read(const char *, int64_t *ms);

/* "2026-11-23T10:00:00Z", seconds; `when_write_ms` keeps milliseconds. */
char *when_write(struct arena *, int64_t ms);
char *when_write_ms(struct arena *, int64_t ms);

/* A date, and its days since 1970-01-01. */
struct civil {
	int64_t year;
	int64_t month; /* 1 to 12 */
	int64_t day;   /* 1 to 31 */
};
int64_t when_days(struct civil);
struct civil when_civil(int64_t days);

#endif
