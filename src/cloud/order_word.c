/*
 * order_word.c - the words an order is found by.
 *
 * "TEA-GREEN-100" is an entry, and so are "green" and "100": people remember
 * parts.  Of an e-mail address the parts of the domain are left out, which
 * half of all orders share.
 */
#include "cloud/order_word.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/text.h"
#include "db/db.h"
#include "gen/sql.h"
#include "queue/row.h"

enum {
	WORD_BYTES = 100,
	WORDS_MAX = 5000, /* of one order; 1,000 lines may have a SKU each */
	COMMON = 30000    /* entries; listing them takes some 10 ms */
};

enum { PART_ORDER, PART_PARCELS };

/* Behind every word that begins with what stands before it. */
static const char after_all[] = "\xF4\x8F\xBF\xBF";
static const char blanks[] = " \t\r\n\f\v,;()\"";
static const char joints[] = "#-_./:+'&*";

static void
push(struct cx *cx, struct json *words, const char *p, size_t n)
{
	const char *word =
	    text_cut(cx->mem, arena_textn(cx->mem, p, n), WORD_BYTES);

	if (!text_is_empty(word) && json_count(words) < WORDS_MAX)
		json_push(words, json_new_text(cx, word));
}

/* A word, and the parts it is made of. */
static void
push_word(struct cx *cx, struct json *words, const char *p, size_t n)
{
	const char *at = memchr(p, '@', n);
	const char *end = at ? at : p + n;
	size_t len;

	push(cx, words, p, n);
	for (; p < end; p += len + 1) {
		len = strcspn(p, joints);
		if (len > (size_t)(end - p))
			len = (size_t)(end - p);
		if (len > 1 && len < n)
			push(cx, words, p, len);
	}
}

static struct json *
words_of(struct cx *cx, const char *text)
{
	struct json *words = json_new_array(cx);
	size_t len;

	for (; *text != '\0'; text += len) {
		text += strspn(text, blanks);
		len = strcspn(text, blanks);
		if (len > 0)
			push_word(cx, words, text, len);
	}
	return words;
}

enum err
order_word_set(struct cx *cx, int64_t order, const char *text)
{
	enum err e;

	e = db_exec(cx, SQL_ORDER_WORD_DROP, V(order), V(PART_ORDER));
	if (e != OK)
		return e;
	return db_exec(cx, SQL_ORDER_WORD_ADD, V(order),
	    V(json_write(cx, words_of(cx, text))));
}

enum err
order_word_track(struct cx *cx, int64_t order)
{
	enum err e;

	e = db_exec(cx, SQL_ORDER_WORD_DROP, V(order), V(PART_PARCELS));
	if (e != OK)
		return e;
	return db_exec(cx, SQL_ORDER_WORD_TRACK, V(order));
}

/* --- finding --- */

/* Keep the longest words, the longest first. */
static void
keep(struct cx *cx, struct order_query *q, const char *word)
{
	const char *moved;
	int i;

	for (i = 0; i < QUERY_WORDS && word != NULL; i++) {
		if (q->from[i] != NULL && strlen(q->from[i]) >= strlen(word))
			continue;
		moved = q->from[i];
		q->from[i] = word;
		q->below[i] = arena_printf(cx->mem, "%s%s", word, after_all);
		word = moved;
	}
}

void
order_query_read(struct cx *cx, const char *typed, struct order_query *q)
{
	const char *p = text_lower_ascii(cx->mem, typed);
	const char *word;
	size_t len;

	*q = (struct order_query){ .from = { NULL } };
	for (; *p != '\0'; p += len) {
		p += strspn(p, blanks);
		len = strcspn(p, blanks);
		if (len == 0)
			continue;
		word = arena_textn(cx->mem, p, len);
		keep(cx, q, text_cut(cx->mem, word, WORD_BYTES));
	}
}

static void
swap(const char **a, const char **b)
{
	const char *t = *a;

	*a = *b;
	*b = t;
}

enum err
order_query_sort(struct cx *cx, struct order_query *q, bool *common)
{
	struct number count = { 0 };
	int64_t least = COMMON;
	int i;
	enum err e;

	for (i = 0; i < QUERY_WORDS && q->from[i] != NULL && least > 0; i++) {
		e = db_one(cx, SQL_ORDER_WORD_COUNT, number_field, &count,
		    V(q->from[i]), V(q->below[i]), V(least));
		if (e != OK)
			return e;
		if (count.n >= least)
			continue;
		least = count.n;
		swap(&q->from[0], &q->from[i]);
		swap(&q->below[0], &q->below[i]);
	}
	*common = least >= COMMON;
	return OK;
}

struct id_row {
	int64_t id;
};
static const struct field id_fields[] = {
	F_INT(struct id_row, id, 1, INT64_MAX),
	F_END,
};

enum err
order_query_ids(struct cx *cx, const struct order_query *q,
    struct order_ids *ids)
{
	struct buf b = buf_new(cx->mem);
	struct id_row *rows;
	size_t i;
	enum err e;

	e = db_list(cx, SQL_ORDER_WORD_LIST, id_fields, &rows, &ids->n,
	    V(q->from[0]), V(q->below[0]), V(ids->before), V(ids->limit));
	if (e != OK)
		return e;
	buf_char(&b, '[');
	for (i = 0; i < ids->n; i++)
		buf_printf(&b, "%s%" PRId64, i > 0 ? "," : "", rows[i].id);
	buf_char(&b, ']');
	ids->text = b.p;
	ids->last = ids->n > 0 ? rows[ids->n - 1].id : 0;
	return OK;
}
