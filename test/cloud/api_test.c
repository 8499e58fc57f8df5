/*
 * api_test.c - the REST API as doc/openapi.yaml describes it: every answer has
 * the members its schema requires and no other; lists go on where they ended.
 */
#include "cloud_rig.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "cloud/api_token.h"
#include "cloud/setup.h"
#include "queue/event.h"
#include "queue/job.h"

static struct ask manager;
static char *book; /* doc/openapi.yaml */

static void
enter(struct cx *cx)
{
	char secret[TOKEN_TEXT_MAX];
	struct api_token t;

	rig(cx);
	must(cx, api_token_add(cx, "test", "test", "manager", secret, &t));
	manager = (struct ask){ .token = arena_text(cx->mem, secret) };
	book = source_file(cx, "doc/openapi.yaml");
}

/* The text of one schema, up to the next. */
static char *
schema(struct cx *cx, const char *name)
{
	char *at = strstr(book, arena_printf(cx->mem, "\n    %s:\n", name));
	char *end;

	assert_non_null(at);
	end = at + 1;
	do {
		end = strchr(end, '\n');
		end = end ? end + 1 : NULL;
	} while (end != NULL && strncmp(end, "      ", 6) == 0);
	return arena_textn(cx->mem, at, end ? (size_t)(end - at) : strlen(at));
}

/* "required: [a, b]" or a list of "- a" lines. */
static void
assert_required(struct cx *cx, const char *text, const struct json *o)
{
	const char *at = strstr(text, "required:");
	const char *end, *name;
	char **names;
	size_t n, i;

	assert_non_null(at);
	at += strlen("required:");
	if (at[1] == '[') {
		end = strchr(at, ']');
		n = text_split(cx->mem,
		    arena_textn(cx->mem, at + 2, (size_t)(end - at - 2)), ',',
		    &names);
		for (i = 0; i < n; i++) {
			if (json_get(o, names[i]) == NULL)
				print_error("%s is missing\n", names[i]);
			assert_non_null(json_get(o, names[i]));
		}
		return;
	}
	while ((at = strstr(at, "- ")) != NULL) {
		name = arena_textn(cx->mem, at + 2, strcspn(at + 2, "\n"));
		if (json_get(o, name) == NULL)
			print_error("%s is missing\n", name);
		assert_non_null(json_get(o, name));
		at += 2;
		if (strncmp(at + strcspn(at, "\n") + 1, "        -", 9) != 0)
			break;
	}
}

static void
assert_is(struct cx *cx, const char *name, const struct json *o)
{
	char *text = schema(cx, name);
	const char *key;
	size_t i;

	assert_required(cx, text, o);
	for (i = 0; (key = json_key(o, i, NULL)) != NULL; i++) {
		if (strstr(text, arena_printf(cx->mem, "%s:", key)) == NULL)
			print_error("%s: %s is not described\n", name, key);
		assert_non_null(
		    strstr(text, arena_printf(cx->mem, "%s:", key)));
	}
}

static struct asked
get(struct cx *cx, const char *path)
{
	struct asked a = ask(cx, GET, path, &manager, NULL);

	if (a.status != 200)
		print_error("%s: %d %s\n", path, a.status, a.text);
	assert_int_equal(a.status, 200);
	return a;
}

static struct json *
first(const struct asked *a)
{
	assert_non_null(json_get(a->body, "next_cursor"));
	return json_at(json_get(a->body, "items"), 0);
}

