/*
 * incoming.h - from the words on the wire to a struct request.
 *
 * Everything is copied into cx->mem: a handler may outlive its connection.
 */
#ifndef NET_INCOMING_H
#define NET_INCOMING_H

#include "net/guard.h"
#include "net/http.h"

struct sockaddr;

/* Method, path, query, headers.  ERR_INPUT, code "bad_request" or
   "unknown_method". */
enum err incoming_read(struct cx *, const struct wire *, struct request *);

/*
 * Who is at the other end.  Only a peer inside `proxy` (CIDR; NULL: nobody) is
 * believed about X-Forwarded-For and X-Forwarded-Proto, and of the former only
 * the last address that is no such proxy itself: what stands before it came
 * from the client.
 */
void incoming_from(struct cx *, struct request *, const struct sockaddr *,
    bool tls, const char *proxy);

#endif
