/*
 * zone.h - which day it is somewhere.
 *
 * The program knows the time zones of Europe, whose summer time follows one
 * law (directive 2000/84/EC: from the last Sunday of March to that of October,
 * 01:00 UTC), so it needs neither the machine's zone nor its database.
 */
#ifndef CLOUD_ZONE_H
#define CLOUD_ZONE_H

#include <stdbool.h>
#include <stdint.h>

struct zone {
	const char *name; /* "Europe/Rome" */
	int64_t minutes;  /* ahead of UTC in winter */
	bool has_summer;  /* an hour more then */
};
extern const struct zone zones[]; /* name NULL ends; the first is the usual */

const struct zone *zone_find(const char *name); /* NULL: not known */
/* The day there at that instant, as days since 1970-01-01. */
int64_t zone_day(const struct zone *, int64_t ms);
/* The instant at which the clocks there say so many minutes after that day's
   midnight; in the hour that summer time leaves out, an hour later. */
int64_t zone_instant(const struct zone *, int64_t day, int64_t minutes);

#endif
