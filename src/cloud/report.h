/*
 * report.h - what the store's side tells: into the log, and onto the order.
 */
#ifndef CLOUD_REPORT_H
#define CLOUD_REPORT_H

#include "base/cx.h"
#include "base/field.h"

struct connector;

struct report {
	const char *id;    /* the sender's; told once */
	const char *order; /* the store's order id, or NULL */
	const char *job;   /* UUID, or NULL */
	int64_t at;        /* ms */
	const char *level, *step;
	const char *code, *reason, *next; /* or NULL */
};
struct reports {
	struct report *events;
	size_t n;
};
extern const struct field reports_fields[]; /* JSON */

/* All or none; *accepted counts those that are new.  ERR_INPUT names what is
   wrong. */
enum err report_add(struct cx *, const struct connector *,
    const struct reports *, int64_t *accepted);

#endif
