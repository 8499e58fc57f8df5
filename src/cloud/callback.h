/*
 * callback.h - signed calls to the store's side.
 *
 * As Standard Webhooks signs: id.timestamp.body, HMAC-SHA-256 with every valid
 * token, so the token itself never travels that way.
 */
#ifndef CLOUD_CALLBACK_H
#define CLOUD_CALLBACK_H

#include "base/cx.h"

struct connector;
struct json;

/* POST (or GET with body NULL) callback_url + path.  2xx: *out is the answer's
   JSON.  401, 404, 410: ERR_DENIED with code "disconnected" and the connector
   is marked so.  Other 4xx: ERR_INPUT with their code and words.  429, 503:
   ERR_BUSY with wait_ms.  The rest: ERR_UPSTREAM.  Every attempt is signed anew
   with a webhook-id of its own; the calls themselves may be repeated. */
enum err callback_call(struct cx *, const struct connector *,
    const char *path, const struct json *body, struct json **out);

#endif