static void
every_answer_is_as_described(struct cx *cx)
{
	struct connector c;
	struct order_sync s;
	struct asked a;

	enter(cx);
	c = linked(cx, "Tea", SHOP);
	s = import(cx, &c, document(cx, 1001, 0, "ring"));
	a = get(cx, "/api/v1/connectors");
	assert_is(cx, "Connector", first(&a));
	a = get(cx,
	    arena_printf(cx->mem, "/api/v1/connectors/%s", c.public_id));
	assert_is(cx, "Connector", a.body);
	a = get(cx,
	    arena_printf(cx->mem, "/api/v1/connectors/%s/schedules",
		c.public_id));
	assert_is(cx, "Schedule", first(&a));
	a = get(cx, "/api/v1/channels");
	assert_is(cx, "Channel", first(&a));
	a = get(cx, "/api/v1/orders");
	assert_is(cx, "OrderSummary", first(&a));
	a = get(cx, "/api/v1/orders/1");
	assert_required(cx, schema(cx, "OrderSummary"), a.body);
	assert_required(cx, schema(cx, "Order"), a.body);
	assert_is(cx, "OrderLine", json_at(json_get(a.body, "lines"), 0));
	assert_is(cx, "LogLine", json_at(json_get(a.body, "timeline"), 0));
	a = get(cx, "/api/v1/jobs");
	assert_is(cx, "Job", first(&a));
	a = get(cx, arena_printf(cx->mem, "/api/v1/jobs/%s", s.job));
	assert_is(cx, "Job", a.body);
	assert_string_equal(json_get_text(a.body, "order"), "1");
	a = get(cx, "/api/v1/log");
	assert_is(cx, "LogLine", first(&a));
	a = get(cx, "/api/v1/tokens");
	assert_is(cx, "Token", first(&a));
	a = get(cx, "/api/v1/session");
	assert_is(cx, "Session", a.body);
	get(cx, "/livez");
	get(cx, "/readyz");
}

static void
a_connector_is_made_changed_rotated_run_and_ended(struct cx *cx)
{
	const char *base, *uuid;
	struct connector c;
	struct asked a, b;

	enter(cx);
	a = ask(cx, POST, "/api/v1/connectors", &manager,
	    "{\"technology\":\"shopify\",\"label\":\"Tea\"}");
	assert_int_equal(a.status, 201);
	base = arena_printf(cx->mem, "/api/v1/connectors/%s",
	    json_get_text(a.body, "id"));
	b = ask(cx, POST, "/api/v1/connectors", &manager,
	    "{\"technology\":\"shopify\",\"label\":\"Tea\"}");
	assert_string_equal(asked_code(&b), "label_taken");
	b = ask(cx, POST, "/api/v1/connectors", &manager,
	    "{\"technology\":\"fax\",\"label\":\"Fax\"}");
	assert_string_equal(asked_code(&b), "technology_unknown");
	b = ask(cx, PATCH, base, &manager,
	    "{\"automatic\":false,\"label\":\"Tea and More\"}");
	assert_false(json_bool(json_get(b.body, "automatic"), true));
	assert_string_equal(json_get_text(b.body, "label"), "Tea and More");
	b = ask(cx, PATCH, base, &manager, "{\"automatic\":1}");
	assert_string_equal(asked_code(&b), "bad_input");
	b = ask(cx, PATCH, base, &manager, "{\"token\":\"mine\"}");
	assert_string_equal(asked_code(&b), "bad_input");
	b = ask(cx, POST, arena_printf(cx->mem, "%s/jobs", base), &manager,
	    "{\"kind\":\"sync\"}");
	assert_string_equal(asked_code(&b), "not_linked");
	c = linked(cx, "Other", SHOP);
	uuid = arena_printf(cx->mem, "/api/v1/connectors/%s/jobs", c.public_id);
	a = ask(cx, POST, uuid, &manager, "{\"kind\":\"import_orders\"}");
	assert_int_equal(a.status, 202);
	assert_true(json_bool(json_get(a.body, "created"), false));
	b = ask(cx, POST, uuid, &manager, "{\"kind\":\"import_orders\"}");
	assert_false(json_bool(json_get(b.body, "created"), true));
	assert_string_equal(json_get_text(a.body, "uuid"),
	    json_get_text(b.body, "uuid"));
	b = ask(cx, POST, uuid, &manager, "{\"kind\":\"import\"}");
	assert_string_equal(asked_code(&b), "bad_input");
	a = ask(cx, POST, arena_printf(cx->mem, "%s/token", base), &manager,
	    "{\"overlap_hours\":0}");
	assert_int_equal(a.status, 200);
	assert_true(json_is_null(json_get(a.body, "old_token_until")));
	a = ask(cx, PUT, arena_printf(cx->mem, "%s/schedules", base), &manager,
	    "{\"items\":[{\"kind\":\"sync\",\"every_seconds\":null},"
	    "{\"kind\":\"import_orders\",\"every_seconds\":60}]}");
	assert_int_equal(a.status, 200);
	assert_int_equal(json_count(json_get(a.body, "items")), 4);
	assert_true(json_is_null(json_get(first(&a), "every_seconds")));
	a = ask(cx, DELETE, base, &manager, NULL);
	assert_int_equal(a.status, 204);
	a = ask(cx, GET, base, &manager, NULL);
	assert_int_equal(a.status, 404);
}

