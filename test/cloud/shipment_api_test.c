/*
 * shipment_api_test.c - shipments over REST: roles, answers, refusals in
 * words.
 */
#include "shipment_rig.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "cloud/api_token.h"
#include "cloud/site.h"

static const char *
token(struct cx *cx, const char *role)
{
	char *secret = arena_alloc(cx->mem, TOKEN_TEXT_MAX);
	struct api_token t;

	must(cx, api_token_add(cx, "test", role, role, secret, &t));
	return secret;
}

static struct asked
call(struct cx *cx, const char *who, enum method m, const char *path,
    const char *body)
{
	return ask(cx, m, path, &(struct ask){ .token = who }, body);
}

/* Every problem says what, why and what to do. */
static void
assert_problem(struct asked *a, int status, const char *code)
{
	if (a->status != status || strcmp(asked_code(a), code) != 0)
		print_error("%d %s\n", a->status, a->text);
	assert_int_equal(a->status, status);
	assert_string_equal(asked_code(a), code);
	assert_non_null(json_get_text(a->body, "detail"));
	assert_non_null(json_get_text(a->body, "next"));
}

static const char *
path_of(struct cx *cx, const char *fmt, const char *id)
{
	return arena_printf(cx->mem, fmt, id);
}

static void
a_shipment_lives_its_life_over_rest(struct cx *cx)
{
	struct connector c = ship_rig(cx, true);
	const char *op = token(cx, "operator"), *id;
	int64_t order = ship_order(cx, &c, 1001, 2);
	const char *orders =
	    arena_printf(cx->mem, "/api/v1/orders/%" PRId64, order);
	struct asked a;

	a = call(cx, op, POST, arena_printf(cx->mem, "%s/shipments", orders),
	    arena_printf(cx->mem,
		"{\"lines\":[{\"line_id\":\"%" PRId64 "\",\"quantity\":2}],"
		"\"courier\":\"BRT\",\"tracking_numbers\":[\"T1\",\"T2\"],"
		"\"notify_customer\":true}",
		line_id(cx, order, 0)));
	assert_int_equal(a.status, 201);
	id = json_get_text(a.body, "id");
	assert_int_equal(strlen(id), 16);
	assert_string_equal(json_get_text(a.body, "state"), "CONFIRMED");
	assert_int_equal(json_count(json_get(a.body, "tracking")), 2);
	assert_int_equal(json_count(json_get(a.body, "lines")), 1);
	a = call(cx, op, POST, path_of(cx, "/api/v1/shipments/%s/ship", id),
	    "{\"shipped_at\":\"2026-11-23T09:00:00Z\"}");
	assert_int_equal(a.status, 200);
	run_jobs(cx);
	exec(cx, "UPDATE shipment SET tracking_at = tracking_at + 240000");
	a = call(cx, op, POST, path_of(cx, "/api/v1/shipments/%s/track", id),
	    "{\"courier\":\"gls_it\",\"tracking_numbers\":[\"M1\"]}");
	assert_int_equal(json_count(json_get(a.body, "tracking")), 1);
	assert_string_equal(json_text(json_path(a.body, "store.state")),
	    "owed");
	a = call(cx, op, POST, path_of(cx, "/api/v1/shipments/%s/deliver", id),
	    "{\"delivered_at\":\"2026-11-23T09:30:00Z\"}");
	assert_string_equal(json_get_text(a.body, "state"), "DELIVERED");
	run_jobs(cx);
	a = call(cx, op, GET, path_of(cx, "/api/v1/shipments/%s", id), NULL);
	assert_string_equal(json_text(json_path(a.body, "store.state")),
	    "sent");
	assert_int_equal(json_count(json_path(a.body, "store.fulfillments")),
	    1);
	assert_int_equal(json_count(json_get(a.body, "events")), 1);
	a = call(cx, op, POST, path_of(cx, "/api/v1/shipments/%s/retry", id),
	    NULL);
	assert_problem(&a, 409, "nothing_to_send");
	a = call(cx, op, POST, path_of(cx, "/api/v1/shipments/%s/close", id),
	    NULL);
	assert_string_equal(json_get_text(a.body, "state"), "CLOSED");
	a = call(cx, op, GET, orders, NULL);
	assert_string_equal(json_get_text(a.body, "status"), "partial");
	assert_int_equal(json_count(json_get(a.body, "shipments")), 1);
	assert_true(json_is_null(json_get(a.body, "conflict")));
}

