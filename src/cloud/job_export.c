/*
 * job_export.c - "Export Shipped Orders" and "Export delivered orders".
 *
 * They look for what the store does not know and add the shipments' own jobs,
 * which make the calls: one failing shipment stops no other.  A schedule
 * leaves alone for a while what the store could not take; run by hand, all is
 * tried.
 */
#include "cloud/jobs.h"

#include <inttypes.h>

#include "base/arena.h"
#include "cloud/connector.h"
#include "cloud/shipment_export.h"
#include "queue/job.h"

static const char *
count(struct cx *cx, int64_t n)
{
	return arena_printf(cx->mem, "%" PRId64 " shipment%s", n,
	    n == 1 ? "" : "s");
}

static enum err
look_for(struct cx *cx, const struct job *job, int what)
{
	bool events = what == SHIP_DUE_EVENTS;
	struct connector c;
	int64_t n, later;
	const char *rest = "";
	enum err e;

	if ((e = connector_find_id(cx, job->tenant, &c)) != OK)
		return e == ERR_MISSING ? OK : e;
	if (!connector_is_linked(&c))
		return cx_fail_code(cx, ERR_DENIED, "disconnected",
		    "No store is linked with the connector.");
	e = shipment_export_all(cx, c.channel, what, job->prio < 0, &n, &later);
	if (e != OK)
		return e;
	if (later > 0)
		rest = arena_printf(cx->mem,
		    " The store could not take %s lately: tried again later; "
		    "Shipments shows why.",
		    count(cx, later));
	if (n > 0)
		job_result(cx, job, "%s of %s %s to the store now.%s",
		    events ? "Deliveries and other news" : "The shipping",
		    count(cx, n), events ? "go" : "goes", rest);
	else
		job_result(cx, job, "%s%s",
		    events ? "No delivered order waits to be exported."
			   : "No shipped order waits to be exported.",
		    rest);
	return OK;
}

static enum err
run_shipped(struct cx *cx, const struct job *job)
{
	return look_for(cx, job, SHIP_DUE_FULFILLMENT);
}

static enum err
run_delivered(struct cx *cx, const struct job *job)
{
	return look_for(cx, job, SHIP_DUE_EVENTS);
}

const struct job_kind cloud_kind_export_shipped = {
	.name = JOB_EXPORT_SHIPPED,
	.title = "Export Shipped Orders",
	.run = run_shipped,
	.attempts = 10,
	.parks = true,
};

const struct job_kind cloud_kind_export_delivered = {
	.name = JOB_EXPORT_DELIVERED,
	.title = "Export delivered orders",
	.run = run_delivered,
	.attempts = 10,
	.parks = true,
};