/* Walk a list in pages; how many items came. */
static int
walk(struct cx *cx, const char *path, const char *key)
{
	const char *cursor = NULL, *seen = ",", *id;
	struct asked a;
	struct json *items;
	size_t i;
	int n = 0;

	do {
		a = get(cx,
		    cursor ? arena_printf(cx->mem, "%slimit=2&cursor=%s", path,
				 cursor)
			   : arena_printf(cx->mem, "%slimit=2", path));
		items = json_get(a.body, "items");
		assert_true(json_count(items) <= 2);
		for (i = 0; i < json_count(items); i++, n++) {
			id = arena_printf(cx->mem, ",%s,",
			    json_get_text(json_at(items, i), key));
			assert_null(strstr(seen, id));
			seen = arena_printf(cx->mem, "%s%s", seen, id + 1);
		}
		cursor = json_text(json_get(a.body, "next_cursor"));
	} while (cursor != NULL);
	return n;
}

static void
lists_go_on_where_they_ended(struct cx *cx)
{
	struct connector c;
	struct asked a;
	int i;

	enter(cx);
	c = linked(cx, "Tea", SHOP);
	for (i = 0; i < 5; i++) {
		import(cx, &c, document(cx, 1001 + i, 0, "ring"));
		connector_new(cx, arena_printf(cx->mem, "label %d", i));
	}
	assert_int_equal(walk(cx, "/api/v1/orders?", "id"), 5);
	assert_int_equal(walk(cx, "/api/v1/connectors?", "id"), 6);
	assert_true(walk(cx, "/api/v1/log?", "id") >= 10);
	assert_true(walk(cx, "/api/v1/jobs?", "uuid") >= 6);
	a = ask(cx, GET, "/api/v1/orders?cursor=%21", &manager, NULL);
	assert_string_equal(asked_code(&a), "bad_input");
	a = ask(cx, GET, "/api/v1/orders?limit=1000", &manager, NULL);
	assert_string_equal(asked_code(&a), "bad_input");
}

static int
found(struct cx *cx, const char *path)
{
	struct asked a = get(cx, path);

	return (int)json_count(json_get(a.body, "items"));
}

static void
orders_are_found_by_what_people_know(struct cx *cx)
{
	struct connector c, other;

	enter(cx);
	c = linked(cx, "Tea", SHOP);
	other = linked(cx, "Other", "another-shop.myshopify.com");
	import(cx, &c, document(cx, 6832000001001, 0, "ring"));
	import(cx, &c, document(cx, 6832000001002, 0, "ring"));
	import(cx, &other, document(cx, 6832000001003, 0, "ring"));
	assert_int_equal(found(cx, "/api/v1/orders?q=torINO"), 3);
	assert_int_equal(found(cx, "/api/v1/orders?q=rossi"), 3);
	assert_int_equal(found(cx, "/api/v1/orders?q=tea-green"), 3);
	assert_int_equal(found(cx, "/api/v1/orders?q=%231002"), 1);
	assert_int_equal(found(cx, "/api/v1/orders?q=6832000001003"), 1);
	assert_int_equal(found(cx, "/api/v1/orders?q=%25"), 0);
	assert_int_equal(found(cx, "/api/v1/orders?q=_"), 0);
	assert_int_equal(found(cx, "/api/v1/orders?status=placed"), 3);
	assert_int_equal(found(cx, "/api/v1/orders?status=total"), 0);
	assert_int_equal(found(cx, "/api/v1/orders?state=synced"), 3);
	assert_int_equal(found(cx,
			     arena_printf(cx->mem,
				 "/api/v1/orders?connector=%s",
				 other.public_id)),
	    1);
}

