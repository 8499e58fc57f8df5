/*
 * sim_shopify.c - stores, what people do in them, tokens and webhooks.
 *
 * Times count in seconds, as at Shopify, so several changes may share one.  A
 * write of tags that changes nothing leaves updated_at alone.
 */
#include "lib/sim_shopify.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/crypt.h"
#include "base/json.h"
#include "base/text.h"
#include "base/when.h"
#include "lib/test.h"
#include "net/client.h"

enum {
	ACCESS_MS = HOUR_MS,
	LATE_MS = 5 * MINUTE_MS,
	HOOK_TRIES = 9,
	LATENCY_MS = 250,
	VISIBLE_DAYS = 60
};

void
sim_shopify_open(struct sim_shopify *sh, struct sim *s, struct sim_node *app)
{
	memset(sh, 0, sizeof(*sh));
	sh->sim = s;
	sh->app = app;
	sh->next_id = 6832000000000;
	sh->lag_ms = 4 * SECOND_MS;
	sim_host_add(s,
	    &(struct sim_host){ ".myshopify.com", sim_shopify_serve, sh });
	sim_bulk_open(sh);
}

void
sim_hooks_lose(struct sim_shopify *sh)
{
	size_t i;

	for (i = 0; i < sh->nhooks; i++)
		mem_free(sh->hooks[i].body);
	sh->nhooks = 0;
}

void
sim_shopify_close(struct sim_shopify *sh)
{
	sim_hooks_lose(sh);
	sim_bulk_close(sh);
}

struct sim_store *
sim_store_add(struct sim_shopify *sh, const char *domain)
{
	struct sim_store *st = &sh->stores[sh->nstores++];

	assert_true(sh->nstores <= SIM_STORES);
	st->shopify = sh;
	st->domain = domain;
	st->installed = sh->sim->now_ms;
	st->ceiling = 2000;
	st->restore = 100;
	st->left_milli = st->ceiling * 1000;
	st->left_at = sh->sim->now_ms;
	return st;
}

/* --- tags --- */

bool
sim_tag_is_ours(const char *tag)
{
	static const char *const ours[] = { "logivery-no-sync",
		"logivery-syncing", "logivery-synced", "logivery-error" };
	size_t i;

	for (i = 0; i < COUNT_OF(ours); i++)
		if (strcasecmp(tag, ours[i]) == 0)
			return true;
	return false;
}

bool
sim_tags_add(struct sim_tags *t, const char *tag)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (strcasecmp(t->tag[i], tag) == 0)
			return false;
	assert_true(t->n < SIM_TAGS);
	for (i = t->n++; i > 0 && strcasecmp(t->tag[i - 1], tag) > 0; i--)
		memcpy(t->tag[i], t->tag[i - 1], sizeof(t->tag[i]));
	snprintf(t->tag[i], sizeof(t->tag[i]), "%s", tag);
	return true;
}

bool
sim_tags_remove(struct sim_tags *t, const char *tag)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (strcmp(t->tag[i], tag) == 0)
			break;
	if (i == t->n)
		return false;
	for (t->n--; i < t->n; i++)
		memcpy(t->tag[i], t->tag[i + 1], sizeof(t->tag[i]));
	return true;
}

const char *
sim_tags_ours(struct cx *cx, const struct sim_tags *t)
{
	const char *all = "";
	size_t i;

	for (i = 0; i < t->n; i++)
		if (sim_tag_is_ours(t->tag[i]))
			all = arena_printf(cx->mem, "%s%s%s", all,
			    all[0] != '\0' ? " " : "", t->tag[i]);
	return all;
}

/* --- webhooks --- */

void
sim_hook_owe(struct sim_store *st, const char *topic, const char *body)
{
	struct sim_shopify *sh = st->shopify;
	struct sim *s = sh->sim;
	struct sim_hook *h;
	int i, n = sim_chance(s, s->weather.twice) ? 2 : 1;
	int64_t late = 0, id = sh->next_id++;

	sh->hooks_sent++;
	if (sim_chance(s, s->weather.drop)) {
		sh->hooks_dropped++;
		s->faults[SIM_DROP]++;
		sim_step(s, "    webhook %s is lost", topic);
		return;
	}
	s->faults[SIM_TWICE] += n - 1;
	if (sim_chance(s, s->weather.late)) {
		s->faults[SIM_LATE]++;
		late = (int64_t)sim_below(s, LATE_MS);
	}
	for (i = 0; i < n; i++) {
		assert_true(sh->nhooks < SIM_HOOKS);
		h = &sh->hooks[sh->nhooks++];
		memset(h, 0, sizeof(*h));
		h->store = st;
		h->body = mem_text(body);
		h->triggered = s->now_ms;
		h->due = s->now_ms + 20 + (int64_t)sim_below(s, 2000) +
		    i * (int64_t)sim_below(s, MINUTE_MS) + late;
		snprintf(h->topic, sizeof(h->topic), "%s", topic);
		snprintf(h->id, sizeof(h->id), "hook-%" PRId64, id);
	}
}