static void
lists_are_filtered_and_go_on_behind_the_cursor(struct cx *cx)
{
	struct connector c = ship_rig(cx, false);
	const char *op = token(cx, "viewer"), *id = NULL;
	struct asked a;
	int i;

	for (i = 0; i < 5; i++)
		id = ship_all(cx, ship_order(cx, &c, 1001 + i, 1)).public_id;
	ship_it(cx, id, "brt", "XYZ-9");
	a = call(cx, op, GET, "/api/v1/shipments?limit=3", NULL);
	assert_int_equal(json_count(json_get(a.body, "items")), 3);
	a = call(cx, op, GET,
	    arena_printf(cx->mem, "/api/v1/shipments?limit=3&cursor=%s",
		json_get_text(a.body, "next_cursor")),
	    NULL);
	assert_int_equal(json_count(json_get(a.body, "items")), 2);
	assert_true(json_is_null(json_get(a.body, "next_cursor")));
	a = call(cx, op, GET, "/api/v1/shipments?state=SHIPPED", NULL);
	assert_int_equal(json_count(json_get(a.body, "items")), 1);
	a = call(cx, op, GET, "/api/v1/shipments?store=owed", NULL);
	assert_int_equal(json_count(json_get(a.body, "items")), 1);
	a = call(cx, op, GET, "/api/v1/shipments?q=xyz-9", NULL);
	assert_int_equal(json_count(json_get(a.body, "items")), 1);
	a = call(cx, op, GET, "/api/v1/shipments?q=1003", NULL);
	assert_int_equal(json_count(json_get(a.body, "items")), 1);
	a = call(cx, op, GET, "/api/v1/shipments?state=LOST", NULL);
	assert_problem(&a, 422, "bad_input");
}

static void
refusals_are_said_with_code_and_next_step(struct cx *cx)
{
	static const struct {
		const char *path, *body;
		int status;
		const char *code;
	} calls[] = {
		{ "/orders/999999/shipments", "{}", 404, "not_found" },
		{ "/orders/1/shipments",
		    "{\"lines\":[{\"line_id\":\"77\",\"quantity\":1}]}", 422,
		    "line_not_in_order" },
		{ "/orders/1/shipments",
		    "{\"lines\":[{\"line_id\":\"1\",\"quantity\":0}]}", 422,
		    "bad_input" },
		{ "/orders/1/shipments", "{\"lines\":[]}", 422, "bad_input" },
		{ "/orders/1/shipments", "{\"notify_customer\":\"yes\"}", 422,
		    "bad_input" },
		{ "/orders/1/shipments", "{\"courier\":\"Pony\"}", 422,
		    "unknown_courier" },
		{ "/orders/1/shipments", "{\"colour\":1}", 422, "bad_input" },
		{ "/orders/1/conflict", "{\"choice\":\"keep\"}", 409,
		    "no_conflict" },
		{ "/orders/1/conflict", "{\"choice\":\"toss\"}", 422,
		    "bad_input" },
		{ "/shipments/nosuchshipmentxx/ship", "{}", 404,
		    "unknown_shipment" },
		{ "/shipments/@/deliver", "{}", 409, "not_shipped" },
		{ "/shipments/@/close", NULL, 409, "wrong_state" },
		{ "/shipments/@/retry", NULL, 409, "nothing_to_send" },
		{ "/shipments/@/ship",
		    "{\"shipped_at\":\"2026-11-23T09:00:00\"}", 422,
		    "bad_input" },
		{ "/shipments/@/ship",
		    "{\"shipped_at\":\"2027-11-23T09:00:00Z\"}", 422,
		    "in_the_future" },
		{ "/shipments/@/ship",
		    "{\"shipped_at\":\"2001-01-01T09:00:00Z\"}", 422,
		    "shipped_before_order" },
		{ "/shipments/events", "{\"events\":[]}", 422, "bad_input" },
		{ "/shipments/events",
		    "{\"source\":\"logivery\",\"events\":[{\"id\":\"a\","
		    "\"shipment\":\"b\",\"kind\":\"DELIVERED\","
		    "\"happened_at\":\"2026-11-23T09:00:00Z\"}]}",
		    422, "bad_input" },
		{ "/shipments/csv", "order number,courier\n", 415, "not_csv" },
	};
	struct connector c = ship_rig(cx, false);
	const char *op = token(cx, "operator"), *id, *path;
	struct asked a;
	char *at;
	size_t i;

	id = ship_some(cx, ship_order(cx, &c, 1001, 2), 0, 1).public_id;
	for (i = 0; i < COUNT_OF(calls); i++) {
		path = arena_printf(cx->mem, "/api/v1%s", calls[i].path);
		if ((at = strchr(path, '@')) != NULL)
			path = arena_printf(cx->mem, "%.*s%s%s",
			    (int)(at - path), path, id, at + 1);
		a = call(cx, op, POST, path, calls[i].body);
		if (a.status != calls[i].status)
			print_error("%s\n", path);
		assert_problem(&a, calls[i].status, calls[i].code);
	}
	assert_int_equal(db_count(cx, "shipment"), 1);
}

