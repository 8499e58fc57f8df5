/*
 * pem.h - a certificate chain or a key for TLS (RFC 7468).
 */
#ifndef NET_PEM_H
#define NET_PEM_H

#include "base/cx.h"

/* The whole file, for mem_free; up to 256 KiB.  ERR_INPUT: not there, empty or
   too long.  Whether it fits is found out when the server opens. */
enum err pem_read(struct cx *, const char *path, char **out);

#endif
