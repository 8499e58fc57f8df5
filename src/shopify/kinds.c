/*
 * kinds.c - the table of job kinds the runner of the Shopify app knows, and
 * what people are told of their running.
 *
 * Work that goes well tells of itself where it changes an order; here is only
 * what does not.
 */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "queue/event.h"
#include "shopify/jobs.h"
#include "shopify/ledger.h"
#include "shopify/shop.h"

const struct job_kind *const shopify_kinds[] = {
	&job_inbox,
	&job_tags,
	&job_send,
	&job_read,
	&job_status,
	&job_events,
	&job_privacy,
	&job_sweep_tag,
	&job_sweep_updated,
	&job_bulk_tags,
	&job_bulk_read,
	&job_keepalive,
	&job_trim_shop,
	NULL,
};

static const char *
title(const char *kind)
{
	size_t i;

	for (i = 0; shopify_kinds[i] != NULL; i++) {
		if (strcmp(shopify_kinds[i]->name, kind) == 0)
			return shopify_kinds[i]->title;
	}
	return kind;
}

enum err
kinds_tell(struct cx *cx, const struct job *job, const char *step, enum err e,
    const char *words)
{
	bool dead = strcmp(step, "dead") == 0;
	bool again = strcmp(step, "again") == 0 && e != ERR_BUSY;
	struct event ev = {
		.tenant = job->tenant,
		.level = dead ? "error" : "warn",
		.job = job->uuid,
		.reason = words,
		.origin = "shopify",
	};

	if (!dead && !again)
		return OK;
	ev.step = dead ? "job.dead" : "job.again";
	ev.text = arena_printf(cx->mem, dead ? "%s: given up." : "%s: failed.",
	    title(job->kind));
	ev.next = dead ? "Look at the reason, then redrive the job."
		       : "Nothing to do: it is tried again by itself.";
	return event_add(cx, &ev);
}

/* Work on one order has its ledger row in its key (jobs_add_order). */
static bool
is_of_order(struct cx *cx, const struct job *job)
{
	return text_equal(job->key,
	    arena_printf(cx->mem, "%s:%" PRId64, job->kind, job->subject));
}

const char *
kinds_whose(struct cx *cx, const struct job *job)
{
	struct shop shop;
	struct ledger row;
	const char *who;

	if (shop_find_id(cx, job->tenant, &shop) != OK)
		return NULL;
	who = arena_printf(cx->mem, "shop=%s", shop.domain);
	if (!is_of_order(cx, job) ||
	    ledger_find_id(cx, job->subject, &row) != OK)
		return who;
	return arena_printf(cx->mem, "%s order=%s", who, row.order_id);
}