static void
owe_order(struct sim_order *o, const char *topic)
{
	struct cx cx = { .env = &o->store->shopify->sim->env };

	cx.mem = arena_new();
	sim_hook_owe(o->store, topic, json_write(&cx, sim_order_rest(&cx, o)));
	arena_free(cx.mem);
}

static void
hook_drop(struct sim_shopify *sh, size_t i)
{
	mem_free(sh->hooks[i].body);
	sh->hooks[i] = sh->hooks[--sh->nhooks];
}

int64_t
sim_hook_next(const struct sim_shopify *sh)
{
	int64_t at = INT64_MAX;
	size_t i;

	for (i = 0; i < sh->nhooks; i++)
		if (sh->hooks[i].due < at)
			at = sh->hooks[i].due;
	return at;
}

static int
hook_post(struct sim_shopify *sh, const struct sim_hook *h)
{
	struct sim_request ask = { .method = POST, .path = "/webhooks" };
	unsigned char mac[DIGEST_BYTES];
	struct sim_reply r;
	struct cx cx;
	int status;

	if (!sh->app->open)
		return 0;
	cx_child(&cx, &sh->app->cx);
	ask.body.p = (const unsigned char *)h->body;
	ask.body.n = strlen(h->body);
	hmac_sha256((struct bytes){ (const unsigned char *)sh->secret,
			strlen(sh->secret) },
	    ask.body, mac);
	memcpy(ask.headers,
	    (struct param[]){
		{ "Content-Type", "application/json" },
		{ "X-Shopify-Topic", h->topic },
		{ "X-Shopify-Shop-Domain", h->store->domain },
		{ "X-Shopify-Hmac-Sha256",
		    base64_encode(cx.mem, (struct bytes){ mac, sizeof(mac) }) },
		{ "X-Shopify-API-Version", "2026-10" },
		{ "X-Shopify-Webhook-Id", h->id },
		{ "X-Shopify-Event-Id", h->id },
		{ "X-Shopify-Triggered-At",
		    when_write_ms(cx.mem, h->triggered) },
	    },
	    8 * sizeof(struct param));
	sim_node_ask(&cx, sh->app, &ask, &r);
	status = r.status;
	cx_done(&cx);
	return status;
}

bool
sim_hook_deliver(struct sim_shopify *sh, bool any)
{
	struct sim *s = sh->sim;
	struct sim_hook *h;
	size_t i;
	int status;

	if (sh->nhooks == 0)
		return false;
	i = (size_t)sim_below(s, sh->nhooks);
	if (!any && sh->hooks[i].due > s->now_ms) {
		for (i = 0; i < sh->nhooks; i++)
			if (sh->hooks[i].due <= s->now_ms)
				break;
		if (i == sh->nhooks)
			return false;
	}
	h = &sh->hooks[i];
	sim_step(s, "webhook %s %s %.60s", h->topic, h->id, h->body);
	status = hook_post(sh, h);
	h = &sh->hooks[i];
	if (status >= 200 && status < 300) {
		hook_drop(sh, i);
	} else if (status == 401 || ++h->tries >= HOOK_TRIES) {
		sim_fail(s, "webhook %s: answered %d", h->topic, status);
		hook_drop(sh, i);
	} else {
		h->due = s->now_ms + (int64_t)h->tries * MINUTE_MS;
	}
	return true;
}

/* --- orders --- */

struct sim_order *
sim_order_find(struct sim_store *st, const char *gid)
{
	static const char form[] = "gid://shopify/Order/";
	int64_t id;
	size_t i;

	if (gid == NULL || !text_starts(gid, form) ||
	    !text_to_int(gid + sizeof(form) - 1, 1, INT64_MAX, &id))
		return NULL;
	for (i = 0; i < st->norders; i++)
		if (st->orders[i].id == id)
			return &st->orders[i];
	return NULL;
}

bool
sim_order_is_visible(const struct sim_order *o)
{
	return o->created >=
	    o->store->shopify->sim->now_ms - VISIBLE_DAYS * DAY_MS;
}

