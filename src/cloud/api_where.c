/*
 * api_where.c - where is my order (doc/openapi.yaml).
 */
#include "cloud/api_edge.h"

#include "base/text.h"
#include "cloud/connector.h"
#include "cloud/order.h"
#include "cloud/where.h"

enum { ANSWERS_MAX = 8, QUESTION_MAX = 64 };

static struct json *
where_json(struct cx *cx, const struct where *w)
{
	struct json *o = json_new_object(cx);

	json_set(o, "order",
	    w->order ? order_json(cx, w->order) : json_new_null(cx));
	json_set_text(cx, o, "external_id", w->external_id);
	json_set_text(cx, o, "number", w->number);
	json_set_text(cx, o, "connector", w->connector);
	json_set_text(cx, o, "job", w->job);
	json_set_text(cx, o, "code", w->code);
	json_set_text(cx, o, "where", w->words);
	json_set_text(cx, o, "next", w->next);
	json_set_text(cx, o, "action", where_act_name(w->act));
	return o;
}

static enum err
get_find(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct json *j = json_new_object(cx), *list = json_new_array(cx);
	const char *q = query_get(rq, "q");
	struct where *answers;
	size_t n, i;
	enum err e;

	if (text_is_empty(q) || text_count(q) > 100)
		return cx_fail_code(cx, ERR_INPUT, "bad_input",
		    "query q: 1 to 100 characters are needed");
	if ((e = where_find(cx, q, ANSWERS_MAX, &answers, &n)) != OK)
		return e;
	for (i = 0; i < n; i++)
		json_push(list, where_json(cx, &answers[i]));
	json_set(j, "answers", list);
	reply_json(cx, rp, j);
	return OK;
}

struct question {
	const char *q;
};
static const struct field question_fields[] = {
	F_TEXT(struct question, q, 1, QUESTION_MAX),
	F_END,
};

static enum err
post_lookup(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct json *j = json_new_object(cx);
	struct question in = { 0 };
	struct store_says s;
	struct connector c;
	enum err e;

	if ((e = path_connector(cx, rq, &c)) != OK ||
	    (e = body_read(cx, rq, question_fields, &in)) != OK ||
	    (e = where_ask(cx, &c, in.q, &s)) != OK)
		return e;
	json_set_bool(cx, j, "found", s.found);
	json_set_id(cx, j, "order", s.order);
	json_set_text(cx, j, "external_id", s.external_id);
	json_set_text(cx, j, "number", s.number);
	json_set_text(cx, j, "code", s.code);
	json_set_text(cx, j, "reason", s.words);
	json_set_text(cx, j, "next", s.next);
	json_set_text(cx, j, "action", where_act_name(s.act));
	json_set_bool(cx, j, "can_send",
	    s.act == ACT_SEND || s.act == ACT_SWITCH_ON);
	json_set_int(cx, j, "others", s.others);
	reply_json(cx, rp, j);
	return OK;
}

const struct route cloud_where_routes[] = {
	{ GET, "/api/v1/find", "viewer", get_find },
	{ POST, "/api/v1/connectors/{id}/lookup", "viewer", post_lookup },
	{ 0 },
};
