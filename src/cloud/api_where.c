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

/* --- have the store send --- */

static struct json *
sent_json(struct cx *cx, const struct json *word)
{
	static const char *const names[] = { "state", "code", "reason", "job" };
	struct json *o = json_new_object(cx);
	size_t i;

	json_set_text(cx, o, "external_id", json_get_text(word, "id"));
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		json_set_text(cx, o, names[i], json_get_text(word, names[i]));
	return o;
}

struct send_in {
	const char **orders;
	size_t norders;
};
static const struct field send_fields[] = {
	F_TEXTS(struct send_in, orders, norders, 1, SEND_IDS_MAX, 19),
	F_END,
};

static enum err
post_send(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct json *j = json_new_object(cx), *list = json_new_array(cx);
	struct send_in in = { NULL, 0 };
	struct json *words = NULL;
	struct connector c;
	size_t i;
	enum err e;

	if ((e = path_connector(cx, rq, &c)) != OK ||
	    (e = body_read(cx, rq, send_fields, &in)) != OK ||
	    (e = where_send(cx, &c, in.orders, in.norders, &words)) != OK)
		return e;
	for (i = 0; i < in.norders; i++)
		json_push(list, sent_json(cx, json_at(words, i)));
	json_set(j, "results", list);
	reply_status(rp, 202);
	reply_json(cx, rp, j);
	return OK;
}

static enum err
post_refresh(struct cx *cx, const struct request *rq, struct reply *rp)
{
	struct json *words = NULL;
	struct connector c;
	struct order o;
	enum err e;

	if ((e = order_find(cx, path_int(rq, "id"), &o)) != OK)
		return e;
	if (o.connector == 0)
		return cx_fail_code(cx, ERR_CONFLICT, "not_linked",
		    "No connector serves the order's store now.");
	if ((e = connector_find_id(cx, o.connector, &c)) != OK ||
	    (e = where_send(cx, &c, &o.external_id, 1, &words)) != OK)
		return e;
	reply_status(rp, 202);
	reply_json(cx, rp, sent_json(cx, json_at(words, 0)));
	return OK;
}

const struct route cloud_where_routes[] = {
	{ GET, "/api/v1/find", "viewer", get_find },
	{ POST, "/api/v1/connectors/{id}/lookup", "viewer", post_lookup },
	{ POST, "/api/v1/connectors/{id}/send", "operator", post_send },
	{ POST, "/api/v1/orders/{id}/refresh", "operator", post_refresh },
	{ 0 },
};
