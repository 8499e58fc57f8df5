/*
 * jobs.h - the kinds of background work of the Shopify app, and their keys.
 *
 * Tenant of each is the shop.  Work on one order is keyed by its ledger row,
 * so that two writers never meet on it.
 */
#ifndef SHOPIFY_JOBS_H
#define SHOPIFY_JOBS_H

#include "base/cx.h"
#include "queue/job.h"

#define JOB_INBOX "inbox"
#define JOB_TAGS "tags"
#define JOB_SEND "send"
#define JOB_READ "read"
#define JOB_STATUS "status"
#define JOB_EVENTS "events"
#define JOB_PRIVACY "privacy"
#define JOB_SWEEP_TAG "sweep_tag"
#define JOB_SWEEP_UPDATED "sweep_updated"
#define JOB_BULK_TAGS "bulk_tags"
#define JOB_BULK_READ "bulk_read"
#define JOB_KEEPALIVE "keepalive"
#define JOB_TRIM "trim"

/* Once per shop; meets one that waits. */
enum err jobs_add_shop(struct cx *, const char *kind, int64_t shop);
/* The same, before the others of this shop, and at once: one that waits for its
   next try goes now. */
enum err jobs_add_shop_now(struct cx *, const char *kind, int64_t shop);
/* As jobs_add_shop, for one order (its ledger row). */
enum err jobs_add_order(struct cx *, const char *kind, int64_t shop,
    int64_t ledger);
/* As jobs_add_shop, not before `run_at`. */
enum err jobs_add_shop_at(struct cx *, const char *kind, int64_t shop,
    int64_t run_at);

/* How many of a shop's jobs wait; counted up to `most`. */
enum err jobs_waiting(struct cx *, int64_t shop, int64_t most, int64_t *n);

extern const struct job_kind job_inbox, job_tags, job_send, job_read,
    job_status, job_events, job_privacy, job_sweep_tag, job_sweep_updated,
    job_keepalive, job_trim_shop, job_bulk_tags, job_bulk_read;
extern const struct job_kind *const shopify_kinds[]; /* NULL ends */

/* For runner_conf.tell: what went wrong with a job, in our Logs. */
enum err kinds_tell(struct cx *, const struct job *, const char *step, enum err,
    const char *words);
/* For runner_conf.whose: the store, and the order if it is about one. */
const char *kinds_whose(struct cx *, const struct job *);

#endif
