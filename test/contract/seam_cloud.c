/*
 * seam_cloud.c - the Cloud App as the simulation holds it.
 */
#include "cloud/api_token.h"
#include "cloud/connector.h"
#include "cloud/document.h"
#include "cloud/jobs.h"
#include "cloud/kinds.h"
#include "cloud/site.h"
#include "gen/sql.h"
#include "lib/sim_both.h"
#include "queue/sched.h"

static const char *const options[] = { "public-url", SIM_CLOUD_URL, NULL };

static const struct migration *const lists[] = { schema_queue, schema_cloud };

static struct cloud self; /* no live log: there are no threads */

static void
serve(struct cx *cx, struct request *rq, struct reply *rp)
{
	struct site site = cloud_site;

	cloud_hints_add();
	site.self = &self;
	router_run(cx, &site, rq, rp);
}

const struct sim_program sim_cloud_program = {
	.name = "cloud",
	.conf = options,
	.lists = lists,
	.nlists = sizeof(lists) / sizeof(lists[0]),
	.kinds = cloud_kinds,
	.tell = kinds_tell,
	.start = kinds_schedule,
	.serve = serve,
};

static enum err
add(struct cx *cx, const char *label, struct sim_connector *out)
{
	struct connector_secret s;
	enum err e;

	if ((e = connector_add(cx, "test", "shopify", label, &s)) != OK)
		return e;
	out->id = s.connector.id;
	out->public_id = s.connector.public_id;
	out->app_url = connector_app_url(cx, &s.connector);
	__builtin_memcpy(out->token, s.token, sizeof(out->token));
	return OK;
}

static enum err
set_automatic(struct cx *cx, int64_t id, bool on)
{
	struct connector_change change = { NULL, on, -1, -1 };
	struct connector c;
	enum err e;

	if ((e = connector_find_id(cx, id, &c)) != OK)
		return e;
	return connector_set(cx, &c, &change);
}

static enum err
rotate(struct cx *cx, int64_t id, int64_t hours, char token[TOKEN_TEXT_MAX])
{
	struct connector_secret s;
	enum err e;

	if ((e = connector_rotate(cx, "test", id, hours, &s)) == OK)
		__builtin_memcpy(token, s.token, TOKEN_TEXT_MAX);
	return e;
}

static enum err
run_now(struct cx *cx, int64_t id, const char *kind)
{
	struct job_new j = { .kind = kind, .tenant = id, .subject = id };
	struct job_ref ref;

	j.key = j.once = sched_once(cx, kind, id);
	j.prio = -1;
	return job_add_or_running(cx, &j, &ref);
}

static enum err
check(struct cx *cx, const struct json *j)
{
	struct document d;

	return document_read(cx, j, &d);
}

static enum err
drop(struct cx *cx, int64_t id)
{
	return connector_drop(cx, "test", id);
}

static enum err
token_add(struct cx *cx, char token[TOKEN_TEXT_MAX])
{
	struct api_token t;

	return api_token_add(cx, "test", "warehouse", "operator", token, &t);
}

const struct sim_cloud sim_cloud_domain = {
	.connector_add = add,
	.set_automatic = set_automatic,
	.rotate = rotate,
	.drop = drop,
	.run_now = run_now,
	.document_check = check,
	.token_add = token_add,
};
