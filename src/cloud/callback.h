/*
 * callback.h - signed calls to the store's side.
 *
 * As Standard Webhooks signs: id.timestamp.body, HMAC-SHA-256 with every valid
 * token, so the token itself never travels that way.  Every attempt has an id
 * of its own; repeating is safe because each call is idempotent by content.
 */
#ifndef CLOUD_CALLBACK_H
#define CLOUD_CALLBACK_H

#include "base/cx.h"

struct connector;
struct json;

/* POST (or GET with body NULL) callback_url + path.  2xx: *out is the answer's
   JSON.  401, 404, 410, or no store linked: ERR_DENIED with code
   "disconnected", and the connector is marked so.  Other 4xx: ERR_INPUT with
   their code and words.  429, 503: ERR_BUSY with wait_ms.  The rest:
   ERR_UPSTREAM. */
enum err callback_call(struct cx *, const struct connector *, const char *path,
    const struct json *body, struct json **out);

/* Prove the way back before linking: GET url/ping, signed with this
   connector's token, must name the shop.  ERR_UPSTREAM, code
   "callback_failed"; ERR_INPUT, code "callback_url_refused". */
enum err callback_ping(struct cx *, const struct connector *, const char *url,
    const char *shop);

#endif
