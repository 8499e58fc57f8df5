/*
 * cloudcall.h - calls to the Cloud App, doc/connector-protocol.md section 5.
 *
 *   2xx                        OK, *out is the answer
 *   401, 410, no such path,
 *   not_linked                 ERR_DENIED, code "disconnected": the shop is
 *                              marked so and its work parked
 *   429, 503                   ERR_BUSY, wait_ms
 *   other 4xx                  ERR_INPUT, ERR_MISSING or ERR_CONFLICT with
 *                              their code and words
 *   the rest, no answer        ERR_UPSTREAM
 *
 * While the Cloud App fails, calls nobody waits for are put off (ERR_BUSY): at
 * most one a back-off goes out, 5 minutes apart in the end.
 */
#ifndef SHOPIFY_CLOUDCALL_H
#define SHOPIFY_CLOUDCALL_H

#include "base/cx.h"

struct json;
struct shop;

struct cloud_call {
	const char *method; /* "GET", "POST", "DELETE" */
	const char *path;   /* behind the Logivery App URL: "/orders" */
	const char *text;   /* the body, JSON; NULL: none */
	const char *key;    /* Idempotency-Key, or NULL */
	bool person;        /* somebody waits: not put off */
	/* Instead of the saved link, with no effect on it: a check, and the
	   last word to a link that was let go. */
	const char *app_url;
	const char *token;
};
enum err cloud_call(struct cx *, const struct shop *, const struct cloud_call *,
    struct json **out);

#endif
