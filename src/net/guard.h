/*
 * guard.h - is this request framed the one way everybody reads it?
 *
 * libmicrohttpd takes requests that a proxy in front of us may cut at another
 * place: two Content-Lengths, both framings, spaces before the colon.  Whoever
 * is refused here gets 400 and a closed connection, so nothing behind the
 * request is ever read (RFC 9112, sections 6.3 and 11.2).
 */
#ifndef NET_GUARD_H
#define NET_GUARD_H

#include "base/cx.h"

enum { WIRE_FIELDS_MAX = 64, WIRE_HEADER_BYTES_MAX = 16 * 1024 };

struct wire_field {
	const char *name;
	size_t name_n;
	const char *value;
	size_t value_n;
};

/* A request's head, as it came. */
struct wire {
	const char *method;
	const char *target;
	const char *version; /* "HTTP/1.1" */
	struct wire_field fields[WIRE_FIELDS_MAX];
	size_t nfields;
	bool too_many; /* more than fit into fields */
	bool torn;     /* there is more to the head than this says: lines that
			  are folded, cut by NUL, nameless, ended by a bare
			  line feed */
};

/* ERR_INPUT, code "bad_request" or "headers_too_large". */
enum err guard_check(struct cx *, const struct wire *);

/* The body's length by Content-Length; -1: none, or chunked. */
int64_t guard_length(const struct wire *);

#endif
