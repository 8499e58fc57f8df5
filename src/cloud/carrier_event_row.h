/*
 * carrier_event_row.h - what the files of carrier events share.
 */
#ifndef CLOUD_CARRIER_EVENT_ROW_H
#define CLOUD_CARRIER_EVENT_ROW_H

#include "cloud/carrier_event.h"

extern const struct field carrier_event_fields[]; /* rows */

struct carrier_kind {
	const char *name;
	const char *said; /* within a sentence */
	const char *rank; /* decides between trackings of one time; NULL: it
			     has no tracking */
};
/* NULL: there is no such kind. */
const struct carrier_kind *carrier_kind(const char *name);

/* As kept; ERR_MISSING: the source said it before. */
enum err carrier_event_insert(struct cx *, const struct carrier_event *,
    int64_t *id);

#endif
