/*
 * docpart.c - one reader for each kind of member, one walk for all rows.
 *
 * A reader gets the node its row points at (NULL or null: not there) and
 * makes the document's value.  It refuses only what a warehouse could not work
 * with: an order must not be lost for an odd note.
 */
#include "shopify/docpart.h"

#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/text.h"
#include "base/when.h"
#include "shopify/docpart_cell.h"

/* What a reader works on. */
struct at {
	const struct part *row;
	const struct json *from; /* the object around it */
	const struct json *node;
};

typedef enum err reader(struct walk *, const struct at *, struct json **);

static enum err
bad(struct walk *w, const struct at *at, const char *what)
{
	return cx_fail_code(w->cx, ERR_INPUT, "bad_order", "%s: %s",
	    at->row->name, what);
}

static enum err
give_text(struct walk *w, const char *s, struct json **out)
{
	*out = json_new_text(w->cx, s);
	return OK;
}

static enum err
read_id_null(struct walk *w, const struct at *at, struct json **out)
{
	return give_text(w, cell_id(w->cx, at->node), out);
}

static enum err
read_id(struct walk *w, const struct at *at, struct json **out)
{
	if (cell_id(w->cx, at->node) == NULL)
		return bad(w, at, "not an id");
	return read_id_null(w, at, out);
}

/* The webhook remembers the numbers of a product that is gone, GraphQL has
   nothing to point at. */
static enum err
read_product_null(struct walk *w, const struct at *at, struct json **out)
{
	if (!json_bool(json_get(at->from, "product_exists"), true))
		return give_text(w, NULL, out);
	return read_id_null(w, at, out);
}

static enum err
read_gid(struct walk *w, const struct at *at, struct json **out)
{
	const char *id = cell_id(w->cx, at->node);
	const char *given = json_text(at->node), *gid;

	if (id == NULL)
		return bad(w, at, "not a global id");
	gid =
	    arena_printf(w->cx->mem, "gid://shopify/%s/%s", at->row->word, id);
	if (given != NULL && strcmp(given, gid) != 0)
		return bad(w, at, "the global id of something else");
	return give_text(w, gid, out);
}

const char *
part_text(struct walk *w, const char *s, size_t max)
{
	return cell_text(w->cx, s, max, &w->repaired);
}

static enum err
read_text_null(struct walk *w, const struct at *at, struct json **out)
{
	const char *s = cell_words(w->cx, at->node);

	if (text_is_empty(s))
		return give_text(w, NULL, out);
	return give_text(w, part_text(w, s, at->row->max), out);
}

static enum err
read_text(struct walk *w, const struct at *at, struct json **out)
{
	if (text_is_empty(cell_words(w->cx, at->node)))
		return give_text(w, "", out);
	return read_text_null(w, at, out);
}

static enum err
read_name(struct walk *w, const struct at *at, struct json **out)
{
	if (text_is_empty(cell_words(w->cx, at->node)))
		return bad(w, at, "missing");
	return read_text_null(w, at, out);
}

static enum err
read_word_null(struct walk *w, const struct at *at, struct json **out)
{
	const char *s = json_text(at->node);

	if (text_is_empty(s))
		return give_text(w, NULL, out);
	return give_text(w, cell_word(w->cx, s, at->row->max), out);
}

/* Exactly n capital letters. */
static bool
is_code(const char *s, size_t n)
{
	return s != NULL && strlen(s) == n &&
	    strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == n;
}

static enum err
read_country_null(struct walk *w, const struct at *at, struct json **out)
{
	const char *s = json_text(at->node);

	return give_text(w, is_code(s, 2) ? s : NULL, out);
}

static enum err
read_currency(struct walk *w, const struct at *at, struct json **out)
{
	const char *s = json_text(at->node);

	if (!is_code(s, 3))
		return bad(w, at, "not a currency");
	return give_text(w, s, out);
}