static void
a_conflict_is_shown_with_both_sides_and_settled(struct cx *cx)
{
	struct connector c = ship_rig(cx, false);
	const char *op = token(cx, "operator");
	struct json *doc = ship_document(cx, 1001, 60, 1), *k;
	int64_t order = ship_order(cx, &c, 1001, 1);
	const char *path =
	    arena_printf(cx->mem, "/api/v1/orders/%" PRId64, order);
	struct asked a;

	ship_all(cx, order);
	line_quantity(cx, doc, 0, 1);
	import(cx, &c, doc);
	a = call(cx, op, GET, path, NULL);
	k = json_get(a.body, "conflict");
	assert_contains(json_get_text(k, "what"), "1 instead of 3");
	assert_int_equal(json_int(json_get(json_at(json_path(k, "ours.lines"),
					       0),
				      "quantity"),
			     0),
	    3);
	assert_int_equal(json_int(json_get(json_at(json_path(k, "theirs.lines"),
					       0),
				      "quantity"),
			     0),
	    1);
	assert_int_equal(json_count(json_get(k, "choices")), 3);
	a = call(cx, op, POST, arena_printf(cx->mem, "%s/conflict", path),
	    "{\"choice\":\"adapt\"}");
	assert_int_equal(a.status, 200);
	assert_true(json_is_null(json_get(a.body, "conflict")));
}

static void
a_batch_of_events_is_answered_one_by_one(struct cx *cx)
{
	struct connector c = ship_rig(cx, false);
	const char *op = token(cx, "operator");
	const char *id = ship_all(cx, ship_order(cx, &c, 1001, 1)).public_id;
	struct buf b = buf_new(cx->mem);
	struct json *r;
	struct asked a;
	int i;

	a = call(cx, op, POST, "/api/v1/shipments/events",
	    arena_printf(cx->mem,
		"{\"source\":\"wms\",\"events\":["
		"{\"id\":\"1\",\"shipment\":\"%s\",\"kind\":\"DELIVERED\","
		"\"happened_at\":\"2026-11-23T09:00:00Z\"},"
		"{\"id\":\"2\",\"shipment\":\"aaaaaaaaaaaaaaaa\",\"kind\":"
		"\"DELIVERED\",\"happened_at\":\"2026-11-23T09:00:00Z\"},"
		"{\"id\":\"3\",\"shipment\":\"%s\",\"kind\":\"SHIPPED\","
		"\"happened_at\":\"2026-11-23T08:00:00Z\",\"courier\":\"ups\","
		"\"tracking_numbers\":[\"1Z\"]}]}",
		id, id));
	assert_int_equal(a.status, 200);
	r = json_get(a.body, "results");
	assert_int_equal(json_count(r), 3);
	assert_string_equal(json_get_text(json_at(r, 0), "result"), "kept");
	assert_string_equal(json_get_text(json_at(r, 1), "result"), "error");
	assert_string_equal(json_get_text(json_at(r, 1), "code"),
	    "unknown_shipment");
	assert_non_null(json_get_text(json_at(r, 1), "next"));
	assert_string_equal(json_get_text(json_at(r, 2), "state"), "DELIVERED");
	buf_text(&b, "{\"events\":[");
	for (i = 0; i < 1001; i++)
		buf_printf(&b,
		    "%s{\"id\":\"x%d\",\"shipment\":\"%s\",\"kind\":"
		    "\"DELAYED\",\"happened_at\":\"2026-11-23T09:00:00Z\"}",
		    i > 0 ? "," : "", i, id);
	buf_text(&b, "]}");
	a = call(cx, op, POST, "/api/v1/shipments/events", b.p);
	assert_problem(&a, 422, "too_many_events");
}

