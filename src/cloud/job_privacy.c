/*
 * job_privacy.c - a request passed on from the platform.
 */
#include "cloud/jobs.h"

#include "cloud/privacy.h"
#include "queue/job.h"

static enum err
run(struct cx *cx, const struct job *job)
{
	const char *words;
	enum err e;

	if ((e = privacy_run(cx, job->subject, &words)) != OK)
		return e;
	job_result(cx, job, "%s", words);
	return OK;
}

const struct job_kind cloud_kind_privacy = {
	.name = JOB_PRIVACY,
	.title = "Privacy request",
	.run = run,
	.backoff_s = 5, /* the law gives days: never given up */
	.backoff_max_s = 3600,
};
