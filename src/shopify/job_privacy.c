/*
 * job_privacy.c - pass compliance requests on, until they are delivered.
 *
 * Works without a link too, with the token that was saved last: the Cloud App
 * takes them from a store that has left.  Never paired: there is nobody to
 * tell.
 */
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/text.h"
#include "base/when.h"
#include "shopify/cloudcall.h"
#include "shopify/jobs.h"
#include "shopify/note.h"
#include "shopify/privacy.h"
#include "shopify/shop.h"

enum { AGAIN_MS = 60 * MINUTE_MS };

static const char *
body_of(struct cx *cx, const struct shop *shop, const struct privacy_out *p)
{
	struct json *j = json_new_object(cx), *orders = NULL;

	if (json_parse(cx, p->orders, strlen(p->orders), &orders) != OK)
		orders = json_new_array(cx);
	json_set_text(cx, j, "kind", p->kind);
	json_set_text(cx, j, "shop", shop->domain);
	if (p->customer != NULL)
		json_set_text(cx, j, "customer", p->customer);
	json_set(j, "orders", orders);
	json_set_text(cx, j, "request_id", p->request_id);
	return json_write(cx, j);
}

/* A token that does not work any more may be replaced by one that does: the
   request stays, and is tried every hour. */
static enum err
tell_kept(struct cx *cx, const struct shop *shop, const struct privacy_out *p)
{
	char *why = arena_text(cx->mem, cx->why);

	return note_add(cx, shop, NULL,
	    &(struct note){
		.level = "error",
		.step = "privacy.not_delivered",
		.text = arena_printf(cx->mem,
		    "The Cloud App did not take the request %s.", p->kind),
		.why = why,
		.next = "It is tried every hour; see that the store is paired "
			"with the Cloud App, or erase its data there by hand.",
		.here_only = true,
	    });
}

/* Not taken, and not for want of an answer. */
static bool
is_refusal(enum err e)
{
	return e == ERR_DENIED || e == ERR_INPUT || e == ERR_MISSING ||
	    e == ERR_CONFLICT;
}

/* The answer of the Cloud App; what it refuses is told. */
static enum err
pass_on(struct cx *cx, const struct shop *shop, const char *token,
    const struct privacy_out *p)
{
	struct cloud_call call = {
		.method = "POST",
		.path = "/privacy",
		.app_url = shop->app_url,
		.token = token,
		.text = body_of(cx, shop, p),
	};
	enum err e = cloud_call(cx, shop, &call, NULL);

	if (e == OK)
		return privacy_done(cx, p->id);
	if (is_refusal(e) && tell_kept(cx, shop, p) != OK)
		return ERR_STORE;
	return e;
}

struct passing {
	const struct shop *shop;
	const char *token; /* NULL: never paired */
	int64_t bears;     /* that many failures in a row are borne */
	int64_t after;     /* the last one that was tried */
	int64_t vain;      /* failures in a row, up to that one */
	bool kept;
	struct failure failed; /* how the run fails; e: OK if it does not */
	bool is_end;           /* no more, or no use in trying more */
};

/* Who asks for time is given it for each request that it put off.  One failure
   of another kind, and the run is a failed try: it backs off as such. */
static void
keep_failure(struct cx *cx, struct passing *p, enum err e)
{
	int64_t wait_ms = p->failed.wait_ms;

	if (p->failed.e != OK && p->failed.e != ERR_BUSY)
		return;
	cx_keep(cx, e, &p->failed);
	if (e != ERR_BUSY)
		return;
	wait_ms += p->failed.wait_ms;
	p->failed.wait_ms = wait_ms < AGAIN_MS ? wait_ms : AGAIN_MS;
}

/* One that is not taken holds up none of those behind it; a token that is not
   taken is so for all of them. */
static void
note_answer(struct cx *cx, struct passing *p, enum err e)
{
	p->kept = p->kept || e != OK;
	if (e == OK || is_refusal(e)) {
		p->vain = 0;
		p->is_end = e == ERR_DENIED;
		return;
	}
	keep_failure(cx, p, e);
	p->is_end = ++p->vain > p->bears;
}

static enum err
pass_page(struct cx *cx, struct passing *p)
{
	struct privacy_out *rows;
	size_t i, n;
	enum err e;

	if ((e = privacy_list(cx, p->shop->id, p->after, &rows, &n)) != OK)
		return e;
	for (i = 0; i < n && !p->is_end && !cx_stopped(cx); i++) {
		p->after = rows[i].id;
		e = p->token == NULL ? privacy_done(cx, rows[i].id)
				     : pass_on(cx, p->shop, p->token, &rows[i]);
		if (e == ERR_STORE)
			return e;
		note_answer(cx, p, e);
	}
	p->is_end = p->is_end || (i == n && n < PRIVACY_PAGE);
	return OK;
}

/* Each page in a unit of its own, so that a long run does not grow. */
static enum err
pass_all(struct cx *cx, struct passing *p)
{
	struct cx own;
	enum err e = OK;

	while (e == OK && !p->is_end) {
		if (cx_stopped(cx))
			return cx_busy(cx, 1, "stopped half-way");
		cx_part(&own, cx);
		e = cx_from(cx, pass_page(&own, p), &own);
		cx_done(&own);
	}
	if (e == OK && p->failed.e != OK)
		return cx_again(cx, &p->failed);
	if (e == OK && p->kept)
		return cx_busy(cx, AGAIN_MS,
		    "the Cloud App did not take a privacy request");
	return e;
}

/* No failure says whether the Cloud App is away or cannot do this request: each
   run bears one in a row more than the one before it.  So what stands behind
   any number of them has its turn, and who is away for a while is not called
   for each. */
static enum err
run(struct cx *cx, const struct job *job)
{
	struct shop shop;
	struct shop_secret secret;
	enum err e;

	if ((e = shop_find_id(cx, job->tenant, &shop)) != OK)
		return e;
	if ((e = shop_secret(cx, shop.id, &secret)) != OK)
		return e;
	return pass_all(cx,
	    &(struct passing){
		.shop = &shop,
		.token = secret.token,
		.bears = job->fence, /* counts all runs, as attempts does not */
	    });
}

const struct job_kind job_privacy = {
	.name = JOB_PRIVACY,
	.title = "Pass on privacy requests",
	.run = run,
	.attempts = 0,
	.backoff_s = 5,
	.backoff_max_s = 3600,
};