static enum err
read_int(struct walk *w, const struct at *at, struct json **out)
{
	int64_t n = json_int(at->node, -1);

	if (n < 0 || n > (int64_t)at->row->max)
		return bad(w, at, "not a whole number within its limits");
	*out = json_new_int(w->cx, n);
	return OK;
}

static enum err
read_bool(struct walk *w, const struct at *at, struct json **out)
{
	*out = json_new_bool(w->cx, json_bool(at->node, false));
	return OK;
}

static enum err
read_time(struct walk *w, const struct at *at, struct json **out)
{
	int64_t ms;

	if (!when_read(json_text(at->node), &ms))
		return bad(w, at, "not a time");
	return give_text(w, when_write(w->cx->mem, ms), out);
}

static enum err
read_time_null(struct walk *w, const struct at *at, struct json **out)
{
	if (json_is_null(at->node))
		return give_text(w, NULL, out);
	return read_time(w, at, out);
}

static enum err
take_amount(struct walk *w, const struct at *at, const struct json *node,
    struct amount *out)
{
	*out = (struct amount){ 0 };
	if (json_is_null(node))
		return OK;
	if (!amount_read(json_decimal(w->cx, node), out))
		return bad(w, at, "not an amount");
	return OK;
}

static enum err
read_amount(struct walk *w, const struct at *at, struct json **out)
{
	struct amount a;
	enum err e;

	if ((e = take_amount(w, at, at->node, &a)) != OK)
		return e;
	return give_text(w, amount_write(w->cx, a), out);
}

/* The two amounts of a money bag, added to *shop and *shown. */
static enum err
add_money(struct walk *w, const struct at *at, const struct json *bag,
    struct amount sum[2])
{
	static const char *const path[FORM_COUNT][2] = {
		[FORM_HOOK] = { "shop_money.amount",
		    "presentment_money.amount" },
		[FORM_GQL] = { "shopMoney.amount", "presentmentMoney.amount" },
	};
	struct amount a;
	enum err e;
	int i;

	for (i = 0; i < 2; i++) {
		e = take_amount(w, at, json_path(bag, path[w->form][i]), &a);
		if (e != OK)
			return e;
		if (!amount_add(&sum[i], a))
			return bad(w, at, "too much");
	}
	return OK;
}

static enum err
give_money(struct walk *w, const struct amount sum[2], struct json **out)
{
	struct json *money = json_new_object(w->cx);

	json_set_text(w->cx, money, "shop", amount_write(w->cx, sum[0]));
	json_set_text(w->cx, money, "presentment", amount_write(w->cx, sum[1]));
	*out = money;
	return OK;
}

static enum err
read_money(struct walk *w, const struct at *at, struct json **out)
{
	struct amount sum[2] = { 0 };
	enum err e;

	if ((e = add_money(w, at, at->node, sum)) != OK)
		return e;
	return give_money(w, sum, out);
}

static enum err
read_sum(struct walk *w, const struct at *at, struct json **out)
{
	const char *path = at->row->sub->path[w->form];
	struct amount sum[2] = { 0 };
	const struct json *bag;
	size_t i;
	enum err e;

	for (i = 0; i < json_count(at->node); i++) {
		bag = json_path(json_at(at->node, i), path);
		if ((e = add_money(w, at, bag, sum)) != OK)
			return e;
	}
	return give_money(w, sum, out);
}

static enum err
read_rate_null(struct walk *w, const struct at *at, struct json **out)
{
	struct amount a;

	if (!amount_read(json_decimal(w->cx, at->node), &a))
		return give_text(w, NULL, out);
	return give_text(w, amount_write_rate(w->cx, a), out);
}

