/*
 * tail.h - the live log: one thread feeds every open stream.
 *
 * It sleeps until the "event" bell, or 15 s for the comment that keeps
 * connections awake, and for ever while nobody listens.
 */
#ifndef CLOUD_TAIL_H
#define CLOUD_TAIL_H

#include "cloud/who.h"
#include "queue/event.h"

struct stream;
struct tail;

/* cx gives env, db and log; ERR_BUSY: no threads here. */
enum err tail_open(struct cx *, struct tail **);
void tail_close(struct tail *);
/* Feed `st` what comes behind f->after and fits f, as long as `who` is let in;
   takes the stream over.  ERR_BUSY: too many listen. */
enum err tail_add(struct cx *, struct tail *, const struct event_filter *f,
    const struct who *, struct stream *st);

#endif
