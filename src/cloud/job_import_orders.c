/*
 * job_import_orders.c - "Import orders": pull what waits in the store.
 *
 * The job's UUID is the batch: asked again after a crash, the store answers
 * with the same orders until we acknowledged each.  Taking them twice meets
 * the same import.  At most five a job; while there are more the next job is
 * queued in the job's own name, so it starts when this one is done.
 */
#include "cloud/jobs.h"

#include <inttypes.h>

#include "base/arena.h"
#include "base/crashpoint.h"
#include "base/json.h"
#include "base/text.h"
#include "cloud/callback.h"
#include "cloud/connector.h"
#include "cloud/order.h"
#include "cloud/order_sync.h"
#include "queue/job.h"
#include "queue/sched.h"

enum { PULL_MAX = 5 };

static enum err
pull(struct cx *cx, const struct connector *c, const char *batch,
    struct json **answer)
{
	struct json *body = json_new_object(cx);
	enum err e;

	json_set_int(cx, body, "limit", PULL_MAX);
	json_set_text(cx, body, "batch", batch);
	e = callback_call(cx, c, "/orders/pull", body, answer);
	if (e != OK)
		return e;
	if (json_is_array(json_get(*answer, "orders")) &&
	    json_count(json_get(*answer, "orders")) <= PULL_MAX)
		return OK;
	return cx_fail_code(cx, ERR_UPSTREAM, "upstream_failed",
	    "The Shopify app's answer holds no list of at most %d orders.",
	    PULL_MAX);
}

static enum err
next_job(struct cx *cx, const struct job *job)
{
	const char *once = sched_once(cx, JOB_IMPORT_ORDERS, job->tenant);

	return job_add(cx,
	    &(struct job_new){
		.kind = JOB_IMPORT_ORDERS,
		.tenant = job->tenant,
		.key = once,
		.once = once,
		.prio = job->prio,
	    },
	    NULL);
}

static void
result(struct cx *cx, const struct job *job, const struct order_sync *list,
    size_t n, bool more)
{
	int64_t taken = 0;
	size_t i;

	for (i = 0; i < n; i++)
		taken += !text_equal(list[i].state, "error");
	if (n == 0) {
		job_result(cx, job, "No order waits in the store.");
		return;
	}
	job_result(cx, job, "%" PRId64 " order%s taken%s%s.", taken,
	    taken == 1 ? "" : "s",
	    (int64_t)n > taken ? arena_printf(cx->mem, ", %" PRId64 " refused",
				     (int64_t)n - taken)
			       : "",
	    more ? ", more wait: the next job follows at once" : "");
}

static enum err
take(struct cx *cx, const struct job *job, const struct connector *c,
    const struct json *answer)
{
	struct order_call call = { .connector = c,
		.mode = "pull",
		.documents = json_get(answer, "orders") };
	bool more = json_bool(json_get(answer, "more"), false), repeated;
	struct order_sync *list = NULL;
	size_t n = 0;
	enum err e;

	if (json_count(call.documents) > 0 &&
	    (e = order_take(cx, &call, &list, &n, &repeated)) != OK)
		return e;
	CRASH_POINT("import_orders.taken");
	/* An empty page with "more" would go round for ever, but for a batch
	   that an earlier try of this job had taken. */
	more = more && (n > 0 || job->attempts > 1);
	if (more && (e = next_job(cx, job)) != OK)
		return e;
	result(cx, job, list, n, more);
	return OK;
}

static enum err
run(struct cx *cx, const struct job *job)
{
	struct json *answer = NULL;
	struct connector c;
	enum err e;

	if ((e = connector_find_id(cx, job->tenant, &c)) != OK)
		return e == ERR_MISSING ? OK : e;
	if ((e = pull(cx, &c, job->uuid, &answer)) != OK)
		return e;
	CRASH_POINT("import_orders.pulled");
	return take(cx, job, &c, answer);
}

const struct job_kind cloud_kind_import_orders = {
	.name = JOB_IMPORT_ORDERS,
	.title = "Import orders",
	.run = run,
	.attempts = 10,
	.backoff_s = 2,
	.backoff_max_s = 300,
	.parks = true,
};
