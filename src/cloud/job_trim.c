/*
 * job_trim.c - drop what is too old to keep: log lines, finished jobs, keys of
 * repeated calls, sessions.
 */
#include "cloud/jobs.h"

#include "base/when.h"
#include "cloud/account.h"
#include "cloud/audit.h"
#include "cloud/order.h"
#include "cloud/shipment_csv.h"
#include "queue/event.h"
#include "queue/job.h"

#define KEEP_MS (30 * DAY_MS)
enum { KEEP_ROWS = 2000000 };

static enum err
run(struct cx *cx, const struct job *job)
{
	enum err e;

	(void)job;
	if ((e = event_trim(cx, KEEP_MS, KEEP_ROWS)) != OK ||
	    (e = job_trim(cx, KEEP_MS)) != OK ||
	    (e = order_take_trim(cx)) != OK ||
	    (e = shipment_csv_trim(cx)) != OK || (e = audit_trim(cx)) != OK)
		return e;
	return account_trim(cx);
}

const struct job_kind cloud_kind_trim = {
	.name = JOB_TRIM,
	.title = "Drop what is old",
	.run = run,
	.attempts = 3,
	.backoff_s = 60,
	.backoff_max_s = 3600,
};
