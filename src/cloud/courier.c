/*
 * courier.c - couriers.
 */
#include "cloud/courier.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "db/db.h"
#include "gen/sql.h"

static const char mark[] = "{number}";

const struct field courier_in_fields[] = {
	F_TEXT(struct courier_in, code, 1, 32),
	F_TEXT(struct courier_in, name, 1, 100),
	F_TEXT_OPT(struct courier_in, shopify_name, 100),
	F_TEXT_OPT(struct courier_in, tracking_url, 500),
	F_END,
};

static const struct field courier_fields[] = {
	F_INT(struct courier, id, 1, INT64_MAX),
	F_TEXT(struct courier, code, 1, 32),
	F_TEXT(struct courier, name, 1, 100),
	F_TEXT_OPT(struct courier, shopify_name, 100),
	F_TEXT_OPT(struct courier, url, 500),
	F_INT(struct courier, custom, 0, 1),
	F_END,
};

static const char *
key_of(struct cx *cx, const char *name)
{
	return text_lower_ascii(cx->mem, text_trim(cx->mem, name));
}

const char *
courier_key(struct cx *cx, const struct courier *c)
{
	return key_of(cx, c->name);
}

enum err
courier_find(struct cx *cx, const char *name, struct courier *c)
{
	enum err e;

	*c = (struct courier){ 0 };
	e = db_one(cx, SQL_COURIER_FIND, courier_fields, c,
	    V(key_of(cx, name)));
	if (e != ERR_MISSING)
		return e;
	return cx_fail_code(cx, ERR_INPUT, "unknown_courier",
	    "courier: there is none with the code or name \"%.60s\"", name);
}

enum err
courier_find_id(struct cx *cx, int64_t id, struct courier *c)
{
	*c = (struct courier){ 0 };
	return db_one(cx, SQL_COURIER_FIND_ID, courier_fields, c, V(id));
}

enum err
courier_list(struct cx *cx, const char *after, int64_t limit,
    struct courier **list, size_t *n)
{
	return db_list(cx, SQL_COURIER_LIST, courier_fields, list, n, V(after),
	    V(limit));
}

static bool
is_code(const char *s)
{
	return s[strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_-")] == '\0';
}

static enum err
in_check(struct cx *cx, const struct courier_in *in)
{
	enum err e;

	if ((e = field_check(cx, courier_in_fields, in)) != OK)
		return e;
	if (!is_code(in->code))
		return cx_fail_code(cx, ERR_INPUT, "bad_input",
		    "code: only a-z, 0-9, _ and - are allowed");
	if (text_is_empty(key_of(cx, in->name)))
		return cx_fail_code(cx, ERR_INPUT, "bad_input", "name: empty");
	if (in->tracking_url == NULL)
		return OK;
	if (!text_starts(in->tracking_url, "https://") ||
	    strstr(in->tracking_url, mark) == NULL ||
	    strpbrk(in->tracking_url, " \t\r\n\"<>") != NULL)
		return cx_fail_code(cx, ERR_INPUT, "bad_input",
		    "tracking_url: an https address with {number} in it is "
		    "needed");
	return OK;
}

enum err
courier_add(struct cx *cx, const struct courier_in *in, struct courier *c)
{
	enum err e;

	if ((e = in_check(cx, in)) != OK)
		return e;
	*c = (struct courier){ 0 };
	e = db_one(cx, SQL_COURIER_INSERT, courier_fields, c, V(in->code),
	    V((const char *)text_trim(cx->mem, in->name)),
	    V(key_of(cx, in->name)), V(in->shopify_name), V(in->tracking_url));
	if (e == ERR_MISSING)
		return cx_fail_code(cx, ERR_CONFLICT, "courier_taken",
		    "There is a courier with this code or name already");
	return e;
}

enum err
courier_drop(struct cx *cx, const char *code)
{
	struct courier c;
	int64_t changed = 0;
	enum err e;

	e = db_change(cx, SQL_COURIER_DROP, &changed, V(code));
	if (e != OK || changed == 1)
		return e;
	if (courier_find(cx, code, &c) != OK || !text_equal(c.code, code))
		return cx_fail(cx, ERR_MISSING, "There is no such courier");
	if (!c.custom)
		return cx_fail_code(cx, ERR_CONFLICT, "courier_built_in",
		    "%s came with the program and stays", c.name);
	return cx_fail_code(cx, ERR_CONFLICT, "courier_in_use",
	    "There are shipments with %s", c.name);
}

const char *
courier_page(struct cx *cx, const char *url, const char *number)
{
	const char *at = url == NULL ? NULL : strstr(url, mark);

	if (at == NULL)
		return NULL;
	return arena_printf(cx->mem, "%.*s%s%s", (int)(at - url), url,
	    text_url_encode(cx->mem, number), at + strlen(mark));
}
