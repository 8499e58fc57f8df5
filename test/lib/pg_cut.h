/*
 * pg_cut.h - between a program and PostgreSQL: a COMMIT loses its answer.
 *
 * It goes through and is carried out; when the server says so, the connection
 * is cut instead.  So whoever sent it cannot know, and the work is there.
 */
#ifndef TEST_PG_CUT_H
#define TEST_PG_CUT_H

#include "base/cx.h"

struct pg_cut;

/* In front of the server of `url`.  Says so and skips the test if it cannot be
   put before that one. */
struct pg_cut *pg_cut_open(struct cx *, const char *url);
/* In front of cx's server, and a node behind it; readers 0: as many as usual.
 */
struct pg_cut *pg_cut_node(struct cx *, int readers, struct cx *node);
void pg_cut_node_close(struct pg_cut *, struct cx *node);
const char *pg_cut_url(const struct pg_cut *); /* the way through it */
/* The n-th COMMIT from now on, once; 0: none. */
void pg_cut_at(struct pg_cut *, int n);
int pg_cut_done(struct pg_cut *); /* so many were cut */
void pg_cut_close(struct pg_cut *);

#endif