static void
the_log_is_filtered(struct cx *cx)
{
	struct order_sync s;
	struct connector c, other;
	struct asked a;

	enter(cx);
	c = linked(cx, "Tea", SHOP);
	other = linked(cx, "Other", "another-shop.myshopify.com");
	s = import(cx, &c, document(cx, 1001, 0, "ring"));
	import(cx, &other, document(cx, 1002, 0, "ring"));
	take(cx, &c, "manual", json_new_object(cx)); /* a warning */
	assert_int_equal(found(cx,
			     arena_printf(cx->mem, "/api/v1/log?job=%s",
				 s.job)),
	    2);
	assert_int_equal(found(cx, "/api/v1/log?level=warn"), 1);
	assert_int_equal(found(cx, "/api/v1/log?q=%231002"), 2);
	assert_true(
	    found(cx,
		arena_printf(cx->mem, "/api/v1/log?connector=%s&q=%%231002",
		    c.public_id)) == 0);
	a = ask(cx, GET, "/api/v1/log?level=loud", &manager, NULL);
	assert_string_equal(asked_code(&a), "bad_input");
	a = ask(cx, GET, "/api/v1/log?connector=aaaaaaaaaaaa", &manager, NULL);
	assert_int_equal(a.status, 404);
	a = get(cx, "/api/v1/log.csv?q=%231002");
	assert_non_null(strstr(a.text, ",order.imported,"));
	assert_null(strstr(a.text, "#1001"));
	/* no personal data in it */
	assert_int_equal(found(cx, "/api/v1/log?q=giulia"), 0);
	assert_int_equal(found(cx, "/api/v1/log?q=rossi"), 0);
}

static enum err
fill_log(struct cx *cx, void *arg)
{
	struct event ev = { .level = "info",
		.step = "t",
		.order_name = "#7&7",
		.text = "Again.",
		.origin = "cloud" };
	int i;
	enum err e = OK;

	(void)arg;
	for (i = 0; e == OK && i < 10001; i++)
		e = event_add(cx, &ev);
	return e;
}

static const char *
link_of(const struct asked *a)
{
	size_t i;

	for (i = 0; i < a->reply.nheaders; i++)
		if (text_equal(a->reply.headers[i].name, "Link"))
			return a->reply.headers[i].value;
	return NULL;
}

/* The next file answers the same question. */
static void
a_long_csv_goes_on_with_its_filters(struct cx *cx)
{
	struct asked a;
	const char *link, *end;

	enter(cx);
	must(cx, db_tx(cx, fill_log, NULL));
	a = get(cx, "/api/v1/log.csv?q=%237%267&level=info");
	link = link_of(&a);
	assert_true(text_starts(link,
	    "</api/v1/log.csv?q=%237%267&level=info&cursor="));
	end = strchr(link, '>');
	a = get(cx, arena_textn(cx->mem, link + 1, (size_t)(end - link) - 1));
	assert_contains(a.text, "#7&7");
	assert_null(link_of(&a));
}

