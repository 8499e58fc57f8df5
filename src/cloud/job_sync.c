/*
 * job_sync.c - "Sync": tell the store again what it has not acknowledged.
 *
 * Imports settle here by themselves; what can be missing is the store's word
 * that it heard.  Nothing owed: nothing is asked.
 */
#include "cloud/jobs.h"

#include <inttypes.h>

#include "cloud/connector.h"
#include "cloud/job_confirm.h"
#include "queue/job.h"

/* What changed just now its own confirm job is telling: not twice. */
enum { FRESH_MS = 10 * 1000 };

static enum err
run(struct cx *cx, const struct job *job)
{
	struct confirmed sum;
	struct connector c;
	enum err e;

	if ((e = connector_find_id(cx, job->tenant, &c)) != OK)
		return e == ERR_MISSING ? OK : e;
	if (!connector_is_linked(&c))
		return cx_fail_code(cx, ERR_DENIED, "disconnected",
		    "No store is linked with the connector.");
	if ((e = confirm_run(cx, &c, cx->now - FRESH_MS, &sum)) != OK)
		return e;
	if (sum.told == 0)
		job_result(cx, job,
		    "The store knows the state of every order: nothing to "
		    "tell.");
	else
		job_result(cx, job,
		    "The state of %" PRId64 " order%s was told to the store"
		    "%s.",
		    sum.told, sum.told == 1 ? "" : "s",
		    sum.more ? ", more follow at once" : "");
	return OK;
}

const struct job_kind cloud_kind_sync = {
	.name = JOB_SYNC,
	.title = "Sync",
	.run = run,
	.attempts = 10,
	.backoff_s = 2,
	.backoff_max_s = 300,
	.parks = true,
};