static enum err
read_texts(struct walk *w, const struct at *at, struct json **out)
{
	const struct part *one = at->row->sub;
	struct json *list = json_new_array(w->cx);
	const struct json *node;
	const char *s;
	size_t i;

	for (i = 0; i < json_count(at->node); i++) {
		node = json_at(at->node, i);
		if (one->path[w->form] != NULL)
			node = json_path(node, one->path[w->form]);
		if (text_is_empty(s = cell_words(w->cx, node)))
			continue;
		if (json_count(list) == at->row->max) {
			w->repaired = true;
			break;
		}
		s = part_text(w, s, one->max);
		json_push(list, json_new_text(w->cx, s));
	}
	*out = list;
	return OK;
}

enum err
part_list(struct walk *w, const struct part *row, const struct json *array,
    struct json **out)
{
	struct json *list = json_new_array(w->cx), *entry;
	const struct json *from;
	size_t i;
	enum err e;

	for (i = 0; i < json_count(array); i++) {
		if (!json_is_object(from = json_at(array, i)))
			continue;
		if (json_count(list) == row->max) {
			w->repaired = true;
			break;
		}
		if ((e = part_object(w, row->sub, from, &entry)) != OK)
			return cx_in(w->cx, e, "%s[%zu].", row->name, i);
		json_push(list, entry);
	}
	*out = list;
	return OK;
}

static enum err
read_list(struct walk *w, const struct at *at, struct json **out)
{
	return part_list(w, at->row, at->node, out);
}

static enum err
read_group(struct walk *w, const struct at *at, struct json **out)
{
	enum err e = part_object(w, at->row->sub, at->from, out);

	return e == OK ? OK : cx_in(w->cx, e, "%s.", at->row->name);
}

/* An empty object is nobody, and so is one without the id it should have:
   what is left of a customer who was erased. */
static enum err
read_object_null(struct walk *w, const struct at *at, struct json **out)
{
	const struct part *first = at->row->sub;
	enum err e;

	*out = json_new_null(w->cx);
	if (!json_is_object(at->node) || json_count(at->node) == 0)
		return OK;
	if (first->kind == PART_ID &&
	    cell_id(w->cx, json_path(at->node, first->path[w->form])) == NULL)
		return OK;
	e = part_object(w, at->row->sub, at->node, out);
	return e == OK ? OK : cx_in(w->cx, e, "%s.", at->row->name);
}

static reader *const readers[] = {
	[PART_ID] = read_id,
	[PART_ID_NULL] = read_id_null,
	[PART_PRODUCT_NULL] = read_product_null,
	[PART_GID] = read_gid,
	[PART_NAME] = read_name,
	[PART_TEXT] = read_text,
	[PART_TEXT_NULL] = read_text_null,
	[PART_WORD_NULL] = read_word_null,
	[PART_COUNTRY_NULL] = read_country_null,
	[PART_CURRENCY] = read_currency,
	[PART_INT] = read_int,
	[PART_BOOL] = read_bool,
	[PART_TIME] = read_time,
	[PART_TIME_NULL] = read_time_null,
	[PART_AMOUNT] = read_amount,
	[PART_MONEY] = read_money,
	[PART_SUM] = read_sum,
	[PART_RATE_NULL] = read_rate_null,
	[PART_TEXTS] = read_texts,
	[PART_LIST] = read_list,
	[PART_GROUP] = read_group,
	[PART_OBJECT_NULL] = read_object_null,
};

static const struct json *
pick(const struct walk *w, const struct part *row, const struct json *from)
{
	const char *path = row->path[w->form];
	const struct json *node = path == NULL ? NULL : json_path(from, path);

	if (json_is_null(node) && row->instead != NULL)
		node = json_path(from, row->instead);
	return node;
}

enum err
part_object(struct walk *w, const struct part *parts, const struct json *from,
    struct json **out)
{
	struct json *made = json_new_object(w->cx), *value;
	struct at at = { .from = from };
	enum err e;

	for (at.row = parts; at.row->kind != PART_END; at.row++) {
		at.node = pick(w, at.row, from);
		if ((e = readers[at.row->kind](w, &at, &value)) != OK)
			return e;
		json_set(made, at.row->name, value);
	}
	*out = made;
	return OK;
}
