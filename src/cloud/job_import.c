/*
 * job_import.c - one order, from its stored document.
 *
 * Everything is one transaction of the domain; the job only asks for it.
 */
#include "cloud/jobs.h"

#include "base/arena.h"
#include "base/crashpoint.h"
#include "cloud/order.h"
#include "queue/job.h"

static enum err
run(struct cx *cx, const struct job *job)
{
	enum import_end end;
	enum err e;

	CRASH_POINT("import.before");
	e = order_import(cx, job->subject, &end);
	CRASH_POINT("import.after"); /* committed, and not done yet */
	return e;
}

static enum err
buried(struct cx *cx, const struct job *job, enum err e)
{
	(void)e;
	return order_import_failed(cx, job->subject,
	    arena_printf(cx->mem, "The import was given up: %.300s",
		job->reason ? job->reason : cx->why));
}

const struct job_kind cloud_kind_import = {
	.name = JOB_IMPORT,
	.title = "Import an order",
	.run = run,
	.buried = buried,
	.attempts = 8,
	.backoff_s = 1,
	.backoff_max_s = 300,
};
