/*
 * job_confirm.h - telling a store what became of its orders, for the jobs
 * that do so.
 */
#ifndef CLOUD_JOB_CONFIRM_H
#define CLOUD_JOB_CONFIRM_H

#include "base/cx.h"

struct connector;

struct confirmed {
	int64_t told, refused; /* orders */
	bool more;             /* the next job goes on */
};

/* Tell what is owed and changed not after `before` (ms), at most 50 orders in
   calls of 10. */
enum err confirm_run(struct cx *, const struct connector *, int64_t before,
    struct confirmed *);

#endif
