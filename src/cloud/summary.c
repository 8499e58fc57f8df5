/*
 * summary.c - the figures of the first page.
 *
 * Counted when asked, each along an index that holds nothing else: no figure
 * is stored, so none can be wrong.
 */
#include "cloud/summary.h"

#include "base/when.h"
#include "cloud/order.h"
#include "db/db.h"
#include "gen/sql.h"
#include "queue/job.h"

static const struct field due_fields[] = {
	F_INT(struct summary, late, 0, INT64_MAX),
	F_INT(struct summary, today, 0, INT64_MAX),
	F_INT(struct summary, tomorrow, 0, INT64_MAX),
	F_INT(struct summary, later, 0, INT64_MAX),
	F_INT(struct summary, none, 0, INT64_MAX),
	F_INT(struct summary, managed, 0, INT64_MAX),
	F_END,
};
static const struct field trouble_fields[] = {
	F_INT(struct summary, errors, 0, INT64_MAX),
	F_INT(struct summary, held, 0, INT64_MAX),
	F_INT(struct summary, refused, 0, INT64_MAX),
	F_INT(struct summary, disconnected, 0, INT64_MAX),
	F_END,
};

struct per_hour {
	int64_t hour, n;
};
static const struct field per_hour_fields[] = {
	F_INT(struct per_hour, hour, 0, INT64_MAX),
	F_INT(struct per_hour, n, 0, INT64_MAX),
	F_END,
};

/* The place of an hour in the summary, or -1. */
static int64_t
place(const struct summary *s, int64_t hour)
{
	int64_t i = hour - s->hours[0].at / HOUR_MS;

	return i >= 0 && i < SUMMARY_HOURS ? i : -1;
}

static enum err
hours_read(struct cx *cx, struct summary *s)
{
	int64_t first = cx->now / HOUR_MS - (SUMMARY_HOURS - 1), i;
	struct per_hour *in, *out;
	size_t nin, nout, k;
	enum err e;

	for (i = 0; i < SUMMARY_HOURS; i++)
		s->hours[i] =
		    (struct summary_hour){ .at = (first + i) * HOUR_MS };
	if ((e = db_list(cx, SQL_SUMMARY_IMPORTED, per_hour_fields, &in, &nin,
		 V(s->hours[0].at))) != OK ||
	    (e = db_list(cx, SQL_SUMMARY_SHIPPED, per_hour_fields, &out, &nout,
		 V(s->hours[0].at))) != OK)
		return e;
	for (k = 0; k < nin; k++) {
		if ((i = place(s, in[k].hour)) >= 0)
			s->hours[i].imported = in[k].n;
	}
	for (k = 0; k < nout; k++) {
		if ((i = place(s, out[k].hour)) >= 0)
			s->hours[i].shipped = out[k].n;
	}
	return OK;
}

enum err
summary_read(struct cx *cx, const struct zone *zone, struct summary *s)
{
	int64_t tomorrow, after;
	enum err e;

	*s = (struct summary){ 0 };
	order_due_range(cx, zone, DUE_TOMORROW, &tomorrow, &after);
	if ((e = db_one(cx, SQL_SUMMARY_DUE, due_fields, s, V(cx->now),
		 V(tomorrow), V(after))) != OK ||
	    (e = db_one(cx, SQL_SUMMARY_TROUBLE, trouble_fields, s,
		 V(cx->now))) != OK ||
	    (e = job_count(cx, 0, "dead", &s->dead)) != OK)
		return e;
	return hours_read(cx, s);
}
