/*
 * client.h - one HTTP call to somewhere else.
 *
 * libcurl, keep-alive, HTTP/2 where offered.  Connect 3 s, total 15 s unless
 * the call says less, at most `max_bytes` of answer, no redirects, no proxy
 * from the environment, TLS always verified.  The name is resolved once and
 * the address is checked before we connect to it: private and special ones
 * are refused unless the program allows them (option --allow-private-hosts,
 * for development), and so are http and other ports.
 */
#ifndef NET_CLIENT_H
#define NET_CLIENT_H

#include "base/cx.h"
#include "net/method.h"

enum { CALL_HEADERS_MAX = 16, CALL_TIMEOUT_MS = 15000, CALL_CONNECT_MS = 3000 };

struct header {
	const char *name;
	const char *value;
};

struct call {
	enum method method;
	const char *url;
	struct header headers[CALL_HEADERS_MAX]; /* name NULL ends */
	struct bytes body;                       /* p NULL: none */
	int64_t timeout_ms;                      /* 0: CALL_TIMEOUT_MS */
	size_t max_bytes; /* of the answer's body; 0: 8 MiB */
	bool trusted;     /* the operator's own setting (Shopify's address),
			     not a merchant's: any address, any port */
};

struct answer {
	int status; /* HTTP; 0 when there was none */
	struct bytes body;
	const char *content_type; /* or NULL */
	int64_t retry_after_s;    /* -1: not said; more than an hour is an hour:
				     who waits for it must not wait for ever */
	const char *api_version;  /* X-Shopify-API-Version, or NULL */
	bool sent; /* on failure: the request may have reached them */
};

/*
 * OK: there is an answer, whatever its status.  ERR_UPSTREAM: none (connect,
 * TLS, time, size; cx->code is "unreachable", "tls", "timeout", "too_large",
 * "cut"), out->sent says whether it may have been applied; but for GET, HEAD
 * and OPTIONS nothing is ever sent twice.  ERR_INPUT, code
 * "address_refused": the URL or its address is not allowed.  Stops when
 * cx->stop is set, with code "stopped".  Never logs bodies or tokens.
 */
enum err client_call(struct cx *, const struct call *, struct answer *);

/* Name and value are not copied.  client_call checks values: ERR_INPUT if one
   holds control characters. */
void call_header(struct call *, const char *name, const char *value);

/* Retry-After in seconds: "120", and Shopify's "2.0", rounded up. */
bool call_seconds_read(struct cx *, const char *text, int64_t *seconds);

struct client;
enum err client_open(struct cx *, bool allow_private, struct client **);
void client_close(struct client *);
/* env.call for the real world; set env.net to the client. */
enum err client_real(struct cx *, const struct call *, struct answer *);

#endif
