/*
 * job_csv.c - work off a CSV file of shipments.
 */
#include "cloud/jobs.h"

#include <inttypes.h>

#include "base/arena.h"
#include "cloud/shipment_csv.h"
#include "queue/job.h"

static enum err
run(struct cx *cx, const struct job *job)
{
	struct csv_import im;
	const char *bad = "";
	enum err e;

	e = shipment_csv_run(cx, job->subject, &im);
	if (e == ERR_MISSING)
		return OK; /* trimmed */
	if (e != OK)
		return e;
	if (im.bad > 0)
		bad = arena_printf(cx->mem,
		    " %" PRId64 " line%s refused: GET "
		    "/api/v1/shipments/csv/%s/errors names them.",
		    im.bad, im.bad == 1 ? " was" : "s were", im.public_id);
	job_result(cx, job,
	    "%" PRId64 " lines: %" PRId64 " changed something, %" PRId64
	    " were known already.%s",
	    im.done, im.taken, im.same, bad);
	return OK;
}

const struct job_kind cloud_kind_shipments_csv = {
	.name = JOB_SHIPMENTS_CSV,
	.title = "CSV file of shipments",
	.run = run,
	.attempts = 20,
	.backoff_s = 2,
	.backoff_max_s = 300,
};