void
sim_order_index(struct sim_order *o)
{
	if (o->index_at == 0 || o->index_at > o->store->shopify->sim->now_ms)
		return;
	o->index_at = 0;
	o->indexed = true;
	o->old_tags = o->tags;
	o->old_updated = o->updated;
}

static int64_t
whole_second(int64_t ms)
{
	return ms - ms % SECOND_MS;
}

/* Call it before the change, then say so. */
static void
touch(struct sim_order *o)
{
	struct sim_shopify *sh = o->store->shopify;

	sim_order_index(o);
	if (whole_second(sh->sim->now_ms) > o->updated)
		o->updated = whole_second(sh->sim->now_ms);
	o->index_at = sh->sim->now_ms + 1 +
	    (int64_t)sim_below(sh->sim, (uint64_t)sh->lag_ms);
}

struct sim_order *
sim_order_place(struct sim_store *st, int64_t age_ms)
{
	struct sim_shopify *sh = st->shopify;
	struct sim_order *o = &st->orders[st->norders++];

	assert_true(st->norders <= SIM_ORDERS);
	memset(o, 0, sizeof(*o));
	o->store = st;
	o->id = sh->next_id++;
	o->number = 1000 + (int)st->norders;
	o->created = whole_second(sh->sim->now_ms - age_ms);
	o->confirmed = true;
	if (sim_chance(sh->sim, 300)) {
		sim_tags_add(&o->tags, "VIP");
		sim_tags_add(&o->foreign, "VIP");
	}
	touch(o);
	if (age_ms > 0)
		o->updated = o->created;
	else
		owe_order(o, "orders/create");
	return o;
}

void
sim_order_edit(struct sim_order *o)
{
	touch(o);
	o->note++;
	owe_order(o, "orders/updated");
}

void
sim_order_cancel(struct sim_order *o)
{
	if (o->cancelled != 0)
		return;
	touch(o);
	o->cancelled = o->updated;
	owe_order(o, "orders/cancelled");
	owe_order(o, "orders/updated");
}

static void
apply(struct sim_order *o, const char *tag, bool add)
{
	struct sim_tags before = o->tags;
	bool changed =
	    add ? sim_tags_add(&before, tag) : sim_tags_remove(&before, tag);

	if (!changed)
		return;
	touch(o);
	if (add)
		sim_tags_add(&o->tags, tag);
	else
		sim_tags_remove(&o->tags, tag);
}

void
sim_order_tag(struct sim_order *o, const char *tag)
{
	int64_t n = o->tags.n;

	if (sim_tag_is_ours(tag)) {
		o->by_hand = true;
		o->wished_away = false;
	} else {
		sim_tags_add(&o->foreign, tag);
	}
	apply(o, tag, true);
	if ((int64_t)o->tags.n != n)
		owe_order(o, "orders/updated");
}

void
sim_order_untag(struct sim_order *o, const char *tag)
{
	char name[SIM_TAG_MAX];

	snprintf(name, sizeof(name), "%s", tag);
	if (sim_tag_is_ours(name)) {
		o->by_hand = true;
		o->wished_away = true;
	} else {
		sim_tags_remove(&o->foreign, name);
	}
	apply(o, name, false);
	owe_order(o, "orders/updated");
}

bool
sim_order_write_tags(struct sim_order *o, const struct json *tags, bool add)
{
	struct sim_shopify *sh = o->store->shopify;
	struct sim_tags before = o->tags;
	const char *tag;
	size_t i;

	for (i = 0; i < json_count(tags); i++) {
		tag = json_text(json_at(tags, i));
		if (!sim_tag_is_ours(tag))
			sim_fail(sh->sim, "#%d: the app %s the foreign tag %s",
			    o->number, add ? "adds" : "removes", tag);
		if (add && sh->on_tag != NULL)
			sh->on_tag(sh->on_tag_arg, o, tag);
		apply(o, tag, add);
	}
	if (memcmp(&before, &o->tags, sizeof(before)) == 0)
		return false;
	sh->writes++;
	owe_order(o, "orders/updated");
	return true;
}

/* --- tokens --- */