/* --- CSV --- */

static struct asked
post_csv(struct cx *cx, const char *who, const char *text)
{
	struct site site = cloud_site;
	struct request *rq = arena_alloc(cx->mem, sizeof(*rq));
	struct asked a = { 0 };
	struct cloud self = { .tail = NULL };

	site.self = &self;
	rq->method = POST;
	rq->path = "/api/v1/shipments/csv";
	rq->remote = "192.0.2.1";
	rq->headers[0] = (struct param){ "authorization",
		arena_printf(cx->mem, "Bearer %s", who) };
	rq->headers[1] =
	    (struct param){ "content-type", "text/csv; charset=utf-8" };
	rq->nheaders = 2;
	rq->body = (struct bytes){ (const unsigned char *)text, strlen(text) };
	router_run(cx, &site, rq, &a.reply);
	a.status = a.reply.status;
	must(cx,
	    json_parse(cx, (const char *)a.reply.body.p, a.reply.body.n,
		&a.body));
	return a;
}

static void
csv_goes_in_with_progress_and_comes_out_again(struct cx *cx)
{
	struct connector c = ship_rig(cx, false);
	const char *op = token(cx, "operator"), *id;
	struct asked a, out;

	ship_order(cx, &c, 1001, 1);
	ship_order(cx, &c, 1002, 1);
	a = post_csv(cx, op,
	    "order number,courier,tracking,shipped_at\n"
	    "#1001,BRT,T1,2026-11-23T08:00:00Z\n"
	    "#1002,BRT,-2+3,2026-11-23T08:00:00Z\n"
	    "#9,BRT,T3,2026-11-23T08:00:00Z\n");
	assert_int_equal(a.status, 202);
	assert_int_equal(json_int(json_get(a.body, "lines"), 0), 3);
	id = json_get_text(a.body, "id");
	run_jobs(cx);
	a = call(cx, op, GET, path_of(cx, "/api/v1/shipments/csv/%s", id),
	    NULL);
	assert_string_equal(json_get_text(a.body, "state"), "done");
	assert_int_equal(json_int(json_get(a.body, "taken"), 0), 2);
	assert_int_equal(json_int(json_get(a.body, "refused"), 0), 1);
	a = call(cx, op, GET,
	    path_of(cx, "/api/v1/shipments/csv/%s/errors", id), NULL);
	assert_int_equal(json_int(json_get(json_at(json_get(a.body, "items"),
					       0),
				      "line"),
			     0),
	    4);
	out = call(cx, op, GET, "/api/v1/shipments.csv", NULL);
	assert_int_equal(out.status, 200);
	assert_contains(out.text, "order number,shipment,courier,tracking,");
	assert_contains(out.text, "\"'-2+3\"");
	assert_contains(out.text, ",state,store,shop\r\n");
	assert_contains(out.text, ",SHIPPED,owed," SHOP "\r\n");
	a = call(cx, op, GET, "/api/v1/shipments.csv?store=refused", NULL);
	assert_null(strstr(a.text, ",SHIPPED,"));
	a = post_csv(cx, op, out.text); /* its own export changes nothing */
	assert_int_equal(a.status, 202);
	run_jobs(cx);
	a = call(cx, op, GET,
	    path_of(cx, "/api/v1/shipments/csv/%s",
		json_get_text(a.body, "id")),
	    NULL);
	assert_int_equal(json_int(json_get(a.body, "unchanged"), 0), 2);
}

/* --- couriers --- */

