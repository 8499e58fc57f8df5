/*
 * url.h - URLs people give us, and the addresses behind them.
 *
 * Merchant-entered URLs: https, default port, no user, no fragment, no IP
 * literal in any spelling, at most 2,048 bytes.  `loose` (the operator allowed
 * private hosts) also admits http, any port and IP literals.
 */
#ifndef NET_URL_H
#define NET_URL_H

#include "base/cx.h"

struct sockaddr;

struct url {
	const char *scheme; /* "https" */
	const char *host;   /* lower case */
	int port;
	const char *path;   /* begins with '/', no trailing '/', may be "" */
	const char *query;  /* or NULL */
	const char *origin; /* scheme://host[:port] */
};

/* ERR_INPUT, code "bad_url": says which part, and what is expected. */
enum err url_read(struct cx *, const char *, bool loose, struct url *);

/* Is this an address the public internet may be reached under?  IANA special
   registries, IPv4 in IPv6 included. */
bool address_is_public(const struct sockaddr *);

/* Inside the block "10.0.0.0/8" or "::1/128"?  False for a bad block.  An
   address alone is a block of one; IPv4 in IPv6 counts as IPv4. */
bool address_in(const struct sockaddr *, const char *cidr);
bool address_block_is(const char *cidr); /* well written? */

#endif
