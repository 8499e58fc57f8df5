/*
 * ship_rule.c - by when an order must have left.
 *
 * Reckoned once, when the order comes: a date that moved afterwards would help
 * nobody.  A person can set another one.
 */
#include "cloud/ship_rule.h"

#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/text.h"
#include "base/when.h"
#include "cloud/connector.h"
#include "cloud/zone.h"
#include "db/db.h"
#include "gen/sql.h"
#include "queue/event.h"

enum { DAYS_MAX = 60, CLOSED_MAX = 100, LOOK_MAX = 1000, DAY_END = 24 * 60 };

const struct field ship_rule_fields[] = {
	F_INT(struct ship_rule, days, 0, DAYS_MAX),
	F_TEXT(struct ship_rule, cut_off, 5, 5),
	F_TEXT(struct ship_rule, zone, 1, 32),
	F_BOOL_OPT(struct ship_rule, saturday),
	F_BOOL_OPT(struct ship_rule, sunday),
	F_TEXT_OPT(struct ship_rule, holidays, 2),
	{ "closed", FIELD_TEXTS, offsetof(struct ship_rule, closed),
	    offsetof(struct ship_rule, nclosed), 0, CLOSED_MAX, 10,
	    FIELD_OPTIONAL },
	F_END,
};

/* Italy's, those that have a date. */
static const struct {
	int64_t month, day;
} fixed[] = { { 1, 1 }, { 1, 6 }, { 4, 25 }, { 5, 1 }, { 6, 2 }, { 8, 15 },
	{ 10, 4 }, { 11, 1 }, { 12, 8 }, { 12, 25 }, { 12, 26 } };

/* The Monday after Easter Sunday (Meeus, Astronomical Algorithms, ch. 8). */
static int64_t
easter_monday(int64_t year)
{
	int64_t a = year % 19, b = year / 100, c = year % 100;
	int64_t d = b / 4, e = b % 4, f = (b + 8) / 25, g = (b - f + 1) / 3;
	int64_t h = (19 * a + b - d - g + 15) % 30, i = c / 4, k = c % 4;
	int64_t l = (32 + 2 * e + 2 * i - h - k) % 7;
	int64_t m = (a + 11 * h + 22 * l) / 451;
	int64_t n = h + l - 7 * m + 114;

	return when_days((struct civil){ year, n / 31, n % 31 + 1 }) + 1;
}

static bool
is_holiday(int64_t day)
{
	struct civil c = when_civil(day);
	size_t i;

	for (i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++) {
		if (fixed[i].month == c.month && fixed[i].day == c.day)
			return true;
	}
	return day == easter_monday(c.year);
}

/* "2026-08-14"; false: not a date. */
static bool
date_read(const char *text, int64_t *day)
{
	char instant[32];
	int64_t ms;

	if (strlen(text) != 10)
		return false;
	memcpy(instant, text, 10);
	memcpy(instant + 10, "T00:00:00Z", 11);
	if (!when_read(instant, &ms))
		return false;
	*day = ms / DAY_MS;
	return true;
}

/* "14:00" as minutes, or -1. */
static int64_t
time_read(const char *text)
{
	static const char digits[] = "0123456789";
	int64_t hour, minute;

	if (strlen(text) != 5 || text[2] != ':' || strspn(text, digits) != 2 ||
	    strspn(text + 3, digits) != 2)
		return -1;
	hour = (text[0] - '0') * 10 + text[1] - '0';
	minute = (text[3] - '0') * 10 + text[4] - '0';
	return hour > 23 || minute > 59 ? -1 : hour * 60 + minute;
}

static bool
is_open(const struct ship_rule *r, int64_t day)
{
	int64_t weekday = (day + 4) % 7, closed; /* 1970-01-01: Thursday */
	size_t i;

	if ((weekday == 6 && !r->saturday) || (weekday == 0 && !r->sunday) ||
	    (r->holidays != NULL && is_holiday(day)))
		return false;
	for (i = 0; i < r->nclosed; i++) {
		if (date_read(r->closed[i], &closed) && closed == day)
			return false;
	}
	return true;
}

/* That day or the next open one; bounded, should ever all be closed. */
static int64_t
open_from(const struct ship_rule *r, int64_t day)
{
	int64_t end = day + LOOK_MAX;

	while (day < end && !is_open(r, day))
		day++;
	return day;
}

int64_t
ship_rule_reckon(const struct ship_rule *r, int64_t placed_at)
{
	const struct zone *z = zone_find(r->zone);
	int64_t day = zone_day(z, placed_at), i;
	bool late = placed_at > zone_instant(z, day, time_read(r->cut_off));

	day = open_from(r, late ? day + 1 : day);
	for (i = 0; i < r->days; i++)
		day = open_from(r, day + 1);
	return zone_instant(z, day, DAY_END) - SECOND_MS;
}

enum err
ship_rule_check(struct cx *cx, const struct ship_rule *r)
{
	int64_t day;
	size_t i;

	if (time_read(r->cut_off) < 0)
		return cx_fail_code(cx, ERR_INPUT, "bad_input",
		    "cut_off: a time like 14:00 is needed");
	if (zone_find(r->zone) == NULL)
		return cx_fail_code(cx, ERR_INPUT, "bad_input",
		    "zone: not one of the zones doc/openapi.yaml names");
	if (r->holidays != NULL && !text_equal(r->holidays, "it"))
		return cx_fail_code(cx, ERR_INPUT, "bad_input",
		    "holidays: it or null is needed");
	for (i = 0; i < r->nclosed; i++) {
		if (!date_read(r->closed[i], &day))
			return cx_fail_code(cx, ERR_INPUT, "bad_input",
			    "closed[%zu]: a date like 2026-12-24 is needed", i);
	}
	return OK;
}

enum err
ship_rule_date(struct cx *cx, int64_t connector, int64_t placed_at,
    int64_t *ship_by)
{
	struct ship_rule r = { 0 };
	struct connector c;
	struct json *j;
	enum err e;

	*ship_by = 0;
	e = connector_find_id(cx, connector, &c);
	if (e != OK || c.ship_rule == NULL)
		return e == ERR_MISSING ? OK : e;
	if ((e = json_parse(cx, c.ship_rule, strlen(c.ship_rule), &j)) != OK ||
	    (e = json_fill(cx, j, ship_rule_fields, &r)) != OK)
		return e;
	*ship_by = ship_rule_reckon(&r, placed_at);
	return OK;
}

struct setting {
	const struct connector *c;
	const char *text;
};

static enum err
set(struct cx *cx, void *arg)
{
	const struct setting *s = arg;
	enum err e;

	e = db_exec(cx, SQL_CONNECTOR_SET_RULE, V(s->c->id), V(s->text));
	if (e != OK)
		return e;
	return event_add(cx,
	    &(struct event){
		.tenant = s->c->id,
		.level = "info",
		.step = "connector.ship_rule",
		.text = s->text
		    ? "Orders that come from now on get their latest shipping "
		      "date by a new rule."
		    : "Orders that come from now on get no latest shipping "
		      "date.",
		.origin = "cloud",
	    });
}

enum err
ship_rule_set(struct cx *cx, const struct connector *c,
    const struct ship_rule *r)
{
	struct setting s = { .c = c };
	enum err e;

	if (r != NULL) {
		if ((e = ship_rule_check(cx, r)) != OK)
			return e;
		s.text = json_write(cx, json_of(cx, ship_rule_fields, r));
	}
	return db_tx(cx, set, &s);
}
