/*
 * ship_rule.h - by when an order must have left.
 *
 * A rule of the connector.  An order placed after the cut-off time, or on a
 * day that is closed, counts as one of the next open day; from that day so
 * many open days may pass, and the date is the end of the last.
 */
#ifndef CLOUD_SHIP_RULE_H
#define CLOUD_SHIP_RULE_H

#include "base/cx.h"
#include "base/field.h"

struct connector;
struct json;

struct ship_rule {
	int64_t days;          /* open days to add */
	const char *cut_off;   /* "14:00", in the zone */
	const char *zone;      /* "Europe/Rome" */
	bool saturday, sunday; /* are these days open? */
	const char *holidays;  /* whose: "it", or NULL: none */
	const char **closed;   /* more closed days: "2026-08-14" */
	size_t nclosed;
};
extern const struct field ship_rule_fields[];

/* ERR_INPUT: what is wrong with it. */
enum err ship_rule_check(struct cx *, const struct ship_rule *);
/* When an order of that connector must have left, ms; 0: it has no rule. */
enum err ship_rule_date(struct cx *, int64_t connector, int64_t placed_at,
    int64_t *ship_by);
/* The date by a rule that was checked. */
int64_t ship_rule_reckon(const struct ship_rule *, int64_t placed_at);
/* Orders that come from now on follow it; NULL: they get no date. */
enum err ship_rule_set(struct cx *, const struct connector *,
    const struct ship_rule *);

#endif
