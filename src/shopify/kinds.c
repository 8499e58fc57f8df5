/* kinds.c - the table of job kinds the runner of the Shopify app knows. */
#include "shopify/jobs.h"

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
	&job_keepalive,
	&job_trim_shop,
	NULL,
};