static void
a_dead_import_is_shown_and_redriven(struct cx *cx)
{
	struct order_sync s;
	struct connector c;
	struct asked a;
	const char *path;

	enter(cx);
	c = linked(cx, "Tea", SHOP);
	s = take(cx, &c, "manual", document(cx, 1001, 0, "ring"));
	exec(cx, "UPDATE incoming SET document = '{}'"); /* cannot be read */
	path = arena_printf(cx->mem, "/api/v1/jobs/%s", s.job);
	a = ask(cx, POST, arena_printf(cx->mem, "%s/redrive", path), &manager,
	    "{}");
	assert_string_equal(asked_code(&a), "job_not_dead");
	exec(cx,
	    "UPDATE job SET state = 'dead', reason = 'broken' WHERE kind "
	    "= 'import'");
	must(cx, order_import_failed(cx, 1, "broken"));
	assert_string_equal(state_of(cx, &c, "1001").code, "import_failed");
	assert_int_equal(found(cx, "/api/v1/jobs?state=dead"), 1);
	/* sent again with good content: a new job, and it is there */
	import(cx, &c, document(cx, 1001, 0, "ring"));
	assert_string_equal(state_of(cx, &c, "1001").state, "synced");
	a = ask(cx, POST, arena_printf(cx->mem, "%s/redrive", path), &manager,
	    NULL);
	assert_int_equal(a.status, 202);
	run_jobs(cx); /* nothing waits for it any more: done */
	assert_int_equal(db_count(cx, "orders"), 1);
}

static void
the_set_up_page_makes_the_first_manager(struct cx *cx)
{
	static const struct ask nobody;
	struct asked a;

	rig(cx);
	a = ask(cx, GET, "/", &nobody, NULL);
	assert_int_equal(a.status, 200);
	assert_contains(a.text, "There is no user yet");
	assert_null(strstr(a.text, "<script"));
	a = ask(cx, GET, "/api/v1/setup", &nobody, NULL);
	assert_int_equal(a.status, 200);
	assert_string_equal(a.text, "{\"done\":false}");
	a = ask(cx, GET, "/setup?token=%3Cb%3E", &nobody, NULL);
	assert_int_equal(a.status, 401);
	a = ask(cx, POST, "/api/v1/setup", &nobody,
	    "{\"token\":\"x\",\"email\":\"a@example.com\",\"password\":"
	    "\"a long pass phrase\"}");
	assert_string_equal(asked_code(&a), "setup_failed");
	assert_int_equal(db_count(cx, "app_user"), 0);
}

/* Without its screens the program has a form of its own for this. */
static void
the_set_up_form_makes_the_first_manager(struct cx *cx)
{
	static const struct ask nobody;
	char token[TOKEN_TEXT_MAX];
	struct asked a;

	rig(cx);
	must(cx, setup_start(cx, token));
	a = ask(cx, GET, arena_printf(cx->mem, "/setup?token=%s", token),
	    &nobody, NULL);
	assert_int_equal(a.status, 200);
	assert_contains(a.text, arena_printf(cx->mem, "\"%s\"", token));
	a = ask(cx, POST, "/setup", &nobody,
	    "token=%22%3E%3Cb%3E%26&email=a%40example.com&password=x");
	assert_int_equal(a.status, 401);
	assert_null(strstr(a.text, "<b>"));
	a = ask(cx, POST, "/setup", &nobody,
	    arena_printf(cx->mem,
		"email=a%%40example.com&password=short&token=%s", token));
	assert_int_equal(a.status, 422);
	assert_contains(a.text, "role=\"alert\"");
	assert_contains(a.text, token); /* to be tried again */
	assert_int_equal(db_count(cx, "app_user"), 0);
	a = ask(cx, POST, "/setup", &nobody,
	    arena_printf(cx->mem,
		"token=%s&email=a%%40example.com&password=a+long+pass+phrase",
		token));
	assert_int_equal(a.status, 201);
	assert_int_equal(db_count(cx, "app_user"), 1);
	a = ask(cx, GET, "/api/v1/setup", &nobody, NULL);
	assert_string_equal(a.text, "{\"done\":true}");
	a = ask(cx, GET, arena_printf(cx->mem, "/setup?token=%s", token),
	    &nobody, NULL);
	assert_int_equal(a.status, 409);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASES(every_answer_is_as_described),
		CASES(a_connector_is_made_changed_rotated_run_and_ended),
		CASES(lists_go_on_where_they_ended),
		CASES(orders_are_found_by_what_people_know),
		CASES(the_log_is_filtered),
		CASES(a_long_csv_goes_on_with_its_filters),
		CASES(a_dead_import_is_shown_and_redriven),
		CASES(the_set_up_page_makes_the_first_manager),
		CASES(the_set_up_form_makes_the_first_manager),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
