/*
 * job_export.c - "Export Shipped Orders" and "Export delivered orders".
 *
 * There are no shipments yet, so there is nothing to carry; the jobs say so,
 * and can be scheduled and run like the others.
 */
#include "cloud/jobs.h"

#include "queue/job.h"

static enum err
run_shipped(struct cx *cx, const struct job *job)
{
	job_result(cx, job, "No shipped order waits to be exported.");
	return OK;
}

static enum err
run_delivered(struct cx *cx, const struct job *job)
{
	job_result(cx, job, "No delivered order waits to be exported.");
	return OK;
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
