/* method.h - the HTTP methods we speak, RFC 9110 section 9. */
#ifndef NET_METHOD_H
#define NET_METHOD_H

enum method { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, METHOD_COUNT };

const char *method_name(enum method);

#endif
