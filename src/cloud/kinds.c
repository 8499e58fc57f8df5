/*
 * kinds.c - the kinds of jobs this program has, and what the log hears of
 * their running.
 */
#include "cloud/kinds.h"

#include "base/arena.h"
#include "base/text.h"
#include "base/when.h"
#include "cloud/connector.h"
#include "queue/event.h"
#include "queue/job.h"
#include "queue/sched.h"

extern const struct job_kind cloud_kind_import, cloud_kind_confirm,
    cloud_kind_sync, cloud_kind_import_orders, cloud_kind_export_shipped,
    cloud_kind_export_delivered, cloud_kind_ship, cloud_kind_shipments_csv,
    cloud_kind_settings, cloud_kind_privacy, cloud_kind_trim;

const struct job_kind *const cloud_kinds[] = {
	&cloud_kind_import,
	&cloud_kind_confirm,
	&cloud_kind_sync,
	&cloud_kind_import_orders,
	&cloud_kind_export_shipped,
	&cloud_kind_export_delivered,
	&cloud_kind_ship,
	&cloud_kind_shipments_csv,
	&cloud_kind_settings,
	&cloud_kind_privacy,
	&cloud_kind_trim,
	NULL,
};

enum { TRIM_EVERY_S = 3600 };

static const char *
title_of(const char *kind)
{
	size_t i;

	for (i = 0; cloud_kinds[i] != NULL; i++) {
		if (text_equal(cloud_kinds[i]->name, kind))
			return cloud_kinds[i]->title;
	}
	return kind;
}

/* "order:7:6832000001001": the last part of an import's key. */
static const char *
order_of(const struct job *job)
{
	const char *p, *last = NULL;

	if (!text_equal(job->kind, JOB_IMPORT) || job->key == NULL)
		return NULL;
	for (p = job->key; *p != '\0'; p++) {
		if (*p == ':')
			last = p + 1;
	}
	return last;
}

struct step {
	const char *name, *level;
	const char *text; /* after the title */
};
static const struct step steps[] = {
	{ "done", "info", "is done." },
	{ "again", "warn", "failed and is tried again" },
	{ "dead", "error", "was given up." },
	{ "parked", "warn", "waits until the store is linked." },
};

static const char *
next_of(struct cx *cx, const struct job *job, const char *step)
{
	if (text_equal(step, "again"))
		return arena_printf(cx->mem,
		    "Nothing to do: it is tried again at %s.",
		    when_write(cx->mem, job->run_at));
	if (text_equal(step, "dead"))
		return "Settle what the reason names, then press Redrive in "
		       "the Queue Log.";
	if (text_equal(step, "parked"))
		return "In the Shopify app save the connector's current "
		       "Authorization token; the job then goes on by itself.";
	return NULL;
}

/* Starts are noise, so is the end of a job that told the log itself, and the
   hundredth try while the other side is down. */
static bool
is_noise(const struct job *job, const char *step, const char *words)
{
	if (text_equal(step, "again"))
		return job->attempts > 3 && job->attempts % 10 != 0;
	return text_equal(step, "started") ||
	    (text_equal(step, "done") && text_is_empty(words));
}

/* A connector that no store was ever linked with: of that its page speaks, and
   a log that begins with warnings looks like a fault. */
static enum err
is_of_the_unlinked(struct cx *cx, int64_t tenant, bool *yes)
{
	struct connector cn;
	enum err e;

	*yes = false;
	e = connector_find_id(cx, tenant, &cn);
	if (e == OK)
		*yes = cn.shop == NULL;
	return e == ERR_MISSING ? OK : e;
}

enum err
kinds_tell(struct cx *cx, const struct job *job, const char *step, enum err e,
    const char *words)
{
	const char *title = title_of(job->kind);
	bool done = text_equal(step, "done");
	bool unlinked = false;
	size_t i;

	if (text_equal(step, "parked") &&
	    (e = is_of_the_unlinked(cx, job->tenant, &unlinked)) != OK)
		return e;
	for (i = 0; i < 4 && !text_equal(steps[i].name, step); i++)
		;
	if (i == 4 || unlinked || is_noise(job, step, words))
		return OK;
	return event_add(cx,
	    &(struct event){
		.tenant = job->tenant,
		.level = steps[i].level,
		.step = arena_printf(cx->mem, "job.%s", step),
		.job = job->uuid,
		.order_id = order_of(job),
		.text = done
		    ? arena_printf(cx->mem, "%s: %s", title, words)
		    : arena_printf(cx->mem, "%s %s%s", title, steps[i].text,
			  text_equal(step, "again") ? "." : ""),
		.reason = done ? NULL : words,
		.next = next_of(cx, job, step),
		.origin = "cloud",
	    });
}

enum err
kinds_schedule(struct cx *cx)
{
	return sched_set(cx, 0, JOB_TRIM, TRIM_EVERY_S);
}

const char *
kinds_whose(struct cx *cx, const struct job *job)
{
	const char *order = order_of(job);
	struct connector cn;

	if (job->tenant == 0 || connector_find_id(cx, job->tenant, &cn) != OK)
		return NULL;
	return arena_printf(cx->mem, "connector=%s%s%s", cn.public_id,
	    order != NULL ? " order=" : "", order != NULL ? order : "");
}
