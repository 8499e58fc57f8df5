/*
 * targets.c - every parser of bytes that come from outside, as one call.
 */
#include "targets.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/crypt.h"
#include "base/env.h"
#include "base/json.h"
#include "base/text.h"
#include "base/when.h"
#include "cloud/csv.h"
#include "cloud/document.h"
#include "net/guard.h"
#include "net/incoming.h"
#include "net/url.h"
#include "shopify/idtoken.h"
#include "shopify/orderdoc.h"
#include "shopify/tags.h"

/* What is read and written is read as the same again. */
static void
json(struct cx *cx, const char *text, size_t n)
{
	struct json *j, *again;
	const char *once;

	if (json_parse(cx, text, n, &j) != OK)
		return;
	once = json_write(cx, j);
	assert(json_parse(cx, once, strlen(once), &again) == OK);
	assert(strcmp(once, json_write(cx, again)) == 0);
	(void)json_canonical(cx, j);
}

static void
url(struct cx *cx, const char *text, size_t n)
{
	struct url u, again;

	if (memchr(text, '\0', n) != NULL)
		return;
	(void)url_read(cx, text, true, &u);
	if (url_read(cx, text, false, &u) != OK)
		return;
	assert(u.port == 443 && strncmp(u.origin, "https://", 8) == 0);
	assert(url_read(cx, u.origin, false, &again) == OK);
	assert(strcmp(again.host, u.host) == 0);
}

static void
encodings(struct cx *cx, const char *text, size_t n)
{
	struct bytes b;
	char *out;

	if (base64_decode(cx->mem, text, &b))
		assert(strcmp(base64_encode(cx->mem, b), text) == 0);
	if (base64url_decode(cx->mem, text, strlen(text), &b))
		assert(strcmp(base64url_encode(cx->mem, b), text) == 0);
	if (text_url_decode(cx->mem, text, n, true, &out))
		assert(text_is_utf8(out, strlen(out)));
	out = text_cut(cx->mem, text, 7);
	assert(strlen(out) <= 7);
	(void)text_trim(cx->mem, text);
}

static void
times(struct cx *cx, const char *text, size_t n)
{
	int64_t ms, again;

	(void)n;
	if (!when_read(text, &ms))
		return;
	assert(when_read(when_write_ms(cx->mem, ms), &again) && again == ms);
}

static void
idtoken(struct cx *cx, const char *text, size_t n)
{
	static const char *const secrets[] = { "hush" };
	struct idtoken t;

	(void)n;
	if (idtoken_check(cx, text, "client-1", secrets, 1, &t) == OK)
		assert(shop_domain_is_valid(t.shop));
}

/* What came in reads back as it was stored. */
static void
stored(struct cx *cx, const struct orderdoc *d)
{
	struct orderdoc again;

	assert(orderdoc_read(cx, d->text, &again) == OK);
	assert(strcmp(again.digest, d->digest) == 0);
}

static void
order_hook(struct cx *cx, const char *text, size_t n)
{
	struct orderdoc d;

	if (orderdoc_from_hook(cx,
		(struct bytes){ (const unsigned char *)text, n }, &d) == OK)
		stored(cx, &d);
}

static void
order_gql(struct cx *cx, const char *text, size_t n)
{
	struct orderdoc d;
	struct json *j;

	if (json_parse(cx, text, n, &j) == OK &&
	    orderdoc_from_gql(cx, j, NULL, 0, &d) == OK && d.complete)
		stored(cx, &d);
}

static void
document(struct cx *cx, const char *text, size_t n)
{
	struct document d;
	struct orderdoc o;
	struct json *j;

	(void)orderdoc_read(cx, text, &o);
	if (json_parse(cx, text, n, &j) == OK)
		(void)document_read(cx, j, &d);
}

/* Cells written are read as the same, but for the apostrophe. */
static void
csv(struct cx *cx, const char *text, size_t n)
{
	struct csv in;
	struct csv_record r;
	struct buf b = buf_new(cx->mem);
	size_t i;

	csv_start(&in, text, n, ',');
	while (csv_next(&in, cx->mem, &r)) {
		for (i = 0; r.bad == NULL && i < r.nfields; i++)
			csv_cell(&b, r.fields[i], i + 1 == r.nfields);
	}
	csv_start(&in, b.p, strlen(b.p), ';');
	while (csv_next(&in, NULL, &r))
		continue;
}

static char *
line(struct arena *mem, const char **at, const char *end)
{
	const char *from = *at, *nl = memchr(from, '\n', (size_t)(end - from));
	size_t n = (size_t)((nl != NULL ? nl : end) - from);

	*at = nl != NULL ? nl + 1 : end;
	return arena_textn(mem, from, n);
}

/* A head: method, target and version, then "name:value", a line each. */
static void
head(struct cx *cx, const char *text, size_t n)
{
	const char *at = text, *end = text + n, *colon, *l;
	struct wire w = { .nfields = 0 };
	struct request rq = { .nquery = 0 };

	w.method = line(cx->mem, &at, end);
	w.target = line(cx->mem, &at, end);
	w.version = line(cx->mem, &at, end);
	while (at < end && w.nfields < WIRE_FIELDS_MAX) {
		struct wire_field *f = &w.fields[w.nfields];

		l = line(cx->mem, &at, end);
		colon = strchr(l, ':');
		if (colon == NULL)
			continue;
		f->name = l;
		f->name_n = (size_t)(colon - l);
		f->value = colon + 1;
		f->value_n = strlen(colon + 1);
		w.nfields++;
	}
	if (guard_check(cx, &w) == OK && incoming_read(cx, &w, &rq) == OK)
		assert(rq.path[0] == '/' || rq.path[0] == '*');
	(void)guard_length(&w);
}

static void
sealed(struct cx *cx, const char *text, size_t n)
{
	struct bytes plain;

	assert(crypt_open(cx, "fuzz",
		   (struct bytes){ (const unsigned char *)text, n },
		   &plain) != OK);
}

static void
tags(struct cx *cx, const char *text, size_t n)
{
	char **list;
	size_t count = text_split(cx->mem, text, ',', &list);
	struct tag_plan p;

	(void)n;
	tags_plan(cx, list, count, TAG_SYNCED, &p);
	assert(p.ndrop <= count);
	(void)tags_read(list, count);
	(void)order_id_of_gid(cx, text);
	(void)order_gid_of_id(cx, text);
	(void)address_block_is(text);
}

const struct target fuzz_targets[] = {
	{ "json", json },
	{ "url", url },
	{ "encodings", encodings },
	{ "times", times },
	{ "idtoken", idtoken },
	{ "order_hook", order_hook },
	{ "order_gql", order_gql },
	{ "document", document },
	{ "csv", csv },
	{ "head", head },
	{ "sealed", sealed },
	{ "tags", tags },
	{ NULL },
};

const struct target *
fuzz_find(const char *name)
{
	const struct target *t;

	for (t = fuzz_targets; t->name != NULL; t++) {
		if (text_equal(t->name, name))
			return t;
	}
	return NULL;
}

void
fuzz_one(const struct target *t, const void *p, size_t n)
{
	static struct env env;
	static struct keys *keys;
	struct cx base = { 0 }, cx;
	char *text;

	if (keys == NULL) {
		crypt_start();
		env = env_real();
		keys = keys_fixed();
	}
	base.env = &env;
	base.keys = keys;
	cx_child(&cx, &base);
	text = arena_alloc(cx.mem, n + 1); /* zeroed: ends with NUL */
	if (n > 0)
		memcpy(text, p, n);
	t->run(&cx, text, n);
	cx_done(&cx);
}
