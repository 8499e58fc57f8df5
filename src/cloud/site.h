/*
 * site.h - everything this program serves.
 */
#ifndef CLOUD_SITE_H
#define CLOUD_SITE_H

struct files;
struct site;
struct tail;

/* What a program's site points to (struct site's self). */
struct cloud {
	struct tail *tail;           /* feeds live logs; NULL: none */
	const struct files *console; /* NULL or n 0: not built */
};

extern const struct site cloud_site; /* copy it, set self */
extern const struct site cloud_metrics_site;
/* Register what to do next for our codes; once, before serving. */
void cloud_hints_add(void);

#endif
