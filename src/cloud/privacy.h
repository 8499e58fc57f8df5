/*
 * privacy.h - requests passed on from the platform: erase, tell, uninstall.
 *
 * A request is stored with its job before it is answered.  Erased ids are
 * remembered, so that a late import cannot bring the data back.
 */
#ifndef CLOUD_PRIVACY_H
#define CLOUD_PRIVACY_H

#include "base/cx.h"
#include "base/field.h"

struct connector;

struct privacy_in {
	const char *kind; /* customer_redact, customer_data_request,
			     shop_redact, uninstalled */
	const char *shop;
	const char *customer; /* the store's id, or NULL */
	const char **orders;  /* the store's ids */
	size_t norders;
	const char *request_id;
};
extern const struct field privacy_in_fields[];

/* Idempotent by kind and request_id; *job is the UUID of its job. */
enum err privacy_add(struct cx *, const struct connector *,
    const struct privacy_in *, const char **job);
/* The job's work; may be repeated.  *words: what was done. */
enum err privacy_run(struct cx *, int64_t request, const char **words);

#endif