const char *
sim_id_token(struct cx *cx, const struct sim_store *st)
{
	static const char head[] = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
	const struct sim_shopify *sh = st->shopify;
	int64_t now = sh->sim->now_ms / 1000;
	unsigned char mac[DIGEST_BYTES];
	char *claims, *text;

	claims = arena_printf(cx->mem,
	    "{\"iss\":\"https://%s/admin\",\"dest\":\"https://%s\","
	    "\"aud\":\"%s\",\"sub\":\"42\",\"exp\":%" PRId64 ",\"nbf\":%" PRId64
	    ",\"iat\":%" PRId64 ",\"jti\":\"1\",\"sid\":\"1\"}",
	    st->domain, st->domain, sh->client_id, now + 60, now, now);
	text = arena_printf(cx->mem, "%s.%s",
	    base64url_encode(cx->mem,
		(struct bytes){ (const unsigned char *)head, strlen(head) }),
	    base64url_encode(cx->mem,
		(struct bytes){ (const unsigned char *)claims,
		    strlen(claims) }));
	hmac_sha256((struct bytes){ (const unsigned char *)sh->secret,
			strlen(sh->secret) },
	    (struct bytes){ (const unsigned char *)text, strlen(text) }, mac);
	return arena_printf(cx->mem, "%s.%s", text,
	    base64url_encode(cx->mem, (struct bytes){ mac, sizeof(mac) }));
}

static const char *
give_pair(struct cx *cx, struct sim_store *st)
{
	st->pair++;
	st->newest_used = false;
	assert_true(st->pair < (int)COUNT_OF(st->access_until));
	st->access_until[st->pair] = st->shopify->sim->now_ms + ACCESS_MS;
	return arena_printf(cx->mem,
	    "{\"access_token\":\"shpat_%d\",\"expires_in\":%d,"
	    "\"refresh_token\":\"shprt_%d\","
	    "\"refresh_token_expires_in\":7776000,"
	    "\"scope\":\"%s\"}",
	    st->pair, (int)(ACCESS_MS / SECOND_MS), st->pair,
	    sim_store_scopes(st));
}

static const char *
token_request(struct cx *cx, struct sim_store *st, const struct json *form,
    int *status)
{
	const char *grant = json_get_text(form, "grant_type");
	const char *refresh = json_get_text(form, "refresh_token");
	int n = 0;

	*status = 200;
	if (!text_equal(grant, "refresh_token"))
		return give_pair(cx, st);
	if (refresh != NULL)
		sscanf(refresh, "shprt_%d", &n);
	if (n == st->pair || (n == st->before && !st->newest_used)) {
		st->before = n;
		return give_pair(cx, st);
	}
	sim_fail(st->shopify->sim, "%s: refresh token %s is dead", st->domain,
	    refresh);
	*status = 401;
	return "{\"error\":\"invalid_request\"}";
}

static bool
token_is_good(struct sim_store *st, const struct call *c)
{
	const char *token = NULL;
	int i, n = 0;

	for (i = 0; i < CALL_HEADERS_MAX && c->headers[i].name != NULL; i++)
		if (text_equal(c->headers[i].name, "X-Shopify-Access-Token"))
			token = c->headers[i].value;
	if (token != NULL)
		sscanf(token, "shpat_%d", &n);
	if (n < 1 || n > st->pair ||
	    st->access_until[n] <= st->shopify->sim->now_ms)
		return false;
	st->newest_used |= n == st->pair;
	return true;
}

static struct sim_store *
store_of(struct sim_shopify *sh, const char *url)
{
	size_t i;

	for (i = 0; i < sh->nstores; i++)
		if (strstr(url, sh->stores[i].domain) != NULL)
			return &sh->stores[i];
	return NULL;
}

enum err
sim_shopify_serve(void *self, struct cx *cx, const struct call *c,
    struct answer *out)
{
	struct sim_shopify *sh = self;
	struct sim_store *st = store_of(sh, c->url);
	struct json *form;
	const char *text = "{}";

	sim_advance(sh->sim, 60 + (int64_t)sim_below(sh->sim, LATENCY_MS));
	out->status = 404;
	out->content_type = "application/json";
	out->api_version = "2026-10";
	if (st != NULL &&
	    json_parse(cx, (const char *)c->body.p, c->body.n, &form) == OK) {
		if (strstr(c->url, "/admin/oauth/access_token") != NULL) {
			text = token_request(cx, st, form, &out->status);
			if (sh->no_tokens_status != 0)
				out->status = sh->no_tokens_status;
		} else if (!token_is_good(st, c)) {
			out->status = 401;
			text = "{\"errors\":\"[API] Invalid API key or access "
			       "token\"}";
		} else {
			out->status = 200;
			text = json_write(cx, sim_gql_answer(cx, st, form));
		}
	}
	out->body = (struct bytes){ (const unsigned char *)text, strlen(text) };
	if (!sh->cut_next)
		return OK;
	sh->cut_next = false;
	memset(out, 0, sizeof(*out));
	out->retry_after_s = -1;
	return cx_fail_code(cx, ERR_UPSTREAM, "cut", "the answer was lost");
}
