/*
 * api_edge.c - what the API files share.
 */
#include "cloud/api_edge.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "base/when.h"
#include "cloud/connector.h"
#include "queue/event.h"
#include "queue/job.h"

enum { PAGE_MAX = 100, PAGE_USUAL = 50 };

enum err
page_limit(struct cx *cx, const struct request *rq, int64_t *limit)
{
	return query_int(cx, rq, "limit", PAGE_USUAL, 1, PAGE_MAX, limit);
}

void
json_set_id(struct cx *cx, struct json *o, const char *key, int64_t id)
{
	json_set_text(cx, o, key,
	    id == 0 ? NULL : arena_printf(cx->mem, "%" PRId64, id));
}

void
json_set_when(struct cx *cx, struct json *o, const char *key, int64_t ms)
{
	json_set_text(cx, o, key, ms == 0 ? NULL : when_write(cx->mem, ms));
}

void
json_set_raw(struct cx *cx, struct json *o, const char *key, const char *text)
{
	struct json *j = NULL;

	if (text != NULL && json_parse(cx, text, strlen(text), &j) == OK)
		json_set(o, key, j);
	else
		json_set(o, key, json_new_null(cx));
}

enum err
path_connector(struct cx *cx, const struct request *rq, struct connector *c)
{
	return connector_find(cx, path_text(rq, "id"), c);
}

enum err
query_connector(struct cx *cx, const struct request *rq, struct connector *c)
{
	const char *id = query_get(rq, "connector");

	*c = (struct connector){ 0 };
	return id == NULL ? OK : connector_find(cx, id, c);
}

enum err
query_word(struct cx *cx, const struct request *rq, const char *name,
    const char *const *words, const char **out)
{
	const char *v = query_get(rq, name);

	for (; v != NULL && *words != NULL; words++) {
		if (text_equal(v, *words))
			break;
	}
	if (v != NULL && *words == NULL)
		return cx_fail_code(cx, ERR_INPUT, "bad_input",
		    "query %s: not one of the words doc/openapi.yaml names",
		    name);
	*out = v;
	return OK;
}

/* The queue says "waiting" for both; people want to know whether it was
   tried. */
const char *
job_state_shown(const struct job *j)
{
	if (text_equal(j->state, "waiting") && j->attempts == 0)
		return "queued";
	return j->state;
}

const char *
job_code_shown(const struct job *j)
{
	if (text_equal(j->state, "parked") &&
	    text_equal(j->code, "disconnected"))
		return "not_authorized";
	if (text_equal(j->state, "running") || text_equal(j->state, "done"))
		return NULL; /* of an earlier try */
	return j->code;
}

const char *
job_next_shown(const struct job *j)
{
	if (text_equal(j->state, "parked"))
		return "Link the store; the job then goes on by itself.";
	if (text_equal(j->state, "dead"))
		return "Look at what happened, then press Redrive in the "
		       "Queue Log.";
	return NULL;
}

struct json *
log_line_json(struct cx *cx, const struct event *ev,
    const struct connector_name *names, size_t n)
{
	struct json *o = json_new_object(cx);
	const char *words = ev->text;

	if (!text_is_empty(ev->reason))
		words = arena_printf(cx->mem, "%s %s", ev->text, ev->reason);
	json_set_id(cx, o, "id", ev->id);
	json_set_text(cx, o, "time", when_write_ms(cx->mem, ev->at));
	json_set_text(cx, o, "level", ev->level);
	json_set_text(cx, o, "connector",
	    connector_name_of(names, n, ev->tenant));
	json_set_text(cx, o, "job", ev->job);
	json_set_text(cx, o, "order", ev->order_name);
	json_set_text(cx, o, "step", ev->step);
	json_set_text(cx, o, "reason", text_cut(cx->mem, words, 500));
	json_set_text(cx, o, "next", ev->next);
	json_set_text(cx, o, "program", ev->origin);
	return o;
}
