/*
 * zone.c - which day it is somewhere.
 */
#include "cloud/zone.h"

#include <stddef.h>

#include "base/text.h"
#include "base/when.h"

enum { WINTER_WEST = 0, WINTER_MIDDLE = 60, WINTER_EAST = 120 };

const struct zone zones[] = {
	{ "Europe/Rome", WINTER_MIDDLE, true },
	{ "Europe/Amsterdam", WINTER_MIDDLE, true },
	{ "Europe/Athens", WINTER_EAST, true },
	{ "Europe/Belgrade", WINTER_MIDDLE, true },
	{ "Europe/Berlin", WINTER_MIDDLE, true },
	{ "Europe/Bratislava", WINTER_MIDDLE, true },
	{ "Europe/Brussels", WINTER_MIDDLE, true },
	{ "Europe/Bucharest", WINTER_EAST, true },
	{ "Europe/Budapest", WINTER_MIDDLE, true },
	{ "Europe/Copenhagen", WINTER_MIDDLE, true },
	{ "Europe/Dublin", WINTER_WEST, true },
	{ "Europe/Helsinki", WINTER_EAST, true },
	{ "Europe/Kyiv", WINTER_EAST, true },
	{ "Europe/Lisbon", WINTER_WEST, true },
	{ "Europe/Ljubljana", WINTER_MIDDLE, true },
	{ "Europe/London", WINTER_WEST, true },
	{ "Europe/Luxembourg", WINTER_MIDDLE, true },
	{ "Europe/Madrid", WINTER_MIDDLE, true },
	{ "Europe/Malta", WINTER_MIDDLE, true },
	{ "Europe/Monaco", WINTER_MIDDLE, true },
	{ "Europe/Oslo", WINTER_MIDDLE, true },
	{ "Europe/Paris", WINTER_MIDDLE, true },
	{ "Europe/Prague", WINTER_MIDDLE, true },
	{ "Europe/Riga", WINTER_EAST, true },
	{ "Europe/San_Marino", WINTER_MIDDLE, true },
	{ "Europe/Sofia", WINTER_EAST, true },
	{ "Europe/Stockholm", WINTER_MIDDLE, true },
	{ "Europe/Tallinn", WINTER_EAST, true },
	{ "Europe/Tirane", WINTER_MIDDLE, true },
	{ "Europe/Vatican", WINTER_MIDDLE, true },
	{ "Europe/Vienna", WINTER_MIDDLE, true },
	{ "Europe/Vilnius", WINTER_EAST, true },
	{ "Europe/Warsaw", WINTER_MIDDLE, true },
	{ "Europe/Zagreb", WINTER_MIDDLE, true },
	{ "Europe/Zurich", WINTER_MIDDLE, true },
	{ "UTC", 0, false },
	{ NULL, 0, false },
};

const struct zone *
zone_find(const char *name)
{
	const struct zone *z;

	for (z = zones; z->name != NULL; z++) {
		if (text_equal(z->name, name))
			return z;
	}
	return NULL;
}

/* Whole days, also before 1970. */
static int64_t
day_of(int64_t ms)
{
	return (ms >= 0 ? ms : ms - (DAY_MS - 1)) / DAY_MS;
}

/* 01:00 UTC of the last Sunday of a month with 31 days. */
static int64_t
turn(int64_t year, int64_t month)
{
	int64_t last = when_days((struct civil){ year, month, 31 });
	int64_t weekday = ((last + 4) % 7 + 7) % 7; /* 1970-01-01: Thursday */

	return (last - weekday) * DAY_MS + HOUR_MS;
}

static int64_t
ahead(const struct zone *z, int64_t ms)
{
	int64_t year = when_civil(day_of(ms)).year;
	bool summer =
	    z->has_summer && ms >= turn(year, 3) && ms < turn(year, 10);

	return z->minutes * MINUTE_MS + (summer ? HOUR_MS : 0);
}

int64_t
zone_day(const struct zone *z, int64_t ms)
{
	return day_of(ms + ahead(z, ms));
}

int64_t
zone_instant(const struct zone *z, int64_t day, int64_t minutes)
{
	int64_t local = day * DAY_MS + minutes * MINUTE_MS;
	int64_t winter = local - z->minutes * MINUTE_MS;

	/* In the doubled hour of October this is its first pass. */
	return winter - (ahead(z, winter - HOUR_MS) - z->minutes * MINUTE_MS);
}
