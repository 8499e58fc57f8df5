/*
 * pool.h - a few threads and a short queue in front of them.
 *
 * A place is reserved before the work is put in, so that who cannot be served
 * learns it before anything was done for them.
 */
#ifndef NET_POOL_H
#define NET_POOL_H

#include "base/env.h"

struct pool;

struct pool *pool_open(struct env *, int threads, size_t places);
bool pool_reserve(struct pool *);   /* false: full */
void pool_unreserve(struct pool *); /* give the place back unused */
void pool_put(struct pool *, void (*run)(void *), void *arg); /* reserved */
/* Runs what is queued, then joins. */
void pool_close(struct pool *);

#endif
