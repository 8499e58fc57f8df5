/*
 * connector_part.h - what the files of connector.h share.
 */
#ifndef CLOUD_CONNECTOR_PART_H
#define CLOUD_CONNECTOR_PART_H

#include "cloud/connector.h"

/* A line of the Queue Log about the connector itself. */
enum err connector_tell(struct cx *, const struct connector *, const char *step,
    const char *text);
/* Sealed to its row; `old` is sealed already, valid until `until` (0: none). */
enum err connector_token_set(struct cx *, int64_t id, const char *token,
    struct bytes old, int64_t until);

#endif
