/*
 * api_job.c - jobs (doc/openapi.yaml).
 */
#include "cloud/api_edge.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "cloud/connector.h"
#include "cloud/cursor.h"
#include "cloud/jobs.h"
#include "cloud/order.h"
#include "queue/job.h"

/* Of an import that has run the document is gone; of one that waits, the order
   may be held already. */
static enum err
order_of(struct cx *cx, const struct job *j, int64_t *id)
{
	const char *colon, *name, *channel;
	int64_t ch;

	*id = 0;
	if (!text_equal(j->kind, JOB_IMPORT) || j->key == NULL ||
	    !text_starts(j->key, "order:"))
		return OK;
	channel = j->key + 6; /* "order:CHANNEL:ID" */
	if ((colon = strchr(channel, ':')) == NULL ||
	    !text_to_int(arena_textn(cx->mem, channel,
			     (size_t)(colon - channel)),
		1, INT64_MAX, &ch))
		return OK;
	return order_named(cx, ch, colon + 1, id, &name);
}

static struct json *
job_json(struct cx *cx, const struct job *j, const char *connector,
    int64_t order)
{
	const char *state = job_state_shown(j);
	struct json *o = json_new_object(cx);

	json_set_text(cx, o, "uuid", j->uuid);
	json_set_text(cx, o, "kind", j->kind);
	json_set_text(cx, o, "state", state);
	json_set_int(cx, o, "attempts", j->attempts);
	json_set_when(cx, o, "created_at", j->created_at);
	json_set_when(cx, o, "finished_at", j->finished_at);
	json_set_when(cx, o, "next_at",
	    text_equal(state, "waiting") ? j->run_at : 0);
	json_set_text(cx, o, "code", job_code_shown(j));
	json_set_text(cx, o, "reason",
	    text_equal(state, "done") ? j->result : j->reason);
	json_set_text(cx, o, "next", job_next_shown(j));
	json_set_text(cx, o, "connector", connector);
	json_set_id(cx, o, "order", order);
	return o;
}

/* The queue's words for a state people ask for; "queued" and "waiting" are
   one there and told apart afterwards. */
static const char *
queue_state(const char *shown)
{
	return text_equal(shown, "queued") ? "waiting" : shown;
}

struct jobs_filter {
	struct connector connector; /* id 0: any */
	const char *state, *kind;   /* NULL: any */
	int64_t before, limit;
};

static enum err
jobs_filter_read(struct cx *cx, const struct request *rq, struct jobs_filter *f)
{
	static const char *const states[] = { "queued", "running", "waiting",
		"parked", "done", "dead", "cancelled", NULL };
	enum err e;

	*f = (struct jobs_filter){ .kind = query_get(rq, "kind") };
	if ((e = page_limit(cx, rq, &f->limit)) != OK ||
	    (e = cursor_read_id(cx, query_get(rq, "cursor"), &f->before)) !=
		OK ||
	    (e = query_word(cx, rq, "state", states, &f->state)) != OK)
		return e;
	if (f->kind != NULL && !text_equal(f->state, "dead"))
		return cx_fail_code(cx, ERR_INPUT, "bad_input",
		    "query kind: possible with state=dead only");
	return query_connector(cx, rq, &f->connector);
}

/* One more than a page has: is there another? */
static enum err
jobs_read(struct cx *cx, const struct jobs_filter *f, struct job **list,
    size_t *n)
{
	if (f->kind != NULL)
		return job_list_dead(cx,
		    &(struct job_dead){ f->connector.id, f->kind, f->before,
			f->limit + 1 },
		    list, n);
	return job_list(cx, f->connector.id, queue_state(f->state), f->before,
	    f->limit + 1, list, n);
}

static enum err
get_jobs(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct json *items = json_new_array(cx);
	struct connector_name *names;
	struct jobs_filter f;
	struct job *list;
	const char *next = NULL;
	int64_t order;
	size_t n, nnames, i;
	enum err e;

	if ((e = jobs_filter_read(cx, rq, &f)) != OK ||
	    (e = connector_names(cx, &names, &nnames)) != OK ||
	    (e = jobs_read(cx, &f, &list, &n)) != OK)
		return e;
	for (i = 0; i < n && i < (size_t)f.limit; i++) {
		if (f.state != NULL &&
		    !text_equal(job_state_shown(&list[i]), f.state))
			continue;
		if ((e = order_of(cx, &list[i], &order)) != OK)
			return e;
		json_push(items,
		    job_json(cx, &list[i],
			connector_name_of(names, nnames, list[i].tenant),
			order));
	}
	if (n > (size_t)f.limit)
		next = cursor_write_id(cx, list[f.limit - 1].id);
	reply_page(cx, rp, items, next);
	return OK;
}

static enum err
job_reply(struct cx *cx, const char *uuid, struct reply *rp)
{
	struct connector_name *names;
	struct job j;
	int64_t order;
	size_t n;
	enum err e;

	e = job_find(cx, uuid, &j);
	if (e == ERR_MISSING)
		return cx_fail(cx, e, "There is no job with this UUID");
	if (e != OK || (e = connector_names(cx, &names, &n)) != OK ||
	    (e = order_of(cx, &j, &order)) != OK)
		return e;
	reply_json(cx, rp,
	    job_json(cx, &j, connector_name_of(names, n, j.tenant), order));
	return OK;
}

static enum err
get_job(struct cx *cx, const struct request *rq, struct reply *rp)
{
	return job_reply(cx, path_text(rq, "uuid"), rp);
}

static enum err
post_redrive(struct cx *cx, const struct request *rq, struct reply *rp)
{
	const char *uuid = path_text(rq, "uuid");
	enum err e;

	e = job_redrive(cx, uuid);
	if (e == ERR_CONFLICT)
		return cx_fail_code(cx, e, "job_not_dead",
		    "The job was not given up, so there is nothing to redrive");
	if (e == ERR_MISSING)
		return cx_fail(cx, e, "There is no job with this UUID");
	if (e != OK)
		return e;
	reply_status(rp, 202);
	return job_reply(cx, uuid, rp);
}

struct redrive_in {
	const char *connector, *kind;
};
static const struct field redrive_in_fields[] = {
	F_TEXT_OPT(struct redrive_in, connector, 12),
	F_TEXT_OPT(struct redrive_in, kind, 32),
	F_END,
};

static enum err
post_redrive_all(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct json *o = json_new_object(cx);
	struct connector c = { 0 };
	struct redrive_in in = { 0 };
	int64_t n;
	enum err e;

	if ((e = body_read(cx, rq, redrive_in_fields, &in)) != OK ||
	    (in.connector != NULL &&
		(e = connector_find(cx, in.connector, &c)) != OK) ||
	    (e = job_redrive_all(cx, c.id, in.kind, &n)) != OK)
		return e;
	json_set_int(cx, o, "queued", n);
	reply_status(rp, 202);
	reply_json(cx, rp, o);
	return OK;
}

const struct route cloud_job_routes[] = {
	{ GET, "/api/v1/jobs", "viewer", get_jobs },
	{ GET, "/api/v1/jobs/{uuid}", "viewer", get_job },
	{ POST, "/api/v1/jobs/redrive", "operator", post_redrive_all },
	{ POST, "/api/v1/jobs/{uuid}/redrive", "operator", post_redrive },
	{ 0 },
};