static void
couriers_are_listed_added_and_removed(struct cx *cx)
{
	struct connector c = ship_rig(cx, false);
	const char *m = token(cx, "manager");
	static const char mine[] = "{\"code\":\"rossi\",\"name\":\"Corriere "
				   "Rossi\",\"tracking_url\":"
				   "\"https://rossi.example/?n={number}\"}";
	struct asked a;

	a = call(cx, m, GET, "/api/v1/couriers?limit=5", NULL);
	assert_int_equal(json_count(json_get(a.body, "items")), 5);
	assert_non_null(json_get_text(a.body, "next_cursor"));
	a = call(cx, m, POST, "/api/v1/couriers", mine);
	assert_int_equal(a.status, 201);
	a = call(cx, m, POST, "/api/v1/couriers", mine);
	assert_problem(&a, 409, "courier_taken");
	a = call(cx, m, POST, "/api/v1/couriers",
	    "{\"code\":\"x\",\"name\":\"X\",\"tracking_url\":"
	    "\"http://x.example\"}");
	assert_problem(&a, 422, "bad_input");
	ship_it(cx, ship_all(cx, ship_order(cx, &c, 1001, 1)).public_id,
	    "corriere rossi", "R1");
	a = call(cx, m, DELETE, "/api/v1/couriers/rossi", NULL);
	assert_problem(&a, 409, "courier_in_use");
	a = call(cx, m, DELETE, "/api/v1/couriers/brt", NULL);
	assert_problem(&a, 409, "courier_built_in");
	a = call(cx, m, DELETE, "/api/v1/couriers/nobody", NULL);
	assert_problem(&a, 404, "not_found");
	exec(cx, "DELETE FROM shipment");
	a = call(cx, m, DELETE, "/api/v1/couriers/rossi", NULL);
	assert_int_equal(a.status, 204);
}

/* Spellings are those of the schema's list; the others have a page. */
static void
every_courier_has_a_spelling_or_a_page(struct cx *cx)
{
	ship_rig(cx, false);
	assert_int_equal(number(cx,
			     "SELECT count(*) AS n FROM courier WHERE "
			     "shopify_name IS NULL AND url IS NULL"),
	    0);
	assert_true(db_count(cx, "courier") >= 10);
}

/* --- roles --- */

static void
only_operators_write_and_only_managers_set_couriers(struct cx *cx)
{
	static const struct {
		enum method method;
		const char *path;
		const char *least;
	} calls[] = {
		{ GET, "/api/v1/shipments", "viewer" },
		{ GET, "/api/v1/shipments/x", "viewer" },
		{ GET, "/api/v1/shipments.csv", "viewer" },
		{ GET, "/api/v1/shipments/csv/x", "viewer" },
		{ GET, "/api/v1/shipments/csv/x/errors", "viewer" },
		{ GET, "/api/v1/couriers", "viewer" },
		{ POST, "/api/v1/orders/1/shipments", "operator" },
		{ POST, "/api/v1/orders/1/conflict", "operator" },
		{ POST, "/api/v1/shipments/events", "operator" },
		{ POST, "/api/v1/shipments/csv", "operator" },
		{ POST, "/api/v1/shipments/x/ship", "operator" },
		{ POST, "/api/v1/shipments/x/deliver", "operator" },
		{ POST, "/api/v1/shipments/x/track", "operator" },
		{ POST, "/api/v1/shipments/x/cancel", "operator" },
		{ POST, "/api/v1/shipments/x/close", "operator" },
		{ POST, "/api/v1/shipments/x/retry", "operator" },
		{ POST, "/api/v1/couriers", "manager" },
		{ DELETE, "/api/v1/couriers/x", "manager" },
	};
	static const char *const roles[] = { "viewer", "operator", "manager" };
	const char *tokens[3];
	struct asked a;
	size_t i, j, least;

	ship_rig(cx, false);
	for (j = 0; j < 3; j++)
		tokens[j] = token(cx, roles[j]);
	for (i = 0; i < COUNT_OF(calls); i++) {
		for (least = 0; strcmp(roles[least], calls[i].least) != 0;)
			least++;
		a = ask(cx, calls[i].method, calls[i].path,
		    &(struct ask){ .token = NULL }, NULL);
		assert_int_equal(a.status, 401);
		for (j = 0; j < 3; j++) {
			a = call(cx, tokens[j], calls[i].method, calls[i].path,
			    NULL);
			if ((a.status == 403) != (j < least))
				print_error("%s as %s: %d\n", calls[i].path,
				    roles[j], a.status);
			assert_int_equal(a.status == 403, j < least);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASES(a_shipment_lives_its_life_over_rest),
		CASES(lists_are_filtered_and_go_on_behind_the_cursor),
		CASES(refusals_are_said_with_code_and_next_step),
		CASES(a_conflict_is_shown_with_both_sides_and_settled),
		CASES(a_batch_of_events_is_answered_one_by_one),
		CASES(csv_goes_in_with_progress_and_comes_out_again),
		CASES(couriers_are_listed_added_and_removed),
		SQLITE_CASE(every_courier_has_a_spelling_or_a_page),
		CASES(only_operators_write_and_only_managers_set_couriers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
