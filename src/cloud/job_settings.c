/*
 * job_settings.c - tell the app what a person switched.
 *
 * All four settings as they are now, so the last call counts and repeating
 * changes nothing.
 */
#include "cloud/jobs.h"

#include "base/json.h"
#include "cloud/callback.h"
#include "cloud/connector.h"
#include "queue/job.h"

static enum err
run(struct cx *cx, const struct job *job)
{
	struct json *body = json_new_object(cx), *answer;
	struct connector c;
	enum err e;

	if ((e = connector_find_id(cx, job->tenant, &c)) != OK)
		return e == ERR_MISSING ? OK : e;
	json_set_bool(cx, body, "automatic", c.automatic);
	json_set_text(cx, body, "label", c.label);
	json_set_bool(cx, body, "notify_customer", c.notify_customer);
	json_set_bool(cx, body, "every_step", c.every_step);
	return callback_call(cx, &c, "/settings", body, &answer);
}

const struct job_kind cloud_kind_settings = {
	.name = JOB_SETTINGS,
	.title = "Tell the app its settings",
	.run = run,
	.backoff_s = 1,
	.backoff_max_s = 300,
	.parks = true,
};
